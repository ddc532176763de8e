"""Many listings at once, from a file or a region pack: what is new is made, what changed is rewritten, the rest left.

A listing stands for its own fields, its indicators or claims, and (an achievement) its people: all or nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tuwei.core.errors import InputError
from tuwei.web.accounts.models import Organisation, Person

from ..models import Achievement, Claim, Indicator, Need
from . import achievements, needs
from .indexing import touch

BATCH = 500
MOST_PEOPLE = 50
KEPT = ("id", "created", "updated")  # the same row all the same


@dataclass(frozen=True)
class Kind:
    """What tells needs and achievements apart when many are written."""

    noun: str
    model: type[Any]
    fill: Callable[..., None]
    measures_of: Callable[[Mapping[str, Any]], list[Any]]
    measure: type[Any]
    measures: str  # the name of its indicators or claims


KINDS = {
    "need": Kind("need", Need, needs.fill, needs.indicators_of, Indicator, "indicators"),
    "achievement": Kind(
        "achievement", Achievement, achievements.fill, achievements.claims_of, Claim, "claims"
    ),
}


@dataclass
class Brought:
    """A listing as it shall be; ``before`` tells how it was, None where it is new."""

    listing: Any
    measures: list[Any]
    people: list[str]
    before: tuple[Any, ...] | None = None

    def content(self) -> tuple[Any, ...]:
        return _content(self.listing, self.measures, self.people)


def known(kind: Kind) -> Any:
    """Listings with what `bring` compares; narrow it down before use."""
    related = (kind.measures,) if kind.noun == "need" else (kind.measures, "people")
    return kind.model._default_manager.select_related("organisation").prefetch_related(*related)


def bring(
    kind: Kind,
    listing: Any,
    values: Mapping[str, Any],
    *,
    actor: Any,
    organisations: Mapping[str, Organisation] | None = None,
    faults: Iterable[InputError] = (),
) -> Brought:
    """Put checked values into a listing (new, or one of `known`) without saving it.

    Raises
    ------
    TuweiError
        As the kind's ``fill``; ``faults``, found before, among them.
    """
    before = None if listing.pk is None else _stored(kind, listing)
    kind.fill(listing, values, actor=actor, organisations=organisations, faults=faults)
    people = (values.get("people") or [])[:MOST_PEOPLE] if kind.noun == "achievement" else []
    return Brought(listing, kind.measures_of(values), [name[:60] for name in people], before)


def store(kind: Kind, brought: Iterable[Brought]) -> tuple[int, int, int]:
    """Write what differs; returns how many are new, changed and the same."""
    all_of_it = list(brought)
    new = [one for one in all_of_it if one.before is None]
    changed = [one for one in all_of_it if one.before is not None and one.content() != one.before]
    kind.model.objects.bulk_create([one.listing for one in new], batch_size=BATCH)
    _rewrite(kind, [one.listing for one in changed])
    _replace_measures(kind, new, changed)
    if kind.noun == "achievement":
        _replace_people(new, changed)
    touch(kind.noun, [one.listing.pk for one in new + changed])
    return len(new), len(changed), len(all_of_it) - len(new) - len(changed)


def _stored(kind: Kind, listing: Any) -> tuple[Any, ...]:
    people = [person.name for person in listing.people.all()] if kind.noun == "achievement" else []
    return _content(listing, getattr(listing, kind.measures).all(), people)


def _content(listing: Any, measures: Iterable[Any], people: list[str]) -> tuple[Any, ...]:
    """Everything a listing says, as the database holds it."""
    fields = [field for field in listing._meta.concrete_fields if field.name not in KEPT]
    values = tuple(field.to_python(getattr(listing, field.attname)) for field in fields)
    return values, tuple(map(_told, measures)), tuple(sorted(set(people)))


def _told(measure: Any) -> tuple[Any, ...]:
    fields = measure._meta.concrete_fields
    return tuple(getattr(measure, f.attname) for f in fields if not f.primary_key and not f.is_relation)


def _rewrite(kind: Kind, listings: list[Any]) -> None:
    # An upsert: bulk_update, whose CASE names every field of every row, takes five times as long.
    names = [field.name for field in kind.model._meta.concrete_fields if field.name not in ("id", "created")]
    kind.model.objects.bulk_create(
        listings, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=names
    )


def _replace_measures(kind: Kind, new: list[Brought], changed: list[Brought]) -> None:
    kind.measure.objects.filter(**{f"{kind.noun}__in": [one.listing.pk for one in changed]}).delete()
    for one in new + changed:
        for measure in one.measures:
            setattr(measure, kind.noun, one.listing)
    rows = [measure for one in new + changed for measure in one.measures]
    kind.measure.objects.bulk_create(rows, batch_size=BATCH)


def _replace_people(new: list[Brought], changed: list[Brought]) -> None:
    """Make the people who are not known yet, and tie each achievement to its own."""
    wanted = {
        (name, one.listing.organisation_id): one.listing.is_sample
        for one in new + changed
        for name in one.people
    }
    names = {name for name, _ in wanted}
    there = _known_people(names)
    missing = [
        Person(name=name, organisation_id=place, is_sample=sample)
        for (name, place), sample in wanted.items()
        if (name, place) not in there
    ]
    # Another import may make the same person at the same moment.
    Person.objects.bulk_create(missing, batch_size=BATCH, ignore_conflicts=True)
    there = _known_people(names)
    tie = Achievement.people.through
    tie.objects.filter(achievement__in=[one.listing.pk for one in changed]).delete()
    pairs = {
        (one.listing.pk, there[name, one.listing.organisation_id])
        for one in new + changed
        for name in one.people
    }
    tie.objects.bulk_create([tie(achievement_id=a, person_id=p) for a, p in sorted(pairs)], batch_size=BATCH)


def _known_people(names: set[str]) -> dict[tuple[str, int], int]:
    rows = Person.objects.filter(name__in=names).values_list("name", "organisation_id", "pk")
    return {(name, place): pk for name, place, pk in rows if place is not None}
