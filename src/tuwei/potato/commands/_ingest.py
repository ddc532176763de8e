"""``tuwei potato ingest FILES --lake FOLDER``: readings into Parquet by month, with daily roll-ups."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tuwei.potato.commands._told import Absent, AsJson, Gaps, Language, is_english, say_json, told


def ingest(
    files: Annotated[list[Path] | None, typer.Argument(help="CSV、Parquet、NASA POWER、ERA5、WTH 或文件夹 · files or folders")] = None,
    lake: Annotated[Path, typer.Option("--lake", help="数据湖文件夹 · folder of the lake")] = Path("lake"),
    utc_offset: Annotated[float, typer.Option("--utc-offset", min=-12, max=14, help="当地比世界时早几小时 · hours ahead of UTC")] = 8.0,
    memory: Annotated[str, typer.Option("--memory", help="DuckDB 内存上限 · memory limit")] = "2GB",
    threads: Annotated[int, typer.Option("--threads", min=0, help="线程数，0 为全部 · threads, 0 for all")] = 0,
    cluster: Annotated[str, typer.Option("--cluster", help="Dask 调度器地址：日汇总在集群上做 · Dask scheduler for the roll-up")] = "",
    gaps: Gaps = "", absent: Absent = "", as_json: AsJson = False, language: Language = "zh",
) -> None:  # fmt: skip
    """传感器、小区与气象记录入库，按日汇总；重复与迟到的都处理，拒收的写明原因 · Readings into Parquet with daily roll-ups."""
    from tuwei.potato.lake._ingest import ingest as run

    def progress(text: str) -> None:
        if sys.stderr.isatty():
            typer.echo(text, err=True)

    with told():
        english = is_english(language)
        report = run(files or [], lake, utc_offset=utc_offset, memory=memory, threads=threads, gaps=gaps, absent=absent,
                     roll=not cluster, progress=progress)  # fmt: skip
        if cluster:
            from tuwei.potato.lake._cluster import roll_up_cluster

            roll_up_cluster(lake, cluster, memory=memory, report=report)
        if as_json:
            say_json(report.as_dict())
            return
        known = len(report.known)
        typer.echo(
            f"files {report.files} new, {known} known; rows {report.accepted:,} accepted, {report.rejected:,} rejected; months rolled up {len(report.months)}: {report.readings:,} readings, {report.duplicates:,} duplicates, {report.conflicts:,} conflicts"
            if english
            else f"文件 新 {report.files} 个、已有 {known} 个；收下 {report.accepted:,} 行，拒收 {report.rejected:,} 行；汇总 {len(report.months)} 个月：{report.readings:,} 个读数，{report.duplicates:,} 个重复，{report.conflicts:,} 处不一致"
        )
        for path in report.rejects:
            typer.echo(f"rejected rows: {path}" if english else f"拒收的行：{path}", err=True)
