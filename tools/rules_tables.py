"""Write docs/{zh,en}/reference/rules-facts.md from the rules themselves: facts, conditions, values of each.

Run it after a change of a statute; a test compares.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tuwei.rules import Statutes, load
from tuwei.rules._describe import described, kind_text
from tuwei.rules._statutes import RuleInfo

DOCS = Path(__file__).parents[1] / "docs"
HEADS = {
    "zh": ("# 规则的事实、条件和结果值\n\n本页由 `tools/rules_tables.py` 从规则生成，每条规则取其最新版本；"
           "某日的版本见 `tuwei rules show RULE --on DATE`。写法和命令见[规则](rules.md)。\n",
           "事实", "名称", "类型", "说明", "条件", "结果值", "自"),
    "en": ("# Facts, conditions and values of the rules\n\nThis page is made by `tools/rules_tables.py` from the rules, each in"
           " its latest version; `tuwei rules show RULE --on DATE` shows that of a day. Commands and forms: [Rules](rules.md).\n",
           "Fact", "Name", "Kind", "Notes", "Conditions", "Values", "from"),
}  # fmt: skip


def page(language: str, statutes: Statutes | None = None) -> str:
    """Return the page in one language."""
    statutes = statutes or load()
    parts = [HEADS[language][0]]
    for rule in statutes.rules():
        parts += _rule(statutes.info(rule), statutes, language)
    return "\n".join(parts).rstrip() + "\n"


def _rule(info: RuleInfo, statutes: Statutes, language: str) -> list[str]:
    _, fact, name, kind, notes, conditions, values, since = HEADS[language]
    day = max(row.valid_from for row in info.windows)
    found = described(info.id, day, statutes)
    title = info.zh if language == "zh" else info.en
    lines = [f"## `{info.id}` {title}", "", f"{since} {day}: {found['windows'][-1]['document']}", ""]
    lines += [f"| {fact} | {name} | {kind} | {notes} |", "|---|---|---|---|"]
    lines += [_row(one, language) for one in found["facts"]]
    lines += (
        ["", f"{conditions}: " + ", ".join(f"`{one['id']}`" for one in found["conditions"])]
        if found["conditions"]
        else []
    )
    lines += ["", f"{values}: " + ", ".join(f"`{one}`" for one in found["values"])] if found["values"] else []
    return [*lines, ""]


def _row(one: dict[str, Any], language: str) -> str:
    cells = (one[language], kind_text(one, language == "en"), one[f"help_{language}"])
    return f"| `{one['name']}` | " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Write both pages."""
    for language in HEADS:
        (DOCS / language / "reference" / "rules-facts.md").write_text(page(language), "utf-8")


if __name__ == "__main__":
    main()
