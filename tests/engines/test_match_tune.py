"""Settings and their tuning: checked when read, chosen where there is something to gain, refused where worse."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from tuwei.core.errors import InputError
from tuwei.match import MatchIndex
from tuwei.match._commands_tune import as_dict, told
from tuwei.match._settings import DEFAULT, Settings, as_json, read_settings
from tuwei.match._tune import Tuned, tune
from tuwei.match.cli import app

# --- settings


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], ""),
        (None, ""),
        ({"dense": 1}, "dense"),
        ({"dense_weight": "1"}, "dense_weight"),
        ({"dense_weight": True}, "dense_weight"),
        ({"dense_weight": -0.1}, "dense_weight"),
        ({"word_weight": 11}, "word_weight"),
        ({"title_weight": float("nan")}, "title_weight"),
        ({"second_weight": float("inf")}, "second_weight"),
        ({"depth": 300.0}, "depth"),
        ({"second": 10**30}, "second"),
    ],
)
def test_bad_settings_are_refused(data: Any, field: str) -> None:
    with pytest.raises(InputError) as caught:
        Settings.of(data)
    assert (caught.value.code, caught.value.where["field"]) == ("match.bad_setting", field)


def test_settings_go_to_a_file_and_back(tmp_path: Path) -> None:
    some = DEFAULT.with_values(dense_weight=1, depth=500)
    (tmp_path / "s.json").write_text(as_json(some), "utf-8")
    assert read_settings(tmp_path / "s.json") == some
    (tmp_path / "s.json").write_text('\ufeff{"second": 50}', "utf-8")
    assert read_settings(tmp_path / "s.json") == DEFAULT.with_values(second=50)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b" " * 200_000, b'{"depth": 1}'])
def test_a_bad_settings_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s.json").write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_settings(tmp_path / "s.json")
    assert caught.value.where["file"] == str(tmp_path / "s.json")


def test_settings_out_of_range_cannot_be_made() -> None:
    with pytest.raises(InputError):
        Settings(dense_weight=-1)


# --- tuning, against an engine whose ranking is known


class Collection:
    """Needs with one right achievement each, which two searches see with noise of their own."""

    def __init__(self, count: int, dense_noise: float, seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        self.needs: list[dict[str, Any]] = [{"id": f"n{at:03}"} for at in range(count)]
        self.lexical = {need["id"]: np.eye(20)[0] + random.normal(0, 0.6, 20) for need in self.needs}
        self.dense = {need["id"]: np.eye(20)[0] + random.normal(0, dense_noise, 20) for need in self.needs}
        self.grades = {need["id"]: {"a0": 3} for need in self.needs}
        self.asked: dict[str, set[Settings]] = {}

    def rank_with(self, settings: Settings, need: Mapping[str, Any]) -> list[str]:
        self.asked.setdefault(need["id"], set()).add(settings)
        scores = self.lexical[need["id"]] + settings.dense_weight * self.dense[need["id"]]
        return [f"a{at}" for at in np.argsort(-scores, kind="stable")]


def test_a_weight_that_helps_is_found_and_proved() -> None:
    collection = Collection(200, dense_noise=0.25)
    found = tune(collection.rank_with, collection.needs, collection.grades, samples=500)
    assert found.chosen.dense_weight >= 1.5
    assert set(found.changed) == {"dense_weight"}
    assert found.accepted
    assert found.kept_out.low > 0
    assert found.kept_out.value > found.kept_out.baseline
    assert (found.choosing, found.kept_out_needs) == (150, 50)


def test_a_weight_at_the_end_of_what_was_tried_is_named() -> None:
    collection = Collection(80, dense_noise=0.1)
    grid = {"dense_weight": (0.75, 1.5)}
    found = tune(collection.rank_with, collection.needs, collection.grades, samples=200, grid=grid)
    assert found.at_the_end == ["dense_weight"]
    assert "at the end of what was tried: dense_weight" in "\n".join(told(found, None))


def test_the_needs_kept_out_are_ranked_by_two_settings_alone() -> None:
    collection = Collection(80, dense_noise=0.25)
    found = tune(collection.rank_with, collection.needs, collection.grades, samples=200)
    seldom = [need for need, asked in collection.asked.items() if len(asked) <= 2]
    assert len(seldom) == found.kept_out_needs == 20
    assert all(collection.asked[need] == {found.chosen, DEFAULT} for need in seldom)
    assert max(map(len, collection.asked.values())) == found.tried


def test_where_nothing_is_to_gain_the_default_stays() -> None:
    collection = Collection(60, dense_noise=0.6)
    found = tune(
        collection.rank_with, collection.needs, collection.grades, samples=200,
        grid={"word_weight": (0, 0.3, 1), "title_weight": (0, 1)},
    )  # fmt: skip
    assert found.chosen == DEFAULT
    assert found.accepted
    assert found.kept_out.difference == 0


def test_order_of_the_needs_does_not_matter_and_the_seed_does() -> None:
    collection = Collection(60, dense_noise=0.3)
    first, turned, other = (
        tune(collection.rank_with, needs, collection.grades, samples=200, seed=seed)
        for needs, seed in ((collection.needs, 0), (collection.needs[::-1], 0), (collection.needs, 1))
    )
    assert first == turned
    assert first.folds != other.folds


def test_a_choice_that_fails_on_the_needs_kept_out_is_not_accepted(tmp_path: Path) -> None:
    """The other half of the needs is the opposite of what was chosen by."""
    collection = Collection(80, dense_noise=0.25)
    plain = tune(collection.rank_with, collection.needs, collection.grades, samples=200)
    aside = {need for need, asked in collection.asked.items() if len(asked) <= 2}

    def against(settings: Settings, need: Mapping[str, Any]) -> list[str]:
        ranked = collection.rank_with(settings, need)
        worse = need["id"] in aside and settings.dense_weight > 0.75
        return ranked[::-1] if worse else ranked

    found = tune(against, collection.needs, collection.grades, samples=200)
    assert plain.accepted
    assert not found.accepted
    assert found.kept_out.difference < 0
    assert any("not written" in line for line in told(found, tmp_path / "s.json"))
    assert as_dict(found, written=False)["accepted"] is False


def test_too_few_needs_are_refused() -> None:
    collection = Collection(30, dense_noise=0.3)
    grades: dict[str, dict[str, int]] = {
        need: {"a0": int(at < 19)} for at, need in enumerate(collection.grades)
    }
    with pytest.raises(InputError) as caught:
        tune(collection.rank_with, collection.needs, grades)
    assert (caught.value.code, caught.value.where["got"]) == ("match.too_few_needs", "19")
    assert collection.asked == {}


def test_what_is_printed_is_what_was_found() -> None:
    collection = Collection(80, dense_noise=0.25)
    found: Tuned = tune(collection.rank_with, collection.needs, collection.grades, samples=200)
    text = "\n".join(told(found, None))
    assert f"{found.kept_out.difference:+.4f}" in text
    assert "dense_weight" in text
    assert json.loads(json.dumps(as_dict(found, written=True)))["chosen"] == found.chosen.as_dict()


# --- the command, over an index whose ranking is known


class _Hit(NamedTuple):
    achievement: str


class _Index:
    """What the command asks of a `MatchIndex`."""

    def __init__(self, collection: Collection, settings: Settings = DEFAULT) -> None:
        self.collection, self.settings = collection, settings

    def with_settings(self, settings: Settings) -> _Index:
        return _Index(self.collection, settings)

    def rank(self, need: Mapping[str, Any], *, top: int, explain: bool) -> list[_Hit]:
        assert not explain
        return [_Hit(name) for name in self.collection.rank_with(self.settings, need)[:top]]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Collection]:
    """A folder with needs, one bad row among them, and judgements in both forms."""
    collection = Collection(120, dense_noise=0.25)
    monkeypatch.setattr(MatchIndex, "load", lambda folder: _Index(collection))
    needs = [json.dumps({"id": need["id"], "title": "水泵", "text": ""}) for need in collection.needs]
    (tmp_path / "needs.jsonl").write_text("\n".join([*needs, '{"id":"bad"}']) + "\n", "utf-8")
    (tmp_path / "q.tsv").write_text("".join(f"{need}\ta0\t3\n" for need in collection.grades), "utf-8")
    pairs = [json.dumps({"need": need, "achievement": "a0", "level": "强相关"}) for need in collection.grades]
    (tmp_path / "q.jsonl").write_text("\n".join(pairs), "utf-8")
    return tmp_path, collection


def run(folder: Path, qrels: str, *more: Any) -> Result:
    base = [
        "tune",
        "--index",
        folder,
        "--needs",
        folder / "needs.jsonl",
        "--qrels",
        folder / qrels,
        "--samples",
        200,
    ]
    return CliRunner().invoke(app, [str(one) for one in (*base, *more)])


@pytest.mark.parametrize("qrels", ["q.tsv", "q.jsonl"])
def test_the_command_writes_what_it_chose(asked: tuple[Path, Collection], qrels: str) -> None:
    folder, _ = asked
    result = run(folder, qrels, "--out", folder / "new" / "s.json")
    assert result.exit_code == 0, result.output
    written = read_settings(folder / "new" / "s.json")
    assert written.dense_weight > DEFAULT.dense_weight
    assert f"{written.dense_weight:g}" in result.output
    [reject] = (folder / "new" / "s.json.rejects.jsonl").read_text("utf-8").splitlines()
    assert json.loads(reject)["row"] == 121


def test_the_command_writes_nothing_that_is_worse(
    asked: tuple[Path, Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, collection = asked
    run(folder, "q.tsv")
    aside = {need for need, settings in collection.asked.items() if len(settings) <= 2}
    plain = collection.rank_with

    def against(settings: Settings, need: Mapping[str, Any]) -> list[str]:
        ranked = plain(settings, need)
        return ranked[::-1] if need["id"] in aside and settings.dense_weight > 0.75 else ranked

    monkeypatch.setattr(collection, "rank_with", against)
    (folder / "s.json").write_text("as before", "utf-8")
    result = run(folder, "q.tsv", "--out", folder / "s.json", "--json")
    assert result.exit_code == 0, result.output
    told_ = json.loads(result.stdout)
    assert (told_["accepted"], told_["written"]) == (False, False)
    assert told_["kept_out"]["difference"] < 0
    assert (folder / "s.json").read_text("utf-8") == "as before"


def test_too_few_judged_needs_end_the_command(asked: tuple[Path, Collection]) -> None:
    folder, _ = asked
    (folder / "q.tsv").write_text("n001\ta0\t3\n", "utf-8")
    error = run(folder, "q.tsv", "--out", folder / "s.json").exception
    assert isinstance(error, InputError)
    assert error.code == "match.too_few_needs"
    assert not (folder / "s.json").exists()
