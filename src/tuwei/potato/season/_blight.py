"""A season of the crop with late blight on its own leaf: what blight takes is taken from the crop on the same day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.blight._parameters import blight_values_for
from tuwei.potato.crop._layout import DAILY, RESULT
from tuwei.potato.crop._season import Arrays, Case, Season, arrays_of, refuse
from tuwei.potato.season._layout import ACTS, BLIGHTED, COUNTS, COUNTS_AT, RULES
from tuwei.potato.weather._evapotranspiration import Floats
from tuwei.potato.weather._hours import hourly_from_daily

BLIGHT_RESULT = {"leaf_lost": "0-1 of the green leaf that blight took", "blight_severity": "0-1 diseased on the last day of the vines",
                 "sprays": "-"}  # fmt: skip


@dataclass(frozen=True)
class LateBlight:
    """Late blight of a season.

    ``resistance`` S, MS or MR; ``sprays`` days of a protectant at the label's dose; ``lesions`` m-2 put in on ``first`` (at
    emergence unless given); ``parameters`` over ``data/blight.toml``, by name.
    """

    resistance: str = "S"
    sprays: tuple[date, ...] = ()
    lesions: float = 0.0
    first: date | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class BlightedSeasons:
    """Seasons of several draws: ``results`` (n, ``_layout.RESULT``), ``blight`` (n, ``BLIGHT_RESULT``), ``daily`` (n, days,
    ``DAILY`` and ``BLIGHTED``); ``hours`` says where the hours are from."""

    start: date
    results: Floats
    blight: Floats
    daily: Floats
    hours: str

    def first(self) -> Season:
        """Return the season of the first draw, ``BLIGHTED`` beside its days and ``BLIGHT_RESULT`` beside its results."""
        daily = dict(zip((*DAILY, *BLIGHTED), self.daily[0].T, strict=True))
        names, values = (*RESULT, *BLIGHT_RESULT), (*self.results[0].tolist(), *self.blight[0].tolist())
        return Season(self.start, daily, dict(zip(names, values, strict=True)))


def simulate_blighted(case: Case, values: Floats, late_blight: LateBlight) -> Season:
    """Simulate one season with late blight stepped on the crop's own leaf area.

    Parameters
    ----------
    case
        Crop, soil, weather and work; hours that the weather lacks are derived by ``parton-logan``.
    values
        The parameters, from :func:`parameter_values`, shape (parameters,).
    late_blight
        How it begins, the crop's resistance and the sprays.

    Returns
    -------
    Season
        As :func:`simulate`, with ``BLIGHTED`` beside the days and ``BLIGHT_RESULT`` beside the results; the same kernel as
        the planner's, with no rule on.

    Raises
    ------
    InputError
        As :func:`simulate`; ``potato.weather_span``: a spray or ``first`` outside the season;
        ``potato.blight_resistance``, ``potato.unknown_parameter``, ``potato.parameter_range``.
    BalanceError
        ``potato.balance``.

    Notes
    -----
    Source of the disease: LB2004, see ``blight._kernel``. Severity is the diseased share of green and diseased leaf.

    Examples
    --------
    >>> from importlib.resources import files
    >>> from tuwei.potato import cultivar_values, read_field
    >>> written = read_field(str(files("tuwei.potato") / "data" / "FIELD.toml"))
    >>> case = written.case(written.weather("."))
    >>> season = simulate_blighted(case, cultivar_values("generic")[0], LateBlight(lesions=1.0))
    >>> bool(season.daily["blight_severity"][-1] == season.result["blight_severity"] > 0)
    True
    """
    return simulate_blighted_many(case, values[None], late_blight).first()


def simulate_blighted_many(case: Case, values: Floats, late_blight: LateBlight) -> BlightedSeasons:
    """Simulate a season with late blight for every row of ``values`` (n, parameters); see :func:`simulate_blighted`."""
    from tuwei.potato.season._kernel import led_season

    arrays = arrays_of(case)
    days, weather = len(arrays.weather), case.weather.between(arrays.start, case.crop.harvest)
    hourly = weather.hourly or hourly_from_daily(weather)
    hours = np.ascontiguousarray(np.stack([hourly.temperature, hourly.humidity], axis=1))
    blight, script, rules = (
        blight_values_for(late_blight.resistance, late_blight.parameters),
        _script(late_blight, arrays, days),
        _rules(late_blight, arrays.start),
    )
    results, counts = np.zeros((len(values), len(RESULT))), np.zeros((len(values), len(COUNTS)))
    daily, none, signs = (
        np.zeros((len(values), days, len(DAILY) + len(BLIGHTED))),
        np.zeros((0, len(ACTS))),
        np.zeros(days),
    )
    for row, one in enumerate(np.ascontiguousarray(values)):
        code = led_season(one, blight, arrays.soil, arrays.field, arrays.weather, hours, signs, arrays.management, script, rules,
                          results[row], counts[row], none, daily[row])  # fmt: skip
        refuse(code, case.name)
    severity = daily[:, -1, len(DAILY) + list(BLIGHTED).index("blight_severity")]
    mine = np.stack([counts[:, COUNTS_AT["leaf_lost"]], severity, counts[:, COUNTS_AT["sprays"]]], axis=1)
    return BlightedSeasons(arrays.start, results, mine, daily, hourly.origin)


def _script(late_blight: LateBlight, arrays: Arrays, days: int) -> Floats:
    script = np.zeros(days)
    for when in (*late_blight.sprays, *([late_blight.first] if late_blight.first else [])):
        if not 0 <= (when - arrays.start).days < days:
            raise InputError("potato.weather_span", "日期 {got} 不在这一季之内（自 {expected}）。", "The day {got} is outside the season, which begins on {expected}.",
                             field="late_blight", got=when.isoformat(), expected=arrays.start.isoformat())  # fmt: skip
    script[[(when - arrays.start).days for when in late_blight.sprays]] = 1.0
    return script


def _rules(late_blight: LateBlight, start: date) -> Floats:
    first = late_blight.first or start
    known = {"blight": 1.0, "lesions": late_blight.lesions, "lesion_day": float((first - start).days)}
    return np.array([known.get(name, 0.0) for name in RULES])
