"""瞪羚企业: the practice of the national high-tech zones (火炬); the clause figures of GB/T 41464-2022 are to verify."""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Consistency, Decision, Terms, version
from tuwei.rules.statutes import _library as lib

FACTS = (
    lib.FOUNDED,
    Fact("sales", "营业收入(近三年)", "Sales (operating revenue), last three years", "money", series=3),
    Fact("sales_base", "起始年营业收入(最近一年的三年前)", "Sales of the base year, three years before the last", "money"),
    Fact("rd_expense", "研发费用(近三年)", "R&D expense, last three years", "money", series=3, turn="up"),
    lib.EMPLOYEES,
    Fact("employees_previous", "前一年职工总数", "Employees of the year before", unit="people"),
    Fact("employees_base", "起始年职工总数(最近一年的三年前)", "Employees of the base year, three years before the last",
         unit="people"),
)  # fmt: skip


@version("gazelle", "practice", *FACTS)
def gazelle(f: View, p: Terms) -> Decision:
    """Build the practice: R&D intensity, and one of four kinds of growth."""
    rd, sales = f.series("rd_expense"), f.series("sales")
    intensity = p.named("rd_intensity", rd[-1] / sales[-1])
    ways = (_revenue(f, p), _staff(f, p), _large(f, p, "ten"), _large(f, p, "five"))
    return Decision(
        facts=FACTS,
        conditions=(p.condition("rd_intensity", _over(intensity, p, "rd_intensity")), *ways),
        ways={one.way: one.test for one in ways},
        consistency=(
            Consistency(rd.count.equals(sales.count), "研发费用与营业收入的年数不同", "R&D and sales of different years",
                        ("rd_expense", "sales")),
            Consistency(f.number("founded") <= x.Figure("on"), "成立日期晚于行为日期", "founded after the date of the act",
                        ("founded",)),
        ),
    )  # fmt: skip


def _revenue(f: View, p: Terms) -> Condition:
    """Revenue: young enough, a base, compound growth over three years, and growth in the last one."""
    sales, base = f.series("sales"), f.number("sales_base")
    factor = p.named("sales_factor", sales[-1] / base)
    test = x.all_of(
        _young(f, p, "age"),
        base > p.number("sales_base"),
        factor >= _three_years(p, "sales_growth"),
        sales[-1] > sales[-2],
    )
    return p.condition("revenue_growth", test, "revenue_growth")


def _staff(f: View, p: Terms) -> Condition:
    """Staff: the same with employees."""
    last, base = f.number("employees"), f.number("employees_base")
    test = x.all_of(
        _young(f, p, "age"),
        base > p.number("employees_base"),
        p.named("staff_factor", last / base) >= _three_years(p, "staff_growth"),
        last > f.number("employees_previous"),
    )
    return p.condition("staff_growth", test, "staff_growth")


def _large(f: View, p: Terms, id: str) -> Condition:
    """Large early: so much revenue within so many years."""
    enough = _over(f.series("sales")[-1], p, f"sales_{id}")
    return p.condition(f"large_{id}", x.all_of(_young(f, p, f"age_{id}"), enough), f"large_{id}")


def _young(f: View, p: Terms, id: str) -> x.Verdict:
    """Whether the day of the act lies no later than the anniversary that ends the age."""
    last = x.Called(lib.years_later, (f.number("founded"), p.number(id)))
    return p.part(id, x.Figure("on") <= last)


def _over(quantity: x.Quantity, p: Terms, id: str) -> x.Verdict:
    """Compare as the parameter says: sources differ on whether the tie counts."""
    least = p.number(id)
    return quantity >= least if p.is_on(f"{id}_inclusive") else quantity > least


def _three_years(p: Terms, id: str) -> x.Quantity:
    """Return the factor a compound rate comes to in three years: (1 + rate)³, so that no root is drawn."""
    factor = p.number(id) + 1
    return factor * factor * factor
