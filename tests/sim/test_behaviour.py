"""The terms of behaviour, one by one, on members made by hand: see docs/behaviour.md for the equations."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from ledger.state import Member, new_member
from policies import Policy, catalogue, load_policy
from policies.days import day_of
from policies.rules import records
from sim.behaviour import churn_multiplier, joins_plan, points_to_redeem, purchase_intensity, renews_plan
from sim.effects import CHURN_MAXIMUM, EFFECTS, MAXIMUM, MINIMUM, RESPONSE, preset
from sim.people import LONG_AGO, PERSON, forget
from sim.scenario import load_scenario
from sim.world import World

TODAY = day_of(date(2027, 9, 1))
BASKET = 20_000.0
"""Mean basket, minor units."""


class Case:
    """A member with a person behind it, a policy, and a response of which all is off that the test does not name."""

    def __init__(self, policy: str | Policy, /, **effects: float) -> None:
        self.policy = load_policy(policy) if isinstance(policy, str) else policy
        world = load_scenario("beauty_mall").world(self.policy, "mechanical")
        response = records(1, RESPONSE)[0]
        for symbol, size in (preset("null") | effects).items():
            response[symbol] = size
        self.world: World = world._replace(response=response)
        self.rule = self.policy.rules[0]
        self.member: Member = new_member(0)
        head = self.member.head
        head.joined_day, head.day = TODAY - 400, TODAY
        self.person = records(1, PERSON)[0]
        forget(self.person)
        self.person.rate, self.person.death_rate = 0.6 / 7, 0.01 / 7
        self.person.basket_cents, self.person.light = BASKET, 1.0
        self.person.flexible, self.person.threshold_cents = 1, 0.3 * BASKET

    def lot(self, points: int, dead_day: int) -> Case:
        """Give active points that die on a day."""
        head = self.member.head
        row = self.member.lots[head.lots]
        row.points, row.dead_day, row.active_day = points, dead_day, TODAY - 1
        head.lots += 1
        head.active_points += points
        head.issued_points += points
        return self

    def set(self, **values: Any) -> Case:
        """Change fields of the account or of the person, wherever they are; a tier is the member's own."""
        if "tier" in values:
            values["own_tier"] = values["tier"]
        for name, value in values.items():
            row = self.person if name in PERSON.names else self.member.head
            row[name] = value
        return self

    def pull(self, day: int = TODAY) -> float:
        """Log of the purchase intensity."""
        return math.log(purchase_intensity(self.world, self.rule, self.member, self.person, day))

    def churn(self, day: int = TODAY) -> float:
        """Log of the churn multiplier."""
        return math.log(churn_multiplier(self.world, self.rule, self.member, self.person, day))


def _busy(policy: str, **effects: float) -> Case:
    """A member to whom everything has happened lately."""
    case = Case(policy, **effects).lot(99, TODAY + 3)
    levels, plans = int(case.rule.levels), int(case.rule.plans)
    case.set(tier=max(0, levels - 2), plan=plans, qualifying=int(case.rule.enter[levels - 1]) * 3 // 4)
    case.set(plan_until_day=TODAY + 30, plan_periods=2, review_day=TODAY + 60)
    return case.set(redeem_day=TODAY - 2, demotion_day=TODAY - 5, expiry_day=TODAY - 6, lost_cents=5_000.0)


@pytest.mark.parametrize("policy", sorted(catalogue()))
def test_without_effects_everything_is_exactly_one(policy: str) -> None:
    """Not almost: a factor of 1 - 1e-16 would accept other candidates than the base process does."""
    case = _busy(policy)
    assert purchase_intensity(case.world, case.rule, case.member, case.person, TODAY) == 1.0
    assert churn_multiplier(case.world, case.rule, case.member, case.person, TODAY) == 1.0


@pytest.mark.parametrize("policy", sorted(catalogue()))
def test_extremes_stay_within_bounds(policy: str) -> None:
    """Whatever the effects, thinning needs the cap, and nobody is ever wholly without a wish to buy."""
    sizes = [each.symbol for each in EFFECTS if each.symbol.startswith(("b_", "beta", "c_", "h_"))]
    huge = {symbol: 50.0 for symbol in sizes if symbol != "b_bask"}
    up = _busy(policy, **huge)
    down = _busy(policy, **{symbol: -size for symbol, size in huge.items()})
    no_effect = not up.policy.has_program and up.rule.plans == 0
    assert math.exp(up.pull()) == pytest.approx(1.0 if no_effect else MAXIMUM, rel=1e-12)
    assert math.exp(down.pull()) == pytest.approx(1.0 if no_effect else MINIMUM, rel=1e-12)
    assert math.exp(up.churn()) <= CHURN_MAXIMUM * (1 + 1e-12)
    assert math.exp(down.churn()) >= MINIMUM * (1 - 1e-12)


def test_churn_reaches_both_bounds() -> None:
    assert math.exp(Case("baseline", c_mem=9.0).churn()) == pytest.approx(CHURN_MAXIMUM)
    assert math.exp(Case("baseline", c_mem=-9.0).churn()) == pytest.approx(MINIMUM)


def test_membership_itself() -> None:
    case = Case("baseline", b_mem=0.06, c_mem=-0.36)
    assert (case.pull(), case.churn()) == pytest.approx((0.06, -0.36))
    nothing = Case("no_program", b_mem=0.06, c_mem=-0.36)
    assert (nothing.pull(), nothing.churn()) == (0.0, 0.0), "there is no program to stay for"


@pytest.mark.parametrize(("tier", "pull", "churn"), [(0, 0, 0), (1, 0.05, -0.01), (2, 0.08, -0.1), (3, 0.12, -0.2)])
def test_tier_benefit(tier: int, pull: float, churn: float) -> None:
    pulls = {"b_tier_1": 0.05, "b_tier_2": 0.08, "b_tier_3": 0.12}
    case = Case("baseline", **pulls, c_tier_1=-0.01, c_tier_2=-0.1, c_tier_3=-0.2).set(tier=tier)
    assert (case.pull(), case.churn()) == pytest.approx((pull, churn))


def _stamp_card(policy_of: Callable) -> Policy:
    """A reward that is several baskets away."""
    return policy_of(
        'currency = "CNY"\ntime_zone = "Asia/Shanghai"\n[points]\nvalue = "0.01"\n'
        'earn = [ { on = "purchase", per_unit = 1.0 } ]\n[points.expiry]\nmode = "never"\n'
        "[points.cash]\nminimum = 2000\nstep = 100\nshare_of_order = 1.0\n"
    )


@pytest.fixture
def policy_of(tmp_path: object) -> Callable[[str], Policy]:
    def make(text: str) -> Policy:
        path = tmp_path / "candidate.toml"
        path.write_text(f'title = "Candidate"\n{text}', "utf-8")
        return load_policy(path)

    return make


def test_goal_gradient_rises_toward_the_goal(policy_of: Callable) -> None:
    policy = _stamp_card(policy_of)
    pulls = [Case(policy, beta_gg=0.28).lot(points, 10**6).pull() for points in (1, 400, 1_000, 1_600, 1_999)]
    assert all(0 < before < after for before, after in itertools.pairwise(pulls))
    assert pulls[-1] == pytest.approx(0.28, rel=0.01)
    assert Case(policy, beta_gg=0.28).pull() == 0.0, "nothing is on the way yet"
    assert Case(policy, beta_gg=0.28).lot(2_000, 10**6).pull() == 0.0, "the goal is reached"
    assert Case(policy, beta_gg=0.28).lot(1_999, 10**6).set(never=1).pull() == 0.0


def test_goal_gradient_by_hand(policy_of: Callable) -> None:
    """Half the way to 2,000 points at 200 yuan, 0.6 orders a week, 1 point a yuan: 120 points a week, 8 1/3 weeks."""
    case = Case(_stamp_card(policy_of), beta_gg=0.28, kappa=2.0, t_goal=26.0).lot(1_000, 10**6).set(light=0.5)
    assert case.pull() == pytest.approx(0.28 * 0.5 * 0.5**2 * math.exp(-(1_000 / 120) / 26.0), rel=1e-9)


def test_a_far_goal_pulls_less_than_a_near_one(policy_of: Callable) -> None:
    """The same share of the way, but a light buyer needs years for the rest."""
    policy = _stamp_card(policy_of)
    often, seldom = (Case(policy, beta_gg=0.28).lot(1_000, 10**6).set(rate=rate / 7) for rate in (0.6, 0.006))
    assert seldom.pull() < 0.02 * often.pull()


def test_momentum_fades() -> None:
    case = Case("baseline", beta_mom=0.05, tau_mom=4.0).set(redeem_day=TODAY)
    for weeks in (0, 1, 4, 12):
        assert case.pull(TODAY + 7 * weeks) == pytest.approx(0.05 * math.exp(-weeks / 4.0), rel=1e-9)
    assert case.pull(TODAY + 7 * 40) == 0.0
    assert case.set(redeem_day=LONG_AGO).pull() == 0.0


def test_demotion_fades() -> None:
    case = Case("baseline", delta_dem=0.10, h_dem=0.26, tau_dem=26.0).set(demotion_day=TODAY)
    for weeks in (0, 13, 52):
        fading = math.exp(-weeks / 26.0)
        assert case.pull(TODAY + 7 * weeks) == pytest.approx(-0.10 * fading, rel=1e-9)
        assert case.churn(TODAY + 7 * weeks) == pytest.approx(0.26 * fading, rel=1e-9)
    assert Case("baseline", delta_dem=0.10, h_dem=0.26).pull() == 0.0


NEW_YEAR = day_of(date(2028, 1, 1))


def _short_of_gold(missing: int, day: int, **more: Any) -> float:
    """Pull on a silver member who misses so much growth for gold."""
    case = Case("baseline", beta_tp=0.3, sigma_tp=0.7, tau_tp=8.0).set(tier=1, qualifying=5_000 - missing)
    return case.set(review_day=NEW_YEAR + 366, **more).pull(day)


def test_tier_pressure_only_near_the_end_of_the_window() -> None:
    """At the pace that is needed: 0.6 orders of 200 yuan a week are 120 a week."""
    by_weeks = [_short_of_gold(120 * weeks, NEW_YEAR - 7 * weeks) for weeks in (1, 4, 8, 20, 40)]
    assert all(before > after > 0 for before, after in itertools.pairwise(by_weeks))
    assert by_weeks[0] == pytest.approx(0.3 * 2 / 3 * math.exp(-1 / 8), rel=1e-9)
    assert by_weeks[4] < 0.01 * by_weeks[0]


def test_tier_pressure_peaks_at_the_needed_pace() -> None:
    day = NEW_YEAR - 28  # four weeks: 480 at the member's own pace
    pulls = {missing: _short_of_gold(missing, day) for missing in (60, 240, 480, 960, 3_840)}
    assert max(pulls, key=pulls.__getitem__) == 480
    assert pulls[240] == pytest.approx(pulls[960], rel=1e-9), "twice too fast and twice too slow count alike"
    assert pulls[60] < 0.3 * pulls[480] > pulls[3_840]
    assert _short_of_gold(0, day) == 0.0, "nothing is missing"


def test_tier_pressure_to_keep_what_is_at_risk() -> None:
    """In the year of the review the own tier comes first, with its keep threshold."""
    day = NEW_YEAR - 28
    case = Case("soft_landing", beta_tp=0.3).set(tier=2, qualifying=4_000 - 480, review_day=NEW_YEAR)
    assert case.pull(day) == pytest.approx(0.3 * 2 / 3 * math.exp(-4 / 8), rel=1e-9)
    safe = Case("soft_landing", beta_tp=0.3).set(tier=2, qualifying=4_000 - 480, review_day=NEW_YEAR + 366)
    assert safe.pull(day) < 0.01 * case.pull(day), "not reviewed this year, and diamond is out of reach"


def test_no_tier_pressure_at_the_top_or_without_tiers() -> None:
    top = Case("baseline", beta_tp=0.3).set(tier=3, qualifying=15_000, review_day=NEW_YEAR)
    assert top.pull(NEW_YEAR - 28) == 0.0
    assert Case("warehouse_club", beta_tp=0.3).pull(NEW_YEAR - 28) == 0.0


def test_expiry_urgency() -> None:
    def pull(days: int, points: int = 40_000, **more: Any) -> float:
        return Case("baseline", beta_exp=0.2, tau_exp=2.0).lot(points, TODAY + days).set(**more).pull()

    assert pull(0) == pytest.approx(0.2)
    assert pull(14) == pytest.approx(0.2 * math.exp(-1), rel=1e-9)
    assert pull(14, points=10_000) == pytest.approx(0.5 * 0.2 * math.exp(-1), rel=1e-9), "half a basket, half the urge"
    assert pull(365) == 0.0
    assert pull(3, flexible=0) == pull(3, never=1) == 0.0
    assert pull(3, points=99) == 0.0, "below the minimum: there is nothing to hurry for"


def test_expiry_urgency_looks_at_the_first_to_die_alone() -> None:
    case = Case("baseline", beta_exp=0.2, tau_exp=2.0).lot(10_000, TODAY + 7).lot(90_000, TODAY + 300)
    assert case.pull() == pytest.approx(0.2 * 0.5 * math.exp(-0.5), rel=1e-9)


def test_lost_points_are_held_against_the_shop() -> None:
    def churn(days: int, lost_cents: float) -> float:
        return Case("baseline", h_exp=0.1).set(expiry_day=TODAY - days, lost_cents=lost_cents).churn()

    assert churn(1, BASKET) == churn(56, 5 * BASKET) == pytest.approx(0.1)
    assert churn(1, BASKET / 4) == pytest.approx(0.025)
    assert churn(57, BASKET) == 0.0


def test_points_in_hand_keep_members() -> None:
    def churn(points: int) -> float:
        return Case("baseline", c_bal=0.1).lot(points, 10**6).churn()

    assert churn(20_000) == pytest.approx(-0.05)  # 200 yuan are half of two baskets
    assert churn(40_000) == churn(400_000) == pytest.approx(-0.1)


def test_plan_members() -> None:
    sizes = {"b_econ": 0.087, "b_sunk": 0.175, "c_paid": -0.2}
    member = Case("warehouse_club", **sizes).set(plan=1)
    assert (member.pull(), member.churn()) == pytest.approx((0.262, -0.2))
    guest = Case("warehouse_club", **sizes)
    assert (guest.pull(), guest.churn()) == (0.0, 0.0)


def _redeemed(case: Case, number: float, amount_number: float = 0.0, list_cents: int = 20_000) -> int:
    return points_to_redeem(case.world, case.rule, case.member, case.person, TODAY, list_cents, number, amount_number)


def test_redeeming_is_as_likely_as_not_at_the_personal_threshold() -> None:
    at_threshold = Case("baseline").lot(6_000, 10**6)  # 60 yuan, 0.3 of a basket
    assert _redeemed(at_threshold, 0.499) == 6_000
    assert _redeemed(at_threshold, 0.501) == 0
    twice = Case("baseline").lot(12_000, 10**6)  # odds 2 ** theta = 4
    assert (_redeemed(twice, 0.799), _redeemed(twice, 0.801)) == (10_000, 0), "half of the order at most"
    assert _redeemed(twice, 0.0001, 0.61) == 5_000, "about half of what is allowed"
    assert _redeemed(Case("baseline").lot(150, 10**6), 1e-9, 0.61) == 100, "never less than the minimum"
    assert _redeemed(Case("baseline").lot(12_000, 10**6).set(never=1), 1e-9) == 0
    assert _redeemed(Case("no_program").lot(12_000, 10**6), 1e-9) == 0


def test_points_about_to_die_are_used_sooner() -> None:
    case = Case("baseline", theta_exp=1.0).lot(6_000, TODAY)
    assert _redeemed(case, 1 / (1 + math.exp(-1.0)) - 1e-6) == 6_000
    assert _redeemed(case, 1 / (1 + math.exp(-1.0)) + 1e-6) == 0


def test_joining_a_plan() -> None:
    """6 % of a year's spending against 260 yuan: the benefit equals the fee at 4,333.33 yuan."""
    case = Case("warehouse_club").set(spend_day=TODAY, year_cents=26_000 / 0.06)

    def joins(offer: float, choice: float) -> bool:
        return joins_plan(case.world, case.rule, case.member.head, case.person, TODAY, offer, choice)

    chance = 1 / (1 + math.exp(3.5))
    assert joins(0.1, chance - 1e-6)
    assert not joins(0.1, chance + 1e-6)
    assert not joins(0.2, 0.0001), "not offered at this order"
    case.set(year_cents=2 * 26_000 / 0.06)
    assert joins(0.1, 1 / (1 + math.exp(3.5 - 1.5 * math.log(2))) - 1e-6)
    case.set(plan=1)
    assert not joins(0.1, 1e-9), "a member already"


@pytest.mark.parametrize(
    ("benefit", "periods", "published"),
    [(0.0, 1, 0.80), (1.0, 1, 0.914), (1.0, 2, 0.960)],
)
def test_renewal_rates(benefit: float, periods: int, published: float) -> None:
    """80 % without any benefit; 91 % in the first and 96 % in later years at a benefit equal to the fee."""
    case = Case("warehouse_club").set(plan=1, plan_periods=periods)
    case.set(spend_day=TODAY, year_cents=benefit * 26_000 / 0.06)
    head = case.member.head
    numbers = (np.arange(2_000) + 0.5) / 2_000
    share = np.mean([renews_plan(case.world, case.rule, head, case.person, TODAY, each) for each in numbers])
    assert share == pytest.approx(published, abs=0.005)
