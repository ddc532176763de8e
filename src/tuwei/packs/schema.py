"""What a region pack may hold: every file, column, type and allowed value, declared once.

The loader checks against these specs, the documentation lists them and a test compares the two.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

FIELDS = ("it", "bio", "aero", "materials", "services", "energy", "environment", "manufacturing")
BOUNDS = {  # which bounds each relation needs; an exact or approximate value stands in both
    "le": ("high",),
    "lt": ("high",),
    "ge": ("low",),
    "gt": ("low",),
    "eq": ("low", "high"),
    "approx": ("low", "high"),
    "range": ("low", "high"),
}
ORGANISATION_KINDS = ("enterprise", "institution", "agency", "bureau")
COOPERATION = ("transfer", "license", "invest", "develop", "service", "negotiable")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, or one key of a record.

    Parameters
    ----------
    name
        As it stands in the header or in the JSON object.
    kind
        A key of `KINDS` for a single value; ``"texts"`` for a list of strings; ``"objects"`` for a list
        of objects described by `parts`. In CSV the cells of ``"words"`` are split at ``|``.
    required
        An empty value is a fault.
    allowed
        Closed list of values; empty means any.
    refers
        Name of the table whose key this value must be.
    low, high
        Inclusive range of a number.
    parts
        The keys of the objects in a list.
    """

    name: str
    kind: str = "text"
    required: bool = False
    allowed: tuple[str, ...] = ()
    refers: str = ""
    low: int | None = None
    high: int | None = None
    parts: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One file of a pack: where it lies, what it holds and what makes a row unique."""

    name: str
    file: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = True


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError
    return value.strip()


def _matching(pattern: str) -> Callable[[object], object]:
    compiled = re.compile(pattern)

    def check(value: object) -> object:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError
        return value

    return check


def _integer(value: object) -> object:
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,15}", str(value)):
        raise ValueError
    return int(str(value))


def _decimal(value: object) -> object:
    """Keep the text as written, so that 31.5 never becomes 31.499999."""
    if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,9})?", value):
        raise ValueError
    return value


def _boolean(value: object) -> object:
    if value is True or value == "true":
        return True
    if value is False or value == "false":
        return False
    raise ValueError


def _words(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError
    return [word.strip() for word in value.split("|") if word.strip()]


def _date(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError
    datetime.date.fromisoformat(value)
    return value


# kind: (reader, what is expected in Chinese, in English)
KINDS: dict[str, tuple[Callable[[object], object], str, str]] = {
    "text": (_text, "文字", "text"),
    "code": (_matching(r"[a-z0-9][a-z0-9_.-]*"), "小写字母、数字、_、.、- 组成的代码", "a lower-case code"),
    "place": (_matching(r"[0-9]{6}"), "六位行政区划代码", "a six-digit place code"),
    "integer": (_integer, "整数", "a whole number"),
    "decimal": (_decimal, "以文字写出的十进制数", "a decimal number written as text"),
    "boolean": (_boolean, "true 或 false", "true or false"),
    "words": (_words, "以 | 分隔的词", "words separated by |"),
    "date": (_date, "日期 YYYY-MM-DD", "a date YYYY-MM-DD"),
    "month": (_matching(r"[0-9]{4}-(0[1-9]|1[0-2])"), "月份 YYYY-MM", "a month YYYY-MM"),
    "moment": (
        _matching(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"),
        "年、月或日(YYYY、YYYY-MM、YYYY-MM-DD)",
        "a year, month or day",
    ),
}

SOURCE = Column("source", "code", required=True, refers="sources")

SOURCES = Table(
    "sources",
    "sources.csv",
    ("id",),
    (
        Column("id", "code", required=True),
        Column("title_zh", required=True),
        Column("title_en", required=True),
        Column("publisher"),
        Column("published", "moment"),
        Column("address"),
        Column("note"),
    ),
)
PLACES = Table(
    "places",
    "places.csv",
    ("code",),
    (
        Column("code", "place", required=True),
        Column("name_zh", required=True),
        Column("name_en", required=True),
        Column("kind", required=True, allowed=("province", "prefecture", "county")),
        Column("parent", "place", refers="places"),
        Column("lat", "decimal", required=True, low=-90, high=90),
        Column("lon", "decimal", required=True, low=-180, high=180),
        Column("precision", required=True, allowed=("approximate", "surveyed")),
        SOURCE,
    ),
)
TERMS = Table(
    "terms",
    "terms.csv",
    ("scheme", "code"),
    (
        Column("scheme", required=True, allowed=("field", "industry")),
        Column("code", "code", required=True),
        Column("name_zh", required=True),
        Column("name_en", required=True),
        Column("words", "words"),
        SOURCE,
    ),
)
_ORGANISATION = (
    Column("name", required=True),
    Column("name_en"),
    Column("kind", required=True, allowed=ORGANISATION_KINDS),
    Column("region", "place", refers="places"),
    Column("industry", "code", refers="industry"),
    Column("about_zh"),
    Column("about_en"),
    Column("sample", "boolean", required=True),
    SOURCE,
)
ORGANISATIONS = Table("organisations", "organisations.csv", ("name",), _ORGANISATION)
SAMPLE_ORGANISATIONS = Table("organisations", "samples/organisations.csv", ("name",), _ORGANISATION, False)
PEOPLE = Table(
    "people",
    "people.csv",
    ("name", "organisation"),
    (
        Column("name", required=True),
        Column("organisation", required=True, refers="organisations"),
        Column("office_zh", required=True),
        Column("office_en"),
        SOURCE,
    ),
    required=False,
)
FIGURES = Table(
    "figures",
    "figures.csv",
    ("code", "period"),
    (
        Column("code", "code", required=True),
        Column("name_zh", required=True),
        Column("name_en", required=True),
        Column("period", "moment", required=True),
        Column("comparator", required=True, allowed=("eq", "gt", "lt", "approx")),
        Column("value", "decimal", required=True),
        Column("unit", required=True),
        Column("as_of", "moment", required=True),
        Column("published", "moment", required=True),
        SOURCE,
        Column("note"),
        Column("note_en"),
    ),
)

_RANGE = (
    Column("comparator", required=True, allowed=tuple(BOUNDS)),
    Column("low", "decimal"),
    Column("high", "decimal"),
    Column("unit"),
)
_COMMON = (
    Column("field", "code", refers="field"),
    Column("industry", "code", refers="industry"),
    Column("region", "place", refers="places"),
    Column("organisation", refers="organisations"),
    Column("keywords", "texts"),
    Column("sample", "boolean", required=True),
    SOURCE,
)
_NEED = (
    Column("id", "code", required=True),
    Column("title", required=True),
    Column("problem", required=True),
    Column("object"),
    Column("function"),
    Column(
        "indicators",
        "objects",
        parts=(Column("name", required=True), *_RANGE, Column("current"), Column("note")),
    ),
    Column("constraints"),
    Column("tried_routes"),
    Column("deadline", "date"),
    Column("budget_min", "decimal", low=0),
    Column("budget_max", "decimal", low=0),
    Column("ip_ownership", allowed=("demander", "solver", "shared", "negotiable")),
    Column("solver_conditions"),
    Column("why_not_inhouse"),
    Column("contact_name"),
    Column("contact_phone"),
    Column("contact_email"),
    Column("consent_publish", "boolean", required=True),
    Column("grade", required=True, allowed=("L0", "L1", "L2", "L3")),
    Column("abstract"),
    Column("state", required=True, allowed=("draft", "clarifying", "verified", "published")),
    *_COMMON,
)
_ACHIEVEMENT = (
    Column("id", "code", required=True),
    Column("title", required=True),
    Column("text", required=True),
    Column("people", "texts"),
    Column("registration_no"),
    Column("start_month", "month"),
    Column("end_month", "month"),
    Column("attribute", allowed=("original", "absorbed", "secondary")),
    Column(
        "form",
        required=True,
        allowed=(
            "technology",
            "process",
            "product",
            "material",
            "equipment",
            "variety",
            "software",
            "standard",
            "other",
        ),
    ),
    Column(
        "level",
        allowed=(
            "international_leading",
            "international_advanced",
            "domestic_leading",
            "domestic_advanced",
            "unrated",
        ),
    ),
    Column("stage", allowed=("early", "pilot", "mature")),
    Column("ip", "objects", parts=(Column("kind", required=True), Column("number"), Column("status"))),
    Column("trl", "integer", low=1, high=9),
    Column("trl_evidence"),
    Column("right_to_dispose", allowed=("own", "shared", "licensed", "unclear")),
    Column("cooperation", "texts", allowed=COOPERATION),
    Column("price_min", "decimal", low=0),
    Column("price_max", "decimal", low=0),
    Column("application"),
    Column("benefit"),
    Column(
        "claims",
        "objects",
        parts=(
            Column("quantity", required=True),
            *_RANGE,
            Column("baseline"),
            Column("conditions"),
            Column("evidence"),
            Column("evidence_state", required=True, allowed=("claimed", "documented", "reproduced")),
        ),
    ),
    *_COMMON,
)
NEEDS = Table("needs", "needs.jsonl", ("id",), _NEED, required=False)
ACHIEVEMENTS = Table("achievements", "achievements.jsonl", ("id",), _ACHIEVEMENT, required=False)
SAMPLE_NEEDS = Table("needs", "samples/needs.jsonl", ("id",), _NEED, required=False)
SAMPLE_ACHIEVEMENTS = Table(
    "achievements", "samples/achievements.jsonl", ("id",), _ACHIEVEMENT, required=False
)
QRELS = Table(
    "qrels",
    "samples/qrels.tsv",
    ("need", "achievement"),
    (
        Column("need", "code", required=True, refers="needs"),
        Column("achievement", "code", required=True, refers="achievements"),
        Column("grade", "integer", required=True, low=1, high=3),
    ),
    required=False,
)

TABLES = (
    SOURCES,
    PLACES,
    TERMS,
    ORGANISATIONS,
    SAMPLE_ORGANISATIONS,
    PEOPLE,
    FIGURES,
    NEEDS,
    SAMPLE_NEEDS,
    ACHIEVEMENTS,
    SAMPLE_ACHIEVEMENTS,
    QRELS,
)

MANIFEST = (
    Column("id", "code", required=True),
    Column("name_zh", required=True),
    Column("name_en", required=True),
    Column("version", required=True),
    Column("licence", required=True),
    Column("lat", "decimal", required=True, low=-90, high=90),
    Column("lon", "decimal", required=True, low=-180, high=180),
    Column("zoom", "integer", required=True, low=1, high=18),
    Column("region", "place", required=True, refers="places"),
)
