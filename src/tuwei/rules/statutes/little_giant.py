"""专精特新“小巨人”企业: 工信部企业〔2022〕63号 附件3; from 2026-04-01 工信部企业〔2026〕2号 附件2, re-reviews of 2026 by the former."""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Consistency, Decision, Terms, version
from tuwei.rules.statutes import _library as lib
from tuwei.rules.statutes import _quality as q
from tuwei.rules.statutes.specialised_sme import score_reached

_SHARE = Fact("market_share", "主导产品细分市场占有率", "Share of the main product in its market segment", "ratio",
              help_zh="2026-03-31 前为全国;此后国内或国际", help_en="national until 2026-03-31, then domestic or international")  # fmt: skip
_COMMON = (q.SPECIALISED, q.YEARS, *q.YEARLY, *q.BALANCE, _SHARE, q.NATIONAL_AWARD)
FACTS_2022 = q.joined(
    q.BASICS,
    _COMMON,
    (
        Fact("information_system", "至少一项核心业务采用信息系统支撑", "A core business on an information system", "flag"),
        q.CERTIFICATE,
        q.BRAND,
        q.EQUITY_TWO,
        lib.EMPLOYEES,
        q.RD_STAFF,
        Fact("own_rd_institution", "自建或联合建立研发机构", "Own or joint R&D institution", "flag"),
        q.IP_IN_USE,
        q.MAKER,
        Fact("chain_supporting", "为产业链大企业配套或处于关键环节", "Supplies a leading enterprise or a key link of a chain", "flag"),
        Fact("leading_field", "主导产品属于重点领域", "Main product in a listed field", "flag"),
    ),
)  # fmt: skip
FACTS_2026 = q.joined(
    q.BASICS,
    (q.REVIEW,),
    _COMMON,
    (
        q.IP_OWN_IN_USE,
        Fact("market_rank", "主导产品细分市场排名", "Rank of the main product in its market segment", unit="number",
             help_zh="国内或国际;没有排名填 0", help_en="domestic or international; 0 without one"),
        Fact("key_chain", "属于工业六基或重点产业链关键环节", "Industrial base or key link of a key chain", "flag"),
        q.SCORE,
    ),
)  # fmt: skip
FACTS_BOTH = q.joined(FACTS_2026, FACTS_2022)


@version("little_giant", "2022", *FACTS_2022)
def little_giant_2022(f: View, p: Terms) -> Decision:
    """Build the rule of 2022: six groups of indicators, innovation by three items or one of two bypasses."""
    shown = _ways_2022(f, p, "")
    return Decision(
        facts=FACTS_2022,
        conditions=(*q.basics(f, p), _prior_tier(f, p), *_standard_2022(f, p), *shown),
        ways={one.way: one.test for one in shown},
        consistency=_consistency_2022(f),
        expires=q.years_later(p, "title_years"),
    )


@version("little_giant", "transition", *FACTS_BOTH)
def little_giant_transition(f: View, p: Terms) -> Decision:
    """Build the rule of 2026 from April: first recognition by the new text, re-review by that of 2022."""
    review = f.flag("review")
    shown, by_2022 = _ways_2022(f, p, "review:"), p.condition("review", review, applies=review)
    return Decision(
        facts=FACTS_BOTH,
        conditions=(
            *q.basics(f, p),
            _prior_tier(f, p),
            *q.under(~review, *_standard_2026(f, p)),
            by_2022,
            *q.under(review, *_standard_2022(f, p), *shown),
        ),
        ways={"first": ~review, **{one.way: review & one.test for one in shown}},
        consistency=_consistency_2022(f),
        expires=q.years_later(p, "title_years"),
    )


@version("little_giant", "2026", *FACTS_2026)
def little_giant_2026(f: View, p: Terms) -> Decision:
    """Build the rule of 2026: higher revenue and shares, two years of R&D, four own rights, the score of 60."""
    return Decision(
        facts=FACTS_2026,
        conditions=(*q.basics(f, p), _prior_tier(f, p), *_standard_2026(f, p)),
        consistency=q.figures_agree(f),
        expires=q.years_later(p, "title_years"),
    )


def _prior_tier(f: View, p: Terms) -> Condition:
    return p.condition("prior_tier", x.all_of(f.flag("specialised_sme_valid")))


def _standard_2022(f: View, p: Terms) -> tuple[Condition, ...]:
    return (
        p.condition("years_2022", f.number("years_in_segment") >= p.number("years_2022")),
        p.condition("main_share_2022", q.main_share(f, p) >= p.number("main_share_2022")),
        p.condition("growth_2022", q.mean_growth(f, p) >= p.number("growth_2022")),
        p.condition("information_system", f.flag("information_system")),
        p.condition("certificate", f.flag("management_certificate")),
        p.condition("liabilities_2022", q.liabilities(f, p) <= p.number("liabilities_2022")),
        p.condition("market_share_2022", f.number("market_share") >= p.number("market_share_2022")),
        p.condition("own_brand", f.flag("own_brand")),
        p.condition("chain_2022", f.flag("chain_supporting")),
        p.condition("field_2022", f.flag("leading_field")),
    )


def _ways_2022(f: View, p: Terms, prefix: str) -> tuple[Condition, ...]:
    """Innovation: R&D, an institution and IP, all three; or an award; or the contest."""
    ip = f.number("ip_class1_in_use") >= p.number("ip_2022")
    tests = {
        "general": x.all_of(_rd_2022(f, p), f.flag("own_rd_institution"), ip),
        "award": q.among_first(f.number("national_award_rank"), p.number("national_award_rank")),
        "maker_contest": q.among_first(f.number("maker_china_rank"), p.number("maker_china_rank")),
    }
    return tuple(p.condition(id, test, prefix + id) for id, test in tests.items())


def _rd_2022(f: View, p: Terms) -> x.Verdict:
    """Return R&D of both years by the band of revenue; below the lowest, equity, R&D and R&D staff together."""
    revenue, floor = f.series("sales")[-1], p.number("revenue_floor_2022")
    needed = p.pick("rd_share_2022", revenue)
    shares = (q.rd_share(f, p, -2, "rd_share_before"), q.rd_share(f, p, -1, "rd_share"))
    staff = p.named("rd_staff_share", f.number("rd_staff") / f.number("employees"))
    small = x.all_of(
        revenue < floor,
        f.number("equity_financing_two_years") >= p.number("equity_2022"),
        f.series("rd_expense")[-1] >= p.number("rd_2022"),
        staff >= p.number("rd_staff_share_2022"),
    )
    large = x.all_of(revenue >= floor, *(share >= needed for share in shares))
    return x.any_of(p.part("rd_by_share", large), p.part("rd_by_equity", small))


def _standard_2026(f: View, p: Terms) -> tuple[Condition, ...]:
    rank = q.among_first(f.number("market_rank"), p.number("market_rank"))
    waiver = q.among_first(f.number("national_award_rank"), p.number("national_award_rank"))
    return (
        p.condition("years", f.number("years_in_segment") >= p.number("years")),
        p.condition("revenue", f.series("sales")[-1] >= p.number("revenue")),
        p.condition("main_share", q.main_share(f, p) >= p.number("main_share")),
        p.condition("growth", x.any_of(_grown(f, p), f.flag("review"))),
        p.condition("liabilities", q.liabilities(f, p) <= p.number("liabilities")),
        p.condition("rd", _rd_2026(f, p)),
        p.condition("ip", x.any_of(f.number("ip_class1_own_in_use") >= p.number("ip"), waiver)),
        p.condition("market", x.any_of(f.number("market_share") >= p.number("market_share"), rank)),
        p.condition("chain", f.flag("key_chain")),
        p.condition("development_score", score_reached(f, p)),
    )


def _grown(f: View, p: Terms) -> x.Verdict:
    """Compound growth over two years without a root: y₃/y₁ ≥ (1 + rate)²."""
    sales, factor = f.series("sales"), p.number("growth") + 1
    return p.named("growth_factor", sales[-1] / sales[-3]) >= factor * factor


def _rd_2026(f: View, p: Terms) -> x.Verdict:
    rd = f.series("rd_expense")
    both = p.named("rd_two_years", rd[-2] + rd[-1])
    shares = (q.rd_share(f, p, -2, "rd_share_before"), q.rd_share(f, p, -1, "rd_share"))
    return x.all_of(both >= p.number("rd"), *(share >= p.number("rd_share") for share in shares))


def _consistency_2022(f: View) -> tuple[Consistency, ...]:
    return (*q.figures_agree(f), q.rd_staff_within_employees())
