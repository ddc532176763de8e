"""The words around a number, as patterns: comparators, verbs of change, fillers."""

from __future__ import annotations

NOT = "(?:不得|不能|不应|不可|不宜|不会|不许|不允许|不要|不再|绝不|没有|并不|尚未|不|未|勿)"
BEFORE: tuple[tuple[str, str], ...] = (
    (
        "le",
        rf"{NOT}(?:超过|超出|超|高于|大于|多于|长于|晚于|高过|大过|高出)|小于(?:或)?等于|低于(?:或)?等于|至多|最[多厚大高长宽深重]|顶多|(?<![测出量定])上限(?:为|是)?|最高不超过|不得过|不能过|≤|<=|≦|⩽|以内|限于"
        r"|at\smost|no\smore\sthan|not\s(?:more|higher|greater)\sthan|not\s(?:to\s)?exceed(?:ing)?|up\sto|no\s(?:higher|greater|longer)\sthan"
        r"|max(?:imum|\.)?(?:\sof)?|within|cannot\sexceed|不大于",
    ),
    (
        "ge",
        rf"{NOT}(?:低于|少于|小于|短于|差于|亚于|少|低)|大于(?:或)?等于|高于(?:或)?等于|至少|最[少低小短薄轻]|起码|(?<![测出量定])下限(?:为|是)?|(?<!不)(?<!未)(?<!充)满(?!足)|≥|>=|≧|⩾"
        r"|at\sleast|no\sless\sthan|not\s(?:less|lower|fewer)\sthan|no\s(?:fewer|lower)\sthan|min(?:imum|\.)?(?:\sof)?",
    ),
    (
        "lt",
        r"不足|不到|未满|小于|低于|少于|短于|<|＜|(?:less|fewer|lower|shorter|thinner|lighter|smaller|narrower|cheaper)\sthan|below|under|不满",
    ),
    (
        "gt",
        r"超过|超出|高于|大于|多于|长于|突破|逾|超|高过|>|＞|(?:more|greater|higher|longer|larger|bigger|heavier|thicker|wider|faster)\sthan|above|over|beyond|exceed(?:s|ing)?",
    ),
    (
        "approx",
        r"大约为?|约为|大概|约合|(?<!节)(?<!制)约|接近|将近|差不多|(?<!附)近|≈|~|around|about|approximately|roughly|nearly|approx\.?|ca\.|circa",
    ),
    ("better", r"优于|好于|better\sthan"),
)
AFTER: tuple[tuple[str, str], ...] = (
    (
        "ge",
        r"(?:及|或|和)?以上|或更[高多大长]|起步|起|or\s(?:more|higher|above|better|greater|longer)|and\s(?:above|over|up)|\+(?![\d])",
    ),
    (
        "le",
        r"(?:及|或|和)?以下|以内|之内|之下|或更[低少小短]|封顶|or\s(?:less|lower|below|fewer|under)|内(?![\u4e00-\u9fff]*部)",
    ),
    ("approx", r"左右|上下|多(?=[\u4e00-\u9fff,。;、]|$)|or\sso"),
)
LIMIT = "控制在|控制到|控制为|限制在|限定在|压到|压缩到|压减到|控"
REACH = "可达到?|能达到?|达到|达成|达至|达|实现|做到|reach(?:es|ing)?|achiev(?:e|es|ing)(?:\\sof)?"
TO = "到|至|为|成|to"
UP = (
    "提高|提升|增加|增长|上升|增产|增大|增强|升高|延长|扩大|加快|改善|多产|拉高|提|增|涨|提质|增幅|涨幅|升幅|增产率|提高率|提升率|增长率|增效"
    "|increas(?:e|es|ed|ing)|rais(?:e|es|ed|ing)|improv(?:e|es|ed|ing)|boost(?:s|ed|ing)?|extend(?:s|ed|ing)?|grow(?:s|n)?|ris(?:e|es|ing)|rose|grew"
)
DOWN = (
    "降低|下降|减少|减小|缩短|缩减|节约|节省|节能|节水|节电|节气|节肥|节药|节煤|减排|减药|减肥|减亏|降本|省工|省水|省电|省气|减轻|削减|压缩|压减|减量|下调|回落|少用|降耗|省"
    "|降幅|减幅|跌幅|降低率|下降率|减少率|节水率|节电率|节能率|节气率|节约率|节省率|减排率|去除率降|(?<![沉压])降|(?<!衰)减|缩|节|跌|少"
    "|reduc(?:e|es|ed|ing)|decreas(?:e|es|ed|ing)|lower(?:s|ed|ing)?|cut(?:s|ting)?|sav(?:e|es|ed|ing)|drop(?:s|ped)?|fell|fall(?:s|en)?|shorten(?:s|ed|ing)?"
)
COMPOUND = "增产率|增收|增产|增效|节能率|节水率|节电率|节气率|节约率|节能|节水|节电|节气|节肥|节药|节煤|减排率|减排|减药|减肥|降本|省工|省水|省电|省气|降耗"
FILLER = (
    "(?<=[到至为是])原[来有先]的?|约定|要求|需要|希望|能够|可以|应该|应当|必须|务必|力争|争取|预计|预期|平均|分别|同时|最好|总计|累计|合计|共计|共有|共|已经|已|仅为|仅|只有|只|只能|才|就|都|也|还|再|又|可|能|要|需|应|将|会|了|是|为|在|有|的|至|到|按|按照|从|由|等|一般|通常|基本|大致|普遍|每次|保持|稳定|维持|设定|设置|定为|其中|处于|介于|实际|理论|高|长|低|成|折合"
    "|控制|应控制|须|得|以|=|＝|:|：|-"
    "|should|must|shall|has|have|had|is|are|was|were|be|been|being|by|of|at|kept|keep|held|remain(?:s)?|to|a|an|the|between|from|only|just|us|it|can|will|need(?:s|ed)?|now|currently|still|about|and|not|for|total(?:ly)?|with"
)
