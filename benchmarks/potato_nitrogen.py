"""How well the yield response to nitrogen is foretold for a trial never seen, beside three peers in the same run.

``python benchmarks/potato_nitrogen.py FOLDER [--folds 12] [--write FILE]``

FOLDER holds ``n_trials_plots.csv`` and the ``lookup_*.csv`` beside it (Parent et al. 2017, CC BY-SA 4.0). Every trial is
foretold from the other trials; the parameters it is foretold with were fitted without its whole fold. Then by
site-season: every trial from the trials of other places and seasons only. Peers: the mean, a quadratic in dose, and
(where scikit-learn is installed) a random forest on the same numbers and classes.

Regret: what a dose loses in tonnes a hectare against the best dose of the trial's own curve, by two curves of the
trial's own plots: a quadratic, and lines between treatment means. Trials with three doses or more that reach 150 kg/ha
count. Policies: flat rates, and ours from the other trials only, free and under a quota of 120 kg/ha.
``--write`` fits on all trials and writes the population that the package ships.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.potato.nitrogen._data import Fields, NitrogenTrials
from tuwei.potato.nitrogen._nitrogen import NitrogenResponse, fit_nitrogen_response, response_curves
from tuwei.potato.nitrogen._optimum import Prices, regret_of
from tuwei.potato.nitrogen._shipped import population_of

NUMBERS = {
    "water.et_early": "etpKcCum_0_45", "water.et_late": "etpKcCum_46_end",
    "water.rain_early": "pcpCum_0_45", "water.rain_late": "pcpCum_46_end",
    "water.wet_spells_early": "totEv3po3j_0_45", "water.wet_spells_late": "totEv3po3j_46_end",
    "water.diversity_early": "SDI_0_45", "water.diversity_late": "SDI_46_end",
    "heat.degree_days_early": "DJCb_0_45", "heat.degree_days_late": "DJCb_46_end",
    "heat.planting": "DOYplantation", "heat.season": "DOYrecolte",
    "soil.organic_matter": "MOsol", "soil.texture_a": "m.3a", "soil.texture_b": "m.3b", "soil.ph": "pH1dans1",
    "soil.log_potassium": "Ksol", "soil.log_phosphorus": "Psol", "soil.log_calcium": "CaSol", "soil.log_magnesium": "MgSol",
}  # fmt: skip
PRICES = Prices(tubers=120_000, nitrogen=500)
"""1.2 yuan/kg of tubers, 5 yuan/kg of nitrogen (urea near 2,300 yuan/t): assumed, as of 2024."""


def main() -> None:
    """Print accuracy, coverage and regret."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folds", type=int, default=12)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    trials, where = read(chosen.folder)
    print(f"{len(trials.fields)} trials, {len(trials.nitrogen)} plots, {len(set(where))} site-seasons")
    begun = time.process_time()
    whole = fit_nitrogen_response(trials, missing="mean")
    print(f"fit on all: {time.process_time() - begun:.1f} CPU s, c = {whole.curvature}, plot deviation "
          f"{np.exp(whole.logs[-1]):.2f} t/ha")  # fmt: skip
    if chosen.write:
        write(whole, chosen.write)
    folds = np.random.default_rng(0).permutation(len(where)) % chosen.folds
    _, seasons = np.unique(where, return_inverse=True)
    told = foretell(trials, whole, folds, np.arange(len(where)))
    accuracy("ours, trial out", trials, told)
    for prices in (PRICES, Prices(120_000, 2500)):
        regrets(trials, told, prices)
    by_season = foretell(trials, whole, seasons % chosen.folds, seasons)
    accuracy("ours, site-season out", trials, by_season)
    for name, peer in peers().items():
        accuracy(f"{name}, trial out", trials, foretold_by(trials, peer, np.arange(len(where))))
        accuracy(f"{name}, site-season out", trials, foretold_by(trials, peer, seasons))


def read(folder: Path) -> tuple[NitrogenTrials, list[str]]:
    """Return the trials and each one's site-season."""
    rows = [
        row
        for row in _rows(folder / "n_trials_plots.csv")
        if _number(row["RendVendable"]) == _number(row["RendVendable"])
    ]
    groups = {
        row["Cultivar"]: row["Maturity.5"] for row in _rows(folder / "lookup_amalgamation_Cultivar.csv")
    }
    previous = {
        row["PrecedentCultural"]: row["PrecCrop.Five.Classes"]
        for row in _rows(folder / "lookup_amalgamation_precCrop.csv")
    }
    names = list(dict.fromkeys(row["NoEssai"] for row in rows))
    first = {row["NoEssai"]: row for row in reversed(rows)}
    numbers = {}
    for name, column in NUMBERS.items():
        values = {trial: [_number(row[column]) for row in rows if row["NoEssai"] == trial] for trial in names}
        means = np.array(
            [np.mean([one for one in values[trial] if one == one] or [np.nan]) for trial in names]
        )
        numbers[name] = np.log(means) if ".log_" in name else means
    numbers["heat.season"] = numbers["heat.season"] - numbers["heat.planting"]
    classes = {
        "cultivar": tuple(first[trial]["Cultivar"] for trial in names),
        "maturity": tuple(groups.get(first[trial]["Cultivar"], "") for trial in names),
        "previous_crop": tuple(previous.get(first[trial]["PrecedentCultural"], "") for trial in names),
    }
    doses = [
        _number(row["NsemisDose"])
        + (_number(row["NfracDose"]) if row["NfracDose"] not in ("", "NA") else 0.0)
        for row in rows
    ]
    field = np.array([names.index(row["NoEssai"]) for row in rows], np.int64)
    tubers = np.array([_number(row["RendVendable"]) for row in rows])
    where = [
        ":".join(first[trial][name][:7] for name in ("LatDD", "LonDD", "pcpCum_0_45", "pcpCum_46_end"))
        for trial in names
    ]
    return NitrogenTrials(Fields(tuple(names), numbers, classes), field, np.array(doses), tubers), where


def foretell(trials: NitrogenTrials, start: NitrogenResponse, folds: Any, groups: Any) -> dict[str, Any]:
    """Return each plot's forecast and each trial's response: fitted without the fold, seen without the group."""
    found: dict[str, Any] = {name: np.empty(len(trials.nitrogen)) for name in ("mean", "low", "high")}
    found["without"] = {}
    for fold in np.unique(folds):
        kept = np.flatnonzero(folds != fold)
        fitted = fit_nitrogen_response(trials.take(kept.tolist()), missing="mean", start=start)
        for group in np.unique(groups[folds == fold]):
            mine = np.flatnonzero(groups == group)
            others = np.flatnonzero(groups != group)
            seen = fit_free(trials.take(others.tolist()), fitted)
            for place in mine:
                plots = trials.field == place
                doses, back = np.unique(trials.nitrogen[plots], return_inverse=True)
                curves = response_curves(seen, trials.fields.take([place]), doses, plot=True)
                for name in ("mean", "low", "high"):
                    found[name][plots] = getattr(curves, name)[0][back]
                found["without"][place] = seen
    return found


def fit_free(trials: NitrogenTrials, fitted: NitrogenResponse) -> NitrogenResponse:
    """Return the response that these trials teach at parameters fitted elsewhere."""
    from dataclasses import replace

    from tuwei.potato.nitrogen._evidence import statistics_of

    known = fitted.scaling.encode(trials.fields, "mean")
    return replace(fitted, known=known, statistics=statistics_of(trials, fitted.curvature))


def accuracy(name: str, trials: NitrogenTrials, told: dict[str, Any]) -> None:
    """Print RMSE and coverage over plots."""
    error = trials.tubers - told["mean"]
    line = f"{name:32s} RMSE {np.sqrt(np.mean(error**2)):.2f} t/ha"
    if "low" in told:
        inside = (told["low"] <= trials.tubers) & (trials.tubers <= told["high"])
        line += f", 90 % interval covers {100 * inside.mean():.1f} %"
    print(line, flush=True)


Peer = Callable[[Any, Any, Any], Any]


def peers() -> dict[str, Peer]:
    """Return the peers: from rows, yields and rows asked, the forecast."""
    found: dict[str, Peer] = {
        "mean": lambda rows, tubers, asked: np.full(len(asked), tubers.mean()),
        "quadratic": lambda rows, tubers, asked: np.polyval(np.polyfit(rows[:, 0], tubers, 2), asked[:, 0]),
    }
    try:
        from sklearn.ensemble import RandomForestRegressor
    except ImportError:
        print("scikit-learn is not installed: no forest")
        return found
    forest = {"n_estimators": 200, "max_features": 1 / 3, "min_samples_leaf": 3, "random_state": 0}
    found["forest"] = lambda rows, tubers, asked: (
        RandomForestRegressor(**forest).fit(rows, tubers).predict(asked)
    )
    return found


def foretold_by(trials: NitrogenTrials, peer: Peer, groups: Any) -> dict[str, Any]:
    """Return a peer's forecast of each plot."""
    numbers = [
        np.where(np.isfinite(one), one, np.nanmean(one))[trials.field]
        for one in trials.fields.numbers.values()
    ]
    flags = [
        [label == one for label in labels]
        for labels in trials.fields.classes.values()
        for one in sorted(set(labels))
    ]
    rows = np.column_stack(
        [trials.nitrogen, *numbers, *(np.array(one, float)[trials.field] for one in flags)]
    )
    mean = np.empty(len(trials.nitrogen))
    for group in np.unique(groups):
        out = (groups == group)[trials.field]
        mean[out] = peer(rows[~out], trials.tubers[~out], rows[out])
    return {"mean": mean}


def regrets(trials: NitrogenTrials, told: dict[str, Any], prices: Prices) -> None:
    """Print mean dose and regret of each policy, and the difference from a flat 150 kg/ha with its error."""
    count = [place for place in range(len(trials.fields)) if _counts(trials, place)]
    grid = np.arange(0.0, 301.0)
    print(
        f"regret at {prices.nitrogen} 分/kg N, {prices.tubers} 分/t: {len(count)} trials; against flat 150 ± standard error"
    )
    policies = {f"flat {dose}": np.full(len(count), float(dose)) for dose in (100, 120, 150, 175)}
    policies["ours, free"] = _ours(trials, told, count, prices, None)
    policies["ours, quota 120"] = _ours(trials, told, count, prices, 120.0)
    for shape, curve in (("quadratic", _quadratic), ("lines", _lines)):
        curves = np.array([curve(trials, place, grid) for place in count])
        flat = regret_of(curves, grid, policies["flat 150"], prices.ratio)
        policies["own plots, quota 120"] = _within(curves, grid, prices.ratio, 120.0)
        for name, doses in policies.items():
            lost = regret_of(curves, grid, doses, prices.ratio)
            more = lost - flat
            print(f"  by {shape:9s} {name:20s} mean dose {doses.mean():5.1f}  regret {lost.mean():.2f} t/ha  "
                  f"({more.mean():+.2f} ± {more.std() / np.sqrt(len(more)):.2f})")  # fmt: skip


def _ours(
    trials: NitrogenTrials, told: dict[str, Any], count: list[int], prices: Prices, quota: float | None
) -> Any:
    """Each trial's dose by the curve expected from the others, under the quota over all."""
    doses = np.arange(0.0, trials.nitrogen.max() + 1)
    curves = [
        response_curves(told["without"][place], trials.fields.take([place]), doses).mean[0] for place in count
    ]
    return _within(np.array(curves), doses, prices.ratio, quota or np.inf)


def _within(curves: Any, grid: Any, ratio: float, quota: float) -> Any:
    """The best doses of these curves, under a quota of their mean."""
    for extra in np.arange(0.0, 0.2, 0.0005):
        doses = grid[np.argmax(curves - (ratio + extra) * grid, axis=1)]
        if doses.mean() <= quota:
            return doses
    return doses


def _counts(trials: NitrogenTrials, place: int) -> bool:
    doses = trials.nitrogen[trials.field == place]
    return len(np.unique(doses.round())) >= 3 and doses.max() >= 150


def _quadratic(trials: NitrogenTrials, place: int, grid: Any) -> Any:
    mine = trials.field == place
    doses = trials.nitrogen[mine]
    return np.polyval(np.polyfit(doses, trials.tubers[mine], 2), np.clip(grid, doses.min(), doses.max()))


def _lines(trials: NitrogenTrials, place: int, grid: Any) -> Any:
    mine = trials.field == place
    doses = trials.nitrogen[mine].round()
    levels = np.unique(doses)
    return np.interp(grid, levels, [trials.tubers[mine][doses == level].mean() for level in levels])


def write(response: NitrogenResponse, path: Path) -> None:
    """Write the population that the package ships."""
    origin = ("Parent et al. (2017), Front. Environ. Sci. 5:81, doi 10.3389/fenvs.2017.00081: N trials of potato in Québec "
              f"(CC BY-SA 4.0), {len(response.known.names)} trials, marketable yield")  # fmt: skip
    found = population_of(response, origin)
    rounded = [[round(float(one), 4) for one in row] for row in found.covariance]
    path.write_text(
        "# Fitted by benchmarks/potato_nitrogen.py --write on the trials named below: the mean response of a field of which\n"
        "# nothing is known, and how far such a field may lie from it. Level, Mitscherlich response and depression, t/ha.\n"
        f'origin = "{origin}"\ncurvature = {found.curvature}\nhighest_dose = {found.highest}\n'
        f"plot_deviation = {found.variance**0.5:.4f}\nmean = {[round(float(one), 4) for one in found.mean]}\n"
        f"covariance = {rounded}\n", "utf-8",
    )  # fmt: skip


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(text: str) -> float:
    return float(text) if text not in ("", "NA") else float("nan")


if __name__ == "__main__":
    main()
