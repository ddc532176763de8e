"""增值税: transfer and development of technology, with related consulting and service, are exempt.

财税〔2016〕36号 annex 3 art. 1(26) from 2016-05-01 to 2025-12-31; 财政部 税务总局公告2026年第10号 art. 2(2)② from
2026-01-01 to 2027-12-31. The legal date is that of the tax point. Amounts are without VAT; they hold good if the
conditions still open turn out yes, and are 0 once one is no.
"""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Decision, Terms, version
from tuwei.rules.statutes import _contract_facts as c

FACTS_2016 = (
    c.TYPE,
    Fact("technology_price", "技术转让或开发的价款(不含税)", "Price of the transfer or development, without VAT", "money"),
    Fact("related_price", "相关技术咨询、服务的价款(不含税)", "Price of related consulting and service, without VAT",
         "money", help_zh="没有时填 0", help_en="0 where there is none"),
    c.flag("same_invoice", "相关咨询、服务价款与技术价款开在同一张发票上", "Related price on the same invoice"),
    c.flag("helps_master", "为帮助对方掌握该技术而提供", "Given to help the other side master that technology"),
    c.WRITTEN,
    c.flag("provincial_certificate", "经省级主管部门认定", "Certified by the provincial authority"),
    c.flag("papers_kept", "合同与审核意见留存备查", "Contract and opinion kept for inspection"),
    Fact("taxpayer", "纳税人类别", "Kind of taxpayer", "choice",
         choices={"general": ("一般纳税人", "general taxpayer"), "small_scale": ("小规模纳税人", "small-scale taxpayer")}),
)  # fmt: skip
FACTS = (
    *FACTS_2016,
    c.flag("licence_counts_as_transfer", "主管部门确认许可属于“转让技术”",
           "The authority confirms that the licence counts as a transfer of technology"),
)  # fmt: skip
_EXEMPT = (*c.DEVELOPMENT, *c.TRANSFER, "licence")


@version("contract_vat", "annex3-2016", *FACTS_2016)
def annex3_2016(f: View, p: Terms) -> Decision:
    """Build the exemption of 2016: ownership or use right; certified by the provincial S&T authority."""
    return _decision(f, p, FACTS_2016, ())


@version("contract_vat", "notice-2026", *FACTS)
def notice_2026(f: View, p: Terms) -> Decision:
    """Build the exemption of 2026: certified by the S&T or industry authority; of a licence the note is not known."""
    licence = p.condition("licence", f.flag("licence_counts_as_transfer"), applies=f.among("type", "licence"))
    return _decision(f, p, FACTS, (licence,))


def _decision(f: View, p: Terms, facts: tuple[Fact, ...], more: tuple[Condition, ...]) -> Decision:
    conditions = (
        p.condition("type", f.among("type", *_EXEMPT)),
        *more,
        p.condition("written", f.flag("written_contract")),
        p.condition("certified", f.flag("provincial_certificate")),
        p.condition("kept", f.flag("papers_kept")),
    )
    return Decision(
        facts=facts,
        conditions=conditions,
        values=_values(f, p, x.Possible(x.all_of(*(one.test for one in conditions)))),
    )


def _values(f: View, p: Terms, holds: x.Verdict) -> dict[str, x.Node]:
    technology, related = f.number("technology_price"), f.number("related_price")
    with_it = f.flag("same_invoice") & f.flag("helps_master")
    related_exempt = x.chosen((related <= 0, x.number(0)), (with_it, related), otherwise=0)
    exempt = p.named("exempt_amount", x.chosen((holds, technology + related_exempt), otherwise=0))
    rate = x.chosen(
        (f.among("taxpayer", "general"), p.number("general_rate")), otherwise=p.number("small_rate")
    )
    return {
        "exempt_amount": exempt,
        "taxed_amount": p.named("taxed_amount", technology + related - exempt),
        "vat_rate": p.named("vat_rate", rate),
        "vat_saved": p.named("vat_saved", exempt * rate),
    }
