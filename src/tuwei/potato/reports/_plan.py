"""A plan for people, for JSON and as files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from tuwei.potato._whole import json_text, whole_folder
from tuwei.potato._words import money_text, range_text, rounded
from tuwei.potato.planning._choices import choice_lines, choices_list, storage_dict
from tuwei.potato.planning._plan import TOTALS, Plan
from tuwei.potato.planning._rules import LATE, Setting, at_limit
from tuwei.potato.planning._schedule import Range, Step
from tuwei.potato.storage._prices import Work, means_of, prices_of

SCHEMA = "tuwei.potato.plan/1"
STEPS = {
    "planting": ("播种", "planting"), "nitrogen_at_planting": ("基肥氮", "nitrogen at planting"), "phosphate": ("磷(P2O5)", "phosphate (P2O5)"),
    "potash": ("钾(K2O)", "potash (K2O)"), "dressing": ("追氮", "nitrogen dressing"), "irrigation": ("灌水", "irrigation"),
    "spray": ("喷药", "spray"), "vine_kill": ("杀秧", "vine kill"), "harvest": ("收获", "harvest"),
    "sale": ("出售", "sale"),
}  # fmt: skip
HEAD = (("fresh", "鲜薯", "fresh tubers"), ("total_irrigation", "灌水", "irrigation"), ("total_nitrogen_input", "氮投入(含沉降与灌水)", "nitrogen input (with deposition and water)"),
        ("total_leached", "硝态氮淋失", "nitrate leached"), ("irrigations", "灌水次数", "irrigations"), ("sprays", "喷药次数", "sprays"))  # fmt: skip
AIMS = {
    "profit": ("利润最大", "most profit"),
    "yield": ("产量最高", "most yield"),
    "water": ("用水最少", "least water"),
    "nitrogen": ("用氮最少", "least nitrogen"),
}


def plan_dict(plan: Plan) -> dict[str, Any]:
    """Return the plan for JSON; the keys are in the reference page, money is integer fen a hectare.

    Examples
    --------
    >>> from importlib.resources import files
    >>> from tuwei.potato import plan_field
    >>> plan = plan_field(str(files("tuwei.potato") / "data" / "FIELD.toml"), seasons=1000, scenarios=4, judged=20)
    >>> found = plan_dict(plan)
    >>> sum(found["items_fen_ha"]["plan"].values()) == found["profit_fen_ha"]["value"]
    True
    """
    part = plan.field.parts["plan"]
    return {
        "schema": SCHEMA,
        "about": {"field": plan.field.parts[""]["name"] or plan.field.file, "cultivar": plan.field.cultivar, "objective": part["objective"],
                  "floor_t_ha": part["floor_t_ha"] or None, "floor_met": plan.floor_met, "attained": part["attained"], "seed": plan.seed,
                  "seasons_simulated": plan.seasons, "seasons_judged": plan.judged, "weather_planned_on": plan.weather[0],
                  "weather_judged_on": plan.weather[1], "prices_of": prices_of()},
        "rules": rules_dict(plan.setting, plan.action.named, plan.action.work),
        "at_limit": at_limit(plan.setting, plan.action.named),
        "steps": [step_dict(step) for step in plan.steps],
        "totals": totals_dict(plan.totals),
        "practice": totals_dict(plan.practice),
        "profit_fen_ha": asdict(plan.profit),
        "practice_profit_fen_ha": asdict(plan.practice_profit),
        "gain_fen_ha": asdict(plan.gain),
        "items_fen_ha": {name: means_of(one.outcome.items) for name, one in zip(("plan", "practice"), plan.played, strict=True)},
        "varieties": choices_list(plan, plan.varieties),
        "films": choices_list(plan, plan.films),
        "storage": storage_dict(plan),
        "prices": {name: asdict(price) for name, price in plan.prices.items()},
    }  # fmt: skip


def totals_dict(totals: Mapping[str, Range]) -> dict[str, Any]:
    """Return a season's totals for JSON."""
    return {name: {**rounded(asdict(one)), "unit": TOTALS[name]} for name, one in totals.items()}


def rules_dict(setting: Setting, named: Mapping[str, float], work: Work) -> dict[str, Any]:
    """Return the rules for JSON: knobs by name, days as dates, film, and what is given in all."""
    days = {
        name: (setting.start + timedelta(days=int(named[name]))).isoformat()
        for name in ("planting", "harvest")
    }
    own = {"nitrogen_kg_ha": work.nitrogen, "phosphate_kg_ha": work.phosphate, "potash_kg_ha": work.potash}
    return {
        **rounded(named),
        **days,
        "vine_kill": work.vine_kill,
        "film": work.mulch,
        "late_days": LATE,
        **own,
    }


def step_dict(step: Step) -> dict[str, Any]:
    """Return a step for JSON."""
    row = asdict(step)
    gain = row.pop("worth")
    days = {name: row[name].isoformat() for name in ("day", "earliest", "latest")}
    return {
        **row,
        **days,
        "amount": rounded(row["amount"]),
        "share": round(step.share, 4),
        "worth_fen_ha": gain,
    }


def plan_lines(found: Mapping[str, Any], english: bool) -> Iterator[str]:
    """Yield the plan in words; money in yuan."""
    about, at = found["about"], int(english)
    yield f"{about['field']} · {about['cultivar']} · {AIMS[about['objective']][at]}"
    yield from _origin(about, english)
    yield from _rule_lines(found["rules"], english)
    if found["at_limit"]:
        yield ("at the end of its window or limit: " if english else "已在窗口或限制的边上：") + ", ".join(
            found["at_limit"]
        )
    yield ("schedule (90 % of seasons): what, day, amount, share of seasons, worth in yuan/ha" if english
           else "日程（括号内为 90 % 的季）：作业、日期、用量、多少季有、值多少元/公顷")  # fmt: skip
    yield from (step_line(step, english) for step in found["steps"])
    yield ("season: plan against the field as written" if english else "全季：方案 对 田块文件原样")
    for name, zh, en in HEAD:
        yield f"  {en if english else zh}: {range_text(found['totals'][name])} | {range_text(found['practice'][name])} {found['totals'][name]['unit']}"
    label = "profit, yuan/ha" if english else "利润，元/公顷"
    yield f"  {label}: {money_text(found['profit_fen_ha'])} | {money_text(found['practice_profit_fen_ha'])}"
    yield f"  {'gain, yuan/ha' if english else '增益，元/公顷'}: {money_text(found['gain_fen_ha'])}"
    yield from choice_lines(found, english)
    yield from _price_lines(found, english)


def _origin(about: Mapping[str, Any], english: bool) -> Iterator[str]:
    if english:
        yield f"weather planned on: {about['weather_planned_on']}; judged on: {about['weather_judged_on']}"
        yield f"{about['seasons_simulated']:,} seasons simulated in the search, {about['seasons_judged']} to judge; seed {about['seed']}"
    else:
        yield f"规划用气象：{about['weather_planned_on']}；评判用气象：{about['weather_judged_on']}"
        yield f"搜索模拟 {about['seasons_simulated']:,} 季，评判 {about['seasons_judged']} 季；种子 {about['seed']}"
    if about["floor_met"] is False:
        yield (
            "in the years that judge, the mean yield is below the floor"
            if english
            else "在评判的年份里，平均产量低于下限"
        )


def _rule_lines(rules: Mapping[str, Any], english: bool) -> Iterator[str]:
    if rules["film"]:
        cover = 100 * rules["film"]
        yield f"film over {cover:.0f} % of the surface" if english else f"地膜覆盖地面的 {cover:.0f} %"
    names = (
        ("before tubers", "bulking", f"last {rules['late_days']} days")
        if english
        else ("结薯前", "膨大期", f"杀秧或收获前 {rules['late_days']} 天")
    )
    for name, stage in zip(names, ("young", "bulking", "late"), strict=True):
        trigger, depth = 100 * rules[f"trigger_{stage}"], rules[f"depth_{stage}"]
        yield (f"irrigate, {name}: below {trigger:.0f} % of available water give {depth:.0f} mm" if english
               else f"灌水，{name}：根区有效水低于 {trigger:.0f} % 时灌 {depth:.0f} mm")  # fmt: skip


def step_line(step: Mapping[str, Any], english: bool) -> str:
    """Return a step in words."""
    what = STEPS[step["what"]][int(english)] + (
        f" {step['number']}" if step["what"] in ("dressing", "irrigation", "spray", "sale") else ""
    )
    window = "" if step["earliest"] == step["latest"] else f" ({step['earliest'][5:]} – {step['latest'][5:]})"
    amount = f"{range_text(step['amount'])} {step['unit']}" if step["unit"] else ""
    gain = "" if step["worth_fen_ha"] is None else money_text(step["worth_fen_ha"])
    return f"  {what}: " + "; ".join(
        part for part in (step["day"] + window, amount, f"{100 * step['share']:.0f} %", gain) if part
    )


def _price_lines(found: Mapping[str, Any], english: bool) -> Iterator[str]:
    since, given = found["about"]["prices_of"], sum(price["given"] for price in found["prices"].values())
    assumed = ", ".join(
        price["en" if english else "zh"] for price in found["prices"].values() if price["assumed"]
    )
    yield (f"prices: {given} from the field's file, the others defaults of {since}; assumed, no source: {assumed or 'none'}" if english
           else f"价格：{given} 项出自田块文件，其余为 {since} 的缺省值；无来源的假定：{assumed or '无'}")  # fmt: skip


def write_plan(folder: Path, found: Mapping[str, Any]) -> None:
    """Write plan.json and schedule.csv; the folder appears whole or not at all.

    Raises
    ------
    ConflictError
        ``potato.out_exists``: the folder is there already and not empty.
    """
    with whole_folder(folder) as fresh:
        (fresh / "plan.json").write_text(json_text(found) + "\n", "utf-8")
        write_schedule(fresh / "schedule.csv", found["steps"])


def write_schedule(path: Path, steps: list[dict[str, Any]]) -> None:
    """Write the steps as CSV."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["what", "number", "day", "earliest", "latest", "amount", "amount_low", "amount_high", "unit", "share",
                         "worth_fen_ha", "worth_low_fen_ha", "worth_high_fen_ha"])  # fmt: skip
        for step in steps:
            gain = step["worth_fen_ha"] or {"value": "", "low": "", "high": ""}
            writer.writerow([step["what"], step["number"], step["day"], step["earliest"], step["latest"], *step["amount"].values(), step["unit"],
                             step["share"], gain["value"], gain["low"], gain["high"]])  # fmt: skip
