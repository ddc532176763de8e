"""A second set of vectors beside those learned on site: what a language model of one's own says of each record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tuwei.match._encoder import About, Encoder, Floats, encoder_of
from tuwei.match._records import Record
from tuwei.match._vectors import Vectors


class View:
    """The vectors of one encoder; row ``key`` belongs to the record stored under that key."""

    def __init__(self, encoder: Encoder, vectors: Vectors | None = None) -> None:
        self.encoder = encoder
        self.vectors = Vectors(encoder.dimensions) if vectors is None else vectors

    def __len__(self) -> int:
        return len(self.vectors)

    def append(self, records: Sequence[Record]) -> None:
        """Encode records and add their rows, in order."""
        self.vectors.append(self.encoder.encode([record.whole for record in records], query=False))

    def asked(self, record: Record) -> Floats:
        """Return the vector of what is looked for, shape (dimensions,)."""
        found: Floats = self.encoder.encode([record.whole], query=True)[0]
        return found

    def search(self, vector: Floats, *, limit: int, mask: NDArray[np.bool_]) -> list[tuple[int, float]]:
        """Return the nearest keys among those that the mask admits, and their cosines, best first."""
        return self.vectors.search(vector, limit=limit, mask=mask)

    def cosines(self, vector: Floats, keys: Sequence[int]) -> Floats:
        """Return the cosines of given keys, shape (keys,)."""
        found: Floats = self.vectors.rows(list(keys)) @ vector
        return found

    def keep(self, folder: Path) -> None:
        """Work in this folder from now on."""
        self.vectors.folder = folder / "vectors"
        self.vectors.folder.mkdir(parents=True, exist_ok=True)

    def write(self, folder: Path) -> None:
        """Write the vectors and which model made them into a new folder."""
        folder.mkdir()
        self.vectors.write(folder / "vectors")
        (folder / "encoder.json").write_text(json.dumps(self.encoder.about.as_dict()), "utf-8")

    @classmethod
    def read(cls, folder: Path, *, encoder: Encoder | None = None, threads: int = 1) -> View:
        """Open what `write` wrote, with the model that made it.

        Raises
        ------
        InputError
            As `encoder_of`: the model is not there, or is another.
        OSError, ValueError, KeyError, TypeError
            The files are missing or not of this version.
        """
        about = About.of(json.loads((folder / "encoder.json").read_text("utf-8")))
        vectors = Vectors.read(folder / "vectors", about.dimensions)
        return cls(encoder or encoder_of(about, threads=threads), vectors)


def standing_out(cosines: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return how far each candidate stands out from the middle one, the best at 1, none below 0.

    The cosines of many language models lie close together (0.6 for texts that have nothing in common):
    what tells is the distance to the others, not the cosine itself.

    Parameters
    ----------
    cosines
        Of a query's candidates, shape (candidates,).

    Returns
    -------
    numpy.ndarray
        Float64, shape (candidates,), in 0-1; all 0 where the candidates do not differ.

    Examples
    --------
    >>> standing_out(np.array([0.9, 0.6, 0.7, 0.6, 0.65])).round(3).tolist()
    [1.0, 0.0, 0.2, 0.0, 0.0]
    """
    found = np.asarray(cosines, np.float64)
    if not len(found):
        return found
    above = np.maximum(found - np.median(found), 0)
    return above / max(float(above.max()), 1e-9)
