"""Lists page by key: a cursor says after which row to go on, so nothing is skipped or shown twice."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from django.db.models import QuerySet
from pydantic import Field

from tuwei.core.errors import InputError

from .schemas import MOST_A_PAGE, Asked


class Paged(Asked):
    """``limit`` rows from ``cursor`` on."""

    limit: int = Field(20, ge=1, le=MOST_A_PAGE, description="每页条数 · rows a page")
    cursor: str = Field("", max_length=200, description="上一页的 next · next of the page before")


def by_id(queryset: QuerySet[Any], asked: Paged, *, newest: bool = True) -> tuple[list[Any], str | None]:
    """One page by id (the newest first unless told otherwise), and the cursor of the next."""
    if asked.cursor:
        last = _read(asked.cursor)
        queryset = queryset.filter(pk__lt=last) if newest else queryset.filter(pk__gt=last)
    rows = list(queryset.order_by("-pk" if newest else "pk")[: asked.limit + 1])
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    return rows, write_cursor(rows[-1].pk) if more else None


def _read(cursor: str) -> int:
    value = read_cursor(cursor)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
        return value
    raise bad_cursor(cursor)


def write_cursor(value: Any) -> str:
    """Any JSON value as an opaque text."""
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Any:
    """What :func:`write_cursor` wrote.

    Raises
    ------
    InputError
        ``api.bad_cursor``.
    """
    try:
        return json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise bad_cursor(cursor) from None


def bad_cursor(cursor: str) -> InputError:
    return InputError(
        "api.bad_cursor", "游标无效，请用上一页给出的 next。", "The cursor is not one of ours; use next of the page before.",
        field="cursor", expected="next", got=cursor[:40].encode("unicode_escape").decode(),
    )  # fmt: skip
