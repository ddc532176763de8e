"""The season's kernel: its balances, what it answers to, and that many seasons are each as one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from tuwei.core.errors import InputError
from tuwei.potato import generate_weather
from tuwei.potato.crop._layout import DAILY, RESULT
from tuwei.potato.crop._parameters import parameter_values, parameters
from tuwei.potato.crop._season import (
    BalanceError,
    Case,
    Crop,
    Fertiliser,
    Irrigation,
    Season,
    arrays_of,
    simulate,
    simulate_many,
)
from tuwei.potato.crop._soil import Profile, texture_horizon
from tuwei.potato.weather._weather import Weather

PLANTING, HARVEST = date(2030, 5, 5), date(2030, 9, 20)
SOIL = Profile(
    (texture_horizon(30, 65, 12, nitrate=8.0), texture_horizon(100, 70, 10)), curve_number=70, ph=7.9
)
VALUES = parameter_values({})


@cache
def weather(seed: int = 1) -> Weather:
    return generate_weather("ulanqab", date(2030, 4, 1), date(2030, 10, 15), seed=seed)


def drip(amount: float, every: int = 6) -> tuple[Irrigation, ...]:
    return tuple(
        Irrigation(PLANTING + timedelta(days=day), amount, 0.9, 0.35) for day in range(20, 125, every)
    )


def case(**changes: object) -> Case:
    crop = Crop(PLANTING, HARVEST, vine_kill=date(2030, 9, 5), mulch=0.6)
    feed = (Fertiliser(PLANTING, urea=90, phosphorus=30, potassium=80), Fertiliser(date(2030, 7, 1), 20, 20, 40, incorporated=0.0))  # fmt: skip
    base = Case(crop, SOIL, weather(), drip(18.0), feed, {date(2030, 8, 1): 0.2}, date(2030, 4, 20), water_table=2500.0,
                irrigation_nitrogen=5.0, phosphorus_supply=15.0, potassium_supply=150.0)  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def run(which: Case | None = None, **values: float) -> Season:
    return simulate(which or case(), parameter_values(values))


def fresh(season: Season) -> float:
    return season.result["fresh"]


def test_water_nitrogen_and_matter_close_every_day_from_what_is_written() -> None:
    """The flows and pools that a user sees add up, day by day, and every one of them moves."""
    day = run().daily
    came = day["rain"] + day["irrigation"] - day["irrigation_loss"] + day["capillary"] - day["runoff"]
    went = day["evaporation"] + day["transpiration"] + day["percolation"]
    assert np.abs(np.diff(day["soil_water"]) - (came - went)[1:]).max() < 1e-6
    held = sum(
        day[name] for name in ("nitrate", "ammonium", "organic_nitrogen", "plant_nitrogen", "litter_nitrogen")
    )
    lost = day["leached"] + day["volatilised"] + day["denitrified"]
    assert np.abs(np.diff(held) - (day["nitrogen_input"] - lost)[1:]).max() < 1e-6
    matter = sum(day[name] for name in ("leaf", "stem", "root", "tuber", "seed", "dead"))
    assert np.abs(np.diff(matter) - day["assimilation"][1:]).max() < 1e-6
    still = {
        name
        for name in ("runoff", "percolation", "capillary", "leached", "volatilised", "denitrified")
        if day[name].max() <= 0
    }
    assert still - {"percolation", "leached"} == set()
    pools = [day[name] for name in DAILY if name not in ("stage", "tmin")]
    assert min(float(one.min()) for one in pools) >= -1e-9


@pytest.mark.parametrize(
    ("balance", "part", "leak"),
    [
        ("water", "infiltrate", lambda found: (found[0] + 0.001, found[1])),
        ("nitrogen", "fertilise", lambda found: (found[0], found[1] + 0.001)),
        ("dry matter", "assimilate", lambda found: (found[0] + 0.001, found[1])),
    ],
)
def test_a_leak_of_a_gram_is_found(
    balance: str, part: str, leak: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel's own check, with a part of it made to lose a thousandth."""
    from tuwei.potato.crop import _kernel

    whole = getattr(_kernel, part)
    within = {"infiltrate": "wet", "fertilise": "wet", "assimilate": "_grow_on"}[part]

    def leaking(x: object, *rest: object) -> object:
        found = whole(x, *rest)
        if part != "assimilate":
            return leak(found)  # type: ignore[operator]
        return found

    if part == "assimilate":
        share = _kernel.share_out
        monkeypatch.setattr(_kernel, "share_out", lambda x, p, new, *rest: share(x, p, new * 1.001, *rest))
        monkeypatch.setattr(_kernel, "grow", _kernel.grow.py_func)
    else:
        monkeypatch.setattr(_kernel, part, leaking)
    for name in {
        within,
        "step",
        "season",
        "_evapotranspire",
        "_grow_on",
    }:  # those with _ cannot be called from Python
        monkeypatch.setattr(_kernel, name, getattr(_kernel, name).py_func)
    with pytest.raises(BalanceError) as told:
        simulate(case(), VALUES)
    assert told.value.where["field"] == balance


def test_what_is_not_a_number_is_an_error() -> None:
    broken = replace(weather(), srad=np.full(weather().days, np.nan))
    with pytest.raises(InputError) as told:
        simulate(case(weather=broken), VALUES)
    assert (told.value.code, told.value.where["field"]) == ("potato.not_a_number", "weather")


def test_many_seasons_are_each_as_one() -> None:
    cases = [case(), case(irrigation=()), case(crop=Crop(PLANTING, date(2030, 8, 25)))]
    values = np.stack([VALUES, parameter_values({"light_use": 3.0})])
    many = simulate_many(cases, values)
    for place, one in enumerate(cases):
        for row, mine in enumerate(values):
            alone = np.array(list(simulate(one, mine).result.values()))
            assert np.array_equal(many[place, row], alone)


def test_water_and_nitrogen_answer() -> None:
    dry, wet = run(case(irrigation=())), run()
    assert fresh(dry) < 0.8 * fresh(wet)
    poor = replace(SOIL, horizons=tuple(replace(one, nitrate=0.5, carbon=0.2) for one in SOIL.horizons))
    none, some, much = (
        run(case(soil=poor, fertiliser=(Fertiliser(PLANTING, ammonium=amount),)))
        for amount in (0.0, 100.0, 400.0)
    )
    assert fresh(none) < 0.8 * fresh(some)
    assert fresh(some) <= fresh(much)
    assert (fresh(much) - fresh(some)) / 300 < 0.6 * (
        fresh(some) - fresh(none)
    ) / 100  # each kilogram gives less
    assert much.result["mineral_nitrogen_left"] > some.result["mineral_nitrogen_left"] + 50
    assert (
        run(case(phosphorus_supply=1.0, fertiliser=())).result["fresh"]
        < run(case(phosphorus_supply=-1.0, fertiliser=())).result["fresh"]
    )


def test_flood_leaches_and_drip_under_film_spares() -> None:
    flood = tuple(Irrigation(PLANTING + timedelta(days=day), 120.0, 0.6) for day in range(25, 115, 18))
    spring = (Fertiliser(PLANTING, nitrate=150.0),)
    heavy, spare = run(case(irrigation=flood, fertiliser=spring)), run(case(fertiliser=spring))
    assert heavy.result["total_leached"] > spare.result["total_leached"] + 5
    assert heavy.result["total_irrigation_loss"] == pytest.approx(0.4 * heavy.result["total_irrigation"])
    bare = run(case(crop=replace(case().crop, mulch=0.0)))
    assert bare.result["total_evaporation"] > run().result["total_evaporation"] + 10


def test_automatic_irrigation_keeps_the_soil_wet() -> None:
    kept = run(case(irrigation=(), crop=replace(case().crop, automatic=(0.6, 400.0, 0.35))))
    assert kept.result["stress_water"] > 0.97 > run(case(irrigation=())).result["stress_water"]
    assert kept.result["total_irrigation"] > 100


def test_frost_and_lost_leaf_cost_yield_and_vine_kill_ends_growth() -> None:
    start = weather().day(date(2030, 7, 25))
    cold = weather().tmin.copy()
    cold[start] = -5.0
    frozen = run(case(weather=replace(weather(), tmin=cold)))
    assert frozen.daily["frost_loss"].max() == 1.0
    assert fresh(frozen) < 0.75 * fresh(run())
    assert fresh(run(case(leaf_loss={date(2030, 7, 25): 0.6}))) < fresh(run(case(leaf_loss={})))
    season = run()
    kill = (date(2030, 9, 5) - season.start).days
    assert season.daily["lai"][kill] == 0.0
    assert season.daily["tuber"][-1] == pytest.approx(season.daily["tuber"][kill])
    assert season.result["skin_set"] == pytest.approx(15 / 18)


@pytest.mark.parametrize("days", [3, 8, 12])
def test_a_crop_that_froze_before_it_had_tubers_comes_up_anew(days: int) -> None:
    """Two weeks or so later (Iowa State University Extension), out of what seed is left; less than unharmed."""
    whole = run()
    night = int(whole.result["emerged"]) + days
    cold = weather().tmin.copy()
    cold[(whole.start - weather().start).days + night] = -5.0
    frozen = run(case(weather=replace(weather(), tmin=cold)))
    gone = frozen.daily["stage"] == 0
    assert 5 < gone[night:].sum() < 20
    assert frozen.result["emerged"] == whole.result["emerged"] < night
    assert frozen.daily["seed"][night] > frozen.daily["seed"][-1]
    assert 0.6 * fresh(whole) < fresh(frozen) < fresh(whole)
    spent = run(case(weather=replace(weather(), tmin=cold), crop=replace(case().crop, seed=20.0)))
    assert spent.daily["seed"][night] == 0
    assert fresh(spent) < 1e-6


def test_tubers_wait_for_short_days_and_cool_ones() -> None:
    def days(**values: float) -> float:
        season = run(**values)
        return season.result["initiated"] - season.result["emerged"]

    assert days(photoperiod_sensitivity=0.9) > days(photoperiod_sensitivity=0.0)
    assert days(critical_temperature=15.0) > days(critical_temperature=22.0)
    assert run(emergence_days=18.0).result["emerged"] > run(emergence_days=9.0).result["emerged"]
    fixed = run(case(crop=replace(case().crop, emergence=date(2030, 6, 1))))
    assert fixed.start + timedelta(days=int(fixed.result["emerged"])) == date(2030, 6, 1)


def test_tubers_are_induced_by_cool_nights() -> None:
    """The same mean temperature, with warm nights or cool ones: SUBSTOR weighs the night three to one."""

    def tuber(half: float) -> float:
        return run(case(weather=replace(weather(), tmin=np.full(weather().days, 25.0 - half), tmax=np.full(weather().days, 25.0 + half)))).result["tuber"]  # fmt: skip

    assert tuber(8.0) > 1.2 * tuber(1.0)


def test_emergence_apart_is_the_season_s_own() -> None:
    from tuwei.potato.crop._kernel_emergence import days_to_emergence

    for depth in (4.0, 16.0):
        which = case(crop=replace(case().crop, depth=depth))
        arrays, season = arrays_of(which), run(which)
        days = days_to_emergence(VALUES, arrays.field, arrays.weather)
        assert season.start + timedelta(days=int(season.result["emerged"])) == PLANTING + timedelta(days=int(days))  # fmt: skip


def test_a_shortage_of_water_costs_what_the_literature_has_it_cost() -> None:
    """Ky of three seasons between a meta-analysis of North China (0.62) and FAO-33 (1.1); see benchmarks/potato_drought.py."""
    crop = replace(case().crop, automatic=(0.7, 400.0, 1.0), mulch=0.0, vine_kill=None)
    lost = np.zeros(2)
    for seed in (1, 2, 3):
        bare = case(crop=crop, irrigation=(), leaf_loss={}, water_table=-1.0, weather=weather(seed))
        full = run(bare)
        given = tuple(Irrigation(full.start + timedelta(days=day), 0.45 * float(amount)) for day, amount in enumerate(full.daily["irrigation"]) if amount > 0)  # fmt: skip
        less = run(replace(bare, crop=replace(crop, automatic=None), irrigation=given))
        water, wet = (one.result["total_evaporation"] + one.result["total_transpiration"] for one in (less, full))  # fmt: skip
        lost += 1 - water / wet, 1 - less.result["tuber"] / full.result["tuber"]
    assert lost[0] > 0.5
    assert 0.6 < lost[1] / lost[0] < 1.2


def test_sizes_and_contents_are_fractions() -> None:
    result = run().result
    assert sum(result[name] for name in ("small", "medium", "large", "oversize")) == pytest.approx(1)
    assert 0.15 < result["content"] < 0.25
    dense = run(case(crop=replace(case().crop, density=8.0))).result
    assert dense["number"] > result["number"]
    assert dense["oversize"] < result["oversize"]


def test_every_parameter_moves_something_or_is_named() -> None:
    """No parameter is dead: raising it changes a result of a season that uses every part of the model."""
    hard = case(soil=replace(SOIL, horizons=tuple(replace(one, nitrate=3.0, carbon=0.5) for one in SOIL.horizons)),
                weather=replace(weather(), tmin=np.where(np.arange(weather().days) == 130, -2.0, weather().tmin)),
                irrigation=drip(30.0, 9), phosphorus_supply=3.0, potassium_supply=20.0, deposition=20.0)  # fmt: skip
    calm = replace(hard, fertiliser=tuple(replace(one, nitrate=300.0) for one in hard.fertiliser), irrigation=drip(60.0),
                   phosphorus_supply=-1.0, potassium_supply=5.0)  # fmt: skip
    young = replace(
        calm, potassium_supply=-1.0, crop=replace(calm.crop, harvest=date(2030, 8, 5), vine_kill=None),
        weather=replace(weather(), tmin=weather().tmin + 8, tmax=weather().tmax + 8),
    )  # fmt: skip
    dry = replace(hard, irrigation=(), water_table=-1.0,
                  soil=replace(SOIL, horizons=tuple(replace(one, water=one.wilting) for one in SOIL.horizons)))  # fmt: skip
    night = int(run().result["emerged"]) + (run().start - weather().start).days + 5
    frozen = replace(
        hard,
        weather=replace(weather(), tmin=np.where(np.arange(weather().days) == night, -5.0, weather().tmin)),
    )
    rows = np.stack(
        [
            VALUES,
            *(parameter_values({one.name: one.low + 0.9 * (one.high - one.low)}) for one in parameters()),
        ]
    )
    found = simulate_many([hard, calm, young, dry, frozen], rows)
    dead = [
        one.name for place, one in enumerate(parameters(), 1) if np.array_equal(found[:, place], found[:, 0])
    ]
    assert dead == []


@pytest.mark.parametrize("seed", range(4))
def test_no_parameters_in_range_and_no_work_break_a_balance(seed: int) -> None:
    """Two hundred draws over the whole ranges, on work and soil drawn too: every season closes and is finite."""
    rng = np.random.default_rng(seed)
    low, high = (np.array([getattr(one, name) for one in parameters()]) for name in ("low", "high"))
    rows = low + rng.random((200, len(low))) * (high - low)
    water = tuple(Irrigation(PLANTING + timedelta(days=int(day)), float(rng.exponential(40)), rng.uniform(0.3, 1), rng.uniform(0.2, 1))
                  for day in rng.integers(0, 138, 20))  # fmt: skip
    feed = tuple(Fertiliser(PLANTING + timedelta(days=int(day)), *rng.exponential(60, 5), incorporated=rng.random()) for day in rng.integers(-9, 138, 4))  # fmt: skip
    soil = Profile((texture_horizon(30, rng.uniform(0, 60), rng.uniform(2, 38)), texture_horizon(rng.uniform(40, 200), 40, 20)), rng.uniform(0.02, 1), rng.uniform(30, 95))  # fmt: skip
    crop = Crop(
        PLANTING, HARVEST, rng.uniform(1, 15), rng.uniform(40, 1600), rng.uniform(2, 25), rng.random()
    )
    loss = {PLANTING + timedelta(days=int(day)): float(rng.random()) for day in rng.integers(40, 130, 3)}
    found = simulate_many(
        [
            case(
                crop=crop,
                soil=soil,
                irrigation=water,
                fertiliser=feed,
                leaf_loss=loss,
                weather=weather(seed + 2),
            )
        ],
        rows,
    )[0]
    assert np.isfinite(found).all()
    tuber, content = (found[:, list(RESULT).index(name)] for name in ("tuber", "content"))
    assert (tuber >= 0).all()
    assert ((content > 0.04) & (content < 0.3)).all()


def test_dates_and_soils_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError) as told:
        arrays_of(case(crop=Crop(HARVEST, PLANTING)))
    assert told.value.code == "potato.dates"
    with pytest.raises(InputError) as told:
        arrays_of(case(crop=Crop(PLANTING, date(2031, 1, 1))))
    assert told.value.code == "potato.weather_span"
    with pytest.raises(InputError) as told:
        Profile((replace(SOIL.horizons[0], wilting=0.4),))
    assert told.value.code == "potato.soil"
    assert len(RESULT) == len(run().result)
