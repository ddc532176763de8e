"""Results as pages with plots."""
