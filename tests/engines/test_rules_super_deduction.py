"""研发费用加计扣除, against 财税〔2015〕119号, 97号公告, 34号, 64号, 99号, 2021-6, 2021-13, 2021-28, 2022-16, 2022-28, 2023-7, 2023-44."""

from __future__ import annotations

import datetime
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuwei.core.errors import InputError
from tuwei.rules import Assessment, assess, bulk, load

WAN = 10_000
FIRM: dict[str, Any] = {
    "industry": "ordinary", "tech_sme": False, "items_1_to_5": 450 * WAN, "other_related": 80 * WAN,
    "entrusted_domestic": 0, "entrusted_overseas": 0, "negative_income": 0, "total_income": 10_000 * WAN,
    "non_taxable_income": 0, "investment_income": 0,
}  # fmt: skip
Q4 = {"q4_base": 200 * WAN, "months_operated": 12, "q4_months": 3}


def found(on: str, **facts: Any) -> Assessment:
    return assess("super_deduction", {**FIRM, "year": int(on[:4]), **facts}, on)


def values(on: str, **facts: Any) -> dict[str, Any]:
    shown: dict[str, Any] = found(on, **facts).as_dict()["values"]
    return shown


def test_worked_example_of_2026() -> None:
    """Y = 450, other 80 → cap 50 → base 500 → extra 500."""
    shown = values("2026-12-31")
    assert shown["other_cap_yuan"] == "500000"
    assert (shown["base"], shown["base_yuan"]) == (500 * WAN * 100, "5000000")
    assert (shown["extra"], shown["rate"], shown["intangible_rate"]) == (500 * WAN * 100, 1, 2)
    assert found("2026-12-31").verdict == "yes"
    assert (found("2026-12-31").missing, found("2026-12-31").to_verify) == ([], [])


ORDINARY, MAKER, CHIPS, TOOLS = "ordinary", "manufacturing", "integrated_circuit", "machine_tool"
RATES = [
    # 119号: 50% for all
    ("2016-01-01", ORDINARY, True, "1/2"),
    ("2016-12-31", MAKER, True, "1/2"),
    # 34号: technology-based SMEs from 2017
    ("2017-01-01", ORDINARY, True, "3/4"),
    ("2017-12-31", ORDINARY, True, "3/4"),
    ("2017-12-31", ORDINARY, False, "1/2"),
    ("2017-12-31", CHIPS, False, "1/2"),
    # 99号, extended by 2021-6: 75% for all from 2018
    ("2018-01-01", ORDINARY, False, "3/4"),
    ("2020-12-31", MAKER, True, "3/4"),
    ("2021-12-31", ORDINARY, True, "3/4"),
    ("2022-09-30", ORDINARY, False, "3/4"),
    # 2021-13: manufacturing from 2021
    ("2021-01-01", MAKER, False, "1"),
    ("2022-09-30", MAKER, False, "1"),
    # 2022-16: technology-based SMEs from 2022
    ("2022-01-01", ORDINARY, True, "1"),
    ("2022-12-31", ORDINARY, True, "1"),
    ("2022-12-31", MAKER, False, "1"),
    # 2023-7: all from 2023, without end
    ("2023-01-01", ORDINARY, False, "1"),
    ("2023-01-01", MAKER, True, "1"),
    ("2028-01-01", ORDINARY, False, "1"),
    # 2023-44: listed integrated circuits and machine tools 2023–2027
    ("2022-09-30", CHIPS, True, "1"),
    ("2023-01-01", CHIPS, False, "6/5"),
    ("2023-01-01", TOOLS, True, "6/5"),
    ("2027-12-31", TOOLS, False, "6/5"),
    ("2028-01-01", TOOLS, False, "1"),
]


@pytest.mark.parametrize(("on", "industry", "tech_sme", "rate"), RATES)
def test_rate_of_each_year(on: str, industry: str, tech_sme: bool, rate: str) -> None:
    """Intangibles are amortised at 100% more than the costs are: 150, 175, 200, 220%."""
    shown = values(on, industry=industry, tech_sme=tech_sme)
    assert shown["rate_exact"] == rate
    assert shown["intangible_rate_exact"] == str(Fraction(rate) + 1)
    assert shown["extra"] == 500 * WAN * 100 * Fraction(rate)


@pytest.mark.parametrize("on", ["2015-12-31", "2008-01-01"])
def test_no_rule_before_2016(on: str) -> None:
    assert found(on).verdict == "no_rule_in_force"


@pytest.mark.parametrize(("main", "rate"), [(True, "1"), (False, "3/4")])
def test_listed_enterprise_of_2021_is_manufacturing_only_when_that_is_its_main_business(
    main: bool, rate: str
) -> None:
    """Chip design is no manufacturing; the class of 120% does not exist yet."""
    assert values("2021-12-31", industry=CHIPS, main_manufacturing=main)["rate_exact"] == rate


def test_listed_enterprise_of_2021_left_out_counts_as_no() -> None:
    one = found("2021-12-31", industry=CHIPS)
    assert (one.as_dict()["values"]["rate_exact"], one.missing) == ("3/4", [])


def test_rate_of_2017_for_technology_based_smes_is_to_verify() -> None:
    """34号 [V]; the 50% of 119号 is confirmed."""
    assert "super_deduction.rate_tech_sme" in found("2017-12-31", tech_sme=True).to_verify
    assert found("2016-12-31", tech_sme=True).to_verify == []


@pytest.mark.parametrize(
    ("id", "on"),
    [
        ("excluded_activities", "2016-01-01"),
        ("domestic_contract_registered", "2016-01-01"),
        ("overseas_individuals_excluded", "2018-01-01"),
        ("overseas_contract_registered", "2018-01-01"),
    ],
)
def test_what_the_figures_leave_out_is_said_with_its_place_in_law(id: str, on: str) -> None:
    for day in (on, "2026-12-31"):
        rows = {row.id: row for row in load().in_force("super_deduction", datetime.date.fromisoformat(day))}
        assert rows[f"super_deduction.{id}"].status == "to_verify"
    assert len(rows["super_deduction.excluded_activities"].words) == 7


# --- other related costs: at most 10% of all, Y / 9 ----------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "other", "allowed"),
    [
        ("4500000", "500000", 50_000_000),  # exactly the cap
        ("4500000", "499999.99", 49_999_999),
        ("4500000", "500000.01", 50_000_000),
        ("4499999.91", "500000", 49_999_999),  # the cap is one 分 lower
        ("4500000.09", "500000.01", 50_000_001),
        ("0", "500000", 0),
        ("4500000", "0", 0),
    ],
)
@pytest.mark.parametrize("on", ["2020-12-31", "2021-01-01", "2026-12-31"])
def test_other_related_costs(on: str, items: str, other: str, allowed: int) -> None:
    assert values(on, items_1_to_5=items, other_related=other)["other_allowed"] == allowed


UNEVEN = [
    {"name": "甲", "items_1_to_5": 90 * WAN, "other_related": 0},
    {"name": "乙", "items_1_to_5": 360 * WAN, "other_related": 80 * WAN},
]


@pytest.mark.parametrize(
    ("on", "base"),
    [
        ("2020-12-31", 490),  # 乙 alone: 360 / 9 = 40
        ("2021-01-01", 500),  # one cap: 450 / 9 = 50
    ],
)
def test_cap_by_project_until_2020_and_over_all_projects_since(on: str, base: int) -> None:
    given = {"projects": UNEVEN} if on < "2021" else {}
    assert values(on, **given)["base"] == base * WAN * 100


def test_projects_that_do_not_add_up() -> None:
    with pytest.raises(InputError, match=r"rules\.contradiction|各项目合计与总额不一致") as caught:
        found("2019-12-31", projects=UNEVEN, other_related=70 * WAN)
    assert caught.value.code == "rules.contradiction"
    assert "other_related" in caught.value.sentence("en")


def test_projects_stand_alone() -> None:
    """With the projects the totals need not be given."""
    one = found("2019-12-31", projects=UNEVEN, items_1_to_5=None, other_related=None)
    assert (one.as_dict()["values"]["base"], one.missing) == (490 * WAN * 100, [])


def test_a_project_without_its_amount_is_unknown() -> None:
    one = found("2019-12-31", projects=[{"items_1_to_5": 100}], items_1_to_5=None, other_related=None)
    assert one.as_dict()["values"]["base"] is None
    assert "projects" in one.missing


# --- entrusted R&D -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", ["2016-12-31", "2026-12-31"])
def test_domestic_entrusted_counts_80_percent(on: str) -> None:
    shown = values(on, entrusted_domestic=100 * WAN)
    assert (shown["entrusted_domestic_allowed"], shown["base"]) == (80 * WAN * 100, 580 * WAN * 100)


@pytest.mark.parametrize(
    ("on", "paid", "allowed"),
    [
        ("2017-12-31", "1000000", 0),  # nothing before 64号
        ("2018-01-01", "1000000", 80_000_000),
        ("2026-12-31", "1000000", 80_000_000),
        # domestic 480 + 80% of 150 = 600 → two thirds 400 = 80% of 500
        ("2026-12-31", "4999999.99", 399_999_999),
        ("2026-12-31", "5000000", 400 * WAN * 100),
        ("2026-12-31", "5000000.01", 400 * WAN * 100),
        ("2026-12-31", "9000000", 400 * WAN * 100),
    ],
)
def test_entrusted_overseas(on: str, paid: str, allowed: int) -> None:
    """80% of what is paid, at most two thirds of the qualified R&D in China (64号, article 1)."""
    shown = values(on, items_1_to_5=432 * WAN, other_related=48 * WAN, entrusted_domestic=150 * WAN,
                   entrusted_overseas=paid)  # fmt: skip
    assert shown["domestic_base"] == 600 * WAN * 100
    assert shown["overseas_allowed"] == allowed
    assert shown["base"] == 600 * WAN * 100 + allowed


def test_overseas_does_not_matter_before_2018() -> None:
    one = found("2017-12-31", entrusted_overseas=None)
    assert (one.as_dict()["values"]["base"], one.missing) == (500 * WAN * 100, [])


def test_two_thirds_are_exact() -> None:
    """A cap of 2/3 of 0.05 yuan: 3⅓ 分, shown as 3."""
    shown = values("2026-12-31", items_1_to_5="0.05", other_related=0, entrusted_overseas=10)
    assert (shown["overseas_cap"], shown["base"], shown["extra"]) == (3, 8, 8)


# --- negative list: more than 50% of total − non-taxable − investment income ---------------------------------


@pytest.mark.parametrize(
    ("listed", "verdict", "extra"),
    [
        ("4000000", "yes", 500 * WAN * 100),  # exactly 50% of 1,000 − 150 − 50
        ("3999999.99", "yes", 500 * WAN * 100),
        ("4000000.01", "no", 0),
    ],
)
def test_negative_list(listed: str, verdict: str, extra: int) -> None:
    one = found("2026-12-31", negative_income=listed, total_income=1_000 * WAN, non_taxable_income=150 * WAN,
                investment_income=50 * WAN)  # fmt: skip
    shown = one.as_dict()
    assert (one.verdict, shown["values"]["extra"]) == (verdict, extra)
    assert shown["values"]["extra_if_allowed"] == 500 * WAN * 100
    row = next(row for row in shown["conditions"] if row["id"] == "negative_list")
    assert (row["document"], row["article"]) == ("税务总局公告2015年第97号", "第四条")
    assert (row["threshold_exact"], row["verdict"]) == ("1/2", verdict)


@pytest.mark.parametrize("income", [0, 100])
def test_start_up_without_listed_income_is_not_excluded(income: int) -> None:
    """All income is non-taxable, or there is none: no share can be formed, and nothing is of the list."""
    assert found("2026-12-31", total_income=income, non_taxable_income=income).verdict == "yes"


def test_no_listed_income_needs_no_other_income() -> None:
    one = found("2026-12-31", total_income=None, non_taxable_income=None, investment_income=None)
    assert (one.verdict, one.missing) == ("yes", [])


def test_unknown_listed_income() -> None:
    one = found("2026-12-31", negative_income=None)
    assert (one.verdict, one.missing) == ("unknown", ["negative_income"])
    assert one.as_dict()["values"]["extra"] is None
    assert one.as_dict()["values"]["base"] == 500 * WAN * 100


def test_accounts_not_sound() -> None:
    """Not for who is taxed by assessment (119号, article 5)."""
    assert found("2026-12-31", sound_accounts=False).verdict == "no"
    assert found("2026-12-31", sound_accounts=False).as_dict()["values"]["extra"] == 0
    assert found("2026-12-31", sound_accounts=True).verdict == "yes"


# --- the fourth quarter of 2022 ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "extra", "taken"),
    [
        # base 500: 75% is 375; the quarter's costs at 25% more: 200 → 50; 3 of 12 months: 125 → 31.25
        (Q4, "4250000", "actual"),
        (Q4 | {"q4_base": 100 * WAN}, "4062500", "by_months"),
        (Q4 | {"q4_base": 125 * WAN}, "4062500", "actual"),
        (Q4 | {"q4_base": "1250000.04"}, "4062500.01", "actual"),
        (Q4 | {"q4_base": 0, "months_operated": 3}, "5000000", "by_months"),  # founded in October
        (Q4 | {"q4_base": 0, "q4_months": 0}, "3750000", "actual"),  # closed before October
    ],
)
def test_fourth_quarter_of_2022(facts: dict[str, Any], extra: str, taken: str) -> None:
    one = found("2022-12-31", **facts).as_dict()
    assert one["values"]["extra_yuan"] == extra
    assert [(row["id"], row["taken"]) for row in one["choices"]] == [("q4_costs", taken)]
    assert one["to_verify"] == ["super_deduction.q4_by_months"]
    told = one["values"]
    assert (told["rate_exact"], told["rate_before_q4_exact"]) == ("1", "3/4")
    assert (told["intangible_rate_exact"], told["intangible_rate_before_q4_exact"]) == ("2", "7/4")


@pytest.mark.parametrize(("industry", "tech_sme"), [(MAKER, False), (ORDINARY, True)])
def test_fourth_quarter_does_not_matter_at_100_percent(industry: str, tech_sme: bool) -> None:
    one = found("2022-12-31", industry=industry, tech_sme=tech_sme)
    assert (one.as_dict()["values"]["extra"], one.missing) == (500 * WAN * 100, [])


@pytest.mark.parametrize("on", ["2022-10-01", "2022-12-31"])
@pytest.mark.parametrize(
    ("facts", "extra", "taken"),
    [
        ({}, "4062500", "by_months"),  # 500 × 3/12 at 100%, 500 × 9/12 at 75%
        ({"months_operated": 12}, "4062500", "by_months"),
        ({"q4_months": 3}, "4062500", "by_months"),
        ({"q4_months": 0}, "3750000", "by_months"),
        ({"months_operated": 9}, "4166666.67", "by_months"),  # a third at 100%
        ({"months_operated": 3}, "5000000", "by_months"),
        ({"months_operated": 2}, "5000000", "by_months"),  # no more months than there are
        ({"q4_base": 200 * WAN}, "4250000", "actual"),
        ({"q4_base": 125 * WAN}, "4062500", "actual"),
        ({"q4_base": "1249999.99"}, "4062500", "by_months"),
    ],
)
def test_fourth_quarter_with_facts_left_out(on: str, facts: dict[str, Any], extra: str, taken: str) -> None:
    """A whole year of 12 months with 3 from October; the actual costs are an option only where they are given."""
    one = found(on, **facts)
    told = one.as_dict()
    assert (told["values"]["extra_yuan"], one.missing) == (extra, [])
    assert told["choices"][0]["taken"] == taken
    assert (told["choices"][0]["options"]["actual"] is None) == ("q4_base" not in facts)


def test_fourth_quarter_with_the_costs_unknown() -> None:
    one = found("2022-12-31", items_1_to_5=None)
    assert (one.as_dict()["values"]["extra"], one.missing) == (None, ["items_1_to_5"])
    assert one.as_dict()["values"]["rate_exact"] == "1"


@pytest.mark.parametrize(("on", "shown"), [("2022-09-30", False), ("2023-01-01", False)])
def test_rate_before_the_fourth_quarter_is_told_only_then(on: str, shown: bool) -> None:
    assert ("rate_before_q4" in values(on)) == shown


@pytest.mark.parametrize("facts", [{"q4_base": "5000000.01"}, {"q4_months": 3, "months_operated": 2}])
def test_fourth_quarter_that_cannot_be(facts: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        found("2022-12-31", **(Q4 | facts))
    assert caught.value.code == "rules.contradiction"


# --- bad input, services beside -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {"negative_income": 101, "total_income": 100},
        {"non_taxable_income": 60, "investment_income": 41, "total_income": 100},
    ],
)
def test_contradictions(facts: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        found("2026-12-31", **facts)
    assert caught.value.code == "rules.contradiction"


def test_year_may_be_left_out() -> None:
    assert found("2026-06-30", year=None).as_dict()["values"]["extra"] == 500 * WAN * 100


def test_saving_only_with_the_rate_of_tax() -> None:
    assert values("2026-12-31")["saving"] is None
    assert values("2026-12-31", tax_rate="15%")["saving_yuan"] == "750000"
    assert values("2026-12-31", tax_rate="25%", sound_accounts=False)["saving"] == 0


def test_amortisation_of_intangibles() -> None:
    assert (
        values("2026-12-31", industry=CHIPS, amortisation=100 * WAN)["amortisation_extra_yuan"] == "1200000"
    )
    assert values("2022-12-31", **Q4, amortisation=100 * WAN)["amortisation_extra"] is None
    assert values("2022-12-31", **Q4, tech_sme=True, amortisation=100 * WAN)["amortisation_extra_yuan"] == "1000000"  # fmt: skip


def test_sentences_name_the_law() -> None:
    told = "\n".join(found("2026-12-31", negative_income=1).sentences("zh"))
    assert "税务总局公告2015年第97号 第四条" in told
    assert "负面清单行业收入占比" in told


# --- an independent reading of the law -------------------------------------------------------------------------


def law(on: str, firm: dict[str, Any]) -> tuple[Fraction, Fraction | int]:
    """Return base and extra in 分, from the articles alone; ``firm`` in 分."""
    year = int(on[:4])
    own = Fraction(firm["items_1_to_5"])
    domestic = own + min(Fraction(firm["other_related"]), own * 10 / 90)
    domestic += Fraction(firm["entrusted_domestic"]) * 8 / 10
    overseas = min(Fraction(firm["entrusted_overseas"]) * 8 / 10, domestic * 2 / 3) if year >= 2018 else 0
    base = domestic + overseas
    rest = firm["total_income"] - firm["non_taxable_income"] - firm["investment_income"]
    excluded = 2 * firm["negative_income"] > rest
    return base, 0 if excluded else base * percent(year, firm) / 100


def percent(year: int, firm: dict[str, Any]) -> int:
    """Return the extra rate of a whole tax year other than 2022 at 75%."""
    if year >= 2023:
        return 120 if firm["industry"] in (CHIPS, TOOLS) and year <= 2027 else 100
    if (year in (2021, 2022) and firm["industry"] == MAKER) or (year == 2022 and firm["tech_sme"]):
        return 100
    return 75 if year >= 2018 or (year == 2017 and firm["tech_sme"]) else 50


AMOUNT = st.integers(0, 10**13)
FIRMS = st.fixed_dictionaries(
    {
        "industry": st.sampled_from([ORDINARY, MAKER]),
        "tech_sme": st.booleans(),
        **dict.fromkeys(("items_1_to_5", "other_related", "entrusted_domestic", "entrusted_overseas"), AMOUNT),
        "negative_income": AMOUNT,
        "non_taxable_income": AMOUNT,
        "investment_income": AMOUNT,
    }
)  # fmt: skip
MONEY = [name for name in FIRM if name not in ("industry", "tech_sme")]


def in_yuan(firm: dict[str, Any]) -> dict[str, Any]:
    return firm | {name: f"{firm[name] // 100}.{firm[name] % 100:02d}" for name in MONEY}


@settings(max_examples=150, deadline=None)
@given(FIRMS, st.sampled_from([2016, 2017, 2018, 2020, 2021, 2023, 2026, 2028]), st.integers(0, 2), AMOUNT)
def test_agrees_with_the_law_read_apart(firm: dict[str, Any], year: int, tie: int, more: int) -> None:
    rest = 2 * firm["negative_income"] + (0 if tie == 0 else -1 if tie == 1 else more)
    firm = firm | {"total_income": max(rest + firm["non_taxable_income"] + firm["investment_income"],
                                       firm["negative_income"], firm["non_taxable_income"] + firm["investment_income"])}  # fmt: skip
    base, extra = law(f"{year}-12-31", firm)
    one = assess("super_deduction", in_yuan(firm), f"{year}-12-31")
    shown = {id: Fraction(one.values[id].num, one.values[id].den) for id in ("base", "extra")}
    assert shown == {"base": base, "extra": extra}


@settings(max_examples=60, deadline=None)
@given(FIRMS, AMOUNT)
def test_invariants(firm: dict[str, Any], more: int) -> None:
    """More R&D never lowers the extra; item 6 is at most a tenth of the own costs; overseas at most two fifths."""
    firm = firm | {
        "negative_income": 0,
        "total_income": firm["non_taxable_income"] + firm["investment_income"],
    }
    at = "2026-12-31"
    less, greater = (
        assess("super_deduction", in_yuan(firm | {"items_1_to_5": firm["items_1_to_5"] + add}), at) for add in (0, more)
    )  # fmt: skip
    exact = {id: Fraction(value.num, value.den) for id, value in less.values.items() if value.defined}
    assert exact["extra"] <= Fraction(greater.values["extra"].num, greater.values["extra"].den)
    assert exact["other_allowed"] * 10 <= firm["items_1_to_5"] + exact["other_allowed"]
    assert exact["overseas_allowed"] * 5 <= exact["base"] * 2


# --- many at once ------------------------------------------------------------------------------------------


def random_firm(dice: random.Random, year: int) -> dict[str, Any]:
    total = dice.randrange(1, 10**9)
    firm: dict[str, Any] = {
        "industry": dice.choice([ORDINARY, MAKER, CHIPS, TOOLS]),
        "tech_sme": dice.random() < 0.5,
        "items_1_to_5": dice.randrange(0, 10**8) * 9,
        "negative_income": dice.choice([0, total // 2, total // 2 + 1]),
        "total_income": total,
        "non_taxable_income": 0,
        "investment_income": dice.choice([0, total % 2]),
        "entrusted_domestic": dice.randrange(0, 10**8),
        "entrusted_overseas": dice.randrange(0, 10**9),
        "tax_rate": dice.choice(["15%", "25%", None]),
    }
    firm["other_related"] = firm["items_1_to_5"] // 9 + dice.choice([-1, 0, 1, 5000])
    firm["other_related"] = max(0, firm["other_related"])
    if year == 2022:
        firm |= {
            "q4_base": dice.choice([0, firm["items_1_to_5"] // 5, None]),
            "months_operated": dice.choice([12, 7, None]),
            "q4_months": dice.choice([3, 1, None]),
        }
        firm["main_manufacturing"] = dice.choice([True, False, None])
    for name in dice.sample(list(firm), dice.choice([0, 0, 0, 1, 2])):
        firm[name] = None
    return firm


@pytest.mark.parametrize("year", [2017, 2019, 2022, 2026])
def test_columns_say_the_same(year: int) -> None:
    dice, on = random.Random(year), f"{year}-12-31"
    firms = [random_firm(dice, year) for _ in range(200)]
    columns = {name: np.array([firm[name] for firm in firms], object) for name in firms[0]}
    many = bulk("super_deduction", columns, on)
    for row, firm in enumerate(firms):
        one = assess("super_deduction", firm, on)
        assert many.verdict[row] == one.verdict, firm
        for id, value in one.values.items():
            exact = Fraction(value.num, value.den) if value.known and value.defined else None
            assert many.values[id][row] == exact, (id, firm)


def test_saving_in_columns_is_exact() -> None:
    """15% of 1.01 + 80% of 0.03: 15.51 分."""
    facts = FIRM | {
        "items_1_to_5": "1.01",
        "other_related": 0,
        "entrusted_domestic": "0.03",
        "tax_rate": "15%",
    }
    many = bulk(
        "super_deduction", {name: np.array([value], object) for name, value in facts.items()}, "2026-12-31"
    )
    assert many.values["saving"] == [Fraction(1551, 100)]


def test_projects_in_columns() -> None:
    columns = {name: np.array([value] * 2, object) for name, value in FIRM.items()}
    columns["projects"] = np.array([UNEVEN, None], object)
    assert bulk("super_deduction", columns, "2020-12-31").values["base"] == [490 * WAN * 100, 500 * WAN * 100]
