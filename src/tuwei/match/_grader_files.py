"""The files of a grader: one folder, numbers as NumPy arrays, texts and terms as JSON; nothing is executed."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from tuwei.core.errors import InputError
from tuwei.match._embedding import Embedding
from tuwei.match._grader_levels import Curve, Scale
from tuwei.match._grader_model import Head, Model
from tuwei.match._grader_texts import Side, Terms, Text, Views
from tuwei.match._kernel import Pairing, Product, Scaled
from tuwei.match._kernel_solution import Solution
from tuwei.match._pairs import Pair

FORMAT = 1
CARD = "model.json"
PAIRING = ("need", "achievement", "linear", "radial")
SCALED = ("mean", "spread", "landmarks", "turn")


def write(model: Model, folder: Path) -> None:
    """Write a model into a folder that is there."""
    arrays: dict[str, Any] = {"table": model.views.table, "pairing.mean": model.head.mean}
    arrays |= {f"pairing.{name}": getattr(model.pairing, name) for name in PAIRING}
    arrays |= {f"scaled.{name}": getattr(model.scaled, name) for name in SCALED}
    arrays |= {"alpha": model.head.solution.alpha, "judged": model.judged.solution.alpha}
    for name, side in (("needs", model.pairing.needs), ("achievements", model.pairing.achievements)):
        arrays |= _side_arrays(name, side)
    terms = {**model.views.terms, "mixed": model.views.mixed}
    arrays |= {f"weights.{name}": one.weights for name, one in terms.items()}
    np.savez(folder / "arrays.npz", **arrays)
    state = {
        "format": FORMAT,
        "bodies": model.views.bodies,
        "products": [asdict(product) for product in model.named],
        "weights": model.weights,
        "terms": {name: one.terms for name, one in terms.items()},
        "unknown": {name: one.unknown for name, one in terms.items()},
        "keys": {"needs": model.pairing.needs.keys, "achievements": model.pairing.achievements.keys},
        "scales": {name: _scales(head) for name, head in (("head", model.head), ("judged", model.judged))},
        "needs": {name: [text.title, text.whole] for name, text in model.need_texts.items()},
        "achievements": {name: [text.title, text.whole] for name, text in model.achievement_texts.items()},
        "kept": [list(pair) for pair in model.kept],
    }
    (folder / "state.json").write_text(json.dumps(state, ensure_ascii=False), "utf-8")
    if model.views.learned:
        (folder / "embedding").mkdir()
        model.views.learned.write(folder / "embedding")
    (folder / CARD).write_text(json.dumps(model.card, ensure_ascii=False, indent=1) + "\n", "utf-8")


def read(folder: Path) -> Model:
    """Read what `write` wrote.

    Raises
    ------
    InputError
        ``match.damaged_model``: files are missing, cut off or of another format.
    """
    try:
        state = json.loads((folder / "state.json").read_text("utf-8"))
        card = json.loads((folder / CARD).read_text("utf-8"))
        with (folder / "arrays.npz").open("rb") as file, np.load(file, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        if state["format"] != FORMAT:
            raise ValueError(state["format"])
        return _model(folder, state, arrays, card)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(
            "match.damaged_model",
            "{file} 中的模型不完整或格式不符({got}),请用 tuwei match rollback 回到前一版,或重新训练。",
            "The model in {file} is damaged or of another format ({got}); go back by tuwei match rollback, or train.",
            file=str(folder),
            got=f"{type(error).__name__}: {error}"[:120],
        ) from error


def _model(folder: Path, state: dict[str, Any], arrays: dict[str, Any], card: dict[str, Any]) -> Model:
    terms = {
        name: Terms(words, arrays[f"weights.{name}"], state["unknown"][name])
        for name, words in state["terms"].items()
    }
    learned = Embedding.read(folder / "embedding") if (folder / "embedding").is_dir() else None
    mixed = terms.pop("mixed")
    views = Views(terms, mixed, arrays["table"], bodies=state["bodies"], learned=learned)
    scaled = Scaled(*(arrays[f"scaled.{name}"] for name in SCALED))
    needs, achievements = (_side(name, arrays, state["keys"][name]) for name in ("needs", "achievements"))
    pairing = Pairing(needs, achievements, *(arrays[f"pairing.{name}"] for name in PAIRING))
    named = [Product(**product) for product in state["products"]]
    head, judged = (
        Head(
            Solution(pairing, scaled, named, state["weights"], arrays[name]),
            arrays["pairing.mean"],
            *(_scale(state["scales"][which][met]) for met in ("seen", "unseen")),
        )
        for name, which in (("alpha", "head"), ("judged", "judged"))
    )
    need_texts, achievement_texts = (
        {name: Text(*text) for name, text in state[which].items()} for which in ("needs", "achievements")
    )
    kept = [Pair(*pair) for pair in state["kept"]]
    return Model(
        views,
        named,
        state["weights"],
        scaled,
        pairing,
        head,
        judged,
        need_texts,
        achievement_texts,
        kept,
        card,
    )


def _scales(head: Head) -> dict[str, Any]:
    return {name: [asdict(curve) for curve in getattr(head, name).curves] for name in ("seen", "unseen")}


def _scale(curves: list[dict[str, Any]]) -> Scale:
    return Scale(tuple(Curve(**curve) for curve in curves))


def _side_arrays(name: str, side: Side) -> dict[str, Any]:
    arrays: dict[str, Any] = {f"{name}.letters": side.letters}
    arrays |= {f"{name}.dense.{view}": rows for view, rows in side.dense.items()}
    for view, one in side.terms.items():
        for part in ("data", "indices", "indptr"):
            arrays[f"{name}.terms.{view}.{part}"] = getattr(one, part)
        arrays[f"{name}.terms.{view}.shape"] = np.array(one.shape)
    return arrays


def _side(name: str, arrays: dict[str, Any], keys: list[str]) -> Side:
    terms, dense = {}, {}
    for label in arrays:
        if label.startswith(f"{name}.terms.") and label.endswith(".data"):
            stem = label.removesuffix(".data")
            parts = [arrays[f"{stem}.{part}"] for part in ("data", "indices", "indptr")]
            terms[stem.removeprefix(f"{name}.terms.")] = sparse.csr_array(
                tuple(parts), shape=tuple(arrays[f"{stem}.shape"].tolist())
            )
        elif label.startswith(f"{name}.dense."):
            dense[label.removeprefix(f"{name}.dense.")] = arrays[label]
    return Side(terms, dense, arrays[f"{name}.letters"], keys)
