"""Records as they go in and out. What may come in follows from the same tables that import and template use."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from tuwei.core.tables import Column, Table
from tuwei.web.rest.faults import name_fields
from tuwei.web.rest.schemas import Amount, Day, In, Month, Out, Yuan, one_of

from ..models.base import Comparator
from ..specs.achievement import ACHIEVEMENT
from ..specs.need import NEED

MOST_ITEMS = 50
Grade = Literal["L0", "L1", "L2", "L3"]
Relation: Any = one_of(Comparator.values)


class Bounds(In):
    comparator: Relation
    low: Amount | None = None
    high: Amount | None = None
    unit: str = Field("", max_length=30)


class IndicatorIn(Bounds):
    name: str = Field(min_length=1, max_length=100)
    current: str = Field("", max_length=60)
    note: str = Field("", max_length=200)


class ClaimIn(Bounds):
    quantity: str = Field(min_length=1, max_length=100)
    baseline: str = Field("", max_length=200)
    conditions: str = Field("", max_length=300)
    evidence: str = Field("", max_length=300)
    evidence_state: Literal["claimed", "documented"] = "claimed"


class IpIn(In):
    kind: str = Field("", max_length=100)
    number: str = Field("", max_length=100)
    status: str = Field("", max_length=100)


_STRUCTURED = {
    "indicators": Annotated[list[IndicatorIn], Field(max_length=30)],
    "claims": Annotated[list[ClaimIn], Field(max_length=30)],
    "ip": Annotated[list[IpIn], Field(max_length=MOST_ITEMS)],
}


def _type(column: Column) -> Any:
    """The declared type of one column."""
    if column.kind == "json":
        return _STRUCTURED[column.name]
    if column.kind in ("choice", "multi_choice"):
        one: Any = one_of(column.choices)
        return one if column.kind == "choice" else Annotated[list[one], Field(max_length=len(column.choices))]
    if column.kind == "list":
        return Annotated[
            list[Annotated[str, Field(min_length=1, max_length=column.length)]], Field(max_length=MOST_ITEMS)
        ]
    if column.kind == "integer":
        return Annotated[int, Field(ge=column.low, le=column.high)]
    plain = {"yuan": Yuan, "date": Day, "month": Month, "boolean": bool}
    return plain.get(column.kind) or Annotated[str, Field(max_length=column.length)]


def _model(name: str, table: Table, *, whole: bool) -> Any:
    """The body of a create (``whole``: required fields are required) or of a change (nothing is)."""
    fields: dict[str, Any] = {}
    for column in table.columns:
        if column.name == table.key:
            continue  # numbers are given by the site; owners' own numbers come with imports
        told = Field(description=f"{column.label('zh')} · {column.label('en')}")
        if column.required:
            kept = Annotated[str, Field(min_length=1, max_length=column.length), told]
            fields[column.name] = kept if whole else (kept, None)
        else:
            fields[column.name] = (Annotated[_type(column) | None, told], None)
    return create_model(name, __base__=In, **fields)


NeedIn = _model("NeedIn", NEED, whole=True)
NeedChange = _model("NeedChange", NEED, whole=False)
AchievementIn = _model("AchievementIn", ACHIEVEMENT, whole=True)
AchievementChange = _model("AchievementChange", ACHIEVEMENT, whole=False)
name_fields(
    {
        label: column.name
        for table in (ACHIEVEMENT, NEED)
        for column in table.columns
        for label in column.headers()
    }
)


class Measured(Out):
    comparator: str
    low: str | None
    high: str | None
    unit: str


class IndicatorOut(Measured):
    name: str
    current: str
    note: str


class ClaimOut(Measured):
    quantity: str
    baseline: str
    conditions: str
    evidence: str
    evidence_state: str


class FileOut(Out):
    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    grade: Grade


class NeedLine(Out):
    """A need in a list: never more than L1, so that no one reads figures without being seen to."""

    id: str
    shown_grade: Grade
    field: str
    industry: str
    region: str
    state: str
    grade: Grade
    sample: bool
    completeness: int
    published: str | None
    title: str | None = None
    abstract: str | None = None
    keywords: list[str] | None = None


class NeedOut(NeedLine):
    """A need at the reader's grade: what it does not disclose is absent."""

    organisation: str | None = None
    problem: str | None = None
    object: str | None = None
    function: str | None = None
    indicators: list[IndicatorOut] | None = None
    constraints: str | None = None
    tried_routes: str | None = None
    deadline: str | None = None
    budget_min: str | None = None
    budget_max: str | None = None
    ip_ownership: str | None = None
    solver_conditions: str | None = None
    why_not_inhouse: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    consent_publish: bool | None = None
    source: str | None = None
    source_id: str | None = None
    files: list[FileOut]
    steps: list[str] = Field(description="此刻可以进行的步骤 · the steps you may take now")


class AchievementOut(Out):
    id: str
    title: str
    text: str
    registration_no: str
    attribute: str
    form: str
    level: str
    stage: str
    ip: list[IpIn]
    trl: int | None
    trl_evidence: str
    right_to_dispose: str
    cooperation: list[str]
    field: str
    industry: str
    region: str
    application: str
    benefit: str
    keywords: list[str]
    state: str
    source: str
    source_id: str
    organisation: str | None
    people: list[str]
    start_month: str | None
    end_month: str | None
    price_min: str | None
    price_max: str | None
    claims: list[ClaimOut]
    sample: bool
    published: str | None
    files: list[FileOut] | None = None
    steps: list[str] | None = None
