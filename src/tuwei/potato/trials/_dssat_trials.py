"""The tables of a folder of trials made from DSSAT's own files: PTX (work), PTA (harvest), PTT (courses)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tuwei.potato.trials._dssat import controls, level_rows, treatments, unreadable
from tuwei.potato.trials._dssat_table import dssat_day, known_day, number, sections, tables

Row = dict[str, str]
AMOUNTS = ("IR001", "IR002", "IR003", "IR004", "IR005", "IR006")  # the others are depths and rates of ponding


def experiment_tables(path: Path) -> dict[str, list[Row]]:
    """Return treatments, irrigation and fertiliser of a PTX, as the CSV files of a folder of trials have them.

    Raises
    ------
    InputError
        ``potato.experiment_file``.
    """
    try:
        parts, found = sections(path), {"treatments": [], "irrigation": [], "fertiliser": []}  # type: ignore[var-annotated]
        for trt, name, levels in treatments(parts):
            key = {"exp": path.stem.upper(), "trt": str(trt)}
            row = _treatment(parts, levels)
            found["treatments"].append({**key, "name": name, **row})
            planted = date.fromisoformat(row["planting"]) if row["planting"] else None
            asked = controls(parts, levels["SM"])
            found["irrigation"] += [{**key, **one} for one in _irrigation(parts, levels, asked, planted)]
            found["fertiliser"] += [{**key, **one} for one in _fertiliser(parts, levels, asked, planted)]
        return found
    except (ValueError, IndexError, KeyError, OSError) as error:
        raise unreadable(path, error) from None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _treatment(parts: dict[str, list[str]], levels: Row) -> Row:
    cultivar = level_rows(parts, "CULTIVARS", levels["CU"], "INGENO")[0]
    field = level_rows(parts, "FIELDS", levels["FL"], "ID_SOIL")[0]
    plant = level_rows(parts, "PLANTING", levels["MP"], "PDATE")[0]
    harvest = next(iter(level_rows(parts, "HARVEST", levels["MH"], "HDATE")), {})
    density = number(plant, "PPOE", number(plant, "PPOP", 0))
    return {
        "cultivar_code": cultivar["INGENO"], "cultivar": cultivar.get("CNAME") or cultivar["INGENO"],
        "weather_station": field["WSTA"], "soil_id": field["ID_SOIL"], "planting": _iso(known_day(plant["PDATE"])),
        "emergence_obs": _iso(known_day(plant.get("EDATE", ""))), "plants_per_m2": f"{density:g}",
        "row_spacing_cm": plant.get("PLRS", ""), "depth_cm": plant.get("PLDP", ""),
        "harvest": _iso(known_day(harvest.get("HDATE", ""))),
    }  # fmt: skip


def _work_day(text: str, mode: str, planted: date | None) -> date:
    """Return the day of work: a date, or with mode ``D`` days after planting."""
    if mode != "D":
        return dssat_day(text)
    if planted is None:
        raise ValueError(f"{text[:9]} days after a planting that is not told")
    return planted + timedelta(days=int(text))


def _irrigation(parts: dict[str, list[str]], levels: Row, asked: Row, planted: date | None) -> list[Row]:
    if asked.get("IRRIG") == "N":
        return []
    return [{"date": _iso(_work_day(row["IDATE"], asked.get("IRRIG", "R"), planted)), "value_as_recorded": row["IRVAL"]}
            for row in level_rows(parts, "IRRIGATION", levels["MI"], "IDATE")
            if row.get("IROP", "IR001") in (*AMOUNTS, "-99")]  # fmt: skip


def _fertiliser(parts: dict[str, list[str]], levels: Row, asked: Row, planted: date | None) -> list[Row]:
    if asked.get("FERTI") == "N":
        return []
    return [{"date": _iso(_work_day(row["FDATE"], asked.get("FERTI", "R"), planted)), "material_code": row["FMCD"],
             "method_code": row.get("FACD", "-99"), "depth_cm": row.get("FDEP", "-99"), "N_kg_ha": row.get("FAMN", "-99"),
             "P_kg_ha": row.get("FAMP", "-99"), "K_kg_ha": row.get("FAMK", "-99")}
            for row in level_rows(parts, "FERTILIZERS", levels["MF"], "FDATE") if row["FDATE"] != "-99"]  # fmt: skip


def observation_rows(harvest: Path | None, course: Path | None) -> list[Row]:
    """Return the observations of a PTA and a PTT, either None where there is none; missing values are left out.

    Raises
    ------
    InputError
        ``potato.experiment_file``.
    """
    found: list[Row] = []
    for path, kind in ((harvest, "harvest"), (course, "timecourse")):
        try:
            for row in [] if path is None else tables(path.read_text("utf-8-sig", errors="replace").splitlines(), "TRNO"):  # fmt: skip
                found += _observed(path.stem.upper() if path else "", row, kind)
        except (ValueError, KeyError, OSError) as error:
            raise unreadable(path or Path(), error) from None
    return found


def _observed(experiment: str, row: Row, kind: str) -> list[Row]:
    key = {"exp": experiment, "trt": str(int(row["TRNO"])), "kind": kind,
           "date": dssat_day(row["DATE"]).isoformat() if kind == "timecourse" else ""}  # fmt: skip
    return [
        {**key, "variable": name, "value": text}
        for name, text in row.items()
        if name not in ("TRNO", "DATE") and not name.startswith("-") and text and float(text) > -99
    ]
