"""Write the tables of ``tuwei potato evidence --out FOLDER`` into the page on the evidence, in both languages.

``python benchmarks/potato_evidence.py FOLDER [--check]``

The figures of docs/{zh,en}/explanation/potato-evidence.md stand between two marks and come from FOLDER/evidence.json
alone; ``--check`` tells whether they do, and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tuwei.potato.reports._evidence import TOLD

DOCS = Path(__file__).parents[1] / "docs"
MARKS = ("<!-- figures -->\n", "<!-- end of figures -->\n")
WORDS = {
    "claims": (("对照", "项目", "评判", "变化", "90 % 的年份", "均值的 90 % 区间", "目标", ""), ("against", "what", "judge", "change", "90 % of years", "90 % of the mean", "target", "")),
    "sides": (("", "灌水 mm", "氮 kg/ha", "渗漏 mm", "淋失 kg N/ha"), ("", "water mm", "N kg/ha", "percolation mm", "leached kg N/ha")),
    "room": (("评判", "水氮充足对漫灌", "水氮充足对滴灌"), ("judge", "ample against flood", "ample against drip")),
    "parts": (("对照", "方案的部分", "单独换入", "最后换出", "随之灌水 mm"), ("against", "part of the plan", "put in alone", "taken out last", "water with it, mm")),
    "tried": (("对照", "数", "缺省", "改为", "灌水", "氮", "产量"), ("against", "figure", "default", "changed to", "water", "N", "yield")),
}  # fmt: skip
SIDES = {"flood": ("农民漫灌", "farmers' flood"), "plan_flood": ("方案(对漫灌)", "plan (against flood)"),
         "drip": ("农民滴灌", "farmers' drip"), "plan_drip": ("方案(对滴灌)", "plan (against drip)"), "ample": ("水氮充足", "water and N ample")}  # fmt: skip
MET = (("**未达标**", "达标"), ("**not met**", "met"))


def main() -> int:
    """Write or check the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    found, stale = json.loads((given.folder / "evidence.json").read_text("utf-8")), 0
    for at, language in enumerate(("zh", "en")):
        path = DOCS / language / "explanation" / "potato-evidence.md"
        old = path.read_text("utf-8")
        new = re.sub(
            f"{MARKS[0]}.*?{MARKS[1]}",
            lambda _, at=at: MARKS[0] + figures(found, at) + MARKS[1],
            old,
            flags=re.DOTALL,
        )
        stale += new != old
        if not given.check:
            path.write_text(new, "utf-8")
    return int(given.check and stale > 0)


def figures(found: dict[str, Any], at: int) -> str:
    """Return the tables in Chinese (0) or English (1)."""
    about, judges = found["about"], list(found["about"]["judges"])
    runs = "; ".join(
        f"{name(one, at)}: {', '.join(about['judges'][one])}" for one in judges if about["judges"][one]
    )
    head = (f"{about['years']} 个天气年({about['weather_judged_on']})；优化用 {about['weather_planned_on']}，共搜索 {about['seasons_simulated']:,} 季；种子 {about['seed']}。{runs}。",
            f"{about['years']} weather years ({about['weather_judged_on']}); planned on {about['weather_planned_on']}, {about['seasons_simulated']:,} seasons searched; seed {about['seed']}. {runs}.")  # fmt: skip
    yields = [f"{name(one, at)} t/ha" for one in judges]
    tables = (
        table(WORDS["claims"][at], (claim(row, at) for row in found["claims"])),
        table((*WORDS["sides"][at], *yields), (side(found, one, at) for one in SIDES)),
        table(WORDS["room"][at], ([name(judge, at), *(f"{every[one]:+.1%}" for one in ("flood", "drip"))] for judge, every in found["room"].items())),
        table(WORDS["parts"][at], ([name(row["practice"], at), name(row["element"], at), f"{row['first']:+.1%}", f"{row['last']:+.1%}", f"{row['water']:+.0f}"] for row in found["decomposition"])),
        table(WORDS["tried"][at], (tried(row, at) for row in found["sensitivity"])),
    )  # fmt: skip
    return "\n" + "\n".join((head[at] + "\n", *tables)) + "\n"


def name(key: str, at: int) -> str:
    """Return a key in words."""
    return TOLD[key][at] if key in TOLD else key


def table(head: tuple[str, ...], rows: Iterator[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def claim(row: dict[str, Any], at: int) -> list[str]:
    """Return a claim's cells."""
    year, mean = (f"{row[f'{one}_low']:+.1%} … {row[f'{one}_high']:+.1%}" for one in ("year", "mean"))
    bound = "≥" if row["what"] == "yield" else "≤"
    return [name(row["practice"], at), name(row["what"], at), name(row["judge"], at), f"{row['value']:+.1%}", year, mean,
            f"{bound} {row['target']:+.1%}", MET[at][row["met"]]]  # fmt: skip


def side(found: dict[str, Any], key: str, at: int) -> list[str]:
    """Return a side's cells."""
    one = found["sides"][key]
    ours = one["by_our_model"]
    return [SIDES[key][at], f"{one['water_mm']['mean']:.0f}", f"{one['nitrogen_kg_ha']:.0f}", f"{ours['percolation_mm']:.0f}", f"{ours['leached_kg_ha']:.0f}",
            *(f"{spread['mean']:.1f} ({spread['low']:.1f} – {spread['high']:.1f})" for spread in one["yield_t_ha"].values())]  # fmt: skip


def tried(row: dict[str, Any], at: int) -> list[str]:
    """Return a sensitivity's cells; what meets its target is in bold."""
    changes = (
        f"**{one['value']:+.1%}**" if one["met"] else f"{one['value']:+.1%}"
        for one in row["changes"].values()
    )
    return [name(row["practice"], at), f"`{row['key']}`", f"{row['usual']:g}", f"{row['value']:g}", *changes]


if __name__ == "__main__":
    sys.exit(main())
