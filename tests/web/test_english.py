"""What an English reader gets: numbers, notes, remarks and type of the language, nothing left over from the other."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

import tuwei.web
from tuwei.packs.loader import load_pack
from tuwei.web.market.models import Figure
from tuwei.web.market.services.packs import pack_load
from tuwei.web.market.specs import achievement, need
from tuwei.web.market.specs.common import measure_text, measures_from_text, measures_text
from tuwei.web.market.templatetags.market import english_amount

CSS = Path(tuwei.web.__file__).parent / "static" / "tuwei.css"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("288", "个", "288"), ("7.45", "亿元", "CNY 745 million"), ("15.06", "亿元", "CNY 1.506 billion"),
        ("1000", "万元", "CNY 10 million"), ("3.5", "万元", "CNY 35,000"), ("6", "亿条", "600 million"),
        ("175.93", "%", "175.93%"), ("5000", "人", "5,000"), ("0.5", "元", "CNY 0.5"), ("12", "公里", "12 公里"),
        ("-2", "亿元", "CNY -200 million"), ("1.2345678901", "亿元", "CNY 123.45678901 million"),
    ],
)  # fmt: skip
def test_chinese_units_become_english_numbers_exactly(value: str, unit: str, shown: str) -> None:
    assert english_amount(Decimal(value), unit) == shown


def _chinese(text: str) -> list[str]:
    return [letter for letter in text if "\u4e00" <= letter <= "\u9fff"]


@pytest.mark.django_db
def test_the_figures_of_the_pack_are_all_english(client: Any) -> None:
    pack_load(actor=None, pack=load_pack("hohhot"), samples=False)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("market:region")).content.decode()
    table = page.split('class="table table-sm mb-0 figures-table"')[1].split("</table>")[0]
    assert Figure.objects.count() == table.count("<tr>") - 1
    assert not _chinese(table)
    assert "CNY 745 million" in table
    assert "CNY 745 million" in client.get(reverse("home")).content.decode()
    client.cookies["django_language"] = "zh-hans"
    chinese = client.get(reverse("market:region")).content.decode()
    assert "7.45 亿元" in chinese
    assert "全区第一" in chinese


def test_remarks_are_read_in_both_languages_and_written_in_the_readers() -> None:
    (row,) = measures_from_text("gas use ≤ 85 m³/t (now 120)")
    assert row["current"] == "120"
    for language, label in (("en", "now 120"), ("zh-hans", "现状 120")):
        with translation.override(language):
            assert label in measure_text(row)
            assert measures_from_text(measures_text([row])) == [row]


@pytest.mark.parametrize(
    "example", [(need.EXAMPLE, need.EXAMPLE_EN), (achievement.EXAMPLE, achievement.EXAMPLE_EN)]
)
def test_both_examples_say_the_same_fields(example: tuple[str, str]) -> None:
    chinese, english = map(measures_from_text, example)
    assert [row.keys() for row in chinese] == [row.keys() for row in english]
    assert [(row["comparator"], row["low"], row["high"]) for row in chinese] == [
        (row["comparator"], row["low"], row["high"]) for row in english
    ]


def test_english_type_begins_with_a_latin_font_and_controls_inherit() -> None:
    rules = CSS.read_text("utf-8")
    english = next(line for line in rules.splitlines() if line.startswith(":lang(en) body"))
    assert english.index("Arial") < english.index("CJK")
    assert (
        "button, input, select, textarea, .btn, .form-control, .form-select { font-family: inherit; }"
        in rules
    )
    assert "a.btn, .footer a.btn, .alert a.btn, .bar a.btn { text-decoration: none; }" in rules
