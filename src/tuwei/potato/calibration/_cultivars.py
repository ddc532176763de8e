"""The fitted cultivars that come with the package: draws of the posterior, where they are from and how well they did."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.calibration._calibrate import cultivar_draws
from tuwei.potato.crop._parameters import parameter_values, positions
from tuwei.potato.weather._evapotranspiration import Floats

GENERIC = "generic"


@cache
def cultivar_sets() -> dict[str, Any]:
    """Return ``data/cultivars.toml``: ``calibration`` (provenance, scores, residual) and ``sets`` by cultivar.

    Examples
    --------
    >>> sorted(cultivar_sets()["sets"])[:2]
    ['generic', 'hilite_russet']
    """
    return tomllib.loads((files("tuwei.potato") / "data" / "cultivars.toml").read_text("utf-8"))


@cache
def _posterior() -> tuple[tuple[str, ...], Floats]:
    lines = (files("tuwei.potato") / "data" / "posterior.csv").read_text("utf-8").splitlines()
    return tuple(lines[0].split(",")), np.array(
        [[float(cell) for cell in line.split(",")] for line in lines[1:]]
    )


def cultivar_values(
    cultivar: str, count: int = 1, given: Mapping[str, float] | None = None, *, known: bool = True
) -> Floats:
    """Return parameters of a cultivar, shape (count, parameters); the first row is the best fit, the rest are draws.

    Parameters
    ----------
    cultivar
        A key of :func:`cultivar_sets`. A cultivar that was never fitted takes ``generic``.
    count
        1 or more; beyond the draws that are kept they repeat.
    given
        Values that go before the fit, in every row.
    known
        False: an unknown cultivar has ``generic``'s best, and draws that vary as cultivars do, rather than be refused.

    Raises
    ------
    InputError
        ``potato.cultivar``: not fitted, with the nearest name; and as :func:`parameter_values`.

    Examples
    --------
    >>> cultivar_values("generic", 3).shape[0]
    3
    """
    if known:
        known_cultivar(cultivar)
    names, draws = _posterior()
    rows = cultivar_draws(names, draws[np.arange(count) % len(draws)], cultivar)
    if given:
        parameter_values(given)
        for name, value in given.items():
            rows[:, positions()[name]] = value
    return rows


def nearest(cultivar: str) -> str:
    """Return the fitted cultivar whose name is nearest, or ``""``."""
    return next(iter(get_close_matches(cultivar, cultivar_sets()["sets"], 1)), "")


def known_cultivar(cultivar: str, *, file: str = "", field: str = "crop.cultivar") -> None:
    """Refuse a cultivar that was never fitted.

    Raises
    ------
    InputError
        ``potato.cultivar``: the nearest name is told; ``file`` and ``field`` say where it was written.
    """
    sets = cultivar_sets()["sets"]
    if cultivar not in sets:
        near, at = nearest(cultivar), "{file} {field}: " if file else ""
        raise InputError("potato.cultivar", at + "没有品种“{got}”的参数，最近的是 {expected}；未拟合的品种用 generic。",
                         at + "There are no parameters of cultivar “{got}”, the nearest is {expected}; take generic for one that was not fitted.",
                         file=file, field=field, got=cultivar[:40], expected=near or ", ".join(sorted(sets)))  # fmt: skip


def residual(emergence: str = "simulated") -> float:
    """Return the standard deviation of ln(observed / simulated) of whole experiments the fit had not seen.

    ``emergence``: ``simulated`` where the model finds the day of emergence, ``recorded`` where it is given.
    """
    about = cultivar_sets()["calibration"]
    return float(about["residual" if emergence == "recorded" else "residual_simulated"])
