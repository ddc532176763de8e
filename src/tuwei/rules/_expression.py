"""The words a statute is written with: the nodes, and functions that join them.

Examples
--------
>>> share = Figure("tech_staff") / Figure("employees")
>>> sorted(figures((share >= number("10%")) & Flag("clean_record")))
['clean_record', 'employees', 'tech_staff']
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from tuwei.rules._nodes import (
    AllOf,
    AnyOf,
    Called,
    Choice,
    Chosen,
    Compare,
    Difference,
    Extreme,
    Figure,
    Fixed,
    Flag,
    Is,
    Named,
    Node,
    Not,
    Number,
    Part,
    Points,
    PointsBest,
    PointsCap,
    PointsChosen,
    PointsConstant,
    PointsFigure,
    PointsNamed,
    PointsSum,
    Possible,
    Product,
    Quantity,
    Ratio,
    Reaches,
    Sum,
    Text,
    Verdict,
    number,
    quantity,
)

__all__ = [
    "AllOf",
    "AnyOf",
    "Called",
    "Choice",
    "Chosen",
    "Compare",
    "Difference",
    "Extreme",
    "Figure",
    "Fixed",
    "Flag",
    "Is",
    "Named",
    "Node",
    "Not",
    "Number",
    "Part",
    "Points",
    "PointsBest",
    "PointsCap",
    "PointsChosen",
    "PointsConstant",
    "PointsFigure",
    "PointsNamed",
    "PointsSum",
    "Possible",
    "Product",
    "Quantity",
    "Ratio",
    "Reaches",
    "Sum",
    "Text",
    "Verdict",
    "all_of",
    "any_of",
    "best",
    "choice",
    "chosen",
    "figures",
    "known_or",
    "largest",
    "number",
    "points_if",
    "quantity",
    "smallest",
    "surely",
    "total",
    "walk",
]


def total(terms: list[Quantity] | tuple[Quantity, ...]) -> Quantity:
    """Return the sum of one or more quantities."""
    return reduce(Sum, terms)


def largest(*options: Quantity) -> Quantity:
    """Return the largest; an undefined option is no option."""
    return reduce(lambda a, b: Extreme(a, b, Compare("gt", b, a)), options)


def smallest(*options: Quantity) -> Quantity:
    """Return the smallest; an undefined option is no option."""
    return reduce(lambda a, b: Extreme(a, b, Compare("lt", b, a)), options)


def choice(id: str, **options: Quantity) -> Quantity:
    """Return the largest of named options and remember which was taken."""
    return Choice(id, options, largest(*options.values()))


def chosen(*cases: tuple[Verdict, Quantity], otherwise: Quantity | int) -> Quantity:
    """Return the quantity of the first case that holds."""
    return Chosen(cases, quantity(otherwise))


def known_or(value: Quantity, default: Quantity | int) -> Quantity:
    """Return the quantity where it is known and defined, else the default: for figures that have a usual value.

    Examples
    --------
    >>> from tuwei.rules._evaluate import Evaluator, Scalars
    >>> months = known_or(Figure("months_operated"), 12)
    >>> [Evaluator(Scalars({"months_operated": given}))(months).num for given in (7, None)]
    [7, 12]
    """
    return chosen((surely(value.equals(value)), value), otherwise=default)


def best(id: str = "", **options: Points) -> Points:
    """Return the best of named point options; the law lets the enterprise choose."""
    return PointsBest(options, id)


def points_if(*cases: tuple[Verdict, Points], otherwise: Points) -> Points:
    """Return the points of the first case that holds."""
    return PointsChosen(cases, otherwise)


def all_of(*tests: Verdict) -> Verdict:
    """Return yes when every test is."""
    return AllOf(tests) if len(tests) != 1 else tests[0]


def any_of(*tests: Verdict) -> Verdict:
    """Return yes when one test is."""
    return AnyOf(tests) if len(tests) != 1 else tests[0]


def surely(test: Verdict) -> Verdict:
    """Return yes where the test is yes, else no: for exceptions that must be stated to count."""
    return Not(Possible(Not(test)))


def walk(*roots: Node) -> Iterator[Node]:
    """Yield every node below the roots once, the roots first."""
    seen: set[int] = set()
    waiting = list(reversed(roots))
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting.extend(reversed(node.parts()))


def figures(*roots: Node) -> dict[str, None]:
    """Return the names of all facts below the roots, in order of first use."""
    return {node.fact: None for node in walk(*roots) if isinstance(node, (Figure, Flag, Is, PointsFigure))}
