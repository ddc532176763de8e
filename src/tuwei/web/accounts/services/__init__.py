"""What can be done to accounts: plain keyword-only functions, one module a subject."""
