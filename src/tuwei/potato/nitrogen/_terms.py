"""The covariance of fields' response curves: what two fields share, and how much it counts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.nitrogen._data import Fields, Floats

BASES = 3
"""A curve is level, Mitscherlich response and depression: see ``basis_of``."""
ANCHOR = 120.0
"""kg N/ha at which response and depression are zero, so that the level is the yield there."""
_CONSTANT = (30.0, 10.0, 3.0)
_SPREAD = (2.0, 1.0, 1.0)
"""Prior medians of standard deviations, t/ha: a mean yield near 30, fields that differ by a few tonnes."""


@dataclass(frozen=True)
class Term:
    """One part of the covariance of coefficient ``basis``: constant, smooth over numbers, class or field."""

    basis: int
    kind: str
    name: str = ""
    groups: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many parameters: a standard deviation, and a length per group."""
        return 1 + len(self.groups)


@dataclass(frozen=True)
class Encoded:
    """Fields ready for the covariance: standardised numbers by group, classes, names."""

    groups: Mapping[str, Floats]
    classes: Mapping[str, tuple[str, ...]]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Scaling:
    """Mean and standard deviation of each number in the trials that were fitted."""

    mean: Mapping[str, float]
    deviation: Mapping[str, float]

    def encode(self, fields: Fields, missing: str = "") -> Encoded:
        """Return the fields standardised; a missing number is the mean only where ``missing`` is ``"mean"``.

        Raises
        ------
        InputError
            ``potato.nitrogen_missing``: a number is missing and no method is named.
        """
        columns: dict[str, list[Floats]] = {}
        for name, mean in self.mean.items():
            values = (fields.numbers.get(name, np.full(len(fields), np.nan)) - mean) / self.deviation[name]
            if missing != "mean" and not np.isfinite(values).all():
                at = int(np.argmin(np.isfinite(values)))
                raise InputError("potato.nitrogen_missing", "{field} 在“{got}”中缺失；可用 missing=\"mean\" 按均值补。",
                                 "{field} is missing for “{got}”; missing=\"mean\" fills it by the mean.",
                                 field=name, got=fields.names[at], expected="missing=mean")  # fmt: skip
            columns.setdefault(name.partition(".")[0], []).append(np.nan_to_num(values))
        groups = {group: np.column_stack(found) for group, found in columns.items()}
        return Encoded(groups, fields.classes, fields.names)


def scaling_of(fields: Fields) -> Scaling:
    """Return mean and deviation of every number that varies among the fields."""
    mean, deviation = {}, {}
    for name, values in fields.numbers.items():
        known = values[np.isfinite(values)]
        if len(known) > 1 and known.std() > 0:
            mean[name], deviation[name] = float(known.mean()), float(known.std())
    return Scaling(mean, deviation)


def basis_of(dose: Floats, curvature: float) -> Floats:
    """Return the basis (doses, 3): level, Mitscherlich response, depression.

    ``y = a + b (e^(-cA) - e^(-cN)) - d ((N/A)² - 1)`` with A = 120 kg/ha. Mitscherlich (1909); the depression is the
    quadratic term of his later form (1928), here added rather than multiplied so that the curve stays linear in
    a, b and d for a given c.
    """
    response = math.exp(-curvature * ANCHOR) - np.exp(-curvature * dose)
    return np.column_stack([np.ones_like(dose), response, 1 - (dose / ANCHOR) ** 2])


def terms_of(fields: Fields, scaling: Scaling) -> tuple[Term, ...]:
    """Return the terms: level and response by numbers and classes, all three by constant and field."""
    groups = tuple(dict.fromkeys(name.partition(".")[0] for name in scaling.mean))
    found = []
    for basis in range(BASES):
        found.append(Term(basis, "constant"))
        if basis < 2 and groups:
            found.append(Term(basis, "smooth", "+".join(groups), groups))
        if basis < 2:
            found += [Term(basis, "class", name) for name in fields.classes]
        found.append(Term(basis, "field"))
    return tuple(found)


def priors_of(terms: tuple[Term, ...]) -> tuple[Floats, Floats]:
    """Return mean and deviation of the normal priors on the logarithms of the parameters."""
    mean, deviation = [], []
    for term in terms:
        mean.append(math.log((_CONSTANT if term.kind == "constant" else _SPREAD)[term.basis]))
        mean += [0.3] * len(term.groups)
        deviation += [1.0] + [0.7] * len(term.groups)
    return np.array(mean), np.array(deviation)


def covariance(term: Term, logs: Floats, left: Encoded, right: Encoded) -> tuple[Floats, list[Floats]]:
    """Return the term's covariance (left, right), t² ha⁻², and its derivatives to its parameters.

    Examples
    --------
    >>> two = Encoded({}, {"cultivar": ("Kennebec", "")}, ("a", "b"))
    >>> covariance(Term(0, "class", "cultivar"), np.array([0.0]), two, two)[0].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    variance = math.exp(2 * logs[0])
    if term.kind == "constant":
        found = np.full((len(left.names), len(right.names)), variance)
    elif term.kind == "smooth":
        return _smooth(term, logs, left, right, variance)
    else:
        mine, theirs = _labels(term, left), _labels(term, right)
        found = variance * np.array([[one == two for two in theirs] for one in mine], float)
    return found, [2 * found]


def _smooth(
    term: Term, logs: Floats, left: Encoded, right: Encoded, variance: float
) -> tuple[Floats, list[Floats]]:
    away = [
        _apart(left.groups[group], right.groups[group]) * math.exp(-2 * log)
        for group, log in zip(term.groups, logs[1:], strict=True)
    ]
    found = variance * np.exp(-0.5 * sum(away, np.zeros((len(left.names), len(right.names)))))
    return found, [2 * found, *(found * one for one in away)]


def _apart(left: Floats, right: Floats) -> Floats:
    """Mean squared distance over the numbers of a group."""
    difference = left[:, None, :] - right[None, :, :]
    squares: Floats = (difference**2).mean(2)
    return squares


def _labels(term: Term, fields: Encoded) -> list[str]:
    if term.kind == "field":
        return list(fields.names)
    known = fields.classes.get(term.name, ("",) * len(fields.names))
    return [label or f"\0{name}" for label, name in zip(known, fields.names, strict=True)]
