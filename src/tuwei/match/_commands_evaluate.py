"""``tuwei match evaluate``: a run against judgements and against another run, as text, JSON or a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tuwei.match._evaluation import Evaluation
    from tuwei.match._judgements import Judgements
    from tuwei.match._runs import RunFile

SAMPLES = 10_000

RunFileOption = Annotated[
    Path, typer.Option("--run", exists=True, dir_okay=False, help="结果文件 · run file")
]
Titles = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="报告中的标题取自此 · titles for the report, JSON Lines"),
]


def evaluate(
    run: RunFileOption,
    qrels: Annotated[
        Path,
        typer.Option(
            "--qrels",
            exists=True,
            dir_okay=False,
            help="评分:TSV need⇥achievement⇥grade 或 JSON Lines 的对 · judgements: TSV, or pairs as JSON Lines",
        ),
    ],
    k: Annotated[
        str | None, typer.Option("--k", help="截断名次,如 5,10,20 · cuts to measure at, like 5,10,20")
    ] = None,
    judged_only: Annotated[
        bool, typer.Option("--judged-only", help="只看评过的 · drop what nobody judged")
    ] = False,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="加区间、等级、校准(评分为 JSON Lines 时总是如此) · add intervals, levels, calibration",
        ),
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline", exists=True, dir_okay=False, help="与之相比的结果文件 · run to compare with"
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", help="带图的报告,一个 HTML 文件 · report with plots, one HTML file"),
    ] = None,
    needs: Titles = None,
    achievements: Titles = None,
    samples: Annotated[
        int, typer.Option("--samples", min=100, max=1_000_000, help="重抽次数 · draws of the bootstrap")
    ] = SAMPLES,
    seed: Annotated[int, typer.Option("--seed", min=0, help="随机种子 · random seed")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """对照评分评测:nDCG、MRR、召回、等级误差、校准、两次结果之差 · Measure a run against judgements, and against another run."""
    from tuwei.match._evaluation import Options, evaluated
    from tuwei.match._evaluation_text import told
    from tuwei.match._judgements import read_judgements
    from tuwei.match._runs import read_run

    options = Options(cuts_of(k), judged_only, samples, seed)
    judged, found = read_judgements(qrels), read_run(run)
    if not (full or judged.pairs or baseline or report):
        _plain(found, judged, options.cuts, judged_only, as_json)
        return
    other = read_run(baseline) if baseline else None
    result = evaluated(found, judged, options, other)
    if report:
        paths = [run, qrels, *([baseline] if baseline else [])]
        _keep(report, _page(result, paths, [found, *([other] if other else [])], needs, achievements))
    if as_json:
        typer.echo(json.dumps(result.as_dict(), ensure_ascii=False))
        return
    for one in told(result):
        typer.echo(one)
    if report:
        typer.echo(f"报告 · report: {report}")


def cuts_of(given: str | None) -> tuple[int, ...] | None:
    """Return the cuts of ``5,10,20``, None for none given.

    Raises
    ------
    InputError
        ``match.bad_cut``.

    Examples
    --------
    >>> cuts_of("5, 10")
    (5, 10)
    """
    from tuwei.match._evaluate import bad_cut, names_of

    if given is None:
        return None
    parts = [part.strip() for part in given.replace("\uff0c", ",").split(",")]
    for part in parts:
        if not (part.isascii() and part.isdigit() and len(part) < 6):
            raise bad_cut(part)
    cuts = tuple(int(part) for part in parts)
    names_of(cuts)
    return cuts


def _plain(
    run: RunFile, judged: Judgements, cuts: tuple[int, ...] | None, judged_only: bool, as_json: bool
) -> None:
    from tuwei.match._evaluate import evaluate as measure
    from tuwei.match._evaluation_text import line

    means = measure(run.ranked, judged.grades, cuts=cuts, judged_only=judged_only)
    if as_json:
        typer.echo(json.dumps({name: round(value, 6) for name, value in means.items()}))
        return
    for name, value in means.items():
        typer.echo(line(name, value))


def _page(
    found: Evaluation, paths: list[Path], runs: list[RunFile], needs: Path | None, achievements: Path | None
) -> str:
    from tuwei.match._evaluate import curves
    from tuwei.match._evaluation import main_cut
    from tuwei.match._evaluation_page import page
    from tuwei.match._worst import told, worst

    judged, alone = found.judgements, found.options.judged_only
    name = f"ndcg@{main_cut(found.per_need.names)}"
    shown = worst(found.per_need, name, runs[0], judged, alone)
    lines = [curves(run.ranked, judged.grades, deepest=100, judged_only=alone) for run in runs]
    known = told(shown, paths[0], needs, achievements)
    return page(found, [path.name for path in paths], lines, shown, known)


def _keep(report: Path, text: str) -> None:
    from tuwei.match.cli import _whole

    report.parent.mkdir(parents=True, exist_ok=True)
    with _whole(report) as file:
        file.write(text)
