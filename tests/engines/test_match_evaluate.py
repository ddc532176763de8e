"""The measures of a ranking against definitions written out again, values by hand and scipy's resampling."""

from __future__ import annotations

import json
import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from typer.testing import CliRunner, Result

from tuwei.core.errors import InputError
from tuwei.match import evaluate
from tuwei.match._agreement import agreement, constant
from tuwei.match._bootstrap import Statistic, compared, intervals, mean_statistic
from tuwei.match._calibration import calibration, forecasts, reliability
from tuwei.match._evaluate import curves
from tuwei.match._grader import Grade
from tuwei.match._judgements import read_judgements
from tuwei.match._runs import read_run
from tuwei.match.cli import app

LEVELS = ("none", "weak", "fair", "strong")
IDS = [f"a{number}" for number in range(8)]


def call(*arguments: Any) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def done(*arguments: Any) -> str:
    result = call(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


# --- the ranking


def slow_ndcg(ranked: list[str], grades: dict[str, int], k: int) -> float:
    def dcg(order: list[int]) -> float:
        return sum((2**grade - 1) / math.log(rank + 2, 2) for rank, grade in enumerate(order[:k]))

    return dcg([grades.get(one, 0) for one in ranked]) / dcg(sorted(grades.values(), reverse=True))


@settings(max_examples=60, deadline=None)
@given(
    ranked=st.permutations(IDS),
    length=st.integers(0, 8),
    grades=st.dictionaries(st.sampled_from(IDS), st.integers(0, 3), min_size=1),
    k=st.integers(1, 10),
)
def test_the_measures_are_their_definitions(
    ranked: list[str], length: int, grades: dict[str, int], k: int
) -> None:
    if not any(grades.values()):
        assert evaluate({"n": ranked}, {"n": grades})["needs"] == 0
        return
    top = ranked[:length]
    found = evaluate({"n": top}, {"n": grades}, cuts=[k])
    right = {one for one, grade in grades.items() if grade > 0}
    places = [rank for rank, one in enumerate(top, start=1) if one in right]
    assert found[f"ndcg@{k}"] == pytest.approx(slow_ndcg(top, grades, k))
    assert found["mrr"] == pytest.approx(1 / places[0] if places else 0)
    assert found[f"recall@{k}"] == pytest.approx(len(right & set(top[:k])) / len(right))
    assert found[f"p@{k}"] == pytest.approx(len(right & set(top[:k])) / k)
    condensed = evaluate({"n": top}, {"n": grades}, cuts=[k], judged_only=True)
    assert condensed == evaluate({"n": [one for one in top if one in grades]}, {"n": grades}, cuts=[k])


def test_known_values_by_hand() -> None:
    # gains 2^2-1=3 at rank 1, 2^3-1=7 at rank 3: 3 + 7/2 = 6.5; best 7 + 3/log2(3)
    found = evaluate({"n": ["a", "x", "b"]}, {"n": {"a": 2, "b": 3, "c": 0}})
    assert found["ndcg@10"] == pytest.approx(6.5 / (7 + 3 / math.log2(3)))
    assert (found["mrr"], found["recall@100"], found["p@1"], found["p@5"]) == (1, 1, 1, 0.4)
    assert evaluate({}, {"n": {"a": 1}})["ndcg@10"] == 0


def test_the_usual_names_and_their_order_stay() -> None:
    names = ["needs", "ndcg@10", "mrr", "recall@100", "p@1", "p@5", "p@10"]
    assert list(evaluate({"n": ["a"]}, {"n": {"a": 1}})) == names
    assert evaluate({"n": ["a"]}, {}) == dict.fromkeys(names, 0.0)


@pytest.mark.parametrize("cuts", [[], [0], [True], [10_001], [1.5], ["5"]])
def test_a_cut_that_is_none_is_refused(cuts: list[Any]) -> None:
    with pytest.raises(InputError) as caught:
        evaluate({}, {}, cuts=cuts)
    assert caught.value.code == "match.bad_cut"


def test_precision_and_recall_along_the_ranks() -> None:
    run = {"n": ["a", "x", "b"], "m": ["y"]}
    precision, recall = curves(run, {"n": {"a": 1, "b": 2}, "m": {"z": 1}, "o": {"q": 0}}, deepest=2)
    assert precision.tolist() == [0.5, 0.25]
    assert recall.tolist() == [0.25, 0.25]
    assert curves(run, {}, deepest=2)[0].tolist() == []


# --- the levels


def test_agreement_by_hand() -> None:
    grades = {"n": {"a": 0, "b": 1, "c": 3}, "m": {"d": 3, "e": 2}}
    levels = {"n": {"a": 1, "b": 3, "c": 4, "unjudged": 4}, "m": {"d": 1}}
    found = agreement(grades, levels)
    assert (found.pairs, found.without) == (4, 1)
    assert found.confusion == [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0], [1, 0, 0, 1]]
    values = {one.name: one.value for one in found.statistics()}
    assert values["mae"] == pytest.approx((0 + 1 + 0 + 3) / 4)
    assert values["score"] == pytest.approx(1 / 2)
    assert values["accuracy"] == pytest.approx(2 / 4)
    assert values["kappa"] == pytest.approx(slow_kappa([1, 2, 4, 4], [1, 3, 4, 1]))
    assert agreement(grades, levels, only={("m", "d")}).pairs == 1


def slow_kappa(judged: list[int], given: list[int]) -> float:
    observed = np.mean([(one - other) ** 2 for one, other in zip(judged, given, strict=True)])
    expected = np.mean([(one - other) ** 2 for one, other in product(judged, given)])
    return float(1 - observed / expected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=30))
def test_agreement_is_its_definitions(pairs: list[tuple[int, int]]) -> None:
    grades = {"n": {str(at): judged - 1 for at, (judged, _) in enumerate(pairs)}}
    levels = {"n": {str(at): level for at, (_, level) in enumerate(pairs)}}
    values = {one.name: one.value for one in agreement(grades, levels).statistics()}
    judged, given_ = [one for one, _ in pairs], [one for _, one in pairs]
    assert values["mae"] == pytest.approx(sum(abs(one - other) for one, other in pairs) / len(pairs))
    if len({*judged, *given_}) == 1:
        assert math.isnan(values["kappa"])
    else:
        assert values["kappa"] == pytest.approx(slow_kappa(judged, given_))


def test_the_best_constant_level() -> None:
    assert constant([[0, 0, 0, 0], [0, 3, 0, 0], [0, 0, 0, 0], [2, 0, 0, 0]]) == (2, pytest.approx(0.8))


# --- the probabilities


def test_calibration_by_hand() -> None:
    chances = {"n": {"a": (0.1, 0.2, 0.3, 0.4), "b": (0.7, 0.1, 0.1, 0.1)}, "m": {"c": (0.0, 0.0, 0.0, 1.0)}}
    grades = {"n": {"a": 3, "b": 1, "without": 2}, "m": {"c": 3}}
    found = forecasts(grades, chances)
    assert (len(found.grades), found.needs) == (3, ["n", "m"])
    told = calibration(found)
    assert told is not None
    # strong: 0.4 came true, 0.1 did not, 1.0 did
    strong = told.thresholds["strong"]
    assert strong.ece == pytest.approx((0.6 + 0.1 + 0) / 3)
    assert strong.brier == pytest.approx((0.36 + 0.01 + 0) / 3)
    assert [one.count for one in strong.bins] == [1, 1, 1]
    weak = told.thresholds["weak"]  # 0.9, 0.3, 1.0, all true: 0.9 and 1.0 share the last tenth
    assert weak.ece == pytest.approx((0.7 + 0.1) / 3)
    assert [one.count for one in weak.bins] == [1, 2]
    assert told.top_level.ece == pytest.approx((0.6 + 0.7 + 0) / 3)
    assert told.brier == pytest.approx(found.statistic().value)
    assert told.brier == pytest.approx(np.mean([one.brier for one in told.thresholds.values()]))


def test_the_ranked_probability_score_is_three_times_the_brier_score() -> None:
    chances, grade = (0.1, 0.2, 0.3, 0.4), 1
    told = calibration(forecasts({"n": {"a": grade}}, {"n": {"a": chances}}))
    below = np.cumsum(chances)[:3] - (np.arange(3) >= grade)
    assert told is not None
    assert told.brier * 3 == pytest.approx((below**2).sum())


def test_right_forecasts_are_told_from_wrong_ones() -> None:
    random = np.random.default_rng(5)
    forecast = random.random(4_000)
    outcome = (random.random(4_000) < forecast).astype(float)
    right = reliability(forecast, outcome, random=np.random.default_rng(0))
    wrong = reliability(forecast, 1 - outcome, random=np.random.default_rng(0))
    assert right.ece < right.ece_by_chance < 0.05
    assert wrong.ece > 0.3 > wrong.ece_by_chance
    assert all(one.low <= one.came_true <= one.high for one in right.bins)


def test_wilson_interval_by_hand() -> None:
    # Newcombe 1998, table I, method 3: 15 of 148, 0.0624 to 0.1605
    outcome = np.array([1.0] * 15 + [0.0] * 133)
    [one] = reliability(np.full(148, 0.1), outcome, random=np.random.default_rng(0)).bins
    assert (one.low, one.high) == (pytest.approx(0.0624, abs=5e-5), pytest.approx(0.1605, abs=5e-5))


# --- how sure


def test_intervals_agree_with_scipy() -> None:
    values = np.random.default_rng(1).beta(2, 3, 60)
    low, high = intervals([mean_statistic("m", values)], samples=20_000, seed=0)["m"] or (0, 0)
    theirs = stats.bootstrap((values,), np.mean, method="percentile", n_resamples=20_000, rng=2)
    assert (low, high) == (
        pytest.approx(theirs.confidence_interval.low, abs=0.003),
        pytest.approx(theirs.confidence_interval.high, abs=0.003),
    )


def test_the_paired_tests_agree_with_scipy() -> None:
    random = np.random.default_rng(3)
    one = random.random(12)
    other = one - random.normal(0.05, 0.1, 12)
    found = compared([mean_statistic("m", one)], [mean_statistic("m", other)], samples=40_000, seed=0)["m"]
    assert found is not None
    exact = stats.permutation_test(
        (one, other), lambda a, b: np.mean(a - b), permutation_type="samples", n_resamples=np.inf
    )
    assert found.randomisation_p == pytest.approx(exact.pvalue, abs=0.01)
    drawn = stats.bootstrap((one - other,), np.mean, method="percentile", n_resamples=20_000, rng=2)
    assert found.low == pytest.approx(drawn.confidence_interval.low, abs=0.003)
    assert found.high == pytest.approx(drawn.confidence_interval.high, abs=0.003)
    assert found.difference == pytest.approx(np.mean(one - other))
    assert (found.better, found.worse) == ((one > other).sum(), (one < other).sum())


def test_the_tests_keep_their_level_where_nothing_differs() -> None:
    random = np.random.default_rng(11)
    small: dict[str, int] = {"bootstrap_p": 0, "randomisation_p": 0}
    for _ in range(200):
        sides = random.random((2, 30))
        ours, theirs = ([mean_statistic("m", side)] for side in sides)
        found = compared(ours, theirs, samples=300, seed=0)["m"]
        for name in small:
            small[name] += getattr(found, name) <= 0.05
    assert all(2 <= count <= 22 for count in small.values()), small  # of 200, expected 10


def test_a_run_against_itself_differs_in_nothing() -> None:
    values = [mean_statistic("m", np.array([0.1, 0.5, 0.9]))]
    found = compared(values, values, samples=200, seed=0)["m"]
    assert found is not None
    assert (found.difference, found.low, found.high) == (0, 0, 0)
    assert (found.bootstrap_p, found.randomisation_p) == (1, 1)
    assert (found.better, found.worse, found.same) == (0, 0, 3)


def test_less_error_counts_as_better() -> None:
    right = Statistic(
        "mae", np.array([[0.0, 1.0], [1.0, 1.0]]), lambda sums: sums[..., 0] / sums[..., 1], True
    )
    wrong = Statistic("mae", np.array([[2.0, 1.0], [1.0, 1.0]]), right.of, True)
    found = compared([right], [wrong], samples=200, seed=0)["mae"]
    assert found is not None
    assert (found.difference, found.better, found.worse, found.same) == (-1, 1, 0, 1)


def test_pairs_of_one_need_are_drawn_together() -> None:
    """Twenty copies of each need's pair tell no more than one."""
    errors = np.random.default_rng(2).integers(0, 4, 40).astype(float)
    once, often = (np.column_stack([errors * copies, np.full(40, copies)]) for copies in (1.0, 20.0))
    limits = [
        intervals([Statistic("mae", each, lambda sums: sums[..., 0] / sums[..., 1])], samples=500, seed=0)[
            "mae"
        ]
        for each in (once, often)
    ]
    assert limits[0] == pytest.approx(limits[1])


def test_one_need_alone_has_no_interval() -> None:
    one = [mean_statistic("m", np.array([0.5]))]
    assert intervals(one, samples=200, seed=0) == {"m": None}
    assert compared(one, one, samples=200, seed=0) == {"m": None}


# --- the files


def test_a_run_with_levels_is_read(tmp_path: Path) -> None:
    levels = {"none": 0.1, "weak": 0.2, "fair": 0.3, "strong": 0.4}
    run = write(
        tmp_path / "run.jsonl",
        {"need": "n", "achievement": "b", "rank": 2, "level": "较强相关"},
        {"need": "n", "achievement": "a", "rank": 1, "level": "strong", "levels": levels},
        {"need": "n", "achievement": "a", "rank": 3, "level": "none"},
        {"need": "n", "achievement": "c", "rank": 4},
    )
    found = read_run(run)
    assert found.ranked == {"n": ["a", "b", "c"]}
    assert found.levels == {"n": {"a": 4, "b": 3}}
    assert found.chances == {"n": {"a": (0.1, 0.2, 0.3, 0.4)}}


def test_a_file_of_grades_is_a_run(tmp_path: Path) -> None:
    """As `tuwei match grade` writes it."""
    lines = [
        Grade("n", name, 2, expected, (0.1, 0.6, 0.2, 0.1)).line()
        for name, expected in (("a", 2.2), ("b", 2.4))
    ]
    found = read_run(write(tmp_path / "grades.jsonl", *lines))
    assert found.ranked == {"n": ["b", "a"]}
    assert found.levels == {"n": {"a": 2, "b": 2}}
    assert found.chances["n"]["a"] == (0.1, 0.6, 0.2, 0.1)


@pytest.mark.parametrize(
    ("extra", "order"),
    [
        ([{"level": 2}, {"level": 4}, {"level": 2}], ["b", "a", "c"]),
        (
            [{"level": 2, "expected": 1.9}, {"level": 2, "expected": 2.1}, {"level": 2, "expected": 2}],
            ["b", "c", "a"],
        ),
        (
            [
                {"level": 2, "probabilities": [0, 1, 0, 0]},
                {"level": 2, "probabilities": [0, 0.6, 0.4, 0]},
                {"level": 2, "probabilities": [0.4, 0.6, 0, 0]},
            ],
            ["b", "a", "c"],
        ),
        ([{"level": 2, "score": 3}, {"level": 4, "score": 1}, {"level": 2, "score": 5}], ["c", "a", "b"]),
    ],
)
def test_graded_pairs_without_ranks_are_put_in_order(
    tmp_path: Path, extra: list[dict[str, Any]], order: list[str]
) -> None:
    rows = [
        {"need": "n", "achievement": name, **more} for name, more in zip(["a", "b", "c"], extra, strict=True)
    ]
    assert read_run(write(tmp_path / "run.jsonl", *rows)).ranked == {"n": order}


GOOD = {"need": "n", "achievement": "a", "rank": 1}
ODDS = {"none": 0.25, "weak": 0.25, "fair": 0.25, "strong": 0.25}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (GOOD | {"level": 5}, "level"),
        (GOOD | {"level": "good"}, "level"),
        (GOOD | {"levels": {"none": 1}}, "levels"),
        (GOOD | {"levels": ODDS | {"weak": 0.5}}, "levels"),
        (GOOD | {"levels": ODDS | {"weak": -0.25, "none": 0.75}}, "levels.weak"),
        (GOOD | {"levels": ODDS | {"weak": True}}, "levels.weak"),
        (GOOD | {"levels": ODDS | {"weak": float("nan")}}, "levels.weak"),
        (GOOD | {"levels": ODDS | {"weak": 10**400}}, "levels.weak"),
        (GOOD | {"rank": 10**400}, "rank"),
        (GOOD | {"probabilities": [0.5, 0.5]}, "probabilities"),
        (GOOD | {"probabilities": [0.5, 0.5, 0.5, 0.5]}, "probabilities"),
        (GOOD | {"rank": None, "level": 2, "expected": None}, "expected"),
        (GOOD | {"rank": None, "level": 2, "score": "high"}, "score"),
        (GOOD | {"rank": "1", "level": 2}, "rank"),
    ],
)
def test_a_bad_run_line_is_named(tmp_path: Path, row: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as caught:
        read_run(write(tmp_path / "run.jsonl", GOOD | {"achievement": "z"}, row))
    assert (caught.value.where["row"], caught.value.where["field"]) == (2, field)


def pair(level: Any, by: str | None = None, achievement: str = "a") -> dict[str, Any]:
    return {"need": "n", "achievement": achievement, "level": level} | ({"by": by} if by else {})


def test_several_experts_count_by_the_lower_median(tmp_path: Path) -> None:
    found = read_judgements(
        write(
            tmp_path / "pairs.jsonl",
            *(pair("强相关", "x"), pair(3, "y"), pair(4, "z")),
            *(pair(4, None, "b"), pair("fair", None, "b"), pair(3, None, "b")),
            pair("none", "x", "c"),
        )
    )
    assert found.grades == {"n": {"a": 3, "b": 2, "c": 0}}
    assert (found.levelled, found.pairs, found.repeated, found.disputed) == (True, True, 1, 2)
    assert found.experts_mae == pytest.approx((1 + 0 + 1) / 3)


def test_one_expert_judges_a_pair_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_judgements(write(tmp_path / "pairs.jsonl", pair(3, "x"), pair(4, "y"), pair(3, "x")))
    assert (caught.value.where["row"], caught.value.where["field"]) == (3, "by")


@pytest.mark.parametrize(
    ("name", "content", "field"),
    [
        ("q.jsonl", '{"need":"n","achievement":"a","level":7}\n', "level"),
        ("q.jsonl", '{"need":"n","achievement":"a"}\n', "level"),
        ("q.jsonl", '{"need":"n","achievement":"a","level":1,"by":3}\n', "by"),
        ("q.jsonl", "n\ta\t1\n", ""),
        ("q.tsv", '{"need":"n","achievement":"a","level":1}\n', "need⇥achievement⇥grade"),
        ("q", '{"need":"n"}\n', "achievement"),
    ],
)
def test_a_bad_judgement_is_named(tmp_path: Path, name: str, content: str, field: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        read_judgements(tmp_path / name)
    assert (caught.value.where["row"], caught.value.where["field"]) == (1, field)


def test_grades_above_three_are_no_levels(tmp_path: Path) -> None:
    (tmp_path / "q.tsv").write_text("n\ta\t4\n", "utf-8")
    assert not read_judgements(tmp_path / "q.tsv").levelled


# --- the command


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two runs over ten needs, judged as a table and as pairs; the second run is the worse."""
    random = np.random.default_rng(4)
    lines: dict[str, list[Any]] = {"good": [], "poor": [], "pairs": []}
    for need in range(10):
        for place in range(6):
            judged = int(random.integers(1, 5))
            named = {"need": f"n{need}", "achievement": f"a{place}"}
            lines["pairs"].append(named | {"level": judged})
            for name, blur in (("good", 0.5), ("poor", 3.0)):
                level = int(np.clip(round(judged + random.normal(0, blur)), 1, 4))
                chances = {one: 0.7 if at == level else 0.1 for at, one in enumerate(LEVELS, start=1)}
                lines[name].append(named | {"level": level, "levels": chances})
    for name, rows in lines.items():
        write(tmp_path / f"{name}.jsonl", *rows)
    table = "".join(f"{one['need']}\t{one['achievement']}\t{one['level'] - 1}\n" for one in lines["pairs"])
    (tmp_path / "table.tsv").write_text(table, "utf-8")
    return tmp_path


def test_the_usual_output_stays_and_the_full_one_begins_with_it(files: Path) -> None:
    usual = done("evaluate", "--run", files / "good.jsonl", "--qrels", files / "table.tsv").splitlines()
    assert [line.split()[0] for line in usual] == [
        "needs",
        "ndcg@10",
        "mrr",
        "recall@100",
        "p@1",
        "p@5",
        "p@10",
    ]
    full = done("evaluate", "--run", files / "good.jsonl", "--qrels", files / "pairs.jsonl").splitlines()
    assert [line[:22] for line in full[:7]] == usual
    named = {line.split()[0] for line in full if line}
    assert {"mae", "score", "accuracy", "kappa", "ece>=strong", "ece", "brier"} <= named


def test_json_keeps_the_flat_names_and_adds_the_rest(files: Path) -> None:
    usual = json.loads(
        done("evaluate", "--run", files / "good.jsonl", "--qrels", files / "table.tsv", "--json")
    )
    full = json.loads(
        done("evaluate", "--run", files / "good.jsonl", "--qrels", files / "table.tsv", "--json", "--full")
    )
    assert usual.items() <= full.items()
    assert set(full) - set(usual) == {
        *("judged@10", "intervals", "samples", "seed", "judged_only", "levels", "calibration"),
    }
    pairs = json.loads(
        done("evaluate", "--run", files / "good.jsonl", "--qrels", files / "pairs.jsonl", "--json")
    )
    assert pairs == full
    levels = full["levels"]
    assert sum(map(sum, levels["confusion"])) == levels["pairs"] == 60
    assert levels["score"] == pytest.approx(1 / (1 + levels["mae"]), abs=1e-5)
    low, high = full["intervals"]["mae"]
    assert low < levels["mae"] < high
    assert set(full["calibration"]["thresholds"]) == {"weak", "fair", "strong"}


def test_two_runs_are_compared(files: Path) -> None:
    asked = ("evaluate", "--run", files / "good.jsonl", "--qrels", files / "pairs.jsonl", "--baseline")
    told = json.loads(done(*asked, files / "poor.jsonl", "--json"))["baseline"]
    assert told["mae"]["difference"] < 0 < told["ndcg@10"]["difference"]
    assert told["mae"]["high"] < 0
    assert told["mae"]["bootstrap_p"] < 0.01
    assert told["brier"]["better"] > told["brier"]["worse"]
    assert told["mae"]["value"] - told["mae"]["baseline"] == pytest.approx(
        told["mae"]["difference"], abs=2e-6
    )
    assert done(*asked, files / "poor.jsonl") == done(*asked, files / "poor.jsonl")
    assert done(*asked, files / "poor.jsonl", "--seed", 1) != done(*asked, files / "poor.jsonl")


def test_levels_are_compared_on_pairs_that_both_runs_have(files: Path) -> None:
    rows = [json.loads(line) for line in (files / "poor.jsonl").read_text("utf-8").splitlines()]
    part = write(files / "part.jsonl", *rows[:30])
    asked = ("evaluate", "--run", files / "good.jsonl", "--qrels", files / "pairs.jsonl", "--json")
    told = json.loads(done(*asked, "--baseline", part))
    five = write(files / "five.jsonl", *[
        json.loads(line) for line in (files / "good.jsonl").read_text("utf-8").splitlines()[:30]
    ])  # fmt: skip
    alone = json.loads(done("evaluate", "--run", five, "--qrels", files / "pairs.jsonl", "--json"))
    assert told["baseline"]["mae"]["value"] == alone["levels"]["mae"] != told["levels"]["mae"]
    assert alone["levels"]["without"] == 30


def test_cuts_and_judged_only(files: Path) -> None:
    asked = ("evaluate", "--run", files / "good.jsonl", "--qrels", files / "table.tsv", "--json")
    told = json.loads(done(*asked, "--k", "3, 5,3", "--judged-only"))
    assert list(told) == ["needs", "ndcg@3", "ndcg@5", "mrr", "recall@3", "recall@5", "p@3", "p@5"]
    for bad in ("", "0", "five", "5,,10", "-1", "99999"):
        error = call(*asked, "--k", bad).exception
        assert isinstance(error, InputError)
        assert error.code == "match.bad_cut"


def test_a_run_without_levels_says_so(files: Path) -> None:
    run = write(files / "bare.jsonl", {"need": "n1", "achievement": "a1", "rank": 1})
    told = done("evaluate", "--run", run, "--qrels", files / "pairs.jsonl")
    assert "no levels to compare" in told
    assert (
        json.loads(done("evaluate", "--run", run, "--qrels", files / "pairs.jsonl", "--json"))["levels"]
        is None
    )


def test_nothing_judged_is_no_crash(files: Path) -> None:
    (files / "empty.tsv").write_text("", "utf-8")
    told = json.loads(
        done("evaluate", "--run", files / "good.jsonl", "--qrels", files / "empty.tsv", "--full", "--json")
    )
    assert (told["needs"], told["ndcg@10"], told["intervals"]["mrr"]) == (0, 0, None)
