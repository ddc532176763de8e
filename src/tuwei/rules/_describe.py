"""A rule as people look it up: its windows, the parameters in force with their sources, the facts it asks for."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tuwei.rules._assess import legal_date
from tuwei.rules._facts import Fact
from tuwei.rules._parameters import FOREVER, Band, Citation
from tuwei.rules._rule import Decision
from tuwei.rules._statutes import Statutes, load
from tuwei.rules._tree import SIGNS
from tuwei.rules._values import UNITS, show


def described(rule: str, on: datetime.date | str, statutes: Statutes | None = None) -> dict[str, Any]:
    """Return a rule as it is on a day: what ``tuwei rules show --json`` prints.

    Examples
    --------
    >>> found = described("high_tech", "2024-03-01")
    >>> [row["value"] for row in found["parameters"] if row["id"] == "pass_mark"]
    ['70 分']
    """
    statutes, day = statutes or load(), legal_date(on)
    info, decision = statutes.info(rule), statutes.decision(rule, day)
    return {
        "rule": info.id,
        "zh": info.zh,
        "en": info.en,
        "kind": info.kind,
        "rung": info.rung or None,
        "on": day.isoformat(),
        "in_force": decision is not None,
        "windows": [_cited(row) | {"version": row.words[0]} for row in info.windows],
        "parameters": [_parameter(row) for row in statutes.in_force(rule, day)] if decision else [],
        "conditions": _conditions(decision) if decision else [],
        "values": list(decision.values) if decision else [],
        "facts": [fact_dict(fact) for fact in decision.facts] if decision else [],
    }


def _cited(row: Citation) -> dict[str, Any]:
    return {
        "document": row.document.number,
        "article": row.article,
        "status": row.status,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": None if row.valid_to == FOREVER else row.valid_to.isoformat(),
        "note": row.note,
        "layer": row.layer,
    }


def _parameter(row: Citation) -> dict[str, Any]:
    told = {"value": value_text(row, "zh"), "value_en": value_text(row, "en")}
    return {
        "id": row.id.partition(".")[2],
        "zh": row.zh,
        "en": row.en,
        "unit": row.unit,
        **told,
        **_cited(row),
    }


def _conditions(decision: Decision) -> list[dict[str, Any]]:
    rows = ((one, one.citation) for one in decision.conditions)
    return [
        {"id": one.id, "zh": row.zh, "en": row.en, "way": one.way or None, **_cited(row)} for one, row in rows
    ]


def fact_dict(fact: Fact) -> dict[str, Any]:
    """Return a declared fact as JSON."""
    return {
        "name": fact.name,
        "zh": fact.zh,
        "en": fact.en,
        "kind": fact.kind,
        "series": fact.series or None,
        "unit": fact.shown_unit,
        "low": fact.low if fact.kind in ("money", "count") else None,
        "choices": {code: list(names) for code, names in fact.choices.items()} or None,
        "items": {item: list(ends) for item, ends in fact.items.items()} or None,
        "fields": dict(fact.fields) or None,
        "help_zh": fact.help_zh,
        "help_en": fact.help_en,
    }


def value_text(row: Citation, language: str) -> str:
    """Return a parameter's value for people; a table band by band.

    Examples
    --------
    >>> row = load().parameter("parameters", "high_tech", "rd_intensity", datetime.date(2024, 3, 1))
    >>> value_text(row, "en")
    '≤ CNY 50,000,000: 5%; ≤ CNY 200,000,000: 4%; else 3%'
    """
    english = language.startswith("en")
    if row.words:
        return (", " if english else "、").join(row.words)
    if row.value is not None:
        return show(row.value, row.unit, language)
    return ("; " if english else "；").join(_band(band, row, english) for band in row.bands)


def _band(band: Band, row: Citation, english: bool) -> str:
    language = "en" if english else "zh"
    low, high = (show(value, row.unit, language) for value in band.gives)
    gives = low if low == high else f"{_number(band.gives[0])}–{high}"
    if not band.edges:
        return f"else {gives}" if english else f"其余 {gives}"
    edges = " ".join(f"{SIGNS[operator]} {show(edge, row.of, language)}" for operator, edge in band.edges)
    return f"{edges}: {gives}" if english else f"{edges}：{gives}"


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else show(value, "number")


def lines(found: dict[str, Any], language: str) -> Iterator[str]:
    """Yield what `described` found, for a terminal."""
    english = language.startswith("en")
    name, other = (found["en"], found["zh"]) if english else (found["zh"], found["en"])
    yield f"{found['rule']}  {name} · {other}"
    yield from _windows(found, english)
    if not found["in_force"]:
        yield f"No version is in force on {found['on']}." if english else f"{found['on']} 没有有效的版本。"
        return
    yield f"\nParameters on {found['on']}:" if english else f"\n{found['on']} 有效的参数："
    for row in found["parameters"]:
        yield f"  {row['id']}  {row['en' if english else 'zh']}  {row['value_en' if english else 'value']}"
        yield f"    {_source(row, english)}"
    yield "\nConditions:" if english else "\n条件："
    for row in found["conditions"]:
        way = (f" (way: {row['way']})" if english else f"(路径：{row['way']})") if row["way"] else ""
        yield f"  {row['id']}  {row['en' if english else 'zh']}{way}  {_source(row, english)}"
    yield "\nFacts:" if english else "\n所需事实："
    for fact in found["facts"]:
        yield f"  {fact['name']}  {fact['en' if english else 'zh']}  [{kind_text(fact, english)}]"


def _windows(found: dict[str, Any], english: bool) -> Iterator[str]:
    for row in found["windows"]:
        end = row["valid_to"] or ("open" if english else "今")
        yield f"  {row['valid_from']} – {end}  {row['version']}  {_source(row, english)}"


def _source(row: dict[str, Any], english: bool) -> str:
    law = f"{row['document']} {row['article']}".strip()
    doubt = (" [to verify]" if english else " [待核实]") if row["status"] == "to_verify" else ""
    layer = f" ({row['layer']})" if row["layer"] else ""
    return law + doubt + layer


KINDS = {
    "money": ("金额(元)", "money in yuan"), "count": ("整数", "whole number"), "ratio": ("比例", "ratio"),
    "flag": ("是/否", "true/false"), "date": ("日期", "date"), "choice": ("选项", "one of"), "points": ("评分", "points"),
    "records": ("明细", "records"),
}  # fmt: skip


def kind_text(fact: dict[str, Any], english: bool) -> str:
    """Return what a fact holds, in words."""
    text = KINDS[fact["kind"]][english]
    if fact["kind"] == "count" and fact["unit"] in UNITS and UNITS[fact["unit"]][english]:
        text += f", {UNITS[fact['unit']][1]}" if english else f"({UNITS[fact['unit']][0]})"
    if fact["series"]:
        text += f" × {fact['series']}" + (" years" if english else " 年")
    if fact["choices"]:
        text += ": " + " | ".join(fact["choices"])
    if fact["items"]:
        text += ": " + ", ".join(f"{item} {low}–{high}" for item, (low, high) in fact["items"].items())
    if fact["fields"]:
        text += ": {" + ", ".join(fact["fields"]) + "}"
    return text
