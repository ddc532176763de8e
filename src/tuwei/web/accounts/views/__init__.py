"""Account pages, one module a subject."""

from .entry import locked_out

__all__ = ["locked_out"]
