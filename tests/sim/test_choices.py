"""Choices at the checkout, on members made by hand: see docs/behaviour.md for the equations."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ledger.events import LINE, Kind, event
from policies import load_policy
from policies.rules import ANY, MILLION, records
from sim.members.checkout import (
    RETURN_DAYS_MOST,
    basket_of,
    fill_order,
    follows,
    referral_pays,
    return_after,
    returned_cents,
    spin_chance,
)
from sim.members.choices import (
    best_coupon,
    offer_to_take,
    plan_to_join,
    points_to_redeem,
    raised_basket,
    renews_plan,
    reward_to_take,
)
from tests.kernel_rules import policy_of
from tests.sim.cases import BASKET, RATE, TODAY, Case, chance_of

LUCK = 1e-6
"""A margin on both sides of a probability."""
NUMBERS = (np.arange(1_000) + 0.5) / 1_000
"""Luck of everybody."""

# --- points ------------------------------------------------------------------------------------------------------


def _redeemed(case: Case, number: float, amount_number: float = 0.0, due: int = 20_000) -> int:
    return points_to_redeem(case.world, case.rule, case.member, case.person, TODAY, due, number, amount_number)


def test_redeeming_is_as_likely_as_not_at_the_personal_threshold() -> None:
    at_threshold = Case("baseline").lot(6_000)  # 60 yuan, 0.3 of a basket
    assert _redeemed(at_threshold, 0.499) == 6_000
    assert _redeemed(at_threshold, 0.501) == 0
    twice = Case("baseline").lot(12_000)  # odds 2 ** theta = 4
    assert (_redeemed(twice, 0.799), _redeemed(twice, 0.801)) == (10_000, 0), "half of the order at most"
    assert _redeemed(twice, 0.0001, 0.61) == 5_000, "about half of what is allowed"
    assert _redeemed(Case("baseline").lot(150), 1e-9, 0.61) == 100, "never less than the minimum"
    assert _redeemed(Case("baseline").lot(12_000).set(never=1), 1e-9) == 0
    assert _redeemed(Case("baseline").lot(12_000).set(debt_points=1), 1e-9) == 0, "who owes points cannot"
    assert _redeemed(Case("no_program").lot(12_000), 1e-9) == 0


def test_points_about_to_die_are_used_sooner() -> None:
    case = Case("baseline", theta_exp=1.0).lot(6_000, TODAY)
    assert _redeemed(case, chance_of(1.0) - LUCK) == 6_000
    assert _redeemed(case, chance_of(1.0) + LUCK) == 0


SHELF = policy_of(
    '[points]\nvalue = "0.01"\nrewards = [\n'
    '  { name = "pen", points = 500, cost = "30.00", kind = "goods" },\n'
    '  { name = "bag", points = 6000, cost = "20.00", kind = "goods" },\n'
    '  { name = "cup", points = 3000, cost = "9.00", kind = "goods", stock = 9 },\n]\n'
)


def _reward(case: Case, number: float, second: int = 0) -> int:
    return reward_to_take(case.world, case.rule, case.member, case.person, TODAY, second, number)


@pytest.mark.parametrize(
    ("points", "reward", "worth"),
    [(499, -1, 0.0), (500, 0, 3_000.0), (2_999, 0, 3_000.0), (3_000, 2, 3_000.0), (6_000, 1, 6_000.0),
     (90_000, 1, 6_000.0)],
)  # fmt: skip
def test_the_dearest_reward_in_reach(points: int, reward: int, worth: float) -> None:
    """Its worth is that of its points or of what it costs, whichever is more, against the personal threshold."""
    case = Case(SHELF).lot(points)
    if reward < 0:
        assert _reward(case, 1e-9) == -1
        return
    chance = chance_of(2 * math.log(worth / 6_000))
    assert _reward(case, chance - LUCK) == reward
    assert _reward(case, chance + LUCK) == -1


def test_who_takes_no_reward() -> None:
    assert _reward(Case(SHELF).lot(9_000).set(never=1), 1e-9) == -1
    assert _reward(Case(SHELF).lot(9_000).set(debt_points=5), 1e-9) == -1
    assert _reward(Case("baseline").lot(9_000), 1e-9) == -1


def test_a_reward_that_is_sold_out() -> None:
    """From the moment on in which the last piece went, the next dearest one is looked at."""
    case = Case(SHELF).lot(4_000)
    case.rule = SHELF.rules.copy()[0]
    case.rule.reward_closed_day[2], case.rule.reward_closed_second[2] = TODAY, 3_600
    assert [_reward(case, 1e-9, second) for second in (3_599, 3_600)] == [2, 0]


# --- coupons -----------------------------------------------------------------------------------------------------

WALLET = policy_of(
    "{levels}"
    '[tiers]\nmetric = "net_spend"\n[points]\nvalue = "0.01"\n'
    'earn = [ { on = "purchase", category = "tea", per_unit = 1.0 } ]\n'
    '[[coupons]]\ncode = "five"\noff = "50.00"\nminimum_spend = "300.00"\nvalid = "30 days"\n'
    '[[coupons]]\ncode = "tenth"\noff_share = 0.1\nvalid = "30 days"\n'
    '[[coupons]]\ncode = "tea"\noff_share = 0.5\ncap = "40.00"\ncategories = ["tea"]\nvalid = "30 days"\n'
    '[gifts]\njoin = ["coupon:five", "coupon:tenth", "coupon:tea"]\n'
)
FIVE, TENTH, TEA = 1, 2, 3


@pytest.mark.parametrize(
    ("held", "tea", "cents", "code"),
    [
        ((), 0, 40_000, 0),
        ((FIVE,), 0, 29_999, 0),  # too small an order
        ((FIVE,), 0, 30_000, FIVE),
        ((TEA,), 0, 30_000, 0),  # another category
        ((TEA,), 1, 30_000, TEA),
        ((FIVE, TENTH, TEA), 1, 30_000, FIVE),  # 50 off beats 30 and 40
        ((FIVE, TENTH, TEA), 1, 20_000, TEA),  # 40 off beats 20
        ((FIVE, TENTH, TEA), 0, 20_000, TENTH),
        ((FIVE, TENTH), 0, 60_000, TENTH),  # 60 off beats 50
        ((TENTH, TENTH), 0, 4, 0),  # a tenth of four cents is nothing
    ],
)
def test_the_coupon_that_takes_most_off(held: tuple[int, ...], tea: int, cents: int, code: int) -> None:
    case = Case(WALLET)
    for each in held:
        case.coupon(WALLET.coupon_codes[each - 1])
    assert best_coupon(case.rule, case.member, tea, cents) == code


@pytest.mark.parametrize(
    ("held", "qualifying", "cents", "raised"),
    [
        ((), 0, 7_999, 7_999),  # silver is at 100 yuan, and 80 is the least within a quarter
        ((), 0, 8_000, 10_000),
        ((), 0, 10_000, 10_000),
        ((), 0, 10_001, 10_001),  # above it
        ((), 6_000, 3_300, 4_000),
        ((FIVE,), 10_000, 25_000, 30_000),  # the coupon needs 300
        ((FIVE,), 10_000, 23_999, 23_999),
        ((TENTH,), 10_000, 25_000, 25_000),  # this one needs nothing, and gold is far
        ((FIVE,), 50_000 - 28_000, 25_000, 28_000),  # gold is nearer than the coupon
    ],
)
def test_a_basket_that_is_raised(held: tuple[int, ...], qualifying: int, cents: int, raised: int) -> None:
    case = Case(WALLET).set(tier=1 if qualifying >= 10_000 else 0, qualifying=qualifying)
    for each in held:
        case.coupon(WALLET.coupon_codes[each - 1])
    assert raised_basket(case.rule, case.member, case.person, cents) == raised


def test_a_raised_basket_reaches_the_threshold_after_the_discount() -> None:
    """Gold gives 2 % off: what is to be paid must come to the missing 150 yuan for diamond."""
    case = Case("baseline").set(tier=2, qualifying=12_000 - 150)
    raised = raised_basket(case.rule, case.member, case.person, 14_000)
    assert raised == math.ceil(15_000 / 0.98)
    assert raised - round(raised * 0.02) >= 15_000


# --- stored value ------------------------------------------------------------------------------------------------


def _offer(case: Case, number: float, due: int = 20_000) -> int:
    return offer_to_take(case.world, case.rule, case.member, case.person, due, number)


def test_shares_of_top_ups() -> None:
    """500 + 30, 1,000 + 80 and 3,000 + 300 against none, at 120 yuan a week: 4.2, 8.3 and 25 weeks ahead."""
    odds = [math.exp(-2 + 10 * 30 / 500)]
    odds += [math.exp(-2 + 10 * 80 / 1_000) / ((1_000 / 120) / 8)]
    odds += [math.exp(-2 + 10 * 300 / 3_000) / ((3_000 / 120) / 8)]
    case = Case("stored_value_retail")
    assert case.person.rate == RATE and case.person.basket_cents == BASKET
    told = [_offer(case, each) for each in NUMBERS]
    shares = [told.count(each) / len(told) for each in range(3)]
    assert shares == pytest.approx([each / (1 + sum(odds)) for each in odds], abs=2e-3)
    assert set(told) == {-1, 0, 1, 2}


def test_who_does_not_top_up() -> None:
    case = Case("stored_value_retail", th_0=50.0)
    assert _offer(case, 0.5) >= 0
    assert _offer(case.set(principal_cents=15_000, bonus_cents=5_000), 0.5) == -1, "what is left pays the order"
    assert _offer(case, 0.5, due=20_001) >= 0
    assert _offer(Case("stored_value_retail", th_0=50.0).set(card_lost=1), 0.5) == -1
    assert _offer(Case("baseline", th_0=50.0), 0.5) == -1


# --- plans -------------------------------------------------------------------------------------------------------


def _plan(case: Case, offer: float, choice: float) -> int:
    return plan_to_join(case.world, case.rule, case.head, case.person, TODAY, offer, choice)


def test_joining_a_plan() -> None:
    """6 % of a year's spending against 260 yuan: the benefit equals the fee at 4,333.33 yuan."""
    case = Case("warehouse_club").set(spend_day=TODAY, year_cents=26_000 / 0.06)
    assert _plan(case, 0.1, chance_of(-3.5) - LUCK) == 1
    assert _plan(case, 0.1, chance_of(-3.5) + LUCK) == 0
    assert _plan(case, 0.2, 0.0001) == 0, "not offered at this order"
    case.set(year_cents=2 * 26_000 / 0.06)
    assert _plan(case, 0.1, chance_of(-3.5 + 1.5 * math.log(2)) - LUCK) == 1
    case.set(plan=1)
    assert _plan(case, 0.1, 1e-9) == 0, "a member already"


TWO_PLANS = policy_of(
    '[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1.0 } ]\n'
    '[[plans]]\nname = "month"\nprice = "10.00"\nperiod = "month"\ndiscount = 0.03\ntrial = "14 days"\n'
    '[[plans]]\nname = "year"\nprice = "200.00"\nperiod = "year"\ndiscount = 0.06\nmultiplier = 2.0\n'
)


@pytest.mark.parametrize("spending", [0.0, 1_000.0, 5_000.0, 100_000.0])
@pytest.mark.parametrize("tried", [False, True])
def test_plans_share_those_who_join(spending: float, tried: bool) -> None:
    """By the year: 3 % for 120 yuan is 1/4,000 of a yuan; 6 % and one more point a yuan for 200 is 7/20,000."""
    case = Case(TWO_PLANS).set(spend_day=TODAY, year_cents=100 * spending, trials=2 if tried else 0)
    if spending == 0.0:
        assert _plan(case, 0.1, 1e-12) == 0, "nothing to weigh: no logarithm of nothing"
        return
    by_month = math.exp(-3.5 + 1.5 * math.log(spending / 4_000) + (0.0 if tried else 2.0))
    by_year = math.exp(-3.5 + 1.5 * math.log(spending * 7 / 20_000))
    first = by_month / (1 + by_month + by_year)
    either = (by_month + by_year) / (1 + by_month + by_year)
    assert _plan(case, 0.1, first - LUCK) == 1
    assert _plan(case, 0.1, first + LUCK) == 2
    assert _plan(case, 0.1, either - LUCK) == 2
    assert _plan(case, 0.1, either + LUCK) == 0


def test_a_tier_that_gives_as_much_leaves_the_plan_without_a_point() -> None:
    """Discounts do not add up: beyond the tier's 5 %, a plan's 3 % is nothing."""
    policy = policy_of(
        '[[tiers.level]]\nname = "basic"\nenter = 0\n[[tiers.level]]\nname = "top"\nenter = 100\ndiscount = 0.05\n'
        '[[plans]]\nname = "month"\nprice = "10.00"\nperiod = "month"\ndiscount = 0.03\n'
    )
    case = Case(policy).set(tier=1, spend_day=TODAY, year_cents=500_000.0)
    assert _plan(case, 0.1, 1e-12) == 0
    assert _plan(case.set(tier=0), 0.1, 1e-12) == 1


def _renews(case: Case, number: float) -> bool:
    return bool(renews_plan(case.world, case.rule, case.head, case.person, TODAY, number))


@pytest.mark.parametrize(("benefit", "periods", "published"), [(0.0, 1, 0.80), (1.0, 1, 0.914), (1.0, 2, 0.960)])
def test_renewal_rates(benefit: float, periods: int, published: float) -> None:
    """80 % without any benefit; 91 % in the first and 96 % in later years at a benefit equal to the fee."""
    case = Case("warehouse_club").set(plan=1, plan_periods=periods)
    case.set(spend_day=TODAY, year_cents=benefit * 26_000 / 0.06)
    assert np.mean([_renews(case, each) for each in NUMBERS]) == pytest.approx(published, abs=0.005)


def test_a_trial_converts_whatever_it_has_brought() -> None:
    case = Case(TWO_PLANS).set(plan=1, plan_on_trial=1)
    for spent in (0.0, 1e7):
        case.set(spend_day=TODAY, year_cents=spent)
        assert (_renews(case, 0.7 - LUCK), _renews(case, 0.7 + LUCK)) == (True, False)


# --- the order itself --------------------------------------------------------------------------------------------

OCCASIONS = 1_500


def _row(policy: str) -> Case:
    """A member of the first segment, whose luck goes by occasion."""
    return Case(policy).set(segment=0)


def test_returns() -> None:
    """Six in a hundred come back within two weeks; of these 30 % in part, from a fifth to four fifths."""
    case = _row("baseline")
    days, cents = [], []
    for case.person.candidate in range(OCCASIONS):
        days.append(return_after(case.world, case.rule, case.person))
        cents.append(returned_cents(case.world, case.person, 10_000))
    told, parts = np.array(days), np.array(cents)
    assert abs((told > 0).mean() - 0.06) < 4 * math.sqrt(0.06 * 0.94 / OCCASIONS)
    assert set(told[told > 0].tolist()) == set(range(1, RETURN_DAYS_MOST + 1))
    assert abs((parts > 0).mean() - 0.3) < 4 * math.sqrt(0.21 / OCCASIONS)
    some = parts[parts > 0]
    assert 2_000 <= some.min() < 2_300 and 7_700 < some.max() <= 8_000
    assert abs(np.corrcoef(told > 0, parts > 0)[0, 1]) < 0.08


def test_a_shop_that_takes_nothing_back() -> None:
    case = _row("stamp_card")
    for case.person.candidate in range(500):
        assert return_after(case.world, case.rule, case.person) == 0


def test_activities_that_follow_orders() -> None:
    """One review in five orders; check-ins come when they come."""
    case = _row("giant_ecommerce")
    segment = case.world.segments[0]
    names = [case.policy.activity_names[each] for each in segment.doing[: segment.doings]]
    assert names == ["check_in", "review"]
    told = np.zeros((OCCASIONS, 2))
    for case.person.candidate in range(OCCASIONS):
        told[case.person.candidate] = [follows(case.world, case.person, each) for each in range(2)]
    assert told[:, 0].sum() == 0
    assert abs(told[:, 1].mean() - 0.2) < 4 * math.sqrt(0.16 / OCCASIONS)


def test_turning_the_wheel() -> None:
    """After three orders in ten, if there are points for it; what it shows is even."""
    case = _row("giant_ecommerce").lot(50)
    shown = []
    for case.person.candidate in range(OCCASIONS):
        shown.append(spin_chance(case.world, case.rule, case.member, case.person, TODAY))
    turned = np.array(shown)[np.array(shown) >= 0]
    assert abs(turned.size / OCCASIONS - 0.3) < 4 * math.sqrt(0.21 / OCCASIONS)
    assert turned.max() < MILLION and abs(turned.mean() / MILLION - 0.5) < 4 * math.sqrt(1 / 12 / turned.size)
    lucky = shown.index(turned[0])
    case.set(candidate=lucky, active_points=49)
    assert spin_chance(case.world, case.rule, case.member, case.person, TODAY) == -1, "it costs 50 points"
    case.set(active_points=50, debt_points=1)
    assert spin_chance(case.world, case.rule, case.member, case.person, TODAY) == -1


def test_when_referrals_pay() -> None:
    at_join = policy_of(
        '[points]\nvalue = "0.01"\nearn = [ { on = "referral", referrer = 10, referred = 5, when = "join" } ]\n'
    )
    assert referral_pays(at_join.rules[0]) == 1
    assert referral_pays(load_policy("startup_two_tier").rules[0]) == 2
    assert referral_pays(load_policy("baseline").rules[0]) == 0


def test_an_order_is_paid_by_coupon_points_and_card_in_that_order() -> None:
    """200 yuan less a coupon's 50; points may pay 100 at most; the card pays what is left, as far as it goes."""
    policy = policy_of(
        '[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1.0 } ]\n'
        '[points.cash]\nminimum = 100\nstep = 100\nper_order = "100.00"\n'
        '[[coupons]]\ncode = "five"\noff = "50.00"\nvalid = "30 days"\n[gifts]\njoin = ["coupon:five"]\n'
        '[stored_value]\noffers = [ { pay = "500.00", bonus = "30.00" } ]\n'
    )
    case = Case(policy, all_points=1.0, coupon_use=1.0).lot(50_000).coupon("five")
    case.set(principal_cents=3_000, bonus_cents=500, redeem_luck=1e-9)
    rows, lines = _blank()
    fill_order(case.world, case.rule, case.member, case.person, rows, lines, TODAY, 20_000)
    assert (rows.coupons[0], rows.redeem_points, rows.stored_cents) == (1, 10_000, 3_500)
    assert (rows.list_cents, rows.lines) == (20_000, 0), "the policy knows no category"
    assert case.person.capped == 1, "the balance would have given more"
    case.set(card_lost=1)
    rows, lines = _blank()
    fill_order(case.world, case.rule, case.member, case.person, rows, lines, TODAY, 20_000)
    assert rows.stored_cents == 0


def _blank() -> tuple[np.record, np.recarray]:
    """A blank order, and room for its line."""
    return event(Kind.PURCHASE, TODAY), records(1, LINE)


def test_lines_channels_and_margins() -> None:
    """Shares as in the scenario; a line only where the policy knows the category, the margin in any case."""
    case = _row("giant_ecommerce")
    skincare = case.policy.category_names.index("skincare") + 1
    app = case.policy.channel_names.index("app") + 1
    margins, channels, known = [], [], []
    for case.person.candidate in range(OCCASIONS):
        row, lines = _blank()
        margins.append(fill_order(case.world, case.rule, case.member, case.person, row, lines, TODAY, 9_900))
        channels.append(int(row.channel))
        known.append(int(lines[0].category) if row.lines else ANY)
    shares = {each: margins.count(each) / OCCASIONS for each in set(margins)}
    assert shares == pytest.approx({5_500: 0.4, 5_000: 0.4, 4_000: 0.2}, abs=4 * math.sqrt(0.25 / OCCASIONS))
    assert abs(channels.count(app) / OCCASIONS - 0.7) < 4 * math.sqrt(0.21 / OCCASIONS)
    assert set(channels) == {app, ANY}
    assert known == [skincare if each == 5_500 else ANY for each in margins]


def test_baskets_of_plan_members_and_of_bad_times() -> None:
    case = Case("warehouse_club", b_bask=-0.1).set(segment=0)
    first = int(case.world.span.first_day)
    case.world.basket_factor[TODAY + 1 - first] = 0.8
    plain, plan, bad = (basket_of(case.world, case.person, *at) for at in ((0, TODAY), (1, TODAY), (0, TODAY + 1)))
    assert (plan, bad) == pytest.approx((0.9 * plain, 0.8 * plain), abs=1)
