"""Advice: each check speaks of a minimal policy, is silent on its cure, and every shipped policy was looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from random import Random

import pytest

from policies import Policy, catalogue, edit, load_policy
from policies.advice import CHECKS, Advice, advise
from policies.reference import PAGES
from tests.ledger.random_policies import random_policy
from texts.advice import advice_cards, advice_text, checked_text

SHOP = """
[points]
value = "0.01"
earn = [ { on = "purchase", per_unit = 1.0 } ]
[points.cash]
[refunds]
within = "none"
"""
"""A program with nothing to say about it: points at once, orders that cannot be returned."""

THREE = """
[tiers]
metric = "spend"
window = "calendar_year"
[[tiers.level]]
name = "basic"
enter = "0"
[[tiers.level]]
name = "silver"
enter = "1000.00"
discount = 0.02
[[tiers.level]]
name = "gold"
enter = "5000.00"
discount = 0.05
"""

TWO = """
[tiers]
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "silver"
enter = 1000
discount = 0.02
"""

COUPON = """
[[coupons]]
code = "ten"
off = "10.00"
minimum_spend = "50.00"
"""

PLAN = """
[[plans]]
name = "plus"
price = "120.00"
period = "1 year"
"""

TOP_UP = """
[stored_value]
offers = [ { pay = "500.00", bonus = "50.00" } ]
"""

CHANGE = f"""extends = "baseline"
title = "new"
{SHOP}
[points.expiry]
mode = "lot"
life = "2 months"
[switch]
from = 2028-01-01
"""


def with_levels(**keys: str) -> str:
    """Three tiers, with more said of some."""
    text = THREE
    for name, more in keys.items():
        text = text.replace(f'name = "{name}"\n', f'name = "{name}"\n{more}\n')
    return text


CASES: dict[str, tuple[str, dict]] = {
    "number_of_levels": (
        TWO,
        {"tiers.level.gold.name": "gold", "tiers.level.gold.enter": 5000, "tiers.level.gold.discount": 0.05},
    ),
    "level_out_of_reach": (
        THREE.replace("spend", "active_days")
        .replace('"0"', "0")
        .replace('"1000.00"', "300")
        .replace('"5000.00"', "400"),
        {"tiers.level.gold.enter": 350},
    ),
    "level_for_everybody": (TWO + '[gifts]\njoin = ["growth:1000"]\n', {"tiers.level.silver.enter": 1001}),
    "levels_alike": (THREE.replace("0.05", "0.02"), {"tiers.level.gold.discount": 0.04}),
    "higher_tier_first": (with_levels(gold='re_enter = "500.00"'), {"tiers.level.silver.re_enter": "400.00"}),
    "nobody_falls": (THREE.replace("calendar_year", "lifetime"), {"tiers.downgrade": "none"}),
    "orders_can_be_split": (
        THREE.replace("spend", "orders").replace('"0"', "0").replace('"1000.00"', "3").replace('"5000.00"', "9"),
        {"tiers.metric": "active_days"},
    ),
    "growth_without_limit": (TWO + "[growth]\nactivities = { share = 5 }\n", {"growth.activities": None}),
    "redeeming_costs_tier": (THREE.replace('"spend"', '"net_spend"') + SHOP, {"tiers.metric": "spend"}),
    "tier_hopping": (
        with_levels(gold='upgrade_pack = ["points:500"]\npack_when = "every_rise"').replace(
            "[tiers]\n", '[tiers]\non_refund = "now"\ngifts_on_refund = "stay"\n'
        )
        + SHOP.replace('"none"', '"30 days"'),
        {"tiers.level.gold.pack_when": "first_reach"},
    ),
    "points_die_on_leaving": (
        with_levels(gold="points_expire = false") + SHOP + '[points.expiry]\nmode = "lot"\nlife = "12 months"\n',
        {"points.expiry.on_leaving_exempt_tier": "life_from_leaving"},
    ),
    "points_before_returns": (SHOP.replace('"none"', '"30 days"'), {"points.pending": "30 days"}),
    "waived_points": (
        SHOP.replace('"none"', '"30 days"').replace("[points]", '[points]\nnegative = "floor"'),
        {"points.negative": "withhold_cash"},
    ),
    "small_orders_earn_nothing": (
        SHOP.replace("[points]", '[points]\nrounding = "block 10.00"'),
        {"points.rounding": "floor per order"},
    ),
    "rounding_up": (
        SHOP.replace("[points]", '[points]\nrounding = "ceil per order"'),
        {"points.rounding": "half_up per order"},
    ),
    "points_earn_points": (SHOP.replace("[points]", '[points]\nearn_on = "list"'), {"points.earn_on": "net_of_points"}),
    "bonus_earns_points": (SHOP + TOP_UP, {"points.earn_on": "net_of_points_and_bonus"}),
    "order_cap_by_splitting": (
        SHOP.replace("[points.cash]", 'caps = [ { per = "order", points = 100 } ]\n[points.cash]'),
        {"points.caps": [{"per": "order", "points": 100}, {"per": "day", "points": 100}]},
    ),
    "campaign_points_by_splitting": (
        SHOP + '[[campaigns]]\nname = "party"\npoints = 88\n',
        {"campaigns.party.points": 0, "campaigns.party.points_factor": 2.0},
    ),
    "activity_without_limit": (
        SHOP.replace("[ {", '[ { on = "share", points = 5 }, {'),
        {"points.earn.0.limit": "1 per day"},
    ),
    "nth_order_without_minimum": (
        SHOP.replace("[ {", '[ { on = "nth_order", every = 5, give = ["coupon:ten"] }, {')
        + COUPON.replace('"50.00"', '"15.00"'),
        {"coupons.ten.minimum_spend": "20.00"},
    ),
    "gives_back_too_much": (SHOP.replace("1.0 }", "60.0 }"), {"points.earn.0.per_unit": 50.0}),
    "points_without_use": (SHOP.replace("[points.cash]", ""), {"points.cash.step": 1}),
    "wiped_before_use": (
        SHOP + '[points.expiry]\nmode = "fixed_dates"\ndates = ["12-31"]\n',
        {"points.expiry.years_after": 1},
    ),
    "cap_before_expiry": (
        THREE
        + SHOP.replace("[points.cash]", '[points.cash]\nper_order = "30.00"')
        + '[points.expiry]\nmode = "fixed_dates"\ndates = ["12-31"]\n',
        {"points.cash.per_order": "37.50"},
    ),
    "order_earns_more_than_it_takes": (
        SHOP.replace("[points.cash]", "[points.cash]\nshare_of_order = 0.005"),
        {"points.cash.share_of_order": 0.01},
    ),
    "minimum_above_cap": (
        SHOP.replace("[points.cash]", '[points.cash]\nminimum = 600\nper_order = "5.00"'),
        {"points.cash.per_order": "6.00"},
    ),
    "minimum_out_of_reach": (
        THREE + SHOP.replace("[points.cash]", "[points.cash]\nminimum = 1001"),
        {"points.cash.minimum": 1000},
    ),
    "reward_dearer_than_cash": (
        SHOP + '[[points.rewards]]\nname = "bag"\npoints = 100\ncost = "1.01"\nkind = "goods"\n',
        {"points.rewards.bag.points": 101},
    ),
    "coupon_worse_than_cash": (
        SHOP + COUPON + '[[points.rewards]]\nname = "ten"\npoints = 1001\nkind = "coupon:ten"\n',
        {"points.rewards.ten.points": 1000},
    ),
    "wheel_pays_out": (
        SHOP + '[points.wheel]\npoints = 5\nprizes = [ { p = 1.0, kind = "points", points = 10 } ]\n',
        {"points.wheel.points": 10},
    ),
    "partner_dearer_than_cash": (
        SHOP + '[partners]\nburn = [ { name = "air", points = 100, pay_partner = "1.01" } ]\n',
        {"partners.burn.air.pay_partner": "1.00"},
    ),
    "plan_refund_after_benefits": (
        PLAN + 'refund = "pro_rata"\nmonthly_benefits = ["coupon:ten"]\n' + COUPON,
        {"plans.plus.refund": "less_benefits_used"},
    ),
    "trial_brings_benefits": (
        PLAN + 'trial = "7 days"\nmonthly_benefits = ["coupon:ten"]\n' + COUPON,
        {"plans.plus.trial": "0 days"},
    ),
    "fee_below_cost": (PLAN + 'cost_to_serve = "10.01"\n', {"plans.plus.cost_to_serve": "10.00"}),
    "bonus_refundable": (TOP_UP + 'spend = "bonus_first"\n', {"stored_value.refund_bonus": "charge_spent"}),
    "gift_before_returns": (
        SHOP.replace("[ {", '[ { on = "first_order", give = ["coupon:ten"] }, {').replace('"none"', '"7 days"')
        + COUPON,
        {"refunds.within": "none"},
    ),
    "pack_before_returns": (
        with_levels(gold='upgrade_pack = ["coupon:ten"]') + COUPON,
        {"tiers.level.gold.upgrade_pack": None},
    ),
    "gifts_stay": (
        with_levels(gold='upgrade_pack = ["points:500"]').replace("[tiers]\n", '[tiers]\ngifts_on_refund = "stay"\n')
        + SHOP.replace('"none"', '"30 days"'),
        {"tiers.gifts_on_refund": "taken_back"},
    ),
    "coupon_makes_order_free": (COUPON.replace('"50.00"', '"10.00"'), {"coupons.ten.minimum_spend": "10.01"}),
    "referral_on_joining": (
        SHOP.replace("[ {", '[ { on = "referral", referrer = 5, when = "join", limit = "1 ever" }, {'),
        {"points.earn.0.when": "first_purchase"},
    ),
    "referral_before_returns": (
        SHOP.replace("[ {", '[ { on = "referral", referrer = 5, limit = "1 ever" }, {').replace('"none"', '"30 days"'),
        {"refunds.within": "none"},
    ),
    "referral_without_limit": (
        SHOP.replace("[ {", '[ { on = "referral", referrer = 5 }, {'),
        {"points.earn.0.limit": "10 per year"},
    ),
    "transfers_without_limit": (SHOP + "[sharing]\ntransfer = true\n", {"sharing.limit": "4 per year"}),
    "join_gifts_pooled": (
        SHOP + '[sharing]\ntransfer = true\nlimit = "4 per year"\n[gifts]\njoin = ["points:100"]\n',
        {"sharing.minimum": 101},
    ),
    "points_die_on_switch": (CHANGE + 'old_lots = "new_rule"\n', {"switch.notice": "30 days"}),
    "notice_without_effect": (CHANGE + 'notice = "30 days"\n', {"switch.notice": "0 days"}),
    "life_shorter_than_notice": (
        CHANGE + 'old_lots = "new_rule"\nnotice = "61 days"\n',
        {"switch.notice": "60 days"},
    ),
    "tiers_fall_on_switch": (CHANGE + 'tiers = "at_once"\n', {"switch.tiers": "until_validity"}),
}
"""Of each check: a policy of which it speaks, and what silences it."""

SHIPPED = {
    "baseline": ["points_before_returns"],
    "coalition": ["points_before_returns", "points_earn_points"],
    "giant_ecommerce": [
        "redeeming_costs_tier",
        "points_before_returns",
        "reward_dearer_than_cash",
        "wheel_pays_out",
        "plan_refund_after_benefits",
    ],
    "growth_value": ["growth_without_limit", "points_before_returns", "referral_before_returns"],
    "instant_small_burn": ["points_before_returns"],
    "no_program": [],
    "plus_monthly": [
        "points_before_returns",
        "plan_refund_after_benefits",
        "trial_brings_benefits",
        "coupon_makes_order_free",
    ],
    "rolling_requalification": ["points_before_returns", "notice_without_effect"],
    "soft_landing": ["points_before_returns"],
    "stamp_card": ["nth_order_without_minimum", "reward_dearer_than_cash", "coupon_makes_order_free"],
    "startup_two_tier": [
        "number_of_levels",
        "orders_can_be_split",
        "rounding_up",
        "pack_before_returns",
        "referral_before_returns",
    ],
    "stored_value_retail": ["redeeming_costs_tier", "points_before_returns"],
    "upgrade_only": [
        "points_before_returns",
        "small_orders_earn_nothing",
        "points_earn_points",
        "pack_before_returns",
        "gifts_stay",
    ],
    "vertical_expert": ["growth_without_limit", "points_before_returns", "pack_before_returns"],
    "warehouse_club": [],
    "year_end_wipe_cap50": ["points_before_returns", "wiped_before_use", "cap_before_expiry"],
}
"""What is said of the shipped policies; each remark was looked at and is meant to stay."""


def of_code(policy: Policy, code: str) -> list[Advice]:
    return [each for each in advise(policy) if each.code == code]


def test_every_check_has_a_case() -> None:
    assert set(CASES) == set(CHECKS)


@pytest.mark.parametrize("code", sorted(CHECKS))
def test_a_check_speaks_and_its_cure_silences_it(code: str, policy_of: Callable[..., Policy]) -> None:
    text, cure = CASES[code]
    policy = policy_of(text)
    found = of_code(policy, code)
    assert found, [each.code for each in advise(policy)]
    for each in found:
        _reads_well(each)
    assert not of_code(edit(policy, cure), code)


def _reads_well(advice: Advice) -> None:
    """Whole sentences in both languages, without a placeholder left, and keys with values."""
    for words in (advice.words, advice.story):
        assert words.en.endswith(".") and words.zh.endswith("。")
        assert not re.search(r"[{}]", words.en + words.zh)
        assert not re.search(r"[\u4e00-\u9fff]", words.en)
    for line in advice.lines:
        assert re.match(r"[\w.\[\] ]+ = \S", line), line


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_shipped_policies(name: str) -> None:
    found = advise(load_policy(name))
    assert list(dict.fromkeys(each.code for each in found)) == SHIPPED[name]
    for each in found:
        _reads_well(each)


def test_the_story_of_the_cap_and_the_wipe() -> None:
    """Diamond: four orders of 3,000 at 2 %, so 60.00 each; three of them take 50.00, the last one's own die."""
    advice = of_code(load_policy("year_end_wipe_cap50"), "cap_before_expiry")[0]
    assert advice.lines == ('points.cash.per_order = "50.00"', 'points.expiry.dates = ["12-31"]')
    for number in ("50.00 CNY", "3,000.00 CNY", "240.00 CNY", "diamond"):
        assert number in advice.words.en
    assert "loses 90.00 CNY" in advice.story.en and "loses 190.00 CNY" in advice.story.en
    assert "损失 90.00 元" in advice.story.zh


def test_a_cap_on_lots_counts_only_if_orders_earn_more_than_they_take(policy_of: Callable[..., Policy]) -> None:
    lots = '[points.expiry]\nmode = "lot"\nlife = "12 months"\n'
    policy = policy_of(THREE + SHOP.replace("[points.cash]", '[points.cash]\nper_order = "12.50"') + lots)
    assert not of_code(policy, "cap_before_expiry")  # gold: four orders of 1,250 earn 12.50 each
    assert of_code(edit(policy, {"points.cash.per_order": "12.49"}), "cap_before_expiry")


def test_a_sound_shop_is_left_alone(policy_of: Callable[..., Policy]) -> None:
    assert advise(policy_of(THREE + SHOP)) == ()
    assert advice_text(policy_of(THREE + SHOP), "en") == ""


def test_rules_that_change_are_told_from_when() -> None:
    policy = edit(load_policy("baseline"), {"points.pending": {"2027-01-01": "30 days", "2028-01-01": "3 days"}})
    advice = of_code(policy, "points_before_returns")[0]
    assert advice.since == date(2028, 1, 1)
    assert advice.lines[0] == 'points.pending = "3 days"'
    assert "From 2028-01-01 on: Points can be used after 3 days" in advice_text(policy, "en")
    assert "自 2028-01-01 起：" in advice_text(policy, "zh")


def test_the_policy_that_is_replaced_is_not_judged(policy_of: Callable[..., Policy]) -> None:
    policy = policy_of(
        'extends = "year_end_wipe_cap50"\ntitle = "x"\n[points.expiry]\nyears_after = 1\n[switch]\nfrom = 2028-01-01\n'
    )
    assert not of_code(policy, "wiped_before_use")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_check_is_in_the_docs(language: str) -> None:
    told = re.findall(r"^- `(\w+)`", PAGES[language].read_text("utf-8"), re.MULTILINE)
    assert told == list(CHECKS)


def test_check_tells_advice_below_the_answer() -> None:
    text = checked_text(load_policy("soft_landing"), "en")
    assert text.startswith("ok: policy soft_landing, digest ")
    assert 'points_before_returns: points.pending = "7 days"; refunds.within = "30 days"' in text
    assert "What helps: " in text
    assert checked_text(load_policy("warehouse_club"), "en").count("\n") == 0


def test_a_screen_names_rules_by_their_titles() -> None:
    card = next(each for each in advice_cards(load_policy("plus_monthly"), "zh") if "季卡" in each.words)
    assert card.rules.startswith("退费 · 季卡：") or "· 季卡：" in card.rules
    assert card.story.startswith("例如：") and card.cure.startswith("办法：")


@pytest.mark.parametrize("seed", range(20))
def test_no_policy_is_too_strange(seed: int, policy_of: Callable[..., Policy]) -> None:
    print(f"seed {seed}")
    policy = policy_of(random_policy(Random(seed)))
    for each in advise(policy):
        _reads_well(each)
    for language in ("en", "zh"):
        assert len(advice_cards(policy, language)) == len(advise(policy))
