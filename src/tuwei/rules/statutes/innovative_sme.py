"""创新型中小企业: 工信部企业〔2022〕63号 附件1; from 2026-04-01 the tier 科技和创新型 of 工信部企业〔2026〕2号 art. 30."""

from __future__ import annotations

from typing import NamedTuple

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Decision, Terms, version
from tuwei.rules.statutes import _library as lib
from tuwei.rules.statutes import _quality as q

FACTS = (
    *q.BASICS,
    *q.YEARLY,
    *q.BALANCE,
    *q.IP,
    Fact("strategic_emerging", "主导产品属于战略性新兴产业", "Main product in a strategic emerging industry", "flag"),
    q.NATIONAL_AWARD,
    q.PROVINCIAL_AWARD,
    lib.HIGH_TECH_CERTIFICATE,
    Fact("innovation_demonstration", "有效的国家技术创新示范企业称号", "Valid national technical-innovation demonstration title", "flag"),
    Fact("ip_advantage", "有效的知识产权优势或示范企业称号", "Valid IP advantage or demonstration title", "flag"),
    q.INSTITUTION,
    q.EQUITY_THREE,
)  # fmt: skip
FACTS_TIER = (q.TECH_SME, q.INNOVATIVE, *FACTS)


class Standard(NamedTuple):
    """The standard of 附件1: its ways, the conditions that show them, its points."""

    ways: dict[str, x.Verdict]
    conditions: tuple[Condition, ...]
    points: dict[str, x.Points]
    score: x.Points


@version("innovative_sme", "sheet", *FACTS)
def innovative_sme(f: View, p: Terms) -> Decision:
    """Build the rule of 2022: a score of 100 in three parts, or one of four direct conditions."""
    made = _standard(f, p)
    return Decision(
        facts=FACTS,
        conditions=(*q.basics(f, p), *made.conditions),
        ways=made.ways,
        values={**made.points},
        score=made.score,
        consistency=(*q.figures_agree(f), *q.ip_agrees(f)),
        expires=q.years_later(p, "title_years"),
    )


@version("innovative_sme", "tier", *FACTS_TIER)
def tier(f: View, p: Terms) -> Decision:
    """Build the tier from 2026: a technology-based SME belongs to it; the standard of 2022 goes on."""
    made = _standard(f, p)
    held = {"held:tech_sme": f.flag("tech_sme_valid"), "held:innovative_sme": f.flag("innovative_sme_valid")}
    shown = (p.condition(way.removeprefix("held:"), test, way) for way, test in held.items())
    return Decision(
        facts=FACTS_TIER,
        conditions=(*q.basics(f, p, x.any_of(*held.values())), *shown, *made.conditions),
        ways={**made.ways, **held},
        values={**made.points},
        score=made.score,
        consistency=(*q.figures_agree(f), *q.ip_agrees(f)),
        expires=_expires(p, made),
    )


def _expires(p: Terms, made: Standard) -> x.Quantity:
    """A title gained by the standard runs its years; how long one held still runs, its own paper tells."""
    end, never_known = q.years_later(p, "title_years"), x.Fixed(1)
    return x.chosen((x.any_of(*made.ways.values()), end), (never_known, end), otherwise=end)


def _standard(f: View, p: Terms) -> Standard:
    points = {
        "innovation_points": _innovation(f, p),
        "growth_points": _growth(f, p),
        "specialisation_points": _specialisation(f, p),
    }
    score = p.named_points("score", x.PointsSum(tuple(points.values())))
    marks = (points[f"{part}_points"] >= p.number(f"{part}_mark") for part in ("innovation", "growth", "specialisation"))  # fmt: skip
    passed = p.condition("score", x.all_of(score >= p.number("pass_mark"), *marks), way="score")
    direct = tuple(p.condition(id, test, f"direct:{id}") for id, test in _direct(f, p).items())
    ways = {one.way: one.test for one in (*direct, passed)}
    return Standard(ways, (*direct, passed), points, score)


def _direct(f: View, p: Terms) -> dict[str, x.Verdict]:
    titles = ("high_tech_certificate", "innovation_demonstration", "ip_advantage")
    return {
        "award": q.awarded(f),
        "title": x.any_of(*(f.flag(name) for name in titles)),
        "rd_institution": f.flag("provincial_rd_institution"),
        "equity": f.number("equity_financing_three_years") >= p.number("equity"),
    }


def _innovation(f: View, p: Terms) -> x.Points:
    rd = p.named_points("rd_points", p.points("rd_share", q.rd_share(f, p, -1, "rd_share")))
    return p.named_points("innovation_points", q.ip_points(f, p) + rd)


def _growth(f: View, p: Terms) -> x.Points:
    years = f.series("main_business_income")
    growth = p.points("main_growth", p.named("main_growth", years[-1] / years[-2] - 1))
    return p.named_points("growth_points", growth + p.points("liabilities", q.liabilities(f, p)))


def _specialisation(f: View, p: Terms) -> x.Points:
    rank = x.chosen((f.flag("strategic_emerging"), x.number(1)), otherwise=2)
    field = p.points("field", rank)
    return p.named_points("specialisation_points", field + p.points("main_share", q.main_share(f, p)))
