"""What no official page was opened for is to verify, on every day it holds; what was read in a copy says so beside."""

from __future__ import annotations

import datetime

import pytest

from tuwei.rules import load
from tuwei.rules._parameters import Citation

OPEN = [
    # 科技型中小企业
    ("tech_sme", "notice_days", "2017-05-03"),
    ("tech_sme", "renewal_month", "2017-05-03"),
    ("tech_sme", "number_length", "2022-01-01"),
    # 高新技术企业
    ("high_tech", "college_staff_share", "2008-01-01"),
    ("high_tech", "rd_staff_share", "2008-01-01"),
    ("high_tech", "registered_days", "2016-01-01"),
    ("high_tech", "total_income_without_non_taxable", "2016-01-01"),
    ("high_tech", "sales_with_other_business", "2016-01-01"),
    ("high_tech", "years_before_application", "2016-01-01"),
    ("high_tech", "other_expense_share", "2016-01-01"),
    ("high_tech", "entrusted_share", "2016-01-01"),
    ("high_tech", "growth", "2016-01-01"),
    ("high_tech", "certificate_years", "2016-01-01"),
    ("high_tech", "report_month", "2016-01-01"),
    ("high_tech", "missed_reports", "2016-01-01"),
    ("high_tech", "change_report_months", "2016-01-01"),
    # 研发费用加计扣除, 所得税
    ("super_deduction", "rate_tech_sme", "2017-01-01"),
    ("super_deduction", "q4_by_months", "2022-10-01"),
    ("super_deduction", "excluded_activities", "2016-01-01"),
    ("super_deduction", "overseas_individuals_excluded", "2018-01-01"),
    ("super_deduction", "overseas_contract_registered", "2018-01-01"),
    ("super_deduction", "domestic_contract_registered", "2016-01-01"),
    ("income_tax", "western_share", "2021-01-01"),
    ("income_tax", "status_year", "2018-01-01"),
    ("contract_income_tax", "rate", "2008-01-01"),
]
READ = [
    ("tech_sme", ("max_employees", "max_sales", "max_assets", "pass_mark", "staff", "rd_of_sales", "rd_of_costs",
                  "ip_class1", "ip_class2", "early_submission_month", "staff_months")),
    ("high_tech", ("tech_staff_share", "rd_intensity", "mainland_rd_share", "high_tech_income_share", "pass_mark",
                   "ip_cap", "ip_class1", "ip_class2", "conversions", "staff_days")),
    ("super_deduction", ("rate_all", "rate_listed", "other_share", "domestic_share", "overseas_share", "overseas_cap",
                         "negative_share")),
    ("income_tax", ("standard_rate", "high_tech_rate", "western_rate", "small_rate", "small_counted", "small_income",
                    "small_people", "small_assets", "loss_years", "loss_years_extended")),
    ("contract_income_tax", ("exempt_limit", "halved_share")),
]  # fmt: skip


def in_force(rule: str, id: str, on: str) -> Citation:
    return load().parameter("parameters", rule, id, datetime.date.fromisoformat(on))


@pytest.mark.parametrize(("rule", "id", "on"), OPEN)
def test_to_verify(rule: str, id: str, on: str) -> None:
    row = in_force(rule, id, on)
    assert (row.status, bool(row.note)) == ("to_verify", True)


@pytest.mark.parametrize(("rule", "ids"), READ)
def test_confirmed_where_the_main_answers_rest_on_it(rule: str, ids: tuple[str, ...]) -> None:
    assert {id: in_force(rule, id, "2026-03-01").status for id in ids} == dict.fromkeys(ids, "confirmed")


@pytest.mark.parametrize("rule", ["tech_sme", "high_tech"])
def test_whether_the_measures_are_rewritten_in_2026_is_open(rule: str) -> None:
    before, after = (load().version(rule, datetime.date(*day)) for day in ((2025, 12, 31), (2026, 1, 1)))
    assert before is not None
    assert after is not None
    assert before.words == after.words
    assert (before.status, after.status) == ("confirmed", "to_verify")
    assert "2026年是否修订待核" in after.note
