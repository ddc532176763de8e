"""A model of one's own: a real ONNX model of 16 dimensions, its folder's settings, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tuwei.core.errors import InputError
from tuwei.match import MatchIndex
from tuwei.match._encoder import About, encoder_of, open_encoder
from tuwei.match._encoder_layout import Layout, read_layout
from tuwei.match._records import read_query, read_record
from tuwei.match._view import View, standing_out

MODEL = Path(__file__).parents[1] / "golden" / "match_encoder"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the model, to be changed."""
    return Path(shutil.copytree(MODEL, tmp_path / "model"))


@pytest.fixture
def packages() -> None:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tokenizers")


def refusal(place: Any, code: str) -> InputError:
    with pytest.raises(InputError) as caught:
        open_encoder(place)
    assert caught.value.code == code
    assert caught.value.sentence("zh") != caught.value.sentence("en")
    return caught.value


def change(path: Path, **values: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **values}), "utf-8")


@pytest.mark.usefixtures("packages")
def test_what_means_the_same_lies_near_without_a_character_in_common() -> None:
    encoder = open_encoder(MODEL)
    rows = encoder.encode(["土豆", "马铃薯", "potato", "节水滴灌", "牛羊"], query=False)
    assert rows.shape == (5, encoder.dimensions) == (5, 16)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-6)
    cosines = rows @ rows.T
    assert cosines[:3, :3].min() > 0.8
    assert cosines[0, 3:].max() < 0.5


@pytest.mark.usefixtures("packages")
def test_rows_are_the_means_of_the_graph_computed_by_hand(folder: Path) -> None:
    onnx = pytest.importorskip("onnx")
    weights = {
        one.name: onnx.numpy_helper.to_array(one)
        for one in onnx.load(folder / "model.onnx").graph.initializer
    }
    vocabulary = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    tokens = np.tanh(weights["rows"] + weights["kinds"][0])
    chosen = tokens[[vocabulary[token] for token in ("[CLS]", "奶", "牛", "query", "[SEP]")]]
    for pooling, want in (("mean", chosen.mean(0)), ("max", chosen.max(0)), ("cls", chosen[0])):
        (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode": pooling}), "utf-8")
        found = open_encoder(folder).encode(["奶牛 query"], query=False)[0]
        assert found == pytest.approx(want / np.linalg.norm(want), abs=1e-5)


@pytest.mark.usefixtures("packages")
def test_neither_company_nor_order_changes_a_vector() -> None:
    encoder = open_encoder(MODEL)
    texts = [f"{'马铃薯贮藏' * (at % 9)}设备{at}" for at in range(70)]
    together = encoder.encode(texts, query=False)
    alone = np.concatenate([encoder.encode([text], query=False) for text in reversed(texts)])[::-1]
    assert together == pytest.approx(alone, abs=1e-5)


@pytest.mark.usefixtures("packages")
def test_a_need_is_opened_otherwise_than_a_record(folder: Path) -> None:
    encoder = open_encoder(folder)
    need, record = (encoder.encode(["奶牛"], query=query)[0] for query in (True, False))
    assert encoder.encode(["query 奶牛"], query=False)[0] == pytest.approx(need, abs=1e-6)
    assert need != pytest.approx(record, abs=1e-3)


@pytest.mark.usefixtures("packages")
def test_hostile_texts_have_vectors_and_blank_ones_zero() -> None:
    texts = ["", " \n\t", "\ud800", "\x00\x07", "😀" * 500, "<b>土豆</b>", "土" * 1_000_000, "i" * 1_000_000]
    rows = open_encoder(MODEL).encode(texts, query=True)
    assert np.isfinite(rows).all()
    assert not rows[:3].any()
    assert np.linalg.norm(rows[3:], axis=1) == pytest.approx(1, abs=1e-6)
    assert open_encoder(MODEL).encode([], query=False).shape == (0, 16)


@pytest.mark.usefixtures("packages")
def test_a_text_is_read_to_the_length_that_the_folder_states(folder: Path) -> None:
    change(folder / "sentence_bert_config.json", max_seq_length=6)
    encoder = open_encoder(folder)
    short, long = encoder.encode(["马铃薯土", "马铃薯土牛牛牛牛"], query=False)
    assert short == pytest.approx(long, abs=1e-6)


@pytest.mark.usefixtures("packages")
def test_a_model_may_lie_in_a_folder_onnx(folder: Path) -> None:
    before = open_encoder(folder).encode(["奶牛"], query=False)
    (folder / "onnx").mkdir()
    (folder / "model.onnx").rename(folder / "onnx" / "model.onnx")
    assert open_encoder(f"onnx:{folder}").encode(["奶牛"], query=False) == pytest.approx(before)


@pytest.mark.usefixtures("packages")
def test_another_model_is_not_taken_for_the_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = open_encoder(MODEL).about
    assert About.of(json.loads(json.dumps(about.as_dict()))) == about
    assert encoder_of(about, folder).about.fingerprint == about.fingerprint  # moved, not changed
    change(folder / "config_sentence_transformers.json", prompts={"query": "找"})
    monkeypatch.setenv("TUWEI_MATCH_ENCODER", str(folder))
    with pytest.raises(InputError) as caught:
        encoder_of(about)
    assert caught.value.code == "match.other_encoder"
    assert about.fingerprint[:12] in caught.value.sentence("en")


@pytest.mark.usefixtures("packages")
def test_files_that_cannot_be_read_are_named(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"not a model")
    assert "model.onnx" in str(refusal(folder, "match.bad_encoder"))
    shutil.copy(MODEL / "model.onnx", folder)
    (folder / "tokenizer.json").write_text("{}", "utf-8")
    assert "tokenizer.json" in str(refusal(folder, "match.bad_encoder"))
    (folder / "tokenizer.json").unlink()
    assert "tokenizer.json" in str(refusal(folder, "match.no_encoder"))


def test_what_is_missing_is_said_before_anything_is_loaded(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere", "match.no_encoder").where["file"] == str(tmp_path / "nowhere")
    assert "model.onnx" in refusal(tmp_path, "match.no_encoder").where["expected"]
    refusal(f"onnx:{tmp_path}", "match.no_encoder")
    refusal("BAAI/bge-small-zh", "match.no_encoder")  # a name on a hub is no folder here


def test_a_missing_package_is_named_with_what_brings_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    assert refusal(folder, "match.no_encoder_package").where["expected"] == "tuwei[encoder]"
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    error = refusal(f"sentence-transformers:{folder}", "match.no_encoder_package")
    assert "sentence-transformers" in error.sentence("en")


def test_the_layout_of_a_folder(folder: Path) -> None:
    assert read_layout(folder) == Layout("mean", 64, "query ", "")
    change(folder / "1_Pooling" / "config.json", pooling_mode_cls_token=True, pooling_mode_mean_tokens=False)
    change(folder / "config_sentence_transformers.json", prompts={"document": "文:", "query": None})
    (folder / "sentence_bert_config.json").unlink()
    (folder / "tokenizer_config.json").write_text('{"model_max_length": 1e30}', "utf-8")
    assert read_layout(folder) == Layout("cls", 512, "", "文:")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("1_Pooling/config.json", '{"pooling_mode": "lasttoken"}'),
        ("1_Pooling/config.json", '{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}'),
        ("1_Pooling/config.json", "[]"),
        ("modules.json", '[{"type": "sentence_transformers.models.Dense"}]'),
        ("modules.json", "{"),
        ("modules.json", "{}"),
        ("config_sentence_transformers.json", '{"prompts": {"query": 1}}'),
        ("config_sentence_transformers.json", '{"prompts": [1]}'),
    ],
)
def test_a_layout_that_is_not_known_is_refused(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, "utf-8")
    refusal(folder, "match.bad_encoder")


def test_sentence_transformers_is_asked_for_files_here_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}

    class Stub:
        def __init__(self, place: str, **options: Any) -> None:
            asked.update(options, place=place)

        def encode(self, texts: list[str], **options: Any) -> Any:
            asked["texts"] = texts
            return np.ones((len(texts), 4), np.float32)

    package, torch = ModuleType("sentence_transformers"), ModuleType("torch")
    package.SentenceTransformer = Stub  # type: ignore[attr-defined]
    torch.set_num_threads = lambda count: asked.update(threads=count)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", package)
    monkeypatch.setitem(sys.modules, "torch", torch)
    (folder / "model.onnx").unlink()
    encoder = open_encoder(folder, threads=2)
    rows = encoder.encode(["奶牛", ""], query=True)
    assert rows.tolist() == [[0.5] * 4, [0.0] * 4]
    assert asked["texts"] == ["query 奶牛", "query "]
    assert (asked["local_files_only"], asked["trust_remote_code"], asked["threads"]) == (True, False, 2)
    assert encoder.about.kind == "sentence-transformers"


@pytest.mark.usefixtures("packages")
def test_a_view_finds_what_words_cannot_and_keeps_its_model(tmp_path: Path, folder: Path) -> None:
    titles = ["马铃薯贮藏", "节水滴灌", "苜蓿牧草", "奶牛", "机器设备"]
    view = View(open_encoder(folder))
    view.append([read_record({"id": str(at), "title": title, "text": ""}) for at, title in enumerate(titles)])
    asked = view.asked(read_query("potato"))
    found = view.search(asked, limit=2, mask=np.ones(5, np.bool_))
    assert found[0][0] == 0
    assert found[0][1] == pytest.approx(view.cosines(asked, [0])[0], abs=0.01)
    assert view.search(asked, limit=2, mask=np.arange(5) > 0)[0][0] != 0
    view.write(tmp_path / "view")
    again = View.read(tmp_path / "view")
    assert len(again) == 5
    assert again.search(asked, limit=2, mask=np.ones(5, np.bool_)) == found
    (folder / "model.onnx").write_bytes((folder / "model.onnx").read_bytes() + b"\x08\x08")
    with pytest.raises(InputError):
        View.read(tmp_path / "view")


@pytest.mark.usefixtures("packages")
def test_an_index_ranks_by_a_model_and_keeps_it(tmp_path: Path, folder: Path) -> None:
    titles = ["马铃薯贮藏", "节水滴灌", "苜蓿牧草", "奶牛", "机器设备"]
    records = [{"id": str(at), "title": title, "text": ""} for at, title in enumerate(titles)]
    assert MatchIndex.build(records).rank("potato") == []
    index = MatchIndex.build(records, encoder=open_encoder(folder))
    assert index.rank("potato")[0].achievement == "0"
    index.save(tmp_path / "index")
    again = MatchIndex.load(tmp_path / "index")
    assert again.rank("potato")[0].score == pytest.approx(index.rank("potato")[0].score)
    again.add([{"id": "5", "title": "土豆", "text": ""}])
    again.remove(["0"])
    assert "0" not in [hit.achievement for hit in again.rank("potato")]
    off = again.with_settings(replace(again.settings, encoder_weight=0.0))
    assert again.rank("potato")[0].score > off.rank("potato")[0].score


def test_what_stands_out_does_not_depend_on_where_cosines_begin() -> None:
    cosines = np.array([0.9, 0.2, 0.5, 0.3, 0.1])
    assert standing_out(cosines) == pytest.approx(standing_out(0.6 + cosines / 10))
    assert standing_out(np.full(3, 0.7)).tolist() == [0, 0, 0]
    assert standing_out(np.zeros(0)).tolist() == []


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_on_models_does_what_it_says(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = (MODEL.parents[2] / "docs" / language / "how-to" / "match-with-a-model.md").read_text("utf-8")
    [block] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(block.replace("MODEL", str(MODEL)), "match-with-a-model.md", "exec"), {})  # noqa: S102 - the page under test
    assert capsys.readouterr().out.strip() == "(1, 16)"
