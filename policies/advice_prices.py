"""Advice on what points are given for: rewards, the wheel and partners that cost more than cash."""

from __future__ import annotations

from collections.abc import Iterator

from policies.advice_values import Advice, Look, called, check
from policies.choices import Prize
from policies.errors import Words, says
from policies.kinds_gifts import RewardKind
from policies.rules import BASIS, MILLION


@check(
    "reward_dearer_than_cash",
    says("A reward costs the shop more than its points are worth as cash.", "兑换品的成本高于所需积分的现金价值。"),
    says("A higher price in points.", "提高所需积分。"),
)
def _reward(look: Look) -> Iterator[Advice]:
    for path, reward in look.rows("points", "rewards"):
        cost = _cost(look, reward.kind, reward.cost)
        if cost <= look.worth(reward.points):
            continue
        words = says(
            "{name} costs up to {cost} and takes points worth {worth}: whoever can choose takes it instead of cash.",
            "{name}成本最高 {cost}，所需积分只值 {worth}：会算的会员都选它而不抵现。",
            name=called(reward),
            cost=look.money(cost),
            worth=look.money(look.worth(reward.points)),
        )
        story = says(
            "A member with {points:,} points takes {name} ten times and costs {more} more than the books expect.",
            "攒够 {points:,} 积分的会员换十次{name}，比账面多花 {more}。",
            points=10 * reward.points,
            name=called(reward),
            more=look.money(10 * (cost - look.worth(reward.points))),
        )
        key = "kind" if reward.kind.prize == Prize.COUPON else "cost"
        yield look.advice("reward_dearer_than_cash", [(*path, "points"), (*path, key)], words, story)


def _cost(look: Look, kind: RewardKind, cost: int) -> int:
    """What a reward or prize costs the shop at most, minor units; a coupon without a bound counts nothing."""
    return look.coupon_worth(kind.coupon) or 0 if kind.prize == Prize.COUPON else cost


@check(
    "coupon_worse_than_cash",
    says("A coupon for points takes off less than the points themselves would.", "用积分兑换的优惠券不如直接抵现。"),
    says("A lower price in points.", "降低所需积分。"),
)
def _bad_deal(look: Look) -> Iterator[Advice]:
    if not look.has_points or look.points.cash is None:
        return
    for path, reward in look.rows("points", "rewards"):
        off = look.coupon_worth(reward.kind.coupon) if reward.kind.coupon else None
        if off is None or off >= look.worth(reward.points):
            continue
        words = says(
            "{name} takes off {off} at most, and its points would pay {worth} at any checkout.",
            "{name}最多减 {off}，而这些积分直接抵现可抵 {worth}。",
            name=called(reward),
            off=look.money(off),
            worth=look.money(look.worth(reward.points)),
        )
        story = says(
            "A member who does not calculate takes it and loses {lost}.",
            "没有细算的会员换了它，亏 {lost}。",
            lost=look.money(look.worth(reward.points) - off),
        )
        yield look.advice("coupon_worse_than_cash", [(*path, "points"), (*path, "kind")], words, story)


@check(
    "wheel_pays_out",
    says(
        "A turn of the wheel pays out more on average than its points are worth.",
        "大转盘平均奖品价值高于所需积分的价值。",
    ),
    says("More points a turn, or smaller chances.", "提高每次所需积分，或降低中奖概率。"),
)
def _wheel(look: Look) -> Iterator[Advice]:
    wheel = look.points.wheel if look.has_points else None
    if wheel is None:
        return
    total = sum(
        prize.p
        * (look.worth(prize.points) if prize.kind.prize == Prize.POINTS else _cost(look, prize.kind, prize.cost))
        for prize in wheel.prizes
    )
    average, price = total // MILLION, look.worth(wheel.points)
    if average <= price:
        return
    words = says(
        "A turn takes points worth {price} and pays out {average} on average, coupons at what they take off.",
        "转一次用掉价值 {price}的积分，平均却给出 {average}（优惠券按减免额计）。",
        price=look.money(price),
        average=look.money(average),
    )
    often = wheel.limit.count if wheel.limit else 100
    story = says(
        "A member turns it {count} times and is {gain} ahead.",
        "会员转 {count} 次，净赚 {gain}。",
        count=often,
        gain=look.money(often * (average - price)),
    )
    paths = [("points", "wheel", "points"), ("points", "wheel", "limit")]
    yield look.advice("wheel_pays_out", paths, words, story)


@check(
    "partner_dearer_than_cash",
    says(
        "A partner is paid more for points than they are worth, or pays less for them.",
        "付给合作方的金额高于积分价值，或合作方购买积分的价格低于其价值。",
    ),
    says("Settle at the value of a point or better.", "按积分价值或更优价格结算。"),
)
def _partners(look: Look) -> Iterator[Advice]:
    if not look.has_points:
        return
    for path, partner in look.rows("partners", "burn"):
        if partner.pay_partner > look.worth(partner.points):
            words = says(
                "{name} gets {paid} for points that are worth {worth} as cash.",
                "{name}按 {paid}结算，而这些积分只值 {worth}。",
                name=called(partner),
                paid=look.money(partner.pay_partner),
                worth=look.money(look.worth(partner.points)),
            )
            paths = [(*path, "pay_partner"), (*path, "points")]
            yield look.advice(
                "partner_dearer_than_cash", paths, words, _thousands(look, -partner.pay_partner, partner.points)
            )
    for path, partner in look.rows("partners", "earn"):
        if partner.points_bought_at < look.points.value:
            words = says(
                "{name} buys points for less than they are worth as cash.",
                "{name}购买积分的价格低于积分价值。",
                name=called(partner),
            )
            paths = [(*path, "points_bought_at"), ("points", "value")]
            paid = partner.points_bought_at * 1_000 // BASIS
            yield look.advice("partner_dearer_than_cash", paths, words, _thousands(look, paid, 1_000))


def _thousands(look: Look, cents: int, points: int) -> Words:
    """Ten members with so many points each, and what the shop loses by settling at another price than cash."""
    lost = 10 * abs(abs(cents) - look.worth(points))
    return says(
        "Ten members with {points:,} points each cost {lost} more than cash would.",
        "十位会员各 {points:,} 积分，比抵现多花 {lost}。",
        points=points,
        lost=look.money(lost),
    )


CHECKS = (_reward, _bad_deal, _wheel, _partners)
"""The checks of what points are given for, in the order in which they are told."""
