"""Late blight: infection by hourly weather, the cycle of the disease, and the classical rules."""
