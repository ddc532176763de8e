"""How yield falls with evapotranspiration as water is cut: Ky of FAO-33 against two published figures.

    python benchmarks/potato_drought.py [--years 20]

Seasons of the shipped weather of Ulanqab on a loam, with nitrogen in plenty: each year is watered at need once, and the
same irrigations are then cut to 80 … 0 %. Ky = (1 - Y / Ymax) / (1 - ET / ETmax). Doorenbos & Kassam 1979 (FAO-33) give
1.1 for the whole season; a meta-analysis of deficit irrigation in North China (Agronomy 2024 14(7):1533) ET -26.3 % and
yield -16.4 %, a Ky of 0.62. No trial fitted was short of water: nothing here was tuned.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from tuwei.potato import generate_weather
from tuwei.potato.calibration._cultivars import cultivar_values
from tuwei.potato.crop._season import Case, Crop, Fertiliser, Irrigation, simulate
from tuwei.potato.crop._soil import Profile, texture_horizon

PLANTING, HARVEST = date(2030, 5, 5), date(2030, 9, 20)
SOIL = Profile((texture_horizon(30, 42, 20, nitrate=10.0), texture_horizon(100, 42, 22)))
SHARES = (0.8, 0.6, 0.4, 0.2, 0.0)


def watered(seed: int) -> Case:
    """Return a year irrigated at need, each irrigation on its day."""
    feed = (Fertiliser(PLANTING, urea=150), Fertiliser(date(2030, 7, 1), urea=100))
    weather = generate_weather("ulanqab", date(2030, 4, 1), date(2030, 10, 15), seed=seed)
    case = Case(Crop(PLANTING, HARVEST, automatic=(0.7, 400.0, 1.0)), SOIL, weather, (), feed)
    season = simulate(case, cultivar_values("generic")[0])
    given = [Irrigation(season.start + timedelta(days=day), float(amount)) for day, amount in enumerate(season.daily["irrigation"]) if amount > 0]  # fmt: skip
    return replace(case, crop=replace(case.crop, automatic=None), irrigation=tuple(given))


def response(case: Case, share: float) -> tuple[float, float]:
    """Return evapotranspiration [mm] and tuber dry matter [kg/ha] with a share of the water."""
    cut = tuple(replace(one, amount=share * one.amount) for one in case.irrigation)
    result = simulate(replace(case, irrigation=cut), cultivar_values("generic")[0]).result
    return result["total_evaporation"] + result["total_transpiration"], result["tuber"]


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--years", type=int, default=20)
    cases = [watered(seed) for seed in range(1, parser.parse_args().years + 1)]
    full = np.array([response(case, 1.0) for case in cases])
    rows = []
    for share in SHARES:
        less = 1 - np.array([response(case, share) for case in cases]) / full
        rows.append({"share": share, "evapotranspiration_less": round(float(less[:, 0].mean()), 3),
                     "yield_less": round(float(less[:, 1].mean()), 3), "ky": round(float(less[:, 1].sum() / less[:, 0].sum()), 2)})  # fmt: skip
    et, lost = ([0.0, *(row[name] for row in rows)] for name in ("evapotranspiration_less", "yield_less"))
    print(json.dumps({"full": dict(zip(("evapotranspiration_mm", "tuber_kg_ha"), full.mean(0).round().tolist(), strict=True)), "rows": rows,
                      "yield_less_at_et_less_26.3_percent": round(float(np.interp(0.263, et, lost)), 3), "meta_analysis": 0.164, "fao33": round(1.1 * 0.263, 3)}, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
