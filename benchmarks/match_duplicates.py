"""How well and how fast near-duplicates are found: planted copies in real or invented texts, beside datasketch.

``python benchmarks/match_duplicates.py [--records 100000] [--texts FOLDER] [--planted 100] [--rival 10000]``

Quality: of FOLDER (``chinaxiv/docs.jsonl.gz`` and ``csl/docs.jsonl.gz`` as described beside them; invented texts
where it is not given) the abstracts are taken as listings, and copies with edits of ten kinds are planted, so
many of each; pairs of short listings that share nothing but boilerplate are planted as negatives. A planted copy is
found when it stands with its original in a pair. What else is found is listed: versions of one paper, mostly.

Speed: invented records of about 300 characters, one in ten a copy with edits; one process on one core.
``--rival`` measures datasketch (MIT) on so many of the same records in the same run; needs the extra ``bench``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import resource
import time
from collections import Counter
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from match_speed import records as invented

BOILERPLATE = (
    "本单位拥有自主知识产权，技术成熟，具有完整的研发、生产和售后服务体系，愿与各地企业开展技术转让、许可和合作开发。"
    "欢迎来电来函洽谈，我们将提供可行性论证、方案设计、设备选型、安装调试和人员培训等全过程服务。"
    "合作方式面议，技术资料备索；凡合作企业均可享受三年免费技术咨询，并优先获得后续升级成果。"
)
SYNONYMS = dict(
    pair.split("/")
    for pair in "研究/探讨 方法/办法 提高/提升 结果/结论 分析/剖析 影响/作用 显著/明显 采用/运用 系统/体系 "
    "问题/难题 发展/进展 建立/构建 利用/借助 技术/工艺 表明/说明 不同/各异 主要/首要 具有/拥有 进行/开展".split()
)
TRADITIONAL = str.maketrans(
    "业国发学会时对动现过这来后说间样题们种点实应开关机电无网线统设计报数测试结论经济环试验术数据进运转变质",
    "業國發學會時對動現過這來後說間樣題們種點實應開關機電無網線統設計報數測試結論經濟環試驗術數據進運轉變質",
)


def main() -> None:
    """Measure quality, then speed, each in a fresh process."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--texts", type=Path, help="folder with chinaxiv/ and csl/")
    parser.add_argument("--planted", type=int, default=100, help="copies of each kind")
    parser.add_argument("--rival", type=int, default=0, help="records that datasketch gets")
    parser.add_argument("--show", type=int, default=5, help="unplanted finds to print")
    chosen = parser.parse_args()
    _apart(quality, chosen.texts, chosen.planted, bool(chosen.rival), chosen.show)
    if chosen.records:
        _apart(speed, chosen.records)
    if chosen.rival:
        _apart(rival_speed, chosen.rival)


def quality(folder: Path | None, planted: int, beside: bool, show: int) -> None:
    """Plant, find, count."""
    from tuwei.match._duplicates import Duplicates

    texts = _texts(folder)
    listed, copies = _planted(texts, planted)
    start = time.process_time()
    pairs = [
        (frozenset((pair.one, pair.other)), pair)
        for group in Duplicates.build(listed).groups()
        for pair in group.pairs
    ]
    used = time.process_time() - start
    print(f"{len(listed):,} listings, {planted} copies of each kind; {used:.1f} s of processor")
    kinds = {names: pair.kind for names, pair in pairs}
    _tell("tuwei", {names for names, _ in pairs}, copies, kinds)
    texts_of = {one["id"]: one for one in listed}
    others = [pair for names, pair in pairs if names not in copies]
    print(f"  not planted: {len(others)}, of them {dict(Counter(pair.kind for pair in others))}")
    for pair in others[:show]:
        print(f"    {pair.kind} {pair.jaccard:.2f}/{pair.contained:.2f}: {texts_of[pair.one]['text'][:60]}")
        print(f"      {'':>20}{texts_of[pair.other]['text'][:60]}")
    if beside:
        _tell("datasketch, the same shingles", _rival(listed), copies, {})


def _planted(texts: list[str], planted: int) -> tuple[list[dict[str, Any]], dict[frozenset[str], str]]:
    """The listings with copies among them, and for each planted pair the kind of edit (negatives: ``none``)."""
    import numpy as np

    chance = np.random.default_rng(3)
    order = chance.permutation(len(texts)).tolist()
    apart = {*order[: 4 * planted]}  # pieces of planted texts, not listed themselves
    filling = [texts[at] for at in order[: 4 * planted]]
    listed = [
        {"id": f"t{at}", "title": "成果", "text": text, "organisation": "甲"}
        for at, text in enumerate(texts)
        if at not in apart
    ]
    copies: dict[frozenset[str], str] = {}
    long = [at for at in order if at not in apart and len(texts[at]) > 150]
    figured = [at for at in reversed(long) if len(re.findall(r"\d+", texts[at])) > 1]
    for number, (kind, edit) in enumerate(EDITS.items()):
        chosen = figured if kind == "figures changed" else long[number * planted :]
        for other, at in zip(filling, chosen[:planted], strict=False):
            name = f"{kind}-{at}"
            text = edit(texts[at], other, chance)
            listed.append({"id": name, "title": "成果", "text": text, "organisation": "乙"})
            copies[frozenset((f"t{at}", name))] = kind
    for at in range(planted):
        pieces = [filling[2 * at + side + planted][:60] for side in (0, 1)]
        names = [f"boilerplate-{at}-{side}" for side in (0, 1)]
        for name, piece in zip(names, pieces, strict=True):
            listed.append(
                {"id": name, "title": "成果", "text": f"{piece}。{BOILERPLATE}", "organisation": name}
            )
        copies[frozenset(names)] = "none"
    return listed, copies


def _tell(name: str, found: set[Any], copies: dict[frozenset[str], str], kinds: dict[Any, str]) -> None:
    true = {names for names, kind in copies.items() if kind != "none"}
    wrong = sum(names in found for names, kind in copies.items() if kind == "none")
    own = [names for names in found if names not in true and not all(one.startswith("t") for one in names)]
    right = len(found & true)
    print(f"{name}: recall {right / len(true):.3f}; precision {right / max(right + len(own), 1):.4f}"
          f" among pairs with a planted listing; boilerplate alone taken for copies: {wrong}")  # fmt: skip
    for kind in EDITS:
        named = [names for names, edit in copies.items() if edit == kind]
        told = dict(Counter(kinds[names] for names in named if names in kinds)) or ""
        print(f"  {kind:<22}{sum(names in found for names in named) / len(named):6.2f}  {told}")


def _synonyms(text: str, other: str, chance: Any) -> str:
    for word, instead in SYNONYMS.items():
        text = text.replace(word, instead, 1)
    return text


def _reordered(text: str, other: str, chance: Any) -> str:
    parts = [part for part in re.split(r"(?<=[。;；，,])", text) if part]
    return "".join(parts[at] for at in chance.permutation(len(parts)))


def _figures(text: str, other: str, chance: Any) -> str:
    return re.sub(r"\d+", lambda found: str(int(found.group()[:6]) + 7), text)


def _typing(text: str, other: str, chance: Any) -> str:
    """A character in fifty is another."""
    signs = list(text)
    for at in chance.integers(0, len(signs), len(signs) // 50).tolist():
        signs[at] = chr(int(chance.integers(0x4E00, 0x9000)))
    return "".join(signs)


def _spelling(text: str, other: str, chance: Any) -> str:
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
    return wide.replace("，", " , ").replace("。", "！\n").upper()


EDITS: dict[str, Any] = {
    "word for word": lambda text, other, chance: text,
    "marks, width, case": _spelling,
    "figures changed": _figures,
    "synonyms (up to 19)": _synonyms,
    "1 character in 50": _typing,
    "clauses reordered": _reordered,
    "last tenth cut off": lambda text, other, chance: text[: len(text) * 9 // 10],
    "last half cut off": lambda text, other, chance: text[: len(text) // 2],
    "boilerplate added": lambda text, other, chance: text + BOILERPLATE,
    "within a longer text": lambda text, other, chance: other[:200] + text + other[200:],
    "50 traditional signs": lambda text, other, chance: text.translate(TRADITIONAL),
}


def speed(count: int) -> None:
    """Build, group, save, load, find."""
    import tempfile

    from tuwei.match._duplicates import Duplicates

    made = list(_with_copies(count))
    base, start = _memory(), time.process_time()
    found = Duplicates.build(made)
    built = time.process_time() - start
    start = time.process_time()
    grouped = found.groups()
    used = time.process_time() - start
    size = sum(len(record["text"]) for record in made) / count
    print(f"tuwei, {count:,} records of {size:.0f} characters: signed in {built:.1f} s, grouped in {used:.1f} s of "
          f"processor, {sum(len(group.pairs) for group in grouped):,} pairs; memory +{_memory() - base:.0f} MB")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signatures.npz"
        found.save(path)
        start = time.perf_counter()
        loaded = Duplicates.load(path)
        opened = time.perf_counter() - start
        times = []
        for record in made[-50:]:
            start = time.perf_counter()
            loaded.find({**record, "id": "new"})
            times.append(time.perf_counter() - start)
        print(f"  file {path.stat().st_size / 2**20:.0f} MB, opened in {opened:.2f} s; one record found in "
              f"{sorted(times)[25] * 1e3:.1f} ms (median)", flush=True)  # fmt: skip


def rival_speed(count: int) -> None:
    """Sign and look up the same records with datasketch, without exact verification."""
    made = list(_with_copies(count))
    start = time.process_time()
    found = _rival(made)
    used = time.process_time() - start
    print(f"datasketch, {count:,} of the same records: {used:.1f} s of processor ({len(found):,} pairs); "
          f"for 100,000 that makes {used * 100_000 / count:.0f} s")  # fmt: skip


def _with_copies(count: int) -> Any:
    import numpy as np

    chance = np.random.default_rng(5)
    last = ""
    for record in invented(count):
        if last and int(record["id"].split("-")[1]) % 10 == 9:
            record["text"] = _typing(last, "", chance)
        last = record["text"]
        yield record


def _rival(listed: list[dict[str, Any]]) -> set[frozenset[str]]:
    """Pairs by datasketch: 128 permutations, LSH at 0.8, candidates verified by its own estimate."""
    from datasketch import MinHash, MinHashLSH

    from tuwei.match._minhash import folded, shingles

    lsh = MinHashLSH(threshold=0.8, num_perm=128)
    signed: dict[str, Any] = {}
    found: set[frozenset[str]] = set()
    for record in listed:
        hashes = shingles(folded(f"{record['title']}\n{record['text']}").codes)
        sign = MinHash(num_perm=128, seed=1, hashfunc=int)
        sign.update_batch(hashes.tolist())
        found |= {
            frozenset((record["id"], name)) for name in lsh.query(sign) if signed[name].jaccard(sign) >= 0.8
        }
        lsh.insert(record["id"], sign)
        signed[record["id"]] = sign
    return found


def _texts(folder: Path | None) -> list[str]:
    if folder is None:
        return [record["text"] for record in invented(5_000)]
    found = []
    for part in ("chinaxiv", "csl"):
        with gzip.open(folder / part / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
            found += [json.loads(line)["abstract"] for line in lines]
    return found


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
