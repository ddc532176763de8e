"""``tuwei potato replan FIELD.toml --observed FILE``: the plan made anew from what was observed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tuwei.potato.commands._told import (
    AsJson,
    Judged,
    Language,
    Scenarios,
    SearchSeed,
    Seasons,
    as_date,
    is_english,
    say_json,
    search_told,
    told,
)


def replan(
    field: Annotated[Path, typer.Argument(help="FIELD.toml，见文档 · see the docs")],
    observed: Annotated[Path, typer.Option("--observed", help="读数与作业的 CSV · CSV of readings and work")],
    plan: Annotated[Path | None, typer.Option("--plan", help="原方案的 plan.json 或 replan.json · of the earlier plan")] = None,
    weather: Annotated[Path | None, typer.Option("--weather", help="这一季实测的逐日气象，先于田块文件所写 · this season's measured weather")] = None,
    history: Annotated[Path | None, typer.Option("--history", help="往后用的其他年份；缺省用同一文件的其他年份，再缺用生成器 · other years for the days ahead")] = None,
    forecast: Annotated[Path | None, typer.Option("--forecast", help="今天起 1–16 天的逐日天气预报，格式同 --weather · daily weather forecast from today on")] = None,
    today: Annotated[str, typer.Option("--today", help="第一个还没做的日子，缺省为最后一条观测的次日 · first day not yet done")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="写出 replan.json 和 schedule.csv 的文件夹 · folder to write")] = None,
    seasons: Seasons = 30_000, scenarios: Scenarios = 48, judged: Judged = 300, seed: SearchSeed = 1,
    as_json: AsJson = False, language: Language = "zh",
) -> None:  # fmt: skip
    """按观测重新规划余下的一季 · Plan the rest of a season anew from what was observed."""
    from tuwei.potato.replanning._replan import replan_field
    from tuwei.potato.reports._replan import replan_dict, replan_lines, write_replan

    with told():
        english = is_english(language)
        day = as_date(today, "--today") if today else None
        found = replan_dict(replan_field(field, observed, weather, history=history, forecast=forecast, plan=plan, today=day,
                                         seasons=seasons, scenarios=scenarios, judged=judged, seed=seed, told=search_told(english)))  # fmt: skip
        if out is not None:
            write_replan(out, found)
        if as_json:
            say_json(found)
            return
        for line in replan_lines(found, english):
            typer.echo(line)
