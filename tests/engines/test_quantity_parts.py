"""Floors on the labelled parts, development and held out, and the rules that were added for them."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuwei.core._quantity_folding import FOLD
from tuwei.core.quantity import Quantity, compare, find_quantities, moves
from tuwei.match._measures import measured, required
from tuwei.match._records import read_record

ROOT = Path(__file__).parents[2]
FLOORS = {"sentences": 0.98, "development": 0.96, "heldout": 0.86}  # precision and recall
RIGHT = {"pairs-development": 0.95, "pairs-heldout": 0.85}  # share of verdicts


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = ROOT / "benchmarks" / "match_quantities.py"
    spec = importlib.util.spec_from_file_location("match_quantities", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_labelled_set_is_large_enough_and_its_parts_share_nothing(script: ModuleType) -> None:
    texts = [row["text"] for part in script.SENTENCES for row in script.lines(part)]
    assert len(texts) >= 500
    assert len(set(texts)) == len(texts)
    assert len(script.lines("heldout")) >= 150
    pairs = [json.dumps(row) for part in script.PAIRS for row in script.lines(part)]
    assert len(pairs) >= 80
    assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize("part", FLOORS)
def test_precision_and_recall_stay_above_the_floor(script: ModuleType, part: str) -> None:
    reading = script.read(script.lines(part))
    assert min(reading.precision, reading.recall) >= FLOORS[part], reading.as_dict()


@pytest.mark.parametrize("part", RIGHT)
def test_verdicts_stay_above_the_floor(script: ModuleType, part: str) -> None:
    counts, faults = script.confusion(script.lines(part))
    right = sum(counts[one, one] for one in script.VERDICTS)
    assert right / counts.total() >= RIGHT[part], faults
    assert counts["not_met", "met"] <= 1, "what is not met must hardly ever be called met"


def test_the_measure_sees_each_kind_of_fault(script: ModuleType) -> None:
    """A reader that were wrong in one attribute alone would be counted wrong."""
    text = "成本由8元降至5元以下"
    good = {"name": "成本", "low": None, "high": "5", "unit": "元", "change": None, "comparator": "le"}
    start = {"name": "成本", "low": "8", "high": "8", "unit": "元", "change": None, "comparator": "eq"}
    rows = [{**start, "baseline": True}, {**good, "baseline": False}]
    assert script.read([{"text": text, "quantities": rows}]).recall == 1
    wrong = {"comparator": "lt", "high": "6", "unit": "吨", "change": "increase", "baseline": True}
    for name, value in wrong.items():
        row = {**good, "baseline": False, name: value}
        reading = script.read([{"text": text, "quantities": [rows[0], row]}])
        assert (reading.recall, reading.precision) == (0.5, 0.5), name


def test_ten_thousand_tonnes_are_counted_alike_however_they_are_spelled(script: ModuleType) -> None:
    row = {"name": "", "comparator": "eq", "low": "100000", "high": "100000", "unit": "吨", "change": None}
    reading = script.read(
        [{"text": "年产量10万吨", "quantities": [{**row, "unit": "吨/年", "baseline": False}]}]
    )
    assert reading.recall == 1


READINGS = [
    ("含水率不低于12%且不高于14%", ("range", "12", "14", "%", None)),
    ("样品量至少50g，最多不超过200g", ("range", "50", "200", "g", None)),
    ("用量减少1/3", ("approx", "33.33", "33.33", "%", "decrease")),
    ("memory fell by two thirds", ("approx", "66.67", "66.67", "%", "decrease")),
    ("半小时以内", ("le", None, "0.5", "小时", None)),
    ("回收期两年半", ("eq", "2.5", "2.5", "年", None)),
    ("百万次以上", ("ge", "1000000", None, "次", None)),
    ("處理成本不超過200元/噸", ("le", None, "200", "元/吨", None)),
    ("工作温度-55℃～+175℃", ("range", "-55", "175", "℃", None)),
    ("tested at -20 °C", ("eq", "-20", "-20", "°C", None)),
    ("户均增收2600元", ("eq", "2600", "2600", "元/户", "increase")),
    ("价格比进口产品低30%", ("eq", "30", "30", "%", "decrease")),
    ("每平方米节约120元", ("eq", "120", "120", "元/平方米", "decrease")),
    ("价格为¥800元/吨", ("eq", "800", "800", "元/吨", None)),
    ("利润率百分之二十至二十五", ("range", "20", "25", "%", None)),
    ("提供样品不少于3批次", ("ge", "3", None, "批次", None)),
]


@pytest.mark.parametrize(("text", "expected"), READINGS)
def test_how_it_is_read(text: str, expected: tuple[str, str | None, str | None, str, str | None]) -> None:
    (found,) = find_quantities(text)
    assert _plain(found) == expected


def _plain(q: Quantity) -> tuple[str, str | None, str | None, str, str | None]:
    low, high = (None if one is None else f"{one.normalize():f}" for one in (q.low, q.high))
    return q.comparator, low, high, q.unit, q.change


@pytest.mark.parametrize(
    "text", ["提供7×24小时服务", "东经111°40′、北纬40°50′", "磨至-200目", "配比为1:3", "1/3的农户"]
)
def test_what_is_no_quantity(text: str) -> None:
    assert find_quantities(text) == []


def test_folding_keeps_every_place() -> None:
    """One character for one, and what it yields is not folded again."""
    assert all(len(chr(new)) == 1 for new in FOLD.values() if isinstance(new, int))
    folded = "".join(map(chr, FOLD)).translate(FOLD)
    assert len(folded) == len(FOLD)
    assert folded.translate(FOLD) == folded


@pytest.mark.parametrize(
    ("need", "offer", "verdict"),
    [
        ("工作温度-30~50℃", "工作温度-40～60℃", "met"),
        ("工作温度-30~50℃", "工作温度0～40℃", "not_met"),
        ("工作温度-30~50℃", "工作温度25℃", "unstated"),
        ("烘干温度45–60℃", "烘干温度50℃", "met"),
        ("合格率不低于98%", "不合格率1.2%", "met"),
        ("合格率不低于98%", "不合格率不超过3%", "not_met"),
        ("成活率不低于90%", "死亡率不超过8%", "met"),
        ("误差±0.5mm", "误差±0.3mm", "met"),
        ("产品价格不超过1000元/吨", "产品价格为¥800/吨", "met"),
        ("处理成本不超过200元/吨", "treatment cost of 180 yuan per tonne", "met"),
    ],
)
def test_verdicts(need: str, offer: str, verdict: str) -> None:
    assert compare(find_quantities(need)[0], find_quantities(offer)).verdict == verdict


@pytest.mark.parametrize(
    ("need", "offer", "verdict", "quoted"),
    [
        ("产量提高30%", "亩产由400公斤提高到560公斤", "met", "400公斤提高到560公斤"),
        ("产量提高50%", "亩产由400公斤提高到560公斤", "not_met", "400公斤提高到560公斤"),
        ("能耗降低30%以上", "能耗由100kWh/t降至80kWh/t", "not_met", "100kWh/t降至80kWh/t"),
        ("收率提高5个百分点", "收率由62%提高到75%", "met", "62%提高到75%"),
        ("产量提高30%", "亩产560公斤", "unstated", ""),
    ],
)
def test_a_change_asked_for_is_met_by_two_levels(need: str, offer: str, verdict: str, quoted: str) -> None:
    """What is quoted stands in the offer as it is quoted."""
    asked = required(read_record({"id": "n", "title": "-", "text": need}))
    (result,) = measured(asked, read_record({"id": "a", "title": "-", "text": offer}))
    assert (result.verdict, quoted in result.offered) == (verdict, True)
    assert result.required in need
    assert result.offered in offer


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_change_has_the_size_the_numbers_have(start: int, goal: int) -> None:
    text = f"产量由{start}吨变化到{goal}吨" if start == goal else f"产量由{start}吨提高到{goal}吨"
    found = list(moves(text, find_quantities(text)))
    if start == goal:
        assert found == []
        return
    (change,) = found
    assert change.change == ("increase" if goal > start else "decrease")
    assert change.low is not None
    assert abs(float(change.low) - abs(goal - start) / start * 100) <= 0.006
    assert change.text == text[change.start : change.end]
