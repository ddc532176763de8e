"""Rows against their declared columns, and the links between the tables of a pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from tuwei.core.errors import InputError, TuweiError
from tuwei.packs import schema

Row = dict[str, Any]
Origins = dict[str, list[tuple[str, int]]]
_PLACE_ZH, _PLACE_EN = "{file} 第 {row} 行“{field}”", "{file}, row {row}, “{field}”"

LONGEST = 80  # characters shown of what came in

SENTENCES = {
    "missing_file": ("缺少文件 {file}。", "The file {file} is missing."),
    "bad_encoding": ("{file} 应为 UTF-8 文本:{got}。", "{file} must be UTF-8 text: {got}."),
    "bad_toml": ("{file} 不是有效的 TOML:{got}。", "{file} is not valid TOML: {got}."),
    "bad_json": (
        "{file} 第 {row} 行应为 {expected}:{got}。",
        "{file}, row {row}: expected {expected}, got {got}.",
    ),
    "bad_csv": ("{file} 第 {row} 行不是有效的 CSV:{got}。", "{file}, row {row} is not valid CSV: {got}."),
    "bad_width": (
        "{file} 第 {row} 行应有 {expected} 格,现有 {got} 格。",
        "{file}, row {row} must have {expected} cells, got {got}.",
    ),
    "missing_column": (
        "{file} 缺少列“{field}”;现有:{got}。",
        "{file} lacks the column “{field}”; it has: {got}.",
    ),
    "unknown_column": (
        "{file} 的列“{field}”不认识或重复;可用:{expected}。",
        "{file} has an unknown or repeated column “{field}”; known: {expected}.",
    ),
    "unknown_key": (_PLACE_ZH + "不认识;可用:{expected}。", _PLACE_EN + " is unknown; known: {expected}."),
    "required": (_PLACE_ZH + "不能为空。", _PLACE_EN + " must not be empty."),
    "bad_value": (
        _PLACE_ZH + "应为{expected_zh},现为“{got}”。",
        _PLACE_EN + " must be {expected}, got “{got}”.",
    ),
    "bad_range": (
        _PLACE_ZH + "下限大于上限:“{got}”。",
        _PLACE_EN + " has its lower bound above the upper: “{got}”.",
    ),
    "missing_bound": (
        _PLACE_ZH + ":关系为“{got}”时须写 {expected}。",
        _PLACE_EN + ": the relation “{got}” needs {expected}.",
    ),
    "duplicate": (
        _PLACE_ZH + "与第 {expected} 行重复:“{got}”。",
        _PLACE_EN + " repeats row {expected}: “{got}”.",
    ),
    "unresolved": (
        _PLACE_ZH + "在 {expected} 中找不到“{got}”。",
        _PLACE_EN + ": “{got}” is not in {expected}.",
    ),
    "sample_flag": (
        _PLACE_ZH + "应为{expected}:samples/ 之内皆为 true,之外皆为 false;现为“{got}”。",
        _PLACE_EN + " must be {expected} (true inside samples/, false outside), got “{got}”.",
    ),
}


def fault(kind: str, file: str, row: int, field: str, expected: str, got: str, **more: str) -> InputError:
    """Return the error for one fault; the sentence is that of its kind."""
    zh, en = SENTENCES[kind]
    got = got if len(got) <= LONGEST else got[:LONGEST] + "…"
    return InputError(
        f"pack.{kind}", zh, en, file=file, row=row, field=field, expected=expected, got=got, **more
    )


def check_rows(
    table: schema.Table, raw: Iterable[tuple[int, Row]], faults: list[TuweiError]
) -> Iterator[tuple[int, Row]]:
    """Yield the rows that fit the table, typed; append a fault for every value that does not."""
    seen: dict[tuple[Any, ...], int] = {}
    for number, row in raw:
        before = len(faults)
        typed = _typed(table, number, row, table.columns, "", faults)
        if len(faults) > before:
            continue
        key = tuple(typed[name] for name in table.key)
        if key in seen:
            faults.append(
                fault(
                    "duplicate",
                    table.file,
                    number,
                    "+".join(table.key),
                    str(seen[key]),
                    "+".join(map(str, key)),
                )
            )
            continue
        seen[key] = number
        yield number, typed


def _typed(
    table: schema.Table,
    number: int,
    row: Row,
    columns: tuple[schema.Column, ...],
    inside: str,
    faults: list[TuweiError],
) -> Row:
    names = [column.name for column in columns]
    for name in row:
        if name not in names:
            faults.append(fault("unknown_key", table.file, number, inside + name, ", ".join(names), name))
    typed: Row = {}
    for column in columns:
        try:
            typed[column.name] = _value(table, number, row.get(column.name), column, inside, faults)
        except InputError as error:
            faults.append(error)
    pairs = [
        ("low", "high"),
        ("budget_min", "budget_max"),
        ("price_min", "price_max"),
        ("start_month", "end_month"),
    ]
    for low, high in pairs:
        if typed.get(low) and typed.get(high) and _order(typed[low]) > _order(typed[high]):
            faults.append(
                fault("bad_range", table.file, number, inside + low, "", f"{typed[low]} > {typed[high]}")
            )
    _bounds(table.file, number, inside, typed, faults)
    return typed


def _bounds(file: str, number: int, inside: str, typed: Row, faults: list[TuweiError]) -> None:
    """A relation without its number compares with nothing: “≤” needs an upper bound, “≥” a lower one."""
    if "low" not in typed or not typed.get("comparator"):
        return
    needed = schema.BOUNDS[typed["comparator"]]
    if any(typed.get(bound) is None for bound in needed):
        relation = str(typed["comparator"])
        faults.append(
            fault("missing_bound", file, number, inside + "comparator", " + ".join(needed), relation)
        )


def _order(value: str) -> Decimal:
    return Decimal(value.replace("-", "")) if len(value) == 7 and value[4] == "-" else Decimal(value)


def _value(
    table: schema.Table,
    number: int,
    value: object,
    column: schema.Column,
    inside: str,
    faults: list[TuweiError],
) -> Any:
    name = inside + column.name
    if column.kind in ("texts", "objects"):
        return _list(table, number, [] if value is None else value, column, name, faults)
    if value is None or value == "":
        if column.required:
            raise fault("required", table.file, number, name, "", "")
        return None if column.kind in ("integer", "decimal", "date", "month") else ""
    return _single(table.file, number, value, column, name)


def _single(file: str, number: int, value: object, column: schema.Column, name: str) -> Any:
    reader, zh, en = schema.KINDS[column.kind]
    try:
        typed = reader(value)
    except ValueError as error:
        raise fault("bad_value", file, number, name, en, str(value), expected_zh=zh) from error
    if column.allowed and typed not in column.allowed:
        choice = " | ".join(column.allowed)
        raise fault("bad_value", file, number, name, choice, str(value), expected_zh=choice)
    if (
        column.low is not None
        and Decimal(str(typed)) < column.low
        or column.high is not None
        and Decimal(str(typed)) > column.high
    ):
        span = f"{column.low}…{'' if column.high is None else column.high}"
        raise fault("bad_value", file, number, name, span, str(value), expected_zh=span)
    return typed


def _list(
    table: schema.Table,
    number: int,
    value: object,
    column: schema.Column,
    name: str,
    faults: list[TuweiError],
) -> list[Any]:
    if not isinstance(value, list):
        raise fault("bad_value", table.file, number, name, "a list", str(value), expected_zh="列表")
    if column.kind == "texts":
        item = schema.Column(column.name, required=True, allowed=column.allowed)
        return [
            _single(table.file, number, entry, item, f"{name}[{index}]") for index, entry in enumerate(value)
        ]
    typed = []
    for index, entry in enumerate(value):
        if not isinstance(entry, dict):
            raise fault(
                "bad_value",
                table.file,
                number,
                f"{name}[{index}]",
                "an object",
                str(entry),
                expected_zh="对象",
            )
        typed.append(_typed(table, number, entry, column.parts, f"{name}[{index}].", faults))
    return typed


def check_links(
    manifest: Row, rows: dict[str, list[Row]], origins: Origins, faults: list[TuweiError]
) -> None:
    """Append a fault for each reference that leads nowhere, repeated key and wrong sample flag."""
    keys = {
        name: {row[table.key[0]] for row in rows[name]}
        for table in schema.TABLES
        for name in [table.name]
        if name != "terms"
    }
    for scheme in ("field", "industry"):
        keys[scheme] = {row["code"] for row in rows["terms"] if row["scheme"] == scheme}
    _links_of("pack.toml", 1, manifest, schema.MANIFEST, keys, faults)
    for table in {table.name: table for table in schema.TABLES}.values():
        first: dict[tuple[Any, ...], tuple[str, int]] = {}
        for row, (file, number) in zip(rows[table.name], origins[table.name], strict=True):
            _links_of(file, number, row, table.columns, keys, faults)
            _flag(file, number, row, faults)
            key = tuple(row[name] for name in table.key)
            if key in first:
                where, line = first[key]
                faults.append(
                    fault(
                        "duplicate",
                        file,
                        number,
                        "+".join(table.key),
                        f"{line} ({where})",
                        "+".join(map(str, key)),
                    )
                )
            first.setdefault(key, (file, number))


def _links_of(
    file: str,
    number: int,
    row: Row,
    columns: tuple[schema.Column, ...],
    keys: dict[str, set[Any]],
    faults: list[TuweiError],
) -> None:
    for column in columns:
        if column.refers and row[column.name] and row[column.name] not in keys[column.refers]:
            faults.append(
                fault("unresolved", file, number, column.name, column.refers, str(row[column.name]))
            )


def _flag(file: str, number: int, row: Row, faults: list[TuweiError]) -> None:
    expected = file.startswith("samples/")
    if "sample" in row and row["sample"] is not expected:
        faults.append(
            fault("sample_flag", file, number, "sample", str(expected).lower(), str(row["sample"]).lower())
        )
