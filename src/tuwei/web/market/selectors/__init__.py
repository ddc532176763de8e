"""The registry's selectors, a module a subject."""
