"""A printable report of an assessment or a plan: one HTML file, no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from html import escape
from importlib.resources import files
from typing import Any

from tuwei.rules._assess import Assessment, Judged
from tuwei.rules._evaluate import Interval
from tuwei.rules._explain import MARKS, VERDICTS
from tuwei.rules._parameters import FOREVER, Citation
from tuwei.rules._plan import Plan
from tuwei.rules._report_words import words
from tuwei.rules._tree import SIGNS, Branch, shown

KINDS = {0: "no", 1: "unknown", 2: "yes"}
STATES = ("certain", "possible", "blocked")


def report(found: Assessment | Plan, language: str = "zh", name: str = "") -> str:
    """Return one HTML page, whole in itself, to read or to print on A4.

    Parameters
    ----------
    found
        Of `tuwei.rules.assess` or `tuwei.rules.plan`.
    language
        ``"zh"`` or ``"en"``.
    name
        Whose it is, shown in the title.

    Examples
    --------
    >>> from tuwei.rules import assess
    >>> page = report(assess("tech_sme", {"employees": 501}, "2024-03-01"), "en", "A <b> Ltd")
    >>> page.startswith("<!doctype html>"), "<script" in page, "A &lt;b&gt; Ltd" in page
    (True, False, True)
    """
    told = _Report("en" if language.startswith("en") else "zh")
    body = told.plan(found) if isinstance(found, Plan) else told.assessment(found)
    title = told.word("plan") if isinstance(found, Plan) else told.name(found.info)
    return told.page(title, name, found, "".join(body))


class _Report:
    """The pieces of a page in one language."""

    def __init__(self, language: str) -> None:
        self.language, self.english = language, language == "en"

    def word(self, key: str) -> str:
        """Return a word of the page."""
        return words(key, self.language)

    def name(self, named: Any) -> str:
        """Return the name of a rule, a row, a branch."""
        return str(named.en if self.english else named.zh)

    def page(self, title: str, name: str, found: Assessment | Plan, body: str) -> str:
        """Return the whole page."""
        style = (files("tuwei.rules") / "data" / "report.css").read_text("utf-8")
        whose = f'<p class="whose">{escape(name)}</p>' if name else ""
        head = f'<header><h1>{escape(title)}</h1>{whose}<p class="day">{self.word("on")} {found.on.isoformat()}</p></header>'
        return (
            f'<!doctype html>\n<html lang="{"en" if self.english else "zh-CN"}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(' '.join([name, title]).strip())}</title><style>{style}</style></head>"
            f"<body>{head}<main>{body}</main><footer>{self.word('footer')}</footer></body></html>\n"
        )

    def plan(self, found: Plan) -> Iterator[str]:
        """Yield the sections of a plan: the ladder, the policies, the dates, each rung."""
        yield f'<section><h2>{self.word("ladder")}</h2><ol class="ladder">'
        for rung in found.rungs:
            yield f'<li class="{rung.verdict}"><b>{escape(self.name(rung.info))}</b>{self.badge(rung.verdict)}</li>'
        yield "</ol></section>"
        yield from self.policies(found)
        yield from self.dates(found)
        for rung in found.rungs:
            yield f'<section class="rule"><h2>{escape(self.name(rung.info))}{self.badge(rung.verdict)}</h2>'
            yield from self.assessment(rung, badge=False)
            yield "</section>"

    def policies(self, found: Plan) -> Iterator[str]:
        """Yield the policies by state, the most money first."""
        listed = [policy.as_dict() for policy in found.policies]
        if not listed:
            return
        yield f'<section><h2>{self.word("policies")}</h2><table class="policies"><thead><tr>'
        yield (
            "".join(f"<th>{self.word(key)}</th>" for key in ("policy", "amount", "why", "source"))
            + "</tr></thead>"
        )
        for state in STATES:
            rows = [one for one in listed if one["state"] == state]
            if rows:
                yield f'<tbody class="{state}"><tr><th colspan="4">{self.word(state)} · {len(rows)}</th></tr>'
                yield from (self.policy(one) for one in rows)
                yield "</tbody>"
        yield "</table></section>"

    def policy(self, one: dict[str, Any]) -> str:
        """Return the row of a policy."""
        law = escape(f"{one['document']} {one['article']}".strip()) + self.doubt(one["status"])
        cells = (one[self.language], one[f"amount_text_{self.language}"], one[f"why_{self.language}"])
        name, amount, why = (escape(str(cell or "")) for cell in cells)
        return f'<tr><td>{name}</td><td class="figure">{amount}</td><td>{why}</td><td class="law">{law}</td></tr>'

    def dates(self, found: Plan) -> Iterator[str]:
        """Yield the days to keep in mind."""
        if found.dates:
            yield f'<section><h2>{self.word("dates")}</h2><table class="dates"><tbody>'
            for day, zh, en in found.dates:
                yield f"<tr><th>{day.isoformat()}</th><td>{escape(en if self.english else zh)}</td></tr>"
            yield "</tbody></table></section>"

    def assessment(self, found: Assessment, badge: bool = True) -> Iterator[str]:
        """Yield verdict, conditions, what is missing, what would turn it, what it rests on."""
        if badge:
            yield f'<p class="verdict">{self.badge(found.verdict)}{self.summary(found)}</p>'
        elif summary := self.summary(found):
            yield f"<p>{summary}</p>"
        if found.conditions:
            yield from self.conditions(found)
        if found.missing:
            yield self.listed("missing", [escape(self.fact(found, name)) for name in found.missing])
        if found.flips:
            yield self.listed("flips", [escape(flip.sentence(self.language)) for flip in found.flips])
        yield from self.sources(found)

    def summary(self, found: Assessment) -> str:
        """Return the score, the way and the end of the status."""
        parts = []
        if found.branch:
            parts.append(f"{self.word('way')} {escape(self.way(found))}")
        if found.score is not None:
            parts.append(f"{self.word('score')} {escape(shown(found.score, 'points', self.language))}")
        if found.verdict == "yes" and found.expires:
            parts.append(f"{self.word('expires')} {found.expires.isoformat()}")
        return " · ".join(parts)

    def way(self, found: Assessment) -> str:
        """Return the way taken in words."""
        named = next(
            (one.condition.citation for one in found.conditions if one.condition.way == found.branch), None
        )
        return self.name(named) if named else str(found.branch)

    def badge(self, verdict: str) -> str:
        """Return a verdict as a badge."""
        return f' <span class="badge {verdict}">{escape(VERDICTS[verdict][self.english])}</span>'

    def conditions(self, found: Assessment) -> Iterator[str]:
        """Yield the tree: condition, figure, threshold, margin, law."""
        heads = ("condition", "figure", "threshold", "margin", "source")
        yield '<table class="tree"><thead><tr><th></th>' + "".join(
            f"<th>{self.word(key)}</th>" for key in heads
        )
        yield "</tr></thead><tbody>"
        for one in found.conditions:
            yield from self.condition(one)
        yield "</tbody></table>"

    def condition(self, one: Judged) -> Iterator[str]:
        """Yield the rows of one condition."""
        row = one.condition.citation
        law = f"{escape(row.document.number)}<br>{escape(row.article)}" + self.doubt(one.status)
        name = f"<b>{escape(self.name(row))}</b>" + (
            "" if one.needed else f" <i>{self.word('not_needed')}</i>"
        )
        leaf = one.tree if not one.tree.parts else None
        yield self.row(one.verdict, name, leaf, law, 0, "top" if one.needed else "top spare")
        yield from self.parts(one.tree, 1)

    def parts(self, branch: Branch, depth: int) -> Iterator[str]:
        """Yield the rows below a branch."""
        for part in branch.parts:
            name = escape(self.name(part)) or self.word(part.kind)
            law = "".join(self.doubt(status) for status in {row.status for row in part.sources})
            if part.parts and not self.name(part) and len(part.parts) == 1:
                yield from self.parts(part, depth)
                continue
            yield self.row(part.verdict, name, None if part.parts else part, law, depth, "part")
            yield from self.parts(part, depth + 1)

    def row(self, verdict: int, name: str, leaf: Branch | None, law: str, depth: int, kind: str) -> str:
        """Return one row of the tree."""
        figures = self.figures(leaf) if leaf else ("", "", "")
        cells = "".join(f'<td class="figure">{figure}</td>' for figure in figures)
        mark = f'<td class="mark {KINDS[verdict]}">{MARKS[verdict]}</td>'
        return f'<tr class="{kind}">{mark}<td class="d{min(depth, 4)}">{name}</td>{cells}<td class="law">{law}</td></tr>'

    def figures(self, leaf: Branch) -> tuple[str, str, str]:
        """Return the enterprise's figure, the threshold and the margin of a leaf."""
        value, threshold = (self.figure(one, leaf.unit) for one in (leaf.value, leaf.threshold))
        if leaf.kind in ("flag", "choice") or not leaf.operator:
            return value, threshold if leaf.threshold is not None else "", ""
        return value, f"{escape(SIGNS[leaf.operator])}\u00a0{threshold}", self.margin(leaf)

    def figure(self, value: Any, unit: str) -> str:
        """Return a figure that does not break at a line's end; a word may."""
        text = escape(shown(value, unit, self.language))
        return text if isinstance(value, str) else text.replace(" ", "\u00a0")

    def margin(self, leaf: Branch) -> str:
        """Return the room, with its sign, or by how much it falls short."""
        margin = leaf.margin
        if isinstance(margin, Interval):
            low, high = int(margin.lo), int(margin.hi)
            text = f"{low:+d}" if low == high else f"{low:+d} … {high:+d}"
            return f"<span{_short(high)}>{text.replace('-', '−')}</span>"
        if not isinstance(margin, Fraction):
            return ""
        if margin == 0:
            return self.word("at_limit")
        room = self.figure(abs(margin), "days" if leaf.unit == "date" else leaf.unit)
        sign = "+" if margin > 0 else "−"
        return (
            f"<span{_short(margin)}>{f'≈ {sign}{room[1:]}' if room.startswith('≈') else sign + room}</span>"
        )

    def fact(self, found: Assessment, name: str) -> str:
        """Return the name of a fact for people, with its stable name."""
        facts = {fact.name: fact for fact in found.decision.facts} if found.decision else {}
        if name in facts:
            return f"{self.name(facts[name])} ({name})"
        label = found.labels.slots.get(name) if found.labels else None
        return f"{label[self.english]} ({name})" if label else name

    def listed(self, key: str, items: Iterable[str]) -> str:
        """Return a titled list."""
        return (
            f'<h3>{self.word(key)}</h3><ul class="{key}">'
            + "".join(f"<li>{item}</li>" for item in items)
            + "</ul>"
        )

    def doubt(self, status: str) -> str:
        """Return the mark of what is still to be verified."""
        return f' <span class="doubt">{self.word("to_verify")}</span>' if status == "to_verify" else ""

    def sources(self, found: Assessment) -> Iterator[str]:
        """Yield the documents, with the window in force."""
        rows = [found.window, *(one.condition.citation for one in found.conditions)]
        documents = {row.document.number: row.document for row in rows if row is not None}
        items = []
        for document in documents.values():
            title = document.en if self.english and document.en else document.zh
            own = found.window is not None and found.window.document.number == document.number
            items.append(
                escape(
                    f"{document.number} {title}"
                    + (f" ({self.window(found.window)})" if own and found.window else "")
                )
            )
        if items:
            yield self.listed("documents", items)
        if found.to_verify:
            yield f'<p class="note">{self.word("rests")} {escape(", ".join(found.to_verify))}</p>'

    def window(self, row: Citation) -> str:
        """Return from when to when a version is in force."""
        end = self.word("open") if row.valid_to == FOREVER else row.valid_to.isoformat()
        return f"{row.valid_from.isoformat()} – {end}"


def _short(margin: Fraction | int) -> str:
    return ' class="short"' if margin < 0 else ""
