"""Forms of the account pages, one module a subject."""
