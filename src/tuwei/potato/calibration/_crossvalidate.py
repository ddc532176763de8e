"""Whole experiments left out: what the model says of trials that no part of its fit has seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuwei.potato.calibration._calibrate import Fit, cultivar_draws, fit
from tuwei.potato.calibration._scores import Scores, scores
from tuwei.potato.crop._layout import RESULT
from tuwei.potato.crop._season import batch_of, run_batch
from tuwei.potato.trials._trials import Trial, by_experiment
from tuwei.potato.weather._evapotranspiration import Floats


@dataclass(frozen=True)
class CrossValidation:
    """Each trial's tuber dry matter [kg/ha] from a fit without its experiment, with its 90 % interval.

    ``residual``: the standard deviation of ln(observed / simulated) over all left-out experiments, each weighing the
    same; the interval of an experiment uses that of the *other* experiments only.
    """

    trials: tuple[Trial, ...]
    simulated: Floats
    low: Floats
    high: Floats
    residual: float
    scores: Scores


def cross_validate(
    trials: Sequence[Trial], *, members: int = 200, seed: int = 1, emergence: str = "recorded",
    told: Callable[[str], None] | None = None,
) -> CrossValidation:  # fmt: skip
    """Leave out each experiment in turn, fit the others, and simulate it with draws of that fit.

    Parameters
    ----------
    trials
        From :func:`read_trials`, of three experiments or more.
    members
        Draws of each fit, 2 or more.
    seed
        Of the draws.
    emergence
        ``recorded``: each trial comes up as recorded; ``simulated``: those left out come up as the model has it, those
        fitted as recorded.
    told
        Called with the name of each experiment before it is left out.

    Notes
    -----
    A cultivar that stands in no other experiment has the shared parameters, and an interval widened by
    :func:`cultivar_draws`.
    """
    fits = left_out_fits(trials, told=told)
    return scored(trials, fits, members=members, seed=seed, emergence=emergence)


def left_out_fits(trials: Sequence[Trial], *, told: Callable[[str], None] | None = None) -> dict[str, Fit]:
    """Return, for each experiment, the fit on all others."""
    fits = {}
    for name in by_experiment(list(trials)):
        if told:
            told(name)
        fits[name] = fit([one for one in trials if one.experiment != name])
    return fits


def scored(
    trials: Sequence[Trial], fits: Mapping[str, Fit], *, members: int, seed: int, emergence: str
) -> CrossValidation:
    """Return the trials as the fits without them have it; see :func:`cross_validate`."""
    if emergence == "simulated":
        trials = [replace(one, case=replace(one.case, crop=replace(one.case.crop, emergence=None))) for one in trials]  # fmt: skip
    draws = {name: predicted(fits[name], mine, members, seed) for name, mine in by_experiment(list(trials)).items()}  # fmt: skip
    return _joined(trials, draws, seed)


def predicted(found: Fit, trials: Sequence[Trial], members: int, seed: int) -> Floats:
    """Return tuber dry matter [kg/ha] of the trials with draws of a fit, shape (trials, members), the best first."""
    scaled, tuber = found.draws(members, seed), list(RESULT).index("tuber")
    rows: list[tuple[int, Floats]] = []
    for cultivar in dict.fromkeys(one.cultivar for one in trials):
        values = cultivar_draws(found.names, scaled, cultivar)
        mine = [place for place, one in enumerate(trials) if one.cultivar == cultivar]
        outcome = run_batch(batch_of([trials[place].case for place in mine]), values)[:, :, tuber]
        rows.extend(zip(mine, outcome, strict=True))
    return np.array([row for _, row in sorted(rows, key=lambda pair: pair[0])])


def _joined(trials: Sequence[Trial], draws: dict[str, Floats], seed: int) -> CrossValidation:
    groups = by_experiment(list(trials))
    errors = {
        name: np.log([one.tuber for one in mine]) - np.log(draws[name][:, 0]) for name, mine in groups.items()
    }
    columns: dict[str, list[Floats]] = {"simulated": [], "low": [], "high": []}
    for name in groups:
        spread = spread_of([error for other, error in errors.items() if other != name])
        noise = np.exp(spread * np.random.default_rng(seed).standard_normal(draws[name].shape[1]))
        low, high = np.quantile(draws[name] * noise, [0.05, 0.95], axis=1)
        for key, value in (("simulated", draws[name][:, 0]), ("low", low), ("high", high)):
            columns[key].append(value)
    order = tuple(one for mine in groups.values() for one in mine)
    simulated, low, high = (np.concatenate(columns[key]) for key in ("simulated", "low", "high"))
    observed = np.array([one.tuber for one in order])
    return CrossValidation(
        order, simulated, low, high, spread_of(list(errors.values())), scores(observed, simulated, low, high)
    )


def spread_of(errors: Sequence[Floats]) -> float:
    """Return the root mean square of errors, each experiment weighing the same."""
    return float(np.sqrt(np.mean([np.mean(error**2) for error in errors])))
