"""The pages on nitrogen and on assimilation do what they say, in both languages."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tuwei.potato.assimilation import _canopy
from tuwei.potato.cli import app

DOCS = Path(__file__).parents[2] / "docs"
FILE = re.compile(r"^`([a-z.]+)`\n\n```text\n(.*?)```", re.MULTILINE | re.DOTALL)
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@LANGUAGES
def test_the_nitrogen_page(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (DOCS / language / "reference/potato-nitrogen.md").read_text("utf-8")
    for name, content in FILE.findall(text):
        Path(name).write_text(content, "utf-8")
    [block] = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    told = []
    for line in block.splitlines():
        result = CliRunner().invoke(app, shlex.split(line)[2:])
        assert result.exit_code == 0, (line, result.output)
        told.append(result.stdout)
    assert "CC BY-SA 4.0" in told[0]
    assert re.findall(r"```text\n(.*?)```", text, re.DOTALL)[0] == told[1]
    found = json.loads(told[2])
    assert sum(one["dose"] for one in found["fields"]) <= 200
    for key in (*found, *found["fields"][0]):
        assert f"`{key}`" in text, key
    [python] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(python, "potato-nitrogen.md", "exec"), {})  # noqa: S102 - the page under test
    assert capsys.readouterr().out.splitlines() == ["east True", "west True"]


@LANGUAGES
def test_the_assimilation_page(language: str, capsys: Any) -> None:
    text = (DOCS / language / "reference/potato-assimilation.md").read_text("utf-8")
    for python in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(python, "potato-assimilation.md", "exec"), {})  # noqa: S102 - the page under test
    method, shape, smoother, ordered = capsys.readouterr().out.splitlines()
    assert (smoother.split(",")[0], ordered) == ("ES-MDA deterministic", "True True")
    assert method == "EnKF deterministic, 100 members, inflation 1, no localisation, seed 2"
    assert shape == "(10, 2) True 0"
    for number in (
        _canopy.COVER_GROWING,
        _canopy.COVER_DYING,
        _canopy.GLI_SOIL,
        _canopy.GLI_COVER,
        _canopy.NDVI_SOIL,
        _canopy.EXTINCTION,
    ):
        assert f"{number:g}" in text


def test_a_fault_is_one_line_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "trials.csv").write_text("trial,nitrogen_kg_ha,yield_t_ha\na,0,30000\n", "utf-8")
    result = CliRunner().invoke(app, ["nitrogen", "--trials", str(tmp_path / "trials.csv")])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "trials.csv row 2" in result.stderr
