"""What a reading sees of a season's draws: the model's figure beside it, its error, and the scale on which it moves them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tuwei.potato.assimilation._canopy import canopy_observation, index_of_cover
from tuwei.potato.crop._layout import LAYERS
from tuwei.potato.crop._layout import SOIL_AT as _S
from tuwei.potato.crop._parameters import positions
from tuwei.potato.planning._rules import Setting
from tuwei.potato.replanning._observed import Observed, Row
from tuwei.potato.season._layout import ACTS_AT as _A
from tuwei.potato.weather._evapotranspiration import Floats

# Of reading and model together, in the reading's unit; assumed. A canopy's readings have their own, see ``assimilation._canopy``.
DEVIATIONS = {"soil_moisture": 0.03, "soil_water": 25.0, "lai": 0.5, "stage": 0.3}
TUBER, TUBER_LEAST = 0.10, 300.0  # share of the reading, and kg/ha; assumed
OLD = 0.9  # share of the largest leaf area below which a canopy counts as dying; assumed
# Of the logarithm of the odds of late blight's share of the leaf; assumed. Between five plots of one field it differs by
# 1.2 to 1.9 (R package agricolae, cultivar Nicola, 2 to 99 %); a reading is taken for a mean of a few places.
SEVERITY = 1.0
MISSED = 0.001  # of the leaf: what a scout who finds none may have missed; assumed
NO_SHARE = 1e-12  # of the leaf, counts as none
_LAYER = slice(_A["layer_0"], _A["layer_0"] + LAYERS)
Operator = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class Shown:
    """How a reading is looked at: what of the days (members, days, ·) shows it, with its ``deviation``, in its unit; and
    ``seen`` and its ``error`` on the ``scale`` on which it moves the draws."""

    show: Operator
    deviation: float
    seen: float
    error: float
    scale: Callable[[Floats], Floats] = np.asarray


def shown_of(setting: Setting, one: Row, observed: Observed, acts: Floats) -> Shown:
    """Return how a reading is looked at; ``acts`` (members, days, ·) tells whether the canopy is dying.

    Raises
    ------
    InputError
        ``potato.observed_dying``: an index of a dying canopy; ``potato.observed_blight``: a severity where late blight is
        not stepped; ``potato.canopy_range``.
    """
    day, value = (one.day - setting.start).days, one.value or 0.0
    if one.what == "severity":
        return _severity(setting, day, one, observed)
    if one.what in ("cover", "ndvi", "gli"):
        show, error = _canopy(day, one, observed, acts)
        return Shown(show, error, value, error)
    usual = max(TUBER_LEAST, TUBER * value) if one.what == "tuber" else DEVIATIONS[one.what]
    error = one.deviation or usual
    return Shown(_column(setting, day, one), error, value, error)


def _column(setting: Setting, day: int, one: Row) -> Operator:
    if one.what == "soil_moisture":
        depth = np.cumsum(setting.soil[:, _S["thickness"]])
        layer = min(LAYERS - 1, int(np.searchsorted(depth, 10 * (one.depth or 0.0))))
        thick = setting.soil[layer, _S["thickness"]]
        return lambda days, _: days[:, day, _A[f"layer_{layer}"]] / thick
    if one.what == "soil_water":
        return lambda days, _: days[:, day, _LAYER].sum(axis=1)
    return lambda days, _: days[:, day, _A[one.what]]


def _severity(setting: Setting, day: int, one: Row, observed: Observed) -> Shown:
    """Return a reading of late blight; where none was found, ``deviation`` is what a scout may well miss.

    A share above 0 is looked at by the logarithm of its odds, on which the inoculum moves an epidemic along a straight
    line; none found by ln(1 + share / deviation), which is flat below what would be missed.
    """
    if not setting.field.parts["plan"]["blight"]:
        raise observed.fault("potato.observed_blight", one, "what", "田块文件写着 {expected}，晚疫病不推进，病情读数无用。",
                             "late blight is not stepped, by {expected} of the field's file, so its severity tells nothing.",
                             got=one.what, expected="plan.blight = false")  # fmt: skip

    def show(days: Floats, values: Floats) -> Floats:
        return days[:, day, _A["severity"]]

    value = min(one.value or 0.0, 1 - MISSED)
    if value == 0:
        missed = one.deviation or MISSED
        return Shown(show, missed, 0.0, float(np.log(2)), lambda shares: np.log1p(shares / missed))
    deviation = one.deviation or SEVERITY * value * (1 - value)
    inner = min(max(value, deviation), 1 - deviation) if deviation < 0.5 else 0.5
    odds = float(np.log(value / (1 - value)))
    return Shown(show, deviation, odds, deviation / (inner * (1 - inner)), _odds_of_shares)


def _odds_of_shares(shares: Floats) -> Floats:
    inner = np.clip(shares, NO_SHARE, 1 - MISSED)
    odds: Floats = np.log(inner / (1 - inner))
    return odds


def _canopy(day: int, one: Row, observed: Observed, acts: Floats) -> tuple[Operator, float]:
    leaf = acts[:, : day + 1, _A["lai"]].mean(axis=0)
    dying = bool(leaf[-1] < OLD * leaf.max())
    if dying and one.what != "cover":
        raise observed.fault("potato.observed_dying", one, "what", "冠层已衰老，{got} 不再只由覆盖度决定，请改用 {expected}。",
                             "the canopy is dying and {got} no longer tells its cover; give {expected}.", got=one.what, expected="cover")  # fmt: skip
    error = canopy_observation(
        day, one.value or 0.0, one.what, 0, dying=dying, deviation=one.deviation
    ).deviation
    extinction = positions()["extinction"]

    def shown(days: Floats, values: Floats) -> Floats:
        cover: Floats = 1 - np.exp(-values[:, extinction] * days[:, day, _A["lai"]])
        return cover if one.what == "cover" else index_of_cover(cover, one.what)

    return shown, float(error[0])


def expected_of(shown: Sequence[Shown], acts: Floats, values: Floats) -> Floats:
    """Return what each member would show, (members, readings), in the readings' units."""
    columns = [one.show(acts, values) for one in shown]
    return np.stack(columns, axis=1) if columns else np.zeros((len(values), 0))


def scaled(shown: Sequence[Shown], expected: Floats) -> Floats:
    """Return the same on the scales on which the readings move the draws."""
    columns = [one.scale(expected[:, place]) for place, one in enumerate(shown)]
    return np.stack(columns, axis=1) if columns else expected
