"""How the index on servers compares with the one on this machine: build, speed, and how far the rankings agree.

``python benchmarks/match_remote.py [--records 100000] [--needs 100] [--keep FOLDER] [--nodes A,B --cluster NAME]``

Without ``--nodes`` two ClickHouse servers are started here (``apt install clickhouse-server``): both share the
processors with the client, so that the figures show the cost of the way, not what two machines would bring. With
``--keep`` what was built is found again by a second run. The records are those of ``match_speed.py``; a need is
30 or 200 characters of a record of its own making. The right answer for nDCG@10 is the record whose own words a
need repeats: every third word of a stored record, in its order.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from math import log2
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from match_speed import records

from tools.clickhouse import CLUSTER, temporary_clickhouse
from tuwei.core.text import words
from tuwei.match import MatchIndex, learn_embedding
from tuwei.match.remote import Places, RemoteIndex

TAUGHT = 10_000  # records that the embedding is learned from
NAME = "tuwei_benchmark"

Ranked = Callable[..., list[Any]]


def main() -> None:
    """Build both, ask both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--needs", type=int, default=100)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--nodes", default="")
    parser.add_argument("--cluster", default=CLUSTER)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare, _nodes(chosen.nodes) as addresses:
        if not addresses:
            return
        folder = chosen.keep or Path(spare) / "index"
        here = _here(folder, chosen.records)
        there = _there(Places.at(addresses, NAME, chosen.cluster), here, chosen.records)
        _ask(here, there, chosen.records, chosen.needs)


@contextmanager
def _nodes(given: str) -> Iterator[list[str]]:
    if given:
        yield given.split(",")
        return
    with temporary_clickhouse(2) as (addresses, why):
        if why:
            print(f"{why}: nothing measured.")
        yield addresses


def _here(folder: Path, count: int) -> MatchIndex:
    if not (folder / "CURRENT").exists():
        embedding = learn_embedding(list(islice(records(count), TAUGHT)))
        start = time.perf_counter()
        MatchIndex.build(records(count), embedding=embedding).save(folder)
        _rate("built here", start, count)
    return MatchIndex.load(folder)


def _there(places: Places, here: MatchIndex, count: int) -> RemoteIndex:
    if not places.exists():
        start = time.perf_counter()
        RemoteIndex.build(records(count), places, embedding=here.embedding)
        _rate(f"built on {len(places.nodes)} servers", start, count)
    asked = "SELECT table, toString(sum(rows)), toString(sum(bytes)) FROM system.parts WHERE active AND database = "
    for node in places.nodes:
        kept = node.rows(f"{asked}'{NAME}' GROUP BY table ORDER BY table")
        print("  on disk: " + ", ".join(f"{t} {int(r):,} rows {int(b) / 2**20:.0f} MB" for t, r, b in kept))
    return RemoteIndex.open(places)


def _rate(what: str, start: float, count: int) -> None:
    wall = time.perf_counter() - start
    print(f"{what}: {wall:.0f} s, {count / wall:,.0f} records a second", flush=True)


def _ask(here: MatchIndex, there: RemoteIndex, count: int, needs: int) -> None:
    for length in (30, 200):
        asked = list(records(needs + 5, seed=1, length=length))
        for name, filters in (("no filter", None), ("region and TRL", {"region": "150100", "trl": 6})):
            ours = _timed(here.rank, asked, f"here,  {length} characters, {name}", filters)
            theirs = _timed(there.rank, asked, f"there, {length} characters, {name}", filters)
            same = sum(
                len({*one[:10]} & {*other[:10]}) / max(len(one[:10]), 1)
                for one, other in zip(ours, theirs, strict=True)
            )
            first = sum(one[:1] == other[:1] for one, other in zip(ours, theirs, strict=True))
            print(
                f"  top 10 in common {same / len(ours):.3f}, the same first {first / len(ours):.3f}",
                flush=True,
            )
    step = max(count // needs, 1)
    wanted = {one["id"]: " ".join(words(one["text"])[::3]) for one in islice(records(count), 0, None, step)}
    for place, rank in (("here", here.rank), ("there", there.rank)):
        gains = [
            _gain([hit.achievement for hit in rank(text, top=10, explain=False)], name)
            for name, text in wanted.items()
        ]
        print(
            f"nDCG@10 of the record whose words are repeated, {place}: {sum(gains) / len(gains):.4f}",
            flush=True,
        )


def _timed(rank: Ranked, asked: list[Any], name: str, filters: Any) -> list[list[str]]:
    for need in asked[:5]:
        rank(need, filters=filters)
    times, found = [], []
    for need in asked[5:]:
        start = time.perf_counter()
        hits = rank(need, filters=filters)
        times.append(time.perf_counter() - start)
        found.append([hit.achievement for hit in hits])
    times.sort()
    p50, p95 = times[len(times) // 2] * 1e3, times[len(times) * 95 // 100] * 1e3
    print(f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms", flush=True)
    return found


def _gain(found: list[str], right: str) -> float:
    return 1 / log2(found.index(right) + 2) if right in found else 0.0


if __name__ == "__main__":
    main()
