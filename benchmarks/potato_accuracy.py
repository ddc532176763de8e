"""Tuber dry matter of field trials, each experiment predicted from a fit on the others: RMSE, nRMSE, d, coverage.

    python benchmarks/potato_accuracy.py TRIALS [--gaps linear-dry] [--emergence simulated] [--members 200]

TRIALS is a folder as `tuwei potato validate` reads it. Beside the left-out fits stand two that need no model: the mean
of the other experiments, and the shipped defaults without any fit.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

from tuwei.potato.calibration._crossvalidate import cross_validate
from tuwei.potato.calibration._scores import Scores, scores
from tuwei.potato.crop._layout import RESULT
from tuwei.potato.crop._parameters import parameter_values
from tuwei.potato.crop._season import simulate_many
from tuwei.potato.trials._trials import Trial, by_experiment, read_trials
from tuwei.potato.trials._weather import Filling


def without_model(trials: tuple[Trial, ...]) -> Scores:
    """Predict each experiment by the mean of the others' experiment means."""
    means = {name: np.mean([one.tuber for one in mine]) for name, mine in by_experiment(list(trials)).items()}
    guessed = [np.mean([mean for name, mean in means.items() if name != one.experiment]) for one in trials]
    return scores(np.array([one.tuber for one in trials]), np.array(guessed))


def unfitted(trials: tuple[Trial, ...]) -> Scores:
    """Simulate with the default of every parameter."""
    found = simulate_many([one.case for one in trials], parameter_values({})[None])
    return scores(np.array([one.tuber for one in trials]), found[:, 0, list(RESULT).index("tuber")])


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("trials", type=Path)
    parser.add_argument("--emergence", default="recorded", choices=["recorded", "simulated"])
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--gaps", action="append", help="as of `tuwei potato validate`")
    asked = parser.parse_args()
    filling = Filling(tuple(asked.gaps or ()))
    trials = [one for one in read_trials(asked.trials, filling=filling) if one.tuber > 0]
    began = time.process_time()
    found = cross_validate(trials, members=asked.members, emergence=asked.emergence)
    rows = zip(found.trials, found.simulated, found.low, found.high, strict=True)
    print(json.dumps({
        "emergence": asked.emergence, "left_out": asdict(found.scores), "residual": found.residual,
        "defaults": asdict(unfitted(found.trials)), "mean_of_others": asdict(without_model(found.trials)),
        "cpu_seconds": round(time.process_time() - began, 1),
        "rows": [{"experiment": one.experiment, "treatment": one.treatment, "observed": one.tuber, "simulated": round(float(value)),
                  "low": round(float(low)), "high": round(float(high))} for one, value, low, high in rows],
    }, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
