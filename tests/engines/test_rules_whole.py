"""All rules together: built on every day on which something changes, in two languages, with what is to verify."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Iterator

import pytest

from tests.engines.rules_random import RULES, Firms, breakpoints, windows
from tuwei.rules import Assessment, assess, facts_of, listed, load
from tuwei.rules._facts import View
from tuwei.rules._parameters import Citation
from tuwei.rules._rule import Terms
from tuwei.rules._statutes import _made

DAY = datetime.timedelta(1)
HAN = re.compile("[一-鿿]")
CASES = [(rule, on) for rule in RULES for on in windows(rule)]


def rows() -> Iterator[Citation]:
    """Yield every row of every parameter and condition."""
    for layer in load().layers:
        for part in (layer.parameters, layer.conditions):
            yield from (row for listed_rows in part.values() for row in listed_rows)


@pytest.mark.parametrize("rule", RULES)
def test_built_on_every_day_on_which_something_changes(rule: str) -> None:
    """The first day of each row, the day before and the day after: no parameter is missing, and assess answers."""
    days = {day + step for day in breakpoints(rule) - {datetime.date.min} for step in (-DAY, 0 * DAY, DAY)}
    for day in sorted(days):
        found = assess(rule, {}, day)
        assert (found.decision is None) == (load().version(rule, day) is None)
        assert found.as_dict()["verdict"] in ("yes", "no", "unknown", "no_rule_in_force")


def test_every_rule_has_a_window() -> None:
    assert all(windows(rule) for rule in RULES)
    assert [info.id for info in listed()] == RULES


# --- two languages ---


def test_everything_has_both_names() -> None:
    """No name is empty, no English one holds Chinese."""
    for row in rows():
        assert row.zh, row.id
        assert row.en, row.id
        assert not HAN.search(row.en), row.id
    for layer in load().layers:
        for id, (zh, en, _) in layer.quantities.items():
            assert HAN.search(zh), id
            assert en, id
            assert not HAN.search(en), id
        for document in layer.documents.values():
            assert document.number, document
            assert document.en, document
            assert not HAN.search(document.en), document


@pytest.mark.parametrize(("rule", "on"), CASES)
def test_facts_have_both_names(rule: str, on: str) -> None:
    for fact in facts_of(rule, on):
        assert HAN.search(fact.zh), fact.name
        assert fact.en, fact.name
        assert bool(fact.help_zh) == bool(fact.help_en), fact.name
        assert not HAN.search(fact.en + fact.help_en), fact.name
        for zh, en in fact.choices.values():
            assert zh and en and not HAN.search(en), (fact.name, zh)  # noqa: PT018


@pytest.mark.parametrize(("rule", "on"), CASES)
def test_english_sentences_are_english(rule: str, on: str) -> None:
    """But for the numbers of documents and their articles, as they are printed."""
    draw, firms = random.Random(f"{rule} says {on}"), Firms(rule, on, unknown=0.1)
    for _ in range(5):
        found = firms.near(draw, 4)[1]
        cited = {
            f"{one.citation.document.number} {one.citation.article}".strip()
            for one in firms.decision.conditions
        }
        for sentence in found.sentences("en"):
            for law in sorted(cited, key=len, reverse=True):
                sentence = sentence.replace(law, "")
            assert not HAN.search(sentence), sentence
        assert len(found.sentences("zh")) == len(found.sentences("en"))


# --- what is to verify ---


def used(rule: str, on: str) -> dict[str, Citation]:
    """Return every parameter that a rule looks up while it is built."""
    day = datetime.date.fromisoformat(on)
    window = load().version(rule, day)
    assert window is not None
    made = _made(rule, window.words[0])
    terms = Terms(rule, day, lambda part, id: load().parameter(part, rule, id, day), load().labels(rule))
    made.build(View(made.facts), terms)
    return {row.id: row for row in terms.used.values()}


@pytest.mark.parametrize(("rule", "on"), CASES)
def test_what_is_to_verify_shows_in_the_answer(rule: str, on: str) -> None:
    """Parameters below conditions and values, those that shape the rule from outside, conditions, the rule itself."""
    found = assess(rule, {}, on)
    window, decision = load().version(rule, datetime.date.fromisoformat(on)), found.decision
    assert window is not None
    assert decision is not None
    lasting = {row.id for row in decision.sources(decision.expires)} if decision.expires else set()
    cited = [row for row in used(rule, on).values() if row.id not in lasting]
    cited += [one.condition.citation for one in found.conditions if one.needed] + [window]
    expected = {row.id for row in cited if row.status == "to_verify"}
    passed_over = {
        row.id for one in found.conditions if not one.needed for row in (one.condition.citation, *one.sources)
    }
    assert expected - passed_over <= set(found.to_verify) <= expected | lasting
    told = found.sentences("en")[-1]
    assert ("still to be verified" in told) == bool(found.to_verify)
    assert all(id in told for id in found.to_verify)
    for one, row in zip(found.conditions, found.as_dict()["conditions"], strict=True):
        doubtful = [cited for cited in (one.condition.citation, *one.sources) if cited.status == "to_verify"]
        assert row["status"] == ("to_verify" if doubtful else "confirmed")


def test_whether_a_tie_counts_is_to_verify() -> None:
    """瞪羚: sources differ on ≥ and >; the answer says that it rests on that."""
    found: Assessment = assess("gazelle", {"employees": 1}, "2026-05-10")
    assert "gazelle.rd_intensity_inclusive" in found.to_verify
    assert "gazelle.rd_intensity_inclusive" in found.sentences("zh")[-1]


def test_how_long_a_title_lasts_is_to_verify_where_it_is_told() -> None:
    for valid, verdict in ((True, "yes"), (None, "unknown")):
        found = assess("innovative_sme", {"tech_sme_valid": valid}, "2026-05-20")
        assert found.verdict == verdict
        assert ("innovative_sme.title_years" in found.to_verify) == (verdict == "yes")


@pytest.mark.parametrize(("rule", "on"), CASES)
def test_points_of_experts_have_names(rule: str, on: str) -> None:
    for fact in facts_of(rule, on):
        assert fact.item_names.keys() == fact.items.keys(), fact.name
        assert all(HAN.search(zh) and not HAN.search(en) for zh, en in fact.item_names.values()), fact.name
