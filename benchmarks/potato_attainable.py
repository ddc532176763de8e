"""What water AquaCrop's potato needs by AquaCrop's own rule, beside the farmers' drip of the evidence.

    python benchmarks/potato_attainable.py [--years 100]

The evidence hands our plan to AquaCrop as it is. Whether the claim (water -30 %, yield kept within -3 %) can be reached
in AquaCrop at all is another question: here AquaCrop waters itself (its method 1: up to 16 mm on a day on which less
than a share of the root zone's available water is left), on the field, soil, dates and judging years of the evidence. No
plan is made of this. Needs the extra `bench`.
"""

from __future__ import annotations

import argparse
import json
import warnings
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.potato import read_field, read_practices
from tuwei.potato.evidence._aquacrop import judge_aquacrop
from tuwei.potato.evidence._evidence import SCENARIOS, SHIPPED
from tuwei.potato.evidence._side import Calendar
from tuwei.potato.field._field import METHODS
from tuwei.potato.planning._rules import span_of
from tuwei.potato.planning._years import years_of

LEFT = (20, 25, 30, 35, 40, 50)  # % of the available water at which it waters
MOST = 16.0  # mm a day


def farmers(field: Any, practice: Any) -> Calendar:
    """Return the drip practice on the field's dates."""
    crop = field.parts["crop"]
    first, every, count = (practice[name] for name in ("first_days", "every_days", "waterings"))
    water = tuple((crop["planting"] + timedelta(first + every * place), float(practice["water_mm"])) for place in range(count))  # fmt: skip
    return Calendar(crop["planting"], crop["harvest"], None, crop["density"], 0.0, practice["efficiency"], METHODS[practice["method"]][1], water, ())  # fmt: skip


def watered_by(left: int, calendar: Calendar) -> Any:
    """Return AquaCrop's own rule, with the calendar's efficiency and wetted share."""
    from aquacrop import IrrigationManagement

    return IrrigationManagement(irrigation_method=1, SMT=[left] * 4, MaxIrr=MOST, AppEff=100 * calendar.efficiency,
                               WetSurf=100 * calendar.wetted, MaxIrrSeason=1e4)  # fmt: skip


def main() -> None:
    """Print one JSON object."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser()
    parser.add_argument("--years", type=int, default=100)
    source = Path(str(files("tuwei.potato") / "data" / SHIPPED))
    field, count = read_field(source), parser.parse_args().years
    _, judging = years_of(field, source.parent, None, span_of(field), (SCENARIOS, count), 1)
    calendar, soil = farmers(field, read_practices(None)["drip"]), field.case(judging.first).soil

    def mean(water: Any = None) -> Any:
        seasons = [judge_aquacrop(calendar, year, soil, water=water) for year in judging.every]
        return np.mean([[one["yield"], one["irrigation"]] for one in seasons], axis=0)

    practice, rows = mean(), []
    for left in LEFT:
        found = mean(watered_by(left, calendar))
        change = found / practice - 1
        rows.append({"left_percent": left, "water_mm": round(float(found[1])), "water": round(float(change[1]), 3), "yield": round(float(change[0]), 3)})  # fmt: skip
    print(json.dumps({"years": len(judging.every), "practice": {"yield_t_ha": round(float(practice[0]), 2), "water_mm": round(float(practice[1]))}, "rows": rows}, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
