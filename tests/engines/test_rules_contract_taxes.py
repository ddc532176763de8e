"""VAT exemption and income-tax relief on technology contracts, from the texts of 36号, 2026年第10号, art. 90."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuwei.core.errors import InputError
from tuwei.rules import assess

# --- VAT -------------------------------------------------------------------------------------------------

OLD, NEW = "2025-12-31", "2026-01-01"
EXEMPT = {
    "type": "transfer", "technology_price": 1_000_000, "related_price": 200_000, "same_invoice": True, "helps_master": True,
    "written_contract": True, "provincial_certificate": True, "papers_kept": True, "taxpayer": "general",
}  # fmt: skip


def vat(on: str = NEW, **facts: Any) -> Any:
    """Return the JSON of an exempt contract changed by ``facts``."""
    return assess("contract_vat", {**EXEMPT, **facts}, on).as_dict()


def fen(found: Any, *keys: str) -> list[Any]:
    """Return values in 分."""
    return [found["values"][key] for key in keys]


@pytest.mark.parametrize(
    ("on", "document"),
    [
        ("2016-04-30", None),
        ("2016-05-01", "财税〔2016〕36号"),
        (OLD, "财税〔2016〕36号"),
        (NEW, "财政部 税务总局公告2026年第10号"),
        ("2027-12-31", "财政部 税务总局公告2026年第10号"),
        ("2028-01-01", None),
    ],
)
def test_vat_windows(on: str, document: str | None) -> None:
    """The day before, the day, after the end."""
    found = vat(on)
    assert found["verdict"] == ("yes" if document else "no_rule_in_force")
    assert document is None or {one["document"] for one in found["conditions"] if one["needed"]} == {document}


@pytest.mark.parametrize("on", [OLD, NEW])
@pytest.mark.parametrize(
    ("type", "verdict"),
    [
        ("development", "yes"),
        ("commissioned_development", "yes"),
        ("cooperative_development", "yes"),
        ("transfer", "yes"),
        ("equity", "yes"),
        ("consulting", "no"),
        ("service", "no"),
        ("training", "no"),
        ("brokerage", "no"),
    ],
)
def test_which_types_are_exempt(type: str, verdict: str, on: str) -> None:
    """Consulting, service, training and brokerage alone are taxed."""
    found = vat(on, type=type)
    assert found["verdict"] == verdict
    assert fen(found, "exempt_amount", "vat_saved") == (
        [120_000_000, 7_200_000] if verdict == "yes" else [0, 0]
    )


def test_a_licence_was_exempt_and_is_open_from_2026() -> None:
    """36号: ownership or use right; the note of 2026 has not been seen, unless somebody confirms."""
    assert vat(OLD, type="licence")["verdict"] == "yes"
    found = vat(type="licence")
    assert (found["verdict"], found["missing"]) == ("unknown", ["licence_counts_as_transfer"])
    assert "contract_vat.licence" in found["to_verify"]
    assert fen(found, "exempt_amount") == [120_000_000]  # holds good if it is confirmed
    assert vat(type="licence", licence_counts_as_transfer=True)["verdict"] == "yes"
    found = vat(type="licence", licence_counts_as_transfer=False)
    assert (found["verdict"], *fen(found, "exempt_amount", "taxed_amount")) == ("no", 0, 120_000_000)
    assert "contract_vat.licence" not in vat()["to_verify"]


@pytest.mark.parametrize("on", [OLD, NEW])
@pytest.mark.parametrize("fact", ["written_contract", "provincial_certificate", "papers_kept"])
def test_vat_conditions(fact: str, on: str) -> None:
    """Each is needed; while open the amounts are those that hold if it turns out yes."""
    found = vat(on, **{fact: False})
    assert (found["verdict"], *fen(found, "exempt_amount", "taxed_amount", "vat_saved")) == (
        "no",
        0,
        120_000_000,
        0,
    )
    found = vat(on, **{fact: None})
    assert (found["verdict"], found["missing"], *fen(found, "exempt_amount")) == (
        "unknown",
        [fact],
        120_000_000,
    )


def test_who_certifies() -> None:
    """Since 2026 the industry authority too."""
    said = [next(one["zh"] for one in vat(on)["conditions"] if one["id"] == "certified") for on in (OLD, NEW)]
    assert ["工业和信息化" in text for text in said] == [False, True]


@pytest.mark.parametrize("on", [OLD, NEW])
@pytest.mark.parametrize(
    ("invoice", "helps", "exempt", "missing"),
    [
        (True, True, 120_000_000, []),
        (False, True, 100_000_000, []),
        (True, False, 100_000_000, []),
        (False, None, 100_000_000, []),
        (None, True, None, ["same_invoice"]),
    ],
)
def test_related_services(invoice: Any, helps: Any, exempt: Any, missing: list[str], on: str) -> None:
    """On the same invoice, and to help the other side master the technology; else only that part is taxed."""
    found = vat(on, same_invoice=invoice, helps_master=helps)
    assert (found["verdict"], found["missing"], *fen(found, "exempt_amount")) == ("yes", missing, exempt)


def test_without_related_services_nothing_is_asked_of_them() -> None:
    """A price of zero settles it."""
    found = vat(related_price=0, same_invoice=None, helps_master=None)
    assert (found["missing"], *fen(found, "exempt_amount", "taxed_amount")) == ([], 100_000_000, 0)


@pytest.mark.parametrize(
    ("taxpayer", "saved"), [("general", 7_200_000), ("small_scale", 3_600_000), (None, None)]
)
def test_vat_saved(taxpayer: str | None, saved: int | None) -> None:
    """6 % or 3 %; both to be verified."""
    found = vat(taxpayer=taxpayer)
    assert fen(found, "vat_saved") == [saved]
    assert {"contract_vat.general_rate", "contract_vat.small_rate"} <= set(found["to_verify"])


@given(st.integers(0, 10**13), st.integers(0, 10**13), st.booleans(), st.booleans(), st.booleans())
def test_vat_by_hand(technology: int, related: int, with_it: bool, kept: bool, general: bool) -> None:
    """Exact, rounded half up to 分 only when shown."""
    found = vat(
        technology_price=f"{technology // 100}.{technology % 100:02}", related_price=f"{related // 100}.{related % 100:02}",
        same_invoice=with_it, papers_kept=kept, taxpayer="general" if general else "small_scale",
    )  # fmt: skip
    exempt = (technology + (related if with_it else 0)) if kept else 0
    saved = Fraction(exempt) * Fraction(6 if general else 3, 100)
    rounded = int(saved + Fraction(1, 2))
    assert fen(found, "exempt_amount", "taxed_amount", "vat_saved") == [
        exempt,
        technology + related - exempt,
        rounded,
    ]


# --- income tax ------------------------------------------------------------------------------------------

WAN = 10_000
OPEN = {
    "resident_enterprise": True, "contract_registered": True, "cross_border": False, "publicly_funded": False,
    "separate_accounting": True,
}  # fmt: skip


def income_tax(*items: dict[str, Any], on: str = "2026-12-31", **facts: Any) -> Any:
    """Return the JSON for these items and all conditions met, changed by ``facts``."""
    given = {"year": int(on[:4]), "incomes": list(items), **OPEN, **facts}
    return assess("contract_income_tax", given, on).as_dict()


def item(income: Any = 0, cost: Any = 0, taxes: Any = 0, **more: Any) -> dict[str, Any]:
    """Return one item in 元."""
    return {"income": income, "cost": cost, "taxes": taxes, **more}


def test_the_example_of_the_reference() -> None:
    """1,000 − 250 − 30 = 720 → 220 × 50 % × 25 % = 27.5 万元, with the stable facts alone."""
    facts = {"year": 2026, "incomes": [item(1000 * WAN, 250 * WAN, 30 * WAN)]}
    found = assess("contract_income_tax", facts, "2026-12-31").as_dict()
    assert found["verdict"] == "unknown"
    assert found["values"]["tax_yuan"] == "275000"
    wanted = ("income_total", "exempt", "halved", "tax", "tax_without_relief", "saving")
    assert fen(found, *wanted) == [
        value * WAN * 100 for value in (720, 500, 220, Fraction(55, 2), 180, Fraction(305, 2))
    ]
    assert income_tax(*facts["incomes"])["verdict"] == "yes"  # type: ignore[misc]
    assert income_tax(*facts["incomes"])["to_verify"] == ["contract_income_tax.rate"]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("on", "verdict"), [("2007-12-31", "no_rule_in_force"), ("2008-01-01", "yes"), ("2026-12-31", "yes")]
)
def test_income_tax_windows(on: str, verdict: str) -> None:
    """From 2008."""
    assert income_tax(item(100), on=on)["verdict"] == verdict


@pytest.mark.parametrize(
    ("income", "exempt", "halved", "tax"),
    [
        ("0.01", 1, 0, 0),
        ("4999999.99", 499_999_999, 0, 0),
        ("5000000", 500_000_000, 0, 0),
        ("5000000.01", 500_000_000, 1, 0),  # an eighth of a 分
        ("5000000.04", 500_000_000, 4, 1),  # a half: up
        ("5000000.08", 500_000_000, 8, 1),
        ("10000000", 500_000_000, 500_000_000, 62_500_000),
    ],
)
def test_around_500_wan(income: str, exempt: int, halved: int, tax: int) -> None:
    """To the 分 on both sides."""
    assert fen(income_tax(item(income)), "exempt", "halved", "tax") == [exempt, halved, tax]


def test_losses() -> None:
    """Items are summed over the year; below zero there is no tax."""
    found = income_tax(item(100, 250, 30), item(50, 0, 0))
    assert fen(found, "income_total", "exempt", "halved", "tax", "saving") == [-13_000, 0, 0, 0, 0]
    assert fen(income_tax(item(600 * WAN), item(100, 200 * WAN)), "tax") == [0]


@pytest.mark.parametrize(
    ("fact", "bad", "condition"),
    [
        ({"resident_enterprise": False}, {}, "resident"),
        ({"contract_registered": False}, {}, "registered"),
        ({"separate_accounting": False}, {}, "accounting"),
        ({"cross_border": True, "export_allowed": False}, {"cross_border": True, "export_allowed": True}, "export"),
        ({"publicly_funded": True, "publicly_funded_approved": False},
         {"publicly_funded": True, "publicly_funded_approved": True}, "public_funds"),
    ],
)  # fmt: skip
def test_income_tax_conditions(fact: dict[str, bool], bad: dict[str, bool], condition: str) -> None:
    """Refused: the plain 25 %."""
    found = income_tax(item(720 * WAN), **fact)
    assert found["verdict"] == "no"
    assert [one["id"] for one in found["conditions"] if one["verdict"] == "no"] == [condition]
    assert fen(found, "exempt", "halved", "tax", "saving") == [0, 0, 180 * WAN * 100, 0]
    assert income_tax(item(720 * WAN), **bad)["verdict"] == "yes"
    open_fact = list(fact)[-1]
    found = income_tax(item(720 * WAN), **{**fact, open_fact: None})
    assert (found["verdict"], found["missing"]) == ("unknown", [open_fact])
    assert fen(found, "tax") == [275_000 * 100]


NOT_ELIGIBLE = [
    {"eligible": False},
    {"related_party_100": True},
    {"kind": "other"},
    {"kind": "trivial_design"},
    {"mode": "other_licence"},
    {"mode": "nonexclusive_licence_5y", "shared_costs": 0, "own_technology": False},
]


@pytest.mark.parametrize("more", NOT_ELIGIBLE)
def test_what_is_not_eligible(more: dict[str, Any]) -> None:
    """It leaves the sum; alone it leaves nothing to relieve."""
    found = income_tax(item(100, 40, 10, **more), item(60, 10, 5))
    assert (found["verdict"], *fen(found, "income_total", "excluded_income")) == ("yes", 4_500, 10_000)
    assert income_tax(item(100, 40, 10, **more))["verdict"] == "no"


@pytest.mark.parametrize(
    "kind", ["patent", "design", "software_copyright", "ic_layout", "plant_variety", "biomedical_variety"]
)
def test_eligible_kinds(kind: str) -> None:
    """财税〔2010〕111号 art. 1."""
    assert fen(income_tax(item(100, kind=kind)), "income_total") == [10_000]


@pytest.mark.parametrize(
    ("mode", "on", "counted"),
    [
        ("ownership", "2015-09-30", True),
        ("exclusive_licence_5y", "2008-12-31", True),
        ("nonexclusive_licence_5y", "2015-09-30", False),
        ("nonexclusive_licence_5y", "2015-10-01", True),
        ("other_licence", "2015-10-01", False),
    ],
)
def test_modes_by_day(mode: str, on: str, counted: bool) -> None:
    """Non-exclusive licences from 2015-10-01."""
    found = income_tax(item(100, 40, 10, mode=mode, shared_costs=5), on=on)
    less = 5_500 if mode == "nonexclusive_licence_5y" else 5_000
    assert fen(found, "income_total", "excluded_income") == ([10_000 - less, 0] if counted else [0, 10_000])
    assert found["verdict"] == ("yes" if counted else "no")


def test_shared_costs_of_a_non_exclusive_licence_must_be_known() -> None:
    """82号 art. 3: they are subtracted; of other transfers they are not asked."""
    found = income_tax(item(100, mode="nonexclusive_licence_5y"))
    assert (found["missing"], *fen(found, "income_total", "tax")) == (["incomes"], None, None)
    assert fen(income_tax(item(100)), "income_total") == [10_000]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"year": 2025.5}, "year"),
        ({"incomes": [{"income": 1, "cost": 0, "tax": 0}]}, "incomes"),
        ({"incomes": [{"income": -1, "cost": 0, "taxes": 0}]}, "incomes"),
        ({"incomes": [item(1, mode="licence")]}, "incomes"),
        ({"incomes": [item(1, eligible="yes")]}, "incomes"),
        ({"incomes": 5}, "incomes"),
        ({"separate_acounting": True}, "separate_accounting"),
    ],
)
def test_income_tax_bad_facts(facts: dict[str, Any], said: str) -> None:
    """One line, naming the fact."""
    with pytest.raises(InputError, match=said):
        assess("contract_income_tax", {"year": 2026, **facts}, "2026-12-31")


ITEMS = st.fixed_dictionaries(
    {name: st.integers(0, 2 * 10**9) for name in ("income", "cost", "taxes", "shared_costs")},
    optional={
        "mode": st.sampled_from(
            ["ownership", "exclusive_licence_5y", "nonexclusive_licence_5y", "other_licence"]
        ),
        "kind": st.sampled_from(["patent", "design", "ic_layout", "other", "trivial_design"]),
        "eligible": st.booleans(),
        "related_party_100": st.booleans(),
        "own_technology": st.booleans(),
    },
)


def gain_of(one: dict[str, Any], late: bool) -> Fraction:
    """Return what an item adds to the eligible gain, in 分, by the texts."""
    mode = one.get("mode", "ownership")
    licence = mode == "nonexclusive_licence_5y"
    barred = (
        one.get("kind") in ("other", "trivial_design")
        or not one.get("eligible", True)
        or one.get("related_party_100")
    )
    if barred or mode == "other_licence" or (licence and not (late and one.get("own_technology", True))):
        return Fraction(0)
    return Fraction(one["income"] - one["cost"] - one["taxes"] - (one["shared_costs"] if licence else 0))


@given(st.lists(ITEMS, max_size=5), st.booleans())
def test_income_tax_by_hand(items: list[dict[str, Any]], late: bool) -> None:
    """tax = max(0, I − 500万) × 50 % × 25 %, in exact fractions, over random items."""
    gain = sum((gain_of(one, late) for one in items), Fraction(0))
    money = ("income", "cost", "taxes", "shared_costs")
    shown = [
        {key: f"{value // 100}.{value % 100:02}" if key in money else value for key, value in one.items()}
        for one in items
    ]
    on = "2015-10-01" if late else "2015-09-30"
    values = assess("contract_income_tax", {"year": 2015, "incomes": shown}, on).as_dict()["values"]
    limit = Fraction(500 * WAN * 100)
    eligible = any(
        one["income"] and gain_of({**one, "cost": 0, "taxes": 0, "shared_costs": 0}, late) for one in items
    )
    tax = max(Fraction(0), gain - limit) / 8 if eligible else max(Fraction(0), gain) / 4
    assert values["income_total"] == gain
    assert values["tax"] == int(tax + Fraction(1, 2))
    assert values["saving"] == int(max(Fraction(0), gain) / 4 - tax + Fraction(1, 2))
