"""A calibration written as the package ships it: ``cultivars.toml`` with provenance and scores, and ``posterior.csv``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from tuwei import __version__
from tuwei.potato._whole import check_free, whole_folder
from tuwei.potato.calibration._calibrate import COURSES, OWN, SHARED, Fit, fit
from tuwei.potato.calibration._crossvalidate import CrossValidation, left_out_fits, scored
from tuwei.potato.trials._trials import Trial, read_trials
from tuwei.potato.trials._weather import Filling

DRAWS = 200
CAUTION = (
    "The model's form, some defaults (root_supply, growth_top, light_use, leaf_thickness, and induction_days of two published values) and the width of the prior were chosen with "
    "AUCB7001, DIJY9001, NYCU8001, WABE0301 and WAPA9202-9502 in view; left_out holds out only the fit, so on these trials it is "
    "somewhat too good. None of them tests a shortage of water: what it does is not fitted and has the literature's width."
)


def calibrate(
    folder: Path | str, out: Path | str, *, source: str = "", seed: int = 1, emergence: str = "recorded",
    filling: Filling | None = None, told: Callable[[str], None] | None = None,
) -> CrossValidation:  # fmt: skip
    """Fit the cultivars of a folder of trials, score them with whole experiments left out, and write both.

    Parameters
    ----------
    folder
        As :func:`read_trials` reads it; three experiments or more, each with tuber dry matter at harvest.
    out
        A folder that is not there or empty; it appears whole or not at all, with cultivars.toml and posterior.csv.
    source
        One line on where the trials are from; the folder's name unless given.
    seed
        Of the draws.
    emergence
        ``recorded`` or ``simulated``.
    filling
        How missing weather is made.
    told
        Called with the name of each step.

    Raises
    ------
    InputError
        As :func:`read_trials`.
    ConflictError
        ``potato.out_exists``.
    """
    target = Path(out)
    check_free(target)
    filling = filling or Filling()
    trials = [one for one in read_trials(folder, emergence=emergence, filling=filling) if one.tuber > 0]
    fits = left_out_fits(trials, told=told)
    crossed = scored(trials, fits, members=DRAWS, seed=seed, emergence="recorded")
    without = scored(trials, fits, members=DRAWS, seed=seed, emergence="simulated")
    if told:
        told("all")
    whole = fit(trials, least=1)
    with whole_folder(target) as fresh:
        (fresh / "cultivars.toml").write_text(
            _toml(trials, crossed, without, source or Path(folder).name, emergence, filling), "utf-8"
        )
        (fresh / "posterior.csv").write_text(_csv(whole, seed), "utf-8")
    return crossed


def _csv(found: Fit, seed: int) -> str:
    rows = [
        ",".join(found.names),
        *(",".join(f"{value:.4f}" for value in row) for row in found.draws(DRAWS, seed)),
    ]
    return "\n".join(rows) + "\n"


def _toml(
    trials: list[Trial], crossed: CrossValidation, without: CrossValidation, source: str, emergence: str,
    filling: Filling,
) -> str:  # fmt: skip
    score, worse = (
        {name: round(value, 4) for name, value in asdict(one.scores).items()} for one in (crossed, without)
    )
    lines = [
        "# Written by `tuwei potato calibrate`; not by hand. posterior.csv holds draws on each range scaled to 0..1, the best first:",
        "# shared parameters, then `cultivar.parameter`, a difference of 0.5 being none.", "",
        "[calibration]", f"source = {_text(source)}", f'made = "{date.today().isoformat()}"', f'version = "{__version__}"',
        f'emergence = "{emergence}"', f"gaps = {_text(filling.gaps)}", f"experiments = {_text(sorted({one.experiment for one in trials}))}", f"treatments = {len(trials)}",
        f"shared = {_text(SHARED)}", f"own = {_text(OWN)}", f"observations = {_text(['UWAH', *COURSES])}",
        f"residual = {crossed.residual:.4f}", f"residual_simulated = {without.residual:.4f}", f"caution = {_text(CAUTION)}", "", "# Tuber dry matter at harvest, each experiment predicted from the others alone; kg/ha, %, 0..1.",
        "[calibration.left_out]", *(f"{name} = {value}" for name, value in score.items()), "",
        "# The same, with the model's day of emergence instead of the record.",
        "[calibration.left_out_simulated]", *(f"{name} = {value}" for name, value in worse.items()), "",
        "[sets.generic]", f"experiments = {_text(sorted({one.experiment for one in trials}))}", "",
    ]  # fmt: skip
    for name in sorted({one.cultivar for one in trials}):
        lines += [f"[sets.{name}]", f"experiments = {_text(sorted({one.experiment for one in trials if one.cultivar == name}))}", ""]  # fmt: skip
    return "\n".join(lines)


def _text(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
