"""``tuwei potato simulate | validate | calibrate``: the potato model on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tuwei.potato._whole import json_text
from tuwei.potato.commands._blight import blight
from tuwei.potato.commands._evidence import evidence
from tuwei.potato.commands._ingest import ingest
from tuwei.potato.commands._nitrogen import nitrogen
from tuwei.potato.commands._plan import plan
from tuwei.potato.commands._replan import replan
from tuwei.potato.commands._store import store
from tuwei.potato.commands._told import Absent, AsJson, Language, Report, Waive, is_english, say, told

app = typer.Typer(help="马铃薯全生命周期 · potato over its whole life", no_args_is_help=True)
Members = Annotated[
    int, typer.Option("--members", min=2, max=5000, help="集合成员数 · members of the ensemble")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="随机种子 · seed")]
GapsTried = Annotated[list[str] | None, typer.Option("--gaps", help="补缺测的方法 linear、linear-dry 或 other-year，可多次，依次试 · how gaps are filled, tried in order; without it nothing is")]  # fmt: skip


@app.callback()
def potato() -> None:
    """马铃薯全生命周期 · Potato over its whole life."""


app.command()(blight)
app.command()(evidence)
app.command()(ingest)
app.command()(nitrogen)
app.command()(plan)
app.command()(store)
app.command()(replan)


@app.command()
def simulate(
    field: Annotated[Path, typer.Argument(help="FIELD.toml，见文档 · see the docs")],
    weather: Annotated[Path | None, typer.Option("--weather", help="气象文件 · weather file")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写出 season.json 和 daily.csv 的文件夹 · folder to write")] = None,
    report: Report = None, members: Members = 200, seed: Seed = 1, as_json: AsJson = False, language: Language = "zh",
) -> None:  # fmt: skip
    """模拟一块田的一季，给出 90 % 区间 · Simulate a field's season, with 90 % intervals."""
    from tuwei.potato.commands._run import simulate_field
    from tuwei.potato.pages._file import check_report, command_line, write_report
    from tuwei.potato.pages._season import season_page
    from tuwei.potato.reports._season import season_lines, write_season

    with told():
        english = is_english(language)
        if report is not None:
            check_report(report)
        size = {"members": members, "seed": seed}
        found, season = simulate_field(field, weather, **size)
        if out is not None:
            write_season(out, found, season)
        if report is not None:
            write_report(
                report,
                season_page(
                    found, season, english, command_line("simulate", field, weather, report, language, size)
                ),
            )
        say([json_text(found)] if as_json else season_lines(found, english))


@app.command()
def validate(
    folder: Annotated[Path, typer.Argument(help="试验文件夹 · folder of trials")],
    emergence: Annotated[str, typer.Option("--emergence", help="recorded 或 simulated：用记录的出苗日还是模拟的 · the recorded day or the model's")] = "recorded",
    gaps: GapsTried = None, absent: Absent = "fao56", waive: Waive = None,
    members: Members = 200, seed: Seed = 1, as_json: AsJson = False, language: Language = "zh",
) -> None:  # fmt: skip
    """模拟每个试验处理，与观测比较；有不能模拟的，列在末尾，退出码 1，全不能则 2 · Simulate every treatment of trials and compare with what was observed; those that cannot be are listed last and the exit code is 1, or 2 if none can."""
    from tuwei.potato.calibration._validate import validate as compare
    from tuwei.potato.calibration._validate import validation_lines
    from tuwei.potato.trials._weather import Filling

    with told():
        english = is_english(language)
        filling = Filling(tuple(gaps or ()), absent, tuple(waive or ()))
        found = compare(folder, members=members, seed=seed, emergence=emergence, filling=filling)
        say([json_text(found.as_dict())] if as_json else validation_lines(found, english))
        if found.rejected:
            raise typer.Exit(1 if found.rows else 2)


@app.command()
def calibrate(
    folder: Annotated[Path, typer.Argument(help="试验文件夹 · folder of trials")],
    out: Annotated[Path, typer.Option("--out", help="写出 cultivars.toml 和 posterior.csv 的文件夹 · folder to write")],
    source: Annotated[str, typer.Option("--source", help="数据来源一句话 · one line on where the trials are from")] = "",
    emergence: Annotated[str, typer.Option("--emergence", help="recorded 或 simulated · recorded or simulated")] = "recorded",
    gaps: GapsTried = None, absent: Absent = "fao56", seed: Seed = 1, as_json: AsJson = False,
) -> None:  # fmt: skip
    """按试验拟合品种参数，逐个整试验留出评分 · Fit cultivars on trials; scored with whole experiments left out."""
    from dataclasses import asdict

    from tuwei.potato.calibration._ship import calibrate as fitted
    from tuwei.potato.trials._weather import Filling

    with told():
        found = fitted(
            folder,
            out,
            source=source,
            seed=seed,
            emergence=emergence,
            filling=Filling(tuple(gaps or ()), absent),
            told=lambda step: typer.echo(step, err=True),
        )
        one = found.scores
        say([json_text(asdict(one))] if as_json else
            [f"留出试验 · left out: n={one.n} RMSE={one.rmse:.0f} kg/ha nRMSE={one.nrmse:.1f} % d={one.d:.3f} 90 %: {100 * (one.coverage or 0):.0f} %", str(out)])  # fmt: skip
