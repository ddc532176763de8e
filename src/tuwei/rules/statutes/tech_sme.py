"""科技型中小企业: 国科发政〔2017〕115号 arts. 6–8 and 12, registration number by 国科发火〔2018〕11号 (from 2018)."""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Consistency, Decision, Terms, version
from tuwei.rules.statutes import _library as lib

DIRECT = (
    "high_tech_certificate",
    "national_award_top3",
    "provincial_rd_institution",
    "leading_standard_drafter",
)
FACTS = (
    Fact("registered_in_mainland", "在中国境内(不含港澳台)注册", "Registered in mainland China", "flag"),
    lib.EMPLOYEES,
    lib.TECH_STAFF,
    Fact("sales", "上年销售收入", "Sales of the last year", "money"),
    Fact("total_assets", "资产总额", "Total assets", "money"),
    Fact("rd_expense", "上年研发费用", "R&D expense of the last year", "money", turn="up"),
    Fact("cost_expense", "上年成本费用支出", "Costs and expenses of the last year", "money"),
    lib.IP_CLASS1,
    lib.IP_CLASS2,
    Fact("products_allowed", "产品和服务不属禁止、限制和淘汰类", "Products not prohibited or restricted", "flag"),
    lib.CLEAN_RECORD,
    lib.FOUNDED,
    Fact("submitted", "自评信息提交日期", "Date of self-assessment", "date"),
    lib.HIGH_TECH_CERTIFICATE,
    Fact("national_award_top3", "近五年国家级科技奖(前三单位)", "National award, top three, last five years", "flag"),
    Fact("provincial_rd_institution", "省部级以上研发机构", "Provincial or ministerial R&D institution", "flag"),
    Fact("leading_standard_drafter", "近五年主导制定标准", "Leading drafter of a standard, last five years", "flag"),
)  # fmt: skip


@version("tech_sme", "points", *FACTS)
def tech_sme(f: View, p: Terms) -> Decision:
    """Build the rule of 2017: five conditions, a score of 100, four ways around the score."""
    staff = p.named_points(
        "staff_points",
        p.points("staff", p.named("staff_share", f.number("tech_staff") / f.number("employees"))),
    )
    rd, ip = p.named_points("rd_points", _rd(f, p)), p.named_points("ip_points", _ip(f, p))
    score = p.named_points("score", staff + rd + ip)
    passed = p.condition("score", (score >= p.number("pass_mark")) & (staff > x.number(0)), way="score")
    direct = tuple(p.condition(name, f.flag(name), way=f"direct:{name}") for name in DIRECT)
    return Decision(
        facts=FACTS,
        conditions=(*_basics(f, p), passed, *direct),
        ways={one.way: one.test for one in (*direct, passed)},
        values={"staff_points": staff, "rd_points": rd, "ip_points": ip, **_number(f, p)},
        score=score,
        consistency=(lib.staff_within_employees(), _submitted_after_founded()),
        expires=x.Called(lib.end_of_month, (x.Figure("on"), p.number("renewal_month"), x.number(1))),
    )


def _basics(f: View, p: Terms) -> tuple[Condition, ...]:
    size = x.all_of(
        f.number("employees") <= p.number("max_employees"),
        f.number("sales") <= p.number("max_sales"),
        f.number("total_assets") <= p.number("max_assets"),
    )
    return (
        p.condition("resident", f.flag("registered_in_mainland")),
        p.condition("size", size),
        p.condition("products", f.flag("products_allowed")),
        p.condition("record", f.flag("clean_record")),
    )


def _rd(f: View, p: Terms) -> x.Points:
    """The enterprise picks one of two indicators; without sales the first does not exist."""
    by_sales = p.named("rd_sales", f.number("rd_expense") / f.number("sales"))
    by_costs = p.named("rd_costs", f.number("rd_expense") / f.number("cost_expense"))
    return x.best(
        "rd_option", by_sales=p.points("rd_of_sales", by_sales), by_costs=p.points("rd_of_costs", by_costs)
    )


def _ip(f: View, p: Terms) -> x.Points:
    return x.best(
        class1=p.points("ip_class1", f.number("ip_class1")),
        class2=p.points("ip_class2", f.number("ip_class2")),
    )


def _number(f: View, p: Terms) -> dict[str, x.Node]:
    """Position 11 of the registration number: 0, A or B; told apart since 2018."""
    if not lib.in_force(p, "early_submission_month"):
        return {}
    founded, submitted = (x.Called(lib.year_of, (f.number(name),)) for name in ("founded", "submitted"))
    last = x.Called(lib.end_of_month, (f.number("submitted"), p.number("early_submission_month")))
    return {
        "number_position_11": x.Text(((founded >= submitted, "B"), (f.number("submitted") <= last, "0")), "A")
    }


def _submitted_after_founded() -> Consistency:
    return Consistency(
        x.Figure("founded") <= x.Figure("submitted"),
        "自评信息提交日期早于成立日期",
        "the self-assessment is dated before the enterprise was founded",
        ("submitted", "founded"),
    )
