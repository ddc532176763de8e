"""``tuwei potato evidence``: the claims of the project, re-run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tuwei.potato._whole import check_free
from tuwei.potato.commands._told import (
    AsJson,
    Language,
    Progress,
    Report,
    SearchSeed,
    is_english,
    say_json,
    told,
)


def evidence(
    field: Annotated[Path | None, typer.Option("--field", help="FIELD.toml；缺省为随包的阴山北麓田块 · else the shipped field")] = None,
    practices: Annotated[Path | None, typer.Option("--practices", help="农民习惯的文件，同 data/practices.toml · farmers' practices, else the shipped")] = None,
    years: Annotated[int, typer.Option("--years", min=3, max=2000, help="评判用的天气年数 · weather years to judge on")] = 100,
    judges: Annotated[str, typer.Option("--judges", help="tuwei、aquacrop、wofost、wofost-n，逗号分隔 · separated by commas")] = "tuwei,aquacrop,wofost,wofost-n",
    seasons: Annotated[int, typer.Option("--seasons", min=1000, max=10_000_000, help="每个方案至少搜索多少季 · seasons to search for each plan")] = 50_000,
    seed: SearchSeed = 1,
    out: Annotated[Path | None, typer.Option("--out", help="写出 evidence.json、table.csv、runs.csv 的文件夹；中断后再运行会接着做 · folder to write; a run that was cut off goes on")] = None,
    report: Report = None, as_json: AsJson = False, language: Language = "zh",
) -> None:  # fmt: skip
    """重跑证据：优化方案对农民漫灌与滴灌，由我们的与外来的模型评判 · Re-run the evidence: the plan against two practices, judged by our model and by others."""
    from tuwei.potato.evidence._evidence import evidence_case
    from tuwei.potato.pages._evidence import evidence_page
    from tuwei.potato.pages._file import check_report, command_line, write_report
    from tuwei.potato.reports._evidence import evidence_dict, evidence_lines, write_evidence

    with told():
        english, kept = is_english(language), None
        if report is not None:
            check_report(report)
        if out is not None:
            check_free(out)
            kept = out.with_name(f".{out.name}.part.jsonl")
        case = evidence_case(field, practices=practices, years=years, judges=[one.strip() for one in judges.split(",")], seasons=seasons,
                             seed=seed, kept=kept, told=Progress())  # fmt: skip
        found = evidence_dict(case)
        if out is not None and kept is not None:
            write_evidence(out, found, case)
            kept.unlink(missing_ok=True)
        if report is not None:
            given = {"field": field.name if field else "", "practices": practices.name if practices else ""}
            size: dict[str, int | str] = {"years": years, "judges": judges, "seasons": seasons, "seed": seed}
            again = {name: value for name, value in {**given, **size}.items() if value != ""}
            write_report(
                report,
                evidence_page(found, english, command_line("evidence", None, None, report, language, again)),
            )
        if as_json:
            say_json(found)
            return
        for line in evidence_lines(found, english):
            typer.echo(line)
