"""Writes the graded fixture beside this file: needs in lay words, achievements in a trade's words.

``python tests/golden/match/make.py`` writes needs.jsonl, achievements.jsonl and qrels.tsv, always the same.
Everything in them is invented. A need and an achievement are made from a purpose and an object; the need
says both as someone who suffers from it would, the achievement as someone who sells the cure. Grades:
3 same purpose and object, and the figure asked for is reached; 2 the same, but it is not reached;
1 same purpose for another object of the same sector; 0 (not written) anything else.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

HERE = Path(__file__).parent
SEED = 20240601

# name: lay phrases; trade phrases; measure; unit; whether less is better; figures; field
PURPOSES = {
    "water": (
        ["用水太多,水费压得喘不过气", "水一直白白流掉,想少用点水", "水耗高,打的井越来越深"],
        ["水分高效利用与循环回用", "节水减排与中水回用", "定额供水与余水回收"],
        ("单位耗水量", "吨", True, (2, 9)),
        "environment",
    ),
    "energy": (
        ["电费太高", "费电费气,想省点能源", "一天到晚耗电,开支大"],
        ["能效提升与余热回收", "变频调速节能控制", "热泵与蓄热联合供能"],
        ("吨产品电耗", "kWh", True, (30, 90)),
        "energy",
    ),
    "disease": (
        ["老是得病,死了不少", "病一来整片都完", "年年闹病,打药也不管用"],
        ["病原快速检测与综合防控", "抗性种质与生物防治", "疫病早期诊断与免疫"],
        ("发病率", "%", True, (2, 12)),
        "bio",
    ),
    "yield": (
        ["产量上不去", "打不出多少东西,收成差", "一年忙到头产不了多少"],
        ["高产栽培与群体调控", "增产增效与水肥一体化", "良种良法配套丰产"],
        ("增产率", "%", False, (8, 30)),
        "bio",
    ),
    "waste": (
        ["废料堆成山没人要", "下脚料和废水不知道往哪排", "臭味大,周围老投诉"],
        ["固废资源化与无害化处置", "副产物高值转化", "异味治理与污染物减排"],
        ("资源化率", "%", False, (60, 96)),
        "environment",
    ),
    "labour": (
        ["找不到人干活,全靠手工", "人工太贵,想少用人", "工人累,效率低"],
        ["自动化作业机器人", "无人化生产线与机器视觉分拣", "智能装备替代人力"],
        ("作业效率", "件/小时", False, (100, 900)),
        "manufacturing",
    ),
    "quality": (
        ["东西好坏不一,客户退货", "品质忽高忽低", "做出来的次品多"],
        ["在线检测与一致性控制", "品质分级与工艺优化", "近红外无损检测"],
        ("合格率", "%", False, (90, 99)),
        "manufacturing",
    ),
    "storage": (
        ["放不住,没几天就坏", "存到冬天烂一半", "路上颠一路就不行了"],
        ["保鲜贮藏与冷链物流", "气调包装延长货架期", "低损耗储运"],
        ("保存期", "天", False, (15, 120)),
        "services",
    ),
}
# name: lay name; trade names; sector; industry code
OBJECTS = {
    "dairy": ("奶牛", ["奶牛养殖", "规模化牧场泌乳牛群"], "farm", "agrifood"),
    "sheep": ("羊", ["肉羊育肥", "绵羊舍饲"], "farm", "agrifood"),
    "potato": ("土豆", ["马铃薯", "马铃薯块茎"], "crop", "agrifood"),
    "maize": ("苞米", ["玉米", "籽粒玉米"], "crop", "agrifood"),
    "alfalfa": ("苜蓿草", ["紫花苜蓿", "豆科牧草"], "crop", "agrifood"),
    "milk": ("牛奶", ["乳制品", "液态乳加工"], "plant", "agrifood"),
    "silicon": ("硅料", ["多晶硅", "单晶硅棒"], "plant", "electronics"),
    "coalchem": ("煤化工厂", ["煤制烯烃装置", "煤基化学品"], "plant", "chemicals"),
    "pharma": ("药厂发酵罐", ["生物发酵制药", "抗生素发酵"], "plant", "biomedicine"),
    "turbine": ("风机", ["风力发电机组", "风电叶片"], "power", "clean_energy"),
    "solar": ("太阳能板", ["光伏组件", "光伏电站"], "power", "clean_energy"),
    "battery": ("电瓶", ["锂离子电池", "储能电芯"], "power", "clean_energy"),
}
OPENINGS = ["本成果针对{trade}", "面向{trade}", "围绕{trade}"]
CLOSINGS = ["已在企业示范应用", "完成中试验证", "形成成套工艺包", "获得授权专利"]
ASKS = ["有没有办法解决?", "求一套能用的技术。", "希望专家帮忙想想办法。"]


def achievement(
    chance: random.Random, number: int, purpose: str, thing: str
) -> tuple[dict[str, object], int]:
    """Return an achievement and the figure it claims."""
    lay, trade, (measure, unit, less, span), field = PURPOSES[purpose]
    plain, names, _, industry = OBJECTS[thing]
    name, how, figure = chance.choice(names), chance.choice(trade), chance.randint(*span)
    text = f"{chance.choice(OPENINGS).format(trade=name)}开展{how}研究,{chance.choice(CLOSINGS)}。"
    if chance.random() < 0.5:
        text += f"可用于解决{plain}{chance.choice(lay)}的问题。"
    text += f"{measure}{'降至' if less else '达到'}{figure}{unit}。"
    record = {
        "id": f"a{number:03d}",
        "title": f"{name}{how}技术",
        "text": text,
        "keywords": [name, how[:4]],
        "field": field,
        "industry": industry,
        "trl": chance.randint(4, 9),
        "claims": [
            {"quantity": measure, "comparator": "eq", "low": str(figure), "high": str(figure), "unit": unit}
        ],
    }
    return record, figure


def need(chance: random.Random, number: int, purpose: str, thing: str) -> tuple[dict[str, object], int]:
    """Return a need and the figure it asks for."""
    lay, _, (measure, unit, less, span), field = PURPOSES[purpose]
    name, _, _, industry = OBJECTS[thing]
    figure = chance.randint(*span)
    bound = {"comparator": "le", "high": str(figure)} if less else {"comparator": "ge", "low": str(figure)}
    complaint = chance.choice(lay)
    record = {
        "id": f"n{number:03d}",
        "title": f"{name}{complaint.split(',')[0]}",
        "text": f"我们这里的{name}{complaint},{chance.choice(ASKS)}",
        "industry": industry,
        "indicators": [{"name": measure, "unit": unit, **bound}],
    }
    if chance.random() < 0.5:
        record["field"] = field
    return record, figure


def main() -> None:
    """Write the three files."""
    chance = random.Random(SEED)
    kinds = [(purpose, thing) for purpose in PURPOSES for thing in OBJECTS if _sensible(purpose, thing)] * 4
    chance.shuffle(kinds)
    achievements = [(achievement(chance, at, *kind), kind) for at, kind in enumerate(kinds, start=1)]
    asked = chance.sample(sorted(set(kinds)), 50)
    needs = [(need(chance, at, *kind), kind) for at, kind in enumerate(asked, start=1)]
    _write("achievements.jsonl", [record for (record, _), _ in achievements])
    _write("needs.jsonl", [record for (record, _), _ in needs])
    lines = [
        f"{one['id']}\t{other['id']}\t{grade}\n"
        for (one, wanted), kind in needs
        for (other, offered), its in achievements
        if (grade := _grade(kind, its, wanted, offered))
    ]
    (HERE / "qrels.tsv").write_text("".join(lines), "utf-8")


def _sensible(purpose: str, thing: str) -> bool:
    """A turbine has no harvest, and a cow cannot be put in store."""
    sector = OBJECTS[thing][2]
    wrong = {"disease": ("plant", "power"), "yield": ("plant", "power"), "storage": ("farm", "power")}
    return sector not in wrong.get(purpose, ())


def _grade(kind: tuple[str, str], its: tuple[str, str], wanted: int, offered: int) -> int:
    if kind[0] != its[0]:
        return 0
    if kind[1] == its[1]:
        less = PURPOSES[kind[0]][2][2]
        return 3 if (offered <= wanted if less else offered >= wanted) else 2
    return 1 if OBJECTS[kind[1]][2] == OBJECTS[its[1]][2] else 0


def _write(name: str, records: list[dict[str, object]]) -> None:
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    (HERE / name).write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
