"""技术经纪人、技术经理人 (training outline of 2020) and 技术转移服务机构 (Inner Mongolia measures of 2020 and 2022)."""

from __future__ import annotations

from tuwei.rules import _expression as x
from tuwei.rules._facts import Fact, View
from tuwei.rules._rule import Condition, Decision, Terms, version

LEVELS = ("senior", "intermediate", "junior")  # the highest first
MODULES = ("common", "policy", "practice", "advanced")
_LEVEL_NAMES = {
    "none": ("未通过", "none"), "junior": ("初级技术经纪人", "junior technology broker"),
    "intermediate": ("中级技术经纪人", "intermediate technology broker"),
    "senior": ("高级技术经理人", "senior technology manager"),
}  # fmt: skip
BROKER = (
    Fact("hours_common", "公共知识学时", "Hours of common knowledge", unit="number"),
    Fact("hours_policy", "政策法规学时", "Hours of policy and law", unit="number"),
    Fact("hours_practice", "实务技能学时", "Hours of practice", unit="number"),
    Fact("hours_advanced", "能力提升学时", "Hours of advancement", unit="number"),
    Fact(
        "training_level",
        "培训机构认定已完成的培训等级",
        "Highest training completed, as certified",
        "choice",
        choices=_LEVEL_NAMES,
    ),
    Fact("exam_level", "已通过的考核等级", "Highest examination passed", "choice", choices=_LEVEL_NAMES),
)
ITEMS = ("base", "results", "capacity", "management", "reputation")


def _item(name: str, zh: str, en: str) -> Fact:
    return Fact(f"agency_{name}", f"{zh}得分", f"Points for {en}", unit="points", high=100, turn="up",
                help_zh="按该项满分 100 折算", help_en="out of 100 for the item")  # fmt: skip


AGENCY = (
    Fact("agency_filed", "已备案的机构或技术合同登记机构", "Filed agency or registration office", "flag"),
    _item("base", "基础条件", "basic conditions"),
    _item("results", "服务成效", "service results"),
    _item("capacity", "服务能力", "service capacity"),
    _item("management", "管理水平", "management"),
    _item("reputation", "信誉", "reputation"),
)


@version("broker_grade", "outline", *BROKER)
def broker_grade(f: View, p: Terms) -> Decision:
    """Build the three grades: hours in four modules and the examination."""
    grades = {level: _grade(f, p, level) for level in LEVELS}
    ways = {level: x.all_of(*(one.test for one in conditions)) for level, conditions in grades.items()}
    return Decision(
        facts=BROKER,
        conditions=tuple(one for conditions in grades.values() for one in conditions),
        ways=ways,
        values={
            "grade": x.Text(tuple((test, level) for level, test in ways.items()), "none"),
            "hours": p.named("hours", x.total([f.number(f"hours_{module}") for module in MODULES])),
        },
    )


def _grade(f: View, p: Terms, level: str) -> tuple[Condition, Condition]:
    """Where the hours of the outline are not filled in, the certificate of the training body stands for them."""
    this_or_higher = LEVELS[: LEVELS.index(level) + 1]
    enough = x.all_of(*(f.number(f"hours_{module}") >= p.number(f"{level}_{module}") for module in MODULES))
    hours = enough if p.is_on("hours_known") else f.among("training_level", *this_or_higher)
    passed = f.among("exam_level", *this_or_higher)
    return p.condition(f"{level}_hours", hours, level), p.condition(f"{level}_exam", passed, level)


@version("transfer_agency", "weights", *AGENCY)
def transfer_agency(f: View, p: Terms) -> Decision:
    """Build the yearly score: five items of 100 each by relative weights, and the grade by three marks."""
    weights = [p.number(f"weight_{item}") for item in ITEMS]
    weighted = [f.number(f"agency_{item}") * weight for item, weight in zip(ITEMS, weights, strict=True)]
    score = p.named("performance", x.total(weighted) / x.total(tuple(weights)))
    passed = score >= p.number("pass_mark")
    marks = ((score >= p.number("excellent_mark"), "excellent"), (score >= p.number("good_mark"), "good"))
    return Decision(
        facts=AGENCY,
        conditions=(
            p.condition("filed", f.flag("agency_filed")),
            p.condition("performance", passed),
        ),
        values={"performance": score, "grade": x.Text((*marks, (passed, "qualified")), "unqualified")},
    )
