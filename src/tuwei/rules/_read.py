"""Facts as people give them, to exact values laid flat by slot; every fault named, none repaired."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from tuwei.core.errors import InputError, TuweiError
from tuwei.core.money import parse_yuan
from tuwei.rules._evaluate import NO, UNKNOWN, YES
from tuwei.rules._facts import LARGEST, Fact
from tuwei.rules._values import parse_date, parse_value, show

Flat = dict[str, Any]
BESIDE = frozenset({"name", "id", "credit_code", "note", "region", "district"})
"""Keys that say whose facts they are; taken and passed over."""


class _Unfit(Exception):
    """A value is not what the fact asks for."""

    def __init__(self, zh: str, en: str, code: str = "bad_fact") -> None:
        super().__init__(code)
        self.zh, self.en, self.code = zh, en, code


def read_facts(
    facts: Iterable[Fact],
    given: Mapping[str, Any],
    known_elsewhere: Iterable[str] = (),
    file: str = "",
    longest: Mapping[str, int] | None = None,
) -> tuple[Flat, list[InputError]]:
    """Return the values by slot and every fault found.

    Parameters
    ----------
    facts
        What the rule declares.
    given
        Name → value as read from JSON, YAML, TOML or a table; None or no key is unknown.
    known_elsewhere
        Names that other rules declare, ``name.item`` for points that another version of a rule asks for: passed
        over, so that one file serves them all.
    file
        Shown in errors.
    longest
        Name → years that some rule asks for: a list as long is taken, and its last years are read.

    Examples
    --------
    >>> flat, faults = read_facts([Fact("staff", "职工", "Staff")], {"stuff": 3})
    >>> flat, faults[0].sentence("en")
    ({'staff': None}, 'There is no fact “stuff”; do you mean “staff”?')
    """
    declared, elsewhere = {fact.name: fact for fact in facts}, frozenset(known_elsewhere)
    if not isinstance(given, Mapping):
        return read_facts(declared.values(), {})[0], [_no_mapping(given, file)]
    faults = [_unknown(name, [*declared, *elsewhere], file)
              for name in given if name not in declared and name not in BESIDE and name not in elsewhere]  # fmt: skip
    flat: Flat = {}
    for fact in declared.values():
        try:
            value = _last_years(fact, given.get(fact.name), longest or {})
            flat.update(_slots(fact, _own_items(fact, value, elsewhere)))
        except _Unfit as unfit:
            faults.append(_fault(fact, given[fact.name], unfit, file))
            flat.update(_slots(fact, None))
    return flat, faults


def _slots(fact: Fact, value: Any) -> Flat:
    if fact.series:
        return _series(fact, value)
    if fact.kind == "points":
        return _points(fact, value)
    if fact.kind == "records":
        return _records(fact, value)
    return {fact.name: _single(fact, value)}


def _last_years(fact: Fact, value: Any, longest: Mapping[str, int]) -> Any:
    """Return what of a list this rule asks for: one file serves rules of three years and of the last one."""
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= longest.get(fact.name, 0):
        return value
    return value[-fact.series :] if fact.series else value[-1]


def _own_items(fact: Fact, value: Any, elsewhere: frozenset[str]) -> Any:
    """Return the points this version asks for: a file of the present law is no fault under an earlier one."""
    if fact.kind != "points" or not isinstance(value, Mapping):
        return value
    return {item: given for item, given in value.items()
            if item in fact.items or f"{fact.name}.{item}" not in elsewhere}  # fmt: skip


def _series(fact: Fact, value: Any) -> Flat:
    names = fact.slots()
    if value is None:
        return dict.fromkeys(names)
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= fact.series:
        raise _Unfit(
            f"1–{fact.series} 个年度的列表(最早的在前)", f"a list of 1–{fact.series} years, oldest first"
        )
    absent = fact.series - len(value)
    years = [0] * absent + [_single(fact, year) for year in value]
    return dict(zip(names, [*years, len(value)], strict=True))


def _points(fact: Fact, value: Any) -> Flat:
    flat: Flat = dict.fromkeys(fact.slots())
    if value is None:
        return flat
    if not isinstance(value, Mapping):
        raise _Unfit("“评分项: 分数”", "a mapping of item to points")
    for item, given in value.items():
        if item not in fact.items:
            near = get_close_matches(str(item), list(fact.items), 1, 0.4) or list(fact.items)
            raise _Unfit(f"评分项之一：{', '.join(near)}", f"an item such as {', '.join(near)}")
        flat[f"{fact.name}.{item}"] = _interval(item, given, *fact.items[item])
    return flat


def _interval(item: str, given: Any, low: int, high: int) -> tuple[int, int] | None:
    if given is None:
        return None
    ends = list(given) if isinstance(given, list | tuple) else [given, given]
    whole = len(ends) == 2 and all(isinstance(end, int) and not isinstance(end, bool) for end in ends)
    if not whole or not low <= ends[0] <= ends[1] <= high:
        raise _Unfit(
            f"{item} 为 {low}–{high} 的整数或 [低, 高]",
            f"{item} as a whole number {low}–{high} or [low, high]",
        )
    return ends[0], ends[1]


def _records(fact: Fact, value: Any) -> Flat:
    """Sums of the records; unknown where one of their amounts is."""
    if value is None:
        return dict.fromkeys(fact.slots())
    if fact.alone and not isinstance(value, list | tuple):
        value = [{fact.alone: value}]
    if not isinstance(value, list | tuple) or not all(isinstance(item, Mapping) for item in value):
        raise _Unfit("对象的列表", "a list of objects")
    rows = [_record(fact, item, number) for number, item in enumerate(value, 1)]
    flat: Flat = {}
    for total, (name, only) in fact.totals.items():
        terms = [row[name] for row in rows if all(_holds(row, term) for term in only.split())]
        flat[f"{fact.name}.{total}"] = None if any(term is None for term in terms) else sum(terms)
    return flat


def _holds(row: Flat, term: str) -> bool:
    """Whether a term of ``Fact.totals`` holds for a record."""
    name, equals, codes = term.lstrip("!").partition("=")
    return row[name] in codes.split("|") if equals else bool(row[name]) != term.startswith("!")


def _record(fact: Fact, item: Mapping[str, Any], number: int) -> Flat:
    unknown = [key for key in item if key not in fact.fields]
    if unknown:
        near = get_close_matches(str(unknown[0]), list(fact.fields), 1, 0.4) or list(fact.fields)
        raise _Unfit(
            f"第 {number} 项的键为 {', '.join(near)}", f"keys of item {number} such as {', '.join(near)}"
        )
    row: Flat = {}
    for name, kind in fact.fields.items():
        try:
            row[name] = _field(kind, item.get(name))
        except _Unfit as unfit:
            raise _Unfit(
                f"第 {number} 项 {name} 为{unfit.zh}", f"{name} of item {number} as {unfit.en}"
            ) from None
    return row | {name: formula(row) for name, formula in fact.derived.items()}


def _field(kind: str, value: Any) -> Any:
    if kind in ("money", "money?"):
        return _single(Fact("", "", "", "money"), 0 if value is None and kind == "money?" else value)
    if kind == "count":
        return _single(Fact("", "", ""), value)
    if kind in ("flag", "flag?"):
        return kind == "flag" if value is None else bool(_flag(value) == YES)
    if kind.startswith("choice "):
        codes = kind.split()[1:]
        return _choice(
            Fact("", "", "", choices=dict.fromkeys(codes, ("", ""))), codes[0] if value is None else value
        )
    return value


def _single(fact: Fact, value: Any) -> Any:
    if fact.kind == "flag":
        return UNKNOWN if value is None else _flag(value)
    if value is None:
        return None
    if fact.kind == "choice":
        return _choice(fact, value)
    if fact.kind == "date":
        return _date(value)
    if fact.kind == "ratio":
        return _ratio(value)
    whole = _money(fact, value) if fact.kind == "money" else _count(value)
    return _bounded(fact, whole)


def _bounded(fact: Fact, value: int) -> int:
    if fact.low is not None and value < fact.low:
        least = show(fact.low, fact.shown_unit)
        raise _Unfit(
            f"不小于 {least} 的值", f"a value of at least {show(fact.low, fact.shown_unit, 'en')}", "bad_sign"
        )
    if fact.high is not None and abs(value) > fact.high:
        raise _Unfit(f"不大于 {show(fact.high, fact.shown_unit)} 的值",
                     f"a value of at most {show(fact.high, fact.shown_unit, 'en')}", "too_large")  # fmt: skip
    return value


def _flag(value: Any) -> int:
    if not isinstance(value, bool):
        raise _Unfit("true 或 false(是/否)", "true or false")
    return YES if value else NO


def _choice(fact: Fact, value: Any) -> str:
    code = fact.code_of(value) if isinstance(value, str) else None
    if code is None:
        near = get_close_matches(said(value), list(fact.choices), 1, 0.5)
        listed = " | ".join(fact.choices)
        raise _Unfit(f"{listed} 之一" + (f"(是否为 {near[0]}？)" if near else ""),
                     f"one of {listed}" + (f" (do you mean {near[0]}?)" if near else ""))  # fmt: skip
    return code


def _date(value: Any) -> int:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.toordinal()
    try:
        return parse_date(value if isinstance(value, str) else "").toordinal()
    except ValueError:
        raise _Unfit("日期(如 2026-03-01)", "a date such as 2026-03-01") from None


def _decimal(value: Any, zh: str, en: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise _Unfit(zh, en)
    if isinstance(value, str) and "_" in value:  # Python's digits, nobody else's
        raise _Unfit(zh, en)
    try:
        number = Decimal(repr(float(value)) if isinstance(value, float) else value)
    except InvalidOperation:
        raise _Unfit(zh, en) from None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise _Unfit(zh, en)
    return number


def _money(fact: Fact, value: Any) -> int:
    zh, en = "以元为单位的金额(如 1200.50)", "an amount in yuan such as 1200.50"
    if isinstance(value, str):
        try:
            return parse_yuan(value, negative=True)
        except TuweiError as error:
            if error.code == "money.too_large":
                return LARGEST + 1  # named as what is above the bound of the fact
            finer = error.code == "money.too_precise"
            raise _Unfit(
                "最多两位小数的金额" if finer else zh, "an amount of at most two decimals" if finer else en
            ) from None
    fen = Fraction(_decimal(value, zh, en)) * 100
    if fen.denominator != 1:
        raise _Unfit("最多两位小数的金额", "an amount of at most two decimals")
    return int(fen)


def _count(value: Any) -> int:
    number = _decimal(value, "整数", "a whole number")
    if number != number.to_integral_value():
        raise _Unfit("整数", "a whole number")
    return int(number)


def _ratio(value: Any) -> Fraction:
    zh, en = "比例(如 12% 或 0.12)", "a ratio such as 12% or 0.12"
    try:
        ratio = parse_value(value, "ratio") if isinstance(value, str) else Fraction(_decimal(value, zh, en))
    except ValueError:
        raise _Unfit(zh, en) from None
    if not 0 <= ratio <= 100:
        raise _Unfit(zh, en)
    return ratio


def _fault(fact: Fact, got: Any, unfit: _Unfit, file: str) -> InputError:
    where = "{file}：" if file else ""
    return InputError(
        f"rules.{unfit.code}",
        where + "“{field}”({label})应为{expected}，现为“{got}”。",
        where.replace("：", ": ") + "“{field}” must be {expected_en}, got “{got}”.",
        file=file,
        field=fact.name,
        label=fact.zh,
        expected=unfit.zh,
        expected_en=unfit.en,
        got=said(got),
    )


def said(got: Any) -> str:
    """Return what was given as one short line, fit for a message.

    Examples
    --------
    >>> said("a\\nb"), said([1, None])
    ('a�b', '[1, None]')
    """
    if isinstance(got, int) and abs(got) > 10**60:  # Python refuses to write out very long numbers
        return f"{'-' if got < 0 else ''}1e{math.floor(math.log10(abs(got)))}…"
    text = "".join(one if one.isprintable() else "�" for one in str(got)[:61])
    return text if len(text) <= 60 else text[:59] + "…"


def _no_mapping(got: Any, file: str) -> InputError:
    where = "{file}：" if file else ""
    return InputError(
        "rules.bad_facts",
        where + "一个企业的事实应为“名称: 值”，现为“{got}”。",
        where.replace("：", ": ")
        + "The facts of an enterprise must be a mapping of names to values, got “{got}”.",
        file=file,
        got=said(got),
    )


def _unknown(name: Any, known: list[str], file: str) -> InputError:
    near = get_close_matches(said(name), known, 1, 0.5)
    where = "{file}：" if file else ""
    zh = (
        where
        + "没有“{field}”这个事实"
        + ("，是否为“{expected}”？" if near else "，可用的名称见 tuwei rules show。")
    )
    en = (
        where.replace("：", ": ")
        + "There is no fact “{field}”"
        + ("; do you mean “{expected}”?" if near else "; tuwei rules show lists the names.")
    )
    return InputError("rules.unknown_fact", zh, en, file=file, field=said(name), expected=near[0] if near else "",
                      got=said(name))  # fmt: skip
