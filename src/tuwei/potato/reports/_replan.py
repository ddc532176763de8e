"""A plan made anew, for people, for JSON and as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tuwei.potato._whole import json_text, whole_folder
from tuwei.potato._words import money_text, range_text, rounded
from tuwei.potato.planning._rules import Action, at_limit
from tuwei.potato.planning._schedule import Range
from tuwei.potato.replanning._draws import Read
from tuwei.potato.replanning._replan import Replan
from tuwei.potato.replanning._week import Act
from tuwei.potato.replanning._years import Forecast
from tuwei.potato.reports._plan import STEPS, rules_dict, step_dict, step_line, totals_dict, write_schedule
from tuwei.potato.storage._prices import prices_of

SCHEMA = "tuwei.potato.replan/1"
HEAD = (("fresh", "鲜薯", "fresh tubers"), ("total_irrigation", "全季灌水", "irrigation, whole season"), ("total_nitrogen_input", "全季氮投入", "nitrogen input, whole season"),
        ("sprays", "全季喷药次数", "sprays, whole season"))  # fmt: skip
TODAY = {"soil_water": ("剖面储水 mm", "water in the profile, mm"), "lai": ("叶面积指数", "leaf area index"), "tuber": ("块茎干物质 kg/ha", "tuber dry matter, kg/ha"),
         "severity": ("晚疫病，占叶的 %", "late blight, % of the leaf")}  # fmt: skip
LIMITS = (("water", "quota_mm", "mm", "灌水", "irrigation"), ("irrigations", "irrigations", "", "灌水次数", "irrigations"), ("nitrogen", "nitrogen_kg_ha", "kg/ha", "氮", "nitrogen"),
          ("sprays", "sprays", "", "喷药次数", "sprays"), ("labour", "labour_hours_ha", "h/ha", "工时", "labour"))  # fmt: skip


def replan_dict(found: Replan) -> dict[str, Any]:
    """Return the plan made anew for JSON; the keys are in the reference page, money is integer fen a hectare."""
    part, limits, week = found.field.parts["plan"], found.field.parts["plan.limits"], found.week
    floor = part["floor_t_ha"] or None
    return {
        "schema": SCHEMA,
        "about": {"field": found.field.parts[""]["name"] or found.field.file, "cultivar": found.field.cultivar, "objective": part["objective"], "floor_t_ha": floor,
                  "floor_met": found.totals["fresh"].value >= floor if floor else None, "today": found.today.isoformat(),
                  "observed": found.observed.file, "readings": len(found.moved.read), "works": len(found.observed.rows) - len(found.moved.read),
                  "incumbent": found.origin or None, "kept": found.kept, "seed": found.seed, "seasons_simulated": found.seasons, "seasons_judged": found.judged,
                  "weather_measured": found.weather[2] or None, "weather_planned_on": found.weather[0], "weather_judged_on": found.weather[1],
                  "weather_forecast": _forecast(found.forecast), "prices_of": prices_of()},
        "week": {"start": week.start.isoformat(), "end": week.end.isoformat(), "acts": [_act(one) for one in week.acts],
                 "irrigate_by_day": [round(one, 4) for one in week.irrigate], "spray_by_day": [round(one, 4) for one in week.spray]},
        "rules": season_rules(found, found.action),
        "incumbent_rules": season_rules(found, found.incumbent),
        "changes": changes(found),
        "at_limit": at_limit(found.setting, found.action.named),
        "steps": [step_dict(step) for step in found.steps],
        "limits": {name: {"used": round(getattr(found.used, name), 4), "limit": limits[key], "left": round(max(0.0, limits[key] - getattr(found.used, name)), 4), "unit": unit}
                   for name, key, unit, _, _ in LIMITS},
        "readings": [_read(one) for one in found.moved.read],
        "coverage": None if found.moved.coverage is None else round(found.moved.coverage, 4),
        "today": {name: {"before": _range(old), "after": _range(new)} for name, (old, new) in found.moved.today.items()},
        "before_readings": totals_dict(found.before), "after_readings": totals_dict(found.after), "totals": totals_dict(found.totals),
        "profit_fen_ha": asdict(found.profit), "incumbent_profit_fen_ha": asdict(found.incumbent_profit),
        "gain_fen_ha": {**asdict(found.gain), "share_better": round(found.better, 4)},
    }  # fmt: skip


def _forecast(one: Forecast | None) -> dict[str, Any] | None:
    if one is None:
        return None
    days = one.weather
    return {"file": days.origin, "start": days.start.isoformat(), "end": days.end.isoformat(), "days": days.days, "rows_before_today": one.before}  # fmt: skip


def season_rules(found: Replan, action: Action) -> dict[str, Any]:
    """Return rules as a plan's JSON has them, nutrients of the whole season."""
    named, past = dict(action.named), found.setting.past
    for name in ("nitrogen", "phosphate", "potash"):
        if name in named:
            named[name] += getattr(found.used, name)
    if past and "planting" in past.fixed:
        named.pop("basal_share")
    return rules_dict(found.setting, named, action.work)


def changes(found: Replan) -> list[dict[str, Any]]:
    """Return every rule that differs from the incumbent's: ``rule``, ``from``, ``to``."""
    old, new = season_rules(found, found.incumbent), season_rules(found, found.action)
    return [{"rule": name, "from": old[name], "to": new[name]} for name in new if old.get(name) != new[name]]


def _act(one: Act) -> dict[str, Any]:
    return {"what": one.what, "share": round(one.share, 4), "day": one.day.isoformat() if one.day else None,
            "amount": _range(one.amount) if one.amount else None, "unit": one.unit}  # fmt: skip


def _read(one: Read) -> dict[str, Any]:
    row = one.row
    return {"date": row.day.isoformat(), "what": row.what, "depth_cm": row.depth, "value": row.value, "deviation": round(one.deviation, 4),
            "before": _range(one.before), "after": _range(one.after)}  # fmt: skip


def _range(one: Range) -> dict[str, float]:
    return rounded(asdict(one))


def replan_lines(found: Mapping[str, Any], english: bool) -> Iterator[str]:
    """Yield the plan made anew in words; money in yuan."""
    about, at = found["about"], int(english)
    yield f"{about['field']} · {about['cultivar']} · {about['today']}"
    yield from _origin(about, english)
    yield from _week(found["week"], english)
    yield from _worth(found, english)
    yield ("what changes in the rules" if english else "规则的改变") + (
        "" if found["changes"] else (": nothing" if english else "：无")
    )
    yield from (f"  {one['rule']}: {one['from']} → {one['to']}" for one in found["changes"])
    yield "used so far, and left" if english else "已用与余量"
    for name, _, unit, zh, en in LIMITS:
        row = found["limits"][name]
        yield f"  {(zh, en)[at]}: {row['used']:g} / {row['limit']:g} {unit}".rstrip() + (
            f"; left {row['left']:g}" if english else f"；余 {row['left']:g}"
        )
    yield "today, before → after the readings" if english else "今日状态，读数前 → 后"
    for name, words in TODAY.items():
        if name in found["today"]:
            old, new = (
                _percent(found["today"][name][when], name == "severity") for when in ("before", "after")
            )
            yield f"  {words[at]}: {_arrow(old, new)}"
    for name, zh, en in HEAD:
        old, new = found["before_readings"][name], found["after_readings"][name]
        yield f"  {(zh, en)[at]}: {_arrow(old, new)} | {range_text(found['totals'][name])} {new['unit']}".rstrip()  # fmt: skip
    yield ("  (whole season: the old rules before → after the readings | the new rules)" if english
           else "  (全季：旧规则，读数前 → 后 | 新规则)")  # fmt: skip
    yield "schedule ahead" if english else "往后的日程"
    yield from (step_line(step, english) for step in found["steps"])


def _origin(about: Mapping[str, Any], english: bool) -> Iterator[str]:
    measured, incumbent = about["weather_measured"], about["incumbent"]
    if english:
        yield f"observed: {about['observed']}, {about['readings']} readings, {about['works']} works; the earlier plan: {incumbent or 'none, the middle of every knob'}"
        yield f"weather behind: {measured or 'none yet'}; ahead, planned on: {about['weather_planned_on']}; judged on: {about['weather_judged_on']}"
        yield from _forecast_line(about["weather_forecast"], english)
        yield f"{about['seasons_simulated']:,} seasons simulated in the search, {about['seasons_judged']} to judge; seed {about['seed']}"
    else:
        yield f"观测：{about['observed']}，读数 {about['readings']} 条，作业 {about['works']} 条；原方案：{incumbent or '未给，取各旋钮的中点'}"
        yield f"已过的气象：{measured or '尚无'}；往后，规划用：{about['weather_planned_on']}；评判用：{about['weather_judged_on']}"
        yield from _forecast_line(about["weather_forecast"], english)
        yield f"搜索模拟 {about['seasons_simulated']:,} 季，评判 {about['seasons_judged']} 季；种子 {about['seed']}"


def _forecast_line(one: Mapping[str, Any] | None, english: bool) -> Iterator[str]:
    if one is None:
        return
    left = one["rows_before_today"]
    if english:
        yield (
            f"forecast: {one['file']}, {one['start']} – {one['end']} ({one['days']} days), rain in doubt; then other years"
            + (f"; {left} rows before today ignored" if left else "")
        )
    else:
        yield (
            f"天气预报：{one['file']}，{one['start']} – {one['end']}({one['days']} 天)，雨量有误差；其后用其他年份"
            + (f"；今天以前的 {left} 行未用" if left else "")
        )


def _week(week: Mapping[str, Any], english: bool) -> Iterator[str]:
    yield f"{'this week' if english else '本周'} {week['start']} – {week['end']}"
    for one in week["acts"]:
        name = STEPS[one["what"]][int(english)]
        if not one["share"]:
            yield f"  {name}: {'no' if english else '不做'}"
            continue
        amount = f", {range_text(one['amount'])} {one['unit']}" if one["amount"] else ""
        first = (f"first on {one['day']}" if english else f"多从 {one['day']} 起")  # fmt: skip
        yield f"  {name}: {100 * one['share']:.0f} %{amount}, {first if one['share'] < 1 or one['what'] in ('irrigation', 'spray') else one['day']}"


def _worth(found: Mapping[str, Any], english: bool) -> Iterator[str]:
    gain = found["gain_fen_ha"]
    if found["about"]["kept"]:
        yield ("no rules found that do better in the seasons that judge: go on with the old ones" if english
               else "在评判的季里没有找到更好的规则：沿用原规则")  # fmt: skip
    if found["about"]["floor_met"] is False:
        yield (
            "in the seasons that judge, the mean yield is below the floor"
            if english
            else "在评判的季里，平均产量低于下限"
        )
    yield (f"worth of planning anew, yuan/ha: {money_text(gain)}, better in {100 * gain['share_better']:.0f} % of the seasons" if english
           else f"重新规划值多少，元/公顷：{money_text(gain)}，{100 * gain['share_better']:.0f} % 的季更好")  # fmt: skip
    label = (
        "profit with the new rules | with the old, yuan/ha" if english else "利润，新规则 | 旧规则，元/公顷"
    )
    yield f"  {label}: {money_text(found['profit_fen_ha'])} | {money_text(found['incumbent_profit_fen_ha'])}"


def _percent(one: Mapping[str, float], share: bool) -> Mapping[str, float]:
    return {name: 100 * value for name, value in one.items()} if share else one


def _arrow(old: Mapping[str, float], new: Mapping[str, float]) -> str:
    return f"{range_text(old)} → {range_text(new)}"


def write_replan(folder: Path, found: Mapping[str, Any]) -> None:
    """Write replan.json and schedule.csv; the folder appears whole or not at all.

    Raises
    ------
    ConflictError
        ``potato.out_exists``: the folder is there already and not empty.
    """
    with whole_folder(folder) as fresh:
        (fresh / "replan.json").write_text(json_text(found) + "\n", "utf-8")
        write_schedule(fresh / "schedule.csv", found["steps"])
