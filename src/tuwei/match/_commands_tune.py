"""``tuwei match tune``: the weights of a ranking chosen by judgements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from tuwei.match import MatchIndex
    from tuwei.match._settings import Settings
    from tuwei.match._tune import RankWith, Tuned


def tune(
    folder: Annotated[Path, typer.Option("--index", help="索引文件夹 · folder of the index")],
    needs: Annotated[
        Path, typer.Option("--needs", exists=True, dir_okay=False, help="需求 · needs, JSON Lines")
    ],
    qrels: Annotated[
        Path,
        typer.Option("--qrels", exists=True, dir_okay=False, help="评分 · judgements: TSV or JSON Lines"),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="选出的权重 · file for the chosen settings, JSON")
    ] = None,
    folds: Annotated[int, typer.Option("--folds", min=2, max=20, help="折数 · folds")] = 5,
    kept_out: Annotated[
        float, typer.Option("--kept-out", min=0.05, max=0.5, help="留出的份额 · share kept out")
    ] = 0.25,
    samples: Annotated[
        int, typer.Option("--samples", min=100, max=1_000_000, help="重抽次数 · draws of the bootstrap")
    ] = 10_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="随机种子 · random seed")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """按评分选排序的权重,并在留出的需求上与默认相比 · Choose the weights by judgements; prove them on needs kept out."""
    from tuwei.match import MatchIndex
    from tuwei.match._judgements import read_judgements
    from tuwei.match._lines import Rejects, objects
    from tuwei.match._tune import tune as choose
    from tuwei.match.cli import _progress, _tell_rejects

    index, judged = MatchIndex.load(folder), read_judgements(qrels)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
    with Rejects(needs, beside=out or needs) as rejects, _progress() as progress:
        asked = [need for need in objects(needs, rejects) if need["id"] in judged.grades]
        found = choose(
            ranker(index), asked, judged.grades, folds=folds, kept_out=kept_out, samples=samples, seed=seed,
            progress=progress,
        )  # fmt: skip
    _tell_rejects(rejects)
    if out and found.accepted:
        _keep(found.chosen, out)
    if as_json:
        typer.echo(json.dumps(as_dict(found, written=bool(out) and found.accepted), ensure_ascii=False))
        return
    for line in told(found, out):
        typer.echo(line)


def ranker(index: MatchIndex) -> RankWith:
    """Return the first ten of an index by settings."""

    def rank_with(settings: Settings, need: Mapping[str, Any]) -> list[str]:
        return [hit.achievement for hit in index.with_settings(settings).rank(need, top=10, explain=False)]

    return rank_with


def as_dict(found: Tuned, *, written: bool) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    one = found.kept_out
    named = ("value", "baseline", "difference", "low", "high", "bootstrap_p", "randomisation_p")
    return {
        "chosen": found.chosen.as_dict(),
        "default": found.default.as_dict(),
        "folds": [{"chosen": round(ours, 6), "default": round(theirs, 6)} for ours, theirs in found.folds],
        "kept_out": {name: round(getattr(one, name), 6) for name in named}
        | {"better": one.better, "worse": one.worse, "same": one.same},
        "needs": {"choosing": found.choosing, "kept_out": found.kept_out_needs},
        "tried": found.tried,
        "at_the_end": found.at_the_end,
        "accepted": found.accepted,
        "written": written,
    }


def told(found: Tuned, out: Path | None) -> Iterator[str]:
    """Yield the lines for people."""
    ours, theirs = (sum(pair[at] for pair in found.folds) / len(found.folds) for at in (0, 1))
    one = found.kept_out
    yield f"需求:{found.choosing} 条用来选,{found.kept_out_needs} 条留出;试了 {found.tried} 组 · needs: {found.choosing} to choose by, {found.kept_out_needs} kept out; {found.tried} settings tried"
    yield f"交叉验证 nDCG@10 · cross-validated nDCG@10: {ours:.4f},默认 · default {theirs:.4f}"
    for name, (old, new) in found.changed.items():
        yield f"  {name:<14}{old:>8g} → {new:g}"
    if not found.changed:
        yield "  选中的就是默认值 · the default is chosen"
    if found.at_the_end:
        yield f"  到了所试的尽头 · at the end of what was tried: {', '.join(found.at_the_end)}"
    yield f"留出部分 nDCG@10 · kept out: {one.value:.4f},默认 · default {one.baseline:.4f}"
    yield f"  {one.difference:+.4f}  [{one.low:+.4f}, {one.high:+.4f}]  p {one.bootstrap_p:.4f} {one.randomisation_p:.4f}  +{one.better} −{one.worse} ={one.same}"
    if not found.accepted:
        yield "在留出部分不如默认,未写入 · worse than the default on the needs kept out: not written"
    elif out:
        yield f"已写入 · written: {out}"


def _keep(settings: Settings, out: Path) -> None:
    from tuwei.match._settings import as_json
    from tuwei.match.cli import _whole

    with _whole(out) as file:
        file.write(as_json(settings))
