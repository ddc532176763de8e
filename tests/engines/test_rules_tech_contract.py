"""Registration of a technology contract: 063号, 253号, the Civil Code's types, the draft figures for 2026."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuwei.core.errors import InputError
from tuwei.rules import assess
from tuwei.rules.statutes import _contract_facts as c

DAY = "2024-06-03"  # 253号 with the Civil Code's types
NEW = "2026-06-03"  # the measures of 2026

FIT = {
    "written_contract": True, "contract_applicant": "seller", "own_place_office": True, "registered_before": False,
    "mixed_contract": False, "foreign_text": False, "parties_clear": True, "subject_clear": True, "price_clear": True,
    "lawful_clauses": True, "proof_complete": True, "name_matches_seal": True, "technology_import": False,
    "total_amount": 1_000_000, "non_technical": [{"what": "设备", "amount": 300_000}], "carriers": 5_000,
    "signed": "2024-01-02", "amount_fixed": True,
}  # fmt: skip
DEVELOPMENT = {
    "clear_goal": True,
    "already_mastered": False,
    "innovative": True,
    "development_exclusion": "none",
}
TRANSFER = {"subject_right": "patent", "already_mastered": True, "complete_practical": True,
            "clear_ownership_clause": True, "transfer_exclusion": "none"}  # fmt: skip
TYPES: dict[str, dict[str, Any]] = {
    "development": DEVELOPMENT,
    "commissioned_development": DEVELOPMENT,
    "cooperative_development": DEVELOPMENT,
    "transfer": TRANSFER,
    "equity": TRANSFER,
    "licence": TRANSFER,
    "consulting": {"specific_project": True, "scientific_means": True, "report_result": True,
                   "consulting_exclusion": "none"},
    "service": {"specific_problem": True, "improves": True, "measurable": True, "ip_moves": False,
                "service_exclusion": "none"},
    "training": {"specific_project": True, "named_staff": True, "training_exclusion": "none"},
    "brokerage": {"broker_purpose": True, "broker_result": True},
}  # fmt: skip
WAY = {
    "commissioned_development": "development",
    "cooperative_development": "development",
    "equity": "transfer",
}


def contract(type: str = "development", **more: Any) -> dict[str, Any]:
    """Return a contract that is registered as its type, changed by ``more``."""
    return {**FIT, "type": type, **TYPES[type], **more}


def judged(facts: dict[str, Any], on: str = DAY) -> Any:
    """Return the JSON."""
    return assess("tech_contract", facts, on).as_dict()


def failing(found: Any) -> list[str]:
    """Return the conditions that say no."""
    return [one["id"] for one in found["conditions"] if one["verdict"] == "no"]


# --- windows ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "version"),
    [
        ("2000-02-15", None),
        ("2000-02-16", "measures-2000"),
        ("2001-07-17", "measures-2000"),
        ("2001-07-18", "rules-2001"),
        ("2020-12-31", "rules-2001"),
        ("2021-01-01", "civil-code"),
        ("2026-02-28", "civil-code"),
        ("2026-03-01", "measures-2026"),
    ],
)
def test_version_by_day(on: str, version: str | None) -> None:
    """The day before, the day, of every switch."""
    found = assess("tech_contract", contract(signed="1999-01-01"), on)
    assert (found.window and found.window.words[0]) == version
    assert (found.verdict == "no_rule_in_force") == (version is None)


@pytest.mark.parametrize(("on", "shown"), [("2026-01-22", False), ("2026-01-23", True), (NEW, True)])
def test_between_issue_and_start_the_window_is_to_verify(on: str, shown: bool) -> None:
    """The new measures were issued on 2026-01-23; their first day is not certain."""
    assert ("tech_contract" in judged(contract(), on)["to_verify"]) == shown


def test_before_the_rules_of_2001_no_type_is_recognised() -> None:
    """The recognition rules of 1990 have not been seen: unknown, never yes; who registers is judged."""
    assert judged(contract(signed="2000-01-01"), "2000-03-01")["verdict"] == "unknown"
    assert judged(contract(signed="2000-01-01", contract_applicant="buyer"), "2000-03-01")["verdict"] == "no"


def test_everything_of_2026_is_to_verify() -> None:
    """No condition of the new measures is passed off as confirmed."""
    found = judged(contract(accepted=NEW), NEW)
    assert found["verdict"] == "yes"
    assert {one["status"] for one in found["conditions"]} == {"to_verify"}
    assert {"tech_contract", "tech_contract.office_working_days"} <= set(found["to_verify"])


# --- types -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", [DAY, NEW])
@pytest.mark.parametrize("type", TYPES)
def test_recognised_when_all_hold(type: str, on: str) -> None:
    """Every type, with its own facts alone."""
    found = judged(contract(type), on)
    assert (found["verdict"], found["branch"], found["missing"]) == ("yes", WAY.get(type, type), ["accepted"])


def test_a_licence_was_a_transfer_before_the_civil_code() -> None:
    """民法典 art. 843 made it a type of its own."""
    old = contract("licence", signed="2020-12-01")
    assert judged(old, "2020-12-31")["branch"] == "transfer"
    assert judged(old, "2021-01-01")["branch"] == "licence"


TESTS = [
    (type, fact) for type, own in TYPES.items() for fact, value in own.items() if isinstance(value, bool)
]


@pytest.mark.parametrize(("type", "fact"), TESTS)
def test_each_test_of_a_type_is_needed(type: str, fact: str) -> None:
    """The other answer: no; no answer: unknown and named."""
    found = judged(contract(type, **{fact: not TYPES[type][fact]}))
    assert (found["verdict"], failing(found)) == ("no", [WAY.get(type, type)])
    found = judged(contract(type, accepted=DAY, **{fact: None}))
    assert (found["verdict"], found["missing"]) == ("unknown", [fact])


GROUNDS = [
    (type, fact, code)
    for type, own in TYPES.items()
    for fact in own
    if fact.endswith("_exclusion")
    for code in next(one for one in c.TESTS if one.name == fact).choices
    if code != "none"
]


@pytest.mark.parametrize(("type", "fact", "code"), GROUNDS)
def test_each_ground_against_a_type(type: str, fact: str, code: str) -> None:
    """The ground stands in the tree, in words."""
    found = assess("tech_contract", contract(type, **{fact: code}), DAY)
    assert found.verdict == "no"
    assert failing(found.as_dict()) == [f"{WAY.get(type, type)}_excluded"]
    words = next(one for one in c.TESTS if one.name == fact).choices[code][0]
    assert any(words in line for line in found.sentences("zh"))


def test_the_grounds_of_the_reference_are_all_there() -> None:
    """rules.md section 4: not recognised — six, five, five and the contractor's own work, seven, three."""
    counts = {one.name: len(one.choices) - 1 for one in c.TESTS if one.name.endswith("_exclusion")}
    assert counts == {"development_exclusion": 6, "transfer_exclusion": 5, "consulting_exclusion": 6,
                      "service_exclusion": 7, "training_exclusion": 3}  # fmt: skip


SECRET = {
    "subject_right": "technical_secret",
    "secret_unknown": True,
    "secret_valuable": True,
    "secret_protected": True,
}


@pytest.mark.parametrize("type", ["transfer", "licence", "equity"])
def test_a_technical_secret_must_be_one(type: str) -> None:
    """Unknown to the public, valuable, protected; asked of a secret alone."""
    assert judged(contract(type, **SECRET))["verdict"] == "yes"
    for fact in ("secret_unknown", "secret_valuable", "secret_protected"):
        assert judged(contract(type, **{**SECRET, fact: False}))["verdict"] == "no"
        assert judged(contract(type, accepted=DAY, **{**SECRET, fact: None}))["missing"] == [fact]


@pytest.mark.parametrize("right", [*c.RIGHTS, "other"])
def test_what_can_be_transferred(right: str) -> None:
    """Seven kinds."""
    facts = {**SECRET, "subject_right": right}
    assert judged(contract("transfer", **facts))["verdict"] == ("no" if right == "other" else "yes")


def test_only_the_facts_of_the_type_are_asked_for() -> None:
    """A development contract asks nothing about consulting; the other types are not shown."""
    bare = {**{name: value for name, value in contract().items() if name not in DEVELOPMENT}, "accepted": DAY}
    found = assess("tech_contract", bare, DAY)
    assert (found.verdict, found.missing) == ("unknown", list(DEVELOPMENT))
    needed = [one.condition.id for one in found.conditions if one.needed]
    assert "development" in needed
    assert "consulting" not in needed
    assert not any("技术咨询" in line for line in found.sentences("zh"))


# --- refusal ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", [DAY, NEW])
@pytest.mark.parametrize(
    ("fact", "bad", "condition"),
    [
        ("parties_clear", False, "parties"),
        ("subject_clear", False, "subject"),
        ("price_clear", False, "price"),
        ("lawful_clauses", False, "clauses"),
        ("proof_complete", False, "proof"),
        ("name_matches_seal", False, "seal"),
        ("written_contract", False, "written"),
        ("own_place_office", False, "once"),
        ("registered_before", True, "once"),
        ("contract_applicant", "buyer", "applicant"),
    ],
)
def test_each_refusal(fact: str, bad: Any, condition: str, on: str) -> None:
    """One ground is enough; unknown leaves it open."""
    found = judged(contract(**{fact: bad}), on)
    assert (found["verdict"], failing(found)) == ("no", [condition])
    found = judged(contract(accepted=on, **{fact: None}), on)
    assert (found["verdict"], found["missing"]) == ("unknown", [fact])


def test_oral_contract_is_refused_even_where_all_else_is_unknown() -> None:
    """One failing condition decides."""
    assert judged({"written_contract": False})["verdict"] == "no"


@pytest.mark.parametrize(
    ("on", "verdict"), [("2024-01-01", "no"), ("2024-01-02", "yes"), ("2024-01-03", "yes")]
)
def test_registered_after_it_was_concluded(on: str, verdict: str) -> None:
    """The day of signing itself will do."""
    assert judged(contract(signed="2024-01-02"), on)["verdict"] == verdict


@pytest.mark.parametrize(("applicant", "imported", "old", "new"),
                         [("seller", False, "yes", "yes"), ("buyer", False, "no", "no"),
                          ("seller", True, "yes", "no"), ("buyer", True, "no", "yes")])  # fmt: skip
def test_technology_import_is_registered_by_the_buyer(
    applicant: str, imported: bool, old: str, new: str
) -> None:
    """From 2026 (draft art. 11)."""
    facts = contract(contract_applicant=applicant, technology_import=imported)
    assert (judged(facts)["verdict"], judged(facts, NEW)["verdict"]) == (old, new)


@pytest.mark.parametrize(("separate", "priced", "old", "new"),
                         [(True, False, "yes", "yes"), (False, True, "no", "yes"), (False, False, "no", "no")])  # fmt: skip
def test_mixed_contract(separate: bool, priced: bool, old: str, new: str) -> None:
    """253号 art. 5: a contract of its own; since 2026 an amount stated separately may do."""
    facts = contract(mixed_contract=True, separate_contract=separate, separate_amount=priced)
    assert (judged(facts)["verdict"], judged(facts, NEW)["verdict"]) == (old, new)


@pytest.mark.parametrize(("copy", "verdict"), [(True, "yes"), (False, "no"), (None, "unknown")])
def test_foreign_text_needs_a_chinese_copy(copy: bool | None, verdict: str) -> None:
    """Said by an unattributed text only: to be verified."""
    found = judged(contract(foreign_text=True, chinese_copy=copy))
    assert (found["verdict"], "tech_contract.language" in found["to_verify"]) == (verdict, True)


# --- amounts ---------------------------------------------------------------------------------------------


def amounts(**facts: Any) -> tuple[int | None, int | None]:
    """Return 成交额 and 技术交易额, in 分."""
    found = judged(facts)["values"]
    return found["deal_amount"], found["technical_amount"]


def test_carriers_of_a_reasonable_quantity_are_not_subtracted() -> None:
    """253号 art. 50: one amount, or records without excess; only the excess counts."""
    basis: dict[str, Any] = {"total_amount": "100万", "non_technical": [{"what": "设备", "amount": 300_000}]}
    assert amounts(**basis, carriers=5_000) == (100_000_000, 70_000_000)
    assert amounts(**basis, carriers="0.5万") == (100_000_000, 70_000_000)
    assert amounts(**basis) == (100_000_000, 70_000_000)
    assert amounts(**basis, carriers=[{"what": "样机", "amount": 5_000}]) == (100_000_000, 70_000_000)
    many = [{"what": "样机", "amount": 50_000, "excess": 30_000.01}, {"what": "光盘", "amount": 20}]
    assert amounts(**basis, carriers=many) == (100_000_000, 66_999_999)


def test_amounts_that_are_missing() -> None:
    """Unknown, and named; an empty list is none at all."""
    assert amounts(total_amount=100) == (10_000, None)
    assert "non_technical" in judged({"total_amount": 100})["missing"]
    assert amounts(total_amount=100, non_technical=[]) == (10_000, 10_000)
    assert amounts(total_amount=100, non_technical=40) == (10_000, 6_000)
    assert amounts(total_amount=100, non_technical=[{"what": "料"}]) == (10_000, None)


@pytest.mark.parametrize("over", [0, 1])
def test_non_technical_up_to_the_total(over: int) -> None:
    """To the 分: the whole price may go, not more."""
    facts = {
        "total_amount": "100",
        "non_technical": f"99.{over:02}",
        "carriers": [{"amount": 2, "excess": 1}],
    }
    if not over:
        assert amounts(**facts) == (10_000, 0)
        return
    with pytest.raises(InputError, match="non_technical, carriers, total_amount") as raised:
        assess("tech_contract", facts, DAY)
    assert raised.value.code == "rules.contradiction"


@pytest.mark.parametrize(
    "facts",
    [
        {"carriers": [{"amount": 1, "excess": 2}]},
        {"signed": "2024-06-04", "accepted": "2024-06-03"},
        {"carriers": -1},
        {"carriers": [{"excess": "many"}]},
        {"non_technical": [{"amout": 1}]},
        {"type": "develop"},
        {"accepted": "soon"},
        {"total_amount": "1.001"},
    ],
)
def test_what_cannot_be(facts: dict[str, Any]) -> None:
    """One line, naming the fact."""
    with pytest.raises(InputError) as raised:
        assess("tech_contract", facts, DAY)
    assert next(iter(facts)) in raised.value.sentence("en")


FEN = st.integers(0, 10**13)


@given(
    total=st.integers(0, 10**14),
    costs=st.lists(FEN, max_size=4),
    carriers=st.lists(st.tuples(FEN, FEN), max_size=4),
)
def test_technical_amount_by_hand(total: int, costs: list[int], carriers: list[tuple[int, int]]) -> None:
    """技术交易额 = 成交额 − Σ non-technical − Σ excess, in exact fractions."""
    spent = sum(map(Fraction, costs)) + sum(Fraction(min(pair)) for pair in carriers)
    facts = {
        "total_amount": str(Fraction(total) / 100 if total % 100 == 0 else f"{total // 100}.{total % 100:02}"),
        "non_technical": [{"amount": f"{fen // 100}.{fen % 100:02}"} for fen in costs],
        "carriers": [{"amount": f"{max(pair) // 100}.{max(pair) % 100:02}", "excess": f"{min(pair) // 100}.{min(pair) % 100:02}"}
                     for pair in carriers],
    }  # fmt: skip
    if spent > total:
        with pytest.raises(InputError):
            assess("tech_contract", facts, DAY)
    else:
        assert amounts(**facts) == (total, total - spent)


@pytest.mark.parametrize(("fixed", "ready"), [(True, True), (False, False), (None, None)])
def test_amount_not_fixed_is_supplemented_before_relief(fixed: bool | None, ready: bool | None) -> None:
    """253号 art. 51: registered all the same, not ready for relief."""
    found = judged(contract(amount_fixed=fixed))
    assert (found["verdict"], found["values"]["relief_ready"]) == ("yes", ready)
