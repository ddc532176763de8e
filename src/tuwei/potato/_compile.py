"""One door to numba, so that nothing else of the package decides how a kernel is compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(function: Kernel) -> Kernel:
    """Compile for this machine at the first call and keep the code beside the file."""
    kernel: Any = njit(cache=True, error_model="numpy")(function)
    return cast(Kernel, kernel)


def parallel(function: Kernel) -> Kernel:
    """Compile with ``prange`` spread over the threads that numba may use."""
    kernel: Any = njit(cache=True, error_model="numpy", parallel=True)(function)
    return cast(Kernel, kernel)


def places(name: str, columns: Iterable[str]) -> Any:
    """Return, under each column's name, its place: ``W.rain`` is a constant to numba, which reads it from a module."""
    table = ModuleType(name)
    vars(table).update({column: place for place, column in enumerate(columns)})
    return table
