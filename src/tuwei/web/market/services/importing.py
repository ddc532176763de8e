"""Files of needs or achievements into the registry: bad rows beside, nothing lost, nothing doubled.

A file is kept, read in chunks by the worker, and each chunk is one transaction: rows, rejected rows and how far
the job is commit together, so a killed worker goes on at the next row. Rows are found again by the number their
owner gave them (or, without one, by their title and text): the same file read twice changes nothing.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tuwei.core.errors import InputError, TuweiError
from tuwei.core.tables import Row, Table, read
from tuwei.web.base import access, events, jobs
from tuwei.web.base.models import Job

from ..models import Achievement, ImportReject, Need
from ..specs.achievement import ACHIEVEMENT
from ..specs.need import NEED
from . import achievements, clarity, needs
from .indexing import touch

CHUNK = 200  # rows a transaction: short enough for SQLite's one writer, long enough to be quick


@dataclass(frozen=True)
class Importer:
    """How one kind of listing is read."""

    noun: str
    table: Table
    model: type[Any]
    fill: Callable[..., None]  # values into a listing, raising TuweiError
    children: Callable[..., list[Any]]  # checked values → indicators or claims
    relation: str  # their name on the listing
    parent: str  # the listing's name on them
    identity: tuple[str, ...]  # what tells two rows apart where neither has a number
    publishable: Callable[[Any], bool]
    standing: Callable[[Any], None]  # may a listing that stands become this? raises TuweiError
    before: tuple[str, ...]  # the states that lead to publication


KINDS: dict[str, Importer] = {
    "need": Importer(
        "need", NEED, Need, needs.fill, needs.indicators_of, "indicators", "need",
        ("organisation", "title", "problem"),
        lambda need: need.consent_publish and need.completeness >= clarity.threshold() and not _is_past(need.deadline),
        needs.check_standing, ("draft", "clarifying", "verified"),
    ),
    "achievement": Importer(
        "achievement", ACHIEVEMENT, Achievement, achievements.fill, achievements.claims_of, "claims", "achievement",
        ("organisation", "title", "text"), lambda achievement: True, lambda achievement: None, ("draft", "submitted"),
    ),
}  # fmt: skip


def _is_past(deadline: date | None) -> bool:
    return deadline is not None and deadline < timezone.localdate()


def folder() -> Path:
    return Path(settings.DATA) / "imports"


def import_start(*, actor: Any, kind: str, file: BinaryIO, name: str, publish: bool = False) -> Job:
    """Keep an uploaded file and queue its reading. ``publish`` (officers) opens what is clear at once."""
    importer = kind_of(kind)
    access.require(actor, f"{kind}.import")
    if publish:
        access.require(actor, f"{kind}.publish")
    kept = _keep(file, name)
    # Opened once now: a file that is no table at all is refused while its owner is still looking.
    try:
        read(kept, importer.table, file_name=name).close()
    except TuweiError:
        kept.unlink()
        raise
    return jobs.enqueue("import", actor=actor, kind=kind, path=kept.name, name=name[:200], publish=publish)


def kind_of(kind: str) -> Importer:
    if kind not in KINDS:
        raise InputError(
            "import.kind",
            "应为 need 或 achievement，现为“{got}”。",
            "Must be need or achievement, got “{got}”.",
            got=kind[:20],
        )
    return KINDS[kind]


def _keep(file: BinaryIO, name: str) -> Path:
    folder().mkdir(parents=True, exist_ok=True)
    ending = Path(name).suffix.lower()
    kept = folder() / f"{uuid.uuid4().hex}{ending if ending in ('.xlsx', '.csv', '.jsonl') else '.dat'}"
    with kept.open("xb") as target:
        shutil.copyfileobj(file, target)
    return kept


def source_of(actor: Any) -> str:
    """The first half of a row's natural key: whose numbering it is."""
    return f"import:{actor.organisation_id}" if actor.organisation_id else f"import:user:{actor.pk}"


def chunk_save(*, job: Job, actor: Any, rows: Sequence[Row]) -> None:
    """Take one chunk: good rows in, bad ones noted, progress remembered — all or nothing."""
    importer = KINDS[job.params["kind"]]
    with transaction.atomic():
        taken, rejected = _sorted_out(importer, actor, rows, bool(job.params.get("publish")))
        created, updated = _store(importer, taken)
        ImportReject.objects.bulk_create(
            [
                ImportReject(job=job, row=row.number, errors=[error.as_dict() for error in errors])
                for row, errors in rejected
            ]
        )
        counts = job.memory.get("counts", {"created": 0, "updated": 0, "rejected": 0})
        added = {"created": created, "updated": updated, "rejected": len(rejected)}
        jobs.save_progress(
            job, done=job.done + len(rows), row=rows[-1].number,
            counts={name: counts[name] + added[name] for name in counts},
        )  # fmt: skip


Taken = list[tuple[Any, list[Any]]]
Rejected = list[tuple[Row, list[InputError]]]


def _sorted_out(importer: Importer, actor: Any, rows: Iterable[Row], publish: bool) -> tuple[Taken, Rejected]:
    keys = {row.number: _key(importer, row.values) for row in rows if row.values is not None}
    known = _known(importer, actor, keys.values())
    taken: Taken = []
    rejected: Rejected = []
    for row in rows:
        try:
            if row.values is None:
                raise row.errors[0]
            listing, children = _listing(importer, actor, row.values, keys[row.number], known, publish)
            known[listing.source_id] = (listing, True)
            taken.append((listing, children))
        except TuweiError as error:
            rejected.append((row, row.errors or [_placed(error, row.number)]))
    return taken, rejected


def _known(importer: Importer, actor: Any, keys: Iterable[str]) -> dict[str, tuple[Any, bool]]:
    """Listings already there under these keys, and whether this person may change them."""
    found = importer.model.objects.filter(source=source_of(actor), source_id__in=list(keys))
    listings = list(found.select_for_update())
    editable = access.scope(
        actor, f"{importer.noun}.edit", importer.model.objects.filter(pk__in=[x.pk for x in listings])
    )
    allowed = set(editable.values_list("pk", flat=True))
    return {listing.source_id: (listing, listing.pk in allowed) for listing in listings}


def _key(importer: Importer, values: dict[str, Any]) -> str:
    if values.get("id"):
        return str(values["id"])
    text = "\x1f".join(str(values.get(name) or "") for name in importer.identity)
    return "h:" + hashlib.sha256(text.encode()).hexdigest()[:32]


def _listing(
    importer: Importer,
    actor: Any,
    values: dict[str, Any],
    key: str,
    known: dict[str, tuple[Any, bool]],
    publish: bool,
) -> tuple[Any, list[Any]]:
    listing, allowed = known.get(key, (None, True))
    if not allowed:
        raise InputError(
            "import.not_yours",
            "编号“{got}”的记录已由他人维护。",
            "Record “{got}” belongs to someone else.",
            got=key,
        )
    if listing is None:
        listing = importer.model(owner=actor, source=source_of(actor), source_id=key)
        listing.state = _first_state(importer, actor)
    importer.fill(listing, values, actor=actor)
    if listing.pk is not None:
        importer.standing(listing)
    if publish and listing.state in importer.before and importer.publishable(listing):
        listing.state, listing.published_at = "published", timezone.now()
    return listing, importer.children(values)


def _first_state(importer: Importer, actor: Any) -> str:
    """What people enter for others is at once in clarification; what they enter for themselves is theirs to send."""
    if not access.may_enter_for_others(actor):
        return "draft"
    return "clarifying" if importer.noun == "need" else "submitted"


def _placed(error: TuweiError, row: int) -> InputError:
    """An error of the content, told with its row."""
    zh, en = (error.sentence(language).replace("{", "{{").replace("}", "}}") for language in ("zh", "en"))
    return InputError(error.code, f"第 {{row}} 行：{zh}", f"Row {{row}}: {en}", **{**error.where, "row": row})


def _store(importer: Importer, taken: Taken) -> tuple[int, int]:
    unique = {listing.source_id: (listing, children) for listing, children in taken}.values()
    new = [listing for listing, _ in unique if listing.pk is None]
    old = [listing for listing, _ in unique if listing.pk is not None]
    importer.model.objects.bulk_create(new)
    names = [field.name for field in importer.model._meta.concrete_fields if not field.primary_key]
    # Not bulk_update, whose CASE for every field of every row takes five times as long.
    importer.model.objects.bulk_create(
        old,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=[name for name in names if name not in ("created", "source", "source_id")],
    )
    child = importer.model._meta.get_field(importer.relation).related_model
    child.objects.filter(**{f"{importer.parent}__in": old}).delete()
    rows = [row for listing, children in unique for row in _adopted(listing, children, importer.parent)]
    child.objects.bulk_create(rows)
    touch(importer.noun, [listing.pk for listing, _ in unique])
    return len(new), len(old)


def _adopted(listing: Any, children: list[Any], parent: str) -> list[Any]:
    for child in children:
        setattr(child, parent, listing)
    return children


def import_tell(*, job: Job, actor: Any) -> None:
    """Write the one event of an import, once."""
    if job.memory.get("told"):
        return
    counts = job.memory.get("counts", {"created": 0, "updated": 0, "rejected": 0})
    with transaction.atomic():
        events.record(
            actor=actor, verb=f"{job.params['kind']}.imported", label=job.params["name"], after=counts,
        )  # fmt: skip
        jobs.save_progress(job, done=job.done, told=True)
