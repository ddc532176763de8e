"""Near-duplicates: found with edits, told apart from variants, exact, deterministic, and unbroken by hostile text."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tuwei.core.errors import InputError, MissingError
from tuwei.match import _minhash
from tuwei.match._duplicates import Duplicates, groups
from tuwei.match._near import Pair
from tuwei.match.cli import app

TEXT = (
    "挤奶厅的清洗水经过沉淀、过滤和紫外消毒以后，回用于待挤区的地面冲洗。装置由调节池、砂滤罐和控制柜组成，"
    "在存栏800头的牧场连续运行14个月，节水率达到35%以上，吨水处理成本不超过2.1元，出水浊度低于5 NTU。"
    "设备占地小，安装不停产，适合新建和改造的牧场；冬季在保温间内运行，未出现冻堵。"
)
OTHER = (
    "马铃薯贮藏窖利用夜间冷空气通风降温，由温湿度传感器和风门组成，按预测的外温决定何时开启风机。"
    "两年试验中贮藏损失由12%降到5%，电耗为机械制冷的三分之一，适合干旱区的合作社使用。"
)
BOILERPLATE = "本单位拥有自主知识产权，愿与各地企业开展技术转让、许可和合作开发，欢迎来电来函洽谈合作事宜。"


def record(name: str, text: str, organisation: str = "甲所", **more: Any) -> dict[str, Any]:
    return {"id": name, "title": "成果", "text": text, "organisation": organisation, **more}


def only(records: list[dict[str, Any]], **more: Any) -> Pair:
    found = groups(records, **more)
    assert len(found) == 1, found
    assert len(found[0].pairs) == 1
    return found[0].pairs[0]


def invented(count: int, seed: int = 0) -> list[str]:
    chance = random.Random(seed)
    signs = [chr(at) for at in range(0x4E00, 0x5600)]
    return ["".join(chance.choices(signs, k=chance.randint(60, 200))) for _ in range(count)]


@pytest.mark.parametrize(
    "edited",
    [
        TEXT.replace("，", " , ").replace("NTU", "ＮＴＵ"),
        TEXT.replace("经过", "经").replace("装置", "设备"),
        TEXT.translate(str.maketrans("经过滤后为统节连运", "經過濾後為統節連運")),
        TEXT[: len(TEXT) * 9 // 10],
        "。".join(reversed(TEXT.split("。"))),
    ],
    ids=["width and marks", "words", "traditional characters", "end cut off", "sentences reordered"],
)
def test_an_edited_copy_is_found(edited: str) -> None:
    pair = only([record("a", TEXT), record("b", edited), record("c", OTHER)])
    assert (pair.one, pair.other) == ("a", "b")
    assert pair.kind in ("same", "near")


def test_other_figures_are_told_apart_from_copies() -> None:
    pair = only([record("a", TEXT), record("b", TEXT.replace("35%", "42%"))])
    assert pair.kind == "figures"
    assert [(one.one, one.other) for one in pair.figures] == [("35", "42")]
    assert "35→42" in pair.said("zh")
    assert groups([record("a", TEXT), record("b", TEXT.replace("35%", "42%"))])[0].kind == "figures"


def test_another_telephone_number_does_not_make_a_variant() -> None:
    pair = only([record("a", TEXT + "电话0471-5550001"), record("b", TEXT + "电话0472-5550009")])
    assert pair.kind in ("same", "near")
    assert pair.figures == []


def test_figures_written_otherwise_are_the_same_figures() -> None:
    one, other = TEXT + "总投资1,800万元", TEXT.replace("35%", "35.0%") + "总投资1800万元"
    assert only([record("a", one), record("b", other)]).kind == "same"


def test_a_text_taken_over_into_a_longer_one_is_contained_and_quoted() -> None:
    pair = only([record("a", TEXT), record("b", OTHER + TEXT + OTHER[::-1], "乙公司")])
    assert (pair.kind, pair.inner, pair.flag) == ("contained", "a", "copied")
    assert pair.contained > 0.95 > pair.jaccard
    assert pair.passages[0][:20] in OTHER + TEXT
    assert 0.4 < pair.share < 0.6


def test_boilerplate_alone_makes_no_duplicates() -> None:
    texts = [text[:40] + BOILERPLATE for text in invented(80)]
    assert groups([record(str(at), text, str(at)) for at, text in enumerate(texts)]) == []


def test_boilerplate_is_recognised_by_how_many_have_it() -> None:
    """The same two listings count as near where their common words are not common to all."""
    texts = [text[:40] + BOILERPLATE * 2 for text in invented(2)]
    assert groups([record(str(at), text) for at, text in enumerate(texts)], threshold=0.5)


@pytest.mark.parametrize(
    ("organisations", "flag"),
    [(("甲所", "乙公司"), "copied"), (("甲所", " 甲 所"), ""), (("甲所", ""), "unknown_holder")],
)
def test_a_copy_is_flagged_when_another_holds_it(organisations: tuple[str, str], flag: str) -> None:
    pair = only([record(name, TEXT, one) for name, one in zip("ab", organisations, strict=True)])
    assert pair.flag == flag


def test_owners_tell_holders_apart_where_no_organisation_is_named() -> None:
    pair = only([record("a", TEXT, "", owner=3), record("b", TEXT, "", owner=4)])
    assert pair.flag == "copied"


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (("2024-05-01", "2023-05-01"), "b"),
        (("2024-05-01", "2025"), "a"),
        (("2024-05-01", "2024"), ""),
        (("2024-05-01", ""), ""),
        (("2024-05-01", "soon"), ""),
        (("2024-05-01T10:00:00+08:00", "2024-05-01T11:00:00+08:00"), ""),
    ],
)
def test_who_was_first_is_said_as_far_as_dates_tell(days: tuple[str, str], first: str) -> None:
    pair = only([record(name, TEXT, published=day) for name, day in zip("ab", days, strict=True)])
    assert pair.first == first
    assert pair.one == (first or "a")
    assert ("先后不明" in pair.said("zh")) is (first == "")


def test_groups_join_through_common_members_and_keep_the_best_pairs() -> None:
    chain = [TEXT, TEXT.replace("经过", "经"), TEXT.replace("经过", "经").replace("设备占地小", "体积小")]
    found = groups([record(str(at), text) for at, text in enumerate(chain)] + [record("x", OTHER)])
    assert [group.records for group in found] == [["0", "1", "2"]]
    assert len(found[0].pairs) == 2


def test_five_hundred_copies_are_one_group_with_one_pair_fewer() -> None:
    found = groups([record(str(at), TEXT, str(at % 2)) for at in range(500)])
    assert [len(group.records) for group in found] == [500]
    assert len(found[0].pairs) == 499
    assert found[0].flag == "copied"


def test_the_same_seed_gives_the_same_groups_and_another_order_the_same_pairs() -> None:
    records = [record(str(at), text) for at, text in enumerate(invented(200))]
    records += [record(f"c{at}", records[at]["text"][:-8]) for at in range(50)]
    found = groups(records)
    assert groups(records) == found
    assert len(found) == 50
    turned = {frozenset(group.records) for group in groups(records[::-1])}
    assert turned == {frozenset(group.records) for group in found}


def test_signatures_estimate_the_true_similarity() -> None:
    chance = np.random.default_rng(1)
    for shared in (20, 100, 300):
        drawn = chance.integers(0, 2**32, 400 + 400 - shared, dtype=np.uint32)
        signs = _minhash.signatures([drawn[:400], drawn[400 - shared :]])
        true = shared / len(drawn)
        assert float((signs[0] == signs[1]).mean()) == pytest.approx(true, abs=0.13)


def test_candidates_by_bands_miss_no_pair_that_all_comparisons_find() -> None:
    """Against brute force: every pair whose exact resemblance reaches the threshold."""
    texts, chance = invented(60, seed=4), random.Random(5)
    for text in texts[:30]:
        signs = list(text)
        for at in chance.sample(range(len(signs)), len(signs) // 40):
            signs[at] = "某"
        texts.append("".join(signs))
    sets = [set(_minhash.shingles(_minhash.folded("成果\n" + text).codes).tolist()) for text in texts]
    true = {
        (str(one), str(other))
        for one in range(len(texts))
        for other in range(one)
        if len(sets[one] & sets[other]) / len(sets[one] | sets[other]) >= 0.8
    }
    found = groups([record(str(at), text) for at, text in enumerate(texts)])
    linked = {tuple(sorted((pair.one, pair.other), key=int)) for group in found for pair in group.pairs}
    assert {tuple(sorted(pair, key=int)) for pair in true} <= linked
    assert len(true) > 15


def test_one_record_is_held_against_a_stored_set(tmp_path: Path) -> None:
    known = Duplicates.build([record("a", TEXT, date="2024-01-02"), record("b", OTHER)])
    known.save(tmp_path / "signatures.npz")
    loaded = Duplicates.load(tmp_path / "signatures.npz")
    found = loaded.find(record("new", TEXT + BOILERPLATE, "乙公司", date="2025-01-02"))
    assert [(pair.one, pair.other, pair.flag, pair.first) for pair in found] == [("a", "new", "copied", "a")]
    assert loaded.find(record("a", TEXT)) == []  # itself
    assert [pair.one for pair in loaded.find(TEXT)] == ["a"]
    assert loaded.find("别的事情") == []


def test_a_stored_set_follows_changes() -> None:
    known = Duplicates.build([record("a", TEXT), record("b", OTHER)])
    assert known.add([record("a", OTHER[::-1]), record("c", TEXT)]) == 2
    assert [pair.one for pair in known.find(TEXT)] == ["c"]
    assert known.remove(["c", "gone"]) == 1
    assert known.find(TEXT) == []
    assert [pair.one for pair in known.find(OTHER)] == ["b"]
    assert len(known) == 2


def test_adding_one_by_one_finds_what_building_at_once_finds() -> None:
    records = [record(str(at), text) for at, text in enumerate([*invented(30), *invented(10)])]
    grown = Duplicates.build(records[:5])
    for one in records[5:]:
        grown.add([one])
    assert grown.groups() == groups(records)


def test_a_missing_and_a_damaged_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no_duplicates"):
        Duplicates.load(tmp_path / "none.npz")
    Duplicates.build([record("a", TEXT)]).save(tmp_path / "some.npz")
    whole = (tmp_path / "some.npz").read_bytes()
    for damaged in (b"", b"PK", whole[: len(whole) // 2], b"x" * 100):
        (tmp_path / "some.npz").write_bytes(damaged)
        with pytest.raises(InputError, match="damaged_duplicates"):
            Duplicates.load(tmp_path / "some.npz")


@pytest.mark.parametrize("threshold", [0, 0.49, 1.01, float("nan"), True, "0.8", None])
def test_a_threshold_out_of_range_is_refused(threshold: Any) -> None:
    with pytest.raises(InputError, match="bad_threshold"):
        groups([record("a", TEXT)], threshold=threshold)


HOSTILE = [
    "",
    "水",
    "1",
    "   \n",
    "😀" * 50,
    "\ud800",
    "\x00" * 20,
    "<script>" * 40,
    "e\u0301" * 40,
    "。" * 500,
]


def test_hostile_texts_break_nothing_and_are_no_duplicates_of_each_other() -> None:
    known = Duplicates.build(
        [{"id": str(at), "title": "！", "text": text} for at, text in enumerate(HOSTILE)]
    )
    assert known.groups() == []
    for text in HOSTILE:
        known.find({"title": text, "text": ""} if text.strip() else {"title": "！", "text": text})


def test_a_text_of_a_million_characters_is_compared() -> None:
    long = "".join(invented(1, seed=at)[0] for at in range(8000))[:1_000_000]
    pair = only([record("a", long), record("b", long[:-500])])
    assert pair.kind == "near"
    assert all(len(passage) <= 120 for passage in pair.passages)


@given(st.lists(st.text(max_size=60), max_size=6), st.text(max_size=60))
def test_any_texts_group_and_find_themselves(texts: list[str], asked: str) -> None:
    records = [{"id": str(at), "title": "t", "text": text} for at, text in enumerate(texts)]
    known = Duplicates.build(records)
    for group in known.groups():
        assert len(group.pairs) >= len(group.records) - 1
        for pair in group.pairs:
            assert 0 <= pair.jaccard <= 1
            assert 0 <= pair.share <= 1
    again = known.find({"title": "t", "text": asked})
    same = {str(at) for at, text in enumerate(texts) if text == asked}
    assert same <= {pair.one for pair in again}


def test_the_command_writes_groups_and_rejects(tmp_path: Path) -> None:
    path, out = tmp_path / "records.jsonl", tmp_path / "groups.jsonl"
    rows = [record("a", TEXT), record("b", TEXT, "乙公司"), record("c", OTHER), {"id": "", "title": 3}]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    done = CliRunner().invoke(app, ["duplicates", str(path), "--out", str(out)])
    assert done.exit_code == 0, done.output
    (line,) = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert (line["group"], line["records"], line["flag"]) == (1, ["a", "b"], "copied")
    assert {"zh", "en", "pairs", "first", "kind"} <= line.keys()
    assert (tmp_path / "groups.jsonl.rejects.jsonl").exists()


def test_the_command_refuses_a_threshold_and_an_empty_file(tmp_path: Path) -> None:
    path, out = tmp_path / "records.jsonl", tmp_path / "groups.jsonl"
    path.write_text("\n", "utf-8")
    for arguments, code in ((["--threshold", "2"], "bad_threshold"), ([], "no_records")):
        done = CliRunner().invoke(app, ["duplicates", str(path), "--out", str(out), *arguments])
        assert isinstance(done.exception, InputError)
        assert done.exception.code == f"match.{code}"
        assert not out.exists()
