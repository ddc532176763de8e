"""``tuwei match train | grade | models | rollback``, as someone types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tuwei.core.errors import ConflictError, InputError, MissingError
from tuwei.match import evaluate
from tuwei.match.cli import app

HERE = Path(__file__).parents[1] / "golden" / "match_grading"
FILES = ("--achievements", HERE / "achievements.jsonl", "--needs", HERE / "needs.jsonl")
PAIRS = [json.loads(line) for line in (HERE / "pairs.jsonl").read_text("utf-8").splitlines()]


def call(*arguments: Any) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def done(*arguments: Any) -> Result:
    result = call(*arguments)
    assert result.exit_code == 0, result.output
    return result


def written(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one version, learned from half of the pairs."""
    folder = tmp_path_factory.mktemp("grading")
    done("train", "--pairs", written(folder / "pairs.jsonl", PAIRS[:360]), *FILES, "--out", folder / "model")
    return folder / "model"


def test_grades_go_to_the_screen_and_the_summary_beside(model: Path, tmp_path: Path) -> None:
    result = done("grade", "--model", model, "--pairs", written(tmp_path / "p.jsonl", PAIRS[:40]))
    grades = lines(result.stdout)
    assert [(one["need"], one["achievement"]) for one in grades] == [
        (pair["need"], pair["achievement"]) for pair in PAIRS[:40]
    ]
    assert set(grades[0]) == {"need", "achievement", "level", "name", "expected", "probabilities"}
    away = sum(abs(one["level"] - pair["level"]) for one, pair in zip(grades, PAIRS, strict=False)) / 40
    assert f"MAE {away:.4f}, 1/(1+MAE) {1 / (1 + away):.4f}" in result.stderr
    assert "ECE" in result.stderr


def test_pairs_without_levels_get_grades_and_no_summary(model: Path, tmp_path: Path) -> None:
    bare = [{"need": pair["need"], "achievement": pair["achievement"]} for pair in PAIRS[:5]]
    out = tmp_path / "new" / "grades.jsonl"
    result = done("grade", "--model", model, "--pairs", written(tmp_path / "p.jsonl", bare), "--out", out)
    assert len(lines(out.read_text("utf-8"))) == 5
    assert result.stdout == ""
    assert "MAE" not in result.stderr


def test_further_records_are_graded(model: Path, tmp_path: Path) -> None:
    needs = written(
        tmp_path / "n.jsonl", [{"id": "x", "title": "奶牛舍如何防暑"}, {"id": "y", "text": "牛舍太热"}]
    )
    found = written(tmp_path / "a.jsonl", [{"id": "z", "title": "一种牛舍降温方法", "text": ""}])
    pairs = [{"need": need, "achievement": "z"} for need in "xy"] + [{"need": "x", "achievement": "a000"}]
    path = written(tmp_path / "p.jsonl", pairs)
    result = done("grade", "--model", model, "--pairs", path, "--needs", needs, "--achievements", found)
    assert [one["need"] for one in lines(result.stdout)] == ["x", "y", "x"]


def test_rows_that_cannot_be_graded_are_told_apart(model: Path, tmp_path: Path) -> None:
    pairs = [PAIRS[0], PAIRS[0], {**PAIRS[1], "need": "nobody"}, {**PAIRS[1], "level": "great"}, 7]
    path, out = written(tmp_path / "p.jsonl", pairs), tmp_path / "g.jsonl"
    result = done("grade", "--model", model, "--pairs", path, "--out", out)
    assert len(lines(out.read_text("utf-8"))) == 1
    noted = lines((tmp_path / "g.jsonl.rejects.jsonl").read_text("utf-8"))
    assert [(one["row"], one["code"]) for one in noted] == [
        (3, "match.unknown_id"),
        (4, "match.bad_pair"),
        (5, "match.bad_pair"),
    ]
    assert "3 行有误" in result.stderr
    assert "1 行重复" in result.stderr


def test_training_tells_of_bad_rows_and_goes_on(tmp_path: Path) -> None:
    pairs = [*PAIRS[:60], {**PAIRS[0], "level": 5 - PAIRS[0]["level"]}, {**PAIRS[0], "achievement": "none"}]
    needs = written(tmp_path / "n.jsonl", [*lines((HERE / "needs.jsonl").read_text("utf-8")), {"id": "bad"}])
    path, out = written(tmp_path / "p.jsonl", pairs), tmp_path / "deep" / "model"
    result = done(
        "train",
        "--pairs",
        path,
        "--achievements",
        HERE / "achievements.jsonl",
        "--needs",
        needs,
        "--out",
        out,
    )
    noted = lines((tmp_path / "deep" / "model.rejects.jsonl").read_text("utf-8"))
    assert [one["code"] for one in noted] == ["match.bad_field", "match.unknown_id"]
    assert "61 对已学" in result.stdout
    assert "1 对有不同等级" in result.stderr


def test_versions_are_listed_and_put_back(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    for _ in range(2):
        done("train", "--pairs", written(tmp_path / "p.jsonl", PAIRS[:100]), *FILES, "--out", out)
    listed = done("models", out).stdout.splitlines()
    assert [line[:9].split() for line in listed[1:3]] == [["1"], ["*", "2"]]
    assert "版本 1 已启用" in done("rollback", out).stdout
    assert "*" in done("models", out).stdout.splitlines()[1]
    assert isinstance(call("rollback", out, "--to", 7).exception, MissingError)


def test_a_worse_model_is_refused_and_the_old_one_stays(model: Path, tmp_path: Path) -> None:
    turned = [{**pair, "level": 5 - pair["level"]} for pair in PAIRS[:360]]
    before = done("models", model).stdout
    result = call("train", "--pairs", written(tmp_path / "p.jsonl", turned), *FILES, "--out", model)
    assert isinstance(result.exception, ConflictError)
    assert result.exception.code == "match.model_worse"
    assert "{" not in str(result.exception)
    assert done("models", model).stdout == before


def test_where_nothing_is_usable_nothing_is_written(tmp_path: Path) -> None:
    path = written(tmp_path / "p.jsonl", [{**PAIRS[0], "level": 9}])
    result = call("train", "--pairs", path, *FILES, "--out", tmp_path / "model")
    assert isinstance(result.exception, InputError)
    assert result.exception.code == "match.no_records"
    assert not (tmp_path / "model").exists()


def test_vectors_of_an_index_are_one_more_view(tmp_path: Path) -> None:
    from tuwei.match._grader import Grader

    records = [
        {"id": f"r{at}", "title": pair["achievement"], "text": f"牛舍降温与余热回收第{at}号装置的说明"}
        for at, pair in enumerate(PAIRS[:220])
    ]
    done("index", written(tmp_path / "r.jsonl", records), "--out", tmp_path / "index")
    path = written(tmp_path / "p.jsonl", PAIRS[:100])
    done("train", "--pairs", path, *FILES, "--out", tmp_path / "model", "--index", tmp_path / "index")
    assert "learned" in Grader.load(tmp_path / "model").card["views"]
    done("grade", "--model", tmp_path / "model", "--pairs", path)


def test_a_grader_ranks_and_levels(model: Path, tmp_path: Path) -> None:
    index, needs = tmp_path / "index", HERE / "needs.jsonl"
    done("index", HERE / "achievements.jsonl", "--out", index)
    asked = ("rank", "--index", index, "--needs", needs, "--top", 100)
    done(*asked, "--out", tmp_path / "plain.jsonl")
    done(*asked, "--out", tmp_path / "graded.jsonl", "--model", model)
    plain, graded = (lines((tmp_path / name).read_text("utf-8")) for name in ("plain.jsonl", "graded.jsonl"))
    known = {(pair["need"], pair["achievement"]): pair["level"] for pair in PAIRS[:360]}
    assert _gain(graded, known) > _gain(plain, known) + 0.05
    assert all("levels" not in one for one in plain)
    names = ("none", "weak", "fair", "strong")
    for one in graded:
        reached = [sum(list(one["levels"].values())[: at + 1]) for at in range(4)]
        assert reached[-1] == pytest.approx(1, abs=1e-3)
        if min(abs(share - 0.5) for share in reached) > 1e-3:  # the file has four decimals
            assert one["level"] == names[sum(share < 0.5 for share in reached)]
    for need in {one["need"] for one in graded}:
        reached = [names.index(one["level"]) for one in graded if one["need"] == need]
        assert reached == sorted(reached, reverse=True)


def _gain(run: list[dict[str, Any]], known: dict[tuple[str, str], int]) -> float:
    """nDCG@10 of the pairs that were judged, in the order of the run."""
    found = {
        need: [one["achievement"] for one in run if one["need"] == need]
        for need in {one["need"] for one in run}
    }
    levels: dict[str, dict[str, int]] = {need: {} for need, _ in known}
    for (need, achievement), level in known.items():
        levels[need][achievement] = level - 1
    return evaluate(found, levels, judged_only=True)["ndcg@10"]


def test_a_grader_that_is_none_is_named(tmp_path: Path) -> None:
    done("index", HERE / "achievements.jsonl", "--out", tmp_path / "index")
    asked = ("rank", "--index", tmp_path / "index", "--needs", HERE / "needs.jsonl")
    result = call(*asked, "--out", tmp_path / "run.jsonl", "--model", tmp_path / "gone")
    assert isinstance(result.exception, MissingError)
    assert not (tmp_path / "run.jsonl").exists()
