"""What the engine knows of problems, things and fields; written in ``data/*.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

READ = 20_000  # characters of a draft that are looked at
PROSE = (
    "title", "problem", "object", "function", "constraints", "tried_routes", "solver_conditions",
    "why_not_inhouse",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """A recognised object: the word as found, its codes and its English name."""

    word: str
    field: str
    industry: str
    en: str


@cache
def load(name: str) -> Any:
    """Return one data file."""
    return tomllib.loads((files("tuwei.elicit") / "data" / f"{name}.toml").read_text("utf-8"))


@cache
def _problems() -> tuple[tuple[dict[str, Any], re.Pattern[str] | None], ...]:
    rows = load("problems")["problem"]
    return tuple(
        (row, re.compile("|".join(row["patterns"]), re.I) if row["patterns"] else None) for row in rows
    )


@cache
def _things() -> tuple[Thing, ...]:
    """Every word for a thing; English names of several words stand as they are."""
    return tuple(
        Thing(word, field, industry, en)
        for field, industry, en, words in load("objects")["objects"]
        for word in [*words.split(), *([en] if " " in en else [])]
    )


def text_of(draft: Mapping[str, Any]) -> str:
    """All prose of a draft, one field a line."""
    return "\n".join(str(draft[name]) for name in PROSE if draft.get(name))[:READ]


def problem_of(draft: Mapping[str, Any]) -> dict[str, Any]:
    """The kind of problem the words tell of most, measured in characters; else "general"."""
    text = text_of(draft)
    scored = [
        (sum(len(hit[0]) for hit in pattern.finditer(text)), -at, row)
        for at, (row, pattern) in enumerate(_problems())
        if pattern
    ]
    hits = [entry for entry in scored if entry[0]]
    return max(hits, key=lambda entry: entry[:2])[2] if hits else _problems()[-1][0]


def thing_of(draft: Mapping[str, Any]) -> Thing | None:
    """The thing the words are about: the first one named, of the object field before the rest."""
    for text in (str(draft.get("object") or ""), text_of(draft)):
        low = text.lower()
        places = [
            (at, -len(thing.word), thing) for thing in _things() if (at := _place(thing.word, low)) >= 0
        ]
        if places:
            return min(places, key=lambda place: place[:2])[2]
    return None


def _place(word: str, text: str) -> int:
    if not word.isascii():
        return text.find(word.lower())
    found = re.search(rf"(?<![a-z0-9]){re.escape(word.lower())}(?![a-z0-9])", text)
    return found.start() if found else -1


def named(draft: Mapping[str, Any]) -> tuple[str, str]:
    """How the questions call the thing, in Chinese and English."""
    thing = thing_of(draft)
    stated = str(draft.get("object") or "").strip()
    short = stated if 0 < len(stated) <= 16 else ""
    return short or (thing.word if thing else "它"), short or (thing.en if thing else "it")
