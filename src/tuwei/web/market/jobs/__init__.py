"""Long work of the registry; each module registers its handlers."""
