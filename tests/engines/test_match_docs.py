"""The reference page of matching does what it says, in both languages."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tuwei.match.cli import app

DOCS = Path(__file__).parents[2] / "docs"
FILE = re.compile(r"^`([a-z.]+)`[^\n]*\n\n```(?:json|text)\n(.*?)```", re.MULTILINE | re.DOTALL)


def _page(language: str) -> str:
    return (DOCS / language / "reference" / "match.md").read_text("utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_walk_through_runs(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = _page(language)
    files = FILE.findall(page)
    assert [name for name, _ in files] == ["achievements.jsonl", "needs.jsonl", "qrels.tsv"]
    for name, content in files:
        Path(name).write_text(content, "utf-8")
    [block] = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    for line in block.splitlines():
        result = CliRunner().invoke(app, shlex.split(line)[2:])
        assert result.exit_code == 0, result.output
    best = [
        line
        for line in map(json.loads, Path("run.jsonl").read_text("utf-8").splitlines())
        if line["rank"] == 1
    ]
    assert [(line["need"], line["achievement"]) for line in best] == [("n1", "a1"), ("n2", "a2")]
    assert any(reason.get("verdict") == "met" for reason in best[0]["why"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_python_runs(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    [block] = re.findall(r"```python\n(.*?)```", _page(language), re.DOTALL)
    exec(compile(block, "match.md", "exec"), {})  # noqa: S102 - the page under test
    assert capsys.readouterr().out.splitlines()[-1] == "0.5"


def test_every_error_code_is_told() -> None:
    source = "".join(path.read_text("utf-8") for path in (DOCS.parent / "src/tuwei/match").rglob("*.py"))
    codes = set(re.findall(r'"(match\.[a-z_]+)"', source))
    assert (
        codes
        == set(re.findall(r"`(match\.[a-z_]+)`", _page("zh")))
        == set(re.findall(r"`(match\.[a-z_]+)`", _page("en")))
    )
