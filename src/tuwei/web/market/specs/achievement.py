"""The achievement table: headers as in 成果登记; one declaration for import, API, template and export."""

from __future__ import annotations

from tuwei.core.tables import Column, Table

from ..models import Achievement
from .common import choices_of

ATTRIBUTE = {"original": "Original", "absorbed": "Absorbed from abroad", "secondary": "Secondary development"}
FORM = {
    "technology": "Technology", "process": "Process", "product": "Product", "material": "Material",
    "equipment": "Equipment", "variety": "Variety", "software": "Software", "standard": "Standard",
    "other": "Other",
}  # fmt: skip
LEVEL = {
    "international_leading": "International leading", "international_advanced": "International advanced",
    "domestic_leading": "Domestic leading", "domestic_advanced": "Domestic advanced", "unrated": "Unrated",
}  # fmt: skip
STAGE = {"early": "Early (laboratory)", "pilot": "Pilot", "mature": "Mature"}
RIGHT = {"own": "Owned", "shared": "Shared", "licensed": "Licensed", "unclear": "Unclear"}
COOPERATION = {
    "transfer": "Transfer", "license": "Licence", "invest": "Investment", "develop": "Joint development",
    "service": "Service", "negotiable": "Negotiable",
}  # fmt: skip
EXAMPLE = "节水率 ≥ 30 %(对照：漫灌，条件：滴灌覆膜，证据：两年大田试验)"

ACHIEVEMENT = Table(
    "achievements",
    "科技成果",
    "Achievements",
    (
        Column("id", "编号", "Number", max_length=80, help_zh="贵方自己的编号；再次导入时据此更新同一条"),
        Column("title", "成果名称", "Title", required=True, max_length=120, example="马铃薯膜下滴灌水肥一体化技术"),
        Column("text", "成果简介", "Summary", "long_text", required=True, max_length=8000),
        Column("organisation", "第一完成单位", "Organisation", max_length=120, aliases=("完成单位",)),
        Column("people", "完成人", "People", "list", max_length=60),
        Column("registration_no", "登记号", "Registration number", max_length=30),
        Column("start_month", "起始年月", "From", "month"),
        Column("end_month", "完成年月", "To", "month"),
        Column("attribute", "成果属性", "Attribute", "choice",
               choices=choices_of(Achievement.Attribute, ATTRIBUTE)),
        Column("form", "成果形式", "Form", "choice", choices=choices_of(Achievement.Form, FORM)),
        Column("level", "成果水平", "Level", "choice", choices=choices_of(Achievement.Level, LEVEL)),
        Column("stage", "所处阶段", "Stage", "choice", choices=choices_of(Achievement.Stage, STAGE)),
        Column("ip_text", "知识产权", "IP as text", "long_text", max_length=2000,
               help_zh="种类 号码 状态，多项用分号隔开"),
        Column("ip", "知识产权（结构化）", "IP (structured)", "json"),
        Column("trl", "技术就绪度", "TRL", "integer", low=1, high=9),
        Column("trl_evidence", "就绪度依据", "TRL evidence", "long_text", max_length=2000),
        Column("right_to_dispose", "处置权", "Right to dispose", "choice",
               choices=choices_of(Achievement.Right, RIGHT)),
        Column("cooperation", "合作方式", "Cooperation", "multi_choice",
               choices=choices_of(Achievement.Cooperation, COOPERATION)),
        Column("price_min", "期望价格下限", "Price from", "yuan", unit="元"),
        Column("price_max", "期望价格上限", "Price to", "yuan", unit="元"),
        Column("field", "技术领域", "Field", max_length=20),
        Column("industry", "产业", "Industry", max_length=40),
        Column("region", "地区", "Region", max_length=20),
        Column("application", "应用情况", "Application", "long_text", max_length=3000),
        Column("benefit", "效益", "Benefit", "long_text", max_length=3000),
        Column("keywords", "关键词", "Keywords", "list", max_length=40),
        Column("claims_text", "量化指标", "Claims as text", "long_text", max_length=3000, example=EXAMPLE,
               help_zh="名称 关系 数值 单位(对照:…,条件:…,证据:…)，多项用分号隔开"),
        Column("claims", "量化指标（结构化）", "Claims (structured)", "json"),
    ),
    key="id",
)  # fmt: skip
READ_ONLY = ("state", "sample", "published", "source", "source_id")
