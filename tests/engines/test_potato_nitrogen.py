"""The nitrogen response is the Gaussian process it says it is, and its optimum the one of the textbook."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from tuwei.core.errors import InputError
from tuwei.potato import (
    Fields,
    NitrogenTrials,
    Prices,
    fit_nitrogen_response,
    optimum_nitrogen,
    read_nitrogen_fields,
    read_nitrogen_trials,
    response_curves,
    shipped_nitrogen_response,
)
from tuwei.potato.nitrogen._evidence import loss, statistics_of
from tuwei.potato.nitrogen._nitrogen import Coefficients
from tuwei.potato.nitrogen._terms import basis_of, priors_of, scaling_of, terms_of

DOSES = np.array([0.0, 50.0, 100.0, 150.0, 200.0])


def _trials(size: int, seed: int, *, noise: float = 3.0) -> tuple[NitrogenTrials, Any]:
    """Trials whose level follows rain and whose response follows organic matter; and their true coefficients."""
    chance = np.random.default_rng(seed)
    rain, humus = chance.normal(300, 80, size), chance.normal(3, 1, size)
    cultivar = tuple(chance.choice(["Kexin 1", "Favorita", ""], size))
    better = np.array([{"Kexin 1": 3.0, "Favorita": -3.0, "": 0.0}[one] for one in cultivar])
    level = 30 + 6 * np.sin((rain - 300) / 80) + better + chance.normal(0, 2, size)
    true = np.column_stack([level, 12 - 4 * (humus - 3) + chance.normal(0, 1.5, size), np.full(size, 1.0)])
    field = np.repeat(np.arange(size), 2 * len(DOSES))
    doses = np.tile(DOSES, 2 * size)
    tubers = (basis_of(doses, 0.015) * true[field]).sum(1) + chance.normal(0, noise, len(doses))
    fields = Fields(
        tuple(map(str, range(size))), {"water.rain": rain, "soil.humus": humus}, {"cultivar": cultivar}
    )
    return NitrogenTrials(fields, field, doses, np.maximum(tubers, 0.0)), true


def _dense(trials: NitrogenTrials, logs: Any, curvature: float) -> tuple[Any, Any]:
    """The covariance of plots written out term by term for this table, apart from the code under test."""
    rain, humus = (
        (one - one.mean()) / one.std()
        for one in (trials.fields.numbers["water.rain"], trials.fields.numbers["soil.humus"])
    )
    names = trials.fields.classes["cultivar"]
    same = np.array(
        [[a == b and (a != "" or i == j) for j, b in enumerate(names)] for i, a in enumerate(names)], float
    )
    s = np.exp(logs)
    smooth = [
        s[at] ** 2 * np.exp(-0.5 * (np.subtract.outer(rain, rain) / s[at + 1]) ** 2
                            - 0.5 * (np.subtract.outer(humus, humus) / s[at + 2]) ** 2)
        for at in (1, 7)
    ]  # fmt: skip
    own = np.eye(len(names))
    parts = [
        s[0] ** 2 + smooth[0] + s[4] ** 2 * same + s[5] ** 2 * own,
        s[6] ** 2 + smooth[1] + s[10] ** 2 * same + s[11] ** 2 * own,
        s[12] ** 2 + s[13] ** 2 * own,
    ]
    basis = basis_of(trials.nitrogen, curvature)
    at = np.ix_(trials.field, trials.field)
    prior = sum(np.outer(basis[:, b], basis[:, b]) * part[at] for b, part in enumerate(parts))
    return parts, prior + s[14] ** 2 * np.eye(len(basis))


def test_the_evidence_is_that_of_the_dense_gaussian_and_its_slope_is_right() -> None:
    trials, _ = _trials(7, 1)
    scaling = scaling_of(trials.fields)
    terms = terms_of(trials.fields, scaling)
    prior = priors_of(terms)
    known, statistics = scaling.encode(trials.fields), statistics_of(trials, 0.015)
    chance = np.random.default_rng(2)
    logs = np.append(prior[0], 1.0) + chance.normal(0, 0.4, len(prior[0]) + 1)
    value, slope = loss(logs, terms, prior, known, statistics)
    away = (logs[:-1] - prior[0]) / prior[1]
    dense = multivariate_normal(np.zeros(len(trials.tubers)), _dense(trials, logs, 0.015)[1]).logpdf(
        trials.tubers
    )
    expected = -dense - 0.5 * len(trials.tubers) * math.log(2 * math.pi) + 0.5 * away @ away
    assert value == pytest.approx(expected, rel=1e-8)
    for at in range(len(logs)):
        step = 1e-5 * np.eye(len(logs))[at]
        up, down = (loss(logs + sign * step, terms, prior, known, statistics)[0] for sign in (1, -1))
        assert slope[at] == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-4)


def test_the_forecast_is_that_of_the_dense_gaussian() -> None:
    trials, _ = _trials(9, 3)
    whole = fit_nitrogen_response(trials)
    found = whole.without([4]).coefficients(trials.fields.take([4]))
    seen = trials.field != 4
    parts, dense = _dense(trials, whole.logs, whole.curvature)
    dense = dense[np.ix_(seen, seen)]
    basis = basis_of(trials.nitrogen, whole.curvature)
    link = np.array([basis[seen, b] * part[4, trials.field[seen]] for b, part in enumerate(parts)])
    np.testing.assert_allclose(found.mean[0], link @ np.linalg.solve(dense, trials.tubers[seen]), rtol=1e-6)
    expected = np.diag([part[4, 4] for part in parts]) - link @ np.linalg.solve(dense, link.T)
    np.testing.assert_allclose(found.covariance[0], expected, rtol=1e-5, atol=1e-6)


@pytest.fixture(scope="module")
def learnt() -> tuple[Any, NitrogenTrials, NitrogenTrials, Any]:
    trials, true = _trials(70, 5)
    teach, ask = trials.take(list(range(45))), trials.take(list(range(45, 70)))
    return fit_nitrogen_response(teach), teach, ask, true[45:]


def test_new_fields_are_foretold_better_than_by_the_mean_and_covered(learnt: Any) -> None:
    response, teach, ask, _ = learnt
    curves = response_curves(response, Fields(tuple(f"new {name}" for name in ask.fields.names), ask.fields.numbers,
                                              ask.fields.classes), DOSES, plot=True)  # fmt: skip
    at = np.searchsorted(DOSES, ask.nitrogen)
    mean, low, high = (one[ask.field, at] for one in (curves.mean, curves.low, curves.high))
    flat = ask.tubers - np.array([teach.tubers[teach.nitrogen == dose].mean() for dose in DOSES])[at]
    assert np.sqrt(np.mean((ask.tubers - mean) ** 2)) < 0.8 * np.sqrt(np.mean(flat**2))
    assert 0.82 < ((low <= ask.tubers) & (ask.tubers <= high)).mean() < 0.97


def test_fields_that_respond_more_get_more(learnt: Any) -> None:
    response, _, ask, true = learnt
    doses = np.array([one.dose for one in optimum_nitrogen(response, ask.fields, Prices(100_000, 600))])
    assert np.corrcoef(doses, true[:, 1])[0, 1] > 0.6


class Known:
    """A response known for certain."""

    def __init__(self, mean: list[list[float]]) -> None:
        self.mean = np.array(mean)

    def coefficients(self, fields: Fields) -> Coefficients:
        size = len(self.mean)
        return Coefficients(self.mean, np.zeros((size, 3, 3)), 1.0, 0.015, 300.0)


def test_the_optimum_is_where_the_last_kilogram_pays_for_itself() -> None:
    prices = Prices(tubers=120_000, nitrogen=1_200)
    [found] = optimum_nitrogen(Known([[30.0, 20.0, 0.0]]), Fields(("a",), {}, {}), prices)
    assert found.dose == round(math.log(20 * 0.015 / 0.01) / 0.015)
    assert (found.low, found.high, found.regret) == (found.dose, found.dose, 0)
    tubers = 30 + 20 * (math.exp(-1.8) - math.exp(-0.015 * found.dose))
    assert found.margin == round(tubers * 120_000) - found.dose * 1_200
    assert isinstance(found.margin, int)


def test_a_quota_is_kept_and_goes_where_it_earns_most() -> None:
    two, fields = Known([[30.0, 25.0, 0.0], [30.0, 8.0, 0.0]]), Fields(("much", "little"), {}, {})
    free = optimum_nitrogen(two, fields, Prices(120_000, 600))
    held = optimum_nitrogen(two, fields, Prices(120_000, 600), quota=100)
    assert sum(one.dose for one in free) > 200 >= sum(one.dose for one in held) > 197
    slopes = [b * 0.015 * math.exp(-0.015 * one.dose) for b, one in zip((25, 8), held, strict=True)]
    assert slopes[0] == pytest.approx(slopes[1], rel=0.03)


def test_the_shipped_response_says_where_it_comes_from_and_how_wide_it_is() -> None:
    shipped = shipped_nitrogen_response()
    assert "CC BY-SA 4.0" in shipped.origin
    [found] = optimum_nitrogen(shipped, Fields(("mine",), {}, {}), Prices(120_000, 500))
    assert 100 <= found.dose <= 230
    assert found.tubers_high - found.tubers_low > 20  # nothing is known of the field
    assert found.regret > 0


HEADER = "trial,nitrogen_kg_ha,yield_t_ha,soil.humus,class.cultivar\n"
ROWS = "".join(
    f"{trial},{dose},{20 + dose / 20},{3 + trial},Kexin 1\n" for trial in (1, 2, 3) for dose in (0, 60, 120)
)


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("potato.nitrogen_column", HEADER.replace("yield_t_ha", "yield") + ROWS, "yield_t_ha"),
        ("potato.nitrogen_number", HEADER + ROWS + "3,abc,30,3,\n", "row 11, nitrogen_kg_ha"),
        ("potato.nitrogen_number", HEADER + ROWS + "3,,30,3,\n", "row 11"),
        ("potato.nitrogen_range", HEADER + ROWS + "3,120,30000,3,\n", "yield_t_ha must be within 0–150"),
        ("potato.nitrogen_range", HEADER + ROWS + "3,-5,30,3,\n", "nitrogen_kg_ha"),
        ("potato.nitrogen_range", HEADER + ROWS + "3,5,nan,3,\n", "yield_t_ha"),
        ("potato.nitrogen_class", HEADER + ROWS + "3,120,30,3,Favorita\n", "Kexin 1"),
        ("potato.nitrogen_trial", HEADER + ROWS + " ,120,30,3,\n", "row 11"),
        ("potato.nitrogen_few", HEADER + "1,0,20,3,\n1,60,30,3,\n", "1 trials"),
        ("potato.nitrogen_few", HEADER, "0 trials"),
        ("potato.nitrogen_column", "", "trial"),
        ("potato.nitrogen_cells", HEADER + ROWS + "3,120,30,3,Kexin 1,7\n", "row 11"),
    ],
)
def test_a_bad_table_is_refused_with_its_place(tmp_path: Path, code: str, text: str, said: str) -> None:
    (tmp_path / "trials.csv").write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_nitrogen_trials(tmp_path / "trials.csv")
    assert caught.value.code == code
    assert said in caught.value.sentence("en")
    assert "trials.csv" in caught.value.sentence("zh")


def test_a_table_is_read_and_a_missing_number_is_filled_only_when_told(tmp_path: Path) -> None:
    (tmp_path / "trials.csv").write_text(HEADER + ROWS + "4,0,21,,\n4,120,30,,Kexin 1\n", "utf-8")
    trials = read_nitrogen_trials(tmp_path / "trials.csv")
    assert trials.fields.classes["cultivar"] == ("Kexin 1",) * 4
    assert np.isnan(trials.fields.numbers["soil.humus"][3])
    with pytest.raises(InputError) as caught:
        fit_nitrogen_response(trials)
    assert (caught.value.code, caught.value.where["got"]) == ("potato.nitrogen_missing", "4")
    assert fit_nitrogen_response(trials, missing="mean").missing == "mean"
    with pytest.raises(InputError) as caught:
        fit_nitrogen_response(trials, missing="guess")
    assert caught.value.code == "potato.nitrogen_fill"


def test_fields_are_read_and_a_name_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fields.csv"
    path.write_text("field,soil.humus,class.cultivar\neast,3.1,Kexin 1\nwest,,\n", "utf-8")
    fields = read_nitrogen_fields(path)
    assert (fields.names, fields.classes["cultivar"]) == (("east", "west"), ("Kexin 1", ""))
    assert np.isnan(fields.numbers["soil.humus"][1])
    path.write_text("field\neast\neast\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_nitrogen_fields(path)
    assert (caught.value.code, caught.value.where["row"]) == ("potato.nitrogen_trial", 3)
    path.write_bytes(b"field\n\xff\xfe\n")
    with pytest.raises(InputError) as caught:
        read_nitrogen_fields(path)
    assert caught.value.code == "potato.nitrogen_file"


@pytest.mark.parametrize("given", [(0, 500), (100_000, -1), (1000.5, 500), (True, 500)])
def test_prices_are_whole_fen(given: Any) -> None:
    with pytest.raises(InputError) as caught:
        Prices(*given)
    assert caught.value.code == "potato.nitrogen_price"


def test_a_negative_quota_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        optimum_nitrogen(Known([[30.0, 20.0, 0.0]]), Fields(("a",), {}, {}), Prices(120_000, 600), quota=-1)
    assert caught.value.code == "potato.nitrogen_quota"
