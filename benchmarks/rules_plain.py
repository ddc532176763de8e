"""The high-tech rule as a plain Python loop in whole numbers: the slow, plain truth the engines are held to."""

from __future__ import annotations

from typing import Any

import numpy as np
from rules_population import EXPERT

Row = dict[str, Any]


def plain_loop(columns: dict[str, Any]) -> dict[str, Any]:
    """Return each condition, the verdict and whether a row lies on a limit, for all rows."""
    rows = list(zip(*(column.tolist() for column in columns.values()), strict=True))
    days = (np.datetime64("2024-06-01") - columns["founded"]).astype(int).tolist()
    judged = [
        judge({**dict(zip(columns, row, strict=True)), "days": day})
        for row, day in zip(rows, days, strict=True)
    ]
    return {name: np.array([one[name] for one in judged]) for name in judged[0]}


def judge(firm: Row) -> dict[str, bool]:
    """Judge one enterprise."""
    sales, rd, latest = sum(firm["sales"]), sum(firm["rd_expense"]), firm["sales"][2]
    percent = 5 if latest <= 50_000_000 else 4 if latest <= 200_000_000 else 3
    held = {
        "registered_one_year": firm["days"] >= 365,
        "core_ip": firm["core_ip_owned"],
        "field": firm["field_in_catalogue"],
        "tech_staff_share": firm["tech_staff"] * 10 >= firm["employees"] and firm["employees"] > 0,
        "rd_intensity": rd * 100 >= sales * percent and sales > 0,
        "mainland_rd_share": sum(firm["rd_mainland"]) * 10 >= rd * 6 and rd > 0,
        "high_tech_income_share": firm["high_tech_income"] * 10 >= firm["total_income"] * 6
        and firm["total_income"] > 0,
        "innovation_score": lowest_score(firm) > 70,
        "record": firm["clean_record"],
    }
    tied = rd * 100 == sales * percent
    return {**held, "high_tech": all(held.values()), "tied": tied}


def lowest_score(firm: Row) -> int:
    """Return the lowest innovation score."""
    quantity = (
        7
        if firm["ip_class1"] >= 1
        else next((p for n, p in ((5, 5), (3, 3), (1, 1)) if firm["ip_class2"] >= n), 0)
    )
    given = sum(firm[f"expert.{item}"] for item in EXPERT if item != "rd_organisation")
    conversion = next(
        (p for n, p in ((5, 25), (4, 19), (3, 13), (2, 7), (1, 1)) if firm["conversions"] >= 3 * n), 0
    )
    growth = growth_points(firm["net_assets"]) + growth_points(firm["sales"])
    return min(quantity + given, 30) + conversion + firm["expert.rd_organisation"] + growth


def growth_points(years: list[int]) -> int:
    """Return the lowest points of a growth ½(y2/y1 + y3/y2) − 1, by cross-multiplication."""
    y1, y2, y3 = years
    if y2 <= 0:
        return 0
    num, den = (y2 * y2 + y3 * y1 - 2 * y1 * y2, 2 * y1 * y2) if y1 > 0 else (y3 - y2, y2)
    bands = ((35, 9), (25, 7), (15, 5), (5, 3))
    return next((points for percent, points in bands if num * 100 >= den * percent), 1 if num > 0 else 0)
