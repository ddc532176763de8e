"""How fast matching is: building, ranking, changing and memory, beside tantivy alone and bm25s.

``python benchmarks/match_speed.py [--records 100000] [--needs 200] [--engines tuwei,tantivy,bm25s]`` measures one
size; ``--plot COST.svg`` goes through 10,000 to 1,000,000 records and draws cost against size (needs matplotlib).
bm25s needs the extra ``bench``. Every measurement runs in a process of its own, on one core of arithmetic; a rival
that needs more address space than ``--memory`` is stopped and said to have been. The rivals do the lexical part
alone: the same bigrams, no words, vectors, filters, quantities or reasons.

The records are invented: about 280 characters of words drawn by Zipf's law, a third of them from one of 1,000
topics, with region, field, TRL, price and a figure. A need has 200 characters of one topic and asks for a figure.
Only ratios inside one run on one machine mean anything.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

WORDS, TOPICS, CHUNK = 40_000, 1_000, 5_000
FIELDS = ("it", "bio", "aero", "materials", "services", "energy", "environment", "manufacturing")
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
Figures = dict[str, float]


def main() -> None:
    """Measure one size, or several and draw them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--needs", type=int, default=200)
    parser.add_argument("--engines", default="tuwei,tantivy,bm25s")
    parser.add_argument("--memory", type=float, default=8.0, help="most address space of a rival [GiB]")
    parser.add_argument("--plot", type=Path, help="draw cost against size into this SVG or PNG")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="of the plot")
    parser.add_argument("--keep", type=Path, help="where the records and the indexes stay (else removed)")
    parser.add_argument("--figures", type=Path, help="add the figures to this file, one JSON object a line")
    chosen = parser.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")] if chosen.plot else [chosen.records]
    measured: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as temporary:
        place = chosen.keep or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        for size in sizes:
            source = _written(place, size)
            for engine in chosen.engines.split(","):
                found = {"engine": engine, "records": size}
                for step in ENGINES[engine]:
                    limit = 0 if engine == "tuwei" else chosen.memory
                    found |= _apart(step, source, place / f"{engine}-{size}", size, chosen.needs, limit=limit)
                measured.append(found)
                _show(found)
                if chosen.figures:
                    with chosen.figures.open("a", encoding="utf-8") as lines:
                        lines.write(json.dumps(found) + "\n")
    if chosen.plot:
        draw(measured, chosen.plot)


def build(source: Path, folder: Path, count: int, needs: int) -> Figures:
    """Build and save; learning the vectors is timed apart, as it costs the same for any number of records."""
    from tuwei.match import MatchIndex

    began: dict[str, tuple[float, float]] = {}

    def progress(work: str, done: int, total: int) -> None:
        began.setdefault(work, (time.perf_counter(), time.process_time()))

    start = time.perf_counter(), time.process_time()
    index = MatchIndex.build(_read(source), progress=progress, scratch=folder.parent)
    index.save(folder)
    end = time.perf_counter(), time.process_time()
    learnt = began["index"]
    read = began.get("embedding", learnt)  # what lies between the two is the learning
    wall, used = ((read[at] - start[at]) + (end[at] - learnt[at]) for at in (0, 1))
    return {
        "build_s": wall,
        "build_cpu_s": used,
        "learn_s": learnt[0] - read[0],
        "learn_cpu_s": learnt[1] - read[1],
        "disk_mb": _disk(folder),
        **{f"build_{name}": value for name, value in _memory().items()},
    }


def rank(source: Path, folder: Path, count: int, needs: int) -> Figures:
    """Load and rank with reasons, with and without filters."""
    from tuwei.match import MatchIndex

    found: Figures = {}
    start = time.perf_counter()
    index = MatchIndex.load(folder)
    found["load_s"] = time.perf_counter() - start
    asked = list(records(needs + 20, seed=1, length=200))
    start = time.perf_counter()
    index.rank(asked[0])  # the first call loads dictionaries and units
    found["first_s"] = time.perf_counter() - start
    for need in asked[1:20]:
        index.rank(need)
    for name, filters in (("", None), ("filtered_", {"region": "150100", "trl": 6})):
        found |= _times(name, [partial(index.rank, need, filters=filters) for need in asked[20:]])
    return {**found, **_memory()}


def change(source: Path, folder: Path, count: int, needs: int) -> Figures:
    """Load, put 100 records in the place of others, save."""
    from tuwei.match import MatchIndex

    fresh = list(records(100, seed=2))
    start, used = time.perf_counter(), time.process_time()
    index = MatchIndex.load(folder)
    index.remove([f"r0-{number}" for number in range(50)])
    index.add(fresh)
    index.save(folder)
    return {"change_s": time.perf_counter() - start, "change_cpu_s": time.process_time() - used}


def bare_tantivy(source: Path, folder: Path, count: int, needs: int) -> Figures:
    """Index and search the bigrams with tantivy as it is."""
    import tantivy

    from tuwei.core.text import bigrams

    folder.mkdir()
    schema = tantivy.SchemaBuilder().add_text_field("b", tokenizer_name="whitespace", index_option="freq")
    start, used = time.perf_counter(), time.process_time()
    index = tantivy.Index(schema.build(), path=str(folder))
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for record in _read(source):
        writer.add_document(tantivy.Document(b=" ".join(bigrams(_whole(record)))))
    writer.commit()
    writer.wait_merging_threads()
    found = {"build_s": time.perf_counter() - start, "build_cpu_s": time.process_time() - used}
    index.reload()
    searcher = index.searcher()

    def ask(need: dict[str, Any]) -> None:
        terms = set(bigrams(_whole(need)))
        parts = [tantivy.Query.term_query(index.schema, "b", term, "freq") for term in terms]
        searcher.search(
            tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts]), 100, count=False
        )

    asked = [partial(ask, need) for need in records(needs, seed=1, length=200)]
    return {**found, **_times("", asked), "disk_mb": _disk(folder), **_memory()}


def rival(source: Path, folder: Path, count: int, needs: int) -> Figures:
    """Index and search the bigrams with bm25s."""
    import bm25s

    from tuwei.core.text import bigrams

    start, used = time.perf_counter(), time.process_time()
    engine = bm25s.BM25(k1=1.2, b=0.75)
    engine.index([bigrams(_whole(record)) for record in _read(source)], show_progress=False)
    found = {"build_s": time.perf_counter() - start, "build_cpu_s": time.process_time() - used}
    engine.save(folder)

    def ask(need: dict[str, Any]) -> None:
        engine.retrieve([bigrams(_whole(need))], k=100, show_progress=False)

    asked = [partial(ask, need) for need in records(needs, seed=1, length=200)]
    return {**found, **_times("", asked), "disk_mb": _disk(folder), **_memory()}


ENGINES: dict[str, tuple[Callable[..., Figures], ...]] = {
    "tuwei": (build, rank, change),
    "tantivy": (bare_tantivy,),
    "bm25s": (rival,),
}


def draw(measured: list[dict[str, Any]], path: Path) -> None:
    """Draw what indexing, a need and memory cost against the number of records."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    shown = (
        ("build_cpu_s", "index, processor [s]"),
        ("p95_ms", "one need, p95 [ms]"),
        ("resident_mb", "resident memory [MB]"),
        ("disk_mb", "disk [MB]"),
    )
    figure, axes = pyplot.subplots(1, len(shown), figsize=(4 * len(shown), 3.6), layout="constrained")
    for axis, (name, label) in zip(axes, shown, strict=True):
        for engine in dict.fromkeys(one["engine"] for one in measured):
            points = [
                (one["records"], one[name]) for one in measured if one["engine"] == engine and name in one
            ]
            if points:
                axis.plot(*zip(*points, strict=True), marker="o", label=engine)
        axis.set(xscale="log", yscale="log", xlabel="records", title=label)
        axis.grid(alpha=0.3)
    axes[0].legend()
    figure.savefig(path)


def records(count: int, *, seed: int = 0, length: int = 280) -> Iterator[dict[str, Any]]:
    """Yield invented records, the same for the same seed."""
    import numpy as np

    lexicon = np.random.default_rng(99)
    codes = lexicon.zipf(1.3, (WORDS, 3)) % 3_000 + 0x5200  # beyond 一, 七, 万: no accidental numbers
    words = np.array(["".join(map(chr, row[: 2 + row[2] % 2])) for row in codes], object)
    topics = lexicon.integers(0, WORDS, (TOPICS, 60))
    chance = np.random.default_rng(seed)
    for first in range(0, count, CHUNK):
        numbers = np.arange(first, min(first + CHUNK, count))
        common = chance.zipf(1.2, (len(numbers), length // 4)) % WORDS
        own = topics[(numbers % TOPICS)[:, None], chance.integers(0, 60, (len(numbers), length // 6))]
        mixed = words[chance.permuted(np.concatenate([common, own], axis=1), axis=1)].tolist()
        named = words[own[:, :5]].tolist()
        figures = chance.integers((50, 0, 1), (500, 12, 10), (len(numbers), 3)).tolist()
        for number, text, title, (figure, place, trl) in zip(numbers, mixed, named, figures, strict=True):
            body = ",".join("".join(text[start : start + 6]) for start in range(0, len(text), 6))
            yield {
                "id": f"r{seed}-{number}",
                "title": "".join(title),
                "text": f"{body[:length]}。处理成本{'低于' if seed else ''}{figure}元/吨。",
                "keywords": title[:4],
                "field": FIELDS[number % 8],
                "region": str(150100 + place * 100),
                "trl": trl,
                "price_min": str(figure * 1_000),
            }


def _written(place: Path, count: int) -> Path:
    """Write the records to a file, so that inventing them is no part of what is timed."""
    path = place / f"records-{count}.jsonl"
    if not path.exists():
        fresh = path.with_suffix(".part")
        with fresh.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records(count))
        fresh.rename(path)
    return path


def _read(source: Path) -> Iterator[dict[str, Any]]:
    with source.open("rb") as lines:
        yield from map(json.loads, lines)


def _whole(record: dict[str, Any]) -> str:
    return "\n".join((record["title"], " ".join(record["keywords"]), record["text"]))


def _times(name: str, calls: list[Callable[[], Any]]) -> Figures:
    wall, processor = [], []
    for call in calls:
        start, used = time.perf_counter(), time.process_time()
        call()
        wall.append((time.perf_counter() - start) * 1e3)
        processor.append((time.process_time() - used) * 1e3)
    return {
        f"{name}{kind}{label}_ms": sorted(took)[len(took) * share // 100]
        for kind, took in (("", wall), ("cpu_", processor))
        for label, share in (("p50", 50), ("p95", 95))
    }


def _apart(step: Callable[..., Figures], *arguments: Any, limit: float) -> Figures:
    """Run in a fresh process, so that times and memory are its own."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_told, args=(there, step, arguments, limit))
    process.start()
    there.close()
    try:
        found: Figures = here.recv()
    except EOFError:
        found = {f"{step.__name__}_failed": 1}
    process.join()
    return found


def _told(pipe: Any, step: Callable[..., Figures], arguments: tuple[Any, ...], limit: float) -> None:
    if limit:
        resource.setrlimit(resource.RLIMIT_AS, (int(limit * 2**30),) * 2)
    try:
        pipe.send(step(*arguments))
    except MemoryError:
        pipe.send({"stopped_at_gib": limit})


def _memory() -> Figures:
    """Return what is resident now, how much of it is no file, and the most there was [MB]."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    now = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.endswith(" kB")}
    return {"resident_mb": now["VmRSS"], "anonymous_mb": now["RssAnon"], "peak_mb": now["VmHWM"]}


def _disk(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def _show(found: dict[str, Any]) -> None:
    print(f"{found['engine']}, {found['records']:,} records")
    for name in ("build_s", "build_cpu_s"):
        if name in found:
            print(f"  {found['records'] / found[name]:,.0f} records a second by {name}")
    for name, value in found.items():
        if not isinstance(value, str) and name != "records":
            print(f"  {name:<24}{value:>12,.2f}", flush=True)


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    main()
