"""The commands of ``tuwei potato``."""
