"""Seconds to plan one field, and seasons simulated in it: the command's own work, in a process of its own.

    python benchmarks/potato_plan.py [--seasons 50000] [--threads 2] [--cold]

The field is the annotated example of the package. ``compile`` is what a first small plan takes beyond a second one in
the same process: with kept machine code it is the loading, with ``--cold`` (an empty cache) the compilation. The
search and the whole plan are timed after it. No peer does the same task; the seasons a second are beside
AquaCrop-OSPy's in potato_speed.py.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.resources import files


def once(seasons: int) -> dict[str, float]:
    """Return the times of a plan in this process."""
    began = time.perf_counter()
    from tuwei.potato import plan_field

    field = str(files("tuwei.potato") / "data" / "FIELD.toml")
    imported = time.perf_counter() - began
    small = [timed(lambda: plan_field(field, seasons=1000, scenarios=8, judged=20)) for _ in range(2)]
    times: dict[str, float] = {}
    began, cpu = time.perf_counter(), time.process_time()
    plan = plan_field(
        field,
        seasons=seasons,
        told=lambda done, *_: (
            times.update(search_end=time.perf_counter(), done=done)
            or times.setdefault("first", time.perf_counter())
        ),
    )
    whole, cpu = time.perf_counter() - began, time.process_time() - cpu
    search = times["search_end"] - times["first"]
    return {"import_seconds": imported, "compile_seconds": small[0] - small[1], "plan_seconds": whole, "plan_cpu_seconds": cpu, "search_seasons": plan.seasons,
            "search_seasons_per_second": (plan.seasons - 16 * 32) / search, "steps": len(plan.steps), "gain_fen_ha": plan.gain.value}  # fmt: skip


def timed(work) -> float:
    """Return the seconds that work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Print the times as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seasons", type=int, default=50_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(once(given.seasons)))
        return
    with tempfile.TemporaryDirectory() as empty:
        own = {"NUMBA_NUM_THREADS": str(given.threads)} | ({"NUMBA_CACHE_DIR": empty} if given.cold else {})
        done = subprocess.run(
            [sys.executable, __file__, "--child", "--seasons", str(given.seasons)],
            env=os.environ | own,
            check=True,
            capture_output=True,
            text=True,
        )
    about = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "threads": given.threads,
        "cold": given.cold,
    }
    print(json.dumps(about | json.loads(done.stdout), indent=2))


if __name__ == "__main__":
    main()
