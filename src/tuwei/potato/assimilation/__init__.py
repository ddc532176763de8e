"""Assimilation: an ensemble moved by readings, by Kalman and by particles."""
