"""The one door to every object: who may do what, list and detail alike.

``permissions.csv`` is the matrix (verb × relation → roles). A *relation* says how a person stands to an
object (``own``, ``org``, ``public`` …); each is one ``Q`` registered by the app that owns the model, and the
same ``Q`` scopes a list and checks a single object, so the two can never disagree.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache, reduce
from operator import or_
from pathlib import Path
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from tuwei.core.errors import AccessError, MissingError

ROLES = ("visitor", "enterprise", "researcher", "broker", "commissioner", "officer", "admin")
NAMES = dict(
    zip(ROLES, "访客 企业 科研人员 技术经纪人 科技特派员 科技局工作人员 系统管理员".split(), strict=True)
)
MATRIX = Path(__file__).with_name("permissions.csv")
M = TypeVar("M", bound=Model)
Relation = Callable[[Any], Q]

_RELATIONS: dict[type[Model], dict[str, Relation]] = defaultdict(dict)


def relation(model: type[Model], name: str) -> Callable[[Relation], Relation]:
    """Register the ``Q`` of one relation of a person to objects of ``model``."""

    def register(function: Relation) -> Relation:
        _RELATIONS[model][name] = function
        return function

    return register


@lru_cache(maxsize=1)
def matrix() -> dict[tuple[str, str], frozenset[str]]:
    """Read the matrix: ``{(verb, relation): roles}``."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return {
            (row["verb"], row["relation"]): frozenset(role for role in ROLES if row[role] == "y")
            for row in csv.DictReader(file)
        }


def role_of(user: Any) -> str:
    """The person's role; anyone not signed in or not active is a visitor."""
    signed_in = user is not None and user.is_authenticated and user.is_active
    return user.role if signed_in else "visitor"


def relations_for(user: Any, verb: str) -> list[str]:
    """The relations through which this person's role may do ``verb``."""
    role = role_of(user)
    return [name for (row_verb, name), roles in matrix().items() if row_verb == verb and role in roles]


def condition(user: Any, verb: str, model: type[Model]) -> Q | None:
    """The ``Q`` of all objects the person may do ``verb`` to; None where there are none."""
    names = relations_for(user, verb)
    if "any" in names:
        return Q(pk__isnull=False)  # all of them; an empty Q may not stand in a When
    parts = [_RELATIONS[model][name](user) for name in names]
    return reduce(or_, parts) if parts else None


def scope(user: Any, verb: str, queryset: QuerySet[M]) -> QuerySet[M]:
    """Return only the objects of ``queryset`` that ``user`` may do ``verb`` to."""
    allowed_ones = condition(user, verb, queryset.model)
    return queryset.none() if allowed_ones is None else queryset.filter(allowed_ones)


def allowed(user: Any, verb: str) -> bool:
    """May this person do ``verb`` at all (to create, to open a page)?"""
    return bool(relations_for(user, verb))


def can(user: Any, verb: str, obj: Model) -> bool:
    """May this person do ``verb`` to this object?"""
    model = obj._meta.model  # not type(obj): request.user is a lazy stand-in
    return scope(user, verb, model._default_manager.filter(pk=obj.pk)).exists()


def require(user: Any, verb: str, obj: Model | None = None) -> None:
    """Raise ``AccessError`` unless the person may do ``verb`` (to ``obj`` where one is given)."""
    if not (allowed(user, verb) if obj is None else can(user, verb, obj)):
        raise _denied(user, verb)


def _denied(user: Any, verb: str) -> AccessError:
    return AccessError(
        "access.denied",
        "您的身份（{name}）不能进行此操作。如确有需要，请联系科技局管理员。",
        "Your role ({name_en}) may not do this. If you need it, ask an officer.",
        name=NAMES[role_of(user)],
        name_en=role_of(user),
        role=role_of(user),
        verb=verb,
    )


def get(user: Any, verb: str, queryset: QuerySet[M], view: str = "", **lookup: Any) -> M:
    """Fetch one object through the door.

    ``MissingError`` (404) when it does not exist *or may not be known of*: a stranger learns nothing from
    the difference. ``AccessError`` (403) when the person may see it (verb ``view``, by default
    ``<noun>.view``) but not do ``verb``.
    """
    found = scope(user, verb, queryset).filter(**lookup).first()
    if found is not None:
        return found
    view = view or f"{verb.split('.')[0]}.view"
    if view != verb and scope(user, view, queryset).filter(**lookup).exists():
        raise _denied(user, verb)
    raise MissingError(
        "access.missing",
        "没有找到该内容，或您无权查看。",
        "Nothing found here, or nothing you may see.",
    )


def may_enter_for_others(user: Any) -> bool:
    """May this person enter listings for organisations that are not their own (brokers, officers …)?"""
    return allowed(user, "listing.enter_for_others")
