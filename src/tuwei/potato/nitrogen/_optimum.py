"""The economic optimum of nitrogen: for a field, and for several under one quota; and what a dose loses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.nitrogen._data import Fields, Floats
from tuwei.potato.nitrogen._nitrogen import Coefficients, Response
from tuwei.potato.nitrogen._terms import basis_of


@dataclass(frozen=True)
class Prices:
    """Money in 分: a tonne of tubers as sold, a kilogram of nitrogen as spread."""

    tubers: int
    nitrogen: int

    def __post_init__(self) -> None:
        for field, price, low in (("tubers", self.tubers, 1), ("nitrogen", self.nitrogen, 0)):
            if isinstance(price, bool) or not isinstance(price, int) or price < low:
                raise InputError("potato.nitrogen_price", "价格 {field} 应为不小于 {expected} 的整数分，现为 {got}。",
                                 "The price {field} must be an integer of at least {expected} 分, got {got}.",
                                 field=field, expected=low, got=price)  # fmt: skip

    @property
    def ratio(self) -> float:
        """Tonnes of tubers that pay a kilogram of nitrogen."""
        return self.nitrogen / self.tubers


@dataclass(frozen=True)
class Optimum:
    """A field's dose (kg N/ha), with the 90 % interval of the dose that would turn out best, and what it means.

    ``low``–``high`` bounds the best dose of the field's uncertain curve; ``tubers`` (t/ha) with its interval is the
    yield at ``dose``; ``margin`` (分/ha) is its value less nitrogen; ``regret`` (分/ha) what is expected to be lost
    against the dose one would have chosen knowing the curve.
    """

    name: str
    dose: int
    low: int
    high: int
    tubers: float
    tubers_low: float
    tubers_high: float
    margin: int
    regret: int


def optimum_nitrogen(
    response: Response,
    fields: Fields,
    prices: Prices,
    *,
    quota: float | None = None,
    highest: float | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> list[Optimum]:
    """Return each field's economic optimum: the dose at which value of the expected yield less nitrogen is largest.

    Parameters
    ----------
    quota
        Mean kg N/ha over the fields (weighed alike) that may not be exceeded; the last kilogram is then worth the
        same on every field.
    highest
        Largest dose considered, kg N/ha; by default the largest of the trials, for none knows what lies beyond.
    draws, seed
        Curves drawn for the intervals.

    Raises
    ------
    InputError
        ``potato.nitrogen_quota``: the quota is negative.

    Notes
    -----
    Marginal product equal to the price ratio; profit is linear in yield, so the expected curve is enough for the dose
    (the interval is not). Under a quota: Lagrange's multiplier by bisection.

    Examples
    --------
    >>> from tuwei.potato.nitrogen._shipped import shipped_nitrogen_response
    >>> field = Fields(("mine",), {}, {})
    >>> [found] = optimum_nitrogen(shipped_nitrogen_response(), field, Prices(tubers=120_000, nitrogen=500))
    >>> [less] = optimum_nitrogen(shipped_nitrogen_response(), field, Prices(120_000, 500), quota=120)
    >>> found.low <= found.dose <= found.high, less.dose <= 120 < found.dose
    (True, True)
    """
    found = response.coefficients(fields)
    doses = np.arange(0.0, (found.highest if highest is None else highest) + 1)
    basis = basis_of(doses, found.curvature)
    shadow = _shadow(found.mean @ basis.T, doses, prices.ratio, quota)
    chosen = _best(found.mean @ basis.T, doses, prices.ratio + shadow)
    curves = draw_curves(found, basis, draws, seed)
    return [_told(name, int(chosen[place]), curves[:, place], found.mean[place] @ basis.T, doses, prices)
            for place, name in enumerate(fields.names)]  # fmt: skip


def draw_curves(found: Coefficients, basis: Floats, draws: int, seed: int) -> Floats:
    """Return curves of each field: shape (draws, fields, doses), t/ha."""
    chance = np.random.default_rng(seed)
    curves = np.empty((draws, len(found.mean), len(basis)))
    for place, (mean, spread) in enumerate(zip(found.mean, found.covariance, strict=True)):
        values, vectors = np.linalg.eigh(spread)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        curves[:, place] = (mean + chance.standard_normal((draws, len(mean))) @ root.T) @ basis.T
    return curves


def regret_of(curves: Floats, doses: Floats, chosen: Floats, ratio: float) -> Floats:
    """Return what each chosen dose loses against the best of its curve, t/ha of tubers.

    Parameters
    ----------
    curves
        Yield (fields, doses), t/ha.
    chosen
        Dose of each field, kg N/ha; the yield between doses is read off a line.
    ratio
        Tonnes of tubers that pay a kilogram of nitrogen.

    Examples
    --------
    >>> regret_of(np.array([[20.0, 30.0, 31.0]]), np.array([0.0, 100.0, 200.0]), np.array([200.0]), 0.02)
    array([1.])
    """
    best: Floats = (curves - ratio * doses).max(1)
    taken = [np.interp(dose, doses, curve) - ratio * dose for dose, curve in zip(chosen, curves, strict=True)]
    lost: Floats = best - np.array(taken)
    return lost


def _best(curves: Floats, doses: Floats, ratio: float) -> Floats:
    chosen: Floats = doses[np.argmax(curves - ratio * doses, axis=1)]
    return chosen


def _shadow(curves: Floats, doses: Floats, ratio: float, quota: float | None) -> float:
    """The rise of nitrogen's price, in tonnes of tubers a kilogram, that keeps the mean dose within the quota."""
    if quota is not None and quota < 0:
        raise InputError("potato.nitrogen_quota", "氮限额不能为负，现为 {got} kg/ha。", "The quota cannot be negative, got {got} kg/ha.",
                         field="quota", expected="≥ 0", got=quota)  # fmt: skip
    if quota is None or _best(curves, doses, ratio).mean() <= quota:
        return 0.0
    low, high = 0.0, 1.0
    while _best(curves, doses, ratio + high).mean() > quota:
        high *= 2
    for _ in range(50):
        half = (low + high) / 2
        low, high = (half, high) if _best(curves, doses, ratio + half).mean() > quota else (low, half)
    return high


def _told(name: str, dose: int, curves: Floats, mean: Floats, doses: Floats, prices: Prices) -> Optimum:
    value: Floats = curves - prices.ratio * doses
    low, high = np.quantile(doses[value.argmax(1)], [0.05, 0.95], method="inverted_cdf")
    least, most = np.quantile(curves[:, dose], [0.05, 0.95])
    lost = float((value.max(1) - value[:, dose]).mean())
    tubers = float(mean[dose])
    margin = round(tubers * prices.tubers) - dose * prices.nitrogen
    return Optimum(
        name, dose, int(low), int(high), tubers, max(float(least), 0.0), float(most), margin, round(lost * prices.tubers)
    )  # fmt: skip
