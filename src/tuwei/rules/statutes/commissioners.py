"""企业科技特派员工作站: 内科发高字〔2021〕14号, with the awards of the yearly review of 2024."""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Consistency, Decision, Terms, version
from tuwei.rules.statutes import _library as lib

_GRADES = {
    "excellent": ("优秀", "excellent"), "qualified": ("合格", "qualified"), "unqualified": ("不合格", "unqualified"),
}  # fmt: skip
FACTS = (
    Fact("station_tech_staff", "工作站专业技术人员", "Technical staff of the station", unit="people", turn="up"),
    Fact("commissioners", "科技特派员", "Commissioners", unit="people", turn="up"),
    Fact("station_is_company", "依托单位为公司", "The station belongs to a company", "flag"),
    Fact("service_since", "开展科技服务起始日期", "Serving since", "date"),
    Fact("station_grade", "工作站年度考核等次", "Grade of the station in the yearly review", "choice", choices=_GRADES),
    Fact("excellent_commissioners", "年度考核优秀的科技特派员", "Excellent commissioners of the year", unit="people"),
)  # fmt: skip


@version("station", "measures", *FACTS)
def station(f: View, p: Terms) -> Decision:
    """Build the conditions of 2021; the awards where the year has them."""
    full = p.named(
        "served_until", x.Called(lib.years_later, (f.number("service_since"), p.number("service_years")))
    )
    return Decision(
        facts=FACTS,
        conditions=(
            p.condition("tech_staff", f.number("station_tech_staff") >= p.number("tech_staff")),
            p.condition("commissioners", f.number("commissioners") >= p.number("commissioners")),
            p.condition("service", full <= x.Figure("on"), applies=f.flag("station_is_company")),
        ),
        values={"award": p.named("award", _award(f, p))},
        consistency=(
            Consistency(
                f.number("excellent_commissioners") <= f.number("commissioners"),
                "优秀的多于科技特派员总数",
                "more excellent commissioners than commissioners",
                ("excellent_commissioners", "commissioners"),
            ),
        ),
    )


def _award(f: View, p: Terms) -> x.Quantity:
    """What excellent commissioners get, and the station when it is excellent; null in years without awards."""
    if not (lib.in_force(p, "award_person") and lib.in_force(p, "award_station")):
        return lib.none()
    people = f.number("excellent_commissioners") * p.number("award_person")
    excellent = f.among("station_grade", "excellent")
    return people + x.chosen((excellent, p.number("award_station")), otherwise=0)
