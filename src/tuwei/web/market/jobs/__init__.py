"""Long work of the registry; each module registers its handlers."""

from . import importing, matching

__all__ = ["importing", "matching"]
