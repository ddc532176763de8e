"""Register and verify organisations."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from tuwei.core.errors import InputError
from tuwei.core.text import normalise
from tuwei.web.base import access, events

from ..models import Organisation
from ..selectors import organisation_named


def organisation_from(
    *, actor: Any, name: str, kind: str, credit_code: str = "", verified: bool = False
) -> Organisation:
    """Return the organisation of that name, registered now if there is none yet."""
    access.require(actor, "organisation.create")
    found = organisation_named(normalise(name))
    if found is not None:
        return found
    if credit_code and (other := Organisation.objects.filter(credit_code=credit_code).first()):
        raise InputError(
            "organisation.same_code",
            "统一社会信用代码 {got} 已属于“{expected}”,请改选该单位。",
            "The credit code {got} belongs to “{expected}”; choose that organisation.",
            field="credit_code",
            got=credit_code,
            expected=other.name,
        )
    with transaction.atomic():
        made = Organisation.objects.create(
            name=normalise(name), kind=kind, credit_code=credit_code, verified=verified
        )
        events.record(actor=actor, verb="organisation.created", obj=made, after={"verified": verified})
    return made


def organisation_verify(*, actor: Any, organisation: Organisation) -> None:
    """Note that the organisation exists and is what it says."""
    access.require(actor, "organisation.verify", organisation)
    with transaction.atomic():
        if Organisation.objects.filter(pk=organisation.pk, verified=False).update(verified=True):
            events.record(actor=actor, verb="organisation.verified", obj=organisation)
