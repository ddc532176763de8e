"""The need table: headers as science offices use them; one declaration for import, API, template and export."""

from __future__ import annotations

from typing import Any

from tuwei.core.tables import Column, Table

from ..models import Need
from ..models.base import Comparator
from .common import CODED, NUMBER, choices_of

OWNERSHIP = {"demander": "Demander", "solver": "Solver", "shared": "Shared", "negotiable": "Negotiable"}
GRADES = {
    "L0": ("L0 仅领域", "L0 field only"),
    "L1": ("L1 抽象问题", "L1 abstract problem"),
    "L2": ("L2 核验身份后可见指标", "L2 figures after identity check"),
    "L3": ("L3 签署保密协议后可见资料", "L3 documents after NDA"),
}
EXAMPLE = "单位蒸发量耗气 ≤ 85 立方米/吨(现状 120)；成品含水率 4–5 %"
EXAMPLE_EN = "gas per tonne evaporated ≤ 85 m³/t (now 120); moisture of the product 4–5 %"

NEED = Table(
    "needs",
    "技术需求",
    "Needs",
    (
        Column("id", "编号", "Number", max_length=80, example="2026-001", help_zh=NUMBER[0], help_en=NUMBER[1]),
        Column("title", "需求名称", "Title", required=True, max_length=120, example="喷雾干燥塔降低天然气消耗",
               example_en="Less gas for a spray dryer",
               help_zh="一句话说清要做什么；任何人可见，不写数字、单位名称和联系方式",
               help_en="What is wanted, in one line; open to everyone: no figures, organisations or contacts"),
        Column("organisation", "需求单位", "Organisation", max_length=120, example="示例乳业有限公司",
               example_en="Example Dairy Ltd",
               help_zh="本单位可不填；代其他单位录入时写它在本站登记的名称",
               help_en="May be left out for your own; its name on this site when you enter for another"),
        Column("problem", "问题描述", "Problem", "long_text", required=True, max_length=5000,
               example="我们的烘干机太费气，冬天成本顶不住",
               example_en="Our dryer burns too much gas; in winter the costs get out of hand",
               help_zh="用自己的话说现状、后果、出现在哪里；不写联系方式",
               help_en="In your own words: what happens, where, what it costs; no contact details"),
        Column("object", "对象", "Object", max_length=200, example="喷雾干燥塔", example_en="Spray dryer",
               help_zh="设备、工艺或产品", help_en="The equipment, process or product"),
        Column("function", "期望功能", "Function wanted", max_length=300, example="降低单位产品耗气量",
               example_en="Burn less gas per tonne of product", help_zh="要它做到什么", help_en="What it shall do"),
        Column("indicators_text", "技术指标", "Indicators as text", "long_text", max_length=3000, example=EXAMPLE,
               example_en=EXAMPLE_EN, help_zh="名称 关系 数值 单位(现状 …)，多项用分号隔开",
               help_en="name comparator value unit (now …), several parted by semicolons"),
        Column("indicators", "技术指标（结构化）", "Indicators (structured)", "json",
               help_zh="供程序使用，填了它就不看“技术指标”", help_en="For programs; where given, the text is not read"),
        Column("constraints", "约束条件", "Constraints", "long_text", max_length=2000,
               example="不停产改造；车间层高 12 米", example_en="No stop of production; ceiling at 12 m",
               help_zh="不能变的条件：场地、工艺、时间、安全",
               help_en="What cannot change: room, process, time, safety"),
        Column("tried_routes", "已尝试路线", "Tried routes", "long_text", max_length=2000,
               example="加装过热管换热器，粉尘堵塞，停用", example_en="Heat pipes at the outlet: blocked by dust, given up",
               help_zh="试过什么、结果如何；没有试过就写“没有”", help_en="What was tried and what came of it; “none” if nothing"),
        Column("deadline", "期限", "Deadline", "date", low="2000-01-01", high="2100-12-31", example="2027-06-30",
               example_en="2027-06-30", help_zh="希望何时解决，如 2027-06-30", help_en="By when, such as 2027-06-30"),
        Column("budget_min", "预算下限", "Budget from", "yuan", unit="元", example="50万", example_en="500000",
               help_zh="以元计，可写“50万”", help_en="In yuan"),
        Column("budget_max", "预算上限", "Budget to", "yuan", unit="元", example="80万", example_en="800000",
               help_zh="以元计，不小于下限", help_en="In yuan, not below the lower bound"),
        Column("ip_ownership", "知识产权归属", "IP ownership", "choice", example="shared",
               choices=choices_of(Need.Ownership, OWNERSHIP),
               help_zh="新成果的知识产权归谁", help_en="Who shall own what is developed"),
        Column("solver_conditions", "对解决方的要求", "Conditions on the solver", "long_text", max_length=2000,
               example="有食品行业改造业绩，能到现场调试", example_en="Has done this in the food industry; starts it up on site",
               help_zh="对方应有的业绩、资质、服务", help_en="Record, licences and service asked of the other side"),
        Column("why_not_inhouse", "为何不能自行解决", "Why not in-house", "long_text", max_length=2000,
               example="没有热工设计人员", example_en="We have no thermal engineers",
               help_zh="缺人、缺设备还是缺资料", help_en="People, equipment or data that are missing"),
        Column("contact_name", "联系人", "Contact", max_length=60, example="王工", example_en="Ms Wang",
               help_zh="只在授权后可见", help_en="Seen only by those you grant it to"),
        Column("contact_phone", "联系电话", "Phone", "phone", max_length=30,
               help_zh="只在授权后可见", help_en="Seen only by those you grant it to"),
        Column("contact_email", "联系邮箱", "E-mail", "email",
               help_zh="只在授权后可见", help_en="Seen only by those you grant it to"),
        Column("consent_publish", "同意公开发布", "Consent to publish", "boolean", example="是", example_en="Yes",
               help_zh="填“是”才会在核实后公开", help_en="Published after the check only with “Yes”"),
        Column("grade", "披露等级", "Disclosure grade", "choice", choices=GRADES, example="L1", help_zh="公开到哪一级；不填为 L1", help_en="How much is open; L1 where empty"),
        Column("abstract", "公开摘要", "Public abstract", "long_text", max_length=1000,
               example="降低喷雾干燥过程的燃气消耗，不影响产品质量",
               example_en="Spray drying with less gas and the same quality",
               help_zh="任何人可见，不写数字、单位名称和联系方式；不填则由问题描述拟出",
               help_en="Open to everyone: no figures, organisations or contacts; drafted from the problem where empty"),
        Column("l1_confirmed", "仍然公开数字与名称", "Figures and names meant for everyone", "boolean",
               example="否", example_en="No",
               help_zh="名称或摘要里有带单位的数字、单位名称时须填“是”，否则该行退回",
               help_en="“Yes” where title or abstract tell figures with units or organisations on purpose; "
               "the row is rejected otherwise"),
        Column("field", "技术领域", "Field", max_length=20, example="energy", help_zh=CODED[0], help_en=CODED[1]),
        Column("industry", "产业", "Industry", max_length=40, example="agrifood", help_zh=CODED[0], help_en=CODED[1]),
        Column("region", "地区", "Region", max_length=20, example="150104", help_zh=CODED[0], help_en=CODED[1]),
        Column("keywords", "关键词", "Keywords", "list", max_length=40, example="喷雾干燥、余热回收",
               example_en="spray drying; heat recovery", help_zh="多项用顿号分开", help_en="Several parted by semicolons"),
    ),
    key="id",
)  # fmt: skip
READ_ONLY = ("state", "sample", "completeness", "published", "source", "source_id")
COMPARATORS = tuple(Comparator.values)


def without_read_only(record: dict[str, Any]) -> dict[str, Any]:
    """A record as exported, ready to be read again: what the site alone decides is left out."""
    return {name: value for name, value in record.items() if name not in READ_ONLY}
