"""科技型中小企业: 国科发政〔2017〕115号 arts. 6–9 and 12, number by 国科发火〔2018〕11号, worked out from their text."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engines.rules_support import conditions
from tuwei.rules import assess
from tuwei.rules._assess import Assessment

ON = "2026-05-20"
# 100 people, 30 of them S&T staff: 20 points; R&D 6 % of sales: 50; four Ⅱ类: 24.
SOUND: dict[str, Any] = {
    "registered_in_mainland": True,
    "employees": 100,
    "tech_staff": 30,
    "sales": "10000000",
    "total_assets": "8000000",
    "rd_expense": "600000",
    "cost_expense": "9000000",
    "ip_class1": 0,
    "ip_class2": 4,
    "products_allowed": True,
    "clean_record": True,
    "founded": "2019-04-01",
    "submitted": "2026-05-20",
    "high_tech_certificate": False,
    "national_award_top3": False,
    "provincial_rd_institution": False,
    "leading_standard_drafter": False,
}
DIRECT = (
    "high_tech_certificate",
    "national_award_top3",
    "provincial_rd_institution",
    "leading_standard_drafter",
)
STAFF = {20: 30, 12: 20, 4: 10, 0: 0}  # points → S&T staff of 100
RD = {50: "600000", 40: "500000", 30: "400000", 20: "300000", 10: "200000", 0: "0"}  # of sales of 10,000,000
IP = {30: (1, 0), 24: (0, 4), 18: (0, 3), 12: (0, 2), 6: (0, 1), 0: (0, 0)}


def judge(on: str = ON, **changes: Any) -> Assessment:
    return assess("tech_sme", SOUND | changes, on)


def without(*names: str, **changes: Any) -> Assessment:
    return assess(
        "tech_sme", {name: value for name, value in (SOUND | changes).items() if name not in names}, ON
    )


def points(found: Assessment, name: str) -> Any:
    return found.as_dict()["values"][name]


def test_a_sound_enterprise_is_one() -> None:
    found = judge()
    assert (found.verdict, found.branch, found.missing) == ("yes", "score", [])
    assert found.as_dict()["score"] == {"lo": 94, "hi": 94}
    assert (points(found, "staff_points"), points(found, "rd_points"), points(found, "ip_points")) == (
        20,
        50,
        24,
    )


# --- art. 6 (1)–(4) ---


@pytest.mark.parametrize(
    ("figure", "last", "first_over"),
    [
        ("employees", 500, 501),
        ("sales", "200000000.00", "200000000.01"),
        ("total_assets", "200000000.00", "200000000.01"),
    ],
)
def test_size_ends_at_500_people_and_20000_wan(figure: str, last: Any, first_over: Any) -> None:
    """Staff and R&D are held at full points, so that size alone decides."""
    rest = {"tech_staff": 400, "rd_expense": "100000000"}
    assert judge(**rest | {"employees": 500, figure: last}).verdict == "yes"
    over = judge(**rest | {"employees": 500, figure: first_over})
    assert over.verdict == "no"
    assert [id for id, verdict in conditions(over).items() if verdict == "no" and id not in DIRECT] == [
        "size"
    ]


@pytest.mark.parametrize(
    ("flag", "condition"),
    [("registered_in_mainland", "resident"), ("products_allowed", "products"), ("clean_record", "record")],
)
def test_each_failing_condition_alone_refuses(flag: str, condition: str) -> None:
    found = judge(**{flag: False})
    assert (found.verdict, conditions(found)[condition]) == ("no", "no")


@pytest.mark.parametrize("flag", ["registered_in_mainland", "products_allowed", "clean_record"])
def test_a_direct_way_does_not_heal_a_failing_condition(flag: str) -> None:
    assert judge(**{flag: False, "high_tech_certificate": True}).verdict == "no"
    assert judge(employees=501, high_tech_certificate=True).verdict == "no"


# --- art. 7: the three tables ---


@pytest.mark.parametrize(
    ("staff", "expected"),
    [(400, 20), (121, 20), (120, 20), (119, 16), (101, 16), (100, 16), (99, 12), (81, 12), (80, 12), (79, 8), (61, 8),
     (60, 8), (59, 4), (41, 4), (40, 4), (39, 0), (1, 0), (0, 0)],
)  # fmt: skip
def test_staff_points_of_400_people(staff: int, expected: int) -> None:
    """30 % = 120, 25 % = 100, 20 % = 80, 15 % = 60, 10 % = 40 people, the edge itself included."""
    assert points(judge(employees=400, tech_staff=staff), "staff_points") == expected


def test_no_employees_gives_no_staff_points() -> None:
    found = judge(employees=0, tech_staff=0)
    assert (points(found, "staff_points"), found.verdict) == (0, "no")


@pytest.mark.parametrize(
    ("rd", "expected"),
    [("100000000", 50), ("6000000.01", 50), ("6000000.00", 50), ("5999999.99", 40), ("5000000.01", 40),
     ("5000000.00", 40), ("4999999.99", 30), ("4000000.00", 30), ("3999999.99", 20), ("3000000.00", 20),
     ("2999999.99", 10), ("2000000.00", 10), ("1999999.99", 0), ("0.01", 0), ("0", 0)],
)  # fmt: skip
def test_rd_points_by_sales_of_100_million(rd: str, expected: int) -> None:
    """6 %, 5 %, 4 %, 3 %, 2 %, one 分 either side; of costs R&D is under 10 %."""
    found = judge(sales="100000000", rd_expense=rd, cost_expense="10000000000")
    assert points(found, "rd_points") == expected


@pytest.mark.parametrize(
    ("rd", "expected"),
    [("300000.01", 50), ("300000.00", 50), ("299999.99", 40), ("250000.00", 40), ("249999.99", 30), ("200000.00", 30),
     ("199999.99", 20), ("150000.00", 20), ("149999.99", 10), ("100000.00", 10), ("99999.99", 0), ("0", 0)],
)  # fmt: skip
def test_rd_points_by_costs_of_one_million(rd: str, expected: int) -> None:
    """30 %, 25 %, 20 %, 15 %, 10 %, one 分 either side; of sales R&D is under 2 %."""
    assert points(judge(sales="200000000", rd_expense=rd, cost_expense="1000000"), "rd_points") == expected


@pytest.mark.parametrize(
    ("sales", "costs", "taken", "expected"),
    [("20000000", "2000000", "by_costs", 50), ("10000000", "9000000", "by_sales", 50), ("0", "2400000", "by_costs", 40),
     ("200000000", "6000000", "by_costs", 10)],
)  # fmt: skip
def test_the_better_rd_option_is_taken_and_told(sales: str, costs: str, taken: str, expected: int) -> None:
    """R&D of 600,000; without sales there are the costs alone."""
    found = judge(sales=sales, cost_expense=costs)
    assert points(found, "rd_points") == expected
    assert found.choices[0]["id"] == "rd_option"
    assert found.choices[0]["taken"] == taken


def test_without_sales_and_costs_there_are_no_rd_points() -> None:
    assert points(judge(sales="0", cost_expense="0"), "rd_points") == 0


@pytest.mark.parametrize(
    ("class1", "class2", "expected"),
    [
        (1, 0, 30),
        (2, 9, 30),
        (1, 4, 30),
        (0, 5, 24),
        (0, 4, 24),
        (0, 3, 18),
        (0, 2, 12),
        (0, 1, 6),
        (0, 0, 0),
    ],
)
def test_ip_points(class1: int, class2: int, expected: int) -> None:
    assert points(judge(ip_class1=class1, ip_class2=class2), "ip_points") == expected


# --- art. 6 (5): 60 points, and some of them for staff ---


@pytest.mark.parametrize(
    ("staff", "rd", "ip", "verdict"),
    [(20, 10, 30, "yes"), (4, 50, 6, "yes"), (12, 30, 18, "yes"), (20, 40, 0, "yes"), (20, 50, 0, "yes"),
     (4, 50, 0, "no"), (20, 10, 24, "no"), (12, 40, 6, "no"), (4, 30, 24, "no"), (20, 0, 30, "no"), (0, 50, 30, "no"),
     (0, 30, 30, "no"), (4, 50, 30, "yes"), (0, 0, 0, "no")],
)  # fmt: skip
def test_60_points_pass_and_58_do_not(staff: int, rd: int, ip: int, verdict: str) -> None:
    class1, class2 = IP[ip]
    found = judge(tech_staff=STAFF[staff], rd_expense=RD[rd], ip_class1=class1, ip_class2=class2)
    assert found.as_dict()["score"] == {"lo": staff + rd + ip, "hi": staff + rd + ip}
    assert found.verdict == verdict
    assert found.branch == ("score" if verdict == "yes" else None)


def test_without_rd_points_nobody_passes_and_without_ip_70_is_the_most() -> None:
    assert judge(rd_expense="0", tech_staff=100, ip_class1=9).as_dict()["score"] == {"lo": 50, "hi": 50}
    best = judge(tech_staff=100, rd_expense="5000000", ip_class1=0, ip_class2=0)
    assert best.as_dict()["score"] == {"lo": 70, "hi": 70}


# --- art. 8: direct ways ---


@pytest.mark.parametrize(("way", "item"), list(zip(DIRECT, "一二三四", strict=True)))
def test_each_direct_way_needs_no_score(way: str, item: str) -> None:
    found = judge(**{way: True}, tech_staff=0, rd_expense="0", ip_class2=0)
    assert (found.verdict, found.branch, found.missing) == ("yes", f"direct:{way}", [])
    row = next(row for row in found.as_dict()["conditions"] if row["id"] == way)
    assert (row["document"], row["article"]) == ("国科发政〔2017〕115号", f"第八条第({item})项")
    assert (row["verdict"], row["needed"]) == ("yes", True)


def test_a_direct_way_stands_without_any_figure_of_the_score() -> None:
    absent = ("tech_staff", "rd_expense", "cost_expense", "ip_class1", "ip_class2")
    found = without(*absent, high_tech_certificate=True)
    assert (found.verdict, found.branch, found.missing) == ("yes", "direct:high_tech_certificate", [])


@pytest.mark.parametrize("way", DIRECT)
def test_an_unknown_direct_way_leaves_a_failing_score_open(way: str) -> None:
    found = without(way, ip_class2=0, rd_expense="0")
    assert (found.verdict, found.missing) == ("unknown", [way])


def test_the_ways_are_told_apart_from_what_everybody_needs() -> None:
    refused = judge(rd_expense="0").sentences("zh")
    assert sum("几条路径之一" in text for text in refused) == 5
    taken = judge(high_tech_certificate=True).sentences("en")
    assert sum("(not needed)" in text for text in taken) == 4


# --- unknown facts ---


@pytest.mark.parametrize(
    ("absent", "verdict"),
    [("registered_in_mainland", "unknown"), ("employees", "unknown"), ("tech_staff", "unknown"), ("sales", "unknown"),
     ("total_assets", "unknown"), ("rd_expense", "unknown"), ("products_allowed", "unknown"),
     ("clean_record", "unknown"), ("cost_expense", "yes"), ("ip_class1", "yes"), ("ip_class2", "yes"),
     ("founded", "yes"), ("submitted", "yes"), *[(way, "yes") for way in DIRECT]],
)  # fmt: skip
def test_each_fact_taken_away(absent: str, verdict: str) -> None:
    """Staff and R&D give 70 without any IP; without R&D 44 to 94 are possible."""
    for found in (without(absent), judge(**{absent: None})):
        assert (found.verdict, found.missing) == (verdict, [absent] if verdict == "unknown" else [])


def test_unknown_points_are_all_that_is_possible() -> None:
    assert without("tech_staff").as_dict()["score"] == {"lo": 74, "hi": 94}
    assert without("rd_expense").as_dict()["score"] == {"lo": 44, "hi": 94}
    assert without("ip_class1").as_dict()["score"] == {"lo": 94, "hi": 100}
    assert without("ip_class2").as_dict()["score"] == {"lo": 70, "hi": 94}
    assert without("cost_expense", rd_expense="300000").as_dict()["score"] == {"lo": 64, "hi": 94}
    assert without("sales").as_dict()["score"] == {"lo": 44, "hi": 94}


def test_what_could_not_change_the_verdict_is_not_missing() -> None:
    """With a Ⅰ类 the number of Ⅱ类 is of no account; with a failing condition nothing heals."""
    assert without("employees", "ip_class2", ip_class1=1).missing == ["employees"]
    assert without("rd_expense", registered_in_mainland=False).verdict == "no"


def test_nothing_known_is_unknown() -> None:
    found = assess("tech_sme", {}, ON)
    assert found.verdict == "unknown"
    assert found.as_dict()["score"] == {"lo": 0, "hi": 100}
    assert set(found.missing) == set(SOUND) - {"founded", "submitted"}


# --- the registration number, dates ---


@pytest.mark.parametrize(
    ("founded", "submitted", "position"),
    [("2025-12-31", "2026-05-31", "0"), ("2025-12-31", "2026-06-01", "A"), ("2025-12-31", "2026-01-01", "0"),
     ("2025-12-31", "2026-12-31", "A"), ("2026-01-01", "2026-05-31", "B"), ("2026-01-01", "2026-06-01", "B"),
     ("2026-05-31", "2026-05-31", "B"), ("1999-02-28", "2028-05-31", "0"), (None, "2026-05-31", None),
     ("2025-12-31", None, None)],
)  # fmt: skip
def test_position_11_of_the_number(founded: str | None, submitted: str | None, position: str | None) -> None:
    """0: founded before the entry year, submitted by 31 May; A: from 1 June; B: founded in the entry year."""
    found = judge(founded=founded, submitted=submitted)
    assert points(found, "number_position_11") == position


def test_position_11_is_told_apart_since_2018() -> None:
    assert "number_position_11" not in judge("2017-12-31").as_dict()["values"]
    assert judge("2018-01-01").as_dict()["values"]["number_position_11"] == "0"


@pytest.mark.parametrize(("on", "verdict"), [("2017-05-02", "no_rule_in_force"), ("2017-05-03", "yes"), ("2026-12-31", "yes")])  # fmt: skip
def test_in_force_since_3_may_2017(on: str, verdict: str) -> None:
    found = judge(on, submitted="2026-05-20")
    assert found.verdict == verdict
    if verdict == "no_rule_in_force":
        assert (found.conditions, found.missing, found.score, found.expires) == ([], [], None, None)


@pytest.mark.parametrize(("on", "end"), [("2026-03-31", "2027-03-31"), ("2026-12-31", "2027-03-31"), ("2027-01-01", "2028-03-31")])  # fmt: skip
def test_the_information_is_renewed_by_the_end_of_march(on: str, end: str) -> None:
    """Art. 12: each year by the end of March."""
    assert judge(on).as_dict()["expires"] == end


def test_every_condition_says_where_it_stands() -> None:
    articles = {row["id"]: row["article"] for row in judge().as_dict()["conditions"]}
    assert list(articles)[:5] == ["resident", "size", "products", "record", "score"]
    assert [articles[id] for id in list(articles)[:5]] == [f"第六条第({item})项" for item in "一二三四五"]
    assert {row["document"] for row in judge().as_dict()["conditions"]} == {"国科发政〔2017〕115号"}
    assert judge().to_verify == ["tech_sme.renewal_month", "tech_sme"]
    assert judge("2025-12-31", submitted="2025-05-20").to_verify == ["tech_sme.renewal_month"]
    assert {row["status"] for row in judge().as_dict()["conditions"]} == {"confirmed"}
