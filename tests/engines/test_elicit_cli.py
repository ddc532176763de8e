"""``tuwei elicit`` as a person meets it in a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tuwei.core.errors import InputError
from tuwei.elicit.cli import app

run = CliRunner()


def test_assess_tells_score_missing_and_the_next_question() -> None:
    result = run.invoke(app, ["assess", "--text", "焦化废水处理成本太高，现在每吨18元，想降到10元以内"])
    assert result.exit_code == 0
    assert "吨水处理成本 ≤ 10 元/吨（现状 18）" in result.output
    assert "?" in result.output
    english = run.invoke(
        app, ["assess", "--text", "Our dryer wastes too much gas", "--language", "en"]
    ).output
    assert "How many cubic metres of gas does the dryer use" in english


def test_assess_reads_a_file_and_writes_json(tmp_path: Path) -> None:
    file = tmp_path / "need.json"
    file.write_text(
        json.dumps({"problem": "烘干机太费气，现在每吨耗气35立方米，希望降到25立方米以下"}), "utf-8"
    )
    found = json.loads(run.invoke(app, ["assess", str(file), "--json"]).output)
    assert [one["show"] for one in found["quantities"]] == ["35 立方米/吨", "≤ 25 立方米/吨"]
    assert found["next_question"]["code"] == "constraints"
    assert 0 < found["score"] < 60


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff", b"null"])
def test_a_bad_file_is_told_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    result = run.invoke(app, ["assess", str(file)])
    assert isinstance(result.exception, InputError)
    assert result.exception.code == "elicit.bad_file"


@pytest.mark.parametrize("arguments", [[], ["x.json", "--text", "y"]])
def test_a_file_or_a_text(arguments: list[str]) -> None:
    assert isinstance(run.invoke(app, ["assess", *arguments]).exception, InputError)


def test_a_whole_dialogue(tmp_path: Path) -> None:
    out = tmp_path / "need.json"
    lines = [
        "我们的烘干机太费气",
        "",
        "?",
        "希望好一点",
        "现在每吨35立方，希望降到25以下",
        "停机不超过10天",
        "",
        "加过保温",
        "半年内",
        "50万以内",
        ".",
    ]
    result = run.invoke(app, ["ask", "--out", str(out)], input="\n".join(lines) + "\n")
    assert result.exit_code == 0, result.output
    draft = json.loads(out.read_text("utf-8"))
    assert draft["object"] == "烘干机"
    assert draft["indicators"][0]["high"] == "25"
    assert draft["constraints"] == "停机不超过10天"
    assert draft["answers"][0] == {"question": "start", "text": "我们的烘干机太费气"}
    assert "没有看到数字" in result.output
    assert "够清楚" in result.output


def test_proposals_can_be_refused_and_the_end_of_input_ends_it() -> None:
    result = run.invoke(app, ["ask"], input="我们的烘干机太费气\n0\n")
    assert result.exit_code == 0
    assert '"object"' not in result.output


def test_a_secret_is_refused_at_the_first_line() -> None:
    result = run.invoke(app, ["ask"], input="密级：绝密★\n.\n")
    assert "不得存储" in result.output
    assert isinstance(run.invoke(app, ["assess", "--text", "密级：绝密★"]).exception, InputError)
