"""Seasons a second of the two back ends on the same seasons, in one run, and how far apart their answers are.

    python benchmarks/potato_twin.py [--sizes 1000 10000] [--threads 1 2]

Needs the extra `accel`. What the first run takes beyond a later one is told apart: compiling (of numba only where no kept
code is found). A time is the least of three runs, by the clock and in CPU seconds of all threads; on a machine with other
work the second is the steadier. JAX takes the first device it finds, a GPU where there is one, and its name is printed;
CPU seconds then say little.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from datetime import date, timedelta
from typing import Any

os.environ.setdefault("NUMBA_NUM_THREADS", str(os.cpu_count() or 1))

import jax
import numba
import numpy as np

from tuwei.potato import Case, Crop, Fertiliser, Irrigation, Profile, generate_weather, texture_horizon
from tuwei.potato.crop._parameters import parameters
from tuwei.potato.crop._season import batch_of, run_batch

PLANTING, HARVEST = date(2030, 5, 5), date(2030, 9, 20)
YEARS = 20


def case(seed: int) -> Case:
    """Return a season of one year's weather and one of several schedules of water."""
    soil = Profile((texture_horizon(30, 65, 12), texture_horizon(120, 70, 10)))
    water = tuple(
        Irrigation(PLANTING + timedelta(days=20 + (5 + seed % 4) * turn), 18.0, 0.9, 0.4)
        for turn in range(14)
    )
    weather = generate_weather("ulanqab", PLANTING, HARVEST, seed=seed)
    return Case(Crop(PLANTING, HARVEST), soil, weather, water, (Fertiliser(PLANTING, urea=120),))


def rows(count: int) -> Any:
    """Return drawn parameters, within a tenth of each range around the default."""
    low, high, best = np.array([(one.low, one.high, one.default) for one in parameters()]).T
    share = np.random.default_rng(1).uniform(-0.1, 0.1, (count, len(best)))
    return np.clip(best + share * (high - low), low, high)


def timed(batch: Any, values: Any, backend: Any) -> tuple[float, float, Any]:
    """Return the time [s] of a run by the clock and of the processor, and its results."""
    began, spent = time.perf_counter(), time.process_time()
    found = run_batch(batch, values, backend=backend)
    return time.perf_counter() - began, time.process_time() - spent, found


def measured(batch: Any, values: Any, backend: str) -> tuple[dict[str, float], Any]:
    """Return the CPU seconds the first run takes more than later ones, seasons a second, and the results."""
    _, first, found = timed(batch, values, backend)
    again = [timed(batch, values, backend)[:2] for _ in range(3)]
    clock, cpu = (min(column) for column in zip(*again, strict=True))
    count = found.shape[0] * found.shape[1]
    told = {
        "compile_cpu_seconds": round(first - cpu, 1),
        "a_second": round(count / clock),
        "a_cpu_second": round(count / cpu),
    }
    return told, found


def compared(size: int, threads: list[int]) -> dict[str, Any]:
    """Return the figures of one number of seasons."""
    batch, values = batch_of([case(seed) for seed in range(YEARS)]), rows(size // YEARS)
    told: dict[str, Any] = {"seasons": len(values) * YEARS}
    for count in threads:
        numba.set_num_threads(count)
        told[f"numba, {count} threads"], known = measured(batch, values, "numba")
    told["jax"], found = measured(batch, values, "jax")
    differ = np.abs(found - known)
    told["largest relative difference"] = float(
        (np.where(differ > 1e-9, differ, 0) / np.maximum(np.abs(known), 1e-9)).max()
    )
    return told


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, numba.config.NUMBA_NUM_THREADS])
    asked = parser.parse_args()
    device = jax.devices()[0]
    about = {"python": platform.python_version(), "jax": jax.__version__, "numba": numba.__version__,
             "device": f"{device.platform}: {device.device_kind}", "cpus": os.cpu_count(), "load_before": os.getloadavg()[0]}  # fmt: skip
    print(json.dumps({**about, "runs": [compared(size, asked.threads) for size in asked.sizes]}, indent=1))


if __name__ == "__main__":
    main()
