"""Whose listing it is."""

from __future__ import annotations

from typing import Any

from tuwei.core.errors import InputError
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access


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
