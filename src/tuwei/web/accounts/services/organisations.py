"""Register and verify organisations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
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
            "统一社会信用代码 {got} 已属于“{expected}”，请改选该单位。",
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


CHANGEABLE = ("name_en", "region", "industry", "intro", "address", "website")


@transaction.atomic
def organisation_change(*, actor: Any, organisation: Organisation, values: Mapping[str, str]) -> Organisation:
    """Change what an organisation says of itself; its name and credit code stay as they were checked.

    Raises
    ------
    InputError
        ``organisation.bad_field`` names the field.
    """
    queryset = Organisation.objects.select_for_update()
    changed = access.get(actor, "organisation.edit", queryset, pk=organisation.pk)
    before = {name: getattr(changed, name) for name in CHANGEABLE}
    for name in CHANGEABLE:
        setattr(changed, name, values.get(name, before[name]))
    _check(changed)
    after = {name: getattr(changed, name) for name in CHANGEABLE if getattr(changed, name) != before[name]}
    if after:
        changed.save(update_fields=list(after))
        told = {name: before[name] for name in after}
        events.record(actor=actor, verb="organisation.changed", obj=changed, before=told, after=after)
    return changed


def _check(organisation: Organisation) -> None:
    try:
        organisation.clean_fields(exclude=["name", "kind", "credit_code"])
    except ValidationError as fault:
        name, sentences = next(iter(fault.message_dict.items()))
        raise InputError(
            "organisation.bad_field",
            "“{field}”不符合要求：{got}",
            "“{field}” is not as it must be: {got}",
            field=name,
            got=" ".join(sentences),
        ) from None
