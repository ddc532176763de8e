"""Units: every written name resolves, conversions are exact, compounds agree with pint read directly."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest

from tuwei.core._quantity_atoms import ATOMS
from tuwei.core.units import canonical, is_rare, is_unit, resolve, same_dimension, to_base


@pytest.mark.parametrize("name", sorted(ATOMS))
def test_every_written_unit_resolves(name: str) -> None:
    assert resolve(name).factor > 0


@pytest.mark.parametrize(
    ("left", "value", "right", "expected"),
    [
        ("亩", 3, "平方米", 2000),
        ("公顷", 1, "亩", 15),
        ("斤", 2, "公斤", 1),
        ("万吨/年", 1, "吨/年", 10000),
        ("度电", 1, "kWh", 1),
        ("元/度", 1, "元/kWh", 1),
        ("%", 1, "‰", 10),
        ("%", 1, "ppm", 10000),
        ("倍", 1, "%", 100),
        ("吨标煤", 1, "kgce", 1000),
        ("t/ha", Fraction(3, 2), "公斤/亩", 100),
        ("m³/h", 24, "立方米/天", 576),
        ("mm", 10, "cm", 1),
        ("MPa", 1, "bar", 10),
        ("亿元", 1, "万元", 10000),
        ("毛钱", 10, "元", 1),
        ("转/分", 60, "rpm", 60),
        ("g/100g", 1, "%", 1),
        ("GB", 1, "MB", 1000),
    ],
)
def test_conversions_are_exact(left: str, value: Fraction | int, right: str, expected: int) -> None:
    a, b = resolve(left), resolve(right)
    assert a.dimension == b.dimension
    assert Fraction(value) * a.factor / b.factor == expected


def test_temperatures_have_a_zero_and_differences_have_none() -> None:
    assert to_base(Decimal("0"), "℃") == Fraction("273.15")
    assert to_base(Decimal("32"), "℉") == Fraction("273.15")
    assert to_base(Decimal("9"), "℉", difference=True) == to_base(Decimal("5"), "℃", difference=True)


@pytest.mark.parametrize("unit", ["W/(m·K)", "kWh/t", "kg/m³", "mPa·s", "mg/L", "g/(mL·h)", "kJ/mol"])
def test_compounds_agree_with_pint_read_directly(unit: str) -> None:
    """An independent reading: pint parses the same expression itself."""
    import pint

    direct = (
        pint.UnitRegistry()
        .parse_expression(unit.replace("·", "*").replace("/t", "/tonne").replace("³", "**3"))
        .to_base_units()
    )
    assert float(resolve(unit).factor) == pytest.approx(direct.magnitude)


def test_unknown_units_are_their_own() -> None:
    assert resolve("袋鼠").dimension != resolve("考拉").dimension
    assert same_dimension("目", "目")
    assert not same_dimension("目", "微米")
    assert not same_dimension("元", "美元")
    assert not is_unit("袋鼠")


def test_spellings_of_one_unit() -> None:
    assert canonical("yuan per tonne") == canonical("yuan / tonne") == "yuan/tonne"
    assert resolve("元每吨") == resolve("元/吨")
    assert is_rare("mg/L")
    assert not is_rare("吨")


def test_pint_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, tuwei.core.quantity as q; q.find_quantities('成本≤5元/吨'); assert 'pint' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
