"""Calibration: cultivars fitted, cross-validated, scored and shipped."""
