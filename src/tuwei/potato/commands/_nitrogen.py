"""``tuwei potato nitrogen``: the economic optimum of nitrogen on the command line."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

TUBERS_FEN, NITROGEN_FEN, AS_OF = 120_000, 500, 2024
"""Assumed prices: 1,200 yuan a tonne of tubers, 5 yuan a kg of N (urea near 2,300 yuan/t at 46 % N)."""


def nitrogen(
    fields: Annotated[Path | None, typer.Option("--fields", help="地块表 CSV · fields, CSV")] = None,
    trials: Annotated[Path | None, typer.Option("--trials", help="试验小区表 CSV，缺省用自带的总体 · plots of trials, CSV; else the shipped population")] = None,
    tubers: Annotated[int | None, typer.Option("--tuber-price", help="薯块价，分/吨 · price of tubers, 分 a tonne")] = None,
    price: Annotated[int | None, typer.Option("--nitrogen-price", help="氮价，分/公斤 · price of nitrogen, 分 a kg")] = None,
    quota: Annotated[float | None, typer.Option("--quota", help="各地块平均施氮上限，kg/ha · limit of the mean dose")] = None,
    fill: Annotated[str, typer.Option("--fill", help="mean：缺失的数按试验均值补 · mean: fill missing numbers by the trials' mean")] = "",
    seed: Annotated[int, typer.Option("--seed", min=0, help="随机种子 · seed")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
    language: Annotated[str, typer.Option("--language", help="zh 或 en · zh or en")] = "zh",
) -> None:  # fmt: skip
    """每块田的经济最佳施氮量，给出 90 % 区间 · Each field's economic optimum of nitrogen, with 90 % intervals."""
    from tuwei.potato._whole import json_text
    from tuwei.potato.commands._told import is_english, say, told

    with told():
        english = is_english(language)
        found = optimum_report(fields, trials, tubers, price, quota, fill, seed)
        say([json_text(found)] if as_json else nitrogen_lines(found, english))


def optimum_report(
    fields: Path | None, trials: Path | None, tubers: int | None, price: int | None,
    quota: float | None, fill: str, seed: int,
) -> dict[str, Any]:  # fmt: skip
    """Return what the command prints as JSON."""
    from tuwei.potato.nitrogen._data import Fields, read_nitrogen_fields, read_nitrogen_trials
    from tuwei.potato.nitrogen._nitrogen import Response, fit_nitrogen_response
    from tuwei.potato.nitrogen._optimum import Prices, optimum_nitrogen
    from tuwei.potato.nitrogen._shipped import shipped_nitrogen_response

    asked = Fields(("-",), {}, {}) if fields is None else read_nitrogen_fields(fields)
    prices = Prices(TUBERS_FEN if tubers is None else tubers, NITROGEN_FEN if price is None else price)
    response: Response
    if trials is None:
        response = shipped_nitrogen_response()
        origin = response.origin
    else:
        response, origin = fit_nitrogen_response(read_nitrogen_trials(trials), missing=fill), trials.name
    found = optimum_nitrogen(response, asked, prices, quota=quota, seed=seed)
    return {
        "trials": origin,
        "tubers_fen_per_t": prices.tubers,
        "nitrogen_fen_per_kg": prices.nitrogen,
        "assumed_prices_of": AS_OF if tubers is None or price is None else None,
        "quota_kg_ha": quota,
        "filled_by": fill or None,
        "fields": [asdict(one) for one in found],
    }


def nitrogen_lines(found: dict[str, Any], english: bool) -> list[str]:
    """Return the lines for people: money in yuan."""
    since = found["assumed_prices_of"]
    lines = [("Trials: {trials}" if english else "试验：{trials}").format(**found)]
    prices = found["tubers_fen_per_t"] / 100, found["nitrogen_fen_per_kg"] / 100
    if english:
        assumed = "" if since is None else f" (assumed, {since})"
        lines.append(f"Prices: tubers {prices[0]:.2f} yuan/t, nitrogen {prices[1]:.2f} yuan/kg{assumed}")
    else:
        assumed = "" if since is None else f"（假定，{since} 年）"
        lines.append(f"价格：薯块 {prices[0]:.2f} 元/吨，氮 {prices[1]:.2f} 元/公斤{assumed}")
    line = ("{name}: {dose} kg N/ha (90 %: {low}–{high}); yield {tubers:.1f} t/ha (90 %: {tubers_low:.1f}–{tubers_high:.1f}); "
            "value less nitrogen {0:.0f} yuan/ha; expected regret {1:.0f} yuan/ha") if english else (
            "{name}：施氮 {dose} kg/ha（90 %：{low}–{high}）；产量 {tubers:.1f} t/ha（90 %：{tubers_low:.1f}–{tubers_high:.1f}）；"
            "产值减氮 {0:.0f} 元/ha；期望遗憾 {1:.0f} 元/ha")  # fmt: skip
    return lines + [line.format(one["margin"] / 100, one["regret"] / 100, **one) for one in found["fields"]]
