"""A model exported to ONNX, run by onnxruntime."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuwei.match._encoder import About, Floats, bad_encoder, clean, no_encoder, no_package, unit_rows
from tuwei.match._encoder_layout import read_layout

BATCH = 32  # texts run at a time, of like length
WIDEST_TOKEN = 20  # characters a token, at most, that are given to the tokenizer: 1 MB must not hold it up
FILLED = ("input_ids", "attention_mask", "token_type_ids")  # the inputs of a model that can be filled in
WHOLE = "sentence_embedding"  # the output of exports that pool by themselves


class OnnxEncoder:
    """The usual export of a sentence model: ``model.onnx`` beside ``tokenizer.json``.

    Parameters
    ----------
    folder
        Holds ``model.onnx`` or ``onnx/model.onnx``, ``tokenizer.json``, and the files of `read_layout`.
    threads
        Of the processor that one call may use, 1-256.

    Raises
    ------
    InputError
        As `open_encoder`.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self.folder, self.name = folder, folder.resolve().name
        self.layout = read_layout(folder)
        path = model_file(folder)
        if path is None:
            raise no_encoder(folder, "model.onnx", "model.onnx")
        self._tokenizer = _tokenizer(folder / "tokenizer.json", self.layout.longest)
        self._session = _session(path, threads)
        self._inputs = [one.name for one in self._session.get_inputs()]
        if unknown := sorted(set(self._inputs) - set(FILLED)):
            raise bad_encoder(path, f"输入 {'、'.join(FILLED)}", f"inputs {', '.join(FILLED)}", unknown[0])
        outputs = {one.name: one for one in self._session.get_outputs()}
        self._output = WHOLE if WHOLE in outputs else next(iter(outputs))
        self.dimensions = int(self._rows(["x"]).shape[1])
        made = fingerprint([path, *external(path), folder / "tokenizer.json"], repr(astuple(self.layout)))
        self.about = About("onnx", str(folder), self.dimensions, made)

    def encode(self, texts: Sequence[str], *, query: bool) -> Floats:
        """Return unit rows, shape (texts, dimensions); see `Encoder.encode`."""
        opening = self.layout.query if query else self.layout.passage
        longest = WIDEST_TOKEN * self.layout.longest
        cleaned = [clean(text, longest) for text in texts]
        ready = [opening + text for text in cleaned]
        found = np.zeros((len(texts), self.dimensions), np.float32)
        order = sorted(range(len(texts)), key=lambda at: len(ready[at]))
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            found[some] = self._rows([ready[at] for at in some])
        return unit_rows(found, [not text.strip() for text in cleaned], self.folder)

    def _rows(self, texts: list[str]) -> NDArray[Any]:
        cut = self._tokenizer.encode_batch(texts)
        width = max(len(one.ids) for one in cut)
        filled = {
            "input_ids": _padded([one.ids for one in cut], width),
            "attention_mask": _padded([one.attention_mask for one in cut], width),
            "token_type_ids": _padded([one.type_ids for one in cut], width),
        }
        try:
            given = {name: filled[name] for name in self._inputs}
            output: NDArray[Any] = self._session.run([self._output], given)[0]
        except Exception as error:  # what onnxruntime raises has no common base of its own
            raise bad_encoder(self.folder, "可运行的模型", "a model that runs", str(error)) from error
        rows = _pooled(output, filled["attention_mask"], self.layout.pooling) if output.ndim == 3 else output
        if rows.ndim != 2 or len(rows) != len(texts) or not rows.shape[1]:
            raise bad_encoder(self.folder, "每段文字一个向量", "one vector a text", f"{output.shape}")
        return rows


def model_file(folder: Path) -> Path | None:
    """Return the model in a folder, None where there is none."""
    return next(
        (path for path in (folder / "model.onnx", folder / "onnx" / "model.onnx") if path.is_file()), None
    )


def external(path: Path) -> list[Path]:
    """Return the files beside a model that hold its larger weights."""
    return sorted(one for one in path.parent.glob(f"{path.name}[_.]data*") if one.is_file())


def fingerprint(paths: Sequence[Path], more: str) -> str:
    """Return the SHA-256 [hex] of some files, with their names and lengths, and of a text."""
    whole = hashlib.sha256(more.encode())
    for path in paths:
        with path.open("rb") as file:
            whole.update(f"\n{path.name} {path.stat().st_size}\n".encode())
            while block := file.read(1 << 20):
                whole.update(block)
    return whole.hexdigest()


def _tokenizer(path: Path, longest: int) -> Any:
    if not path.is_file():
        raise no_encoder(path.parent, "tokenizer.json", "tokenizer.json")
    try:
        tokenizers = import_module("tokenizers")
    except ImportError:
        raise no_package("onnx", "tokenizers") from None
    try:
        found = tokenizers.Tokenizer.from_file(str(path))
        found.no_padding()
        found.enable_truncation(longest)
    except Exception as error:  # tokenizers raises Exception itself
        raise bad_encoder(path, "可读的分词器", "a tokenizer that can be read", str(error)) from error
    return found


def _session(path: Path, threads: int) -> Any:
    try:
        runtime = import_module("onnxruntime")
    except ImportError:
        raise no_package("onnx", "onnxruntime") from None
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 4  # what fails is raised
    try:
        return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # as in `_rows`
        raise bad_encoder(path, "可读的模型", "a model that can be read", str(error)) from error


def _padded(rows: Sequence[Sequence[int]], width: int) -> NDArray[np.int64]:
    """Fill up with 0 to one width: where the mask is 0 no value counts."""
    found = np.zeros((len(rows), width), np.int64)
    for at, row in enumerate(rows):
        found[at, : len(row)] = row
    return found


def _pooled(tokens: NDArray[Any], mask: NDArray[np.int64], pooling: str) -> NDArray[Any]:
    """Return one row a text from the rows of its tokens, shape (texts, tokens, dimensions)."""
    if pooling == "cls":
        return tokens[:, 0]
    real = mask[:, :, None] > 0
    if pooling == "max":
        highest: NDArray[Any] = np.where(real, tokens, -np.inf).max(axis=1)
        return highest
    total: NDArray[Any] = np.where(real, tokens, 0).sum(axis=1) / np.maximum(real.sum(axis=1), 1)
    return total
