"""One door to numba, so that nothing else of the package decides how a kernel is compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(function: Kernel) -> Kernel:
    """Compile for this machine at the first call and keep the code beside the file.

    C never calls a kernel, and Python never one whose name begins with ``_``: their wrappers, a quarter of the time that
    compiling took, are left out.
    """
    inner = function.__name__.startswith("_")
    options: Any = {"error_model": "numpy", "no_cfunc_wrapper": True, "no_cpython_wrapper": inner}
    return cast(Kernel, _stamped(njit(cache=True, **options)(function)))


def parallel(function: Kernel) -> Kernel:
    """Compile with ``prange`` spread over the threads that numba may use."""
    return cast(Kernel, _stamped(njit(cache=True, error_model="numpy", parallel=True)(function)))


def _stamped(kernel: Any) -> Any:
    """Tie the kept code to every file it was made of: numba looks only at the function's own, not at what it calls.

    The places of the columns and the parameters are compiled in, so their tables count too.
    """
    kept = getattr(getattr(kernel, "_cache", None), "_cache_file", None)
    if kept is not None:
        kept._source_stamp = _stamp()
    return kernel


@cache
def _stamp() -> tuple[tuple[str, float, int], ...]:
    package = Path(__file__).parents[1]
    files = [
        *sorted(package.glob("*/_kernel*.py")),
        *sorted(package.glob("*/_layout.py")),
        Path(__file__),
        package / "data" / "parameters.toml",
        package / "data" / "blight.toml",
    ]
    return tuple((file.name, file.stat().st_mtime, file.stat().st_size) for file in files)


def places(name: str, columns: Iterable[str]) -> Any:
    """Return, under each column's name, its place: ``W.rain`` is a constant to numba, which reads it from a module."""
    table = ModuleType(name)
    vars(table).update({column: place for place, column in enumerate(columns)})
    return table
