"""Whose listing it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tuwei.core.errors import AccessError, InputError
from tuwei.web.accounts.models import Organisation, name_key
from tuwei.web.base import access

from ..models import Achievement, Need


def organisations_named(names: Iterable[str]) -> dict[str, Organisation]:
    """Those of many names at once, by the name as it was given."""
    keys = {name: name_key(name) for name in names}
    found = {one.name_key: one for one in Organisation.objects.filter(name_key__in=set(keys.values()))}
    return {name: found[key] for name, key in keys.items() if key in found}


def organisation_place(
    listing: Need | Achievement,
    name: str | None,
    *,
    actor: Any,
    known: Mapping[str, Organisation] | None = None,
) -> None:
    """Put a listing under its organisation; one that stands already is moved by whoever entered it alone.

    Anyone else who may edit it (a commissioner, an officer) could otherwise move it to an organisation of their
    own, and so come to what the owner's own people see. ``known``: organisations looked up before, by name.
    """
    if listing.pk and (not name or name_key(name) == listing.organisation.name_key):
        return
    found = organisation_for(actor, name, known)
    if listing.pk and actor is not None and listing.owner_id != actor.pk:
        raise AccessError(
            "record.organisation_fixed",
            "“{field}”只能由录入人更改，现为“{got}”。",
            "Only whoever entered this may change “{field}”, got “{got}”.",
            field="需求单位",
            got=found.name,
        )
    listing.organisation = found


def organisation_for(
    actor: Any, name: str | None, known: Mapping[str, Organisation] | None = None
) -> Organisation:
    """The organisation of a record: the person's own unless their role enters listings for others."""
    own: Organisation | None = getattr(actor, "organisation", None)
    if not name or (own and own.name_key == name_key(name)):
        if own is None:
            raise _no_organisation(name)
        return own
    found = (known or {}).get(name) or Organisation.objects.named(name).first()
    if found is None or (actor is not None and not access.may_enter_for_others(actor)):
        raise _no_organisation(name)
    return found


def _no_organisation(name: str | None) -> InputError:
    return InputError(
        "record.organisation",
        "“{field}”应为您所在的单位（或您可代为录入的已登记单位），现为“{got}”。",
        "“{field}” must be your own organisation, or a registered one you may enter for, got “{got}”.",
        field="需求单位",
        got=name or "",
    )
