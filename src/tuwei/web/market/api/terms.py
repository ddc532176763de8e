"""Codes with their names, and the region's dated figures."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from tuwei.web.rest.auth import ANYONE
from tuwei.web.rest.schemas import Asked, Out, answers

from ..models import Figure, Term

router = Router(tags=["region"], auth=ANYONE)


class TermsAsked(Asked):
    scheme: Literal["region", "field", "industry"] | None = None


class TermOut(Out):
    scheme: str
    code: str
    name_zh: str
    name_en: str
    parent: str
    lat: float | None
    lon: float | None


class FigureOut(Out):
    code: str
    name_zh: str
    name_en: str
    period: str
    comparator: str
    value: str
    unit: str
    as_of: str
    published: str
    source_zh: str
    source_en: str
    note: str
    note_en: str


class Terms(Out):
    items: list[TermOut]


class Figures(Out):
    items: list[FigureOut]


@router.get("/terms", response=answers(Terms), operation_id="list_terms",
            summary="地区、技术领域、产业的代码 · Codes of regions, fields and industries")  # fmt: skip
def list_terms(request: HttpRequest, asked: Query[TermsAsked]) -> Any:
    rows = Term.objects.filter(scheme=asked.scheme) if asked.scheme else Term.objects.all()
    return {"items": [{name: getattr(term, name) for name in TermOut.model_fields} for term in rows]}


@router.get("/figures", response=answers(Figures), operation_id="list_figures",
            summary="地区指标及出处 · The region's figures with their sources")  # fmt: skip
def list_figures(request: HttpRequest) -> Any:
    return {"items": [_figure(figure) for figure in Figure.objects.all()]}


def _figure(figure: Figure) -> dict[str, Any]:
    value = format(figure.value, "f")
    plain = {name: getattr(figure, name) for name in FigureOut.model_fields if name != "value"}
    return {**plain, "value": value.rstrip("0").rstrip(".") if "." in value else value}
