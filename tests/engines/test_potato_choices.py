"""What a plan chooses beside its rules: the cultivar, by planning each; and when to sell, by trying every day."""

from __future__ import annotations

import json
import tomllib
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from tuwei.core.errors import InputError
from tuwei.potato import Plan, cultivar_values, plan_field, price_table, store, store_course
from tuwei.potato.cli import app
from tuwei.potato.field._field import Field, checked_field
from tuwei.potato.field._store import STORE, filled_store
from tuwei.potato.planning._choices import choice_lines, choices_list, storage_dict
from tuwei.potato.planning._rules import action_of, named_action, setting_of, span_of
from tuwei.potato.planning._search import chances_of, loss_of, middle, outcome_of, play
from tuwei.potato.planning._varieties import (
    as_cultivar,
    best_of,
    covers_of,
    cultivars_of,
    ready_of,
    settled,
    tried,
    under_film,
)
from tuwei.potato.planning._years import years_of
from tuwei.potato.reports._plan import plan_dict
from tuwei.potato.storage._selling import selling_of

EXAMPLE = (files("tuwei.potato") / "data" / "FIELD.toml").read_text("utf-8")
TWO = '\n[plan]\ncultivars = ["generic", "russet_burbank"]\n[[plan.cultivar]]\nname = "russet_burbank"\ntubers = 300000\nresistance = "MR"\n'


def field_of(text: str) -> Field:
    return checked_field(tomllib.loads(EXAMPLE + text), "FIELD.toml")


def part_of(**given: Any) -> dict[str, Any]:
    return filled_store({name: given.get(name, key.default) for name, key in STORE["store"].items()})


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"celsius": 9.0, "dormancy_days": 60.0},
        {
            "capacity_t_ha": 20.0,
            "price_percent": [130, 150, 110, 100, 100, 100, 100, 100, 100, 100, 140, 120],
        },
        {"price_percent": [100] * 12},
        {"celsius": 9.0, "inhibitor": True, "cost_fen_t_day": 5, "handling_fen_t": 0},
    ],
)
def test_the_day_to_sell_is_the_best_of_all_days_tried_one_by_one(given: dict[str, Any]) -> None:
    part, filled = part_of(**given), date(2025, 9, 12)
    draw = np.random.default_rng(1)
    tonnes, gross = draw.uniform(10, 60, 30), draw.uniform(70_000, 120_000, 30)
    course = store(np.full(240, part["celsius"]), np.full(240, part["humidity"]), dormancy=part["dormancy_days"], inhibitor=part["inhibitor"])  # fmt: skip
    selling, income = selling_of(part, filled), {}
    for day in range(241):
        if course.sprouted >= 0 and day > course.sprouted:
            break  # what has sprouted on its day is not sold as ware
        total = 0.0
        for own, price in zip(tonnes, gross, strict=True):
            held = min(own, part["capacity_t_ha"] or np.inf)
            at_once, then = (
                _percent(part["price_percent"], filled + timedelta(days=one)) / 100 for one in (0, day)
            )
            left = course.mass[day - 1] if day else 1.0
            cost = part["handling_fen_t"] + day * part["cost_fen_t_day"] if day else 0
            total += (own - held) * price * at_once + held * (left * price * then - cost)
        income[day] = total / 30
    best = max(income, key=lambda day: (round(income[day], 6), -day))
    found, days = selling.income(tonnes, gross)
    assert days == best
    assert (tonnes * gross + found).mean() == pytest.approx(income[best], rel=1e-9)
    if given.get("price_percent") == [100] * 12:
        assert best == 0


def _percent(table: list[float], day: date) -> float:
    """The price of a day on the straight line between the middles of two months, by the calendar."""
    middles = [16, 45, 75, 105, 136, 166, 197, 228, 258, 289, 319, 350]
    of_year = day.timetuple().tm_yday
    after = next((place for place in range(12) if middles[place] >= of_year), 0)
    low, high = middles[after - 1], middles[after]
    low -= 365 if after == 0 and of_year < high else 0
    high += 365 if after == 0 and of_year > middles[11] else 0
    return table[after - 1] + (table[after] - table[after - 1]) * (of_year - low) / (high - low)


def test_the_search_over_rules_is_one_over_rules_and_days() -> None:
    field = field_of("\n[store]\non = true\nlimit_days = 200\ncapacity_t_ha = 30\n")
    years = years_of(field, Path(), None, span_of(field), (4, 1), 3)[0]
    setting, prices = setting_of(field, years.first), price_table()
    chances = chances_of(years, cultivar_values("generic", 4), 4, 0.1, 1)
    for point in (middle(setting), np.random.default_rng(2).random(len(setting.knobs))):
        action = action_of(setting, point)
        played = play(setting, [action], chances)
        free = outcome_of(action, chances, prices, played)
        each = [outcome_of(settled(action, day), chances, prices, played).profit.mean() for day in range(201)]
        assert free.profit.dtype == np.int64
        assert (free.days, free.profit.mean()) == (int(np.argmax(each)), max(each))
        assert 0 < free.days < 200 or each[free.days] == max(each)


def test_a_store_that_does_not_pay_changes_nothing(tmp_path: Path) -> None:
    level = f"[store]\non = true\nprice_percent = {[100] * 12}\n"
    bare, stored = (planned(tmp_path, text) for text in ("", level))
    assert stored.action.named == {**bare.action.named, "storage_days": 0.0}
    assert (stored.profit, stored.practice_profit, stored.gain) == (
        bare.profit,
        bare.practice_profit,
        bare.gain,
    )
    assert (bare.sale, stored.sale is not None and stored.sale.days) == (None, 0)
    assert storage_dict(bare) is None
    assert [step for step in stored.steps if step.what != "sale"] == list(bare.steps)


def planned(folder: Path, text: str, seasons: int = 1000) -> Plan:
    path = folder / "FIELD.toml"
    path.write_text(
        f"{EXAMPLE}\n{text}\n[plan.limits]\nirrigations = 4\nsprays = 2\n", "utf-8"
    )  # few steps to leave out
    return plan_field(path, seasons=seasons, scenarios=8, judged=20, seed=3)


@pytest.fixture(scope="module")
def of_two(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return planned(tmp_path_factory.mktemp("two"), "[store]\non = true\n" + TWO, 2000)


def test_the_cultivar_chosen_is_the_better_of_each_planned_alone(tmp_path: Path, of_two: Plan) -> None:
    both = of_two
    alone = {name: planned(tmp_path, f"[store]\non = true\n{text}") for name, text in (
        ("generic", "[plan]\n"), ("russet_burbank", '[plan]\ncultivars = ["russet_burbank"]\n' + TWO.split("]\n", 2)[2]))}  # fmt: skip
    assert both.field.cultivar == "russet_burbank"  # at two and a half times the price
    mine = alone["russet_burbank"]
    assert (both.action.named, both.profit, both.steps, both.sale) == (
        mine.action.named,
        mine.profit,
        mine.steps,
        mine.sale,
    )
    assert both.seasons == sum(one.seasons for one in alone.values())
    assert {one.cultivar: (one.profit, one.seasons) for one in both.varieties} == {
        name: (one.profit, one.seasons) for name, one in alone.items()
    }
    assert both.practice_profit == alone["generic"].practice_profit  # the field as written stays what it is
    assert mine.varieties == ()
    [first, second] = choices_list(both, both.varieties)
    assert (first["cultivar"], first["chosen"], first["resistance"], first["behind_fen_ha"]["value"]) == (
        "russet_burbank",
        True,
        "MR",
        0,
    )
    assert second["behind_fen_ha"]["value"] == pytest.approx(
        first["profit_fen_ha"]["value"] - second["profit_fen_ha"]["value"], abs=1
    )
    assert both.prices["tubers"].fen == 300000


def test_the_sale_is_told_and_all_money_is_whole_fen(of_two: Plan) -> None:
    plan = of_two
    found = plan_dict(plan)
    sale = found["storage"]
    assert sale is not None
    assert sale["storage_days"] == found["rules"]["storage_days"] > 0
    assert sale["worth_fen_ha"]["low"] < sale["worth_fen_ha"]["value"] < sale["worth_fen_ha"]["high"]
    [step] = [step for step in found["steps"] if step["what"] == "sale"]
    assert (step["day"], step["worth_fen_ha"]) == (sale["sale_date"], sale["worth_fen_ha"])
    assert sale["sold_later_t_ha"]["value"] == pytest.approx(
        sale["mass_left"] * found["totals"]["fresh"]["value"], rel=1e-3
    )
    assert sale["assumed"] == ["price_percent", "price_spread", "cost_fen_t_day", "handling_fen_t"]
    assert all(isinstance(value, int) for value in fen(found))
    assert sum("russet_burbank" in line for line in choice_lines(found, english=True)) == 1


def fen(found: Any, inside: bool = False) -> list[Any]:
    if isinstance(found, dict):
        return [
            value
            for key, one in found.items()
            if one is not None
            for value in fen(one, inside or "fen" in key)
        ]
    if isinstance(found, list):
        return [value for one in found for value in fen(one, inside)]
    return [found] if inside else []


def test_a_cultivar_brings_what_is_its_own() -> None:
    field = field_of(TWO + "dormancy_days = 120\nattained = 0.5\n")
    assert cultivars_of(field) == ("generic", "russet_burbank")
    own, plain = (as_cultivar(field, name) for name in reversed(cultivars_of(field)))
    assert (
        own.parts["store"]["dormancy_days"],
        own.parts["plan"]["attained"],
        own.parts["plan"]["resistance"],
    ) == (120, 0.5, "MR")
    assert (plain.parts["store"], plain.parts["plan"], plain.cultivar) == (
        field.parts["store"],
        field.parts["plan"],
        "generic",
    )
    assert cultivars_of(field_of("")) == ("generic",)


def test_every_cover_takes_the_best_of_the_rules_found_under_all() -> None:
    field = field_of("\n[plan]\nfilm = [0, 0.6]\n[plan.limits]\nirrigations = 4\n")
    assert covers_of(field) == (0.0, 0.6)
    years = years_of(field, Path(), None, span_of(field), (4, 4), 3)
    size = {"scenarios": 4, "judged": 20, "seed": 3}
    found = tried(field, years, seasons=400, **size)
    for one, cover in zip(found, covers_of(field), strict=True):
        ready = ready_of(under_film(field, cover), years, **size)
        assert one.field.parts["crop"]["mulch"] == one.played.action.work.mulch == cover
        for other in found:  # no rules of another cover do better under this one
            action = named_action(ready.setting, other.played.action.named)
            outcome = outcome_of(
                action, ready.chances, ready.prices, play(ready.setting, [action], ready.chances)
            )
            assert one.loss <= loss_of(ready.setting, outcome)
        again = best_of(ready, [other.played.action for other in found], one.seasons)
        assert (again.loss, again.played.action.named) == (one.loss, one.played.action.named)


def test_film_holds_back_evaporation_and_costs_its_price() -> None:
    field = field_of("")
    years = years_of(field, Path(), None, span_of(field), (4, 4), 3)
    came = []
    for cover in (0.0, 0.5, 1.0):
        ready = ready_of(under_film(field, cover), years, 4, 20, 3)
        action = action_of(ready.setting, middle(ready.setting))
        outcome = outcome_of(
            action, ready.chances, ready.prices, play(ready.setting, [action], ready.chances)
        )
        assert (outcome.items["film"] == -cover * ready.prices["film"].fen).all()
        came.append(outcome.column("total_evaporation"))
    assert (came[0] > came[1]).all()
    assert (came[1] > came[2]).all()


def test_film_is_laid_where_it_pays_and_the_field_as_written_stays(tmp_path: Path) -> None:
    dear, given = (planned(tmp_path, f"[plan.prices]\nfilm = {fen}\n[plan]\nfilm = {covers}\n") for fen, covers in (
        (10_000_000, [0.6, 0]), (0, [0.6])))  # fmt: skip
    plain = planned(tmp_path, "[plan.prices]\nfilm = 0\n")
    assert (given.films, given.profit, given.steps) == ((), plain.profit, plain.steps)
    found = plan_dict(dear)
    [bare, covered] = found["films"]
    assert [(one["film"], one["chosen"], one["cultivar"]) for one in (bare, covered)] == [
        (0.0, True, "generic"),
        (0.6, False, "generic"),
    ]
    assert found["rules"]["film"] == 0.0
    assert found["varieties"] == []
    assert covered["behind_fen_ha"]["low"] > 0
    assert covered["behind_fen_ha"]["value"] == pytest.approx(
        bare["profit_fen_ha"]["value"] - covered["profit_fen_ha"]["value"], abs=1
    )
    assert (found["items_fen_ha"]["plan"]["film"], found["items_fen_ha"]["practice"]["film"]) == (
        0,
        -6_000_000,
    )
    assert [sum(found["items_fen_ha"][name].values()) for name in ("plan", "practice")] == [
        found[name]["value"] for name in ("profit_fen_ha", "practice_profit_fen_ha")
    ]
    assert all(isinstance(value, int) for value in fen(found))
    for english, words in (
        (True, ("* no film: ", "film 60 %: ")),
        (False, ("* 不覆膜: ", "覆膜 60 %: ")),
    ):
        lines = [*choice_lines(found, english)]
        assert [sum(word in line for line in lines) for word in words] == [1, 1]


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ('[plan]\ncultivars = ["generic", "sebagoo"]\n', "potato.cultivar", "plan.cultivars[2]"),
        ('[[plan.cultivar]]\nname = "kapta"\n', "potato.cultivar", "plan.cultivar[1].name"),
        ("[plan]\nfilm = [0, 1.2]\n", "potato.field_value", "plan.film[2]"),
        ("[plan]\nfilm = [true]\n", "potato.field_value", "plan.film[1]"),
        ("[plan]\nfilm = true\n", "potato.field_value", "plan.film"),
        ("[[plan.cultivar]]\ntubers = 1\n", "potato.field_key", "plan.cultivar[1].name"),
        ("[store]\nhumidity = 20\n", "potato.field_value", "store.humidity"),
        ("[store]\ncost_fen_t_day = 1.5\n", "potato.field_value", "store.cost_fen_t_day"),
        ("[store]\nprice_percent = [100, 100]\n", "potato.field_value", "store.price_percent"),
    ],
)
def test_what_a_field_may_not_say_of_cultivars_and_store(text: str, code: str, where: str) -> None:
    with pytest.raises(InputError) as told:
        field_of("\n" + text)
    assert (told.value.code, told.value.where["field"], told.value.where["file"]) == (
        code,
        where,
        "FIELD.toml",
    )


def test_the_command_tells_the_course_and_the_best_day(tmp_path: Path) -> None:
    path = tmp_path / "FIELD.toml"
    path.write_text(EXAMPLE + "\n[store]\ncelsius = 8\n[plan.prices]\ntubers = 100000\n", "utf-8")
    run = CliRunner().invoke(app, ["store", str(path), "--tonnes", "500", "--json"])
    assert run.exit_code == 0, run.output
    found = json.loads(run.stdout)
    assert found == store_course(date(2025, 9, 22), tubers=100000, tonnes=500.0, celsius=8.0)
    best = found["best"]
    values = [row["value_fen_t"]["value"] for row in found["days"][: found["sprouting_day"]]]
    assert (best["day"], best["value_fen_t"]["value"]) == (values.index(max(values)), max(values))
    assert best["worth_fen_t"]["low"] < 0 < best["worth_fen_t"]["value"]
    assert all(isinstance(value, int) for value in fen(found))
    refused = CliRunner().invoke(app, ["store"])
    assert (refused.exit_code, "potato.store_harvest" in refused.stderr) == (2, True)
