"""The page on the report does what it says, in both languages."""

from __future__ import annotations

import re
import shlex
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tuwei.potato.cli import app
from tuwei.potato.pages import _file as page_file

ROOT = Path(__file__).parents[2]


def page(language: str) -> str:
    return (ROOT / "docs" / language / "how-to" / "potato-report.md").read_text("utf-8")


def block(language: str, kind: str) -> str:
    [found] = re.findall(rf"```{kind}\n(.*?)```", page(language), re.DOTALL)
    return str(found)


def test_the_commands_and_the_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(page_file, "browser", lambda: None)  # a PDF is printed in test_potato_page
    Path("FIELD.toml").write_text((files("tuwei.potato") / "data" / "FIELD.toml").read_text("utf-8"), "utf-8")
    for line in block("zh", "sh").splitlines():
        result = CliRunner().invoke(app, shlex.split(line)[2:])
        if line.endswith(".pdf"):
            assert "potato.report_browser" in result.stderr  # what the page says of a machine without one
        else:
            assert result.exit_code == 0, (line, result.output)
    assert "作业日历" in Path("plan.html").read_text("utf-8")
    exec(compile(block("zh", "python"), "potato-report.md", "exec"), {})  # noqa: S102 - the page under test
    assert capsys.readouterr().out.splitlines()[-1] == "True"


def test_the_pages_say_the_same_and_name_every_error() -> None:
    assert block("zh", "sh") == block("en", "sh")
    assert block("zh", "python") == block("en", "python")
    source = "".join(
        one.read_text("utf-8") for one in (ROOT / "src" / "tuwei" / "potato" / "pages").glob("*.py")
    )
    codes = set(re.findall(r'(?:Input|Conflict|Balance)Error\(\s*"(potato\.[a-z_]+)"', source))
    for language in ("zh", "en"):
        assert codes == set(re.findall(r"`(potato\.[a-z_]+)`", page(language)))
        for picture in re.findall(r"\]\((\.\./[^)]*\.png)\)", page(language)):
            assert (ROOT / "docs" / language / "how-to" / picture).is_file(), picture
