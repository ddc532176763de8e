"""The filters on a linear Gaussian case, beside DAPPER (MIT) on the same truth and observations in the same run.

``python benchmarks/potato_assimilation.py [--steps 400] [--members 40] [--particles 2000] [--repeats 5]``

The case: three variables, a stable step, model error 0.4, two values seen a step (the optimal answer is the Kalman
filter's, which both sides are held to). Printed for each: error of the mean against the truth, distance of the mean from
the Kalman filter's (whole run, both of steps 20 on), spread, share of true values inside the 90 % interval (ours), and
CPU seconds. Needs ``pip install dapper``; without it only our side is run.

``--drone hars_2020_plots.csv`` (AparicioJohan/flexFitR, data-raw/dt_potato.csv, MIT) adds real readings: half of the clones
teach how canopies close (a logistic curve a plot, days 36–76), each plot of the other half gets the readings of days 36
and 42 as observations, and ground cover of day 56 is foretold, beside the forecast without them. What the curves miss on the teaching plots (the
model's own error, by day) is added to the readings' error.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from tuwei.potato import Bounds, Observation, assimilate, canopy_observation, filter_particles

STEP = np.array([[0.95, 0.10, 0.0], [-0.05, 0.90, 0.1], [0.0, 0.0, 0.97]])
SEEN = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]])
MODEL_ERROR, ERROR, WARM = 0.4, np.array([0.3, 0.5]), 20


class Linear:
    """The case as our filters take it."""

    names = ("one", "two", "three")

    def forecast(self, state: Any, day: int, chance: np.random.Generator) -> Any:
        """Step every member."""
        return state @ STEP.T + MODEL_ERROR * chance.standard_normal(state.shape)


def main() -> None:
    """Print a line a filter, averaged over the repeats."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--members", type=int, default=40)
    parser.add_argument("--particles", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--drone", type=Path)
    chosen = parser.parse_args()
    if chosen.drone:
        drone(chosen.drone)
    found: dict[str, list[list[float]]] = {}
    for repeat in range(chosen.repeats):
        truth, seen = twin(chosen.steps, repeat)
        best, spread = kalman(seen)
        found.setdefault("Kalman filter (exact)", []).append(
            told(truth, best, best, spread, float("nan"), 0.0)
        )
        for name, row in (
            *ours(truth, seen, best, chosen, repeat),
            *dapper(truth, seen, best, chosen, repeat),
        ):
            found.setdefault(name, []).append(row)
    print(f"{'':34s}  error   from Kalman  spread  covered  CPU s")
    for name, rows in found.items():
        error, away, wide, covered, seconds = np.mean(rows, 0)
        print(f"{name:34s}  {error:.4f}  {away:.4f}       {wide:.4f}  {100 * covered:5.1f} %  {seconds:.2f}")


def twin(steps: int, seed: int) -> tuple[Any, Any]:
    """Return a truth (steps + 1, 3), the start included, and what is seen of it (steps, 2)."""
    chance = np.random.default_rng(1000 + seed)
    truth = [chance.standard_normal(3)]
    for _ in range(steps):
        truth.append(STEP @ truth[-1] + MODEL_ERROR * chance.standard_normal(3))
    seen = np.array(truth[1:]) @ SEEN.T + ERROR * chance.standard_normal((steps, 2))
    return np.array(truth), seen


def kalman(seen: Any) -> tuple[Any, float]:
    """Return the exact mean a step, and the mean spread of the steps that count."""
    mean, cover = np.zeros(3), np.eye(3)
    means, spreads = [], []
    for values in seen:
        mean, cover = STEP @ mean, STEP @ cover @ STEP.T + MODEL_ERROR**2 * np.eye(3)
        gain = cover @ SEEN.T @ np.linalg.inv(SEEN @ cover @ SEEN.T + np.diag(ERROR**2))
        mean, cover = mean + gain @ (values - SEEN @ mean), (np.eye(3) - gain @ SEEN) @ cover
        means.append(mean)
        spreads.append(np.sqrt(np.diag(cover).mean()))
    return np.array(means), float(np.mean(spreads[WARM:]))


def told(truth: Any, best: Any, mean: Any, spread: float, covered: float, seconds: float) -> list[float]:
    """Return one line's numbers."""
    error = np.sqrt(((mean - truth[1:])[WARM:] ** 2).mean(1)).mean()
    away = np.sqrt(((mean - best)[WARM:] ** 2).mean(1)).mean()
    return [float(error), float(away), spread, covered, seconds]


def ours(
    truth: Any, seen: Any, best: Any, chosen: argparse.Namespace, seed: int
) -> list[tuple[str, list[float]]]:
    """Return a row for each of our filters."""
    observations = [
        Observation(day, values, lambda state: state @ SEEN.T, ERROR) for day, values in enumerate(seen)
    ]
    rows = []
    for name, size, run, more in (
        ("ours, deterministic", chosen.members, assimilate, {"method": "deterministic"}),
        ("ours, stochastic", chosen.members, assimilate, {"method": "stochastic"}),
        ("ours, particles", chosen.particles, filter_particles, {}),
    ):
        first = np.random.default_rng(seed).standard_normal((size, 3))
        begun = time.process_time()
        found = run(Linear(), first, range(len(seen)), observations, seed=seed, **more)  # type: ignore[operator]
        seconds = time.process_time() - begun
        inside = ((found.low <= truth[1:]) & (truth[1:] <= found.high))[WARM:].mean()
        spread = ((found.high - found.low) / (2 * 1.645))[WARM:]
        wide = float(np.sqrt((spread**2).mean(1)).mean())
        rows.append((f"{name}, {size}", told(truth, best, found.mean, wide, float(inside), seconds)))
    return rows


def dapper(
    truth: Any, seen: Any, best: Any, chosen: argparse.Namespace, seed: int
) -> list[tuple[str, list[float]]]:
    """Return a row for each of DAPPER's filters, none where it is not installed."""
    try:
        import dapper.mods as modelling
        from dapper.da_methods import EnKF, PartFilt
        from dapper.tools.seeding import set_seed
    except ImportError:
        return []
    size = len(STEP)
    case = modelling.HiddenMarkovModel(
        {
            "M": size,
            "model": lambda x, t, dt: x @ STEP.T,
            "linear": lambda x, t, dt: STEP,
            "noise": MODEL_ERROR**2,
        },
        {
            "M": 2,
            "model": lambda x: x @ SEEN.T,
            "linear": lambda x: SEEN,
            "noise": modelling.GaussRV(C=ERROR**2, M=2),
        },
        modelling.Chronology(dt=1, dko=1, K=len(seen), BurnIn=WARM),
        modelling.GaussRV(mu=np.zeros(size), C=1, M=size),
    )
    rows = []
    for name, members, method in (
        ("DAPPER, EnKF Sqrt", chosen.members, EnKF("Sqrt", N=chosen.members)),
        ("DAPPER, EnKF PertObs", chosen.members, EnKF("PertObs", N=chosen.members)),
        ("DAPPER, PartFilt", chosen.particles, PartFilt(N=chosen.particles, reg=0, NER=0.5)),
    ):
        set_seed(1 + seed)
        begun = time.process_time()
        method.assimilate(case, truth, seen, liveplots=False)
        seconds = time.process_time() - begun
        mean = np.array(method.stats.mu.a)
        wide = float(np.sqrt((np.array(method.stats.spread.a)[WARM:] ** 2).mean(1)).mean())
        rows.append((f"{name}, {members}", told(truth, best, mean, wide, float("nan"), seconds)))
    return rows


class Closing:
    """A canopy that closes by a logistic curve: cover (-), day of half cover, days of scale."""

    names = ("cover", "midpoint", "scale")

    def forecast(self, state: Any, day: int, chance: np.random.Generator) -> Any:
        """Read the cover off the curve."""
        return np.column_stack([logistic(day, state[:, 1], state[:, 2]), state[:, 1:]])


def logistic(day: Any, midpoint: Any, scale: Any) -> Any:
    """Return ground cover, -."""
    return 1 / (1 + np.exp(-(day - midpoint) / scale))


def drone(path: Path) -> None:
    """Print error and coverage of day 56's cover with and without the readings before it."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    clone = {row["Plot"]: row["Gen"] for row in rows}
    cover = {(row["Plot"], int(row["DAP"])): min(float(row["Canopy"]) / 100, 1.0) for row in rows}
    clones = np.random.default_rng(0).permutation(sorted(set(clone.values())))
    teaching = set(clones[: len(clones) // 2])
    days = np.array([36, 42, 56, 76])
    fits = [
        least_squares(lambda x, plot=plot: logistic(days, x[0], x[1]) - [cover[plot, day] for day in days.tolist()], [48, 4])
        for plot in clone if clone[plot] in teaching
    ]  # fmt: skip
    curves = np.array([one.x for one in fits])
    misfit = dict(
        zip(days.tolist(), np.sqrt(2 * np.mean([one.fun**2 for one in fits], 0)), strict=True)
    )  # 2 of 4 are free
    asked = [plot for plot in clone if clone[plot] not in teaching]
    first = np.random.default_rng(1).multivariate_normal(curves.mean(0), np.cov(curves.T), 1000)
    first = np.column_stack([np.zeros(len(first)), first[:, 0], np.maximum(first[:, 1], 1.0)])
    limits = Bounds(np.array([0.0, 20.0, 1.0]), np.array([1.0, 90.0, 20.0]))
    print(
        f"cover of day 56 on {len(asked)} plots of clones never seen:   RMSE    bias   90 % interval covers"
    )
    for name, run, flights in (("no readings", assimilate, ()), ("EnKF, days 36 and 42", assimilate, (36, 42)),
                               ("particles, days 36 and 42", filter_particles, (36, 42))):  # fmt: skip
        error, inside = [], []
        for plot in asked:
            seen = []
            for day in (*flights, 56):
                reading = canopy_observation(day, cover[plot, day], "cover", 0).deviation[0]
                seen.append(
                    canopy_observation(
                        day, cover[plot, day], "cover", 0, deviation=float(np.hypot(reading, misfit[day]))
                    )
                )
            found = run(Closing(), first, [36, 42, 56], seen, bounds=limits, seed=2, **EXTRA.get(run, {}))  # type: ignore[operator]
            noise = seen[-1].deviation[0] * 1.645
            half = np.hypot((found.forecast_high[-1, 0] - found.forecast_low[-1, 0]) / 2, noise)
            middle = (found.forecast_high[-1, 0] + found.forecast_low[-1, 0]) / 2
            error.append(found.forecast_mean[-1, 0] - cover[plot, 56])
            inside.append(abs(middle - cover[plot, 56]) <= half)
        print(
            f"  {name:48s} {np.sqrt(np.mean(np.square(error))):.3f}  {np.mean(error):+.3f}  {100 * np.mean(inside):.1f} %"
        )


EXTRA: dict[Any, dict[str, Any]] = {filter_particles: {"jitter": np.array([0.0, 0.3, 0.1])}}


if __name__ == "__main__":
    main()
