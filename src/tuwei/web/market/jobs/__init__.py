"""Long work of the registry; each module registers its handlers."""

from . import expiring, importing, matching

__all__ = ["expiring", "importing", "matching"]
