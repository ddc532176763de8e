"""The reference pages do what they show, in both languages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tuwei.elicit._lexicon import fields
from tuwei.elicit.cli import app

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / language / "reference" / "elicit.md" for language in ("zh", "en")]


@pytest.mark.parametrize("page", PAGES, ids=["zh", "en"])
def test_every_block_runs(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page.read_text("utf-8")
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, str(page), "exec"), {})  # noqa: S102
        assert capsys.readouterr().out.startswith("19 ")
    for line in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        words = shlex.split(line)
        assert words[:2] == ["tuwei", "elicit"]
        assert CliRunner().invoke(app, words[2:]).exit_code == 0


@pytest.mark.parametrize("page", PAGES, ids=["zh", "en"])
def test_the_weights_shown_are_the_weights_used(page: Path) -> None:
    text = page.read_text("utf-8")
    for field in fields().values():
        assert re.search(rf"^\| `{field.name}`[^|]*\| {field.weight} \|", text, re.MULTILINE), field.name
