"""What the tables of needs and achievements share: checking one record, quantities written in a cell."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language

from tuwei.core.errors import InputError
from tuwei.core.quantity import Quantity, find_quantities
from tuwei.core.tables import Row, Table, read

from ..models.base import Comparator

LARGEST = Decimal(10) ** 15
# What may stand in brackets behind a quantity, and the field it fills.
REMARKS = {"现状": "current", "对照": "baseline", "条件": "conditions", "证据": "evidence"}
ENGLISH_REMARKS = {
    "now": "current",
    "baseline": "baseline",
    "conditions": "conditions",
    "evidence": "evidence",
}

# What both tables say of a column, in both languages.
NUMBER = (
    "贵方自己的编号，再次导入时据此更新同一条；本站导出的 tuwei: 编号请原样保留",
    "Your own number: the same number again updates the same record; leave the tuwei: numbers of an export as they are",
)
CODED = ("从列表中选；也可填英文名称或代码", "Pick from the list; the Chinese name or the code will do too")


def choices_of(enum: Any, english: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Code → (Chinese, English) labels of a Django choices class."""
    return {value: (str(label), english[value]) for value, label in enum.choices}


def checked(table: Table, record: Mapping[str, Any]) -> dict[str, Any]:
    """Check one record against a table, as a line of JSON Lines would be.

    Raises
    ------
    InputError
        The first fault; ``errors`` holds all of them.
    """
    row = _read_one(table, record)
    if row.values is None:
        first = row.errors[0]
        first.where["errors"] = [error.as_dict() for error in row.errors]
        raise first
    return row.values


def parted(table: Table, record: Mapping[str, Any]) -> tuple[dict[str, Any], list[InputError]]:
    """The values of a record that are as they should be, and the faults of the others.

    A required field that is missing or wrong stands as "—" among the values, so that the rest can be looked at.

    Raises
    ------
    InputError
        ``record.not_json``.
    """
    row = _read_one(table, record)
    if row.values is not None:
        return row.values, []
    wrong = {error.where.get("name") or error.where.get("got") for error in row.errors}
    required = {column.name: "—" for column in table.columns if column.required and column.name in wrong}
    good = {name: value for name, value in record.items() if name not in wrong}
    again = _read_one(table, {**good, **required})
    return again.values or required, row.errors


def _read_one(table: Table, record: Mapping[str, Any]) -> Row:
    try:
        line = json.dumps(record, ensure_ascii=True, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise InputError(
            "record.not_json",
            "记录不是有效的 JSON:{got}",
            "The record is not valid JSON: {got}",
            got=str(error)[:80],
        ) from None
    return next(read(io.BytesIO(line + b"\n"), table, file_name=table.zh))


def measures_from_text(text: str) -> list[dict[str, Any]]:
    """Read "指标 ≤ 200 元/吨(现状 260);…" into structured rows; a part without a number is a fault.

    Raises
    ------
    InputError
        ``record.no_quantity`` of the first such part; where there are several, all of them in ``errors``.

    Examples
    --------
    >>> measures_from_text("吨水处理成本 ≤ 200 元/吨(现状 260)")[0]["current"]
    '260'
    """
    parts = [part.strip() for part in _half(text).replace("\n", ";").split(";") if part.strip()]
    rows, faults = [], []
    for part in parts:
        try:
            rows.append(_measure(part))
        except InputError as error:
            faults.append(error)
    if faults:
        raise _together(faults)
    return rows


def _together(faults: list[InputError]) -> InputError:
    """The first fault, with all of them in ``errors`` where there are several."""
    if len(faults) > 1:
        faults[0].where["errors"] = [error.as_dict() for error in faults]
    return faults[0]


# Full-width ; ( ) , : as Chinese keyboards give them.
_HALF = str.maketrans("\uff1b\uff08\uff09\uff0c\uff1a", ";(),:")


def _half(text: str) -> str:
    return text.translate(_HALF)


def _measure(part: str) -> dict[str, Any]:
    main, _, bracket = part.partition("(")
    found = [quantity for quantity in find_quantities(main) if not quantity.baseline]
    if not found:
        raise InputError(
            "record.no_quantity",
            "“{field}”应写成“名称 关系 数值 单位”（如“吨水处理成本 ≤ 200 元/吨”），现为“{got}”。",
            "Indicators must read “name comparator value unit” (“cost ≤ 200 yuan/t”), got “{got}”.",
            field="技术指标",
            got=part[:60],
        )
    quantity = found[0]
    name = main[: quantity.start].strip(" :") or quantity.name
    return {**_bounds(quantity), "name": name[:100], **_remarks(bracket.rstrip(")"))}


def _bounds(quantity: Quantity) -> dict[str, Any]:
    text = {"low": quantity.low, "high": quantity.high}
    return {
        "comparator": quantity.comparator,
        **{name: None if value is None else format(value, "f") for name, value in text.items()},
        "unit": quantity.unit[:30],
    }


def _remarks(text: str) -> dict[str, str]:
    """What stands in brackets: "现状 260", "now 260", "对照：漫灌", "条件:…"; anything else is a note."""
    found: dict[str, str] = {}
    for part in (part.strip() for part in text.split(",") if part.strip()):
        label, _, rest = part.replace(":", " ").partition(" ")
        name = REMARKS.get(label) or ENGLISH_REMARKS.get(label.lower())
        if name and rest.strip():
            found[name] = rest.strip()
        else:
            found["note"] = "、".join(filter(None, [found.get("note", ""), part]))
    return found


def measures_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Write structured rows in one cell, as `measures_from_text` reads them."""
    return ";".join(map(measure_text, rows))


def measure_text(row: Mapping[str, Any]) -> str:
    """Write one indicator or claim as `measures_from_text` reads it, in the reader's language.

    Examples
    --------
    >>> measure_text({"name": "吨水处理成本", "comparator": "le", "high": "200", "unit": "元/吨", "current": "260"})
    '吨水处理成本 ≤ 200 元/吨(现状 260)'
    """
    low, high, comparator = row.get("low"), row.get("high"), row.get("comparator") or "eq"
    sign = "" if comparator == "range" else f"{Comparator(comparator).label} "
    amount = f"{low}–{high}" if comparator == "range" else (high if low in (None, "") else low)
    main = f"{row.get('name') or row.get('quantity') or ''} {sign}{amount} {row.get('unit') or ''}".strip()
    labels = ENGLISH_REMARKS if (get_language() or "zh").startswith("en") else REMARKS
    remarks = [f"{label} {row[name]}" for label, name in labels.items() if row.get(name)]
    remarks += filter(None, [row.get("note")])
    return f"{main}({','.join(remarks)})" if remarks else main


def bounds(row: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Check the comparator and the exact bounds of one structured row.

    Raises
    ------
    InputError
        ``record.bad_measure`` naming the row.
    """
    comparator = row.get("comparator") or "eq"
    low, high = _decimal(row.get("low"), where), _decimal(row.get("high"), where)
    if comparator in ("eq", "approx"):
        low = high = low if low is not None else high
    needed = {"le": high, "lt": high, "ge": low, "gt": low}.get(comparator, low)
    one_sided = comparator in ("le", "lt", "ge", "gt")
    if comparator not in Comparator.values or needed is None or (not one_sided and high is None):
        raise _bad(
            where, "关系(le、ge、range …)和相应的数值", "a comparator (le, ge, range …) with its bounds", row
        )
    if comparator == "range" and low is not None and high is not None and low > high:
        raise _bad(where, "下限不大于上限", "a lower bound not above the upper", f"{low}–{high}")
    return {"comparator": comparator, "low": low, "high": high, "unit": str(row.get("unit") or "")[:30]}


def _decimal(value: Any, where: str) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise _bad(where, "数值", "a number", value) from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise _bad(where, "绝对值不超过 10^15 的数值", "a number of at most 10^15", value)
    return number.quantize(Decimal("0.00000001"))


def _bad(where: str, zh: str, en: str, got: Any) -> InputError:
    return InputError(
        "record.bad_measure",
        f"“{{field}}”应为{zh}，现为“{{got}}”。",
        f"“{{field}}”: expected {en}, got “{{got}}”.",
        field=where,
        expected=en,
        got=str(got)[:60],
    )
