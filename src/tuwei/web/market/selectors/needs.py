"""Needs as lists and as one page: always scoped to the reader, always at the reader's grade."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tuwei.core.text import words
from tuwei.web.base import access, search
from tuwei.web.base.models import Event

from ..models import Attachment, Grant, Need, NeedState, NeedView
from ..models.need import OPEN
from .disclosure import annotate_grade, grade_for
from .records_need import DISCLOSED, need_record

FACTS = (
    "problem", "object", "function", "constraints", "tried_routes", "solver_conditions", "why_not_inhouse",
)  # fmt: skip
LONGEST_FIRST = ("is_sample", "state_since", "id")
CONTACT = ("contact_name", "contact_phone", "contact_email")


def all_needs() -> QuerySet[Need]:
    """Every need; only ever handed to `access.get` or `access.scope`."""
    return Need.objects.select_related("organisation", "owner")


def my_needs(user: Any) -> QuerySet[Need]:
    """What this person or their organisation entered, the last changed first."""
    mine = Q(owner=user.pk) | (Q(organisation=user.organisation_id) if user.organisation_id else Q(pk__in=[]))
    return access.scope(user, "need.view", all_needs().filter(mine)).order_by("-updated", "-id")


def clarifying(user: Any) -> QuerySet[Need]:
    """What waits to be cleared, real needs before samples, the longest waiting first."""
    waiting = all_needs().filter(state="clarifying").prefetch_related("indicators")
    return access.scope(user, "need.verify", waiting).order_by(*LONGEST_FIRST)


def to_publish(user: Any) -> QuerySet[Need]:
    """What is verified and waits for an officer, in the same order."""
    waiting = all_needs().filter(state="verified").prefetch_related("indicators")
    return access.scope(user, "need.publish", waiting).order_by(*LONGEST_FIRST)


def title_at(need: Need, grade: int) -> str:
    """The title, or where the grade hides it a name that says nothing."""
    return need.title if grade >= DISCLOSED["title"] else _("需求 %(pk)s") % {"pk": need.pk}


def shown(user: Any, need: Need) -> dict[str, Any]:
    """Everything the page of a need may show this person; nothing else reaches the template."""
    grade = grade_for(user, need)
    found = at_grade(need, grade)
    if access.can(user, "need.see_contact", need):
        full = need_record(need)
        found["record"] |= {name: full[name] for name in (*CONTACT, "organisation")}
    return {"grade": grade, **found}


def at_grade(need: Need, grade: int) -> dict[str, Any]:
    """What a grade discloses of a need, ready for a page."""
    record = need_record(need, grade=grade)
    files = list(need.attachments.all())
    return {
        "record": record,
        "title": title_at(need, grade),
        "facts": [(_label(name), record[name]) for name in FACTS if record.get(name)],
        "indicators": list(need.indicators.all()) if grade >= DISCLOSED["indicators"] else [],
        "budget": (need.budget_min, need.budget_max) if grade >= DISCLOSED["budget_min"] else (None, None),
        "deadline": need.deadline if grade >= DISCLOSED["deadline"] else None,
        "ip_ownership": need.get_ip_ownership_display() if grade >= DISCLOSED["ip_ownership"] else "",
        "files": [file for file in files if file.grade <= grade],
        "files_hidden": sum(file.grade > grade for file in files),
    }


def log_label(need: Need) -> str:
    """What the event log calls a need: officers read the log, and other people's drafts are not theirs to read."""
    return f"#{need.pk}" if need.state == NeedState.DRAFT else need.title


def _label(name: str) -> str:
    return str(getattr(Need._meta.get_field(name), "verbose_name", name))


def history(need: Need) -> QuerySet[Event]:
    """What happened to a need, the latest first."""
    return Event.objects.filter(object_type="need", object_id=need.pk).select_related("actor")


def folded(events: Iterable[Event]) -> list[tuple[Event, int]]:
    """Events with how often each happened in a row: the changes by twenty answers of a dialogue are one line."""
    found: list[tuple[Event, int]] = []
    for event in events:
        same = found and (found[-1][0].verb, found[-1][0].actor_id) == (event.verb, event.actor_id)
        if same and event.verb == "need.changed":  # of other events each says something of its own
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((event, 1))
    return found


def views_of(need: Need) -> QuerySet[NeedView]:
    """Who saw what of a need, and when."""
    return need.views.select_related("user__organisation")


def grants_of(need: Need) -> QuerySet[Grant]:
    return need.grants.select_related("organisation", "granted_by").order_by("revoked", "-id")


def similar_needs(user: Any, need: Need | None, text: str, most: int = 5) -> list[Need]:
    """Needs other than ``need`` that share words with ``text``, each with ``shown_grade`` for this reader.

    Words are looked up in what a need discloses to everyone, so the answer tells nothing hidden.
    """
    chosen = sorted(
        {word for word in words(text[:500]) if len(word) > 1}, key=lambda word: (-len(word), word)
    )[:12]
    others = all_needs().filter(state__in=OPEN)
    others = others.exclude(pk=need.pk) if need else others
    visible = access.scope(user, "need.view", others)
    counted: dict[int, int] = {}
    for word in chosen:
        for pk in search.matching(visible, word).order_by("-pk").values_list("pk", flat=True)[:200]:
            counted[pk] = counted.get(pk, 0) + 1
    best = sorted((pk for pk, count in counted.items() if count > 1), key=lambda pk: (-counted[pk], -pk))[
        :most
    ]
    found = annotate_grade(user, all_needs()).in_bulk(best)
    return [found[pk] for pk in best if pk in found]


def attachments() -> QuerySet[Attachment]:
    return Attachment.objects.select_related("need", "achievement")
