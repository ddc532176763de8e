"""企业所得税: 税法 arts. 4, 18, 28; small low-profit rules of each year up to 公告2023年第12号; 西部 公告2020年第23号; 财税〔2018〕76号.

A yearly rule: assess it on 31 December of the tax year. Every rate the enterprise may choose is computed and the
lowest tax taken; reliefs do not stack (国税函〔2010〕157号).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Consistency, Decision, Terms, version
from tuwei.rules.statutes import _library as lib

LONGEST = 10  # years of losses a list may hold
FACTS = (
    lib.YEAR,
    Fact("taxable_income_before_losses", "弥补亏损前的应纳税所得额(加计扣除后)",
         "Taxable income before losses of earlier years (after the super-deduction)", "money", low=None, turn="down"),
    Fact("losses", "以前年度尚未弥补的亏损(正数)", "Losses of earlier years not yet made good (positive)", "money", series=LONGEST,
         help_zh="最早的在前,最后一项为上一年度;没有亏损填 [0];按年度填表时,每行填其上一年度的",
         help_en="oldest first, the last is last year's; none: [0]; in a table by year each row tells the year before it"),
    Fact("prior_status", "以前各年度是否具备高新技术企业或科技型中小企业资格(1是0否)",
         "Years before with high-tech or technology-based SME status (1 yes, 0 no)", series=LONGEST - 1, high=1,
         help_zh="最早的在前,最后一项为上一年度;决定五年以前的亏损能否弥补;按年度填表时,每行填其上一年度的",
         help_en="oldest first, the last is last year; decides on losses older than five years; in a table by year each "
         "row tells the year before it"),
    Fact("people", "从业人数(全年季度平均值,含劳务派遣)", "People employed (mean of the quarters, dispatched workers too)",
         unit="people", help_zh="各季度(季初+季末)÷2 的平均;有小数时进为整数", help_en="mean of (start + end) ÷ 2; round up"),
    Fact("assets", "资产总额(全年季度平均值)", "Total assets (mean of the quarters)", "money", turn="down",
         help_zh="各季度(季初+季末)÷2 的平均;分以下进位", help_en="mean of (start + end) ÷ 2; rounded up to 0.01 yuan"),
    Fact("restricted_industry", "从事国家限制或禁止行业", "In a restricted or prohibited industry", "flag"),
    lib.HIGH_TECH_CERTIFICATE,
    Fact("tech_sme", "当年为科技型中小企业", "Technology-based SME in the year", "flag"),
    Fact("western_encouraged", "设在西部地区的鼓励类产业企业", "Encouraged industry in the western regions", "flag",
         help_zh="内蒙古自治区在内;主营业务属于《西部地区鼓励类产业目录》", help_en="Inner Mongolia is one; by the catalogue"),
    Fact("western_main_income", "鼓励类产业主营业务收入", "Income of the encouraged main business", "money", turn="up"),
    lib.TOTAL_INCOME,
)  # fmt: skip
FACTS_BY_INDUSTRY = (*FACTS, Fact("industrial", "工业企业", "Industrial enterprise", "flag"))


@dataclass(frozen=True)
class Way:
    """A rate the enterprise may choose when its conditions hold; ``highest`` is its highest effective rate."""

    id: str
    test: x.Verdict
    tax: x.Quantity
    highest: Fraction
    conditions: tuple[Condition, ...] = ()


@version("income_tax", "size_by_industry", *FACTS_BY_INDUSTRY)
def by_industry(f: View, p: Terms) -> Decision:
    """Build the rule of 2016–2018: small means less outside industry; from 2018 losses may run ten years."""
    industrial = f.flag("industrial")
    limits = [
        x.chosen((industrial, p.number(f"small_{of}_industrial")), otherwise=p.number(f"small_{of}"))
        for of in ("people", "assets")
    ]
    return _decision(f, p, FACTS_BY_INDUSTRY, limits)


@version("income_tax", "one_size", *FACTS)
def one_size(f: View, p: Terms) -> Decision:
    """Build the rule since 2019: one size of 300 people and 50 million yuan for all, up to 3 million of income."""
    return _decision(f, p, FACTS, [p.number("small_people"), p.number("small_assets")])


@version("income_tax", "no_small", *FACTS)
def no_small(f: View, p: Terms) -> Decision:
    """Build the rule after the small low-profit relief has ended, unless it is extended."""
    return _decision(f, p, FACTS, [])


def _decision(f: View, p: Terms, facts: tuple[Fact, ...], limits: list[x.Quantity]) -> Decision:
    losses = _losses(f, p)
    income = p.named("taxable_income", _above_zero(f.number("taxable_income_before_losses") - losses["losses_usable"]))  # fmt: skip
    ways = [*([_small(f, p, income, limits)] if limits else []), _high_tech(f, p, income)]
    ways += [_western(f, p, income)] if lib.in_force(p, "western_rate") else []
    ways.sort(key=lambda way: way.highest)
    standard = p.named("tax_standard", income * p.number("standard_rate"))
    tax = p.named("tax", _lowest(ways, standard, income))
    return Decision(
        facts=facts,
        conditions=tuple(condition for way in ways for condition in way.conditions),
        ways=_apart(ways),
        values={
            "taxable_income": income,
            **losses,
            "tax": tax,
            "effective_rate": p.named("effective_rate", tax / income),
            "relief": p.named("relief", standard - tax),
            "carry_forward_years": p.named("carry_forward_years", _years_ahead(f, p)),
        },
        consistency=(lib.same_year(), *_possible(f)),
    )


def _lowest(ways: list[Way], standard: x.Quantity, income: x.Quantity) -> x.Quantity:
    """The first way that holds, ordered by rate; so the tax is known as soon as no lower rate is open."""
    options = {way.id: x.chosen((way.test, way.tax), otherwise=lib.none()) for way in ways}
    cases = ((income <= 0, x.number(0)), *((way.test, way.tax) for way in ways))
    return x.Choice("rate", {**options, "standard": standard}, x.chosen(*cases, otherwise=standard))


def _apart(ways: list[Way]) -> dict[str, x.Verdict]:
    """Return each way as the one taken: none with a lower rate holds."""
    taken: dict[str, x.Verdict] = {}
    before: list[x.Verdict] = []
    for way in ways:
        taken[way.id] = x.all_of(*(~test for test in before), way.test)
        before.append(way.test)
    return {**taken, "standard": x.all_of(*(~test for test in before))}


def _small(f: View, p: Terms, income: x.Quantity, limits: list[x.Quantity]) -> Way:
    """Return 小型微利企业: part of the income counts, at a lower rate; one 分 above the limit nothing does."""
    people, assets = limits
    conditions = (
        p.condition("small_industry", ~f.flag("restricted_industry"), "small_low_profit"),
        p.condition("small_income", income <= p.number("small_income"), "small_low_profit"),
        p.condition("small_people", f.number("people") <= people, "small_low_profit"),
        p.condition("small_assets", f.number("assets") <= assets, "small_low_profit"),
    )
    rate = p.number("small_rate")
    highest = max(band.gives[0] for band in p.citation("small_counted").bands) * rate.value
    return _way("small_low_profit", p.marginal("small_counted", income) * rate, highest, conditions)


def _high_tech(f: View, p: Terms, income: x.Quantity) -> Way:
    rate = p.number("high_tech_rate")
    held = p.condition("high_tech_certificate", f.flag("high_tech_certificate"), "high_tech")
    return _way("high_tech", income * rate, rate.value, (held,))


def _western(f: View, p: Terms, income: x.Quantity) -> Way:
    rate = p.number("western_rate")
    share = p.named("western_share", f.number("western_main_income") / f.number("total_income"))
    conditions = (
        p.condition("western_industry", f.flag("western_encouraged"), "western"),
        p.condition("western_share", share >= p.number("western_share"), "western"),
    )
    return _way("western", income * rate, rate.value, conditions)


def _way(id: str, tax: x.Quantity, highest: Fraction, conditions: tuple[Condition, ...]) -> Way:
    return Way(id, x.all_of(*(one.test for one in conditions)), tax, highest, conditions)


def _losses(f: View, p: Terms) -> dict[str, x.Quantity]:
    """Losses that may still be made good, those used this year, and those lost at its end; oldest used first."""
    years, extended = p.whole("loss_years"), min(p.whole("loss_years_extended"), LONGEST)
    income = _above_zero(f.number("taxable_income_before_losses"))
    usable = {back: _usable(f, p, back, years) for back in range(1, extended + 1)}
    all_of_them = x.total(list(usable.values()))
    unused = {
        back: x.smallest(
            usable[back],
            _above_zero(x.total([usable[at] for at in range(back, extended + 1)]) - income),
        )
        for back in (years, extended)
    }
    young = x.chosen((unused[years] <= 0, x.number(0)), (_extended(f, p, years, 0), x.number(0)),
                     otherwise=unused[years])  # fmt: skip
    expiring = young + unused[extended] if extended > years else unused[years]
    return {
        "losses_usable": p.named("losses_usable", all_of_them),
        "losses_used": p.named("losses_used", x.smallest(all_of_them, income)),
        "losses_expiring": p.named("losses_expiring", expiring),
    }


def _usable(f: View, p: Terms, back: int, years: int) -> x.Quantity:
    """Return the loss so many years back; an older one needs status in a year whose reach it lies in."""
    loss = f.series("losses")[-back]
    if back <= years:
        return loss
    return x.chosen((loss <= 0, x.number(0)), (_extended(f, p, back, 1), loss), otherwise=0)


def _extended(f: View, p: Terms, back: int, latest: int) -> x.Verdict:
    """Whether the loss so many years back runs the longer term: status in one of the years after it."""
    reach, first = p.whole("status_reach"), p.number("status_first_year")
    year = x.Called(lib.year_of, (x.Figure("on"),))
    status = f.series("prior_status")
    tests = [
        (status[-ago] > 0) & (year - ago >= first) if ago else _qualified(f)
        for ago in range(max(latest, back - reach), back)
    ]
    return x.any_of(*tests)


def _qualified(f: View) -> x.Verdict:
    return f.flag("high_tech_certificate") | f.flag("tech_sme")


def _years_ahead(f: View, p: Terms) -> x.Quantity:
    """Years the losses of the five years before may run, by the status of this year."""
    return x.chosen((_qualified(f), p.number("loss_years_extended")), otherwise=p.number("loss_years"))


def _above_zero(amount: x.Quantity) -> x.Quantity:
    return x.largest(amount, x.number(0))


def _possible(f: View) -> tuple[Consistency, ...]:
    return (
        Consistency(f.number("western_main_income") <= f.number("total_income"), "鼓励类产业收入多于收入总额",
                    "more income of the encouraged business than total income", ("western_main_income", "total_income")),
    )  # fmt: skip
