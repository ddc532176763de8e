"""How fast rules judge a population, and how often each engine misjudges an exact tie; openfisca-core beside.

``python benchmarks/rules_speed.py [--rows 100000] [--large 1000000]``; needs the extra ``bench``. One population of invented
enterprises (`rules_population.py`: amounts from 10⁵ to 10¹⁰ 元, one row in five exactly on its limits) is judged by

* ``tuwei.rules.bulk("high_tech", …)``: every condition of each row, the verdict, the score as an interval;
* openfisca-core with a toy rule of the same shape (`rules_openfisca.py`), its own 32-bit floats;
* the same toy formulas in 64-bit numpy floats, without an engine;
* a plain Python loop in whole numbers, which also is the truth the others are held to.

Reading of the columns counts for all. Each engine runs nine times in turn; the median of the CPU seconds counts, the ratio is to openfisca-core in this run. Then
one enterprise with its full explanation (conditions, tree, flips, JSON), and a population of ``--large`` in a process of its
own with its peak memory.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import rules_openfisca
from rules_plain import plain_loop
from rules_population import population

from tuwei.rules import assess, bulk

ON = "2024-06-01"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--only-large", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only_large:
        return large(given.large)
    columns = population(given.rows)
    compare(columns)
    single(columns)
    subprocess.run([sys.executable, __file__, "--only-large", "--large", str(given.large)], check=True)


def compare(columns: dict[str, Any]) -> None:
    """Time the engines in turn and count the rows on which each misjudges a condition."""
    made = rules_openfisca.system()
    engines: dict[str, Callable[[], dict[str, Any]]] = {
        "tuwei": lambda: ours(columns),
        "openfisca-core": lambda: rules_openfisca.judge(made, columns),
        "numpy float64": lambda: floats(columns),
    }
    times: dict[str, list[float]] = {name: [] for name in engines}
    found: dict[str, dict[str, Any]] = {}
    for _ in range(9):
        for name, engine in engines.items():
            began = time.process_time()
            found[name] = engine()
            times[name].append(time.process_time() - began)
    began = time.process_time()
    truth = plain_loop(columns)
    times["plain Python loop"] = [time.process_time() - began]
    report(times, found, truth)


def report(times: dict[str, list[float]], found: dict[str, dict[str, Any]], truth: dict[str, Any]) -> None:
    """Print seconds, ratios and misjudged rows."""
    peer = median(times["openfisca-core"])
    rows = len(truth["high_tech"])
    print(f"{rows:,} enterprises × high_tech, {sum(truth['tied']):,} of them on a limit\n")
    print(f"{'engine':20} {'CPU s':>8} {'ratio':>7} {'conditions misjudged':>21} {'verdicts misjudged':>19}")
    for name, taken in times.items():
        wrong = (
            [found[name][one] != truth[one] for one in rules_openfisca.CONDITIONS] if name in found else []
        )
        verdicts = int((found[name]["high_tech"] != truth["high_tech"]).sum()) if name in found else 0
        print(
            f"{name:20} {median(taken):8.3f} {median(taken) / peer:7.2f} {sum(int(one.sum()) for one in wrong):21,} {verdicts:19,}"
        )


def ours(columns: dict[str, Any]) -> dict[str, Any]:
    """Judge by tuwei.rules; a condition counts as held when it surely is."""
    result = bulk("high_tech", columns, ON)
    return {"high_tech": result.verdict == "yes"} | {
        name: one == 2 for name, one in result.conditions.items()
    }


class _Firm:
    """Feeds the toy's formulas with 64-bit columns."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.inputs = {
            name: column.astype(np.float64) for name, column in rules_openfisca.inputs(columns).items()
        }

    def __call__(self, name: str, period: str) -> Any:
        if name not in self.inputs:
            self.inputs[name] = rules_openfisca.FORMULAS[name](self, period)
        value = self.inputs[name]
        return value > 0 if name in ("core_ip_owned", "field_in_catalogue", "clean_record") else value


def floats(columns: dict[str, Any]) -> dict[str, Any]:
    """Run the toy's formulas in 64-bit floats."""
    firm = _Firm(columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            name: firm(name, "") for name in ("high_tech", "innovation_possible", *rules_openfisca.CONDITIONS)
        }


def single(columns: dict[str, Any]) -> None:
    """Time one enterprise with its full explanation."""
    firms = [one(columns, row) for row in range(300)]
    for facts in firms[:20]:
        assess("high_tech", facts, ON).as_dict()
    taken = []
    for facts in firms:
        began = time.process_time()
        assess("high_tech", facts, ON).as_dict()
        taken.append((time.process_time() - began) * 1000)
    print(
        f"\none enterprise, full explanation with flips: median {median(taken):.2f} ms, p95 {sorted(taken)[285]:.2f} ms"
    )


def one(columns: dict[str, Any], row: int) -> dict[str, Any]:
    """Return one row as a person writes it."""
    facts: dict[str, Any] = {"expert": {}}
    for name, column in columns.items():
        value = str(column[row]) if name == "founded" else column[row].tolist()
        if name.startswith("expert."):
            facts["expert"][name.removeprefix("expert.")] = value
        else:
            facts[name] = value
    return facts


def large(rows: int) -> None:
    """Judge a large population alone in a process and print its peak memory."""
    columns = population(rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    began = time.process_time()
    result = bulk("high_tech", columns, ON)
    print(f"{rows:,} enterprises: {time.process_time() - began:.2f} s, {len(result.faults)} faults, "
          f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB (population alone {before:.2f} GiB)")  # fmt: skip


if __name__ == "__main__":
    main()
