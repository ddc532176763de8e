"""The page of a plan and of a season: whole in itself, in two languages, and its plots show the figures they stand for."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from tests.engines.potato_page_support import EXAMPLE, evidence, made, page_of, season_of
from tuwei.core.errors import TuweiError
from tuwei.potato import plan_dict, simulate_field
from tuwei.potato.cli import app
from tuwei.potato.crop._layout import FIELD, RESULT
from tuwei.potato.pages import _file as page_file
from tuwei.potato.pages._account import COSTS, EARNED, GROUPS, account, bar
from tuwei.potato.pages._choices import films, storage, varieties
from tuwei.potato.pages._evidence import evidence_page
from tuwei.potato.pages._file import browser, write_report
from tuwei.potato.pages._page import Page
from tuwei.potato.pages._plan import ROWS, plan_page
from tuwei.potato.pages._plots import Bar, Point, distributions, forest, stacked
from tuwei.potato.pages._season import season_page
from tuwei.potato.pages._series import days_of
from tuwei.potato.pages._svg import NARROW, WIDE, Frame, ticks

NAME = '<script src="http://x">&"地'
CHINESE = re.compile("[\u2e80-\u9fff\uff00-\uffef]")
VOID = {"meta"}


class Read(HTMLParser):
    """Reads a page strictly: what opens is closed in its order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.every: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, list[str]] = {}
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.every.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.words.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.every.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in {*self.open}:
            self.words[tag][-1] += data


PAGES = {"plan": page_of, "season": season_of}


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("english", [False, True])
def test_a_page_is_whole_in_itself_and_every_plot_is_told_in_words(kind: str, english: bool) -> None:
    page = PAGES[kind](english)
    read = Read(page)
    assert "script" not in read.words
    assert not re.search(r"https?:|//[a-z]|\ssrc=|@import|url\((?!#h)", page)
    ids = Counter(attrs["id"] for _, attrs in read.every if attrs.get("id"))
    assert max(ids.values()) == 1
    plots = [attrs for tag, attrs in read.every if tag == "svg" and attrs.get("role") == "img"]
    assert len(plots) == 2 * sum(tag == "figure" for tag, _ in read.every) > 10
    for attrs in plots:
        assert all(name in ids for name in str(attrs["aria-labelledby"]).split())
    assert all(
        words.strip()
        for tag in ("title", "desc", "figcaption", "h2", "h3", "th")
        for words in read.words[tag]
    )
    assert "nan" not in page
    assert "None" not in page


@pytest.mark.parametrize("kind", PAGES)
def test_both_languages_are_complete(kind: str) -> None:
    zh, en = (Read(PAGES[kind](english)) for english in (False, True))
    body = en.words["main"][0] if kind == "plan" else en.words["main"][0].replace("阴山北麓示范田", "")
    assert not CHINESE.search(body), CHINESE.findall(body)
    assert Counter(tag for tag, _ in zh.every) == Counter(tag for tag, _ in en.every)
    for tag in ("h2", "h3", "figcaption", "summary"):
        assert all(CHINESE.search(words) for words in zh.words[tag]), zh.words[tag]
    same = {one for one, other in zip(zh.words["th"], en.words["th"], strict=True) if one == other and re.search("[a-z]{4}", one)}  # fmt: skip
    assert same == ({"generic", "sebago"} if kind == "plan" else set())  # names of cultivars


def test_a_hostile_name_is_only_words() -> None:
    plan = made()
    field = replace(plan.field, parts={**plan.field.parts, "": {"name": NAME}})
    plan = replace(plan, field=field)
    page = plan_page(plan_dict(plan), plan, True)
    assert NAME not in page
    assert "&lt;script src=&quot;http://x&quot;&gt;&amp;&quot;地" in page
    assert "script" not in Read(page).words


def test_the_days_are_those_of_the_seasons_that_were_judged() -> None:
    for one in made().played:
        days = days_of(one)
        assert np.array_equal(days.results, one.outcome.results)
        assert days.values["blight"][:, -1] == pytest.approx(one.outcome.counts[:, 2], abs=1e-12)
        assert one.outcome.counts[:, 2].max() > 0.001
        assert days.count == one.action.field[list(FIELD).index("harvest")] + 1
        came = sum(days.values[name].sum(axis=1) for name in ("rain", "irrigation", "capillary"))
        went = sum(days.values[name].sum(axis=1) for name in ("irrigation_loss", "runoff", "evaporation", "transpiration", "percolation"))  # fmt: skip
        before = (one.setting.soil[:, 0] * one.setting.soil[:, 8]).sum()
        assert days.values["soil_water"][:, -1] - before == pytest.approx(came - went, abs=1e-5)
        low, middle_, high = days.band("lai")
        assert (low <= middle_).all()
        assert (middle_ <= high).all()
    assert days_of(made().played[0], 3).results.shape == (3, len(RESULT))


def test_the_items_of_the_page_and_of_the_json_are_one_account() -> None:
    plan = made()
    found = plan_dict(plan)
    for name, one, worth in zip(
        ("plan", "practice"), plan.played, ("profit_fen_ha", "practice_profit_fen_ha"), strict=True
    ):
        means = found["items_fen_ha"][name]
        assert sum(means.values()) == found[worth]["value"]
        assert all(type(value) is int for value in means.values())
        assert set(means) == {*EARNED, *COSTS}
        assert means["seed"] == -round(one.prices["seed"].fen * one.action.work.seed / 1000)
        assert means["film"] == -round(one.prices["film"].fen * one.action.work.mulch)
    assert found["rules"]["film"] in (0.0, 0.6)
    assert means["film"] < 0  # the field as written lays film


def test_bars_are_as_long_as_what_they_stand_for() -> None:
    parts = [("a", 10.0, "p0"), ("b", 25.0, "p1"), ("c", 5.0, "p2")]
    for width in (WIDE, NARROW):
        frame = stacked([Bar("x", parts, "40"), Bar("y", parts[:1], "10")], "t")(width)
        boxes = [(float(x), float(w)) for x, w in re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', "".join(frame.parts))]  # fmt: skip
        assert [w for _, w in boxes] == pytest.approx(
            [(frame.px(v) - frame.px(0)) for v in (10, 25, 5, 10)], abs=0.01
        )
        assert boxes[1][0] == pytest.approx(boxes[0][0] + boxes[0][1], abs=0.1)
    values = np.array([1.0] * 30 + [9.0] * 70)
    frame = distributions(values, values[::-1].copy(), "t", "%")(WIDE)
    heights = [float(h) for h in re.findall(r'height="([\d.]+)" class="fill', "".join(frame.parts))]
    assert heights == pytest.approx([h * (frame.py(0) - frame.py(1)) for h in (30, 70, 30, 70)], abs=0.01)


def test_the_money_on_the_page_is_the_plans() -> None:
    plan = made()
    page = page_of(True)
    svg = re.findall(r'<svg class="wide".*?</svg>', page[page.index('<figure id="money"') :], re.DOTALL)[0]
    shown = [(name, int(value.replace(",", "").replace("−", "-"))) for name, value in re.findall(r"<title>([a-z ]+) ([−\d,]+)</title></rect>", svg)]  # fmt: skip
    split = next(place for place, (name, _) in enumerate(shown) if place and name == "seed")
    for name, rows, worth in zip(
        ("plan", "practice"), (shown[:split], shown[split:]), (plan.profit, plan.practice_profit), strict=True
    ):
        means = plan_dict(plan)["items_fen_ha"][name]
        income = sum(means[item] for item in EARNED)
        assert abs(sum(value for _, value in rows) - max(income, income - worth.value) / 100) <= len(rows)
        assert dict(rows).get("profit", 0) == max(0, round(worth.value / 100))
        assert {name for name, _ in rows} <= {*GROUPS, "profit"}


def test_a_loss_is_told_as_one() -> None:
    lost = {"tubers": 1_000_000, "small_tubers": 0, **dict.fromkeys(COSTS, -100_000)}
    drawn = bar(Page(True), "plan", lost)
    assert drawn.mark == 10_000
    assert sum(value for _, value, _ in drawn.parts) == 1000 * len(COSTS)
    assert "profit −3,000" in drawn.told
    page = "".join(
        account(Page(False), ("a", "b"), (lost, dict.fromkeys(lost, 0)), np.array([-3000.0, -2000.0]))
    )
    assert "利润 −3,000" in page
    assert "粗线是收入" in page


def test_cultivars_and_a_store_are_shown_where_they_are_planned() -> None:
    assert made().sale is not None
    assert made().sale.days > 0
    assert page_of(True).count("<h2>Store and sale</h2>") == page_of(True).count("<h2>Cultivars</h2>") == 1
    fen, tonnes = (
        {"value": 5_000_000, "low": 3_000_000, "high": 7_000_000},
        {"value": 30.0, "low": 20.0, "high": 40.0},
    )
    row = {"cultivar": "one", "chosen": True, "resistance": "S", "planting": "2025-05-01", "harvest": "2025-09-20", "profit_fen_ha": fen,
           "behind_fen_ha": fen, "totals": {"fresh": tonnes}}  # fmt: skip
    page = "".join(varieties(Page(True), [row, {**row, "cultivar": "two", "chosen": False}]))
    assert [cell for cell in re.findall("<td>(.*?)</td>", page) if "," in cell] == [
        "50,000",
        "50,000",
        "50,000",
        "30,000 – 70,000",
    ]
    assert page.count('class="dot open"') == 2 + 1  # of both widths, and of the legend
    rows = [
        {**row, "film": film, "chosen": film == 0.6, "totals": {**row["totals"], "total_irrigation": tonnes}}
        for film in (0.6, 0.0)
    ]
    page = "".join(films(Page(False), rows))
    assert re.findall('<th scope="row">(.*?)</th>', page) == ["覆膜 60 %", "不覆膜"]
    assert page.count("30,000 – 70,000") == 1
    assert "只减少土壤蒸发" in page
    sale = {"storage_days": 120, "sale_date": "2026-01-20", "worth_fen_ha": fen, "stored_t_ha": tonnes, "sold_at_harvest_t_ha": tonnes, "sold_later_t_ha": tonnes,
            "mass_left": 0.951, "dry_matter_left": 0.93, "price_at_harvest_fen_t": 120_000, "price_at_sale_fen_t": fen, "cost_fen_t": 9_000}  # fmt: skip
    page = "".join(storage(Page(False), sale))
    assert "贮藏 120 天，2026-01-20 出售" in page
    assert "95.1 %" in page
    assert "不合算" in "".join(storage(Page(False), {**sale, "storage_days": 0}))


def test_cultivars_are_under_their_best_film_and_covers_are_of_the_cultivar_chosen() -> None:
    plan = made()
    assert [len(plan.varieties), len(plan.films)] == [2, 2]
    [cultivar], [cover] = ([one for one in some if one.chosen] for some in (plan.varieties, plan.films))
    assert cultivar == cover
    assert (cultivar.cultivar, cultivar.film) == (plan.field.cultivar, plan.field.parts["crop"]["mulch"])
    assert {one.cultivar for one in plan.films} == {plan.field.cultivar}
    assert {one.film for one in plan.films} == {0.0, 0.6}
    assert page_of(True).count("<h2>Film</h2>") == 1


def test_the_evidence_has_a_page() -> None:
    found = evidence()
    pages = {english: evidence_page(found, english) for english in (False, True)}
    for page in pages.values():
        Read(page)
        assert "x &lt;b&gt;" in page
    assert not CHINESE.search(Read(pages[True]).words["main"][0])
    met = sum(row["met"] for row in found["claims"])
    assert f"{met} of 12 judgements" in pages[True]
    assert pages[True].count('class="dot open"') - 2 == 2 * (12 - met)  # two plots with a legend, two widths
    frame = forest([Point("x", -20.0, (-30.0, -10.0), (-40.0, 20.0), -25.0)], "%")(WIDE)
    ends = [
        tuple(map(float, one))
        for one in re.findall(r'<line x1="([-\d.]+)" y1="20" x2="([-\d.]+)"', "".join(frame.parts))
    ]
    assert ends == pytest.approx(
        np.array([(frame.px(-40), frame.px(20)), (frame.px(-30), frame.px(-10))]), abs=0.06
    )


def test_a_long_calendar_is_cut_for_the_paper() -> None:
    plan = made()
    spray = next(step for step in plan.steps if step.what == "irrigation")
    long = replace(plan, steps=tuple(replace(spray, number=number) for number in range(1, ROWS + 3)))
    page = plan_page(plan_dict(long), long, True)
    assert (
        page.count('id="calendar-') == 2 + 8
    )  # a figure, and a title and a description of both sizes, of each
    assert "What to do when, continued" in page


def test_ticks_are_round_and_hold_what_is_shown() -> None:
    for low, high in ((0, 1), (0, 0.03), (-17, 4), (0, 99_999), (3, 3), (-1e6, -9e5)):
        found = ticks(low, high)
        assert found[0] <= low <= high <= found[-1] + 1e-9
        assert 2 <= len(found) <= 8
        step = found[1] - found[0]
        assert f"{step:e}"[0] in "125"
    frame = Frame(WIDE, 100, (0, 10), (0, 5))
    assert frame.px(0) < frame.px(10) < WIDE
    assert frame.py(5) < frame.py(0) < 100


def test_the_blight_of_a_season_is_shown_where_it_is_told() -> None:
    found, season = simulate_field(str(EXAMPLE), members=4)
    days = [
        {"severity": {"value": 0.2, "low": 0.1, "high": 0.3}, "fungicide": 0.5} for _ in season.daily["lai"]
    ]
    blight = {"results": {"leaf_lost": {"value": 0.251, "low": 0.2, "high": 0.3}}, "resistance": "S", "hours": "parton-logan",
              "sprays": [{"date": "2025-07-01", "product": ""}], "days": days}  # fmt: skip
    page = season_page({**found, "blight": blight}, season, True)
    Read(page)
    assert "Late blight takes 25.1 %" in page
    assert "2025-07-01" in page
    assert '<figure id="blight">' not in season_of(True)


def call(*arguments: Any) -> Result:
    return CliRunner().invoke(app, ["simulate", str(EXAMPLE), "--members", "2", *map(str, arguments)])


def test_the_command_writes_a_page_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new" / "season.html"
    done = call("--report", path, "--language", "en")
    assert done.exit_code == 0, done.output
    text = path.read_text("utf-8")
    assert "simulate FIELD.toml --members 2 --seed 1 --language en --report season.html" in text
    assert call("--report", path).exit_code == 2
    assert path.read_text("utf-8") == text
    monkeypatch.setattr(page_file, "browser", lambda: None)
    for name, code in (("a.txt", "report_kind"), ("a", "report_kind"), ("a.pdf", "report_browser")):
        refused = call("--report", tmp_path / name)
        assert (refused.exit_code, refused.stderr.count("\n"), f"potato.{code}" in refused.stderr, refused.stdout) == (2, 1, True, "")  # fmt: skip
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["season.html"]


def test_a_browser_that_prints_nothing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_file, "browser", lambda: "/bin/false")
    with pytest.raises(TuweiError) as refused:
        write_report(tmp_path / "a.pdf", "<!doctype html>")
    assert refused.value.code == "potato.report_print"
    monkeypatch.setattr(
        subprocess, "run", lambda *_, **__: (_ for _ in ()).throw(subprocess.TimeoutExpired("x", 1))
    )
    with pytest.raises(TuweiError):
        write_report(tmp_path / "a.pdf", "<!doctype html>")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(browser() is None, reason="no Chromium, Chrome or Edge on this machine to print a PDF")
def test_a_browser_prints_the_page(tmp_path: Path) -> None:
    write_report(tmp_path / "plan.pdf", page_of(False))
    found = (tmp_path / "plan.pdf").read_bytes()
    assert found.startswith(b"%PDF-")
    assert 5 <= len(re.findall(rb"/Type\s*/Page\b", found)) <= 20
    assert [one.name for one in tmp_path.iterdir()] == ["plan.pdf"]


def test_the_same_plan_is_the_same_page() -> None:
    assert plan_page(plan_dict(made()), made(), True, "tuwei potato plan 'A&B.toml' --seed 1") == page_of(
        True
    )
