"""Long work of the registry; each module registers its handlers."""

from . import expiring, importing, matching, saved

__all__ = ["expiring", "importing", "matching", "saved"]
