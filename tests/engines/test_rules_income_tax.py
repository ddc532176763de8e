"""企业所得税, against 税法 arts. 4, 18, 28, the small low-profit rules of each year, 公告2020年第23号, 财税〔2018〕76号 and 公告2018年第45号."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuwei.core.errors import InputError
from tuwei.rules import Assessment, assess, bulk

WAN = 10_000
PLAIN: dict[str, Any] = {
    "taxable_income_before_losses": 1_000 * WAN, "losses": [0], "people": 301, "assets": 6_000 * WAN,
    "restricted_industry": False, "high_tech_certificate": False, "tech_sme": False,
    "western_encouraged": False, "western_main_income": 0, "total_income": 2_000 * WAN, "industrial": True,
}  # fmt: skip
SMALL: dict[str, Any] = {"taxable_income_before_losses": 300 * WAN, "people": 300, "assets": 5_000 * WAN}
WEST = {"western_encouraged": True, "western_main_income": 1_200 * WAN}


def found(on: str = "2026-12-31", **facts: Any) -> Assessment:
    return assess("income_tax", {**PLAIN, "year": int(on[:4]), **facts}, on)


def tax(on: str = "2026-12-31", **facts: Any) -> tuple[str | None, str | None]:
    """Return the branch and the tax in yuan."""
    one = found(on, **facts)
    return one.branch, one.as_dict()["values"]["tax_yuan"]


@pytest.mark.parametrize(
    ("facts", "branch", "yuan"),
    [
        ({}, "standard", "2500000"),
        ({"high_tech_certificate": True}, "high_tech", "1500000"),
        (WEST, "western", "1500000"),
        (SMALL, "small_low_profit", "150000"),
        (SMALL | {"high_tech_certificate": True} | WEST, "small_low_profit", "150000"),
        ({"high_tech_certificate": True} | WEST, "high_tech", "1500000"),
        ({"tech_sme": True}, "standard", "2500000"),  # brings no rate of its own
    ],
)
def test_best_rate(facts: dict[str, Any], branch: str, yuan: str) -> None:
    assert tax(**facts) == (branch, yuan)


def test_all_branches_are_shown() -> None:
    one = found(**SMALL, high_tech_certificate=True).as_dict()
    (choice,) = one["choices"]
    assert (choice["id"], choice["taken"]) == ("rate", "small_low_profit")
    assert choice["options"] == {
        "small_low_profit": 15_000_000, "small_low_profit_yuan": "150000",
        "high_tech": 45_000_000, "high_tech_yuan": "450000",
        "western": None, "western_yuan": None,
        "standard": 75_000_000, "standard_yuan": "750000",
    }  # fmt: skip
    assert (one["verdict"], one["missing"], one["to_verify"]) == ("yes", [], ["income_tax.western_share"])
    assert (one["values"]["effective_rate_exact"], one["values"]["relief_yuan"]) == ("1/20", "600000")


@pytest.mark.parametrize(
    ("facts", "branch", "yuan"),
    [
        ({"taxable_income_before_losses": "3000000"}, "small_low_profit", "150000"),
        ({"taxable_income_before_losses": "2999999.99"}, "small_low_profit", "150000"),
        ({"taxable_income_before_losses": "3000000.01"}, "standard", "750000"),  # the cliff
        ({"people": 301}, "standard", "750000"),
        ({"people": 299}, "small_low_profit", "150000"),
        ({"assets": "50000000.01"}, "standard", "750000"),
        ({"assets": "49999999.99"}, "small_low_profit", "150000"),
        ({"restricted_industry": True}, "standard", "750000"),
        ({"taxable_income_before_losses": "0.30"}, "small_low_profit", "0.02"),  # 1.5 分, rounded half up
        ({"taxable_income_before_losses": "0.29"}, "small_low_profit", "0.01"),  # 1.45 分
    ],
)
def test_small_low_profit_limits(facts: dict[str, Any], branch: str, yuan: str) -> None:
    """公告2023年第12号, articles 3 and 5."""
    assert tax(**(SMALL | facts)) == (branch, yuan)


@pytest.mark.parametrize(
    ("on", "income", "yuan"),
    [
        ("2016-12-31", 30, "30000"),  # half at 20%
        ("2017-12-31", 50, "50000"),
        ("2018-12-31", 100, "100000"),
        # 2019–2020: 25% up to 100, 50% beyond, at 20%
        ("2019-01-01", 100, "50000"),
        ("2020-12-31", 300, "250000"),
        # 2021: 12.5% up to 100
        ("2021-12-31", 100, "25000"),
        ("2021-12-31", 300, "225000"),
        # 2022: 12.5% up to 100, 25% beyond
        ("2022-12-31", 100, "25000"),
        ("2022-12-31", 101, "25500"),
        ("2022-12-31", 300, "125000"),
        # since 2023: 25% of all
        ("2023-01-01", 100, "50000"),
        ("2023-01-01", 300, "150000"),
        ("2027-12-31", 300, "150000"),
    ],
)
def test_small_low_profit_history(on: str, income: int, yuan: str) -> None:
    size = {"people": 100, "assets": 3_000 * WAN} if on < "2019" else {"people": 300, "assets": 5_000 * WAN}
    one = found(on, taxable_income_before_losses=income * WAN, **size)
    assert (one.branch, one.as_dict()["values"]["tax_yuan"]) == ("small_low_profit", yuan)
    assert ("income_tax.small_income" in one.to_verify) == (on < "2023")


@pytest.mark.parametrize(
    ("on", "over"),
    [("2016-12-31", 30), ("2017-12-31", 50), ("2018-12-31", 100), ("2022-12-31", 300), ("2027-12-31", 300)],
)
def test_small_low_profit_cliff_of_each_year(on: str, over: int) -> None:
    facts: dict[str, Any] = {
        "people": 80,
        "assets": 1_000 * WAN,
        "taxable_income_before_losses": f"{over * WAN}.01",
    }
    assert found(on, **facts).branch == "standard"
    assert found(on, **facts | {"taxable_income_before_losses": over * WAN}).branch == "small_low_profit"


@pytest.mark.parametrize(
    ("industrial", "people", "assets", "small"),
    [
        (True, 100, 3_000, True),
        (True, 101, 3_000, False),
        (True, 100, 3_001, False),
        (False, 80, 1_000, True),
        (False, 81, 1_000, False),
        (False, 80, 1_001, False),
    ],
)
def test_size_by_industry_until_2018(industrial: bool, people: int, assets: int, small: bool) -> None:
    facts = {"industrial": industrial, "people": people, "assets": assets * WAN}
    branch = found("2018-12-31", taxable_income_before_losses=20 * WAN, **facts).branch
    assert branch == ("small_low_profit" if small else "standard")


@pytest.mark.parametrize("on", ["2028-01-01", "2031-12-31"])
def test_small_low_profit_ends_unless_extended(on: str) -> None:
    """No rule is in force for the relief; the answer says that it is to be verified."""
    one = found(on, **SMALL)
    assert (one.branch, one.as_dict()["values"]["tax_yuan"]) == ("standard", "750000")
    assert "income_tax" in one.to_verify


def test_before_the_first_window() -> None:
    assert found("2015-12-31").verdict == "no_rule_in_force"


@pytest.mark.parametrize(
    ("on", "income", "branch"),
    [
        ("2020-12-31", "14000000", "western"),  # 70% until 2020
        ("2020-12-31", "13999999.99", "standard"),
        ("2021-01-01", "12000000", "western"),  # 60% since 2021, “60%以上”
        ("2021-01-01", "11999999.99", "standard"),
        ("2030-12-31", "12000000", "western"),
        ("2031-01-01", "20000000", "standard"),
    ],
)
def test_western_share(on: str, income: str, branch: str) -> None:
    """公告2020年第23号, article 1; before it 财税〔2011〕58号."""
    assert found(on, western_encouraged=True, western_main_income=income).branch == branch


def test_western_without_income() -> None:
    assert found(western_encouraged=True, western_main_income=0, total_income=0).branch == "standard"


# --- losses --------------------------------------------------------------------------------------------------


def losses(on: str = "2026-12-31", **facts: Any) -> tuple[int, int, int]:
    """Return usable, used and expiring losses in 万元."""
    shown = found(on, **facts).as_dict()["values"]
    return tuple(shown[f"losses_{id}"] // (WAN * 100) for id in ("usable", "used", "expiring"))  # type: ignore[return-value]


TEN = [1 * WAN, 2 * WAN, 4 * WAN, 8 * WAN, 16 * WAN, 32 * WAN, 64 * WAN, 128 * WAN, 256 * WAN, 512 * WAN]


def status(*years: int, on: int = 2026) -> list[int]:
    """Return the nine years before with status in these."""
    return [int(year in years) for year in range(on - 9, on)]


@pytest.mark.parametrize(
    ("years", "usable"),
    [
        ((), 32 + 64 + 128 + 256 + 512),  # 2021–2025 only
        ((2025,), 32 + 64 + 128 + 256 + 512 + 16),  # reaches 2020–2024
        ((2021,), 32 + 64 + 128 + 256 + 512 + 1 + 2 + 4 + 8 + 16),  # reaches 2016–2020
        ((2020,), 32 + 64 + 128 + 256 + 512 + 1 + 2 + 4 + 8),  # reaches 2015–2019
        ((2018,), 32 + 64 + 128 + 256 + 512 + 1 + 2),  # reaches 2013–2017
        ((2017,), 32 + 64 + 128 + 256 + 512),  # before the rule: does not count
        ((2018, 2023), 32 + 64 + 128 + 256 + 512 + 1 + 2 + 4 + 8 + 16),
    ],
)
def test_losses_older_than_five_years(years: tuple[int, ...], usable: int) -> None:
    """Status in a year lets the losses of the five years before it run ten years (76号, 45号 article 1)."""
    assert losses(losses=TEN, prior_status=status(*years)) == (usable, min(usable, 1_000), 0)


@pytest.mark.parametrize(
    ("year", "usable"),
    [
        (2018, 5),  # 2013–2017 by themselves; 2012 and older are gone
        (2019, 6),  # the loss of 2013 lives on by the status of 2018
        (2023, 10),  # 2018–2022 by themselves, 2013–2017 by the status
        (2024, 9),  # 2013 is out after ten years, 2018 after five: no status after it
        (2027, 6),  # 2022–2026, and 2017
        (2028, 5),
    ],
)
def test_status_of_2018_keeps_2013_to_2017(year: int, usable: int) -> None:
    """公告2018年第45号, article 1; each of ten years lost one."""
    facts = {"losses": [WAN] * 10, "prior_status": status(2018, on=year)}
    assert losses(f"{year}-12-31", **facts)[0] == usable


def test_before_2018_five_years_for_all() -> None:
    assert losses("2017-12-31", losses=TEN, prior_status=[1] * 9, high_tech_certificate=True)[0] == 992
    assert found("2017-12-31", high_tech_certificate=True).as_dict()["values"]["carry_forward_years"] == 5
    assert found("2018-01-01", high_tech_certificate=True).as_dict()["values"]["carry_forward_years"] == 10
    assert found("2018-01-01").as_dict()["values"]["carry_forward_years"] == 5


@pytest.mark.parametrize(
    ("income", "facts", "used", "expiring"),
    [
        (0, {}, 0, 32),  # the loss of 2021 ends with 2026
        (31, {}, 31, 1),  # the oldest is used first
        (32, {}, 32, 0),
        (33, {}, 33, 0),
        (0, {"tech_sme": True}, 0, 0),  # status of 2026 lets 2021 run on to 2031
        (0, {"high_tech_certificate": True}, 0, 0),
        (0, {"prior_status": status(2025)}, 0, 0),  # 2021 lies within the reach of 2025
        (0, {"prior_status": status(2018)}, 0, 33),  # 2016 ends too, after ten years
        (2, {"prior_status": status(2018)}, 2, 32),
        (-5, {}, 0, 32),  # a loss this year uses nothing
    ],
)
def test_losses_that_lapse(income: int, facts: dict[str, Any], used: int, expiring: int) -> None:
    given = {"losses": TEN, "prior_status": [0] * 9, "taxable_income_before_losses": income * WAN} | facts
    assert losses(**given)[1:] == (used, expiring)


def test_losses_bring_the_income_under_the_cliff() -> None:
    facts: dict[str, Any] = SMALL | {"taxable_income_before_losses": 400 * WAN}
    assert tax(**facts, losses=[100 * WAN]) == ("small_low_profit", "150000")
    assert tax(**facts, losses=["999999.99"]) == ("standard", "750000")


def test_no_income_no_tax_whatever_the_rate() -> None:
    one = found(taxable_income_before_losses=-5, people=None, high_tech_certificate=None)
    assert one.as_dict()["values"]["tax"] == 0


# --- unknown facts and faults ---------------------------------------------------------------------------------


def test_a_lower_rate_that_is_open_leaves_the_tax_open() -> None:
    one = found(**(SMALL | {"people": None}), high_tech_certificate=True)
    assert (one.verdict, one.branch, one.missing) == ("unknown", None, ["people"])
    assert one.as_dict()["choices"][0]["options"]["high_tech_yuan"] == "450000"


def test_a_higher_rate_that_is_open_does_not() -> None:
    one = found(**SMALL, high_tech_certificate=None, tech_sme=True, western_encouraged=None)
    assert (one.verdict, one.branch) == ("yes", "small_low_profit")
    assert one.as_dict()["values"]["tax_yuan"] == "150000"


def test_unknown_losses() -> None:
    one = found(losses=None)
    assert one.as_dict()["values"]["tax"] is None
    assert "losses" in one.missing


def test_prior_status_matters_only_for_older_losses() -> None:
    assert found(losses=[WAN] * 5).missing == []
    assert found(losses=[0, *[WAN] * 5]).as_dict()["values"]["taxable_income_yuan"] == "9950000"
    assert found(losses=[WAN] * 6).missing == ["prior_status"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"western_main_income": 2_001 * WAN}, "rules.contradiction"),
        ({"losses": [-1]}, "rules.bad_sign"),
        ({"losses": [1] * 11}, "rules.bad_fact"),
        ({"prior_status": [2]}, "rules.too_large"),
    ],
)
def test_faults(facts: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        found(**facts)
    assert caught.value.code == code


def test_sentences_name_the_law() -> None:
    told = "\n".join(found(**SMALL).sentences("zh"))
    assert "公告2023年第12号 第五条" in told
    assert "300万元" in told


# --- an independent reading of the law -------------------------------------------------------------------------


def law(year: int, firm: dict[str, Any]) -> Fraction:
    """Return the tax in 分 from the articles alone: every rate that is open, the lowest taken."""
    left = Fraction(firm["taxable_income_before_losses"])
    for back in range(1, 11):
        had = any(
            firm["prior_status"][-ago] and year - ago >= 2018
            for ago in range(1, 10)
            if year - back < year - ago <= year - back + 5
        )
        if back <= 5 or had:
            left -= firm["losses"][-back]
    income = max(left, Fraction(0))
    options = [income * 25 / 100]
    if firm["high_tech_certificate"]:
        options.append(income * 15 / 100)
    if firm["western_encouraged"] and year <= 2030:
        least = 60 if year >= 2021 else 70
        if firm["total_income"] and firm["western_main_income"] * 100 >= least * firm["total_income"]:
            options.append(income * 15 / 100)
    if small(firm, income) and year <= 2027:
        options.append(small_tax(year, income))
    return min(options)


def small(firm: dict[str, Any], income: Fraction) -> bool:
    size = firm["people"] <= 300 and firm["assets"] <= 5_000 * WAN * 100
    return size and income <= 300 * WAN * 100 and not firm["restricted_industry"]


def small_tax(year: int, income: Fraction) -> Fraction:
    half, quarter, eighth = Fraction(1, 2), Fraction(1, 4), Fraction(1, 8)
    bands = {2019: (quarter, half), 2020: (quarter, half), 2021: (eighth, half), 2022: (eighth, quarter)}
    low, high = bands.get(year, (quarter, quarter))
    million = 100 * WAN * 100
    return (min(income, Fraction(million)) * low + max(income - million, Fraction(0)) * high) * 20 / 100


NEAR = st.integers(-2, 2)
FIRMS = st.fixed_dictionaries(
    {
        "taxable_income_before_losses": st.one_of(
            st.integers(-(10**10), 10**11), NEAR.map(lambda off: 300 * WAN * 100 + off), st.integers(0, 10**4)
        ),
        "losses": st.lists(st.one_of(st.just(0), st.integers(0, 10**9)), min_size=10, max_size=10),
        "prior_status": st.lists(st.integers(0, 1), min_size=9, max_size=9),
        "people": st.integers(298, 302),
        "assets": NEAR.map(lambda off: 5_000 * WAN * 100 + off),
        "restricted_industry": st.sampled_from([False, False, True]),
        "high_tech_certificate": st.booleans(),
        "tech_sme": st.booleans(),
        "western_encouraged": st.booleans(),
        "western_main_income": st.sampled_from([60, 59, 70, 69, 0]),
        "total_income": st.just(100),
    }
)


def in_yuan(firm: dict[str, Any]) -> dict[str, Any]:
    def yuan(fen: int) -> str:
        return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"

    money = ("taxable_income_before_losses", "assets", "western_main_income", "total_income")
    return (
        firm | {name: yuan(firm[name]) for name in money} | {"losses": [yuan(fen) for fen in firm["losses"]]}
    )


@settings(max_examples=200, deadline=None)
@given(FIRMS, st.sampled_from([2019, 2020, 2021, 2022, 2023, 2026, 2028, 2031]))
def test_agrees_with_the_law_read_apart(firm: dict[str, Any], year: int) -> None:
    one = assess("income_tax", in_yuan(firm), f"{year}-12-31")
    assert Fraction(one.values["tax"].num, one.values["tax"].den) == law(year, firm)
    assert one.verdict == "yes"


@settings(max_examples=60, deadline=None)
@given(FIRMS)
def test_invariants(firm: dict[str, Any]) -> None:
    """Used losses are usable ones; what lapses was not used; no tax beyond 25% and none below zero."""
    shown = assess("income_tax", in_yuan(firm), "2026-12-31").as_dict()["values"]
    assert 0 <= shown["losses_used"] <= shown["losses_usable"]
    assert 0 <= shown["losses_expiring"] <= shown["losses_usable"] - shown["losses_used"]
    assert 0 <= shown["tax"] * 4 <= shown["taxable_income"] + 2
    before = max(firm["taxable_income_before_losses"], 0)
    assert shown["taxable_income"] == before - shown["losses_used"]


# --- many at once ------------------------------------------------------------------------------------------


def random_firm(dice: random.Random) -> dict[str, Any]:
    firm: dict[str, Any] = {
        "taxable_income_before_losses": dice.choice(
            [300 * WAN, 300 * WAN + 1, dice.randrange(-(10**6), 10**8)]
        ),
        "people": dice.choice([300, 301, 80, 101]),
        "assets": dice.choice([5_000 * WAN, 5_000 * WAN + 1, 1_000 * WAN]),
        "restricted_industry": dice.random() < 0.2,
        "industrial": dice.random() < 0.5,
        "high_tech_certificate": dice.random() < 0.4,
        "tech_sme": dice.random() < 0.4,
        "western_encouraged": dice.random() < 0.4,
        "western_main_income": dice.choice([60, 59, 70]),
        "total_income": dice.choice([100, 100, 70]),
    }
    for name in dice.sample(list(firm), dice.choice([0, 0, 0, 1, 3])):
        firm[name] = None
    firm["losses"] = [dice.choice([0, 0, dice.randrange(10**6)]) for _ in range(10)]
    firm["prior_status"] = [dice.randrange(2) for _ in range(9)]
    return firm


@pytest.mark.parametrize("year", [2018, 2022, 2026, 2029])
def test_columns_say_the_same(year: int) -> None:
    dice, on = random.Random(year), f"{year}-12-31"
    firms = [random_firm(dice) for _ in range(200)]
    columns: dict[str, Any] = {}
    for name in firms[0]:
        series = name in ("losses", "prior_status")
        columns[name] = np.array([firm[name] for firm in firms], np.int64 if series else object)
    many = bulk("income_tax", columns, on)
    for row, firm in enumerate(firms):
        one = assess("income_tax", firm, on)
        assert (many.verdict[row], many.branch[row]) == (one.verdict, one.branch or ""), firm
        for id, value in one.values.items():
            exact = Fraction(value.num, value.den) if value.known and value.defined else None
            assert many.values[id][row] == exact, (id, firm)
