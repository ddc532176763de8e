"""Long work of the registry; each module registers its handlers."""

from . import matching

__all__ = ["matching"]
