"""Enter, change and remove the yearly facts of an enterprise; each change is an event with both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction
from django.urls import reverse

from tuwei.core.errors import MissingError
from tuwei.web.accounts.models import Organisation, Role, User
from tuwei.web.base import access, events

from ..models import YearFacts
from ..selectors import engine

Outcome = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True)
class Saved:
    """The facts of a year as they stand now, and what became of them."""

    row: YearFacts
    outcome: Outcome


@transaction.atomic
def facts_save(
    *,
    actor: Any,
    organisation: Organisation,
    year: int,
    values: Mapping[str, Any],
    source: str = YearFacts.Source.FORM,
    merge: bool = False,
    quiet: bool = False,
) -> Saved:
    """Keep the facts of one year, checked by the engine; an empty value is unknown and not kept.

    With ``merge`` names that are not given stay as they are (a table without that column). ``quiet``: nobody is
    notified (an import tells once).

    Raises
    ------
    InputError
        What the engine says of the facts, with every fault in ``errors``.
    """
    place = access.get(actor, "ladder.enter", Organisation.objects.select_for_update(of=("self",)),
                       view="ladder.view", pk=organisation.pk)  # fmt: skip
    row = YearFacts.objects.select_for_update(of=("self",)).filter(organisation=place, year=year).first()
    before = dict(row.values) if row else {}
    asked = engine.known(before)
    idle = {name: value for name, value in before.items() if name not in asked}  # no rule asks for it now
    whole = {**(asked if merge else {}), **values}
    stated = {name: value for name, value in whole.items() if value not in (None, "", [])}
    after = {**idle, **engine.checked_year(year, stated)}
    if row is not None and before == after:
        return Saved(row, "unchanged")
    outcome: Outcome = "created" if row is None else "updated"
    row = row or YearFacts(organisation=place, year=year)
    row.values, row.changed_by, row.source = after, actor, source
    row.save()
    _record(actor, "facts.entered" if outcome == "created" else "facts.changed", row, before, quiet)
    return Saved(row, outcome)


@transaction.atomic
def facts_remove(*, actor: Any, organisation: Organisation, year: int) -> None:
    """Remove the facts of one year; the log keeps what they were."""
    place = access.get(
        actor, "ladder.enter", Organisation.objects.all(), view="ladder.view", pk=organisation.pk
    )
    row = YearFacts.objects.select_for_update(of=("self",)).filter(organisation=place, year=year).first()
    if row is None:
        raise MissingError(
            "facts.missing", "没有 {year} 年的数据。", "There are no facts of {year}.", year=year
        )
    before, row.values = dict(row.values), {}
    _record(actor, "facts.removed", row, before, quiet=False)
    row.delete()


def _record(actor: Any, verb: str, row: YearFacts, before: Mapping[str, Any], quiet: bool) -> None:
    names = [name for name in {**before, **row.values} if before.get(name) != row.values.get(name)]
    people = User.objects.filter(organisation=row.organisation, role=Role.ENTERPRISE, is_active=True)
    others = not quiet and getattr(actor, "organisation_id", None) != row.organisation_id
    events.record(
        actor=actor, verb=verb, obj=row, label=str(row),
        before={"facts": {name: before.get(name) for name in names}},
        after={
            "facts": {name: row.values.get(name) for name in names},
            "organisation": row.organisation_id, "year": row.year, "source": row.source,
        },
        notify=people if others else (), url=reverse("policy:facts", args=[row.organisation_id]),
    )  # fmt: skip
