"""The command line: quick, clean errors, and usable without the web part."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tuwei import cli
from tuwei.core.errors import InputError
from tuwei.web.cli import granian, reachable_as

WITHOUT_DJANGO = """
import sys
sys.modules.update(django=None, ninja=None)  # typer itself brings pydantic
sys.argv = ["tuwei", *sys.argv[1:]]
from tuwei.cli import main
main()
"""


def tuwei(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tuwei", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})


def test_help_names_every_command_and_loads_none() -> None:
    script = (
        "import sys; from tuwei import cli; print(sorted({'django', 'numpy', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
    shown = tuwei("--help").stdout
    assert [command.name for command in cli.COMMANDS if command.name not in shown] == []


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_every_command_is_there(command: cli.Command) -> None:
    target, before = cli.load(command)
    names = {one.name or getattr(one.callback, "__name__", "") for one in target.registered_commands}
    names |= {group.name for group in target.registered_groups}
    assert not before or before[0] in names


def test_without_the_web_part_a_web_command_says_what_to_install() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_DJANGO, "serve"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'tuwei[web]'" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", ["match", "elicit", "rules", "potato"])
def test_without_the_web_part_the_engines_work(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO, command, "--help"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_command_is_refused() -> None:
    assert tuwei("nonsense").returncode == 2


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"TUWEI_UPLOAD_MB": "many"}, "[cli.bad_setting]"),
        ({"TUWEI_DATABASE_URL": "oracle-of-delphi"}, "[cli.bad_setting]"),
        ({"TUWEI_DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "[cli.database]"),
        ({"TUWEI_DATA": "/dev/null/data"}, "[cli.file]"),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(variables: dict[str, str], told: str) -> None:
    done = tuwei("migrate", **variables)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_check_masks_secrets_and_names_what_is_unsafe(tmp_path: Path) -> None:
    quiet = {"TUWEI_DATA": str(tmp_path), "TUWEI_DATABASE_URL": ""}
    assert tuwei("migrate", **quiet).returncode == 0
    assert tuwei("check", **quiet).returncode == 0
    secret = "short-secret"
    unsafe = {"TUWEI_SECRET_KEY": secret, "TUWEI_HOSTS": "*", "TUWEI_DEBUG": "1", "TUWEI_LLM_KEY": "sk-1"}
    done = tuwei("check", **quiet, **unsafe)
    assert done.returncode == 1
    assert secret not in done.stdout
    assert "sk-1" not in done.stdout
    told = [line for line in done.stdout.splitlines() if line.startswith("!")]
    for name in ("TUWEI_SECRET_KEY", "TUWEI_HOSTS", "TUWEI_DEBUG", "HTTPS"):
        assert any(name in line for line in told), name


def test_errors_people_can_mend_become_a_sentence_and_faults_of_ours_do_not() -> None:
    error = InputError("x.y", "错了。", "Wrong.")
    assert cli.explain(error) == "错了。 Wrong. [x.y]"
    assert "none.jsonl" in str(cli.explain(FileNotFoundError(2, "No such file", "none.jsonl")))
    assert cli.explain(KeyError("id")) is None


def test_a_site_open_to_the_network_answers_to_its_own_names() -> None:
    assert reachable_as("192.0.2.1") == ["localhost", "127.0.0.1", "[::1]", "192.0.2.1"]
    assert "*" not in reachable_as("0.0.0.0")
    assert "--blocking-threads=4" in granian("127.0.0.1", 8000, 1)
