"""内蒙古科技标杆企业: 内蒙古自治区科技标杆企业认定管理办法 of 2025-04-24, its two kinds 引领型 and 成长型."""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Consistency, Decision, Terms, version
from tuwei.rules.statutes import _library as lib

FACTS = (
    Fact("registered_in_inner_mongolia", "在内蒙古自治区注册", "Registered in Inner Mongolia", "flag"),
    lib.CLEAN_RECORD,
    Fact("sales", "营业收入(近三年)", "Sales (operating revenue), last three years", "money", series=3),
    Fact("rd_expense", "研发费用(近三年)", "R&D expense, last three years", "money", series=3, turn="up"),
    lib.IP_CLASS1,
    Fact("high_level_platform", "自有国家级、自治区级或高水平研发平台", "Own national, regional or high-level R&D platform", "flag"),
    Fact("stable_team_platform", "稳定的研发团队和研发平台", "Stable R&D team and platform", "flag"),
    Fact("strong_product", "主导产品在细分领域有较强竞争力", "Strong product in its segment", "flag"),
)  # fmt: skip


@version("benchmark_enterprise", "measures", *FACTS)
def benchmark_enterprise(f: View, p: Terms) -> Decision:
    """Build the rule of 2025: a clean record, and all that one of the two kinds asks."""
    sales, rd = f.series("sales"), f.series("rd_expense")
    intensity = p.named("rd_intensity", rd.total() / sales.total())
    kinds = {"leading": _leading(f, p, intensity), "growing": _growing(f, p, intensity)}
    return Decision(
        facts=FACTS,
        conditions=(
            p.condition("region", f.flag("registered_in_inner_mongolia")),
            p.condition("record", f.flag("clean_record")),
            *(one for conditions in kinds.values() for one in conditions),
        ),
        ways={kind: x.all_of(*(one.test for one in conditions)) for kind, conditions in kinds.items()},
        values={"rd_intensity": intensity},
        consistency=(
            Consistency(rd.count.equals(sales.count), "研发费用与营业收入的年数不同", "R&D and sales of different years",
                        ("rd_expense", "sales")),
        ),
    )  # fmt: skip


def _leading(f: View, p: Terms, intensity: x.Quantity) -> tuple[Condition, ...]:
    sales, least = f.series("sales")[-1], p.number("leading_sales")
    reached = sales >= least if p.is_on("leading_sales_inclusive") else sales > least
    return (
        p.condition("leading_sales", reached, "leading"),
        p.condition("leading_rd", intensity >= p.number("leading_rd"), "leading"),
        p.condition("leading_ip", f.number("ip_class1") >= p.number("leading_ip"), "leading"),
        p.condition("leading_platform", f.flag("high_level_platform"), "leading"),
    )


def _growing(f: View, p: Terms, intensity: x.Quantity) -> tuple[Condition, ...]:
    return (
        p.condition("growing_rd", intensity >= p.number("growing_rd"), "growing"),
        p.condition("growing_ip", f.number("ip_class1") >= p.number("growing_ip"), "growing"),
        p.condition("growing_platform", f.flag("stable_team_platform"), "growing"),
        p.condition("growing_product", f.flag("strong_product"), "growing"),
    )
