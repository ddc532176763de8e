"""The crop of a season's day: sprouting, tuber induction, assimilation, partitioning, canopy, dry matter and its content.

Literature: Yan & Hunt 1999 (beta response); Griffin et al. 1993, Singh et al. 1998 (SUBSTOR-potato: induction);
Spitters & Schapendonk 1990, Kooman & Haverkort 1995 (LINTUL-POTATO: light use, canopy, partitioning); Monteith 1977.
"""

from __future__ import annotations

import numpy as np

from tuwei.potato.crop._compile import compiled
from tuwei.potato.crop._kernel_nitrogen import X
from tuwei.potato.crop._kernel_water import P
from tuwei.potato.weather._evapotranspiration import Floats


@compiled
def beta_response(celsius: float, base: float, best: float, top: float) -> float:
    """Return 0..1: nought at ``base`` and ``top`` [degC], one at ``best``; Yan & Hunt 1999, eq. 4 with a base."""
    if celsius <= base or celsius >= top:
        return 0.0
    rise = (celsius - base) / (best - base)
    return float((top - celsius) / (top - best) * rise ** ((best - base) / (top - best)))


@compiled
def night_weighted(tmin: float, tmax: float) -> float:
    """Return the temperature [degC] that tubers are induced by: three quarters night (SUBSTOR-potato; Ewing & Struik 1992)."""
    return 0.75 * tmin + 0.25 * tmax


@compiled
def induction_of(p: Floats, celsius: float, daylength: float) -> float:
    """Return the day's tuber induction, 0..1, by the temperature [degC] of :func:`night_weighted` and photoperiod [h]; SUBSTOR-potato.

    RTFTI is a parabola up to 10 degC, 1 up to the critical temperature, and a parabola down to 8 degC above it;
    RDLFFTI = (1 - P2) + 0.00694 P2 (24 - photoperiod)^2.
    """
    warm = p[P.critical_temperature]
    if celsius <= 4 or celsius >= warm + 8:
        return 0.0
    heat = 1.0
    if celsius < 10:
        heat = 1 - (10 - celsius) ** 2 / 36
    elif celsius > warm:
        heat = 1 - (celsius - warm) ** 2 / 64
    sensitive = p[P.photoperiod_sensitivity]
    return float(heat * min(1.0, 1 - sensitive + 0.00694 * sensitive * (24 - daylength) ** 2))


@compiled
def sprout(x: Floats, p: Floats, depth: float) -> None:
    """Move the sprout towards emergence by the soil's temperature; ``depth`` [cm] of planting."""
    needed = p[P.emergence_days] + p[P.emergence_depth] * max(0.0, depth - 5)
    x[X.sprout] += (
        beta_response(x[X.soil_temperature], p[P.sprout_base], p[P.sprout_best], p[P.sprout_top]) / needed
    )


@compiled
def emerge(x: Floats, p: Floats, density: float, depth: float) -> None:
    """Set the crop at emergence, or at coming up anew after a frost; its leaf comes out of what seed is left."""
    x[X.stage] = 1.0
    wanted = 1e4 * p[P.leaf_start] * (density / 4.5) ** p[P.leaf_density] / p[P.leaf_thickness]
    leaf = min(x[X.seed], wanted)
    x[X.lai] = leaf * p[P.leaf_thickness] / 1e4
    x[X.leaf] += leaf
    x[X.seed] -= leaf
    x[X.depth] = max(x[X.depth], min(p[P.root_deepest], depth * 10 + p[P.root_start]))


@compiled
def die_back(x: Floats, p: Floats) -> None:
    """Send a crop whose leaf froze before it had tubers back to sprouting: buds below ground make new shoots.

    They are as young as the first ones were, and take a share of the time that the first ones took.
    """
    x[X.stage], x[X.sprout] = 0.0, 1 - p[P.regrowth]
    x[X.thermal], x[X.induction] = 0.0, 0.0
    x[X.lai] = 0.0
    x[X.water_stress] = 1.0


@compiled
def develop(x: Floats, p: Floats, celsius: float, induced: float) -> None:
    """Age the crop; ``celsius`` is the day's mean temperature, ``induced`` its tuber induction 0..1."""
    x[X.thermal] += max(0.0, celsius - 2)
    if x[X.stage] == 1.0:
        x[X.induction] += induced + p[P.induction_nitrogen] * induced * (1 - x[X.n_stress])
        if x[X.induction] >= p[P.induction_days]:
            x[X.stage] = 2.0
    elif x[X.stage] >= 2.0:
        x[X.bulking] += induced
        x[X.bulked] += max(0.0, celsius - 2)


@compiled
def assimilate(x: Floats, p: Floats, day: float, srad: float, co2: float) -> tuple[float, float]:
    """Return the day's new dry matter from light and what the seed gives [kg DM/ha]; ``day`` is the daytime degC.

    Light use falls with the day's light as 1 / (1 + PAR / half); CO2 acts by 1 + b ln(C / 360).
    """
    par = 0.5 * srad
    caught = par * (1 - np.exp(-p[P.extinction] * x[X.lai]))
    use = 10 * p[P.light_use] / (1 + par / p[P.light_saturation])
    heat = beta_response(day, p[P.growth_base], p[P.growth_best], p[P.growth_top])
    stress = min(x[X.water_stress], min(x[X.n_stress], x[X.pk_stress]))
    made = caught * use * heat * stress * (1 + p[P.co2_response] * np.log(co2 / 360))
    return max(0.0, made), x[X.seed] * p[P.seed_rate] * heat


@compiled
def share_out(x: Floats, p: Floats, new: float, celsius: float, srad: float) -> tuple[float, float]:
    """Give ``new`` [kg DM/ha] to tubers, roots, leaf and stem; return what the tubers got and the new leaf area.

    The tubers' share grows with the days of induction since initiation. A young canopy widens with warmth, an
    older one with its dry matter (Spitters & Schapendonk 1990); leaves are thinner in dim light.
    """
    share = p[P.tuber_share] * min(1.0, x[X.bulking] / p[P.tuber_days]) if x[X.stage] >= 2.0 else 0.0
    tuber = share * new
    root = (1 - share) * p[P.root_share] * new if x[X.stage] < 2.0 else 0.0
    leaf = (new - tuber - root) * p[P.leaf_share]
    x[X.tuber] += tuber
    x[X.root] += root
    x[X.leaf] += leaf
    x[X.stem] += new - tuber - root - leaf
    dim = (0.5 * max(2.0, srad) / 8) ** -p[P.leaf_shade]
    area = leaf * p[P.leaf_thickness] * dim / 1e4
    slow = min(x[X.water_stress] ** p[P.stretch_stress], x[X.n_stress])
    if x[X.lai] < p[P.leaf_young] and x[X.stage] < 2.5:
        area = x[X.lai] * (
            np.exp(p[P.leaf_growth] * min(18.0, max(0.0, celsius - p[P.leaf_base])) * slow) - 1
        )
    x[X.lai] += area
    return tuber, area


@compiled
def freeze(p: Floats, tmin: float) -> float:
    """Return the fraction of the leaf a night's frost kills; a straight line between the first and the last leaf."""
    return float(min(1.0, max(0.0, (p[P.frost_start] - tmin) / (p[P.frost_start] - p[P.frost_end]))))


@compiled
def wither(x: Floats, p: Floats, lost: float, frozen: float) -> None:
    """Let leaves and stems die of age, shade, stress, and of frost and what else takes ``lost`` (0..1) of the leaf.

    A dying part gives ``remobilised`` of its dry matter, and its nitrogen above a floor, to the tubers.
    """
    old = max(0.0, x[X.thermal] / p[P.canopy_life] - 1)
    rate = p[P.death_rate] * old
    rate += p[P.shade_death] * min(1.0, max(0.0, x[X.lai] / p[P.shade_leaf_area] - 1))
    rate += p[P.stress_death] * max(1 - x[X.water_stress], 1 - x[X.n_stress])
    keep = np.exp(-rate) * (1 - lost) * (1 - frozen)
    stem_keep = np.exp(-rate * p[P.stem_death]) * (1 - frozen)
    _drop(x, p, (1 - keep) * x[X.leaf], (1 - stem_keep) * x[X.stem])
    x[X.lai] *= keep


@compiled
def _drop(x: Floats, p: Floats, leaf: float, stem: float) -> None:
    """Move dying leaf and stem [kg DM/ha] to the dead, and what can be moved to the tubers."""
    shoot = x[X.leaf] + x[X.stem] + x[X.root]
    nitrogen = x[X.n_shoot] * (leaf + stem) / max(shoot, 1e-9)
    floor = min(nitrogen, p[P.shoot_nitrogen] / 100 * (leaf + stem))
    moved = p[P.remobilised] * (leaf + stem) if x[X.stage] >= 2.0 else 0.0
    x[X.leaf] -= leaf
    x[X.stem] -= stem
    x[X.tuber] += moved
    x[X.dead] += leaf + stem - moved
    x[X.n_shoot] -= nitrogen
    x[X.n_litter] += floor
    if x[X.stage] >= 2.0:
        x[X.n_tuber] += nitrogen - floor
    else:
        x[X.n_shoot] += nitrogen - floor


@compiled
def kill_vines(x: Floats, p: Floats) -> None:
    """Cut or burn the haulm: all leaf and stem die with their nitrogen, nothing moves to the tubers."""
    x[X.dead] += x[X.leaf] + x[X.stem]
    shoot = x[X.leaf] + x[X.stem] + x[X.root]
    nitrogen = x[X.n_shoot] * (x[X.leaf] + x[X.stem]) / max(shoot, 1e-9)
    x[X.n_shoot] -= nitrogen
    x[X.n_litter] += nitrogen
    x[X.leaf], x[X.stem], x[X.lai], x[X.stage] = 0.0, 0.0, 0.0, 3.0


@compiled
def tuber_nitrogen(x: Floats, p: Floats, grown: float) -> None:
    """Move nitrogen to the new tuber dry matter [kg/ha]: its content follows the nutrition index, 0.6 to 1.3."""
    wanted = grown * p[P.tuber_nitrogen] / 100 * min(1.3, max(0.6, x[X.nni]))
    spare = max(0.0, x[X.n_shoot] - p[P.shoot_nitrogen] / 100 * (x[X.leaf] + x[X.stem] + x[X.root]))
    moved = min(wanted, spare)
    x[X.n_shoot] -= moved
    x[X.n_tuber] += moved


@compiled
def content_of(x: Floats, p: Floats) -> float:
    """Return the dry matter fraction of the tubers: it ripens with warmth, and falls with nitrogen in excess."""
    ripe = 1 - np.exp(-2.303 * x[X.bulked] / p[P.content_time])
    content = p[P.content_start] + (p[P.content_end] - p[P.content_start]) * ripe
    return float(content - p[P.content_nitrogen] * min(1.0, max(0.0, x[X.nni] - 0.8)))
