"""Faults of the API, all in one form: ``{code, zh, en, field, expected, got, errors: […]}``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from tuwei.core.errors import InputError, TuweiError

from . import schemas

PLACES = {"body", "query", "path", "form", "file", "data", "filters"}
_names: dict[str, str] = {}
# What a pattern means, for people: a regular expression is no sentence.
_FORMS = {
    schemas.DAY: ("日期，如 2026-03-01", "a date such as 2026-03-01"),
    schemas.YUAN: ('十进制元字符串，如 "1200000.50"', 'yuan as a decimal string such as "1200000.50"'),
    schemas.AMOUNT: ('十进制数字符串，如 "200"', 'a decimal number as a string such as "200"'),
    schemas.MONTH: ("年月，如 2025-06", "a month such as 2025-06"),
    schemas.REGION: ("六位行政区划代码", "a region code of six digits"),
    schemas.CREDIT_CODE: ("18 位统一社会信用代码", "a credit code of 18 characters"),
    schemas.CODE: ("代码（字母、数字、下划线）", "a code (letters, digits, underscores)"),
    schemas.EMAIL: ("电子邮箱地址", "an e-mail address"),
}
# pydantic's type of error → (code, what was expected in Chinese, in English)
_KINDS: dict[str, tuple[str, str, str]] = {
    "missing": ("missing", "必填", "a value (required)"),
    "string_type": ("bad_type", "文本", "a text"),
    "int_type": ("bad_type", "整数", "a whole number"),
    "int_parsing": ("bad_type", "整数", "a whole number"),
    "int_from_float": ("bad_type", "整数", "a whole number"),
    "int_parsing_size": ("out_of_range", "较小的整数", "a smaller whole number"),
    "bool_type": ("bad_type", "true 或 false", "true or false"),
    "bool_parsing": ("bad_type", "true 或 false", "true or false"),
    "list_type": ("bad_type", "列表", "a list"),
    "dict_type": ("bad_type", "对象", "an object"),
    "model_type": ("bad_type", "对象", "an object"),
    "model_attributes_type": ("bad_type", "对象", "an object"),
    "none_required": ("bad_type", "空", "null"),
    "string_too_long": ("too_long", "至多 {max_length} 个字", "at most {max_length} characters"),
    "string_too_short": ("too_short", "至少 {min_length} 个字", "at least {min_length} characters"),
    "too_long": ("too_long", "至多 {max_length} 项", "at most {max_length} items"),
    "too_short": ("too_short", "至少 {min_length} 项", "at least {min_length} items"),
    "greater_than_equal": ("out_of_range", "不小于 {ge}", "at least {ge}"),
    "less_than_equal": ("out_of_range", "不大于 {le}", "at most {le}"),
    "literal_error": ("bad_choice", "{expected} 之一", "one of {expected}"),
    "enum": ("bad_choice", "{expected} 之一", "one of {expected}"),
    "string_pattern_mismatch": ("bad_format", "", ""),
    "value_error": ("bad_value", "有效的值", "a valid value"),
}


def name_fields(names: Mapping[str, str]) -> None:
    """Register what a Chinese label in a fault is called in the records (预算上限 → budget_max)."""
    _names.update(names)


def as_problem(error: TuweiError) -> dict[str, Any]:
    """One fault in the one form, with all that came with it in ``errors``."""
    told = error.as_dict()
    first = _formed(told)
    return {**first, "errors": [_formed(other) for other in told.get("errors") or [told]]}


def _formed(told: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: str(value)[:500] for name, value in told.items() if name != "errors" and value is not None}
    field = plain.get("field")
    return {
        **plain,
        "field": _names.get(field, field) if field else None,
        "expected": plain.get("expected"),
        "got": plain.get("got"),
    }


def from_validation(errors: Iterable[Mapping[str, Any]]) -> TuweiError:
    """The faults that the declared types found, as sentences; the first speaks for all."""
    told = [_sentence(error) for error in errors]
    first = told[0]
    first.where["errors"] = [one.as_dict() for one in told[:50]]
    return first


def _sentence(error: Mapping[str, Any]) -> InputError:
    field = ".".join(str(part) for part in _place(error["loc"]))
    got = _shown(error.get("input"))
    if error["type"] == "extra_forbidden":
        return unknown_field(field, error.get("known", ()))
    code, zh, en = _KINDS.get(error["type"], ("bad_value", "有效的值", "a valid value"))
    if error["type"] == "string_pattern_mismatch":
        zh, en = _FORMS[error["ctx"]["pattern"]]
    context = {name: str(value) for name, value in (error.get("ctx") or {}).items()}
    expected_zh, expected_en = zh.format_map(_Gaps(context)), en.format_map(_Gaps(context))
    if error["type"] == "missing":
        return InputError(
            "api.missing", "缺少“{field}”。", "“{field}” is missing.", field=field, expected=expected_en
        )
    return InputError(
        f"api.{code}", "“{field}”应为{expected_zh}，现为“{got}”。", "“{field}” must be {expected}, got “{got}”.",
        field=field, expected=expected_en, expected_zh=expected_zh, got=got,
    )  # fmt: skip


class _Gaps(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _place(location: tuple[Any, ...]) -> list[Any]:
    """Where it lies, without ninja's own names of parameters."""
    parts = [part for part in location if not (isinstance(part, str) and part in PLACES)]
    return parts or ["body"]


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    text = str(value) if not isinstance(value, dict | list) else type(value).__name__
    return text[:60]


def unknown_field(name: str, known: Iterable[str]) -> InputError:
    """An unknown field or parameter, with the nearest known name."""
    choices = sorted(known)
    near = get_close_matches(name.rsplit(".", 1)[-1], choices, n=1, cutoff=0.5)
    if near:
        return InputError(
            "api.unknown_field", "没有“{field}”这一项，是否指“{expected}”？",
            "There is no “{field}”; did you mean “{expected}”?", field=name[:80], expected=near[0],
        )  # fmt: skip
    return InputError(
        "api.unknown_field", "没有“{field}”这一项；可用：{expected}。",
        "There is no “{field}”; known: {expected}.", field=name[:80], expected=", ".join(choices) or "—",
    )  # fmt: skip
