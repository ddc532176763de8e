"""A region pack into the database: codes, figures, organisations, listings. Twice is as good as once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from tuwei.packs.loader import Pack
from tuwei.web.accounts.models import Organisation, Person, User
from tuwei.web.base import access, events
from tuwei.web.base.kept import forget
from tuwei.web.base.models import Event
from tuwei.web.deals.models import Candidate, Case
from tuwei.web.policy.models import Assignment, YearFacts

from ..models import Achievement, Attachment, Figure, Need, Term
from ..models.need import OPEN
from . import bulk
from .indexing import touch
from .organisations import organisations_named

CHUNK = 500


@dataclass(frozen=True)
class Loaded:
    """How many rows of each kind were brought in."""

    terms: int
    figures: int
    organisations: int
    needs: int
    achievements: int


@transaction.atomic
def pack_load(*, actor: Any, pack: Pack, samples: bool = True) -> Loaded:
    """Bring a pack in, all or nothing; rows already there are brought up to date.

    ``actor`` is None on the command line. With ``samples=False`` rows flagged as samples stay out.
    """
    if actor is not None:
        access.require(actor, "pack.load")
    chosen = [row for row in pack.organisations if samples or not row["sample"]]
    loaded = Loaded(
        terms=_terms(pack),
        figures=_figures(pack),
        organisations=_organisations(pack, chosen),
        needs=_listings(pack, "need", [row for row in pack.needs if samples or not row["sample"]]),
        achievements=_listings(
            pack, "achievement", [row for row in pack.achievements if samples or not row["sample"]]
        ),
    )
    events.record(actor=actor, verb="pack.loaded", label=pack.name_zh, after=vars(loaded))
    transaction.on_commit(forget)
    return loaded


def _upsert(model: type[Model], rows: Iterable[Model], key: list[str], fields: list[str]) -> int:
    made = model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=key, update_fields=fields
    )
    return len(made)


def _terms(pack: Pack) -> int:
    places = [{"scheme": "region", **row} for row in pack.places]
    rows = [
        Term(
            scheme=row["scheme"], code=row["code"], name_zh=row["name_zh"], name_en=row["name_en"],
            parent=row.get("parent") or "", lat=_float(row.get("lat")), lon=_float(row.get("lon")), order=order,
            words=row.get("words") or [], pack=pack.id,
        )
        for order, row in enumerate([*places, *pack.terms])
    ]  # fmt: skip
    return _upsert(
        Term,
        rows,
        ["scheme", "code"],
        ["name_zh", "name_en", "parent", "lat", "lon", "order", "words", "pack"],
    )


def _float(text: Any) -> float | None:
    return None if text in (None, "") else float(text)


def _figures(pack: Pack) -> int:
    sources = {row["id"]: row for row in pack.sources}
    names = (
        "code",
        "name_zh",
        "name_en",
        "period",
        "comparator",
        "value",
        "unit",
        "as_of",
        "published",
        "note",
        "note_en",
    )
    rows = [
        Figure(
            pack=pack.id, order=order, source_zh=sources[row["source"]]["title_zh"],
            source_en=sources[row["source"]]["title_en"], **{name: row[name] or "" for name in names},
        )
        for order, row in enumerate(pack.figures)
    ]  # fmt: skip
    told = [name for name in names if name not in ("code", "period")]
    return _upsert(Figure, rows, ["pack", "code", "period"], [*told, "source_zh", "source_en", "order"])


def _organisations(pack: Pack, rows: list[dict[str, Any]]) -> int:
    """New ones are made; those that this pack brought are brought up to date, unless they have people by now."""
    if any(not row["organisation"] for row in pack.achievements):
        nobody = {**UNSTATED, "source": f"pack:{pack.id}"}  # stands for no one: nothing to verify
        Organisation.objects.update_or_create(name=UNSTATED["name"], defaults=nobody)
    source = f"pack:{pack.id}"
    known = {one.name: one for one in Organisation.objects.filter(name__in=[row["name"] for row in rows])}
    claimed = set(User.objects.filter(organisation__in=known.values()).values_list("organisation", flat=True))
    made, kept = [], []
    for row in rows:
        values = {
            "name_en": row["name_en"] or "", "kind": row["kind"], "region": row["region"] or "",
            "industry": row["industry"] or "", "intro": row["about_zh"] or "", "is_sample": row["sample"],
        }  # fmt: skip
        own = known.get(row["name"])
        if own is None:
            made.append(Organisation(name=row["name"], source=source, **values))
        elif own.source == source and own.pk not in claimed:
            kept.append(own)
            for name, value in values.items():
                setattr(own, name, value)
    Organisation.objects.bulk_create(made, batch_size=CHUNK)
    fields = ["name_en", "kind", "region", "industry", "intro", "is_sample"]
    Organisation.objects.bulk_update(kept, fields, batch_size=CHUNK)
    return len(rows)


UNSTATED = {
    "name": "来源未注明单位",
    "name_en": "Organisation not named by the source",
    "kind": "institution",
}


def _listings(pack: Pack, kind: str, rows: list[dict[str, Any]]) -> int:
    """New rows are made, known ones brought up to date; what people have changed or moved since stays theirs."""
    written = bulk.KINDS[kind]
    found = bulk.known(written).filter(source__startswith=f"pack:{pack.id}/")
    known = {listing.source_id: listing for listing in found}
    theirs = _changed_by_people(kind, [listing.pk for listing in known.values()])
    places = organisations_named({row["organisation"] or UNSTATED["name"] for row in rows})
    brought, now = [], timezone.now()
    for age, row in enumerate(rows):
        source = f"pack:{pack.id}/{row['source']}"
        listing = known.get(row["id"]) or written.model(source=source, source_id=row["id"])
        if listing.pk in theirs:
            continue
        values = {**row, "organisation": row["organisation"] or UNSTATED["name"]}
        one = bulk.bring(written, listing, values, actor=None, organisations=places)
        listing.is_sample, listing.source = row["sample"], source
        if listing.pk is None:
            listing.state = row.get("state") or "published"
            listing.published_at = now - timedelta(minutes=age) if listing.state in OPEN else None
        brought.append(one)
    bulk.store(written, brought)
    return len(rows)


def _changed_by_people(kind: str, ids: list[int]) -> set[int]:
    told = Event.objects.filter(object_type=kind, verb=f"{kind}.changed", object_id__in=ids)
    return {pk for pk in told.values_list("object_id", flat=True) if pk is not None}


@transaction.atomic
def pack_purge_samples(*, actor: Any) -> dict[str, int]:
    """Remove every sample row and what hangs on it; returns how many of each.

    A case of a real need stays; only sample achievements leave its candidates.
    """
    if actor is not None:
        access.require(actor, "pack.purge")
    ids = {
        "need": list(Need.objects.filter(is_sample=True).values_list("pk", flat=True)),
        "achievement": list(Achievement.objects.filter(is_sample=True).values_list("pk", flat=True)),
    }
    counts = {kind: len(found) for kind, found in ids.items()}
    counts["case"] = _gone(Case.objects.filter(need__is_sample=True))
    counts["candidate"] = _gone(Candidate.objects.filter(achievement__is_sample=True))
    counts["facts"] = _gone(YearFacts.objects.filter(is_sample=True))
    counts["assignment"] = _gone(Assignment.objects.filter(is_sample=True))
    _delete_files()
    Need.objects.filter(merged_into__is_sample=True).update(merged_into=None)
    Need.objects.filter(is_sample=True).delete()
    Achievement.objects.filter(is_sample=True).delete()
    Person.objects.filter(is_sample=True, user=None, achievements=None).delete()
    spare = Organisation.objects.filter(
        is_sample=True,
        users=None,
        needs=None,
        achievements=None,
        people=None,
        year_facts=None,
        assignments=None,
    )
    counts["organisation"] = _gone(Organisation.objects.filter(pk__in=_unmentioned(spare)))
    for kind, found in ids.items():
        touch(kind, found)
    events.record(actor=actor, verb="pack.purged", label="样例", after=counts)
    transaction.on_commit(forget)
    return counts


def _gone(queryset: Any) -> int:
    """Delete rows; how many of them there were (what hung on them not counted)."""
    return int(queryset.delete()[1].get(queryset.model._meta.label, 0))


def _delete_files() -> None:
    """The files of sample rows leave the disk once it is certain that their rows are gone."""
    samples = Q(need__is_sample=True) | Q(achievement__is_sample=True)
    for attachment in Attachment.objects.filter(samples):
        file = attachment.file
        transaction.on_commit(lambda file=file: file.storage.delete(file.name))  # type: ignore[misc]


def _unmentioned(organisations: Any) -> list[int]:
    """Those no event speaks of: events are never deleted, so neither is what they name."""
    named = set(Event.objects.exclude(organisation=None).values_list("organisation", flat=True))
    return [pk for pk in organisations.values_list("pk", flat=True) if pk not in named]
