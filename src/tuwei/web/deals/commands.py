"""``tuwei grader``: the grader learned from brokers' verdicts."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, help="学自经纪人判断的评级模型 · The grader learned from brokers' verdicts."
)


@app.command()
def train() -> None:
    """排入训练任务，由 worker 执行 · Queue a training; the worker does it."""
    from .services import grading

    job = grading.train_ask(actor=None)
    typer.echo(f"任务 {job.pk} 已排入 · job {job.pk} queued")


@app.command("list")
def list_versions() -> None:
    """列出各版本 · List the versions."""
    from . import selectors

    typer.echo(f"{'':2}{'version':>7}  {'created':<20}{'verdicts':>9}{'kept out':>9}{'MAE':>8}{'ECE':>8}")
    for one in selectors.versions():
        created, kept = one["created"], one["kept"]
        typer.echo(
            f"{'*' if one['in_force'] else '':2}{one['number']:>7}  {created.isoformat()[:19] if created else '?':<20}"
            f"{one['pairs'] or '?':>9}{kept.get('pairs', '–'):>9}{_figure(one['error']):>8}{_figure(kept.get('ece')):>8}"
        )
    typer.echo("* 在用 · in force; MAE, ECE: 留出的判断上 · on the verdicts kept out")


@app.command()
def rollback(
    to: Annotated[
        int | None, typer.Option("--to", min=1, help="版本号，默认前一版 · version, default the one before")
    ] = None,
) -> None:
    """退回旧版本 · Put an older version in force."""
    from .services import grading

    typer.echo(f"版本 {grading.rollback(actor=None, to=to)} 已启用 · version in force")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
