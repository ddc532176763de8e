"""Registered when the app starts."""
