"""What readings of late blight's severity tell of it: seasons drawn by the model, and one epidemic that was read.

    python benchmarks/potato_severity.py [../shared/data/potato/late_blight] [--truths 60] [--humid 8]

1. A truth is a draw of the cultivar's parameters and of what the planner only holds likely, the inoculum and the sporulation
of late blight among them, in the package's example field at 16 °C with so many humid hours a day. It is scouted on four
Tuesdays of July 2025 with an error of 1.0 of the logarithm of the odds; below 0.001 nothing is found. Printed: how often the 90 %
intervals after the readings hold the truth (both figures, and the severity on the last day, a week after the last
reading), and error and width of that severity's logarithm of the odds, before and after. The planner's model is the truth's.
2. With the folder: five plots of cultivar Nicola, see ``potato_blight.py``. The first two readings of a plot move the two
   figures of the blight model (leaf area and first lesions as published); printed for the three later ones: how many lie in
   the 90 % interval with a reading's error, and the mean error in points by day, moved and as published.
"""

from __future__ import annotations

import argparse
import csv
import json
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from statistics import NormalDist

import numpy as np

from tuwei.potato import blight_season, generate_weather, read_observed
from tuwei.potato.assimilation._assimilation import transformed
from tuwei.potato.blight._parameters import blight_parameters
from tuwei.potato.field._field import read_field
from tuwei.potato.planning._rules import span_of
from tuwei.potato.planning._years import laid
from tuwei.potato.replanning._draws import BLIGHT, STEPS, UNSURE, Draws, first_draws, moved_draws, so_far
from tuwei.potato.replanning._observed import WHATS, Observed, Row
from tuwei.potato.replanning._past import rest_of
from tuwei.potato.replanning._shown import MISSED, SEVERITY
from tuwei.potato.season._layout import ACTS_AT

DATA, TODAY = files("tuwei.potato") / "data", date(2025, 8, 5)
SCOUTED = [date(2025, 7, day) for day in (8, 15, 22, 29)]


def odds(share):
    """Return the logarithm of the odds of a share."""
    inner = np.clip(share, 1e-12, 1 - MISSED)
    return np.log(inner / (1 - inner))


def scouted(setting, acts, chance):
    """Return the readings of a truth's days."""
    for day in SCOUTED:
        true = odds(acts[(day - setting.start).days, ACTS_AT["severity"]])
        read = 1 / (1 + np.exp(-true - SEVERITY * chance.standard_normal()))
        yield Row(day, "severity", 0.0 if read < MISSED else float(read))


def epidemic(folder: Path) -> None:
    """Print what the first two readings of each plot tell of the later ones."""
    from potato_blight import INOCULATED, LEAF_AREA, LESIONS, READ, hours

    weather, used = hours(folder / "agricolae_hourly_weather.csv"), 2
    with (folder / "agricolae_severity.csv").open(encoding="utf-8") as file:
        plots = [[float(row[f"Eval{place}"]) / 100 for place in range(1, 6)] for row in csv.DictReader(file)]
    table, at = {one.name: one for one in blight_parameters()}, [(day - INOCULATED).days for day in READ]

    def shown(figures):
        factors = np.exp([UNSURE[name] for name in BLIGHT] * figures)
        given = ({name: min(table[name].high, table[name].default * float(one)) for name, one in zip(BLIGHT, row, strict=True)} for row in factors)  # fmt: skip
        return np.array([blight_season(weather, leaf_area=LEAF_AREA, lesions=LESIONS, parameters={"inflow": 0.0, **one}).severity[at] for one in given])  # fmt: skip

    chance, even = np.random.default_rng(1), [NormalDist().inv_cdf((place + 0.5) / 100) for place in range(100)]  # fmt: skip
    first = np.stack([chance.permutation(even) for _ in BLIGHT], axis=1)
    before, published, held, moved = shown(first), shown(np.zeros((1, 2)))[0], [], []
    for seen in np.array(plots):
        figures, after = first, before
        for _ in range(STEPS):
            figures = transformed(figures, odds(after)[:, :used], odds(seen)[:used], np.full(used, np.sqrt(STEPS) * SEVERITY))  # fmt: skip
            after = shown(figures)
        low, high = np.quantile(odds(after) + SEVERITY * chance.standard_normal(after.shape), [0.05, 0.95], axis=0)  # fmt: skip
        held.append(((low <= odds(seen)) & (odds(seen) <= high))[used:])
        moved.append(np.median(after, axis=0) - seen)
    error = {"moved": np.array(moved), "published": published - np.array(plots)}
    print(json.dumps({"plots": len(plots), "read": [str(day) for day in READ], "used": used, "held_90": [int(np.sum(held)), int(np.size(held))],
                      **{f"error_points_{name}": (100 * np.abs(one[:, used:]).mean(axis=0)).round(1).tolist() for name, one in error.items()}}, indent=2))  # fmt: skip


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--truths", type=int, default=60)
    parser.add_argument("--humid", type=int, default=8)
    given = parser.parse_args()
    if given.folder:
        epidemic(given.folder)
    field, chance = read_field(str(DATA / "FIELD.toml")), np.random.default_rng(99)
    works = tuple(one for one in read_observed(str(DATA / "observed.csv")).rows
                  if not WHATS[one.what].reading and one.what != "spray")  # fmt: skip
    years = laid([generate_weather("ulanqab", *span_of(field), seed=7)], "")
    years.hours[:, :, 0], years.hours[:, :, 1], years.hours[:, :, 1, : given.humid] = 16.0, 80.0, 95.0
    setting, first = rest_of(field, years.first, Observed("x", works), TODAY), first_draws(field, 1)
    last = lambda draws: odds(so_far(setting, draws, years)[:, -1, ACTS_AT["severity"]])  # noqa: E731
    before, told = last(first), []
    for _ in range(given.truths):
        truth = Draws(first.values[[chance.integers(len(first.values))]], chance.standard_normal((1, len(UNSURE))))  # fmt: skip
        rows = scouted(setting, so_far(setting, truth, years)[0], chance)
        seen = Observed("x", tuple(sorted((*works, *rows), key=lambda one: one.day)))
        moved = moved_draws(setting, first, seen, years).draws
        places = [list(UNSURE).index(name) for name in BLIGHT]
        after, true = last(moved), last(truth)[0]
        sets = [*((moved.unsure[:, place], truth.unsure[0, place]) for place in places), (after, true)]
        edges = [(*np.quantile(values, [0.05, 0.95]), real) for values, real in sets]
        told.append([*(low <= real <= high for low, high, real in edges), before.mean() - true, after.mean() - true, edges[-1][1] - edges[-1][0]])  # fmt: skip
    table, wide = np.array(told, float), float(np.ptp(np.quantile(before, [0.05, 0.95])))
    held = dict(zip((*BLIGHT, "severity"), table[:, :3].mean(axis=0).round(3).tolist(), strict=True))
    error = np.sqrt((table[:, 3:5] ** 2).mean(axis=0)).round(2).tolist()
    print(json.dumps({"truths": given.truths, "humid_hours": given.humid, "scouted": [str(day) for day in SCOUTED], "until": str(TODAY - timedelta(days=1)),
                      "coverage_90": held, "error_log_odds": {"before": error[0], "after": error[1]},
                      "width_log_odds": {"before": round(wide, 2), "after": round(float(table[:, 5].mean()), 2)}}, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
