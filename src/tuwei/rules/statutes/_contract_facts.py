"""Facts about a technology contract, shared by its registration and by the reliefs that hang on it."""

from __future__ import annotations

from tuwei.rules._facts import Fact

DEVELOPMENT = ("development", "commissioned_development", "cooperative_development")
TRANSFER = ("transfer", "equity")
_TYPES = {
    "development": ("技术开发", "technology development"),
    "commissioned_development": ("技术开发(委托)", "commissioned development"),
    "cooperative_development": ("技术开发(合作)", "cooperative development"),
    "transfer": ("技术转让", "technology transfer"),
    "equity": ("技术入股(按转让)", "technology as equity contribution (as a transfer)"),
    "licence": ("技术许可", "technology licence"),
    "consulting": ("技术咨询", "technical consulting"),
    "service": ("技术服务", "technical service"),
    "training": ("技术培训", "technical training"),
    "brokerage": ("技术中介", "technology brokerage"),
}
_ALIASES = {
    "license": "licence", "licensing": "licence", "开发": "development", "委托开发": "commissioned_development",
    "合作开发": "cooperative_development", "转让": "transfer", "许可": "licence", "咨询": "consulting", "服务": "service",
    "培训": "training", "中介": "brokerage",
}  # fmt: skip
TYPE = Fact(
    "type", "技术合同类型", "Type of the technology contract", "choice", choices=_TYPES, aliases=_ALIASES
)
WRITTEN = Fact(
    "written_contract",
    "采用书面形式(口头合同不受理)",
    "Written contract (oral ones are not accepted)",
    "flag",
)


def flag(name: str, zh: str, en: str) -> Fact:
    """Return a yes-or-no fact."""
    return Fact(name, zh, en, "flag")


def ground(name: str, zh: str, en: str, **choices: tuple[str, str]) -> Fact:
    """Return which of the listed grounds against recognition is met, or ``none``."""
    return Fact(name, zh, en, "choice", choices={"none": ("无", "none"), **choices},
                help_zh="不属于任何一种时填 none", help_en="“none” where no ground is met")  # fmt: skip


MONEY = (
    Fact("total_amount", "合同成交总额", "Total price of the contract", "money"),
    Fact("non_technical", "非技术性费用(设备、仪器、零部件、原材料等)", "Non-technical costs", "records",
         fields={"what": "text", "amount": "money"}, totals={"amount": ("amount", "")}, alone="amount",
         help_zh="[{what, amount}]，没有时填 []；也可只填一个金额",
         help_en="[{what, amount}], [] where there are none; or one amount"),
    Fact("carriers", "技术载体的直接成本(合理数量内不扣除)", "Direct cost of carriers of the technology", "records",
         fields={"what": "text", "amount": "money", "excess": "money?"}, alone="amount",
         totals={"amount": ("amount", ""), "excess": ("excess", "")},
         help_zh="[{what, amount, excess}]，只扣除 excess(超出合理数量部分，不填为无)；也可只填一个金额，视为均在合理数量内",
         help_en="[{what, amount, excess}]; only excess, what lies beyond a reasonable quantity, is subtracted "
                 "(left out: nothing); one amount alone is wholly reasonable"),
    Fact("amount_fixed", "登记时金额已确定", "Amounts fixed at registration", "flag",
         help_zh="未确定的，享受优惠前须补充核定", help_en="if not, to be supplemented before any relief"),
)  # fmt: skip
DATES = (
    Fact("signed", "合同签订日期", "Date of signing", "date"),
    Fact("accepted", "受理日期(材料齐备)", "Date of acceptance with complete papers", "date"),
)
APPLICANT = Fact(
    "contract_applicant", "申请登记方", "Who applies for registration", "choice",
    choices={
        "seller": ("卖方(研究开发人、让与人、许可人、受托人、培训人、中介人)",
                   "seller (developer, transferor, licensor, consultant, service provider, trainer, broker)"),
        "buyer": ("买方(委托人、受让人)", "buyer"),
    },
)  # fmt: skip
BASE = (
    WRITTEN,
    APPLICANT,
    flag("own_place_office", "向所在地登记机构申请", "Filed with the office of its own place"),
    flag("registered_before", "已在其他机构登记过", "Already registered elsewhere"),
)
MIXED = (
    flag("mixed_contract", "与其他类型合同或内容订在一起", "Signed together with other kinds of contract"),
    flag("separate_contract", "技术部分单独订立合同", "The technical part is a contract of its own"),
)
LANGUAGE = (
    flag("foreign_text", "外文合同", "Contract in a foreign language"),
    flag("chinese_copy", "附中文副本", "With a Chinese copy"),
)
REFUSED = (
    flag("parties_clear", "合同主体明确", "Parties clear"),
    flag("subject_clear", "合同标的明确", "Subject clear"),
    flag("price_clear", "价款、报酬、使用费约定明确", "Price, remuneration or fee clearly agreed"),
    flag(
        "lawful_clauses",
        "无非法垄断技术或侵害他人成果的条款",
        "No clause of illegal monopoly or infringement",
    ),
    flag("proof_complete", "证明材料齐全且符合要求", "Proof complete and as required"),
    flag("name_matches_seal", "单位名称与印章一致", "Name agrees with the seal"),
)
IMPORT = (
    flag("technology_import", "技术进口合同", "Import of technology"),
    flag("separate_amount", "技术部分的金额单列", "Amount of the technical part stated separately"),
    Fact("expert_review", "有争议并经专家评审", "Disputed, with expert review", "flag", help_zh="不填视为没有", help_en="left out: no"),
)  # fmt: skip
_RIGHTS = {
    "patent": ("专利权", "patent"),
    "patent_application": ("专利申请权", "right to apply for a patent"),
    "technical_secret": ("技术秘密", "technical secret"),
    "ic_layout": ("集成电路布图设计专有权", "IC layout right"),
    "plant_variety": ("植物新品种权", "plant variety right"),
    "software_copyright": ("计算机软件著作权", "software copyright"),
    "biomedical_variety": ("生物、医药新品种", "biological or medical variety"),
    "other": ("其他", "other"),
}
RIGHTS = tuple(code for code in _RIGHTS if code != "other")
TESTS = (
    flag("clear_goal", "有明确、具体的研究开发目标", "Clear and specific R&D goal"),
    flag("already_mastered", "订立合同时已掌握该技术方案", "The solution is already mastered at signing"),
    flag("innovative", "有技术创新内容", "Innovative content"),
    ground("development_exclusion", "不属技术开发的情形", "Ground against development",
           mastered=("技术已掌握或已工业化", "already mastered or industrialised"),
           simple_change=("仅改变尺寸、参数、排列", "simple change of size, parameter or arrangement"),
           ordinary_test=("一般检验、测试、鉴定、仿制、应用", "ordinary inspection, test, appraisal, copying or application"),
           routine_maintenance=("日常维护或设计改动", "routine maintenance or design change"),
           scale_up=("无新意的放大", "scale-up without novelty"),
           copied_software=("复制软件", "copied software")),
    Fact("subject_right", "转让或许可的标的", "What is transferred or licensed", "choice", choices=_RIGHTS),
    flag("complete_practical", "技术完整、实用", "Complete and practical"),
    flag("clear_ownership_clause", "权属约定明确", "Clear ownership clause"),
    flag("secret_unknown", "技术秘密不为公众所知悉", "The secret is unknown to the public"),
    flag("secret_valuable", "技术秘密有商业价值和实用性", "The secret is valuable and practical"),
    flag("secret_protected", "技术秘密已采取保密措施", "The secret is protected"),
    ground("transfer_exclusion", "不属技术转让、许可的情形", "Ground against transfer or licence",
           public_domain=("公有领域的技术", "public-domain knowledge"),
           lapsed_right=("失效的权利", "lapsed right"),
           secret_without_use_clause=("技术秘密无转让或使用条款", "secret without a clause of transfer or use"),
           goods_only=("仅出售高新技术产品", "sale of hi-tech goods only"),
           manuals=("产品说明书等资料", "product manuals")),
    flag("specific_project", "针对特定技术项目", "Concerns a specific technical project"),
    flag("scientific_means", "运用科学方法分析、评价、预测", "Analysis, evaluation or forecast by scientific means"),
    flag("report_result", "成果为咨询报告", "The result is a report"),
    ground("consulting_exclusion", "不属技术咨询的情形", "Ground against consulting",
           economic_analysis=("经济分析", "economic analysis"),
           legal_advice=("法律咨询", "legal advice"),
           social_survey=("社会发展调查", "social-development survey"),
           purchase_advice=("购买设备、材料的咨询", "advice to buy equipment or materials"),
           construction_part=("属建设工程合同的部分", "part of a construction contract"),
           own_implementation=("受托人自己实施(属技术服务)", "carried out by the consultant itself (a service)")),
    flag("specific_problem", "运用专业知识解决特定技术问题", "Solves a specific technical problem with expertise"),
    flag("improves", "改进产品、工艺、质量、成本、能耗、环境或安全", "Improves product, process, quality, cost, energy or safety"),
    flag("measurable", "工作成果有具体的质量和数量指标", "Measurable quality and quantity"),
    flag("ip_moves", "涉及知识产权权属转移", "IP ownership moves"),
    ground("service_exclusion", "不属技术服务的情形", "Ground against service",
           ordinary_processing=("一般加工", "ordinary processing"),
           repair=("修理", "repair"),
           advertising=("广告", "advertising"),
           printing=("印刷", "printing"),
           mapping=("测绘", "mapping"),
           standard_testing=("标准化测试", "standard testing"),
           compulsory_metrology=("强制检定", "compulsory metrology")),
    flag("named_staff", "培训委托方指定的技术人员", "Trains named technical staff of the client"),
    ground("training_exclusion", "不属技术培训的情形", "Ground against training",
           own_staff_schooling=("本单位职工教育", "schooling of own staff"),
           product_training=("为销售产品进行的培训", "training to sell a product"),
           inside_main_contract=("开发、转让合同中的培训", "training inside a development or transfer contract")),
    flag("broker_purpose", "以促成技术交易为目的", "Purpose: to make the parties conclude a technology deal"),
    flag("broker_result", "有特定的技术成果或项目", "Specific result or project"),
)  # fmt: skip
