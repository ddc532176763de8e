"""Files of needs or achievements into the registry: bad rows beside, nothing lost, nothing doubled.

A file is kept, read in chunks by the worker, and each chunk is one transaction: rows, rejected rows and how far
the job is commit together, so a killed worker goes on at the next row. Rows are found again by the number their
owner gave them, by the number this site exported them under, or, without one, by their title and text: the same
file read twice changes nothing, and neither does an export read back.
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
from django.db.models import Q, Value
from django.utils import timezone

from tuwei.core.errors import InputError, TuweiError
from tuwei.core.tables import Row, Table, read
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access, events, jobs
from tuwei.web.base.models import Job

from ..models import ImportReject
from ..selectors.disclosure import annotate_grade
from ..selectors.numbers import is_site_number, row_of, source_of
from ..selectors.records_achievement import achievement_record
from ..selectors.records_need import DISCLOSED, need_record
from ..selectors.tables import with_terms
from ..specs.achievement import ACHIEVEMENT
from ..specs.achievement import READ_ONLY as ACHIEVEMENT_READ_ONLY
from ..specs.need import NEED
from ..specs.need import READ_ONLY as NEED_READ_ONLY
from . import bulk, clarity, needs
from .organisations import organisations_named

CHUNK = 200  # rows a transaction: short enough for SQLite's one writer, long enough to be quick


@dataclass(frozen=True)
class Importer:
    """How one kind of listing is read."""

    noun: str
    declared: Table
    identity: tuple[str, ...]  # what tells two rows apart where neither has a number
    publishable: Callable[[Any], bool]
    standing: Callable[[Any], None]  # may a listing that stands become this? raises TuweiError
    before: tuple[str, ...]  # the states that lead to publication
    record: Callable[[Any], dict[str, Any]]  # a listing that stands, as a table holds it

    @property
    def table(self) -> Table:
        """What is declared, with the codes of the region pack as choices."""
        return with_terms(self.declared)

    @property
    def kind(self) -> bulk.Kind:
        return bulk.KINDS[self.noun]


KINDS: dict[str, Importer] = {
    "need": Importer(
        "need", NEED, ("organisation", "title", "problem"),
        lambda need: need.consent_publish and need.completeness >= clarity.threshold() and not _is_past(need.deadline),
        needs.check_standing, ("draft", "clarifying", "verified"), need_record,
    ),
    "achievement": Importer(
        "achievement", ACHIEVEMENT, ("organisation", "title", "text"),
        lambda achievement: True, lambda achievement: None, ("draft", "submitted"), achievement_record,
    ),
}  # fmt: skip
WHOLE = 3  # the grade at which all of a listing is seen
# Cells that say in words what another column holds for programs.
WRITTEN = {"indicators_text": "indicators", "claims_text": "claims", "ip_text": "ip"}
READ_ONLY = {*NEED_READ_ONLY, *ACHIEVEMENT_READ_ONLY}
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
    kept = keep(file, name, importer.table)
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


def keep(file: BinaryIO, name: str, table: Table) -> Path:
    """Keep an uploaded file for the worker; one that is no such table is refused while its owner still looks."""
    folder().mkdir(parents=True, exist_ok=True)
    ending = Path(name).suffix.lower()
    kept = folder() / f"{uuid.uuid4().hex}{ending if ending in ('.xlsx', '.csv', '.jsonl') else '.dat'}"
    with kept.open("xb") as target:
        shutil.copyfileobj(file, target)
    try:
        read(kept, table, file_name=name).close()
    except TuweiError:
        kept.unlink()
        raise
    return kept


def chunk_save(*, job: Job, actor: Any, rows: Sequence[Row]) -> None:
    """Take one chunk: good rows in, bad ones noted, progress remembered — all or nothing."""
    importer = KINDS[job.params["kind"]]
    with transaction.atomic():
        taken, rejected = _sorted_out(importer, job, actor, rows)
        created, updated, unchanged = bulk.store(importer.kind, taken)
        ImportReject.objects.bulk_create(
            [ImportReject(job=job, row=row.number, errors=errors) for row, errors in rejected]
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


@dataclass(frozen=True)
class Found:
    """The listing of a number: whether this person may change it, and up to which grade they see it."""

    listing: Any
    allowed: bool
    grade: int


Known = dict[str, Found]
Rejected = list[tuple[Row, list[dict[str, Any]]]]


def _sorted_out(
    importer: Importer, job: Job, actor: Any, rows: Sequence[Row]
) -> tuple[list[bulk.Brought], Rejected]:
    """Each listing once, as the last of its rows in the chunk would have it; and the rows not taken."""
    keys = {row.number: _key(importer, _values(row)) for row in rows}
    known = _known(importer, actor, set(keys.values()))
    named = {values["organisation"] for values in map(_values, rows) if values.get("organisation")}
    places = organisations_named(named)
    taken: dict[Any, bulk.Brought] = {}
    rejected: Rejected = []
    for row in rows:
        try:
            key = keys[row.number]
            listing = _listing(importer, actor, key, known)
            slot = listing.pk or key  # a row of two numbers, its owner's and ours, is one row
            earlier = taken.get(slot)
            # A copy: what a bad row has half filled must not be stored with a good one of the same number.
            start = copy(earlier.listing if earlier else listing)
            values = _whole(importer, known.get(key), _values(row))
            brought = _filled(importer, job, actor, start, replace(row, partial=values), places)
            taken[slot] = replace(brought, before=earlier.before) if earlier else brought
        except TuweiError as error:
            rejected.append((row, _reasons(error, row, job.params["name"])))
    return list(taken.values()), rejected


def _values(row: Row) -> dict[str, Any]:
    return row.partial if row.values is None else row.values


def _known(importer: Importer, actor: Any, keys: Iterable[str]) -> Known:
    """Listings already there under these keys, and whether this person may change them."""
    rows = {row: key for key in keys if is_site_number(key) and (row := row_of(importer.noun, key))}
    wanted = bulk.known(importer.kind).filter(
        Q(source=source_of(actor), source_id__in=[key for key in keys if not is_site_number(key)])
        | Q(pk__in=list(rows))
    )
    listings = list(wanted.select_for_update(of=("self",)))
    model = importer.kind.model
    mine = model.objects.filter(pk__in=[listing.pk for listing in listings])
    allowed = set(access.scope(actor, f"{importer.noun}.edit", mine).values_list("pk", flat=True))
    seen = annotate_grade(actor, mine) if importer.noun == "need" else mine.annotate(shown_grade=Value(WHOLE))
    grades = dict(seen.values_list("pk", "shown_grade"))
    found = [Found(one, one.pk in allowed, grades[one.pk]) for one in listings]
    own = {one.listing.source_id: one for one in found if one.listing.source == source_of(actor)}
    return own | {rows[one.listing.pk]: one for one in found if one.listing.pk in rows}


def _key(importer: Importer, values: dict[str, Any]) -> str:
    if values.get("id"):
        return str(values["id"])
    text = "\x1f".join(str(values.get(name) or "") for name in importer.identity)
    return "h:" + hashlib.sha256(text.encode()).hexdigest()[:32]


def _listing(importer: Importer, actor: Any, key: str, known: Known) -> Any:
    """The listing of this number, or a new one; a number of this site never makes a copy."""
    found = known.get(key)
    if is_site_number(key) if found is None else not found.allowed:
        raise _not_yours(key)
    if found is not None:
        return found.listing
    listing = importer.kind.model(owner=actor, source=source_of(actor), source_id=key)
    listing.state = _first_state(importer, actor)
    return listing


def _not_yours(key: str) -> InputError:
    if is_site_number(key):  # whether there is such a row is not for everyone to know
        return InputError(
            "import.not_yours",
            "本站没有编号为“{got}”且由您维护的记录；要另外新增一条，请清空编号。",
            "This site has no record “{got}” that you may change; clear the number to add a new one.",
            got=key,
        )
    return InputError(
        "import.not_yours",
        "编号“{got}”的记录已由他人维护。",
        "Record “{got}” is kept by someone else.",
        got=key,
    )


def _whole(importer: Importer, found: Found | None, values: dict[str, Any]) -> dict[str, Any]:
    """What the row says, over what stands: a column it lacks stays, and an empty cell for what nobody showed them."""
    if found is None:
        return values
    stood = importer.record(found.listing)
    hidden = {name for name in stood if importer.noun == "need" and DISCLOSED[name] > found.grade}
    given = {
        name: value for name, value in values.items() if value not in (None, "", []) or name not in hidden
    }
    for text, structured in WRITTEN.items():
        if text in given and not given.get(structured):
            stood.pop(structured, None)
    return {**{name: value for name, value in stood.items() if name not in READ_ONLY}, **given}


def _filled(
    importer: Importer, job: Job, actor: Any, listing: Any, row: Row, places: dict[str, Organisation]
) -> bulk.Brought:
    opened = getattr(listing, "consent_publish", True), getattr(listing, "grade", WHOLE)
    brought = bulk.bring(
        importer.kind, listing, row.partial, actor=actor, organisations=places, faults=row.errors
    )
    if brought.before is not None and brought.content() != brought.before:
        importer.standing(listing)
        if importer.noun == "need":
            needs.check_opened(actor, listing, *opened)
    if job.params.get("publish") and listing.state in importer.before and importer.publishable(listing):
        listing.state, listing.published_at = "published", timezone.now()
        listing.state_since = listing.published_at
    return brought


def _first_state(importer: Importer, actor: Any) -> str:
    """What people enter for others is at once in clarification; what they enter for themselves is theirs to send."""
    if not access.may_enter_for_others(actor):
        return "draft"
    return "clarifying" if importer.noun == "need" else "submitted"


def _reasons(error: TuweiError, row: Row, file: str) -> list[dict[str, Any]]:
    """Every fault of a row in one form: the file, the row, what is wrong."""
    told = error.where.get("errors") or [*(one.as_dict() for one in row.errors), error.as_dict()]
    return [one if "row" in one else placed(one, row.number, file) for one in told]


def placed(told: dict[str, Any], row: int, file: str) -> dict[str, Any]:
    """A fault of the content, told with its file and row as those of the cells are."""
    zh = told["zh"] if told["zh"].startswith("“") else f"：{told['zh']}"
    return {
        **told,
        "file": file,
        "row": row,
        "zh": f"{file} 第 {row} 行{zh}",
        "en": f"{file}, row {row}: {told['en']}",
    }


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


def rejects_of(job: Job) -> tuple[Path, str] | None:
    """The file of the rows an import did not take, and the name it is handed out under; None where there is none."""
    name = job.result.get("rejects")
    path = folder() / Path(name).name if name else None
    if path is None or not path.is_file():
        return None
    return path, f"{Path(job.params['name']).stem}.rejects{path.suffix}"
