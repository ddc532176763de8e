"""What a folder of trials holds in DSSAT's formats: soil profiles (SOL) and the parts of an experiment file (PTX)
that the tables beside it leave out: initial conditions, automatic irrigation, changed environment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tuwei.core.errors import InputError
from tuwei.potato._soil import Horizon, Profile


@dataclass(frozen=True)
class Initial:
    """Initial conditions of a treatment: the day, and (bottom cm, water m3 m-3, ammonium, nitrate mg N/kg) by layer."""

    day: date
    layers: tuple[tuple[float, float | None, float, float], ...]


@dataclass(frozen=True)
class Setting:
    """What a PTX says of one treatment beyond the tables.

    ``automatic``: (fraction of available water, depth mm) or None; ``efficiency`` of irrigation; ``changes``: the
    day, the kind of change (A, S, M, R: add, subtract, multiply, replace) and the value, for SRAD, TMAX, TMIN, RAIN.
    """

    initial: Initial | None = None
    automatic: tuple[float, float] | None = None
    efficiency: float = 1.0
    changes: tuple[tuple[date, str, str, float], ...] = ()


def dssat_day(text: str) -> date:
    """Return the day of ``yyddd`` or ``yyyyddd``; two digits from 40 on are 19yy.

    Examples
    --------
    >>> dssat_day("92102")
    datetime.date(1992, 4, 11)
    """
    year, day = int(text[:-3]), int(text[-3:])
    year += (1900 if year >= 40 else 2000) if year < 100 else 0
    return date(year, 1, 1) + timedelta(days=day - 1)


def read_soils(path: Path) -> dict[str, Profile]:
    """Return the profiles of a SOL file by their id.

    Raises
    ------
    InputError
        ``potato.soil_file``: a profile without layers, or a number that is none.

    Notes
    -----
    SLLL, SDUL and SSAT are the limits, SLDR the drainage, SLRO the curve number, SRGF the rooting, SLOC and SBDM
    carbon and density, SLHW the pH. A missing carbon is 1 %, a missing density 1.4.
    """
    found = {}
    for block in re.split(r"(?m)^\*(?!SOILS)", path.read_text("utf-8", errors="replace"))[1:]:
        name = block.split()[0]
        try:
            found[name] = _profile(name, block.splitlines())
        except (ValueError, IndexError, KeyError) as error:
            raise InputError("potato.soil_file", "{file} 中的土壤 {field} 读不出：{got}", "Soil {field} of {file} cannot be read: {got}",
                             file=path.name, field=name, got=str(error)[:80]) from None  # fmt: skip
    return found


def _profile(name: str, lines: list[str]) -> Profile:
    above = next(row for row in _tables(lines, "SCOM"))
    rows = list(_tables(lines, "SLB"))
    top = rows[0]
    horizons = tuple(
        Horizon(_number(row, "SLB", 0), _number(row, "SLLL", 0), _number(row, "SDUL", 0), _number(row, "SSAT", 0),
                carbon=_number(row, "SLOC", 1.0), density=_number(row, "SBDM", 1.4), rooting=_number(row, "SRGF", 1.0))
        for row in rows
    )  # fmt: skip
    return Profile(
        horizons, _number(above, "SLDR", 0.5), _number(above, "SLRO", 65.0), _number(top, "SLHW", 7.0), name
    )


def _tables(lines: list[str], first: str) -> Iterator[dict[str, str]]:
    """Yield the rows under each header line that begins with ``first``."""
    names: list[str] = []
    for line in lines:
        if line.startswith("@"):
            names = line[1:].split()
            names = names if first in names[:2] else []
        elif names and line.strip() and line[0] not in "!*":
            yield dict(zip(names, line.split(), strict=False))


def _number(row: dict[str, str], name: str, missing: float) -> float:
    value = float(row.get(name, "-99"))
    return missing if value <= -99 else value


def read_settings(path: Path) -> dict[int, Setting]:
    """Return what a PTX file says of each treatment, by its number.

    Raises
    ------
    InputError
        ``potato.experiment_file``: the file cannot be read as a PTX.
    """
    parts = {block.split("\n")[0].split("  ")[0].strip(): block.splitlines()
             for block in re.split(r"(?m)^\*", path.read_text("utf-8", errors="replace"))[1:]}  # fmt: skip
    try:
        return {number: _setting(parts, levels) for number, levels in _treatments(parts["TREATMENTS"])}
    except (ValueError, IndexError, KeyError, StopIteration) as error:
        raise InputError("potato.experiment_file", "{file} 读不出：{got}", "{file} cannot be read: {got}",
                         file=path.name, got=f"{type(error).__name__} {error}"[:80]) from None  # fmt: skip


def _treatments(lines: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield a treatment's number and its factor levels, which are the last thirteen columns."""
    names = "CU FL SA IC MP MI MF MR MC MT ME MH SM".split()
    for line in lines[1:]:
        if line.strip() and line[0] not in "@!*":
            cells = line.split()
            yield int(cells[0]), dict(zip(names, cells[-13:], strict=True))


def _setting(parts: dict[str, list[str]], levels: dict[str, str]) -> Setting:
    return Setting(
        _initial(parts.get("INITIAL CONDITIONS", []), levels["IC"]),
        _automatic(parts.get("SIMULATION CONTROLS", []), levels),
        _efficiency(parts.get("IRRIGATION AND WATER MANAGEMENT", []), levels["MI"]),
        tuple(_changes(parts.get("ENVIRONMENT MODIFICATIONS", []), levels["ME"])),
    )


def _initial(lines: list[str], level: str) -> Initial | None:
    day, layers = None, []
    names: list[str] = []
    for line in lines[1:]:
        if line.startswith("@"):
            names = line[1:].split()
        elif line.strip() and line[0] != "!" and line.split()[0] == level:
            row = dict(zip(names, line.split(), strict=False))
            if "ICDAT" in row:
                day = dssat_day(row["ICDAT"])
            elif _number(row, "ICBL", 0) > 0:
                water = _number(row, "SH2O", -1)
                layers.append((float(row["ICBL"]), water if water > 0 else None, _number(row, "SNH4", 1), _number(row, "SNO3", 5)))  # fmt: skip
    return Initial(day, tuple(layers)) if day and layers else None


def _automatic(lines: list[str], levels: dict[str, str]) -> tuple[float, float] | None:
    """Return threshold and depth where irrigation is automatic and no irrigation is recorded."""
    if levels["MI"] != "0":
        return None
    names: list[str] = []
    found: dict[str, str] = {}
    for line in lines[1:]:
        if line.startswith("@"):
            names = line[1:].split()
        elif names and line.split()[:1] == [levels["SM"]]:
            found |= dict(zip(names, line.split(), strict=False))
    if found.get("IRRIG") != "A":
        return None
    return _number(found, "ITHRL", 50) / 100, 10 * _number(found, "IMDEP", 30)


def _efficiency(lines: list[str], level: str) -> float:
    rows = (row for row in _tables(lines, "EFIR") if row.get("I") == level)
    value = _number(next(rows, {}), "EFIR", 1.0)
    return value if 0 < value <= 1 else 1.0


def _changes(lines: list[str], level: str) -> Iterator[tuple[date, str, str, float]]:
    """Yield the changes; columns after the day are day length, radiation, TMAX, TMIN, rain, CO2, dew point, wind."""
    for line in lines[1:]:
        if line.strip() and line[0] not in "@!" and line.split()[0] == level:
            day = dssat_day(line.split()[1])
            pairs = re.findall(r"([ASMR])\s*(-?[0-9.]+)", line.split(maxsplit=2)[2])
            for name, (kind, value) in zip(
                ("daylength", "srad", "tmax", "tmin", "rain"), pairs, strict=False
            ):
                if name != "daylength" and not (kind in "AS" and float(value) == 0):
                    yield day, name, kind, float(value)
