"""Facts and small formulas that several statutes share."""

from __future__ import annotations

import calendar
import datetime

from tuwei.core.errors import MissingError
from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact
from tuwei.rules._rule import Consistency, Terms

FOUNDED = Fact("founded", "成立(注册)日期", "Date of registration", "date")
EMPLOYEES = Fact("employees", "职工总数", "Employees", unit="people",
                 help_zh="含累计工作 6 个月以上的兼职和临时人员(高企认定为 183 天)",
                 help_en="part-time and temporary people count from 6 months (for high-tech: 183 days)")  # fmt: skip
TECH_STAFF = Fact("tech_staff", "科技人员", "S&T staff", unit="people", turn="up")
IP_CLASS1 = Fact("ip_class1", "Ⅰ类知识产权", "Class I IP rights", turn="up",
                 help_zh="发明专利、植物新品种、国家新药、集成电路布图设计专有权等",
                 help_en="invention patents, plant varieties, new drugs, IC layouts and the like")  # fmt: skip
IP_CLASS2 = Fact("ip_class2", "Ⅱ类知识产权", "Class II IP rights", turn="up",
                 help_zh="实用新型、外观设计、软件著作权(不含商标)", help_en="utility models, designs, software copyright")  # fmt: skip
CLEAN_RECORD = Fact("clean_record", "无重大事故、严重违法失信", "Clean record", "flag",
                    help_zh="规则所指期间内无重大安全、质量事故,严重环境违法,科研失信,未列入异常名录",
                    help_en="no major accident, serious violation or listing in the period the rule names")  # fmt: skip
HIGH_TECH_CERTIFICATE = Fact(
    "high_tech_certificate", "有效的高新技术企业证书", "Valid high-tech certificate", "flag"
)
YEAR = Fact("year", "纳税年度", "Tax year", unit="number", low=1994, high=2199,
            help_zh="须与评价日期同年;年度规则以当年12月31日评价", help_en="the year of the date; assess a yearly rule on 31 December")  # fmt: skip
TOTAL_INCOME = Fact(
    "total_income", "收入总额(税法第六条,含不征税收入)", "Total income (law, article 6)", "money"
)
NON_TAXABLE_INCOME = Fact(
    "non_taxable_income", "不征税收入", "Non-taxable income", "money",
    help_zh="高新技术企业认定中不填按零计", help_en="for high-tech recognition, none unless stated",
)  # fmt: skip


def same_year() -> Consistency:
    """The tax year, when given, is that of the legal date."""
    return Consistency(
        x.Figure("year").equals(x.Called(year_of, (x.Figure("on"),))),
        "纳税年度与评价日期不在同一年；一张表只评价一个年度",
        "the tax year is not that of the date; a table is judged for one year",
        ("year", "on"),
    )


def in_force(p: Terms, id: str) -> bool:
    """Whether a parameter that the law has only in some years is in force."""
    try:
        p.citation(id)
    except MissingError:
        return False
    return True


def none() -> x.Quantity:
    """Return a quantity that does not exist: shown as null, no option of a choice, nothing missing."""
    return x.number(1) / x.number(0)


def staff_within_employees() -> Consistency:
    """S&T staff are employees."""
    return Consistency(
        x.Figure("tech_staff") <= x.Figure("employees"),
        "科技人员多于职工总数",
        "more S&T staff than employees",
        ("tech_staff", "employees"),
    )


def year_of(day: int) -> int:
    """Return the calendar year of a day number.

    Examples
    --------
    >>> year_of(datetime.date(2026, 5, 1).toordinal())
    2026
    """
    return datetime.date.fromordinal(day).year


def end_of_month(day: int, month: int, years: int = 0) -> int:
    """Return the last day of a month, of the day's year or of one some years later.

    Examples
    --------
    >>> datetime.date.fromordinal(end_of_month(datetime.date(2026, 6, 9).toordinal(), 2, 2)).isoformat()
    '2028-02-29'
    """
    year = min(year_of(day) + years, datetime.MAXYEAR)
    return datetime.date(year, month, calendar.monthrange(year, month)[1]).toordinal()


def years_later(day: int, years: int) -> int:
    """Return the same day some years later; 29 February becomes 28 February.

    Examples
    --------
    >>> datetime.date.fromordinal(years_later(datetime.date(2024, 2, 29).toordinal(), 3)).isoformat()
    '2027-02-28'
    """
    date = datetime.date.fromordinal(day)
    last = date.month == 2 and date.day == 29
    year = min(date.year + years, datetime.MAXYEAR)
    return date.replace(year=year, day=28 if last else date.day).toordinal()


def months_later(day: int, months: int) -> int:
    """Return the same day some months later, or the last day of a shorter month.

    Examples
    --------
    >>> datetime.date.fromordinal(months_later(datetime.date(2026, 1, 31).toordinal(), 1)).isoformat()
    '2026-02-28'
    """
    date = datetime.date.fromordinal(day)
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    first = datetime.date(year, month + 1, 1)
    following = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return first.toordinal() + min(date.day, (following - first).days) - 1
