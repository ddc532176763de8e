"""The grader's algebra, each closed form beside the plain computation that it stands for."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tuwei.match._grader_features import features, longest_run
from tuwei.match._grader_fit import foldings, kept_out, paired, without
from tuwei.match._grader_levels import Curve, Scale, indicators, measures, median, probabilities
from tuwei.match._grader_texts import Terms, Views, text_of, texts_of
from tuwei.match._kernel import (
    FEATURES,
    Pairing,
    Product,
    Scaled,
    component,
    feature_component,
    matrix,
    products,
)
from tuwei.match._kernel_solution import Solution
from tuwei.match._kernel_tune import NOISE, inverse, left_out, loss, start, tune
from tuwei.match._pairs import Pair

HERE = Path(__file__).parents[1] / "golden" / "match_grading"
Small = tuple[list[Pair], Views, Pairing, Scaled, dict[str, float], list[Product]]


def rows(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module", params=["titles", "bodies"])
def small(request: pytest.FixtureRequest) -> Small:
    """A few pairs in all views: titles alone, or with bodies (the title of another record)."""
    records = {name: rows(name) for name in ("needs", "achievements")}
    if request.param == "bodies":
        for several in records.values():
            for at, one in enumerate(several):
                one["text"] = several[at - 1]["title"]
    used = sorted(Pair(one["need"], one["achievement"], one["level"]) for one in rows("pairs")[:120])  # type: ignore[arg-type]
    needs, achievements = (texts_of(several) for several in records.values())
    views = Views.learn([*needs.values(), *achievements.values()], seed=0)
    pairing, scaled = paired(used, needs, achievements, views, 0, lambda *_: None)
    named = products(views)
    weights = {product.name: start(product) for product in named} | {
        name: start(name) for name in (*FEATURES, NOISE)
    }
    return used, views, pairing, scaled, weights, named


def test_bodies_are_views_of_their_own(small: Small) -> None:
    _, views, pairing, *_ = small
    assert ("whole_words" in views.term_names) == views.bodies
    assert set(pairing.needs.terms) == set(views.term_names)


def test_the_matrix_is_the_weighted_sum_of_its_parts(small: Small) -> None:
    _, _, pairing, _, weights, named = small
    parts = sum(weights[product.name] * component(pairing, product) for product in named)
    parts += sum(weights[name] * feature_component(pairing, name) for name in FEATURES)
    np.testing.assert_allclose(matrix(pairing, weights, named), parts, rtol=1e-4, atol=1e-3)


def test_values_of_training_pairs_are_the_matrix_times_the_coefficients(small: Small) -> None:
    _, _, pairing, scaled, weights, named = small
    alpha = np.random.default_rng(1).standard_normal((len(pairing), 3))
    solution = Solution(pairing, scaled, named, weights, alpha)
    expected = matrix(pairing, weights, named) @ alpha
    for number in range(len(pairing.needs)):
        places = np.flatnonzero(pairing.need == number)
        need = pairing.needs.take(np.array([number]))
        found = pairing.achievements.take(pairing.achievement[places])
        np.testing.assert_allclose(solution.values(need, found), expected[places], rtol=1e-3, atol=1e-2)


def test_groups_left_out_are_as_if_solved_without_them(small: Small) -> None:
    used, _, pairing, _, weights, named = small
    whole = matrix(pairing, weights, named) + weights[NOISE] * np.eye(len(used))
    targets = indicators(np.array([pair.level for pair in used])) - 0.5
    inverted = inverse(whole.copy())
    np.testing.assert_allclose(inverted @ whole, np.eye(len(used)), atol=1e-8)
    by_pair, by_need = foldings(used, pairing.need)
    for groups in (by_pair, by_need):
        errors, _ = left_out(inverted, inverted @ targets, groups)
        for group in np.unique(groups):
            ours, rest = groups == group, groups != group
            solved = np.linalg.solve(whole[np.ix_(rest, rest)], targets[rest])
            plain = targets[ours] - whole[np.ix_(ours, rest)] @ solved
            np.testing.assert_allclose(errors[ours], plain, atol=1e-8)


def test_coefficients_without_kept_pairs_are_those_of_a_solution_that_never_saw_them(small: Small) -> None:
    used, _, pairing, _, weights, named = small
    whole = matrix(pairing, weights, named) + weights[NOISE] * np.eye(len(used))
    targets = indicators(np.array([pair.level for pair in used])) - 0.5
    inverted = inverse(whole.copy())
    kept = kept_out(used)
    assert 0 < kept.sum() < len(used) / 2
    twin, values = without(inverted, inverted @ targets, targets, kept)
    np.testing.assert_allclose(
        twin[~kept], np.linalg.solve(whole[np.ix_(~kept, ~kept)], targets[~kept]), atol=1e-8
    )
    np.testing.assert_allclose(values[kept], whole[np.ix_(kept, ~kept)] @ twin[~kept], atol=1e-8)


def test_the_slope_of_the_error_is_that_of_small_steps() -> None:
    random = np.random.default_rng(2)
    root = random.standard_normal((24, 24))
    whole, targets = root @ root.T + 5 * np.eye(24), random.standard_normal((24, 3))
    groups = [random.permutation(24) % 4, np.arange(24) // 3]
    _, slope = loss(whole.copy(), targets, groups)
    step = random.standard_normal((24, 24))
    step = (step + step.T) * 1e-5
    ahead, behind = (loss(whole + sign * step, targets, groups)[0] for sign in (1, -1))
    assert (slope * step).sum() == pytest.approx((ahead - behind) / 2, rel=1e-4)


def test_tuning_lowers_the_error_and_is_the_same_every_time(small: Small) -> None:
    used, _, pairing, _, weights, named = small
    targets = indicators(np.array([pair.level for pair in used])) - 0.5
    groups = list(foldings(used, pairing.need))

    def error(weighed: dict[str, float]) -> float:
        return loss(matrix(pairing, weighed, named) + weighed[NOISE] * np.eye(len(used)), targets, groups)[0]

    first, second = (tune(pairing, targets, groups, named, lambda *_: None) for _ in range(2))
    assert first == second
    assert error(first) < error(weights)


def test_folds_and_kept_pairs_follow_from_ids_alone() -> None:
    used = [Pair(f"n{at // 5}", f"a{at}", at % 4 + 1) for at in range(500)]
    kept = kept_out(used)
    assert 0.1 < kept.mean() < 0.3
    again = kept_out([Pair(*pair.ids, 1) for pair in used[::-1]])
    assert (kept == again[::-1]).all()
    by_pair, _ = foldings([*used, Pair("n0", "a0", 4)], np.array([*np.arange(500) // 5, 0]))
    assert by_pair[0] == by_pair[-1]  # two opinions on a pair never part


def test_features_are_the_same_beside_other_achievements(small: Small) -> None:
    _, views, *_ = small
    side = views.side([text_of({"title": title}) for title in ("牛舍降温装置", "牛舍", "风机叶片", "…")])
    need = views.side([text_of({"title": "牛舍降温"})])
    together = features(need, side)
    for row in range(len(side)):
        np.testing.assert_array_equal(features(need, side.take(np.array([row])))[0], together[row])
    assert np.isfinite(together).all()


@pytest.mark.parametrize(("one", "other"), [("abcd", "zbcy"), ("", "ab"), ("aaa", "aa"), ("ab", "ab")])
def test_the_longest_run_is_the_one_that_a_plain_search_finds(one: str, other: str) -> None:
    codes = [np.array([*map(ord, text), 0, 0], np.int32) for text in (one, other)]
    plain = (
        max(
            size
            for size in range(len(one) + 1)
            for at in range(len(one) - size + 1)
            if one[at : at + size] in other
        )
        if one
        else 0
    )
    assert longest_run(codes[0], codes[1][None])[0] == plain


def test_a_term_never_met_makes_the_others_weigh_less() -> None:
    terms = Terms.learn([["a", "b"], ["a", "c"]])
    known, strange = (terms.matrix([text]).toarray()[0] for text in (["a", "b"], ["a", "b", "zz"]))
    assert np.linalg.norm(known) == pytest.approx(1)
    assert (strange <= known).all()
    assert np.linalg.norm(strange) < 0.95


def test_calibration_rises_keeps_order_and_fits() -> None:
    random = np.random.default_rng(3)
    chances = random.random(4_000)
    values = np.stack([chances**2] * 3, axis=1)
    levels = np.where(random.random(4_000) < chances, 4, 1)
    scale = Scale.fit(values, levels)
    reached = scale.reached(values)
    assert measures(reached, levels)["ece"] < 0.03
    ordered = reached[np.argsort(chances)]
    assert (np.diff(ordered, axis=0) >= -1e-12).all()
    beyond = Curve.fit(values[:, 0], (levels > 1).astype(float)).at(np.array([-9.0, -1, 0.5, 2, 9]))
    assert (np.diff(beyond) > 0).all()
    assert (beyond > 0).all()
    assert (beyond < 1).all()


def test_chances_never_cross_and_the_median_is_the_level() -> None:
    values = np.random.default_rng(4).standard_normal((200, 3))
    levels = np.random.default_rng(5).integers(1, 5, 200)
    reached = Scale.fit(values, levels).reached(values)
    assert (np.diff(reached, axis=1) <= 1e-12).all()
    chances = probabilities(reached)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    cost = np.abs(np.arange(1, 5)[:, None] - np.arange(1, 5)) @ chances.T
    picked = cost[median(reached) - 1, np.arange(200)]
    np.testing.assert_allclose(picked, cost.min(axis=0))


def test_measures_of_sure_and_right_grades() -> None:
    levels = np.array([1, 2, 3, 4])
    found = measures(indicators(levels), levels)
    assert found == {"pairs": 4, "mae": 0.0, "score": 1.0, "accuracy": 1.0, "ece": 0.0}
    assert measures(indicators(levels[::-1]), levels)["mae"] == 2
