"""A changed rule over a population: who moves and what it costs, beside one enterprise at a time."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engines.rules_random import Firms
from tests.engines.test_rules_bulk import table
from tests.engines.test_rules_flips import HIGH_TECH, SME, SPECIALISED, WAN
from tuwei.core.errors import InputError, MissingError
from tuwei.rules import Statutes, assess, assumed, check, load, whatif
from tuwei.rules._programmes import programme_results
from tuwei.rules._tree import exact
from tuwei.rules._values import round_half_up

ON = "2026-05-20"
HEAD = "overlay: what\nzh: 假设\nen: assumption\ndocuments:\n  d: {number: 某发〔2026〕1号, zh: 某文, en: Some paper}\n"
AWARDS = (
    HEAD
    + """\
programmes:
  - {id: award, zh: 奖励, en: Award, kind: reward, valid_from: 2026-01-01, document: d, requires: {rule: RULE}, amount: {fixed: 10万元}}
  - id: share
    zh: 补助
    en: Grant
    kind: reward
    valid_from: 2026-01-01
    document: d
    requires: {rule: RULE}
    facts: [{name: paid, zh: 实际支付额, en: amount paid, kind: money}]
    amount: {share: 10%, of: paid, up_to: 1万元}
"""
)
BASES: dict[str, tuple[dict[str, Any], dict[str, list[Any]]]] = {
    "tech_sme": (SME, {"employees": [40, 50, 51, 100], "tech_staff": [0, 1, 8, 20, 30], "ip_class1": [0, 1, None],
                       "rd_expense": [0, 20_000, 40_000, 60_000]}),
    "high_tech": (HIGH_TECH, {"tech_staff": [4, 5, 9, 10, None], "conversions": [0, 6, 14, 15],
                              "high_tech_income": [300 * WAN, "2999999.99", 600 * WAN]}),
    "specialised_sme": (SPECIALISED, {"years_in_segment": [0, 1, 2, 3, None]}),
}  # fmt: skip
CASES = [
    ("high_tech", "pass_mark", "40"), ("high_tech", "tech_staff_share", "5%"), ("high_tech", "high_tech_income_share", "30%"),
    ("tech_sme", "max_employees", "50"), ("tech_sme", "pass_mark", "20"), ("tech_sme", "max_sales", "1万元"),
    ("specialised_sme", "years", "1"), ("benchmark_enterprise", "leading_sales", "1万元"),
]  # fmt: skip


def population(rule: str, on: str = ON, rows: int = 80) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return enterprises one by one and as columns: random ones, and such as all but meet the rule."""
    draw, firms = random.Random(f"{rule} what if"), Firms(rule, on, good=0.98, unknown=0.02)
    base, moves = BASES.get(rule, ({}, {}))
    listed = [firms.sound(draw) for _ in range(rows // 4 if base else rows)]
    while len(listed) < rows:
        listed.append(base | {name: draw.choice(values) for name, values in moves.items()})
    return listed, table(firms.decision.facts, listed)


def setting(rule: str, parameter: str, value: str, statutes: Statutes | None = None) -> Statutes:
    """Return the statutes with one parameter set."""
    base = statutes or load()
    return base.over(assumed({f"{rule}.{parameter}": value}, ON, base))


@pytest.mark.parametrize(("rule", "parameter", "value"), CASES)
def test_who_moves(rule: str, parameter: str, value: str) -> None:
    listed, columns = population(rule, ON)
    changed = setting(rule, parameter, value)
    before = [assess(rule, facts, ON).verdict for facts in listed]
    after = [assess(rule, facts, ON, changed).verdict for facts in listed]
    found = whatif(rule, columns, ON, {f"{rule}.{parameter}": value})
    assert (found.before.verdict.tolist(), found.after.verdict.tolist()) == (before, after)
    moves = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert found.moves == dict(Counter(moves))
    assert [before[row] != after[row] for row in found.moved] == [True] * len(moves)
    shown = found.as_dict()
    assert (shown["rows"], shown["rejected"], shown["before"], shown["after"]) == (
        80, 0, dict(Counter(before)), dict(Counter(after)),
    )  # fmt: skip
    assert sum(move["rows"] for move in shown["moves"]) == len(moves)


def test_the_population_is_such_that_somebody_moves() -> None:
    moved = [
        whatif(rule, population(rule, ON)[1], ON, {f"{rule}.{name}": value}).moves
        for rule, name, value in CASES
    ]
    assert sum(map(bool, moved)) >= 5
    assert {pair for one in moved for pair in one} >= {("no", "yes"), ("yes", "no")}


@pytest.mark.parametrize(("rule", "parameter", "value"), [CASES[3], CASES[4], CASES[6]])
def test_what_it_costs(rule: str, parameter: str, value: str, tmp_path: Path) -> None:
    """The awards of the region to those entitled, before and after, one enterprise at a time."""
    path = tmp_path / "awards.yaml"
    path.write_text(AWARDS.replace("RULE", rule), "utf-8")
    base = load([path])
    changed = setting(rule, parameter, value, base)
    listed, columns = population(rule, ON)
    draw = random.Random("paid")
    paid = [draw.choice([None, 0, "0.05", "99999.95", 1_000_000]) for _ in listed]
    found = whatif(
        rule, {**columns, "paid": np.array(paid, object)}, ON, {f"{rule}.{parameter}": value}, base
    )
    sums = {id: [0, 0] for id in ("award", "share")}
    for facts, amount in zip(listed, paid, strict=True):
        for at, statutes in enumerate((base, changed)):
            verdict = assess(rule, facts, ON, statutes).verdict
            for one in programme_results(base, {"paid": amount}, ON, {rule: verdict}.__getitem__):
                if verdict == "yes":
                    sums[one.as_dict()["id"]][at] += one.as_dict()["amount_fen"] or 0
    assert {cost.id: [cost.before, cost.after] for cost in found.costs} == sums
    change = sum(after - before for before, after in sums.values())
    assert found.as_dict()["change_fen"] == change != 0


def test_what_a_relief_costs() -> None:
    """The extra deduction is money by itself: the sum over all rows of what each saves."""
    on = "2025-12-31"
    listed, columns = population("super_deduction", on)
    overlay = {"super_deduction.other_share": "20%"}
    base = load()
    changed = base.over(assumed(overlay, on, base))
    worth = base.worth("super_deduction")
    sums, unknown = [0, 0], 0
    for facts in listed:
        for at, statutes in enumerate((base, changed)):
            found = assess("super_deduction", facts, on, statutes)
            amount = exact(found.values[worth])
            if found.verdict == "yes":
                sums[at] += round_half_up(amount or 0)
                unknown += at == 1 and amount is None
    cost = whatif("super_deduction", columns, on, overlay).costs[0]
    assert (cost.id, [cost.before, cost.after], cost.unknown) == ("super_deduction", sums, unknown)
    assert cost.before != cost.after


def test_bad_rows_are_counted_and_move_nowhere() -> None:
    columns = {"employees": np.array([600, 600, -1]), "sales": np.array([1, 1, 1]), "total_assets": np.array([1, 1, 1]),
               "registered_in_mainland": np.array([True] * 3), "products_allowed": np.array([True] * 3),
               "clean_record": np.array([True] * 3), "high_tech_certificate": np.array([True, False, True])}  # fmt: skip
    found = whatif("tech_sme", columns, ON, {"tech_sme.max_employees": "600"})
    assert found.moves == {("no", "yes"): 1, ("no", "unknown"): 1}
    shown = found.as_dict()
    assert (shown["rejected"], sum(shown["before"].values())) == (1, 3)


def test_an_overlay_file_over_a_table(tmp_path: Path) -> None:
    """Tables are changed by a file: 60 points for staff from 1 % on."""
    path = tmp_path / "staff.yaml"
    path.write_text(
        HEAD + "parameters:\n  tech_sme.staff:\n    unit: points\n    of: ratio\n    rows:\n"
        "      - {valid_from: 2026-01-01, document: d, article: 一, bands: [{from: 1%, gives: 60}, {gives: 0}]}\n",
        "utf-8",
    )  # fmt: skip
    listed, columns = population("tech_sme", ON)
    overlay = load([path])
    layer = overlay.layers[-1]
    found = whatif("tech_sme", columns, ON, layer)
    assert found.after.verdict.tolist() == [
        assess("tech_sme", facts, ON, overlay).verdict for facts in listed
    ]
    assert found.moves


def test_a_table_cannot_be_set_by_one_value() -> None:
    with pytest.raises(InputError) as raised:
        assumed({"tech_sme.staff": "20"}, ON)
    assert raised.value.code == "rules.bad_value"
    assert "--overlay FILE.yaml" in raised.value.sentence("en")


@pytest.mark.parametrize(
    ("id", "value", "code", "expected"),
    [
        ("high_tech.pass_mark", "65%", "rules.bad_value", "30"),
        ("high_tech.tech_staff_share", "5 percent", "rules.bad_value", "10%"),
        ("tech_sme.max_sales", "many", "rules.bad_value", "500万元"),
        ("high_tec.pass_mark", "65", "rules.no_rule", "high_tech"),
        ("high_tech.pas_mark", "65", "rules.no_parameter", "high_tech.pass_mark"),
        ("high_tech", "65", "rules.no_parameter", "high_tech."),
        ("high_tech.zzzzzzzzzzzzzzzzzzzzzzzzzz", "65", "rules.no_parameter", "tuwei rules show high_tech"),
    ],
)
def test_what_cannot_be_set_is_said(id: str, value: str, code: str, expected: str) -> None:
    with pytest.raises((InputError, MissingError)) as raised:
        assumed({id: value}, ON)
    assert raised.value.code == code
    assert expected in raised.value.sentence("en")
    assert expected in raised.value.sentence("zh")


def test_what_is_assumed_is_to_verify() -> None:
    statutes = setting("high_tech", "tech_staff_share", "5%")
    found = assess("high_tech", {"employees": 100, "tech_staff": 5}, ON, statutes)
    row = next(row for row in found.as_dict()["conditions"] if row["id"] == "tech_staff_share")
    assert (row["verdict"], row["status"]) == ("yes", "to_verify")
    assert "high_tech.tech_staff_share" in found.to_verify


def test_the_population_of_a_rule_not_in_force_stays() -> None:
    found = whatif("tech_sme", {"employees": [1, 2]}, "2010-01-01", assumed({}, ON))
    assert (found.moves, found.as_dict()["before"]) == ({}, {"no_rule_in_force": 2})


def test_nothing_wrong_with_the_drawn_enterprises() -> None:
    assert all(not check("high_tech", facts, ON) for facts in population("high_tech", ON)[0])
