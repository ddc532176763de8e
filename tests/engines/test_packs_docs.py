"""The pages about packs: their example loads, their tables are those of the program."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tuwei.core.errors import ConflictError
from tuwei.packs import loader, schema
from tuwei.packs.describe import markdown

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGES = ("zh", "en")


def write_example(page: str, folder: Path) -> None:
    """Write the files which the page shows."""
    folder.mkdir()
    for name, text in re.findall(r"^`([\w.]+)`[:：]\n\n```\w+\n(.*?)```", page, re.DOTALL | re.MULTILINE):
        (folder / name).write_text(text, "utf-8")


def said_by(code: str) -> str:
    """Run the page's Python in the present folder and return what it prints."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=60, env=environment
    )
    return done.stdout.decode("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_the_how_to_loads(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (DOCS / language / "how-to" / "add-a-region.md").read_text("utf-8")
    write_example(page, tmp_path / "myregion")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert said_by(code) == ""
    pack = loader.load_pack("myregion")
    assert (pack.name_en, pack.figures[0]["value"]) == ("Some City", "120")
    (tmp_path / "myregion" / "figures.csv").write_text("code\n", "utf-8")
    assert "figures.csv" in said_by(code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reference_holds_every_table(language: str) -> None:
    page = (DOCS / language / "reference" / "region-pack.md").read_text("utf-8")
    assert markdown(schema.MANIFEST, language) in page
    for table in schema.TABLES:
        assert f"## {table.file}\n" in page
        assert markdown(table.columns, language) in page


@pytest.mark.parametrize("as_package", [True, False])
def test_a_pack_of_another_distribution_loads_by_name(
    as_package: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_example((DOCS / "en" / "how-to" / "add-a-region.md").read_text("utf-8"), tmp_path / "away")
    target = SimpleNamespace(__path__=[str(tmp_path / "away")]) if as_package else tmp_path / "away"
    point = SimpleNamespace(name="elsewhere", load=lambda: target)
    monkeypatch.setattr(loader, "entry_points", lambda group: [point] if group == "tuwei.packs" else [])
    assert loader.load_pack("elsewhere").id == "myregion"


def test_two_packs_of_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    point = SimpleNamespace(name="hohhot", load=lambda: tmp_path)
    monkeypatch.setattr(loader, "entry_points", lambda group: [point])
    with pytest.raises(ConflictError) as caught:
        loader.find_packs()
    assert caught.value.code == "pack.two_of_one_name"
    assert str(tmp_path) in caught.value.sentence("en")
