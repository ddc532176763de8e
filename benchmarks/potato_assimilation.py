"""The filters on a linear Gaussian case, beside DAPPER (MIT) on the same truth and observations in the same run.

``python benchmarks/potato_assimilation.py [--steps 400] [--members 40] [--particles 2000] [--repeats 5]``

The case: three variables, a stable step, model error 0.4, two values seen a step (the optimal answer is the Kalman
filter's, which both sides are held to). Printed for each: error of the mean against the truth, distance of the mean from
the Kalman filter's (whole run, both of steps 20 on), spread, share of true values inside the 90 % interval (ours), and
CPU seconds. Needs ``pip install dapper``; without it only our side is run.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

from tuwei.potato import Observation, assimilate, filter_particles

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
    chosen = parser.parse_args()
    found: dict[str, list[list[float]]] = {}
    for repeat in range(chosen.repeats):
        truth, seen = twin(chosen.steps, repeat)
        best, spread = kalman(seen)
        found.setdefault("Kalman filter (exact)", []).append(told(truth, best, best, spread, float("nan"), 0.0))
        for name, row in (*ours(truth, seen, best, chosen, repeat), *dapper(truth, seen, best, chosen, repeat)):
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


def ours(truth: Any, seen: Any, best: Any, chosen: argparse.Namespace, seed: int) -> list[tuple[str, list[float]]]:
    """Return a row for each of our filters."""
    observations = [Observation(day, values, lambda state: state @ SEEN.T, ERROR) for day, values in enumerate(seen)]
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


def dapper(truth: Any, seen: Any, best: Any, chosen: argparse.Namespace, seed: int) -> list[tuple[str, list[float]]]:
    """Return a row for each of DAPPER's filters, none where it is not installed."""
    try:
        import dapper.mods as modelling
        from dapper.da_methods import EnKF, PartFilt
        from dapper.tools.seeding import set_seed
    except ImportError:
        return []
    size = len(STEP)
    case = modelling.HiddenMarkovModel(
        {"M": size, "model": lambda x, t, dt: x @ STEP.T, "linear": lambda x, t, dt: STEP, "noise": MODEL_ERROR**2},
        {"M": 2, "model": lambda x: x @ SEEN.T, "linear": lambda x: SEEN, "noise": modelling.GaussRV(C=ERROR**2, M=2)},
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


if __name__ == "__main__":
    main()
