"""What a folder of trials holds in DSSAT's formats: soil profiles (SOL) and the parts of an experiment file (PTX)
that the tables beside it leave out: initial conditions, automatic irrigation, changed environment, residues."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from tuwei.core.errors import InputError
from tuwei.potato.crop._soil import Horizon, Profile
from tuwei.potato.trials._dssat_table import known_day, number, sections, tables

LEVELS = tuple("CU FL SA IC MP MI MF MR MC MT ME MH SM".split())
ENVIRONMENT = ("daylength", "srad", "tmax", "tmin", "rain", "co2", "dew", "wind")


@dataclass(frozen=True)
class Initial:
    """Initial conditions of a treatment: the day if told, and (bottom cm, water m3 m-3, ammonium, nitrate mg N/kg) by layer."""

    day: date | None
    layers: tuple[tuple[float, float | None, float, float], ...]


@dataclass(frozen=True)
class Setting:
    """What a PTX says of one treatment beyond the tables.

    ``automatic``: (fraction of available water, depth mm) or None; ``efficiency`` of irrigation; ``changes``: the
    day, the quantity of ``ENVIRONMENT``, the kind of change (A, S, M, R: add, subtract, multiply, replace) and the
    value; ``residues``: the day and kg/ha with % N; ``transplanted``; ``place``: degrees north, east, m, or NaN;
    ``notes``: what was told and left out.
    """

    initial: Initial | None = None
    automatic: tuple[float, float] | None = None
    efficiency: float = 1.0
    changes: tuple[tuple[date, str, str, float], ...] = ()
    residues: tuple[tuple[date | None, float, float], ...] = ()
    transplanted: bool = False
    place: tuple[float, float, float] = (float("nan"),) * 3
    notes: tuple[str, ...] = ()


def read_soil(path: Path, name: str) -> Profile | None:
    """Return a profile of a SOL file by its id, None where the file has none of that id.

    Raises
    ------
    InputError
        ``potato.soil_file``: a profile without layers, or a number that is none; ``potato.soil``,
        ``potato.soil_shallow``: its limits do not hold.

    Notes
    -----
    SLLL, SDUL and SSAT are the limits, SLDR the drainage, SLRO the curve number, SRGF the rooting, SLOC and SBDM
    carbon and density, SLHW the pH. A missing carbon is 1 %, a missing density 1.4. A second table of layers
    (chemistry) is joined to the first by its depths. Other profiles of the file are not looked at.
    """
    return _read_soil(path, name, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read_soil(path: Path, name: str, changed_at: int) -> Profile | None:
    for block in re.split(r"(?m)^\*(?!SOILS)", path.read_text("utf-8-sig", errors="replace"))[1:]:
        if block.split()[:1] == [name]:
            try:
                return _profile(name, block.splitlines())
            except (ValueError, IndexError, KeyError, StopIteration) as error:
                raise InputError("potato.soil_file", "{file} 中的土壤 {field} 读不出：{got}", "Soil {field} of {file} cannot be read: {got}",
                                 file=path.name, field=name, got=f"{type(error).__name__} {error}"[:80]) from None  # fmt: skip
    return None


def _profile(name: str, lines: list[str]) -> Profile:
    above = next(tables(lines, "SLDR"), {})
    layers: dict[float, dict[str, str]] = {}
    for row in tables(lines, "SLB"):
        layers.setdefault(float(row["SLB"]), {}).update(row)
    rows = list(layers.values())
    horizons = tuple(
        Horizon(float(row["SLB"]), number(row, "SLLL", 0), number(row, "SDUL", 0), number(row, "SSAT", 0),
                carbon=number(row, "SLOC", 1.0), density=number(row, "SBDM", 1.4), rooting=number(row, "SRGF", 1.0))
        for row in rows
    )  # fmt: skip
    return Profile(
        horizons, number(above, "SLDR", 0.5), number(above, "SLRO", 65.0), number(rows[0], "SLHW", 7.0), name
    )


def read_settings(path: Path) -> dict[int, Setting]:
    """Return what a PTX file says of each treatment, by its number.

    Raises
    ------
    InputError
        ``potato.experiment_file``: the file cannot be read as a PTX.
    """
    try:
        parts = sections(path)
        return {number_: _setting(parts, levels) for number_, _, levels in treatments(parts)}
    except (ValueError, IndexError, KeyError, OSError) as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: Exception) -> InputError:
    """Return the error of a PTX, PTA or PTT that cannot be read."""
    return InputError("potato.experiment_file", "{file} 读不出：{got}", "{file} cannot be read: {got}",
                      file=path.name, got=f"{type(error).__name__} {error}"[:80])  # fmt: skip


def treatments(parts: dict[str, list[str]]) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Yield a treatment's number, name and factor levels, which are the last thirteen columns.

    Raises
    ------
    KeyError
        No section of treatments.
    ValueError
        A row without its levels.
    """
    for line in parts["TREATMENTS"]:
        if not line.startswith("@"):
            cells = line.split()
            levels = dict(zip(LEVELS, cells[-len(LEVELS) :], strict=True))
            if not all(re.fullmatch(r"\d+", one) for one in levels.values()):
                raise ValueError(f"the levels of treatment {cells[0][:9]}")
            yield int(cells[0]), " ".join(cells[4 : -len(LEVELS)]), levels


def level_rows(parts: dict[str, list[str]], title: str, level: str, has: str) -> list[dict[str, str]]:
    """Return the rows of a level of a section under the headers with a column ``has``; level 0 has none."""
    if level == "0":
        return []
    lines = next((lines for name, lines in parts.items() if name.startswith(title)), [])
    return [row for row in tables(lines, has) if next(iter(row.values())) == level]


def controls(parts: dict[str, list[str]], level: str) -> dict[str, str]:
    """Return all the simulation controls of a level."""
    found: dict[str, str] = {}
    for row in tables(parts.get("SIMULATION CONTROLS", [])):
        if row.get("N") == level:
            found |= row
    return found


def _setting(parts: dict[str, list[str]], levels: dict[str, str]) -> Setting:
    notes: list[str] = []
    return Setting(
        _initial(parts, levels["IC"]),
        _automatic(controls(parts, levels["SM"]), levels, notes),
        _efficiency(parts, levels["MI"], notes),
        tuple(_changes(parts.get("ENVIRONMENT MODIFICATIONS", []), levels["ME"])),
        tuple((known_day(row["RDATE"]), number(row, "RAMT", 0), number(row, "RESN", 0))
              for row in level_rows(parts, "RESIDUES", levels["MR"], "RAMT") if row["RDATE"] == "-99" or len(row["RDATE"]) > 3),
        any(row.get("PLME") in ("T", "N") for row in level_rows(parts, "PLANTING", levels["MP"], "PLME")),
        _place(parts, levels["FL"]), tuple(notes),
    )  # fmt: skip


def _place(parts: dict[str, list[str]], level: str) -> tuple[float, float, float]:
    row = next(iter(level_rows(parts, "FIELDS", level, "ELEV")), {})
    none = float("nan")
    north, east = number(row, "YCRD", none), number(row, "XCRD", none)
    if north == east == 0:
        north = east = none
    return north, east, number(row, "ELEV", none)


def _initial(parts: dict[str, list[str]], level: str) -> Initial | None:
    days = [known_day(row["ICDAT"]) for row in level_rows(parts, "INITIAL CONDITIONS", level, "ICDAT")]
    layers = []
    for row in level_rows(parts, "INITIAL CONDITIONS", level, "ICBL"):
        if number(row, "ICBL", 0) > 0:
            water = number(row, "SH2O", 0)
            layers.append((float(row["ICBL"]), water if water > 0 else None, number(row, "SNH4", 1), number(row, "SNO3", 5)))  # fmt: skip
    return Initial(next(iter(days), None), tuple(layers)) if layers else None


def _automatic(found: dict[str, str], levels: dict[str, str], notes: list[str]) -> tuple[float, float] | None:
    """Return threshold and depth where irrigation is automatic and no irrigation is recorded."""
    kind = found.get("IRRIG", "R")
    if kind == "P":
        notes.append("末次记录之后的自动灌溉未计 automatic irrigation after the last record is left out")
    if kind not in ("A", "F") or levels["MI"] != "0":
        return None
    return number(found, "ITHRL", 50) / 100, 10 * number(found, "IMDEP", 30)


def _efficiency(parts: dict[str, list[str]], level: str, notes: list[str]) -> float:
    value = number(next(iter(level_rows(parts, "IRRIGATION", level, "EFIR")), {}), "EFIR", 1.0)
    if 0 < value <= 1:
        return value
    notes.append(
        f"灌溉效率 {value:g} 不成立，按 1 an efficiency of irrigation of {value:g} cannot be, taken as 1"
    )
    return 1.0


def _changes(lines: list[str], level: str) -> Iterator[tuple[date, str, str, float]]:
    """Yield the changes; columns after the day are day length, radiation, TMAX, TMIN, rain, CO2, dew point, wind."""
    for line in lines:
        if line[0] not in "@!*" and line.split()[0] == level != "0" and (day := known_day(line.split()[1])):
            pairs = re.findall(r"\b([ASMR])\s*(-?[0-9.]+)", line.split(maxsplit=2)[2])
            for name, (kind, text) in zip(ENVIRONMENT, pairs, strict=False):
                value = float(text)
                if value != -99 and not (kind in "AS" and value == 0) and not (kind == "M" and value == 1):
                    yield day, name, kind, value
