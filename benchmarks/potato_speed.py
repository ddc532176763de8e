"""Seasons a CPU second: this kernel and AquaCrop-OSPy on the same weather, soil and dates, in one run.

    python benchmarks/potato_speed.py [--seasons 2000] [--peer 20]

The peer is an optional dependency (extra `bench`). Both run on one thread; compilation and reading are outside the
time. A season of AquaCrop has one water balance and no nitrogen; ours has water, nitrogen, P and K in eight layers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from datetime import date

os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import numpy as np

from tuwei.potato import Weather, generate_weather
from tuwei.potato.crop._parameters import parameter_values
from tuwei.potato.crop._season import Case, Crop, Fertiliser, Irrigation, batch_of, run_batch
from tuwei.potato.crop._soil import Profile, texture_horizon

PLANTING, HARVEST = date(2030, 5, 5), date(2030, 9, 20)


def case(weather: Weather) -> Case:
    """Return an irrigated season on a sandy loam."""
    soil = Profile((texture_horizon(30, 65, 12), texture_horizon(120, 70, 10)))
    water = tuple(
        Irrigation(date(2030, month, day), 20.0, 0.9, 0.4)
        for month in (6, 7, 8)
        for day in (1, 8, 15, 22, 28)
    )
    return Case(Crop(PLANTING, HARVEST), soil, weather, water, (Fertiliser(PLANTING, urea=120),))


def ours(seasons: int) -> dict[str, float]:
    """Return seasons a CPU second of the batch kernel on one thread."""
    batch = batch_of([case(generate_weather("ulanqab", PLANTING, HARVEST, seed=seed)) for seed in range(10)])
    rows = np.tile(parameter_values({}), (max(1, seasons // 10), 1))
    run_batch(batch, rows[:2])
    began = time.process_time()
    run_batch(batch, rows)
    spent = time.process_time() - began
    return {"seasons": 10 * len(rows), "cpu_seconds": spent, "per_cpu_second": 10 * len(rows) / spent}


def peer(seasons: int) -> dict[str, float]:
    """Return the same of AquaCrop-OSPy, a season a model run, its input made beforehand."""
    import pandas as pd
    from aquacrop import AquaCropModel, InitialWaterContent, IrrigationManagement, Soil
    from aquacrop import Crop as PeerCrop

    models = []
    for seed in range(seasons + 1):
        weather = generate_weather("ulanqab", PLANTING, HARVEST, seed=seed)
        frame = pd.DataFrame({"MinTemp": weather.tmin, "MaxTemp": weather.tmax, "Precipitation": weather.rain,
                              "ReferenceET": np.maximum(0.1, weather.et0), "Date": pd.date_range(PLANTING, HARVEST)})  # fmt: skip
        models.append(AquaCropModel("2030/05/05", "2030/09/20", frame, Soil("SandyLoam"), PeerCrop("Potato", planting_date="05/05"),
                                    initial_water_content=InitialWaterContent(value=["FC"]),
                                    irrigation_management=IrrigationManagement(irrigation_method=1, SMT=[60] * 4)))  # fmt: skip
    models[0].run_model(till_termination=True)
    began = time.process_time()
    for model in models[1:]:
        model.run_model(till_termination=True)
    spent = time.process_time() - began
    return {"seasons": seasons, "cpu_seconds": spent, "per_cpu_second": seasons / spent}


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seasons", type=int, default=2000)
    parser.add_argument("--peer", type=int, default=20)
    asked = parser.parse_args()
    found: dict[str, object] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "tuwei": ours(asked.seasons),
    }
    try:
        found["aquacrop"] = peer(asked.peer)
    except ImportError:
        found["aquacrop"] = "not installed"
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
