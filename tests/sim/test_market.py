"""From a scenario file to arrays: kinds of members, who joins when, and what the shop pays beside the rules."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from policies import load_policy
from policies.days import date_of, day_of
from policies.rules import ANY
from sim.doubt.draws import doubtful_effects
from sim.effects import EFFECTS, preset
from sim.market.market_tables import Acquisition, Costs, Event, Seasonality, Shock, Way
from sim.market.response import Response, can_be_off
from sim.market.segment_tables import (
    BASKET_MODELS,
    FITTED,
    PURCHASE_MODELS,
    BgNbd,
    GammaGamma,
    Lognormal,
    MbgNbd,
    ParetoNbd,
)
from sim.market.world import BG_NBD, GAMMA_GAMMA, LOGNORMAL, MBG_NBD, PARETO_NBD
from sim.scenario import Economics, Scenario, ScenarioError, load_scenario

SHOP = """
title = "Corner shop"
horizon = { from = 2027-01-01, through = 2027-12-31 }
members = 20
[[segments]]
name = "all"
share = 1.0
purchase = { model = "pareto_nbd", r = 1.2, alpha = 2.0, s = 1.5, beta = 150.0 }
basket = { model = "gamma_gamma", p = 6.25, q = 3.74, gamma = 15.44 }
margin = 0.5
"""
PURCHASE = re.compile("purchase = .*")
BASKET = re.compile("basket = .*")


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Scenario]:
    """``shop(more, old=new)``: the corner shop with other lines."""

    def make(more: str = "", *, purchase: str = "", basket: str = "", **changes: str) -> Scenario:
        text = PURCHASE.sub(f"purchase = {purchase}", SHOP) if purchase else SHOP
        text = BASKET.sub(f"basket = {basket}", text) if basket else text
        for key, value in changes.items():
            text = re.sub(f"^{key} = .*$", f"{key} = {value}", text, flags=re.MULTILINE)
        path = tmp_path / "shop.toml"
        path.write_text(text + more, "utf-8")
        return load_scenario(path)

    return make


# --- kinds of members --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "process", "told"),
    [
        ('{ model = "bg_nbd", r = 0.9, alpha = 2.0, a = 0.4, b = 20.0 }', BG_NBD, (0.9, 2.0, 0, 0, 0.4, 20.0, 1)),
        ('{ model = "bg_nbd", fitted = "cdnow" }', BG_NBD, (0.243, 4.414, 0, 0, 0.793, 2.426, 1)),
        ('{ model = "mbg_nbd", fitted = "cdnow" }', MBG_NBD, (0.5248, 6.1831, 0, 0, 0.8914, 1.6140, 1)),
        (
            '{ model = "pareto_nbd", fitted = "cdnow", regularity = 3 }',
            PARETO_NBD,
            (0.553, 10.578, 0.606, 11.669, 0, 0, 3),
        ),
    ],
)
def test_purchase_models(shop: Callable, table: str, process: int, told: tuple) -> None:
    (row,) = shop(purchase=table).world(load_policy("baseline")).segments
    assert row.process == process
    assert (row.r, row.alpha, row.s, row.beta, row.a, row.b, row.regularity) == told


def test_fitted_is_what_it_stands_for(shop: Callable) -> None:
    """A name and its numbers are one scenario; and the shipped one is the published fit."""
    written = shop(purchase='{ model = "pareto_nbd", r = 0.553, alpha = 10.578, s = 0.606, beta = 11.669 }')
    assert shop(purchase='{ model = "pareto_nbd", fitted = "cdnow" }').digest == written.digest
    assert load_scenario("cdnow").content.segments[0].purchase == written.content.segments[0].purchase


def test_basket_models(shop: Callable) -> None:
    (row,) = shop().world(load_policy("baseline")).segments
    assert (row.basket, row.p, row.q, row.gamma, row.cents) == (GAMMA_GAMMA, 6.25, 3.74, 15.44, 100)
    table = '{ model = "lognormal", mean = 38.0, between = 0.35, within = 0.3, scale = 2.0 }'
    (row,) = shop(basket=table).world(load_policy("baseline")).segments
    assert (row.basket, row.mean_basket, row.between, row.within, row.cents) == (LOGNORMAL, 38.0, 0.35, 0.3, 200)


def test_places_and_margins(shop: Callable) -> None:
    """In alphabetical order, under the policy's numbers; what it does not know is none in particular."""
    lines = """channels = { store = 0.25, app = 0.5, web = 0.25 }
categories = { skincare = 0.25, other = 0.75 }
margin = { skincare = 0.6, other = 0.2 }
refund_rate = 0.06
birthday = "unknown"
"""
    second = SHOP[SHOP.index("[[segments]]") :].replace("margin = 0.5\n", lines).replace('"all"', '"half"')
    scenario = shop(second.replace("share = 1.0", "share = 0.5"), share="0.5")
    assert scenario.segment_names == ("all", "half")
    policy = load_policy("vertical_expert")
    plain, row = scenario.world(policy).segments
    assert (plain.channels, plain.categories, plain.margin_bp, plain.return_share) == (0, 0, 5_000, 0.0)
    assert (plain.partial_share, plain.birthdays, row.birthdays) == (0.3, 1, 0)
    assert row.channel_through[:3].tolist() == [0.5, 0.75, 1.0]
    store = policy.channel_names.index("store") + 1
    assert row.channel[: row.channels].tolist() == [ANY, store, ANY], "app and web are nothing to this policy"
    assert row.category_through[:2].tolist() == [0.75, 1.0]
    assert row.category[: row.categories].tolist() == [ANY, policy.category_names.index("skincare") + 1]
    assert row.category_margin_bp[:2].tolist() == [2_000, 6_000]
    assert row.margin_bp == 3_000
    assert row.return_share == 0.06


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("no_program", {}),
        ("baseline", {}),
        ("giant_ecommerce", {"check_in": (1.5 / 7, 0.0), "review": (0.0, 0.2)}),
        ("vertical_expert", {"review": (0.0, 0.2), "course": (12 / 365.25, 0.0), "answer": (2.0, 0.0)}),
    ],
)
def test_only_activities_that_do_something(shop: Callable, policy: str, told: dict) -> None:
    """The luck of each goes by its place in the scenario, whatever the policy knows."""
    rates = '{ review = "0.2 per order", check_in = "1.5 per week", course = "1 per month", answer = "2 per day" }'
    rules = load_policy(policy)
    (row,) = shop(f"activities = {rates}\n").world(rules).segments
    names = [rules.activity_names[number] for number in row.doing[: row.doings]]
    places = ["answer", "check_in", "course", "review"]
    assert row.doing_place[: row.doings].tolist() == [places.index(name) for name in names]
    found = zip(row.doing_rate.tolist(), row.doing_share.tolist(), strict=True)
    assert {name: pytest.approx(each) for name, each in zip(names, found, strict=False)} == told


def test_flags(shop: Callable) -> None:
    spans = {name: shop().world(load_policy(name)).span for name in ("baseline", "growth_value", "startup_two_tier")}
    assert {name: int(span.birthdays) for name, span in spans.items()} == {
        "baseline": 0,
        "growth_value": 1,
        "startup_two_tier": 1,
    }
    plain = spans["baseline"]
    assert (plain.seasons, plain.shocks, plain.lines) == (0, 0, 0)
    assert shop("categories = { skincare = 1.0 }\n").world(load_policy("baseline")).span.lines == 1
    year = "from = 2027-03-01\nthrough = 2027-03-31\n"
    for change, flags in {"orders": (1, 0), "baskets": (1, 0), "leaving": (0, 1)}.items():
        span = shop(f'[[shocks]]\nname = "flood"\n{year}{change} = 0.9\n').world(load_policy("baseline")).span
        assert (span.seasons, span.shocks) == flags


# --- who joins when ----------------------------------------------------------------------------------------------


def joins_by_hand(scenario: Scenario, scale: Fraction) -> list[tuple[int, int, int, int]]:
    """(channel, first day, end day, members) by exact arithmetic, month after month."""
    growth = 1 + Fraction(str(scenario.content.acquisition.growth))
    start, end = date_of(scenario.first_day), date_of(scenario.end_day)
    found, totals = [], {}
    month, power = start, Fraction(1)
    while month < end:
        first = month.replace(day=1)
        following = (first + timedelta(days=31)).replace(day=1)
        inside = (min(following, end) - month).days
        for number, way in enumerate(scenario.content.acquisition.channels, start=1):
            before = totals.get(number, Fraction(0))
            totals[number] = before + Fraction(str(way.per_month)) * scale * power * inside / (following - first).days
            count = int(totals[number] + Fraction(1, 2)) - int(before + Fraction(1, 2))
            if count:
                found.append((number, day_of(month), day_of(month) + inside, count))
        month, power = following, power * growth
    return found


def arrivals_told(scenario: Scenario, members: int | None) -> list[tuple[int, int, int, int]]:
    rows = scenario.arrivals(members)
    ends = [*rows.first_member[1:], scenario.population(members)]
    return [
        (int(row.channel), int(row.first_day), int(row.end_day), int(end - row.first_member))
        for row, end in zip(rows, ends, strict=True)
    ]


def test_joins_month_by_month(shop: Callable) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(20):
        start = date(2027, 1, 1) + timedelta(days=chance.randrange(400))
        through = start + timedelta(days=chance.randrange(900))
        rates = [round(chance.choice([0.3, 7.0, 450.0]) * chance.random(), 3) for _ in range(3)]
        ways = ", ".join(f'{{ name = "way {number}", per_month = {rate} }}' for number, rate in enumerate(rates))
        growth = round(chance.uniform(-0.2, 0.2), 2)
        horizon = f"{{ from = {start}, through = {through} }}"
        scenario = shop(f"[acquisition]\ngrowth = {growth}\nchannels = [ {ways} ]\n", horizon=horizon)
        members = chance.choice([None, 20, 7, 133])
        scale = Fraction(members or 20, 20)
        first_day = (0, scenario.first_day, scenario.first_day, members or 20)
        assert arrivals_told(scenario, members) == [first_day, *joins_by_hand(scenario, scale)]


def test_a_start_from_nobody(shop: Callable) -> None:
    """Asked for so many members, all channels together win so many, up to one each."""
    ways = '[ { name = "ads", per_month = 25, cost_per_join = "18.50" }, { name = "friends", per_month = 5 } ]'
    scenario = shop(f"[acquisition]\nchannels = {ways}\n", members="0")
    assert (scenario.members, scenario.population(), scenario.channel_names) == (0, 360, ("ads", "friends"))
    for members in (1, 100, 359, 5_000):
        assert abs(scenario.population(members) - members) <= 1
    rows = scenario.world(load_policy("baseline"), members=100).arrivals
    assert (rows.channel[0], rows.first_member[0], rows.first_member[1]) == (0, 0, 0)
    assert set(rows.cost_cents[rows.channel == 1]) == {1_850}
    assert set(rows.cost_cents[rows.channel != 1]) == {0}


def test_mix_of_channels() -> None:
    """A channel brings its own kinds of members, the others the kinds of the first day."""
    scenario = load_scenario("beauty_mall")
    rows = scenario.world(load_policy("baseline")).arrivals
    by_channel = {int(row.channel): row.share_through[:3].tolist() for row in rows}
    assert by_channel == {0: [0.6, 1.0, 1.0], 1: [0.4, 1.0, 1.0], 2: [0.6, 1.0, 1.0]}
    assert (scenario.population(), scenario.population(1_000)) == (150_400, 1_504)
    assert (np.diff(rows.first_member) > 0).all()


def test_members_by_hand_are_all_there_are() -> None:
    scenario = load_scenario("lessons")
    assert (scenario.population(), scenario.population(5), len(scenario.arrivals(5))) == (9, 9, 1)
    assert scenario.segment_names == scenario.channel_names == ()


def test_every_key_of_a_market_is_explained() -> None:
    """The page on scenarios names every key of every table below the top, and every model with its parameters."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "scenarios.md").read_text("utf-8")
    tables = (
        ParetoNbd,
        BgNbd,
        MbgNbd,
        GammaGamma,
        Lognormal,
        Acquisition,
        Way,
        Seasonality,
        Event,
        Shock,
        Costs,
        Response,
    )
    keys = {field.alias or key for table in tables for key, field in table.model_fields.items()}
    assert [key for key in sorted(keys) if not re.search(rf"`(\w+\.)?{key}[` ]", text)] == []
    assert [model for model in (*PURCHASE_MODELS, *BASKET_MODELS) if f'| `"{model}"` |' not in text] == []
    assert set(FITTED["cdnow"]) == set(PURCHASE_MODELS)


# --- other parameters --------------------------------------------------------------------------------------------


def test_effects_on_top() -> None:
    scenario = load_scenario("beauty_mall")
    policy = load_policy("baseline")
    changed = scenario.world(policy, effects={"c_mem": -0.2, "tau_tp": 9.0}).response
    sizes = preset("central") | {"c_mem": -0.2, "tau_tp": 9.0}
    assert {name: changed[name] for name in changed.dtype.names} == sizes
    assert scenario.world(policy, "mechanical", effects={"c_mem": -0.2}).response.c_mem == -0.2
    with pytest.raises(KeyError, match="c_men"):
        scenario.world(policy, effects={"c_men": 1.0})


def test_effects_switched_off(shop: Callable) -> None:
    """Off is what remains without any effect, which for some is not zero."""
    scenario = shop('[response]\npreset = "optimistic"\noff = ["c_mem", "tau_sunk", "novelty"]\nphi = 0.02\n')
    off = {symbol: preset("null")[symbol] for symbol in ("c_mem", "tau_sunk", "novelty")}
    assert off == {"c_mem": 0, "tau_sunk": 10_000, "novelty": 1}
    assert scenario.effects("behavioural") == preset("optimistic") | off | {"phi": 0.02}


@pytest.mark.parametrize("symbol", ["pi_never", "exposure", "theta", "t_goal", "eta"])
def test_a_choice_cannot_be_switched_off(shop: Callable, symbol: str) -> None:
    """It would be a setting that nothing reads: choices and times have a size with or without a program."""
    with pytest.raises(ScenarioError, match=f"{symbol} cannot be off: .* set its size instead"):
        shop(f'[response]\noff = ["{symbol}"]\n')


def test_off_changes_every_effect_that_can_be_off(shop: Callable) -> None:
    """Off either is another size than the central one, or keeps doubt from drawing the effect away from it."""
    switched = [each for each in EFFECTS if can_be_off(each)]
    assert {"c_mem", "b_mem", "beta_gg", "novelty", "tau_sunk", "rate_ref"} <= {each.symbol for each in switched}
    for each in switched:
        off = shop(f'[response]\noff = ["{each.symbol}"]\n')
        assert off.effects("behavioural")[each.symbol] == each.null
        assert each.null != each.central or each in doubtful_effects(shop(""))
        assert each not in doubtful_effects(off)


def test_varied_parameters() -> None:
    scenario = load_scenario("beauty_mall")
    before = scenario.digest
    varied = scenario.varied(segments={"regular": {"r": 1.1, "q": 3.5}})
    rows, old = (each.world(load_policy("baseline")).segments for each in (varied, scenario))
    assert (rows[0].r, rows[0].q, rows[0].alpha) == (1.1, 3.5, old[0].alpha)
    assert rows[1] == old[1]
    assert scenario.digest == before != varied.digest
    assert scenario.varied(segments={}).digest == before
    for wrong in ({"regulars": {"r": 1.0}}, {"regular": {"a": 1.0}}):
        with pytest.raises(KeyError):
            scenario.varied(segments=wrong)
    with pytest.raises(ScenarioError, match=r"beauty_mall: segments\.regular\.purchase\.r = 0\.01: must be greater"):
        scenario.varied(segments={"regular": {"r": 0.01}})


def test_economics_in_minor_units(shop: Callable) -> None:
    assert shop().economics(100) == Economics(0.0, 0, 0)
    costs = 'discount_rate = 0.08\nmessaging_cost_per_member_month = "0.05"\nfixed_cost_per_month = "20000"\n'
    scenario = shop(f"[economics]\n{costs}")
    assert scenario.economics(100) == Economics(0.08, 5, 2_000_000)
    assert scenario.economics(1_000) == Economics(0.08, 50, 20_000_000)


@pytest.mark.parametrize(("count", "told"), [(40, ""), (41, "events = .*has too many entries: at most 40")])
def test_lists_have_an_end(shop: Callable, count: int, told: str) -> None:
    events = ", ".join(f'{{ name = "day {each}", day = "11-11", factor = 1.01 }}' for each in range(count))
    text = f"[seasonality]\nevents = [ {events} ]\n"
    if told:
        with pytest.raises(ScenarioError, match=told):
            shop(text)
    else:
        assert max(shop(text).factors().orders) == pytest.approx(1.01**40)
