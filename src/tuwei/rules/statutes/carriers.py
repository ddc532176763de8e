"""Carriers: 国家备案众创空间 (rules of 2017), 科技企业孵化器 (国科发区〔2018〕300号; measures of 2025)."""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Consistency, Decision, Terms, version
from tuwei.rules.statutes import _library as lib

OPERATING = Fact("operating_since", "开始运营日期", "Operating since", "date")
AREA = Fact("space_area", "场地面积", "Area", unit="square_metres", turn="up")
TENANT_AREA = Fact("tenant_area", "在孵(入驻)企业使用面积", "Area used by tenants", unit="square_metres", turn="up",
                   help_zh="含公共服务面积", help_en="with the area of public service")  # fmt: skip
STAFF = Fact("carrier_staff", "专职服务人员", "Full-time staff", unit="people", turn="up")
MENTORS = Fact("mentors", "创业导师", "Mentors", unit="people", turn="up")
MAKER = (
    OPERATING,
    AREA,
    TENANT_AREA,
    Fact("seats", "创业工位", "Seats", turn="up"),
    Fact("teams", "入驻创业团队和企业", "Teams and firms", turn="up"),
    Fact("new_firms", "当年新注册企业", "New firms of the year", turn="up"),
    Fact("financed_teams", "当年获投资的团队和企业", "Financed teams and firms of the year", turn="up"),
    Fact("typical_cases", "典型孵化案例", "Typical cases", turn="up"),
    STAFF,
    MENTORS,
    Fact("events", "当年创业活动", "Events of the year", turn="up"),
    Fact("statistics_reported", "按要求上报统计数据", "Statistics reported as asked", "flag"),
)
INCUBATOR = (
    OPERATING,
    Fact("statistics_years", "连续上报统计的年数", "Years of statistics in a row", unit="years"),
    AREA,
    TENANT_AREA,
    Fact("incubation_fund", "孵化资金规模", "Incubation fund", "money", turn="up"),
    Fact("tenants", "在孵企业", "Tenants", turn="up"),
    Fact("financed_tenants", "获投融资的在孵企业", "Financed tenants", turn="up"),
    Fact("fund_cases", "资金使用案例", "Cases of the fund", turn="up"),
    STAFF,
    Fact("professional_staff", "专业孵化服务人员", "Professional staff", unit="people", turn="up"),
    MENTORS,
    Fact("ip_applied_tenants", "已申请知识产权的在孵企业", "Tenants that applied for IP", turn="up"),
    Fact("ip_owned_tenants", "拥有有效知识产权的在孵企业", "Tenants with valid IP", turn="up"),
    Fact("same_field_tenants", "同一产业领域的在孵企业", "Tenants of one field", turn="up"),
    Fact("graduates", "累计毕业企业", "Graduates in all", turn="up"),
    Fact("index_service", "服务能力得分", "Points for service capacity", unit="points", high=100),
    Fact("index_results", "孵化绩效得分", "Points for incubation results", unit="points", high=100),
    Fact("index_sustainability", "可持续发展得分", "Points for sustainability", unit="points", high=100),
)
_GRADES = {
    "none": ("未认定", "none"), "standard": ("标准级", "standard"), "outstanding": ("卓越级", "outstanding"),
}  # fmt: skip
GRADED = (
    Fact(
        "incubator_grade",
        "已获认定的孵化器等级",
        "Grade the incubator is recognised with",
        "choice",
        choices=_GRADES,
    ),
)
_PARTS = ("financed_tenants", "ip_applied_tenants", "ip_owned_tenants", "same_field_tenants")


@version("maker_space", "filing", *MAKER)
def maker_space(f: View, p: Terms) -> Decision:
    """Build the ten conditions of 2017."""
    full = p.named("full_from", x.Called(lib.months_later, (f.number("operating_since"), p.number("months"))))
    used = p.named("used_share", f.number("tenant_area") / f.number("space_area"))
    space = (f.number("space_area") >= p.number("area")) | (f.number("seats") >= p.number("seats"))
    new, financed = f.number("new_firms"), f.number("financed_teams")
    growth = (new >= p.number("new_firms")) | (financed >= p.number("financed"))
    least = {
        "teams": "teams",
        "cases": "typical_cases",
        "staff": "carrier_staff",
        "mentors": "mentors",
        "events": "events",
    }
    plain = {id: p.condition(id, f.number(fact) >= p.number(id)) for id, fact in least.items()}
    return Decision(
        facts=MAKER,
        conditions=(
            p.condition("months", full <= x.Figure("on")),
            p.condition("space", space),
            p.condition("used_share", used >= p.number("used_share")),
            plain.pop("teams"),
            p.condition("growth", growth),
            *plain.values(),
            p.condition("statistics", f.flag("statistics_reported")),
        ),
        values={"full_from": full},
        consistency=(
            _within("tenant_area", "space_area", "使用面积大于场地面积", "more area used than there is"),
        ),
    )


@version("incubator", "national", *INCUBATOR)
def incubator(f: View, p: Terms) -> Decision:
    """Build the measures of 2018: five conditions for all, and those of a comprehensive or a specialised one."""
    ways = {"comprehensive": _comprehensive(f, p), "specialised": _specialised(f, p)}
    return Decision(
        facts=INCUBATOR,
        conditions=(*_common(f, p), *(one for conditions in ways.values() for one in conditions)),
        ways={way: x.all_of(*(one.test for one in conditions)) for way, conditions in ways.items()},
        values={"density": _density(f, p), "index_comprehensive": _index(f, p, "comprehensive", ""),
                "index_specialised": _index(f, p, "specialised", "special_")},
        consistency=(
            *(_within(part, "tenants", "多于在孵企业总数", "more than there are tenants") for part in _PARTS),
            _within("tenant_area", "space_area", "使用面积大于场地面积", "more area used than there is"),
            _within("professional_staff", "carrier_staff", "专业人员多于服务人员", "more professionals than staff"),
        ),
    )  # fmt: skip


@version("incubator", "grades", *GRADED)
def incubator_2025(f: View, p: Terms) -> Decision:
    """Build the measures of 2025: two grades; their thresholds are not known, so the recognition itself is asked."""
    standard = p.condition("standard", f.among("incubator_grade", "standard", "outstanding"), "standard")
    outstanding = p.condition("outstanding", f.among("incubator_grade", "outstanding"), "outstanding")
    return Decision(
        facts=GRADED,
        conditions=(standard, outstanding),
        ways={"outstanding": outstanding.test, "standard": standard.test},
    )


def _common(f: View, p: Terms) -> tuple[Condition, ...]:
    full = p.named("full_from", x.Called(lib.years_later, (f.number("operating_since"), p.number("years"))))
    statistics = f.number("statistics_years") >= p.number("statistics_years")
    used = p.named("tenant_share", f.number("tenant_area") / f.number("space_area"))
    area = f.number("space_area") >= p.number("area")
    financed = p.named("financed_share", f.number("financed_tenants") / f.number("tenants"))
    fund = x.all_of(
        f.number("incubation_fund") >= p.number("fund"),
        financed >= p.number("financed_share"),
        f.number("fund_cases") >= p.number("fund_cases"),
    )
    return (
        p.condition("years", (full <= x.Figure("on")) & statistics),
        p.condition("area", area & (used >= p.number("tenant_share"))),
        p.condition("fund", fund),
        p.condition("staff", _staff(f, p)),
        p.condition("ip", _ip(f, p)),
    )


def _staff(f: View, p: Terms) -> x.Verdict:
    professional = p.named("professional_share", f.number("professional_staff") / f.number("carrier_staff"))
    each = p.number("tenants_per_person")
    by_staff = p.named("served_by_staff", f.number("professional_staff") * each)
    by_mentors = p.named("served_by_mentors", f.number("mentors") * each)
    return x.all_of(
        professional >= p.number("professional_share"),
        by_staff >= f.number("tenants"),
        by_mentors >= f.number("tenants"),
    )


def _ip(f: View, p: Terms) -> x.Verdict:
    applied = p.named("ip_applied_share", f.number("ip_applied_tenants") / f.number("tenants"))
    owned = p.named("ip_owned_share", f.number("ip_owned_tenants") / f.number("tenants"))
    return (applied >= p.number("ip_applied_share")) | (owned >= p.number("ip_owned_share"))


def _density(f: View, p: Terms) -> x.Quantity:
    return p.named("density", f.number("tenants") * p.number("density_area") / f.number("space_area"))


def _comprehensive(f: View, p: Terms) -> tuple[Condition, ...]:
    tenants = f.number("tenants") >= p.number("tenants")
    dense = _density(f, p) >= p.number("density")
    return (
        p.condition("comprehensive_tenants", tenants & dense, "comprehensive"),
        p.condition(
            "comprehensive_graduates", f.number("graduates") >= p.number("graduates"), "comprehensive"
        ),
    )


def _specialised(f: View, p: Terms) -> tuple[Condition, ...]:
    field = p.named("field_share", f.number("same_field_tenants") / f.number("tenants"))
    tenants = f.number("tenants") >= p.number("special_tenants")
    dense = _density(f, p) >= p.number("special_density")
    graduates = f.number("graduates") >= p.number("special_graduates")
    return (
        p.condition("specialised_field", field >= p.number("special_field_share"), "specialised"),
        p.condition("specialised_tenants", tenants & dense, "specialised"),
        p.condition("specialised_graduates", graduates, "specialised"),
    )


def _index(f: View, p: Terms, kind: str, prefix: str) -> x.Quantity:
    """The index of 国科火字〔2019〕239号 by relative weights."""
    items = ("service", "results", "sustainability")
    weights = [p.number(f"{prefix}weight_{item}") for item in items]
    weighted = [f.number(f"index_{item}") * weight for item, weight in zip(items, weights, strict=True)]
    return p.named(f"index_{kind}", x.total(weighted) / x.total(tuple(weights)))


def _within(part: str, whole: str, zh: str, en: str) -> Consistency:
    return Consistency(x.Figure(part) <= x.Figure(whole), zh, en, (part, whole))
