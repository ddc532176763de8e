"""How a person can stand to cases."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from tuwei.web.base.access import relation
from tuwei.web.market.models import Need

from .models import Case


@relation(Case, "own")
def case_own(user: Any) -> Q:
    return Q(broker=user.pk)


@relation(Need, "assigned")
def need_assigned(user: Any) -> Q:
    """A broker who has taken the need up and not given it up; a draft is its owner's alone again."""
    cases = Case.objects.filter(need=OuterRef("pk"), broker=user.pk).exclude(state=Case.State.LOST)
    return Q(Exists(cases)) & ~Q(state="draft")
