"""Make the tiny model of the tests: ``python tests/golden/match_encoder/make.py`` (needs onnx, tokenizers, numpy).

It is built like a BERT export: ``input_ids``, ``attention_mask``, ``token_type_ids`` in, ``last_hidden_state``
out, a WordPiece tokenizer that takes Chinese character by character. Its weights are invented: characters of one
group below point one way, all others each their own, so that 土豆 lies near 马铃薯 and "potato" though they share
no character. Written with opset 13 and IR version 8, which older releases of onnxruntime read too.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

HERE = Path(__file__).parent
DIMENSIONS = 16
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
GROUPS = [
    "马 铃 薯 土 豆 洋 芋 potato",
    "节 省 水 滴 灌 溉 irrigation water",
    "苜 蓿 牧 草 饲 alfalfa grass",
    "贮 藏 保 鲜 窖 存 storage",
    "奶 牛 羊 牲 畜 cattle milk",
]
OTHERS = "的 了 在 与 和 对 为 技 术 法 研 究 机 器 设 备 成 果 需 求 地 高 低 年 万 吨 元 度 0 1 2 3 4 5 6 7 8 9 ##s ##ing . , query"


def main() -> None:
    """Write tokenizer, model and the files beside."""
    groups = [line.split() for line in GROUPS]
    vocabulary = [*SPECIAL, *(token for group in groups for token in group), *OTHERS.split()]
    write_tokenizer(vocabulary)
    write_model(table(vocabulary, groups))
    write(
        "modules.json",
        [
            {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for at, (path, kind) in enumerate(
                [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
            )
        ],
    )
    (HERE / "1_Pooling").mkdir(exist_ok=True)
    write(
        "1_Pooling/config.json",
        {
            "word_embedding_dimension": DIMENSIONS,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
        },
    )
    write("sentence_bert_config.json", {"max_seq_length": 64, "do_lower_case": False})
    write(
        "config_sentence_transformers.json",
        {"prompts": {"query": "query ", "passage": ""}, "default_prompt_name": None},
    )


def table(vocabulary: list[str], groups: list[list[str]]) -> np.ndarray:
    """Return a row for each token: near its group's direction, or anywhere."""
    drawn = np.random.default_rng(7)
    rows = 0.3 * drawn.standard_normal((len(vocabulary), DIMENSIONS))
    for group in groups:
        towards = 2 * drawn.standard_normal(DIMENSIONS)
        for token in group:
            rows[vocabulary.index(token)] += towards
    return rows.astype(np.float32)


def write_tokenizer(vocabulary: list[str]) -> None:
    """Write a tokenizer as BERT's."""
    made = Tokenizer(models.WordPiece({token: at for at, token in enumerate(vocabulary)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True, handle_chinese_chars=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[("[CLS]", vocabulary.index("[CLS]")), ("[SEP]", vocabulary.index("[SEP]"))],
    )
    made.save(str(HERE / "tokenizer.json"))


def write_model(rows: np.ndarray) -> None:
    """Write the graph: token rows, plus a row for the kind of text, through tanh."""
    kinds = 0.01 * np.random.default_rng(8).standard_normal((2, DIMENSIONS)).astype(np.float32)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    output = helper.make_tensor_value_info(
        "last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", DIMENSIONS]
    )
    nodes = [
        helper.make_node("Gather", ["rows", "input_ids"], ["words"]),
        helper.make_node("Gather", ["kinds", "token_type_ids"], ["texts"]),
        helper.make_node("Add", ["words", "texts"], ["both"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
        helper.make_node("Mul", ["both", "wide"], ["kept"]),
        helper.make_node("Tanh", ["kept"], ["last_hidden_state"]),
    ]
    weights = [
        numpy_helper.from_array(rows, "rows"),
        numpy_helper.from_array(kinds, "kinds"),
        numpy_helper.from_array(np.array([2]), "last"),
    ]
    graph = helper.make_graph(nodes, "tiny", inputs, [output], weights)
    made = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="tuwei tests", ir_version=8
    )
    onnx.checker.check_model(made)
    onnx.save(made, str(HERE / "model.onnx"))


def write(name: str, value: object) -> None:
    """Write a file of JSON."""
    (HERE / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
