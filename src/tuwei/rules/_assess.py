"""One enterprise against one rule: verdict, branch, values, conditions, what is missing."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from tuwei.core.errors import InputError
from tuwei.rules import _expression as x
from tuwei.rules._evaluate import NO, UNKNOWN, YES, Evaluator, Interval, Scalars, Value
from tuwei.rules._facts import Fact
from tuwei.rules._parameters import Citation
from tuwei.rules._read import Flat, read_facts, said
from tuwei.rules._rule import Condition, Consistency, Decision, registered
from tuwei.rules._statutes import RuleInfo, Statutes, load
from tuwei.rules._tree import Branch, Labels, tree, verdict_name
from tuwei.rules._values import parse_date

if TYPE_CHECKING:
    from tuwei.rules._flip import Flip


@dataclass(frozen=True)
class Judged:
    """A condition with its verdict and the tree behind it; ``needed`` is no on a way not taken."""

    condition: Condition
    verdict: int
    tree: Branch
    needed: bool
    sources: tuple[Citation, ...]

    @property
    def status(self) -> str:
        """``to_verify`` when the citation or a parameter below it is."""
        rows = (self.condition.citation, *self.sources)
        return "to_verify" if any(row.status == "to_verify" for row in rows) else "confirmed"


@dataclass
class Assessment:
    """What `assess` found. `as_dict` is the documented JSON.

    ``until`` is the last day of the rule as it was applied; ``switches`` are parameters that shape it from outside.
    """

    info: RuleInfo
    on: datetime.date
    window: Citation | None = None
    decision: Decision | None = None
    flat: Flat = field(default_factory=dict)
    labels: Labels | None = None
    evaluator: Evaluator | None = None
    until: datetime.date = datetime.date.max
    switches: tuple[Citation, ...] = ()

    @property
    def rule(self) -> str:
        """The rule's id."""
        return self.info.id

    @cached_property
    def verdict(self) -> str:
        """``yes``, ``no``, ``unknown`` or ``no_rule_in_force``."""
        if self.decision is None:
            return "no_rule_in_force"
        return verdict_name(self.value_of(self.decision.verdict))

    def value_of(self, node: x.Node) -> Any:
        """Return what a node of the decision comes to for this enterprise."""
        assert self.evaluator is not None
        return self.evaluator(node)

    @cached_property
    def branch(self) -> str | None:
        """The way taken, where the law offers several."""
        ways = self.decision.ways.items() if self.decision else ()
        return next((way for way, test in ways if self.value_of(test) == YES), None)

    @cached_property
    def conditions(self) -> list[Judged]:
        """Every condition in the order of the statute."""
        if self.decision is None or self.evaluator is None or self.labels is None:
            return []
        taken = self.branch if self.verdict == "yes" else None
        return [
            Judged(one, int(self.value_of(one.test)), tree(self._told(one), self.evaluator, self.labels),
                   not (one.way and taken and one.way != taken) and self._asked(one), self.decision.sources(one.test))
            for one in self.decision.conditions
        ]  # fmt: skip

    def _asked(self, one: Condition) -> bool:
        return one.applies is None or bool(self.value_of(one.applies) != NO)

    def _told(self, one: Condition) -> x.Verdict:
        """The test; where it is known that the law asks it, without the way out of it."""
        asked = one.applies is not None and self.value_of(one.applies) == YES
        return one.test.tests[0] if asked and isinstance(one.test, x.AnyOf) else one.test

    @cached_property
    def values(self) -> dict[str, Any]:
        """Id → `Value`, `Interval`, verdict or text."""
        named = self.decision.values if self.decision else {}
        return {id: self.value_of(node) for id, node in named.items()}

    @cached_property
    def score(self) -> Interval | None:
        """The score as an interval, where the rule has one."""
        if self.decision is None or self.decision.score is None:
            return None
        points = self.value_of(self.decision.score)
        return Interval(int(points.lo), int(points.hi))

    @cached_property
    def expires(self) -> datetime.date | None:
        """The day on which a status gained on this day ends."""
        if self.decision is None or self.decision.expires is None:
            return None
        value = self.value_of(self.decision.expires)
        return datetime.date.fromordinal(int(value.num)) if value.known else None

    @cached_property
    def missing(self) -> list[str]:
        """The facts whose absence leaves something open, in declared order."""
        open_nodes: list[x.Node] = [
            one.condition.test for one in self.conditions if one.needed and one.verdict == UNKNOWN
        ]
        if self.decision and self.verdict == "unknown":
            open_nodes += [test for test in self.decision.ways.values() if self.value_of(test) == UNKNOWN]
        if self.decision and self.info.kind != "status":
            open_nodes += list(self.decision.values.values())
        return self._unknown_below(open_nodes)

    def _unknown_below(self, nodes: list[x.Node]) -> list[str]:
        used = self._open_slots(nodes)
        facts = self.decision.facts if self.decision else ()
        names: list[str] = []
        for fact in facts:
            absent = [slot for slot in fact.slots() if self.unknown(slot)]
            if not any(slot in used for slot in absent):
                continue
            whole = fact.kind != "points" or len(absent) == len(fact.slots())
            names += [fact.name] if whole else [slot for slot in absent if slot in used]
        return names

    def _open_slots(self, nodes: list[x.Node]) -> set[str]:
        """Return the slots below what is open, passing over what is settled without them."""
        waiting, seen, slots = list(nodes), set[int](), set[str]()
        while waiting:
            node = waiting.pop()
            if id(node) in seen or _settled(self.value_of(node)):
                continue
            seen.add(id(node))
            if isinstance(node, x.Figure | x.Flag | x.Is | x.PointsFigure):
                slots.add(node.fact)
            waiting += self._open_cases(node) if isinstance(node, x.Chosen) else node.parts()
        return slots

    def _open_cases(self, node: x.Chosen) -> list[x.Node]:
        found: list[x.Node] = []
        for test, quantity in node.cases:
            verdict = self.value_of(test)
            found += [test, quantity] if verdict != NO else []
            if verdict == YES:
                return found
        return [*found, node.otherwise]

    def unknown(self, slot: str) -> bool:
        """Whether a slot holds no value."""
        value = self.flat[slot]
        flag = self.labels is not None and self.labels.fact_of[slot].kind == "flag"
        return value == UNKNOWN if flag else value is None

    @cached_property
    def to_verify(self) -> list[str]:
        """What the answer rests on that is not confirmed: ids of conditions, parameters, the rule itself."""
        rows = [one.condition.citation for one in self.conditions if one.needed]
        rows += [row for one in self.conditions if one.needed for row in one.sources]
        if self.decision:
            rows += [row for node in self.decision.values.values() for row in self.decision.sources(node)]
        if self.decision and self.decision.expires and self.verdict == "yes":
            rows += self.decision.sources(self.decision.expires)
        rows += [*self.switches, *([self.window] if self.window else [])]
        return list(dict.fromkeys(row.id for row in rows if row.status == "to_verify"))

    @cached_property
    def flips(self) -> list[Flip]:
        """The smallest single changes that turn the verdict or a failing condition."""
        from tuwei.rules._flips import flips_of

        return flips_of(self)

    @cached_property
    def choices(self) -> list[dict[str, Any]]:
        """Where the law lets the enterprise choose: what each option comes to, which was taken."""
        from tuwei.rules._json import choices_of

        return choices_of(self)

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON."""
        from tuwei.rules._json import assessment_dict

        return assessment_dict(self)

    def sentences(self, language: str = "zh") -> list[str]:
        """Return the explanation, a sentence a line."""
        from tuwei.rules._explain import sentences

        return sentences(self, language)


def _settled(value: Any) -> bool:
    """Whether what a node comes to is no longer open."""
    if isinstance(value, Value):
        return bool(value.known)
    if isinstance(value, Interval):
        return bool(value.lo == value.hi)
    return value != "" if isinstance(value, str) else bool(value != UNKNOWN)


def assess(
    rule: str,
    facts: Mapping[str, Any],
    on: datetime.date | str,
    statutes: Statutes | None = None,
    file: str = "",
) -> Assessment:
    """Judge one enterprise by one rule, as it is in force on the legal date of the act.

    Parameters
    ----------
    rule
        An id of `listed`.
    facts
        Name → value: money in 元 (number or decimal text), head-counts, ISO dates, lists oldest year first.
        A missing key or None is unknown. `facts_of` lists the names.
    on
        The legal date: of application, of the contract, the last day of the tax year. A rule about a year that
        is given the fact ``year`` is judged on the last day of that year, on whatever later day it is filed.
    statutes
        `load` with overlays; the shipped ones unless given.
    file
        Shown in errors.

    Raises
    ------
    MissingError
        ``rules.no_rule``.
    InputError
        The first fault of the facts (`check` lists all), ``rules.contradiction``, ``rules.bad_date``.

    Examples
    --------
    >>> found = assess("tech_sme", {"registered_in_mainland": False}, "2024-03-01")
    >>> found.verdict, found.conditions[0].condition.citation.article
    ('no', '第六条第(一)项')
    """
    prepared, faults = prepare(rule, facts, on, statutes, file)
    if faults:
        raise faults[0]
    return prepared


def check(
    rule: str,
    facts: Mapping[str, Any],
    on: datetime.date | str,
    statutes: Statutes | None = None,
    file: str = "",
) -> list[InputError]:
    """Return every fault of the facts; an empty list when `assess` will take them."""
    return prepare(rule, facts, on, statutes, file)[1]


def prepare(
    rule: str, facts: Mapping[str, Any], on: datetime.date | str, statutes: Statutes | None, file: str
) -> tuple[Assessment, list[InputError]]:
    """Return the assessment and the faults of its facts; with faults it is not to be used."""
    statutes = statutes or load()
    day = _governed(rule, facts, legal_date(on))
    info, window, decision = statutes.info(rule), statutes.version(rule, day), statutes.decision(rule, day)
    if decision is None:
        return Assessment(info, day), []
    flat, faults = read_facts(decision.facts, facts, _known(statutes), file, longest_series())
    flat["on"] = day.toordinal()
    evaluator = Evaluator(Scalars(flat))
    labels, until = statutes.labels_of(rule, decision), statutes.unchanged_until(rule, day)
    found = Assessment(
        info, day, window, decision, flat, labels, evaluator, until, statutes.switches(decision)
    )
    faults += [contradiction(one, file) for one in decision.consistency if evaluator(one.test) == NO]
    return found, faults


def _governed(rule: str, facts: Any, day: datetime.date) -> datetime.date:
    """Return the day that decides: of a rule about a year, the last of the year stated, when it is another."""
    end = end_of_stated_year(facts) if isinstance(facts, Mapping) and yearly(rule) else None
    return day if end is None or end.year == day.year else end


def end_of_stated_year(facts: Mapping[str, Any]) -> datetime.date | None:
    """Return the last day of the fact ``year``, None where none is stated or it is no year."""
    year = facts.get("year")
    if not isinstance(year, int) or isinstance(year, bool) or not 1 <= year <= 9999:
        return None
    return datetime.date(year, 12, 31)


@cache
def yearly(rule: str) -> bool:
    """Whether a rule is about a whole year: it asks for the fact ``year``."""
    return any(
        fact.name == "year" for (name, _), made in registered().items() if name == rule for fact in made.facts
    )


def legal_date(on: datetime.date | str) -> datetime.date:
    """Return the date; ``InputError`` (``rules.bad_date``) where it is none."""
    if isinstance(on, datetime.date):
        return on.date() if isinstance(on, datetime.datetime) else on
    try:
        return parse_date(on)
    except (TypeError, ValueError):
        raise InputError(
            "rules.bad_date",
            "日期应写如 2026-03-01，现为“{got}”。",
            "A date is written as 2026-03-01, got “{got}”.",
            field="on",
            got=said(on),
        ) from None


def contradiction(found: Consistency, file: str = "", **where: Any) -> InputError:
    """Return the error for two figures that cannot both be right."""
    prefix = "{file}：" if file else ""
    return InputError(
        "rules.contradiction",
        prefix + "{fields}：" + found.zh + "，请核对。",
        prefix.replace("：", ": ") + "{fields}: " + found.en + "; check both.",
        file=file,
        field=found.fields[0],
        fields=", ".join(found.fields),
        **where,
    )


@cache
def known_names() -> frozenset[str]:
    """Return the names of all facts of all rules."""
    return frozenset(fact.name for made in registered().values() for fact in made.facts)


@cache
def known_items() -> frozenset[str]:
    """Return ``name.item`` of all points any version of any rule asks for."""
    facts = (fact for made in registered().values() for fact in made.facts)
    return frozenset(slot for fact in facts if fact.kind == "points" for slot in fact.slots())


@lru_cache(maxsize=8)
def _known(statutes: Statutes) -> frozenset[str]:
    """Return every name a file of facts may hold."""
    return known_names() | known_items() | statutes.programme_facts()


@cache
def longest_series() -> dict[str, int]:
    """Return how many years of a fact a rule asks for at most: one file of facts serves them all."""
    longest: dict[str, int] = {}
    for made in registered().values():
        for fact in made.facts:
            longest[fact.name] = max(longest.get(fact.name, 0), fact.series)
    return longest


def facts_of(rule: str, on: datetime.date | str, statutes: Statutes | None = None) -> tuple[Fact, ...]:
    """Return the facts a rule asks for on a day; none where it is not in force.

    Examples
    --------
    >>> [fact.name for fact in facts_of("tech_sme", "2024-03-01")][:3]
    ['registered_in_mainland', 'employees', 'tech_staff']
    """
    decision = (statutes or load()).decision(rule, legal_date(on))
    return decision.facts if decision else ()
