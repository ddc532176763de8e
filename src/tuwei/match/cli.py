"""``tuwei match index | rank | evaluate``: matching on the command line, over JSON Lines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import rmtree
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from tuwei.core.errors import InputError
from tuwei.match import _commands_evaluate, _commands_teams, _commands_train, _commands_tune
from tuwei.match._lines import Rejects, objects

if TYPE_CHECKING:
    from tuwei.match import MatchIndex

app = typer.Typer(help="匹配:建索引、排序、评测 · matching: index, rank, evaluate", no_args_is_help=True)

InFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON Lines,每行一条 · one a line")]
WORK = {
    "read": "检查 · checking",
    "embedding": "学习向量 · learning",
    "ranker": "学习排序 · learning to rank",
    "index": "入库 · indexing",
    "rank": "排序 · ranking",
    "tune": "选权重 · tuning",
}


@app.callback()
def match() -> None:
    """匹配:建索引、排序、评测 · Matching: index, rank, evaluate."""


@app.command()
def index(
    achievements: InFile,
    out: Annotated[Path, typer.Option("--out", help="索引文件夹 · folder of the index")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="随机种子 · random seed")] = 0,
    encoder: Annotated[
        str,
        typer.Option(
            "--encoder",
            envvar="TUWEI_MATCH_ENCODER",
            help="本机语言模型的文件夹 · folder of a language model",
        ),
    ] = "",
) -> None:
    """建立索引 · Build an index of ACHIEVEMENTS (or of needs, to be ranked for an achievement)."""
    from tuwei.match import MatchIndex, open_encoder

    own = open_encoder(encoder) if encoder else None
    out.parent.mkdir(parents=True, exist_ok=True)
    with Rejects(achievements, beside=out) as rejects, _progress() as progress, _scratch(out) as scratch:
        found = objects(achievements, rejects)
        with closing(
            MatchIndex.build(found, encoder=own, progress=progress, seed=seed, scratch=scratch)
        ) as built:
            count = len(built)
            if not count:
                raise _nothing(achievements, rejects)
            built.save(out)
    _tell(f"{count} 条已建索引 · indexed: {out}", rejects)


@app.command()
def rank(
    folder: Annotated[Path, typer.Option("--index", help="索引文件夹 · folder of the index")],
    needs: Annotated[
        Path, typer.Option("--needs", exists=True, dir_okay=False, help="需求 · needs, JSON Lines")
    ],
    out: Annotated[Path, typer.Option("--out", help="结果文件 · run file, JSON Lines")],
    top: Annotated[int, typer.Option("--top", min=1, max=10_000, help="每条需求取几条 · hits a need")] = 20,
    explain: Annotated[bool, typer.Option("--explain", help="写明理由 · say why")] = False,
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings", exists=True, dir_okay=False, help="tune 选出的权重 · weights chosen by tune"
        ),
    ] = None,
    model: Annotated[
        Path | None, typer.Option("--model", help="train 学出的评分模型 · grader made by train")
    ] = None,
) -> None:
    """为每条需求排序 · Rank the index for each of the NEEDS."""
    from tuwei.match import Grader, MatchIndex
    from tuwei.match._settings import read_settings

    opened = MatchIndex.load(folder)
    if settings:
        opened = opened.with_settings(read_settings(settings))
    if model:
        opened = opened.with_grader(Grader.load(model))
    out.parent.mkdir(parents=True, exist_ok=True)
    with Rejects(needs, beside=out) as rejects, _progress() as progress, _whole(out) as lines:
        count = 0
        for count, need in enumerate(objects(needs, rejects), start=1):
            lines.writelines(_run(opened, need, top, explain))
            progress("rank", count, 0)
        if not count:
            raise _nothing(needs, rejects)
    _tell(f"{count} 条需求已排序 · needs ranked: {out}", rejects)


def _run(opened: MatchIndex, need: dict[str, Any], top: int, explain: bool) -> Iterator[str]:
    for hit in opened.rank(need, top=top, explain=explain):
        yield json.dumps(hit.line(need["id"]), ensure_ascii=False) + "\n"


@contextmanager
def _whole(path: Path) -> Iterator[IO[str]]:
    """Write a file that appears only when complete."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with fresh.open("w", encoding="utf-8", errors="backslashreplace") as lines:
            yield lines
            lines.flush()
            os.fsync(lines.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def _scratch(out: Path) -> Iterator[Path]:
    """Give a working folder on the disk of the output; one that a killed process left there goes."""
    for left in out.parent.glob(f".{out.name}.work-*"):
        if not Path(f"/proc/{left.name.rpartition('-')[2]}").exists():
            rmtree(left, ignore_errors=True)
    folder = out.with_name(f".{out.name}.work-{os.getpid()}")
    folder.mkdir(exist_ok=True)
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


@contextmanager
def _progress() -> Iterator[Any]:
    """Show what goes on, on standard error and only to a person."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(work: str, done: int, total: int) -> None:
            if work not in tasks:
                tasks[work] = bar.add_task(WORK[work], total=total or None)
            bar.update(tasks[work], completed=done, total=total or None)

        yield show


def _tell(done: str, rejects: Rejects) -> None:
    typer.echo(done)
    _tell_rejects(rejects)


def _tell_rejects(rejects: Rejects) -> None:
    if rejects.count:
        typer.echo(
            f"{rejects.count} 行有误,原因见 {rejects.path} · rows rejected; reasons in {rejects.path}",
            err=True,
        )


def _nothing(path: Path, rejects: Rejects) -> InputError:
    return InputError(
        "match.no_records",
        "{file} 中没有一条可用的记录;逐行原因见 {got}" if rejects.count else "{file} 中没有记录。",
        "No usable record in {file}; reasons row by row in {got}"
        if rejects.count
        else "No record in {file}.",
        file=str(path),
        got=str(rejects.path) if rejects.count else "0",
    )


app.command("evaluate")(_commands_evaluate.evaluate)
app.command("tune")(_commands_tune.tune)
app.command("duplicates")(_commands_teams.duplicates)
app.command("teams")(_commands_teams.teams)
app.command("train")(_commands_train.train)
app.command("grade")(_commands_train.grade)
app.command("models")(_commands_train.models)
app.command("rollback")(_commands_train.rollback)
