"""YAML read as plain texts that know their line: no floats, no guesses, every fault with file and line."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from tuwei.core.errors import InputError

if TYPE_CHECKING:
    import yaml

LARGEST = 5_000_000  # characters of a file
DEEPEST = 40
FEWEST = 100_000  # values any file may hold once its aliases are unfolded; longer files one a character


class Entry(dict[str, Any]):
    """A mapping of the file: values are `Entry`, list or str, or None for an empty one."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file, self.line = file, line
        self.lines: dict[str, int] = {}

    def fail(self, code: str, zh: str, en: str, key: str = "", **where: Any) -> NoReturn:
        """Raise an error that names file, line and key."""
        raise InputError(
            f"rules.{code}",
            "{file} 第 {row} 行“{field}”：" + zh,
            "{file}, line {row}, “{field}”: " + en,
            file=self.file,
            row=self.lines.get(key, self.line),
            field=key or "—",
            **where,
        )

    def allow(self, keys: Iterable[str], required: Iterable[str] = ()) -> None:
        """Refuse unknown keys, naming the nearest, and missing ones."""
        known = list(keys)
        for key in self:
            if key not in known:
                near = get_close_matches(key, known, 1, 0.5)
                self.fail(
                    "unknown_key",
                    "没有这个键，应为 {expected}。",
                    "there is no such key; expected {expected}.",
                    key,
                    expected=near[0] if near else " | ".join(known),
                    got=key,
                )
        for key in required:
            if self.get(key) in (None, ""):
                self.fail("missing_key", "必填，现在没有。", "is required and missing.", key)


def read_yaml(path: Path) -> Entry:
    """Return the mapping a YAML file holds.

    Raises
    ------
    InputError
        ``rules.bad_yaml``: not UTF-8, not YAML, or not a mapping; ``rules.repeated_key``.
    """
    try:
        text = (raw := path.read_bytes()).decode()
    except OSError as error:
        raise _bad(path.name, 1, error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        raise _bad(path.name, raw[: error.start].count(b"\n") + 1, "not UTF-8") from None
    return parse_yaml(text, path.name)


def parse_yaml(text: str, file: str) -> Entry:
    """Return the mapping a YAML text holds; ``file`` is the name shown in errors."""
    import yaml

    try:
        if len(text) > LARGEST:
            raise ValueError(f"> {LARGEST} characters")
        node = yaml.compose(text, Loader=_loader())
        built = _Builder(file, max(FEWEST, len(text))).built(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _bad(file, mark.line + 1 if mark else 0, error.problem or str(error)) from None
    except yaml.reader.ReaderError as error:
        line = text[: int(error.position)].count("\n") + 1
        raise _bad(file, line, "a character that YAML does not take") from None
    except RecursionError:
        raise _bad(file, 1, "nested too deep") from None
    except (yaml.YAMLError, ValueError) as error:
        raise _bad(file, 1, str(error)) from None
    if not isinstance(built, Entry):
        raise _bad(file, 1, "not a mapping")
    return built


@cache
def _loader() -> type[yaml.SafeLoader]:
    """A loader that stops at once where a file is nested deeper than any is."""
    import yaml

    class Shallow(yaml.SafeLoader):
        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            self.depth += 1
            if self.depth > DEEPEST:
                mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
                raise yaml.MarkedYAMLError(problem="nested too deep", problem_mark=mark)
            node = super().compose_node(parent, index)
            self.depth -= 1
            return node

    return Shallow


class _Builder:
    """Makes plain values of YAML's nodes; aliases are unfolded while they stay within reason."""

    def __init__(self, file: str, most: int) -> None:
        self.file, self.left = file, most

    def built(self, node: Any, depth: int = 0) -> Any:
        """Return an `Entry`, a list, a text or None."""
        self.left -= 1
        if depth > DEEPEST or self.left < 0:
            raise _bad(
                self.file, node.start_mark.line + 1, "nested too deep, or aliases that unfold to too much"
            )
        if node.id == "scalar":
            return None if node.tag.endswith(":null") else str(node.value)
        if node.id == "sequence":
            return [self.built(item, depth + 1) for item in node.value]
        entry = Entry(self.file, node.start_mark.line + 1)
        for key, value in node.value:
            self._put(entry, key, value, depth)
        return entry

    def _put(self, entry: Entry, key: Any, value: Any, depth: int) -> None:
        name = str(key.value) if key.id == "scalar" else "?"
        if name in entry:
            entry.lines[name] = key.start_mark.line + 1
            entry.fail("repeated_key", "这个键写了两次。", "this key stands twice.", name)
        entry.lines[name] = key.start_mark.line + 1
        entry[name] = self.built(value, depth + 1)


def _bad(file: str, line: int, got: str) -> InputError:
    return InputError(
        "rules.bad_yaml",
        "{file} 第 {row} 行不是可读的 YAML：{got}",
        "{file}, line {row} is not readable YAML: {got}",
        file=file,
        row=line,
        got=" ".join(got.split())[:200],
    )
