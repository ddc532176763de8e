"""The commands that run the site: serve, worker, check, migrate, manage."""

from __future__ import annotations

import os
import socket
import sys
from importlib import import_module
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False}
# One thread each: the server has its own threads, and two numeric libraries fighting for two cores lose both.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
ANYWHERE = {"0.0.0.0", "::"}


def reachable_as(host: str) -> list[str]:
    """Return the names and addresses under which a site bound to ``host`` is reached.

    >>> reachable_as("127.0.0.1")
    ['localhost', '127.0.0.1', '[::1]']
    """
    names = ["localhost", "127.0.0.1", "[::1]"]
    own = [host]
    if host in ANYWHERE:
        own = [socket.gethostname()]
        try:
            own += sorted({str(entry[4][0]) for entry in socket.getaddrinfo(own[0], None)})
        except socket.gaierror:
            pass
    return list(dict.fromkeys([*names, *(f"[{name}]" if ":" in name else name for name in own)]))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址 · address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口 · port", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="进程数 · processes", min=1, max=16)] = 1,
) -> None:
    """启动网站 · Serve the site until stopped."""
    for name in THREADS:
        os.environ.setdefault(name, "1")
    os.environ.setdefault("TUWEI_HOSTS", ",".join(reachable_as(host)))
    os.environ.setdefault("TUWEI_URL", f"http://{'127.0.0.1' if host in ANYWHERE else host}:{port}")
    django("collectstatic", "--no-input", "--verbosity=0")
    # In place of this process, so that signals reach the server itself.
    os.execv(sys.executable, [sys.executable, "-m", "granian", *granian(host, port, workers)])


def granian(host: str, port: int, workers: int) -> list[str]:
    """Return the server's arguments."""
    return [
        "--interface=wsgi",
        f"--host={host}",
        f"--port={port}",
        f"--workers={workers}",
        "--blocking-threads=4",
        "--workers-kill-timeout=10",
        "--respawn-failed-workers",
        "--log-level=warning",
        "tuwei.web.wsgi:application",
    ]


@app.command()
def worker(
    once: Annotated[
        bool, typer.Option("--once", help="做完现有任务即退出 · stop when the queue is empty")
    ] = False,
) -> None:
    """执行后台任务 · Do the queued jobs until stopped."""
    for name in THREADS:
        os.environ.setdefault(name, "1")
    setup()
    from tuwei.web.base import jobs, schedule

    jobs.recover()
    schedule.due() if once else schedule.run_beside()
    django("db_worker", "--interval=1", *(["--batch"] if once else []))


@app.command()
def migrate() -> None:
    """建立或更新数据库 · Make or update the database."""
    django("migrate", "--no-input", "--verbosity=0")


@app.command(add_help_option=False, context_settings=PASS_ON)
def manage(ctx: typer.Context) -> None:
    """其他 Django 管理命令 · Any other Django command."""
    django(*ctx.args)


@app.command()
def check() -> None:
    """显示设置及其风险 · Show the settings in force and what is unsafe. Exit code 1 if something is."""
    setup()
    from tuwei.web import checks

    unsafe = list(checks.unsafe())
    for name, value in checks.in_force():
        typer.echo(f"{name:<20} {value}")
    for sentence in unsafe:
        typer.echo(f"! {sentence}")
    raise typer.Exit(1 if unsafe else 0)


def setup() -> None:
    """Load the settings."""
    import_module("django").setup()


def django(*args: str) -> None:
    """Run a Django command in this process."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tuwei manage", *args])
