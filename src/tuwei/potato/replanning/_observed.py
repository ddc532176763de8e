"""The file of what was observed of a season: readings and the work that was done, a row each."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from math import isfinite
from pathlib import Path

from tuwei.core.errors import InputError
from tuwei.potato.field._field import MATERIALS

COLUMNS = {"date": "日期", "what": "项目", "value": "数值", "unit": "单位", "deviation": "误差", "depth_cm": "深度", "material": "肥料"}  # fmt: skip


@dataclass(frozen=True)
class What:
    """One thing that may be observed: its range, the factor of every unit (the first is the engine's), and whether a value is needed."""

    zh: str
    low: float
    high: float
    units: Mapping[str, float]
    reading: bool = False
    needed: bool = True


_SHARE = {"": 1.0, "%": 0.01}
_DOSE = {"kg/ha": 1.0, "kg/mu": 15.0}
WHATS = {
    "soil_moisture": What("土壤体积含水量", 0, 0.8, {"m3/m3": 1.0, "%": 0.01}, True),
    "soil_water": What("剖面储水", 0, 2000, {"mm": 1.0}, True),
    "cover": What("覆盖度", 0, 1, _SHARE, True),
    "ndvi": What("NDVI", -1, 1, {"": 1.0}, True),
    "gli": What("GLI", -1, 1, {"": 1.0}, True),
    "lai": What("叶面积指数", 0, 12, {"m2/m2": 1.0}, True),
    "stage": What("生育期", 0, 3, {"": 1.0}, True),
    "tuber": What("块茎干物质", 0, 30_000, {"kg/ha": 1.0, "t/ha": 1000.0, "g/m2": 10.0}, True),
    "severity": What("病情", 0, 1, _SHARE, True),
    "planting": What("播种", 1, 15, {"m-2": 1.0}, needed=False),
    "emergence": What("出苗", 1, 1, {"": 1.0}, needed=False),
    "irrigation": What("灌水", 0, 400, {"mm": 1.0, "m3/ha": 0.1, "m3/mu": 1.5}),
    "nitrogen": What("施氮", 0, 500, _DOSE),
    "phosphate": What("施磷", 0, 500, _DOSE),
    "potash": What("施钾", 0, 800, _DOSE),
    "spray": What("喷药", 1, 1, {"": 1.0}, needed=False),
    "leaf_loss": What("叶损失", 0, 1, _SHARE),
    "vine_kill": What("杀秧", 1, 1, {"": 1.0}, needed=False),
}
ONCE = ("planting", "emergence", "vine_kill")
_ALIAS = {**{one.zh: name for name, one in WHATS.items()}, **{name: name for name in WHATS}}


@dataclass(frozen=True)
class Row:
    """One row: ``what`` on ``day``, value and deviation in the engine's unit; ``row`` its line in the file."""

    day: date
    what: str
    value: float | None = None
    deviation: float | None = None
    depth: float | None = None
    material: str = "compound"
    row: int = 0


@dataclass(frozen=True)
class Observed:
    """What was observed, in the order of the days; ``file`` for errors."""

    file: str
    rows: tuple[Row, ...] = ()

    def of(self, *what: str) -> list[Row]:
        """Return the rows of these kinds."""
        return [one for one in self.rows if one.what in what]

    @property
    def readings(self) -> list[Row]:
        """The rows that are readings."""
        return [one for one in self.rows if WHATS[one.what].reading]

    def fault(self, code: str, one: Row, field: str, zh: str, en: str, **more: object) -> InputError:
        """Return an error that names file, row and field."""
        return _fault(code, self.file, one.row, field, zh, en, **more)


def read_observed(path: Path | str) -> Observed:
    """Read a CSV of what was observed; ``data/observed.csv`` is the annotated example.

    Parameters
    ----------
    path
        UTF-8, a header of ``date, what, value`` and, if wanted, ``unit, deviation, depth_cm, material`` (or their
        Chinese names); lines that begin with ``#`` are comments. Units and ranges are in ``WHATS``.

    Raises
    ------
    InputError
        Each with file, row and field. ``potato.observed_file``: not readable; ``potato.observed_column``: a column is
        missing, twice or unknown, or a row has another number of cells; ``potato.observed_date``;
        ``potato.observed_what``: unknown, the nearest is named; ``potato.observed_value``: no number, outside its
        range, or missing; ``potato.observed_unit``; ``potato.observed_twice``: a row comes twice, or a second planting,
        emergence or vine kill.

    Examples
    --------
    >>> from importlib.resources import files
    >>> found = read_observed(str(files("tuwei.potato") / "data" / "observed.csv"))
    >>> found.of("irrigation")[0].value, found.readings[0].what
    (20.0, 'cover')
    """
    path = Path(path)
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("potato.observed_file", "{file} 读不出：{got}", "{file} cannot be read: {got}",
                         file=str(path), got=str(getattr(error, "strerror", "") or error)) from None  # fmt: skip
    lines = _lines(text, path.name)
    number, header = next(lines, (1, []))
    names = _header(header, path.name, number)
    rows: list[Row] = []
    for number, cells in lines:
        if len(cells) != len(names):
            raise _fault("potato.observed_column", path.name, number, f"{len(cells)}", "有 {got} 格，应为 {expected} 格。", "{got} cells, expected {expected}.",
                         got=len(cells), expected=len(names))  # fmt: skip
        rows.append(_row(dict(zip(names, cells, strict=True)), path.name, number))
        _once(rows, path.name)
    return Observed(path.name, tuple(sorted(rows, key=lambda one: one.day)))


def _lines(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or not line.strip(" ,\t"):
            continue
        try:
            yield number, [cell.strip() for cell in next(csv.reader([line], strict=True))]
        except csv.Error as error:
            raise InputError("potato.observed_file", "{file} 第 {row} 行读不出：{got}", "{file} row {row} cannot be read: {got}",
                             file=file, row=number, got=str(error)) from None  # fmt: skip


def _header(cells: list[str], file: str, row: int) -> list[str]:
    alias = {zh: name for name, zh in COLUMNS.items()}
    names = [alias.get(cell, cell.lower()) for cell in cells]
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            raise _fault("potato.observed_column", file, row, name, "没有这一列或重复，可用：{expected}。", "no such column, or twice; there are: {expected}.",
                         expected=", ".join(COLUMNS))  # fmt: skip
    for name in ("date", "what", "value"):
        if name not in names:
            raise _fault("potato.observed_column", file, row, name, "缺这一列。", "this column is missing.", expected=name)  # fmt: skip
    return names


def _row(cells: Mapping[str, str], file: str, row: int) -> Row:
    what = _ALIAS.get(cells["what"])
    if what is None:
        near = get_close_matches(cells["what"], _ALIAS, 1)
        raise _fault("potato.observed_what", file, row, "what", "没有“{got}”，最近的是 {expected}。", "no “{got}”; the nearest is {expected}.",
                     got=cells["what"][:40], expected=near[0] if near else ", ".join(WHATS))  # fmt: skip
    try:
        day = date.fromisoformat(cells["date"].replace("/", "-"))
    except ValueError:
        raise _fault("potato.observed_date", file, row, "date", "“{got}”不是日期，应如 {expected}。", "“{got}” is no date; write {expected}.",
                     got=cells["date"][:20], expected="2025-07-01") from None  # fmt: skip
    one, unit = WHATS[what], cells.get("unit", "")
    if unit and unit not in one.units:
        raise _fault("potato.observed_unit", file, row, "unit", "{what} 没有单位“{got}”，可用：{expected}。", "{what} has no unit “{got}”; there are: {expected}.",
                     what=what, got=unit[:20], expected=", ".join(name or "空 blank" for name in one.units))  # fmt: skip
    factor = one.units[unit] if unit else next(iter(one.units.values()))
    value = _number(cells["value"], file, row, "value", one.low, one.high, factor)
    if value is None and one.needed:
        raise _wrong(file, row, "value", f"{one.low:g} – {one.high:g}", "")
    deviation = _number(cells.get("deviation", ""), file, row, "deviation", 1e-6, 10_000, factor)
    depth = _number(cells.get("depth_cm", ""), file, row, "depth_cm", 0.5, 300)
    if (depth is None) == (what == "soil_moisture"):
        raise _wrong(file, row, "depth_cm", "0.5 – 300 cm" if depth is None else "空 blank", cells.get("depth_cm", ""))  # fmt: skip
    material = cells.get("material", "")
    if material and (what != "nitrogen" or material not in MATERIALS):
        raise _wrong(
            file, row, "material", ", ".join(MATERIALS) if what == "nitrogen" else "空 blank", material
        )
    if deviation is not None and not one.reading:
        raise _wrong(file, row, "deviation", "空 blank", cells["deviation"])
    return Row(day, what, value, deviation, depth, material or "compound", row)


def _number(
    text: str, file: str, row: int, field: str, low: float, high: float, factor: float = 1.0
) -> float | None:
    if not text:
        return None
    try:
        value = round(float(text) * factor, 12)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or not low <= value <= high:
        raise _wrong(file, row, field, f"{low / factor:g} – {high / factor:g}", text)
    return value


def _once(rows: list[Row], file: str) -> None:
    *before, last = rows
    for one in before:
        same = one.what == last.what and (
            last.what in ONCE
            or (one.day, one.value, one.depth, one.material)
            == (last.day, last.value, last.depth, last.material)
        )
        if same:
            raise _fault("potato.observed_twice", file, last.row, "what", "{got} 与第 {expected} 行重复。", "{got} comes twice, see row {expected}.",
                         got=last.what, expected=one.row)  # fmt: skip


def _wrong(file: str, row: int, field: str, expected: str, got: str) -> InputError:
    return _fault("potato.observed_value", file, row, field, "应为 {expected}，现为“{got}”。", "expected {expected}, got “{got}”.",
                  expected=expected, got=got[:40])  # fmt: skip


def _fault(code: str, file: str, row: int, field: str, zh: str, en: str, **more: object) -> InputError:
    return InputError(code, "{file} 第 {row} 行“{field}”：" + zh, "{file} row {row}, {field}: " + en,
                      file=file, row=row, field=field, **more)  # fmt: skip
