"""技术合同认定登记: 国科发政字〔2000〕063号 and rules 〔2001〕253号, types by 民法典 art. 843, the rules of 2026.

The legal date is the day of the application for registration. The text of 2026 has not been seen: its conditions
follow the consultation draft of 2024-12-18 and an unattributed rule text, and every one is ``to_verify``.
"""

from __future__ import annotations

from collections.abc import Callable

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Consistency, Decision, Terms, version
from tuwei.rules.statutes import _contract_facts as c
from tuwei.rules.statutes._workdays import calendar

FACTS_2000 = (*c.MONEY[:1], *c.DATES, *c.BASE)
FACTS_2001 = (c.TYPE, *c.MONEY, *c.DATES, *c.BASE, *c.MIXED, *c.REFUSED, *c.TESTS)
FACTS_2021 = (*FACTS_2001, *c.LANGUAGE)
FACTS = (*FACTS_2021, *c.IMPORT)
Tests = dict[str, tuple[str, ...]]
_REFUSED = {
    "parties": "parties_clear",
    "subject": "subject_clear",
    "price": "price_clear",
    "clauses": "lawful_clauses",
    "proof": "proof_complete",
    "seal": "name_matches_seal",
}
_KINDS: Tests = {
    "development": c.DEVELOPMENT,
    "transfer": c.TRANSFER,
    "licence": ("licence",),
    "consulting": ("consulting",),
    "service": ("service",),
    "training": ("training",),
    "brokerage": ("brokerage",),
}
_KINDS_2001: Tests = {
    **{kind: types for kind, types in _KINDS.items() if kind != "licence"},
    "transfer": (*c.TRANSFER, "licence"),
}


@version("tech_contract", "measures-2000", *FACTS_2000)
def measures_2000(f: View, p: Terms) -> Decision:
    """Build the measures of 2000 alone: who registers, how, when. The recognition rules of 1990 are not known here."""
    return Decision(
        facts=FACTS_2000,
        conditions=(_seller(f, p), *_base(f, p), p.condition("type", x.Fixed(1))),
        values={"deal_amount": p.named("deal_amount", f.number("total_amount")), **_due_2000(f, p)},
        consistency=(_signed_first(f),),
    )


@version("tech_contract", "rules-2001", *FACTS_2001)
def rules_2001(f: View, p: Terms) -> Decision:
    """Build the rules of 2001: five kinds, each with its tests; a licence is a kind of transfer; amounts."""
    conditions = (_seller(f, p), *_base(f, p), _alone(f, p), *_fit(f, p), *_recognised(f, p, _KINDS_2001))
    return _decision(f, p, FACTS_2001, conditions, kinds=_KINDS_2001, due=_due_2000(f, p))


@version("tech_contract", "civil-code", *FACTS_2021)
def civil_code(f: View, p: Terms) -> Decision:
    """Build the rules since the Civil Code: the licence is a type of its own."""
    start = (_seller(f, p), *_base(f, p), _alone(f, p), _language(f, p))
    conditions = (*start, *_fit(f, p), *_recognised(f, p, _KINDS))
    return _decision(f, p, FACTS_2021, conditions, kinds=_KINDS, due=_due_2000(f, p))


@version("tech_contract", "measures-2026", *FACTS)
def measures_2026(f: View, p: Terms) -> Decision:
    """Build the measures of 2026: the buyer registers an import, mixed contracts may, working days count."""
    start = (_seller_or_importer(f, p), *_base(f, p), _alone_or_priced(f, p), _language(f, p))
    conditions = (*start, *_fit(f, p), *_recognised(f, p, _KINDS))
    return _decision(f, p, FACTS, conditions, kinds=_KINDS, due=_due_2026(f, p))


def _decision(
    f: View,
    p: Terms,
    facts: tuple[Fact, ...],
    conditions: tuple[Condition, ...],
    *,
    kinds: Tests,
    due: dict[str, x.Node],
) -> Decision:
    ready = x.all_of(*(one.test for one in conditions), f.flag("amount_fixed"))
    return Decision(
        facts=facts,
        conditions=conditions,
        ways={kind: f.among("type", *types) for kind, types in kinds.items()},
        values={
            "deal_amount": p.named("deal_amount", f.number("total_amount")),
            "technical_amount": _technical(f, p),
            **due,
            "relief_ready": p.part("relief_ready", ready),
        },
        consistency=(_within_total(f), _excess_within_carriers(f), _signed_first(f)),
    )


# --- who registers, and what is refused ------------------------------------------------------------------


def _seller(f: View, p: Terms) -> Condition:
    return p.condition("applicant", f.among("contract_applicant", "seller"))


def _seller_or_importer(f: View, p: Terms) -> Condition:
    imported = f.flag("technology_import")
    seller, buyer = (f.among("contract_applicant", side) for side in ("seller", "buyer"))
    return p.condition("applicant", x.any_of(~imported & seller, imported & buyer))


def _base(f: View, p: Terms) -> tuple[Condition, ...]:
    since = p.named("days_since_signing", x.Figure("on") - f.number("signed"))
    return (
        p.condition("once", f.flag("own_place_office") & ~f.flag("registered_before")),
        p.condition("concluded", since >= x.number(0)),
        p.condition("written", f.flag("written_contract")),
    )


def _alone(f: View, p: Terms) -> Condition:
    return p.condition("mixed", f.flag("separate_contract"), applies=f.flag("mixed_contract"))


def _alone_or_priced(f: View, p: Terms) -> Condition:
    stands = f.flag("separate_contract") | f.flag("separate_amount")
    return p.condition("mixed", stands, applies=f.flag("mixed_contract"))


def _language(f: View, p: Terms) -> Condition:
    return p.condition("language", f.flag("chinese_copy"), applies=f.flag("foreign_text"))


def _fit(f: View, p: Terms) -> tuple[Condition, ...]:
    return tuple(p.condition(id, f.flag(fact)) for id, fact in _REFUSED.items())


# --- what is recognised as which type --------------------------------------------------------------------


def _recognised(f: View, p: Terms, kinds: Tests) -> tuple[Condition, ...]:
    found: list[Condition] = []
    for kind, types in kinds.items():
        is_kind = f.among("type", *types)
        found.append(p.condition(kind, _TESTS[kind](f), applies=is_kind))
        exclusion = _EXCLUSIONS.get(kind)
        if exclusion:
            none = f.among(exclusion, "none")
            found.append(p.condition(f"{kind}_excluded", none, applies=is_kind))
    return tuple(found)


def _flags(*names: str) -> Callable[[View], x.Verdict]:
    return lambda f: x.all_of(*(f.flag(name) for name in names))


def _development(f: View) -> x.Verdict:
    return x.all_of(f.flag("clear_goal"), ~f.flag("already_mastered"), f.flag("innovative"))


def _transfer(f: View) -> x.Verdict:
    """Transfer and licence alike; a technical secret must be one."""
    secret = x.all_of(f.flag("secret_unknown"), f.flag("secret_valuable"), f.flag("secret_protected"))
    return x.all_of(
        f.among("subject_right", *c.RIGHTS),
        f.flag("already_mastered"),
        f.flag("complete_practical"),
        f.flag("clear_ownership_clause"),
        x.any_of(secret, ~f.among("subject_right", "technical_secret")),
    )


def _service(f: View) -> x.Verdict:
    return x.all_of(f.flag("specific_problem"), f.flag("improves"), f.flag("measurable"), ~f.flag("ip_moves"))


_TESTS: dict[str, Callable[[View], x.Verdict]] = {
    "development": _development,
    "transfer": _transfer,
    "licence": _transfer,
    "consulting": _flags("specific_project", "scientific_means", "report_result"),
    "service": _service,
    "training": _flags("specific_project", "named_staff"),
    "brokerage": _flags("broker_purpose", "broker_result"),
}
_EXCLUSIONS = {
    "development": "development_exclusion",
    "transfer": "transfer_exclusion",
    "licence": "transfer_exclusion",
    "consulting": "consulting_exclusion",
    "service": "service_exclusion",
    "training": "training_exclusion",
}


# --- amounts and clocks ------------------------------------------------------------------------------------


def _subtracted(f: View) -> x.Quantity:
    """Non-technical costs, and carriers beyond a reasonable quantity where somebody says there are any."""
    excess = f.total("carriers", "excess")
    return f.total("non_technical", "amount") + x.chosen((x.surely(excess > 0), excess), otherwise=0)


def _technical(f: View, p: Terms) -> x.Quantity:
    left = f.number("total_amount") - _subtracted(f)
    return p.named("technical_amount", x.largest(left, x.number(0)))


def _due_2000(f: View, p: Terms) -> dict[str, x.Node]:
    """Calendar days from acceptance, the day of acceptance not counted."""
    due = p.named("due", f.number("accepted") + p.number("office_days"))
    return {"due": due, "due_basis": x.Text((), "calendar_days")}


def _due_2026(f: View, p: Terms) -> dict[str, x.Node]:
    """Working days from acceptance, more of them for large or disputed contracts; unknown beyond the calendar."""
    large = (f.number("total_amount") >= p.number("large_amount")) & (
        _technical(f, p) >= p.number("large_amount")
    )
    longer = large | x.surely(f.flag("expert_review"))
    days = x.chosen(
        (longer, p.number("office_working_days_large")), otherwise=p.number("office_working_days")
    )
    known = calendar(p)
    day = x.Called(known.after, (f.number("accepted"), days))
    within = day <= known.last
    due = x.chosen((within, day), (x.Fixed(1), x.number(0)), otherwise=0)
    return {
        "due": p.named("due", due),
        "due_basis": x.Text(((within, "working_days"),), "no_holiday_calendar"),
    }


# --- what cannot be ----------------------------------------------------------------------------------------


def _within_total(f: View) -> Consistency:
    return Consistency(
        _subtracted(f) <= f.number("total_amount"),
        "非技术性费用(含超出合理数量的载体)多于合同成交总额",
        "more non-technical costs, excess carriers among them, than the total price",
        ("non_technical", "carriers", "total_amount"),
    )


def _excess_within_carriers(f: View) -> Consistency:
    return Consistency(
        f.total("carriers", "excess") <= f.total("carriers", "amount"),
        "超出合理数量的载体金额多于载体金额",
        "more carriers beyond a reasonable quantity than carriers",
        ("carriers",),
    )


def _signed_first(f: View) -> Consistency:
    return Consistency(
        f.number("signed") <= f.number("accepted"),
        "受理日期早于合同签订日期",
        "accepted before it was signed",
        ("signed", "accepted"),
    )
