"""The page on the season does what it says, in both languages."""

from __future__ import annotations

import re
import shlex
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tuwei.potato import parameters
from tuwei.potato.cli import app
from tuwei.potato.field._field import SPEC

ROOT = Path(__file__).parents[2]
MODULES = ("_whole", "calibration/_crossvalidate", "calibration/_cultivars", "calibration/_scores", "calibration/_ship",
           "calibration/_validate", "commands/_run", "crop/_ensemble", "crop/_parameters", "crop/_season", "crop/_soil",
           "field/_field", "reports/_season", "storage/_storage", "trials/_dssat", "trials/_dssat_table",
           "trials/_dssat_trials", "trials/_trials", "trials/_weather")  # fmt: skip


def page(language: str) -> str:
    return (ROOT / "docs" / language / "reference" / "potato-season.md").read_text("utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_walk_through_runs(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    [field] = re.findall(r"```toml\n(.*?)```", page(language), re.DOTALL)
    assert field == (files("tuwei.potato") / "data" / "FIELD.toml").read_text("utf-8")
    Path("FIELD.toml").write_text(field, "utf-8")
    shutil.copytree(ROOT / "tests" / "golden" / "potato_trials" / "trials", "trials")
    [block] = re.findall(r"```sh\n(.*?)```", page(language), re.DOTALL)
    for line in block.splitlines():
        if language == "en" and "calibrate" in line:
            continue  # the same line, and half a minute
        result = CliRunner().invoke(app, shlex.split(line)[2:])
        assert result.exit_code == 0, (line, result.output)
    assert sorted(one.name for one in Path("season").iterdir()) == ["daily.csv", "season.json"]
    [block] = re.findall(r"```python\n(.*?)```", page(language), re.DOTALL)
    exec(compile(block, "potato-season.md", "exec"), {})  # noqa: S102 - the page under test
    assert capsys.readouterr().out.splitlines()[-1] == "True True"


def test_every_error_code_is_told() -> None:
    source = "".join(
        (ROOT / "src" / "tuwei" / "potato" / f"{name}.py").read_text("utf-8") for name in MODULES
    )
    codes = set(re.findall(r'(?:Input|Conflict|Balance)Error\(\s*"(potato\.[a-z_]+)"', source))
    raised = codes | {"potato.language"}
    assert (
        raised
        == set(re.findall(r"`(potato\.[a-z_]+)`", page("zh")))
        == set(re.findall(r"`(potato\.[a-z_]+)`", page("en")))
    )


def test_the_example_names_every_key_and_the_table_every_source() -> None:
    example = (files("tuwei.potato") / "data" / "FIELD.toml").read_text("utf-8")
    limits = {
        "wilting",
        "capacity",
        "saturation",
        "density",
        "ammonium",
        "automatic_depth_cm",
        "nitrogen_mg_l",
        "absent",
    }
    mine = {
        name: keys for name, keys in SPEC.items() if not name.startswith("plan")
    }  # the plan has a page of its own
    for section, keys in mine.items():
        for key in set(keys) - limits:
            assert re.search(rf"^#? ?{key} =", example, re.MULTILINE), (section, key)
    for one in parameters():
        assert one.low <= one.default <= one.high, one.name
        assert len(one.source) > 8, one.name
