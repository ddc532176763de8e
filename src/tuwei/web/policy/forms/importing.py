"""The upload of a table of yearly facts."""

from __future__ import annotations

from tuwei.web.market.forms.importing import ImportForm as ListingForm


class ImportForm(ListingForm):
    """As for listings, of one kind only."""

    kind = None  # type: ignore[assignment]  # so Django takes a field away
