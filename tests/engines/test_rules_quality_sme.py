"""优质中小企业: 工信部企业〔2022〕63号 附件1–3 and 工信部企业〔2026〕2号 附件1–2, every band edge and every way.

Money in 元. 以上 and 不低于 include the figure, the upper figure of a band belongs to the band above.
"""

from __future__ import annotations

from typing import Any

import pytest

from tuwei.rules import assess, load

WAN = 10_000
OLD, NEW, LATER = "2024-03-01", "2026-05-10", "2027-03-01"
BASE = {"registered_in_mainland": True, "sme_size": True, "products_allowed": True, "clean_record": True}
NO_AWARD = {"national_award_rank": 0, "provincial_award_rank": 0, "maker_china_rank": 0}


def verdict_of(found: Any, id: str) -> int:
    return next(one.verdict for one in found.conditions if one.condition.id == id)


def points(found: Any, id: str) -> tuple[int, int]:
    return found.values[id].lo, found.values[id].hi


# --- 创新型中小企业 ------------------------------------------------------------------------------------

INNOVATIVE = BASE | {
    "sales": [10_000 * WAN] * 3,
    "main_business_income": [5_000 * WAN, 5_000 * WAN, 7_000 * WAN],
    "rd_expense": [500 * WAN] * 3,
    "total_assets": 10_000 * WAN,
    "liabilities": 5_500 * WAN,
    "ip_class1_high_value": 0,
    "ip_class1_own": 1,
    "ip_class1": 1,
    "ip_class2": 0,
    "strategic_emerging": True,
    "national_award_rank": 0,
    "provincial_award_rank": 0,
    "high_tech_certificate": False,
    "innovation_demonstration": False,
    "ip_advantage": False,
    "provincial_rd_institution": False,
    "equity_financing_three_years": 0,
}
"""Own class I 15 + R&D 5 % 20; growth 40 % 20 + liabilities 55 % 10; emerging 10 + main 70 % 20: 95."""


def innovative(on: str = OLD, **changed: Any) -> Any:
    return assess("innovative_sme", INNOVATIVE | changed, on)


def test_the_example_scores_95() -> None:
    found = innovative()
    assert (found.verdict, found.branch, found.score.lo, found.score.hi) == ("yes", "score", 95, 95)
    assert points(found, "innovation_points") == (35, 35)
    assert points(found, "growth_points") == points(found, "specialisation_points") == (30, 30)
    assert str(found.expires) == "2027-03-01"


@pytest.mark.parametrize(
    ("high", "own", "class1", "class2", "given"),
    [(1, 1, 1, 0, 20), (0, 1, 1, 9, 15), (0, 0, 1, 9, 10), (0, 0, 0, 1, 5), (0, 0, 0, 0, 0)],
)
def test_ip(high: int, own: int, class1: int, class2: int, given: int) -> None:
    found = innovative(ip_class1_high_value=high, ip_class1_own=own, ip_class1=class1, ip_class2=class2)
    assert points(found, "innovation_points") == (20 + given, 20 + given)


@pytest.mark.parametrize(
    ("rd", "given"),
    [
        (500 * WAN, 20), ("4999999.99", 15), (300 * WAN, 15), ("2999999.99", 10),
        (200 * WAN, 10), ("1999999.99", 5), (100 * WAN, 5), ("999999.99", 0), (0, 0),
    ],
)  # fmt: skip
def test_rd_of_revenue_to_the_fen(rd: Any, given: int) -> None:
    assert points(innovative(rd_expense=[0, 0, rd]), "innovation_points") == (15 + given,) * 2


@pytest.mark.parametrize(
    ("last", "given"),
    [
        (5_750 * WAN, 20), ("57499999.99", 15), (5_500 * WAN, 15), ("54999999.99", 10),
        (5_250 * WAN, 10), ("52499999.99", 5), (5_000 * WAN, 5), ("49999999.99", 0),
    ],
)  # fmt: skip
def test_growth_of_main_business_to_the_fen(last: Any, given: int) -> None:
    found = innovative(main_business_income=[0, 5_000 * WAN, last])
    assert points(found, "growth_points") == (10 + given,) * 2


def test_without_a_year_before_growth_gives_nothing() -> None:
    one_year = {name: [INNOVATIVE[name][-1]] for name in ("sales", "main_business_income", "rd_expense")}
    assert points(innovative(**one_year), "growth_points") == (10, 10)


@pytest.mark.parametrize(
    ("owed", "given"),
    [(5_500 * WAN, 10), ("55000000.01", 5), ("74999999.99", 5), (7_500 * WAN, 0), ("75000000.01", 0)],
)
def test_liabilities_to_the_fen(owed: Any, given: int) -> None:
    assert points(innovative(liabilities=owed), "growth_points") == (20 + given,) * 2


@pytest.mark.parametrize(("emerging", "given"), [(True, 10), (False, 5)])
def test_field(emerging: bool, given: int) -> None:
    assert points(innovative(strategic_emerging=emerging), "specialisation_points") == (20 + given,) * 2


@pytest.mark.parametrize(
    ("main", "given"),
    [
        (7_000 * WAN, 20), ("69999999.99", 15), (6_000 * WAN, 15), ("59999999.99", 10),
        (5_500 * WAN, 10), ("54999999.99", 5), (5_000 * WAN, 5), ("49999999.99", 0),
    ],
)  # fmt: skip
def test_main_share_to_the_fen(main: Any, given: int) -> None:
    found = innovative(main_business_income=[5_000 * WAN, 5_000 * WAN, main])
    assert points(found, "specialisation_points") == (10 + given,) * 2


LOW = {"ip_class1_own": 0, "ip_class1": 0, "ip_class2": 0, "strategic_emerging": False}


@pytest.mark.parametrize(
    ("changed", "score", "verdict"),
    [
        # innovation 20 (own 0, R&D 20), growth 20+10, specialisation 5+5: specialisation 10 is under 15
        (LOW | {"main_business_income": [0, 4_000 * WAN, 5_000 * WAN]}, 60, "no"),
        # innovation 20, growth 10+10, specialisation 5+15: each at or over its mark, 60 in all
        (LOW | {"main_business_income": [0, "57142857.14", 6_000 * WAN]}, 60, "yes"),
        # specialisation 5+10 = 15 is enough
        (LOW | {"main_business_income": [0, 4_000 * WAN, 5_500 * WAN]}, 65, "yes"),
        # the same as before with growth 5+10: 55
        (LOW | {"main_business_income": [0, 5_900 * WAN, 6_000 * WAN]}, 55, "no"),
        # innovation 15 (class II 5, R&D 10) is under 20, though 75 in all
        ({"ip_class1_own": 0, "ip_class1": 0, "ip_class2": 1, "rd_expense": [0, 0, 200 * WAN]}, 75, "no"),
        # growth 5+5 = 10 is under 15
        ({"main_business_income": [0, 7_000 * WAN, 7_000 * WAN], "liabilities": 6_000 * WAN}, 75, "no"),
        # growth 5+10 = 15 is enough
        ({"main_business_income": [0, 7_000 * WAN, 7_000 * WAN]}, 80, "yes"),
    ],
)
def test_the_score_and_each_part_have_a_mark(changed: dict[str, Any], score: int, verdict: str) -> None:
    found = innovative(**changed)
    assert (found.score.lo, found.verdict) == (score, verdict)


POOR = {"rd_expense": [0, 0, 0]}


@pytest.mark.parametrize(
    ("changed", "branch"),
    [
        ({"national_award_rank": 9}, "direct:award"),
        ({"provincial_award_rank": 9}, "direct:award"),
        ({"high_tech_certificate": True}, "direct:title"),
        ({"innovation_demonstration": True}, "direct:title"),
        ({"ip_advantage": True}, "direct:title"),
        ({"provincial_rd_institution": True}, "direct:rd_institution"),
        ({"equity_financing_three_years": 500 * WAN}, "direct:equity"),
    ],
)
def test_direct_conditions_need_no_score(changed: dict[str, Any], branch: str) -> None:
    found = innovative(**POOR, **changed)
    assert (found.verdict, found.branch) == ("yes", branch)


def test_equity_one_fen_short() -> None:
    assert innovative(**POOR, equity_financing_three_years="4999999.99").verdict == "no"


@pytest.mark.parametrize("name", BASE)
def test_what_every_quality_sme_must_be(name: str) -> None:
    assert innovative(high_tech_certificate=True, **{name: False}).verdict == "no"
    found = innovative(high_tech_certificate=True, **{name: None})
    assert (found.verdict, found.missing) == ("unknown", [name])


def test_unknown_facts_keep_the_score_open() -> None:
    found = innovative(ip_class1_high_value=None)
    assert (found.verdict, found.score.lo, found.score.hi) == ("yes", 95, 100)
    found = innovative(rd_expense=None)
    assert (found.verdict, found.score.lo, found.score.hi) == ("unknown", 75, 95)
    assert found.missing == ["rd_expense"]


def test_windows_of_the_innovative_sme() -> None:
    assert innovative("2022-07-31").verdict == "no_rule_in_force"
    assert innovative("2022-08-01").verdict == "yes"
    before, after = (
        innovative("2026-03-31", **POOR, tech_sme_valid=True),
        innovative("2026-04-01", **POOR, tech_sme_valid=True),
    )
    assert (before.verdict, after.verdict, after.branch) == ("no", "yes", "held:tech_sme")
    assert innovative("2026-04-01").branch == "score"


@pytest.mark.parametrize("name", ["tech_sme", "innovative_sme"])
def test_the_tier_counts_what_is_held(name: str) -> None:
    found = assess("innovative_sme", {f"{name}_valid": True}, NEW)
    assert (found.verdict, found.branch, found.expires) == ("yes", f"held:{name}", None)


def test_the_tier_without_anything_held_is_the_standard() -> None:
    held = {"tech_sme_valid": False, "innovative_sme_valid": False}
    assert innovative(NEW, **held).branch == "score"
    assert str(innovative(NEW, **held).expires) == "2029-05-10"
    assert innovative(NEW, **held, **POOR).verdict == "no"
    assert innovative(NEW, **held, clean_record=False).verdict == "no"


def test_what_is_to_verify_is_said() -> None:
    assert "innovative_sme.liabilities" in innovative().to_verify
    assert "innovative_sme" in innovative("2022-09-01").to_verify
    assert "innovative_sme" not in innovative().to_verify


def test_whether_the_sheet_goes_on_in_2026_is_to_verify_but_not_that_a_technology_based_sme_belongs() -> None:
    held = {"tech_sme_valid": False, "innovative_sme_valid": False}
    assert {"innovative_sme.score", "innovative_sme.pass_mark"} <= set(innovative(NEW, **held).to_verify)
    assert not {"innovative_sme.score", "innovative_sme.pass_mark"} & set(innovative("2026-03-31").to_verify)
    by_status = innovative(NEW, tech_sme_valid=True, innovative_sme_valid=False, **POOR)
    assert by_status.branch == "held:tech_sme"
    assert not {"innovative_sme", "innovative_sme.tech_sme", "innovative_sme.score"} & set(
        by_status.to_verify
    )
    assert by_status.as_dict()["branch"] == "held:tech_sme"


def test_the_name_of_the_tier() -> None:
    info = load().info("innovative_sme")
    assert (info.zh, info.en) == ("创新型中小企业", "Innovative SME")
    assert "科技和创新型" in info.windows[-1].note


# --- 专精特新中小企业, 63号 附件2 -----------------------------------------------------------------------

SPECIALISED = BASE | NO_AWARD | {
    "years_in_segment": 4,
    "sales": [10_000 * WAN] * 3,
    "main_business_income": [8_000 * WAN] * 3,
    "rd_expense": [300 * WAN] * 3,
    "equity_financing_two_years": 0,
    "segment_field": "base",
    "digital_level": 2,
    "quality_award": False,
    "management_certificate": True,
    "own_brand": False,
    "standard_drafter": False,
    "net_profit": 400 * WAN,
    "total_assets": 10_000 * WAN,
    "liabilities": 5_000 * WAN,
    "regional_points": {"distinctive": 9},
    "ip_class1_high_value": 0,
    "ip_class1_own": 1,
    "ip_class1": 1,
    "ip_class2": 3,
    "employees": 100,
    "rd_staff": 10,
    "rd_institution_level": "provincial",
}  # fmt: skip
"""5+2+2+3, 3+3+4+5, 9, 8+6+3+8: 12 + 15 + 9 + 25 = 61."""


def specialised(on: str = OLD, **changed: Any) -> Any:
    return assess("specialised_sme", SPECIALISED | changed, on)


def test_the_example_scores_61() -> None:
    found = specialised()
    assert (found.verdict, found.branch, found.score.lo, found.score.hi) == ("yes", "score", 61, 61)
    parts = ("specialised_points", "refined_points", "distinctive_points", "innovation_points")
    assert [points(found, part)[0] for part in parts] == [12, 15, 9, 25]


@pytest.mark.parametrize(("given", "verdict"), [(8, "yes"), (7, "no")])
def test_pass_mark(given: int, verdict: str) -> None:
    found = specialised(regional_points={"distinctive": given})
    assert (found.score.lo, found.verdict) == (52 + given, verdict)


GROWTHS = [
    (880_000, 968_000, 10), (880_000, "967999.99", 8), (864_000, 933_120, 8), (864_000, "933119.99", 6),
    (848_000, 898_880, 6), (848_000, "898879.99", 4), (832_000, 865_280, 4), (832_000, "865279.99", 2),
    (800_000, 800_000, 2),
]  # fmt: skip
"""From 800,000: 10, 8, 6, 4 and 0 % in both years, and one 分 less."""


@pytest.mark.parametrize(
    ("changed", "part", "given"),
    [
        *[({"main_business_income": [8_000 * WAN, 8_000 * WAN, main]}, "specialised_points", given) for main, given in [
            (8_000 * WAN, 5 + 2 + 5), ("79999999.99", 3 + 0 + 5), (7_000 * WAN, 3 + 0 + 5), ("69999999.99", 1 + 0 + 5),
            (6_000 * WAN, 1 + 0 + 5), ("59999999.99", 0 + 0 + 5)]],
        *[({"sales": [100 * WAN] * 3, "rd_expense": [3 * WAN] * 3,
            "main_business_income": [800_000, second, third]}, "specialised_points", 5 + 5 + given)
          for second, third, given in GROWTHS],
        *[({"years_in_segment": years}, "specialised_points", 5 + 2 + 3 + given) for years, given in [
            (0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3), (7, 3), (8, 4), (9, 4), (10, 5), (30, 5)]],
        *[({"segment_field": field}, "specialised_points", 5 + 2 + 2 + given) for field, given in [
            ("gap", 5), ("base", 3), ("other", 0)]],
        *[({"digital_level": level}, "refined_points", 12 + given) for level, given in [(4, 5), (3, 5), (2, 3), (1, 0), (0, 0)]],
        *[({"net_profit": profit}, "refined_points", 11 + given) for profit, given in [
            (1_000 * WAN, 10), ("9999999.99", 8), (800 * WAN, 8), ("7999999.99", 6), (600 * WAN, 6), ("5999999.99", 4),
            (400 * WAN, 4), ("3999999.99", 2), (200 * WAN, 2), ("1999999.99", 0), (-5 * WAN, 0)]],
        *[({"liabilities": owed}, "refined_points", 10 + given) for owed, given in [
            (5_000 * WAN, 5), ("50000000.01", 3), ("59999999.99", 3), (6_000 * WAN, 1), ("69999999.99", 1), (7_000 * WAN, 0)]],
        *[({"rd_expense": [0, 0, rd], "sales": [100_000 * WAN] * 3}, "innovation_points", 19 + given) for rd, given in [
            (500 * WAN, 10), ("4999999.99", 8), (400 * WAN, 8), ("3999999.99", 6), (300 * WAN, 6), ("2999999.99", 4),
            (200 * WAN, 4), ("1999999.99", 2), (100 * WAN, 2), ("999999.99", 0)]],
        *[({"rd_expense": [0, 0, rd], "sales": [900 * WAN] * 3, "main_business_income": [900 * WAN] * 3},
           "innovation_points", 19 + given) for rd, given in [
            (90 * WAN, 10), ("899999.99", 8), (72 * WAN, 8), ("719999.99", 6), (54 * WAN, 6), ("539999.99", 4),
            (36 * WAN, 4), ("359999.99", 2), (27 * WAN, 2), ("269999.99", 0)]],
        *[({"employees": 100, "rd_staff": staff}, "innovation_points", 22 + given) for staff, given in [
            (20, 5), (19, 3), (10, 3), (9, 1), (5, 1), (4, 0), (0, 0)]],
        *[({"rd_institution_level": level}, "innovation_points", 17 + given) for level, given in [
            ("national", 10), ("provincial", 8), ("municipal", 4), ("lower", 2), ("none", 0)]],
        *[({"ip_class1_high_value": high, "ip_class1_own": own, "ip_class1": one, "ip_class2": two}, "innovation_points", 17 + given)
          for high, own, one, two, given in [
            (1, 1, 1, 0, 10), (0, 1, 1, 9, 8), (0, 0, 1, 9, 6), (0, 0, 0, 1, 2), (0, 0, 0, 0, 0)]],
    ],
)  # fmt: skip
def test_every_edge_of_the_sheet(changed: dict[str, Any], part: str, given: int) -> None:
    assert points(specialised(**changed), part) == (given, given)


def test_mean_growth_of_less_than_nothing() -> None:
    found = specialised(main_business_income=[8_000 * WAN, 8_000 * WAN, "79999999.99"])
    assert points(found, "specialised_points") == (8, 8)  # main share 3 (just under 80 %), growth 0, 2, 3


def test_mean_growth_needs_three_years() -> None:
    two = {name: SPECIALISED[name][-2:] for name in ("sales", "main_business_income", "rd_expense")}
    assert points(specialised(**two), "specialised_points") == (10, 10)


@pytest.mark.parametrize(
    ("held", "given"),
    [(0, 0), (1, 3), (2, 5), (3, 5), (4, 5)],
)
def test_quality_is_three_each_and_five_at_most(held: int, given: int) -> None:
    names = ("quality_award", "management_certificate", "own_brand", "standard_drafter")
    found = specialised(**{name: place < held for place, name in enumerate(names)})
    assert points(found, "refined_points") == (12 + given,) * 2


def test_points_of_the_region_are_open_until_given() -> None:
    found = specialised(regional_points=None)
    assert (found.verdict, found.score.lo, found.score.hi) == ("unknown", 52, 67)
    assert "regional_points" in found.missing


@pytest.mark.parametrize(
    ("changed", "condition"),
    [
        ({"years_in_segment": 1}, "years_2022"),
        ({"rd_expense": [300 * WAN, 300 * WAN, "2999999.99"]}, "rd_2022"),  # 3 % of a hundred million
        ({"rd_expense": [100 * WAN, 100 * WAN, "999999.99"], "sales": [2_000 * WAN] * 3,
          "main_business_income": [1_600 * WAN] * 3}, "rd_2022"),
        ({"sales": [1_000 * WAN, 1_000 * WAN, "9999999.99"], "main_business_income": [800 * WAN] * 3,
          "equity_financing_two_years": "19999999.99"}, "revenue_2022"),
    ],
)  # fmt: skip
def test_just_short_of_the_first_three(changed: dict[str, Any], condition: str) -> None:
    found = specialised(**changed)
    assert found.verdict == "no"
    assert [one.condition.id for one in found.conditions if one.verdict == 0 and not one.condition.way] == [
        condition
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"years_in_segment": 2},
        {"rd_expense": [300 * WAN] * 3},
        {"rd_expense": [100 * WAN] * 3, "sales": [2_000 * WAN] * 3, "main_business_income": [1_600 * WAN] * 3},
        {"sales": [1_000 * WAN] * 3, "main_business_income": [800 * WAN] * 3},
        {"sales": [1_000 * WAN, 1_000 * WAN, "9999999.99"], "main_business_income": [800 * WAN] * 3,
         "equity_financing_two_years": 2_000 * WAN},
    ],
)  # fmt: skip
def test_exactly_at_the_first_three(changed: dict[str, Any]) -> None:
    found = specialised(**changed)
    assert all(one.verdict == 2 for one in found.conditions if not one.condition.way)


FAILING = {"regional_points": {"distinctive": 0}}


@pytest.mark.parametrize(
    ("changed", "branch"),
    [
        ({"provincial_award_rank": 3}, "award"),
        ({"provincial_award_rank": 4}, None),
        ({"national_award_rank": 5}, "award"),
        ({"national_award_rank": 6}, None),
        ({"rd_expense": [0, 900 * WAN, 1_100 * WAN], "net_profit": 0}, "rd_mean"),
        ({"rd_expense": [5_000 * WAN, 900 * WAN, "10999999.99"], "net_profit": 0, "digital_level": 0}, None),
        ({"equity_financing_two_years": 6_000 * WAN}, "equity"),
        ({"equity_financing_two_years": "59999999.99"}, None),
        ({"maker_china_rank": 500}, "maker_contest"),
        ({"maker_china_rank": 501}, None),
        ({}, None),
    ],
)
def test_every_bypass_of_the_score(changed: dict[str, Any], branch: str | None) -> None:
    found = specialised(**FAILING, **changed)
    assert (found.verdict, found.branch) == ("yes" if branch else "no", branch)


def test_windows_of_the_specialised_sme() -> None:
    assert specialised("2022-07-31").verdict == "no_rule_in_force"
    assert specialised("2022-08-01").branch == "score"
    assert specialised("2026-03-31").branch == "score"
    assert specialised("2026-04-01", review=True).branch == "review:score"
    assert specialised("2026-12-31", review=True).branch == "review:score"
    assert "prior_tier" in [one.condition.id for one in specialised("2027-01-01", review=True).conditions]
    assert specialised("2027-01-01", review=True).verdict == "unknown"


# --- 专精特新中小企业, 2026 ------------------------------------------------------------------------------

NEW_SPECIALISED = BASE | {
    "review": False,
    "tech_sme_valid": True,
    "innovative_sme_valid": False,
    "years_in_segment": 3,
    "sales": [1_500 * WAN] * 3,
    "main_business_income": [1_200 * WAN] * 3,
    "rd_expense": [100 * WAN] * 3,
    "equity_financing_two_years": 0,
    "total_assets": 1_000 * WAN,
    "liabilities": 800 * WAN,
    "ip_class1_own_in_use": 1,
    "national_award_rank": 0,
    "provincial_award_rank": 0,
    "provincial_rd_institution": False,
    "market_position_high": True,
    "development_score": [50],
}
"""Every figure exactly at its limit."""


def renewed(on: str, **changed: Any) -> Any:
    return assess("specialised_sme", NEW_SPECIALISED | changed, on)


@pytest.mark.parametrize("on", [NEW, LATER])
def test_exactly_at_every_limit_of_2026(on: str) -> None:
    found = renewed(on)
    assert (found.verdict, found.missing) == ("yes", [])
    assert found.branch == ("first" if on == NEW else None)


@pytest.mark.parametrize("on", [NEW, LATER])
@pytest.mark.parametrize(
    ("changed", "condition"),
    [
        ({"tech_sme_valid": False}, "prior_tier"),
        ({"years_in_segment": 2}, "years"),
        (
            {"sales": [1_500 * WAN, 1_500 * WAN, "14999999.99"], "equity_financing_two_years": "19999999.99"},
            "revenue",
        ),
        ({"main_business_income": [1_200 * WAN, 1_200 * WAN, "11999999.99"]}, "main_share"),
        ({"liabilities": "8000000.01"}, "liabilities"),
        ({"rd_expense": [100 * WAN, 100 * WAN, "999999.99"]}, "rd"),
        ({"rd_expense": [100 * WAN, "999999.99", 100 * WAN]}, "rd"),
        ({"sales": [1_500 * WAN, "33333333.34", 1_500 * WAN]}, "rd"),  # 100万 is just under 3 % of it
        ({"ip_class1_own_in_use": 0}, "ip"),
        ({"market_position_high": False}, "market_position"),
        ({"development_score": [49]}, "development_score"),
        ({"development_score": [50, 49]}, "development_score"),
        *[
            ({name: False}, id)
            for name, id in zip(BASE, ("resident", "sme", "products", "record"), strict=True)
        ],
    ],
)
def test_just_short_of_2026(on: str, changed: dict[str, Any], condition: str) -> None:
    found = renewed(on, **changed)
    assert found.verdict == "no"
    failing = [one.condition.id for one in found.conditions if one.verdict == 0 and one.needed]
    assert [id for id in failing if id not in ("award", "rd_mean", "equity", "maker_contest", "score")] == [
        condition
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"tech_sme_valid": None, "innovative_sme_valid": True},
        {"sales": [1_500 * WAN, 1_500 * WAN, "14999999.99"], "equity_financing_two_years": 2_000 * WAN},
        {"ip_class1_own_in_use": 0, "provincial_award_rank": 8},
        {"ip_class1_own_in_use": 0, "national_award_rank": 8},
        {"ip_class1_own_in_use": 0, "provincial_rd_institution": True},
        {"sales": [1_500 * WAN, "33333333.33", 1_500 * WAN]},
    ],
)
def test_what_stands_in_for_a_figure_of_2026(changed: dict[str, Any]) -> None:
    assert renewed(LATER, **changed).verdict == "yes"


def test_no_bypass_of_the_score_of_2026() -> None:
    found = renewed(
        LATER, development_score=[49], national_award_rank=1, equity_financing_two_years=9_000 * WAN
    )
    assert found.verdict == "no"


def test_on_re_review_either_of_two_scores_will_do() -> None:
    assert renewed(LATER, review=True, development_score=[50, 40]).verdict == "yes"
    assert renewed(LATER, review=True, development_score=[49, 49]).verdict == "no"
    assert renewed(LATER, review=None, development_score=[50, 40]).verdict == "unknown"
    assert renewed(LATER, review=None, development_score=[50, 40]).missing == ["review"]


# --- 2026: first recognition by the new text, re-review by that of 2022 ---------------------------------


COMMON = ["resident", "sme", "products", "record"]
IDS_2026 = [*COMMON, "prior_tier", "years", "revenue", "main_share", "liabilities", "rd", "ip", "market_position", "development_score"]  # fmt: skip


def needed(found: Any) -> list[str]:
    return [one.condition.id for one in found.conditions if one.needed]


def test_a_first_recognition_in_2026_needs_nothing_of_2022() -> None:
    found = renewed(NEW)
    assert (found.missing, found.score, needed(found)) == ([], None, IDS_2026)
    assert "specialised_sme.rd_staff_points" not in found.to_verify
    assert not any("附件2" in line for line in found.sentences("zh"))


def test_what_is_asked_is_told_without_the_question_whether_it_is() -> None:
    """A condition of a re-review says its figure and margin, not that this is a re-review."""
    found = specialised(NEW, review=True, years_in_segment=1).as_dict()
    years = next(one for one in found["conditions"] if one["id"] == "years_2022")
    assert (years["value"], years["threshold"], years["margin"], years["parts"]) == (1, 2, -1, [])


def test_a_re_review_in_2026_needs_nothing_of_2026() -> None:
    found = specialised(NEW, review=True)
    assert (found.verdict, found.branch, found.missing) == ("yes", "review:score", [])
    assert needed(found) == [*COMMON, "review", "years_2022", "rd_2022", "revenue_2022", "score"]
    assert any("工信厅企业函〔2026〕117号" in line for line in found.sentences("zh"))
    assert specialised(NEW, review=True, **FAILING).verdict == "no"
    assert specialised(NEW, review=True, **FAILING, maker_china_rank=500).branch == "review:maker_contest"
    assert specialised(NEW, review=True, years_in_segment=1).verdict == "no"


def test_in_2026_it_must_be_known_which_of_the_two_it_is() -> None:
    found = specialised(NEW, **(NEW_SPECIALISED | {"review": None}))
    assert (found.verdict, found.branch) == ("unknown", None)
    assert "review" in found.missing


def test_a_title_runs_three_years() -> None:
    assert str(specialised().expires) == "2027-03-01"
    assert str(renewed("2028-02-29").expires) == "2031-02-28"


# --- 小巨人, 63号 附件3 ----------------------------------------------------------------------------------

GIANT = BASE | {
    "specialised_sme_valid": True,
    "years_in_segment": 3,
    "sales": [10_000 * WAN] * 3,
    "main_business_income": [8_000 * WAN, 8_400 * WAN, 8_820 * WAN],
    "rd_expense": [0, 300 * WAN, 300 * WAN],
    "total_assets": 1_000 * WAN,
    "liabilities": 700 * WAN,
    "market_share": "10%",
    "information_system": True,
    "management_certificate": True,
    "own_brand": True,
    "equity_financing_two_years": 0,
    "employees": 100,
    "rd_staff": 50,
    "own_rd_institution": True,
    "ip_class1_in_use": 2,
    "national_award_rank": 0,
    "maker_china_rank": 0,
    "chain_supporting": True,
    "leading_field": True,
}
"""Every figure exactly at its limit, but for the main share of 88.2 %."""


def giant(on: str = OLD, **changed: Any) -> Any:
    return assess("little_giant", GIANT | changed, on)


def test_exactly_at_every_limit_of_the_little_giant_of_2022() -> None:
    found = giant()
    assert (found.verdict, found.branch, found.missing) == ("yes", "general", [])
    assert str(found.expires) == "2027-03-01"


@pytest.mark.parametrize(
    ("changed", "condition"),
    [
        ({"specialised_sme_valid": False}, "prior_tier"),
        ({"years_in_segment": 2}, "years_2022"),
        ({"main_business_income": [6_000 * WAN, 6_600 * WAN, "69999999.99"]}, "main_share_2022"),
        ({"main_business_income": [8_000 * WAN, 8_400 * WAN, "88199999.99"]}, "growth_2022"),
        ({"main_business_income": [8_000 * WAN, 8_000 * WAN, "87999999.99"]}, "growth_2022"),
        ({"information_system": False}, "information_system"),
        ({"management_certificate": False}, "certificate"),
        ({"liabilities": "7000000.01"}, "liabilities_2022"),
        ({"market_share": "9.99%"}, "market_share_2022"),
        ({"own_brand": False}, "own_brand"),
        ({"chain_supporting": False}, "chain_2022"),
        ({"leading_field": False}, "field_2022"),
        ({"clean_record": False}, "record"),
    ],
)
def test_just_short_of_the_little_giant_of_2022(changed: dict[str, Any], condition: str) -> None:
    found = giant(**changed)
    failing = [one.condition.id for one in found.conditions if one.verdict == 0 and one.condition.way == ""]
    assert (found.verdict, failing) == ("no", [condition])


@pytest.mark.parametrize(
    "main", [[6_000 * WAN, 6_600 * WAN, 7_000 * WAN], [8_000 * WAN, 8_000 * WAN, 8_800 * WAN]]
)
def test_main_share_of_70_and_mean_growth_of_5_are_enough(main: list[Any]) -> None:
    assert giant(main_business_income=main).verdict == "yes"


SMALL = {"sales": [5_000 * WAN, 5_000 * WAN, "49999999.99"], "main_business_income": [4_000 * WAN, 4_200 * WAN, 4_410 * WAN],
         "rd_expense": [0, 3_000 * WAN, 3_000 * WAN], "equity_financing_two_years": 8_000 * WAN}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"rd_expense": [0, 300 * WAN, "2999999.99"]}, "no"),  # a hundred million: 3 % in both years
        ({"rd_expense": [0, "2999999.99", 300 * WAN]}, "no"),
        (
            {
                "sales": [10_000 * WAN, 10_000 * WAN, "99999999.99"],
                "rd_expense": [0, 600 * WAN, "5999999.99"],
            },
            "no",
        ),
        (
            {"sales": [10_000 * WAN, 10_000 * WAN, "99999999.99"], "rd_expense": [0, 600 * WAN, 600 * WAN]},
            "yes",
        ),
        (
            {
                "sales": [10_000 * WAN, 10_000 * WAN, "99999999.99"],
                "rd_expense": [0, "5999999.99", 600 * WAN],
            },
            "no",
        ),
        (
            SMALL | {"sales": [5_000 * WAN] * 3, "rd_expense": [0, 300 * WAN, 300 * WAN]},
            "yes",
        ),  # 6 % of 5000万
        (SMALL | {"sales": [5_000 * WAN] * 3, "rd_expense": [0, 300 * WAN, "2999999.99"]}, "no"),
        (SMALL, "yes"),  # under 5000万: equity, R&D and half the staff
        (SMALL | {"equity_financing_two_years": "79999999.99"}, "no"),
        (SMALL | {"rd_expense": [0, 3_000 * WAN, "29999999.99"]}, "no"),
        (SMALL | {"rd_staff": 49}, "no"),
        ({"ip_class1_in_use": 1}, "no"),
        ({"own_rd_institution": False}, "no"),
    ],
)
def test_innovation_of_the_little_giant_of_2022(changed: dict[str, Any], verdict: str) -> None:
    assert giant(**changed).verdict == verdict


@pytest.mark.parametrize(
    ("changed", "branch"),
    [
        ({"national_award_rank": 3}, "award"),
        ({"national_award_rank": 4}, None),
        ({"maker_china_rank": 50}, "maker_contest"),
        ({"maker_china_rank": 51}, None),
    ],
)
def test_bypass_of_innovation(changed: dict[str, Any], branch: str | None) -> None:
    found = giant(ip_class1_in_use=0, **changed)
    assert (found.verdict, found.branch) == ("yes" if branch else "no", branch)


# --- 小巨人, 2026 ----------------------------------------------------------------------------------------

NEW_GIANT = BASE | {
    "review": False,
    "specialised_sme_valid": True,
    "years_in_segment": 3,
    "sales": [40_000_000, 20_000 * WAN, 44_100_000 + 5_900_000],
    "main_business_income": [1, 1, 45_000_000],
    "rd_expense": [0, 600 * WAN, 600 * WAN],
    "total_assets": 1_000 * WAN,
    "liabilities": 750 * WAN,
    "ip_class1_own_in_use": 4,
    "national_award_rank": 0,
    "market_share": "10%",
    "market_rank": 0,
    "key_chain": True,
    "development_score": [60],
}


def new_giant(on: str = LATER, **changed: Any) -> Any:
    return assess("little_giant", NEW_GIANT | changed, on)


@pytest.mark.parametrize("on", [NEW, LATER])
def test_exactly_at_every_limit_of_the_little_giant_of_2026(on: str) -> None:
    found = new_giant(on)
    assert (found.verdict, found.missing, found.branch) == ("yes", [], "first" if on == NEW else None)
    assert str(found.expires) == {NEW: "2029-05-10", LATER: "2030-03-01"}[on]


LARGE = {"sales": [100_000_000, 110_000_000, 110_250_000], "main_business_income": [1, 1, 100_000_000]}


@pytest.mark.parametrize(
    ("changed", "condition"),
    [
        ({"specialised_sme_valid": False}, "prior_tier"),
        ({"years_in_segment": 2}, "years"),
        ({"sales": [40_000_000, 20_000 * WAN, "49999999.99"]}, "revenue"),
        ({"main_business_income": [1, 1, "44999999.99"]}, "main_share"),
        (LARGE | {"sales": [100_000_000, 110_000_000, "110249999.99"]}, "growth"),  # 1.05² = 1.1025
        ({"sales": [20_000 * WAN, 50_000_000], "main_business_income": [1, 45_000_000],
          "rd_expense": [600 * WAN, 600 * WAN]}, "growth"),  # no third year
        ({"liabilities": "7500000.01"}, "liabilities"),
        ({"rd_expense": [0, 600 * WAN, "5999999.99"]}, "rd"),
        ({"rd_expense": [0, "12000000.00", "1499999.99"]}, "rd"),
        ({"ip_class1_own_in_use": 3}, "ip"),
        ({"ip_class1_own_in_use": 3, "national_award_rank": 4}, "ip"),
        ({"market_share": "9.99%", "market_rank": 4}, "market"),
        ({"market_share": "9.99%"}, "market"),
        ({"key_chain": False}, "chain"),
        ({"development_score": [59]}, "development_score"),
    ],
)  # fmt: skip
def test_just_short_of_the_little_giant_of_2026(changed: dict[str, Any], condition: str) -> None:
    found = new_giant(**changed)
    assert (found.verdict, [one.condition.id for one in found.conditions if one.verdict == 0]) == (
        "no",
        [condition],
    )


@pytest.mark.parametrize(
    "changed",
    [
        LARGE,  # growth exactly 10.25 % in two years
        {"rd_expense": [0, "10500000.00", "1500000.00"]},  # 3 % of the last year, 1200万 together
        {"ip_class1_own_in_use": 0, "national_award_rank": 3},
        {"market_share": None, "market_rank": 3},
    ],
)
def test_at_the_other_ties_of_the_little_giant_of_2026(changed: dict[str, Any]) -> None:
    assert new_giant(**changed).verdict == "yes"


def test_a_re_review_asks_for_no_growth_and_takes_either_score() -> None:
    shrinking = {"sales": [100_000_000, 110_000_000, 50_000_000]}
    assert new_giant(**shrinking).verdict == "no"
    assert new_giant(**shrinking, review=True).verdict == "yes"
    assert new_giant(**shrinking, review=None).missing == ["review"]
    assert new_giant(review=True, development_score=[60, 59]).verdict == "yes"
    assert new_giant(review=False, development_score=[60, 59]).verdict == "no"


def test_windows_of_the_little_giant() -> None:
    assert giant("2022-07-31").verdict == "no_rule_in_force"
    assert giant("2022-08-01").branch == "general"
    assert giant("2026-03-31").branch == "general"
    assert giant("2026-04-01").verdict == "unknown"
    assert giant("2026-04-01", review=True).branch == "review:general"
    assert (
        giant("2026-12-31", review=True, ip_class1_in_use=0, maker_china_rank=50).branch
        == "review:maker_contest"
    )
    assert giant("2027-01-01", review=True).branch is None


def test_a_re_review_of_2026_is_no_by_the_figures_of_2022() -> None:
    assert giant(NEW, review=True, liabilities="7000000.01").verdict == "no"
    assert giant(NEW, review=True, specialised_sme_valid=False).verdict == "no"


def test_one_missing_figure_is_named() -> None:
    found = giant(market_share=None)
    assert (found.verdict, found.missing) == ("unknown", ["market_share"])


def test_what_of_the_little_giant_is_to_verify() -> None:
    assert "little_giant.growth" in new_giant().to_verify
    assert "little_giant.maker_china_rank" in giant(ip_class1_in_use=0, maker_china_rank=50).to_verify


# --- contradictory facts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"main_business_income": [1, 1, 10_001 * WAN]}, "main_business_income"),
        ({"main_business_income": [1, 1]}, "main_business_income"),
        ({"rd_expense": [1]}, "rd_expense"),
        ({"ip_class1_own": 2}, "ip_class1_own"),
        ({"ip_class1_high_value": 2}, "ip_class1_high_value"),
        ({"rd_staff": 101}, "rd_staff"),
    ],
)
def test_what_cannot_be(changed: dict[str, Any], field: str) -> None:
    from tuwei.core.errors import InputError

    with pytest.raises(InputError) as error:
        specialised(**changed)
    assert (error.value.code, error.value.where["field"]) == ("rules.contradiction", field)
