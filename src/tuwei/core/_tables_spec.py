"""What a table is: its columns, its limits, and how headers are recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

Kind = Literal[
    "text", "long_text", "integer", "decimal", "yuan", "date", "month", "boolean",
    "choice", "multi_choice", "list", "json", "email", "phone",
]  # fmt: skip

NUMERIC: frozenset[Kind] = frozenset({"integer", "decimal", "yuan"})
_LENGTHS: Mapping[str, int] = {"text": 500, "email": 254, "phone": 40}

REJECT_HEADERS = ("行号", "原因", "Reason")
"""The columns a file of rejects adds; ignored on reading."""
EXAMPLE_MARKS = {"zh": "【示例】", "en": "[Example]"}
"""Starts the first cell of a template's example row."""
HELP_SHEETS = {"zh": "填写说明", "en": "Help"}
CHOICE_SHEETS = {"zh": "选项", "en": "Choices"}


def fold(label: object) -> str:
    """Return a header or label as compared: NFKC, no blanks, lower case, no mark of obligation."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(label))).casefold()
    return re.sub(r"(\*|\(必填\)|\(required\))+$", "", text.lstrip("*"))


@dataclass(frozen=True)
class Column:
    """One declared column.

    Parameters
    ----------
    name, zh, en
        Field name of the record, Chinese header, English header.
    kind
        What a cell holds; ``Row.values`` then gives a value ready for JSON: text kinds and ``choice``
        (the code) ``str``; ``integer`` ``int``; ``decimal`` and ``yuan`` exact decimal strings (元);
        ``date`` ``"YYYY-MM-DD"``; ``month`` ``"YYYY-MM"``; ``boolean`` ``bool``; ``list`` and
        ``multi_choice`` ``list[str]``; ``json`` any JSON value. An empty cell gives None, or ``[]``.
    choices
        Code → (Chinese label, English label).
    unit
        Shown in the header: ``预算(元)``. A header with another unit is not recognised.
    low, high
        Inclusive bounds: numbers (``yuan`` in 元, from 0 unless said) or ISO dates and months.
    max_length
        In characters, per item for lists; 500 for ``text``, 20,000 otherwise.
    aliases
        Further headers taken for this column.
    example, example_en
        What the example row of the template in each language shows; a plain one by kind unless
        said; of choices a code.
    """

    name: str
    zh: str
    en: str
    kind: Kind = "text"
    required: bool = False
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    unit: str = ""
    help_zh: str = ""
    help_en: str = ""
    low: int | str | Decimal | None = None
    high: int | str | Decimal | None = None
    max_length: int | None = None
    aliases: tuple[str, ...] = ()
    example: str = ""
    example_en: str = ""

    def __post_init__(self) -> None:
        if (self.kind in ("choice", "multi_choice")) != bool(self.choices):
            raise ValueError(f"column {self.name}: choices belong to choice and multi_choice, and only there")
        taken: dict[str, str] = {}
        for code, labels in self.choices.items():
            for label in (code, *labels):
                if taken.setdefault(fold(label), code) != code:
                    raise ValueError(f"column {self.name}: “{label}” stands for two choices")

    def label(self, language: str = "zh") -> str:
        """Return the header: ``预算下限(元)`` or ``Budget from (元)``."""
        text = self.en if language.startswith("en") else self.zh
        return f"{text} ({self.unit})" if self.unit and language.startswith("en") else text + self._unit_zh()

    def _unit_zh(self) -> str:
        return f"({self.unit})" if self.unit else ""

    @property
    def length(self) -> int:
        """The longest text taken, in characters."""
        return self.max_length or _LENGTHS.get(self.kind, 20_000)

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Folded code or label → code."""
        return {fold(text): code for code, labels in self.choices.items() for text in (code, *labels)}

    def headers(self) -> tuple[str, ...]:
        """Return every header taken for this column."""
        return (self.name, self.zh, self.en, self.label("zh"), self.label("en"), *self.aliases)


@dataclass(frozen=True)
class Table:
    """A declared table: its columns, and the column that identifies a row (``key``, or "")."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    key: str = ""

    def __post_init__(self) -> None:
        taken: dict[str, str] = {}
        for column in self.columns:
            for header in column.headers():
                if taken.setdefault(fold(header), column.name) != column.name:
                    raise ValueError(f"table {self.name}: the header “{header}” stands for two columns")
        if self.key and self.key not in {column.name for column in self.columns}:
            raise ValueError(f"table {self.name}: no column {self.key} to be the key")

    @cached_property
    def by_header(self) -> Mapping[str, Column]:
        """Folded header → column."""
        return {fold(header): column for column in self.columns for header in column.headers()}

    def column(self, header: object) -> Column | None:
        """Return the column a header names, or None."""
        known = self.by_header.get(header) if isinstance(header, str) else None  # folding is slow
        return known or self.by_header.get(fold(header))


@dataclass(frozen=True)
class Limits:
    """What is taken at most; beyond it a ``TooLargeError`` says so.

    ``bytes`` of the file; ``unpacked`` bytes inside an xlsx and their ``ratio`` to the packed bytes (a
    zip bomb packs a thousandfold; a sheet of repeated rows under two hundredfold); ``rows`` with
    content; ``columns``; ``cell`` in characters.
    """

    bytes: int = 100 * 2**20
    unpacked: int = 700 * 2**20
    ratio: int = 200
    rows: int = 200_000
    columns: int = 200
    cell: int = 2_000_000
