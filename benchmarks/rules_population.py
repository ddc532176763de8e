"""A population of invented enterprises for the rule benchmarks: plausible figures, one in five on an exact limit."""

from __future__ import annotations

from typing import Any

import numpy as np

EXPERT = {"advancement": 8, "core_support": 8, "source": 6, "standards": 2, "rd_organisation": 20}
Columns = dict[str, Any]


def population(rows: int, seed: int = 20240601, ties: float = 0.2) -> Columns:
    """Return the facts `high_tech` asks for as columns, money in whole 元.

    A share ``ties`` of the rows lies exactly on a limit: three-year R&D on its band, S&T staff on 10 %, income on
    60 %, sales growth on 15 %; the amounts run to 9 billion 元, beyond what 32-bit floats tell apart; one year in thirty has negative net assets.
    """
    random = np.random.default_rng(seed)
    scale = 10 ** random.uniform(5, 9, rows)
    sales = (scale[:, None] * random.uniform(0.6, 9, (rows, 3))).astype(np.int64)
    rd = (sales * random.uniform(0.0, 0.12, (rows, 3))).astype(np.int64)
    employees = random.integers(5, 3000, rows)
    columns: Columns = {
        "founded": np.datetime64("2010-01-01") + random.integers(0, 5100, rows),
        "core_ip_owned": random.random(rows) < 0.9,
        "field_in_catalogue": random.random(rows) < 0.9,
        "employees": employees,
        "tech_staff": (employees * random.uniform(0, 0.4, rows)).astype(np.int64),
        "sales": sales,
        "rd_expense": rd,
        "rd_mainland": (rd * random.uniform(0.4, 1, (rows, 3))).astype(np.int64),
        "net_assets": (scale[:, None] * random.uniform(-0.1, 3, (rows, 3))).astype(np.int64),
        "total_income": sales[:, 2].copy(),
        "high_tech_income": (sales[:, 2] * random.uniform(0.3, 1, rows)).astype(np.int64),
        "clean_record": random.random(rows) < 0.95,
        "ip_class1": random.integers(0, 4, rows),
        "ip_class2": random.integers(0, 9, rows),
        "conversions": random.integers(0, 20, rows),
    }
    for item, most in EXPERT.items():
        columns[f"expert.{item}"] = random.integers(0, most + 1, rows)
    _tie(columns, random.random(rows) < ties)
    return columns


def _tie(columns: Columns, tied: Any) -> None:
    """Move the chosen rows exactly onto their limits."""
    sales, rd = columns["sales"], columns["rd_expense"]
    sales[tied] = sales[tied] // 2000 * 2000 + 2000
    sales[tied, 2] = sales[tied, 1] // 20 * 23  # with equal growth before: y3/y2 = 1.15 and y2/y1 = 1.15
    sales[tied, 1] = sales[tied, 1] // 20 * 20
    sales[tied, 0] = sales[tied, 1]  # growth ½(1 + 1.15) − 1 = 7.5 %, then lifted below to exactly 15 %
    sales[tied, 2] = sales[tied, 1] // 10 * 13
    latest = sales[:, 2]
    percent = np.where(latest <= 50_000_000, 5, np.where(latest <= 200_000_000, 4, 3))
    total = sales.sum(axis=1)
    owed = total * percent // 100
    short = tied & (total * percent % 100 != 0)
    sales[short, 0] += 100 - total[short] % 100  # a sum of full hundreds makes the limit a whole 元
    owed = sales.sum(axis=1) * percent // 100
    rd[tied, 0], rd[tied, 1] = owed[tied] // 3, owed[tied] // 3
    rd[tied, 2] = owed[tied] - 2 * (owed[tied] // 3)
    columns["rd_mainland"][tied] = rd[tied]
    columns["employees"][tied] = columns["employees"][tied] // 10 * 10 + 10
    columns["tech_staff"][tied] = columns["employees"][tied] // 10
    columns["total_income"][tied] = columns["total_income"][tied] // 10 * 10
    columns["high_tech_income"][tied] = columns["total_income"][tied] // 10 * 6
