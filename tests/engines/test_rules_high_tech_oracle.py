"""高新技术企业 worked out a second time, in plain Python from 32号 and 195号, over random and tied enterprises."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.rules_support import in_columns, one_by_one, share, yuan

ON = "2026-05-20"
DAY = datetime.date.fromisoformat(ON)
WAN = 10_000_00  # 分
BANDS = [(35, (9, 10)), (25, (7, 8)), (15, (5, 6)), (5, (3, 4))]
CONVERSIONS = [(5, (25, 30)), (4, (19, 24)), (3, (13, 18)), (2, (7, 12)), (1, (1, 6))]
ITEMS = {"advancement": 8, "core_support": 8, "source": 6, "standards": 2, "rd_organisation": 20}
NAMES = {True: "yes", False: "no", None: "unknown"}
Firm = dict[str, Any]
Points = tuple[int, int]
Years = list[int | None] | None


# --- the statute ---


def every(tests: list[bool | None]) -> bool | None:
    return False if False in tests else None if None in tests else True


def least(percent: Fraction | None, mark: int) -> bool | None:
    return None if percent is None else percent * 100 >= mark


def total(years: Years) -> int | None:
    return None if years is None or None in years else sum(years)  # type: ignore[arg-type]


def intensity(sales: Years, rd: Years) -> bool | None:
    found = share(total(rd), total(sales))
    if found is None:
        return None
    assert sales is not None
    latest = sales[-1]
    assert latest is not None
    return least(found, 5 if latest <= 5_000 * WAN else 4 if latest <= 20_000 * WAN else 3)


def growth(years: Years) -> Fraction | None:
    """½(y₂/y₁ + y₃/y₂) − 1; y₁ = 0 or none: the last two; y₂ = 0 or none: 0; unknown: None."""
    if years is None:
        return None
    y1, y2, y3 = [0] * (3 - len(years)) + years
    if y2 is not None and y2 <= 0:
        return Fraction(0)
    if y1 is None or y2 is None or y3 is None:
        return None
    last = Fraction(y3, y2)
    return last - 1 if y1 <= 0 else (Fraction(y2, y1) + last) / 2 - 1


def growth_points(rate: Fraction | None) -> Points:
    if rate is None:
        return 0, 10
    if rate <= 0:
        return 0, 0
    return next((points for edge, points in BANDS if rate * 100 >= edge), (1, 2))


def conversion_points(in_three_years: int | None) -> Points:
    if in_three_years is None:
        return 0, 30
    return next((points for a_year, points in CONVERSIONS if in_three_years >= 3 * a_year), (0, 0))


def ip_number(class1: int | None, class2: int | None) -> Points:
    first = (0, 8) if class1 is None else (7, 8) if class1 else (0, 0)
    second = (0, 6) if class2 is None else (5, 6) if class2 >= 5 else (3, 4) if class2 >= 3 else (1, 2) if class2 else (0, 0)  # fmt: skip
    return max(first[0], second[0]), max(first[1], second[1])


def added(*blocks: Points) -> Points:
    return sum(lo for lo, _ in blocks), sum(hi for _, hi in blocks)


def score(firm: Firm) -> Points:
    expert = {item: firm["expert"].get(item) or (0, most) for item, most in ITEMS.items()}
    organisation = expert.pop("rd_organisation")
    lo, hi = added(ip_number(firm["ip_class1"], firm["ip_class2"]), *expert.values())
    grown = added(growth_points(growth(firm["net_assets"])), growth_points(growth(firm["sales"])))
    return added((min(lo, 30), min(hi, 30)), conversion_points(firm["conversions"]), organisation, grown)


def statute(firm: Firm) -> dict[str, Any]:
    lo, hi = score(firm)
    founded = firm["founded"]
    listed = {
        "registered_one_year": None if founded is None else (DAY - founded).days >= 365,
        "core_ip": firm["core_ip_owned"],
        "field": firm["field_in_catalogue"],
        "tech_staff_share": least(share(firm["tech_staff"], firm["employees"]), 10),
        "rd_intensity": intensity(firm["sales"], firm["rd_expense"]),
        "mainland_rd_share": least(share(total(firm["rd_mainland"]), total(firm["rd_expense"])), 60),
        "high_tech_income_share": least(share(firm["high_tech_income"], firm["total_income"]), 60),
        "innovation_score": True if lo > 70 else False if hi <= 70 else None,
        "record": firm["clean_record"],
    }
    verdict = NAMES[every(list(listed.values()))]
    return {
        "verdict": verdict,
        "score": (lo, hi),
        "conditions": {id: NAMES[found] for id, found in listed.items()},
    }


# --- enterprises ---

rarely_no = st.sampled_from([*[True] * 18, False, None])
beside = st.sampled_from([-1, 0, 0, 1])
sales = st.one_of(
    st.integers(0, 30_000 * WAN),
    st.integers(5_000 * WAN - 1, 5_000 * WAN + 1),
    st.integers(20_000 * WAN - 1, 20_000 * WAN + 1),
    st.integers(0, 3),
    st.integers(10**15, 10**16),
)


def or_unknown(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Now and then nobody knows."""
    return st.tuples(st.integers(0, 14), value).map(lambda drawn: None if drawn[0] == 7 else drawn[1])


def tied(draw: Callable[..., Any], whole: int, percent: int) -> int:
    """A part of a whole that lies on the mark, or one beside it."""
    return max(0, -(-percent * whole // 100) + draw(beside))


@st.composite
def growing(draw: Callable[..., Any], count: int) -> list[int]:
    """A figure that grows by one of the marks exactly, or one 分 beside it."""
    rate = draw(st.sampled_from([0, 5, 15, 25, 35]))
    years = [draw(st.sampled_from([0, -100, 400, 10_000, 10**6 * 400]))]
    for _ in range(count - 1):
        years.append(years[-1] * (100 + rate) // 100 if years[-1] > 0 else 400)
    years[-1] += draw(beside)
    return years


@st.composite
def firms(draw: Callable[..., Any]) -> Firm:
    count = draw(st.integers(1, 3))
    sold = draw(
        st.one_of(st.lists(sales, min_size=count, max_size=count), growing(count).map(lambda years: [max(0, one) for one in years]))
    )  # fmt: skip
    rd = tied(draw, sum(sold), draw(st.sampled_from([3, 4, 5])))
    inside = min(rd, tied(draw, rd, 60))
    employees, income = draw(st.integers(0, 300)), draw(sales)
    firm: Firm = {name: draw(rarely_no) for name in ("core_ip_owned", "field_in_catalogue", "clean_record")}
    firm |= {
        "founded": draw(or_unknown(st.integers(363, 3000).map(lambda days: DAY - datetime.timedelta(days)))),
        "employees": draw(or_unknown(st.just(employees))),
        "tech_staff": draw(or_unknown(st.just(min(employees, tied(draw, employees, 10))))),
        "sales": draw(or_unknown(st.just(_gap(draw, sold)))),
        "rd_expense": draw(or_unknown(st.just(_parts(rd, count)))),
        "rd_mainland": draw(or_unknown(st.just(_parts(inside, count)))),
        "net_assets": draw(or_unknown(growing(count))),
        "total_income": draw(or_unknown(st.just(income))),
        "high_tech_income": draw(or_unknown(st.just(min(income, tied(draw, income, 60))))),
        "ip_class1": draw(or_unknown(st.sampled_from([0, 0, 1, 2]))),
        "ip_class2": draw(or_unknown(st.integers(0, 6))),
        "conversions": draw(or_unknown(st.sampled_from([*range(17), 15, 15, 15, 12, 12]))),
        "expert": {item: draw(_given(most)) for item, most in ITEMS.items()},
    }
    return firm


def _gap(draw: Callable[..., Any], years: list[int]) -> list[int | None]:
    """Now and then a year is unknown."""
    at = draw(st.sampled_from([0, *[None] * 9]))
    return [None if index == at else one for index, one in enumerate(years)]


def _parts(whole: int, count: int) -> list[int]:
    return [*[whole // count] * (count - 1), whole - whole // count * (count - 1)]


def _given(most: int) -> st.SearchStrategy[Points | None]:
    ends = st.tuples(st.integers(0, most), st.integers(0, most)).map(lambda pair: (min(pair), max(pair)))
    return st.tuples(st.integers(0, 7), ends).map(
        lambda drawn: None if drawn[0] == 7 else drawn[1] if drawn[0] > 4 else (most, most)
    )


def given_as(firm: Firm) -> Firm:
    """Return the enterprise as people give it: money in 元, dates as text."""
    found = dict(firm)
    for name in ("sales", "rd_expense", "rd_mainland", "net_assets"):
        if firm[name] is not None:
            found[name] = [None if one is None else yuan(one) for one in firm[name]]
    for name in ("total_income", "high_tech_income"):
        found[name] = None if firm[name] is None else yuan(firm[name])
    return found | {"founded": firm["founded"] and firm["founded"].isoformat()}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(firms(), min_size=1, max_size=8))
def test_the_engine_says_what_the_statute_says(listed: list[Firm]) -> None:
    """For one enterprise, for columns in floats, for columns in whole numbers."""
    expected = [statute(firm) for firm in listed]
    rows = [given_as(firm) for firm in listed]
    assert one_by_one("high_tech", rows, ON) == expected
    assert in_columns("high_tech", rows, ON) == expected
    assert in_columns("high_tech", rows, ON, exact=True) == expected
