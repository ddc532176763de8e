"""Does what is offered meet what is required? Decided on dimension, name and interval."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from tuwei.core._quantity_names import Name, name_match, polarity
from tuwei.core._quantity_types import Comparator, Quantity
from tuwei.core.units import is_rare, resolve, to_base

Verdict = Literal["met", "not_met", "unstated"]
_TOLERANCE = Fraction(1, 10)  # a required "about 20" accepts 18–22
_SPAN = re.compile(
    "范围|量程|工作温度|使用温度|环境温度|运行温度|适用|可调|输入电压|range|operating temp", re.IGNORECASE
)
_COMPLEMENTS = (
    ("不合格率", "合格率"),
    ("不良率", "合格率"),
    ("次品率", "合格率"),
    ("废品率", "合格率"),
    ("死亡率", "成活率"),
    ("错误率", "准确率"),
    ("漏检率", "检出率"),
    ("合格率", "不合格率"),
    ("成活率", "死亡率"),
    ("存活率", "死亡率"),
)
_MIRRORED: dict[str, Comparator] = {"le": "ge", "lt": "gt", "ge": "le", "gt": "lt"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One required quantity, the offered one that decided (or ``None``), and the verdict."""

    required: Quantity
    offered: Quantity | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Interval:
    """Bounds in base units; ``None`` is unbounded; ``open_*`` excludes the bound itself."""

    low: Fraction | None
    high: Fraction | None
    open_low: bool = False
    open_high: bool = False


def compare(required: Quantity, offered: Sequence[Quantity]) -> Comparison:
    """Decide whether any offered quantity meets the required one.

    Two quantities are about the same thing when their units share a dimension, both are levels or
    both are changes, and their names agree in what is specific (shared characters or words beyond
    general heads such as 成本, 含量, 率). With one name missing, a telling unit (CFU/g, 元/吨) is
    enough; %, 元, hours and counts are not. Several offers: the closest name decides, and among
    equally close ones the best verdict.

    ============================== ============================== ==========
    required                       offered                        verdict
    ============================== ============================== ==========
    ≤ 200                          180 · ≤ 180 · 150–190          met
    ≤ 200                          250 · 150–250 · ≥ 250 · ≤ 250  not_met
    ≤ 200                          ≥ 100 (no upper bound told)    unstated
    ≥ 95 %                         96.5 % · ≥ 96 % · 0.965        met
    20–30 ℃                        22–28 ℃ (wholly inside)        met
    20–30 ℃                        15–25 ℃                        not_met
    = 180, lower is better (成本)  170                            met
    = 95 %, higher is better (率)  96 %                           met
    = 50 mm, no such sense         50 mm met, anything else       not_met
    ≈ 20                           18–22                          met
    降低 20 %                      降低 31.5 %                    met
    降低 20 %                      降低 10 % · 提高 30 %          not_met
    降低 20 % (a change)           180 元 (a level)               unstated
    another thing, another unit    –                              unstated
    present value of the asker     –                              unstated
    ============================== ============================== ==========

    An offered "about 195" counts as 195: it is what the offer states.

    Parameters
    ----------
    required
        From the need. A ``baseline`` demands nothing and is always "unstated".
    offered
        From the achievement, in any order.

    Examples
    --------
    >>> from tuwei.core.quantity import find_quantities
    >>> def verdict(need, claim):
    ...     return compare(find_quantities(need)[0], find_quantities(claim)).verdict
    >>> verdict("处理成本不超过200元/吨", "吨水处理成本180元/吨")
    'met'
    >>> verdict("处理成本不超过200元/吨", "处理成本150–250元/吨")
    'not_met'
    >>> verdict("出成率≥95%", "节水率96%,出成率96.5%")
    'met'
    >>> verdict("出成率≥95%", "节水率96%")
    'unstated'
    >>> verdict("增产20%", "比对照增产31.5%")
    'met'
    >>> verdict("亩产不低于3000公斤/亩", "单产达到60吨/公顷,亩产4吨/亩")
    'met'
    """
    if required.baseline:
        return Comparison(required, None, "unstated")
    ranked = [(score, offer) for offer in offered if (score := _affinity(required, offer)) > 0]
    if not ranked:
        return _by_complement(required, offered)
    best = max(score for score, _ in ranked)
    decided = [(_decide(required, offer), offer) for score, offer in ranked if score == best]
    for wanted in ("met", "not_met"):
        for verdict, offer in decided:
            if verdict == wanted:
                return Comparison(required, offer, verdict)
    return Comparison(required, decided[0][1], "unstated")


def _by_complement(required: Quantity, offered: Sequence[Quantity]) -> Comparison:
    """Where nothing speaks of 合格率 itself, 不合格率 does: 100 % less the one is the other."""
    for offer in offered:
        turned = _complement(offer)
        if turned is not None and _affinity(required, turned) > 0:
            return Comparison(required, offer, _decide(required, turned))
    return Comparison(required, None, "unstated")


def _complement(offer: Quantity) -> Quantity | None:
    if offer.unit not in ("%", "‰") or offer.change is not None:
        return None
    whole = 100 if offer.unit == "%" else 1000
    for word, other in _COMPLEMENTS:
        if offer.name.endswith(word):
            low, high = (None if one is None else whole - one for one in (offer.high, offer.low))
            name, sign = (
                offer.name.removesuffix(word) + other,
                _MIRRORED.get(offer.comparator, offer.comparator),
            )
            return replace(offer, name=name, comparator=sign, low=low, high=high)
    return None


def _affinity(required: Quantity, offered: Quantity) -> float:
    """How surely both speak of the same thing: 0 is not at all."""
    if (required.change is None) != (offered.change is None):
        return 0
    left, right = _unit(required), _unit(offered)
    if resolve(left).dimension != resolve(right).dimension:
        return 0
    score = name_match(Name.of(required.name), Name.of(offered.name))
    if score == 0 and not (required.name and offered.name) and is_rare(left):
        score = 0.1
    return score / 2 if offered.baseline else score


def _unit(quantity: Quantity) -> str:
    """度 is a kilowatt-hour beside electricity and a degree Celsius beside temperature."""
    if quantity.unit != "度":
        return quantity.unit
    if re.search("[电耗]", quantity.name):
        return "kWh"
    return "℃" if re.search("[温热冷冻]", quantity.name) else "度"


def _interval(quantity: Quantity) -> _Interval:
    difference = quantity.change is not None
    unit = _unit(quantity)
    low, high = (
        None if value is None else to_base(value, unit, difference=difference)
        for value in (quantity.low, quantity.high)
    )
    return _Interval(low, high, quantity.comparator == "gt", quantity.comparator == "lt")


def _demand(required: Quantity) -> _Interval:
    """Widen what the words leave open: about, a bare number with a better side, a change."""
    exact = _interval(required)
    if required.comparator == "approx" and exact.low is not None:
        slack = abs(exact.low) * _TOLERANCE
        return _widen(required, _Interval(exact.low - slack, exact.low + slack))
    return _widen(required, exact) if required.comparator == "eq" else exact


def _widen(required: Quantity, exact: _Interval) -> _Interval:
    if required.change:
        return _Interval(exact.low, None)
    better = polarity(required.name)
    if better == "lower":
        return _Interval(None, exact.high)
    return _Interval(exact.low, None) if better == "higher" else exact


def _decide(required: Quantity, offered: Quantity) -> Verdict:
    if required.change != offered.change:
        return "not_met"
    want, have = _demand(required), _interval(offered)
    if required.comparator == "range" and _SPAN.search(required.name) and want.low != _negative(want.high):
        return _covers(want, have)
    if _above(want, have) and _below(want, have):
        return "met"
    if _apart(want, have):
        return "not_met"
    silent = (want.high is not None and have.high is None) or (want.low is not None and have.low is None)
    one_sided = have.high is None or have.low is None
    if silent and one_sided and not _told(want, have):
        return "unstated"
    return "not_met"


def _negative(value: Fraction | None) -> Fraction | None:
    return None if value is None else -value


def _covers(want: _Interval, have: _Interval) -> Verdict:
    """工作温度 -30–50 ℃: what is offered must reach at least as far on both sides."""
    if have.low is None or have.high is None or have.low == have.high:
        return "unstated"
    reaches = (
        want.low is not None and want.high is not None and have.low <= want.low and want.high <= have.high
    )
    return "met" if reaches else "not_met"


def _above(want: _Interval, have: _Interval) -> bool:
    if want.low is None:
        return True
    return have.low is not None and (
        have.low > want.low or (have.low == want.low and (not want.open_low or have.open_low))
    )


def _below(want: _Interval, have: _Interval) -> bool:
    if want.high is None:
        return True
    return have.high is not None and (
        have.high < want.high or (have.high == want.high and (not want.open_high or have.open_high))
    )


def _apart(want: _Interval, have: _Interval) -> bool:
    """No value could satisfy both."""
    return _past(want.high, have.low, want.open_high or have.open_low) or _past(
        have.high, want.low, have.open_high or want.open_low
    )


def _past(high: Fraction | None, low: Fraction | None, touching: bool) -> bool:
    return high is not None and low is not None and (low > high or (low == high and touching))


def _told(want: _Interval, have: _Interval) -> bool:
    """The offer states the very side that is asked, and falls short of it."""
    return (have.high is not None and not _below(want, have)) or (
        have.low is not None and not _above(want, have)
    )
