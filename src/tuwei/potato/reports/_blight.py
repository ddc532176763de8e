"""Late blight of a simulated season, as JSON and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from tuwei.potato.crop._ensemble import interval
from tuwei.potato.crop._layout import DAILY
from tuwei.potato.field._field import Field
from tuwei.potato.season._blight import BLIGHT_RESULT, BlightedSeasons
from tuwei.potato.season._layout import BLIGHTED

HEAD = (("leaf_lost", "晚疫病毁去的绿叶", "green leaf lost to late blight"), ("blight_severity", "最后的病叶面积", "diseased leaf at the end"))  # fmt: skip


def blight_dict(field: Field, many: BlightedSeasons) -> dict[str, Any]:
    """Return late blight for JSON: ``hours``, ``resistance``, ``lesions``, ``first``, ``sprays``, ``results``, ``days``.

    The intervals are over the draws of the crop's parameters; those of the disease are fixed.
    """
    part = field.parts["blight"]
    results = {name: {**_rounded(asdict(interval(many.blight[:, place]))), "unit": unit}
               for place, (name, unit) in enumerate(BLIGHT_RESULT.items())}  # fmt: skip
    return {
        "hours": many.hours, "resistance": part["resistance"], "lesions": part["lesions"],
        "first": part["first"].isoformat() if part["first"] else None,
        "sprays": [{"date": row["date"].isoformat(), "product": row["product"]} for row in field.parts["spray"]],
        "results": results, "days": [_day(many, day) for day in range(many.daily.shape[1])],
    }  # fmt: skip


def _day(many: BlightedSeasons, day: int) -> dict[str, Any]:
    """Return a day: each column of the best parameters, and the severity with its interval."""
    at = {name: len(DAILY) + place for place, name in enumerate(BLIGHTED)}
    best = {name: round(float(many.daily[0, day, place]), 6) for name, place in at.items()}
    return {"date": (many.start + timedelta(days=day)).isoformat(), **best,
            "severity": _rounded(asdict(interval(many.daily[:, day, at["blight_severity"]])))}  # fmt: skip


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in values.items()}


def blight_lines(found: Mapping[str, Any], english: bool) -> Iterator[str]:
    """Yield late blight in words."""
    yield (f"late blight: resistance {found['resistance']}, {len(found['sprays'])} sprays; hours: {found['hours']}" if english
           else f"晚疫病：抗性 {found['resistance']}，喷药 {len(found['sprays'])} 次；小时气象：{found['hours']}")  # fmt: skip
    for name, zh, en in HEAD:
        value, low, high = (100 * found["results"][name][key] for key in ("value", "low", "high"))
        yield f"{en if english else zh}: {value:.1f} % (90 %: {low:.1f} – {high:.1f})"
