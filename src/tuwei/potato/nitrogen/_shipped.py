"""The response of a field of which nothing is known: the population of trials, shipped as a few numbers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from scipy.linalg import cho_solve

from tuwei.potato.nitrogen._data import Fields, Floats
from tuwei.potato.nitrogen._evidence import gathered
from tuwei.potato.nitrogen._nitrogen import Coefficients, NitrogenResponse
from tuwei.potato.nitrogen._terms import BASES, Encoded


@dataclass(frozen=True)
class PopulationResponse:
    """Mean curve of a population of fields: coefficients (3,), their covariance for a new field (3, 3)."""

    mean: Floats
    covariance: Floats
    variance: float
    curvature: float
    highest: float
    origin: str

    def coefficients(self, fields: Fields) -> Coefficients:
        """Return the same posterior for every field."""
        size = len(fields)
        return Coefficients(
            np.tile(self.mean, (size, 1)), np.tile(self.covariance, (size, 1, 1)), self.variance, self.curvature, self.highest
        )  # fmt: skip


def population_of(response: NitrogenResponse, origin: str = "") -> PopulationResponse:
    """Return what a response says of a field that shares only the constants with its trials."""
    factor, weights, roots = response.solved
    constants = tuple(term for term in response.terms if term.kind == "constant")
    logs, at = [], 0
    for term in response.terms:
        if term.kind == "constant":
            logs.append(response.logs[at])
        at += term.size
    new = Encoded({}, {}, ("",))
    across = gathered(constants, np.array(logs), new, response.known)[0]
    links = np.einsum("bij,jbk->bjk", across, roots).reshape(BASES, -1)
    own = np.diag(response.own_variance()) - links @ cho_solve(factor, links.T)
    return PopulationResponse(
        links @ weights, own, float(np.exp(2 * response.logs[-1])), response.curvature, response.highest, origin
    )  # fmt: skip


def shipped_nitrogen_response() -> PopulationResponse:
    """Return the population of 144 Québec trials, as fitted; the file names data, licence and method.

    Examples
    --------
    >>> shipped_nitrogen_response().origin.split(",")[0]
    'Parent et al. (2017)'
    """
    text = (files("tuwei.potato") / "data" / "nitrogen_quebec.toml").read_text("utf-8")
    row = tomllib.loads(text)
    return PopulationResponse(
        np.array(row["mean"]), np.array(row["covariance"]), row["plot_deviation"] ** 2, row["curvature"],
        row["highest_dose"], row["origin"],
    )  # fmt: skip
