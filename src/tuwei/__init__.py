"""Tuwei (突围): open software that turns a region's science into production."""

__version__ = "0.1.0"
