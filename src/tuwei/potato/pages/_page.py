"""A page that people look at: one HTML file with its style and its plots inside, no script, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from platform import python_version

from tuwei.potato.pages._svg import NARROW, WIDE, Frame

Key = tuple[
    str, str
]  # what a legend shows: the kind of the mark, as a class of the style sheet, and its words
HATCHES = {"h1": "#e69f00", "h2": "#56b4e9", "h3": "#cc79a7", "h4": "#8a8f98"}


SHORT = 18  # rows of a table that a sheet of paper does not cut


class Page:
    """The pieces of a page in one language."""

    def __init__(self, english: bool) -> None:
        self.english = english

    def of(self, zh: str, en: str) -> str:
        """Return the words of the page's language."""
        return en if self.english else zh

    def section(self, title: str, parts: Iterable[str]) -> str:
        """Return a section."""
        return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"

    def words(self, text: str, kind: str = "") -> str:
        """Return a paragraph."""
        return f"<p{_class(kind)}>{_told(text)}</p>"

    def listed(self, lines: Iterable[str]) -> str:
        """Return a list."""
        return "<ul>" + "".join(f"<li>{_told(line)}</li>" for line in lines) + "</ul>"

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
        """Return a table; its first column names the row, the others hold figures."""
        rows = list(rows)
        kind = f"{kind} short".strip() if len(rows) <= SHORT else kind
        top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        body = "".join(
            f'<tr><th scope="row">{escape(row[0])}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
            + "</tr>"
            for row in rows
        )
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(head[0])}"><table{_class(kind)}><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'

    def folded(self, table: str) -> str:
        """Return a table that opens on demand: the figures of a plot of days."""
        return f"<details><summary>{self.of('这幅图的数据', 'The figures of this plot')}</summary>{table}</details>"

    def figure(
        self, key: str, title: str, told: str, draw: Callable[[float], Frame], legend: Sequence[Key] = (), table: str = ""
    ) -> str:  # fmt: skip
        """Return a plot, drawn for a wide and for a narrow page; ``told`` says what it shows."""
        drawn = "".join(
            draw(width).svg(key, kind, title, told) for kind, width in (("wide", WIDE), ("narrow", NARROW))
        )
        shown = "".join(f"<span>{_swatch(kind)}{escape(words)}</span>" for kind, words in legend)
        keys = f'<p class="legend">{shown}</p>' if shown else ""
        return (
            f'<figure id="{key}"><h3>{escape(title)}</h3>{keys}{drawn}'
            f"<figcaption>{escape(told)}</figcaption></figure>{table}"
        )

    def tiles(self, rows: Iterable[tuple[str, str, str]]) -> str:
        """Return the few figures that matter most: name, figure, what stands beside it."""
        return '<dl class="tiles">' + "".join(f"<div><dt>{escape(name)}</dt><dd><b>{escape(figure)}</b><span>{escape(more)}</span></dd></div>"
                                              for name, figure, more in rows) + "</dl>"  # fmt: skip

    def html(self, title: str, under: str, sections: Iterable[str]) -> str:
        """Return the whole page."""
        style = (files("tuwei.potato") / "data" / "page.css").read_text("utf-8")
        end = self.of(
            "由模型算出，供参考；模型的精度与限度见文档。",
            "Computed by a model, for information; how exact it is and where it ends is in the documentation.",
        )
        return (
            f'<!doctype html>\n<html lang="{"en" if self.english else "zh-CN"}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
            f"<style>{style}</style></head><body>{_hatches()}<header><h1>{escape(title)}</h1><p>{escape(under)}</p></header>"
            f"<main>{''.join(sections)}</main><footer>{end}</footer></body></html>\n"
        )


def _told(text: str) -> str:
    """Return words with what stands between back quotes as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _swatch(kind: str) -> str:
    """Return the mark of a legend: a line for lines, a field for areas."""
    if kind.startswith("line"):
        return f'<svg class="key" viewBox="0 0 26 12" aria-hidden="true"><path d="M1 6H25" class="{kind}"/></svg>'
    if kind.startswith("dot"):
        return f'<svg class="key" viewBox="0 0 26 12" aria-hidden="true"><circle cx="13" cy="6" r="4" class="{kind}"/></svg>'
    return f'<svg class="key" viewBox="0 0 26 12" aria-hidden="true"><rect x="1" y="1" width="24" height="10" class="{kind}"/></svg>'


def _hatches() -> str:
    """Return the hatched fills, told apart without colour."""
    made = "".join(
        f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate({45 if number % 2 else -45})">'
        f'<rect width="6" height="6" fill="{colour}"/><path d="M0 3H6" stroke="#fff" stroke-width="1.6"/></pattern>'
        for number, (name, colour) in enumerate(HATCHES.items())
    )
    return f'<svg class="fills" width="0" height="0" aria-hidden="true" focusable="false"><defs>{made}</defs></svg>'


def versions() -> str:
    """Return the versions that the page was made with."""
    found = [f"Python {python_version()}"]
    for name in ("tuwei", "numpy", "numba", "cma"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
