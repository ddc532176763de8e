"""What a change of the rules would do to a population: who moves, and what it costs."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import numpy as np

from tuwei.core.errors import InputError, MissingError
from tuwei.core.money import yuan_text
from tuwei.rules._assess import legal_date
from tuwei.rules._bulk import Bulk, bulk, fen, known_columns
from tuwei.rules._columns import read_columns
from tuwei.rules._parameters import FOREVER, Citation, Document, Layer
from tuwei.rules._programme import Programme
from tuwei.rules._programme_facts import RULE
from tuwei.rules._programmes import programme_amounts, programmes
from tuwei.rules._statutes import Statutes, load
from tuwei.rules._values import UNITS, parse_value

ASSUMED = Document("假设 what-if", "假设", "assumption")


@dataclass
class Cost:
    """What one programme, or the rule's own relief, pays before and after.

    Parameters
    ----------
    before, after
        Sums in 分 over the rows entitled, where the amount is known.
    unknown
        Rows entitled after the change whose amount cannot be told.
    """

    id: str
    zh: str
    en: str
    before: int
    after: int
    unknown: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON: 分, and 元 beside."""
        sums = {"before": self.before, "after": self.after, "change": self.after - self.before}
        shown = {
            key: value
            for name, fen in sums.items()
            for key, value in ((f"{name}_fen", fen), (f"{name}_yuan", yuan_text(fen)))
        }
        return {"id": self.id, "zh": self.zh, "en": self.en, **shown, "unknown": self.unknown}


@dataclass
class WhatIf:
    """The population before and after the change."""

    before: Bulk
    after: Bulk
    costs: list[Cost]

    @cached_property
    def moved(self) -> Any:
        """The rows whose verdict changes, as indices."""
        return np.flatnonzero(self.before.verdict != self.after.verdict)

    @property
    def moves(self) -> dict[tuple[str, str], int]:
        """(verdict before, verdict after) → rows, for those that change."""
        return dict(
            Counter((str(self.before.verdict[row]), str(self.after.verdict[row])) for row in self.moved)
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the documented JSON."""
        counts = [{str(name): int(number) for name, number in zip(*np.unique(found.verdict.astype(str), return_counts=True), strict=True)}
                  for found in (self.before, self.after)]  # fmt: skip
        change = sum(cost.after - cost.before for cost in self.costs)
        return {
            "rule": self.before.info.id,
            "on": self.before.on.isoformat(),
            "rows": self.before.rows,
            "rejected": len(self.before.faults),
            "before": counts[0],
            "after": counts[1],
            "moves": [
                {"from": old, "to": new, "rows": number} for (old, new), number in sorted(self.moves.items())
            ],
            "costs": [cost.as_dict() for cost in self.costs],
            "change_fen": change,
            "change_yuan": yuan_text(change),
        }


def assumed(settings: Mapping[str, str], on: datetime.date | str, statutes: Statutes | None = None) -> Layer:
    """Return an overlay that sets parameters, e.g. ``{"high_tech.pass_mark": "65"}``, for all days.

    Raises
    ------
    MissingError
        ``rules.no_parameter``: no such parameter, or none in force on the day; with the nearest.
    InputError
        ``rules.bad_value``: not a value of its unit, or the parameter is a table (lay an overlay file over it).

    Examples
    --------
    >>> assumed({"high_tech.pass_mark": "65"}, "2024-03-01").parameters["high_tech.pass_mark"][0].value
    Fraction(65, 1)
    """
    statutes, day = statutes or load(), legal_date(on)
    layer = Layer("what-if", "--set")
    for id, text in settings.items():
        rule, _, name = id.partition(".")
        statutes.info(rule)
        _refuse_unknown(id, rule, statutes)
        layer.parameters[id] = [_assumed(statutes.parameter("parameters", rule, name, day), text)]
    return layer


def _refuse_unknown(id: str, rule: str, statutes: Statutes) -> None:
    known = {one for layer in statutes.layers for one in layer.parameters if one.startswith(f"{rule}.")}
    if id in known:
        return
    near = get_close_matches(id, sorted(known), 1, 0.6)
    raise MissingError(
        "rules.no_parameter",
        "没有参数“{got}”，"
        + ("是否为“{expected}”？" if near else "可用的参数见 tuwei rules show {expected}。"),
        "There is no parameter “{got}”; "
        + ("do you mean “{expected}”?" if near else "tuwei rules show {expected} lists them."),
        got=id[:60],
        expected=near[0] if near else rule,
    )


def _assumed(row: Citation, text: str) -> Citation:
    try:
        if row.value is None:
            raise ValueError("--overlay FILE.yaml")
        value = parse_value(text, row.unit)
    except ValueError as error:
        raise InputError(
            "rules.bad_value",
            "“{field}”的值“{got}”不适用，应写如 {expected}(单位：{unit})。",
            "“{got}” does not fit “{field}”; write as in {expected} (unit: {unit}).",
            field=row.id,
            got=text[:40],
            expected=str(error),
            unit=UNITS[row.unit][0] or row.unit,
        ) from None
    return replace(row, value=value, document=ASSUMED, article="", status="to_verify", layer="what-if",
                   valid_from=datetime.date.min, valid_to=FOREVER)  # fmt: skip


def whatif(
    rule: str,
    columns: Mapping[str, Any],
    on: datetime.date | str,
    overlay: Layer | Mapping[str, str],
    statutes: Statutes | None = None,
) -> WhatIf:
    """Judge a population by a rule as it is and as it would be.

    Parameters
    ----------
    rule, columns, on, statutes
        As for `bulk`. Columns that programmes of the region ask for are used for the cost.
    overlay
        Parameters to set (`assumed`), or an overlay that was read.

    Examples
    --------
    >>> facts = {"registered_in_mainland": [True], "employees": [600], "sales": [1000], "total_assets": [1000],
    ...          "products_allowed": [True], "clean_record": [True], "high_tech_certificate": [True]}
    >>> whatif("tech_sme", facts, "2024-03-01", {"tech_sme.max_employees": "700"}).moves
    {('no', 'yes'): 1}
    """
    statutes = statutes or load()
    layer = overlay if isinstance(overlay, Layer) else assumed(overlay, on, statutes)
    asked = set(columns) & known_columns()
    facts = {
        name: columns[name] for name in columns if name in asked or name not in statutes.programme_facts()
    }
    found = bulk(rule, facts, on, statutes), bulk(rule, facts, on, statutes.over(layer))
    return WhatIf(*found, list(_costs(rule, columns, statutes, *found)))


def _costs(
    rule: str, columns: Mapping[str, Any], statutes: Statutes, before: Bulk, after: Bulk
) -> Iterator[Cost]:
    if worth := statutes.worth(rule):
        sums = [_paid(found, worth) for found in (before, after)]
        yield Cost(rule, before.info.zh, before.info.en, sums[0][0], sums[1][0], sums[1][1])
    for windows in programmes(statutes).values():
        for one in windows:
            if rule in one.rules and one.amount and one.citation.holds_on(before.on):
                yield _cost(one, rule, columns, statutes, before, after)


def _paid(found: Bulk, worth: str) -> tuple[int, int]:
    values = [
        value
        for value, verdict in zip(found.values.get(worth, []), found.verdict, strict=False)
        if verdict == "yes"
    ]
    return sum(fen(value) or 0 for value in values), sum(value is None for value in values)


def _cost(
    one: Programme, rule: str, columns: Mapping[str, Any], statutes: Statutes, before: Bulk, after: Bulk
) -> Cost:
    """Judge the programme with the verdicts of the rule before and after; other rules stay as they are."""
    own = {fact.name: columns[fact.name] for fact in one.own_facts if fact.name in columns}
    blank = {"id": np.zeros(before.rows, np.int64)}
    slots = read_columns(one.own_facts, {**own, **blank}).slots
    slots["on"] = (np.full(before.rows, before.on.toordinal(), np.int64), True)
    known = known_columns()
    for other in one.rules:
        if other != rule:
            facts = {name: column for name, column in columns.items() if name in known}
            slots[RULE + other] = _words(bulk(other, facts, before.on, statutes))
    sums = [_sum(one, {**slots, RULE + rule: _words(found)}, before.rows) for found in (before, after)]
    return Cost(one.id, one.citation.zh, one.citation.en, sums[0][0], sums[1][0], sums[1][1])


def _words(found: Bulk) -> Any:
    return np.where(found.verdict == "unknown", "", found.verdict).astype(str)


def _sum(one: Programme, slots: Mapping[str, Any], rows: int) -> tuple[int, int]:
    verdicts, amounts = programme_amounts(one, slots, rows)
    entitled = verdicts == 2
    known = entitled & (amounts >= 0)
    return int(amounts[known].astype(object).sum()) if known.any() else 0, int((entitled & ~known).sum())
