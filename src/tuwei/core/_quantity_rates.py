"""Per what a number is meant, where the name says it: 每吨, 亩产, 日处理, 户均."""

from __future__ import annotations

import re

PER = re.compile(
    r"每(?:生产|加工|处理|制备|制取|烘干|消耗|发电?|输送)?(?:一|1\s?)?(?:个)?(?P<unit>吨|亩|公顷|公斤|千克|kg|头份|头|只|羽|株|天|日|年|月|小时|分钟|秒|立方米|立方|方|平方米|平米|千瓦时|度电|升|次|批次|批|人|台|套|户|班|件|片|公里)(?![初度份代均])"
)
_DONE = "处理|处置|加工|消耗|消纳|用|节|减排|利用|捕集|供应|供|屠宰|出栏|回收|运输|输送|吞吐|耗|排放"
_PER_NAME = (
    ("亩", re.compile("亩产|亩均|亩成本|亩投")),
    (
        "年",
        re.compile(
            rf"^年(?![级轻龄份度限初底末代来后前内间])|年产|年均|(?<![\d近多百前后上下])年(?:{_DONE}|销|营|收入|利润)"
        ),
    ),
    ("月", re.compile(rf"月产(?!品)|月均|月进尺|(?<!个)(?<!\d)月(?:{_DONE})")),
    ("天", re.compile(rf"日产|日增重|日采食|日均|日(?:{_DONE})")),
    ("小时", re.compile("时产|小时产|小时处理")),
    ("公顷", re.compile("^公顷[产均]")),
    ("户", re.compile("户均")),
    ("件", re.compile("^单件(?=成本|价格|费用|能耗|耗)")),
    ("吨", re.compile("^吨(?=[水奶粮煤钢料产成耗油酸肥]|玉米)")),
    ("头", re.compile("^头均")),
)
_ANY = re.compile("[亩年月日时吨头户件]|公顷")


def per_named(name: str) -> str:
    """Return the denominator that a name implies, ``""`` where it implies none.

    >>> per_named("吨水处理成本"), per_named("日处理量"), per_named("处理成本")
    ('吨', '天', '')
    """
    if not _ANY.search(name):
        return ""
    return next((unit for unit, pattern in _PER_NAME if pattern.search(name)), "")
