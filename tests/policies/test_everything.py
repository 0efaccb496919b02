"""A file with every key there is: what each of them resolves to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policies import Policy, catalogue, compile_rules, differences, edit, load_policy, policy_toml, rule_sheet
from policies.choices import (
    CampaignDays,
    Combine,
    Downgrade,
    EarnOn,
    Expiry,
    Item,
    LeapDay,
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
    Validity,
    Window,
)
from policies.parameters import HEADER, PARAMETERS, parameter_of
from policies.policy import FIRST_DATE

SAMPLE = Path(__file__).parent / "samples" / "everything.toml"
LEFT_OUT = {"tiers.debt_counts"}
"""What the sample cannot have: its metric forbids it."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(SAMPLE)


def coupon(code: str) -> tuple[Item, str]:
    return Item.COUPON, code


def points(number: int) -> tuple[Item, int]:
    return Item.POINTS, number


def test_every_key_is_there(policy: Policy) -> None:
    leaves = policy.document.leaves
    spoken = {parameter_of(path).path for path in leaves} | set(HEADER.parameters)
    assert set(PARAMETERS) - spoken == LEFT_OUT


def test_joining_and_tiers(policy: Policy) -> None:
    version = policy.versions[1]
    assert (version.join.open, version.join.invite_tiers) == (True, ("black",))
    tiers = version.tiers
    assert (tiers.metric, tiers.window, tiers.upgrade) == (
        Metric.GROWTH,
        (Window.CALENDAR_YEAR, 0),
        Upgrade.IMMEDIATELY,
    )
    assert (tiers.validity, tiers.downgrade) == ((Validity.YEAR_END, 1), Downgrade.ONE_LEVEL)
    assert (tiers.grace, tiers.on_refund) == ((30, Period.DAYS), OnRefund.NEXT_REVIEW)
    assert (tiers.threshold_mode, tiers.gifts_on_refund, tiers.debt_counts) == (False, True, False)


def test_levels(policy: Policy) -> None:
    basic, silver, gold, diamond, black = policy.versions[1].tiers.levels
    assert [(each.enter, each.keep, each.re_enter) for each in (basic, silver, gold, diamond)] == [
        (0, 0, 0),
        (1000, 800, 900),
        (5000, 4000, 5000),
        (20000, 20000, 20000),
    ]
    assert [(each.multiplier, each.discount) for each in (basic, silver, gold, diamond)] == [
        (10_000, 0),
        (12_500, 0),
        (15_000, 400),
        (20_000, 500),
    ]
    assert gold.upgrade_pack == (coupon("gold_welcome"), points(500))
    assert black.upgrade_pack == ((Item.GROWTH, 100),)
    assert [each.pack_when for each in (gold, black)] == [False, True]
    assert [each.points_expire for each in (gold, diamond)] == [True, False]
    (delivery,) = silver.benefits
    assert (delivery.name, delivery.name_zh, delivery.cost_per_order) == ("priority delivery", "优先发货", 60)
    assert [(each.cost_per_order, each.cost_per_month, each.cost_per_refund) for each in gold.benefits] == [
        (0, 300, 0),
        (0, 0, 900),
    ]
    assert basic.benefits == () and black.name_zh == "黑卡"


def test_growth_and_points(policy: Policy) -> None:
    version = policy.versions[1]
    assert version.growth.per_unit_spent == 10_000
    assert version.growth.activities == (("review", 10), ("check_in", 1), ("referral", 200), ("task", 20))
    assert version.growth.decay is None
    each = version.points
    assert (each.value, each.earn_on) == (10_000, EarnOn.NET_OF_POINTS_AND_BONUS)
    assert each.rounding == (Rounding.FLOOR, RoundPer.ORDER, None)
    assert (each.pending, each.negative) == ((7, False), Negative.DEBT)
    assert (each.combine_multipliers, each.multiplier_cap) == (Combine.MULTIPLY, 50_000)
    assert [(cap.per, cap.points, cap.mode) for cap in each.caps] == [
        (Per.ORDER, 10_000, False),
        (Per.MONTH, 50_000, True),
    ]


def test_rows_that_earn(policy: Policy) -> None:
    plain, skincare, first, nth, review, check_in, referral, recycling = policy.versions[1].points.earn
    assert [each.trigger for each in (plain, skincare, first, nth, review, check_in, referral, recycling)] == [
        Trigger.PURCHASE,
        Trigger.PURCHASE,
        Trigger.FIRST_ORDER,
        Trigger.NTH_ORDER,
        Trigger.ACTIVITY,
        Trigger.ACTIVITY,
        Trigger.REFERRAL,
        Trigger.ACTIVITY,
    ]
    assert (plain.per_unit, plain.category, plain.channel, plain.points) == (10_000, None, None, 0)
    assert (skincare.per_unit, skincare.category, skincare.channel) == (15_000, "skincare", "store")
    assert (first.points, first.per_unit, first.limit, first.give) == (200, None, None, ())
    assert (nth.every, nth.points, nth.give) == (10, 0, (coupon("p10"),))
    assert (review.on, review.points, review.limit) == ("review", 20, (3, Per.MONTH))
    assert (check_in.streak, check_in.limit) == (((7, 10), (30, 50)), (1, Per.DAY))
    assert (referral.referrer, referral.referred, referral.when) == (500, 200, False)
    assert (referral.limit, recycling.limit) == ((10, Per.YEAR), (5, Per.EVER))


def test_expiry_by_date(policy: Policy) -> None:
    lots, dates = (version.points.expiry for version in policy.versions[1:])
    assert (lots.mode, lots.life, lots.round) == (Expiry.LOT_AND_INACTIVITY, (12, Period.MONTHS), RoundTo.MONTH)
    assert (lots.life_from, lots.inactivity) == (LifeFrom.ACTIVATION, (18, Period.MONTHS))
    assert lots.reset_by == Reset.PURCHASE | Reset.REDEEM
    assert lots.on_leaving_exempt_tier == Leaving.LIFE_FROM_LEAVING
    assert (lots.extension, lots.reinstatement) == ((180, Period.DAYS), (90, Period.DAYS))
    assert (dates.mode, dates.dates, dates.years_after) == (Expiry.FIXED_DATES, ((12, 31),), 1)


def test_ways_to_use_points(policy: Policy) -> None:
    each = policy.versions[1].points
    assert (each.cash.minimum, each.cash.step, each.cash.share_of_order, each.cash.per_order) == (
        100,
        100,
        5_000,
        5_000,
    )
    assert (each.cash.boost.orders_from, each.cash.boost.factor) == (8_800, 20_000)
    bag, twenty = each.rewards
    assert (bag.name_zh, bag.points, bag.cost, bag.kind, bag.stock) == ("帆布袋", 2000, 950, (Prize.GOODS, None), 5000)
    assert (twenty.points, twenty.cost, twenty.kind, twenty.stock) == (1500, 0, (Prize.COUPON, "c20"), None)
    assert (each.wheel.points, each.wheel.limit) == (50, (3, Per.DAY))
    assert [(prize.p, prize.kind.prize, prize.points, prize.cost) for prize in each.wheel.prizes] == [
        (1_000, Prize.GOODS, 0, 299_000),
        (200_000, Prize.POINTS, 100, 0),
        (799_000, Prize.NOTHING, 0, 0),
    ]
    assert each.wheel.prizes[0].name_zh == "造型器" and each.wheel.prizes[1].name is None


def test_paid_membership_and_stored_value(policy: Policy) -> None:
    version = policy.versions[1]
    plus, ever = version.plans
    assert (plus.price, plus.period, plus.trial) == (19_900, (12, Period.MONTHS), (14, Period.DAYS))
    assert (plus.intro_price, plus.auto_renew, plus.grants_tier) == (9_900, True, "gold")
    assert (plus.multiplier, plus.discount, plus.cost_to_serve) == (20_000, 200, 120)
    assert plus.monthly_benefits == (coupon("ship_free"), coupon("p10"))
    assert (plus.refund, ever.refund) == ((PlanRefund.PRO_RATA, 0), (PlanRefund.FULL_WITHIN, 7))
    assert (ever.period, ever.trial.count, ever.intro_price, ever.grants_tier) == ((0, Period.MONTHS), 0, None, None)
    stored = version.stored_value
    assert [(each.pay, each.bonus, each.grants_tier) for each in stored.offers] == [
        (50_000, 5_000, None),
        (100_000, 15_000, "silver"),
    ]
    assert (stored.spend, stored.bonus_expiry) == (SpendStored.PRINCIPAL_FIRST, (12, Period.MONTHS))
    assert stored.refund_bonus == RefundBonus.TAKE_BACK_UNSPENT


def test_coupons(policy: Policy) -> None:
    found = {each.code: each for each in policy.versions[1].coupons}
    assert list(found) == list(policy.coupon_codes)
    welcome, tenth, free, birthday = (found[code] for code in ("gold_welcome", "p10", "ship_free", "bday"))
    assert (welcome.off, welcome.off_share, welcome.minimum_spend) == (3_000, None, 19_900)
    assert (welcome.valid, welcome.categories, welcome.stacks) == ((30, Period.DAYS), (), False)
    assert (tenth.off, tenth.off_share, tenth.cap, tenth.categories) == (None, 1_000, 2_000, ("skincare",))
    assert (free.valid, free.stacks) == ((1, Period.MONTHS), True)
    assert (birthday.off_share, birthday.cap, birthday.valid) == (2_000, None, None)


def test_gifts_campaigns_and_partners(policy: Policy) -> None:
    version = policy.versions[1]
    gifts = version.gifts
    assert (gifts.join, gifts.birthday) == ((coupon("new"), points(100)), (coupon("bday"),))
    assert gifts.leap_day == LeapDay.FEB_28
    assert (gifts.year_end.to, gifts.year_end.items) == ("gold", (points(1000),))
    assert (gifts.win_back.after, gifts.win_back.items) == ((90, Period.DAYS), (coupon("comeback"),))
    day, festival, week_end = version.campaigns
    assert (day.on, day.points_factor, day.budget) == ((CampaignDays.DAY_OF_MONTH, 8), 20_000, 20_000_000)
    assert (day.tiers, day.since, day.through) == (("silver", "gold", "diamond"), None, None)
    assert (festival.on, festival.since, festival.through) == (
        (CampaignDays.ALL, 0),
        date(2027, 6, 1),
        date(2027, 6, 18),
    )
    assert (festival.points_factor, festival.channels, festival.budget) == (30_000, ("app",), None)
    assert (week_end.on, week_end.points) == ((CampaignDays.WEEKDAY, 5), 50)
    assert week_end.categories == ("skincare", "make up")
    assert [(each.name, each.points_bought_at) for each in version.partners.earn] == [("hotel", 8_000)]
    assert [(each.name, each.points, each.pay_partner) for each in version.partners.burn] == [("airline", 1000, 800)]


def test_returns_sharing_and_the_switch(policy: Policy) -> None:
    version = policy.versions[1]
    assert (version.refunds.within, version.refunds.returned_points) == (30, 10)
    sharing = version.sharing
    assert (sharing.transfer, sharing.minimum, sharing.limit, sharing.households) == (True, 100, (2, Per.WEEK), True)
    switch = version.switch
    assert (switch.since, switch.replaces, switch.notice) == (date(2028, 1, 1), "baseline", (60, Period.DAYS))
    assert (switch.old_lots, switch.tiers) == (OldLots.KEEP_DATES, OldTiers.UNTIL_VALIDITY)


def test_names(policy: Policy) -> None:
    assert policy.category_names == ("skincare", "make up")
    assert policy.channel_names == ("store", "app")
    assert policy.activity_names[:7] == ("review", "check_in", "share", "survey", "course", "event", "task")
    assert policy.activity_names[7:] == ("referral", "recycling")
    assert policy.reward_names == ("tote bag", "20 off 100")
    assert policy.campaign_names == ("member day", "618", "week end")
    assert (policy.partner_earn_names, policy.partner_burn_names) == (("hotel",), ("airline",))
    assert policy.level_names == ("basic", "silver", "gold", "diamond", "black")


def test_the_old_policy_rules_before_the_switch(policy: Policy) -> None:
    baseline = load_policy("baseline")
    assert policy.dates == (FIRST_DATE, date(2028, 1, 1), date(2030, 1, 1))
    assert policy.switch_version == 1
    assert policy.versions[0] == baseline.versions[0]
    assert policy.on(date(2027, 12, 31)).switch is None
    assert policy.on(date(2028, 1, 1)) is policy.versions[1]
    assert len(compile_rules(policy)) == 3


def test_it_can_be_written_edited_and_told(policy: Policy, tmp_path: Path) -> None:
    path = tmp_path / "copy.toml"
    path.write_text(policy_toml(policy), encoding="utf-8")
    again = load_policy(path)
    assert again.digest == policy.digest
    assert policy_toml(again) == policy_toml(policy)
    assert differences(policy, again) == [] == differences(policy, edit(policy, {}))
    assert edit(policy, {}).digest == policy.digest
    for language in ("en", "zh"):
        told = [sentence for section in rule_sheet(policy, language) for sentence in section.sentences]
        assert len(told) > 80
        assert not [each for each in told if "{" in each or "None" in each or "—" in each]
        assert all(each.endswith("。" if language == "zh" else ".") for each in told)


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({"points.earn.2.points": 300}, lambda each: each.points.earn[2].points == 300),
        (
            {"points.earn.8.on": "share", "points.earn.8.points": 3},
            lambda each: [row.on for row in each.points.earn[8:]] == ["share"],
        ),
        ({"points.earn.7": None}, lambda each: len(each.points.earn) == 7),
        ({"points.earn": [{"on": "purchase", "per_unit": 2}]}, lambda each: each.points.earn[0].per_unit == 20_000),
        (
            {"points.cash.boost": {"orders_from": "10.00", "factor": 3}},
            lambda each: each.points.cash.boost.factor == 30_000,
        ),
        ({"points.cash.boost.factor": 3}, lambda each: each.points.cash.boost.factor == 30_000),
        ({"points.cash.boost": None}, lambda each: each.points.cash.boost is None),
        (
            {"tiers.level.silver.benefits.0.cost_per_order": "1"},
            lambda each: each.tiers.levels[1].benefits[0].cost_per_order == 100,
        ),
        ({"growth.activities": {"review": 5}}, lambda each: each.growth.activities == (("review", 5),)),
        ({"points.earn.5.streak": {"7": 20}}, lambda each: each.points.earn[5].streak == ((7, 20),)),
        ({"coupons.more.code": "more", "coupons.more.off": "1"}, lambda each: each.coupons[-1].code == "more"),
        ({"campaigns.618.through": date(2027, 6, 20)}, lambda each: each.campaigns[1].through == date(2027, 6, 20)),
        ({"switch.old_lots": "new_rule"}, lambda each: each.switch.old_lots == OldLots.NEW_RULE),
        ({"switch": None}, lambda each: each.switch is None),
    ],
)
def test_nested_values_can_be_edited(policy: Policy, tmp_path: Path, changes: dict, read) -> None:
    changed = edit(policy, changes)
    assert read(changed.versions[-1]) and not read(policy.versions[-1])
    path = tmp_path / "changed.toml"
    path.write_text(policy_toml(changed), encoding="utf-8")
    assert load_policy(path).digest == changed.digest


def test_an_edit_with_a_switch_replaces_what_it_edits(tmp_path: Path) -> None:
    baseline = load_policy("baseline")
    changed = edit(baseline, {"switch.from": date(2028, 7, 1), "tiers.level.silver": None, "points.pending": "3 days"})
    assert (changed.switch_version, changed.dates[1]) == (1, date(2028, 7, 1))
    assert [len(version.tiers.levels) for version in changed.versions] == [4, 3]
    path = tmp_path / "changed.toml"
    path.write_text(policy_toml(changed), encoding="utf-8")
    assert load_policy(path).digest == changed.digest


def test_a_child_changes_the_switch_of_its_parent(tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(SAMPLE.read_text("utf-8"), encoding="utf-8")
    child = tmp_path / "child.toml"
    child.write_text('title = "c"\nextends = "new.toml"\n[switch]\nold_lots = "full_new_period"\n')
    policy = load_policy(child)
    assert policy.versions[0] == load_policy("baseline").versions[0]
    assert policy.versions[-1].switch.old_lots == OldLots.FULL_NEW_PERIOD


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_an_absent_section_changes_nothing(name: str) -> None:
    version = load_policy(name).versions[0]
    written = load_policy(name).document.tables
    assert version.join.open and (version.refunds.within == 30 or ("refunds",) in written)
    assert version.switch is None and (version.stored_value is None) == (("stored_value",) not in written)
