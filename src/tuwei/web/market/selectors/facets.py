"""What the public lists can be narrowed to: each facet, its condition, its options with their counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, IsNull, LessThan
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tuwei.core.errors import InputError
from tuwei.web.accounts.models import Organisation

from ..models import Achievement, Need, NeedState
from ..models.need import OPEN
from .region import depth, within
from .terms import terms

CODE = re.compile(r"[A-Za-z0-9_]{1,40}")
# Yuan; the lower end is in the band, the upper is not.
BANDS: dict[str, tuple[int, int | None]] = {
    "0": (0, 100_000),
    "10": (100_000, 500_000),
    "50": (500_000, 1_000_000),
    "100": (1_000_000, 5_000_000),
    "500": (5_000_000, None),
}
LABELS = {
    "field": gettext_lazy("技术领域"),
    "industry": gettext_lazy("产业"),
    "region": gettext_lazy("地区"),
    "state": gettext_lazy("状态"),
    "trl": gettext_lazy("技术就绪度不低于"),
    "grade": gettext_lazy("公开程度"),
    "budget": gettext_lazy("预算上限"),
    "price": gettext_lazy("期望价格"),
    "form": gettext_lazy("成果形式"),
    "kind": gettext_lazy("单位类型"),
    "sample": gettext_lazy("数据"),
    "organisation": gettext_lazy("单位"),
}
SHOWN = {
    "need": ("industry", "field", "region", "state", "grade", "budget", "kind", "sample"),
    "achievement": ("industry", "field", "region", "trl", "form", "price", "kind", "sample"),
}
HIDDEN = ("organisation",)  # asked for by links, not offered
FIGURES = ("budget", "kind", "organisation")  # of a need, these are told from L2 on
COLUMNS: dict[str, dict[str, Any]] = {
    "need": {"field": "field", "industry": "industry", "region": "region", "state": "state", "grade": "grade",
             "sample": "is_sample"},
    "achievement": {"field": "field", "industry": "industry", "region": "region", "trl": "trl", "form": "form",
                    "kind": "organisation__kind", "sample": "is_sample", "price": Coalesce("price_min", "price_max")},
}  # fmt: skip


@dataclass(frozen=True)
class Option:
    """One value of a facet: its name, how many hits have it (None: not counted), the query that asks for it."""

    value: str
    label: str
    count: int | None
    chosen: bool
    level: int = 0


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    options: list[Option] = field(default_factory=list)

    @property
    def chosen(self) -> Option | None:
        return next((option for option in self.options if option.chosen), None)


def read_facets(kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The facets asked for.

    Raises
    ------
    InputError
        ``list.bad_facet`` names the facet and what it takes.
    """
    asked = {name: str(values[name]).strip() for name in (*SHOWN[kind], *HIDDEN) if values.get(name)}
    for name, value in asked.items():
        allowed = _allowed(name)
        if not CODE.fullmatch(value) or (allowed is not None and value not in allowed):
            raise InputError(
                "list.bad_facet",
                "筛选“{field}”应为 {expected}，现为“{got}”。",
                "The filter “{field}” takes {expected}, got “{got}”.",
                field=name,
                expected=", ".join(allowed) if allowed else "a code",
                got=value[:40],
            )
    return asked


def _allowed(name: str) -> list[str] | None:
    """The values of a closed facet; None for codes that a pack defines."""
    closed: dict[str, Iterable[Any]] = {
        "state": OPEN, "trl": range(1, 10), "grade": Need.Grade.values, "budget": BANDS,
        "price": [*BANDS, "none"], "form": Achievement.Form.values, "kind": Organisation.Kind.values,
        "sample": ("0", "1"),
    }  # fmt: skip
    if name == "organisation":
        return None
    return [str(value) for value in closed[name]] if name in closed else None


def condition(name: str, value: str) -> Q:
    """The rows that a facet's value stands for."""
    if name == "region":
        inside = within(value)
        return Q(region__in=inside) if len(inside) > 1 else Q(region=value)
    if name == "budget":
        return _band(Coalesce(F("budget_max"), F("budget_min")), value)
    if name == "price":
        return _band(Coalesce(F("price_min"), F("price_max")), value)
    if name == "organisation":
        return Q(organisation_id=int(value)) if value.isdigit() and len(value) < 18 else Q(pk__in=[])
    if name == "kind":
        return _of_kind(value)
    lookups = {"trl": "trl__gte", "sample": "is_sample"}
    casts: dict[str, Callable[[str], Any]] = {"trl": int, "grade": int, "sample": lambda text: text == "1"}
    return Q(**{lookups.get(name, name): casts.get(name, str)(value)})


FEW = 200  # organisations that are named one by one


def _of_kind(kind: str) -> Q:
    """Of organisations of a kind. Few of them are named, so that the database knows how rare their rows are."""
    ids = list(Organisation.objects.filter(kind=kind).values_list("pk", flat=True)[: FEW + 1])
    return Q(organisation__in=ids) if len(ids) <= FEW else Q(organisation__kind=kind)


def _band(amount: Any, value: str) -> Q:
    """Amounts are kept in fen."""
    if value == "none":
        return Q(IsNull(amount, True))
    low, high = BANDS[value]
    found = Q(GreaterThanOrEqual(amount, low * 100))
    return found if high is None else found & Q(LessThan(amount, high * 100))


def options(kind: str, name: str, chosen: str, counts: Counter[Any] | None) -> list[Option]:
    """The options of a facet: those with hits, and the chosen one; all of them where nothing was counted."""
    made = []
    for value, label in _values(kind, name):
        count = None if counts is None else _count(name, value, counts)
        if count or counts is None or value == chosen:
            level = depth(value) if name == "region" else 0
            made.append(Option(value, label, count, value == chosen, level))
    return made


def _count(name: str, value: str, counts: Counter[Any]) -> int:
    if name == "region":
        return sum(counts[code] for code in within(value))
    if name == "trl":
        return sum(number for level, number in counts.items() if level and level >= int(value))
    if name == "grade":
        return counts[int(value)]
    if name == "price":
        return sum(number for fen, number in counts.items() if _in_band(fen, value))
    return counts[value == "1"] if name == "sample" else counts[value]


def _in_band(fen: int | None, value: str) -> bool:
    if fen is None or value == "none":
        return fen is None and value == "none"
    low, high = BANDS[value]
    return low * 100 <= fen and (high is None or fen < high * 100)


def _values(kind: str, name: str) -> list[tuple[str, str]]:
    """Every value of a facet with its name in the reader's language."""
    if name in ("field", "industry", "region"):
        return [(code, term_name(name, code)) for scheme, code in terms() if scheme == name]
    named: dict[str, Any] = {
        "state": [(value, label) for value, label in NeedState.choices if value in OPEN],
        "grade": Need.Grade.choices, "form": Achievement.Form.choices, "kind": Organisation.Kind.choices,
        "trl": [(level, f"TRL {level}") for level in range(1, 10)],
        "sample": [("0", _("真实")), ("1", _("样例"))],
        "budget": _bands(), "price": [*_bands(), ("none", _("未说明"))],
    }  # fmt: skip
    return [(str(value), str(label)) for value, label in named[name]]


def _bands() -> list[tuple[str, str]]:
    return [
        ("0", _("10 万元以下")), ("10", _("10–50 万元")), ("50", _("50–100 万元")), ("100", _("100–500 万元")),
        ("500", _("500 万元以上")),
    ]  # fmt: skip


def term_name(scheme: str, code: str) -> str:
    """The name of a code in the reader's language."""
    names = terms().get((scheme, code), (code, code))
    return names[1 if (get_language() or "zh").startswith("en") else 0]


def label_of(kind: str, name: str, value: str) -> str:
    """The name of one value of a facet; of an organisation, its own."""
    if name == "organisation":
        found = (
            Organisation.objects.filter(pk=int(value)).values_list("name", flat=True)
            if value.isdigit()
            else []
        )
        return next(iter(found), value)
    return dict(_values(kind, name)).get(value, value)
