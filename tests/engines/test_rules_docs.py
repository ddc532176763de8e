"""The pages on rules do what they say, in both languages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tools.rules_tables import page
from tuwei.rules import _assess, assess, listed, plan
from tuwei.rules import _rule as rule_module
from tuwei.rules._files import facts_file
from tuwei.rules._parameters import read_statute
from tuwei.rules._statutes import Statutes, shipped
from tuwei.rules.cli import app

DOCS = Path(__file__).parents[2] / "docs"
SOURCE = DOCS.parent / "src/tuwei/rules"
FILE = re.compile(r"^`([a-z.]+)`[^\n]*\n\n```(?:yaml|text)\n(.*?)```", re.MULTILINE | re.DOTALL)
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def _page(language: str, name: str = "reference/rules.md") -> str:
    return (DOCS / language / name).read_text("utf-8")


@LANGUAGES
def test_the_walk_through_runs_and_prints_what_is_shown(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = _page(language)
    for name, content in FILE.findall(text):
        Path(name).write_text(content, "utf-8")
    assert {"firm.yaml", "firms.csv"} <= {path.name for path in tmp_path.iterdir()}
    [block] = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    for line in block.splitlines():
        result = CliRunner().invoke(app, shlex.split(line)[2:])
        assert result.exit_code == 0, (line, result.output)
    assert {
        "found.csv",
        "found-rejects.csv",
        "report.html",
        "plan.html",
        "moved.csv",
        "high_tech.xlsx",
        "yearly.xlsx",
    } <= {path.name for path in tmp_path.iterdir()}
    given = ["assess", "tech_sme", "--facts", "firm.yaml", "--on", "2026-05-01", "--language", language]
    shown = re.findall(r"```text\n(.*?)```", text, re.DOTALL)[-1]
    assert CliRunner().invoke(app, given).stdout == shown


@LANGUAGES
def test_the_python_runs(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    [block] = re.findall(r"```python\n(.*?)```", _page(language), re.DOTALL)
    exec(compile(block, "rules.md", "exec"), {})  # noqa: S102 - the page under test
    verdict, sizes, sales = capsys.readouterr().out.splitlines()
    assert verdict == "no ['registered_in_mainland', 'tech_staff']"
    assert (sizes, sales) == ("[1, 0]", "['900.10', 1200]")


@LANGUAGES
def test_the_tables_of_facts_are_those_of_the_rules(language: str) -> None:
    assert _page(language, "reference/rules-facts.md") == page(language), "run tools/rules_tables.py"
    assert all(f"`{one.id}`" in page(language) for one in listed())


@LANGUAGES
def test_every_field_of_the_json_is_told(language: str, tmp_path: Path) -> None:
    text = _page(language)
    [(_, content), *_] = [pair for pair in FILE.findall(text) if pair[0] == "firm.yaml"]
    (tmp_path / "firm.yaml").write_text(content, "utf-8")
    facts = facts_file(tmp_path / "firm.yaml").facts
    told = assess("tech_sme", facts, "2026-05-01").as_dict()
    assert told["flips"]
    keys = {*told, *told["conditions"][0], *told["flips"][0], *plan(facts, "2026-05-01").as_dict()}
    assert not {
        key for key in keys if f"`{key}`" not in text and f"`{key}`(" not in text and f"`{key}` (" not in text
    }


def test_every_error_code_of_the_command_line_is_told() -> None:
    source = "".join((SOURCE / f"{name}.py").read_text("utf-8") for name in (
        "cli", "_files", "_population", "_parquet", "_run", "_sinks", "_whatif_run", "_regions", "_read", "_columns", "_assess"))  # fmt: skip
    codes = set(re.findall(r'"(rules\.[a-z_]+)"', source)) - {"rules.cli"}
    for language in ("zh", "en"):
        told = set(re.findall(r"`(rules\.[a-z_]+)`", _page(language)))
        assert codes <= told, codes - told


@LANGUAGES
def test_the_statute_of_the_how_to_can_be_added(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = _page(language, "how-to/add-a-statute.md")
    [yaml] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    module, tests = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "model_lab.yaml"
    path.write_text(yaml, "utf-8")
    rule_module.registered()
    monkeypatch.setattr(rule_module, "_VERSIONS", dict(rule_module._VERSIONS))
    exec(compile(module, "model_lab.py", "exec"), {"__name__": "model_lab"})  # noqa: S102 - the page under test
    statutes = Statutes((*shipped(), read_statute(path)))
    monkeypatch.setattr(_assess, "load", lambda overlays=(): statutes)
    run: dict[str, Any] = {}
    exec(compile(tests, "test_model_lab.py", "exec"), run)  # noqa: S102 - the page under test
    assert run["found"].verdict == "no"
