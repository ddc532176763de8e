"""Make the graded fixture: invented needs and achievements, graded by a rule and a seeded hand that errs.

Run: python tests/golden/match_grading/make.py
A need and an achievement of one subject and one aim fit strongly (4), of one subject fairly (3), of one trade
weakly (2), else not (1); one grade in twelve is one level off. Some subjects go by two names.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
TRADES: dict[str, list[tuple[str, ...]]] = {
    "养殖": [("奶牛舍", "牛舍"), ("羔羊", "羊羔"), ("青贮窖", "青贮池"), ("挤奶厅",)],
    "种植": [("马铃薯", "土豆"), ("盐碱地", "盐渍土"), ("玉米秸秆", "秸秆"), ("温室大棚", "日光温室")],
    "能源": [("风机叶片", "风电叶片"), ("光伏组件", "光伏板"), ("余热", "废热"), ("储能电池",)],
    "水务": [("苦咸水", "咸水"), ("养殖污水", "粪污废水"), ("循环冷却水",), ("矿井水",)],
}
AIMS = [
    ("降温", "防暑"),
    ("监测", "在线检测"),
    ("回收利用", "再利用"),
    ("降低成本", "降本"),
    ("减少损失", "减损"),
    ("自动化", "无人化"),
]
HEADS = ["希望解决{s}{a}问题", "{s}{a}技术需求", "寻找{s}{a}的办法", "{s}如何{a}"]
TAILS = ["{s}{a}装置", "一种{s}{a}方法", "{s}{a}关键技术与示范", "{a}用{s}成套设备", "面向{a}的{s}系统"]
NEEDS, ACHIEVEMENTS, JUDGED = 36, 150, 20


def main() -> None:
    """Write needs, achievements and pairs."""
    random = np.random.default_rng(20)
    subjects = [(trade, names) for trade, several in TRADES.items() for names in several]
    needs = [_made(random, subjects, HEADS, f"n{at:02d}") for at in range(NEEDS)]
    found = [_made(random, subjects, TAILS, f"a{at:03d}") for at in range(ACHIEVEMENTS)]
    pairs = []
    for need in needs:
        near = [one for one in found if one["trade"] == need["trade"]]
        far = [one for one in found if one["trade"] != need["trade"]]
        chosen = [*random.permutation(len(near))[: JUDGED - 6]]
        judged = [near[at] for at in chosen] + [far[at] for at in random.permutation(len(far))[:6]]
        pairs += [
            {"need": need["id"], "achievement": one["id"], "level": _level(random, need, one)}
            for one in judged
        ]
    for name, rows in (("needs", needs), ("achievements", found), ("pairs", pairs)):
        kept = [{key: row[key] for key in row if key not in ("trade", "subject", "aim")} for row in rows]
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in kept]
        (HERE / f"{name}.jsonl").write_text("".join(lines), "utf-8")


def _made(random: np.random.Generator, subjects: list, shapes: list[str], identity: str) -> dict:
    trade, names = subjects[random.integers(len(subjects))]
    aim = int(random.integers(len(AIMS)))
    words = {"s": names[random.integers(len(names))], "a": AIMS[aim][random.integers(2)]}
    title = shapes[random.integers(len(shapes))].format(**words)
    return {"id": identity, "title": title, "text": "", "trade": trade, "subject": names[0], "aim": aim}


def _level(random: np.random.Generator, need: dict, one: dict) -> int:
    same = need["subject"] == one["subject"]
    level = (
        4 if same and need["aim"] == one["aim"] else 3 if same else 2 if need["trade"] == one["trade"] else 1
    )
    off = int(random.choice([-1, 1])) if random.random() < 1 / 12 else 0
    return min(max(level + off, 1), 4)


if __name__ == "__main__":
    main()
