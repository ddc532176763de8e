"""An organisation's page: what it offers, what it asks, its people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from tuwei.web.accounts.models import Organisation, Person
from tuwei.web.base import access

from ..models import Achievement, Need
from .disclosure import annotate_grade
from .indexed import listed
from .records_need import DISCLOSED

SHOWN = 10


def one(user: Any, pk: int, verb: str = "organisation.view") -> Organisation:
    return access.get(user, verb, Organisation.objects.all(), pk=pk)


def offers(user: Any, organisation: Organisation) -> list[Achievement]:
    """Its newest public achievements."""
    found = access.scope(user, "achievement.view", listed("achievement").filter(organisation=organisation))
    return list(found.defer("search_text", "text").order_by("-published_at", "-id")[:SHOWN])


def asks(user: Any, organisation: Organisation) -> list[Need]:
    """Its newest open needs, of those this person may know to be its own (whose a need is, opens at L2)."""
    found = access.scope(user, "need.view", listed("need").filter(organisation=organisation))
    told = annotate_grade(user, found).filter(shown_grade__gte=DISCLOSED["organisation"])
    return list(told.defer("search_text", "problem").order_by("-published_at", "-id")[:SHOWN])


def people(user: Any, organisation: Organisation) -> QuerySet[Person]:
    return access.scope(user, "person.view", Person.objects.filter(organisation=organisation)).order_by(
        "name"
    )[:30]
