"""The farmers' practices that the evidence compares with: figures as data, each with its source or marked as assumed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from tuwei.core.errors import InputError
from tuwei.potato.field._field import METHODS

SHIPPED = "practices.toml"
PRACTICES = ("flood", "drip")
# What a figure of a practice may be: lowest and highest; a list holds days.
RANGES: dict[str, tuple[float, float]] = {
    "nitrogen": (0, 600), "waterings": (0, 60), "water_mm": (0, 400), "first_days": (0, 150), "every_days": (1, 60),
    "efficiency": (0.2, 1), "basal_share": (0, 1), "dressing_days": (0, 150), "incorporated": (0, 1),
    "planting_days": (-30, 30), "density": (1, 15), "mulch": (0, 1),
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One figure of a practice: its unit and source, whether it is assumed, and what else is tried."""

    value: Any
    unit: str = ""
    source: str = ""
    assumed: bool = False
    tried: tuple[float, ...] = ()


@dataclass(frozen=True)
class Practice:
    """A practice by name; ``figures`` by key, see ``RANGES`` and ``method``."""

    name: str
    zh: str
    en: str
    figures: Mapping[str, Figure]

    def __getitem__(self, key: str) -> Any:
        """Return a figure's value."""
        return self.figures[key].value

    @property
    def water(self) -> float:
        """Gross irrigation of a season, mm."""
        return float(self["waterings"] * self["water_mm"])

    def changed(self, key: str, value: Any) -> Practice:
        """Return the practice with one figure changed."""
        figures = dict(self.figures)
        figures[key] = Figure(value, figures[key].unit, "tried", True)
        return Practice(self.name, self.zh, self.en, figures)


def read_practices(path: Path | str | None = None) -> dict[str, Practice]:
    """Return the two practices, ``flood`` and ``drip``, of a file laid out like ``data/practices.toml``.

    Parameters
    ----------
    path
        The file; without one the shipped file is read.

    Raises
    ------
    InputError
        ``potato.practice_file``: not readable as TOML; ``potato.practice_key``: a key that is missing or unknown;
        ``potato.practice_value``: a wrong type, or outside its range.

    Examples
    --------
    >>> practices = read_practices()
    >>> practices["drip"]["nitrogen"], practices["flood"].figures["water_mm"].assumed
    (330.0, True)
    """
    shipped = files("tuwei.potato") / "data" / SHIPPED
    name = SHIPPED if path is None else Path(path).name
    try:
        text = shipped.read_text("utf-8") if path is None else Path(path).read_text("utf-8-sig")
        given = tomllib.loads(text)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("potato.practice_file", "{file} 读不出：{got}", "{file} cannot be read: {got}",
                         file=str(path), got=str(getattr(error, "strerror", "") or error)) from None  # fmt: skip
    return {one: _practice(one, given.get(one), name) for one in PRACTICES}


def _practice(name: str, given: Any, file: str) -> Practice:
    wanted = {"method", *RANGES}
    if not isinstance(given, dict) or not wanted <= set(given) <= wanted | {"zh", "en"}:
        found = set(given) if isinstance(given, dict) else set()
        odd = sorted((wanted - found) or (found - wanted - {"zh", "en"}))
        raise InputError("potato.practice_key", "{file}：[{field}] 的键缺少或多出：{got}。", "{file}: keys of [{field}] that lack or are unknown: {got}.",
                         file=file, field=name, got=", ".join(odd), expected=", ".join(sorted(wanted)))  # fmt: skip
    figures = {key: _figure(f"{name}.{key}", given[key], file) for key in sorted(wanted)}
    return Practice(name, str(given.get("zh", name)), str(given.get("en", name)), figures)


def _figure(field: str, given: Any, file: str) -> Figure:
    key = field.split(".")[1]
    value = given.get("value") if isinstance(given, dict) else None
    tried = tuple(given.get("tried", ())) if isinstance(given, dict) else ()
    low, high = RANGES.get(key, (0.0, 0.0))
    if key == "method":
        holds = value in METHODS
    else:
        numbers = [*(value if key == "dressing_days" and isinstance(value, list) else [value]), *tried]
        holds = all(type(one) in (int, float) and low <= one <= high for one in numbers)
    if not holds or (key == "waterings" and type(value) is not int):
        expected = ", ".join(METHODS) if key == "method" else f"{low:g} – {high:g}"
        raise InputError("potato.practice_value", "{file}：“{field}.value” 应为 {expected}，现为“{got}”。", "{file}: “{field}.value” is {expected}, got “{got}”.",
                         file=file, field=field, expected=expected, got=str(value)[:60])  # fmt: skip
    return Figure(value, str(given.get("unit", "")), str(given.get("source", "")), bool(given.get("assumed", False)), tried)  # fmt: skip
