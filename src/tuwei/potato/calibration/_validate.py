"""Every treatment of a folder of trials simulated and set beside what was observed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.core.errors import InputError, TuweiError
from tuwei.potato.calibration._calibrate import COURSES
from tuwei.potato.calibration._cultivars import GENERIC, cultivar_sets, cultivar_values, nearest, residual
from tuwei.potato.calibration._scores import Scores, scores
from tuwei.potato.crop._ensemble import Interval, ensemble
from tuwei.potato.crop._season import simulate
from tuwei.potato.trials._trials import Rejected, Trial, read_folder
from tuwei.potato.trials._weather import Filling
from tuwei.potato.weather._evapotranspiration import Floats

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

    ``scores``: None where nothing was observed. ``courses``: scores of all dated observations with the best parameters,
    by variable (tuber, leaf area, tops, N). ``notes``: what was assumed or left out. ``rejected``: what cannot be run.
    """

    rows: tuple[Row, ...]
    scores: Scores | None
    by_experiment: Mapping[str, Scores]
    weather: tuple[str, ...]
    emergence: str
    courses: Mapping[str, Scores]
    notes: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {"schema": SCHEMA, "unit": "kg DM ha-1", "emergence": self.emergence, "rows": [asdict(row) for row in self.rows],
                "scores": asdict(self.scores) if self.scores else None, "by_experiment": {name: asdict(one) for name, one in self.by_experiment.items()},
                "courses": {name: asdict(one) for name, one in self.courses.items()}, "weather": list(self.weather), "notes": list(self.notes),
                "rejected": [{**one.error.as_dict(), "experiment": one.experiment, "treatment": one.treatment} for one in self.rejected]}  # fmt: skip


def validate(
    folder: Path | str, *, members: int = 200, seed: int = 1, emergence: str = "recorded", filling: Filling | None = None
) -> Validation:  # fmt: skip
    """Simulate every treatment of a folder with the shipped cultivars and score tuber dry matter at harvest.

    Parameters
    ----------
    folder
        As :func:`read_folder` reads it. A cultivar that was never fitted takes ``generic`` with a wider interval.
    members
        Draws of the parameters, 2 or more.
    seed
        Of what the model leaves unexplained.
    emergence
        ``recorded`` or ``simulated``.
    filling
        How missing weather is made; gaps are filled only by a method that is named.

    Raises
    ------
    InputError
        As :func:`read_folder` of the folder; ``potato.emergence``: neither of the two. A treatment's own faults do not
        stop the others: they are in ``rejected``.

    Notes
    -----
    The shipped cultivars were fitted on the trials their file names: on those the scores are no test. For that, whole
    experiments are left out: :func:`cross_validate`.
    """
    if emergence not in ("recorded", "simulated"):
        raise InputError("potato.emergence", "--emergence 应为 recorded 或 simulated，现为“{got}”。", "--emergence is recorded or simulated, got “{got}”.", got=emergence[:20])  # fmt: skip
    found = read_folder(folder, emergence=emergence, filling=filling)
    values = {name: cultivar_values(name, members, known=False) for name in {one.cultivar for one in found.trials}}  # fmt: skip
    trials, tuber, rejected = _simulated(found.trials, values, residual(emergence), seed)
    best = {name: rows[0] for name, rows in values.items()}
    notes = (
        *found.notes,
        *_unfitted(trials),
        *(f"{one.case.name}: {note}" for one in trials for note in one.notes),
    )
    return validation_of(
        trials, tuber, emergence, courses_of(trials, best), notes, (*found.rejected, *rejected)
    )


def _simulated(
    trials: tuple[Trial, ...], values: Mapping[str, Floats], spread: float, seed: int
) -> tuple[list[Trial], list[Interval], list[Rejected]]:
    done: list[Trial] = []
    tuber: list[Interval] = []
    rejected: list[Rejected] = []
    for one in trials:
        try:
            [found] = ensemble([one.case], [values[one.cultivar]], residual=spread, seed=seed)
            tuber.append(found["tuber"])
            done.append(one)
        except TuweiError as error:
            rejected.append(Rejected(one.experiment, str(one.treatment), error))
    return done, tuber, rejected


def _unfitted(trials: list[Trial]) -> list[str]:
    notes = []
    for name in sorted({one.cultivar for one in trials} - set(cultivar_sets()["sets"])):
        near = nearest(name)
        notes.append(f"{name}: 未拟合的品种，用 generic，区间加宽 never fitted, generic with a wider interval"
                     + (f"；最近的名称 nearest name: {near}" if near else ""))  # fmt: skip
    return notes


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
    trials: list[Trial], tuber: list[Interval], emergence: str, courses: Mapping[str, Scores],
    notes: tuple[str, ...] = (), rejected: tuple[Rejected, ...] = (),
) -> Validation:  # fmt: skip
    """Return the comparison of simulated tuber dry matter with the trials."""
    known = cultivar_sets()["sets"]
    rows = tuple(
        Row(one.experiment, one.treatment, one.name, one.cultivar, one.cultivar if one.cultivar in known else GENERIC,
            one.tuber if one.tuber > 0 else None, round(found.value, 3), round(found.low, 3), round(found.high, 3))
        for one, found in zip(trials, tuber, strict=True)
    )  # fmt: skip
    seen = [row for row in rows if row.observed]
    each = {name: [row for row in seen if row.experiment == name] for name in sorted({row.experiment for row in seen})}  # fmt: skip
    return Validation(rows, _scored(seen) if seen else None, {name: _scored(mine) for name, mine in each.items()},
                      tuple(sorted({one.case.weather.origin for one in trials})), emergence, courses, notes, rejected)  # fmt: skip


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
    if whole := found.scores:
        covered = f"{100 * (whole.coverage or 0):.0f} %"
        yield f"RMSE={whole.rmse:.0f} kg/ha nRMSE={whole.nrmse:.1f} % d={whole.d:.3f} {'coverage' if english else '90 % 区间覆盖'}={covered} n={whole.n}"
    else:
        yield "nothing was observed" if english else "没有观测值"
    yield from (f"- {line}" for line in (*found.weather, *found.notes))
    yield from _rejected_lines(found.rejected, english)


def _rejected_lines(rejected: tuple[Rejected, ...], english: bool) -> Iterator[str]:
    """Yield a line for each fault, with the treatments it stops."""
    if not rejected:
        return
    groups: dict[tuple[str, str], list[str]] = {}
    for one in rejected:
        told = " ".join(one.error.sentence("en" if english else "zh").split())
        groups.setdefault((one.experiment, f"{told} [{one.error.code}]"), []).append(one.treatment)
    yield f"not simulated: {len(rejected)}" if english else f"未能模拟：{len(rejected)}"
    yield from (
        f"{experiment} {','.join(which)}: {fault}" for (experiment, fault), which in sorted(groups.items())
    )
