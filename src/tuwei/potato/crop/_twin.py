"""The second back end: whole batches of seasons on JAX, from the step that numba compiles.

A batch is a list of (parameters, soil, field, weather, work); every number of the step is an array over the batch, the days
are scanned. On a processor numba is faster; this one is for accelerators.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from tuwei.potato.crop import _kernel
from tuwei.potato.crop._kernel import N_DAILY, N_RESULT, N_STATE, F
from tuwei.potato.crop._layout import LAYERS
from tuwei.potato.crop._twin_trace import traced
from tuwei.potato.weather._evapotranspiration import Floats

LARGEST = 16_384  # seasons at once; bounds the memory at some hundred MB
KEPT = (
    N_STATE,
    LAYERS,
    LAYERS,
    LAYERS,
    LAYERS,
    LAYERS,
    N_RESULT,
)  # state, water, nitrate, ammonium, organic, roots, result


def twin_seasons(
    p: Floats, soil: Floats, field: Floats, weather: Floats, management: Floats, which: NDArray[np.int64],
    told: Callable[[int, int], None] | None = None,
) -> tuple[Floats, NDArray[np.int64]]:  # fmt: skip
    """Simulate many seasons as ``_kernel.seasons`` does; return results (n, ``_layout.RESULT``) and error codes (n,).

    Parameters
    ----------
    p, soil, field, weather, management
        As ``_kernel.seasons`` takes them.
    which
        Shape (n, 5): the row of each of the five that season i takes.
    told
        Is given the seasons done and those to do after every ``LARGEST``.
    """
    results, codes = np.zeros((len(which), N_RESULT)), np.zeros(len(which), np.int64)
    with jax.enable_x64(True):
        tables = _tables(p, soil, field, weather, management)
        for first in range(0, len(which), LARGEST):
            part = which[first : first + LARGEST]
            padded = np.concatenate([part, np.repeat(part[:1], _room(len(part)) - len(part), axis=0)])
            result, code = _batch()(*tables, jnp.asarray(padded))
            results[first : first + len(part)] = np.asarray(result)[: len(part)]
            codes[first : first + len(part)] = np.asarray(code)[: len(part)]
            if told:
                told(first + len(part), len(which))
    return results, codes


def _room(count: int) -> int:
    """Return ``count`` rounded up to a power of two, so that few sizes are ever compiled."""
    return 1 << max(0, count - 1).bit_length()


def _tables(*of: Floats) -> tuple[Any, ...]:
    """Put the batch axis last, so that one number of all seasons lies together; days come first.

    Rows are filled up to a power of two and days to whole months, so that few shapes are ever compiled.
    """
    p, soil, field, weather, management = (_filled(one, 0, _room(len(one))) for one in of)
    days = -(-weather.shape[1] // 32) * 32
    weather, management = _filled(weather, 1, days), _filled(management, 1, days)
    return tuple(jnp.moveaxis(one, 0, -1) for one in (p, soil, field, weather, management))


def _filled(table: Floats, axis: int, length: int) -> Any:
    more = [(0, length - size if place == axis else 0) for place, size in enumerate(table.shape)]
    return jnp.asarray(np.pad(table, more))


@cache
def _batch() -> Any:
    return jax.jit(_seasons)


def _seasons(p: Any, soil: Any, field: Any, weather: Any, management: Any, which: Any) -> Any:
    a, b, c, d, e = (which[:, column] for column in range(5))
    mine = list(p[:, a]), [list(layer) for layer in soil[:, :, b]], list(field[:, c])
    state = _start(*mine, weather[0][:, d], len(which))
    (state, code), _ = jax.lax.scan(
        partial(_day, *mine, d, e), state, (jnp.arange(len(weather)), weather, management)
    )
    x, _, nitrate, ammonium, _, _, result = _apart(state)
    traced(_kernel.finish, (x, mine[0], mine[2], nitrate, ammonium, result), code == 0)
    return jnp.stack(result, axis=1), code


def _start(p: list[Any], soil: list[list[Any]], field: list[Any], row: Any, count: int) -> tuple[Any, Any]:
    x, water, nitrate, ammonium, organic, weights, result = ([jnp.zeros(count)] * length for length in KEPT)
    traced(_kernel.start, (x, p, soil, field, [list(row)], result, water, nitrate, ammonium, organic))
    return _together((x, water, nitrate, ammonium, organic, weights, result), count), jnp.zeros(
        count, jnp.int64
    )


def _day(
    p: list[Any], soil: list[list[Any]], field: list[Any], d: Any, e: Any, carried: Any, given: Any
) -> tuple[Any, None]:
    """Do a day for the seasons not yet harvested and without a fault; the others stay as they are."""
    (held, code), (day, weather, management) = carried, given
    x, water, nitrate, ammonium, organic, weights, result = _apart(held)
    row, work, today = list(weather[:, d]), list(management[:, e]), [jnp.zeros(held.shape[1])] * N_DAILY
    fault = traced(
        _kernel.step,
        (x, p, soil, field, row, work, water, nitrate, ammonium, organic, weights, today, result, day),
    )
    goes_on = (code == 0) & (day <= field[F.harvest])
    after = jnp.where(
        goes_on, _together((x, water, nitrate, ammonium, organic, weights, result), held.shape[1]), held
    )
    return (after, jnp.where(goes_on, fault, code)), None


def _together(lists: tuple[list[Any], ...], count: int) -> Any:
    return jnp.stack([jnp.broadcast_to(jnp.asarray(one, float), (count,)) for part in lists for one in part])


def _apart(held: Any) -> list[list[Any]]:
    edges = np.cumsum((0, *KEPT)).tolist()
    return [list(held[first:last]) for first, last in pairwise(edges)]
