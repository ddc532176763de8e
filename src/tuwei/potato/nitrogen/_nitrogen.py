"""Yield response to nitrogen as a hierarchical Bayesian model, fitted exactly on trials."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.stats import norm

from tuwei.core.errors import InputError
from tuwei.potato.nitrogen._data import Fields, Floats, NitrogenTrials, checked
from tuwei.potato.nitrogen._evidence import Statistics, gathered, loss, middle, statistics_of
from tuwei.potato.nitrogen._terms import (
    BASES,
    Encoded,
    Scaling,
    Term,
    basis_of,
    priors_of,
    scaling_of,
    terms_of,
)

CURVATURES = (0.010, 0.015, 0.020, 0.030)
"""Mitscherlich's c, ha/kg, among which the evidence chooses."""
REACH = 4.0
"""How far a parameter's logarithm may lie from its prior's mean: four of its deviations or more."""
PLOT_LIMITS = (math.log(0.1), math.log(20.0))
"""Logarithms of the plot deviation's limits, t/ha: no field trial is exact to 100 kg/ha."""


@dataclass(frozen=True)
class Coefficients:
    """Posterior of each field's curve: mean (fields, 3), covariance (fields, 3, 3), plot variance t² ha⁻²."""

    mean: Floats
    covariance: Floats
    variance: float
    curvature: float
    highest: float


class Response(Protocol):
    """Anything that gives the posterior of fields' curves."""

    def coefficients(self, fields: Fields) -> Coefficients:
        """Return the posterior of the fields' curves."""
        ...


@dataclass(frozen=True)
class Curves:
    """Yield (fields, doses) in t/ha fresh, with an interval."""

    doses: Floats
    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class NitrogenResponse:
    """A fitted response: covariance terms and their parameters, and the trials that teach a new field."""

    terms: tuple[Term, ...]
    logs: Floats
    curvature: float
    scaling: Scaling
    known: Encoded
    statistics: Statistics
    highest: float
    missing: str
    loss: float

    @cached_property
    def solved(self) -> tuple[tuple[Floats, bool], Floats, Floats]:
        """The factor of the data's covariance, the weights of what was seen, and the roots."""
        roots, seen = self.statistics.scaled(self.logs[-1])
        inner = middle(gathered(self.terms, self.logs, self.known, self.known)[0], roots)
        factor = cho_factor(inner + np.eye(len(inner)), lower=True)
        return factor, cho_solve(factor, seen), roots

    def without(self, places: list[int]) -> NitrogenResponse:
        """Return the response as it stands without these trials' yields, at the same parameters."""
        return replace(self, statistics=self.statistics.without(places))

    def coefficients(self, fields: Fields) -> Coefficients:
        """Return the posterior of the fields' curves; a trial's own name brings its own yields.

        Raises
        ------
        InputError
            ``potato.nitrogen_missing``: a number is missing, and the fit was not told how to fill it.
        """
        factor, weights, roots = self.solved
        asked = self.scaling.encode(fields, self.missing)
        across = gathered(self.terms, self.logs, asked, self.known)[0]
        size = len(weights)
        links = np.einsum("bij,jbk->ibjk", across, roots).reshape(len(fields), BASES, size)
        mean = links @ weights
        solved = cho_solve(factor, links.reshape(-1, size).T).T.reshape(links.shape)
        own = np.zeros((len(fields), BASES, BASES))
        for basis, variance in enumerate(self.own_variance()):
            own[:, basis, basis] = variance
        spread = own - np.einsum("ibk,ick->ibc", links, solved)
        return Coefficients(mean, spread, float(np.exp(2 * self.logs[-1])), self.curvature, self.highest)

    def own_variance(self) -> Floats:
        """Return a field's prior variance of each coefficient: every term's, for a field is like itself."""
        found, at = np.zeros(BASES), 0
        for term in self.terms:
            found[term.basis] += np.exp(2 * self.logs[at])
            at += term.size
        return found


def fit_nitrogen_response(
    trials: NitrogenTrials, *, missing: str = "", start: NitrogenResponse | None = None
) -> NitrogenResponse:
    """Fit the response of yield to nitrogen on trials.

    Every trial has a curve ``a + b (e^(-120c) - e^(-cN)) - d ((N/120)² - 1)``; a and b are Gaussian processes over the
    numbers of the fields plus an effect of each class, and a, b and d have an effect of the trial. For given
    parameters the posterior is exact; the parameters are at the mode of the marginal likelihood times weak priors,
    c among ``CURVATURES``.

    Parameters
    ----------
    trials
        At least 3 trials and 3 doses.
    missing
        ``"mean"`` fills a missing number of a field by the mean over trials; ``""`` refuses it.
    start
        A response fitted on similar trials, to begin from; its curvature is kept.

    Raises
    ------
    InputError
        ``potato.nitrogen_few``, ``potato.nitrogen_missing``, ``potato.nitrogen_fill`` (no such method).

    Notes
    -----
    Form: Mitscherlich (1909, 1928). Multilevel response of potato to nitrogen: Parent et al. (2017), Front. Environ.
    Sci. 5:81, who fit Mitscherlich by mixed model with linear covariates; here the covariates act by Gaussian
    processes (Rasmussen & Williams 2006, eq. 2.25–2.30) and the curve is linear given c, so that no sampling is needed.

    Examples
    --------
    >>> doses = np.tile([0.0, 100.0, 200.0], 4)
    >>> tubers = 30 - 15 * np.exp(-0.02 * doses) + np.repeat([-2.0, 0.0, 1.0, 3.0], 3)
    >>> fields = Fields(("a", "b", "c", "d"), {}, {})
    >>> found = fit_nitrogen_response(NitrogenTrials(fields, np.repeat(np.arange(4), 3), doses, tubers))
    >>> response_curves(found, Fields(("new",), {}, {}), np.array([0.0, 200.0])).mean.round(0).tolist()
    [[15.0, 30.0]]
    """
    checked(trials)
    if missing not in ("", "mean"):
        raise InputError("potato.nitrogen_fill", "没有补缺方法“{got}”，可用：{expected}。", "No method “{got}” to fill; there is: {expected}.",
                         field="missing", got=missing, expected="mean")  # fmt: skip
    scaling = scaling_of(trials.fields)
    known = scaling.encode(trials.fields, missing)
    terms = terms_of(trials.fields, scaling)
    prior = priors_of(terms)
    logs = np.append(prior[0], np.log(5.0)) if start is None else start.logs
    limits = [(centre - REACH, centre + REACH) for centre in prior[0]] + [PLOT_LIMITS]
    best: NitrogenResponse | None = None
    for curvature in CURVATURES if start is None else (start.curvature,):
        statistics = statistics_of(trials, curvature)
        found = minimize(
            loss,
            logs,
            (terms, prior, known, statistics),
            "L-BFGS-B",
            True,
            bounds=limits,
            options={"maxiter": 150},
        )
        logs = found.x
        if best is None or found.fun < best.loss:
            best = NitrogenResponse(
                terms, found.x, curvature, scaling, known, statistics, float(trials.nitrogen.max()), missing, found.fun
            )  # fmt: skip
    assert best is not None
    return best


def response_curves(
    response: Response, fields: Fields, doses: Floats, *, level: float = 0.9, plot: bool = False
) -> Curves:
    """Return yield against dose with an interval of the given level.

    Parameters
    ----------
    doses
        kg N/ha, shape (doses,).
    level
        Probability inside the interval, 0–1.
    plot
        Whether the interval is of one plot's yield (with the plot's error) or of the field's mean.

    Examples
    --------
    >>> from tuwei.potato.nitrogen._shipped import shipped_nitrogen_response
    >>> curves = response_curves(shipped_nitrogen_response(), Fields(("mine",), {}, {}), np.array([0.0, 150.0]))
    >>> bool(curves.low[0, 0] < curves.mean[0, 0] < curves.mean[0, 1] < curves.high[0, 1])
    True
    """
    found = response.coefficients(fields)
    basis = basis_of(doses, found.curvature)
    mean = found.mean @ basis.T
    variance = np.einsum("nb,ibc,nc->in", basis, found.covariance, basis) + (found.variance if plot else 0.0)
    away = norm.ppf(0.5 + level / 2) * np.sqrt(np.maximum(variance, 0.0))
    return Curves(doses, mean, np.maximum(mean - away, 0.0), mean + away)
