"""揭榜挂帅 of Inner Mongolia: 2021 a share of the R&D up to a cap by role; 2025 the conditions of “突围”."""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Consistency, Decision, Terms, version

_ROLES = {
    "poster_breakthrough": ("技术攻关类发榜方", "poster of a breakthrough project"),
    "solver_conversion": ("成果转化类揭榜方", "solver of a conversion project"),
    "other": ("其他", "other"),
}  # fmt: skip
FACTS_2021 = (
    Fact("unveiling_listed", "项目已列入榜单并签约", "The project is listed and signed", "flag"),
    Fact("unveiling_role", "在项目中的角色", "Role in the project", "choice", choices=_ROLES),
    Fact("project_rd", "项目研发投入", "R&D spending of the project", "money", turn="up"),
)
FACTS_2025 = (
    Fact("enterprise_lead", "由企业牵头", "Led by an enterprise", "flag"),
    Fact("matching_funds", "配套资金", "Matching funds", "money", turn="up"),
    Fact("fiscal_funds", "申请的财政资金", "Fiscal funds asked for", "money", turn="down"),
    Fact("partners", "参与单位", "Partners"),
    Fact("regional_partners", "区内参与单位", "Partners of the region", turn="up"),
    Fact("regional_institutes", "区内高校院所", "Institutes of the region", turn="up"),
)


@version("unveiling", "share", *FACTS_2021)
def unveiling(f: View, p: Terms) -> Decision:
    """Build the rule of 2021."""
    poster, solver = (
        f.among("unveiling_role", "poster_breakthrough"),
        f.among("unveiling_role", "solver_conversion"),
    )
    most = x.chosen((poster, p.number("cap_poster")), (solver, p.number("cap_solver")), otherwise=0)
    award = x.smallest(f.number("project_rd") * p.number("share"), most)
    return Decision(
        facts=FACTS_2021,
        conditions=(
            p.condition("listed", f.flag("unveiling_listed")),
            p.condition("role", poster | solver),
        ),
        values={"award": p.named("award", award)},
    )


@version("unveiling", "matching", *FACTS_2025)
def unveiling_2025(f: View, p: Terms) -> Decision:
    """Build the rule of 2025: who leads, who pays, who takes part; no amount is known."""
    ratio = p.named("matching_ratio", f.number("matching_funds") / f.number("fiscal_funds"))
    partners = p.named("partner_share", f.number("regional_partners") / f.number("partners"))
    return Decision(
        facts=FACTS_2025,
        conditions=(
            p.condition("enterprise_lead", f.flag("enterprise_lead")),
            p.condition("matching", ratio >= p.number("matching")),
            p.condition("regional_partners", partners >= p.number("regional_partners")),
            p.condition("regional_institute", f.number("regional_institutes") >= p.number("regional_institutes")),
        ),
        values={"fiscal_most": p.named("fiscal_most", f.number("matching_funds") / p.number("matching"))},
        consistency=(
            Consistency(f.number("regional_partners") <= f.number("partners"), "区内单位多于参与单位",
                        "more partners of the region than partners", ("regional_partners", "partners")),
        ),
    )  # fmt: skip
