"""The commands, as someone types them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tuwei.core.errors import InputError, MissingError
from tuwei.match.cli import app

GOLDEN = Path(__file__).parents[1] / "golden" / "match"


def call(*arguments: Any) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def done(*arguments: Any) -> Result:
    result = call(*arguments)
    assert result.exit_code == 0, result.output
    return result


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the index and the run of the graded fixture."""
    folder = tmp_path_factory.mktemp("match")
    done("index", GOLDEN / "achievements.jsonl", "--out", folder / "index")
    needs, run = GOLDEN / "needs.jsonl", folder / "run.jsonl"
    done("rank", "--index", folder / "index", "--needs", needs, "--top", 100, "--out", run, "--explain")
    return folder


def test_a_run_line_is_as_documented(ranked: Path) -> None:
    first = lines(ranked / "run.jsonl")[0]
    assert list(first) == ["need", "achievement", "rank", "score", "level", "why"]
    assert (first["need"], first["rank"]) == ("n001", 1)
    assert first["level"] in {"strong", "fair", "weak", "none"}
    assert {"kind", "zh", "en"} <= first["why"][0].keys()
    assert not (ranked / "run.jsonl.rejects.jsonl").exists()


def test_evaluate_prints_the_measures(ranked: Path) -> None:
    result = done("evaluate", "--run", ranked / "run.jsonl", "--qrels", GOLDEN / "qrels.tsv", "--json")
    means = json.loads(result.output)
    assert set(means) == {"needs", "ndcg@10", "mrr", "recall@100", "p@1", "p@5", "p@10"}
    assert means["needs"] == 50
    assert means["ndcg@10"] > 0.4
    table = done("evaluate", "--run", ranked / "run.jsonl", "--qrels", GOLDEN / "qrels.tsv").output
    assert f"{means['ndcg@10']:.4f}" in table


def test_without_explain_there_are_no_reasons(ranked: Path, tmp_path: Path) -> None:
    needs = GOLDEN / "needs.jsonl"
    done("rank", "--index", ranked / "index", "--needs", needs, "--top", 3, "--out", tmp_path / "run.jsonl")
    found = lines(tmp_path / "run.jsonl")
    assert len(found) == 150
    assert all(line["why"] == [] for line in found)


GOOD = '{"id":"a1","title":"节水灌溉","text":"滴灌"}'


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        (b'{"id":"a2","title":"","text":""}', "match.bad_field", "title"),
        (b'{"id":"a2","title":"x","text":"","trl":"ten"}', "match.bad_field", "trl"),
        (b'{"id":"a1","title":"x","text":""}', "match.bad_field", "id"),
        (b'["id"]', "match.bad_field", ""),
        (b"not json", "match.bad_line", ""),
        (b'{"id":"a2"', "match.bad_line", ""),
        (b"\xff\xfe\x00", "match.bad_line", ""),
        (b"[" * 100_000, "match.bad_line", ""),
        (b'{"id":' + b"9" * 5_000 + b"}", "match.bad_line", ""),
    ],
)
def test_a_bad_row_goes_beside_and_the_rest_goes_on(
    tmp_path: Path, line: bytes, code: str, field: str
) -> None:
    source = tmp_path / "achievements.jsonl"
    source.write_bytes(
        b"\xef\xbb\xbf" + GOOD.encode() + b"\n\n" + line + b"\n" + GOOD.replace("a1", "a9").encode()
    )
    result = done("index", source, "--out", tmp_path / "index")
    [reject] = lines(tmp_path / "index.rejects.jsonl")
    assert (reject["code"], reject["row"], reject["field"], reject["file"]) == (code, 3, field, str(source))
    assert reject["zh"]
    assert reject["en"]
    assert "2 条" in result.output
    source.write_text(GOOD, "utf-8")
    done("index", source, "--out", tmp_path / "index")
    assert not (tmp_path / "index.rejects.jsonl").exists()


def test_needs_are_rejected_alike(ranked: Path, tmp_path: Path) -> None:
    needs = tmp_path / "needs.jsonl"
    needs.write_text('{"id":"n1","title":"电瓶","text":""}\n{"id":"n2"}\n', "utf-8")
    done("rank", "--index", ranked / "index", "--needs", needs, "--out", tmp_path / "run.jsonl")
    assert {line["need"] for line in lines(tmp_path / "run.jsonl")} == {"n1"}
    assert [reject["row"] for reject in lines(tmp_path / "run.jsonl.rejects.jsonl")] == [2]


def test_needs_as_a_pack_holds_them_are_ranked(ranked: Path, tmp_path: Path) -> None:
    pack = Path(__file__).parents[2] / "src" / "tuwei" / "packs" / "hohhot" / "samples" / "needs.jsonl"
    needs = tmp_path / "needs.jsonl"
    needs.write_text("\n".join(pack.read_text("utf-8").splitlines()[:20]), "utf-8")
    done("rank", "--index", ranked / "index", "--needs", needs, "--out", tmp_path / "run.jsonl")
    assert len({line["need"] for line in lines(tmp_path / "run.jsonl")}) == 20
    assert not (tmp_path / "run.jsonl.rejects.jsonl").exists()


@pytest.mark.parametrize("content", ["", "\n\n", "nonsense\n"])
def test_nothing_usable_is_an_error_and_writes_nothing(ranked: Path, tmp_path: Path, content: str) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(content, "utf-8")
    for arguments in (
        ("index", source, "--out", tmp_path / "out"),
        ("rank", "--index", ranked / "index", "--needs", source, "--out", tmp_path / "out"),
    ):
        result = call(*arguments)
        assert isinstance(result.exception, InputError)
        assert result.exception.code == "match.no_records"
        assert not (tmp_path / "out").exists()
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {"in.jsonl", "out.rejects.jsonl"}


def test_ranking_without_an_index_says_so(tmp_path: Path) -> None:
    result = call("rank", "--index", tmp_path, "--needs", GOLDEN / "needs.jsonl", "--out", tmp_path / "run")
    assert isinstance(result.exception, MissingError)


@pytest.mark.parametrize(
    ("name", "content", "row", "field"),
    [
        ("qrels", "n1\ta1\n", 1, "need⇥achievement⇥grade"),
        ("qrels", "n1\ta1\t3\nn1\ta2\tgood\n", 2, "grade"),
        ("qrels", "n1\ta1\t-1\n", 1, "grade"),
        ("qrels", "n1\ta1\t3\nn1\ta1\t2\n", 2, "achievement"),
        ("run", '{"need":"n1","achievement":"a1"}\n', 1, "rank"),
        ("run", '{"need":1,"achievement":"a1","rank":1}\n', 1, "need"),
        ("run", "[]\n", 1, "need"),
        ("run", "x\n", 1, ""),
    ],
)
def test_a_bad_line_of_an_evaluation_is_named(
    tmp_path: Path, name: str, content: str, row: int, field: str
) -> None:
    (tmp_path / "run").write_text('{"need":"n1","achievement":"a1","rank":1}\n')
    (tmp_path / "qrels").write_text("n1\ta1\t3\n")
    (tmp_path / name).write_text(content)
    result = call("evaluate", "--run", tmp_path / "run", "--qrels", tmp_path / "qrels")
    assert isinstance(result.exception, InputError)
    assert (result.exception.where["row"], result.exception.where["field"]) == (row, field)


def test_a_killed_build_leaves_nothing_under_the_name(tmp_path: Path) -> None:
    source = tmp_path / "many.jsonl"
    with source.open("w", encoding="utf-8") as many:
        for number in range(3_000):
            many.write(
                json.dumps({"id": str(number), "title": f"第{number}号水泵", "text": "节能" * 50}) + "\n"
            )
    code = f"from tuwei.match.cli import app; app(['index', {str(source)!r}, '--out', {str(tmp_path / 'index')!r}])"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.DEVNULL, env={**os.environ, "COLUMNS": "80"}
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "index" / "CURRENT").exists()
    done("index", source, "--out", tmp_path / "index")
    assert (tmp_path / "index" / "CURRENT").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"many.jsonl", "index"}
