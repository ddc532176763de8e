"""Variables and units that ingestion knows, from ``data/sensors.toml``, and the columns a file may call them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

COLUMNS = {
    "sensor": "sensor 传感器 设备 station 站点 plot 小区 地块", "variable": "variable 变量 指标 要素",
    "time": "time 时间 日期 date datetime timestamp", "value": "value 数值 值 读数", "unit": "unit 单位",
}  # fmt: skip
_ALIAS = {alias: name for name, aliases in COLUMNS.items() for alias in aliases.split()}


@cache
def sensors() -> dict[str, Any]:
    """Return the table of variables by name.

    Examples
    --------
    >>> sensors()["soil_moisture"]["unit"], sensors()["soil_moisture"]["range"]
    ('m3/m3', [0, 0.8])
    """
    return tomllib.loads((files("tuwei.potato") / "data" / "sensors.toml").read_text("utf-8"))


def known_rows() -> list[tuple[str, str, str, float, float, float, float]]:
    """Return a row for each spelling and unit: alias, unit, name, factor, shift, low, high."""
    rows = []
    for name, row in sensors().items():
        units = {
            row["unit"].lower(): (1.0, 0.0),
            **{unit.lower(): pair for unit, pair in row["units"].items()},
        }
        rows += [(alias, unit, name, float(factor), float(shift), float(row["range"][0]), float(row["range"][1]))
                 for alias in (name, *row["aliases"]) for unit, (factor, shift) in units.items()]  # fmt: skip
    return rows


def canonical(header: list[str]) -> list[str]:
    """Return what each column of a header is here; one that is not known keeps its place under a name of its own."""
    return [_ALIAS.get(cell.strip().lower(), f"column{index}") for index, cell in enumerate(header)]
