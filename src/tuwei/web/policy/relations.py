"""How a person can stand to enterprises served, assignments and visits."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from tuwei.web.accounts.models import Organisation
from tuwei.web.base.access import relation

from .models import Assignment, Visit


@relation(Organisation, "served")
def organisation_served(user: Any) -> Q:
    """An enterprise this commissioner serves now: neither merely asked for nor given up."""
    serving = Assignment.objects.filter(
        organisation=OuterRef("pk"), commissioner=user.pk, state=Assignment.State.ACTIVE
    )
    return Q(Exists(serving))


@relation(Assignment, "own")
def assignment_own(user: Any) -> Q:
    return Q(commissioner=user.pk)


@relation(Assignment, "org")
def assignment_org(user: Any) -> Q:
    return Q(organisation=user.organisation_id or 0)


@relation(Visit, "own")
def visit_own(user: Any) -> Q:
    return Q(assignment__commissioner=user.pk)


@relation(Visit, "org")
def visit_org(user: Any) -> Q:
    return Q(assignment__organisation=user.organisation_id or 0)
