"""A table of yearly facts into the registry: bad rows beside, nothing lost, nothing doubled, resumable.

The machinery is the registry's own (`tuwei.web.market.services.importing`): the file is kept, the worker reads it
in chunks, each chunk commits with how far it came. One row is one enterprise and one year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Q

from tuwei.core.errors import InputError, TuweiError
from tuwei.core.tables import Row
from tuwei.web.accounts.models import Organisation, name_key
from tuwei.web.base import access, events, jobs
from tuwei.web.base.models import Job
from tuwei.web.market.models import ImportReject
from tuwei.web.market.services import importing

from ..models import YearFacts
from ..selectors import engine
from .facts import facts_save

KIND = "policy.import"
CHUNK = 100  # rows a transaction; each changed row is an event


def import_start(*, actor: Any, file: BinaryIO, name: str) -> Job:
    """Keep an uploaded file and queue its reading."""
    access.require(actor, "facts.import")
    kept = importing.keep(file, name, engine.table())
    return jobs.enqueue(KIND, actor=actor, path=kept.name, name=name[:200])


def chunk_save(*, job: Job, actor: Any, rows: Sequence[Row]) -> None:
    """Take one chunk: good rows in, bad ones noted, progress remembered — all or nothing."""
    counts, rejected = importing.counts_of(job), []
    with transaction.atomic():
        places = _places(actor, rows)
        for row in rows:
            try:
                outcome = _taken(actor, row, places)
            except TuweiError as error:
                rejected.append(ImportReject(job=job, row=row.number, errors=_reasons(error, row, job)))
                outcome = "rejected"
            counts[outcome] += 1
        ImportReject.objects.bulk_create(rejected)
        jobs.save_progress(job, done=job.done + len(rows), row=rows[-1].number, counts=counts)


def _taken(actor: Any, row: Row, places: Mapping[str, Organisation]) -> str:
    """Keep one row; a savepoint, so that a row that fails leaves nothing."""
    if row.values is None:
        raise row.errors[0]
    who, year, values = engine.split(row.values)
    with transaction.atomic():
        saved = facts_save(
            actor=actor, organisation=_place(actor, who, places), year=year, values=values,
            source=YearFacts.Source.IMPORT, merge=True, quiet=True,
        )  # fmt: skip
    return saved.outcome


def _places(actor: Any, rows: Sequence[Row]) -> dict[str, Organisation]:
    """The enterprises of these rows that this person may enter facts for, by credit code and by name."""
    told = [engine.split(row.values)[0] for row in rows if row.values is not None]
    codes = {one.credit_code for one in told if one.credit_code}
    keys = {name_key(one.name) for one in told if one.name}
    named = Organisation.objects.filter(Q(credit_code__in=codes) | Q(name_key__in=keys))
    found: dict[str, Organisation] = {}
    for one in access.scope(actor, "ladder.enter", named):
        found[one.name_key] = one
        if one.credit_code:
            found[one.credit_code] = one
    return found


def _place(actor: Any, who: engine.Who, places: Mapping[str, Organisation]) -> Organisation:
    """The enterprise a row is about; without a name or code, one's own."""
    own: Organisation | None = getattr(actor, "organisation", None)
    if not who.name and not who.credit_code and own is not None:
        return own
    by_code = places.get(who.credit_code) if who.credit_code else None
    by_name = places.get(name_key(who.name)) if who.name else None
    found = by_code or by_name
    if found is None or (by_code and by_name and by_code != by_name):
        raise InputError(
            "facts.no_enterprise",
            "“{got}”不是您可以填报的已登记企业，或名称与信用代码不一致。",
            "“{got}” is no registered enterprise you may enter facts for, or name and credit code differ.",
            field="enterprise", got=who.name or who.credit_code,
        )  # fmt: skip
    return found


def _reasons(error: TuweiError, row: Row, job: Job) -> list[dict[str, Any]]:
    """Every fault of a row in one form: the file, the row, what is wrong."""
    if row.errors:
        return [one.as_dict() for one in row.errors]
    told = error.where.get("errors") or [error.as_dict()]
    return [importing.placed(one, row.number, job.params["name"]) for one in told]


def import_tell(*, job: Job, actor: Any) -> None:
    """Write the one event of an import, once."""
    if job.memory.get("told"):
        return
    with transaction.atomic():
        events.record(
            actor=actor, verb="facts.imported", label=job.params["name"], after=importing.counts_of(job)
        )
        jobs.save_progress(job, done=job.done, told=True)
