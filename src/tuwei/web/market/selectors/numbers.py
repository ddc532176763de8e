"""The number of a listing in a table: the one its own people gave it, else one that this site knows again.

A site's number bears a check, so a table of another site, or of the other kind of listing, never meets a row
here that happens to have the same number.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

CHECK = 8  # hexadecimal digits
_OURS = re.compile(r"tuwei:(\d{1,18}):([0-9a-f]{8})")


def source_of(actor: Any) -> str:
    """The first half of a row's natural key: whose numbering it is."""
    return f"import:{actor.organisation_id}" if actor.organisation_id else f"import:user:{actor.pk}"


def number_for(user: Any, noun: str, listing: Any) -> str:
    """The number under which an import by the same person finds this need or achievement again."""
    own = listing.source_id and listing.source == source_of(user)
    return (
        listing.source_id if own and not listing.source_id.startswith("h:") else site_number(noun, listing.pk)
    )


def site_number(noun: str, pk: int) -> str:
    """``tuwei:321:9f2c61ab``: row 321 of this site."""
    return f"tuwei:{pk}:{_check(noun, pk)}"


def is_site_number(text: str) -> bool:
    return text.strip().lower().startswith("tuwei:")


def row_of(noun: str, text: str) -> int | None:
    """The row that a site's number names; None where this site did not give it to such a listing."""
    found = _OURS.fullmatch(text.strip().lower())
    if found is None or not constant_time_compare(found[2], _check(noun, int(found[1]))):
        return None
    return int(found[1])


def _check(noun: str, pk: int) -> str:
    return salted_hmac("tuwei.listing", f"{noun}:{pk}", algorithm="sha256").hexdigest()[:CHECK]
