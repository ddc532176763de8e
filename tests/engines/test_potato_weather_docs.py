"""The pages on weather, late blight and readings do what they say, in both languages."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tuwei.potato.cli import app
from tuwei.potato.weather import _check as _weather_check
from tuwei.potato.weather import _gaps as _weather_gaps
from tuwei.potato.weather import _read as _weather_read

DOCS = Path(__file__).parents[2] / "docs"
FILE = re.compile(r"^ *`([a-z.]+)`\n\n *```text\n(.*?)```", re.MULTILINE | re.DOTALL)
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def page(language: str, name: str) -> str:
    """Write the page's files here and return its text."""
    text = (DOCS / language / name).read_text("utf-8")
    for file, content in FILE.findall(text):
        Path(file).write_text(textwrap.dedent(content), "utf-8")
    return text


def run(text: str) -> list[str]:
    outputs = []
    for line in [
        line.strip()
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
        if line.strip()
    ]:
        result = CliRunner().invoke(app, shlex.split(line)[2:])
        assert result.exit_code == 0, (line, result.output)
        outputs.append(result.stdout)
    return outputs


@LANGUAGES
def test_weather_and_blight(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = page(language, "reference/potato-weather.md")
    lines, told = run(text)
    assert lines.startswith(
        ("气象: weather.csv (csv); hourly: parton-logan", "weather: weather.csv (csv); hourly: parton-logan")
    )
    for key in re.findall(r'"(\w+)": ', told):
        assert f"`{key}`" in text, key
    [block] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(block, "potato-weather.md", "exec"), {})  # noqa: S102 - the page under test
    assert capsys.readouterr().out.splitlines()[1] == "generator ulanqab, seed 1 153"
    for name in (*_weather_check.CHECKS, *_weather_gaps.GAPS, *_weather_gaps.ABSENT, *_weather_read.FORMATS):
        assert f"`{name}`" in text, name


@LANGUAGES
def test_readings(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = page(language, "how-to/potato-readings.md")
    [said] = run(text)
    assert said.strip() in text
    [rejected] = (tmp_path / "lake" / "rejects").glob("*.csv")
    assert ",6,value," in rejected.read_text("utf-8")
