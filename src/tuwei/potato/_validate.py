"""Every treatment of a folder of trials simulated and set beside what was observed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato._calibrate import COURSES
from tuwei.potato._cultivars import GENERIC, cultivar_sets, cultivar_values, residual
from tuwei.potato._ensemble import Interval, ensemble
from tuwei.potato._evapotranspiration import Floats
from tuwei.potato._scores import Scores, scores
from tuwei.potato._season import simulate
from tuwei.potato._trials import Trial, read_trials

SCHEMA = "tuwei.potato.validation/1"


@dataclass(frozen=True)
class Row:
    """One treatment: tuber dry matter at harvest [kg/ha], observed and simulated with its 90 % interval."""

    experiment: str
    treatment: int
    name: str
    cultivar: str
    parameters: str
    observed: float | None
    simulated: float
    low: float
    high: float


@dataclass(frozen=True)
class Validation:
    """All rows, the scores over those observed, and by experiment; ``weather`` tells how each station was read.

    ``courses``: scores of all dated observations with the best parameters, by variable (tuber, leaf area, tops, N).
    """

    rows: tuple[Row, ...]
    scores: Scores
    by_experiment: Mapping[str, Scores]
    weather: tuple[str, ...]
    emergence: str
    courses: Mapping[str, Scores]

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {"schema": SCHEMA, "unit": "kg DM ha-1", "emergence": self.emergence, "rows": [asdict(row) for row in self.rows],
                "scores": asdict(self.scores), "by_experiment": {name: asdict(one) for name, one in self.by_experiment.items()},
                "courses": {name: asdict(one) for name, one in self.courses.items()}, "weather": list(self.weather)}  # fmt: skip


def validate(
    folder: Path | str, *, members: int = 200, seed: int = 1, emergence: str = "recorded"
) -> Validation:
    """Simulate every treatment of a folder with the shipped cultivars and score tuber dry matter at harvest.

    Parameters
    ----------
    folder
        As :func:`read_trials` reads it. A cultivar that was never fitted takes ``generic``.
    members
        Draws of the parameters, 2 or more.
    seed
        Of what the model leaves unexplained.
    emergence
        ``recorded`` or ``simulated``.

    Raises
    ------
    InputError
        As :func:`read_trials`; ``potato.scores``: nothing was observed; ``potato.emergence``: neither of the two.

    Notes
    -----
    The shipped cultivars were fitted on the trials their file names: on those the scores are no test. For that, whole
    experiments are left out: :func:`cross_validate`.
    """
    if emergence not in ("recorded", "simulated"):
        raise InputError("potato.emergence", "--emergence 应为 recorded 或 simulated，现为“{got}”。", "--emergence is recorded or simulated, got “{got}”.", got=emergence[:20])  # fmt: skip
    trials = read_trials(folder, emergence=emergence)
    values = {name: cultivar_values(name, members, known=False) for name in {one.cultivar for one in trials}}
    found = ensemble(
        [one.case for one in trials], [values[one.cultivar] for one in trials], residual=residual(), seed=seed
    )
    best = {name: rows[0] for name, rows in values.items()}
    return validation_of(trials, [one["tuber"] for one in found], emergence, courses_of(trials, best))


def courses_of(trials: list[Trial], values: Mapping[str, Floats]) -> dict[str, Scores]:
    """Return the scores of the dated observations of each variable, with the parameters of each cultivar."""
    pairs: dict[str, list[tuple[float, float]]] = {}
    for trial in trials:
        season = simulate(trial.case, values[trial.cultivar])
        day = {**season.daily, "top": season.daily["leaf"] + season.daily["stem"]}
        for when, variable, seen in trial.course:
            place = (when - season.start).days
            if variable in COURSES and 0 <= place < len(day["top"]):
                pairs.setdefault(variable, []).append((seen, float(day[COURSES[variable][0]][place])))
    return {name: scores(*np.array(found).T) for name, found in sorted(pairs.items())}


def validation_of(
    trials: list[Trial], tuber: list[Interval], emergence: str, courses: Mapping[str, Scores]
) -> Validation:
    """Return the comparison of simulated tuber dry matter with the trials."""
    known = cultivar_sets()["sets"]
    rows = tuple(
        Row(one.experiment, one.treatment, one.name, one.cultivar, one.cultivar if one.cultivar in known else GENERIC,
            one.tuber if one.tuber > 0 else None, round(found.value, 3), round(found.low, 3), round(found.high, 3))
        for one, found in zip(trials, tuber, strict=True)
    )  # fmt: skip
    each = {
        name: [row for row in rows if row.experiment == name and row.observed]
        for name in sorted({row.experiment for row in rows})
    }
    return Validation(rows, _scored([row for row in rows if row.observed]), {name: _scored(mine) for name, mine in each.items() if mine},
                      tuple(sorted({one.case.weather.origin for one in trials})), emergence, courses)  # fmt: skip


def _scored(rows: list[Row]) -> Scores:
    columns: list[Floats] = [
        np.array([getattr(row, name) for row in rows], float)
        for name in ("observed", "simulated", "low", "high")
    ]
    return scores(*columns)


def validation_lines(found: Validation, english: bool) -> Iterator[str]:
    """Yield the comparison as a table in words."""
    yield (
        "exp       trt cultivar         obs kg/ha  sim kg/ha  90 %"
        if english
        else "试验      处理 品种            观测 kg/ha 模拟 kg/ha  90 %"
    )
    for row in found.rows:
        observed = f"{row.observed:10.0f}" if row.observed else f"{'–':>10}"
        yield f"{row.experiment:<10}{row.treatment:>3} {row.cultivar[:15]:<15}{observed} {row.simulated:10.0f}  {row.low:.0f} – {row.high:.0f}"
    for name, one in found.by_experiment.items():
        yield f"{name:<10} n={one.n} RMSE={one.rmse:.0f} nRMSE={one.nrmse:.1f} % bias={one.bias:+.0f}"
    for name, one in found.courses.items():
        yield f"{name:<10} n={one.n} RMSE={one.rmse:.4g} nRMSE={one.nrmse:.1f} % d={one.d:.3f}"
    one = found.scores
    covered = f"{100 * (one.coverage or 0):.0f} %"
    yield f"RMSE={one.rmse:.0f} kg/ha nRMSE={one.nrmse:.1f} % d={one.d:.3f} {'coverage' if english else '90 % 区间覆盖'}={covered} n={one.n}"
