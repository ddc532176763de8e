"""Tags of the registry's pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuwei.core.errors import TuweiError
from tuwei.packs.loader import source_titles
from tuwei.web.market.models import Figure, Need
from tuwei.web.market.models.base import Comparator
from tuwei.web.market.selectors.facets import Option
from tuwei.web.market.selectors.lists import Asked

register = template.Library()


def _english() -> bool:
    return (get_language() or "zh").startswith("en")


@register.simple_tag
def facet_url(asked: Asked, name: str, option: Option) -> str:
    """The address that asks for an option; of the chosen one, the address without it."""
    changes: dict[str, Any] = {name: None if option.chosen else option.value}
    return asked.url(**changes)


@register.simple_tag
def figure_name(figure: Figure) -> str:
    return figure.name_en if _english() else figure.name_zh


@register.simple_tag
def figure_source(figure: Figure) -> str:
    return figure.source_en if _english() else figure.source_zh


@register.simple_tag
def figure_value(figure: Figure) -> str:
    """The number as it was published, with its comparator (none where it is exact) and unit."""
    value = Decimal(figure.value).normalize()
    if _english():
        return f"{_SIGNS[figure.comparator]}{english_amount(value, figure.unit)}"
    places = max(0, -int(value.as_tuple().exponent))
    sign = "" if figure.comparator == "eq" else f"{Comparator(figure.comparator).label} "
    return f"{sign}{number_format(value, places, force_grouping=True)} {figure.unit}".strip()


_SIGNS = {
    "eq": "",
    "gt": "over ",
    "lt": "under ",
    "ge": "at least ",
    "le": "at most ",
    "approx": "about ",
    "range": "",
}
_COUNTED = frozenset("位个家项名人户场条件次所座份篇只头台套")
_SCALES = {"万": Decimal(10**4), "亿": Decimal(10**8)}
_WORDS = ((Decimal(10**9), "billion"), (Decimal(10**6), "million"))


def english_amount(value: Decimal, unit: str) -> str:
    """A number with a Chinese unit as English writes it, exactly: 7.45 亿元 is CNY 745 million, 288 个 is 288.

    A unit that is not known stays as it was written.
    """
    scale, rest = _SCALES.get(unit[:1]), unit[1:]
    if scale is None:
        scale, rest = Decimal(1), unit
    if rest not in _COUNTED and rest not in ("", "元", "%"):
        return f"{_grouped(value)} {unit}"
    whole = value * scale
    words, name = next(((size, f" {name}") for size, name in _WORDS if abs(whole) >= size), (Decimal(1), ""))
    shown = f"{_grouped(whole / words)}{name}"
    return f"CNY {shown}" if rest == "元" else f"{shown}%" if rest == "%" else shown


def _grouped(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.simple_tag
def next_grade_words(need: Need, reader: Any) -> str:
    """What a reader of the abstract problem (L1) can do to see the figures (L2): true for this need and this reader."""
    checked = reader.is_authenticated and reader.identity_checked_at is not None
    if need.grade >= 2 and not reader.is_authenticated:
        return _("您看到的是抽象后的问题（L1）；指标与条件在登录并由科技局核验身份后可见。")
    if need.grade >= 2 and not checked:
        return _("您看到的是抽象后的问题（L1）；指标与条件在科技局核验您的身份后即可见。")
    if checked:
        return _("您的身份已核验，但需求方只公开到 L1：指标与条件须由需求方授权，请向需求方申请。")
    return _("您看到的是抽象后的问题（L1）；这项需求的指标与条件须由需求方授权，只核验身份还不够。")


@register.simple_tag
def figure_note(figure: Figure) -> str:
    return (figure.note_en if _english() else figure.note) or "—"


@register.filter
def source_words(source: str) -> str:
    """Where a listing came from, in words: a region pack, an import; anything else as it was written."""
    kind, _colon, rest = source.partition(":")
    pack, _slash, piece = rest.partition("/")
    if kind == "pack":
        named = source_titles(pack).get(piece)
        return named[1 if _english() else 0] if named else _("地区数据包 %(name)s") % {"name": rest}
    return _("导入的表格") if kind == "import" else source


@register.simple_tag
def fault_sentence(fault: TuweiError) -> str:
    """What is wrong, in the reader's language."""
    return fault.sentence(get_language() or "zh")
