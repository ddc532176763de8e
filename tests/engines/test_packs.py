"""Reading a region pack: what is taken, and the sentence each kind of fault gets."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tuwei.core.errors import InputError, MissingError
from tuwei.packs.loader import check_pack, find_packs, load_pack

PLACES = "code,name_zh,name_en,kind,parent,lat,lon,precision,source\n"
ORGANISATIONS = "name,name_en,kind,region,industry,about_zh,about_en,sample,source\n"
NEED = {
    "id": "need-1",
    "title": "省电",
    "problem": "电费太高",
    "consent_publish": True,
    "grade": "L1",
    "state": "published",
    "organisation": "试点厂",
    "region": "150100",
    "field": "it",
    "industry": "power",
    "sample": False,
    "source": "book",
    "indicators": [
        {"name": "电耗", "comparator": "le", "low": None, "high": "3.10", "unit": "kWh", "current": "4"}
    ],
}
RESULT = {
    "id": "result-1",
    "title": "节电器",
    "text": "省电",
    "form": "product",
    "sample": False,
    "source": "book",
    "claims": [
        {"quantity": "电耗", "comparator": "le", "high": "3", "unit": "kWh", "evidence_state": "claimed"}
    ],
}
FILES = {
    "pack.toml": 'id = "tiny"\nname_zh = "小地"\nname_en = "Tiny"\nversion = "1"\nlicence = "CC0-1.0"\n'
    'region = "150100"\nlat = "40.84"\nlon = "111.75"\nzoom = 8\n',
    "sources.csv": "id,title_zh,title_en,publisher,published,address,note\nbook,书,Book,,2024,,\n",
    "places.csv": PLACES + "150100,某市,Some,prefecture,,40.8,111.7,approximate,book\n",
    "terms.csv": "scheme,code,name_zh,name_en,words,source\nfield,it,电子,IT,芯片|通信,book\n"
    "industry,power,电力,Power,,book\n",
    "organisations.csv": ORGANISATIONS + "试点厂,,enterprise,150100,power,,,false,book\n",
    "figures.csv": "code,name_zh,name_en,period,comparator,value,unit,as_of,published,source,note\n"
    "firms,企业,Firms,2023,eq,31.50,家,2023,2024,book,\n",
    "geometry.geojson": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"code": "150100"},
                    "geometry": {"type": "Point", "coordinates": [1, 2]},
                }
            ],
        }
    ),
    "needs.jsonl": json.dumps(NEED, ensure_ascii=False) + "\n",
    "achievements.jsonl": json.dumps(RESULT, ensure_ascii=False) + "\n",
}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Write a whole small pack."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def need(**changes: object) -> str:
    return json.dumps({**NEED, **changes}, ensure_ascii=False) + "\n"


def result(**changes: object) -> str:
    return json.dumps({**RESULT, **changes}, ensure_ascii=False) + "\n"


def test_a_whole_pack_is_read_into_plain_records(pack: Path) -> None:
    read = load_pack(pack)
    assert (read.id, read.region, read.zoom) == ("tiny", "150100", 8)
    assert read.terms[0]["words"] == ["芯片", "通信"]
    assert read.figures[0]["value"] == "31.50"
    assert read.needs[0]["indicators"][0]["high"] == "3.10"
    assert read.achievements[0]["trl"] is None
    assert read.organisations[0]["sample"] is False


def test_a_byte_order_mark_and_windows_line_ends_are_read(pack: Path) -> None:
    text = FILES["organisations.csv"].replace("\n", "\r\n")
    (pack / "organisations.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_pack(pack).organisations[0]["name"] == "试点厂"


def test_an_unknown_pack_is_named_beside_those_there_are() -> None:
    with pytest.raises(MissingError, match="hohhot") as caught:
        load_pack("no-such-pack")
    assert caught.value.code == "pack.not_found"
    assert "no-such-pack" in caught.value.sentence("en")


def test_packs_are_found_by_name_and_by_folder(pack: Path) -> None:
    assert list(find_packs()) == sorted(find_packs())
    assert load_pack(find_packs()["hohhot"]).id == load_pack("hohhot").id


# file, what is put there, code, row, field, what the Chinese and the English sentence must say
FAULTS: list[tuple[str, str | None, str, int, str, str, str]] = [
    ("figures.csv", None, "missing_file", 0, "", "缺少文件 figures.csv", "The file figures.csv is missing"),
    ("pack.toml", "id = ", "bad_toml", 0, "", "不是有效的 TOML", "is not valid TOML"),
    (
        "pack.toml",
        FILES["pack.toml"].replace("zoom = 8", "zoom = 40"),
        "bad_value",
        1,
        "zoom",
        "1…18",
        "1…18",
    ),
    (
        "pack.toml",
        FILES["pack.toml"].replace('region = "150100"', 'region = "110000"'),
        "unresolved",
        1,
        "region",
        "找不到“110000”",
        "“110000” is not in places",
    ),
    (
        "places.csv",
        "code,name_zh\n1,2\n",
        "missing_column",
        1,
        "name_en",
        "缺少列“name_en”",
        "lacks the column",
    ),
    (
        "places.csv",
        PLACES.replace("source", "source,mayor"),
        "unknown_column",
        1,
        "mayor",
        "不认识或重复",
        "unknown",
    ),
    (
        "places.csv",
        PLACES + "150100,某市\n",
        "bad_width",
        2,
        "",
        "应有 9 格,现有 2 格",
        "must have 9 cells, got 2",
    ),
    (
        "places.csv",
        PLACES + "150100,某市,Some,prefecture,,95,111.7,approximate,book\n",
        "bad_value",
        2,
        "lat",
        "-90…90",
        "-90…90, got “95”",
    ),
    (
        "places.csv",
        PLACES + "15,某市,Some,prefecture,,40,111.7,approximate,book\n",
        "bad_value",
        2,
        "code",
        "六位行政区划代码,现为“15”",
        "six-digit",
    ),
    (
        "places.csv",
        PLACES + "150100,某市,Some,prefecture,,40,111.7,exact,book\n",
        "bad_value",
        2,
        "precision",
        "approximate | surveyed",
        "approximate | surveyed",
    ),
    ("geometry.geojson", '{"features": []}', "unresolved", 0, "code", "150100", "150100"),
    ("geometry.geojson", "[]", "bad_json", 0, "features", "FeatureCollection", "FeatureCollection"),
    (
        "organisations.csv",
        ORGANISATIONS + "甲,,firm,150100,power,,,false,book\n",
        "bad_value",
        2,
        "kind",
        "enterprise | institution | agency | bureau",
        "got “firm”",
    ),
    (
        "organisations.csv",
        ORGANISATIONS + "甲,,enterprise,,power,,,false,book\n甲,,bureau,,,,,false,book\n",
        "duplicate",
        3,
        "name",
        "与第 2 行重复:“甲”",
        "repeats row 2",
    ),
    (
        "organisations.csv",
        ORGANISATIONS + "甲,,enterprise,,farming,,,false,book\n",
        "unresolved",
        2,
        "industry",
        "在 industry 中找不到“farming”",
        "is not in industry",
    ),
    (
        "organisations.csv",
        ORGANISATIONS + "试点厂,,enterprise,,power,,,true,book\n",
        "sample_flag",
        2,
        "sample",
        "应为false",
        "must be false",
    ),
    (
        "organisations.csv",
        ORGANISATIONS + "甲,,enterprise,,power,,,maybe,book\n",
        "bad_value",
        2,
        "sample",
        "true 或 false",
        "true or false",
    ),
    (
        "figures.csv",
        FILES["figures.csv"].replace(",book,", ",,"),
        "required",
        2,
        "source",
        "不能为空",
        "not be empty",
    ),
    (
        "figures.csv",
        FILES["figures.csv"].replace(",book,", ",paper,"),
        "unresolved",
        2,
        "source",
        "在 sources 中找不到“paper”",
        "“paper” is not in sources",
    ),
    (
        "figures.csv",
        FILES["figures.csv"].replace("31.50", "about 30"),
        "bad_value",
        2,
        "value",
        "十进制数",
        "decimal",
    ),
    (
        "figures.csv",
        FILES["figures.csv"].replace("31.50", "NaN"),
        "bad_value",
        2,
        "value",
        "十进制数",
        "decimal",
    ),
    (
        "figures.csv",
        FILES["figures.csv"].replace(",2023,2024,", ",23年,2024,"),
        "bad_value",
        2,
        "as_of",
        "年、月或日",
        "a year, month or day",
    ),
    ("figures.csv", FILES["figures.csv"] + '"open', "bad_csv", 3, "", "不是有效的 CSV", "not valid CSV"),
    ("needs.jsonl", "{broken\n", "bad_json", 1, "", "应为 JSON", "expected JSON"),
    ("needs.jsonl", "\n[]\n", "bad_json", 2, "", "JSON object", "JSON object"),
    ("needs.jsonl", need(colour="red"), "unknown_key", 1, "colour", "不认识", "is unknown"),
    ("needs.jsonl", need(problem=" "[:0]), "required", 1, "problem", "不能为空", "must not be empty"),
    ("needs.jsonl", need(deadline="2027-02-30"), "bad_value", 1, "deadline", "日期 YYYY-MM-DD", "a date"),
    (
        "needs.jsonl",
        need(budget_min="20", budget_max="10"),
        "bad_range",
        1,
        "budget_min",
        "下限大于上限",
        "above",
    ),
    ("needs.jsonl", need(budget_min=20), "bad_value", 1, "budget_min", "以文字写出", "written as text"),
    ("needs.jsonl", need(region="999999"), "unresolved", 1, "region", "999999", "999999"),
    ("needs.jsonl", need(field="power"), "unresolved", 1, "field", "在 field 中找不到", "is not in field"),
    (
        "needs.jsonl",
        need(organisation="无名"),
        "unresolved",
        1,
        "organisation",
        "无名",
        "is not in organisations",
    ),
    ("needs.jsonl", need(grade="L9"), "bad_value", 1, "grade", "L0 | L1 | L2 | L3", "got “L9”"),
    ("needs.jsonl", need(keywords="电"), "bad_value", 1, "keywords", "列表", "a list"),
    ("needs.jsonl", need(indicators=["电"]), "bad_value", 1, "indicators[0]", "对象", "an object"),
    (
        "needs.jsonl",
        need(indicators=[{"name": "电", "comparator": "<"}]),
        "bad_value",
        1,
        "indicators[0].comparator",
        "现为“<”",
        "got “<”",
    ),
    (
        "needs.jsonl",
        need(indicators=[{"name": "电", "comparator": "le", "low": "3"}]),
        "missing_bound",
        1,
        "indicators[0].comparator",
        "关系为“le”时须写 high",
        "the relation “le” needs high",
    ),
    ("needs.jsonl", need() + need(), "duplicate", 2, "id", "need-1", "need-1"),
    ("needs.jsonl", need(sample=True), "sample_flag", 1, "sample", "应为false", "must be false"),
    ("achievements.jsonl", result(trl=12), "bad_value", 1, "trl", "1…9,现为“12”", "1…9, got “12”"),
    ("achievements.jsonl", result(trl=True), "bad_value", 1, "trl", "整数", "whole number"),
    (
        "achievements.jsonl",
        result(cooperation=["sell"]),
        "bad_value",
        1,
        "cooperation[0]",
        "transfer",
        "got “sell”",
    ),
    (
        "achievements.jsonl",
        result(start_month="2024-05", end_month="2024-01"),
        "bad_range",
        1,
        "start_month",
        "下限",
        "2024-05 > 2024-01",
    ),
]


@pytest.mark.parametrize(
    ("file", "text", "code", "row", "field", "zh", "en"),
    FAULTS,
    ids=[f"{fault[0]}-{fault[2]}-{fault[4]}" for fault in FAULTS],
)
def test_each_fault_gives_its_sentence(
    pack: Path, file: str, text: str | None, code: str, row: int, field: str, zh: str, en: str
) -> None:
    (pack / file).unlink()
    if text is not None:
        (pack / file).write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_pack(pack)
    error = caught.value
    assert error.code == f"pack.{code}"
    assert (error.where["file"], error.where["row"], error.where["field"]) == (file, row, field)
    assert zh in error.sentence("zh"), error.sentence("zh")
    assert en in error.sentence("en"), error.sentence("en")
    assert "{" not in error.sentence("zh") + error.sentence("en")


@pytest.mark.parametrize("value", ["1_000", "１２", "1e3", " 3", "inf", "3.", 3, True, None, [], "9" * 400])
def test_only_plain_decimals_are_taken(pack: Path, value: object) -> None:
    (pack / "needs.jsonl").write_text(need(budget_max=value), "utf-8")
    faults = check_pack(pack)
    assert [fault.code for fault in faults] == ([] if value is None else ["pack.bad_value"])
    assert all(len(fault.sentence("zh")) < 200 for fault in faults)


@pytest.mark.parametrize("line", ["[" * 100_000, '{"id": ' * 5_000, "\x00", '{"id": NaN}'])
def test_hostile_lines_end_in_a_sentence(pack: Path, line: str) -> None:
    (pack / "needs.jsonl").write_text(line + "\n", "utf-8")
    faults = check_pack(pack)
    assert faults
    assert all(fault.code.startswith("pack.") and fault.where["row"] == 1 for fault in faults)


@pytest.mark.parametrize("value", ["2027-W01-1", "2027-1-1", "20270101", 2027])
def test_only_plain_dates_are_taken(pack: Path, value: object) -> None:
    (pack / "needs.jsonl").write_text(need(deadline=value), "utf-8")
    assert [fault.where["field"] for fault in check_pack(pack)] == ["deadline"]


def test_bytes_that_are_no_text_are_refused(pack: Path) -> None:
    (pack / "needs.jsonl").write_bytes("{}".encode("utf-16"))
    with pytest.raises(InputError) as caught:
        load_pack(pack)
    assert caught.value.code == "pack.bad_encoding"


def test_a_key_used_in_two_files_is_found_once_and_placed(pack: Path) -> None:
    (pack / "samples").mkdir()
    (pack / "samples" / "needs.jsonl").write_text(need(sample=True), "utf-8")
    (error,) = check_pack(pack)
    assert (error.code, error.where["file"]) == ("pack.duplicate", "samples/needs.jsonl")
    assert "needs.jsonl" in error.where["expected"]


def test_qrels_must_name_records_of_the_pack(pack: Path) -> None:
    (pack / "samples").mkdir()
    (pack / "samples" / "qrels.tsv").write_text("need-1\tresult-9\t2\nneed-1\tresult-1\t4\n", "utf-8")
    assert [(error.code, error.where["row"]) for error in check_pack(pack)] == [
        ("pack.bad_value", 2),
        ("pack.unresolved", 1),
    ]


def test_every_fault_is_listed_not_only_the_first(pack: Path) -> None:
    (pack / "needs.jsonl").write_text(
        need(id="a", grade="L9") + need(id="b", state="gone") + need(id="c"), "utf-8"
    )
    assert [error.where["row"] for error in check_pack(pack)] == [1, 2]


def test_reading_twice_gives_the_same(pack: Path) -> None:
    assert load_pack(pack) == load_pack(pack)


@pytest.mark.parametrize("spoil", [lambda path: path / "needs.jsonl", lambda path: path / "people.csv"])
def test_optional_files_may_be_absent(pack: Path, spoil: Callable[[Path], Path]) -> None:
    spoil(pack).unlink(missing_ok=True)
    assert not check_pack(pack)


def test_a_copy_elsewhere_is_the_same_pack(tmp_path: Path) -> None:
    shutil.copytree(find_packs()["hohhot"], tmp_path / "copy")
    assert load_pack(tmp_path / "copy").needs == load_pack("hohhot").needs
