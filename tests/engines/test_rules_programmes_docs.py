"""The how-to about programmes: its example loads and prints what the page says; its tables name every form."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tuwei.core.errors import InputError, TuweiError
from tuwei.rules import assess, load
from tuwei.rules._parameters import overlay_of
from tuwei.rules._programme import KINDS
from tuwei.rules._programme_amount import FORMS
from tuwei.rules._programmes import programmes
from tuwei.rules._yaml import Entry, parse_yaml

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGES = ("zh", "en")


def page(language: str) -> str:
    return (DOCS / language / "how-to" / "add-a-programme.md").read_text("utf-8")


def block(language: str, kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", page(language), re.DOTALL)
    return str(found)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "policies.yaml"
    path.write_text(block("en", "yaml"), "utf-8")
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_prints_what_the_page_says(language: str, example: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    code = [sys.executable, "-c", block(language, "python")]
    done = subprocess.run(code, capture_output=True, check=True, timeout=60, env=environment)
    assert done.stdout.decode("utf-8").splitlines() == block(language, "text").splitlines()


def test_the_example_overrides_a_parameter_on_its_days_alone(example: Path) -> None:
    facts = {
        f"agency_{item}": 60 for item in ("base", "capacity", "management", "reputation")
    } | {"agency_results": 100}  # fmt: skip
    over = load([example])
    told = [
        assess("transfer_agency", facts, on, over).as_dict()["values"] for on in ("2025-12-31", "2026-01-01")
    ]
    assert told[0]["performance"] == 72  # 60 + 40 · 30/100
    assert told[1]["performance_exact"] == "820/11"  # 60 + 40 · 40/110


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fault_the_page_shows(language: str, example: Path) -> None:
    example.write_text(example.read_text("utf-8").replace("rule: high_tech", "rule: hightech"), "utf-8")
    with pytest.raises(InputError) as caught:
        programmes(load([example]))
    assert caught.value.sentence(language) in page(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_pages_hold_one_example_and_name_every_form_and_kind(language: str) -> None:
    assert block(language, "yaml") == block("en", "yaml")
    text = page(language)
    assert [name for name in (*KINDS, "all", "any", "not", "share_of") if name not in text] == []
    assert [form for form in FORMS if f"`{{{form}: " not in text] == []


BAD = (None, [["a"]], [Entry("other.yaml", 9)], "{0}")


def spots(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place of a YAML tree: the mapping or list, and the key or index."""
    for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield node, key
        yield from spots(node[key])


def test_whatever_stands_in_the_file_a_fault_is_one_line() -> None:
    text = block("en", "yaml")
    said: list[str] = []
    for at in range(len(list(spots(parse_yaml(text, "policies.yaml"))))):
        for bad in BAD:
            entry = parse_yaml(text, "policies.yaml")
            node, key = list(spots(entry))[at]
            node[key] = bad
            try:
                programmes(load().over(overlay_of(entry)))
            except TuweiError as error:
                said += [error.sentence("zh"), error.sentence("en")]
    assert len(said) > 400
    assert [sentence for sentence in said if "\n" in sentence] == []
