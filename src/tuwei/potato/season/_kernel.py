"""A season led by rules: when to irrigate and when to spray is decided day by day from what the field shows.

The day's order and the balances are those of ``_kernel``; what is added is the rule for water, the rule for sprays and
late blight stepped on the crop's own leaf area.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from tuwei.potato.blight._kernel import DISEASED, STATE_SIZE, blight_day, fungicide_day, infect
from tuwei.potato.blight._parameters import blight_names
from tuwei.potato.crop._compile import compiled, parallel, places
from tuwei.potato.crop._kernel import (
    N_DAILY,
    N_STATE,
    F,
    W,
    balance,
    feed,
    finish,
    grow,
    held_matter,
    held_nitrogen,
    note,
    start,
    summarise,
    total,
    wet,
)  # fmt: skip
from tuwei.potato.crop._kernel_nitrogen import M, X
from tuwei.potato.crop._kernel_water import wetness_of
from tuwei.potato.crop._layout import LAYERS, MANAGEMENT, RESULT
from tuwei.potato.season._layout import ACTS, BLIGHTED, COUNTS, LED, RULES
from tuwei.potato.weather._evapotranspiration import Floats

Q: Any = places("Q", tuple(RULES))
A: Any = places("A", tuple(ACTS))
C: Any = places("C", tuple(COUNTS))
L: Any = places("L", tuple(LED))
B: Any = places("B", blight_names())
N_WORK, N_RESULT, N_LED, N_ACTS = len(MANAGEMENT), len(RESULT), len(LED), len(ACTS)
N_SEEN = N_DAILY + len(BLIGHTED)


@compiled
def led_season(
    p: Floats, blight: Floats, soil: Floats, field: Floats, weather: Floats, hours: Floats, signs: Floats, management: Floats,
    script: Floats, rules: Floats, result: Floats, counts: Floats, acts: Floats, daily: Floats,
) -> int:  # fmt: skip
    """Simulate from day 0 to the harvest by ``rules``, or by ``management`` and ``script`` where no rule is on.

    Before the day ``from_day`` of the rules ``management`` and ``script`` are played, and count against the limits.

    ``hours`` (days, 2, 24): temperature and humidity; ``signs`` (days): severity values; ``script`` (days): sprays;
    ``counts``, ``acts`` (days, ·) and ``daily`` (days, ``DAILY`` and ``BLIGHTED``) are written, the last two unless they
    have no rows, see ``season._layout``. Returns 0 or an error as ``_kernel.season``.
    """
    x, today, led = np.zeros(N_STATE), np.zeros(N_DAILY), np.zeros(N_LED)
    state, work = np.zeros(STATE_SIZE), np.zeros(N_WORK)
    water, nitrate, ammonium = np.zeros(LAYERS), np.zeros(LAYERS), np.zeros(LAYERS)
    organic, weights = np.zeros(LAYERS), np.zeros(LAYERS)
    start(x, p, soil, field, weather, result, water, nitrate, ammonium, organic)
    led[L.dry_days] = led[L.clean_days] = 1e3
    for day in range(int(field[F.harvest]) + 1):
        today[:] = 0.0
        work[:] = management[day]
        held = total(water), held_nitrogen(x, nitrate, ammonium, organic), held_matter(x)
        sprayed = script[day]
        if rules[Q.active] > 0 and day >= rules[Q.from_day]:
            irrigate(x, soil, field, water, rules, led, work, day)
            sprayed = spray(x, signs[day], rules, led)
        elif rules[Q.active] > 0:
            keep_count(x, signs[day], rules, led, work, sprayed)
        if rules[Q.blight] > 0:
            if day == rules[Q.lesion_day]:
                infect(state, rules[Q.lesions] * blight[B.inoculum])
            infest(x, state, blight, hours[day], weather[day, W.rain], sprayed, led, work)
        wet(x, p, soil, field, weather[day], work, water, nitrate, ammonium, today, day, weights)
        grow(x, p, field, weather[day], work, today, result, day)
        feed(x, p, soil, water, nitrate, ammonium, organic, weights, today)
        fault = balance(x, held, water, nitrate, ammonium, organic, today, field[F.tolerance], result)
        if daily.shape[0] > 0:
            note(x, p, soil, water, nitrate, ammonium, organic, today)
            daily[day, :N_DAILY] = today
            daily[day, N_DAILY:] = led[L.severity], state[DISEASED], led[L.taken], led[L.guard]
        summarise(x, today, result)
        if acts.shape[0] > 0:
            keep_acts(x, water, work, led, sprayed, acts[day])
        if fault:
            return fault
        counts[C.sprays] += sprayed
    finish(x, p, field, nitrate, ammonium, result)
    counts[C.irrigations], counts[C.leaf_lost] = led[L.events], led[L.lost]
    return 0


@compiled
def keep_acts(x: Floats, water: Floats, work: Floats, led: Floats, sprayed: float, acts: Floats) -> None:
    """Write what was done on the day, and what a reading would see at its end."""
    acts[A.water], acts[A.number], acts[A.spray] = work[M.irrigation], led[L.events], sprayed
    acts[A.stage], acts[A.lai], acts[A.tuber] = x[X.stage], x[X.lai], x[X.tuber]
    acts[A.severity] = led[L.severity]
    for i in range(LAYERS):
        acts[A.layer_0 + i] = water[i]


@compiled
def irrigate(
    x: Floats, soil: Floats, field: Floats, water: Floats, rules: Floats, led: Floats, work: Floats, day: int
) -> None:
    """Begin an irrigation where the root zone is drier than the stage's trigger, and give the day's part of it.

    An irrigation larger than the pump's day goes on over the next days; the season's quota, the number of
    irrigations, the hours of labour and the last days before the vines go are kept.
    """
    end = field[F.vine_kill] if field[F.vine_kill] >= 0 else field[F.harvest]
    led[L.dry_days] += 1
    left = rules[Q.quota] - led[L.used]
    if day < field[F.planting] or x[X.stage] >= 3 or day > end - rules[Q.stop]:
        led[L.pending] = 0.0
    elif (
        led[L.pending] <= 0
        and left >= 1
        and led[L.events] < rules[Q.irrigations]
        and led[L.dry_days] >= rules[Q.interval]
    ):
        trigger, depth = rules[Q.trigger_young], rules[Q.depth_young]
        if day > end - rules[Q.late]:
            trigger, depth = rules[Q.trigger_late], rules[Q.depth_late]
        elif x[X.stage] >= 2:
            trigger, depth = rules[Q.trigger_bulking], rules[Q.depth_bulking]
        hours = led[L.labour] + rules[Q.labour_irrigation]
        if wetness_of(water, soil, max(300.0, x[X.depth])) < trigger and hours <= rules[Q.labour]:
            led[L.pending], led[L.labour] = min(depth, left), hours
            led[L.events] += 1
    if led[L.pending] > 0:
        given = min(led[L.pending], rules[Q.pump])
        work[M.irrigation], work[M.efficiency], work[M.wetted] = given, rules[Q.efficiency], rules[Q.wetted]
        led[L.pending] -= given
        led[L.used] += given
        led[L.dry_days] = 0.0


@compiled
def spray(x: Floats, sign: float, rules: Floats, led: Floats) -> float:
    """Return 1 on a day to spray: severity values since the last spray have reached the trigger, within the label."""
    if not exposed(x):
        return 0.0
    led[L.signs] += sign
    led[L.clean_days] += 1
    hours = led[L.labour] + rules[Q.labour_spray]
    if (
        led[L.sprays] >= rules[Q.sprays]
        or led[L.clean_days] < rules[Q.spray_interval]
        or hours > rules[Q.labour]
    ):
        return 0.0
    if led[L.signs] < rules[Q.spray_trigger]:
        return 0.0
    led[L.sprays] += 1
    led[L.labour] = hours
    led[L.signs] = led[L.clean_days] = 0.0
    return 1.0


@compiled
def exposed(x: Floats) -> bool:
    """Return whether there is canopy enough for blight."""
    return bool(1 <= x[X.stage] < 3 and x[X.lai] >= 0.5)


@compiled
def keep_count(x: Floats, sign: float, rules: Floats, led: Floats, work: Floats, sprayed: float) -> None:
    """Count a day's given work as the rules count their own, so that they go on from it.

    Irrigation on days that follow each other is one: the rules too give a large one in parts.
    """
    led[L.dry_days] += 1
    if work[M.irrigation] > 0:
        if led[L.dry_days] > 1:
            led[L.events] += 1
            led[L.labour] += rules[Q.labour_irrigation]
        led[L.used] += work[M.irrigation]
        led[L.dry_days] = 0.0
    if exposed(x):
        led[L.signs] += sign
        led[L.clean_days] += 1
    if sprayed > 0:
        led[L.sprays] += 1
        led[L.labour] += rules[Q.labour_spray]
        led[L.signs] = led[L.clean_days] = 0.0


@compiled
def infest(
    x: Floats,
    state: Floats,
    blight: Floats,
    hours: Floats,
    rain: float,
    sprayed: float,
    led: Floats,
    work: Floats,
) -> None:
    """Step late blight on the green leaf; what it takes adds to the day's loss of leaf."""
    if sprayed > 0:
        led[L.residue] = 1.0
    led[L.taken], led[L.guard] = 0.0, led[L.residue]
    if 1 <= x[X.stage] < 3 and x[X.lai] > 0.01:
        leaf = state[DISEASED] + x[X.lai]
        lost = blight_day(state, hours[0], hours[1], x[X.lai], led[L.residue], blight)
        work[M.leaf_loss] = 1 - (1 - work[M.leaf_loss]) * (1 - min(1.0, lost))
        led[L.lost] = 1 - (1 - led[L.lost]) * (1 - min(1.0, lost))
        led[L.severity], led[L.taken] = state[DISEASED] / leaf, lost
    led[L.residue] = fungicide_day(led[L.residue], rain, blight)


@parallel
def led_seasons(
    p: Floats, blight: Floats, soil: Floats, field: Floats, weather: Floats, hours: Floats, signs: Floats, management: Floats,
    script: Floats, rules: Floats, which: Any, result: Floats, counts: Floats, acts: Floats, codes: Any,
) -> None:  # fmt: skip
    """Simulate many seasons, one a thread; ``which`` (n, 4): the row of parameters with soil, weather, rules with field, and work.

    ``p``, ``blight`` (·, n) and ``soil`` (·, 8, n) share their first axis, ``weather``, ``hours`` and ``signs`` share their first axis, so do ``field`` and ``rules``, and ``management`` and
    ``script``. ``acts`` (n, days, ·) is written unless it has no days.
    """
    for i in prange(which.shape[0]):
        a, b, c, d = which[i, 0], which[i, 1], which[i, 2], which[i, 3]
        codes[i] = led_season(p[a], blight[a], soil[a], field[c], weather[b], hours[b], signs[b], management[d], script[d], rules[c],
                              result[i], counts[i], acts[i], np.empty((0, N_SEEN)))  # fmt: skip
