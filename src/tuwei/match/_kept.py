"""What a set of signatures consists of, as arrays that are joined, thinned out and stored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuwei.match._minhash import HASHES, Codes, Sketches
from tuwei.match._near import Listing

FORMAT = 1
BUCKETS = 1 << 20  # of the table that counts in how many texts a shingle stands


@dataclass(frozen=True, slots=True)
class Kept:
    """Listings with their sketches.

    Parameters
    ----------
    listings, digests, signatures
        One for each record; signatures have the shape (records, `HASHES`).
    prints, owners
        Fingerprints of passages, sorted, and the record of each.
    counts
        In how many different texts the shingles of each bucket stand, shape (`BUCKETS`,). Removing a record
        does not lower it.
    """

    listings: list[Listing]
    digests: NDArray[np.uint64]
    signatures: Codes
    prints: Codes
    owners: NDArray[np.int32]
    counts: NDArray[np.uint32]

    @classmethod
    def empty(cls) -> Kept:
        """Nothing yet."""
        none = np.zeros(0, np.uint32)
        return cls(
            [], none.astype(np.uint64), none.reshape(0, HASHES), none, none.astype(np.int32),
            np.zeros(BUCKETS, np.uint32),
        )  # fmt: skip

    @classmethod
    def made(cls, listings: list[Listing], digests: NDArray[np.uint64], sketch: Sketches) -> Kept:
        """One batch, to be joined; it has no counts."""
        return cls(listings, digests, sketch.signatures, sketch.prints, sketch.owners, np.zeros(0, np.uint32))

    @classmethod
    def joined(cls, parts: Sequence[Kept], counts: NDArray[np.uint32]) -> Kept:
        """Several in a row, with their fingerprints in order."""
        starts = np.cumsum([0, *(len(part.listings) for part in parts[:-1])])
        owners = np.concatenate(
            [part.owners + np.int32(start) for part, start in zip(parts, starts, strict=True)]
        )
        prints = np.concatenate([part.prints for part in parts])
        order = np.lexsort((owners, prints))
        prints, owners = prints[order], owners[order].astype(np.int32)
        fresh = np.ones(len(prints), bool)
        fresh[1:] = (prints[1:] != prints[:-1]) | (owners[1:] != owners[:-1])
        return cls(
            [one for part in parts for one in part.listings],
            np.concatenate([part.digests for part in parts]),
            np.concatenate([part.signatures for part in parts]),
            prints[fresh],
            owners[fresh],
            counts,
        )

    def chosen(self, stay: NDArray[np.bool_]) -> Kept:
        """Those that stay."""
        place = np.cumsum(stay, dtype=np.int32) - 1
        held = stay[self.owners]
        return Kept(
            [one for one, stays in zip(self.listings, stay.tolist(), strict=True) if stays],
            self.digests[stay],
            self.signatures[stay],
            self.prints[held],
            place[self.owners[held]].astype(np.int32),
            self.counts,
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For a file."""
        about = {"format": FORMAT, "listings": self.listings}
        written = json.dumps(about, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return {
            "about": np.frombuffer(written, np.uint8),
            **{name: getattr(self, name) for name in ("digests", "signatures", "prints", "owners", "counts")},
        }

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Kept:
        """From a file; a `ValueError` where the parts do not fit together."""
        about = json.loads(arrays["about"].tobytes().decode("utf-8", "surrogatepass"))
        if about["format"] != FORMAT:
            raise ValueError(f"format {about['format']}, this version reads {FORMAT}")
        listings = [Listing(one[0], one[1], tuple(one[2]), one[3]) for one in about["listings"]]
        found = cls(
            listings, arrays["digests"], arrays["signatures"], arrays["prints"], arrays["owners"],
            arrays["counts"],
        )  # fmt: skip
        count = len(listings)
        fits = found.signatures.shape == (count, HASHES) and found.digests.shape == (count,)
        if not fits or found.prints.shape != found.owners.shape or found.counts.shape != (BUCKETS,):
            raise ValueError("the parts differ in length")
        return found
