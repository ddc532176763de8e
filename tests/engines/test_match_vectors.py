"""Vectors in segments: what cells find is what comparing finds, whatever was added, removed and put together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tuwei.match import _vectors
from tuwei.match._columns import Columns
from tuwei.match._filters import Filters
from tuwei.match._records import read_record
from tuwei.match._segment import coded
from tuwei.match._vectors import Vectors, merged_from

DIMENSIONS = 32


def unit_rows(count: int, *, seed: int = 0, groups: int = 60) -> NDArray[np.float32]:
    """Vectors that lie about a few directions, as those of texts do."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(7).standard_normal((groups, DIMENSIONS))
    rows = centres[random.integers(0, groups, count)] + 0.5 * random.standard_normal((count, DIMENSIONS))
    found: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return found


def exact(rows: NDArray[np.float32], query: NDArray[np.float32], mask: NDArray[np.bool_]) -> set[int]:
    cosines = np.where(mask, rows @ query, -2)
    return {int(key) for key in np.argsort(-cosines)[:20]}


def test_a_component_takes_a_byte_and_a_cosine_stays() -> None:
    rows = unit_rows(500)
    held = coded(0, rows)
    assert held.codes.dtype == np.int8
    assert np.abs(held.vectors(np.arange(500)) @ rows[0] - rows @ rows[0]).max() < 4e-3


def test_a_text_without_known_terms_has_no_direction() -> None:
    held = coded(0, np.zeros((2, DIMENSIONS), np.float32))
    assert not held.vectors(np.array([0, 1])).any()


def test_cells_find_what_comparing_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_vectors, "EXACT", 1_000)
    monkeypatch.setattr(_vectors, "PROBES", 16)
    rows = unit_rows(6_000)
    vectors = Vectors(DIMENSIONS, folder=tmp_path)
    for at in range(0, 6_000, 500):
        vectors.append(rows[at : at + 500])
    everything = np.ones(6_000, np.bool_)
    vectors.settle(everything)
    assert len(list(tmp_path.iterdir())) == 1
    assert (next(tmp_path.iterdir()) / "centres.npy").exists()
    half = np.arange(6_000) % 2 == 0
    for mask, few in ((everything, 10), (half, 10), (half, 20_000)):  # through cells; one by one
        monkeypatch.setattr(_vectors, "FEW", few)
        shared = 0
        for query in unit_rows(30, seed=1):
            found = [key for key, _ in vectors.search(query, limit=20, mask=mask)]
            assert mask[found].all()
            shared += len(exact(rows, query, mask) & set(found))
        assert shared >= 0.95 * 20 * 30


def test_rows_that_are_gone_leave_the_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_vectors, "EXACT", 100)
    rows = unit_rows(400)
    vectors = Vectors(DIMENSIONS, folder=tmp_path)
    vectors.append(rows)
    alive = np.arange(400) % 4 != 0
    vectors.settle(alive)
    assert len(vectors) == 400
    assert not vectors.rows([0, 4]).any()
    assert np.allclose(vectors.rows([1, 399]), rows[[1, 399]], atol=5e-3)
    (codes,) = tmp_path.glob("*/codes.npy")
    assert len(np.load(codes)) == 300


@given(st.lists(st.integers(1, 2_000), max_size=30), st.integers(0, 30))
def test_parts_stay_few(counts: list[int], at_most: int) -> None:
    start = merged_from(counts, min(at_most, len(counts)))
    kept = [*counts[:start], sum(counts[start:])] if counts[start:] else counts[:start]
    assert sum(kept) == sum(counts)
    assert all(count > 2 * sum(kept[at + 1 :]) for at, count in enumerate(kept))


def test_adding_writes_what_is_added(tmp_path: Path) -> None:
    vectors = Vectors(DIMENSIONS, folder=tmp_path)
    rows = unit_rows(5_000)
    vectors.append(rows)
    vectors.settle(np.ones(5_000, np.bool_))
    (base,) = tmp_path.iterdir()
    written = {path: path.stat().st_mtime_ns for path in base.iterdir()}
    for at in range(5):
        vectors.append(unit_rows(10, seed=at + 2))
        vectors.settle(np.ones(len(vectors), np.bool_))
    assert written == {path: path.stat().st_mtime_ns for path in base.iterdir()}
    assert sum(path.stat().st_size for path in tmp_path.glob("*/codes.npy") if path.parent != base) < 5_000
    assert len(list(tmp_path.iterdir())) < 6
    opened = Vectors.read(tmp_path, DIMENSIONS)
    assert np.array_equal(opened.rows(range(5_050)), vectors.rows(range(5_050)))


@given(st.data())
def test_filters_pass_the_same_rows_however_the_columns_lie(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("columns")
    columns = Columns(folder=folder)
    regions, kept = [], []
    for size in data.draw(st.lists(st.integers(1, 30), min_size=1, max_size=6)):
        batch = [str(150100 + data.draw(st.integers(0, 3)) * 100) for _ in range(size)]
        columns.append(
            [
                read_record({"id": "x", "title": "x", "text": "", "region": region, "trl": 5})
                for region in batch
            ]
        )
        if data.draw(st.booleans()):
            columns.settle()
        regions += batch
        kept += [True] * size
        gone = data.draw(st.integers(0, len(regions) - 1))
        columns.remove([gone])
        kept[gone] = False
    wanted = [alive and region == "150100" for alive, region in zip(kept, regions, strict=True)]
    assert columns.mask(Filters(region="150100", trl=5)).tolist() == wanted
    columns.write(folder / "out")
    opened = Columns.read(folder / "out", len(columns))
    assert opened.mask(Filters(region="150100", trl=5)).tolist() == wanted
    assert not opened.mask(Filters(trl=6)).any()
