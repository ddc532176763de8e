"""Late blight: the model and the classical rules on what was observed; skill as RMSE, AUC and Brier score.

    python benchmarks/potato_blight.py ../shared/data/potato/late_blight

1. One epidemic (cultivar Nicola, no fungicide, five plots read on five days): simulated with the published parameters of
   LB2004, nothing fitted here; the rules' sums over the same hours beside it. AUC: does a score rank plot-days below and
   above 50 % of leaf blighted; the rank of the plot-days by date alone is the reference that every sum reaches.
2. Twenty-five seasons in Washington State (blight or none): a logistic rule on rainy days and last year's blight, fitted
   with the judged year left out, beside the years' mean, last year's outcome, and the number of rainy days in April and
   May alone. There is no hourly weather for these years, so neither the infection cycle nor the four rules can be run.

The weather begins two or three days after the lesions were put in (18 March 2000); the first whole day stands for them.
"""

from __future__ import annotations

import csv
import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from tuwei.potato import Hourly, Site, Weather, blight_rules, blight_season, weather_of

INOCULATED, LESIONS, LEAF_AREA = (
    date(2000, 3, 18),
    9.0,
    4.5,
)  # agricolae's example of LB2004 and its late cultivar
READ = [date(2000, 3, 25), date(2000, 4, 9), date(2000, 4, 12), date(2000, 4, 16), date(2000, 4, 22)]


def say(**found: object) -> None:
    print(json.dumps(found, ensure_ascii=False))


def hours(path: Path) -> Weather:
    """Return whole days of the file; a missing hour is taken from its neighbours, and the days before it begins from its first."""
    table: dict[date, np.ndarray] = {}
    for row in list(csv.reader(path.open(encoding="utf-8")))[1:]:
        if row[1] != ".":
            day = datetime.strptime(row[0], "%m/%d/%Y").date()
            table.setdefault(day, np.full((24, 3), np.nan))[int(row[1].split(":")[0])] = [
                float("nan") if one == "." else float(one) for one in row[2:]
            ]
    days = [day for day in sorted(table) if np.isfinite(table[day][:, :2]).sum() >= 46]
    values = np.concatenate([table[day] for day in days])
    places = np.arange(len(values))
    for column in range(2):
        known = np.isfinite(values[:, column])
        values[:, column] = np.interp(places, places[known], values[known, column])
    whole = np.nan_to_num(values).reshape(-1, 24, 3)
    before = (days[0] - INOCULATED).days
    whole = np.concatenate([np.repeat(whole[:1], before, axis=0), whole])
    warm, humid, rain = whole[..., 0], whole[..., 1], whole[..., 2]
    one = np.ones(len(whole))
    say(part="epidemic", weather_from=str(days[0]), days=len(days), days_made_before=before)
    return weather_of(Site(-12.0, -75.3, 3200.0), INOCULATED, tmin=warm.min(1), tmax=warm.max(1), rain=rain.sum(1), srad=15 * one, wind=2 * one,
                      vapour=one, co2=370.0, origin="agricolae", hourly=Hourly(warm, humid, rain, "agricolae"))  # fmt: skip


def auc(score: np.ndarray, event: np.ndarray) -> float:
    """Return how often an event has the higher score than none has, ties a half."""
    yes, no = score[event], score[~event]
    return float(((yes[:, None] > no) + 0.5 * (yes[:, None] == no)).mean())


def epidemic(folder: Path) -> None:
    weather = hours(folder / "agricolae_hourly_weather.csv")
    plots = list(csv.DictReader((folder / "agricolae_severity.csv").open(encoding="utf-8")))
    seen = np.array([[float(row[f"Eval{index}"]) for index in range(1, 6)] for row in plots])
    at = np.array([weather.day(day) for day in READ])
    season = blight_season(weather, leaf_area=LEAF_AREA, lesions=LESIONS, parameters={"inflow": 0.0})
    rules = blight_rules(weather.hourly, weather.rain)  # type: ignore[arg-type]
    model = 100 * season.severity[at]
    say(
        part="epidemic",
        dates=[str(day) for day in READ],
        seen_mean=seen.mean(0).round(1).tolist(),
        seen_range=[seen.min(0).tolist(), seen.max(0).tolist()],
        model=model.round(1).tolist(),
    )
    spread = float(np.sqrt(((seen - seen.mean(0)) ** 2).mean()))
    say(part="epidemic", rmse_model=round(float(np.sqrt(((seen - model) ** 2).mean())), 1), rmse_of_dates_means=round(float(np.sqrt(((seen.mean(0) - model) ** 2).mean())), 1),
        spread_between_plots=round(spread, 1), rmse_grand_mean=round(float(seen.std()), 1))  # fmt: skip
    event = (seen > 50).ravel()
    scores = {"model": model, "BLITECAST severity values": np.cumsum(rules.severity)[at], "SIMCAST blight units": np.cumsum(rules.units)[at],
              "Hutton days": np.cumsum(rules.hutton)[at], "Smith days": np.cumsum(rules.smith)[at], "date alone": at}  # fmt: skip
    for name, score in scores.items():
        say(part="epidemic", score=name, auc=round(auc(np.tile(score, len(seen)).astype(float), event), 3))
    brier = float(((np.tile(np.clip(model / 100, 0, 1), len(seen)) - event) ** 2).mean())
    say(
        part="epidemic",
        brier_model_severity_as_probability=round(brier, 3),
        brier_climatology=round(float(event.mean() * (1 - event.mean())), 3),
    )
    first = {name: str(INOCULATED + timedelta(days=int(np.flatnonzero(days)[0]))) if days.any() else None for name, days in (
        ("BLITECAST", rules.blitecast_spray), ("SIMCAST", rules.simcast_spray), ("Hutton", rules.hutton), ("Smith", rules.smith))}  # fmt: skip
    say(
        part="epidemic",
        first_alarm=first,
        model_at_one_percent=str(INOCULATED + timedelta(days=int(np.argmax(season.severity > 0.01)))),
    )


def fitted(table: np.ndarray, outcome: np.ndarray, ridge: float = 1.0) -> np.ndarray:
    """Return the weights of a logistic rule, standardised inputs, with a penalty of ``ridge`` on all but the first."""
    weights, penalty = np.zeros(table.shape[1]), np.diag([0.0, *[ridge] * (table.shape[1] - 1)])
    for _ in range(50):
        share = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (outcome - share) - penalty @ weights
        weights = weights + np.linalg.solve(
            table.T @ (table * (share * (1 - share))[:, None]) + penalty, slope
        )
    return weights


def left_out(inputs: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return each year's probability from the other years."""
    found = np.zeros(len(outcome))
    for year in range(len(outcome)):
        kept = np.arange(len(outcome)) != year
        mean, spread = inputs[kept].mean(0), inputs[kept].std(0)
        table = np.column_stack([np.ones(len(outcome)), (inputs - mean) / spread])
        found[year] = 1 / (1 + np.exp(-table[year] @ fitted(table[kept], outcome[kept])))
    return found


def seasons(folder: Path) -> None:
    rows = list(
        csv.DictReader((folder / "johnson_blight_prosser.txt").open(encoding="utf-8"), delimiter="\t")
    )
    blight = np.array([int(row["blight"]) for row in rows], float)
    spring, summer = (np.array([float(row[name]) for row in rows]) for name in ("rain.am", "rain.ja"))
    before, now = blight[:-1], blight[1:]
    mean = np.array([np.delete(now, year).mean() for year in range(len(now))])
    repeats = [
        np.delete(now, year)[np.delete(before, year) == before[year]].mean() for year in range(len(now))
    ]
    answers = {
        "mean of the other years": mean, "last year's outcome": np.array(repeats),
        "rainy days of April and May": left_out(spring[1:, None], now),
        "spring rain and last year": left_out(np.column_stack([spring[1:], before]), now),
        "spring and summer rain and last year": left_out(np.column_stack([spring[1:], summer[1:], before]), now),
    }  # fmt: skip
    for name, chance in answers.items():
        say(
            part="seasons",
            years=len(now),
            score=name,
            auc=round(auc(chance, now > 0), 3),
            brier=round(float(((chance - now) ** 2).mean()), 3),
        )
    say(
        part="seasons",
        rule="more than ten rainy days in April and May (raw count)",
        auc=round(auc(spring[1:], now > 0), 3),
    )


if __name__ == "__main__":
    where = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/potato/late_blight")
    epidemic(where)
    seasons(where)
