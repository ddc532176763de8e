"""One definition: what `bulk` says of each row is what `assess` says of it, for every rule on every window."""

from __future__ import annotations

import datetime
import random
from typing import Any

import numpy as np
import pytest

from tests.engines.rules_random import RULES, Firms, windows
from tuwei.core.errors import InputError
from tuwei.rules import Bulk, Fact, assess, bulk, columns_of
from tuwei.rules import _expression as x
from tuwei.rules._assess import Assessment, prepare
from tuwei.rules._bulk import BLOCK
from tuwei.rules._columns import names_of
from tuwei.rules._evaluate import NAMES
from tuwei.rules._tree import exact

ROWS = 40
CASES = [(rule, on) for rule in RULES for on in windows(rule)]
WRONG: dict[str, list[Any]] = {
    "money": ["abc", "1.234", -1, "1e", True, "1000000000000000.01"], "count": [1.5, -1, "x", True, 10**18],
    "flag": [1, "maybe"], "date": ["2024-13-01", "yesterday", 7], "choice": ["no such code"], "ratio": ["x", "-1%"],
}  # fmt: skip


# --- a table of rows as people have them ---


def cells(fact: Fact, value: Any) -> dict[str, Any]:
    """Return a fact as the cells of a row; years before the enterprise existed stay empty."""
    if fact.series:
        years = [] if value is None else list(value)
        return dict(zip(names_of(fact), [None] * (fact.series - len(years)) + years, strict=True))
    if fact.kind == "points":
        ends = {item: (value or {}).get(item) for item in fact.items}
        pairs = {item: end if isinstance(end, list) else [end, end] for item, end in ends.items()}
        return {
            name: pair[at]
            for item, pair in pairs.items()
            for at, name in enumerate((f"{fact.name}.{item}", f"{fact.name}.{item}_hi"))
        }
    return {fact.name: value}


def table(
    facts: tuple[Fact, ...], rows: list[dict[str, Any]], draw: random.Random | None = None
) -> dict[str, Any]:
    """Return the rows as columns, each as objects, or as the narrowest kind of numpy that holds it."""
    laid = [
        {name: cell for fact in facts for name, cell in cells(fact, row.get(fact.name)).items()}
        for row in rows
    ]
    kinds = {name: fact.kind for fact in facts for name in cells(fact, None)}
    found: dict[str, Any] = {}
    for name, kind in kinds.items():
        column = np.empty(len(rows), object)
        column[:] = [row[name] for row in laid]
        found[name] = _narrow(column, kind, draw) if draw else column
    return found


def _narrow(column: Any, kind: str, draw: random.Random) -> Any:
    listed = column.tolist()
    known = [cell for cell in listed if cell is not None]
    if kind == "date" and draw.random() < 0.7:
        return np.array(
            [np.datetime64("NaT") if cell is None else np.datetime64(cell) for cell in listed], "M8[D]"
        )
    if kind == "flag" and len(known) == len(listed):
        return np.array(listed, bool)
    if kind in ("money", "count", "points"):
        numbers = [float(cell) for cell in known]
        if (
            len(known) == len(listed)
            and all(number.is_integer() for number in numbers)
            and draw.random() < 0.5
        ):
            return np.array([int(number) for number in numbers], np.int64)
        if all(number < 1e12 for number in numbers) and draw.random() < 0.7:
            return np.array([np.nan if cell is None else float(cell) for cell in listed])
    if kind in ("money", "count", "choice") and draw.random() < 0.5:
        return np.array(["" if cell is None else str(cell) for cell in listed])
    return column


# --- one row ---


def alone(found: Assessment) -> dict[str, Any]:
    named = found.decision.values if found.decision else {}
    return {
        "verdict": found.verdict,
        "branch": found.branch,
        "conditions": {one.condition.id: NAMES[one.verdict] for one in found.conditions},
        "score": found.score and (found.score.lo, found.score.hi),
        "values": {id: _value(node, found.values[id]) for id, node in named.items()},
    }


def _value(node: x.Node, value: Any) -> Any:
    if isinstance(node, x.Points):
        return int(value.lo), int(value.hi)
    if isinstance(node, x.Text):
        return value or None
    return {0: False, 1: None, 2: True}[value] if isinstance(node, x.Verdict) else exact(value)


def among(found: Bulk, row: int) -> dict[str, Any]:
    return {
        "verdict": found.verdict[row],
        "branch": found.branch[row] or None,
        "conditions": {id: NAMES[codes[row]] for id, codes in found.conditions.items()},
        "score": found.score and (int(found.score[0][row]), int(found.score[1][row])),
        "values": {id: values[row] for id, values in found.values.items()},
    }


def faults(listed: list[InputError]) -> list[tuple[str, str]]:
    return sorted((fault.code, str(fault.where["field"])) for fault in listed)


def agree(rule: str, on: str, rows: list[dict[str, Any]], found: Bulk) -> set[str]:
    """Compare row by row; return the verdicts met."""
    assert found.rows == len(rows)
    for number, row in enumerate(rows):
        one, wrong = prepare(rule, row, on, None, "")
        assert faults(found.faults.get(number, [])) == faults(wrong), row
        if wrong:
            assert found.verdict[number] == ""
        else:
            assert among(found, number) == alone(one), row
    return set(found.verdict)


# --- every rule, every window ---


@pytest.mark.parametrize(("rule", "on"), CASES)
def test_one_definition(rule: str, on: str) -> None:
    """Unknown figures, ties, amounts up to 1e15 元, assets below zero, years that do not exist, contradictions."""
    draw, firms = random.Random(f"{rule} {on}"), Firms(rule, on)
    ways = (firms.one, firms.sound, firms.sound, lambda draw: firms.near(draw)[0])
    rows = [draw.choice(ways)(draw) for _ in range(ROWS)]
    facts = firms.decision.facts
    assert len(agree(rule, on, rows, bulk(rule, table(facts, rows), on))) > 1
    agree(rule, on, rows, bulk(rule, table(facts, rows, draw), on))


@pytest.mark.parametrize("rule", RULES)
def test_faults_of_rows(rule: str) -> None:
    """A value that is none is the fault of its row alone, and says of it what one enterprise is told."""
    on = windows(rule)[-1]
    draw, firms = random.Random(rule), Firms(rule, on)
    fit = [fact for fact in firms.decision.facts if fact.kind in WRONG and not fact.series]
    rows = []
    for number in range(30):
        row = firms.sound(draw)
        if number % 2:
            fact = draw.choice(fit)
            row[fact.name] = draw.choice(WRONG[fact.kind])
        rows.append(row)
    found = bulk(rule, table(firms.decision.facts, rows), on)
    agree(rule, on, rows, found)
    assert found.faults.keys() >= {number for number in range(30) if number % 2}


@pytest.mark.parametrize("rule", RULES)
def test_before_it_was_in_force_there_is_no_verdict(rule: str) -> None:
    first = datetime.date.fromisoformat(windows(rule)[0]) - datetime.timedelta(1)
    found = bulk(rule, {"employees": [1, 2]}, first)
    assert found.verdict.tolist() == ["no_rule_in_force"] * 2
    assert (found.rows, found.conditions, found.score, found.values) == (2, {}, None, {})
    assert assess(rule, {}, first).verdict == "no_rule_in_force"


@pytest.mark.parametrize("rule", RULES)
def test_nothing_known(rule: str) -> None:
    on = windows(rule)[-1]
    first = columns_of(rule, on)[0][0]
    agree(rule, on, [{}, {}], bulk(rule, {first: np.array([None, None])}, on))


# --- ties where floats err, blocks, dates ---


def test_exact_ties_of_large_amounts() -> None:
    """R&D of exactly 6 % of large sales, one 分 less, one more."""
    rows = [
        {"sales": f"{sales}", "rd_expense": f"{sales * 6 // 100}{cents}", "employees": 10, "tech_staff": 1, "ip_class1": 0,
         "ip_class2": 0, "cost_expense": None}
        for sales in (10**14, 3 * 10**14 + 100, 987_654_321_987_600, 10**15)
        for cents in ("", ".01")
    ]  # fmt: skip
    rows += [{**row, "rd_expense": f"{int(float(str(row['rd_expense']))) - 1}.99"} for row in rows[::2]]
    found = bulk(
        "tech_sme", {name: np.array([row[name] for row in rows], object) for name in rows[0]}, "2024-03-01"
    )
    agree("tech_sme", "2024-03-01", rows, found)
    assert [low for low, _ in found.values["rd_points"]] == [50] * 8 + [40] * 4


def test_rows_beyond_a_block() -> None:
    """Faults and verdicts keep their row numbers past the first block."""
    rows = BLOCK + 5
    staff = np.full(rows, 10)
    staff[BLOCK + 2] = 11
    found = bulk("tech_sme", {"employees": np.full(rows, 10), "tech_staff": staff, "registered_in_mainland": np.arange(rows) != BLOCK + 3}, "2024-03-01")  # fmt: skip
    assert {row: [one.code for one in listed] for row, listed in found.faults.items()} == {
        BLOCK + 2: ["rules.contradiction"]
    }
    assert found.verdict[BLOCK:].tolist() == ["unknown", "unknown", "", "no", "unknown"]


@pytest.mark.parametrize("day", ["10000-01-01", "-0001-05-05", "250000-01-01"])
def test_a_day_outside_the_calendar_is_the_fault_of_its_row(day: str) -> None:
    days = np.array([day, "2020-01-01", "NaT"], "datetime64[D]")
    found = bulk("tech_sme", {"founded": days, "submitted": days}, "2024-03-01")
    assert {(row, one.code, one.where["field"]) for row, listed in found.faults.items() for one in listed} == {
        (0, "rules.bad_fact", "founded"), (0, "rules.bad_fact", "submitted"),
    }  # fmt: skip
    assert found.values["number_position_11"] == [None, "B", None]


def test_columns_of_different_lengths_and_names_nobody_knows() -> None:
    with pytest.raises(InputError, match="1, 2") as lengths:
        bulk("tech_sme", {"employees": [1], "sales": [1, 2]}, "2024-03-01")
    with pytest.raises(InputError, match="tech_staff") as unknown:
        bulk("tech_sme", {"tech_staf": [1]}, "2024-03-01")
    assert (lengths.value.code, unknown.value.code) == ("rules.lengths", "rules.unknown_fact")


def test_no_rows() -> None:
    found = bulk("high_tech", {"employees": np.array([], np.int64)}, "2024-03-01")
    assert (found.rows, found.verdict.tolist(), found.values["ip_points"]) == (0, [], [])


def test_one_and_true_are_two_things() -> None:
    """Python takes 1 for True: a head-count of 1 below a wrong True is not rejected with it, and the other way round."""
    cells = np.array([True, 1, True, [1], [2], None], object)
    found = bulk("tech_sme", {"employees": cells, "clean_record": cells[::-1]}, "2024-03-01")
    wrong = {row: sorted(one.where["field"] for one in listed) for row, listed in found.faults.items()}
    assert wrong == {
        0: ["employees"], 1: ["clean_record"], 2: ["clean_record", "employees"], 3: ["employees"],
        4: ["clean_record", "employees"],
    }  # fmt: skip


def test_a_list_where_one_value_belongs() -> None:
    cells = np.empty(2, object)
    cells[:] = [["services"], "x"]
    assert set(bulk("specialised_sme", {"segment_field": cells}, "2024-03-01").faults) == {0, 1}
