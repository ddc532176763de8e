"""A region pack into the database: codes, figures, organisations, listings. Twice is as good as once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from tuwei.packs.loader import Pack
from tuwei.web.accounts.models import Organisation, Person
from tuwei.web.base import access, events
from tuwei.web.deals.models import Case

from ..models import Achievement, Figure, Need, Term
from ..models.need import OPEN
from . import achievements, needs
from .indexing import touch


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
    transaction.on_commit(lambda: cache.delete("terms"))
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
            pack=pack.id,
        )
        for order, row in enumerate([*places, *pack.terms])
    ]  # fmt: skip
    return _upsert(
        Term, rows, ["scheme", "code"], ["name_zh", "name_en", "parent", "lat", "lon", "order", "pack"]
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
    if any(not row["organisation"] for row in pack.achievements):
        Organisation.objects.get_or_create(name=UNSTATED["name"], defaults=UNSTATED)
    made = [
        Organisation(
            name=row["name"], name_en=row["name_en"] or "", kind=row["kind"], region=row["region"] or "",
            industry=row["industry"] or "", intro=row["about_zh"] or "", is_sample=row["sample"],
            source=f"pack:{pack.id}",
        )
        for row in rows
    ]  # fmt: skip
    return _upsert(
        Organisation,
        made,
        ["name"],
        ["name_en", "kind", "region", "industry", "intro", "is_sample", "source"],
    )


UNSTATED = {
    "name": "来源未注明单位",
    "name_en": "Organisation not named by the source",
    "kind": "institution",
}


def _listings(pack: Pack, kind: str, rows: list[dict[str, Any]]) -> int:
    model, fill, children = (
        (Need, needs.fill, needs.indicators_of)
        if kind == "need"
        else (Achievement, achievements.fill, achievements.claims_of)
    )
    source, now = f"pack:{pack.id}", timezone.now()
    known = {listing.source_id: listing for listing in model._default_manager.filter(source=source)}
    filled = []
    for age, row in enumerate(rows):
        listing = known.get(row["id"]) or model(source=source, source_id=row["id"])
        fill(listing, {**row, "organisation": row["organisation"] or UNSTATED["name"]}, actor=None)
        listing.is_sample = row["sample"]
        if listing.pk is None:  # what people have moved on since stays where it is
            listing.state = row.get("state") or "published"
            listing.published_at = now - timedelta(minutes=age) if listing.state in OPEN else None
        filled.append((listing, row))
    _save(model, filled, children)
    touch(kind, [listing.pk for listing, _ in filled])
    return len(filled)


def _save(model: type[Any], filled: list[tuple[Any, dict[str, Any]]], children: Any) -> None:
    names = [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name != "created"
    ]
    model.objects.bulk_create([listing for listing, _ in filled if listing.pk is None])
    model.objects.bulk_update([listing for listing, _ in filled], names, batch_size=200)
    child, parent = (model.indicators, "need") if model is Need else (model.claims, "achievement")
    related = child.rel.related_model
    related.objects.filter(**{f"{parent}__in": [listing for listing, _ in filled]}).delete()
    made = []
    for listing, row in filled:
        for item in children(row):
            setattr(item, parent, listing)
            made.append(item)
    related.objects.bulk_create(made, batch_size=500)


@transaction.atomic
def pack_purge_samples(*, actor: Any) -> dict[str, int]:
    """Remove every sample row and what hangs on it (cases, candidates, views); returns how many of each."""
    if actor is not None:
        access.require(actor, "pack.purge")
    hanging = Q(need__is_sample=True) | Q(candidates__achievement__is_sample=True)
    ids = {
        "need": list(Need.objects.filter(is_sample=True).values_list("pk", flat=True)),
        "achievement": list(Achievement.objects.filter(is_sample=True).values_list("pk", flat=True)),
    }
    Case.objects.filter(pk__in=Case.objects.filter(hanging).values("pk")).delete()
    counts = {kind: len(found) for kind, found in ids.items()}
    Need.objects.filter(merged_into__is_sample=True).update(merged_into=None)
    Need.objects.filter(is_sample=True).delete()
    Achievement.objects.filter(is_sample=True).delete()
    Person.objects.filter(is_sample=True, user=None).delete()
    spare = Organisation.objects.filter(
        is_sample=True, users=None, needs=None, achievements=None, people=None
    )
    counts["organisation"] = spare.filter(pk__in=_unmentioned(spare)).delete()[0]
    for kind, found in ids.items():
        touch(kind, found)
    events.record(actor=actor, verb="pack.purged", label="样例", after=counts)
    return counts


def _unmentioned(organisations: Any) -> list[int]:
    """Those no event speaks of: events are never deleted, so neither is what they name."""
    from tuwei.web.base.models import Event

    named = set(Event.objects.exclude(organisation=None).values_list("organisation", flat=True))
    return [pk for pk in organisations.values_list("pk", flat=True) if pk not in named]
