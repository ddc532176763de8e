"""Base classes and field types of what goes in and out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from ninja import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

MOST_A_PAGE = 100
T = TypeVar("T")
# Each pattern has its sentence in ``faults``.
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
YUAN = r"^[0-9]{1,13}(\.[0-9]{1,2})?$"
AMOUNT = r"^-?[0-9]{1,15}(\.[0-9]{1,8})?$"
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
REGION = r"^([0-9]{6})?$"
CODE = r"^[A-Za-z0-9_]*$"
CREDIT_CODE = r"^([0-9A-Z]{18})?$"
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


class In(BaseModel):
    """A JSON body: its types as they stand, nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Asked(BaseModel):
    """The query part of an address: all text there, so numbers are read from it."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """What goes out: exactly the declared fields, so that nothing slips out with them."""

    model_config = ConfigDict(extra="forbid")


def one_of(values: Iterable[Any]) -> Any:
    """The type of a field that takes one of these values."""
    return Literal[tuple(values)]


def _a_day(text: str) -> str:
    date.fromisoformat(text)
    return text


Pk = Annotated[int, Path(ge=1, le=2**63 - 1)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Day = Annotated[
    str,
    Field(pattern=DAY),
    AfterValidator(_a_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": DAY}),
]
Amount = Annotated[str, Field(pattern=AMOUNT, examples=["200"])]
Month = Annotated[str, Field(pattern=MONTH, examples=["2025-06"])]
Yuan = Annotated[str, Field(pattern=YUAN, examples=["1200000.50"])]
Moment = Annotated[
    datetime,
    PlainSerializer(lambda at: at.isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Reason = Annotated[str, Field(max_length=1000)]


class Page(Out, Generic[T]):
    """One page of a list; ``next`` is the cursor of the following page, null on the last."""

    items: list[T]
    next: str | None


class Problem(BaseModel):
    """The one form of every fault: a code, a sentence in Chinese and in English, and where it lies."""

    model_config = ConfigDict(extra="allow")
    code: str
    zh: str
    en: str
    field: str | None
    expected: str | None
    got: str | None
    errors: list[dict[str, Any]] = Field(description="All faults, in the same form; at least this one.")


FAULTS = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422, 429})


def answers(model: Any, status: int = 200) -> dict[Any, Any]:
    """The ``response=`` of an operation: what it gives, and the one form of every fault."""
    return {status: model, FAULTS: Problem}
