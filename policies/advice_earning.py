"""Advice on earning points: what brings points without a purchase worth the name, or brings them back too soon."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from policies.advice_values import Advice, Look, called, check, done, percent
from policies.choices import EarnOn, Negative, Per, Rounding, Trigger
from policies.errors import Words, both, says
from policies.rules import BASIS

_SMALL_BASKET = 1_000
"""From this many minor units on, a basket that earns nothing is noticed."""
_MUCH = Fraction(1, 2)
"""A program that gives back more than this share of an order pays members to buy."""


@check(
    "points_before_returns",
    says(
        "Points of an order can be used while it can still be returned; what is missing becomes a debt.",
        "订单还可退货时，积分已可使用；缺额记为欠分。",
    ),
    says(
        'Let points wait as long as orders can be returned, or negative = "withhold_cash".',
        "冻结期不短于退货期限，或缺额从退款中扣除。",
    ),
)
def _pending(look: Look) -> Iterator[Advice]:
    if look.has_points and look.points.negative == Negative.DEBT and _too_soon(look):
        words = says(
            "Points can be used {wait} and orders returned {returns}: who uses them and then returns the order owes"
            " points, and a member who does not come back never pays.",
            "积分{wait}可用，订单{returns}可退：先用分再退货的会员会欠分，不再光顾便永远不还。",
            wait=_wait(look),
            returns=_returns(look),
        )
        story = says(
            "A member buys for {spent}, pays the next order with the points ({worth}), returns the first and is gone.",
            "会员消费 {spent}，下一单用掉所得积分（{worth}），退掉第一单后不再出现。",
            **_thousand(look),
        )
        yield look.advice("points_before_returns", _paths(look), words, story)


@check(
    "waived_points",
    says(
        "Points of an order can be used while it can still be returned; what is missing is waived.",
        "订单还可退货时，积分已可使用；缺额一律免除。",
    ),
    says(
        'negative = "debt" or "withhold_cash", or points that wait as long as orders can be returned.',
        "缺额记为欠分或从退款中扣除，或冻结期不短于退货期限。",
    ),
)
def _waived(look: Look) -> Iterator[Advice]:
    if look.has_points and look.points.negative == Negative.FLOOR and _too_soon(look):
        words = says(
            "Points can be used {wait} and orders returned {returns}, and nobody asks for points that are gone: buying"
            " and returning makes points from nothing.",
            "积分{wait}可用，订单{returns}可退，而用掉的积分不再追回：买了再退，积分便凭空而来。",
            wait=_wait(look),
            returns=_returns(look),
        )
        story = says(
            "A member buys for {spent}, pays another order with the points ({worth}), returns the first for all its"
            " money, and does it again.",
            "会员消费 {spent}，用所得积分（{worth}）支付另一单，再全额退掉第一单，如此反复。",
            **_thousand(look),
        )
        yield look.advice("waived_points", [("points", "negative"), *_paths(look)], words, story)


def _too_soon(look: Look) -> bool:
    """Whether points of orders can be used before the order is final."""
    earns = any(row.trigger in (Trigger.PURCHASE, Trigger.FIRST_ORDER, Trigger.NTH_ORDER) for row in look.points.earn)
    usable = look.points.pending.days if not look.points.pending.until_delivered else 0
    return earns and usable < look.return_days


def _paths(look: Look) -> list:
    return [("points", "pending"), ("refunds", "within")]


def _wait(look: Look) -> Words:
    pending = look.points.pending
    if pending.until_delivered:
        return says("from the delivery on", "送达后即")
    return says("after {days} days", " {days} 天后", days=pending.days) if pending.days else says("at once", "立即")


def _returns(look: Look) -> Words:
    days = look.version.refunds.within
    return says("for {days} days", " {days} 天内", days=days) if days > 0 else says("at any time", "随时")


def _thousand(look: Look) -> dict[str, Words]:
    """A large order and what its points are worth."""
    spent = 1_000 * look.minor
    fixed = max((row.points for _, row in look.rows("points", "earn") if row.trigger == Trigger.FIRST_ORDER), default=0)
    return {"spent": look.money(spent), "worth": look.money(int(look.rate() * spent) + look.worth(fixed))}


@check(
    "small_orders_earn_nothing",
    says("Orders below some amount earn no point.", "小额订单得不到积分。"),
    says(
        "A smaller block, or more points for one unit of money that are worth less each.",
        "缩小计分档位，或提高每元积分并降低单分价值。",
    ),
)
def _small(look: Look) -> Iterator[Advice]:
    if not look.has_points or not look.bases:
        return
    rounding = look.points.rounding
    path, row = min(look.bases, key=lambda each: each[1].per_unit)
    least = Fraction(look.minor * BASIS, row.per_unit)
    if rounding.how == Rounding.CEIL:
        return
    if rounding.how == Rounding.HALF_UP:
        least /= 2
    basket = max(rounding.block or 0, -(-least.numerator // least.denominator))
    if basket < _SMALL_BASKET:
        return
    words = says(
        "Less than {basket} earns nothing, and so does what is left over of any larger order.",
        "不满 {basket}没有积分，较大订单的零头也没有。",
        basket=look.money(basket),
    )
    story = says(
        "A member buys ten times for {less} and has no point; another buys once for ten times as much and has some.",
        "一位会员买了十次、每次 {less}，一分未得；另一位一次买足同样金额，却有积分。",
        less=look.money(basket - 1),
    )
    yield look.advice("small_orders_earn_nothing", [("points", "rounding"), (*path, "per_unit")], words, story)


@check(
    "rounding_up",
    says("Every order earns at least one point, however small it is.", "再小的订单也至少得一分。"),
    says(
        'rounding = "floor per order" or "half_up per order", or a cap on the points of a day.',
        "按单向下取整或四舍五入，或设每日积分上限。",
    ),
)
def _rounding_up(look: Look) -> Iterator[Advice]:
    if not look.has_points or not look.bases or look.points.rounding.how != Rounding.CEIL or _is_capped(look):
        return
    words = says(
        "Fractions are rounded up, so the smallest order earns a whole point: an order in pieces earns more than an"
        " order in one.",
        "零头一律进位，最小的订单也得整整一分：拆单比合单得分更多。",
    )
    story = says(
        "A member splits {spent} into a hundred orders and has 100 points instead of {points}.",
        "会员把 {spent}拆成一百单，得 100 分而不是 {points} 分。",
        spent=look.money(look.minor),
        points=-(-max(row.per_unit for _, row in look.bases) // BASIS),
    )
    yield look.advice("rounding_up", [("points", "rounding")], words, story)


def _is_capped(look: Look) -> bool:
    """Whether there is a cap over time, which no splitting gets around."""
    return any(cap.per != Per.ORDER for cap in look.points.caps)


@check(
    "points_earn_points",
    says("The part of an order that is paid in points earns points again.", "用积分支付的部分也产生积分。"),
    says('earn_on = "net_of_points".', "按扣除积分抵扣后的金额计分。"),
)
def _compound(look: Look) -> Iterator[Advice]:
    if not look.has_points or look.points.cash is None or not look.bases:
        return
    if look.points.earn_on not in (EarnOn.LIST, EarnOn.AFTER_DISCOUNTS):
        return
    rate = look.rate()
    words = says(
        "What points pay earns points again, so a point costs {share} more than it says.",
        "积分支付的部分又生积分，每一分的实际成本高出 {share}。",
        share=percent(rate / (1 - rate)) if rate < 1 else "100 %",
    )
    spent = 100 * look.minor
    story = says(
        "A member pays {spent} with points alone and gets points worth {worth} for it.",
        "会员用积分支付 {spent}，又得到价值 {worth}的积分。",
        spent=look.money(spent),
        worth=look.money(int(rate * spent)),
    )
    yield look.advice("points_earn_points", [("points", "earn_on")], words, story)


@check(
    "bonus_earns_points",
    says(
        "The part of an order that is paid with the bonus of a top-up earns points.", "用储值赠金支付的部分也产生积分。"
    ),
    says('earn_on = "net_of_points_and_bonus".', "按扣除积分与赠金后的金额计分。"),
)
def _bonus_earns(look: Look) -> Iterator[Advice]:
    stored = look.version.stored_value
    if not look.has_points or not look.bases or stored is None:
        return
    best = max((offer.bonus for offer in stored.offers), default=0)
    if not best or look.points.earn_on == EarnOn.NET_OF_POINTS_AND_BONUS:
        return
    words = says(
        "A bonus is a gift, and what it pays earns points as money does: a gift on a gift.",
        "赠金本是赠送，用它支付却与现金一样得积分，等于送上加送。",
    )
    story = says(
        "A member pays {bonus} with bonus and gets points worth {worth} for it.",
        "会员用 {bonus}赠金付款，又得到价值 {worth}的积分。",
        bonus=look.money(best),
        worth=look.money(int(look.rate() * best)),
    )
    yield look.advice("bonus_earns_points", [("points", "earn_on")], words, story)


@check(
    "order_cap_by_splitting",
    says("Points are capped for an order, but not over time.", "积分只有单笔上限，没有按时间的上限。"),
    says("Add a cap for the day or the month.", "增加每日或每月上限。"),
)
def _order_cap(look: Look) -> Iterator[Advice]:
    caps = [(path, cap) for path, cap in look.rows("points", "caps") if cap.per == Per.ORDER]
    if not caps or _is_capped(look):
        return
    path, cap = caps[0]
    words = says(
        "The cap of {points:,} points is for one order; two orders have it twice.",
        "{points:,} 积分的上限只管一单，拆成两单便有两份。",
        points=cap.points,
    )
    story = says(
        "A member whose basket is worth {points:,} points pays it in two orders and gets them all.",
        "一次购物应得 {points:,} 积分的会员分两单付款，便全部拿到。",
        points=2 * cap.points,
    )
    yield look.advice("order_cap_by_splitting", [(*path, "points"), (*path, "per")], words, story)


@check(
    "campaign_points_by_splitting",
    says("A campaign gives points for every order, however small.", "营销活动对每一单赠分，不论金额大小。"),
    says("A factor instead of fixed points, or a cap on the points of a day.", "改用倍数，或设每日积分上限。"),
)
def _campaign(look: Look) -> Iterator[Advice]:
    if not look.has_points or _is_capped(look):
        return
    for path, campaign in look.rows("campaigns"):
        if not campaign.points:
            continue
        words = says(
            "Every order gets {points:,} points ({worth}) during {name}, whatever it comes to.",
            "{name}期间每单赠 {points:,} 积分（{worth}），不论金额。",
            points=campaign.points,
            worth=look.money(look.worth(campaign.points)),
            name=called(campaign),
        )
        story = says(
            "A member buys ten of the cheapest thing in ten orders and has points worth {worth}.",
            "会员把十件最便宜的商品分十单购买，得到价值 {worth}的积分。",
            worth=look.money(look.worth(10 * campaign.points)),
        )
        yield look.advice("campaign_points_by_splitting", [(*path, "points")], words, story)


@check(
    "activity_without_limit",
    says("An activity brings points or gifts as often as it is done.", "活动每做一次都有积分或赠品，次数不限。"),
    says("A limit on the row, or a cap on the points of a time.", "给该行加次数上限，或设按时间的积分上限。"),
)
def _activity(look: Look) -> Iterator[Advice]:
    for path, row in look.rows("points", "earn"):
        is_free = row.trigger == Trigger.ACTIVITY and row.limit is None
        capped = _is_capped(look) and not look.coupons_in(row.give)
        if not is_free or capped or not (row.points or row.give):
            continue
        words = says(
            '"{name}" counts as often as it is done, without a purchase.',
            "「{name}」做多少次都算，无需消费。",
            name=done(row.on),
        )
        story = says(
            'A member does "{name}" a thousand times in one night and has {points:,} points{also}.',
            "会员一夜做一千次「{name}」，得到 {points:,} 积分{also}。",
            name=done(row.on),
            points=1_000 * (row.points + look.points_in(row.give)),
            also=says(" and a thousand coupons", "和一千张优惠券") if look.coupons_in(row.give) else "",
        )
        yield look.advice("activity_without_limit", [(*path, "limit"), (*path, "on")], words, story)


@check(
    "gives_back_too_much",
    says("Points and discounts together give back more than half of an order.", "积分与折扣合计返还订单的一半以上。"),
    says(
        "A multiplier_cap, a lower factor, or fewer points for one unit of money.",
        "设倍数上限，降低倍数，或减少每元积分。",
    ),
)
def _too_much(look: Look) -> Iterator[Advice]:
    if not look.has_points or not look.bases:
        return
    factor = look.largest_factor()
    discounts = [each.discount for each in (*look.version.tiers.levels, *look.version.plans)]
    share = look.rate() * factor + Fraction(max(discounts, default=0), BASIS)
    if share <= _MUCH:
        return
    words = says(
        "With every multiplier that can meet, an order gives back {share} of its price in points and discount.",
        "所有可能同时生效的倍数相乘后，一单以积分和折扣返还 {share}。",
        share=percent(share),
    )
    spent = 100 * look.minor
    story = says(
        "A member of the best tier and plan buys for {spent} on the best day and gets back {back}.",
        "最高等级和最佳付费会员在活动日消费 {spent}，共返还 {back}。",
        spent=look.money(spent),
        back=look.money(int(share * spent)),
    )
    path, _ = max(look.bases, key=lambda each: each[1].per_unit)
    yield look.advice("gives_back_too_much", [("points", "multiplier_cap"), (*path, "per_unit")], words, story)


@check(
    "nth_order_without_minimum",
    says(
        "A row rewards every n-th order, however small the orders are.",
        "每满若干单的奖励不论订单金额。",
    ),
    says(
        "Give a coupon that needs a minimum_spend of at least twice what it takes off.",
        "改赠有最低消费的优惠券，且最低消费不少于减免额的两倍。",
    ),
)
def _nth(look: Look) -> Iterator[Advice]:
    for path, row in look.rows("points", "earn"):
        if row.trigger != Trigger.NTH_ORDER:
            continue
        tempting = [code for code in look.coupons_in(row.give) if not _needs_spending(look, code)]
        points = row.points + look.points_in(row.give)
        if not tempting and not points:
            continue
        gain = [
            says(
                "{points:,} points ({worth})",
                "{points:,} 积分（{worth}）",
                points=points,
                worth=look.money(look.worth(points)),
            )
        ]
        gain = gain[: bool(points)] + [look.coupon(code) for code in tempting]
        words = says(
            "The reward does not ask what the orders came to: {gain}.",
            "奖励不看订单金额：{gain}。",
            gain=_together(gain),
        )
        story = says(
            "A member places {count} of the smallest orders there are and gets {gain}.",
            "会员下 {count} 个金额最小的订单，便得到{gain}。",
            count=row.every,
            gain=_together(gain),
        )
        keys = ["every"] + ["points"] * bool(row.points) + ["give"] * bool(row.give)
        yield look.advice("nth_order_without_minimum", [(*path, key) for key in keys], words, story)


def _needs_spending(look: Look, code: str) -> bool:
    """Whether a coupon takes off at most half of what has to be spent with it."""
    coupon = next(each for each in look.version.coupons if each.code == code)
    if coupon.off is not None:
        return 2 * coupon.off <= coupon.minimum_spend
    return 2 * (coupon.off_share or 0) <= BASIS


def _together(parts: list[Words]) -> Words:
    return both(lambda language: (" + " if language == "en" else "加").join(each.text(language) for each in parts))


CHECKS = (
    _pending,
    _waived,
    _small,
    _rounding_up,
    _compound,
    _bonus_earns,
    _order_cap,
    _campaign,
    _activity,
    _nth,
    _too_much,
)
"""The checks of earning, in the order in which they are told."""
