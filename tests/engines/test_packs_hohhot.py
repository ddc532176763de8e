"""The pack of Hohhot: the article's figures and listings, and the variety and decency of the samples."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tuwei.packs import schema
from tuwei.packs.loader import Pack, find_packs, load_pack

INDUSTRIES = {
    "agrifood", "clean_energy", "chemicals", "materials_equipment", "biomedicine", "electronics",
    "future_information", "future_space", "future_materials", "future_health", "future_energy",
}  # fmt: skip
MADE = ("organisations.csv", "needs.jsonl", "achievements.jsonl", "qrels.tsv")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("hohhot")


def samples(rows: tuple[dict, ...]) -> list[dict]:
    return [row for row in rows if row["sample"]]


@pytest.mark.parametrize(
    ("code", "comparator", "value", "unit"),
    [
        ("sti_index_rank", "eq", "30", "位"),
        ("high_tech_enterprises", "eq", "533", "家"),
        ("tech_smes", "eq", "649", "家"),
        ("upper_level_funds", "eq", "7.45", "亿元"),
        ("upper_level_funds_growth", "eq", "175.93", "%"),
        ("tech_contracts", "eq", "832", "项"),
        ("tech_contract_value", "eq", "15.06", "亿元"),
        ("tech_contract_value_growth", "eq", "16", "%"),
        ("dairy_centre_research_funds", "eq", "3.6", "亿元"),
        ("dairy_centre_building_funds", "eq", "12.7", "亿元"),
        ("leading_enterprises", "eq", "32", "家"),
        ("large_industrial_firms", "eq", "322", "户"),
        ("transfer_carriers_new", "eq", "24", "个"),
        ("transfer_carriers", "eq", "44", "个"),
        ("brokers_trained", "eq", "974", "名"),
        ("brokers", "gt", "1000", "名"),
        ("roadshows", "eq", "3", "场"),
        ("results_landed", "eq", "25", "项"),
        ("results_annual_gain", "approx", "1", "亿元"),
        ("grass_centre_teams", "eq", "47", "个"),
        ("potato_records", "gt", "6", "亿条"),
    ],
)
def test_the_figures_of_the_article(pack: Pack, code: str, comparator: str, value: str, unit: str) -> None:
    (figure,) = [row for row in pack.figures if row["code"] == code]
    assert (figure["comparator"], figure["value"], figure["unit"]) == (comparator, value, unit)
    assert figure["source"] == "article-2024"
    assert figure["as_of"]
    assert figure["published"]


def test_the_listings_of_the_article_claim_no_more_than_it_does(pack: Pack) -> None:
    listed = {row["id"]: row for row in pack.achievements if not row["sample"]}
    assert {"article-potato-model", "article-alfalfa-variety", "article-brucellosis-vaccine"} <= set(listed)
    claims = {claim["quantity"]: claim for claim in listed["article-potato-model"]["claims"]}
    assert {name: (claim["comparator"], claim["low"]) for name, claim in claims.items()} == {
        "节水": ("gt", "30"),
        "节肥": ("gt", "20"),
        "增产": ("eq", "31.5"),
        "马铃薯数据量": ("gt", "6"),
    }
    for row in listed.values():
        assert row["source"] == "article-2024"
        assert row["trl"] is None
        assert not row["people"]
        assert all(
            claim["evidence_state"] == "claimed" and claim["baseline"] == "" for claim in row["claims"]
        )
    assert "BA0711" in listed["article-brucellosis-vaccine"]["title"]
    assert listed["article-brucellosis-vaccine"]["organisation"] == ""


def test_geography_and_terms(pack: Pack) -> None:
    counties = [place for place in pack.places if place["parent"] == "150100"]
    assert sorted(place["code"] for place in counties) == [
        "150102",
        "150103",
        "150104",
        "150105",
        "150121",
        "150122",
        "150123",
        "150124",
        "150125",
    ]
    assert {place["precision"] for place in pack.places} == {"approximate"}
    assert {term["code"] for term in pack.terms if term["scheme"] == "field"} == set(schema.FIELDS)
    assert {term["code"] for term in pack.terms if term["scheme"] == "industry"} == INDUSTRIES


def test_points_agree_with_the_places(pack: Pack) -> None:
    drawn = {
        feature["properties"]["code"]: feature["geometry"]["coordinates"]
        for feature in pack.geometry["features"]
    }
    for place in pack.places:
        assert drawn[place["code"]] == [float(place["lon"]), float(place["lat"])]


def test_the_script_makes_the_committed_files(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "tuwei.packs.hohhot.samples.make", str(tmp_path)], check=True, timeout=120
    )
    committed = find_packs()["hohhot"] / "samples"
    for name in MADE:
        assert (tmp_path / name).read_bytes() == (committed / name).read_bytes(), name


def test_there_are_enough_and_they_stay_small(pack: Pack) -> None:
    assert len(samples(pack.needs)) >= 320
    assert len(samples(pack.achievements)) >= 640
    folder = find_packs()["hohhot"] / "samples"
    assert sum((folder / name).stat().st_size for name in MADE) < 3_000_000


def test_no_two_needs_or_achievements_say_the_same(pack: Pack) -> None:
    for texts in (
        [row["problem"] for row in pack.needs],
        [row["title"] for row in pack.needs],
        [row["text"] for row in pack.achievements],
        [row["title"] for row in pack.achievements],
    ):
        assert len(set(texts)) == len(texts)


def test_needs_spread_over_industries_states_and_grades(pack: Pack) -> None:
    needs = samples(pack.needs)
    assert {row["industry"] for row in needs} == INDUSTRIES
    assert min(Counter(row["industry"] for row in needs).values()) >= 20
    assert len({row["region"] for row in needs}) >= 8
    states = Counter(row["state"] for row in needs)
    assert states["published"] > len(needs) / 2
    assert min(states[state] for state in ("draft", "clarifying", "verified")) >= 10
    assert min(Counter(row["grade"] for row in needs).values()) >= 25
    assert {row["field"] for row in pack.achievements if row["sample"]} == set(schema.FIELDS)


def test_no_sample_stands_where_the_site_would_not_let_it(pack: Pack) -> None:
    from tuwei import elicit

    stand = [row for row in samples(pack.needs) if row["state"] in ("verified", "published")]
    told = [{name: value for name, value in row.items() if value not in (None, "", [])} for row in stand]
    assert min(elicit.score(row) for row in told) >= elicit.THRESHOLD
    assert all(row["consent_publish"] for row in stand)


def test_needs_are_vague_middling_and_clear(pack: Pack) -> None:
    needs = samples(pack.needs)
    lengths = [len(row["problem"]) for row in needs]
    assert 60 <= statistics.median(lengths) <= 250
    assert min(lengths) < 40
    assert max(lengths) > 110
    with_numbers = sum(bool(row["indicators"]) for row in needs) / len(needs)
    assert 0.33 <= with_numbers <= 0.5
    vague = [row for row in needs if row["id"].endswith("-1")]
    assert not any(row["indicators"] or row["function"] for row in vague)
    clear = [row for row in needs if row["id"].endswith("-4")]
    assert all(row["indicators"] and row["budget_max"] and row["deadline"] for row in clear)


def test_targets_are_better_than_the_present(pack: Pack) -> None:
    for row in samples(pack.needs):
        for item in row["indicators"]:
            target = item["high"] if item["comparator"] == "le" else item["low"]
            if item["current"]:
                better = Decimal(target) - Decimal(item["current"])
                assert better < 0 if item["comparator"] == "le" else better > 0, (row["id"], item)


def test_dates_money_and_readiness_make_sense(pack: Pack) -> None:
    for row in samples(pack.needs):
        assert row["deadline"] is None or row["deadline"] >= "2027"
        assert (
            row["budget_max"] is None
            or 50_000 <= int(row["budget_min"]) < int(row["budget_max"]) <= 10_000_000
        )
    for row in samples(pack.achievements):
        assert row["start_month"] < row["end_month"] <= "2026-09"
        assert (
            row["stage"] == {True: "early", False: "mature" if row["trl"] >= 8 else "pilot"}[row["trl"] <= 4]
        )
        assert row["claims"]
        assert all(claim["baseline"] and claim["evidence_state"] != "reproduced" for claim in row["claims"])


def test_samples_name_nobody_real(pack: Pack) -> None:
    for row in samples(pack.organisations):
        assert row["name"].startswith("示例")
        assert row["name"].endswith("（样例）")
    for row in samples(pack.needs):
        assert re.fullmatch(r"0471-000-\d{4}", row["contact_phone"])
        assert re.fullmatch(r"contact\d{4}@example\.com", row["contact_email"])
        assert row["contact_name"].startswith("示例")
        assert row["organisation"].endswith("（样例）")
    for row in samples(pack.achievements):
        assert all(person.startswith("示例") for person in row["people"])
        assert all("样例" in item["number"] for item in row["ip"])
        assert row["organisation"].endswith("（样例）")


def test_no_telephone_number_or_mail_hides_in_a_text(pack: Pack) -> None:
    folder = find_packs()["hohhot"]
    for file in sorted(folder.rglob("*")):
        if file.suffix in {".csv", ".jsonl", ".toml", ".md"}:
            text = file.read_text("utf-8")
            assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text), file
            assert set(re.findall(r"[\w.+-]+@([\w.-]+)", text)) <= {"example.com"}, file
            assert not pack.people


def test_chinese_sentences_carry_chinese_punctuation(pack: Pack) -> None:
    for row in (*pack.needs, *pack.achievements):
        for text in (row["title"], row.get("problem", ""), row.get("text", "")):
            assert not re.search(r"[\u4e00-\u9fff][,;?!]|[,;?!][\u4e00-\u9fff]", text), text
            assert "{" not in text
            assert "。。" not in text


def test_every_need_has_answers_of_more_than_one_grade(pack: Pack) -> None:
    grades: dict[str, Counter[int]] = {}
    for row in pack.qrels:
        grades.setdefault(row["need"], Counter())[row["grade"]] += 1
    assert set(grades) == {row["id"] for row in samples(pack.needs)}
    assert all(found[3] or found[2] for found in grades.values())
    assert all(sum(row.values()) < len(pack.achievements) / 10 for row in grades.values())
