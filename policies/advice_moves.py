"""Advice on moving between tiers: what lifts a member for nothing, and what a move takes away."""

from __future__ import annotations

from collections.abc import Iterator

from policies.advice_values import Advice, Look, called, check, done
from policies.choices import Downgrade, Expiry, Leaving, Metric, OnRefund
from policies.errors import says


@check(
    "orders_can_be_split",
    says("Tiers count orders, whatever they come to.", "等级按订单数计算，不论金额大小。"),
    says("Count spend or growth, or days with an order.", "改按消费金额、成长值或活跃天数计算。"),
)
def _split_orders(look: Look) -> Iterator[Advice]:
    if look.version.tiers.metric != Metric.ORDERS or not look.climbed:
        return
    path, level = look.climbed[-1]
    words = says(
        "An order of any size counts, so {level} can be reached by buying in pieces.",
        "任何金额的订单都计入，拆单就能达到{level}。",
        level=called(level),
    )
    story = says(
        "A member pays for one basket in {count} orders on the same afternoon and is {level}.",
        "会员在一个下午把一次购物拆成 {count} 单，就成为{level}。",
        count=level.enter,
        level=called(level),
    )
    yield look.advice("orders_can_be_split", [("tiers", "metric"), (*path, "enter")], words, story)


@check(
    "growth_without_limit",
    says("An activity brings growth as often as it is done.", "活动每做一次都有成长值，次数不限。"),
    says(
        'Give the growth by a row of points.earn that has a limit: give = ["growth:5"].',
        '改由带次数上限的 points.earn 行赠送：give = ["growth:5"]。',
    ),
)
def _growth(look: Look) -> Iterator[Advice]:
    tiers, activities = look.version.tiers, look.version.growth.activities
    found = [each for each in activities if each[1] and each[0] != "referral"]
    if tiers.metric != Metric.GROWTH or not look.climbed or not found:
        return
    path, level = look.climbed[0]
    name, number = max(found, key=lambda each: each[1])
    times = -(-level.enter // number)
    words = says(
        'Growth of activities has no limit: {level} is {times} times "{name}" away, without a purchase.',
        "活动的成长值没有次数上限：做 {times} 次「{name}」，不用消费就能达到{level}。",
        level=called(level),
        times=times,
        name=done(name),
    )
    story = says(
        'A member does "{name}" {times} times in one night and is {level} in the morning.',
        "会员一夜做 {times} 次「{name}」，第二天就是{level}。",
        name=done(name),
        times=times,
        level=called(level),
    )
    yield look.advice("growth_without_limit", [("growth", "activities"), (*path, "enter")], words, story)


@check(
    "redeeming_costs_tier",
    says("Paying with points takes away from what the tiers count.", "用积分抵扣会减少等级累计值。"),
    says("Count spend instead of net spend, or tell members so at checkout.", "改按消费金额计算，或在结算时告知会员。"),
)
def _redeeming(look: Look) -> Iterator[Advice]:
    if look.version.tiers.metric != Metric.NET_SPEND or not look.climbed:
        return
    if not look.has_points or look.points.cash is None:
        return
    path, level = look.climbed[0]
    used = min(10 * look.minor, level.enter)
    words = says(
        "What is paid in points does not count for a tier, so using points can cost one.",
        "用积分支付的部分不计入等级，抵扣可能让会员丢掉等级。",
    )
    story = says(
        "A member with {before} pays a basket that would reach {level} ({enter}) with points worth {used}, and stays"
        " below.",
        "会员已累计 {before}，本单足以达到{level}（{enter}），但用积分抵了 {used}，结果没有升级。",
        before=look.money(level.enter - used),
        level=called(level),
        enter=look.money(level.enter),
        used=look.money(used),
    )
    yield look.advice("redeeming_costs_tier", [("tiers", "metric"), (*path, "enter")], words, story)


@check(
    "tier_hopping",
    says(
        "A pack comes at every rise, and a return makes room for the next rise.",
        "每次升级都发礼包，而退货后又能再次升级。",
    ),
    says(
        'pack_when = "first_reach", or packs that are taken back and tiers that fall at the next review.',
        "礼包只在首次升级时发放；或收回礼包，并到下次评定再降级。",
    ),
)
def _hopping(look: Look) -> Iterator[Advice]:
    tiers = look.version.tiers
    if not tiers.gifts_on_refund or tiers.on_refund == OnRefund.NEXT_REVIEW or not look.return_days:
        return
    for path, level in look.climbed:
        if not level.pack_when or not level.upgrade_pack:
            continue
        words = says(
            "The pack of {level} can be had again and again: the return of an order takes the tier and leaves the"
            " pack, and the next order brings both.",
            "{level}的礼包可以反复领取：退货后等级收回而礼包保留，下一单又两样都有。",
            level=called(level),
        )
        story = says(
            "A member buys up to {enter}, gets the pack, returns the order, buys it again and gets the pack again.",
            "会员买到 {enter}，领礼包，退货，再买一次，又领一次礼包。",
            enter=look.amount(level.enter),
        )
        paths = [(*path, "pack_when"), ("tiers", "gifts_on_refund"), ("tiers", "on_refund")]
        yield look.advice("tier_hopping", paths, words, story)


@check(
    "points_die_on_leaving",
    says(
        "Points that did not expire in a tier die at once when the member leaves it.",
        "离开积分不过期的等级时，积分可能立即失效。",
    ),
    says('on_leaving_exempt_tier = "life_from_leaving".', '写 on_leaving_exempt_tier = "life_from_leaving"。'),
)
def _leaving(look: Look) -> Iterator[Advice]:
    if not look.has_points or look.version.tiers.downgrade == Downgrade.NONE:
        return
    expiry = look.points.expiry
    dies = expiry.mode in (Expiry.LOT, Expiry.LOT_AND_INACTIVITY, Expiry.FIXED_DATES)
    if not dies or expiry.on_leaving_exempt_tier != Leaving.KEEP_DATES:
        return
    for path, level in look.climbed:
        if level.points_expire:
            continue
        words = says(
            "Whoever falls from {level} loses in one night all points that are older than others are allowed to be.",
            "从{level}降级的会员，一夜之间失去所有已超过普通有效期的积分。",
            level=called(level),
        )
        story = says(
            "A member saves for three years at {level}, misses one review, and wakes up with the points of the last"
            " months only.",
            "会员在{level}攒了三年积分，一次评定未达标，醒来只剩最近几个月的积分。",
            level=called(level),
        )
        paths = [("points", "expiry", "on_leaving_exempt_tier"), (*path, "points_expire")]
        yield look.advice("points_die_on_leaving", paths, words, story)


CHECKS = (_split_orders, _growth, _redeeming, _hopping, _leaving)
"""The checks of moving, in the order in which they are told."""
