"""The registry's views, a module a subject."""
