"""No effect is a dead letter: turning any one of them changes what members do, where its rule is in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from policies import Policy, load_policy
from sim.effects import EFFECTS, PRESETS, Effect, preset
from sim.run import simulate
from sim.scenario import load_scenario
from tests.kernel_rules import policy_of

MEMBERS, PLAN_MEMBERS = 200, 1_500
"""Few members buy a plan, and fewer still renew it twice."""

FAR_GOAL = policy_of('extends = "baseline"\n[points.cash]\nminimum = 2000\n')
"""The baseline with a first redemption that is some baskets away."""

ON_TRIAL = policy_of(
    'currency = "CNY"\n[[plans]]\nname = "club"\nprice = "20.00"\nperiod = "month"\ntrial = "14 days"\n'
    "discount = 0.06\n"
)
"""A plan that can be tried."""

WHERE: dict[str, tuple[str | Policy, dict[str, float], str]] = {
    "goal": (FAR_GOAL, {}, "beta_gg kappa t_goal eta"),
    "card": ("stamp_card", {}, "beta_card"),
    "gift": ("coalition", {}, "beta_hs"),
    "plan": ("warehouse_club", {"exposure": 0.5, "j_0": 0.0},
             "b_econ b_sunk tau_sunk b_bask c_paid exposure j_0 j_1 rho_0 rho_b rho_auto rho_year"),
    "trial": (ON_TRIAL, {"exposure": 0.5, "j_0": 0.0}, "trial j_trial"),
    "card to load": ("stored_value_retail", {}, "b_sv th_0 th_b th_w sv_loss"),
    "festivals": ("giant_ecommerce", {}, "b_wheel b_day phi_fb spin"),
    "birthdays": ("startup_two_tier", {}, "beta_cp b_birthday coupon_use"),
    "friends": ("startup_two_tier", {"rate_ref": 0.1}, "c_ref rho_ref"),
    "first friends": ("startup_two_tier", {}, "rate_ref"),
    "wipe": ("year_end_wipe_cap50", {}, "beta_exp tau_exp"),
    "habit": ("baseline", {"novelty": 0.5}, "tau_nov"),
}  # fmt: skip
"""Policies, and sizes of other effects, under which some effects can be seen; all others are seen in the baseline."""


@pytest.fixture(scope="module")
def lives() -> Callable[..., bytes]:
    """Outcomes in the main market with some effects at another size than the central one."""
    scenario = load_scenario("beauty_mall")
    known: dict[tuple, bytes] = {}

    def run(policy: Policy, sizes: Mapping[str, float]) -> bytes:
        key = (policy.name, *sorted(sizes.items()))
        if key not in known:
            effects = preset("central") | dict(sizes)
            members = PLAN_MEMBERS if "exposure" in sizes else MEMBERS
            known[key] = simulate(scenario, policy, members=members, effects=effects).outcomes.tobytes()
        return known[key]

    return run


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.symbol)
def test_every_effect_acts(effect: Effect, lives: Callable[..., bytes]) -> None:
    """The end of the range that is farther from the centre makes other lives of a small population."""
    found = [where for where in WHERE.values() if effect.symbol in where[2].split()]
    source, others, _ = found[0] if found else ("baseline", {}, "")
    policy = load_policy(source) if isinstance(source, str) else source
    centre = others.get(effect.symbol, effect.central)
    far = max((effect.low, effect.high), key=lambda size: abs(size - centre))
    assert lives(policy, others) != lives(policy, others | {effect.symbol: far})


def test_the_table_above_names_effects() -> None:
    named = [symbol for where in WHERE.values() for symbol in where[2].split()]
    assert len(set(named)) == len(named)
    assert set(named) < {each.symbol for each in EFFECTS}


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.symbol)
def test_declaration(effect: Effect) -> None:
    assert effect.low < effect.high
    for size in (effect.conservative, effect.central, effect.optimistic):
        assert effect.low <= size <= effect.high
    assert effect.grade in "ABCD"
    assert effect.meaning and effect.unit and effect.source


HARMS = {"delta_dem", "h_dem", "delta_fail", "h_exp", "phi_fb"}
CHURN = {"c_mem", "c_tier_1", "c_tier_2", "c_tier_3", "c_paid", "c_ref"}
REACTIONS = {each.symbol for each in EFFECTS if each.symbol.startswith(("b_", "beta_"))} - {"b_bask"}
REACTIONS |= {"phi", "pi_b", "c_bal", "rate_ref"}


def test_presets() -> None:
    assert len({each.symbol for each in EFFECTS}) == len(EFFECTS)
    for name in PRESETS:
        assert set(preset(name)) == {each.symbol for each in EFFECTS}
    with pytest.raises(KeyError):
        preset("hopeful")


def test_presets_are_ordered() -> None:
    """Gains grow from preset to preset; harms are never forgotten once reactions are on; null has neither."""
    sizes = {name: preset(name) for name in PRESETS}
    for symbol in REACTIONS | CHURN:
        sign = -1 if symbol in CHURN else 1
        gains = [sign * sizes[name][symbol] for name in PRESETS]
        assert gains == sorted(gains), symbol
        assert gains[0] == 0 < gains[-1], symbol
    for symbol in HARMS:
        assert sizes["null"][symbol] == 0 < sizes["central"][symbol] == sizes["optimistic"][symbol], symbol
    assert sizes["null"]["novelty"] == 1 > sizes["conservative"]["novelty"]


def test_presets_bring_more_from_one_to_the_next() -> None:
    """The same members under the same rules: sales and survivors grow with the preset."""
    scenario = load_scenario("beauty_mall")
    rows = [simulate(scenario, load_policy("baseline"), members=600, effects=preset(name)).sums for name in PRESETS]
    for field in ("list_cents", "surviving"):
        told = [int(each[field][0]) for each in rows]
        assert told == sorted(set(told)), field


def test_a_scenario_sets_its_own_sizes(cut: Callable) -> None:
    scenario = cut("beauty_mall", None, beta_gg=0.2)
    assert scenario.effects("behavioural") == preset("central") | {"beta_gg": 0.2}
    assert scenario.effects("mechanical") == preset("null")
    assert load_scenario("beauty_mall").effects("behavioural") == preset("central")


def test_sizes_in_place_of_the_scenario_s() -> None:
    """The same lives, whether a size is written in the scenario or asked for; and an unknown name is told."""
    scenario, policy = load_scenario("beauty_mall"), load_policy("baseline")
    mechanical, asked = (
        simulate(scenario, policy, members=50, **options).outcomes
        for options in ({"response": "mechanical"}, {"effects": preset("null")})
    )
    assert mechanical.tobytes() == asked.tobytes()
    with pytest.raises(KeyError, match="beta_xy"):
        simulate(scenario, policy, members=5, effects={"beta_xy": 0.1})


def test_attribution_of_added_orders() -> None:
    """Orders of a run are, in expectation, those of the own rate and those added term by term."""
    scenario = load_scenario("beauty_mall")
    for name in ("giant_ecommerce", "warehouse_club"):
        run = simulate(scenario, load_policy(name), members=1_500)
        orders, expected = int(run.sums["orders"][0]), run.pulls.sum() / 1e6
        # An occasion is taken or not: the variance of the difference is at most that of a Poisson number.
        assert abs(orders - expected) < 4 * np.sqrt(expected), name
        assert 0 <= run.gauge[1] < 0.01 * run.gauge[0], "the cap is rarely met"
    nobody = simulate(scenario, load_policy("baseline"), members=100, response="mechanical")
    assert not nobody.pulls[:-1].any() and nobody.pulls[-1] > 0 and nobody.gauge[1] == 0
