"""What weekly re-planning is worth: seasons whose crop, soil and weather the planner does not know.

    python benchmarks/potato_replan.py [--truths 12] [--every 14] [--seasons 1500] [--processes 2] [--rows FILE]

A truth is a draw of the cultivar's parameters, a draw of what the planner only holds likely (first water, field capacity,
rain and evapotranspiration of the field beside the station's, late blight's inoculum and sporulation) and a generated year, none seen by the planner. Four ways
through it, in the same truth:

- ``practice``: the annotated example's own dates, irrigation and fertiliser (fixed calendar);
- ``calendar``: the plan made once, its steps on their median days and amounts, whatever the season brings (open loop);
- ``rules``: the plan made once, its rules followed on the field's own soil water and severity values (needs a perfect probe);
- ``replan``: as ``rules``, planned anew every ``--every`` days from the station's weather, the work done and noisy
  readings (soil moisture at 20 and 40 cm, ground cover).

The planner's model is the truth's model, so this measures the loop, not the model's error. Differences are paired by
truth; the interval of a mean is a bootstrap's. ``--rows`` keeps what is done, a line a truth, and a second run goes on
from it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

NOISE = {"soil_moisture": 0.02, "cover": 0.04}
NAMES = ("practice", "calendar", "rules", "replan")
COLUMNS = {"profit": "yuan/ha", "fresh": "t/ha", "water": "mm", "nitrogen": "kg N/ha", "sprays": ""}


@cache
def setup(seasons: int):
    """Return the field, the plan made once and its years: the same for every truth."""
    from tuwei.potato.field._field import read_field
    from tuwei.potato.planning._rules import span_of
    from tuwei.potato.planning._years import generated
    from tuwei.potato.replanning._observed import Observed
    from tuwei.potato.replanning._replan import replanned

    field = read_field(files("tuwei.potato") / "data" / "FIELD.toml")
    field.parts["leaf_loss"].clear()
    span = span_of(field)
    years = generated("ulanqab", span, (32, 32), 100)
    first = replanned(field, Observed("none"), span[0], years, {}, seasons=max(8000, seasons), scenarios=48, judged=100, seed=1)  # fmt: skip
    return field, span, years, first


def truth_of(number: int, field, span):
    """Return the station's weather and the hidden season as chances of one."""
    import numpy as np

    from tuwei.potato.calibration._cultivars import cultivar_values, residual
    from tuwei.potato.planning._rules import setting_of
    from tuwei.potato.planning._years import laid
    from tuwei.potato.replanning._draws import UNSURE, Draws
    from tuwei.potato.weather._generate import generate_weather

    chance = np.random.default_rng([number, 77])
    station = generate_weather("ulanqab", *span, seed=5_000_000 + number)
    values = cultivar_values(field.cultivar, 200, field.parameters)[[chance.integers(200)]]
    draw = Draws(values, chance.standard_normal((1, len(UNSURE))))
    noise = np.exp(residual() * chance.standard_normal(1))
    setting = setting_of(field, station)
    years = laid([station], "truth")
    chances = draw.chances(setting, years, np.zeros(1, int), noise)
    chances.years.weather[:, :, 2] *= np.exp(draw.spread_of("rain"))[:, None]  # of the whole season
    return station, setting, chances


def walk(number: int, seasons: int, every: int) -> dict[str, dict[str, float]]:
    """Return what every way came to in one truth."""
    from tuwei.potato.planning._plan import practice_of
    from tuwei.potato.planning._schedule import played_of
    from tuwei.potato.storage._prices import price_table

    field, span, years, first = setup(seasons)
    station, setting, chances = truth_of(number, field, span)
    prices = price_table(field.parts["plan.prices"])
    found = {"practice": practice_of(setting, chances, prices), "calendar": calendar(first, setting, chances, prices),
             "rules": played_of(setting, first.action, chances, prices)}  # fmt: skip
    found["replan"] = led(number, (field, span, years, first), (station, chances), prices, seasons, every)
    return {name: told(one) for name, one in found.items()}


def calendar(first, setting, chances, prices):
    """Return the plan's schedule played on its median days with its mean amounts."""
    import numpy as np

    from tuwei.potato.planning._schedule import _M, _Q, Played, replayed

    work, sprays, count = first.action.management[None].copy(), np.zeros((1, setting.days)), 0
    for step in first.steps:
        day = (step.day - setting.start).days
        if step.what == "irrigation" and step.share >= 0.5:
            left, count = step.amount.value, count + 1
            while left > 0:  # by the pump's day
                given = min(left, first.action.rules[_Q["pump"]])
                work[0, day, _M["irrigation"]] += given
                work[0, day, _M["efficiency"]] = first.action.rules[_Q["efficiency"]]
                work[0, day, _M["wetted"]] = first.action.rules[_Q["wetted"]]
                left, day = left - given, day + 1
        elif step.what == "spray" and step.share >= 0.5:
            sprays[0, day] = 1.0
    one = Played(setting, first.action, chances, prices, None, work, sprays)
    return replace(one, outcome=replayed(one, irrigations=np.array([float(count)])))


def led(number, given, truth, prices, seasons, every):
    """Return the truth led by rules that are planned anew again and again."""
    import numpy as np

    from tuwei.potato.planning._schedule import played_of
    from tuwei.potato.replanning._observed import Observed
    from tuwei.potato.replanning._past import rest_of
    from tuwei.potato.replanning._replan import replanned
    from tuwei.potato.replanning._years import spliced
    from tuwei.potato.reports._replan import season_rules

    (field, span, years, found), (station, chances) = given, truth
    chance, rows, today = np.random.default_rng([number, 78]), [], span[0]
    while True:
        setting = rest_of(field, station, Observed("walk", tuple(rows)), today)
        one = played_of(setting, found.action, chances, prices)
        until = today + timedelta(days=every)
        harvest = setting.start + timedelta(days=int(found.action.named["harvest"]))
        if until > harvest:
            return one
        rows += done_in(setting, found.action, one, today, until)
        rows += read_on(setting, chances, one, until - timedelta(days=1), chance)
        rules = {name: _date(value) for name, value in season_rules(found, found.action).items()}
        today = until
        behind = station.between(span[0], today - timedelta(days=1))
        found = replanned(field, Observed("walk", tuple(rows)), today, tuple(spliced(behind, part) for part in years), rules,
                          seasons=seasons, scenarios=32, judged=40, seed=2 + number)  # fmt: skip


def _date(value):
    from datetime import date

    return date.fromisoformat(value) if isinstance(value, str) else value


def done_in(setting, action, one, since, until):
    """Return rows of the work that the rules led to in these days."""
    from tuwei.potato.planning._schedule import _A, _F
    from tuwei.potato.replanning._observed import Row

    rows, start, work = [], setting.start, action.work
    planting, kill = int(action.field[_F["planting"]]), int(action.field[_F["vine_kill"]])
    basal = work.nitrogen - sum(dose for _, dose in action.dressings)
    for day in range((since - start).days, (until - start).days):
        when, acts = start + timedelta(days=day), one.outcome.acts[0, day]
        if day == planting:
            rows.append(Row(when, "planting", action.named["density"]))
            doses = {"nitrogen": basal, "phosphate": work.phosphate, "potash": work.potash}
            rows += [Row(when, what, float(dose)) for what, dose in doses.items() if dose > 0]
        if acts[_A["water"]] > 0:
            rows.append(Row(when, "irrigation", float(acts[_A["water"]])))
        if acts[_A["spray"]] > 0:
            rows.append(Row(when, "spray"))
        rows += [Row(when, "nitrogen", dose, material="urea") for at, dose in action.dressings if at == day]
        if day == kill:
            rows.append(Row(when, "vine_kill"))
    return rows


def read_on(setting, chances, one, day, chance):
    """Return noisy readings of the truth."""
    import numpy as np

    from tuwei.potato.crop._parameters import positions
    from tuwei.potato.planning._schedule import _A
    from tuwei.potato.replanning._observed import Row

    at = one.outcome.acts[0, (day - setting.start).days]
    bottom, rows = np.cumsum(setting.soil[:, 0]), []
    for depth in (20.0, 40.0):
        layer = int(np.searchsorted(bottom, 10 * depth))
        true = at[_A["layer_0"] + layer] / setting.soil[layer, 0]
        read = true + NOISE["soil_moisture"] * chance.standard_normal()
        rows.append(Row(day, "soil_moisture", float(max(0.01, read)), NOISE["soil_moisture"], depth))
    if 1 <= at[_A["stage"]] < 3:
        cover = 1 - np.exp(-chances.values[0, positions()["extinction"]] * at[_A["lai"]])
        read = np.clip(cover + NOISE["cover"] * chance.standard_normal(), 0.01, 0.99)
        rows.append(Row(day, "cover", float(read), NOISE["cover"]))
    return rows


def told(one) -> dict[str, float]:
    """Return the figures of one season."""
    outcome = one.outcome
    return {"profit": float(outcome.profit[0]) / 100, "fresh": float(outcome.fresh[0]), "water": float(outcome.column("total_irrigation")[0]),
            "nitrogen": float(one.action.work.nitrogen), "sprays": float(outcome.counts[0, 1])}  # fmt: skip


def summary(every: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Return means, and paired differences of ``replan`` from the others: mean, bootstrap 90 % of the mean, 90 % of seasons."""
    import numpy as np

    chance, found = np.random.default_rng(0), {}
    found["mean"] = {name: {column: round(float(np.mean([one[name][column] for one in every])), 2) for column in COLUMNS} for name in NAMES}  # fmt: skip
    for other in NAMES[:-1]:
        found[f"replan - {other}"] = {}
        for column in COLUMNS:
            gap = np.array([one["replan"][column] - one[other][column] for one in every])
            means = gap[chance.integers(len(gap), size=(4000, len(gap)))].mean(axis=1)
            found[f"replan - {other}"][column] = {"mean": round(float(gap.mean()), 2), "mean_90": [round(float(v), 2) for v in np.quantile(means, [0.05, 0.95])],
                                                  "seasons_90": [round(float(v), 2) for v in np.quantile(gap, [0.05, 0.95])]}  # fmt: skip
    return found


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    for name, usual in {"truths": 12, "every": 14, "seasons": 1500, "processes": 2}.items():
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--rows", type=Path, default=None)
    given = parser.parse_args()
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")
    began = time.perf_counter()
    lines = given.rows.read_text().splitlines() if given.rows and given.rows.exists() else []
    every = {row["truth"]: row["found"] for row in map(json.loads, lines)}
    left = [number for number in range(given.truths) if number not in every]
    one = partial(walk, seasons=given.seasons, every=given.every)
    with ProcessPoolExecutor(given.processes) as pool:
        for number, found in zip(left, pool.map(one, left), strict=True):
            every[number] = found
            print(f"{len(every)} / {given.truths}", {name: round(row["profit"]) for name, row in found.items()}, file=sys.stderr)  # fmt: skip
            if given.rows:
                with given.rows.open("a") as file:
                    file.write(json.dumps({"truth": number, "found": found}) + "\n")
    about = {"truths": given.truths, "every_days": given.every, "seasons_a_replan": given.seasons, "seconds": round(time.perf_counter() - began),
             "units": COLUMNS, "noise": NOISE}  # fmt: skip
    print(json.dumps(about | summary([every[number] for number in range(given.truths)]), indent=2))


if __name__ == "__main__":
    main()
