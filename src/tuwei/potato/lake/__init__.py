"""Sensor and plot records at scale: taken in, kept as Parquet, rolled up."""
