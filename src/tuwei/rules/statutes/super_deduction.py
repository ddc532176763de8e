"""研发费用加计扣除: 财税〔2015〕119号 and 公告2015年第97号, with the rates of 34号, 99号, 公告2021-6, 2021-13, 2022-16, 2022-28, 2023-7 and 2023-44.

A yearly rule: assess it on 31 December of the tax year. ``year``, when given, must be the year of that date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Consistency, Decision, Terms, version
from tuwei.rules.statutes import _library as lib

YEAR, QUARTER = 12, 3  # months
LISTED = ("integrated_circuit", "machine_tool")
INDUSTRIES = {
    "ordinary": ("一般行业", "ordinary"),
    "manufacturing": ("制造业", "manufacturing"),
    "integrated_circuit": ("清单内集成电路企业", "listed integrated-circuit enterprise"),
    "machine_tool": ("清单内工业母机企业", "listed machine-tool enterprise"),
}
PROJECTS = Fact(
    "projects", "各研发项目的费用(2020年及以前逐项目计算限额)", "Costs by project (caps by project until 2020)", "records",
    fields={"name": "text", "items_1_to_5": "money", "other_related": "money"},
    totals={"items": ("items_1_to_5", ""), "other": ("other_related", ""), "capped": ("capped", "")},
    derived={"capped": lambda row: None},  # by_project puts in what the law of the year gives
    help_zh="不填时按一个项目计算;填写时各项目合计须与总额一致",
    help_en="left out: all costs are one project's; given: the projects must add up to the totals",
)  # fmt: skip
FACTS = (
    lib.YEAR,
    Fact("industry", "主营行业", "Main industry", "choice", choices=INDUSTRIES,
         help_zh="集成电路、工业母机指列入当年清单的企业;制造业指主营业务收入占收入总额50%以上",
         help_en="integrated circuits and machine tools: on the list of the year; manufacturing: 50% or more of income"),
    Fact("tech_sme", "当年为科技型中小企业", "Technology-based SME in the year", "flag",
         help_zh="当年入库登记编号对应的资格", help_en="by the registration number of the year"),
    Fact("items_1_to_5", "人工、直接投入、折旧、摊销、设计试验等费用(第1–5项)",
         "Personnel, direct input, depreciation, amortisation, design and trial costs (items 1–5)", "money", turn="up",
         help_zh="自主研发的费用化支出;已减下脚料等收入,不含不征税收入形成的支出",
         help_en="own expensed R&D, less income from scrap, without costs paid from non-taxable income"),
    Fact("other_related", "其他相关费用(第6项)", "Other related costs (item 6)", "money", turn="up"),
    Fact("entrusted_domestic", "委托境内研发费用(实付)", "Paid for entrusted R&D in China", "money", turn="up",
         help_zh="合同须经认定登记;受托方不得再加计", help_en="under registered contracts; the contractor counts nothing"),
    Fact("entrusted_overseas", "委托境外机构研发费用(实付)", "Paid for R&D entrusted to bodies abroad", "money", turn="up",
         help_zh="不含委托境外个人;技术开发合同由委托方登记", help_en="not to individuals; the client registers the contract"),
    Fact("negative_income", "负面清单行业收入合计", "Income of industries on the negative list", "money", turn="down",
         help_zh="烟草制造、住宿和餐饮、批发和零售、房地产、租赁和商务服务、娱乐业当年收入之和",
         help_en="tobacco manufacturing, hotels and catering, wholesale and retail, real estate, leasing and business "
         "services, entertainment, added up"),
    lib.TOTAL_INCOME,
    Fact("non_taxable_income", "不征税收入", "Non-taxable income", "money"),
    Fact("investment_income", "投资收益", "Investment income", "money"),
    Fact("sound_accounts", "会计核算健全、查账征收的居民企业(未填按是)", "Resident with sound accounts, taxed on them (left out: yes)",
         "flag"),
    Fact("amortisation", "研发形成的无形资产当年摊销额(加计前)", "Amortisation of the year of intangibles from R&D", "money"),
    Fact("tax_rate", "企业适用的所得税税率(用于估算节税)", "Income-tax rate that applies, to tell the tax saved", "ratio"),
)  # fmt: skip
FACTS_PROJECTS = (*FACTS, PROJECTS)
MAIN_MANUFACTURING = Fact(
    "main_manufacturing", "清单内企业同时主营制造业", "Listed enterprise whose main business is manufacturing", "flag",
    help_zh="主营业务收入占收入总额50%以上;2021、2022年集成电路和工业母机企业据此适用制造业比例;未填按否",
    help_en="50% or more of income; in 2021 and 2022 listed enterprises take the rate of manufacturing by this; "
    "left out: no",
)  # fmt: skip
FACTS_2021 = (*FACTS, MAIN_MANUFACTURING)
FACTS_Q4 = (
    *FACTS_2021,
    Fact("q4_base", "第四季度实际发生的可加计研发费用", "R&D costs in the base that arose in the fourth quarter", "money", turn="up",
         help_zh="未填时按经营月份比例计算;填写时两种算法取大",
         help_en="left out: taken by months of operation; given: the larger of the two"),
    Fact("months_operated", "当年实际经营月份数", "Months of operation in the year", unit="months", low=1, high=12,
         help_zh="未填按12个月", help_en="left out: 12"),
    Fact("q4_months", "10月1日起的经营月份数", "Months of operation from 1 October", unit="months", high=3,
         help_zh="未填按3个月,当年经营不足3个月的按当年经营月份数",
         help_en="left out: 3, or all months of operation where they are fewer"),
)  # fmt: skip


@version("super_deduction", "by_project", *FACTS_PROJECTS)
def by_project(f: View, p: Terms) -> Decision:
    """Build the rule of 2016–2020: item 6 capped project by project."""
    share = p.number("other_share")
    scale = share.value.denominator - share.value.numerator
    given = x.surely(f.total("projects", "items") > 0) | x.surely(f.total("projects", "other") > 0)
    items = x.chosen((given, f.total("projects", "items")), otherwise=f.number("items_1_to_5"))
    cap = p.named("other_cap", items * share / (x.number(1) - share))
    capped = f.total("projects", "capped") / scale
    other = x.chosen((given, capped), otherwise=x.smallest(f.number("other_related"), cap))
    facts = (*FACTS, replace(PROJECTS, derived={"capped": _capped(share.value)}))
    return _decision(f, p, facts, items, (cap, other), _same_totals(f, given))


@version("super_deduction", "one_cap", *FACTS_2021)
def one_cap(f: View, p: Terms) -> Decision:
    """Build the rule since 2021: one cap on item 6 over all projects; since 2023 no more manufacturing row."""
    facts = FACTS_2021 if lib.in_force(p, "rate_manufacturing") else FACTS
    return _decision(f, p, facts, f.number("items_1_to_5"), _one_cap(f, p))


@version("super_deduction", "q4", *FACTS_Q4)
def q4(f: View, p: Terms) -> Decision:
    """Build the rule of the end of 2022: who stands at 75% counts the fourth quarter at 100%, the rest as before."""
    return _decision(f, p, FACTS_Q4, f.number("items_1_to_5"), _one_cap(f, p))


def _decision(
    f: View,
    p: Terms,
    facts: tuple[Fact, ...],
    items: x.Quantity,
    other: tuple[x.Quantity, x.Quantity],
    more: tuple[Consistency, ...] = (),
) -> Decision:
    parts = _base(f, p, items, other)
    of_year = _rate(f, p)
    last_quarter = _last_quarter(f, p, parts["base"], of_year) if lib.in_force(p, "q4_rate") else {}
    more += _q4_possible(f, parts["base"]) if last_quarter else ()
    if_allowed = last_quarter.pop("extra", parts["base"] * of_year)
    rate = last_quarter.pop("rate", p.named("rate", of_year))
    conditions = (
        p.condition("sound_accounts", x.Possible(f.flag("sound_accounts"))),
        _negative_list(f, p),
    )
    return Decision(
        facts=facts,
        conditions=conditions,
        values={
            **parts,
            "rate": rate,
            "intangible_rate": p.named("intangible_rate", rate + 1),
            **last_quarter,
            **_extras(f, p, x.all_of(*(one.test for one in conditions)), if_allowed, of_year),
        },
        consistency=(lib.same_year(), *_possible(f), *more),
    )


def _base(
    f: View, p: Terms, items: x.Quantity, other: tuple[x.Quantity, x.Quantity]
) -> dict[str, x.Quantity]:
    """Own costs, entrusted at home, entrusted abroad within a share of those at home, and their sum."""
    cap, allowed = other[0], p.named("other_allowed", other[1])
    paid = f.number("entrusted_domestic") * p.number("domestic_share")
    domestic = p.named("entrusted_domestic_allowed", paid)
    at_home = p.named("domestic_base", items + allowed + domestic)
    parts: dict[str, x.Quantity] = {
        "other_cap": cap, "other_allowed": allowed, "entrusted_domestic_allowed": domestic, "domestic_base": at_home,
    }  # fmt: skip
    share = p.number("overseas_share")
    abroad: x.Quantity = share  # none before 2018
    if share.value:
        parts["overseas_cap"] = p.named("overseas_cap", at_home * p.number("overseas_cap"))
        abroad = x.smallest(f.number("entrusted_overseas") * share, parts["overseas_cap"])
    parts["overseas_allowed"] = p.named("overseas_allowed", abroad)
    parts["base"] = p.named("base", at_home + parts["overseas_allowed"])
    return parts


def _rate(f: View, p: Terms) -> x.Quantity:
    """The highest rate of a class the enterprise belongs to; a class counts only where it has a better one."""
    manufacturing: x.Verdict = f.among("industry", "manufacturing")
    if lib.in_force(p, "rate_manufacturing"):
        manufacturing |= f.among("industry", *LISTED) & x.surely(f.flag("main_manufacturing"))
    classes = {
        "rate_listed": f.among("industry", *LISTED),
        "rate_manufacturing": manufacturing,
        "rate_tech_sme": f.flag("tech_sme"),
    }
    ordinary = p.number("rate_all")
    better = [(p.number(id), test) for id, test in classes.items() if lib.in_force(p, id)]
    better = sorted((one for one in better if one[0].value > ordinary.value), key=_falling)
    same = [list(group) for _, group in groupby(better, key=_falling)]
    cases = [(x.any_of(*(test for _, test in group)), group[0][0]) for group in same]
    return x.chosen(*cases, otherwise=ordinary) if cases else ordinary


def _falling(one: tuple[x.Number, x.Verdict]) -> Fraction:
    return -one[0].value


def _last_quarter(f: View, p: Terms, base: x.Quantity, before: x.Quantity) -> dict[str, x.Quantity]:
    """The law lets the enterprise take the quarter's actual costs or the year's by months of operation.

    The actual costs are an option only where they are given; the months, left out, are those of a whole year.
    """
    rate, earlier = p.named("rate", x.largest(before, p.number("q4_rate"))), p.named("rate_before_q4", before)
    months = x.known_or(f.number("months_operated"), YEAR)
    last = x.known_or(f.number("q4_months"), x.smallest(x.number(QUARTER), months))
    share = last * p.number("q4_by_months") / months
    by_months = p.named("q4_by_months", base * share * rate + base * (x.number(1) - share) * earlier)
    in_quarter = f.number("q4_base")
    actual = p.named("q4_actual", _if_given(in_quarter, in_quarter * rate + (base - in_quarter) * earlier))
    costs = x.choice("q4_costs", actual=actual, by_months=by_months)
    open_to_it = before < rate
    return {
        "extra": x.chosen((open_to_it, costs), otherwise=base * rate),
        "rate": rate,
        "rate_before_q4": earlier,
        "intangible_rate_before_q4": p.named("intangible_rate_before_q4", earlier + 1),
        "q4_actual": x.chosen((open_to_it, actual), otherwise=lib.none()),
        "q4_by_months": x.chosen((open_to_it, by_months), otherwise=lib.none()),
    }


def _extras(
    f: View, p: Terms, allowed: x.Verdict, if_allowed: x.Quantity, rate: x.Quantity
) -> dict[str, x.Quantity]:
    """What is deducted beyond the costs; the tax it saves is told where the rate of tax is known."""
    extra = p.named("extra", x.chosen((allowed, if_allowed), otherwise=0))
    amortised = x.chosen((allowed, f.number("amortisation") * rate), otherwise=0)
    if lib.in_force(p, "q4_rate"):  # what was amortised in the last quarter alone stands at the higher rate
        amortised = x.chosen((rate >= p.number("q4_rate"), amortised), otherwise=lib.none())
    return {
        "extra": extra,
        "extra_if_allowed": p.named("extra_if_allowed", if_allowed),
        "amortisation_extra": p.named("amortisation_extra", _if_given(f.number("amortisation"), amortised)),
        "saving": p.named("saving", _if_given(f.number("tax_rate"), extra * f.number("tax_rate"))),
    }


def _if_given(fact: x.Figure, value: x.Quantity) -> x.Quantity:
    """A service beside the rule: no value where the fact is left out, and nothing missing."""
    return x.chosen((x.surely(fact >= 0), value), otherwise=lib.none())


def _negative_list(f: View, p: Terms) -> Condition:
    rest = f.number("total_income") - f.number("non_taxable_income") - f.number("investment_income")
    share = p.named("negative_share", f.number("negative_income") / rest)
    none = f.number("negative_income") <= 0  # also where there is no income at all
    return p.condition("negative_list", (share <= p.number("negative_share")) | none)


def _one_cap(f: View, p: Terms) -> tuple[x.Quantity, x.Quantity]:
    share = p.number("other_share")
    cap = p.named("other_cap", f.number("items_1_to_5") * share / (x.number(1) - share))
    return cap, x.smallest(f.number("other_related"), cap)


def _capped(share: Fraction) -> Any:
    """Return item 6 of one project within its cap, times ``denominator − numerator`` so that it stays whole."""
    top, rest = share.numerator, share.denominator - share.numerator

    def capped(row: Mapping[str, Any]) -> int | None:
        items, other = row["items_1_to_5"], row["other_related"]
        return None if items is None or other is None else min(other * rest, items * top)

    return capped


def _possible(f: View) -> tuple[Consistency, ...]:
    income = f.number("total_income")
    rest = f.number("non_taxable_income") + f.number("investment_income")
    return (
        Consistency(f.number("negative_income") <= income, "负面清单行业收入多于收入总额",
                    "more income of listed industries than total income", ("negative_income", "total_income")),
        Consistency(rest <= income, "不征税收入与投资收益之和多于收入总额",
                    "non-taxable and investment income exceed total income",
                    ("non_taxable_income", "investment_income", "total_income")),
    )  # fmt: skip


def _same_totals(f: View, given: x.Verdict) -> tuple[Consistency, ...]:
    pairs = (("items", "items_1_to_5"), ("other", "other_related"))
    return tuple(
        Consistency(~given | f.total("projects", total).equals(f.number(name)), "各项目合计与总额不一致",
                    "the projects do not add up to the total", ("projects", name))
        for total, name in pairs
    )  # fmt: skip


def _q4_possible(f: View, base: x.Quantity) -> tuple[Consistency, ...]:
    return (
        Consistency(f.number("q4_base") <= base, "第四季度费用多于全年可加计费用",
                    "more costs in the fourth quarter than in the base of the year", ("q4_base", "items_1_to_5")),
        Consistency(f.number("q4_months") <= f.number("months_operated"), "第四季度经营月份多于全年经营月份",
                    "more months in the fourth quarter than in the year", ("q4_months", "months_operated")),
    )  # fmt: skip
