"""Trials: folders of treatments, observations, weather and soil read as cases."""
