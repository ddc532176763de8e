#!/usr/bin/env python3
"""One door to the project: ``python3 dev.py setup | run | test | lock``. Needs only Python 3.11 or later.

setup  makes .venv with everything pinned by hash; ends with .venv/bin/tuwei
run    setup, database, region pack and demo accounts on the first run, then server and worker
test   setup with the tests' tools, then the whole gate; with arguments, pytest alone with these arguments
lock   writes requirements/*.txt anew from pyproject.toml
"""

from __future__ import annotations

import argparse
import ast
import errno
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
TUWEI = BIN / "tuwei"
STAMP = VENV / "tuwei-stamp"
LOCKS = ROOT / "requirements"
OLDEST = (3, 11)


def stop(zh: str, en: str, code: int = 2) -> None:
    """End with one line in both languages."""
    print(f"{zh} {en}", file=sys.stderr)
    raise SystemExit(code)


def say(text: str) -> None:
    """Tell what goes on, at once even into a pipe."""
    print(text, flush=True)


# --- setup ---------------------------------------------------------------------------------------------


def setup(kind: str = "run") -> None:
    """Bring .venv to the lock of this kind; nothing is done when it is there already."""
    if sys.version_info < OLDEST:
        has = ".".join(map(str, sys.version_info[:3]))
        stop(f"需要 Python 3.11 或更高版本,现为 {has}。", f"Python 3.11 or later is needed, this is {has}.")
    now = STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""
    if usable() and now in (stamp(kind), stamp("test")):
        return
    if now.startswith("test "):
        kind = "test"  # never take the tests' tools away from one who has them
    say("准备运行环境(首次约一分钟)… Preparing .venv (about a minute the first time)…")
    began = time.monotonic()
    STAMP.unlink(missing_ok=True)
    if not usable():
        make_venv()
    sync(LOCKS / f"{kind}.txt")
    STAMP.write_text(stamp(kind), encoding="utf-8")
    say(f"环境就绪,{time.monotonic() - began:.0f} 秒。 .venv is ready, {time.monotonic() - began:.0f} s.")


def stamp(kind: str) -> str:
    """Return what .venv holds when it fits: a moved folder or another lock gives another stamp."""
    files = [LOCKS / f"{kind}.txt", LOCKS / "uv.txt", ROOT / "pyproject.toml"]
    content = b"\0".join([str(ROOT).encode(), *(file.read_bytes() for file in files)])
    return f"{kind} {hashlib.sha256(content).hexdigest()}"


def usable() -> bool:
    """Whether .venv has a Python new enough, with pip, and still lies where it was made."""
    if not PYTHON.exists():
        return False
    script = f"import pip, sys; sys.exit(sys.version_info < {OLDEST} or sys.prefix != {str(VENV)!r})"
    return subprocess.run([str(PYTHON), "-c", script], capture_output=True).returncode == 0


def make_venv() -> None:
    """Make an empty .venv; say in one line what is missing where Debian has split Python up."""
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True
    )
    if made.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        stop(
            "缺少 python3-venv,请先运行:sudo apt install python3-venv",
            "python3-venv is missing; run first: sudo apt install python3-venv",
        )
    lines = (made.stderr or made.stdout).strip().splitlines() or ["?"]
    stop("无法建立 .venv:", f"cannot make .venv: {lines[-1]}")


def sync(lock: Path) -> None:
    """Install the lock with uv, or with pip where uv cannot; then ourselves."""
    own = ["install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    options, environment = index_settings()
    uv = [str(BIN / "uv"), "pip"]
    to = ["--python", str(PYTHON), "--quiet", *options]
    tries = [quiet([*pip(), "install", "--require-hashes", "--no-deps", "-r", str(LOCKS / "uv.txt")])]
    if not tries[-1]:
        tries.append(quiet([*uv, "sync", *to, "--require-hashes", str(lock)], environment))
    if not tries[-1]:
        tries.append(quiet([*uv, *own, *to], environment))
    if not tries[-1]:
        return
    say("uv 未成功,改用 pip… uv did not succeed, using pip…")
    for command in ([*pip(), "install", "--require-hashes", "-r", str(lock)], [*pip(), *own]):
        if fault := quiet(command):
            print(tries[-1], fault, sep="\n", file=sys.stderr)
            stop("无法安装依赖,原因见上。", "The packages could not be installed; the reason is above.", 1)


def pip() -> list[str]:
    """Return the start of a pip command."""
    return [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]


def quiet(command: list[str], environment: dict[str, str] | None = None) -> str:
    """Run a command; return what it said if it failed, else nothing."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    return "" if done.returncode == 0 else (done.stderr + done.stdout).strip() or f"{command[0]}: failed"


def index_settings() -> tuple[list[str], dict[str, str]]:
    """Return pip's settings, from its files and variables, as uv's options and variables.

    uv reads none of pip's. Places that do not exist are left out: pip passes over them, uv would stop.
    """
    command = [str(PYTHON), "-m", "pip", "config", "list"]
    shown = subprocess.run(command, capture_output=True, text=True).stdout
    found: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        for line in shown.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(f"{section}.") and value.startswith(("'", '"')):
                found[key[len(section) + 1 :]] = str(ast.literal_eval(value))
    options: list[str] = []
    if "index-url" in found:
        options += ["--default-index", found["index-url"]]
    options += several("--index", found.get("extra-index-url", ""))
    options += several("--find-links", found.get("find-links", ""))
    options += several("--allow-insecure-host", found.get("trusted-host", ""))
    if found.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        options.append("--no-index")
    # All places count alike, as for pip; that is safe because every file is pinned by hash.
    options += ["--index-strategy", "unsafe-best-match"]
    return options, variables(found)


def several(option: str, value: str) -> list[str]:
    """Return the option once for each place of a list that exists."""
    there = []
    for place in value.split():
        path = place.removeprefix("file://")
        if ("://" in path or option == "--allow-insecure-host") or Path(path).exists():
            there += [option, place]
    return there


def variables(found: dict[str, str]) -> dict[str, str]:
    """Return uv's variables for pip's certificate, proxy and time limit."""
    names = {"cert": "SSL_CERT_FILE", "proxy": "ALL_PROXY", "default-timeout": "UV_HTTP_TIMEOUT"}
    names["timeout"] = "UV_HTTP_TIMEOUT"
    return {
        names[key]: value for key, value in found.items() if key in names and names[key] not in os.environ
    }


# --- run -----------------------------------------------------------------------------------------------


def run(host: str, port: int) -> int:
    """Serve the site with its worker until Ctrl-C."""
    began = time.monotonic()
    refuse_taken(host, port)
    setup()
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    os.environ.setdefault("TUWEI_URL", address.rstrip("/"))
    prepare()
    with Children() as children:
        children.start("worker", [str(TUWEI), "worker"])
        server = children.start("server", [str(TUWEI), "serve", "--host", host, "--port", str(port)])
        if children.wait_for_page(address, server):
            took = time.monotonic() - began
            say(f"\n突围已启动,{took:.0f} 秒。 Tuwei is ready, {took:.0f} s.\n    {address}\n")
            if not os.environ.get("TUWEI_SMTP_HOST"):
                say(f"邮件不寄出，写入 Mails are not sent but written to {data_folder() / 'mail'}")
            say("按 Ctrl-C 停止。 Ctrl-C stops it.")
        return children.watch(server)


def refuse_taken(host: str, port: int) -> None:
    """End with one line if nobody can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            stop(f"端口 {port} 已被占用,请另选:", f"Port {port} is taken; choose another: --port {port + 1}")
        stop(f"无法监听 {host} 的端口 {port}。", f"Cannot listen on {host} port {port}: {error}")


def data_folder() -> Path:
    """Where the site keeps its data."""
    return Path(os.environ.get("TUWEI_DATA") or ROOT / "var").expanduser()


def prepare() -> None:
    """Make or update the database; on the first run load the region pack and the demo accounts."""
    data = data_folder()
    database = os.environ.get("TUWEI_DATABASE_URL", "")
    mark = data / f"first-run-done-{hashlib.sha256(database.encode()).hexdigest()[:12]}"
    if not database and not (data / "tuwei.sqlite3").exists():
        mark.unlink(missing_ok=True)
    step("更新数据库 · database", "migrate")
    if mark.exists():
        return
    step("载入地区数据 · region pack", "pack", "load", os.environ.get("TUWEI_PACK") or "hohhot")
    step("建立演示账号 · demo accounts", "user", "demo")
    mark.touch()


def step(title: str, *arguments: str) -> None:
    """Run one of our own commands; stop with its message if it fails."""
    say(f"{title} …")
    done = subprocess.run([str(TUWEI), *arguments], cwd=ROOT, stdin=subprocess.DEVNULL)
    if done.returncode:
        command = " ".join(["tuwei", *arguments])
        stop(f"“{command}”未成功,原因见上。", f"“{command}” failed; the reason is above.", done.returncode)


class Children:
    """The server and the worker: started together, stopped together."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.commands: dict[str, list[str]] = {}

    def __enter__(self) -> Children:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        return self

    def start(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        """Start one child in a group of its own, so that Ctrl-C reaches it once, through us."""
        self.commands[name] = command
        self.running[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        return self.running[name]

    def wait_for_page(self, address: str, server: subprocess.Popen[bytes]) -> bool:
        """Return whether the first page came within two minutes."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(600):
            if server.poll() is not None:
                return False
            try:
                opener.open(address, timeout=10).close()
                return True
            except urllib.error.HTTPError as error:
                say(f"首页返回错误 {error.code}。 The first page answers with error {error.code}.")
                return True
            except OSError:
                time.sleep(0.2)
        return False

    def watch(self, server: subprocess.Popen[bytes]) -> int:
        """Wait for the server's end or Ctrl-C; a worker that dies is started again."""
        try:
            while server.poll() is None:
                if self.running["worker"].poll() is not None:
                    say("后台任务进程退出,重新启动。 The worker ended; starting it again.")
                    time.sleep(2)
                    self.start("worker", self.commands["worker"])
                time.sleep(0.5)
        except KeyboardInterrupt:
            return 0
        stop("网站进程已退出,原因见上。", "The server ended; the reason is above.", server.returncode or 1)
        return 1

    def __exit__(self, *_: object) -> None:
        for child in self.running.values():
            if child.poll() is None:
                child.terminate()
        for child in self.running.values():
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
        say("已停止。 Stopped.")


# --- the rest ------------------------------------------------------------------------------------------


def test(arguments: list[str]) -> int:
    """Run the gate, or pytest alone with the arguments given."""
    setup("test")
    command = [str(PYTHON), "-m", "pytest", *arguments] if arguments else [str(PYTHON), "-m", "tools.gate"]
    return subprocess.run(command, cwd=ROOT).returncode


def lock(arguments: list[str]) -> int:
    """Write the locks anew."""
    setup()
    return subprocess.run([str(PYTHON), "tools/lock.py", *arguments], cwd=ROOT).returncode


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="setup | run | test | lock")
    commands.add_parser("setup", help="make .venv")
    runner = commands.add_parser("run", help="serve the site")
    runner.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    runner.add_argument("--port", type=int, default=8000, help="port (default 8000)")
    commands.add_parser("test", help="run the gate, or pytest with the arguments given", add_help=False)
    commands.add_parser("lock", help="write the locks anew (--upgrade: newest versions)", add_help=False)
    given, rest = parser.parse_known_args()
    if rest and given.command in ("setup", "run"):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if given.command == "run":
        return run(given.host, given.port)
    if given.command == "setup":
        setup()
        say(f"命令行工具 · command line: {TUWEI.relative_to(ROOT)}")
        return 0
    return test(rest) if given.command == "test" else lock(rest)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
