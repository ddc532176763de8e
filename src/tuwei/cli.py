"""The command line: ``tuwei COMMAND …``.

Nothing is imported before its command is called, so ``tuwei --help`` is quick and the engines' commands
work where the web part is not installed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, NoReturn

import typer

from tuwei import __version__
from tuwei.core.errors import InputError, MissingError, TuweiError

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False}


@dataclass(frozen=True)
class Command:
    """Where a command lives: ``module`` holds a typer app called ``<name>_app`` or ``app``."""

    name: str
    module: str
    zh: str
    en: str

    @property
    def web(self) -> bool:
        """Whether the command needs Django."""
        return self.module.startswith("tuwei.web")


COMMANDS = [
    Command("match", "tuwei.match.cli", "匹配：建索引、排序、评测", "matching: index, rank, evaluate"),
    Command("elicit", "tuwei.elicit.cli", "把需求问清楚", "make a need clear"),
    Command(
        "rules",
        "tuwei.rules.cli",
        "规则：企业处在哪一级、能享受什么",
        "rules: rungs, claims, what would turn a verdict",
    ),
    Command(
        "potato", "tuwei.potato.cli", "马铃薯：模拟、验证、标定", "potato: simulate, validate, calibrate"
    ),
    Command("serve", "tuwei.web.cli", "启动网站", "serve the site"),
    Command("worker", "tuwei.web.cli", "执行后台任务", "do the queued jobs"),
    Command("check", "tuwei.web.cli", "显示设置及其风险", "show the settings and what is unsafe"),
    Command("migrate", "tuwei.web.cli", "建立或更新数据库", "make or update the database"),
    Command("manage", "tuwei.web.cli", "其他 Django 管理命令", "any other Django command"),
    Command("user", "tuwei.web.accounts.commands", "账号", "accounts"),
    Command("events", "tuwei.web.base.commands", "校验事件记录", "verify the event log"),
    Command(
        "grader",
        "tuwei.web.deals.commands",
        "学自经纪人判断的评级模型",
        "the grader learned from brokers' verdicts",
    ),
    Command("pack", "tuwei.web.market.commands", "地区数据包", "region packs"),
    Command("import", "tuwei.web.market.commands", "导入需求或成果", "import needs or achievements"),
    Command("export", "tuwei.web.market.commands", "导出需求或成果", "export needs or achievements"),
]

app = typer.Typer(
    name="tuwei",
    help="突围：让科技需求找到成果。Tuwei: needs find achievements.",
    no_args_is_help=True,
    add_completion=False,
)


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="版本 · version")] = False) -> None:
    """Print the version."""
    if show:
        typer.echo(__version__)
        raise typer.Exit


def load(command: Command) -> tuple[typer.Typer, list[str]]:
    """Return the typer app that holds the command, and what to call before its arguments.

    Raises
    ------
    InputError
        ``cli.web_missing``: the command needs the web part, which is not installed.
    MissingError
        ``cli.no_command``: this installation has no such command.
    """
    if command.web:
        _need_web(command)
    try:
        module = import_module(command.module)
    except ModuleNotFoundError as error:
        if error.name and command.module.startswith(error.name):
            raise _absent(command) from None
        raise
    if own := getattr(module, f"{command.name}_app", None):
        return own, []
    if command.module == "tuwei.web.cli":
        return module.app, [command.name]
    names = {entry.name for entry in [*module.app.registered_commands, *module.app.registered_groups]}
    return module.app, [command.name] if command.name in names else []


def _absent(command: Command) -> MissingError:
    return MissingError(
        "cli.no_command",
        "此版本没有命令“{command}”。",
        "This version has no command “{command}”.",
        command=command.name,
    )


def _need_web(command: Command) -> None:
    if find_spec("django") is None:
        raise InputError(
            "cli.web_missing",
            "命令“{command}”需要网站部分，请先安装：{expected}",
            "“{command}” needs the web part; install it first: {expected}",
            command=command.name,
            expected="pip install 'tuwei[web]'",
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuwei.web.settings")
    try:
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except ValueError as error:
        raise InputError(
            "cli.bad_setting",
            "某个 TUWEI_ 变量的值无法识别：{got}",
            "A TUWEI_ variable has a value that cannot be read: {got}",
            got=str(error),
        ) from None
    if command.module != "tuwei.web.cli":
        import_module("django").setup()


def _stand_in(command: Command) -> Callable[[typer.Context], None]:
    def call(ctx: typer.Context) -> None:
        target, before = load(command)
        name = "tuwei" if before else f"tuwei {command.name}"
        typer.main.get_command(target).main(args=[*before, *ctx.args], prog_name=name)

    return call


for _command in COMMANDS:
    app.command(
        _command.name,
        help=f"{_command.zh} · {_command.en}",
        add_help_option=False,
        context_settings=PASS_ON,
    )(_stand_in(_command))


def explain(error: Exception) -> str | None:
    """Return the sentence pair for an error people can mend, or None."""
    if isinstance(error, TuweiError):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"无法读写文件 {error.filename}。 Cannot use {error.filename}: {error.strerror}. [cli.file]"
    if type(error).__module__.startswith("django.") and type(error).__name__ == "OperationalError":
        reason = " ".join(str(error).split())
        return f"无法使用数据库。 Cannot use the database: {reason} [cli.database]"
    if type(error).__name__ == "ImproperlyConfigured":
        return f"设置有误。 A setting is wrong: {error} [cli.settings]"
    return None


def main() -> NoReturn:
    """Run the command line. Exit code 2: something the caller can mend, told in one line on stderr."""
    try:
        typer.main.get_command(app).main(prog_name="tuwei")
    except Exception as error:
        sentence = explain(error)
        if sentence is None:
            if os.environ.get("TUWEI_DEBUG") == "1":
                raise
            fault = f"{type(error).__name__}: {error}"
            sentence = f"程序出错，设 TUWEI_DEBUG=1 再试可见详情。 A fault of ours; TUWEI_DEBUG=1 shows more: {fault}"
            typer.echo(sentence, err=True)
            sys.exit(1)
        typer.echo(sentence, err=True)
        sys.exit(2)
    sys.exit(0)
