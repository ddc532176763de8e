"""``tuwei events``: verify the event log, and the digest to keep elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="事件记录 · The event log.")


@app.command()
def head() -> None:
    """显示最后一条事件的编号与摘要，请抄存他处 · Show the last event's number and digest, to be kept elsewhere."""
    from .events import last

    number, digest = last()
    typer.echo(f"{number}\t{digest}")


@app.command()
def verify(
    head: Annotated[str, typer.Option(help="先前抄存的摘要 · a digest kept earlier")] = "",
) -> None:
    """校验事件是否被改动 · Check that no event was tampered with. Exit code 1 if one was."""
    from .events import holds, verify_chain

    broken = verify_chain()
    if broken is not None:
        typer.echo(
            f"第 {broken} 号事件或其前一条被改动或删除 · event {broken}, or the one before it, was changed"
        )
    elif head and not holds(head):
        typer.echo(
            "没有该摘要：其后的事件被删除，或整条链被改写 · no such digest: the tail was cut, or all rewritten"
        )
    else:
        typer.echo("完整 · intact")
        return
    raise typer.Exit(1)
