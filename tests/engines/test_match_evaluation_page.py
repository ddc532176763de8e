"""The evaluation page: whole in itself, safe with hostile text, and saying what was measured."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from tuwei.core.errors import InputError
from tuwei.match import _charts as charts
from tuwei.match._calibration import reliability
from tuwei.match._evaluate import per_need
from tuwei.match._judgements import Judgements
from tuwei.match._runs import RunFile
from tuwei.match._worst import worst
from tuwei.match.cli import app

LEVELS = ("none", "weak", "fair", "strong")
HOSTILE = "<script>alert(1)</script>\"&'\u202e\x07😀"
EMPTY = {"meta", "br", "input"}


class _Balanced(HTMLParser):
    """Checks that every tag is closed and nothing is fetched, and keeps the text by language."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.text: dict[str, list[str]] = {"zh": [], "en": [], "": []}
        self.tags: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert not [name for name in given if name in ("src", "href", "xlink:href") or name.startswith("on")]
        self.tags.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        if tag not in EMPTY:
            kinds = (given.get("class") or "").split()
            self.open.append((tag, next((one for one in kinds if one in ("zh", "en")), "")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        language = next((kind for _, kind in reversed(self.open) if kind), "")
        self.text[language].append(data)


def read(page: str) -> _Balanced:
    parser = _Balanced()
    parser.feed(page)
    assert parser.open == []
    assert not {"script", "img", "link", "iframe", "form", "foreignobject"} & set(parser.tags)
    assert not re.search(r"url\(|@import|https?:", page)
    return parser


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    rows: dict[str, list[dict[str, Any]]] = {"run": [], "old": [], "pairs": [], "needs": [], "found": []}
    for need in range(9):
        rows["needs"].append({"id": f"n{need}", "title": f"第{need}号需求{HOSTILE}", "text": ""})
        for place in range(5):
            named = {"need": f"n{need}", "achievement": f"a{need}-{place}"}
            judged = int(random.integers(1, 5))
            rows["pairs"].append(named | {"level": judged, "by": "甲"})
            rows["found"].append({"id": named["achievement"], "title": f"成果{HOSTILE}", "text": ""})
            for name in ("run", "old"):
                level = int(random.integers(1, 5))
                odds = {one: 0.7 if at == level else 0.1 for at, one in enumerate(LEVELS, 1)}
                why = [{"kind": "words", "zh": f"都提到{HOSTILE}", "en": f"both name {HOSTILE}"}]
                rows[name].append(named | {"rank": place + 1, "level": level, "levels": odds, "why": why})
    for name, listed in rows.items():
        write(tmp_path / f"{name}.jsonl", listed)
    return tmp_path


def made(files: Path, *more: Any) -> str:
    asked = [
        "evaluate",
        "--run",
        files / "run.jsonl",
        "--qrels",
        files / "pairs.jsonl",
        "--report",
        files / "p.html",
    ]
    result = CliRunner().invoke(app, [str(one) for one in (*asked, *more)])
    assert result.exit_code == 0, result.output
    return (files / "p.html").read_text("utf-8")


def test_the_page_is_whole_and_safe(files: Path) -> None:
    names = (
        "--baseline",
        files / "old.jsonl",
        "--needs",
        files / "needs.jsonl",
        "--achievements",
        files / "found.jsonl",
    )
    page = made(files, *names)
    parser = read(page)
    assert "号需求<script>" in " ".join(parser.text[""])
    assert f"都提到{HOSTILE}" in " ".join(parser.text["zh"])
    assert parser.tags.count("bdi") >= 9  # a title may hold marks that turn the direction of what follows
    assert {"zh", "en"} <= set(parser.ids)
    assert parser.tags.count("svg") >= 7
    assert page == made(files, *names)


def test_all_words_stand_in_both_languages(files: Path) -> None:
    parser = read(made(files, "--baseline", files / "old.jsonl"))
    chinese, english = (" ".join(parser.text[language]) for language in ("zh", "en"))
    for heading, other in (
        ("总览", "Overview"),
        ("等级", "Levels"),
        ("做得最差的需求", "The needs served worst"),
    ):
        assert heading in chinese
        assert other in english
    assert not re.search(r"[\u4e00-\u9fff]", english.replace("都提到", ""))


def test_the_figures_are_those_of_the_command(files: Path) -> None:
    page = made(files)
    told = CliRunner().invoke(
        app, ["evaluate", "--run", str(files / "run.jsonl"), "--qrels", str(files / "pairs.jsonl"), "--json"]
    )
    means = json.loads(told.output)
    for value in (means["ndcg@10"], means["levels"]["mae"], means["calibration"]["ece"]):
        assert f"{value:.3f}" in page
    for row in means["levels"]["confusion"]:
        for count in row:
            assert f">{count}<small>" in page
    assert "基线" not in page.split("</style>")[1].split("<h2>")[1]


def test_a_bare_run_has_a_page_too(files: Path) -> None:
    write(files / "run.jsonl", [{"need": "n1", "achievement": "zz", "rank": 1}])
    parser = read(made(files))
    assert "没有可比的等级" in " ".join(parser.text["zh"])
    assert "not judged" in " ".join(parser.text["en"])
    assert "nothing" in " ".join(parser.text["en"])


def test_nothing_judged_has_a_page_too(files: Path) -> None:
    write(files / "pairs.jsonl", [])
    read(made(files))


def test_a_refused_run_leaves_no_page(files: Path) -> None:
    (files / "run.jsonl").write_text("{}\n", "utf-8")
    asked = [
        "evaluate",
        "--run",
        files / "run.jsonl",
        "--qrels",
        files / "pairs.jsonl",
        "--report",
        files / "p.html",
    ]
    assert isinstance(CliRunner().invoke(app, [str(one) for one in asked]).exception, InputError)
    assert not list(files.glob("*p.html*"))


def test_the_worst_needs_and_where_their_right_answers_stand() -> None:
    grades = {"n1": {"a": 3, "b": 1, "c": 0}, "n2": {"a": 3}, "n3": {"z": 1}}
    run = RunFile({"n1": ["c", "b", "a"], "n2": ["a"]})
    found = worst(per_need(run.ranked, grades, ["ndcg@10"]), "ndcg@10", run, Judgements(grades, True), False)
    assert [one.need for one in found] == ["n3", "n1", "n2"]
    assert (found[0].first, found[0].first_grade, found[0].right) == ("", None, [("z", 1, None)])
    assert (found[1].first, found[1].first_grade, found[1].right) == ("c", 0, [("a", 3, 3), ("b", 1, 2)])


def numbers(drawn: str, pattern: str) -> list[float]:
    return [float(one) for one in re.findall(pattern, drawn)]


def test_charts_draw_what_they_are_given() -> None:
    drawn = charts.histogram(np.array([0.05, 0.05, 0.95, 1.0]))
    tall = numbers(drawn, r'<rect[^>]*height="([\d.]+)"')
    assert len(tall) == 10
    assert tall[0] == tall[9] == 132
    assert tall[1:9] == [0] * 8
    places = numbers(charts.forest([("m", 0.0, None), ("k", 1.0, (0.5, 1.0))]), r'cx="([\d.]+)"')
    assert places == [92, 324]
    one = reliability(np.array([0.25, 0.75]), np.array([0.0, 1.0]), random=np.random.default_rng(0))
    assert numbers(charts.diagram(one, "强", "strong"), r'cx="([\d.]+)"') == [75, 165]
    assert numbers(charts.diagram(one, "强", "strong"), r'cy="([\d.]+)"') == [202, 22]
    assert "nan" not in charts.gains(np.zeros(0)) + charts.along_ranks([(np.array([1.0]), np.array([0.5]))])
