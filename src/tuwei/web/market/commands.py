"""``tuwei pack``, ``tuwei import`` and ``tuwei export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

pack_app = typer.Typer(no_args_is_help=True, help="地区数据包 · Region packs.")
import_app = typer.Typer(no_args_is_help=True, help="导入需求或成果 · Import needs or achievements.")
export_app = typer.Typer(no_args_is_help=True, help="导出需求或成果 · Export needs or achievements.")


@pack_app.command("list")
def pack_list() -> None:
    """列出可载入的地区包 · List the packs that can be loaded."""
    from tuwei.packs.loader import find_packs

    for name, path in find_packs().items():
        typer.echo(f"{name}\t{path}")


@pack_app.command("load")
def pack_load(
    name: Annotated[str, typer.Argument(help="名称或文件夹 · name or folder")],
    samples: Annotated[bool, typer.Option(help="是否载入样例 · whether to load the samples")] = True,
) -> None:
    """载入地区包，可重复执行 · Load a pack; running it again changes nothing."""
    from tuwei.packs.loader import load_pack

    from .services import packs

    loaded = packs.pack_load(actor=None, pack=load_pack(name), samples=samples)
    typer.echo(" · ".join(f"{kind} {count}" for kind, count in vars(loaded).items()))


@pack_app.command("purge-samples")
def purge_samples(yes: Annotated[bool, typer.Option("--yes", help="不再询问 · do not ask")] = False) -> None:
    """清除全部样例及相关撮合 · Remove all samples and the cases that hang on them."""
    from .services import packs

    if not yes:
        typer.confirm(
            "将清除全部样例，不可恢复。继续？ · All samples will be removed for good. Go on?", abort=True
        )
    counts = packs.pack_purge_samples(actor=None)
    typer.echo(" · ".join(f"{kind} {count}" for kind, count in counts.items()))


Actor = Annotated[str, typer.Option("--as", help="以哪个账号（邮箱） · as which account (e-mail)")]
Kind = Annotated[str, typer.Argument(help="need 或 achievement · need or achievement")]


@import_app.command("needs")
def import_needs(file: Path, account: Actor, publish: bool = False) -> None:
    """导入需求（xlsx、CSV 或 JSON Lines）· Import needs."""
    _import("need", file, account, publish)


@import_app.command("achievements")
def import_achievements(file: Path, account: Actor, publish: bool = False) -> None:
    """导入成果 · Import achievements."""
    _import("achievement", file, account, publish)


@import_app.command("template")
def template(kind: Kind, out: Path, language: str = "zh") -> None:
    """写出空白模板 · Write an empty template."""
    from tuwei.core.tables import write_template

    from .services.importing import kind_of

    write_template(out, kind_of(kind).table, language)
    typer.echo(str(out))


def _import(kind: str, file: Path, account: str, publish: bool) -> None:
    """Read the file here and now, with a progress bar; bad rows go to a file beside it."""
    from .commands_io import import_file

    import_file(kind=kind, file=file, account=account, publish=publish)


@export_app.callback(invoke_without_command=True)
def export(kind: Kind, out: Path, account: Actor, language: str = "zh") -> None:
    """导出为 xlsx、CSV 或 JSON Lines(按文件名)· Export as the file's ending says."""
    from .commands_io import export_file

    export_file(kind=kind, out=out, account=account, language=language)
