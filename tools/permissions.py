"""Write the permission matrix as a page of the reference; ``--check`` only tells whether it is up to date.

The matrix itself is ``src/tuwei/web/base/permissions.csv``; this page is made from it, never by hand.
"""

from __future__ import annotations

import argparse
import csv
import sys
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MATRIX = ROOT / "src/tuwei/web/base/permissions.csv"
Row = dict[str, str]

ROLES = {
    "visitor": ("访客", "visitor"),
    "enterprise": ("企业", "enterprise"),
    "researcher": ("科研人员", "researcher"),
    "broker": ("经纪人", "broker"),
    "commissioner": ("特派员", "commissioner"),
    "officer": ("工作人员", "officer"),
    "admin": ("管理员", "admin"),
}
RELATIONS = {
    "any": ("任何对象，或操作本身不针对某个对象", "any object, or the act has no object"),
    "own": ("本人的", "one's own"),
    "org": ("本单位的", "of one's organisation"),
    "public": ("已公开的", "open to the public"),
    "below": ("科技局以外的账号", "accounts outside the bureau"),
    "granted": ("本单位获得授权的（L1 及以上）", "granted to one's organisation (L1 or more)"),
    "granted_l1": ("本单位获得 L1 及以上授权的", "granted to one's organisation at L1 or more"),
    "granted_l2": ("本单位获得 L2 及以上授权的", "granted to one's organisation at L2 or more"),
    "granted_l3": ("本单位获得 L3 授权的", "granted to one's organisation at L3"),
    "open_l1": ("已公开且披露等级至少 L1 的", "public, of grade L1 or more"),
    "open_l2": (
        "已公开且披露等级至少 L2 的，本人身份已核验",
        "public, of grade L2 or more, one's identity being checked",
    ),
    "assigned": ("本人已接手撮合的", "taken up by oneself"),
    "served": ("本人正在服务的", "served by oneself"),
    "clarifying": ("待澄清或已核实的", "being clarified, or verified"),
    "submitted": ("已提交的（他人草稿除外）", "submitted (all but drafts of others)"),
}
NOUNS = {
    "page": ("页面", "Pages"),
    "need": ("需求", "Needs"),
    "achievement": ("成果", "Achievements"),
    "listing": ("需求与成果", "Needs and achievements"),
    "case": ("撮合", "Cases"),
    "verdict": ("判断", "Verdicts"),
    "grader": ("评级模型", "The grader learned from verdicts"),
    "ladder": ("企业阶梯与年度数据", "Ladders and yearly facts"),
    "facts": ("年度数据表", "Tables of yearly facts"),
    "assignment": ("特派员服务", "Assignments"),
    "visit": ("走访", "Visits"),
    "zero": ("清零工作单", "The worklist of firms without R&D"),
    "organisation": ("单位", "Organisations"),
    "person": ("人员", "People"),
    "user": ("账号", "Accounts"),
    "event": ("事件记录", "Event log"),
    "job": ("任务", "Jobs"),
    "reindex": ("匹配索引", "Match index"),
    "pack": ("地区包", "Region packs"),
    "token": ("访问令牌", "Access tokens"),
    "saved_search": ("保存的检索", "Saved searches"),
    "notification": ("通知", "Notifications"),
}
TITLES = ("权限表", "Permissions")
INTRO = (
    "谁（角色）能对什么（关系）做什么（动作）。列表与单个对象用同一条规则；没有列出的一律不能。"
    "本页由 `python tools/permissions.py` 从 `permissions.csv` 生成。",
    "Who (role) may do what (verb) to which objects (relation). Lists and single objects follow one rule; "
    "what is not listed may not be done. This page is made from `permissions.csv` by `python tools/permissions.py`.",
)
HEADS = (("动作", "关系"), ("verb", "relation"))
MEANING = ("关系的含义", "What the relations mean")


def rows(path: Path = MATRIX) -> list[Row]:
    """Return the rows of the matrix."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def noun(row: Row) -> str:
    """Return what a verb acts on."""
    return row["verb"].partition(".")[0]


def page(matrix: list[Row], language: int) -> str:
    """Return the page in Chinese (0) or English (1)."""
    lines = [f"# {TITLES[language]}", "", INTRO[language], ""]
    for name, group in groupby(sorted(matrix, key=lambda row: list(NOUNS).index(noun(row))), key=noun):
        lines += [f"## {NOUNS[name][language]}", "", *table(list(group), language), ""]
    lines += [f"## {MEANING[language]}", ""]
    used = {row["relation"] for row in matrix}
    lines += [f"- `{name}`: {words[language]}" for name, words in RELATIONS.items() if name in used]
    return "\n".join(lines) + "\n"


def table(group: list[Row], language: int) -> list[str]:
    """Return one Markdown table."""
    heads = [*HEADS[language], *(names[language] for names in ROLES.values())]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * 2 + ":-:|" * len(ROLES)]
    for row in group:
        marks = ["✓" if row[role] == "y" else "" for role in ROLES]
        lines.append(f"| `{row['verb']}` | `{row['relation']}` | " + " | ".join(marks) + " |")
    return lines


def pages(matrix: list[Row]) -> dict[Path, str]:
    """Return every file this tool keeps, with its text."""
    places = ("zh", "en")
    return {
        ROOT / "docs" / place / "reference" / "permissions.md": page(matrix, language)
        for language, place in enumerate(places)
    }


def faults(matrix: list[Row]) -> list[str]:
    """Return what is wrong with the matrix itself."""
    found = [
        f"no words for the relation {row['relation']}" for row in matrix if row["relation"] not in RELATIONS
    ]
    found += [f"no words for the noun {noun(row)}" for row in matrix if noun(row) not in NOUNS]
    keys = [(row["verb"], row["relation"]) for row in matrix]
    found += [f"twice: {key}" for key in sorted({key for key in keys if keys.count(key) > 1})]
    return found


def main() -> int:
    """Write the pages, or check them; the exit code is 1 if something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is out of date")
    check = parser.parse_args().check
    matrix = rows()
    found = faults(matrix)
    if not found:
        for path, text in pages(matrix).items():
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            elif not path.exists() or path.read_text(encoding="utf-8") != text:
                found.append(f"{path.relative_to(ROOT)}: not up to date; run python tools/permissions.py")
    print("\n".join(found) or "Permission pages up to date.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
