"""The registry's specs, a module a subject."""
