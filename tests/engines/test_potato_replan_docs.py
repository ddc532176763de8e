"""The pages on planning anew do what they say, in both languages."""

from __future__ import annotations

import json
import re
import shlex
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tuwei.potato.cli import app
from tuwei.potato.replanning._draws import BLIGHT
from tuwei.potato.replanning._observed import COLUMNS, WHATS

ROOT = Path(__file__).parents[2]
DATA = files("tuwei.potato") / "data"


def page(language: str, name: str = "reference/potato-replan") -> str:
    return (ROOT / "docs" / language / f"{name}.md").read_text("utf-8")


def commands(text: str) -> list[str]:
    return [
        line.strip()
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
        if line.strip()
    ]


def blocks(language: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", page(language), re.DOTALL)


def test_the_commands_run_and_are_the_same_in_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("FIELD.toml", "observed.csv"):
        Path(name).write_text((DATA / name).read_text("utf-8"), "utf-8")
    Path("forecast.csv").write_text(blocks("zh", "csv")[1], "utf-8")
    told = []
    for name in ("reference/potato-replan", "how-to/potato-week"):
        assert commands(page("zh", name)) == commands(page("en", name))
        for line in commands(page("zh", name)):
            result = CliRunner().invoke(app, shlex.split(line)[2:])
            assert result.exit_code == 0, (line, result.output)
            told.append(result.stdout)
    found = json.loads(told[0])
    assert "forecast.csv (csv)，2025-07-14 – 2025-07-20(7 天)" in told[1]
    for language in ("zh", "en"):
        [python] = re.findall(r"```python\n(.*?)```", page(language), re.DOTALL)
        for key in (*found, *found["week"], *found["week"]["acts"][0], *found["limits"]["water"]):
            assert f"`{key}`" in page(language), key
    assert "沿用原规则" in page("zh", "how-to/potato-week")
    exec(compile(python, "potato-replan.md", "exec"), {})  # noqa: S102 - the page under test
    assert capsys.readouterr().out.splitlines()[-1] == "2025-07-14 70.5 irrigation"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_tells_every_reading_column_and_refusal(language: str) -> None:
    text = page(language)
    assert blocks(language, "csv") == [(DATA / "observed.csv").read_text("utf-8"), blocks("zh", "csv")[1]]
    for name in ("file", "start", "end", "days", "rows_before_today", *BLIGHT):
        assert f"`{name}`" in text, name
    for name in (*WHATS, *COLUMNS):
        assert f"`{name}`" in text, name
    potato = ROOT / "src" / "tuwei" / "potato"
    modules = [*(potato / "replanning").glob("*.py"), potato / "reports" / "_replan.py"]
    source = "".join(one.read_text("utf-8") for one in modules)
    codes = set(re.findall(r'"(potato\.[a-z_]+)"', source))
    assert codes == set(re.findall(r"`(potato\.[a-z_]+)`", text))
