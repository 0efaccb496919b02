"""Errors of base parameters: recomputed from the models' information, and drawn as they are said to be."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import gammaln

from sim.doubt.base import FITTED_ON, GAMMA_GAMMA, PURCHASE, REPEATERS, Fit, drawn, lognormal_fit

CUSTOMERS = 60_000
SEED = 5
VALUES = {
    "pareto_nbd": {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669},
    "bg_nbd": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
    "mbg_nbd": {"r": 0.5248, "alpha": 6.1831, "a": 0.8914, "b": 1.614},
}
BASKETS = {"p": 6.25, "q": 3.74, "gamma": 15.44}
"""Parameters fitted to CDNOW."""

LogLikelihood = Callable[[np.ndarray], np.ndarray]


def _beta(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    return gammaln(one) + gammaln(two) - gammaln(one + two)


def _log_of_cdnow(model: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(orders, week of the last one, weeks seen) of customers who first bought in the first 12 of 39 weeks."""
    chance = np.random.default_rng(SEED)
    r, alpha, a, b = VALUES[model].values()
    seen = chance.uniform(27, 39, CUSTOMERS)
    rate, leaves = chance.gamma(r, 1 / alpha, CUSTOMERS), chance.beta(a, b, CUSTOMERS)
    orders, last, now = np.zeros(CUSTOMERS), np.zeros(CUSTOMERS), np.zeros(CUSTOMERS)
    here = chance.random(CUSTOMERS) >= leaves if model == "mbg_nbd" else np.full(CUSTOMERS, True)
    while here.any():
        now[here] += chance.exponential(1, here.sum()) / rate[here]
        here &= now < seen
        orders[here] += 1
        last[here] = now[here]
        here[here] = chance.random(here.sum()) >= leaves[here]
    return orders, last, seen


def _likelihood(model: str) -> LogLikelihood:
    """Log-likelihood of each customer at the logarithms of the parameters (Fader, Hardie, Lee 2005; Batislam 2007)."""
    x, last, seen = _log_of_cdnow(model)

    def at(logs: np.ndarray) -> np.ndarray:
        r, alpha, a, b = np.exp(logs)
        common = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        stays, leaves = common - (r + x) * np.log(alpha + seen), common - (r + x) * np.log(alpha + last)
        if model == "mbg_nbd":
            stays, leaves = stays + _beta(a, b + x + 1), leaves + _beta(a + 1, b + x)
        else:
            stays = stays + _beta(a, b + x)
            leaves = np.where(x > 0, leaves + _beta(a + 1, b + np.maximum(x, 1) - 1), -np.inf)
        return np.logaddexp(stays, leaves) - _beta(a, b)

    return at


def _basket_likelihood() -> LogLikelihood:
    """The same for baskets, at the logarithms of p, q - 1 and gamma (Fader and Hardie 2013)."""
    chance = np.random.default_rng(SEED)
    rate, leaving = chance.gamma(0.553, 1 / 10.578, CUSTOMERS), chance.gamma(0.606, 1 / 11.669, CUSTOMERS)
    x = chance.poisson(rate * np.minimum(chance.exponential(1, CUSTOMERS) / leaving, chance.uniform(27, 39, CUSTOMERS)))
    x = x[x > 0]
    p, q, gamma = BASKETS.values()
    mean = chance.gamma(p * x, 1 / (chance.gamma(q, 1 / gamma, x.size) * x))

    def at(logs: np.ndarray) -> np.ndarray:
        p, q, gamma = np.exp(logs) + np.array([0.0, 1.0, 0.0])
        front = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
        return front + (p * x - 1) * np.log(mean) + p * x * np.log(x) - (p * x + q) * np.log(gamma + mean * x)

    return at


def _information(at: LogLikelihood, logs: np.ndarray, customers: float) -> tuple[np.ndarray, np.ndarray]:
    """(standard errors, correlations) of a fit to so many customers, by the outer product of the scores."""
    step = 1e-4
    scores = np.array([(at(logs + step * each) - at(logs - step * each)) / (2 * step) for each in np.eye(logs.size)])
    covariance = np.linalg.inv(scores @ scores.T / scores.shape[1] * customers)
    errors = np.sqrt(np.diag(covariance))
    return errors, covariance / np.outer(errors, errors)


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd"])
def test_errors_of_purchase_models_are_those_of_their_information(model: str) -> None:
    errors, correlation = _information(_likelihood(model), np.log(list(VALUES[model].values())), FITTED_ON)
    assert PURCHASE[model].errors == pytest.approx(errors, rel=0.1)
    assert np.array(PURCHASE[model].correlation) == pytest.approx(correlation, abs=0.06)


def test_errors_of_baskets_are_those_of_their_information() -> None:
    p, q, gamma = BASKETS.values()
    errors, correlation = _information(_basket_likelihood(), np.log([p, q - 1, gamma]), FITTED_ON * REPEATERS)
    assert GAMMA_GAMMA.errors == pytest.approx(errors, rel=0.12)
    assert np.array(GAMMA_GAMMA.correlation) == pytest.approx(correlation, abs=0.06)


@pytest.mark.parametrize("fitted_on", [FITTED_ON, 400])
@pytest.mark.parametrize(
    ("fit", "values"),
    [*((PURCHASE[model], values) for model, values in VALUES.items()), (GAMMA_GAMMA, BASKETS)],
    ids=[*VALUES, "gamma_gamma"],
)
def test_draws_have_the_errors_and_correlations_of_the_fit(fit: Fit, values: dict[str, float], fitted_on: int) -> None:
    normals = np.random.default_rng(SEED).normal(size=(len(values), 20_000))
    draws = drawn(fit, values, normals, fitted_on)
    away = {"q": 1.0}
    logs = np.log([draws[name] - away.get(name, 0.0) for name in fit.names])
    free = np.array([draws[name].min() > 0.1 for name in fit.names])  # not held at the least shape
    spread = np.array(fit.errors) * math.sqrt(FITTED_ON / fitted_on)
    assert logs.std(axis=1)[free] == pytest.approx(spread[free], rel=0.03)
    assert np.corrcoef(logs)[np.ix_(free, free)] == pytest.approx(
        np.array(fit.correlation)[np.ix_(free, free)], abs=0.03
    )
    assert np.median(logs, axis=1) == pytest.approx(
        np.log([values[name] - away.get(name, 0.0) for name in fit.names]), abs=0.03
    )


def test_what_is_seen_of_the_customers_is_known_far_better_than_the_parameters() -> None:
    """Rate and scale err together: the mean basket is known to a few percent although gamma is not to a quarter."""
    normals = np.random.default_rng(SEED).normal(size=(3, 5_000))
    draws = drawn(GAMMA_GAMMA, BASKETS, normals, FITTED_ON)
    mean = draws["p"] * draws["gamma"] / (draws["q"] - 1)
    assert 0.02 < np.log(mean).std() < 0.06
    assert np.log(draws["gamma"]).std() > 0.25
    normals = np.random.default_rng(SEED).normal(size=(4, 5_000))
    draws = drawn(PURCHASE["pareto_nbd"], VALUES["pareto_nbd"], normals, FITTED_ON)
    assert np.log(draws["s"] / draws["beta"]).std() < 0.5 * np.log(draws["beta"]).std()


def test_extreme_doubt_stays_legal() -> None:
    normals = np.full((4, 1), -8.0)
    assert drawn(PURCHASE["pareto_nbd"], VALUES["pareto_nbd"], normals, 200)["r"] == pytest.approx(0.1)
    assert drawn(GAMMA_GAMMA, BASKETS, normals[:3], 200)["q"][0] > 1.0


def test_errors_of_a_lognormal_basket_shrink_with_the_root_of_the_customers() -> None:
    """The mean of the logarithms of n repeaters has the error between / sqrt(n), a spread 1 / sqrt(2 n)."""
    errors = dict(zip(("mean", "between", "within"), lognormal_fit(0.8).errors, strict=True))
    assert errors == pytest.approx({"mean": 0.8 / 946**0.5, "between": 1892**-0.5, "within": 1892**-0.5})
