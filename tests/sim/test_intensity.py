"""The purchase intensity term by term, on members made by hand: see docs/behaviour.md for the equations."""

from __future__ import annotations

import itertools
import math
from datetime import date
from typing import Any

import pytest

from ledger.earning_books import use_counter
from ledger.state import COUNTER_WHEEL
from policies import Policy, catalogue
from policies.choices import Per
from policies.days import day_of
from policies.limits import period_number
from policies.rules import BASIS
from sim.effects import EFFECTS, MAXIMUM, MINIMUM, Term
from sim.members.intensity import window_fails
from sim.members.people import LONG_AGO
from tests.kernel_rules import policy_of
from tests.sim.cases import BASKET, TODAY, Case, busy

NEW_YEAR = day_of(date(2028, 1, 1))
NO_DATES = '[points.expiry]\nmode = "never"\n'
FAR_GOAL = policy_of(
    '[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1.0 } ]\n'
    f"{NO_DATES}[points.cash]\nminimum = 2000\nstep = 100\nshare_of_order = 1.0\n"
)
"""A redemption that is several baskets away."""
COUPONS = policy_of(
    '[points]\nvalue = "0.01"\n[[coupons]]\ncode = "five"\noff = "50.00"\nvalid = "30 days"\n'
    '[[coupons]]\ncode = "all"\noff = "500.00"\nvalid = "30 days"\n'
    '[[coupons]]\ncode = "tenth"\noff_share = 0.1\nvalid = "30 days"\n'
    '[[coupons]]\ncode = "half"\noff_share = 0.5\ncap = "30.00"\nvalid = "30 days"\n'
    '[gifts]\njoin = ["coupon:five"]\n'
)


@pytest.mark.parametrize("policy", sorted(catalogue()))
def test_without_effects_everything_is_exactly_one(policy: str) -> None:
    """Not almost: a factor of 1 - 1e-16 would accept other candidates than the base process does."""
    case = busy(policy)
    assert case.pull() == case.churn() == 0.0
    assert case.terms() == {}


@pytest.mark.parametrize("policy", sorted(catalogue()))
def test_extremes_stay_within_bounds(policy: str) -> None:
    """Whatever the effects, thinning needs the cap, and nobody is ever wholly without a wish to buy."""
    huge = {each.symbol: 50.0 for each in EFFECTS if each.symbol.startswith(("b_", "beta"))}
    up, down = busy(policy, **huge), busy(policy, **{symbol: -size for symbol, size in huge.items()})
    no_effect = not up.policy.has_program and up.rule.plans == 0
    assert math.exp(up.pull()) == pytest.approx(1.0 if no_effect else MAXIMUM, rel=1e-12)
    assert math.exp(down.pull()) == pytest.approx(1.0 if no_effect else MINIMUM, rel=1e-12)


@pytest.mark.parametrize("policy", sorted(catalogue()))
def test_terms_add_up(policy: str) -> None:
    """What orders are attributed by is what the intensity consists of."""
    sizes = {each.symbol: each.optimistic / 8 for each in EFFECTS if each.symbol.startswith(("b_", "beta"))}
    case = busy(policy, **sizes, phi=0.01, delta_dem=0.02, delta_fail=0.01)
    terms = case.terms()
    assert sum(terms.values()) == pytest.approx(case.pull())
    assert bool(terms) == (case.policy.has_program or case.rule.plans > 0)


def test_every_term_occurs() -> None:
    sizes = {each.symbol: each.optimistic / 8 for each in EFFECTS if each.symbol.startswith(("b_", "beta"))}
    cases = [busy(policy, **sizes, phi=0.01, delta_dem=0.02, delta_fail=0.01) for policy in catalogue()]
    first = [each.set(redemptions=0) for each in cases]
    assert set(Term) == {term for each in (*cases, *first) for term in each.terms()} | {Term.SUCCESS}


def test_membership_itself() -> None:
    assert Case("baseline", b_mem=0.06).terms() == {Term.MEMBERSHIP: 0.06}
    assert Case("no_program", b_mem=0.06).terms() == {}
    assert Case("warehouse_club", b_mem=0.06).terms() == {}, "without its plan a club gives nothing"


@pytest.mark.parametrize(("tier", "pull"), [(0, 0.0), (1, 0.05), (2, 0.08), (3, 0.12), (5, 0.12)])
def test_tier_benefit(tier: int, pull: float) -> None:
    case = Case("baseline", b_tier_1=0.05, b_tier_2=0.08, b_tier_3=0.12).set(tier=tier)
    assert case.terms() == ({Term.TIER_BENEFIT: pull} if pull else {})


# --- goals -------------------------------------------------------------------------------------------------------


def test_goal_gradient_rises_toward_the_goal() -> None:
    pulls = [Case(FAR_GOAL, beta_gg=0.28).lot(points).pull() for points in (1, 400, 1_000, 1_600, 1_999)]
    assert all(0 < before < after for before, after in itertools.pairwise(pulls))
    assert pulls[-1] == pytest.approx(0.28, rel=0.01)
    assert Case(FAR_GOAL, beta_gg=0.28).pull() == 0.0, "nothing is on the way yet"
    assert Case(FAR_GOAL, beta_gg=0.28).lot(2_000).pull() == 0.0, "the goal is reached"
    assert Case(FAR_GOAL, beta_gg=0.28).lot(1_999).set(never=1).pull() == 0.0


def test_goal_gradient_by_hand() -> None:
    """Half the way to 2,000 points at 200 yuan, 0.6 orders a week, 1 point a yuan: 120 points a week, 8 1/3 weeks."""
    case = Case(FAR_GOAL, beta_gg=0.28, kappa=2.0, t_goal=26.0).lot(1_000).set(light=0.5)
    expected = 0.28 * 0.5 * 0.5**2 * math.exp(-(1_000 / 120) / 26.0)
    assert case.terms() == {Term.GOAL_GRADIENT: pytest.approx(expected, rel=1e-9)}


def test_a_far_goal_pulls_less_than_a_near_one() -> None:
    """The same share of the way, but a light buyer needs years for the rest."""
    often, seldom = (Case(FAR_GOAL, beta_gg=0.28).lot(1_000).set(rate=rate / 7) for rate in (0.6, 0.006))
    assert seldom.pull() < 0.02 * often.pull()


def test_the_goal_is_the_nearest_redemption_that_is_not_possible_yet() -> None:
    """Where cash can be had from 100 points on, the next goals are the rewards: 1,500 and 2,000 points."""
    pulls = {at: Case("giant_ecommerce", beta_gg=0.1, t_goal=1e9).lot(at).pull() for at in (50, 1_000, 1_800, 2_000)}
    expected = {50: 0.1 * 50 / 100, 1_000: 0.1 * 1_000 / 1_500, 1_800: 0.1 * 1_800 / 2_000, 2_000: 0.0}
    assert pulls == pytest.approx(expected, rel=1e-6)


def test_a_reward_that_is_sold_out_is_no_goal_from_the_day_after() -> None:
    case = Case("giant_ecommerce", beta_gg=0.1, t_goal=1e9).lot(1_000)
    case.rule = case.rule.copy()
    case.rule.reward_closed_day[0] = TODAY
    assert case.pull(TODAY) == pytest.approx(0.1 * 1_000 / 1_500, rel=1e-6)
    assert case.pull(TODAY + 1) == pytest.approx(0.1 * 1_000 / 2_000, rel=1e-6)
    case.rule.reward_closed_day[1] = TODAY
    assert case.pull(TODAY + 1) == 0.0, "nothing is left to work for"


@pytest.mark.parametrize(("orders", "stamps"), [(0, 0), (1, 1), (9, 9), (10, 0), (17, 7)])
def test_a_card_of_ten_stamps(orders: int, stamps: int) -> None:
    """Stronger stamp by stamp, and from the beginning after each free one; 0.6 stamps a week."""
    case = Case("stamp_card", beta_card=0.28, t_goal=26.0).set(orders=orders, light=0.5)
    expected = 0.28 * 0.5 * stamps / 10 * math.exp(-(10 - stamps) / 0.6 / 26.0)
    assert case.terms() == ({Term.GOAL_GRADIENT: pytest.approx(expected)} if stamps else {})


def test_a_card_counts_its_own_orders() -> None:
    """A card that bends: the shape is that of the points' goal gradient; and no card, no pull."""
    bent = Case("stamp_card", beta_card=0.28, kappa=2.0, t_goal=1e9).set(orders=5)
    assert bent.pull() == pytest.approx(0.28 * 0.25)
    assert Case("baseline", beta_card=0.28).set(orders=5).pull() == 0.0


@pytest.mark.parametrize(
    ("endowed", "held", "redemptions", "share"),
    [(0, 0, 0, 0.0), (500, 500, 0, 0.25), (500, 1_500, 0, 0.25), (5_000, 1_999, 0, 1.0), (500, 500, 1, 0.0),
     (500, 2_000, 0, 0.0)],
)  # fmt: skip
def test_head_start(endowed: int, held: int, redemptions: int, share: float) -> None:
    """The share of the first goal that was given; gone with the first redemption, or when the goal is reached."""
    case = Case(FAR_GOAL, beta_hs=0.8).lot(held).set(endowed_points=endowed, redemptions=redemptions)
    assert case.terms() == ({Term.HEAD_START: pytest.approx(0.8 * share)} if share else {})


@pytest.mark.parametrize(("redemptions", "pull"), [(0, 0), (1, 0.02), (2, 0.04), (3, 0.06), (30, 0.06)])
def test_success_is_learned_three_times(redemptions: int, pull: float) -> None:
    case = Case("baseline", phi=0.02).set(redemptions=redemptions)
    assert case.terms() == ({Term.SUCCESS: pytest.approx(pull)} if pull else {})


def test_momentum_fades() -> None:
    case = Case("baseline", beta_mom=0.05, tau_mom=4.0).set(redeem_day=TODAY)
    for weeks in (0, 1, 4, 12):
        assert case.terms(TODAY + 7 * weeks) == {Term.MOMENTUM: pytest.approx(0.05 * math.exp(-weeks / 4.0))}
    assert case.pull(TODAY + 7 * 40) == 0.0
    assert case.set(redeem_day=LONG_AGO).pull() == 0.0


# --- tiers -------------------------------------------------------------------------------------------------------


def test_a_downgrade_fades() -> None:
    case = Case("baseline", delta_dem=0.10, tau_dem=26.0).set(demotion_day=TODAY)
    for weeks in (0, 13, 52):
        assert case.terms(TODAY + 7 * weeks) == {Term.DEMOTION: pytest.approx(-0.10 * math.exp(-weeks / 26.0))}
    assert Case("baseline", delta_dem=0.10).pull() == 0.0


def test_a_missed_goal_fades_over_half_a_year() -> None:
    case = Case("baseline", delta_fail=0.03).set(failure_day=TODAY)
    for weeks in (0, 26, 100):
        assert case.terms(TODAY + 7 * weeks) == {Term.GOAL_FAILURE: pytest.approx(-0.03 * math.exp(-weeks / 26.0))}
    assert case.pull(TODAY + 7 * 26 * 9) == Case("baseline", delta_fail=0.03).pull() == 0.0


@pytest.mark.parametrize(
    ("tier", "qualifying", "day", "fails"),
    [
        (1, 2_499, NEW_YEAR, False),  # gold is at 5,000: less than half of the way
        (1, 2_500, NEW_YEAR, True),
        (1, 4_999, NEW_YEAR, True),
        (1, 5_000, NEW_YEAR, False),  # reached
        (1, 4_999, NEW_YEAR - 1, False),  # a day is left
        (1, 4_999, NEW_YEAR + 1, False),  # that was yesterday
        (0, 600, NEW_YEAR, True),  # silver is at 1,000
        (3, 20_000, NEW_YEAR, False),  # nothing above
    ],
)
def test_when_a_goal_is_missed(tier: int, qualifying: int, day: int, fails: bool) -> None:
    case = Case("baseline").set(tier=tier, qualifying=qualifying, joined_day=TODAY - 400)
    assert bool(window_fails(case.rule, case.head, day)) == fails


def test_windows_that_never_close_miss_no_goal() -> None:
    for policy in ("giant_ecommerce", "stored_value_retail", "growth_value", "no_program"):
        case = Case(policy).set(qualifying=int(Case(policy).rule.enter[1]) * 3 // 4)
        assert not any(window_fails(case.rule, case.head, day) for day in range(NEW_YEAR - 3, NEW_YEAR + 3))


def _short_of_gold(missing: int, day: int, **more: Any) -> float:
    """Pull on a silver member who misses so much growth for gold."""
    case = Case("baseline", beta_tp=0.3, sigma_tp=0.7, tau_tp=8.0).set(tier=1, qualifying=5_000 - missing)
    case.set(review_day=NEW_YEAR + 366, **more)
    assert set(case.terms(day)) <= {Term.TIER_PRESSURE}
    return case.pull(day)


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
    assert Case("stamp_card", beta_tp=0.3).pull(NEW_YEAR - 28) == 0.0


def test_tiers_by_invitation_are_no_goal() -> None:
    """Above the expert there is only the ambassador, whom no growth makes."""
    case = Case("vertical_expert", beta_tp=0.3).set(tier=2, qualifying=19_900, joined_day=TODAY - 360)
    assert case.set(review_day=TODAY + 370).pull() == 0.0


# --- expiry, coupons, stored value -------------------------------------------------------------------------------


def test_expiry_urgency() -> None:
    def pull(days: int, points: int = 40_000, **more: Any) -> float:
        return Case("baseline", beta_exp=0.2, tau_exp=2.0).lot(points, TODAY + days).set(**more).pull()

    assert pull(0) == pytest.approx(0.2)
    assert pull(14) == pytest.approx(0.2 * math.exp(-1), rel=1e-9)
    assert pull(14, points=10_000) == pytest.approx(0.5 * 0.2 * math.exp(-1), rel=1e-9), "half a basket, half the urge"
    assert pull(365) == 0.0
    assert pull(3, flexible=0) == pull(3, never=1) == 0.0
    assert pull(3, points=99) == 0.0, "below the minimum: there is nothing to hurry for"


def test_expiry_urgency_knows_rewards() -> None:
    """Points that buy no order buy a reward, as long as there is any."""
    mug = policy_of(
        '[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1.0 } ]\n'
        'rewards = [ { name = "mug", points = 3000, cost = "9.00", kind = "goods", stock = 7 } ]\n'
    )
    case = Case(mug, beta_exp=0.2).lot(3_000, TODAY)
    urge = 0.2 * min(1.0, 3_000 * case.rule.point_value_bp / BASIS / BASKET)
    assert case.rule.cash == 0 and urge > 0
    assert case.terms() == {Term.EXPIRY_URGENCY: pytest.approx(urge)}
    assert Case(mug, beta_exp=0.2).lot(2_999, TODAY).pull() == 0.0, "not enough for it"
    rule = case.rule.copy()
    rule.reward_closed_day[:] = TODAY - 1
    case.rule = rule
    assert case.pull() == 0.0, "sold out yesterday"


def test_what_cannot_be_used_yet_is_not_urgent() -> None:
    case = Case("baseline", beta_exp=0.2).lot(10_000, TODAY).lot(5_000, TODAY)
    case.member.lots[1].pending = 1
    assert case.terms() == {Term.EXPIRY_URGENCY: pytest.approx(0.2 * 0.5)}


def test_expiry_urgency_looks_at_the_first_to_die_alone() -> None:
    case = Case("baseline", beta_exp=0.2, tau_exp=2.0).lot(10_000, TODAY + 7).lot(90_000, TODAY + 300)
    assert case.terms() == {Term.EXPIRY_URGENCY: pytest.approx(0.2 * 0.5 * math.exp(-0.5), rel=1e-9)}


@pytest.mark.parametrize(
    ("code", "share"), [("five", 0.25), ("all", 1.0), ("tenth", 0.1), ("half", 0.15)]
)  # of a basket of 200: 50, more than all, a tenth, half but 30 at most
@pytest.mark.parametrize(("days", "near"), [(0, 2.0), (7, 1 + math.exp(-1)), (10**6, 1.0)])
def test_a_coupon_in_the_wallet(code: str, share: float, days: int, near: float) -> None:
    case = Case(COUPONS, beta_cp=0.15).coupon(code, TODAY + days)
    assert case.terms() == {Term.COUPON: pytest.approx(0.15 * share * near)}


def test_the_coupon_that_dies_first_counts() -> None:
    one = Case(COUPONS, beta_cp=0.15).coupon("tenth", TODAY + 7)
    assert one.coupon("all", TODAY + 20).pull() == pytest.approx(0.15 * 0.1 * (1 + math.exp(-1)))
    assert Case(COUPONS, beta_cp=0.15).pull() == 0.0


@pytest.mark.parametrize(
    ("principal", "bonus", "lost", "pull"),
    [(0, 0, 0, 0.0), (19_999, 0, 0, 0.0), (20_000, 0, 0, 0.05), (15_000, 5_000, 0, 0.05), (90_000, 0, 1, 0.0)],
)
def test_stored_value(principal: int, bonus: int, lost: int, pull: float) -> None:
    """While a basket's worth is left on a card that is not lost."""
    case = Case("stored_value_retail", b_sv=0.05)
    case.set(principal_cents=principal, bonus_cents=bonus, card_lost=lost)
    assert case.terms() == ({Term.STORED_VALUE: pull} if pull else {})


# --- plans, campaigns, novelty -----------------------------------------------------------------------------------


def test_plan_members() -> None:
    """The price pulls as long as the plan lasts, the fee as long as it is felt."""
    case = Case("warehouse_club", b_econ=0.087, b_sunk=0.175, tau_sunk=8.0).set(plan=1, plan_from_day=TODAY)
    for weeks in (0, 8, 50):
        expected = 0.087 + 0.175 * math.exp(-weeks / 8)
        assert case.terms(TODAY + 7 * weeks) == {Term.PLAN: pytest.approx(expected)}
    assert Case("warehouse_club", b_econ=0.087, b_sunk=0.175).pull() == 0.0


def _campaign(policy: str | Policy, day: int, **effects: float) -> float:
    case = Case(policy, **effects).set(birth_month=9, birth_day=30)
    terms = case.terms(day)
    assert set(terms) <= {Term.CAMPAIGN}
    return terms.get(Term.CAMPAIGN, 0.0)


def test_days_of_campaigns() -> None:
    """What the world says of a day is what is felt; how it comes about is tested with the seasons."""
    case = Case("giant_ecommerce")
    case.world.campaign_pull[TODAY - case.world.span.first_day] = 0.25
    case.world.campaign_pull[TODAY + 1 - case.world.span.first_day] = -0.07
    assert [case.pull(day) for day in (TODAY - 1, TODAY, TODAY + 1)] == pytest.approx([0.0, 0.25, -0.07])


def test_month_of_the_birthday() -> None:
    """All of it, whatever the day of birth, and then the dip of those who bought before."""
    sizes = {"b_birthday": 0.1, "phi_fb": 0.3}
    days = {"2027-08-31": 0.0, "2027-09-01": 0.1, "2027-09-30": 0.1}
    days |= {"2027-10-01": -0.03, "2027-10-15": -0.03 * math.exp(-1), "2027-11-01": 0.0}
    told = {each: _campaign("startup_two_tier", day_of(date.fromisoformat(each)), **sizes) for each in days}
    assert told == pytest.approx(days)
    assert _campaign("baseline", TODAY, **sizes) == 0.0, "a program that does nothing for birthdays"
    unknown = Case("startup_two_tier", **sizes)
    assert unknown.pull() == 0.0, "a birthday that the shop does not know"
    december = Case("startup_two_tier", **sizes).set(birth_month=12, birth_day=1)
    assert december.pull(NEW_YEAR) == pytest.approx(-0.03), "January follows December"


def test_a_wheel() -> None:
    """Felt while there is a turn to be had: fifty points each, three a day."""

    def pull(points: int, turns: int = 0) -> float:
        case = Case("giant_ecommerce", b_wheel=0.1).lot(points)
        for _ in range(turns):
            use_counter(case.member, COUNTER_WHEEL, period_number(Per.DAY, TODAY), 1)
        return case.pull()

    assert pull(50) == pull(5_000, turns=2) == pytest.approx(0.1)
    assert pull(49) == pull(5_000, turns=3) == 0.0
    assert Case("baseline", b_wheel=0.1).lot(5_000).pull() == 0.0


@pytest.mark.parametrize(("weeks", "left"), [(0, 1.0), (35, 0.5 + 0.5 * math.exp(-1)), (3_500, 0.5)])
def test_novelty_wears_off(weeks: int, left: float) -> None:
    """All terms alike, so that attribution follows."""
    case = Case("baseline", b_mem=0.06, b_tier_1=0.1, novelty=0.5, tau_nov=35.0).set(tier=1)
    case.set(joined_day=TODAY - 7 * weeks)
    assert case.terms() == {Term.MEMBERSHIP: pytest.approx(0.06 * left), Term.TIER_BENEFIT: pytest.approx(0.1 * left)}
    assert case.pull() == pytest.approx(0.16 * left)


def test_only_the_sum_is_cut() -> None:
    """A cap on single terms would let their order matter."""
    case = Case("baseline", b_mem=2.0, b_tier_1=-1.5).set(tier=1)
    assert case.pull() == pytest.approx(0.5)
    assert Case("baseline", b_mem=2.0).terms() == {Term.MEMBERSHIP: 2.0}, "terms are told before they are cut"
