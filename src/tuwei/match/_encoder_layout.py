"""How a model's folder says that its output is to be read: the layout of sentence-transformers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuwei.match._encoder import bad_encoder

POOLINGS = ("mean", "cls", "max")
LONGEST = 512  # tokens, where the folder does not say
MOST = 32_768  # tokens; a larger number in the files means "no limit"


@dataclass(frozen=True, slots=True)
class Layout:
    """What the files beside a model say.

    Parameters
    ----------
    pooling
        How the vectors of the tokens become one: ``"mean"`` over those that are not padding, ``"cls"`` the
        first, ``"max"`` of each component.
    longest
        Tokens of a text that are read, 2 or more.
    query, passage
        What is put before a text that is looked for, and before one that is looked through.
    """

    pooling: str = "mean"
    longest: int = LONGEST
    query: str = ""
    passage: str = ""


def read_layout(folder: Path) -> Layout:
    """Read the layout; what the folder leaves open is as in `Layout`.

    Read are ``1_Pooling/config.json``, ``sentence_bert_config.json``, ``tokenizer_config.json`` and
    ``config_sentence_transformers.json`` (``prompts``), as sentence-transformers writes them.

    Raises
    ------
    InputError
        ``match.bad_encoder``: a file is no JSON object, or asks for a pooling or a layer not known here.
    """
    for module in _modules(folder):
        kind = str(module.get("type", "")).rsplit(".", 1)[-1]
        if kind not in ("Transformer", "Pooling", "Normalize"):
            raise bad_encoder(
                folder, "Transformer、Pooling、Normalize 层", "layers Transformer, Pooling, Normalize", kind
            )
    query, passage = read_prompts(folder)
    return Layout(_pooling(folder), _longest(folder), query, passage)


def read_prompts(folder: Path) -> tuple[str, str]:
    """Return what is put before a text that is looked for, and before one that is looked through."""
    prompts = _object(folder / "config_sentence_transformers.json").get("prompts") or {}
    if not isinstance(prompts, dict) or not all(isinstance(one, str | None) for one in prompts.values()):
        raise bad_encoder(folder, "由文字组成的 prompts", "prompts of texts", repr(prompts))
    return prompts.get("query") or "", prompts.get("passage") or prompts.get("document") or ""


def _pooling(folder: Path) -> str:
    said = _object(folder / "1_Pooling" / "config.json")
    named = said.get("pooling_mode")  # newer files; older ones have a flag for each
    flags = [
        name.removeprefix("pooling_mode_").removesuffix("_tokens").removesuffix("_token")
        for name, on in said.items()
        if name.startswith("pooling_mode_") and on is True
    ]
    chosen = [named] if isinstance(named, str) else flags
    if not chosen:
        return POOLINGS[0]
    if len(chosen) > 1 or chosen[0] not in POOLINGS:
        raise bad_encoder(
            folder,
            f"一种池化({'、'.join(POOLINGS)})",
            f"one pooling of {', '.join(POOLINGS)}",
            "+".join(chosen),
        )
    return chosen[0]


def _longest(folder: Path) -> int:
    stated = [
        _object(folder / "sentence_bert_config.json").get("max_seq_length"),
        _object(folder / "tokenizer_config.json").get("model_max_length"),
        _object(folder / "config.json").get("max_position_embeddings"),
    ]
    known = [int(value) for value in stated if isinstance(value, int | float) and 2 <= value <= MOST]
    return known[0] if known else LONGEST


def _modules(folder: Path) -> list[dict[str, Any]]:
    path = folder / "modules.json"
    found = _json(path) if path.is_file() else []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise bad_encoder(path, "一个列表", "a list", repr(found))
    return found


def _object(path: Path) -> dict[str, Any]:
    found = _json(path) if path.is_file() else {}
    if not isinstance(found, dict):
        raise bad_encoder(path, "一个 JSON 对象", "a JSON object", repr(found))
    return found


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise bad_encoder(path, "JSON", "JSON", str(error)) from error
