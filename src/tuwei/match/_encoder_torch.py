"""A model of sentence-transformers, where that package is installed; it is not among our own."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.match._encoder import About, Floats, bad_encoder, clean, no_package, unit_rows
from tuwei.match._encoder_layout import MOST, read_prompts
from tuwei.match._encoder_onnx import BATCH, WIDEST_TOKEN, fingerprint

WEIGHTS = ("*.safetensors", "pytorch_model*.bin", "tokenizer.json", "vocab.txt", "modules.json")


class SentenceTransformerEncoder:
    """A folder that ``SentenceTransformer.save`` wrote. Code in the folder is not run, nothing is fetched.

    Parameters
    ----------
    folder
        Of the model.
    threads
        Of the processor, for all of torch in this process.

    Raises
    ------
    InputError
        As `open_encoder`.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        try:
            package = import_module("sentence_transformers")
            import_module("torch").set_num_threads(threads)
        except ImportError:
            raise no_package("sentence-transformers", "sentence-transformers") from None
        self.folder, self.name = folder, folder.resolve().name
        self._openings = read_prompts(folder)
        try:
            self._model: Any = package.SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, trust_remote_code=False
            )
        except Exception as error:  # what reading a model raises has no common base
            raise bad_encoder(folder, "可读的模型", "a model that can be read", str(error)) from error
        self.dimensions = int(self._encoded(["x"]).shape[1])
        files = sorted(path for pattern in WEIGHTS for path in folder.rglob(pattern) if path.is_file())
        made = fingerprint(files, repr(self._openings))
        self.about = About("sentence-transformers", str(folder), self.dimensions, made)

    def encode(self, texts: Sequence[str], *, query: bool) -> Floats:
        """Return unit rows, shape (texts, dimensions); see `Encoder.encode`."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        opening = self._openings[0 if query else 1]
        cleaned = [clean(text, WIDEST_TOKEN * MOST) for text in texts]
        rows = self._encoded([opening + text for text in cleaned])
        return unit_rows(rows, [not text.strip() for text in cleaned], self.folder)

    def _encoded(self, texts: list[str]) -> Any:
        return self._model.encode(
            texts, batch_size=BATCH, convert_to_numpy=True, normalize_embeddings=True, show_progress_bar=False
        )
