"""What a camera sees of a canopy: cover, vegetation indices, leaf area, and how far each reading errs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.assimilation._assimilation import Floats, Observation

COVER_GROWING, COVER_DYING, COVER_LEAST = 0.08, 0.26, 0.01
"""Error of ground cover from a drone as a share of ``sqrt(f (1 - f))``, while it grows and while it dies; the least, -.

Measured on HARS_2020 (Hancock, Wisconsin; AparicioJohan/flexFitR, data-raw/dt_potato.csv, MIT): 11 clones on two plots
each, 8 flights. Root mean square deviation of a plot from its clone over sqrt(f (1 - f)): 0.08, 0.07, 0.08 on days 36,
42, 56; 0.20–0.32 from day 100. Real differences of the plots are in it, so it is an upper bound.
"""
GLI_SOIL, GLI_COVER, GLI_ERROR = 0.155, 0.189, 0.023
"""GLI of the plot = soil + cover × share, and the residual's deviation: least squares on the same trial, 764 plot-flights
of days 36–76. From day 92 leaves pale and the line no longer holds."""
NDVI_SOIL, NDVI_FULL, NDVI_ERROR = 0.15, 0.90, 0.05
"""NDVI of bare soil and of full cover, and its error: assumed, no trial at hand measures them; give ``ends`` and
``deviation`` of your own camera. The line between the ends is that of a plot mixed of soil and leaves by area."""
EXTINCTION = 0.65
"""Extinction of light by the canopy, -: the default of the crop's table (Spitters & Schapendonk 1990)."""
ENDS = {"gli": (GLI_SOIL, GLI_SOIL + GLI_COVER), "ndvi": (NDVI_SOIL, NDVI_FULL)}
ERRORS = {"gli": GLI_ERROR, "ndvi": NDVI_ERROR}


def cover_error(cover: Floats, *, dying: bool = False) -> Floats:
    """Return the standard deviation (-) of a drone's ground cover (-, 0–1), of the same shape.

    Examples
    --------
    >>> cover_error(np.array([0.0, 0.5, 1.0])).round(3).tolist()
    [0.01, 0.04, 0.01]
    """
    share = COVER_DYING if dying else COVER_GROWING
    return np.maximum(share * np.sqrt(np.clip(cover * (1 - cover), 0.0, None)), COVER_LEAST)


def cover_of_leaf_area(leaf_area: Floats, extinction: float = EXTINCTION) -> Floats:
    """Return ground cover (-) of leaf area index (m² m⁻², ≥ 0): ``1 - exp(-k L)``, Monsi & Saeki (1953).

    Examples
    --------
    >>> cover_of_leaf_area(np.array([0.0, 3.0])).round(3).tolist()
    [0.0, 0.858]
    """
    cover: Floats = 1 - np.exp(-extinction * np.maximum(leaf_area, 0.0))
    return cover


def index_of_cover(cover: Floats, kind: str, ends: tuple[float, float] | None = None) -> Floats:
    """Return the vegetation index (-) of a plot with this ground cover (-).

    Parameters
    ----------
    kind
        ``"gli"`` or ``"ndvi"``.
    ends
        The index of bare soil and of full cover; by default those of this module.

    Raises
    ------
    InputError
        ``potato.canopy_kind``.

    Notes
    -----
    A plot mixes soil and leaves by area. Deviation: no effect of shade or of the leaves' colour, so it holds from
    emergence to full cover only.

    Examples
    --------
    >>> index_of_cover(np.array([0.0, 1.0]), "gli").round(3).tolist()
    [0.155, 0.344]
    """
    if kind not in ENDS:
        raise _unknown(kind)
    soil, full = ends or ENDS[kind]
    return soil + (full - soil) * cover


def canopy_observation(
    day: int,
    value: float,
    kind: str,
    variable: int,
    *,
    of: str = "cover",
    dying: bool = False,
    ends: tuple[float, float] | None = None,
    deviation: float | None = None,
) -> Observation:
    """Return a reading of the canopy, ready for a filter.

    Parameters
    ----------
    value
        ``"cover"``: ground cover (-, 0–1); ``"gli"``, ``"ndvi"``: the index (-1–1).
    kind
        What was read.
    variable
        The place of the variable in the ensemble's state.
    of
        What that variable is: ``"cover"`` (-) or ``"leaf_area"`` (m² m⁻²).
    dying
        Whether the canopy is dying: a drone's cover then errs more, and the indices are refused.
    ends
        The index of bare soil and of full cover, by your own camera.
    deviation
        Standard deviation of the reading's error, -; by default that of this module.

    Raises
    ------
    InputError
        ``potato.canopy_kind``, ``potato.canopy_range`` (percent given for a fraction, perhaps),
        ``potato.canopy_dying`` (an index of a dying canopy).

    Examples
    --------
    >>> seen = canopy_observation(40, 0.6, "cover", 0, of="leaf_area")
    >>> seen.expected(np.array([[1.0], [2.0]])).round(2).tolist(), seen.deviation.round(3).tolist()
    ([[0.48], [0.73]], [0.039])
    """
    low, high = {"cover": (0.0, 1.0), "gli": (-1.0, 1.0), "ndvi": (-1.0, 1.0)}.get(kind, (0.0, 0.0))
    if (low, high) == (0.0, 0.0) or of not in ("cover", "leaf_area"):
        raise _unknown(kind if of in ("cover", "leaf_area") else of)
    if not low <= value <= high:
        raise InputError("potato.canopy_range", "第 {day} 天的 {field} 应在 {expected}，现为 {got}；百分数请先除以 100。",
                         "{field} of day {day} must be within {expected}, got {got}; divide a percentage by 100.",
                         day=day, field=kind, expected=f"{low:g}–{high:g}", got=value)  # fmt: skip
    if dying and kind != "cover":
        raise InputError("potato.canopy_dying", "冠层衰老后 {field} 不再只由覆盖度决定（第 {day} 天），请改用覆盖度。",
                         "{field} of a dying canopy (day {day}) no longer tells its cover; give the cover.",
                         day=day, field=kind, expected="cover", got=kind)  # fmt: skip
    error = cover_error(np.array([value]), dying=dying) if kind == "cover" else np.array([ERRORS[kind]])
    error = error if deviation is None else np.array([deviation])
    return Observation(day, np.array([value]), _operator(kind, variable, of, ends), error, kind)


def _operator(
    kind: str, variable: int, of: str, ends: tuple[float, float] | None
) -> Callable[[Floats], Floats]:
    def seen(state: Floats) -> Floats:
        cover = state[:, [variable]] if of == "cover" else cover_of_leaf_area(state[:, [variable]])
        return cover if kind == "cover" else index_of_cover(cover, kind, ends)

    return seen


def _unknown(kind: str) -> InputError:
    return InputError("potato.canopy_kind", "没有“{got}”，可用：{expected}。", "No “{got}”; there are: {expected}.",
                      field="kind", got=kind, expected="cover, gli, ndvi; of: cover, leaf_area")  # fmt: skip
