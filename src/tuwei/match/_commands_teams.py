"""``tuwei match duplicates | teams``: near-duplicate listings, and the people behind the works."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

OutFile = Annotated[Path, typer.Option("--out", help="结果文件 · output, JSON Lines")]


class By(StrEnum):
    """Whom to rank."""

    person = "person"
    organisation = "organisation"
    team = "team"


def duplicates(
    records: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="JSON Lines,每行一条 · one a line")
    ],
    out: OutFile,
    threshold: Annotated[
        float, typer.Option("--threshold", help="相似度下限 0.5–1 · least resemblance")
    ] = 0.8,
    seed: Annotated[int, typer.Option("--seed", min=0, help="随机种子 · random seed")] = 0,
) -> None:
    """查重 · Group near-duplicate RECORDS; the same text of different holders is flagged as copied."""
    from tuwei.match import cli
    from tuwei.match._duplicates import Duplicates, check_threshold
    from tuwei.match._lines import Rejects, objects

    check_threshold(threshold)
    out.parent.mkdir(parents=True, exist_ok=True)
    with Rejects(records, beside=out) as rejects, cli._whole(out) as lines:
        known = Duplicates.build(objects(records, rejects), seed=seed)
        if not len(known):
            raise cli._nothing(records, rejects)
        found = known.groups(threshold=threshold)
        for number, group in enumerate(found, start=1):
            told = {"group": number, **group.as_dict()}
            lines.write(json.dumps(told, ensure_ascii=False) + "\n")
    copied = sum(group.flag == "copied" for group in found)
    cli._tell(
        f"{len(known)} 条中找出 {len(found)} 组,其中疑似抄录 {copied} 组 · "
        f"{len(found)} groups in {len(known)} records, {copied} perhaps copied: {out}",
        rejects,
    )


def teams(
    folder: Annotated[
        Path, typer.Option("--index", help="成果、论文、专利的索引 · index of achievements, papers, patents")
    ],
    needs: Annotated[
        Path, typer.Option("--needs", exists=True, dir_okay=False, help="需求 · needs, JSON Lines")
    ],
    out: OutFile,
    by: Annotated[
        By, typer.Option("--by", help="人、单位或团队 · people, organisations or teams")
    ] = By.person,
    top: Annotated[int, typer.Option("--top", min=1, max=1_000, help="每条需求取几个 · hits a need")] = 20,
) -> None:
    """为每条需求排出人员与团队 · Rank people, organisations or teams for each of the NEEDS by their works."""
    from tuwei.match import MatchIndex, cli
    from tuwei.match._lines import Rejects, objects
    from tuwei.match._teams import rank_teams

    opened = MatchIndex.load(folder)
    out.parent.mkdir(parents=True, exist_ok=True)
    with Rejects(needs, beside=out) as rejects, cli._progress() as progress, cli._whole(out) as lines:
        count = 0
        for count, need in enumerate(objects(needs, rejects), start=1):
            for hit in rank_teams(opened, need, top=top, by=by.value):
                lines.write(json.dumps(hit.line(need["id"]), ensure_ascii=False) + "\n")
            progress("rank", count, 0)
        if not count:
            raise cli._nothing(needs, rejects)
    cli._tell(f"{count} 条需求已排序 · needs ranked: {out}", rejects)
