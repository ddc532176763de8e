"""The index: built, saved, changed, and read while another process writes."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuwei.core.errors import ConflictError, InputError, MissingError
from tuwei.match import MatchIndex, _folder, learn_embedding
from tuwei.match._learn import FEWEST

CROPS = ["玉米", "马铃薯", "苜蓿", "小麦", "燕麦", "甜菜", "向日葵", "大豆"]
ACTS = ["节水灌溉", "病害防控", "机械收获", "种质选育", "贮藏保鲜", "土壤改良", "水肥管理"]


def record(number: int, **more: Any) -> dict[str, Any]:
    """One invented achievement, its text fixed by its number."""
    crop, act = CROPS[number % len(CROPS)], ACTS[number // len(CROPS) % len(ACTS)]
    text = f"针对{crop}开展{act},第{number}号示范点位于{150100 + number % 9}。适用于{crop}种植户。"
    return {"id": f"a{number}", "title": f"{crop}{act}", "text": text, "keywords": [crop, act], **more}


@pytest.fixture(scope="module")
def built() -> MatchIndex:
    """An index large enough to have learned an embedding."""
    return MatchIndex.build(record(number) for number in range(FEWEST + 100))


def ids(index: MatchIndex, need: Any, **more: Any) -> list[str]:
    return [hit.achievement for hit in index.rank(need, **more)]


def test_a_saved_index_ranks_as_the_built_one(built: MatchIndex, tmp_path: Path) -> None:
    built.save(tmp_path / "index")
    opened = MatchIndex.load(tmp_path / "index")
    assert len(opened) == len(built) == FEWEST + 100
    for need in ("马铃薯怎么存得住", "苜蓿 收割 机器", {"title": "土壤改良", "text": "盐碱地"}):
        before, after = built.rank(need), opened.rank(need)
        assert [hit.achievement for hit in before] == [hit.achievement for hit in after]
        assert [hit.score for hit in before] == pytest.approx([hit.score for hit in after], abs=2e-3)


def test_building_twice_gives_the_same(built: MatchIndex) -> None:
    again = MatchIndex.build(record(number) for number in range(FEWEST + 100))
    assert built.embedding is not None
    assert again.embedding is not None
    assert np.array_equal(built.embedding.table, again.embedding.table)
    assert [h.score for h in built.rank("燕麦贮藏")] == [h.score for h in again.rank("燕麦贮藏")]


def test_another_seed_gives_another_table() -> None:
    records = [record(number) for number in range(FEWEST)]
    one, other = learn_embedding(records, seed=1), learn_embedding(records, seed=2)
    assert one is not None
    assert other is not None
    assert not np.array_equal(one.table, other.table)


def test_a_small_collection_is_ranked_by_words_alone() -> None:
    small = MatchIndex.build(record(number) for number in range(20))
    assert small.embedding is None
    assert ids(small, "玉米节水灌溉")[0] in {"a0", "a8", "a16"}


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    empty = MatchIndex.build([])
    assert len(empty) == 0
    assert empty.rank("水") == []
    empty.save(tmp_path / "index")
    opened = MatchIndex.load(tmp_path / "index")
    assert opened.rank("水") == []
    opened.add([record(1)])
    assert ids(opened, "马铃薯") == ["a1"]


def test_adding_replaces_by_id_and_removing_removes(tmp_path: Path) -> None:
    MatchIndex.build(record(number) for number in range(FEWEST)).save(tmp_path / "index")
    index = MatchIndex.load(tmp_path / "index")
    assert (
        index.add(
            [
                {"id": "a5", "title": "羊绒分梳", "text": "无毛绒"},
                {"id": "new", "title": "羊绒鉴别", "text": ""},
            ]
        )
        == 2
    )
    assert len(index) == FEWEST + 1
    assert set(ids(index, "羊绒", top=2)) == {"a5", "new"}
    assert "a5" not in ids(index, record(5)["text"], top=150)
    assert index.remove(["a5", "nobody", "a5"]) == 1
    assert ids(index, "羊绒")[0] == "new"
    assert "a5" not in ids(index, "羊绒", top=300)
    assert len(MatchIndex.load(tmp_path / "index")) == FEWEST  # nothing changes on disk before it is saved
    index.save(tmp_path / "index")
    assert len(MatchIndex.load(tmp_path / "index")) == FEWEST


def test_nothing_changes_when_one_of_many_is_bad(built: MatchIndex) -> None:
    before = ids(built, "甜菜")
    with pytest.raises(InputError) as caught:
        built.add([record(9_001), {"id": "bad", "title": ""}])
    assert (caught.value.where["row"], caught.value.where["field"]) == (2, "title")
    assert ids(built, "甜菜") == before


def test_old_files_stay_readable_while_new_ones_come(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    MatchIndex.build(record(number) for number in range(30)).save(folder)
    reader = MatchIndex.load(folder)
    before = ids(reader, "玉米")
    writer = MatchIndex.load(folder)
    for number in range(4):
        writer.add([{"id": f"x{number}", "title": "玉米玉米", "text": "玉米"}])
        writer.save(folder)
    assert ids(reader, "玉米") == before
    assert "x3" in ids(MatchIndex.load(folder), "玉米")
    assert len(list(folder.glob("gen-*"))) == _folder.KEPT


def _save_for_ever(folder: Path) -> None:
    index = MatchIndex.load(folder)
    for number in range(10_000):
        index.add([{"id": f"k{number}", "title": "一", "text": "二"}])
        index.save(folder)


@pytest.mark.parametrize("wait", [0.05, 0.15, 0.3])
def test_a_killed_writer_leaves_a_whole_index(tmp_path: Path, wait: float) -> None:
    folder = tmp_path / "index"
    MatchIndex.build(record(number) for number in range(30)).save(folder)
    writer = multiprocessing.get_context("spawn").Process(target=_save_for_ever, args=(folder,))
    writer.start()
    _until(lambda: len(list(folder.glob("gen-*"))) > 1)
    time.sleep(wait)
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    opened = MatchIndex.load(folder)
    added = sum(hit.startswith("k") for hit in ids(opened, "一 二", top=10_000))
    assert len(opened) == 30 + added
    opened.add([{"id": "after", "title": "三", "text": ""}])
    opened.save(folder)
    assert len(MatchIndex.load(folder)) == 31 + added
    assert not list(folder.glob(".new-*"))


def _until(true: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    small = MatchIndex.build([record(1)])
    small.save(tmp_path)
    with _folder._alone(tmp_path), pytest.raises(ConflictError) as caught:
        small.save(tmp_path)
    assert caught.value.code == "match.index_busy"


def test_threads_rank_alike(built: MatchIndex) -> None:
    expected = [hit.score for hit in built.rank("燕麦机械收获")]
    found: list[list[float]] = []
    threads = [
        threading.Thread(target=lambda: found.append([hit.score for hit in built.rank("燕麦机械收获")]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


@pytest.mark.parametrize("lost", ["CURRENT", "gen-000001"])
def test_a_missing_index_says_what_to_type(tmp_path: Path, lost: str) -> None:
    MatchIndex.build([record(1)]).save(tmp_path)
    gone = tmp_path / lost
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    with pytest.raises(MissingError, match="tuwei match index"):
        MatchIndex.load(tmp_path)


@pytest.mark.parametrize(
    "part",
    [
        "about.json",
        "columns/0*.npy",
        "columns/alive.npy",
        "columns/codes.json",
        "vectors/*/codes.npy",
        "vectors/*/scales.npy",
        "embedding.npz",
        "terms.json",
        "store/meta.json",
    ],
)
@pytest.mark.parametrize("fate", ["lost", "cut", "noise"])
def test_a_damaged_index_is_refused(built: MatchIndex, tmp_path: Path, part: str, fate: str) -> None:
    built.save(tmp_path)
    (path,) = (tmp_path / "gen-000001").glob(part)
    content = path.read_bytes()
    path.unlink()
    if fate != "lost":
        path.write_bytes(content[: len(content) // 2] if fate == "cut" else b"\x00noise" * 100)
    with pytest.raises(InputError) as caught:
        MatchIndex.load(tmp_path)
    assert caught.value.code == "match.damaged"


def test_an_index_of_a_later_format_is_refused(tmp_path: Path) -> None:
    MatchIndex.build([record(1)]).save(tmp_path)
    about = tmp_path / "gen-000001" / "about.json"
    about.write_text(json.dumps({**json.loads(about.read_text()), "format": 99}))
    with pytest.raises(InputError, match=r"match\.damaged"):
        MatchIndex.load(tmp_path)


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(InputError) as caught:
        MatchIndex.build([record(1)]).save(tmp_path)
    assert caught.value.code == "match.not_an_index"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_working_files_go_with_the_index(tmp_path: Path) -> None:
    index = MatchIndex.build([record(1)], scratch=tmp_path)
    assert list(tmp_path.iterdir())
    del index
    assert not list(tmp_path.iterdir())


def test_working_files_go_on_closing(tmp_path: Path) -> None:
    index = MatchIndex.build([record(1)], scratch=tmp_path)
    index.close()
    assert not list(tmp_path.iterdir())


def test_working_files_go_when_a_record_is_bad(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        MatchIndex.build([record(1), record(1)], scratch=tmp_path)
    assert not list(tmp_path.iterdir())


def _needs() -> Iterator[dict[str, Any]]:
    yield {
        "id": "n1",
        "title": "土豆放不住",
        "text": "冬天马铃薯烂窖",
        "indicators": [{"name": "贮藏损失率", "high": 5, "unit": "%"}],
    }
    yield {"id": "n2", "title": "草太贵", "text": "苜蓿产量低", "problem": "亩产上不去"}


def test_an_index_of_needs_ranks_needs_for_an_achievement() -> None:
    needs = MatchIndex.build(_needs())
    assert ids(needs, {"id": "a1", "title": "马铃薯贮藏保鲜技术", "text": "通风窖"})[0] == "n1"
    assert ids(needs, {"id": "a2", "title": "苜蓿丰产栽培", "text": "亩产提高"})[0] == "n2"
