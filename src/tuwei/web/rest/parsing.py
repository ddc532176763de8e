"""Bodies as they come: JSON read strictly, hostile ones refused with a sentence before anything looks at them."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.parser import Parser

from tuwei.core.errors import InputError, TooLargeError, TuweiError

DEPTH = 20
DIGITS = 40


class MalformedError(TuweiError):
    """It cannot be read at all."""

    status = 400


class MediaTypeError(TuweiError):
    """A body in a form that this operation does not read."""

    status = 415


class StrictParser(Parser):
    """UTF-8 JSON without NaN, repeated names, lone surrogates, NUL, endless numbers or endless nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        text = _decoded(request.body)
        try:
            value = json.loads(
                text,
                parse_constant=_no_constant,
                object_pairs_hook=_no_repeats,
                parse_int=_an_int,
                parse_float=_a_float,
            )
        except RecursionError:
            raise _malformed("嵌套过深", "it is nested too deeply") from None
        except json.JSONDecodeError as error:
            raise _malformed(
                f"第 {error.lineno} 行第 {error.colno} 列", f"line {error.lineno}, column {error.colno}"
            ) from None
        check_text(value)
        return value


def media_type(request: HttpRequest, expected: str) -> None:
    """Refuse a body of another type than this operation reads."""
    given = (request.content_type or "").lower()
    if given != expected and not (expected.endswith("json") and given.endswith("+json")):
        raise MediaTypeError(
            "api.media_type", "正文类型应为 {expected}，现为“{got}”。", "The body must be {expected}, got “{got}”.",
            expected=expected, got=given[:80],
        )  # fmt: skip


def size(request: HttpRequest, limit: int) -> None:
    """Refuse a body longer than the limit before it is read."""
    given = request.META.get("CONTENT_LENGTH") or "0"
    if given.isdigit() and int(given[:20]) > limit:
        raise TooLargeError(
            "api.too_large", "正文超过 {expected} 字节。", "The body is longer than {expected} bytes.",
            expected=limit, got=given[:20],
        )  # fmt: skip


def json_limit() -> int:
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 2**21)


def check_text(value: Any, depth: int = 0) -> None:
    """Refuse what no database column could hold: NUL and lone surrogates, in names and values alike."""
    if depth > DEPTH:
        raise _malformed(f"嵌套超过 {DEPTH} 层", f"it is nested deeper than {DEPTH} levels")
    if isinstance(value, str):
        _check_string(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_string(name)
            check_text(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            check_text(item, depth + 1)


def _check_string(text: str) -> None:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InputError(
            "api.bad_character", "文本含有不能保存的字符（NUL 或不成对的代理字符）。",
            "The text holds a character that cannot be kept (NUL or a lone surrogate).",
            got=text[:40].encode("unicode_escape").decode(),
        )  # fmt: skip


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed(f"第 {error.start} 字节不是 UTF-8", f"byte {error.start} is not UTF-8") from None


def _no_constant(name: str) -> Any:
    raise _malformed(f"不允许 {name}", f"{name} is not allowed")


def _an_int(digits: str) -> int:
    if len(digits) > DIGITS:
        raise _malformed(f"数字超过 {DIGITS} 位", f"a number has more than {DIGITS} digits")
    return int(digits)


def _a_float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise _malformed("数值过大", "a number is too large")
    return value


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _malformed(f"“{_plain(twice)}”出现两次", f"“{_plain(twice)}” stands there twice")
    return found


def _plain(name: str) -> str:
    return name[:40].encode("unicode_escape").decode().replace("{", "{{").replace("}", "}}")


def _malformed(zh: str, en: str) -> MalformedError:
    return MalformedError(
        "api.malformed", f"正文不是有效的 JSON:{zh}。", f"The body is not valid JSON: {en}.", expected="JSON"
    )
