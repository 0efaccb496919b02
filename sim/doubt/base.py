"""How well the base parameters of a scenario are known: errors of estimates that come from a log of orders.

A scenario's purchase and basket parameters would be fitted to some customers. Its own fit is not in the file, so its
relative errors and their correlations are borrowed from the fits to CDNOW (2,357 customers), wider or narrower by the
square root of how many customers were fitted. Within a model the parameters err together: rate and scale of a gamma
distribution may both be twice as large with hardly any difference to what is seen, so they are never drawn apart.

Errors: Pareto/NBD and its correlations, BG/NBD and gamma-gamma as published; those of MBG/NBD and the correlations of
the last three from the information of the models at the published parameters (tests/sim/test_base_doubt.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.doubt.defaults import FITTED_ON

REPEATERS = 946 / FITTED_ON
"""Share of them who bought again: only these say something of baskets."""

SHAPE_LEAST = 0.1
"""Least shape of a gamma or beta distribution that a scenario accepts."""

_SHAPES = ("r", "s", "a", "b", "p")


@dataclass(frozen=True)
class Fit:
    """Parameters of one model that were estimated together."""

    names: tuple[str, ...]
    errors: tuple[float, ...]  # standard errors of the logarithms, which are the relative ones
    correlation: tuple[tuple[float, ...], ...]  # of the logarithms

    def logs(self, normals: np.ndarray, fitted_on: int) -> np.ndarray:
        """Errors of the logarithms, float64 (names, draws), of independent standard normal numbers of that shape."""
        wide = np.array(self.errors)[:, None] * math.sqrt(FITTED_ON / fitted_on)
        return wide * (np.linalg.cholesky(np.array(self.correlation)) @ normals)


def _alone(names: tuple[str, ...], errors: tuple[float, ...]) -> Fit:
    """Parameters whose errors have nothing to do with each other."""
    return Fit(names, errors, tuple(map(tuple, np.eye(len(names)))))


PURCHASE = {
    "pareto_nbd": Fit(
        ("r", "alpha", "s", "beta"),
        (0.0476 / 0.553, 0.8427 / 10.578, 0.1873 / 0.606, 6.211 / 11.669),
        ((1, 0.822, -0.354, -0.476), (0.822, 1, -0.171, -0.230), (-0.354, -0.171, 1, 0.972), (-0.476, -0.23, 0.972, 1)),
    ),
    "bg_nbd": Fit(
        ("r", "alpha", "a", "b"),
        (0.0126 / 0.243, 0.3782 / 4.414, 0.1857 / 0.793, 0.7054 / 2.426),
        ((1, 0.775, -0.038, 0.004), (0.775, 1, -0.038, 0.040), (-0.038, -0.038, 1, 0.939), (0.004, 0.040, 0.939, 1)),
    ),
    "mbg_nbd": Fit(
        ("r", "alpha", "a", "b"),
        (0.203, 0.132, 0.205, 0.428),
        (
            (1, 0.885, -0.721, -0.903),
            (0.885, 1, -0.638, -0.749),
            (-0.721, -0.638, 1, 0.921),
            (-0.903, -0.749, 0.921, 1),
        ),
    ),
}
"""By purchase model."""

GAMMA_GAMMA = Fit(
    ("p", "q", "gamma"),
    (1.19 / 6.25, 0.29 / (3.74 - 1), 4.16 / 15.44),
    ((1, -0.632, -0.968), (-0.632, 1, 0.795), (-0.968, 0.795, 1)),
)
"""In place of q stands q - 1, so that mean baskets stay finite."""


def lognormal_fit(between: float) -> Fit:
    """Errors of a lognormal basket model: those of a mean and of spreads of as many repeaters as CDNOW has."""
    repeaters = REPEATERS * FITTED_ON
    spread = 1.0 / math.sqrt(2.0 * repeaters)
    return _alone(("mean", "between", "within"), (between / math.sqrt(repeaters), spread, spread))


def drawn(fit: Fit, values: dict[str, float], normals: np.ndarray, fitted_on: int) -> dict[str, np.ndarray]:
    """Draws of the parameters of a fit around ``values``, each float64 (draws,)."""
    result = {}
    for name, log in zip(fit.names, fit.logs(normals, fitted_on), strict=True):
        away = 1.0 if name == "q" else 0.0
        result[name] = away + (values[name] - away) * np.exp(log)
        if name in _SHAPES:
            result[name] = np.maximum(result[name], SHAPE_LEAST)
    return result
