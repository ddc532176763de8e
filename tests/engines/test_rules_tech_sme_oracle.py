"""科技型中小企业 worked out a second time, in plain Python from the text of 115号, over random and tied enterprises."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.rules_support import in_columns, one_by_one, share, yuan

ON = "2026-05-20"
WAN = 10_000_00  # 分
STAFF = [(30, 20), (25, 16), (20, 12), (15, 8), (10, 4)]
BY_SALES = [(6, 50), (5, 40), (4, 30), (3, 20), (2, 10)]
BY_COSTS = [(30, 50), (25, 40), (20, 30), (15, 20), (10, 10)]
BASICS = ("registered_in_mainland", "products_allowed", "clean_record")
DIRECT = (
    "high_tech_certificate",
    "national_award_top3",
    "provincial_rd_institution",
    "leading_standard_drafter",
)
Firm = dict[str, Any]
NAMES = {True: "yes", False: "no", None: "unknown"}


# --- the statute ---


def art7(table: list[tuple[int, int]], percent: Fraction | None) -> tuple[int, int]:
    """Points of a ratio; all of the table while it is unknown."""
    if percent is None:
        return 0, table[0][1]
    found = next((points for edge, points in table if percent * 100 >= edge), 0)
    return found, found


def patents(class1: int | None, class2: int | None) -> tuple[int, int]:
    first = (0, 30) if class1 is None else (30, 30) if class1 >= 1 else (0, 0)
    second = (0, 24) if class2 is None else (6 * min(class2, 4),) * 2
    return better(first, second)


def better(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], two[0]), max(one[1], two[1])


def every(tests: list[bool | None]) -> bool | None:
    return False if False in tests else None if None in tests else True


def some(tests: list[bool | None]) -> bool | None:
    return True if True in tests else None if None in tests else False


def at_most(figure: int | None, limit: int) -> bool | None:
    return None if figure is None else figure <= limit


def reaches(points: tuple[int, int], mark: int) -> bool | None:
    return True if points[0] >= mark else None if points[1] >= mark else False


def statute(firm: Firm) -> dict[str, Any]:
    staff = art7(STAFF, share(firm["tech_staff"], firm["employees"]))
    by_sales = art7(BY_SALES, share(firm["rd_expense"], firm["sales"]))
    by_costs = art7(BY_COSTS, share(firm["rd_expense"], firm["cost_expense"]))
    blocks = (staff, better(by_sales, by_costs), patents(firm["ip_class1"], firm["ip_class2"]))
    score = sum(lo for lo, _ in blocks), sum(hi for _, hi in blocks)
    size = every(
        [at_most(firm["employees"], 500), at_most(firm["sales"], 20_000 * WAN), at_most(firm["total_assets"], 20_000 * WAN)]
    )  # fmt: skip
    passed = every([reaches(score, 60), reaches(staff, 1)])
    resident, products, record = (firm[name] for name in BASICS)
    direct = {name: firm[name] for name in DIRECT}
    listed = {
        "resident": resident,
        "size": size,
        "products": products,
        "record": record,
        "score": passed,
    } | direct
    verdict = every([resident, size, products, record, some([passed, *direct.values()])])
    return {
        "verdict": NAMES[verdict],
        "score": score,
        "conditions": {id: NAMES[found] for id, found in listed.items()},
    }


# --- enterprises ---


def given_as(firm: Firm) -> Firm:
    """Return the enterprise as people give it: money in 元."""
    money = ("sales", "total_assets", "rd_expense", "cost_expense")
    return firm | {name: yuan(firm[name]) for name in money if firm[name] is not None}


def or_unknown(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Now and then nobody knows."""
    return st.tuples(st.integers(0, 14), value).map(lambda drawn: None if drawn[0] == 7 else drawn[1])


fen = st.one_of(
    st.integers(0, 40_000 * WAN),
    st.integers(20_000 * WAN - 2, 20_000 * WAN + 2),
    st.integers(0, 300),
    st.just(0),
)
rarely_no = st.sampled_from([*[True] * 18, False, None])
mostly_no = st.sampled_from([False, False, False, True, None])
beside = st.sampled_from([-1, 0, 0, 1])


@st.composite
def firms(draw: Callable[..., Any]) -> Firm:
    """Staff and R&D mostly on a band's edge, or one person or one 分 beside it."""
    firm: Firm = {name: draw(rarely_no) for name in BASICS} | {name: draw(mostly_no) for name in DIRECT}
    firm |= {name: draw(or_unknown(fen)) for name in ("sales", "total_assets", "cost_expense")}
    firm["employees"] = draw(
        or_unknown(st.one_of(st.integers(0, 600), st.sampled_from([499, 500, 501, 20, 40])))
    )
    firm["tech_staff"] = draw(or_unknown(st.just(_tied(draw, firm["employees"], STAFF))))
    base, table = draw(st.sampled_from([("sales", BY_SALES), ("cost_expense", BY_COSTS)]))
    firm["rd_expense"] = draw(or_unknown(st.just(_tied(draw, firm[base], table))))
    firm["ip_class1"] = draw(or_unknown(st.sampled_from([0, 0, 0, 1, 2])))
    firm["ip_class2"] = draw(or_unknown(st.integers(0, 5)))
    if firm["employees"] is not None and firm["tech_staff"] is not None:
        firm["tech_staff"] = min(firm["tech_staff"], firm["employees"])
    return firm


def _tied(draw: Callable[..., Any], whole: int | None, table: list[tuple[int, int]]) -> int:
    edge = draw(st.sampled_from(table))[0]
    return max(0, -(-edge * (1000 if whole is None else whole) // 100) + draw(beside))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(firms(), min_size=1, max_size=8))
def test_the_engine_says_what_the_statute_says(listed: list[Firm]) -> None:
    """For one enterprise, for columns in floats, for columns in whole numbers."""
    expected = [statute(firm) for firm in listed]
    rows = [given_as(firm) for firm in listed]
    assert one_by_one("tech_sme", rows, ON) == expected
    assert in_columns("tech_sme", rows, ON) == expected
    assert in_columns("tech_sme", rows, ON, exact=True) == expected
