"""Storage and sale: what a store keeps, when to sell, and what prices are."""
