"""Cultivar parameters from field trials: the best, and how sure they are; and the same with whole experiments left out.

Parameters are fitted on their range scaled to 0..1 by least squares with a prior (a normal of standard deviation
``SPREAD`` around the default), which makes the curvature at the best a covariance: a normal approximation of the
posterior (Laplace). Each experiment weighs the same, however many treatments and dates it has. What a shortage of water
does is not fitted, for no trial was made to lack it: it stays at its defaults with the literature's width (``DROUGHT``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from tuwei.potato.crop._layout import DAILY, RESULT
from tuwei.potato.crop._parameters import parameters, positions
from tuwei.potato.crop._season import Arrays, arrays_of, refuse
from tuwei.potato.trials._trials import Trial, by_experiment
from tuwei.potato.weather._evapotranspiration import Floats

SHARED = (
    "induction_days", "critical_temperature", "photoperiod_sensitivity", "growth_base", "growth_best", "growth_top",
    "light_use", "light_saturation", "leaf_start", "leaf_base", "leaf_growth", "leaf_thickness", "leaf_shade", "leaf_share", "tuber_share",
    "tuber_days", "canopy_life", "death_rate", "shade_death", "stress_death", "remobilised", "depletion",
    "compensation", "root_deepest", "root_start", "root_supply", "stretch_stress", "critical_nitrogen", "nitrogen_sensitivity", "uptake_rate", "tuber_nitrogen",
    "mineralisation", "emergence_days",
)  # fmt: skip
OWN = ("induction_days", "light_use", "tuber_days", "canopy_life")  # what a cultivar has of its own
# What a shortage of water does: left at its defaults, see the note of :func:`fit`.
DROUGHT = ("depletion", "compensation", "root_deepest", "root_supply", "stretch_stress")
# Prior standard deviations on the range scaled to 0..1: of what is fitted, see the note of :func:`fit`, of a cultivar's
# differences, and of DROUGHT, whose ranges span the literature.
SPREAD, OWN_SPREAD, WIDE = 0.04, 0.06, 0.2
STEP = 0.03  # of the scaled range, for the slopes: a season moves in whole days
# Standard deviation of an observation about the model, and for courses: column, least, share, weight.
HARVEST = 0.12  # of the logarithm
COURSES = {"UWAD": ("tuber", 900.0, 0.15, 0.6), "LAID": ("lai", 0.6, 0.2, 0.25), "CWAD": ("top", 500.0, 0.25, 0.25),
           "UNAD": ("tuber_nitrogen", 20.0, 0.2, 0.15)}  # fmt: skip

DATES = {"TDAT": "initiated"}  # day of the year observed, and the day of the season it is
DATE, DATE_WEIGHT = 5.0, 0.25  # days, and the weight of each
EMERGENCE, EMERGENCE_WEIGHT = 0.2, 0.5  # of the logarithm of the days from planting, and the weight


@dataclass(frozen=True)
class Fit:
    """The best and its uncertainty, on the scaled range; ``names`` are parameters, then ``cultivar.parameter``."""

    names: tuple[str, ...]
    best: Floats
    covariance: Floats
    cost: float

    def draws(self, count: int, seed: int) -> Floats:
        """Return ``count`` draws of the posterior, (count, names), within 0.01..0.99; the first is the best."""
        rng = np.random.default_rng(seed)
        found = rng.multivariate_normal(self.best, self.covariance, count, method="eigh")
        found[0] = self.best
        return np.clip(found, 0.01, 0.99)


def own_names(trials: Sequence[Trial], least: int) -> tuple[str, ...]:
    """Return ``cultivar.parameter`` of the cultivars that stand in at least ``least`` experiments."""
    stands: dict[str, set[str]] = {}
    for one in trials:
        stands.setdefault(one.cultivar, set()).add(one.experiment)
    return tuple(f"{name}.{own}" for name in sorted(stands) if len(stands[name]) >= least for own in OWN)


def values_of(names: Sequence[str], scaled: Floats, cultivar: str) -> Floats:
    """Return the kernel's parameters of a cultivar: shared values, and the cultivar's own differences if it has any."""
    table, place = parameters(), positions()
    values = np.array([one.default for one in table])
    share = dict(zip(names, scaled, strict=True))
    for name in SHARED:
        at = share[name] + share.get(f"{cultivar}.{name}", 0.5) - 0.5
        one = table[place[name]]
        values[place[name]] = one.low + min(0.995, max(0.005, at)) * (one.high - one.low)
    return values


def cultivar_draws(names: Sequence[str], draws: Floats, cultivar: str) -> Floats:
    """Return the kernel's parameters of a cultivar for each draw, (draws, parameters), the best first.

    A cultivar that was never fitted has the shared values, and in all draws but the first a difference of its own from
    the prior of such differences: how unlike a cultivar may be is part of how unsure its yield is.
    """
    if cultivar == "generic" or f"{cultivar}.{OWN[0]}" in names:
        return np.array([values_of(names, row, cultivar) for row in draws])
    own = 0.5 + OWN_SPREAD * np.random.default_rng(len(draws)).standard_normal((len(draws), len(OWN)))
    own[0] = 0.5
    wide = (*names, *(f"{cultivar}.{one}" for one in OWN))
    return np.array([values_of(wide, row, cultivar) for row in np.concatenate([draws, own], axis=1)])


def prior(names: Sequence[str]) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the prior on the scaled range; a cultivar's difference is 0.5 ± own."""
    table, place = parameters(), positions()
    mean, spread = [], []
    for name in names:
        if "." in name:
            mean.append(0.5)
            spread.append(OWN_SPREAD)
        else:
            one = table[place[name]]
            mean.append((one.default - one.low) / (one.high - one.low))
            spread.append(WIDE if name in DROUGHT else SPREAD)
    return np.array(mean), np.array(spread)


class Runner:
    """Simulates trials again and again; treatments that the model cannot tell apart are simulated once."""

    def __init__(self, trials: Sequence[Trial]) -> None:
        self.trials = list(trials)
        self.arrays = [arrays_of(one.case) for one in self.trials]
        seen: dict[Any, int] = {}
        self.first = [seen.setdefault(_key(one, arrays), index)
                      for index, (one, arrays) in enumerate(zip(self.trials, self.arrays, strict=True))]  # fmt: skip

    def days(self, values: Callable[[str], Floats]) -> list[tuple[Floats, Floats]]:
        """Return (daily, result) of every trial, with the parameters that ``values`` gives for its cultivar."""
        from tuwei.potato.crop import _kernel

        found: dict[int, tuple[Floats, Floats]] = {}
        for index in sorted(set(self.first)):
            one = self.arrays[index]
            daily, result = np.zeros((len(one.weather), len(DAILY))), np.zeros(len(RESULT))
            p = values(self.trials[index].cultivar)
            refuse(
                _kernel.season(p, one.soil, one.field, one.weather, one.management, daily, result),
                self.trials[index].case.name,
            )
            found[index] = daily, result
        return [found[index] for index in self.first]


def _key(trial: Trial, arrays: Arrays) -> tuple[object, ...]:
    return trial.cultivar, *(
        table.tobytes() for table in (arrays.soil, arrays.field, arrays.weather, arrays.management)
    )


def residuals(runner: Runner, names: Sequence[str], scaled: Floats) -> Floats:
    """Return the weighted differences between model and observations, and between parameters and prior."""
    outcome = runner.days(lambda cultivar: values_of(names, scaled, cultivar))
    counts = {name: len(rows) for name, rows in by_experiment(runner.trials).items()}
    parts = [
        _differences(trial, arrays, daily, result) / np.sqrt(counts[trial.experiment])
        for trial, arrays, (daily, result) in zip(runner.trials, runner.arrays, outcome, strict=True)
    ]
    parts += [_emergence(trial, arrays, values_of(names, scaled, trial.cultivar)) / np.sqrt(counts[trial.experiment])
              for trial, arrays in zip(runner.trials, runner.arrays, strict=True)]  # fmt: skip
    mean, spread = prior(names)
    return np.concatenate([*parts, (scaled - mean) / spread])


def _emergence(trial: Trial, arrays: Arrays, p: Floats) -> Floats:
    """Return the difference of the model's emergence from the recorded day, whichever of the two the season takes."""
    if trial.case.crop.emergence is None or trial.case.crop.emergence <= trial.case.crop.planting:
        return np.zeros(0)
    from tuwei.potato.crop._kernel_emergence import days_to_emergence

    seen = (trial.case.crop.emergence - trial.case.crop.planting).days
    model = max(1, days_to_emergence(p, arrays.field, arrays.weather))
    return np.asarray(np.sqrt(EMERGENCE_WEIGHT) * soft(np.log(np.array([model / seen])) / EMERGENCE), float)


def _differences(trial: Trial, arrays: Arrays, daily: Floats, result: Floats) -> Floats:
    column = {name: daily[:, place] for place, name in enumerate(DAILY)}
    column["top"] = column["leaf"] + column["stem"]
    found = [np.zeros(0)]
    if trial.tuber > 0:
        found.append(
            soft(np.log(max(result[list(RESULT).index("tuber")], 100.0) / trial.tuber) / np.array([HARVEST]))
        )
    found.append(_dates(trial, arrays, result))
    for variable, (name, least, share, weight) in COURSES.items():
        points = [
            (day, value)
            for day, kind, value in trial.course
            if kind == variable and 0 <= (day - arrays.start).days < len(daily)
        ]
        if points:
            model = column[name][[(day - arrays.start).days for day, _ in points]]
            seen = np.array([value for _, value in points])
            found.append(np.sqrt(weight / len(points)) * soft((model - seen) / np.hypot(least, share * seen)))
    return np.concatenate(found)


def _dates(trial: Trial, arrays: Arrays, result: Floats) -> Floats:
    """Return the difference of tuber initiation from the day of the year observed; one that never came is at the harvest."""
    found = []
    for variable, name in DATES.items():
        if (seen := int(trial.harvest.get(variable, 0))) > 0:
            day = result[list(RESULT).index(name)]
            day = day if day >= 0 else len(arrays.weather)
            planting = trial.case.crop.planting
            first = date(planting.year, 1, 1) + timedelta(days=seen % 1000 - 1)
            first = first if first > planting else first.replace(year=planting.year + 1)
            found.append((day - (first - arrays.start).days) / DATE)
    return np.asarray(np.sqrt(DATE_WEIGHT) * soft(np.array(found)), float)


def soft(difference: Floats) -> Floats:
    """Return z drawn in so that its square grows as |z|, not z², far out: sign(z) sqrt(2 (sqrt(1 + z²) - 1))."""
    return np.asarray(np.sign(difference) * np.sqrt(2 * (np.sqrt(1 + difference**2) - 1)), float)


def fit(trials: Sequence[Trial], *, least: int = 2, rounds: int = 6) -> Fit:
    """Fit shared parameters, and the differences of cultivars that stand in ``least`` experiments or more.

    Parameters
    ----------
    trials
        From :func:`read_trials`.
    least
        1 or more; 1 gives every cultivar differences of its own.
    rounds
        Gauss-Newton rounds with Levenberg's damping, 1 or more.

    Notes
    -----
    The slopes are finite differences over 3 % of a range, for a season moves in whole days. The harvest weighs most;
    courses of tuber, leaf area, tops and tuber nitrogen (``COURSES``), the day of initiation (``DATES``) and the days to
    emergence, wherever a day of it is recorded, share the rest. The
    prior is narrow, 4 % of each range: with few experiments a wide one fits their noise and predicts left-out
    experiments worse (on the shipped trials, before the last change of the model, nRMSE and d of left-out experiments:
    19.8 %, 0.72 at 25 % of the range; 18.2 %, 0.77 at 10 %; 17.0 %, 0.81 at 6 %; 16.2 %, 0.84 at 4 %).

    ``DROUGHT`` has no slope. On the shipped trials a fit hardly moves it, and candidates of the wide prior weighed by
    their likelihood keep nine tenths of its spread: those trials tell next to nothing of it, and a narrow prior would
    make a plan that saves water look surer than it is.
    """
    runner, names = Runner(trials), (*SHARED, *own_names(trials, least))
    best, _ = prior(names)
    here = residuals(runner, names, best)
    slopes, damping = _slopes(runner, names, best, here), 1.0
    for _ in range(rounds):
        for _ in range(6):
            step = np.linalg.solve(slopes.T @ slopes + damping * np.eye(len(names)), -slopes.T @ here)
            there = np.clip(best + np.clip(step, -0.2, 0.2), 0.02, 0.98)
            new = residuals(runner, names, there)
            if new @ new < here @ here:
                break
            damping *= 4
        else:
            break
        gain = 1 - (new @ new) / (here @ here)
        best, here, damping = there, new, damping / 5
        slopes = _slopes(runner, names, best, here)
        if gain < 1e-3:
            break
    return Fit(names, best, np.asarray(np.linalg.inv(slopes.T @ slopes), float), float(here @ here))


def _slopes(runner: Runner, names: Sequence[str], best: Floats, here: Floats) -> Floats:
    columns, (_, spread) = [], prior(names)
    for place, name in enumerate(names):
        if name in DROUGHT:
            columns.append(np.zeros(len(here)))
            columns[-1][place - len(names)] = 1 / spread[place]
            continue
        moved = best.copy()
        step = STEP if best[place] < 0.5 else -STEP
        moved[place] += step
        columns.append((residuals(runner, names, moved) - here) / step)
    return np.stack(columns, axis=1)
