"""The facts of one enterprise from a JSON, YAML or TOML file: exact numbers, every fault with file and line."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tuwei.core.errors import InputError, MissingError, TooLargeError, TuweiError
from tuwei.rules._values import parse_date

LARGEST = 1_000_000
"""Bytes of a file of facts."""
_NODES, _DEPTH = 20_000, 20
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)", re.ASCII)
_DIGITS = 40


@dataclass(frozen=True)
class FactsFile:
    """What a file says: the facts, the line each stands in, the file's name."""

    file: str
    facts: dict[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Whose facts they are, where the file tells."""
        return str(self.facts.get("name") or "")

    def located(self, faults: Iterable[InputError]) -> list[InputError]:
        """Return the faults of the facts, each with the line of its fact: ``firm.yaml:7``."""
        found = list(faults)
        for fault in found:
            line = self.lines.get(str(fault.where.get("field")))
            fault.where["file"] = f"{self.file}:{line}" if line else self.file
            if line:
                fault.where["row"] = line
        return found


class _Repeated(ValueError):
    """A key stands twice."""


def facts_file(path: str | Path) -> FactsFile:
    """Return the facts of one enterprise from a file.

    Parameters
    ----------
    path
        JSON, YAML or TOML by its ending, UTF-8, at most 1 MB: name → value as for `tuwei.rules.assess`. Numbers
        with decimals stay exact. ``name``, ``id``, ``credit_code``, ``note`` … may stand beside the facts.

    Raises
    ------
    MissingError
        ``rules.no_file``.
    TooLargeError
        ``rules.file_too_large``.
    InputError
        ``rules.bad_file``: cannot be read, with the line; ``rules.repeated_key``; ``rules.unknown_format``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "firm.yaml")
    ...     _ = path.write_text("employees: 80\\nsales: 1200.10\\n", "utf-8")
    ...     found = facts_file(path)
    >>> found.facts, found.lines
    ({'employees': 80, 'sales': Decimal('1200.10')}, {'employees': 1, 'sales': 2})
    """
    path = Path(path)
    read = {".json": _json, ".yaml": _yaml, ".yml": _yaml, ".toml": _toml}.get(path.suffix.lower())
    if read is None:
        raise InputError("rules.unknown_format", "{file} 的扩展名应为 .json、.yaml 或 .toml。",
                         "{file} must end in .json, .yaml or .toml.", file=path.name)  # fmt: skip
    text = _text(path)
    try:
        facts = read(text)
    except TuweiError:
        raise
    except _Repeated as error:
        raise _fault("repeated_key", "“{got}”写了两次。", "“{got}” stands twice.", path, _line_of(text, str(error), True), error) from None  # fmt: skip
    except (ValueError, RecursionError) as error:
        raise _fault(
            "bad_file", "不能读取：{got}", "cannot be read: {got}", path, _line(error), error
        ) from None
    if not isinstance(facts, dict):
        raise _fault("bad_file", "应为“名称: 值”的一组事实。", "must hold facts as names with values.", path, 1, None)  # fmt: skip
    lines = {name: line for name in facts if (line := _line_of(text, str(name)))}
    return FactsFile(path.name, {str(name): value for name, value in facts.items()}, lines)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise TooLargeError("rules.file_too_large", "{file} 超过 {expected} MB。", "{file} is over {expected} MB.",
                                file=path.name, expected=LARGEST // 1_000_000)  # fmt: skip
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fault("bad_file", "不是 UTF-8 编码。", "is not in UTF-8.", path, 0, error) from None
    except OSError as error:
        raise MissingError("rules.no_file", "读不了 {file}：{got}", "Cannot read {file}: {got}", file=str(path),
                           got=str(error.strerror)) from None  # fmt: skip


def _fault(code: str, zh: str, en: str, path: Path, line: int, error: Exception | None) -> InputError:
    at = f"{path.name}:{line}" if line else path.name
    got = " ".join(str(getattr(error, "msg", "") or error or "").split())[:120]
    return InputError(f"rules.{code}", "{file}：" + zh, "{file}: " + en, file=at, row=line, got=got)


def _line(error: Exception) -> int:
    """Return the line an error of a parser names."""
    if isinstance(error, json.JSONDecodeError):
        return error.lineno
    told = re.search(r"line (\d+)", str(error))
    return int(told[1]) if told else 0


def _line_of(text: str, key: str, last: bool = False) -> int:
    """Return the line in which a key stands at the beginning of an entry, 0 where it cannot be told."""
    quoted = re.escape(json.dumps(key, ensure_ascii=False))
    plain = re.escape(key)
    found = [*re.finditer(rf"(?m)(?:^[ \t]*|[{{,\[][ \t]*)(?:{quoted}|'{plain}'|{plain})[ \t]*[:=]", text)]
    return text.count("\n", 0, found[-1 if last else 0].end()) + 1 if found else 0


def _json(text: str) -> Any:
    return json.loads(text, parse_float=_decimal, parse_constant=_refused, object_pairs_hook=_once)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(text[:40]) from None


def _refused(text: str) -> Any:
    raise ValueError(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Repeated(key)
        found[key] = value
    return found


def _toml(text: str) -> Any:
    return _plain_dates(tomllib.loads(text, parse_float=_decimal))


def _plain_dates(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain_dates(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain_dates(one) for one in value]
    if isinstance(value, datetime.datetime):
        return str(value)  # no date: told with its field when the facts are read
    return value


def _yaml(text: str) -> Any:
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ValueError(f"line {mark.line + 1 if mark else 0}: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None
    return _Yaml().value(node) if node is not None else {}


class _Yaml:
    """Nodes to values: decimals exact, dates as they stand, each key once, no more than a file of facts needs."""

    def __init__(self) -> None:
        self.count = 0

    def value(self, node: Any, depth: int = 0) -> Any:
        """Return what a node holds."""
        self.count += 1
        if depth > _DEPTH or self.count > _NODES:
            raise ValueError(f"line {node.start_mark.line + 1}: too large")
        if node.id == "sequence":
            return [self.value(item, depth + 1) for item in node.value]
        if node.id == "mapping":
            return _once([(str(key.value), self.value(item, depth + 1)) for key, item in node.value])
        return _scalar(node)


def _scalar(node: Any) -> Any:
    kind, text = node.tag.rpartition(":")[2], str(node.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    if kind == "timestamp":
        return _date(text)
    if kind == "int" and _INTEGER.fullmatch(text) and len(text) <= _DIGITS:
        return int(text)
    if kind == "float" and re.fullmatch(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]{1,2})?", text, re.ASCII):
        return Decimal(text)
    return text


def _date(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return text  # no date: told with its field when the facts are read
