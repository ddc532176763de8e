"""One process writes an index, others read it: nobody sees half of a change, whatever is killed."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tuwei.core.errors import ConflictError, MissingError
from tuwei.match import MatchIndex
from tuwei.match._learn import FEWEST

CONTEXT = multiprocessing.get_context("spawn")
MARKED = 12  # records that are replaced together: a reader must never see them of two rounds
ROUNDS = 8
CROPS = ["玉米", "马铃薯", "苜蓿", "小麦", "燕麦", "甜菜", "向日葵", "大豆"]


def record(number: int) -> dict[str, Any]:
    crop = CROPS[number % len(CROPS)]
    return {
        "id": f"a{number}",
        "title": f"{crop}第{number}号",
        "text": f"{crop}节水灌溉,土壤改良{number % 13}。",
    }


def marked(round_: int) -> list[dict[str, Any]]:
    return [
        {"id": f"m{at}", "title": f"羊绒分梳 round{round_}", "text": "无毛绒", "trl": 1 + round_ % 9}
        for at in range(MARKED)
    ]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that has learned an embedding, with the marked records of round 0."""
    folder = tmp_path_factory.mktemp("index")
    index = MatchIndex.build([*(record(number) for number in range(FEWEST + 20)), *marked(0)])
    index.save(folder)
    return folder


@pytest.fixture
def folder(base: Path, tmp_path: Path) -> Path:
    shutil.copytree(base, tmp_path / "index")
    return tmp_path / "index"


def write(folder: Path, rounds: int) -> None:
    index = MatchIndex.load(folder)
    for round_ in range(1, rounds):
        index.remove([f"m{at}" for at in range(0, MARKED, 2)])
        index.add(marked(round_))
        index.save(folder)


def state(index: MatchIndex) -> int:
    """Return the round that an index shows, after checking that it is one whole state."""
    found = [hit.achievement for hit in index.rank("羊绒分梳 无毛绒", top=MARKED * 2)]
    assert sorted(one for one in found if one.startswith("m")) == sorted(f"m{at}" for at in range(MARKED))
    assert len(index) == FEWEST + 20 + MARKED
    for trl in range(9, 0, -1):  # all are of one round, so all pass a bound or none does
        ripe = index.rank("羊绒分梳", top=MARKED * 2, filters={"trl": trl}, explain=False)
        assert len(ripe) in {0, MARKED}
        if ripe:
            return trl - 1
    raise AssertionError("no round")


def read(folder: Path, told: Any) -> None:
    try:
        index = MatchIndex.load(folder)
        seen = [state(index)]
        end = time.monotonic() + 120
        while seen[-1] < ROUNDS - 1 and time.monotonic() < end:
            later = index.refreshed()
            if later is not index:
                assert later.embedding is index.embedding  # taken over, not read again
                before, index = index, later
                state(before)  # whoever still asks the old one gets the old answers
            seen.append(state(index))
        told.put(seen)
    except BaseException as error:
        told.put(repr(error))
        raise


def test_readers_see_whole_states_only_and_move_on(folder: Path) -> None:
    told = CONTEXT.Queue()
    readers = [CONTEXT.Process(target=read, args=(folder, told)) for _ in range(3)]
    writer = CONTEXT.Process(target=write, args=(folder, ROUNDS))
    for process in (*readers, writer):
        process.start()
    found = [told.get(timeout=200) for _ in readers]
    for process in (*readers, writer):
        process.join()
    for seen in found:
        assert isinstance(seen, list), seen
        assert seen == sorted(seen)
        assert seen[-1] == ROUNDS - 1
    assert writer.exitcode == 0
    assert state(MatchIndex.load(folder)) == ROUNDS - 1


@pytest.mark.parametrize("wait", [0.0, 0.02, 0.06, 0.11, 0.19])
def test_a_writer_killed_at_any_moment_leaves_the_old_or_the_new(folder: Path, wait: float) -> None:
    writer = CONTEXT.Process(target=write, args=(folder, 10_000))
    writer.start()
    end = time.monotonic() + 100
    while len(list(folder.glob("gen-*"))) < 2:
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)
    time.sleep(wait)
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    index = MatchIndex.load(folder)
    assert state(index) >= 0
    index.add(marked(8))
    index.save(folder)
    assert state(MatchIndex.load(folder)) == 8
    del index
    left = [path.name for path in folder.iterdir() if path.name.startswith((".new-", ".tuwei-match-"))]
    assert left == []  # nor does what the killed one was working on stay


def test_changing_an_index_that_is_long_outdated_says_so(folder: Path) -> None:
    old = MatchIndex.load(folder)
    write(folder, 4)
    with pytest.raises(ConflictError) as caught:
        old.add(marked(1))
    assert caught.value.code == "match.index_outdated"
    assert state(old) == 0  # it can still be asked
    with pytest.raises(ConflictError):
        old.save(folder.parent / "copy")
    old.refreshed().add(marked(5))


def test_the_second_of_two_writers_is_refused(folder: Path) -> None:
    one, other = MatchIndex.load(folder), MatchIndex.load(folder)
    one.add(marked(1))
    other.add(marked(2))
    one.save(folder)
    with pytest.raises(ConflictError) as caught:
        other.save(folder)
    assert caught.value.code == "match.index_outdated"
    assert state(MatchIndex.load(folder)) == 1
    one.add(marked(3))
    one.save(folder)  # it goes on from what it saved itself
    other.save(folder.parent / "copy")  # nothing is lost elsewhere
    assert (state(MatchIndex.load(folder)), state(MatchIndex.load(folder.parent / "copy"))) == (3, 2)


def test_refreshing_is_the_same_object_until_there_is_another(folder: Path) -> None:
    index = MatchIndex.load(folder)
    assert index.refreshed() is index
    write(folder, 2)
    later = index.refreshed()
    assert later is not index
    assert (state(index), state(later)) == (0, 1)
    later.remove(["m0"])
    assert later.refreshed() is later  # changed here: what is in force elsewhere must not undo it
    shutil.rmtree(folder)
    with pytest.raises(MissingError):
        index.refreshed()
