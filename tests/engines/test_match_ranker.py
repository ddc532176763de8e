"""The learned ranker: what it learns, that it is the same twice, and what it is saved as."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tuwei.match import MatchIndex, Ranker, learn_ranker
from tuwei.match._features import NAMES
from tuwei.match._ranker import FREE, LOCAL, fit, shipped

WORDS = [f"{chr(0x5200 + at)}{chr(0x6200 + at)}" for at in range(600)]


def _records(count: int) -> list[dict[str, str]]:
    """Records of invented words, each with some of its own."""
    chance = np.random.default_rng(0)
    drawn = [chance.choice(len(WORDS), 30) for _ in range(count)]
    texts = ["".join(WORDS[word] for word in row) for row in drawn]
    return [{"id": str(at), "title": text[:8], "text": text} for at, text in enumerate(texts)]


def _lists(count: int = 60) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
    """Needs whose right candidate has more rare pairs in common and is otherwise like the others."""
    chance = np.random.default_rng(1)
    lists = [chance.normal(size=(10, len(NAMES))) for _ in range(count)]
    right = [np.arange(10) == at % 10 for at in range(count)]
    for rows, wanted in zip(lists, right, strict=True):
        rows[wanted, NAMES.index("pairs")] += 2
        rows[wanted, NAMES.index("title")] -= 2
    return lists, right, [np.zeros(10)] * count


def test_the_shipped_ranker_is_cautious() -> None:
    weights = dict(zip(NAMES, shipped().weights, strict=True))
    assert all(weight >= 0 for name, weight in weights.items() if name not in FREE)
    assert all(weights[name] == 0 for name in LOCAL)
    assert sum(weight > 0 for weight in weights.values()) > 5


def test_what_tells_right_from_wrong_gets_weight() -> None:
    plain = Ranker(np.zeros(len(NAMES)), np.ones(len(NAMES)), np.zeros(len(NAMES)), {})
    learned = fit(*_lists(), start=plain, about={})
    weights = dict(zip(NAMES, learned.weights, strict=True))
    assert max(weights, key=lambda name: weights[name]) == "pairs"
    assert min(weights, key=lambda name: weights[name]) == "title"
    lists, right, _ = _lists(90)
    first = [bool(wanted[learned.score(rows).argmax()]) for rows, wanted in zip(lists, right, strict=True)]
    assert np.mean(first[60:]) > 0.6  # chance: 0.1
    held = fit(*_lists(), start=plain, about={}, cautious=True)
    assert min(held.weights[NAMES.index(name)] for name in NAMES if name not in FREE) == 0


def test_too_little_teaches_nothing() -> None:
    assert learn_ranker([]) is None
    assert learn_ranker(_records(300)) is None
    assert learn_ranker(_records(300), pairs=[("没有的", "也没有的")] * 60) is None


def test_known_pairs_teach_and_twice_the_same() -> None:
    records = _records(400)
    pairs = [(record["text"][10:50], record["text"]) for record in records[:120]]
    one, two = (learn_ranker(records, pairs=pairs) for _ in range(2))
    assert one is not None
    assert two is not None
    assert one.weights.tolist() == two.weights.tolist() != shipped().weights.tolist()
    assert one.about["source"] == "pairs"
    index = MatchIndex.build(records, ranker=one)
    assert index.rank(records[7]["text"][10:50], top=1)[0].achievement == "7"


def test_a_ranker_is_saved_and_only_a_whole_one_read(tmp_path: Path) -> None:
    path = tmp_path / "ranker.json"
    shipped().write(path)
    assert Ranker.read(path).weights.tolist() == pytest.approx(shipped().weights.tolist(), abs=1e-6)
    text = path.read_text("utf-8")
    for broken in (text.replace("cosine_z", "other"), text.replace("[", "[1e999, ", 1), "{}"):
        path.write_text(broken, "utf-8")
        with pytest.raises((ValueError, KeyError, TypeError)):
            Ranker.read(path)
