"""The score of 专精特新 by 工信部企业〔2022〕63号 附件2: 13 indicators in four groups, 100 points."""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Terms
from tuwei.rules.statutes import _library as lib
from tuwei.rules.statutes import _quality as q

FIELDS = {
    "gap": ("补短板、锻长板、填空白", "fills a gap or builds a strong point"),
    "base": (
        "工业六基、老字号或龙头企业产业链重要支撑",
        "industrial base, old brand or support of a leading enterprise",
    ),
    "other": ("其他", "other"),
}
LEVELS = {
    "national": ("国家级", "national"),
    "provincial": ("省级", "provincial"),
    "municipal": ("市级", "municipal"),
    "lower": ("市级以下", "below municipal"),
    "none": ("无", "none"),
}
QUALITY = ("quality_award", "management_certificate", "own_brand", "standard_drafter")
FACTS = (
    *q.YEARLY,
    q.YEARS,
    Fact("segment_field", "主导产品所属领域", "Field of the main product", "choice", choices=FIELDS),
    Fact("digital_level", "数字化水平等级", "Digital level", high=4, help_zh="平台自测的等级，一级填 1", help_en="level of the platform's own test, 1 to 4"),
    Fact("quality_award", "省级以上质量奖", "Provincial or national quality award", "flag"),
    q.CERTIFICATE,
    q.BRAND,
    Fact("standard_drafter", "参与制修订标准", "Took part in drafting a standard", "flag"),
    Fact("net_profit", "上年净利润", "Net profit, last year", "money", low=None),
    *q.BALANCE,
    Fact("regional_points", "特色化指标得分(省级自定)", "Points by the region's own indicators", "points",
         items={"distinctive": (0, 15)}, item_names={"distinctive": ("特色化指标", "distinctive indicators")}),
    *q.IP,
    lib.EMPLOYEES,
    q.RD_STAFF,
    Fact("rd_institution_level", "研发机构级别", "Level of the R&D institution", "choice", choices=LEVELS),
)  # fmt: skip


def points(f: View, p: Terms) -> dict[str, x.Points]:
    """Return the score and its four parts."""
    parts = {
        "specialised_points": _specialised(f, p),
        "refined_points": _refined(f, p),
        "distinctive_points": p.named_points(
            "distinctive_points", f.points("regional_points", "distinctive")
        ),
        "innovation_points": _innovation(f, p),
    }
    return {**parts, "score": p.named_points("score", x.PointsSum(tuple(parts.values())))}


def _specialised(f: View, p: Terms) -> x.Points:
    """专业化, at most 25."""
    terms = (
        p.points("main_share_points", q.main_share(f, p)),
        p.points("main_growth_points", q.mean_growth(f, p)),
        p.points("years_points", f.number("years_in_segment")),
        p.points("field_points", _place(f, "segment_field", FIELDS)),
    )
    return p.named_points("specialised_points", x.PointsSum(terms))


def _refined(f: View, p: Terms) -> x.Points:
    """精细化, at most 25."""
    each = tuple(p.points("quality_points", _counted(f.flag(name))) for name in QUALITY)
    quality = p.named_points("quality_points", x.PointsCap(x.PointsSum(each), p.whole("quality_cap")))
    margin = p.named("net_margin", f.number("net_profit") / f.series("sales")[-1])
    terms = (
        p.points("digital_points", f.number("digital_level")),
        quality,
        p.points("net_margin_points", margin),
        p.points("liabilities_points", q.liabilities(f, p)),
    )
    return p.named_points("refined_points", x.PointsSum(terms))


def _innovation(f: View, p: Terms) -> x.Points:
    """创新能力, at most 35: of R&D the better of amount and share."""
    amount = p.points("rd_amount_points", f.series("rd_expense")[-1])
    share = p.points("rd_share_points", q.rd_share(f, p, -1, "rd_share"))
    staff = p.named("rd_staff_share", f.number("rd_staff") / f.number("employees"))
    terms = (
        q.ip_points(f, p),
        p.named_points("rd_points", x.best(amount=amount, share=share)),
        p.points("rd_staff_points", staff),
        p.points("institution_points", _place(f, "rd_institution_level", LEVELS)),
    )
    return p.named_points("innovation_points", x.PointsSum(terms))


def _place(f: View, name: str, choices: dict[str, tuple[str, str]]) -> x.Quantity:
    """Return the place of the code in its list, from 1; tables are written by it."""
    *codes, _ = choices
    cases = ((f.among(name, code), x.number(place)) for place, code in enumerate(codes, 1))
    return x.chosen(*cases, otherwise=len(choices))


def _counted(flag: x.Verdict) -> x.Quantity:
    return x.chosen((flag, x.number(1)), otherwise=0)
