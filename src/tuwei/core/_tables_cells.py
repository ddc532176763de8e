"""One cell to one value: every kind, its bounds, and the sentence when it does not fit."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tuwei.core._tables_spec import Column, Kind, fold
from tuwei.core.errors import InputError
from tuwei.core.money import parse_yuan, yuan_text

EXACT_DIGITS = 10**15  # a spreadsheet keeps 15 digits; beyond it the last ones are already lost


@dataclass(frozen=True)
class Fault:
    """A cell that held no usable value to begin with: a formula without result, ``#DIV/0!`` …"""

    code: str
    expected_zh: str
    expected_en: str
    shown: str

    def __str__(self) -> str:
        return self.shown


class BadCell(Exception):
    """Internal: what a cell should have been; `cell_error` makes the sentence."""

    def __init__(self, code: str, expected_zh: str, expected_en: str) -> None:
        super().__init__(code)
        self.code, self.expected_zh, self.expected_en = code, expected_zh, expected_en


def is_empty(cell: Any) -> bool:
    """Tell whether a cell says nothing: None, blanks, or an empty list."""
    return cell is None or cell == [] or (isinstance(cell, str) and not cell.strip())


def shorten(cell: Any, length: int = 40) -> str:
    """Return a cell in one short line fit for a sentence."""
    whole = str(cell)
    text = _CONTROL.sub("�", " ".join(whole[: length * 4].split()))
    return text if len(text) <= length and len(whole) <= length * 4 else text[:length] + "…"


def cell_error(problem: BadCell, column: Column, cell: Any, *, file: str, row: int) -> InputError:
    """Return the one sentence a person needs to mend a cell."""
    empty = is_empty(cell)
    return InputError(
        f"table.{problem.code}",
        "{file} 第 {row} 行“{field}”应为{expected}，" + ("现为空。" if empty else "现为“{got}”。"),
        "{file}, row {row}, “{field_en}”: expected {expected_en}, "
        + ("got nothing." if empty else "got “{got}”."),
        file=file, row=row, field=column.label("zh"), field_en=column.label("en"), name=column.name,
        expected=problem.expected_zh, expected_en=problem.expected_en, got="" if empty else shorten(cell),
    )  # fmt: skip


def convert(column: Column, cell: Any) -> Any:
    """Return the value of a cell, ready for JSON, or raise `BadCell`."""
    if (
        isinstance(cell, str)
        and (quick := _QUICK.get(column.kind))
        and (found := quick(column, cell)) is not None
    ):
        return found
    if isinstance(cell, Fault):
        raise BadCell(cell.code, cell.expected_zh, cell.expected_en)
    if is_empty(cell) and not (cell == [] and column.kind == "json"):  # an empty list is JSON
        if column.required:
            raise BadCell("required", "有内容(必填)", "a value (required)")
        return [] if column.kind in ("list", "multi_choice") else None
    if isinstance(cell, str) and column.kind != "json":
        cell = _clean(cell)
    return _CONVERTERS[column.kind](column, cell)


_PLAIN_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,12})(?:\.(00|[0-9]{2}))?")
_PLAIN_INTEGER = re.compile(r"0|[1-9][0-9]{0,14}")


def _quick_yuan(column: Column, cell: str) -> str | None:
    """An amount written as records hold it: most cells of most files."""
    found = _PLAIN_AMOUNT.fullmatch(cell)
    unbounded = column.high is None and (
        column.low is None or (not isinstance(column.low, str) and column.low <= 0)
    )
    if found is None or not unbounded:
        return None
    return found[1] if found[2] == "00" else cell


def _quick_integer(column: Column, cell: str) -> int | None:
    if not _PLAIN_INTEGER.fullmatch(cell):
        return None
    value = int(cell)
    low, high = column.low, column.high
    fits = (low is None or (not isinstance(low, str) and low <= value)) and (
        high is None or (not isinstance(high, str) and value <= high)
    )
    return value if fits else None


def _quick_boolean(column: Column, cell: str) -> bool | None:
    return TRUTHS.get(cell)


def _quick_date(column: Column, cell: str) -> str | None:
    if len(cell) != 10 or cell[4] != "-" or cell[7] != "-" or not cell.isascii() or column.low or column.high:
        return None
    try:
        return datetime.date.fromisoformat(cell).isoformat()
    except ValueError:
        return None


_QUICK: dict[str, Callable[[Column, str], Any]] = {
    "yuan": _quick_yuan, "integer": _quick_integer, "boolean": _quick_boolean, "date": _quick_date,
}  # fmt: skip
"""Short ways for cells as plain as can be; None leaves a cell to its converter."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # categories Cc and Cs


def _clean(text: str) -> str:
    text = text.strip()
    if _CONTROL.search(text):
        raise BadCell("control_character", "不含控制字符的文字", "text without control characters")
    return text


def _text(column: Column, cell: Any) -> str:
    text = plain_text(cell)
    if len(text) > column.length:
        raise BadCell(
            "too_long",
            f"不超过 {column.length} 字(现有 {len(text)} 字)",
            f"at most {column.length} characters (it has {len(text)})",
        )
    return text


def plain_text(cell: Any) -> str:
    """Return a text cell; a number typed into one reads as its digits."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, (datetime.date, datetime.time, datetime.timedelta)):
        raise BadCell(
            "date_in_text",
            "文字(表格软件把它改成了日期，请将该列设为“文本”格式后重填)",
            "text (the spreadsheet turned it into a date: format the column as text, type it again)",
        )
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        return _plain_number(_number(cell))
    raise BadCell("bad_text", "文字", "text")


def _number(cell: Any) -> Decimal:
    if isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal, str)):
        raise BadCell("bad_number", "数字", "a number")
    if isinstance(cell, str):
        text = unicodedata.normalize("NFKC", cell).replace("−", "-").replace(" ", "")
        if not re.fullmatch(r"[+-]?(\d{1,3}(,\d{3})+|\d{1,30})(\.\d{1,30})?", text, re.ASCII):
            raise BadCell("bad_number", "数字", "a number")
        return Decimal(text.replace(",", ""))
    if isinstance(cell, float):  # 15 digits: what the spreadsheet shows, 0.3 and not 0.30000000000000004
        cell = Decimal(f"{cell:.15g}")
        if not cell.is_finite() or abs(cell) >= EXACT_DIGITS:
            raise BadCell(
                "digits_lost",
                "不超过 15 位的数字(更长的编号请设为“文本”格式后重填)",
                "a number of at most 15 digits (format longer ones as text and type them again)",
            )
    number = Decimal(cell)
    if not number.is_finite() or number.adjusted() > 30 or int(number.as_tuple().exponent) < -30:
        raise BadCell("bad_number", "数字", "a number")
    return number


def _plain_number(number: Decimal) -> str:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _decimal(column: Column, cell: Any) -> str:
    if isinstance(cell, str) and column.unit:
        cell = unicodedata.normalize("NFKC", cell).removesuffix(unicodedata.normalize("NFKC", column.unit))
    number = _number(cell)
    _check_bounds(column, number)
    return _plain_number(number)


def _integer(column: Column, cell: Any) -> int:
    number = Decimal(_decimal(column, cell))
    if number != number.to_integral_value():
        raise BadCell("bad_integer", "整数", "a whole number")
    return int(number)


def _yuan(column: Column, cell: Any) -> str:
    text = cell if isinstance(cell, str) else _plain_number(_number(cell))
    try:
        fen = parse_yuan(text, negative=column.low is not None)
    except InputError as error:
        raise BadCell(*_AMOUNTS[error.code]) from error
    _check_bounds(column, Decimal(fen) / 100)
    return yuan_text(fen)


_AMOUNTS = {
    "money.bad_amount": ("bad_amount", "以元为单位的金额(如 1200.50 或 12.5万)",
                         "an amount in yuan (such as 1200.50 or 12.5万)"),
    "money.too_precise": ("too_precise", "最多两位小数的金额", "an amount with at most two decimals"),
    "money.negative": ("out_of_range", "不为负的金额", "an amount not below zero"),
    "money.too_large": ("out_of_range", "不超过一千万亿元的金额", "an amount of at most 10^15 yuan"),
}  # fmt: skip


def _check_bounds(column: Column, value: Decimal | str) -> None:
    make: Callable[[Any], Any] = Decimal if isinstance(value, Decimal) else str
    low = None if column.low is None else make(column.low)
    high = None if column.high is None else make(column.high)
    if (low is not None and value < low) or (high is not None and value > high):
        zh = f"{low}–{high}" if None not in (low, high) else (f"≥ {low}" if high is None else f"≤ {high}")
        raise BadCell("out_of_range", f"{zh} 之内的值", f"a value within {zh}")


_DAY = re.compile(r"(\d{4})\s*(?:([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,2})|年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?)"
                  r"(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?", re.ASCII)  # fmt: skip
_MONTH = re.compile(r"(\d{4})\s*(?:[-/.]\s*(\d{1,2})|年\s*(\d{1,2})\s*月?)", re.ASCII)


def _day(cell: Any) -> datetime.date | None:
    if isinstance(cell, datetime.datetime):
        return cell.date() if cell.time() == datetime.time.min else None
    if isinstance(cell, datetime.date):
        return cell
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", cell)) if isinstance(cell, str) else None
    if found is None:
        return None
    try:
        return datetime.date(int(found[1]), int(found[3] or found[5]), int(found[4] or found[6]))
    except ValueError:
        return None


def _date(column: Column, cell: Any) -> str:
    day = _day(cell)
    if day is None:
        raise BadCell("bad_date", "日期(如 2026-03-01)", "a date (such as 2026-03-01)")
    _check_bounds(column, day.isoformat())
    return day.isoformat()


def _month(column: Column, cell: Any) -> str:
    day = _day(cell)
    if day is None and isinstance(cell, str):
        found = _MONTH.fullmatch(unicodedata.normalize("NFKC", cell))
        month = int(found[2] or found[3]) if found else 0
        day = datetime.date(int(found[1]), month, 1) if found and 1 <= month <= 12 and int(found[1]) else None
    if day is None:
        raise BadCell("bad_month", "年月(如 2026-03)", "a month (such as 2026-03)")
    value = day.isoformat()[:7]
    _check_bounds(column, value)
    return value


TRUTHS = {
    **dict.fromkeys(("是", "有", "对", "yes", "y", "true", "1", "√", "✓"), True),
    **dict.fromkeys(("否", "无", "错", "no", "n", "false", "0", "×", "x"), False),
}


def _boolean(column: Column, cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    shown = cell if isinstance(cell, str) else str(int(cell)) if cell in (0, 1) else ""
    truth = TRUTHS.get(fold(shown))
    if truth is None:
        raise BadCell("bad_boolean", "“是”或“否”", "yes or no")
    return truth


def _choice(column: Column, cell: Any) -> str:
    code = (
        column.codes.get(fold(cell)) if isinstance(cell, (str, int)) and not isinstance(cell, bool) else None
    )
    if code is None:
        raise BadCell("bad_choice", _offered(column, 0), _offered(column, 1))
    return code


def _offered(column: Column, language: int) -> str:
    labels = [labels[language] for labels in column.choices.values()]
    shown = ("、", ", ")[language].join(labels[:12])
    more = ("等", " …")[language] if len(labels) > 12 else ""
    return (f"以下之一：{shown}{more}", f"one of: {shown}{more}")[language]


def _multi_choice(column: Column, cell: Any) -> list[str]:
    if isinstance(cell, str) and fold(cell) in column.codes:  # a label may hold a separator itself
        return [_choice(column, cell)]
    return list(dict.fromkeys(_choice(column, item) for item in _items(cell)))


def _list(column: Column, cell: Any) -> list[str]:
    return [_text(column, item) for item in _items(cell)]


SEPARATORS = re.compile(r"[\u3001;\uff1b,\uff0c\n]")


def _items(cell: Any) -> list[Any]:
    if isinstance(cell, str) and cell.startswith("["):
        cell = _as_list(cell)
    if isinstance(cell, str):
        cell = SEPARATORS.split(cell)
    if not isinstance(cell, list):
        cell = [cell]
    items = [_clean(item) if isinstance(item, str) else item for item in cell]
    return [item for item in items if not is_empty(item)]


def _as_list(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, list) else text


def _json(column: Column, cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell if not isinstance(cell, (datetime.date, datetime.time)) else plain_text(cell)
    try:
        return json.loads(cell, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadCell("bad_json", "JSON", "JSON") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _email(column: Column, cell: Any) -> str:
    text = _text(column, cell)
    if not re.fullmatch(r"[^\s@<>,;]{1,64}@[^\s@<>,;.]+(\.[^\s@<>,;.]+)+", text):
        raise BadCell(
            "bad_email", "电子邮箱(如 name@example.com)", "an e-mail address (such as name@example.com)"
        )
    return text


def _phone(column: Column, cell: Any) -> str:
    text = unicodedata.normalize("NFKC", _text(column, cell))
    digits = sum(c.isdigit() for c in text)
    if not re.fullmatch(r"\+?[\d\s()转-]+", text, re.ASCII) or not 5 <= digits <= 20:
        raise BadCell("bad_phone", "电话(如 0471-1234567 或 13800000000)", "a telephone number")
    return text


_CONVERTERS: dict[Kind, Callable[[Column, Any], Any]] = {
    "text": _text, "long_text": _text, "integer": _integer, "decimal": _decimal, "yuan": _yuan,
    "date": _date, "month": _month, "boolean": _boolean, "choice": _choice, "multi_choice": _multi_choice,
    "list": _list, "json": _json, "email": _email, "phone": _phone,
}  # fmt: skip
