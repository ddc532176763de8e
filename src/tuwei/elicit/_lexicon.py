"""The lexicon: what the TOML files under ``data`` say, read once and checked."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Indicator:
    """A typical measure of a problem type."""

    zh: str
    en: str
    unit: str
    better: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem type with its questions; ``{object}`` stands for the recognised thing."""

    code: str
    group: str
    zh: str
    en: str
    pattern: re.Pattern[str] | None
    texts: dict[str, str]
    indicators: tuple[Indicator, ...]
    examples_zh: tuple[str, ...]
    examples_en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing needs are about, by one of its words."""

    word: str
    field: str
    industry: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the need: weight [points of 100] and its general question."""

    name: str
    weight: int
    zh: str
    en: str
    ask_zh: str
    ask_en: str
    why_zh: str
    why_en: str
    examples_zh: tuple[str, ...]
    examples_en: tuple[str, ...]


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("tuwei.elicit").joinpath("data", name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def problems() -> tuple[Problem, ...]:
    """Every problem type; the last, ``general``, has no words of its own."""
    return tuple(_problem(row) for row in _load("problems.toml")["problem"])


def _problem(row: dict[str, Any]) -> Problem:
    texts = {key: value for key, value in row.items() if isinstance(value, str)}
    pattern = "|".join(f"(?:{one})" for one in row["patterns"])
    return Problem(
        row["code"],
        row["group"],
        row["zh"],
        row["en"],
        re.compile(pattern, re.IGNORECASE) if pattern else None,
        texts,
        tuple(Indicator(*one) for one in row["indicators"]),
        tuple(row["examples_zh"]),
        tuple(row["examples_en"]),
    )


@lru_cache(maxsize=32)
def group_examples(group: str, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Examples (Chinese, English) of good answers in one world: ``object``, ``problem``, ``constraints``, ``tried``."""
    lines = _load("problems.toml")["group"][group][kind]
    chinese = tuple(line for line in lines if not line.isascii() and re.search("[\u4e00-\u9fff]", line))
    return chinese, tuple(line for line in lines if line not in chinese)


@lru_cache(maxsize=1)
def things() -> dict[str, Thing]:
    """Lower-case word → thing."""
    found: dict[str, Thing] = {}
    for field, industry, en, words in _load("objects.toml")["objects"]:
        for word in (one.replace("_", " ") for one in words.split()):
            found[word.lower()] = Thing(word, field, industry, en)
    return found


@lru_cache(maxsize=1)
def thing_pattern() -> re.Pattern[str]:
    """Match any thing, the longest word first."""
    latin = [word for word in things() if word.isascii()]
    other = [word for word in things() if not word.isascii()]
    return re.compile(rf"{any_of(other)}|(?<![a-z]){any_of(latin)}(?![a-z])", re.IGNORECASE)


def any_of(words: list[str]) -> str:
    """Write a pattern for the longest of some words; common beginnings are tried once, not word by word.

    >>> any_of(["烘干机", "烘干", "烘箱"])
    '烘(?:干(?:机)?|箱)'
    """
    rests: dict[str, list[str]] = {}
    for word in filter(None, words):
        rests.setdefault(word[0], []).append(word[1:])
    ways = [re.escape(first) + any_of(rest) for first, rest in rests.items()]
    if "" in words:
        return f"(?:{'|'.join(ways)})?" if ways else ""
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


@lru_cache(maxsize=1)
def fields() -> dict[str, Field]:
    """Name → field, in the order of the record; the weights sum to 100."""
    rows = _load("fields.toml")["field"]
    return {
        row["name"]: Field(
            row["name"],
            row["weight"],
            row["zh"],
            row["en"],
            row.get("ask_zh", ""),
            row.get("ask_en", ""),
            row["why_zh"],
            row["why_en"],
            tuple(row.get("examples_zh", ())),
            tuple(row.get("examples_en", ())),
        )
        for row in rows
    }


@lru_cache(maxsize=1)
def markers() -> dict[str, Any]:
    """Marks of secrecy and personal data."""
    return _load("markers.toml")
