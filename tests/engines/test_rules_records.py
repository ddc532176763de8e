"""Facts that are lists of records, amounts that hold if the open turns out well, and what is said to be missing."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest

from tuwei.rules import _expression as x
from tuwei.rules._assess import Assessment
from tuwei.rules._evaluate import NO, UNKNOWN, YES, Columns, Evaluator, Scalars
from tuwei.rules._facts import Fact
from tuwei.rules._parameters import Citation, Document
from tuwei.rules._read import read_facts
from tuwei.rules._rule import Condition, Decision
from tuwei.rules._statutes import RuleInfo
from tuwei.rules._tree import Labels

ITEMS = Fact(
    "items", "明细", "Items", "records", alone="amount",
    fields={"amount": "money", "excess": "money?", "good": "flag", "bad": "flag?", "mode": "choice a b c", "what": "text"},
    totals={"all": ("amount", ""), "excess": ("excess", ""), "fit": ("amount", "good !bad"), "ab": ("amount", "mode=a|b")},
)  # fmt: skip


def slots(value: Any) -> dict[str, Any]:
    """Return the totals of a list, in 分."""
    flat, faults = read_facts([ITEMS], {"items": value})
    assert not faults, [fault.sentence("en") for fault in faults]
    return {name.removeprefix("items."): total for name, total in flat.items()}


@pytest.mark.parametrize(
    ("value", "totals"),
    [
        (None, {"all": None, "excess": None, "fit": None, "ab": None}),
        ([], {"all": 0, "excess": 0, "fit": 0, "ab": 0}),
        ("5.01", {"all": 501, "excess": 0, "fit": 501, "ab": 501}),
        ([{"amount": 1}, {"amount": 2, "bad": True}, {"amount": 4, "good": False}],
         {"all": 700, "excess": 0, "fit": 100, "ab": 700}),
        ([{"amount": 1, "mode": "c"}, {"amount": 2, "mode": "b", "excess": 1}],
         {"all": 300, "excess": 100, "fit": 300, "ab": 200}),
        ([{"amount": None, "mode": "c"}, {"amount": 2}], {"all": None, "excess": 0, "fit": None, "ab": 200}),
    ],
)  # fmt: skip
def test_totals_of_records(value: Any, totals: dict[str, Any]) -> None:
    """Missing: an amount is unknown, an excess nothing, a flag true, a flag? false, a choice the first."""
    assert slots(value) == totals


@pytest.mark.parametrize(
    "value", [[{"amount": 1, "mode": "d"}], [{"amonut": 1}], "many", True, [3], {"amount": 1}]
)
def test_bad_records_are_named(value: Any) -> None:
    """One fault, naming the fact."""
    _, faults = read_facts([ITEMS], {"items": value})
    assert [fault.where["field"] for fault in faults] == ["items"]


def test_possible_and_surely() -> None:
    """Possible is yes unless no; surely is no unless yes; the same for columns."""
    flag = x.Flag("f")
    possible, surely = x.Possible(flag), x.surely(flag)
    expected = {NO: (NO, NO), UNKNOWN: (YES, NO), YES: (YES, YES)}
    for verdict, pair in expected.items():
        found = Evaluator(Scalars({"f": verdict}))
        assert (found(possible), found(surely)) == pair
    columns = Evaluator(Columns({"f": np.array(list(expected), np.int8)}, 3))
    both = zip(columns(possible).tolist(), columns(surely).tolist(), strict=True)
    assert list(both) == list(expected.values())


def test_missing_names_only_what_leaves_something_open() -> None:
    """What lies below a settled branch is not asked for."""
    facts = (Fact("kind", "类", "Kind", "choice", choices={"a": ("甲", "A"), "b": ("乙", "B")}),
             *(Fact(name, name, name, "flag") for name in ("of_a", "of_b")), Fact("sum", "额", "Sum", "money"))  # fmt: skip
    test = (x.Is("kind", ("a",)) & x.Flag("of_a")) | (x.Is("kind", ("b",)) & x.Flag("of_b"))
    citation = Citation(
        "one", "条件", "Condition", "", Document("号", "文"), "第一条", "confirmed", datetime.date.min
    )
    value = x.chosen((x.Is("kind", ("a",)), x.number(1)), otherwise=x.Figure("sum"))
    decision = Decision(facts, (Condition("one", test, citation),), values={"v": value})
    info = RuleInfo("r", "规则", "Rule", "money", 0, ())

    def missing(**given: Any) -> list[str]:
        flat, _ = read_facts(facts, given)
        found = Evaluator(Scalars(flat))
        return Assessment(
            info, datetime.date(2026, 1, 1), None, decision, flat, Labels(facts, {}, decision.sources), found
        ).missing

    assert missing(kind="a") == ["of_a"]
    assert missing(kind="b") == ["of_b", "sum"]
    assert missing(kind="b", of_b=False, sum=1) == []
    assert missing() == ["kind", "of_a", "of_b", "sum"]
