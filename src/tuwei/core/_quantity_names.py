"""Do two names mean the same measured thing? Split into a general head and what is specific."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_SYNONYMS = (
    ("节水率", "节水 用水"),
    ("用水量", "用水"),
    ("耗水量", "用水"),
    ("水耗", "用水"),
    ("耗水", "用水"),
    ("节水", "用水"),
    ("节电率", "用电"),
    ("用电量", "用电"),
    ("耗电量", "用电"),
    ("电耗", "用电"),
    ("耗电", "用电"),
    ("节电", "用电"),
    ("天然气消耗量", "用气"),
    ("天然气消耗", "用气"),
    ("天然气用量", "用气"),
    ("天然气单耗", "用气"),
    ("用气量", "用气"),
    ("耗气量", "用气"),
    ("气耗", "用气"),
    ("耗气", "用气"),
    ("节气率", "用气"),
    ("节气", "用气"),
    ("能量消耗", "能耗"),
    ("能源消耗", "能耗"),
    ("节能率", "能耗"),
    ("节能", "能耗"),
    ("耗能", "能耗"),
    ("综合能耗", "能耗"),
    ("含水率", "水分"),
    ("含水量", "水分"),
    ("水分含量", "水分"),
    ("平均亩产", "产量"),
    ("亩产量", "产量"),
    ("亩产", "产量"),
    ("增产率", "产量"),
    ("增产", "产量"),
    ("单产", "产量"),
    ("减排率", "排放"),
    ("减排", "排放"),
    ("排放量", "排放"),
    ("降本", "成本"),
    ("处理费用", "处理成本"),
    ("处理费", "处理成本"),
    ("费用", "成本"),
    ("造价", "成本"),
    ("出厂价", "价格"),
    ("销售价", "价格"),
    ("售价", "价格"),
    ("单价", "价格"),
    ("人工", "用工"),
    ("噪音", "噪声"),
    ("良品率", "合格率"),
    ("成品率", "合格率"),
    ("存活率", "成活率"),
    ("敏感度", "灵敏度"),
    ("敏感性", "灵敏度"),
    ("特异度", "特异性"),
    ("端到端延迟", "时延"),
    ("延迟", "时延"),
    ("设计寿命", "使用寿命"),
    ("检测用时", "检测时间"),
    ("检测限", "检出限"),
    ("脱除率", "去除率"),
    ("粒度", "粒径"),
    ("蛋白质", "蛋白"),
    ("工作效率", "效率"),
    ("省工", "用工"),
    ("节肥", "用肥"),
    ("施肥量", "用肥"),
    ("化肥用量", "用肥"),
    ("节药", "用药"),
    ("农药用量", "用药"),
    ("准确度", "准确率"),
    ("正确率", "准确率"),
    ("精确率", "准确率"),
    ("使用年限", "使用寿命"),
    ("乳蛋白率", "乳蛋白"),
)
_PHRASES = (
    ("shelf life", "保质期"),
    ("service life", "使用寿命"),
    ("power consumption", "用电"),
    ("detection limit", "检出限"),
)
_ENGLISH = {
    "treatment": "处理",
    "operating": "工作",
    "working": "工作",
    "storage": "储存",
    "detection": "检测",
    "response": "响应",
    "latency": "时延",
    "delay": "时延",
    "thickness": "厚度",
    "density": "密度",
    "pressure": "压力",
    "speed": "速度",
    "strength": "强度",
    "tensile": "抗拉",
    "sensitivity": "灵敏度",
    "specificity": "特异性",
    "removal": "去除",
    "positioning": "定位",
    "error": "误差",
    "recognition": "识别",
    "drying": "烘干",
    "scrap": "废品",
    "budget": "预算",
    "crude": "粗",
    "cost": "成本",
    "price": "价格",
    "yield": "产量",
    "moisture": "水分",
    "temperature": "温度",
    "efficiency": "效率",
    "accuracy": "准确率",
    "precision": "精度",
    "energy": "能耗",
    "water": "用水",
    "electricity": "用电",
    "emission": "排放",
    "emissions": "排放",
    "content": "含量",
    "purity": "纯度",
    "protein": "蛋白",
    "fat": "脂肪",
    "lifetime": "寿命",
    "life": "寿命",
    "recovery": "回收率",
    "capacity": "能力",
    "time": "时间",
    "rate": "率",
    "noise": "噪声",
    "weight": "重量",
    "gas": "用气",
    "consumption": "消耗",
    "use": "消耗",
    "usage": "消耗",
}
_HEADS = (
    "成本 价格 单价 温度 浓度 含量 时间 周期 效率 精度 误差 产量 消耗量 消耗 用量 使用量 强度 寿命 速度 速率 排放 压力 功率 容量 能力 规模 面积 "
    "重量 质量 粒径 厚度 长度 直径 宽度 高度 数量 比例 占比 损失 损耗 残留 指标 水平 数值 总量 能耗 用水 用电 用气 水分 率 量 值 数 度 比"
).split()
_HEAD = re.compile("(?:" + "|".join(sorted(_HEADS, key=len, reverse=True)) + ")$")
_NOISE = re.compile(
    r"平均|大田|示范|综合|单位|吨|每|年|月|日|总|整体|产品|系统|设备|技术|工艺|过程|全程|整个|最终|实际|实测|达到|提高|降低|减少|增加|的"
)
_LATIN = re.compile(r"[a-z][a-z0-9.+-]*")
_CJK = re.compile(r"[\u4e00-\u9fff]+")
_CJK_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_STOP = frozenset("the of a an in for to and per by unit total average mean our its".split())
_LOWER = re.compile(
    "成本|费用|造价|价格|单价|耗|用水|用电|用气|用工|用药|用肥|损失|损耗|误差|偏差|排放|残留|含水|水分|时间|周期|时长|工期|噪声|噪音|死亡|"
    "发病|患病|带毒|断棱|掉叶|腐烂|PUE|不良|次品|废品|泄漏|延迟|时延|漏报|误报|污染|浊度|灰分|杂质|COD|BOD|氨氮|破损|故障|停机|cost|consumption|loss|error|emission|noise|latency|residue|moisture"
)
_HIGHER = re.compile(
    "产量|发电量|容量|产奶|采食|续航|保持率|存活|有效成分|粗蛋白|产能|亩产|单产|效率|准确|成活|纯度|收率|得率|回收|利用率|转化率|合格率|出成率|寿命|续航|强度|检出率|识别率|发芽|活菌|保护率|去除率|"
    "降解率|处理量|处理能力|增产|效价|节约|节能|节水|灵敏|yield|purity|accuracy|efficiency|recovery|lifetime|capacity"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name cut into pieces: ``head`` the general quantity, ``body`` what it is of."""

    whole: str
    head: str
    body: frozenset[str]

    @staticmethod
    @lru_cache(maxsize=4096)
    def of(name: str) -> Name:
        """Cut a name; synonyms become one form, 水耗 and 用水量 alike."""
        text = name.lower()
        for word, meaning in _SYNONYMS:
            text = text.replace(word, meaning)
        text = _NOISE.sub("", _latin_to_chinese(text)).strip()
        match = _HEAD.search(text)
        head = match.group() if match else ""
        return Name(text, head, frozenset(_pieces(text[: len(text) - len(head)] if head else text)))


def _latin_to_chinese(text: str) -> str:
    for phrase, meaning in _PHRASES:
        text = text.replace(phrase, meaning)
    text = _LATIN.sub(lambda m: "" if m.group() in _STOP else _ENGLISH.get(m.group(), m.group()), text)
    return _CJK_GAP.sub("", text)


def _pieces(text: str) -> set[str]:
    pieces = {word for word in _LATIN.findall(text) if word not in _STOP}
    for run in _CJK.findall(text):
        pieces |= {run} if len(run) == 1 else {run[i : i + 2] for i in range(len(run) - 1)}
    return pieces


def name_match(left: Name, right: Name) -> float:
    """Say how alike two names are, 0 (different things) to 1.

    >>> name_match(Name.of("吨水处理成本"), Name.of("处理成本")) > 0.5
    True
    >>> name_match(Name.of("烘干温度"), Name.of("储存温度")), name_match(Name.of("出成率"), Name.of("节水率"))
    (0.0, 0.0)
    """
    if not left.whole or not right.whole:
        return 0.0
    if left.whole == right.whole:
        return 1.0
    if ("不" in left.whole) != ("不" in right.whole):  # 不合格率 is no 合格率
        return 0.0
    if left.head != right.head and left.head and right.head and not _nested(left, right):
        return 0.0
    if not left.body or not right.body:
        return 0.3 if left.head == right.head or _nested(left, right) else 0.0
    return 0.9 * len(left.body & right.body) / min(len(left.body), len(right.body))


def _nested(left: Name, right: Name) -> bool:
    """率 beside 回收率, 量 beside 产量: a single-character head is no head of its own."""
    return left.whole.endswith(right.whole) or right.whole.endswith(left.whole)


def polarity(name: str) -> Literal["lower", "higher", "none"]:
    """Say which side of a bare number is better.

    >>> polarity("处理成本"), polarity("准确率"), polarity("长度")
    ('lower', 'higher', 'none')
    """
    last: dict[Literal["lower", "higher", "none"], int] = {
        "lower": max((match.end() for match in _LOWER.finditer(name)), default=-1),
        "higher": max((match.end() for match in _HIGHER.finditer(name)), default=-1),
        "none": 0,
    }
    return max(last, key=lambda side: last[side])
