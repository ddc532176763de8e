"""The page on the plan does what it says, in both languages, and names every key."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tuwei.potato.cli import app
from tuwei.potato.field._plan import PLAN
from tuwei.potato.field._store import STORE

DOCS = Path(__file__).parents[2] / "docs"


def test_the_pages_are_of_one_field() -> None:
    one, other = (re.sub(r" *#.*", "", _toml(_text(language))) for language in ("zh", "en"))
    assert one == other


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    text = _text(language)
    for key in (key for section in (*PLAN.values(), *STORE.values()) for key in section):
        assert f"`{key}`" in text, key
    if language == "zh":  # the commands and the field are the same in both
        return
    monkeypatch.chdir(tmp_path)
    Path("FIELD.toml").write_text(_toml(text), "utf-8")
    [block] = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    told = []
    for line in block.splitlines():
        result = CliRunner().invoke(app, shlex.split(line)[2:])
        assert result.exit_code == 0, (line, result.output)
        told.append(result.stdout)
    assert "drip block 3" in told[0]
    found = json.loads(told[1])
    assert found == json.loads(Path("plan/plan.json").read_text("utf-8"))
    assert found["totals"]["total_irrigation"]["high"] <= 300
    assert {one["film"] for one in found["films"]} == {0.0, 0.6}
    for key in (
        *found,
        *found["steps"][0],
        *next(iter(found["prices"].values())),
        *found["films"][0],
        *found["items_fen_ha"]["plan"],
    ):
        assert f"`{key}`" in text or key in ("zh", "en"), key
    [python] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(python, "potato-plan.md", "exec"), {})  # noqa: S102 - the page under test
    assert capsys.readouterr().out.splitlines()[-1] == "True planting True"


def _text(language: str) -> str:
    return (DOCS / language / "reference" / "potato-plan.md").read_text("utf-8")


def _toml(text: str) -> str:
    [field] = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    return str(field)
