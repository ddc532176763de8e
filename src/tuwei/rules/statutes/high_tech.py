"""高新技术企业: 国科发火〔2016〕32号 art. 11 with guide 195号; until 2015 国科发火〔2008〕172号 with guide 362号."""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, Series, View
from tuwei.rules._rule import Condition, Consistency, Decision, Terms, version
from tuwei.rules.statutes import _library as lib

_ITEMS = {
    "advancement": (0, 8),
    "core_support": (0, 8),
    "source": (0, 6),
    "standards": (0, 2),
    "rd_organisation": (0, 20),
}
_ITEM_NAMES = {
    "advancement": ("技术的先进程度", "how advanced the technology is"),
    "core_support": (
        "对主要产品(服务)在技术上发挥核心支持作用",
        "core technical support of the main products",
    ),
    "source": ("知识产权获得方式", "how the IP was obtained"),
    "standards": (
        "参与编制国家标准、行业标准、检测方法、技术规范",
        "part in standards, test methods or specifications",
    ),
    "rd_organisation": ("研究开发组织管理水平", "organisation of R&D"),
}
_ITEM_NAMES_2008 = {
    "ip": ("核心自主知识产权", "own core IP"),
    "conversion": ("科技成果转化能力", "ability to convert results"),
    "organisation": ("研究开发的组织管理水平", "organisation of R&D"),
    "growth": ("成长性指标", "growth"),
}
_ITEMS_2008 = {"ip": (0, 30), "conversion": (0, 30), "organisation": (0, 20), "growth": (0, 20)}
_COMMON = (
    lib.FOUNDED,
    Fact("core_ip_owned", "拥有核心知识产权的所有权", "Owns core IP", "flag"),
    Fact("field_in_catalogue", "技术属于国家重点支持的高新技术领域", "Technology within the catalogue", "flag"),
    lib.EMPLOYEES,
    Fact("sales", "销售收入(近三年)", "Sales, last three years", "money", series=3),
    Fact("rd_expense", "研发费用(近三年)", "R&D expense, last three years", "money", series=3, turn="up"),
    Fact("rd_mainland", "境内研发费用(近三年)", "R&D in mainland China, last three years", "money", series=3, turn="up"),
    Fact("total_income", "近一年收入总额", "Total income, last year", "money"),
    lib.NON_TAXABLE_INCOME,
    Fact("high_tech_income", "近一年高新技术产品(服务)收入", "Hi-tech income, last year", "money", turn="up"),
    lib.CLEAN_RECORD,
)  # fmt: skip
FACTS = (
    *_COMMON,
    lib.TECH_STAFF,
    Fact("net_assets", "净资产(近三年末)", "Net assets, last three years", "money", series=3, low=None),
    lib.IP_CLASS1,
    lib.IP_CLASS2,
    Fact("conversions", "近三年科技成果转化总数", "Conversions in three years", turn="up"),
    Fact(
        "expert",
        "专家评分",
        "Points given by experts",
        "points",
        items=_ITEMS,
        item_names=_ITEM_NAMES,
        turn="up",
    ),
)
FACTS_2008 = (
    *_COMMON,
    Fact("college_staff", "大专以上科技人员", "College-educated S&T staff", unit="people", turn="up"),
    Fact("rd_staff", "研发人员", "R&D staff", unit="people", turn="up"),
    Fact(
        "expert",
        "专家评分",
        "Points given by experts",
        "points",
        items=_ITEMS_2008,
        item_names=_ITEM_NAMES_2008,
    ),
)


@version("high_tech", "art11", *FACTS)
def high_tech(f: View, p: Terms) -> Decision:
    """Build the rule in force since 2016: eight conditions, the seventh a score of 100 in four blocks."""
    for definition in ("sales_with_other_business", "years_before_application"):
        p.citation(definition)  # the figures asked for rest on it
    growth = _growths(f, p)
    ip, conversion, growth_points = _ip(f, p), _conversion(f, p), _growth_points(p, growth)
    organisation = p.named_points("organisation_points", f.points("expert", "rd_organisation"))
    score = p.named_points("score", x.PointsSum((ip, conversion, organisation, growth_points)))
    staff = p.named("tech_staff_share", f.number("tech_staff") / f.number("employees"))
    return Decision(
        facts=FACTS,
        conditions=(
            *_entry(f, p),
            p.condition("tech_staff_share", staff >= p.number("tech_staff_share")),
            *_figures(f, p),
            p.condition("innovation_score", score > p.number("pass_mark")),
            p.condition("record", f.flag("clean_record")),
        ),
        values={**growth, "growth_points": growth_points, "ip_points": ip, "conversion_points": conversion,
                "organisation_points": organisation},
        score=score,
        band_values=frozenset(("growth_points", "ip_points", "conversion_points", "organisation_points")),
        consistency=(lib.staff_within_employees(), _same_years(f, "net_assets", "净资产"), *_consistency(f)),
        expires=_expires(p),
    )  # fmt: skip


@version("high_tech", "art10", *FACTS_2008)
def high_tech_2008(f: View, p: Terms) -> Decision:
    """Build the rule of 2008: other bands of intensity, two head-count shares, four blocks by experts."""
    college = p.named("college_staff_share", f.number("college_staff") / f.number("employees"))
    rd_staff = p.named("rd_staff_share", f.number("rd_staff") / f.number("employees"))
    staff = (college >= p.number("college_staff_share")) & (rd_staff >= p.number("rd_staff_share"))
    score = p.named_points("score", x.PointsSum(tuple(f.points("expert", item) for item in _ITEMS_2008)))
    return Decision(
        facts=FACTS_2008,
        conditions=(
            *_entry(f, p),
            p.condition("tech_staff_share", staff),
            *_figures(f, p),
            p.condition("innovation_score", score > p.number("pass_mark")),
            p.condition("record", f.flag("clean_record")),
        ),
        score=score,
        consistency=(_within_employees("college_staff"), _within_employees("rd_staff"), *_consistency(f)),
        expires=_expires(p),
    )


def _entry(f: View, p: Terms) -> tuple[Condition, ...]:
    days = p.named("registered_days", x.Figure("on") - f.number("founded"))
    return (
        p.condition("registered_one_year", days >= p.number("registered_days")),
        p.condition("core_ip", f.flag("core_ip_owned")),
        p.condition("field", f.flag("field_in_catalogue")),
    )


def _figures(f: View, p: Terms) -> tuple[Condition, ...]:
    sales, rd, mainland = f.series("sales"), f.series("rd_expense"), f.series("rd_mainland")
    all_rd = rd.total()
    intensity = p.named("rd_intensity", all_rd / sales.total())
    inside = p.named("mainland_rd_share", mainland.total() / all_rd)
    income = p.named("high_tech_income_share", f.number("high_tech_income") / _total_income(f, p))
    return (
        p.condition("rd_intensity", intensity >= p.pick("rd_intensity", sales[-1])),
        p.condition("mainland_rd_share", inside >= p.number("mainland_rd_share")),
        p.condition("high_tech_income_share", income >= p.number("high_tech_income_share")),
    )


def _total_income(f: View, p: Terms) -> x.Quantity:
    """总收入 is 收入总额 less 不征税收入 (195号); what is not stated is taken as none."""
    if not p.is_on("total_income_without_non_taxable"):
        return f.number("total_income")
    total, non_taxable = f.number("total_income"), f.number("non_taxable_income")
    return x.chosen((x.surely(non_taxable > 0), total - non_taxable), otherwise=total)


def _ip(f: View, p: Terms) -> x.Points:
    quantity = x.best(
        class1=p.points("ip_class1", f.number("ip_class1")),
        class2=p.points("ip_class2", f.number("ip_class2")),
    )
    items = (f.points("expert", item) for item in ("advancement", "core_support", "source", "standards"))
    return p.named_points("ip_points", x.PointsCap(x.PointsSum((quantity, *items)), p.whole("ip_cap")))


def _conversion(f: View, p: Terms) -> x.Points:
    a_year = p.named("conversions_a_year", f.number("conversions") / x.number(3))
    return p.named_points("conversion_points", p.points("conversions", a_year))


def _growths(f: View, p: Terms) -> dict[str, x.Quantity]:
    return {
        "growth_net_assets": p.named("growth_net_assets", growth(f.series("net_assets"))),
        "growth_sales": p.named("growth_sales", growth(f.series("sales"))),
    }


def _growth_points(p: Terms, growths: dict[str, x.Quantity]) -> x.Points:
    assets, sales = (p.points("growth", rate) for rate in growths.values())
    both = p.named_points("net_asset_points", assets) + p.named_points("sales_points", sales)
    return p.named_points("growth_points", both)


def growth(years: Series) -> x.Quantity:
    """Return ½(y₂/y₁ + y₃/y₂) − 1 (195号, 三(七)4).

    A first year of zero, or one that does not exist, leaves the last two; a second year of zero gives 0.
    The guide is silent on a base below zero: it is treated as zero here, as no rate can be told from it.
    """
    y1, y2, y3 = years[-3], years[-2], years[-1]
    three = (y2 / y1 + y3 / y2) / 2 - 1
    return x.chosen(((y1 > 0) & (y2 > 0), three), (y2 > 0, y3 / y2 - 1), otherwise=0)


def _consistency(f: View) -> tuple[Consistency, ...]:
    rd, mainland = f.series("rd_expense"), f.series("rd_mainland")
    return (
        Consistency(mainland.total() <= rd.total(), "境内研发费用多于全部研发费用", "more R&D in mainland China than R&D",
                    ("rd_mainland", "rd_expense")),
        _same_years(f, "rd_expense", "研发费用"),
        _same_years(f, "rd_mainland", "境内研发费用"),
        Consistency(f.number("high_tech_income") <= f.number("total_income"), "高新技术产品(服务)收入多于总收入",
                    "more hi-tech income than total income", ("high_tech_income", "total_income")),
    )  # fmt: skip


def _same_years(f: View, name: str, zh: str) -> Consistency:
    test = f.series(name).count.equals(f.series("sales").count)
    return Consistency(
        test, f"{zh}与销售收入的年数不同", f"{name} and sales of different years", (name, "sales")
    )


def _within_employees(name: str) -> Consistency:
    return Consistency(x.Figure(name) <= x.Figure("employees"), "人员多于职工总数", "more of them than employees",
                       (name, "employees"))  # fmt: skip


def _expires(p: Terms) -> x.Quantity:
    return x.Called(lib.years_later, (x.Figure("on"), p.number("certificate_years")))
