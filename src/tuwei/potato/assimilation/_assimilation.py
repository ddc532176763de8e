"""What was seen put into an ensemble: the model as an interface, observations, and the ensemble Kalman filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tuwei.core.errors import InputError

Floats = npt.NDArray[np.float64]
Chance = np.random.Generator
TAIL = 0.05
"""On each side of the 90 % interval."""


class Model(Protocol):
    """What is carried from day to day: an ensemble ``state`` of shape (members, variables)."""

    names: tuple[str, ...]

    def forecast(self, state: Floats, day: int, chance: Chance) -> Floats:
        """Return the ensemble at ``day``, from the one a day earlier; model error is drawn from ``chance``."""
        ...


@dataclass(frozen=True)
class Observation:
    """What was seen on a day.

    Parameters
    ----------
    day
        Day of the run, from 0.
    values
        Shape (seen,), in the units that ``operator`` returns.
    operator
        From an ensemble (members, variables) to what would be seen of it (members, seen).
    deviation
        Standard deviation of the error of each value, > 0; errors of different values are independent.
    name
        Named in an error.
    """

    day: int
    values: Floats
    operator: Callable[[Floats], Floats]
    deviation: Floats
    name: str = ""

    def expected(self, state: Floats) -> Floats:
        """Return what would be seen, checked.

        Raises
        ------
        InputError
            ``potato.observation_value`` (not a number), ``potato.observation_deviation`` (not above 0),
            ``potato.observation_shape`` (the operator returns something of another shape).
        """
        if not np.isfinite(self.values).all():
            raise InputError("potato.observation_value", "第 {day} 天的观测 {field} 不是数。", "The observation {field} of day {day} is not a number.",
                             day=self.day, field=self.name, got=self.values.tolist())  # fmt: skip
        if not (self.deviation > 0).all() or self.deviation.shape != self.values.shape:
            raise InputError("potato.observation_deviation", "第 {day} 天的观测 {field} 的误差标准差应大于 0，且每值一个。",
                             "The deviation of observation {field} of day {day} must be above 0, one a value.",
                             day=self.day, field=self.name, got=self.deviation.tolist())  # fmt: skip
        seen = self.operator(state)
        if seen.shape != (len(state), len(self.values)):
            raise InputError("potato.observation_shape", "第 {day} 天的观测 {field}：算子给出 {got}，应为 {expected}。",
                             "Observation {field} of day {day}: the operator gives {got}, expected {expected}.",
                             day=self.day, field=self.name, got=seen.shape, expected=(len(state), len(self.values)))  # fmt: skip
        return seen


@dataclass(frozen=True)
class Bounds:
    """Physical limits of the variables, shape (variables,); what an update pushes beyond is set to the limit."""

    low: Floats
    high: Floats


@dataclass(frozen=True)
class Assimilated:
    """The run: mean and 90 % interval of every variable a day, shape (days, variables), after what was seen that day.

    ``state`` is the last ensemble, ``weights`` its weights (members,); ``forecast_*`` the same before the update.
    ``clipped`` counts numbers set to a limit; ``coverage`` is the share of observed values inside their 90 % forecast
    intervals (with the observation's error), nan where nothing was seen. ``effective`` is the effective number of
    members a day. ``method`` says what was done, inflation and localisation included.
    """

    names: tuple[str, ...]
    days: list[int]
    state: Floats
    weights: Floats
    method: str
    mean: Floats
    low: Floats
    high: Floats
    forecast_mean: Floats
    forecast_low: Floats
    forecast_high: Floats
    effective: Floats
    clipped: int
    coverage: float


def assimilate(
    model: Model,
    state: Floats,
    days: Sequence[int],
    observations: Sequence[Observation],
    *,
    method: str = "deterministic",
    inflation: float = 1.0,
    bounds: Bounds | None = None,
    seed: int = 0,
) -> Assimilated:
    """Run an ensemble Kalman filter over the days.

    Parameters
    ----------
    state
        First ensemble (members, variables), at least 3 members; the state of the day before ``days[0]``.
    days
        Days forecast, ascending.
    method
        ``"deterministic"``: ensemble transform with the symmetric square root. ``"stochastic"``: perturbed observations.
    inflation
        Factor, ≥ 1, on the forecast's spread about its mean before each update.
    seed
        Of everything drawn.

    Raises
    ------
    InputError
        ``potato.assimilation_members``, ``potato.assimilation_method``, ``potato.assimilation_inflation``,
        ``potato.observation_day`` (no such day in the run), and those of ``Observation.expected``.

    Notes
    -----
    Deterministic: Bishop et al. (2001), Mon. Weather Rev. 129:420, in the form of Hunt et al. (2007), Physica D 230:112,
    eq. 20–25, without localisation, by the singular values of the observed spread (one a value seen). Stochastic: Burgers et al. (1998), Mon. Weather Rev. 126:1719, the perturbations
    made to have mean zero. Inflation: Anderson & Anderson (1999), Mon. Weather Rev. 127:2741. Deviation: the interval is of
    the ensemble's quantiles, not of a normal law.

    Examples
    --------
    >>> class Still:
    ...     names = ("moisture",)
    ...     def forecast(self, state, day, chance):
    ...         return state
    >>> first = np.array([[0.10], [0.20], [0.30]])
    >>> seen = Observation(0, np.array([0.30]), lambda state: state, np.array([0.1]))
    >>> assimilate(Still(), first, [0], [seen]).mean.round(3).tolist()
    [[0.25]]
    """
    updates = {"deterministic": _transform, "stochastic": _perturbed}
    check_run(state, days, observations)
    if method not in updates:
        raise InputError("potato.assimilation_method", "没有方法“{got}”，可用：{expected}。", "No method “{got}”; there are: {expected}.",
                         field="method", got=method, expected=", ".join(updates))  # fmt: skip
    if not inflation >= 1:
        raise InputError("potato.assimilation_inflation", "膨胀系数应不小于 1，现为 {got}。", "Inflation must be at least 1, got {got}.",
                         field="inflation", got=inflation, expected="≥ 1")  # fmt: skip
    told = f"EnKF {method}, {len(state)} members, inflation {inflation:g}, no localisation, seed {seed}"
    chance = np.random.default_rng(seed)
    weights = np.full(len(state), 1 / len(state))
    run = Recorder(model.names, told, bounds)
    for day in days:
        state = run.bounded(model.forecast(state, day, chance))
        run.before(state, weights)
        for one in (one for one in observations if one.day == day):
            state = state.mean(0) + inflation * (state - state.mean(0))
            expected = one.expected(state)
            run.covered(one, expected, weights, chance)
            state = run.bounded(updates[method](state, expected, one, chance))
        run.after(day, state, weights)
    return run.finished(state, weights)


def transformed(state: Floats, expected: Floats, seen: Floats, deviation: Floats) -> Floats:
    """Return the ensemble (members, variables) after the deterministic update by what was ``seen`` (seen,).

    ``expected`` (members, seen) is what each member would show. Hunt et al. (2007), eq. 20–25.
    """
    members = len(state)
    X, Y = state - state.mean(0), (expected - expected.mean(0)) / deviation
    d = (seen - expected.mean(0)) / deviation
    vectors, values, _ = np.linalg.svd(Y / np.sqrt(members - 1), full_matrices=False)
    inner = vectors.T @ X
    gain = ((vectors.T @ (Y @ d)) / (1 + values**2) / (members - 1)) @ inner
    updated: Floats = state.mean(0) + gain + X + vectors @ ((1 / np.sqrt(1 + values**2) - 1)[:, None] * inner)
    return updated


def _transform(state: Floats, expected: Floats, one: Observation, chance: Chance) -> Floats:
    return transformed(state, expected, one.values, one.deviation)


def _perturbed(state: Floats, expected: Floats, one: Observation, chance: Chance) -> Floats:
    members = len(state)
    drawn = chance.standard_normal(expected.shape) * one.deviation
    drawn -= drawn.mean(0)
    X, Y = state - state.mean(0), expected - expected.mean(0)
    spread = Y.T @ Y / (members - 1) + np.diag(one.deviation**2)
    gain = np.linalg.solve(spread, Y.T @ X / (members - 1))
    updated: Floats = state + (one.values + drawn - expected) @ gain
    return updated


def check_run(state: Floats, days: Sequence[int], observations: Sequence[Observation]) -> None:
    """Raise for an ensemble of less than three members and for an observation outside the run."""
    if state.ndim != 2 or len(state) < 3 or not np.isfinite(state).all():
        raise InputError("potato.assimilation_members", "集合应为至少 {expected} 个成员的有限数，现形状为 {got}。",
                         "The ensemble needs at least {expected} members of finite numbers, got shape {got}.",
                         field="state", expected=3, got=state.shape)  # fmt: skip
    for one in observations:
        if one.day not in days:
            raise InputError("potato.observation_day", "观测 {field} 的第 {got} 天不在模拟期 {expected} 内。",
                             "Observation {field} is of day {got}, outside the run {expected}.",
                             field=one.name, got=one.day, expected=f"{days[0]}–{days[-1]}" if days else "")  # fmt: skip


class Recorder:
    """Keeps what a filter tells a day, and makes the result."""

    def __init__(self, names: tuple[str, ...], method: str, bounds: Bounds | None) -> None:
        self.names, self.method, self.bounds = names, method, bounds
        self.days: list[int] = []
        self.told: dict[str, list[Floats]] = {
            key: [] for key in ("mean", "low", "high", "fmean", "flow", "fhigh")
        }
        self.effective: list[float] = []
        self.clipped = self.inside = self.seen = 0

    def bounded(self, state: Floats) -> Floats:
        """Return the ensemble within its limits, counting what lay beyond."""
        if self.bounds is None:
            return state
        within = np.clip(state, self.bounds.low, self.bounds.high)
        self.clipped += int((within != state).sum())
        return within

    def before(self, state: Floats, weights: Floats) -> None:
        """Note the forecast."""
        self._note(("fmean", "flow", "fhigh"), state, weights)

    def after(self, day: int, state: Floats, weights: Floats) -> None:
        """Note the day as it stands."""
        self.days.append(day)
        self.effective.append(float(1 / (weights**2).sum()))
        self._note(("mean", "low", "high"), state, weights)

    def covered(self, one: Observation, expected: Floats, weights: Floats, chance: Chance) -> None:
        """Count the values inside the forecast's interval, the observation's error in it."""
        noisy = expected + chance.standard_normal(expected.shape) * one.deviation
        low, high = quantiles(noisy, weights)
        self.inside += int(((low <= one.values) & (one.values <= high)).sum())
        self.seen += len(one.values)

    def finished(self, state: Floats, weights: Floats) -> Assimilated:
        """Return the result."""
        mean, low, high, fmean, flow, fhigh = (np.array(found) for found in self.told.values())
        share = self.inside / self.seen if self.seen else float("nan")
        return Assimilated(
            self.names, self.days, state, weights, self.method, mean, low, high, fmean, flow, fhigh,
            np.array(self.effective), self.clipped, share,
        )  # fmt: skip

    def _note(self, keys: tuple[str, str, str], state: Floats, weights: Floats) -> None:
        for key, values in zip(keys, (weights @ state, *quantiles(state, weights)), strict=True):
            self.told[key].append(values)


def quantiles(state: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the 5 % and 95 % quantiles of each column, weighed; read off a line between members' mid-weights.

    Examples
    --------
    >>> low, high = quantiles(np.arange(101.0)[:, None], np.full(101, 1 / 101))
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([4.55], [95.45])
    """
    order = np.argsort(state, axis=0)
    sorted_state = np.take_along_axis(state, order, 0)
    sorted_weights = weights[order]
    mids = np.cumsum(sorted_weights, 0) - sorted_weights / 2
    columns = range(state.shape[1])
    ends = [[np.interp(at, mids[:, c], sorted_state[:, c]) for c in columns] for at in (TAIL, 1 - TAIL)]
    return np.array(ends[0]), np.array(ends[1])
