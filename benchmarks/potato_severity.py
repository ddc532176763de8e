"""What readings of late blight's severity tell of it: seasons drawn by the model, scouted once a week.

    python benchmarks/potato_severity.py [--truths 60] [--humid 8]

A truth is a draw of the cultivar's parameters and of what the planner only holds likely, the inoculum and the sporulation
of late blight among them, in the package's example field at 16 °C with so many humid hours a day. It is scouted on four
Tuesdays of July 2025 with an error of 1.0 of the logarithm of the odds; below 0.001 nothing is found. Printed: how often the 90 %
intervals after the readings hold the truth (both figures, and the severity on the last day, a week after the last
reading), and error and width of that severity's logarithm of the odds, before and after. The planner's model is the truth's.
"""

from __future__ import annotations

import argparse
import json
from datetime import date, timedelta
from importlib.resources import files

import numpy as np

from tuwei.potato import generate_weather, read_observed
from tuwei.potato.field._field import read_field
from tuwei.potato.planning._rules import span_of
from tuwei.potato.planning._years import laid
from tuwei.potato.replanning._draws import BLIGHT, UNSURE, Draws, first_draws, moved_draws, so_far
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


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--truths", type=int, default=60)
    parser.add_argument("--humid", type=int, default=8)
    given = parser.parse_args()
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
