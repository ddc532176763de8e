"""The judges of the evidence on real trials: is their shortage of water seen in what was harvested?

    python benchmarks/potato_judges.py TRIALS [--gaps linear-dry]

TRIALS is a folder as `tuwei potato validate` reads it. Each model has every treatment twice, with the water that was
recorded and with water never short; the share it loses between the two is the shortage that it sees. Growers of these
trials watered at need, so a loss of half the yield beside a full harvest speaks against a model's view of dry soil here.
Each stands as it judges: AquaCrop and WOFOST with their own potato, ours with the default of every parameter; none was
fitted to these trials for this. Treatments that water themselves by a rule (DSSAT's automatic irrigation) are left out,
and for AquaCrop those whose season is too cool for its potato to ripen in, which it refuses.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.core.errors import TuweiError
from tuwei.potato.calibration._scores import scores
from tuwei.potato.crop._parameters import parameter_values
from tuwei.potato.crop._season import simulate
from tuwei.potato.evidence._judges import asked, judge_of
from tuwei.potato.evidence._side import Calendar
from tuwei.potato.trials._trials import Trial, by_experiment, read_trials
from tuwei.potato.trials._weather import Filling

MODELS = ("tuwei", "aquacrop", "wofost")
AMPLE = (0.9, 600.0, 1.0)  # of our model: below 90 % of the available water down to 60 cm, refilled


def calendar_of(trial: Trial) -> Calendar:
    """Return a treatment's work as the judges are given it; an irrigation's loss is taken off its amount here."""
    crop = trial.case.crop
    water = tuple((one.day, one.amount * one.efficiency) for one in trial.case.irrigation
                  if one.amount > 0 and crop.planting <= one.day <= crop.harvest)  # fmt: skip
    wetted = max((one.wetted for one in trial.case.irrigation), default=1.0)
    return Calendar(
        crop.planting, crop.harvest, crop.vine_kill, crop.density, crop.mulch, 1.0, wetted, water, ()
    )


def never_short(calendar: Calendar) -> Calendar:
    """Return the calendar with 15 mm every other day, more than any crop uses, on soils that let it through."""
    days = range(5, (calendar.harvest - calendar.planting).days, 2)
    return replace(
        calendar, wetted=1.0, water=tuple((calendar.planting + timedelta(day), 15.0) for day in days)
    )


def both(model: str, trial: Trial) -> tuple[float, float]:
    """Return a treatment's tuber dry matter [t/ha] by a model, with the water recorded and never short; nan if it refuses."""
    case = trial.case
    if model == "tuwei":
        values = parameter_values({})
        wet = replace(case, crop=replace(case.crop, automatic=AMPLE))
        return tuple(simulate(one, values).result["tuber"] / 1000 for one in (case, wet))  # type: ignore[return-value]
    judge, _ = judge_of(model)
    given = calendar_of(trial)
    try:
        return tuple(
            asked(model, judge, one, case.weather, case.soil)["yield"] for one in (given, never_short(given))
        )  # type: ignore[return-value]
    except TuweiError:
        return math.nan, math.nan


def rows_of(model: str, trials: Sequence[Trial]) -> list[tuple[float, float]]:
    """Return every treatment's two yields; treatments with the same water and soil are asked once."""
    seen: dict[str, tuple[float, float]] = {}
    found = []
    for one in trials:
        key = repr((one.experiment, calendar_of(one), one.case.soil, one.case.crop)) if model != "tuwei" else f"{one.experiment} {one.treatment}"  # fmt: skip
        if key not in seen:
            seen[key] = both(model, one)
        found.append(seen[key])
    return found


def told_of(trials: Sequence[Trial], yields: Any) -> dict[str, Any]:
    """Return a model's scores, and per experiment the means [t/ha] and the share that it loses for want of water."""
    observed = np.array([one.tuber for one in trials]) / 1000
    ran = np.isfinite(yields[:, 0])
    recorded, ample = yields[ran].T
    experiments = {}
    for name in by_experiment(trials):
        at = np.array([one.experiment == name for one in trials]) & ran
        if at.any():
            first, second = yields[at].mean(axis=0)
            experiments[name] = {"observed": round(float(observed[at].mean()), 1), "recorded": round(float(first), 1),
                                 "never_short": round(float(second), 1), "lost": round(float(1 - first / second), 2)}  # fmt: skip
    lost = round(float((1 - recorded / ample).mean()), 3)
    return {"treatments": int(ran.sum()), "mean_lost": lost, "recorded": asdict(scores(observed[ran], recorded)),
            "never_short": asdict(scores(observed[ran], ample)), "by_experiment": experiments}  # fmt: skip


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("trials", type=Path)
    parser.add_argument("--gaps", action="append", help="as of `tuwei potato validate`")
    asked_for = parser.parse_args()
    read = read_trials(asked_for.trials, filling=Filling(tuple(asked_for.gaps or ())))
    trials = [one for one in read if one.tuber > 0 and one.case.crop.automatic is None]
    began = time.process_time()
    told = {model: told_of(trials, np.array(rows_of(model, trials))) for model in MODELS}
    print(json.dumps({"treatments": len(trials), "left_out": len(read) - len(trials), "models": told,
                      "cpu_seconds": round(time.process_time() - began, 1)}, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
