"""What a programme is worth: a fixed sum, a share, a sum for each, marginal bands or a value of a rule, to a cap."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from tuwei.rules import _expression as x
from tuwei.rules import _parameters as rows
from tuwei.rules._facts import Fact
from tuwei.rules._rule import Terms
from tuwei.rules._values import show
from tuwei.rules._yaml import Entry

FORMS = {"fixed": ("fixed",), "share": ("share", "of", "up_to"), "each": ("each", "of", "up_to"),
         "bands": ("bands", "of", "up_to"), "rule": ("rule", "value", "up_to")}  # fmt: skip
FindFact = Callable[[Entry, str, str], Fact]


class Amount(NamedTuple):
    """The sum in 分, unrounded; the most it can be in 分 (None: no cap); in words what it is reckoned from."""

    node: x.Quantity
    most: Fraction | None
    zh: str
    en: str


def read_amount(owner: Entry, citation: rows.Citation, find: FindFact) -> Amount:
    """Return what ``amount`` of a programme says.

    Parameters
    ----------
    find
        Returns the fact under a key, of the kind asked for.

    Raises
    ------
    InputError
        ``rules.…`` with file, line, key and what is expected.

    Examples
    --------
    In an overlay::

        amount: {share: 20%, of: project_investment, up_to: 500万元}
    """
    entry = owner["amount"]
    forms = [form for form in FORMS if isinstance(entry, Entry) and form in entry]
    if len(forms) != 1:
        owner.fail("bad_value", "应写 {expected} 中的一种。", "write one of {expected}.", "amount",
                   expected=" | ".join(FORMS), got=str(entry)[:60])  # fmt: skip
    form = forms[0]
    entry.allow(FORMS[form], [key for key in FORMS[form] if key != "up_to"])
    made: Amount = {"fixed": _fixed, "share": _share, "each": _each, "bands": _bands, "rule": _of_rule}[form](
        entry, citation, find
    )
    return _capped(entry, citation, made) if "up_to" in entry else made


def _fixed(entry: Entry, citation: rows.Citation, find: FindFact) -> Amount:
    value = _money(entry, "fixed")
    return Amount(x.Number(value, citation), value, "定额", "fixed sum")


def _share(entry: Entry, citation: rows.Citation, find: FindFact) -> Amount:
    share, of = rows._value(entry, "share", entry["share"], "ratio"), find(entry, "of", "money")
    text = show(share, "ratio")
    return Amount(
        x.Figure(of.name) * x.Number(share, citation), None, f"{of.zh}的 {text}", f"{text} of {of.en}"
    )


def _each(entry: Entry, citation: rows.Citation, find: FindFact) -> Amount:
    each, of = _money(entry, "each"), find(entry, "of", "count")
    zh, en = show(each, "yuan"), show(each, "yuan", "en")
    node = x.Figure(of.name) * x.Number(each, citation)
    return Amount(node, None, f"{of.zh} × {zh}", f"{of.en} × {en}")


def _bands(entry: Entry, citation: rows.Citation, find: FindFact) -> Amount:
    of, bands = find(entry, "of", "money"), rows._bands(entry, "ratio", "yuan")
    tops = [band.edges[0] if len(band.edges) == 1 else ("", Fraction(0)) for band in bands[:-1]]
    edges = [edge for _, edge in tops]
    if any(sign != "le" for sign, _ in tops) or sorted(set(edges)) != edges:
        entry.fail(
            "bad_value",
            "各档应写递增的 up_to，只有最后一档不写。",
            "every band needs an up_to, rising; only the last has none.",
            "bands",
        )
    banded = replace(citation, unit="ratio", of="yuan", bands=bands)
    terms = Terms("programme", datetime.date.min, lambda part, id: banded, {})
    node = terms.marginal("amount", x.Figure(of.name))
    zh, en = ("，".join(_step(band, "zh") for band in bands), ", ".join(_step(band, "en") for band in bands))
    return Amount(node, None, f"{of.zh}分段累加({zh})", f"marginal bands of {of.en} ({en})")


def _of_rule(entry: Entry, citation: rows.Citation, find: FindFact) -> Amount:
    of = find(entry, "value", "money")
    return Amount(x.Figure(of.name), None, of.zh, of.en)


def _step(band: rows.Band, language: str) -> str:
    over = "above" if language == "en" else "以上"
    edge = f"≤ {show(band.edges[0][1], 'yuan', language)}" if band.edges else over
    return f"{edge} {show(band.gives[0], 'ratio')}"


def _capped(entry: Entry, citation: rows.Citation, amount: Amount) -> Amount:
    most = _money(entry, "up_to")
    node = x.smallest(amount.node, x.Number(most, citation))
    zh, en = show(most, "yuan"), show(most, "yuan", "en")
    return Amount(node, most, f"{amount.zh}，不超过 {zh}", f"{amount.en}, at most {en}")


def _money(entry: Entry, key: str) -> Fraction:
    amount = rows._value(entry, key, entry[key], "yuan")
    if amount <= 0:
        entry.fail(
            "bad_value",
            "应大于零，现为“{got}”。",
            "must be above zero, got “{got}”.",
            key,
            got=str(entry[key]),
        )
    return amount
