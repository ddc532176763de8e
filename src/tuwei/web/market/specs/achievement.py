"""The achievement table: headers as in 成果登记; one declaration for import, API, template and export."""

from __future__ import annotations

from tuwei.core.tables import Column, Table

from ..models import Achievement
from .common import CODED, NUMBER, choices_of

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
EXAMPLE_EN = (
    "water saving ≥ 30 % (baseline: flooding, conditions: under film, evidence: two years in the field)"
)

ACHIEVEMENT = Table(
    "achievements",
    "科技成果",
    "Achievements",
    (
        Column("id", "编号", "Number", max_length=80, example="2026-001", help_zh=NUMBER[0], help_en=NUMBER[1]),
        Column("title", "成果名称", "Title", required=True, max_length=120, example="马铃薯膜下滴灌水肥一体化技术",
               example_en="Drip irrigation under film for potatoes", help_zh="与登记证书一致", help_en="As on the certificate"),
        Column("text", "成果简介", "Summary", "long_text", required=True, max_length=8000,
               example="膜下滴灌按生育期供水供肥，减少蒸发和淋失",
               example_en="Water and fertiliser by growth stage, dripped under film: less evaporation and leaching",
               help_zh="原理、效果、适用条件", help_en="How it works, what it does, where it applies"),
        Column("organisation", "第一完成单位", "Organisation", max_length=120, aliases=("完成单位",), example="示例农业研究所",
               example_en="Example Agricultural Institute",
               help_zh="本单位可不填；代其他单位录入时写它在本站登记的名称",
               help_en="May be left out for your own; its name on this site when you enter for another"),
        Column("people", "完成人", "People", "list", max_length=60, example="王一、李二", example_en="Wang Yi; Li Er",
               help_zh="多人用顿号分开", help_en="Several parted by semicolons"),
        Column("registration_no", "登记号", "Registration number", max_length=30, example="9152026Y0001",
               example_en="9152026Y0001", help_zh="成果登记证书上的号码", help_en="On the certificate of registration"),
        Column("start_month", "起始年月", "From", "month", example="2023-04", example_en="2023-04",
               help_zh="如 2023-04", help_en="Such as 2023-04"),
        Column("end_month", "完成年月", "To", "month", example="2025-10", example_en="2025-10",
               help_zh="不早于起始年月", help_en="Not before the month it began"),
        Column("attribute", "成果属性", "Attribute", "choice",
               choices=choices_of(Achievement.Attribute, ATTRIBUTE),
               help_zh="自研、引进消化还是二次开发", help_en="Own work, absorbed or developed further"),
        Column("form", "成果形式", "Form", "choice", choices=choices_of(Achievement.Form, FORM),
               help_zh="主要以什么形态交付", help_en="What is mainly delivered"),
        Column("level", "成果水平", "Level", "choice", choices=choices_of(Achievement.Level, LEVEL),
               example="unrated",
               help_zh="按评价报告；没有评价填“未评价”", help_en="As evaluated; “Unrated” without an evaluation"),
        Column("stage", "所处阶段", "Stage", "choice", choices=choices_of(Achievement.Stage, STAGE),
               example="mature",
               help_zh="初期、中试或成熟应用", help_en="Laboratory, pilot or in use"),
        Column("ip_text", "知识产权", "IP as text", "long_text", max_length=2000,
               example="发明专利 ZL202310000000.0 有效", example_en="patent ZL202310000000.0 valid",
               help_zh="种类 号码 状态，多项用分号隔开", help_en="kind number state, several parted by semicolons"),
        Column("ip", "知识产权（结构化）", "IP (structured)", "json",
               help_zh="供程序使用，填了它就不看“知识产权”", help_en="For programs; where given, the text is not read"),
        Column("trl", "技术就绪度", "TRL", "integer", low=1, high=9, example="7", example_en="7",
               help_zh="1–9", help_en="1–9"),
        Column("trl_evidence", "就绪度依据", "TRL evidence", "long_text", max_length=2000,
               example="两个旗县示范，共 3000 亩", example_en="Shown in two counties on 200 ha",
               help_zh="凭什么说到了这一级", help_en="What shows that it has come this far"),
        Column("right_to_dispose", "处置权", "Right to dispose", "choice",
               choices=choices_of(Achievement.Right, RIGHT),
               help_zh="能否由本单位决定转让或许可", help_en="Whether your organisation may transfer or license it"),
        Column("cooperation", "合作方式", "Cooperation", "multi_choice",
               choices=choices_of(Achievement.Cooperation, COOPERATION),
               help_zh="可多选，用顿号分开", help_en="Several parted by semicolons"),
        Column("price_min", "期望价格下限", "Price from", "yuan", unit="元", example="10万", example_en="100000",
               help_zh="以元计，可写“10万”", help_en="In yuan"),
        Column("price_max", "期望价格上限", "Price to", "yuan", unit="元", example="30万", example_en="300000",
               help_zh="以元计，不小于下限", help_en="In yuan, not below the lower bound"),
        Column("field", "技术领域", "Field", max_length=20, example="bio", help_zh=CODED[0], help_en=CODED[1]),
        Column("industry", "产业", "Industry", max_length=40, example="agrifood", help_zh=CODED[0], help_en=CODED[1]),
        Column("region", "地区", "Region", max_length=20, example="150125", help_zh=CODED[0], help_en=CODED[1]),
        Column("application", "应用情况", "Application", "long_text", max_length=3000,
               example="已在三家合作社应用", example_en="Used by three co-operatives",
               help_zh="在哪里用过、规模多大", help_en="Where it is used, and how widely"),
        Column("benefit", "效益", "Benefit", "long_text", max_length=3000, example="每亩节水 80 立方米，增收约 200 元",
               example_en="80 m³ of water less and some 200 yuan more per mu",
               help_zh="已取得的经济、社会、生态效益", help_en="What it has brought so far"),
        Column("keywords", "关键词", "Keywords", "list", max_length=40, example="滴灌、马铃薯",
               example_en="drip irrigation; potatoes", help_zh="多项用顿号分开", help_en="Several parted by semicolons"),
        Column("claims_text", "量化指标", "Claims as text", "long_text", max_length=3000, example=EXAMPLE,
               example_en=EXAMPLE_EN, help_zh="名称 关系 数值 单位(对照:…,条件:…,证据:…)，多项用分号隔开",
               help_en="name comparator value unit (baseline: …, conditions: …, evidence: …), several parted by semicolons"),
        Column("claims", "量化指标（结构化）", "Claims (structured)", "json",
               help_zh="供程序使用，填了它就不看“量化指标”", help_en="For programs; where given, the text is not read"),
    ),
    key="id",
)  # fmt: skip
READ_ONLY = ("state", "sample", "published", "source", "source_id")
