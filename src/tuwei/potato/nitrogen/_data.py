"""Nitrogen trials as a table: plots with dose and yield, fields with numbers and classes."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tuwei.core.errors import InputError

Floats = npt.NDArray[np.float64]
HIGHEST_DOSE = 600.0
"""kg N/ha; more is taken for a wrong unit."""
HIGHEST_YIELD = 150.0
"""t/ha of fresh tubers; more is taken for kg/ha or cwt/acre."""
NEEDED = ("trial", "nitrogen_kg_ha", "yield_t_ha")


@dataclass(frozen=True)
class Fields:
    """What is known of each field before the season: shape (fields,) in every entry.

    ``numbers`` are named ``group.name`` (``water.rain_early``; nan is missing), ``classes`` by their own name
    (``cultivar``; an empty text is unknown).
    """

    names: tuple[str, ...]
    numbers: Mapping[str, Floats]
    classes: Mapping[str, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.names)

    def take(self, which: Iterable[int]) -> Fields:
        """Return the fields at these places."""
        places = list(which)
        return Fields(
            tuple(self.names[place] for place in places),
            {name: values[places] for name, values in self.numbers.items()},
            {name: tuple(values[place] for place in places) for name, values in self.classes.items()},
        )


@dataclass(frozen=True)
class NitrogenTrials:
    """Plots of trials: ``field`` (plots,) is the place in ``fields``; dose in kg N/ha, yield in t/ha fresh."""

    fields: Fields
    field: npt.NDArray[np.int64]
    nitrogen: Floats
    tubers: Floats

    def take(self, which: Sequence[int]) -> NitrogenTrials:
        """Return the trials at these places with their plots."""
        new = {place: index for index, place in enumerate(which)}
        kept = np.isin(self.field, list(which))
        field = np.array([new[place] for place in self.field[kept].tolist()], np.int64)
        return NitrogenTrials(self.fields.take(which), field, self.nitrogen[kept], self.tubers[kept])


def read_nitrogen_trials(path: Path) -> NitrogenTrials:
    """Return the trials of a CSV, a row a plot.

    Columns ``trial``, ``nitrogen_kg_ha`` (0–600), ``yield_t_ha`` (0–150, fresh); then any numbers named
    ``group.name`` and classes named ``class.name``. A number is averaged over the plots of its trial that have it.

    Raises
    ------
    InputError
        ``potato.nitrogen_column``, ``potato.nitrogen_number``, ``potato.nitrogen_range``, ``potato.nitrogen_class``
        (a class differs within a trial), ``potato.nitrogen_trial`` (no name), ``potato.nitrogen_few``, ``potato.nitrogen_cells``,
        ``potato.nitrogen_file``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> lines = [f"{trial},{dose},{20 + dose / 10},1.5" for trial in "abc" for dose in (0, 60, 120)]
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "trials.csv")
    ...     _ = path.write_text("\\n".join(["trial,nitrogen_kg_ha,yield_t_ha,soil.humus", *lines]), "utf-8")
    ...     read_nitrogen_trials(path).fields.names
    ('a', 'b', 'c')
    """
    rows = _rows(path, NEEDED)
    header = list(rows[0][1]) if rows else []
    names = list(dict.fromkeys(_trial(path, row, cells) for row, cells in rows))
    place = {name: index for index, name in enumerate(names)}
    field = np.array([place[cells["trial"].strip()] for _, cells in rows], np.int64)
    classes = {
        name.removeprefix("class."): _class(path, rows, field, name, len(names))
        for name in header
        if name.startswith("class.")
    }
    numbers = {
        name: _averaged(_numbers(path, rows, name, -math.inf, math.inf, missing=True), field, len(names))
        for name in header
        if "." in name and not name.startswith("class.")
    }
    doses = _numbers(path, rows, "nitrogen_kg_ha", 0.0, HIGHEST_DOSE)
    tubers = _numbers(path, rows, "yield_t_ha", 0.0, HIGHEST_YIELD)
    return checked(NitrogenTrials(Fields(tuple(names), numbers, classes), field, doses, tubers), path.name)


def read_nitrogen_fields(path: Path) -> Fields:
    """Return the fields of a CSV, a row a field: ``field`` its name, then numbers and classes as of trials.

    Raises
    ------
    InputError
        ``potato.nitrogen_column``, ``potato.nitrogen_number``, ``potato.nitrogen_trial`` (no name, or one twice),
        ``potato.nitrogen_cells``, ``potato.nitrogen_file``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "fields.csv")
    ...     _ = path.write_text("field,class.cultivar\\neast,Kexin 1\\n", "utf-8")
    ...     read_nitrogen_fields(path).classes
    {'cultivar': ('Kexin 1',)}
    """
    rows = _rows(path, ("field",))
    names: list[str] = []
    for row, cells in rows:
        name = cells["field"].strip()
        if not name or name in names:
            raise InputError("potato.nitrogen_trial", "{file} 第 {row} 行的地块名为空或重复：“{got}”。",
                             "{file} row {row}: the field's name “{got}” is empty or taken.",
                             file=path.name, row=row, field="field", got=name)  # fmt: skip
        names.append(name)
    header = list(rows[0][1]) if rows else []
    numbers = {
        name: _numbers(path, rows, name, -math.inf, math.inf, missing=True)
        for name in header
        if "." in name and not name.startswith("class.")
    }
    classes = {
        name.removeprefix("class."): tuple(cells[name].strip() for _, cells in rows)
        for name in header
        if name.startswith("class.")
    }
    return Fields(tuple(names), numbers, classes)


def checked(trials: NitrogenTrials, file: str = "") -> NitrogenTrials:
    """Return the trials, or raise ``potato.nitrogen_few``: three trials and three doses are the least."""
    doses = len(np.unique(trials.nitrogen))
    if len(trials.fields) < 3 or doses < 3:
        raise InputError("potato.nitrogen_few", "{file}：试验 {trials} 个、施氮量 {doses} 种，拟合至少各需 3。",
                         "{file}: {trials} trials and {doses} doses; a fit needs at least 3 of each.",
                         file=file, trials=len(trials.fields), doses=doses, expected=3)  # fmt: skip
    return trials


def _rows(path: Path, needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError("potato.nitrogen_file", "{file} 打不开，或不是 UTF-8 文本。", "{file} cannot be opened or is not UTF-8 text.",
                         file=path.name) from None  # fmt: skip
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    missing = [name for name in needed if name not in (reader.fieldnames or [])]
    if missing:
        raise InputError("potato.nitrogen_column", "{file} 缺少 {field} 列。", "{file} lacks the column {field}.",
                         file=path.name, row=1, field=missing[0], expected=", ".join(needed))  # fmt: skip
    rows = [(reader.line_num, row) for row in reader]
    for row, cells in rows:
        if None in cells:
            raise InputError("potato.nitrogen_cells", "{file} 第 {row} 行的格数多于表头。", "{file} row {row} has more cells than the header.",
                             file=path.name, row=row)  # fmt: skip
    return rows


def _trial(path: Path, row: int, cells: Mapping[str, str]) -> str:
    if not cells["trial"].strip():
        raise InputError("potato.nitrogen_trial", "{file} 第 {row} 行没有试验名。", "{file} row {row} names no trial.",
                         file=path.name, row=row, field="trial")  # fmt: skip
    return cells["trial"].strip()


def _numbers(
    path: Path,
    rows: list[tuple[int, dict[str, str]]],
    name: str,
    low: float,
    high: float,
    *,
    missing: bool = False,
) -> Floats:
    found = np.full(len(rows), np.nan)
    for index, (row, cells) in enumerate(rows):
        text = cells[name].strip()
        if missing and not text:
            continue
        where = {"file": path.name, "row": row, "field": name, "got": text, "expected": f"{low:g}–{high:g}"}
        try:
            found[index] = float(text)
        except ValueError:
            raise InputError("potato.nitrogen_number", "{file} 第 {row} 行 {field}：“{got}”不是数。",
                             "{file} row {row}, {field}: “{got}” is not a number.", **where) from None  # fmt: skip
        if not low <= found[index] <= high or not math.isfinite(found[index]):
            raise InputError("potato.nitrogen_range", "{file} 第 {row} 行 {field} 应在 {expected} 内，现为 {got}；请查单位。",
                             "{file} row {row}: {field} must be within {expected}, got {got}; check the unit.", **where)  # fmt: skip
    return found


def _averaged(values: Floats, field: npt.NDArray[np.int64], fields: int) -> Floats:
    known = np.isfinite(values)
    sums = np.bincount(field[known], values[known], fields)
    counts = np.bincount(field[known], minlength=fields)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _class(
    path: Path, rows: list[tuple[int, dict[str, str]]], field: npt.NDArray[np.int64], name: str, fields: int
) -> tuple[str, ...]:
    found = [""] * fields
    for place, (row, cells) in zip(field.tolist(), rows, strict=True):
        text = cells[name].strip()
        if found[place] and text and text != found[place]:
            raise InputError("potato.nitrogen_class", "{file} 第 {row} 行 {field}：“{got}”与同一试验的“{expected}”不符。",
                             "{file} row {row}, {field}: “{got}” differs from “{expected}” of the same trial.",
                             file=path.name, row=row, field=name, got=text, expected=found[place])  # fmt: skip
        found[place] = found[place] or text
    return tuple(found)
