"""The need table: headers as science offices use them; one declaration for import, API, template and export."""

from __future__ import annotations

from typing import Any

from tuwei.core.tables import Column, Table

from ..models import Need
from ..models.base import Comparator
from .common import choices_of

OWNERSHIP = {"demander": "Demander", "solver": "Solver", "shared": "Shared", "negotiable": "Negotiable"}
GRADES = {
    "L0": ("L0 仅领域", "L0 field only"),
    "L1": ("L1 抽象问题", "L1 abstract problem"),
    "L2": ("L2 核验身份后可见指标", "L2 figures after identity check"),
    "L3": ("L3 签署保密协议后可见资料", "L3 documents after NDA"),
}
EXAMPLE = "单位蒸发量耗气 ≤ 85 立方米/吨(现状 120)；成品含水率 4–5 %"

NEED = Table(
    "needs",
    "技术需求",
    "Needs",
    (
        Column("id", "编号", "Number", max_length=80, help_zh="贵方自己的编号；再次导入时据此更新同一条"),
        Column("title", "需求名称", "Title", required=True, max_length=120, example="喷雾干燥塔降低天然气消耗"),
        Column("organisation", "需求单位", "Organisation", max_length=120),
        Column("problem", "问题描述", "Problem", "long_text", required=True, max_length=5000,
               example="我们的烘干机太费气，冬天成本顶不住"),
        Column("object", "对象", "Object", max_length=200, example="喷雾干燥塔"),
        Column("function", "期望功能", "Function wanted", max_length=300, example="降低单位产品耗气量"),
        Column("indicators_text", "技术指标", "Indicators as text", "long_text", max_length=3000, example=EXAMPLE,
               help_zh="名称 关系 数值 单位(现状 …)，多项用分号隔开"),
        Column("indicators", "技术指标（结构化）", "Indicators (structured)", "json"),
        Column("constraints", "约束条件", "Constraints", "long_text", max_length=2000),
        Column("tried_routes", "已尝试路线", "Tried routes", "long_text", max_length=2000),
        Column("deadline", "期限", "Deadline", "date", low="2000-01-01", high="2100-12-31"),
        Column("budget_min", "预算下限", "Budget from", "yuan", unit="元"),
        Column("budget_max", "预算上限", "Budget to", "yuan", unit="元"),
        Column("ip_ownership", "知识产权归属", "IP ownership", "choice",
               choices=choices_of(Need.Ownership, OWNERSHIP)),
        Column("solver_conditions", "对解决方的要求", "Conditions on the solver", "long_text", max_length=2000),
        Column("why_not_inhouse", "为何不能自行解决", "Why not in-house", "long_text", max_length=2000),
        Column("contact_name", "联系人", "Contact", max_length=60),
        Column("contact_phone", "联系电话", "Phone", "phone", max_length=30),
        Column("contact_email", "联系邮箱", "E-mail", "email"),
        Column("consent_publish", "同意公开发布", "Consent to publish", "boolean"),
        Column("grade", "披露等级", "Disclosure grade", "choice", choices=GRADES),
        Column("abstract", "公开摘要", "Public abstract", "long_text", max_length=1000),
        Column("l1_confirmed", "仍然公开数字与名称", "Figures and names meant for everyone", "boolean",
               help_zh="名称或摘要里有带单位的数字、单位名称时须填“是”，否则该行退回"),
        Column("field", "技术领域", "Field", max_length=20, help_zh="代码或名称，见“地区包”"),
        Column("industry", "产业", "Industry", max_length=40, help_zh="代码或名称，见“地区包”"),
        Column("region", "地区", "Region", max_length=20, help_zh="行政区划代码或名称"),
        Column("keywords", "关键词", "Keywords", "list", max_length=40),
    ),
    key="id",
)  # fmt: skip
READ_ONLY = ("state", "sample", "completeness", "published", "source", "source_id")
COMPARATORS = tuple(Comparator.values)


def without_read_only(record: dict[str, Any]) -> dict[str, Any]:
    """A record as exported, ready to be read again: what the site alone decides is left out."""
    return {name: value for name, value in record.items() if name not in READ_ONLY}
