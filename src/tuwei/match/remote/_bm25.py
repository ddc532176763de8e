"""BM25 as a statement: the formula of tantivy and Lucene over rows of postings."""

from __future__ import annotations

from collections.abc import Mapping

from tuwei.match.remote._rows import MARKS, Sizes
from tuwei.match.remote._sql import listed, numbers, sql

K1, B = 1.2, 0.75


def score(weights: Mapping[str, float], sizes: Sizes) -> str:
    """Return the sum that scores a record.

    Parameters
    ----------
    weights
        Of each marked term: its weight in the query times its inverse document frequency.
    sizes
        Of the whole collection, over all servers: so a record scores the same wherever it lies.

    Source: Robertson and Zaragoza 2009, eq. 3.15, with the factor k1 + 1, k1 = 1.2, b = 0.75.
    """
    mean = [max(count, 1) / max(sizes.records, 1) for count in sizes.terms]
    slopes = {mark: K1 * B / length for mark, length in zip(MARKS.values(), mean, strict=True)}
    return sql(
        "sum(transform(term, [$terms], [$weights], 0.) * count / (count + $least + length * $slope))",
        terms=listed(weights),
        weights=numbers(float(weight * (K1 + 1)) for weight in weights.values()),
        least=repr(K1 * (1 - B)),
        slope=sql(
            "multiIf(substring(term, 1, 1) = 'b', $b, substring(term, 1, 1) = 'w', $w, $t)",
            **{mark: repr(slope) for mark, slope in slopes.items()},
        ),
    )
