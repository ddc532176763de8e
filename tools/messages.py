"""Keep the English catalogues: extract, merge and compile; ``--check`` only tells what is wrong.

Chinese is the language of the messages themselves, so English is the only catalogue. Each app under
``src/tuwei/web`` has its own; modules directly in ``src/tuwei/web`` belong to ``base``.
Run ``python tools/messages.py``, fill the empty ``msgstr`` lines, run it again.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages import extract
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

WEB = Path(__file__).resolve().parents[1] / "src" / "tuwei" / "web"
KEYWORDS = extract.DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd]|\{\w*\}")


class EnglishCatalog(Catalog):
    """A catalogue whose header holds no date and no tool version: the same words give the same bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", "tuwei"),
            ("Language", "en"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
        ]


def apps(web: Path) -> dict[str, list[Path]]:
    """Return the source files of each app, by the app's folder name."""
    files: dict[str, list[Path]] = {}
    for path in sorted(p for p in web.rglob("*") if p.suffix in {".py", ".html", ".txt"}):
        parts = path.relative_to(web).parts
        if "static" in parts or "migrations" in parts:
            continue
        nested = len(parts) > 1 and (web / parts[0] / "__init__.py").exists()
        files.setdefault(parts[0] if nested else "base", []).append(path)
    return files


def python_text(path: Path) -> str:
    """Return Python source, or a template turned into something Python's tokenizer reads."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    # Inside parentheses indentation means nothing, and a template's indentation is not Python's.
    return f"({templatize(text, origin=str(path))}\n)"


def extracted(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None, list[str]]]:
    """Yield message, context and translators' comments of one file."""
    source = io.BytesIO(python_text(path).encode())
    for _, words, comments, context in extract.extract(
        "python", source, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        yield words, context, comments


def merged(web: Path, app: str, files: list[Path]) -> EnglishCatalog:
    """Return the app's messages with the translations known for them, its own first."""
    known = [read_catalog(path) for path in [po_path(web, app), *sorted(web.glob("*/locale/en/*/django.po"))]]
    catalog = EnglishCatalog(locale="en", project="tuwei", charset="utf-8", header_comment="")
    for path in files:
        for words, context, comments in extracted(path):
            where = [(path.relative_to(web).as_posix(), 0)]
            catalog.add(words, locations=where, auto_comments=comments, context=context)
    for message in list(catalog)[1:]:
        found = (old.get(message.id, message.context) for old in known)
        for old in (m for m in found if m and words_of(m.string)):
            message.string, message.flags = old.string, message.flags | (old.flags & {"fuzzy"})
            message.user_comments = old.user_comments
            break
    return catalog


def words_of(string: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """Return the written forms of a translation; none if any form is empty."""
    forms = [string] if isinstance(string, str) else list(string or ())
    return forms if all(forms) else []


def read_catalog(path: Path) -> Catalog:
    """Return the catalogue in the file, an empty one if there is no file."""
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en", charset="utf-8")


def po_path(web: Path, app: str) -> Path:
    """Return where an app keeps its English."""
    return web / app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def po_bytes(catalog: Catalog) -> bytes:
    """Return the catalogue as the text people edit."""
    out = io.BytesIO()
    write_po(out, catalog, width=110, sort_by_file=True, include_lineno=False)
    return out.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """Return the catalogue as Django reads it."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def message_faults(message: Message) -> Iterator[str]:
    """Yield what is wrong with one translation."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    forms = words_of(message.string)
    if not forms:
        yield f"no English for “{ids[0]}”"
        return
    if message.fuzzy:
        yield f"English marked fuzzy for “{ids[0]}”"
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    if set(PLACEHOLDER.findall(forms[-1])) != wanted:
        yield f"other placeholders in the English of “{ids[0]}” than {sorted(wanted)}"


def bare_chinese(path: Path) -> Iterator[str]:
    """Yield lines of a template with Chinese outside any translation tag (a line with lang="zh…" may)."""
    inside = False
    for token in Lexer(path.read_text(encoding="utf-8")).tokenize():
        tag = token.contents.split(" ", 1)[0]
        if token.token_type == TokenType.BLOCK:
            opened = tag in {"blocktranslate", "blocktrans", "comment"}
            inside = opened or (inside and tag not in {"endblocktranslate", "endblocktrans", "endcomment"})
        elif token.token_type == TokenType.TEXT and not inside:
            for line in token.contents.splitlines():
                if CHINESE.search(line) and 'lang="zh' not in line:
                    yield line.strip()


def faults(web: Path) -> Iterator[str]:
    """Yield one line for each fault of every catalogue."""
    chosen: dict[tuple[object, object], tuple[str, object]] = {}
    for app, files in apps(web).items():
        catalog, path = merged(web, app, files), po_path(web, app)
        shown = path.relative_to(web)
        for file in (f for f in files if f.suffix != ".py"):
            yield from (f"{file.relative_to(web)}: not translatable: {line}" for line in bare_chinese(file))
        for message in list(catalog)[1:]:
            yield from (f"{shown}: {fault}" for fault in message_faults(message))
            key = (message.id, message.context)
            other, string = chosen.setdefault(key, (app, message.string))
            if string != message.string:
                yield f"{shown}: “{message.id}” has another English in {other}; only one can be shown"
        yield from stale(catalog, path, shown)


def stale(catalog: Catalog, path: Path, shown: Path) -> Iterator[str]:
    """Yield what differs between the files and what the sources give."""
    if len(list(catalog)) == 1:
        return
    if not path.exists() or path.read_bytes() != po_bytes(catalog):
        yield f"{shown}: not up to date; run python tools/messages.py"
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != mo_bytes(catalog):
        yield f"{shown.with_suffix('.mo')}: not up to date; run python tools/messages.py"


def update(web: Path) -> None:
    """Write every catalogue anew, keeping its translations and dropping what nobody says any more."""
    for app, files in apps(web).items():
        catalog, path = merged(web, app, files), po_path(web, app)
        if len(list(catalog)) == 1 and not path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(catalog))
        path.with_suffix(".mo").write_bytes(mo_bytes(catalog))


def main() -> int:
    """Update the catalogues, then report; the exit code is 1 if something is missing and we only check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything is missing")
    check = parser.parse_args().check
    settings.configure()
    django.setup()
    if not check:
        update(WEB)
    found = list(faults(WEB))
    print("\n".join(found) or "English catalogues complete.")
    return 1 if found and check else 0


if __name__ == "__main__":
    sys.exit(main())
