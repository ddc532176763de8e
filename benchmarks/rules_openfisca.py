"""The high-tech rule as a toy in openfisca-core, for comparison alone: the same conditions, in its 32-bit floats."""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.periods import YEAR
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from rules_population import EXPERT

FIRM = Entity("firm", "firms", "An enterprise", "")
PERIOD = "2024"
CONDITIONS = (
    "registered_one_year", "core_ip", "field", "tech_staff_share", "rd_intensity", "mainland_rd_share",
    "high_tech_income_share", "innovation_score", "record",
)  # fmt: skip
_MONEY = [
    f"{name}_{year}" for name in ("sales", "rd_expense", "rd_mainland", "net_assets") for year in (1, 2, 3)
]
_MONEY += ["total_income", "high_tech_income"]
_COUNTS = ["employees", "tech_staff", "ip_class1", "ip_class2", "conversions", "days", *EXPERT]
_FLAGS = ["core_ip_owned", "field_in_catalogue", "clean_record"]


def variable(name: str, kind: Any, formula: Any = None) -> type[Variable]:
    """Make one variable, with its formula where it has one."""
    body: dict[str, Any] = {"value_type": kind, "entity": FIRM, "definition_period": YEAR, "label": name}
    return type(name, (Variable,), body | ({"formula": formula} if formula else {}))


def over_years(firm: Any, name: str, period: Any) -> Any:
    """Return the sum of three years."""
    return sum(firm(f"{name}_{year}", period) for year in (1, 2, 3))


def intensity(firm: Any, period: Any) -> Any:
    """R&D of three years against the band of the last year's sales."""
    latest = firm("sales_3", period)
    least = np.where(latest <= 50_000_000, 0.05, np.where(latest <= 200_000_000, 0.04, 0.03))
    return over_years(firm, "rd_expense", period) / over_years(firm, "sales", period) >= least


def growth(firm: Any, name: str, period: Any) -> Any:
    """½(y2/y1 + y3/y2) − 1."""
    y1, y2, y3 = (firm(f"{name}_{year}", period) for year in (1, 2, 3))
    with np.errstate(divide="ignore", invalid="ignore"):
        three = (y2 / y1 + y3 / y2) / 2 - 1
        return np.where((y1 > 0) & (y2 > 0), three, np.where(y2 > 0, y3 / y2 - 1, 0))


def growth_points(rate: Any) -> Any:
    """Lowest points of the band of a rate."""
    return np.select([rate >= 0.35, rate >= 0.25, rate >= 0.15, rate >= 0.05, rate > 0], [9, 7, 5, 3, 1], 0)


def score(firm: Any, period: Any) -> tuple[Any, Any]:
    """The innovation score as lowest and highest points."""
    first, second = firm("ip_class1", period), firm("ip_class2", period)
    low = np.where(first >= 1, 7, np.select([second >= 5, second >= 3, second >= 1], [5, 3, 1], 0))
    given = sum(firm(item, period) for item in EXPERT if item != "rd_organisation")
    a_year = firm("conversions", period) / 3
    bands = [a_year >= least for least in (5, 4, 3, 2, 1)]
    growths = [growth_points(growth(firm, name, period)) for name in ("net_assets", "sales")]
    organisation = firm("rd_organisation", period)
    lows = np.minimum(low + given, 30) + np.select(bands, [25, 19, 13, 7, 1], 0) + organisation + sum(growths)
    highs = np.minimum(low + (low > 0) + given, 30) + np.select(bands, [30, 24, 18, 12, 6], 0) + organisation
    return lows, highs + sum(points + (points > 0) for points in growths)


FORMULAS: dict[str, Any] = {
    "registered_one_year": lambda firm, period: firm("days", period) >= 365,
    "core_ip": lambda firm, period: firm("core_ip_owned", period),
    "field": lambda firm, period: firm("field_in_catalogue", period),
    "tech_staff_share": lambda firm, period: firm("tech_staff", period) / firm("employees", period) >= 0.1,
    "rd_intensity": intensity,
    "mainland_rd_share": lambda firm, period: over_years(firm, "rd_mainland", period) / over_years(firm, "rd_expense", period) >= 0.6,
    "high_tech_income_share": lambda firm, period: firm("high_tech_income", period) / firm("total_income", period) >= 0.6,
    "innovation_score": lambda firm, period: score(firm, period)[0] > 70,
    "innovation_possible": lambda firm, period: score(firm, period)[1] > 70,
    "record": lambda firm, period: firm("clean_record", period),
    "high_tech": lambda firm, period: np.logical_and.reduce([firm(name, period) for name in CONDITIONS]),
}  # fmt: skip


def system() -> TaxBenefitSystem:
    """Return the toy tax-and-benefit system."""
    made = TaxBenefitSystem([FIRM])
    for names, kind in ((_MONEY, float), (_COUNTS, int), (_FLAGS, bool)):
        for name in names:
            made.add_variable(variable(name, kind))
    for name, formula in FORMULAS.items():
        made.add_variable(variable(name, bool, formula))
    return made


def judge(made: TaxBenefitSystem, columns: dict[str, Any]) -> dict[str, Any]:
    """Return each condition and the verdict for all rows."""
    rows = len(columns["employees"])
    simulation = SimulationBuilder().build_default_simulation(made, count=rows)
    for name, column in inputs(columns).items():
        simulation.set_input(name, PERIOD, column)
    names = ("high_tech", "innovation_possible", *CONDITIONS)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {name: simulation.calculate(name, PERIOD) for name in names}


def inputs(columns: dict[str, Any]) -> dict[str, Any]:
    """Return our columns under the toy's names."""
    flat = {"days": (np.datetime64("2024-06-01") - columns["founded"]).astype(int)}
    for name, column in columns.items():
        if name == "founded":
            continue
        if column.ndim == 2:
            flat |= {f"{name}_{year}": column[:, year - 1] for year in (1, 2, 3)}
        else:
            flat[name.removeprefix("expert.")] = column
    return flat
