"""Dated, cited parameters: what a statute's YAML file holds, checked, and what an overlay lays over it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from tuwei.rules._values import UNITS, parse_date, parse_value
from tuwei.rules._yaml import Entry, read_yaml

Status = Literal["confirmed", "to_verify"]
KINDS = ("status", "money", "registration", "flag", "grade")
FOREVER = datetime.date.max
_ROW_KEYS = ("valid_from", "valid_to", "document", "article", "status", "note")
_EDGES = ("from", "above", "up_to", "below")


@dataclass(frozen=True)
class Document:
    """A statute, notice or list: its number and titles."""

    number: str
    zh: str
    en: str = ""


@dataclass(frozen=True)
class Band:
    """One row of a table: edges by operator (``ge``, ``gt``, ``le``, ``lt``) and what it gives."""

    edges: tuple[tuple[str, Fraction], ...]
    gives: tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Citation:
    """One dated row: the value, from when to when, and where it stands in law."""

    id: str
    zh: str
    en: str
    unit: str
    document: Document
    article: str
    status: Status
    valid_from: datetime.date
    valid_to: datetime.date = FOREVER
    value: Fraction | None = None
    bands: tuple[Band, ...] = ()
    words: tuple[str, ...] = ()
    of: str = ""
    note: str = ""
    layer: str = ""

    def holds_on(self, day: datetime.date) -> bool:
        """Whether the row is in force on that day."""
        return self.valid_from <= day <= self.valid_to


@dataclass
class Layer:
    """One file's rows: rule or parameter id → its dated rows."""

    name: str
    file: str
    rules: dict[str, Entry] = field(default_factory=dict)
    in_force: dict[str, list[Citation]] = field(default_factory=dict)
    parameters: dict[str, list[Citation]] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    conditions: dict[str, list[Citation]] = field(default_factory=dict)
    quantities: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    programmes: list[Entry] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)


def read_statute(path: Path) -> Layer:
    """Read one shipped file ``data/<rule>.yaml``.

    Raises
    ------
    InputError
        ``rules.…`` with file, line, key: unknown key, bad value, overlapping windows, unknown document.
    """
    entry = read_yaml(path)
    keys = (
        "rule",
        "zh",
        "en",
        "kind",
        "rung",
        "ladder",
        "worth",
        "documents",
        "in_force",
        "parameters",
        "conditions",
        "quantities",
    )
    entry.allow(keys, ("rule", "zh", "en", "kind", "documents", "in_force"))
    if entry["kind"] not in KINDS:
        entry.fail(
            "bad_value", "应为 {expected}。", "must be {expected}.", "kind", expected=" | ".join(KINDS)
        )
    if not str(entry.get("rung") or "0").isdecimal():
        entry.fail("bad_value", "应为整数。", "must be a whole number.", "rung")
    layer, rule = Layer("", path.name), str(entry["rule"])
    layer.documents = _documents(entry)
    layer.rules[rule] = entry
    layer.in_force[rule] = _dated(layer, rule, entry, _list(entry, "in_force"), "words", "", ("version",))
    _parameters(layer, entry, rule)
    for id, listed in _mapping(entry, "conditions").items():
        layer.conditions[f"{rule}.{id}"] = _condition(layer, f"{rule}.{id}", listed)
    for id, named in _mapping(entry, "quantities").items():
        named.allow(("zh", "en", "unit"), ("zh", "en", "unit"))
        layer.quantities[f"{rule}.{id}"] = (named["zh"], named["en"], _unit(named))
    return layer


def read_overlay(path: Path) -> Layer:
    """Read an overlay: dated rows laid over shipped parameters, and programmes of a region."""
    return overlay_of(read_yaml(path))


def overlay_of(entry: Entry) -> Layer:
    """Check an overlay that was read; `read_overlay` says more."""
    entry.allow(
        ("overlay", "zh", "en", "documents", "in_force", "parameters", "programmes"), ("overlay", "zh", "en")
    )
    layer = Layer(str(entry["overlay"]), entry.file)
    layer.documents = _documents(entry)
    versions = entry.get("in_force") or Entry(entry.file, entry.line)
    if not isinstance(versions, Entry):
        entry.fail("bad_value", "应为“规则: 若干行”。", "must be a mapping of rules to rows.", "in_force")
    for rule, rows in versions.items():
        layer.entries[f"in_force.{rule}"] = versions
        layer.in_force[rule] = _dated(
            layer, rule, entry, _rows(versions, rule, rows), "words", "", ("version",)
        )
    _parameters(layer, entry, "")
    layer.programmes = _list(entry, "programmes")
    return layer


def _parameters(layer: Layer, entry: Entry, rule: str) -> None:
    for id, listed in _mapping(entry, "parameters").items():
        name = f"{rule}.{id}" if rule else id
        listed.allow(("zh", "en", "unit", "of", "rows", "note"), ("unit", "rows"))
        of = _unit(listed, "of") if listed.get("of") else ""
        layer.entries[name] = listed
        layer.parameters[name] = _dated(layer, name, listed, _list(listed, "rows"), _unit(listed), of)


def _condition(layer: Layer, name: str, listed: Entry) -> list[Citation]:
    rows = _list(listed, "rows") if "rows" in listed else [listed]
    listed.allow(("zh", "en", "rows") if "rows" in listed else listed, ("zh", "en"))
    return _dated(layer, name, listed, rows, "", "", ("zh", "en"))


def _dated(
    layer: Layer, name: str, owner: Entry, rows: list[Entry], unit: str, of: str, more: tuple[str, ...] = ()
) -> list[Citation]:
    """Return the rows in order of time; two that overlap are a fault."""
    if not rows:
        owner.fail(
            "missing_key",
            "至少要有一行。",
            "needs one row at least.",
            "rows" if "rows" in owner else "in_force",
        )
    found = [(_row(layer, name, owner, row, unit, of, more), row) for row in rows]
    found.sort(key=lambda pair: pair[0].valid_from)
    return _apart([citation for citation, _ in found], [row for _, row in found])


def _row(
    layer: Layer, name: str, owner: Entry, row: Entry, unit: str, of: str, more: tuple[str, ...]
) -> Citation:
    version = tuple(key for key in more if key == "version")
    row.allow((*_ROW_KEYS, "value", "bands", *more), (*version, *_cited(layer, unit, bool(version))))
    start, end = _day(row, "valid_from", datetime.date.min), _day(row, "valid_to", FOREVER)
    if end < start:
        row.fail("bad_window", "早于 valid_from。", "lies before valid_from.", "valid_to", got=str(end))
    return Citation(
        name,
        str(row.get("zh") or owner.get("zh") or name),
        str(row.get("en") or owner.get("en") or name),
        unit,
        _document(layer, row),
        str(row.get("article") or ""),
        _status(row),
        start,
        end,
        *_content(row, unit, of),
        of=of,
        note=str(row.get("note") or ""),
        layer=layer.name,
    )


def _cited(layer: Layer, unit: str, version: bool) -> tuple[str, ...]:
    """What a row of a statute must say of its source; lists of words may be plain lists."""
    if layer.name or (unit == "words" and not version):
        return ()
    return ("document", "valid_from") if unit else ("document",)


def _content(row: Entry, unit: str, of: str) -> tuple[Fraction | None, tuple[Band, ...], tuple[str, ...]]:
    if not unit:
        return None, (), ()
    if unit == "words":
        value = row.get("value", row.get("version", ""))
        return None, (), tuple(value) if isinstance(value, list) else (str(value),)
    if "bands" in row:
        if not of:
            row.fail(
                "missing_key",
                "有 bands 时须写 of(界限的单位)。",
                "bands need “of”, the unit of their edges.",
                "bands",
            )
        return None, _bands(row, unit, of), ()
    if row.get("value") is None:
        row.fail("missing_key", "必填，现在没有。", "is required and missing.", "value")
    return _value(row, "value", row["value"], unit), (), ()


def _bands(row: Entry, unit: str, of: str) -> tuple[Band, ...]:
    bands = []
    for band in _list(row, "bands"):
        band.allow((*_EDGES, "gives"), ("gives",))
        edges = tuple((_OPERATORS[key], _value(band, key, band[key], of)) for key in _EDGES if key in band)
        given = band["gives"] if isinstance(band["gives"], list) else [band["gives"]] * 2
        if len(given) != 2:
            band.fail("bad_value", "应为一个值或 [低, 高]。", "must be one value or [low, high].", "gives")
        low, high = (_value(band, "gives", value, unit) for value in given)
        if high < low:
            band.fail("bad_value", "应先低后高。", "must be the low end, then the high one.", "gives")
        bands.append(Band(edges, (low, high)))
    if not bands or bands[-1].edges:
        row.fail("open_bands", "最后一档不得有界限，以免有值落空。", "the last band must have no edge, so that no value falls through.", "bands")  # fmt: skip
    _in_order(row, bands)
    return tuple(bands)


def _in_order(row: Entry, bands: list[Band]) -> None:
    """The first band that fits is taken: one that none can reach any more is a fault."""
    for number, (before, band) in enumerate(pairwise(bands), 2):
        one, two = before.edges, band.edges
        if not one or (len(one) == len(two) == 1 and _hidden(one[0], two[0])):
            row.fail("band_order", "第 {got} 档永远轮不到：from/above 的界限应由高到低，up_to/below 的应由低到高。",
                     "no value reaches band {got}: edges of from and above must be falling, of up_to and below rising.",
                     "bands", got=number)  # fmt: skip


def _hidden(before: tuple[str, Fraction], edge: tuple[str, Fraction]) -> bool:
    """Whether all that the edge takes is taken before."""
    (one, top), (two, mark) = before, edge
    if one in ("ge", "gt") and two in ("ge", "gt"):
        return mark > top or (mark == top and not (one == "gt" and two == "ge"))
    if one in ("le", "lt") and two in ("le", "lt"):
        return mark < top or (mark == top and not (one == "lt" and two == "le"))
    return False


_OPERATORS = {"from": "ge", "above": "gt", "up_to": "le", "below": "lt"}


def _value(row: Entry, key: str, text: Any, unit: str) -> Fraction:
    try:
        if not isinstance(text, str):
            raise ValueError("30")
        return parse_value(text, unit)
    except ValueError as error:
        row.fail(
            "bad_value",
            "“{got}”不是{unit}的值，应写如 {expected}。",
            "“{got}” is no value in {unit}; write as in {expected}.",
            key,
            got=str(text)[:40],
            unit=UNITS[unit][0] or unit,
            expected=str(error),
        )


def _apart(rows: list[Citation], entries: list[Entry]) -> list[Citation]:
    for before, row, entry in zip(rows, rows[1:], entries[1:], strict=False):
        if row.valid_from <= before.valid_to:
            entry.fail(
                "overlap",
                "有效期与上一行重叠：自 {got}，而上一行至 {expected}。",
                "the window overlaps the row before: from {got}, that one runs to {expected}.",
                "valid_from",
                got=str(row.valid_from),
                expected=str(before.valid_to),
            )
    return rows


def _day(row: Entry, key: str, otherwise: datetime.date) -> datetime.date:
    if row.get(key) is None:
        return otherwise
    try:
        return parse_date(str(row[key]))
    except ValueError as error:
        row.fail("bad_value", "“{got}”不是日期，应写如 {expected}。", "“{got}” is no date; write as in {expected}.",
                 key, got=str(row[key])[:40], expected=str(error))  # fmt: skip


def _status(row: Entry) -> Status:
    status = row.get("status", "to_verify")
    if status not in ("confirmed", "to_verify"):
        row.fail("bad_value", "应为 confirmed 或 to_verify，现为“{got}”。", "must be confirmed or to_verify, got “{got}”.",
                 "status", got=str(status)[:40])  # fmt: skip
    return "confirmed" if status == "confirmed" else "to_verify"


def _documents(entry: Entry) -> dict[str, Document]:
    found = {}
    for id, listed in _mapping(entry, "documents").items():
        listed.allow(("number", "zh", "en", "issued", "note"), ("number", "zh"))
        found[id] = Document(str(listed["number"]), str(listed["zh"]), str(listed.get("en") or ""))
    return found


def _document(layer: Layer, row: Entry) -> Document:
    id = row.get("document")
    if id is None:
        return Document(layer.name, layer.name)
    if not isinstance(id, str) or id not in layer.documents:
        row.fail("unknown_document", "文件“{got}”未在 documents 中列出，已列：{expected}。",
                 "the document “{got}” is not listed under documents; listed: {expected}.", "document",
                 got=str(id), expected=", ".join(layer.documents))  # fmt: skip
    return layer.documents[id]


def _unit(entry: Entry, key: str = "unit") -> str:
    if not isinstance(entry[key], str) or entry[key] not in UNITS:
        entry.fail("bad_value", "不认识单位“{got}”，应为 {expected}。", "unknown unit “{got}”; expected {expected}.", key,
                   got=str(entry[key]), expected=" | ".join(UNITS))  # fmt: skip
    return str(entry[key])


def _list(entry: Entry, key: str) -> list[Entry]:
    return _rows(entry, key, entry.get(key) or [])


def _rows(entry: Entry, key: str, rows: Any) -> list[Entry]:
    if not isinstance(rows, list) or not all(isinstance(row, Entry) for row in rows):
        entry.fail("bad_value", "应为若干行，每行是一组键值。", "must be a list of mappings.", key)
    return list(rows)


def _mapping(entry: Entry, key: str) -> dict[str, Entry]:
    rows = entry.get(key) or {}
    if not isinstance(rows, dict) or not all(isinstance(row, Entry) for row in rows.values()):
        entry.fail("bad_value", "应为“名称: 一组键值”。", "must be a mapping of names to mappings.", key)
    return dict(rows)
