"""The statutes, one module each; their parameters lie in ``tuwei/rules/data``."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules


@cache
def load_all() -> None:
    """Import every statute module, so that each registers its versions."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
