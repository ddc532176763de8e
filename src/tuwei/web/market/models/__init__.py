"""The registry: needs, achievements, and what hangs on them."""

from .achievement import Achievement, Claim
from .disclosure import AccessRequest, Grant, NeedView
from .files import Attachment
from .imports import ImportReject
from .index import Touched
from .need import Indicator, Need, NeedAnswer, NeedState
from .places import Figure, Term
from .saved import SavedHit, SavedSearch

__all__ = [
    "AccessRequest", "Achievement", "Attachment", "Claim", "Figure", "Grant", "ImportReject", "Indicator", "Need", "NeedAnswer", "NeedState",
    "NeedView", "SavedHit", "SavedSearch", "Term", "Touched",
]  # fmt: skip
