"""Errors for people: one sentence in Chinese and one in English, beside a machine-readable code."""

from __future__ import annotations

from typing import Any


class TuweiError(Exception):
    """The base of every error a user may see.

    Parameters
    ----------
    code
        Stable, dotted, lower case: ``"table.bad_number"``. Part of the public interface.
    zh, en
        Sentence templates. ``{name}`` placeholders are filled from ``where``.
    where
        What the reader needs to find and mend the fault. The usual names are ``file``,
        ``row`` (1-based, the header counts as row 1), ``field``, ``expected``, ``got``.

    Examples
    --------
    >>> error = InputError("demo.bad_trl", "{field}应为 1–9，现为“{got}”。",
    ...                    "{field} must be 1–9, got “{got}”.", field="trl", got="12")
    >>> error.sentence("en")
    'trl must be 1–9, got “12”.'
    >>> error.as_dict()["code"], error.as_dict()["got"]
    ('demo.bad_trl', '12')
    """

    status = 400  # the HTTP status a web layer answers with

    def __init__(self, code: str, zh: str, en: str, **where: Any) -> None:
        super().__init__(code)
        self.code, self.where = code, where
        self._templates = {"zh": zh, "en": en}

    def sentence(self, language: str = "zh") -> str:
        """Return the sentence in ``"zh"`` (default) or ``"en"``."""
        template = self._templates["en" if language.startswith("en") else "zh"]
        return template.format_map(_Filled(self.where))

    def as_dict(self) -> dict[str, Any]:
        """Return code, both sentences and the fields, ready for JSON."""
        return {"code": self.code, "zh": self.sentence("zh"), "en": self.sentence("en"), **self.where}

    def __str__(self) -> str:
        return f"{self.sentence('zh')} {self.sentence('en')} [{self.code}]"


class _Filled(dict[str, Any]):
    """A missing placeholder shows as itself: an error message must never raise."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class InputError(TuweiError):
    """What came in is not what was asked for."""

    status = 422


class AccessError(TuweiError):
    """The person may not do this."""

    status = 403


class MissingError(TuweiError):
    """No such thing, or none this person may know of."""

    status = 404


class ConflictError(TuweiError):
    """The thing is in a state where this cannot be done."""

    status = 409


class TooLargeError(TuweiError):
    """More than the limit."""

    status = 413
