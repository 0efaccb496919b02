"""What is drawn: effects within their ranges, base parameters that scenarios accept, nothing that is switched off."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from policies import load_policy
from sim.doubt.draws import TOGETHER, doubtful_effects, draw_parameters
from sim.doubt.ranges import range_around
from sim.effects import EFFECTS, Effect
from sim.market.listing import scenario_catalogue
from sim.scenario import Scenario, load_scenario

BY_SYMBOL = {each.symbol: each for each in EFFECTS}
POPULATIONS = [name for name in scenario_catalogue() if not load_scenario(name).scripted]


@pytest.mark.parametrize("name", POPULATIONS)
def test_every_draw_is_legal(name: str) -> None:
    """Whatever is drawn, every shipped scenario can be built with it, also if it was fitted on few customers."""
    scenario, policy = load_scenario(name), load_policy("baseline")
    drawn = draw_parameters(scenario, policy, draws=20, seed=1, fitted_on=300)
    for draw in drawn.draws:
        for symbol, size in draw.effects.items():
            within = range_around(BY_SYMBOL[symbol], scenario.effects("behavioural")[symbol])
            assert within.low <= size <= within.high, symbol
        world = scenario.varied(segments=draw.segments).world(policy, effects=draw.effects)
        assert [float(each) for each in world.segments.r] == [base["r"] for base in draw.segments.values()]


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda each: each.symbol)
def test_sizes_cover_the_range_around_the_assumed_one(effect: Effect) -> None:
    numbers = np.linspace(0.0, 1.0, 101)
    around = range_around(effect, effect.central)
    sizes = around.drawn(numbers)
    assert (sizes[0], sizes[-1]) == pytest.approx((effect.low, effect.high))
    assert (np.diff(sizes) > 0).all()
    peak = sizes[np.argmin(np.diff(np.log(sizes) if around.multiplied else sizes))]
    assert abs(peak - effect.central) <= 0.1 * (effect.high - effect.low)  # densest at the assumed size


def test_times_are_drawn_as_multiples() -> None:
    """A goal's patience of 26 weeks lies in the middle of 8 to 104: both are a good three times away."""
    assert range_around(BY_SYMBOL["t_goal"], 26.0).drawn(np.array([0.5]))[0] == pytest.approx(28.0, rel=0.05)


@pytest.mark.parametrize(
    ("symbol", "size", "ends"),
    [
        ("c_mem", -2.0, (-2.0, 0.0)),
        ("rate_ref", 0.3, (0.0, 0.3)),
        ("t_goal", 2.0, (2.0, 104.0)),
        ("s_v", 0.0, (0, 1.2)),
    ],
)
def test_a_size_outside_the_range_widens_it(symbol: str, size: float, ends: tuple[float, float]) -> None:
    """Also where sizes are multiplied, and where none can be, because the range now begins at zero."""
    around = range_around(BY_SYMBOL[symbol], size)
    sizes = around.drawn(np.linspace(0.0, 1.0, 101))
    assert (sizes[0], sizes[-1]) == pytest.approx(ends)
    assert np.isfinite(sizes).all()
    steps = np.diff(np.log(sizes) if around.multiplied else sizes)
    assert steps.argmin() == (0 if size == ends[0] else len(steps) - 1)  # densest where the scenario says
    assert (around.spaced(9)[0], around.spaced(9)[-1]) == ends


@pytest.mark.parametrize("name", POPULATIONS)
def test_the_scenarios_own_sizes_are_the_peaks(name: str) -> None:
    """Every size lies within what is drawn; mean and peak are those of a triangle over it."""
    scenario = load_scenario(name)
    modes = scenario.effects("behavioural")
    drawn = draw_parameters(scenario, load_policy("baseline"), draws=400, seed=1, fitted_on=2_357).draws
    for effect in doubtful_effects(scenario):
        mode = modes[effect.symbol]
        around = range_around(effect, mode)
        assert around.low <= mode <= around.high, effect.symbol
        assert (around.low, around.high) == (min(effect.low, mode), max(effect.high, mode))
        change = np.log if around.multiplied else np.asarray
        sizes = change(np.array([draw.effects[effect.symbol] for draw in drawn]))
        low, peak, high = (float(change(each)) for each in (around.low, mode, around.high))
        assert sizes.mean() == pytest.approx((low + peak + high) / 3, abs=0.005 * (high - low)), effect.symbol
        below = (peak - low) / (high - low)
        assert np.mean(sizes < peak) == pytest.approx(below, abs=1.5 / len(sizes)), effect.symbol


def test_the_scenario_that_lives_on_referral_is_doubted_around_its_own_size() -> None:
    scenario = load_scenario("startup_launch")
    drawn = draw_parameters(scenario, load_policy("baseline"), draws=50, seed=1, fitted_on=2_357).draws
    rates = [draw.effects["rate_ref"] for draw in drawn]
    assert scenario.effects("behavioural")["rate_ref"] == 0.3 > BY_SYMBOL["rate_ref"].high
    assert np.mean(rates) == pytest.approx(0.2, abs=0.005)


def test_effects_measured_as_one_are_drawn_as_one() -> None:
    drawn = draw_parameters(load_scenario("beauty_mall"), load_policy("baseline"), draws=30, seed=2, fitted_on=2_357)
    for symbols in TOGETHER.values():
        sizes = np.array([[draw.effects[symbol] for symbol in symbols] for draw in drawn.draws])
        assert (np.argsort(sizes, axis=0) == np.argsort(sizes[:, 0])[:, None]).all()
    keys = [each.key for each in drawn.quantities if not each.segment]
    assert sorted(keys) == sorted({*TOGETHER, *BY_SYMBOL} - {each for group in TOGETHER.values() for each in group})


def test_draws_depend_on_seed_and_number_alone() -> None:
    scenario = load_scenario("beauty_mall")
    one, again = (
        draw_parameters(scenario, load_policy(name), draws=12, seed=3, fitted_on=2_357)
        for name in ("baseline", "stamp_card")
    )
    assert one.draws == again.draws
    other = draw_parameters(scenario, load_policy("baseline"), draws=12, seed=4, fitted_on=2_357)
    assert other.draws[0].effects["c_mem"] != one.draws[0].effects["c_mem"]
    assert other.draws[0].seed != one.draws[0].seed


def test_what_is_off_stays_off(cut: Callable[..., Scenario]) -> None:
    scenario = cut("beauty_mall", off=("c_mem", "beta_gg"))
    symbols = {each.symbol for each in doubtful_effects(scenario)}
    assert symbols == {*BY_SYMBOL} - {"c_mem", "beta_gg"}


def test_nobody_reacts_but_choices_are_still_in_doubt(cut: Callable[..., Scenario]) -> None:
    """With preset null only the choices at the checkout vary, and what is set apart from the preset."""
    scenario = cut("beauty_mall", preset="null", c_mem=-0.2)
    symbols = {each.symbol for each in doubtful_effects(scenario)}
    assert {"theta", "v_star", "pi_never", "j_0", "c_mem"} <= symbols
    assert not {"b_mem", "beta_gg", "c_tier_2", "h_dem", "b_sv", "rate_ref"} & symbols


def test_base_parameters_are_told_by_what_they_mean() -> None:
    scenario, policy = load_scenario("beauty_mall"), load_policy("baseline")
    drawn = draw_parameters(scenario, policy, draws=40, seed=5, fitted_on=2_357)
    segment = scenario.content.segments[0].name
    told = {each.key: each.values for each in drawn.quantities if each.segment == segment}
    bases = [draw.segments[segment] for draw in drawn.draws]
    assert told["rate"].tolist() == [base["r"] / base["alpha"] for base in bases]
    assert told["stay"].tolist() == pytest.approx([(base["beta"] / (base["beta"] + 52)) ** base["s"] for base in bases])
    row = scenario.world(policy).segments[0]
    assert np.median(told["rate"]) == pytest.approx(row.r / row.alpha, rel=0.05)
    assert np.median(told["basket"]) == pytest.approx(row.p * row.gamma / (row.q - 1), rel=0.05)


def test_bg_and_lognormal_segments() -> None:
    """Other models have other parameters, and one more meaning: who leaves after an order."""
    scenario = load_scenario("beauty_mall")
    first = scenario.content.segments[0]
    raw = first.model_dump() | {
        "purchase": {"model": "bg_nbd", "r": 0.3, "alpha": 4.0, "a": 0.8, "b": 2.4},
        "basket": {"model": "lognormal", "mean": 200.0, "between": 0.6, "within": 0.4},
    }
    rows = (type(first).model_validate(raw), *scenario.content.segments[1:])
    changed = Scenario(scenario.name, scenario.content.model_copy(update={"segments": rows}))
    drawn = draw_parameters(changed, load_policy("baseline"), draws=20, seed=6, fitted_on=2_357)
    assert set(drawn.draws[0].segments[first.name]) == {"r", "alpha", "a", "b", "mean", "between", "within"}
    told = {each.key: each.values for each in drawn.quantities if each.segment == first.name}
    assert np.median(told["leave"]) == pytest.approx(0.25, rel=0.1)
    assert np.median(told["basket"]) == pytest.approx(200.0, rel=0.05)
    changed.varied(segments=drawn.draws[0].segments).world(load_policy("baseline"))
