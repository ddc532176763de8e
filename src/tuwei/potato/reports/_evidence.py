"""The evidence for people, for JSON and as files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.potato._whole import json_text, whole_folder
from tuwei.potato.evidence._claims import TARGETS, Change, change_of
from tuwei.potato.evidence._evidence import SAVED_WATER, Evidence, Planned
from tuwei.potato.evidence._judges import GET, judge_of
from tuwei.potato.evidence._parts import parts_of, tried_of
from tuwei.potato.planning._rules import at_limit
from tuwei.potato.weather._evapotranspiration import Floats

SCHEMA = "tuwei.potato.evidence/1"
APPLIED = "applied"  # what was put on the field, whoever judges
TOLD = {
    "water": ("灌水", "water"), "nitrogen": ("氮", "nitrogen"), "yield": ("产量", "yield"), "flood": ("漫灌", "flood"), "drip": ("滴灌", "drip"),
    "tuwei": ("本模型", "our model"), "aquacrop": ("AquaCrop", "AquaCrop"), "wofost": ("WOFOST", "WOFOST"), "wofost-n": ("WOFOST 氮", "WOFOST with N"), APPLIED: ("实际投入", "as applied"),
    "ample": ("水氮充足", "water and nitrogen ample"), "dates": ("播期", "planting date"), "density": ("密度", "density"), "film": ("地膜", "film"), "method": ("灌溉方式", "method"), "schedule": ("灌水日程", "schedule of water"),
}  # fmt: skip
CAVEATS = (
    ("天气由发生器生成，月值借自多伦与西乌珠穆沁，不是阴山北麓的实测。", "The weather is generated from normals borrowed of Duolun and West Ujimqin, not measured north of the Yinshan."),
    ("农民的灌水量、次数、日期、基追比没有来源，是假定；见敏感性表。", "The farmers' water, its number and dates, and the splits of nitrogen have no source and are assumed; see the sensitivity."),
    ("产量：本模型为鲜薯，AquaCrop 与 WOFOST 为干物质；只比较各自的比值。", "Yield is fresh by our model, dry by AquaCrop and WOFOST; only the ratios of each are compared."),
    ("AquaCrop 与 WOFOST 7.2 不算氮，不能评判省氮后是否减产；“WOFOST 氮”(8.1)能，但其马铃薯氮参数由我们按文献拼成，部分为假定。晚疫病、磷钾、品质都不算。", "AquaCrop and WOFOST 7.2 know no nitrogen and cannot tell whether saving it costs yield; WOFOST 8.1 (“with N”) can, but its nitrogen figures of potato were put together by us, some assumed. Blight, P, K and quality are in none."),
    ("方案与习惯：品种、土壤、收获日、地膜（无）相同；播期、密度、灌溉方式、灌水与氮的日程不同，各占多少见分解。", "Plan and practices share cultivar, soil, day of harvest and film (none); planting date, density, method, and the schedules of water and nitrogen differ: the decomposition tells what each does."),
    ("本模型与方案出自同一模型，本模型的评判因此偏于方案；其他模型从未参与优化，也没有任何数按它们调整。", "Our model made the plan and so leans to it; the others had no part in the search, and no figure was tuned on them."),
)  # fmt: skip


def evidence_dict(case: Evidence) -> dict[str, Any]:
    """Return the evidence for JSON; the keys are in the reference page."""
    return {
        "schema": SCHEMA,
        "about": _about(case),
        "practices": {name: _practice(case, name) for name in case.practices},
        "plans": {name: _plan(case, name, plan) for name, plan in case.plans.items()},
        "claims": [row for target in TARGETS for row in _claims(case, target)],
        "room": {
            judge: {
                name: round(float(every["ample"].mean() / every[name].mean() - 1), 4)
                for name in case.practices
            }
            for judge, every in case.yields.items()
        },
        "sides": {name: _side(case, name) for name in case.sides},
        "decomposition": [_rounded(asdict(one)) for one in parts_of(case)],
        "sensitivity": [_tried(asdict(one)) for one in tried_of(case)],
        "caveats": [{"zh": zh, "en": en} for zh, en in CAVEATS],
    }


def _about(case: Evidence) -> dict[str, Any]:
    return {
        "field": case.field.parts[""]["name"] or case.field.file, "cultivar": case.field.cultivar, "years": case.chances.count, "seed": case.seed,
        "weather_planned_on": case.planned_on, "weather_judged_on": case.chances.years.origin,
        "seasons_simulated": sum(plan.seasons for plan in case.plans.values()), "judges": {name: list(judge_of(name)[1]) if name in case.heard else [] for name in case.yields},
        "missing": list(case.missing), "get": GET if case.missing else "",
    }  # fmt: skip


def _practice(case: Evidence, name: str) -> dict[str, Any]:
    one = case.practices[name]
    figures = {key: asdict(figure) for key, figure in one.figures.items()}
    return {"zh": one.zh, "en": one.en, "water_mm": one.water, "figures": figures}


def _plan(case: Evidence, name: str, plan: Planned) -> dict[str, Any]:
    named = plan.action.named
    planting = (plan.setting.start + timedelta(days=int(named["planting"]))).isoformat()
    rules = {key: round(float(value), 4) for key, value in named.items() if key != "spray_trigger"}
    water = float(case.seasons[f"plan_{name}"].column("total_irrigation").mean())
    return {"aim": asdict(plan.aim), "planting": planting, "rules": rules, "nitrogen_kg_ha": plan.action.work.nitrogen,
            "dressings": [{"day": (plan.setting.start + timedelta(days=day)).isoformat(), "N": dose} for day, dose in plan.action.dressings],
            "at_limit": at_limit(plan.setting, named), "water_met_from_mm": round(water / (1 - SAVED_WATER), 1)}  # fmt: skip


def applied(case: Evidence, side: str, what: str) -> Floats:
    """Return the water [mm gross] or fertiliser nitrogen [kg/ha] of every year of a side."""
    if what == "nitrogen":
        return np.full(case.chances.count, case.sides[side].nitrogen_total)
    return case.seasons[side].column("total_irrigation")


def _claims(case: Evidence, target: Any) -> Iterator[dict[str, Any]]:
    mine, other = f"plan_{target.practice}", target.practice
    if target.what == "yield":
        pairs = {judge: (every[mine], every[other]) for judge, every in case.yields.items()}
    else:
        pairs = {APPLIED: (applied(case, mine, target.what), applied(case, other, target.what))}
    for judge, (plan, practice) in pairs.items():
        change = change_of(plan, practice, target, case.seed)
        yield {"practice": other, "what": target.what, "judge": judge, "target": target.least, "met": target.met(change.value),
               "surely": target.met(change.mean_high if target.saving else change.mean_low), **_change(change)}  # fmt: skip


def _change(change: Change) -> dict[str, float]:
    return {key: round(value, 4) for key, value in asdict(change).items()}


def _side(case: Evidence, name: str) -> dict[str, Any]:
    season = case.seasons[name]
    ours = {key: float(season.column(column).mean()) for key, column in OURS.items()}
    return {
        "nitrogen_kg_ha": case.sides[name].nitrogen_total,
        "water_mm": _spread(season.column("total_irrigation")),
        "yield_t_ha": {judge: _spread(every[name]) for judge, every in case.yields.items()},
        "by_our_model": _rounded(ours),
        "by_judges": {judge: _rounded({key: float(np.mean([row[key] for row in every[name]])) for key in every[name][0]}) for judge, every in case.heard.items()},
    }  # fmt: skip


OURS = {"dry_t_ha": "tuber", "transpiration_mm": "total_transpiration", "evaporation_mm": "total_evaporation", "percolation_mm": "total_percolation",
        "leached_kg_ha": "total_leached", "nitrogen_in_crop_kg_ha": "nitrogen_in_crop", "nitrogen_left_kg_ha": "mineral_nitrogen_left",
        "water_stress": "stress_water", "nitrogen_stress": "stress_nitrogen"}  # fmt: skip


def _spread(values: Floats) -> dict[str, float]:
    low, high = np.quantile(values, [0.05, 0.95])
    return _rounded({"mean": float(values.mean()), "low": float(low), "high": float(high)})


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in values.items()}


def _tried(row: dict[str, Any]) -> dict[str, Any]:
    changes = {what: _rounded(one) for what, one in row.pop("changes").items()}
    met = {
        target.what: target.met(changes[target.what]["value"])
        for target in TARGETS
        if target.practice == row["practice"]
    }
    return {**row, "changes": {what: {**one, "met": met[what]} for what, one in changes.items()}}


def evidence_lines(found: Mapping[str, Any], english: bool) -> Iterator[str]:
    """Yield the evidence in words."""
    about, at = found["about"], int(english)
    yield f"{about['field']} · {about['cultivar']}"
    yield (f"{about['years']} weather years that the search never saw ({about['weather_judged_on']}); planned on {about['weather_planned_on']}" if english
           else f"{about['years']} 个优化未见过的天气年（{about['weather_judged_on']}）；优化用 {about['weather_planned_on']}")  # fmt: skip
    yield from _missing_lines(about, english)
    yield from _aim_lines(found, english)
    yield (
        "claim | judge: change (90 % of years; 90 % of the mean) | target"
        if english
        else "主张 | 评判：变化（90 % 的年份；均值的 90 % 区间）| 目标"
    )
    yield from (_claim_line(row, at) for row in found["claims"])
    yield from _room_lines(found["room"], english)
    yield ("judges differ on: " if english else "评判不一致：") + (
        ", ".join(_split(found["claims"], at)) or ("none" if english else "无")
    )
    yield ("what each part of the plan does to the yield, by our model: put in alone, taken out last" if english
           else "方案各部分对产量的作用（本模型）：单独换入、最后换出")  # fmt: skip
    for row in found["decomposition"]:
        yield f"  {_name(row['practice'], at)} · {_name(row['element'], at)}: {row['first']:+.1%}, {row['last']:+.1%}; {_name('water', at)} {row['water']:+.0f} mm"
    yield (
        "sensitivity (the same plan; our model): water, nitrogen, yield; * target met"
        if english
        else "敏感性（方案不变，本模型）：灌水、氮、产量；* 达标"
    )
    yield from (_tried_line(row, at) for row in found["sensitivity"])
    yield from (row["en" if english else "zh"] for row in found["caveats"])


def _name(key: str, at: int) -> str:
    return TOLD[key][at] if key in TOLD else key


def _missing_lines(about: Mapping[str, Any], english: bool) -> Iterator[str]:
    if about["missing"]:
        names = ", ".join(about["missing"])
        yield (
            f"not installed, so not heard: {names}; get them by {about['get']}"
            if english
            else f"未安装，没有评判：{names}；安装：{about['get']}"
        )


def _aim_lines(found: Mapping[str, Any], english: bool) -> Iterator[str]:
    for name, plan in found["plans"].items():
        aim, practice = plan["aim"], found["practices"][name]
        water, n = found["sides"][f"plan_{name}"]["water_mm"]["mean"], plan["nitrogen_kg_ha"]
        given = f"{water:.0f} mm, {n:.0f} kg N/ha ({practice['water_mm']:.0f} mm, {practice['figures']['nitrogen']['value']:.0f} kg)"
        if aim["objective"] == "water":
            asked = (
                f"least water, {aim['floor']:.1f} t/ha or more"
                if english
                else f"用水最少，产量不低于 {aim['floor']:.1f} t/ha"
            )
        else:
            asked = (
                f"most yield, {aim['quota']:.0f} mm or less"
                if english
                else f"产量最高，灌水不超过 {aim['quota']:.0f} mm"
            )
        limit = f"N ≤ {aim['nitrogen']:.0f} kg/ha"
        met = plan["water_met_from_mm"]
        yield (f"against {practice['en']}: asked for {asked}, {limit}; gives {given}; the water target is met where the farmer gives {met:.0f} mm or more" if english
               else f"对{practice['zh']}：要求{asked}，{limit}；给出 {given}；农民灌 {met:.0f} mm 以上时节水达标")  # fmt: skip


def _claim_line(row: Mapping[str, Any], at: int) -> str:
    met = (("未达标", "not met"), ("达标", "met"))[row["met"]][at]
    bound = "≤" if row["what"] != "yield" else "≥"
    return (f"  {_name(row['practice'], at)} · {_name(row['what'], at)} | {_name(row['judge'], at)}: {row['value']:+.1%} ({row['year_low']:+.1%} – {row['year_high']:+.1%};"
            f" {row['mean_low']:+.1%} – {row['mean_high']:+.1%}) | {bound} {row['target']:+.1%} {met}")  # fmt: skip


def _room_lines(room: Mapping[str, Any], english: bool) -> Iterator[str]:
    at = int(english)
    for judge, every in room.items():
        told = ", ".join(f"{_name(name, at)} {value:+.1%}" for name, value in every.items())
        yield (f"  if neither water nor nitrogen lacked, by {_name(judge, at)}, yield against: {told}" if english
               else f"  水氮都不缺时的产量（{_name(judge, at)}），对：{told}")  # fmt: skip


def _split(claims: list[dict[str, Any]], at: int) -> Iterator[str]:
    for target in TARGETS:
        met = {
            row["met"] for row in claims if (row["practice"], row["what"]) == (target.practice, target.what)
        }
        if len(met) > 1:
            yield f"{_name(target.practice, at)} · {_name(target.what, at)}"


def _tried_line(row: Mapping[str, Any], at: int) -> str:
    changes = ", ".join(f"{one['value']:+.1%}{'*' if one['met'] else ''}" for one in row["changes"].values())
    return f"  {_name(row['practice'], at)} {row['key']} = {row['value']:g} ({row['usual']:g}): {changes}"


def write_evidence(folder: Path, found: Mapping[str, Any], case: Evidence) -> None:
    """Write evidence.json, table.csv and runs.csv; the folder appears whole or not at all.

    Raises
    ------
    ConflictError
        ``potato.out_exists``: the folder is there already and not empty.
    """
    with whole_folder(folder) as fresh:
        (fresh / "evidence.json").write_text(json_text(found) + "\n", "utf-8")
        _rows(fresh / "table.csv", found["claims"])
        _rows(fresh / "runs.csv", list(run_rows(case)))


def run_rows(case: Evidence) -> Iterator[dict[str, Any]]:
    """Yield a row a year, side and judge: what was given, the yield and the judge's water."""
    for side in case.sides:
        for judge, every in case.yields.items():
            for year in range(case.chances.count):
                ours = case.seasons[side]
                row = case.heard[judge][side][year] if judge in case.heard else {
                    "irrigation": ours.column("total_irrigation")[year], "transpiration": ours.column("total_transpiration")[year], "percolation": ours.column("total_percolation")[year]}  # fmt: skip
                yield {"year": year, "weather": case.chances.years.every[year].origin, "side": side, "judge": judge, "water_mm": round(float(applied(case, side, "water")[year]), 3),
                       "nitrogen_kg_ha": case.sides[side].nitrogen_total, "yield_t_ha": round(float(every[side][year]), 4),
                       **{f"{key}_mm": round(float(row[key]), 3) for key in ("irrigation", "transpiration", "percolation")}}  # fmt: skip


def _rows(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
