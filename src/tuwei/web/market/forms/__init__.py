"""The registry's forms, a module a subject."""
