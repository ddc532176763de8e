"""What a statute module builds: conditions, ways, values, a score; and the register of all statutes."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._parameters import Band, Citation

Kind = Literal["status", "money", "registration", "flag", "grade"]


@dataclass(frozen=True)
class Condition:
    """A test with the place in law that demands it. Of a ``way`` it is needed only there.

    Where ``applies`` is no the law does not ask: the test says yes by itself, and it is not shown.
    """

    id: str
    test: x.Verdict
    citation: Citation
    way: str = ""
    applies: x.Verdict | None = None


@dataclass(frozen=True)
class Consistency:
    """Two figures that cannot both be right: ``test`` says no."""

    test: x.Verdict
    zh: str
    en: str
    fields: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Decision:
    """A rule on one day, ready to meet facts.

    Parameters
    ----------
    facts
        What it asks for.
    conditions
        In order of the statute. Those without a ``way`` must all hold.
    ways
        Branch → test; one must hold, the first that does is the branch. Empty: none is needed.
    values
        Id → named quantity, points or verdict, shown under this name.
    score
        The score, where the rule has one.
    band_values
        Ids of points that are intervals by law and always shown as ``{"lo", "hi"}``.
    consistency
        What cannot be.
    expires
        Day number on which the status ends when gained on this day, if the law says.
    terms
        What the statute took from its YAML, to look names up.
    """

    facts: tuple[Fact, ...]
    conditions: tuple[Condition, ...]
    ways: Mapping[str, x.Verdict] = field(default_factory=dict)
    values: Mapping[str, x.Node] = field(default_factory=dict)
    score: x.Points | None = None
    band_values: frozenset[str] = frozenset()
    consistency: tuple[Consistency, ...] = ()
    expires: x.Quantity | None = None

    @cached_property
    def verdict(self) -> x.Verdict:
        """The verdict on the whole."""
        needed = tuple(condition.test for condition in self.conditions if not condition.way)
        way = (x.any_of(*self.ways.values()),) if self.ways else ()
        return x.all_of(*needed, *way) if needed or way else x.Fixed(2)

    @cached_property
    def _slots_below(self) -> dict[int, frozenset[str]]:
        found: dict[int, frozenset[str]] = {}
        roots: list[x.Node] = [self.verdict, *(one.test for one in self.consistency), *self.values.values()]
        for root in [*roots, *(one.test for one in self.conditions)]:
            _note_slots(root, found)
        return found

    def below(self, node: x.Node) -> frozenset[str]:
        """Return the slots a node of this decision depends on."""
        return self._slots_below[id(node)]

    @cached_property
    def shared(self) -> frozenset[int]:
        """The ids of the nodes that more than one node, or a node and a reader of the decision, needs."""
        roots: list[x.Node] = [self.verdict, *(one.test for one in self.conditions)]
        roots += [
            *(one.test for one in self.consistency),
            *self.ways.values(),
            *([self.score] if self.score else []),
        ]
        uses = Counter(id(part) for node in x.walk(*roots) for part in node.parts())
        uses.update(id(root) for root in roots)
        return frozenset(node for node, times in uses.items() if times > 1)

    def constants(self, kept: Mapping[int, Any]) -> dict[int, Any]:
        """Return of what was computed that which depends on no fact."""
        return {id: value for id, value in kept.items() if not self._slots_below.get(id, True)}

    def above(self, slot: str) -> frozenset[int]:
        """Return the ids of all nodes that depend on a slot."""
        kept: dict[str, frozenset[int]] = self.__dict__.setdefault("_above", {})
        if slot not in kept:
            kept[slot] = frozenset(id for id, slots in self._slots_below.items() if slot in slots)
        return kept[slot]

    def compared(self, slot: str) -> list[x.Compare]:
        """Return the comparisons, of the verdict and of what cannot be, that depend on a slot."""
        kept: dict[str, list[x.Compare]] = self.__dict__.setdefault("_compared", {})
        if slot not in kept:
            nodes = x.walk(self.verdict, *(one.test for one in self.consistency))
            kept[slot] = [node for node in nodes if isinstance(node, x.Compare) and slot in self.below(node)]
        return kept[slot]

    def sources(self, node: x.Node) -> tuple[Citation, ...]:
        """Return the parameters a node rests on, each once."""
        kept: dict[int, tuple[Citation, ...]] = self.__dict__.setdefault("_sources", {})
        if id(node) not in kept:
            kept[id(node)] = tuple(
                {
                    below.source.id: below.source
                    for below in x.walk(node)
                    if isinstance(below, x.Number) and below.source
                }.values()
            )
        return kept[id(node)]


def _note_slots(node: x.Node, found: dict[int, frozenset[str]]) -> frozenset[str]:
    if id(node) not in found:
        own = {node.fact} if isinstance(node, x.Figure | x.Flag | x.Is | x.PointsFigure) else set()
        found[id(node)] = frozenset(own.union(*(_note_slots(part, found) for part in node.parts())))
    return found[id(node)]


class Terms:
    """The parameters of a rule in force on a day, as a statute writes with them: ``p``.

    Every lookup is kept in `used`, by which a verdict knows what it rests on.
    """

    def __init__(
        self, rule: str, day: datetime.date, find: Callable[[str, str], Citation], units: Mapping[str, Any]
    ) -> None:
        self.rule, self.day = rule, day
        self._find, self._units = find, units
        self.used: dict[str, Citation] = {}

    def citation(self, id: str) -> Citation:
        """Return the row of a parameter in force."""
        return self.used.setdefault(id, self._find("parameters", id))

    def number(self, id: str) -> x.Number:
        """Return a parameter of one value."""
        citation = self.citation(id)
        if citation.value is None:
            raise TypeError(f"{self.rule}.{id} is a table")
        return x.Number(citation.value, citation)

    def whole(self, id: str) -> int:
        """Return a parameter as a Python integer, for caps and calendar spans."""
        return int(self.number(id).value)

    def is_on(self, id: str) -> bool:
        """Whether a parameter of unit flag says yes."""
        return self.number(id).value == 1

    def words(self, id: str) -> tuple[str, ...]:
        """Return a parameter that is a list of words."""
        return self.citation(id).words

    def pick(self, id: str, of: x.Quantity) -> x.Quantity:
        """Return the value a table gives for a quantity."""
        citation = self.citation(id)
        *rows, last = [
            (self._test(citation, band.edges, of), self._gives(citation, band.gives))
            for band in citation.bands
        ]
        return x.chosen(*[(test, value) for test, value in rows if test], otherwise=last[1])

    def points(self, id: str, of: x.Quantity) -> x.Points:
        """Return the points a table gives for a quantity."""
        citation = self.citation(id)
        *rows, last = [
            (self._test(citation, band.edges, of), _interval(band.gives)) for band in citation.bands
        ]
        cases = tuple((test, points) for test, points in rows if test)
        return x.PointsChosen(cases, last[1], _nested(citation.bands[:-1]))

    def marginal(self, id: str, of: x.Quantity) -> x.Quantity:
        """Return the sum of each band's rate on the part of a quantity inside it (edges ``up_to``)."""
        citation = self.citation(id)
        below: x.Quantity = x.number(0)
        terms: list[x.Quantity] = []
        for band in citation.bands:
            top = self._edge(citation, band.edges[0][1]) if band.edges else None
            inside = of if top is None else x.smallest(of, top)
            part = x.largest(inside - below, x.number(0))
            terms.append(part * self._gives(citation, band.gives))
            below = below if top is None else top
        return x.total(terms)

    def _test(
        self, citation: Citation, edges: tuple[tuple[str, Fraction], ...], of: x.Quantity
    ) -> x.Verdict | None:
        tests = [x.Compare(operator, of, self._edge(citation, edge)) for operator, edge in edges]  # type: ignore[arg-type]
        return x.all_of(*tests) if tests else None

    @staticmethod
    def _edge(citation: Citation, edge: Fraction) -> x.Number:
        return x.Number(edge, citation)

    @staticmethod
    def _gives(citation: Citation, gives: tuple[Fraction, Fraction]) -> x.Number:
        return x.Number(gives[0], citation)

    def named(self, id: str, quantity: x.Quantity) -> x.Quantity:
        """Return the quantity under the name that ``quantities`` of the YAML gives it."""
        self._units[id]  # a name without a label is a fault of the statute, found when it is built
        return x.Named(id, quantity)

    def named_points(self, id: str, points: x.Points) -> x.Points:
        """Return the points under their name."""
        self._units[id]
        return x.PointsNamed(id, points)

    def part(self, id: str, test: x.Verdict) -> x.Verdict:
        """Return the verdict under its name."""
        self._units[id]
        return x.Part(id, test)

    def condition(
        self, id: str, test: x.Verdict, way: str = "", applies: x.Verdict | None = None
    ) -> Condition:
        """Return a condition, cited as ``conditions`` of the YAML says; asked only where ``applies``."""
        asked = test if applies is None else x.any_of(test, x.Not(applies))
        return Condition(id, asked, self._find("conditions", id), way, applies)


def _nested(bands: tuple[Band, ...]) -> bool:
    """Whether each band of a table lies inside the next: one edge each, all lower and falling, or upper and rising."""
    edges = [band.edges[0] for band in bands if len(band.edges) == 1]
    values = [edge for _, edge in edges]
    lower = all(operator in ("ge", "gt") for operator, _ in edges) and values == sorted(
        set(values), reverse=True
    )
    upper = all(operator in ("le", "lt") for operator, _ in edges) and values == sorted(set(values))
    return len(edges) == len(bands) > 0 and (lower or upper)


def _interval(gives: tuple[Fraction, Fraction]) -> x.PointsConstant:
    return x.PointsConstant(int(gives[0]), int(gives[1]))


Build = Callable[[View, Terms], Decision]


@dataclass(frozen=True)
class Version:
    """How one version of a rule is built."""

    rule: str
    version: str
    facts: tuple[Fact, ...]
    build: Build


_VERSIONS: dict[tuple[str, str], Version] = {}


def version(rule: str, version: str, *facts: Fact) -> Callable[[Build], Build]:
    """Register how a version of a rule is built; ``in_force`` of its YAML says when it holds.

    Examples
    --------
    A statute module writes::

        @version("gazelle", "guide", AGE, SALES)
        def gazelle(f, p):
            return decision(...)
    """

    def register(build: Build) -> Build:
        _VERSIONS[rule, version] = Version(rule, version, facts, build)
        return build

    return register


def registered() -> Mapping[tuple[str, str], Version]:
    """Return all versions of all rules, by (rule, version)."""
    from tuwei.rules import statutes

    statutes.load_all()
    return _VERSIONS
