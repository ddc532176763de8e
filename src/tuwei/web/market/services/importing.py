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
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tuwei.core.errors import InputError, TuweiError
from tuwei.core.tables import Row, Table, read
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access, events, jobs
from tuwei.web.base.models import Job

from ..models import ImportReject
from ..specs.achievement import ACHIEVEMENT
from ..specs.need import NEED
from . import bulk, clarity, needs
from .organisations import organisations_named

CHUNK = 200  # rows a transaction: short enough for SQLite's one writer, long enough to be quick


@dataclass(frozen=True)
class Importer:
    """How one kind of listing is read."""

    noun: str
    table: Table
    identity: tuple[str, ...]  # what tells two rows apart where neither has a number
    publishable: Callable[[Any], bool]
    standing: Callable[[Any], None]  # may a listing that stands become this? raises TuweiError
    before: tuple[str, ...]  # the states that lead to publication

    @property
    def kind(self) -> bulk.Kind:
        return bulk.KINDS[self.noun]


KINDS: dict[str, Importer] = {
    "need": Importer(
        "need", NEED, ("organisation", "title", "problem"),
        lambda need: need.consent_publish and need.completeness >= clarity.threshold() and not _is_past(need.deadline),
        needs.check_standing, ("draft", "clarifying", "verified"),
    ),
    "achievement": Importer(
        "achievement", ACHIEVEMENT, ("organisation", "title", "text"),
        lambda achievement: True, lambda achievement: None, ("draft", "submitted"),
    ),
}  # fmt: skip
COUNTS = {"created": 0, "updated": 0, "unchanged": 0, "rejected": 0}


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
        created, updated, unchanged = bulk.store(importer.kind, taken)
        ImportReject.objects.bulk_create(
            [
                ImportReject(job=job, row=row.number, errors=[error.as_dict() for error in errors])
                for row, errors in rejected
            ]
        )
        counts = counts_of(job)
        added = {
            "created": created, "updated": updated, "unchanged": unchanged, "rejected": len(rejected),
        }  # fmt: skip
        jobs.save_progress(
            job, done=job.done + len(rows), row=rows[-1].number,
            counts={name: counts[name] + added[name] for name in counts},
        )  # fmt: skip


def counts_of(job: Job) -> dict[str, int]:
    """Rows so far: made, changed, found as they were, and not taken."""
    return {**COUNTS, **job.memory.get("counts", {})}


Taken = list[bulk.Brought]
Rejected = list[tuple[Row, list[InputError]]]


def _sorted_out(importer: Importer, actor: Any, rows: Iterable[Row], publish: bool) -> tuple[Taken, Rejected]:
    """Each listing once, as the last of its rows in the chunk would have it; and the rows not taken."""
    checked = [(row, row.values) for row in rows if row.values is not None]
    keys = {row.number: _key(importer, values) for row, values in checked}
    known = _known(importer, actor, keys.values())
    places = organisations_named(
        {values["organisation"] for _, values in checked if values.get("organisation")}
    )
    taken: dict[str, bulk.Brought] = {}
    rejected: Rejected = []
    for row in rows:
        try:
            if row.values is None:
                raise row.errors[0]
            key = keys[row.number]
            listing = taken[key].listing if key in taken else _listing(importer, actor, key, known)
            # A copy: what a bad row has half filled must not be stored with a good one of the same number.
            brought = _filled(importer, actor, copy(listing), row.values, places, publish)
            taken[key] = replace(brought, before=taken[key].before) if key in taken else brought
        except TuweiError as error:
            rejected.append((row, row.errors or [_placed(error, row.number)]))
    return list(taken.values()), rejected


def _known(importer: Importer, actor: Any, keys: Iterable[str]) -> dict[str, tuple[Any, bool]]:
    """Listings already there under these keys, and whether this person may change them."""
    found = bulk.known(importer.kind).filter(source=source_of(actor), source_id__in=list(keys))
    listings = list(found.select_for_update(of=("self",)))
    model = importer.kind.model
    editable = access.scope(
        actor, f"{importer.noun}.edit", model.objects.filter(pk__in=[listing.pk for listing in listings])
    )
    allowed = set(editable.values_list("pk", flat=True))
    return {listing.source_id: (listing, listing.pk in allowed) for listing in listings}


def _key(importer: Importer, values: dict[str, Any]) -> str:
    if values.get("id"):
        return str(values["id"])
    text = "\x1f".join(str(values.get(name) or "") for name in importer.identity)
    return "h:" + hashlib.sha256(text.encode()).hexdigest()[:32]


def _listing(importer: Importer, actor: Any, key: str, known: dict[str, tuple[Any, bool]]) -> Any:
    """The listing of this number, or a new one."""
    listing, allowed = known.get(key, (None, True))
    if not allowed:
        raise InputError(
            "import.not_yours",
            "编号“{got}”的记录已由他人维护。",
            "Record “{got}” belongs to someone else.",
            got=key,
        )
    if listing is None:
        listing = importer.kind.model(owner=actor, source=source_of(actor), source_id=key)
        listing.state = _first_state(importer, actor)
    return listing


def _filled(
    importer: Importer,
    actor: Any,
    listing: Any,
    values: dict[str, Any],
    places: dict[str, Organisation],
    publish: bool,
) -> bulk.Brought:
    brought = bulk.bring(importer.kind, listing, values, actor=actor, organisations=places)
    if listing.pk is not None:
        importer.standing(listing)
    if publish and listing.state in importer.before and importer.publishable(listing):
        listing.state, listing.published_at = "published", timezone.now()
        listing.state_since = listing.published_at
    return brought


def _first_state(importer: Importer, actor: Any) -> str:
    """What people enter for others is at once in clarification; what they enter for themselves is theirs to send."""
    if not access.may_enter_for_others(actor):
        return "draft"
    return "clarifying" if importer.noun == "need" else "submitted"


def _placed(error: TuweiError, row: int) -> InputError:
    """An error of the content, told with its row."""
    zh, en = (error.sentence(language).replace("{", "{{").replace("}", "}}") for language in ("zh", "en"))
    return InputError(error.code, f"第 {{row}} 行：{zh}", f"Row {{row}}: {en}", **{**error.where, "row": row})


def import_tell(*, job: Job, actor: Any) -> None:
    """Write the one event of an import, once."""
    if job.memory.get("told"):
        return
    with transaction.atomic():
        events.record(
            actor=actor, verb=f"{job.params['kind']}.imported", label=job.params["name"],
            after=counts_of(job),
        )  # fmt: skip
        jobs.save_progress(job, done=job.done, told=True)
