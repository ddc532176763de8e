"""An assessment in sentences, Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tuwei.rules import _expression as x
from tuwei.rules._algebra import Interval
from tuwei.rules._parameters import FOREVER
from tuwei.rules._tree import Branch, exact, line, shown

if TYPE_CHECKING:
    from tuwei.rules._assess import Assessment, Judged

MARKS = {2: "✓", 0: "✗", 1: "?"}
VERDICTS = {
    "yes": ("符合", "yes"),
    "no": ("不符合", "no"),
    "unknown": ("尚不能判断", "unknown"),
    "no_rule_in_force": ("当日没有有效的规定", "no rule in force on that day"),
}


def sentences(found: Assessment, language: str = "zh") -> list[str]:
    """Return the verdict, a line for each condition with its figures and its place in law, what is missing.

    Examples
    --------
    >>> from tuwei.rules import assess
    >>> assess("tech_sme", {"employees": 501}, "2024-03-01").sentences("en")[0]
    'Technology-based small or medium-sized enterprise on 2024-03-01: no.'
    """
    return list(_lines(found, language.startswith("en")))


def _lines(found: Assessment, english: bool) -> Iterator[str]:
    language, verdict = "en" if english else "zh", VERDICTS[found.verdict][english]
    if english:
        yield f"{found.info.en} on {found.on}: {verdict}."
    else:
        yield f"{found.info.zh}({found.on})：{verdict}。"
    if found.verdict == "no_rule_in_force" and found.info.windows:
        yield _windows(found, english)
    for one in found.conditions:
        if one.condition.applies and not one.needed:
            continue
        yield _condition(one, language)
        yield from (f"    {text}" for text in _parts(one.tree, language))
    yield from _values(found, language)
    if found.missing:
        listed = ("、", ", ")[english].join(label(found, name, english) for name in found.missing)
        yield f"Missing: {listed}." if english else f"缺少：{listed}。"
    for flip in found.flips:
        yield flip.sentence(language)
    if found.to_verify:
        listed = ", ".join(found.to_verify)
        yield (
            f"Rests on what is still to be verified: {listed}."
            if english
            else f"所依据的下列参数尚待核实：{listed}。"
        )


def _windows(found: Assessment, english: bool) -> str:
    """Say when the rule is in force: the date lies outside."""
    first = min(row.valid_from for row in found.info.windows)
    last = max(row.valid_to for row in found.info.windows)
    if last >= FOREVER:
        return f"In force from {first}." if english else f"{first} 起有效。"
    return f"In force from {first} to {last}." if english else f"{first} 至 {last} 有效。"


def _values(found: Assessment, language: str) -> Iterator[str]:
    """Yield what the rule computes, a figure a line, and how long a status lasts."""
    for id, node in (found.decision.values if found.decision else {}).items():
        value = found.values[id]
        zh, en, unit = found.labels.of(node) if found.labels else ("", "", "")
        name = en if language == "en" else zh
        if not name or isinstance(node, x.Verdict):
            continue
        known = value if isinstance(value, Interval | str) else exact(value)
        if known not in (None, ""):
            yield (
                f"  {name}: {shown(known, unit, language)}"
                if language == "en"
                else f"  {name}：{shown(known, unit, language)}"
            )
    if found.verdict == "yes" and found.expires:
        yield (
            f"Valid to {found.expires} if gained on {found.on}."
            if language == "en"
            else f"若于 {found.on} 取得，有效至 {found.expires}。"
        )


def label(found: Assessment, name: str, english: bool) -> str:
    """Return a fact with its label: what to fill in, and under which name."""
    facts = {fact.name: fact for fact in found.decision.facts} if found.decision else {}
    fact = facts.get(name)
    return name if fact is None else f"{fact.en} ({name})" if english else f"{fact.zh}({name})"


def _condition(one: Judged, language: str) -> str:
    english, citation = language == "en", one.condition.citation
    name = citation.en if english else citation.zh
    law = f"{citation.document.number} {citation.article}".strip()
    figures = "" if one.tree.parts or one.tree.kind == "flag" else _joined(line(one.tree, language), english)
    spare = _spare(one)[english]
    to_verify = "" if one.status == "confirmed" else (" [to verify]" if english else "[待核实]")
    return f"{MARKS[one.verdict]} {name}{figures}{spare} ({law}){to_verify}"


def _spare(one: Judged) -> tuple[str, str]:
    """What is added where the law offers several ways: this one is not needed, or would be enough."""
    if not one.needed:
        return "(此路径不需要)", " (not needed)"
    return ("(几条路径之一)", " (one way of several)") if one.condition.way else ("", "")


def _joined(text: str, english: bool) -> str:
    return f": {text}" if english else f"：{text}"


def _parts(branch: Branch, language: str) -> Iterator[str]:
    for part in branch.parts:
        name = part.en if language == "en" else part.zh
        if part.kind == "not" and not part.parts[0].parts:
            yield f"{MARKS[part.verdict]} {line(part.parts[0], language)}"  # what may not be, as it is
        elif part.parts:
            if name:
                yield f"{MARKS[part.verdict]} {name}"
            yield from (f"  {text}" if name else text for text in _parts(part, language))
        else:
            yield f"{MARKS[part.verdict]} {line(part, language)}"
