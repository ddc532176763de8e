"""The printable report: whole in itself, safe, and saying what the assessment says."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tuwei.rules import assess, load, plan, report
from tuwei.rules._regions import region_overlays

FACTS = {"registered_in_mainland": True, "employees": 501, "sales": 10_000_000, "tech_staff": 60, "total_assets": 1,
         "rd_expense": 300_000, "products_allowed": True}  # fmt: skip
SEVERAL = FACTS | {"sales": [8_000_000, 9_000_000, 10_000_000], "rd_expense": [200_000, 300_000, 300_000]}
EMPTY = {"meta"}


class _Balanced(HTMLParser):
    """Checks that every tag is closed, and keeps the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [value for name, value in attrs if name in ("src", "href") or name.startswith("on")]
        if tag not in (*EMPTY, "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _read(page: str) -> str:
    parser = _Balanced()
    parser.feed(page)
    assert parser.open == []
    assert not parser.tags & {"script", "img", "link", "iframe", "form"}
    return " ".join(" ".join(parser.text).split())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_assessment_is_told_whole(language: str) -> None:
    found = assess("tech_sme", FACTS, "2026-05-01")
    text = _read(report(found, language, "甲 & <乙>"))
    assert "甲 & <乙>" in text
    for one in found.conditions:
        citation = one.condition.citation
        assert (citation.en if language == "en" else citation.zh) in text
        assert citation.article in text
    for flip in found.flips:
        assert flip.sentence(language) in text
    for name in found.missing:
        assert f"({name})" in text
    assert ("−1 人" if language == "zh" else "−1 people") in text  # 501 of at most 500


def test_nothing_is_fetched_and_nothing_runs() -> None:
    page = report(plan(SEVERAL, "2026-05-01"), "zh")
    assert not re.search(r"https?:|//[a-z]|url\(|@import|javascript:", page)
    assert "@page" in page


def test_what_is_to_be_verified_is_marked() -> None:
    found = assess("high_tech", {"founded": "2020-01-01"}, "2012-05-01")
    assert found.to_verify
    text = _read(report(found, "en"))
    assert "to verify" in text
    assert found.to_verify[0] in text
    assert "to verify" not in _read(report(assess("tech_sme", FACTS, "2026-05-01"), "en"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_plan_shows_the_rungs_the_policies_by_state_and_the_dates(language: str) -> None:
    found = plan(SEVERAL, "2026-05-01", load(region_overlays("hohhot")))
    text = _read(report(found, language))
    told = found.as_dict()
    for rung in told["rungs"]:
        assert rung[language] in text
    for policy in told["programmes"]:
        assert " ".join(policy[language].split()) in text
        assert policy[f"amount_text_{language}"] in text.replace("\u00a0", " ")
    for date in told["dates"]:
        assert date["date"] in text


def test_outside_all_windows_it_says_so() -> None:
    assert "当日没有有效的规定" in _read(report(assess("tech_sme", {}, "2001-01-01"), "zh"))


def test_markup_in_what_people_typed_is_text(tmp_path: object) -> None:
    page = report(assess("tech_sme", FACTS, "2026-05-01"), "zh", "<script>alert(1)</script>")
    assert "<script" not in page
