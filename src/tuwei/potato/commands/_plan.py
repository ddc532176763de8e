"""``tuwei potato plan FIELD.toml``: the season's schedule, and what each step is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tuwei.potato.commands._told import (
    AsJson,
    Judged,
    Language,
    Report,
    Scenarios,
    SearchSeed,
    Seasons,
    is_english,
    say_json,
    search_told,
    told,
)


def plan(
    field: Annotated[Path, typer.Argument(help="FIELD.toml，见文档 · see the docs")],
    weather: Annotated[Path | None, typer.Option("--weather", help="多年的逐日气象文件；缺省用生成器的年份 · daily weather of several years; else generated years")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写出 plan.json 和 schedule.csv 的文件夹 · folder to write")] = None,
    report: Report = None,
    seasons: Seasons = 50_000, scenarios: Scenarios = 32, judged: Judged = 300, seed: SearchSeed = 1,
    as_json: AsJson = False, language: Language = "zh",
) -> None:  # fmt: skip
    """优化一季的日程：日期、灌水、施肥、喷药，各值多少 · The season's best schedule, and what each step is worth."""
    from tuwei.potato.pages._file import check_report, command_line, write_report
    from tuwei.potato.pages._plan import plan_page
    from tuwei.potato.planning._plan import plan_field
    from tuwei.potato.reports._plan import plan_dict, plan_lines, write_plan

    with told():
        english = is_english(language)
        if report is not None:
            check_report(report)
        size = {"seasons": seasons, "scenarios": scenarios, "judged": judged, "seed": seed}
        made = plan_field(field, weather, **size, told=search_told(english))
        found = plan_dict(made)
        if out is not None:
            write_plan(out, found)
        if report is not None:
            again = command_line("plan", field, weather, report, language, size)
            write_report(report, plan_page(found, made, english, again))
        if as_json:
            say_json(found)
            return
        for line in plan_lines(found, english):
            typer.echo(line)
