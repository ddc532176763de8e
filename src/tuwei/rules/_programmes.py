"""What an enterprise can claim in its region: each programme certain, possible or blocked, with the money and why.

Programmes are declared in overlays (`_programme`), compiled to the same nodes as statutes and evaluated by the
same evaluator. What a rule says is asked for through a callback, so that a plan judges each rule once.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from tuwei.core.money import yuan_text
from tuwei.rules import _expression as x
from tuwei.rules._assess import Assessment, known_names, legal_date, longest_series
from tuwei.rules._evaluate import NO, UNKNOWN, YES, Columns, Evaluator, Scalars
from tuwei.rules._facts import Fact
from tuwei.rules._json import branch_dict
from tuwei.rules._parameters import FOREVER
from tuwei.rules._programme import KINDS, Programme, Reader
from tuwei.rules._programme_facts import RULE, declared, rule_of, single
from tuwei.rules._programme_why import why
from tuwei.rules._read import Flat, read_facts
from tuwei.rules._rule import registered
from tuwei.rules._statutes import Statutes
from tuwei.rules._tree import Branch, exact, tree
from tuwei.rules._values import round_half_up, show
from tuwei.rules._yaml import Entry

VerdictOf = Callable[[str], "Assessment | str"]
STATES = {YES: "certain", UNKNOWN: "possible", NO: "blocked"}


@dataclass
class ProgrammeResult:
    """One programme for one enterprise.

    Parameters
    ----------
    programme
        What was asked.
    on
        The day of the act.
    in_force
        Whether its window holds that day; where not, it is the last window known, and blocked.
    missing
        Facts whose absence leaves it or its amount open, those of the rules it rests on among them.
    """

    programme: Programme
    on: datetime.date
    in_force: bool
    evaluator: Evaluator
    missing: list[str] = field(default_factory=list)

    @cached_property
    def verdict(self) -> int:
        """Whether what it requires holds: 0 no, 1 unknown, 2 yes."""
        return int(self.evaluator(self.programme.requires))

    @cached_property
    def amount(self) -> Fraction | None:
        """The sum in 分, unrounded; None while unknown. Of a blocked one: what it would be."""
        amount = self.programme.amount
        return exact(self.evaluator(amount.node)) if amount else None

    @property
    def amount_fen(self) -> int | None:
        """The sum in whole 分."""
        return None if self.amount is None else round_half_up(self.amount)

    @property
    def range_fen(self) -> tuple[int, int | None] | None:
        """The least and the most it can be (None: no cap); None where the programme names no sum."""
        if self.programme.amount is None:
            return None
        if self.amount_fen is not None:
            return self.amount_fen, self.amount_fen
        most = self.programme.amount.most
        return 0, None if most is None else round_half_up(most)

    @property
    def state(self) -> str:
        """``certain``, ``possible`` or ``blocked``."""
        if not self.in_force:
            return "blocked"
        return "possible" if self.verdict == YES and self.amount is None else STATES[self.verdict]

    @cached_property
    def tree(self) -> Branch:
        """The tree behind the verdict."""
        return tree(self.programme.requires, self.evaluator, self.programme.labels)

    @property
    def deadline(self) -> datetime.date | None:
        """The next day to apply by, while the programme runs."""
        day = self.programme.applies.next(self.on)
        return day if day is not None and self.in_force and day <= self.programme.citation.valid_to else None

    def amount_text(self, language: str = "zh") -> str:
        """Return the sum, or its range, for people; ``""`` where the programme names none."""
        english = language.startswith("en")
        if self.range_fen is None:
            return ""
        if self.amount_fen is not None:
            return show(self.amount_fen, "yuan", language)
        if self.range_fen[1] is None:
            return "not known yet" if english else "尚不能算出"
        most = show(self.range_fen[1], "yuan", language)
        return f"up to {most}" if english else f"不超过 {most}"

    def why(self, language: str = "zh") -> str:
        """Return why it stands so, in a sentence or two."""
        return why(self, language)

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON of one programme."""
        one, row = self.programme, self.programme.citation
        low, high = self.range_fen or (None, None)
        return {
            "id": one.id, "zh": row.zh, "en": row.en,
            "kind": one.kind, "kind_zh": KINDS[one.kind][0], "kind_en": KINDS[one.kind][1],
            "state": self.state, "in_force": self.in_force,
            "amount_fen": self.amount_fen,
            "amount_yuan": None if self.amount_fen is None else yuan_text(self.amount_fen),
            "amount_low_fen": low, "amount_high_fen": high,
            "amount_text_zh": self.amount_text("zh"), "amount_text_en": self.amount_text("en"),
            "basis_zh": one.amount.zh if one.amount else "", "basis_en": one.amount.en if one.amount else "",
            "why_zh": self.why("zh"), "why_en": self.why("en"),
            "missing": self.missing, "rules": list(one.rules),
            "document": row.document.number, "article": row.article, "status": row.status, "note": row.note,
            "valid_from": row.valid_from.isoformat(),
            "valid_to": None if row.valid_to == FOREVER else row.valid_to.isoformat(),
            "applies_zh": one.applies.zh, "applies_en": one.applies.en,
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "tree": branch_dict(self.tree),
        }  # fmt: skip


def programme_results(
    statutes: Statutes, facts: Mapping[str, Any], on: datetime.date | str, verdict_of: VerdictOf
) -> list[ProgrammeResult]:
    """Judge an enterprise by every programme of the overlays, the most money first within each state.

    Parameters
    ----------
    statutes
        `load` with overlays.
    facts
        As for `assess`; the names that programmes declare are taken too.
    on
        The day of the act. A programme whose last window is over by then is shown as blocked; one that only
        begins later is left out.
    verdict_of
        Rule id → the assessment of these facts on that day (its missing facts are passed on), or the word.

    Raises
    ------
    InputError
        A fault of an overlay, with file and line, or of the facts.

    Examples
    --------
    >>> from tuwei.rules import load
    >>> programme_results(load(), {}, "2026-03-01", lambda rule: "unknown")
    []
    """
    day = legal_date(on)
    found = _of_day(statutes, day)
    asked = {fact.name: fact for one in found for fact in one.own_facts}
    known = [*known_names(), *_facts(statutes)]
    flat, faults = read_facts(asked.values(), facts, known, longest=longest_series())
    if faults:
        raise faults[0]
    judged = {rule: verdict_of(rule) for rule in {rule: None for one in found for rule in one.rules}}
    flat |= _said(found, judged)
    evaluator = Evaluator(Scalars(flat))
    results = [ProgrammeResult(one, day, one.citation.holds_on(day), evaluator) for one in found]
    for result in results:
        result.missing = _missing(result, flat, judged)
    return sorted(results, key=_rank)


def _said(found: list[Programme], judged: Mapping[str, Assessment | str]) -> Flat:
    """The verdicts of rules, and those of their values that are asked for."""
    flat: Flat = {}
    for slot in (fact.name for one in found for fact in one.facts if fact.name.startswith(RULE)):
        said, value = judged[rule_of(slot)], slot.partition(".")[2]
        if value:
            amount = None if isinstance(said, str) else said.values.get(value)
            flat[slot] = None if amount is None else exact(amount)
        else:
            word = said if isinstance(said, str) else said.verdict
            flat[slot] = None if word == "unknown" else word
    return flat


def _rank(result: ProgrammeResult) -> tuple[int, int]:
    """The certain ones first, in each state the most money first."""
    _, most = result.range_fen or (0, 0)
    return list(STATES.values()).index(result.state), -(most or 0)


def _missing(result: ProgrammeResult, flat: Flat, judged: Mapping[str, Assessment | str]) -> list[str]:
    """What is unknown below what is open; nothing once it is blocked."""
    if result.state == "blocked":
        return []
    amount = result.programme.amount
    roots: list[x.Node] = [*open_below(result.programme.requires, result.evaluator)]
    used = x.figures(*roots, *([amount.node] if amount else []))
    names: dict[str, None] = {}
    for fact in result.programme.facts:
        if fact.name in used and flat[fact.name] in ((UNKNOWN,) if fact.kind == "flag" else (None,)):
            found = judged.get(rule_of(fact.name))
            below = [fact.name] if found is None else [] if isinstance(found, str) else found.missing
            names |= dict.fromkeys(below)
    return list(names)


def open_below(node: x.Verdict, evaluator: Evaluator) -> list[x.Verdict]:
    """Return the leaves that are unknown and leave the verdict open."""
    if int(evaluator(node)) != UNKNOWN:
        return []
    if isinstance(node, x.AllOf | x.AnyOf):
        return [leaf for test in node.tests for leaf in open_below(test, evaluator)]
    return open_below(node.test, evaluator) if isinstance(node, x.Not | x.Part) else [node]


def programmes(statutes: Statutes) -> dict[str, list[Programme]]:
    """Return all programmes by id: their windows, those of the topmost overlay first.

    Raises
    ------
    InputError
        The first fault, with file, line and key; two windows of one programme in one file overlap.
    """
    return _compiled(statutes)


@lru_cache(maxsize=8)
def _compiled(statutes: Statutes) -> dict[str, list[Programme]]:
    rules = {rule: (info.zh, info.en) for rule in statutes.rules() for info in [statutes.info(rule)]}
    reader = Reader(_facts(statutes), rules, statutes.labels)
    found: dict[str, list[Programme]] = {}
    for layer, entry in reversed(list(statutes.programmes())):
        one = reader.read(layer, entry)
        before = found.setdefault(one.id, [])
        for other in before:
            if other.citation.layer == layer.name and _overlap(one, other):
                _refuse_overlap(entry, one, other)
        before.append(one)
    return found


def _overlap(one: Programme, other: Programme) -> bool:
    a, b = one.citation, other.citation
    return a.valid_from <= b.valid_to and b.valid_from <= a.valid_to


def _refuse_overlap(entry: Entry, one: Programme, other: Programme) -> None:
    entry.fail(
        "overlap",
        "“{got}”另有一行的有效期与此重叠：{expected}。",
        "another row of “{got}” has an overlapping window: {expected}.",
        "valid_from",
        got=one.id,
        expected=f"{other.citation.valid_from}–{other.citation.valid_to}",
    )


@lru_cache(maxsize=8)
def _facts(statutes: Statutes) -> dict[str, Fact]:
    """Every fact a programme may use, as a single value."""
    shipped = [fact for made in registered().values() for fact in made.facts]
    shipped.sort(key=lambda fact: fact.series)  # the name of a single value is the better one here
    known: dict[str, Fact] = {}
    for fact in shipped:
        known.setdefault(fact.name, single(fact))
    for _, entry in statutes.programmes():
        for fact in declared(entry):
            before = known.setdefault(fact.name, fact)
            if before.kind != fact.kind:
                entry.fail("bad_value", "事实“{got}”已有，种类为 {expected}。", "the fact “{got}” exists, of kind {expected}.",
                           "facts", got=fact.name, expected=before.kind)  # fmt: skip
    return known


def programme_facts(statutes: Statutes) -> tuple[Fact, ...]:
    """Return the facts that only programmes ask for, in order of declaration."""
    names = known_names()
    return tuple(fact for fact in _facts(statutes).values() if fact.name not in names)


def _of_day(statutes: Statutes, day: datetime.date) -> list[Programme]:
    """One window of each programme: that in force, else the last that is over."""
    found = []
    for windows in _compiled(statutes).values():
        begun = [one for one in windows if one.citation.valid_from <= day]
        holds = next((one for one in begun if one.citation.holds_on(day)), None)
        last = max(begun, key=lambda one: one.citation.valid_to, default=None)
        found += [one for one in [holds or last] if one is not None]
    return found


def programme_amounts(one: Programme, facts: Mapping[str, Any], rows: int) -> tuple[Any, Any]:
    """Return, for columns of enterprises, whether each is entitled and to how much.

    Parameters
    ----------
    one
        Of `programmes`.
    facts
        Slot → column as `tuwei.rules._evaluate.Columns` takes them; ``rule:<id>`` → array of verdict words,
        ``""`` unknown.
    rows
        Number of enterprises.

    Returns
    -------
    tuple
        int8 verdicts (0, 1, 2); int64 分, rounded half up, −1 while unknown.
    """
    evaluator = Evaluator(Columns(facts, rows, np.arange(rows)))
    verdicts = np.broadcast_to(evaluator(one.requires), rows).astype(np.int8)
    fen = np.full(rows, -1, np.int64)
    if one.amount is not None:
        value = evaluator(one.amount.node)
        num, den, known = (np.broadcast_to(part, rows) for part in (value.num, value.den, value.known))
        at = np.flatnonzero(known)
        fen[at] = [round_half_up(Fraction(int(num[row]), int(den[row]))) for row in at]
    return verdicts, fen
