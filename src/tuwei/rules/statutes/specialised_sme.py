"""专精特新中小企业: 工信部企业〔2022〕63号 附件2; from 2026-04-01 工信部企业〔2026〕2号 附件1, re-reviews of 2026 by the former."""

from __future__ import annotations

from dataclasses import dataclass, field

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Consistency, Decision, Terms, version
from tuwei.rules.statutes import _quality as q
from tuwei.rules.statutes import _sheet_2022 as sheet

FACTS_2022 = q.joined(
    q.BASICS,
    (q.YEARS, *q.YEARLY, q.EQUITY_TWO),
    sheet.FACTS,
    (q.NATIONAL_AWARD, q.PROVINCIAL_AWARD, q.MAKER),
)
FACTS_2026 = q.joined(
    q.BASICS,
    (q.REVIEW, q.TECH_SME, q.INNOVATIVE, q.YEARS, *q.YEARLY, q.EQUITY_TWO, *q.BALANCE, q.IP_OWN_IN_USE),
    (q.NATIONAL_AWARD, q.PROVINCIAL_AWARD, q.INSTITUTION),
    (
        Fact("market_position_high", "主导产品在细分市场的地位较高", "Relatively high position in the market segment", "flag"),
        q.SCORE,
    ),
)  # fmt: skip
FACTS_BOTH = q.joined(FACTS_2026, FACTS_2022)


@dataclass(frozen=True)
class Standard:
    """One regime: what must all hold, the ways of which one must, the points behind them."""

    conditions: tuple[Condition, ...]
    shown: tuple[Condition, ...] = ()
    points: dict[str, x.Points] = field(default_factory=dict)

    @property
    def ways(self) -> dict[str, x.Verdict]:
        """Way → test."""
        return {one.way: one.test for one in self.shown}


@version("specialised_sme", "2022", *FACTS_2022)
def specialised_2022(f: View, p: Terms) -> Decision:
    """Build the rule of 2022: three conditions, and a score of 60 or one of four bypasses."""
    made = _standard_2022(f, p, "")
    return Decision(
        facts=FACTS_2022,
        conditions=(*q.basics(f, p), *made.conditions, *made.shown),
        ways=made.ways,
        values={**made.points},
        score=made.points["score"],
        consistency=_consistency_2022(f),
        expires=q.years_later(p, "title_years"),
    )


@version("specialised_sme", "transition", *FACTS_BOTH)
def specialised_transition(f: View, p: Terms) -> Decision:
    """Build the rule of 2026 from April: first recognition by the new text, re-review by that of 2022.

    The points of 2022 are shown with the condition alone: a first recognition does not rest on them.
    """
    review = f.flag("review")
    new, old = _standard_2026(f, p), _standard_2022(f, p, "review:")
    by_2022 = p.condition("review", review, applies=review)
    return Decision(
        facts=FACTS_BOTH,
        conditions=(
            *q.basics(f, p),
            *q.under(~review, *new),
            by_2022,
            *q.under(review, *old.conditions, *old.shown),
        ),
        ways={"first": ~review, **{way: review & test for way, test in old.ways.items()}},
        consistency=_consistency_2022(f),
        expires=q.years_later(p, "title_years"),
    )


@version("specialised_sme", "2026", *FACTS_2026)
def specialised_2026(f: View, p: Terms) -> Decision:
    """Build the rule of 2026: a prior tier, the figures of two years, one own right in use, no bypass."""
    return Decision(
        facts=FACTS_2026,
        conditions=(*q.basics(f, p), *_standard_2026(f, p)),
        consistency=q.figures_agree(f),
        expires=q.years_later(p, "title_years"),
    )


def _standard_2022(f: View, p: Terms, prefix: str) -> Standard:
    points = sheet.points(f, p)
    rd = f.series("rd_expense")
    last_year = x.all_of(
        rd[-1] >= p.number("rd_2022"), q.rd_share(f, p, -1, "rd_share") >= p.number("rd_share_2022")
    )
    mean = p.named("rd_mean", (rd[-1] + rd[-2]) / 2)
    ways = {
        "award": x.any_of(
            q.among_first(f.number("provincial_award_rank"), p.number("provincial_award_rank")),
            q.among_first(f.number("national_award_rank"), p.number("national_award_rank")),
        ),
        "rd_mean": mean >= p.number("rd_mean"),
        "equity": f.number("equity_financing_two_years") >= p.number("equity_bypass"),
        "maker_contest": q.among_first(f.number("maker_china_rank"), p.number("maker_china_rank")),
        "score": points["score"] >= p.number("pass_mark"),
    }
    return Standard(
        (
            p.condition("years_2022", f.number("years_in_segment") >= p.number("years_2022")),
            p.condition("rd_2022", last_year),
            p.condition("revenue_2022", _revenue(f, p, "revenue_2022", "equity_2022")),
        ),
        tuple(p.condition(id, test, prefix + id) for id, test in ways.items()),
        points,
    )  # fmt: skip


def _standard_2026(f: View, p: Terms) -> tuple[Condition, ...]:
    tiers = x.any_of(f.flag("tech_sme_valid"), f.flag("innovative_sme_valid"))
    own = f.number("ip_class1_own_in_use") >= p.number("ip")
    waiver = x.any_of(q.awarded(f), f.flag("provincial_rd_institution"))
    return (
        p.condition("prior_tier", tiers),
        p.condition("years", f.number("years_in_segment") >= p.number("years")),
        p.condition("revenue", _revenue(f, p, "revenue", "equity")),
        p.condition("main_share", q.main_share(f, p) >= p.number("main_share")),
        p.condition("liabilities", q.liabilities(f, p) <= p.number("liabilities")),
        p.condition("rd", _rd_both_years(f, p)),
        p.condition("ip", x.any_of(own, waiver)),
        p.condition("market_position", f.flag("market_position_high")),
        p.condition("development_score", score_reached(f, p)),
    )


def score_reached(f: View, p: Terms) -> x.Verdict:
    """Whether the platform's score of last year reaches the mark; on re-review either of two years will do."""
    score, mark = f.series("development_score"), p.number("development_score")
    return x.any_of(score[-1] >= mark, f.flag("review") & (score[-2] >= mark))


def _revenue(f: View, p: Terms, sales: str, equity: str) -> x.Verdict:
    enough = f.series("sales")[-1] >= p.number(sales)
    return x.any_of(enough, f.number("equity_financing_two_years") >= p.number(equity))


def _rd_both_years(f: View, p: Terms) -> x.Verdict:
    rd = f.series("rd_expense")
    shares = (q.rd_share(f, p, -2, "rd_share_before"), q.rd_share(f, p, -1, "rd_share"))
    amounts = (rd[at] >= p.number("rd") for at in (-2, -1))
    return x.all_of(*amounts, *(share >= p.number("rd_share") for share in shares))


def _consistency_2022(f: View) -> tuple[Consistency, ...]:
    return (*q.figures_agree(f), *q.ip_agrees(f), q.rd_staff_within_employees())
