"""Whose listing it is."""

from __future__ import annotations

from typing import Any

from tuwei.core.errors import AccessError, InputError
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access

from ..models import Achievement, Need


def organisation_place(listing: Need | Achievement, name: str | None, *, actor: Any) -> None:
    """Put a listing under its organisation; one that stands already is moved by whoever entered it alone.

    Anyone else who may edit it (a commissioner, an officer) could otherwise move it to an organisation of their
    own, and so come to what the owner's own people see.
    """
    if listing.pk and (not name or name == listing.organisation.name):
        return
    found = organisation_for(actor, name)
    if listing.pk and actor is not None and listing.owner_id != actor.pk:
        raise AccessError(
            "record.organisation_fixed",
            "“{field}”只能由录入人更改，现为“{got}”。",
            "Only whoever entered this may change “{field}”, got “{got}”.",
            field="需求单位",
            got=found.name,
        )
    listing.organisation = found


def organisation_for(actor: Any, name: str | None) -> Organisation:
    """The organisation of a record: the person's own unless their role enters listings for others."""
    own: Organisation | None = getattr(actor, "organisation", None)
    if not name or (own and own.name == name):
        if own is None:
            raise _no_organisation(name)
        return own
    found = Organisation.objects.filter(name=name).first()
    if found is None or (actor is not None and not access.may_enter_for_others(actor)):
        raise _no_organisation(name)
    return found


def _no_organisation(name: str | None) -> InputError:
    return InputError(
        "record.organisation",
        "“{field}”应为您所在的单位（或您可代为录入的已登记单位）,现为“{got}”。",
        "“{field}” must be your own organisation, or a registered one you may enter for, got “{got}”.",
        field="需求单位",
        got=name or "",
    )
