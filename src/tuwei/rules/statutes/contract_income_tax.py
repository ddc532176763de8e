"""企业所得税: income from technology transfers, 企业所得税法实施条例 art. 90.

Of one tax year, up to 500万元 is exempt and what lies above is halved, on 25 % (国税函〔2010〕157号). Kinds of
technology, term and exclusions: 财税〔2010〕111号; income: 国税函〔2009〕212号; licences that are not exclusive, from
2015-10-01: 财税〔2015〕116号 and 税务总局公告2015年第82号. The legal date is a day of the tax year, in general its last.
Amounts hold good if the conditions still open turn out yes; once one is no they are those of the plain rate.
"""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Decision, Terms, version
from tuwei.rules.statutes import _contract_facts as c
from tuwei.rules.statutes import _library as lib

_KINDS = "kind=patent|design|software_copyright|ic_layout|plant_variety|biomedical_variety"
_MODES = {
    "ownership": ("mode=ownership", ("income", "cost", "taxes")),
    "exclusive": ("mode=exclusive_licence_5y", ("income", "cost", "taxes")),
    "nonexclusive": (
        "mode=nonexclusive_licence_5y own_technology",
        ("income", "cost", "taxes", "shared_costs"),
    ),
}
INCOMES = Fact(
    "incomes", "技术转让收入明细", "Incomes from technology transfers", "records",
    fields={
        "what": "text", "income": "money", "cost": "money", "taxes": "money", "shared_costs": "money",
        "mode": "choice ownership exclusive_licence_5y nonexclusive_licence_5y other_licence",
        "kind": "choice patent design software_copyright ic_layout plant_variety biomedical_variety trivial_design other",
        "eligible": "flag", "related_party_100": "flag?", "own_technology": "flag",
    },
    totals={
        "all": ("income", ""),
        **{f"{field}_{mode}": (field, f"{_KINDS} eligible !related_party_100 {only}")
           for mode, (only, fields) in _MODES.items() for field in fields},
    },
    help_zh="每项 {income 收入, cost 净值或摊销成本, taxes 相关税费}，可加 mode(ownership 所有权、exclusive_licence_5y "
            "5年以上全球独占许可、nonexclusive_licence_5y 5年以上非独占许可、other_licence)、shared_costs(非独占许可应分摊的期间费用)、"
            "kind(技术种类，不填为 patent)、eligible(其他条件符合，不填为是)、related_party_100(直接或间接持股合计100%的关联方)、"
            "own_technology(自行或联合研发，不填为是)；收入不含设备等和可分开计价的服务",
    help_en="each item {income, cost: net book cost or amortisation, taxes: related taxes and fees}, and optionally mode "
            "(ownership, exclusive_licence_5y: global, nonexclusive_licence_5y, other_licence), shared_costs (period costs "
            "shared by a non-exclusive licence), kind (left out: patent), eligible (left out: yes), related_party_100 (a "
            "party held to 100 %), own_technology (left out: yes); without equipment and separable services",
)  # fmt: skip
FACTS = (
    lib.YEAR,
    INCOMES,
    c.flag("resident_enterprise", "居民企业", "Resident enterprise"),
    c.flag("contract_registered", "合同已认定登记(境内省级以上科技部门，跨境省级以上商务部门)",
           "Contracts certified (domestic: provincial S&T authority or above; cross-border: commerce)"),
    c.flag("cross_border", "有跨境技术转让", "Some transfers are cross-border"),
    c.flag("export_allowed", "不属禁止或限制出口的技术", "Not in the catalogue of prohibited or restricted exports"),
    c.flag("publicly_funded", "技术由财政经费资助形成", "The technology was publicly funded"),
    c.flag("publicly_funded_approved", "财政资助技术的转让已经审批", "The transfer of publicly funded technology is approved"),
    c.flag("separate_accounting", "单独计算技术转让所得并合理分摊期间费用", "Separate accounting, period costs shared reasonably"),
)  # fmt: skip


@version("contract_income_tax", "exclusive", *FACTS)
def exclusive(f: View, p: Terms) -> Decision:
    """Build the rule of 2008: ownership, or a global exclusive licence of five years or more."""
    return _decision(f, p, ("ownership", "exclusive"))


@version("contract_income_tax", "nonexclusive", *FACTS)
def nonexclusive(f: View, p: Terms) -> Decision:
    """Build the rule since 2015-10-01: also a non-exclusive licence of five years or more of own technology."""
    return _decision(f, p, ("ownership", "exclusive", "nonexclusive"))


def _decision(f: View, p: Terms, modes: tuple[str, ...]) -> Decision:
    eligible = x.total([f.total("incomes", f"income_{mode}") for mode in modes])
    conditions = _conditions(f, p, eligible)
    holds = x.Possible(x.all_of(*(one.test for one in conditions)))
    gain = p.named("income_total", eligible - x.total([_costs(f, mode) for mode in modes]))
    return Decision(
        facts=FACTS,
        conditions=conditions,
        values={
            "income_total": gain,
            **_tax(p, gain, holds),
            "excluded_income": p.named("excluded_income", f.total("incomes", "all") - eligible),
        },
        consistency=(lib.same_year(),),
    )


def _costs(f: View, mode: str) -> x.Quantity:
    return x.total([f.total("incomes", f"{field}_{mode}") for field in _MODES[mode][1][1:]])


def _conditions(f: View, p: Terms, eligible: x.Quantity) -> tuple[Condition, ...]:
    income = p.named("eligible_income", eligible)
    return (
        p.condition("resident", f.flag("resident_enterprise")),
        p.condition("eligible", income > x.number(0)),
        p.condition("registered", f.flag("contract_registered")),
        p.condition("export", f.flag("export_allowed"), applies=f.flag("cross_border")),
        p.condition("public_funds", f.flag("publicly_funded_approved"), applies=f.flag("publicly_funded")),
        p.condition("accounting", f.flag("separate_accounting")),
    )


def _tax(p: Terms, gain: x.Quantity, holds: x.Verdict) -> dict[str, x.Node]:
    """A loss gives no tax; within the relief ``(I − 500万) · 50 % · 25 %``, 500万 exempt."""
    nothing, limit, rate = x.number(0), p.number("exempt_limit"), p.number("rate")
    base = x.largest(gain, nothing)
    exempt = p.named("exempt", x.chosen((holds, x.smallest(base, limit)), otherwise=0))
    halved = p.named("halved", x.chosen((holds, base - exempt), otherwise=0))
    plain = p.named("tax_without_relief", base * rate)
    tax = p.named("tax", x.chosen((holds, halved * p.number("halved_share") * rate), otherwise=plain))
    return {
        "exempt": exempt,
        "halved": halved,
        "tax": tax,
        "tax_without_relief": plain,
        "saving": p.named("saving", plain - tax),
    }
