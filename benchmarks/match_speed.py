"""How fast matching is: building, ranking and memory at many records, beside bm25s in a process of its own.

``python benchmarks/match_speed.py [--records 100000] [--needs 200] [--rival]``; ``--rival`` needs the extra ``bench``.
The records are invented: about 280 characters of words drawn by Zipf's law, a third of them from one of 1,000
topics, with region, field, TRL, price and a figure. A need has 200 characters of one topic and asks for a figure.
Only ratios inside one run on one machine mean anything.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

WORDS, TOPICS = 40_000, 1_000
FIELDS = ("it", "bio", "aero", "materials", "services", "energy", "environment", "manufacturing")


def main() -> None:
    """Build, save, load in a fresh process, rank."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--needs", type=int, default=200)
    parser.add_argument("--rival", action="store_true", help="measure bm25s too")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _apart(build, Path(folder) / "index", chosen.records)
        _apart(rank, Path(folder) / "index", chosen.records, chosen.needs)
    if chosen.rival:
        _apart(rival, chosen.records, chosen.needs)


def build(folder: Path, count: int) -> None:
    """Build and save."""
    from tuwei.match import MatchIndex

    start, used = time.perf_counter(), time.process_time()
    shown = {"work": "", "at": start}

    def progress(work: str, done: int, total: int) -> None:
        if work != shown["work"]:
            print(f"  {time.perf_counter() - start:7.1f} s  {work}", flush=True)
            shown["work"] = work

    MatchIndex.build(records(count), progress=progress).save(folder)
    wall, cpu = time.perf_counter() - start, time.process_time() - used
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
    print(
        f"build {count:,} records: {wall:.0f} s ({cpu:.0f} s of processor), {count / wall:,.0f} a second; {size:.0f} MB on disk"
    )
    print(f"  largest memory {_memory():.0f} MB", flush=True)


def rank(folder: Path, count: int, needs: int) -> None:
    """Load and rank."""
    from tuwei.match import MatchIndex

    start = time.perf_counter()
    index = MatchIndex.load(folder)
    print(f"load {time.perf_counter() - start:.2f} s, {_memory():.0f} MB", flush=True)
    asked = list(records(needs + 20, seed=1, length=200))
    for need in asked[:20]:
        index.rank(need)  # the first calls load dictionaries and units
    for name, filters in (("no filter", None), ("region and TRL", {"region": "150100", "trl": 6})):
        times = []
        for need in asked[20:]:
            start = time.perf_counter()
            index.rank(need, filters=filters)
            times.append(time.perf_counter() - start)
        times.sort()
        p50, p95 = times[len(times) // 2] * 1e3, times[len(times) * 95 // 100] * 1e3
        print(
            f"rank with reasons, 200 characters, {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms; memory {_memory():.0f} MB",
            flush=True,
        )


def rival(count: int, needs: int) -> None:
    """Do the lexical part alone with bm25s: no words, vectors, filters, quantities or reasons."""
    import bm25s

    from tuwei.core.text import bigrams

    start = time.perf_counter()
    engine = bm25s.BM25(k1=1.2, b=0.75)
    engine.index([bigrams(record["text"]) for record in records(count)], show_progress=False)
    print(f"bm25s: build {count / (time.perf_counter() - start):,.0f} records a second", flush=True)
    times = []
    for need in records(needs, seed=1, length=200):
        start = time.perf_counter()
        engine.retrieve([bigrams(need["text"])], k=100, show_progress=False)
        times.append(time.perf_counter() - start)
    times.sort()
    print(
        f"  p50 {times[len(times) // 2] * 1e3:.1f} ms, p95 {times[len(times) * 95 // 100] * 1e3:.1f} ms; memory {_memory():.0f} MB"
    )


def records(count: int, *, seed: int = 0, length: int = 280) -> Iterator[dict[str, Any]]:
    """Yield invented records, the same for the same seed."""
    import numpy as np

    lexicon = np.random.default_rng(99)
    codes = lexicon.zipf(1.3, (WORDS, 3)) % 3_000 + 0x5200  # beyond 一, 七, 万: no accidental numbers
    words = ["".join(map(chr, row[: 2 + row[2] % 2])) for row in codes]
    topics = lexicon.integers(0, WORDS, (TOPICS, 60))
    chance = np.random.default_rng(seed)
    for number in range(count):
        common = chance.zipf(1.2, length // 4) % WORDS
        own = topics[number % TOPICS][chance.integers(0, 60, length // 6)]
        mixed = chance.permutation(np.concatenate([common, own]))
        text = ",".join(
            "".join(words[at] for at in mixed[start : start + 6]) for start in range(0, len(mixed), 6)
        )
        figure = int(chance.integers(50, 500))
        yield {
            "id": f"r{seed}-{number}",
            "title": "".join(words[at] for at in own[:5]),
            "text": f"{text[:length]}。处理成本{'低于' if seed else ''}{figure}元/吨。",
            "keywords": [words[at] for at in own[:4]],
            "field": FIELDS[number % 8],
            "region": str(150100 + int(chance.integers(0, 12)) * 100),
            "trl": int(chance.integers(1, 10)),
            "price_min": str(figure * 1_000),
        }


def _apart(work: Any, *arguments: Any) -> None:
    """Run in a fresh process on one core, so that times and memory are its own."""
    process = get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)


def _memory() -> float:
    """Return the largest resident memory so far [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    main()
