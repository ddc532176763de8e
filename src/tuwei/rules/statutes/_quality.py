"""What the rules on quality SMEs share: facts, ratios, points for IP, and how a re-review keeps to the older text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Consistency, Terms
from tuwei.rules.statutes import _library as lib

SME = Fact("sme_size", "符合中小企业划型标准", "Within the size limits of an SME", "flag",
           help_zh="《中小企业划型标准规定》(工信部联企业〔2011〕300号)所称中型、小型或微型企业",
           help_en="medium, small or micro by the national size standard of 2011")  # fmt: skip
BASICS = (
    Fact("registered_in_mainland", "在中国境内(不含港澳台)注册", "Registered in mainland China", "flag"),
    SME,
    Fact("products_allowed", "产品和服务不属禁止、限制和淘汰类", "Products not prohibited or restricted", "flag"),
    lib.CLEAN_RECORD,
)  # fmt: skip
SALES = Fact("sales", "营业收入(近三年)", "Sales (operating revenue), last three years", "money", series=3)
MAIN = Fact("main_business_income", "主营业务收入(近三年)", "Main-business income, last three years", "money", series=3)  # fmt: skip
RD = Fact("rd_expense", "研发费用(近三年)", "R&D expense, last three years", "money", series=3, turn="up")
YEARLY = (SALES, MAIN, RD)
BALANCE = (
    Fact("total_assets", "资产总额", "Total assets", "money"),
    Fact("liabilities", "负债总额", "Total liabilities", "money", turn="down"),
)
YEARS = Fact("years_in_segment", "从事特定细分市场的年数", "Years in the market segment", unit="years",
             help_zh="截至上年末的整年数", help_en="full years up to the end of last year")  # fmt: skip
EQUITY_TWO = Fact("equity_financing_two_years", "近两年新增股权融资", "New equity, last two years", "money", turn="up",
                  help_zh="合格机构投资者的实缴额", help_en="paid in by qualified institutional investors")  # fmt: skip
EQUITY_THREE = Fact("equity_financing_three_years", "近三年新增股权融资", "New equity, last three years", "money",
                    turn="up", help_zh="合格机构投资者的实缴额",
                    help_en="paid in by qualified institutional investors")  # fmt: skip
HIGH_VALUE = Fact("ip_class1_high_value", "Ⅰ类高价值知识产权", "High-value class I IP rights", turn="up")
OWN = Fact("ip_class1_own", "自主研发的Ⅰ类知识产权", "Class I IP rights of own research", turn="up")
IP = (HIGH_VALUE, OWN, lib.IP_CLASS1, lib.IP_CLASS2)
IP_IN_USE = Fact("ip_class1_in_use", "已实际应用并产生效益的Ⅰ类知识产权", "Class I IP rights in use and with benefit", turn="up")  # fmt: skip
IP_OWN_IN_USE = Fact(
    "ip_class1_own_in_use", "自主申请、已应用并产生效益的Ⅰ类知识产权", "Own class I IP rights in use and with benefit", turn="up",
    help_zh="不含受让取得的,企业为前三权利人,与主导产品相关",
    help_en="not transferred in, the enterprise among the first three holders, for the main product")  # fmt: skip
NATIONAL_AWARD = Fact("national_award_rank", "近三年国家级科技奖励的单位名次", "Rank in a national S&T award, last three years", unit="number",
                      help_zh="获奖单位中的最好名次,没有获奖填 0", help_en="best rank among the organisations; 0 without one")  # fmt: skip
PROVINCIAL_AWARD = replace(NATIONAL_AWARD, name="provincial_award_rank", zh="近三年省级科技奖励的单位名次",
                           en="Rank in a provincial S&T award, last three years")  # fmt: skip
MAKER = Fact("maker_china_rank", "近三年“创客中国”全国赛企业组名次", "Rank in the Maker in China contest, last three years", unit="number",
             help_zh="没有入围填 0", help_en="0 when not placed")  # fmt: skip
INSTITUTION = Fact("provincial_rd_institution", "省部级以上研发机构", "Provincial or ministerial R&D institution", "flag")  # fmt: skip
RD_STAFF = Fact("rd_staff", "研发人员", "R&D staff", unit="people", turn="up")
CERTIFICATE = Fact("management_certificate", "质量等管理体系认证", "Management-system certificate", "flag",
                   help_zh="如 ISO 9001;小巨人亦可为产品通过发达国家和地区认证",
                   help_en="such as ISO 9001; for a little giant also a product certificate abroad")  # fmt: skip
BRAND = Fact("own_brand", "拥有自主品牌", "Own brand", "flag")
REVIEW = Fact("review", "本次为复核(不是首次认定)", "This is a re-review, no first recognition", "flag")
SCORE = Fact("development_score", "优质中小企业平台质量评价得分(近两年)", "Development score of the national platform, last two years",
             unit="points", series=2, high=100,
             help_zh="由工信部平台按工信厅企业〔2024〕75号计算;有小数时只填整数部分",
             help_en="computed by the national platform; whole points, decimals dropped")  # fmt: skip
TECH_SME = Fact(
    "tech_sme_valid", "有效的科技型中小企业入库登记编号", "Valid technology-based SME number", "flag"
)
INNOVATIVE = Fact("innovative_sme_valid", "有效的创新型中小企业称号", "Valid title of innovative SME", "flag")
SPECIALISED = Fact(
    "specialised_sme_valid", "有效的专精特新中小企业称号", "Valid title of specialised SME", "flag"
)


def joined(*groups: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts of all groups, each once."""
    return tuple({fact.name: fact for group in groups for fact in group}.values())


def basics(f: View, p: Terms, held: x.Verdict | None = None) -> tuple[Condition, ...]:
    """Return what every quality SME must be; ``held`` makes it unneeded."""
    tests = {"resident": "registered_in_mainland", "sme": "sme_size", "products": "products_allowed",
             "record": "clean_record"}  # fmt: skip
    flags = {id: f.flag(name) for id, name in tests.items()}
    return tuple(p.condition(id, x.any_of(flag, held) if held else flag) for id, flag in flags.items())


def under(gate: x.Verdict, *conditions: Condition) -> tuple[Condition, ...]:
    """Return the conditions as asked only where the gate says yes."""
    return tuple(replace(one, test=x.any_of(one.test, ~gate), applies=gate) for one in conditions)


def main_share(f: View, p: Terms) -> x.Quantity:
    """Return main-business income by revenue, last year."""
    return p.named("main_share", f.series("main_business_income")[-1] / f.series("sales")[-1])


def liabilities(f: View, p: Terms) -> x.Quantity:
    """Return liabilities by assets at the end of last year."""
    return p.named("liabilities", f.number("liabilities") / f.number("total_assets"))


def rd_share(f: View, p: Terms, at: int, name: str) -> x.Quantity:
    """Return R&D by revenue of one year."""
    return p.named(name, f.series("rd_expense")[at] / f.series("sales")[at])


def mean_growth(f: View, p: Terms) -> x.Quantity:
    """Return the mean of the last two yearly growth rates of main-business income: ½(y₂/y₁ + y₃/y₂) − 1.

    The measures say 平均增长率 without a formula; without three years, or with a base of zero, it is undefined.
    """
    years = f.series("main_business_income")
    return p.named("main_growth", (years[-2] / years[-3] + years[-1] / years[-2]) / 2 - 1)


def among_first(rank: x.Quantity, last: x.Number) -> x.Verdict:
    """Whether a rank is one and within the first so many; 0 is no rank."""
    return x.all_of(rank > 0, rank <= last)


def awarded(f: View) -> x.Verdict:
    """Whether the enterprise has a national or provincial award at all."""
    return x.any_of(f.number("national_award_rank") > 0, f.number("provincial_award_rank") > 0)


def ip_points(f: View, p: Terms) -> x.Points:
    """Return the points of the best kind of IP held."""
    best = x.best(
        high_value=p.points("ip_high_value", f.number("ip_class1_high_value")),
        own=p.points("ip_own", f.number("ip_class1_own")),
        class1=p.points("ip_class1", f.number("ip_class1")),
        class2=p.points("ip_class2", f.number("ip_class2")),
    )
    return p.named_points("ip_points", best)


def years_later(p: Terms, id: str) -> x.Quantity:
    """Return the day on which a title gained on the day of the act ends."""
    return x.Called(lib.years_later, (x.Figure("on"), p.number(id)))


def figures_agree(f: View) -> tuple[Consistency, ...]:
    """Main business is part of the whole, and all years are the same years."""
    sales, main, rd = (f.series(fact.name) for fact in YEARLY)
    return (
        Consistency(main[-1] <= sales[-1], "主营业务收入多于营业收入", "more main-business income than sales",
                    ("main_business_income", "sales")),
        Consistency(main.count.equals(sales.count), "主营业务收入与营业收入的年数不同",
                    "main-business income and sales of different years", ("main_business_income", "sales")),
        Consistency(rd.count.equals(sales.count), "研发费用与营业收入的年数不同", "R&D and sales of different years",
                    ("rd_expense", "sales")),
    )  # fmt: skip


def ip_agrees(f: View) -> tuple[Consistency, ...]:
    """High-value and own rights are class I rights."""
    return tuple(
        Consistency(f.number(name) <= f.number("ip_class1"), f"{zh}多于Ⅰ类知识产权", f"more {en} than class I IP rights",
                    (name, "ip_class1"))
        for name, zh, en in (
            ("ip_class1_high_value", "Ⅰ类高价值知识产权", "high-value rights"),
            ("ip_class1_own", "自主研发的Ⅰ类知识产权", "own rights"),
        )
    )  # fmt: skip


def rd_staff_within_employees() -> Consistency:
    """R&D staff are employees."""
    return Consistency(x.Figure("rd_staff") <= x.Figure("employees"), "研发人员多于职工总数",
                       "more R&D staff than employees", ("rd_staff", "employees"))  # fmt: skip
