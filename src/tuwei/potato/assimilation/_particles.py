"""A particle filter for what is not Gaussian: the stage of the crop, and disease."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.assimilation._assimilation import (
    Assimilated,
    Bounds,
    Chance,
    Floats,
    Model,
    Observation,
    Recorder,
    check_run,
)


def filter_particles(
    model: Model,
    state: Floats,
    days: Sequence[int],
    observations: Sequence[Observation],
    *,
    jitter: Floats | None = None,
    threshold: float = 0.5,
    bounds: Bounds | None = None,
    seed: int = 0,
) -> Assimilated:
    """Run a particle filter over the days: weigh by likelihood, resample where few particles carry the weight.

    Parameters
    ----------
    state
        First particles (members, variables); the state of the day before ``days[0]``.
    jitter
        Standard deviation, in each variable's unit, of what is added to a resampled particle (variables,); without it
        copies stay alike until the model's own error parts them. It adds its variance at each resampling.
    threshold
        Resampling when the effective number of particles falls below this share of all, 0–1.

    Raises
    ------
    InputError
        ``potato.particles_lost``: no particle could have given what was seen. ``potato.particles_threshold``,
        ``potato.particles_jitter``; and those of ``assimilate`` on ensemble, days and observations.

    Notes
    -----
    Gordon et al. (1993), IEE Proc. F 140:107; systematic resampling: Kitagawa (1996), J. Comput. Graph. Stat. 5:1;
    effective number: Kong et al. (1994). The likelihood is normal with the observation's deviation, on the operator's
    scale: a stage noted as a step is seen through an operator that steps.

    Examples
    --------
    >>> class Still:
    ...     names = ("stage",)
    ...     def forecast(self, state, day, chance):
    ...         return state
    >>> seen = Observation(0, np.array([1.0]), lambda state: np.floor(state), np.array([0.05]))
    >>> filter_particles(Still(), np.array([[0.4], [1.2], [1.8]]), [0], [seen]).mean.round(3).tolist()
    [[1.5]]
    """
    check_run(state, days, observations)
    if not 0 <= threshold <= 1:
        raise InputError("potato.particles_threshold", "重采样阈值应在 0–1，现为 {got}。", "The threshold must be within 0–1, got {got}.",
                         field="threshold", got=threshold, expected="0–1")  # fmt: skip
    added = np.zeros(state.shape[1]) if jitter is None else jitter
    if added.shape != (state.shape[1],) or not (added >= 0).all():
        raise InputError("potato.particles_jitter", "扰动应为每个变量一个不小于 0 的数，现为 {got}。",
                         "Jitter must be one number of at least 0 a variable, got {got}.",
                         field="jitter", got=added.tolist(), expected=state.shape[1])  # fmt: skip
    told = f"particle filter, {len(state)} particles, systematic resampling below {threshold:g}, jitter {added.tolist()}, seed {seed}"
    chance = np.random.default_rng(seed)
    weights = np.full(len(state), 1 / len(state))
    run = Recorder(model.names, told, bounds)
    for day in days:
        state = run.bounded(model.forecast(state, day, chance))
        run.before(state, weights)
        for one in (one for one in observations if one.day == day):
            expected = one.expected(state)
            run.covered(one, expected, weights, chance)
            weights = _weighed(weights, expected, one)
        run.after(day, state, weights)
        if 1 / (weights**2).sum() < threshold * len(state):
            state = state[systematic(weights, chance)]
            state = run.bounded(state + chance.standard_normal(state.shape) * added)
            weights = np.full(len(state), 1 / len(state))
    return run.finished(state, weights)


def systematic(weights: Floats, chance: Chance) -> np.typing.NDArray[np.int64]:
    """Return which particles live on: each as often as its weight says, to within one.

    Examples
    --------
    >>> systematic(np.array([0.5, 0.0, 0.25, 0.25]), np.random.default_rng(1)).tolist()
    [0, 0, 2, 3]
    """
    size = len(weights)
    places = (np.arange(size) + chance.random()) / size
    sums = np.cumsum(weights)
    found: np.typing.NDArray[np.int64] = np.searchsorted(sums / sums[-1], places, side="right").astype(
        np.int64
    )
    return found


def _weighed(weights: Floats, expected: Floats, one: Observation) -> Floats:
    logs = np.log(np.maximum(weights, 1e-300)) - 0.5 * (((one.values - expected) / one.deviation) ** 2).sum(1)
    top = logs.max()
    if not np.isfinite(top) or top < -700:
        raise InputError("potato.particles_lost", "第 {day} 天的观测 {field} 与所有粒子都不符；请放大误差或初始集合的散布。",
                         "No particle is near observation {field} of day {day}; widen its error or the first ensemble.",
                         day=one.day, field=one.name, got=one.values.tolist())  # fmt: skip
    found = np.exp(logs - top)
    shares: Floats = found / found.sum()
    return shares
