"""A field as its user writes it down."""
