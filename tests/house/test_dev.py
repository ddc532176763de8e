"""dev.py: what can be told without making an environment."""

from __future__ import annotations

import ast
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[2]


def test_uses_the_standard_library_alone() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {name.name for node in imports if isinstance(node, ast.Import) for name in node.names}
    names |= {str(node.module) for node in imports if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_can_be_read_by_an_old_python_which_is_then_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 8))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit):
        dev.setup()
    assert "3.9.2" in capsys.readouterr().err


def test_a_taken_port_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit):
            dev.refuse_taken("127.0.0.1", port)
    told = capsys.readouterr().err
    assert f"--port {port + 1}" in told
    assert len(told.splitlines()) == 1


def test_settings_of_pip_are_passed_on_and_absent_places_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.invalid/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"https://more.invalid/simple file://{tmp_path}/absent")
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path} {tmp_path}/absent")
    monkeypatch.setenv("PIP_CERT", "/some/cert.pem")
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    options, environment = dev.index_settings()
    assert options[:6] == [
        "--default-index", "https://mirror.invalid/simple",
        "--index", "https://more.invalid/simple",
        "--find-links", str(tmp_path),
    ]  # fmt: skip
    assert environment["SSL_CERT_FILE"] == "/some/cert.pem"


def test_an_environment_made_for_the_tests_serves_the_site_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(dev, "usable", lambda: True)
    monkeypatch.setattr(dev, "sync", lambda lock: pytest.fail("nothing was to be installed"))
    dev.STAMP.write_text(dev.stamp("test"), encoding="utf-8")
    dev.setup("run")
    dev.setup("test")


def test_another_lock_is_installed_with_the_tests_tools_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(dev, "usable", lambda: True)
    monkeypatch.setattr(dev, "sync", lambda lock: installed.append(lock.name))
    dev.STAMP.write_text("test of-yesterday", encoding="utf-8")
    dev.setup("run")
    assert installed == ["test.txt"]
    assert dev.STAMP.read_text(encoding="utf-8") == dev.stamp("test")


CHILD = "import signal, sys, time\nprint(sys.argv[1], flush=True)\ntime.sleep(60)"
PARENT = """
import sys, dev
with dev.Children() as children:
    children.start("worker", [sys.executable, "-c", sys.argv[1], "one"])
    server = children.start("server", [sys.executable, "-c", sys.argv[1], "two"])
    sys.exit(children.watch(server))
"""


def test_server_and_worker_stop_together_and_the_worker_comes_back() -> None:
    command = [sys.executable, "-c", PARENT, CHILD]
    parent = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert {parent.stdout.readline().strip() for _ in "12"} == {"one", "two"}
    children = child_ids(parent.pid)
    worker = next(pid for pid in children if command_of(pid).endswith("one"))
    os.kill(worker, signal.SIGKILL)
    assert "worker ended" in parent.stdout.readline()
    assert parent.stdout.readline().strip() == "one"
    children = child_ids(parent.pid)
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(timeout=10) == 143
    time.sleep(0.1)
    assert len(children) == 2
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
    parent.stdout.close()


def child_ids(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8")
    return [int(pid) for pid in listed.split()]


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").strip("\0")
