"""What is not known of a scenario, drawn together: sizes of effects within their ranges, base parameters by their fit.

Effects are drawn from the triangular distribution over their range (sim/doubt/ranges.py), with its peak at the
scenario's size; times and other numbers that are multiplied, on the scale of their logarithm. Effects that were
measured as one are drawn as one. An effect that the scenario switches off stays off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from policies import Policy
from sim.doubt.base import GAMMA_GAMMA, PURCHASE, Fit, drawn, lognormal_fit
from sim.doubt.ranges import range_around
from sim.doubt.strata import normals, seed_of_draw, uniforms
from sim.effects import EFFECTS, Effect
from sim.market.response import can_be_off
from sim.market.world import GAMMA_GAMMA as GAMMA_GAMMA_BASKET
from sim.market.world import PARETO_NBD
from sim.scenario import Scenario

TOGETHER = {
    "b_tier": ("b_tier_1", "b_tier_2", "b_tier_3"),
    "c_tier": ("c_tier_1", "c_tier_2", "c_tier_3"),
    "b_plan": ("b_econ", "b_sunk"),
}
"""Effects that were measured as one, by the name under which they are drawn."""

_GROUP = {symbol: name for name, symbols in TOGETHER.items() for symbol in symbols}

_MODELS = ("pareto_nbd", "bg_nbd", "mbg_nbd")  # by their number in sim/market/world.py
_FIELD = {"mean": "mean_basket"}  # fields of SEGMENT that are not called as in a scenario
_YEAR_WEEKS = 52.0


@dataclass(frozen=True)
class Quantity:
    """One number that is in doubt, with its value in every draw.

    ``key`` is the symbol of an effect, the name of a group in `TOGETHER`, or for base parameters "rate" (orders a
    week while a member stays), "rate_shape", "stay" (share that would still be there after a year without any
    program), "leave" (share that leaves after an order), "basket" (mean, in units of the scenario) or "basket_shape".
    """

    key: str
    segment: str  # whose base parameter it is; empty for effects
    values: np.ndarray  # float64 (draws,); of a group, between 0 and 1 for the two ends of the ranges


@dataclass(frozen=True)
class Draw:
    """One set of parameters that might be the true one."""

    seed: int  # luck of the members
    effects: dict[str, float]  # sizes by symbol, of those that are in doubt
    segments: dict[str, dict[str, float]]  # base parameters by segment and name


@dataclass(frozen=True)
class Draws:
    """All draws of a scenario, and the numbers that vary in them."""

    draws: tuple[Draw, ...]
    quantities: tuple[Quantity, ...]


def draw_parameters(scenario: Scenario, policy: Policy, *, draws: int, seed: int, fitted_on: int) -> Draws:
    """Draw everything that is in doubt. ``policy`` serves to read the scenario; what is drawn does not depend on it.

    Args:
        scenario: whose effects and base parameters are the middle of the doubt.
        policy: any policy that fits the scenario.
        draws: how many.
        seed: of the draws and, from draw to draw another one, of the luck of the members.
        fitted_on: customers that the base parameters of each segment may be thought to be fitted on.
    """
    sizes, effect_quantities = _drawn_effects(scenario, draws, seed)
    bases, base_quantities = _drawn_bases(scenario, policy, draws, seed, fitted_on)
    rows = tuple(
        Draw(
            seed_of_draw(seed, number),
            {symbol: float(values[number]) for symbol, values in sizes.items()},
            {name: {key: float(each[number]) for key, each in base.items()} for name, base in bases.items()},
        )
        for number in range(draws)
    )
    return Draws(rows, (*effect_quantities, *base_quantities))


def doubtful_effects(scenario: Scenario) -> tuple[Effect, ...]:
    """Effects that have a range and that the scenario does not switch off."""
    response = scenario.content.response

    def is_off(each: Effect) -> bool:
        by_preset = response.preset == "null" and can_be_off(each) and each.symbol not in response.sizes()
        return by_preset or each.symbol in response.off

    return tuple(each for each in EFFECTS if each.low < each.high and not is_off(each))


def _drawn_effects(scenario: Scenario, draws: int, seed: int) -> tuple[dict[str, np.ndarray], list[Quantity]]:
    modes = scenario.effects("behavioural")
    sizes: dict[str, np.ndarray] = {}
    quantities: dict[str, Quantity] = {}
    for effect in doubtful_effects(scenario):
        group = _GROUP.get(effect.symbol, effect.symbol)
        numbers = uniforms(seed, group, draws)
        sizes[effect.symbol] = range_around(effect, modes[effect.symbol]).drawn(numbers)
        quantities[group] = Quantity(group, "", numbers if group in TOGETHER else sizes[effect.symbol])
    return sizes, list(quantities.values())


def _drawn_bases(
    scenario: Scenario, policy: Policy, draws: int, seed: int, fitted_on: int
) -> tuple[dict[str, dict[str, np.ndarray]], list[Quantity]]:
    bases: dict[str, dict[str, np.ndarray]] = {}
    quantities: list[Quantity] = []
    rows = scenario.world(policy).segments
    for row, segment in zip(rows, scenario.content.segments, strict=True):
        base: dict[str, np.ndarray] = {}
        for fit in (PURCHASE[_MODELS[row.process]], _basket_fit(row)):
            luck = np.array([normals(seed, f"{segment.name} {name}", draws) for name in fit.names])
            base |= drawn(fit, {name: float(row[_FIELD.get(name, name)]) for name in fit.names}, luck, fitted_on)
        bases[segment.name] = base
        quantities += [Quantity(key, segment.name, values) for key, values in _meanings(row, base).items()]
    return bases, quantities


def _basket_fit(row: np.record) -> Fit:
    return GAMMA_GAMMA if row.basket == GAMMA_GAMMA_BASKET else lognormal_fit(float(row.between))


def _meanings(row: np.record, base: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What base parameters mean for members: these are less entangled than the parameters are."""
    told = {"rate": base["r"] / base["alpha"], "rate_shape": base["r"]}
    if row.process == PARETO_NBD:
        told["stay"] = (base["beta"] / (base["beta"] + _YEAR_WEEKS)) ** base["s"]
    else:
        told["leave"] = base["a"] / (base["a"] + base["b"])
    if row.basket == GAMMA_GAMMA_BASKET:
        return told | {"basket": base["p"] * base["gamma"] / (base["q"] - 1.0), "basket_shape": base["q"]}
    return told | {"basket": base["mean"], "basket_shape": base["between"]}
