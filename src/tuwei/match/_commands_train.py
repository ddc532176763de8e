"""``tuwei match train | grade | models | rollback``: a grader learned from experts' judgements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from tuwei.match._grader import Grade, Grader
    from tuwei.match._lines import Rejects
    from tuwei.match._pairs import Pair, Pairs

WORK = {
    "views": "读文字 · reading texts",
    "features": "比较 · comparing",
    "weights": "选权重 · weighing",
    "solve": "求解 · solving",
    "grade": "评级 · grading",
}
GRADED_AT_ONCE = 500  # pairs
LONGEST_HEAD = 64  # characters of a text that stand for a missing title

PairsFile = Annotated[
    Path, typer.Option("--pairs", exists=True, dir_okay=False, help="评分对 · graded pairs, JSON Lines")
]
ModelFolder = Annotated[Path, typer.Option("--model", help="模型文件夹 · folder of the model")]
NeedsFile = Annotated[Path, typer.Option("--needs", exists=True, dir_okay=False, help="需求 · needs")]
AchievementsFile = Annotated[
    Path, typer.Option("--achievements", exists=True, dir_okay=False, help="成果 · achievements")
]
MoreNeeds = Annotated[
    Path | None, typer.Option("--needs", exists=True, dir_okay=False, help="训练时没有的需求 · further needs")
]
MoreAchievements = Annotated[
    Path | None,
    typer.Option(
        "--achievements", exists=True, dir_okay=False, help="训练时没有的成果 · further achievements"
    ),
]


def train(
    pairs: PairsFile,
    achievements: AchievementsFile,
    needs: NeedsFile,
    out: Annotated[Path, typer.Option("--out", help="模型文件夹 · folder of the model")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="随机种子 · random seed")] = 0,
    index: Annotated[
        Path | None, typer.Option("--index", help="借用其学得的向量 · use the vectors of this index too")
    ] = None,
) -> None:
    """由专家评分学习评级 · Learn to grade from experts' judgements."""
    from tuwei.match._grader import Grader
    from tuwei.match._lines import Rejects
    from tuwei.match._models import publish

    out.parent.mkdir(parents=True, exist_ok=True)
    with Rejects(pairs, beside=out) as rejects, _progress() as progress:
        known, found = _records(needs, rejects), _records(achievements, rejects)
        read = _pairs(pairs, rejects, set(known), set(found), needed=True)
        grader = Grader.fit(
            read,
            known.values(),
            found.values(),
            seed=seed,
            embedding=_embedding(index) if index else None,
            progress=progress,
        )
    _told(rejects, read)
    number, compared = publish(out, grader)
    _trained(out, number, grader, compared)


def grade(
    model: ModelFolder,
    pairs: PairsFile,
    achievements: MoreAchievements = None,
    needs: MoreNeeds = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="结果文件,默认输出到屏幕 · file of grades, else printed")
    ] = None,
) -> None:
    """为成对的需求和成果评级 · Grade pairs of needs and achievements."""
    from tuwei.match._grader import Grader
    from tuwei.match._lines import Rejects
    from tuwei.match.cli import _whole

    grader = Grader.load(model)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
    with Rejects(pairs, beside=out or pairs) as rejects, _progress() as progress:
        more = [_records(path, rejects) if path else {} for path in (needs, achievements)]
        texts = grader.model.need_texts, grader.model.achievement_texts
        known, found = ({*one, *other} for one, other in zip(more, texts, strict=True))
        read = _pairs(pairs, rejects, known, found, needed=False)
        grades = _graded(grader, read, more, progress)
    lines = [json.dumps(one.line(), ensure_ascii=False) for one in grades.values()]
    if out:
        with _whole(out) as file:
            file.writelines(line + "\n" for line in lines)
        typer.echo(f"{len(lines)} 对已评级 · pairs graded: {out}", err=True)
    else:
        typer.echo("\n".join(lines))
    _told(rejects, read)
    _summed(read, grades)


def models(folder: Annotated[Path, typer.Argument(help="模型文件夹 · folder of the model")]) -> None:
    """列出各版本 · List the versions of a model."""
    from tuwei.match._models import versions

    typer.echo(f"{'':2}{'version':>7}  {'created':<20}{'pairs':>7}{'needs':>7}{'1/(1+MAE)':>11}{'ECE':>8}")
    for one in versions(folder):
        kept = one.card.get("kept_out", {}).get("all", {})
        typer.echo(
            f"{'*' if one.in_force else '':2}{one.number:>7}  {one.card.get('created', '?')[:19]:<20}"
            f"{one.card.get('pairs', '?'):>7}{one.card.get('judged_needs', '?'):>7}"
            f"{_figure(kept, 'score'):>11}{_figure(kept, 'ece'):>8}"
        )
    typer.echo("* 在用 · in force; 1/(1+MAE), ECE: 留出的评分上 · on the pairs kept out")


def rollback(
    folder: Annotated[Path, typer.Argument(help="模型文件夹 · folder of the model")],
    to: Annotated[
        int | None, typer.Option("--to", min=1, help="版本号,默认前一版 · version, default the one before")
    ] = None,
) -> None:
    """退回旧版本 · Put an older version of a model in force."""
    from tuwei.match._models import rollback as back

    typer.echo(f"版本 {back(folder, to)} 已启用 · version in force: {folder}")


def _records(path: Path, rejects: Rejects) -> dict[str, dict[str, Any]]:
    """Read records by id; a title, or a text, is enough."""
    from tuwei.core.errors import InputError
    from tuwei.match._lines import _json, _lines
    from tuwei.match._records import duplicate, read_record

    found: dict[str, dict[str, Any]] = {}
    for row, line in _lines(path):
        try:
            data = _json(line, path, row)
            if isinstance(data, dict):
                unsaid = {} if data.get("problem") or data.get("text") is not None else {"text": ""}
                data = {**data, **unsaid}
                if not data.get("title") and isinstance(data.get("text"), str):
                    data["title"] = data["text"][:LONGEST_HEAD].strip()
            identity = read_record(data, file=str(path), row=row).id
            if identity in found:
                raise duplicate(identity, file=str(path), row=row)
        except InputError as error:
            rejects.add(error, line)
            continue
        found[identity] = {**data, "id": identity}
    return found


def _pairs(path: Path, rejects: Rejects, needs: set[str], achievements: set[str], *, needed: bool) -> Pairs:
    from tuwei.match._grader import unknown
    from tuwei.match._pairs import read_pairs
    from tuwei.match.cli import _nothing

    def check(pair: Pair, row: int) -> None:
        if pair.need not in needs or pair.achievement not in achievements:
            raise unknown(pair, needs, file=str(path), row=row)

    read = read_pairs(path, rejects, needed=needed, check=check)
    if not read:
        raise _nothing(path, rejects)
    return read


def _graded(
    grader: Grader, read: Pairs, more: list[dict[str, dict[str, Any]]], progress: Any
) -> dict[tuple[str, str], Grade]:
    """Grade each pair once, a few hundred at a time, those of one need together."""
    needs, achievements = (list(one.values()) for one in more)
    once = list(dict.fromkeys(pair.ids for pair in read))
    found: dict[tuple[str, str], Grade] = {}
    by_need = sorted(once)
    for at in range(0, len(by_need), GRADED_AT_ONCE):
        some = by_need[at : at + GRADED_AT_ONCE]
        found |= zip(some, grader.grade(some, needs, achievements), strict=True)
        progress("grade", min(at + GRADED_AT_ONCE, len(by_need)), len(by_need))
    return {ids: found[ids] for ids in once}


def _embedding(index: Path) -> Any:
    from contextlib import closing

    from tuwei.match import MatchIndex

    with closing(MatchIndex.load(index)) as opened:
        return opened.embedding


def _told(rejects: Rejects, read: Pairs) -> None:
    """Say what was not used as it stood."""
    if rejects.count:
        typer.echo(
            f"{rejects.count} 行有误,原因见 {rejects.path} · rows rejected; reasons in {rejects.path}",
            err=True,
        )
    if read.repeated:
        typer.echo(f"{read.repeated} 行重复,只算一次 · rows repeated, counted once", err=True)
    if read.disputed:
        typer.echo(f"{read.disputed} 对有不同等级,都算 · pairs with several levels, each counts", err=True)


def _trained(out: Path, number: int, grader: Grader, compared: dict[str, Any]) -> None:
    card = grader.card
    typer.echo(f"{card['pairs']} 对已学,版本 {number} 已启用 · pairs learned, version in force: {out}")
    if card["left_out"]:
        typer.echo(
            f"{card['left_out']} 对超出可精确求解的数目,未用 · pairs beyond what is solved exactly, left out",
            err=True,
        )
    kept = card["kept_out"].get("all")
    if kept:
        typer.echo(f"留出的评分 · kept out: {_measured(kept)}")
    if compared.get("pairs"):
        typer.echo(
            f"平均误差,原有版本 · mean error of the one before: {compared['old']:.4f}, 新 · new {compared['new']:.4f}"
        )


def _summed(read: Pairs, grades: dict[tuple[str, str], Grade]) -> None:
    """Measure the grades against the levels that the pairs carry."""
    import numpy as np

    from tuwei.match._grader_levels import measures

    judged = [pair for pair in read if pair.level]
    if not judged:
        return
    chances = np.array([grades[pair.ids].probabilities for pair in judged])
    reached = np.cumsum(chances[:, ::-1], axis=1)[:, ::-1][:, 1:]
    levels = np.array([pair.level for pair in judged])
    found = measures(reached, levels)
    away = np.abs(np.array([grades[pair.ids].level for pair in judged]) - levels)
    found |= {"mae": float(away.mean()), "score": float(1 / (1 + away.mean()))}
    typer.echo(_measured(found), err=True)


def _measured(found: dict[str, float]) -> str:
    return (
        f"{found['pairs']} 对 · pairs, MAE {found['mae']:.4f}, 1/(1+MAE) {found['score']:.4f}, "
        f"准确率 · accuracy {found['accuracy']:.4f}, ECE {found['ece']:.4f}"
    )


def _figure(found: dict[str, float], name: str) -> str:
    return f"{found[name]:.4f}" if name in found else "–"


@contextmanager
def _progress() -> Iterator[Any]:
    from tuwei.match import cli

    cli.WORK.update(WORK)
    with cli._progress() as progress:
        yield progress
