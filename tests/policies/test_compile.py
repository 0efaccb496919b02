"""Compiling: every value of a file stands at its place in the arrays, and what is absent stands there as neutral."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policies import compile_rules, load_policy
from policies.choices import (
    CampaignDays,
    Combine,
    EarnOn,
    Expiry,
    Item,
    Leaving,
    LifeFrom,
    Metric,
    Negative,
    OldLots,
    OldTiers,
    OnRefund,
    Per,
    Period,
    PlanRefund,
    Prize,
    RefundBonus,
    Reset,
    Rounding,
    RoundPer,
    RoundTo,
    SpendStored,
    Trigger,
    Upgrade,
    Window,
)
from policies.days import day_of
from policies.rules import (
    BASIS,
    COUPONS_MOST,
    EARN_MOST,
    GIFT_BIRTHDAY,
    GIFT_EARN,
    GIFT_JOIN,
    GIFT_PACK,
    GIFT_PLAN,
    GIFT_WIN_BACK,
    GIFT_YEAR_END,
    NEVER_DAY,
    NO_LIMIT,
    REFERRAL_ACTIVITY,
    RULE,
)

FULL = Path(__file__).parent / "full.toml"
REPLACING = Path(__file__).parent / "replacing.toml"


def _day(text: str) -> int:
    return day_of(date.fromisoformat(text))


@pytest.fixture(scope="module")
def rule():
    """A policy that writes every key, compiled."""
    (found,) = compile_rules(load_policy(FULL))
    return found


def _items(rule, number: int) -> list[tuple[int, int]]:
    first = rule.gift_first[number]
    places = range(first, first + rule.gift_count[number])
    return [(int(rule.item_kind[place]), int(rule.item_number[place])) for place in places]


def test_tiers(rule) -> None:
    assert (rule.join_open, rule.levels, rule.metric) == (0, 3, Metric.GROWTH)
    assert (rule.window, rule.window_count, rule.upgrade) == (Window.ROLLING_DAYS, 365, Upgrade.IMMEDIATELY)
    assert (rule.grace_days, rule.on_refund) == (30, OnRefund.SAME_NIGHT_ONE_LEVEL)
    assert (rule.split_order, rule.gifts_stay) == (1, 1)
    assert rule.enter[:3].tolist() == [0, 1000, 5000]
    assert rule.keep[:3].tolist() == [0, 800, 5000]
    assert rule.re_enter[:3].tolist() == [0, 900, 5000]
    assert rule.multiplier_bp[:3].tolist() == [10_000, 12_500, 20_000]
    assert rule.discount_bp[:3].tolist() == [0, 0, 300]
    assert rule.invite_only[:3].tolist() == [0, 0, 1]
    assert rule.points_live[:3].tolist() == [0, 0, 1]
    assert rule.pack_every_rise[:3].tolist() == [0, 1, 0]
    assert rule.cost_per_order_cents[:3].tolist() == [0, 60, 0]
    assert rule.cost_per_month_cents[:3].tolist() == [0, 0, 300]
    assert rule.cost_per_refund_cents[:3].tolist() == [0, 0, 900]


def test_growth(rule) -> None:
    assert (rule.growth_per_unit_bp, rule.decay_bp, rule.decay_months) == (15_000, 0, 0)
    names = load_policy(FULL).activity_names
    assert rule.growth_activity[names.index("review")] == 10
    assert rule.growth_activity[names.index("answer")] == 4
    assert rule.growth_activity.sum() == 14


def test_decay(tmp_path: Path) -> None:
    path = tmp_path / "decay.toml"
    path.write_text(
        'title = "Fading"\n[tiers]\nwindow = "lifetime"\n[[tiers.level]]\nname = "basic"\nenter = 0\n'
        '[growth]\ndecay = "2.5 % per year"\n',
        encoding="utf-8",
    )
    (rule,) = compile_rules(load_policy(path))
    assert (rule.decay_bp, rule.decay_months) == (250, 12)


def test_earning(rule) -> None:
    assert (rule.earn_on, rule.rounding, rule.round_per) == (EarnOn.LIST, Rounding.FLOOR, RoundPer.RULE)
    assert (rule.block_cents, rule.combine, rule.multiplier_cap_bp) == (1_000, Combine.ADD, 50_000)
    assert (rule.pending_days, rule.until_delivered, rule.negative) == (0, 1, Negative.WITHHOLD_CASH)
    assert rule.earn_rows == 6
    assert rule.earn_trigger[:6].tolist() == [
        Trigger.PURCHASE, Trigger.PURCHASE, Trigger.FIRST_ORDER, Trigger.NTH_ORDER, Trigger.ACTIVITY, Trigger.REFERRAL,
    ]  # fmt: skip
    assert rule.earn_rate_bp[:3].tolist() == [10_000, 15_000, 0]
    assert rule.earn_category[:2].tolist() == [0, 1]
    assert rule.earn_channel[:2].tolist() == [0, 1]
    assert rule.earn_points[:6].tolist() == [0, 0, 200, 0, 1, 500]
    assert (rule.earn_every[3], rule.earn_referred[5], rule.earn_at_join[5]) == (10, 200, 1)
    names = load_policy(FULL).activity_names
    assert names[rule.earn_activity[4]] == "check_in"
    assert rule.streak_days[4, :3].tolist() == [7, 30, 0]
    assert rule.streak_points[4, :3].tolist() == [10, 50, 0]
    assert rule.earn_limit[:6].tolist() == [NO_LIMIT] * 4 + [1, 10]
    assert rule.earn_limit_per[4:6].tolist() == [Per.DAY, Per.YEAR]


def test_caps(rule) -> None:
    assert rule.caps == 2
    assert rule.cap_per[:2].tolist() == [Per.ORDER, Per.MONTH]
    assert rule.cap_points[:2].tolist() == [10_000, 50_000]
    assert rule.cap_reject[:2].tolist() == [0, 1]


def test_campaigns(rule) -> None:
    assert rule.campaigns == 2
    assert rule.campaign_days[:2].tolist() == [CampaignDays.DAY_OF_MONTH, CampaignDays.ALL]
    assert rule.campaign_number[:2].tolist() == [8, 0]
    assert rule.campaign_from_day[:2].tolist() == [-NEVER_DAY, _day("2027-06-01")]
    assert rule.campaign_through_day[:2].tolist() == [NEVER_DAY, _day("2027-06-18")]
    assert rule.campaign_factor_bp[:2].tolist() == [20_000, 10_000]
    assert rule.campaign_points[:2].tolist() == [0, 88]
    assert rule.campaign_tiers[:2].tolist() == [0b110, -1]
    assert rule.campaign_channels[:2].tolist() == [-1, 0b100]
    assert rule.campaign_categories[:2].tolist() == [-1, 0b010]
    assert rule.campaign_budget_cents[:2].tolist() == [20_000_000, NO_LIMIT]
    assert rule.campaign_closed_day[:2].tolist() == [NEVER_DAY, NEVER_DAY]


def test_expiry(rule) -> None:
    assert (rule.point_value_bp, rule.expiry) == (10_000, Expiry.LOT_AND_INACTIVITY)
    assert (rule.life_period, rule.life_count) == (Period.MONTHS, 12)
    assert (rule.life_round, rule.life_from) == (RoundTo.QUARTER, LifeFrom.ACTIVATION)
    assert (rule.inactivity_period, rule.inactivity_count) == (Period.MONTHS, 18)
    assert rule.reset_by == Reset.PURCHASE | Reset.REDEEM
    assert rule.leaving == Leaving.LIFE_FROM_LEAVING
    assert (rule.extension_days, rule.reinstatement_days) == (90, 60)
    assert (rule.wipe_dates, rule.years_after) == (0, 0)


def test_cash(rule) -> None:
    assert (rule.cash, rule.cash_minimum_points, rule.cash_step_points) == (1, 200, 100)
    assert (rule.cash_share_bp, rule.cash_per_order_cents) == (5_000, 5_000)
    assert (rule.boost_from_cents, rule.boost_factor_bp) == (8_800, 20_000)


def test_rewards_and_wheel(rule) -> None:
    assert rule.rewards == 2
    assert rule.reward_points[:2].tolist() == [2_000, 1_500]
    assert rule.reward_cost_cents[:2].tolist() == [950, 0]
    assert rule.reward_prize[:2].tolist() == [Prize.GOODS, Prize.COUPON]
    assert rule.reward_coupon[:2].tolist() == [0, 2]
    assert rule.reward_stock[:2].tolist() == [5_000, NO_LIMIT]
    assert rule.reward_closed_day[:2].tolist() == [NEVER_DAY, NEVER_DAY]
    assert (rule.wheel, rule.wheel_points, rule.wheel_limit, rule.wheel_limit_per) == (1, 50, 3, Per.DAY)
    assert rule.prizes == 3
    assert rule.prize_chance[:3].tolist() == [1_000, 200_000, 799_000]
    assert rule.prize_kind[:3].tolist() == [Prize.GOODS, Prize.POINTS, Prize.NOTHING]
    assert rule.prize_points[:3].tolist() == [0, 100, 0]
    assert rule.prize_cost_cents[:3].tolist() == [299_000, 0, 0]


def test_partners_sharing_and_refunds(rule) -> None:
    assert (rule.partners_earn, rule.partner_price_bp[0]) == (1, 8_000)
    assert (rule.partners_burn, rule.partner_points[0], rule.partner_pay_cents[0]) == (1, 1_000, 800)
    assert (rule.transfers, rule.transfer_minimum_points, rule.households) == (1, 50, 1)
    assert (rule.transfer_limit, rule.transfer_limit_per) == (2, Per.MONTH)
    assert (rule.return_days, rule.courtesy_days) == (NO_LIMIT, 15)


def test_plans(rule) -> None:
    assert rule.plans == 2
    assert rule.plan_price_cents[:3].tolist() == [0, 19_900, 99_900]
    assert rule.plan_intro_cents[:3].tolist() == [NO_LIMIT, 9_900, NO_LIMIT]
    assert rule.plan_period_months[:3].tolist() == [0, 3, 0]
    assert rule.plan_trial_days[:3].tolist() == [0, 14, 0]
    assert rule.plan_auto_renew[:3].tolist() == [0, 1, 0]
    assert rule.plan_multiplier_bp[:3].tolist() == [BASIS, 20_000, 10_000]
    assert rule.plan_discount_bp[:3].tolist() == [0, 200, 0]
    assert rule.plan_tier[:3].tolist() == [-1, 1, -1]
    assert rule.plan_refund[:3].tolist() == [PlanRefund.NONE, PlanRefund.FULL_WITHIN, PlanRefund.PRO_RATA]
    assert rule.plan_refund_days[:3].tolist() == [0, 7, 0]
    assert rule.plan_cost_to_serve_cents[:3].tolist() == [0, 120, 0]


def test_stored_value(rule) -> None:
    assert (rule.stored, rule.offers) == (1, 2)
    assert rule.offer_pay_cents[:2].tolist() == [50_000, 100_000]
    assert rule.offer_bonus_cents[:2].tolist() == [5_000, 15_000]
    assert rule.offer_tier[:3].tolist() == [-1, 1, -1]
    assert (rule.stored_spend, rule.refund_bonus) == (SpendStored.BONUS_FIRST, RefundBonus.CHARGE_SPENT)
    assert (rule.bonus_period, rule.bonus_count) == (Period.MONTHS, 12)


def test_coupons(rule) -> None:
    assert rule.coupons == 2
    assert rule.coupon_off_cents[:2].tolist() == [3_000, 0]
    assert rule.coupon_off_bp[:2].tolist() == [0, 1_000]
    assert rule.coupon_cap_cents[:2].tolist() == [NO_LIMIT, 2_000]
    assert rule.coupon_minimum_cents[:2].tolist() == [19_900, 0]
    assert rule.coupon_period[:2].tolist() == [Period.DAYS, Period.DAYS]
    assert rule.coupon_count[:2].tolist() == [30, 0]
    assert rule.coupon_categories[:2].tolist() == [-1, 0b010]
    assert rule.coupon_stacks[:2].tolist() == [0, 1]


def test_gifts(rule) -> None:
    assert _items(rule, GIFT_JOIN) == [(Item.COUPON, 1), (Item.POINTS, 100)]
    assert _items(rule, GIFT_BIRTHDAY) == [(Item.GROWTH, 5)]
    assert _items(rule, GIFT_YEAR_END) == [(Item.POINTS, 1_000)]
    assert _items(rule, GIFT_WIN_BACK) == [(Item.COUPON, 2)]
    assert [_items(rule, GIFT_PACK + k) for k in range(3)] == [[], [(Item.COUPON, 1), (Item.POINTS, 500)], []]
    assert [_items(rule, GIFT_PLAN + k) for k in range(3)] == [[], [(Item.COUPON, 2)], []]
    assert [_items(rule, GIFT_EARN + k) for k in range(6)] == [[], [], [], [(Item.COUPON, 2)], [], []]
    assert (rule.leap_day, rule.year_end_tier, rule.win_back_days) == (1, 1, 90)
    assert rule.gift_count.sum() == 9


def test_nothing_is_neutral() -> None:
    (rule,) = compile_rules(load_policy("no_program"))
    assert (rule.join_open, rule.levels, rule.plans, rule.cash, rule.wheel, rule.stored) == (1, 1, 0, 0, 0, 0)
    assert (rule.point_value_bp, rule.expiry, rule.earn_rows, rule.campaigns) == (0, Expiry.NEVER, 0, 0)
    assert (rule.multiplier_cap_bp, rule.cash_per_order_cents, rule.boost_from_cents) == (NO_LIMIT,) * 3
    assert (rule.wheel_limit, rule.transfer_limit, rule.boost_factor_bp) == (NO_LIMIT, NO_LIMIT, BASIS)
    assert rule.earn_limit.tolist() == [NO_LIMIT] * EARN_MOST
    assert rule.coupon_cap_cents.tolist() == [NO_LIMIT] * COUPONS_MOST
    assert (set(rule.plan_tier), set(rule.offer_tier), set(rule.plan_intro_cents)) == ({-1}, {-1}, {NO_LIMIT})
    assert rule.plan_multiplier_bp[0] == BASIS
    assert (rule.growth_per_unit_bp, rule.decay_months, rule.switch, rule.gift_count.sum()) == (0, 0, 0, 0)
    assert rule.return_days == 30


def test_growth_counts_only_where_tiers_count_it() -> None:
    for name in ("upgrade_only", "stored_value_retail", "startup_two_tier"):
        assert {version.growth_per_unit_bp for version in compile_rules(load_policy(name))} == {0}


def test_growth_of_a_referral_has_a_number_of_its_own() -> None:
    (rule,) = compile_rules(load_policy("growth_value"))
    assert rule.growth_activity[REFERRAL_ACTIVITY] == 200


def test_versions_and_their_days() -> None:
    rules = compile_rules(load_policy("plus_monthly"))
    assert rules.version.tolist() == [0, 1]
    assert rules.effective_day[1] == _day("2028-07-01")
    assert rules.plan_price_cents[:, 1].tolist() == [1_990, 2_290]


def test_switch() -> None:
    rules = compile_rules(load_policy("rolling_requalification"))
    assert rules.window.tolist() == [Window.CALENDAR_YEAR, Window.ROLLING_DAYS]
    assert rules.switch.tolist() == [0, 1]
    assert rules.effective_day[1] == _day("2028-01-01")
    assert (rules[1].switch_lots, rules[1].switch_tiers) == (OldLots.KEEP_DATES, OldTiers.UNTIL_VALIDITY)
    assert (rules[1].switch_notice_days, rules[1].switch_level[:4].tolist()) == (60, [0, 1, 2, 3])


def test_switch_between_policies_that_share_some_names() -> None:
    policy = load_policy(REPLACING)
    old, new = compile_rules(policy)
    assert policy.coupon_codes == ("welcome", "tenth", "other")
    assert (new.switch_lots, new.switch_tiers) == (OldLots.FULL_NEW_PERIOD, OldTiers.AT_ONCE)
    assert new.switch_notice_days == 30
    # Nobody's tier is there by name: each goes to the highest that is not harder to reach than the old one was.
    assert new.switch_level[:3].tolist() == [0, 1, 1]
    # The plan "plus" has moved to another slot, the plan for life is gone.
    assert new.switch_plan[:3].tolist() == [0, 2, 0]
    assert new.switch_coupon[:3].tolist() == [-1, 2, 3]
    assert old.coupon_off_cents[:3].tolist() == [3_000, 0, 0]
    assert new.coupon_off_cents[:3].tolist() == [0, 1_000, 500]


def test_switch_keeps_the_numbers_of_rewards_campaigns_and_partners() -> None:
    policy = load_policy(REPLACING)
    old, new = compile_rules(policy)
    assert policy.reward_names == ("tote bag", "ten off", "mug")
    assert old.reward_prize[:3].tolist() == [Prize.GOODS, Prize.COUPON, Prize.NOTHING]
    assert new.reward_prize[:3].tolist() == [Prize.NOTHING, Prize.NOTHING, Prize.GOODS]
    assert policy.campaign_names == ("member day", "618")
    assert (new.campaign_from_day[:2] <= new.campaign_through_day[:2]).tolist() == [False, True]
    assert new.campaign_points[:2].tolist() == [0, 100]
    assert (old.partners_burn, old.partner_points[:2].tolist()) == (2, [1_000, 0])
    assert (new.partners_burn, new.partner_points[:2].tolist()) == (2, [0, 500])
    assert (old.partner_price_bp[0], new.partner_price_bp[0]) == (8_000, -1)


def test_switch_to_another_metric_maps_tiers_by_position(tmp_path: Path) -> None:
    (tmp_path / "full.toml").write_bytes(FULL.read_bytes())
    text = (
        REPLACING.read_text("utf-8")
        .replace("at_once", "until_validity")
        .replace("[tiers]", '[tiers]\nmetric = "orders"')
    )
    two_levels = text.replace('[[tiers.level]]\nname = "legend"\nenter = 6000\n', "")
    (tmp_path / "new.toml").write_text(two_levels, encoding="utf-8")
    _, new = compile_rules(load_policy(tmp_path / "new.toml"))
    assert new.switch_level[:3].tolist() == [0, 1, 1]


def test_every_field_of_a_rule_can_be_written() -> None:
    """A field that no file can set would be a rule that nobody can use."""
    seen: dict[str, set[bytes]] = {name: set() for name in RULE.names}
    for source in (
        FULL,
        REPLACING,
        "no_program",
        "growth_value",
        "coalition",
        "giant_ecommerce",
        "year_end_wipe_cap50",
    ):
        for record in compile_rules(load_policy(source)):
            for name in RULE.names:
                seen[name].add(record[name].tobytes())
    set_by_the_books = {name for name in RULE.names if "_closed_" in name}
    constant = {name for name, values in seen.items() if len(values) < 2}
    assert constant == set_by_the_books | {"minor_per_major"}


def test_currency_without_cents(tmp_path: Path) -> None:
    (tmp_path / "yen.toml").write_text('title = "Yen"\ncurrency = "JPY"\n', encoding="utf-8")
    (rule,) = compile_rules(load_policy(tmp_path / "yen.toml"))
    assert rule.minor_per_major == 1
