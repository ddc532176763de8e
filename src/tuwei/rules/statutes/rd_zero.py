"""清零 (no industrial firm above scale without R&D): a working definition, as no national one is known."""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, FactKind, View
from tuwei.rules._rule import Decision, Terms, version


def _returned(name: str, zh: str, en: str, kind: FactKind = "count") -> Fact:
    """A figure of the statistical return."""
    return Fact(
        name, zh, en, kind, turn="up",
        help_zh="按统计年报；未报的不填，不要填 0",
        help_en="from the statistical return; leave empty when not reported, do not write 0",
    )  # fmt: skip


FACTS = (
    Fact("industrial", "工业企业(统计行业)", "Industrial firm by statistics", "flag"),
    Fact("main_business_income", "主营业务收入", "Main-business income", "money"),
    _returned(
        "reported_rd_spending",
        "统计年报中的 R&D 经费支出",
        "R&D expenditure in the statistical return",
        "money",
    ),
    _returned("rd_institutions", "统计年报中的研发机构数", "R&D institutions in the statistical return"),
    _returned("ip_applications", "当年专利等申请数", "IP applications of the year"),
    _returned("ip_grants", "当年专利等授权数", "IP grants of the year"),
    _returned("new_product_sales", "新产品销售收入", "Sales of new products", "money"),
)
OUTPUTS = ("ip_applications", "ip_grants", "new_product_sales")


@version("rd_zero", "working", *FACTS)
def rd_zero(f: View, p: Terms) -> Decision:
    """Build the working definition: of the population, three zeros; what was not reported is unknown, no zero."""
    population = x.all_of(f.flag("industrial"), f.number("main_business_income") >= p.number("main_income"))
    zeros = {
        "no_rd": _zero(f, "reported_rd_spending"),
        "no_institution": _zero(f, "rd_institutions"),
        "no_output": x.all_of(*(_zero(f, name) for name in OUTPUTS)),
    }
    counted = p.named_points("zeros", x.PointsSum(tuple(_one(test) for test in zeros.values())))
    return Decision(
        facts=FACTS,
        conditions=(
            p.condition("population", population),
            *(p.condition(id, test, way="zero") for id, test in zeros.items()),
        ),
        ways={"zero": x.any_of(*zeros.values())},
        values={"population": p.part("population", population), **{id: p.part(id, test) for id, test in zeros.items()},
                "zeros": counted},
    )  # fmt: skip


def _zero(f: View, name: str) -> x.Verdict:
    return f.number(name).equals(0)


def _one(test: x.Verdict) -> x.Points:
    """One when it is a zero, none when it is not, an interval while nobody reported."""
    return x.points_if((test, x.PointsConstant(1, 1)), otherwise=x.PointsConstant(0, 0))
