"""A language model of one's own as one more view of the texts; it lies in a folder here, nothing is fetched."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tuwei.core.errors import InputError

VARIABLE = "TUWEI_MATCH_ENCODER"  # the environment's word on which model to use
EXTRAS = {"onnx": "tuwei[encoder]", "sentence-transformers": "sentence-transformers"}

Floats = NDArray[np.float32]


class Encoder(Protocol):
    """What turns texts into unit vectors.

    Attributes
    ----------
    name
        For people: the name of its folder.
    dimensions
        Length of a vector, 1 or more.
    about
        Which model this is, kept with an index so that its vectors are not mixed with another's.
    """

    name: str
    dimensions: int
    about: About

    def encode(self, texts: Sequence[str], *, query: bool) -> Floats:
        """Return unit rows, shape (texts, dimensions); zero for a text that is blank.

        Parameters
        ----------
        query
            Whether the texts are looked for or looked through: many models were taught with a different
            opening for each.
        """


@dataclass(frozen=True, slots=True)
class About:
    """Which model made a set of vectors.

    Parameters
    ----------
    kind
        ``"onnx"`` or ``"sentence-transformers"``.
    place
        Its folder, as it was given.
    dimensions
        Length of its vectors.
    fingerprint
        SHA-256 [hex] of its files and of how its output is pooled.
    """

    kind: str
    place: str
    dimensions: int
    fingerprint: str

    def as_dict(self) -> dict[str, Any]:
        """Return what `of` reads, for JSON."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> About:
        """Return what `as_dict` described; raises KeyError and TypeError on anything else."""
        kind, place, made = str(data["kind"]), str(data["place"]), str(data["fingerprint"])
        return cls(kind, place, int(data["dimensions"]), made)


def open_encoder(place: str | Path, *, threads: int = 1) -> Encoder:
    """Open the model in a folder.

    Parameters
    ----------
    place
        A folder: an export to ONNX (``model.onnx`` or ``onnx/model.onnx`` beside ``tokenizer.json``), which
        is taken where there is one, or a model of sentence-transformers. ``onnx:FOLDER`` or
        ``sentence-transformers:FOLDER`` chooses.
    threads
        Of the processor that one call may use, 1-256.

    Raises
    ------
    InputError
        ``match.no_encoder``: files are missing; ``match.no_encoder_package``: the package that reads them is
        not installed; ``match.bad_encoder``: they cannot be read or ask for what is not known here.
    """
    from tuwei.match._encoder_onnx import OnnxEncoder, model_file
    from tuwei.match._encoder_torch import SentenceTransformerEncoder

    kind, folder = _chosen(str(place))
    if not folder.is_dir():
        raise no_encoder(folder, "一个文件夹", "a folder")
    if kind == "onnx" or (not kind and model_file(folder) is not None):
        return OnnxEncoder(folder, threads=threads)
    if kind or (folder / "modules.json").is_file():
        return SentenceTransformerEncoder(folder, threads=threads)
    raise no_encoder(folder, "model.onnx 或 modules.json", "model.onnx or modules.json")


def encoder_of(about: About, place: str | Path | None = None, *, threads: int = 1) -> Encoder:
    """Open the model that made an index's vectors, and see that it is the same.

    Parameters
    ----------
    place
        Where it lies now; without it what `VARIABLE` says, or else where it lay then.

    Raises
    ------
    InputError
        As `open_encoder`; ``match.other_encoder``: it is another model.
    """
    found = open_encoder(place or os.environ.get(VARIABLE) or f"{about.kind}:{about.place}", threads=threads)
    if (found.about.fingerprint, found.dimensions) != (about.fingerprint, about.dimensions):
        raise InputError(
            "match.other_encoder",
            "索引的向量由另一模型“{expected}”算出,与“{got}”不能混用;请换回原模型,或用现模型重新建立索引。",
            "The index holds vectors of another model, “{expected}”; those of “{got}” do not go with them: "
            "give the first model, or build the index again with this one.",
            field=VARIABLE,
            expected=f"{Path(about.place).name} {about.fingerprint[:12]}",
            got=f"{found.name} {found.about.fingerprint[:12]}",
        )
    return found


def unit_rows(rows: NDArray[Any], blank: Sequence[bool], place: Path) -> Floats:
    """Return rows at unit length, those of blank texts zero.

    Raises
    ------
    InputError
        ``match.bad_encoder``: a component is not a finite number.
    """
    found = np.asarray(rows, np.float32)
    found[np.asarray(blank, np.bool_)] = 0
    if not np.isfinite(found).all():
        raise bad_encoder(place, "数值有限的向量", "vectors of finite numbers", "nan")
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.where(lengths > 0, lengths, 1), np.float32)


def clean(text: str, longest: int) -> str:
    """Return the start of a text without half surrogates, which no tokenizer takes."""
    return text[:longest].encode("utf-8", "ignore").decode("utf-8")


def no_encoder(place: Path, zh: str, en: str) -> InputError:
    """Return the error for files that are not there."""
    return InputError(
        "match.no_encoder",
        f"模型文件夹 {{file}} 中应有{zh}。模型须事先放在本机,这里不下载。",
        f"The model's folder {{file}} must have {en}. The model must lie on this machine; nothing is downloaded.",
        file=str(place),
        expected=en,
    )


def bad_encoder(place: Path, zh: str, en: str, got: str) -> InputError:
    """Return the error for files that cannot be used."""
    return InputError(
        "match.bad_encoder",
        f"模型 {{file}} 应有{zh},现为“{{got}}”。",
        f"The model {{file}} must have {en}, got “{{got}}”.",
        file=str(place),
        expected=en,
        got=got[:200],
    )


def no_package(kind: str, package: str) -> InputError:
    """Return the error for a package that is not installed."""
    return InputError(
        "match.no_encoder_package",
        "读取这种模型需要软件包 {got},请先安装:pip install '{expected}'",
        "To read this kind of model the package {got} is needed; install it: pip install '{expected}'",
        expected=EXTRAS[kind],
        got=package,
    )


def _chosen(place: str) -> tuple[str, Path]:
    for kind in EXTRAS:
        if place.startswith(kind + ":"):
            return kind, Path(place[len(kind) + 1 :])
    return "", Path(place)
