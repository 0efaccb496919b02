"""Advice on using points and losing them: what cannot be used, or not before it dies."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from policies.advice_values import Advice, Look, called, check, percent
from policies.choices import Expiry
from policies.errors import Words, says
from policies.rules import BASIS

_ORDERS_A_YEAR = 4
"""How often the member of the stories buys: once a quarter."""


@check(
    "points_without_use",
    says("Points can be earned, but there is nothing to use them for.", "可以获得积分，却没有任何用途。"),
    says(
        "Add [points.cash], rewards, a wheel or a partner that takes points.",
        "增加积分抵现、积分兑换、大转盘或兑换合作方。",
    ),
)
def _no_use(look: Look) -> Iterator[Advice]:
    if look.has_points and look.points.earn and not _uses(look):
        words = says("Points are earned and cannot be used for anything.", "积分只能获得，不能使用。")
        story = says("A member saves for years and can buy nothing with it.", "会员攒了几年积分，什么也换不到。")
        yield look.advice("points_without_use", [("points", "value")], words, story)


def _uses(look: Look) -> list[int]:
    """The fewest points that each way of using them takes."""
    points = look.points
    uses = [points.cash.minimum] if points.cash else []
    uses += [reward.points for reward in points.rewards] + [each.points for each in look.version.partners.burn]
    return uses + ([points.wheel.points] if points.wheel else [])


@check(
    "wiped_before_use",
    says("Points die on the next fixed date, however young they are.", "积分不论新旧，一律在下一个固定日期清零。"),
    says(
        "years_after = 1, or lots that live from the day they were earned.",
        "写 years_after = 1，或让每笔积分自获得起按期过期。",
    ),
)
def _wiped(look: Look) -> Iterator[Advice]:
    if not look.has_points or not look.points.earn:
        return
    expiry, pending = look.points.expiry, look.points.pending
    if expiry.mode != Expiry.FIXED_DATES or expiry.years_after:
        return
    if pending.days:
        words = says(
            "Points earned in the last {days} days before a wipe ({dates}) die before they can be used.",
            "清零日（{dates}）前 {days} 天内获得的积分，还不能用就已清零。",
            days=pending.days,
            dates=_dates(look),
        )
    else:
        words = says(
            "Points earned on the day of a wipe ({dates}) die in the following night.",
            "清零日（{dates}）当天获得的积分，当晚就清零。",
            dates=_dates(look),
        )
    spent = 1_000 * look.minor
    story = says(
        "A member buys for {spent} on the last day, is shown points worth {worth}, and can never use them.",
        "会员在最后一天消费 {spent}，看到价值 {worth}的积分，却永远用不上。",
        spent=look.money(spent),
        worth=look.money(int(look.rate() * spent)),
    )
    paths = [("points", "expiry", "years_after"), ("points", "expiry", "dates"), ("points", "pending")]
    yield look.advice("wiped_before_use", paths, words, story)


def _dates(look: Look) -> str:
    return ", ".join(f"{month:02d}-{day:02d}" for month, day in look.points.expiry.dates)


class _Losses(NamedTuple):
    """What a member who buys once a quarter loses at a date, minor units."""

    earned: int
    at_best: int
    if_saved: int


@check(
    "cap_before_expiry",
    says(
        "A cap on what an order takes in points, and a date on which they die: a balance cannot be used up in time.",
        "单笔抵扣有上限，积分又会清零：攒下的积分来不及用完。",
    ),
    says(
        'A higher per_order or "none", a later date, or years_after = 1.',
        "提高或取消单笔抵扣上限，推迟清零，或写 years_after = 1。",
    ),
)
def _cap(look: Look) -> Iterator[Advice]:
    if not look.has_points or not look.points.cash or look.points.cash.per_order is None or not look.rate():
        return
    mode = look.points.expiry.mode
    if mode not in (Expiry.FIXED_DATES, Expiry.LOT, Expiry.LOT_AND_INACTIVITY):
        return
    spent, who, rate = _typical_saver(look)
    if not spent:
        return
    order = spent // _ORDERS_A_YEAR
    cap = min(look.points.cash.per_order, look.points.cash.share_of_order * order // BASIS)
    losses = _losses(look, int(rate * order), cap)
    if not losses:
        return
    words = says(
        "An order takes at most {cap} in points, and {who} with four orders of {order} a year earns {earned} before"
        " it dies: not all of it can be used in time.",
        "每单最多抵扣 {cap}，而{who}一年四单、每单 {order}，清零前共得 {earned}，来不及用完。",
        cap=look.money(cap),
        who=who,
        order=look.money(order),
        earned=look.money(losses.earned),
    )
    story = says(
        "Who uses as much as every order takes still loses {at_best}; who saves for the last order loses {saved}.",
        "每单都用到上限的会员仍损失 {at_best}；攒到最后一单才用的损失 {saved}。",
        at_best=look.money(losses.at_best),
        saved=look.money(losses.if_saved),
    )
    yield look.advice("cap_before_expiry", [("points", "cash", "per_order"), _death(look)], words, story)


def _death(look: Look) -> tuple[str, ...]:
    """The key that says when points die."""
    return ("points", "expiry", "dates" if look.points.expiry.mode == Expiry.FIXED_DATES else "life")


def _typical_saver(look: Look) -> tuple[int, Words, Fraction]:
    """What a good member spends in a year, who that is, and the worth of what one minor unit earns there."""
    reached = [(look.spend(level), level) for _, level in look.climbed]
    reached = [(spent, level) for spent, level in reached if spent]
    if reached:
        spent, level = reached[-1]
        return (
            spent,
            says("a member who just reaches {level}", "刚达到{level}的会员", level=called(level)),
            look.rate(level),
        )
    if look.points.expiry.mode != Expiry.FIXED_DATES or look.points.expiry.years_after:
        return 0, Words("", ""), Fraction(0)
    enough = 4 * look.points.cash.per_order / look.rate()
    return int(enough), says("a good member", "一位好会员"), look.rate()


def _losses(look: Look, each: int, cap: int) -> _Losses | None:
    """What dies although it is used as fast as orders allow, and if it is saved; None if an order takes enough.

    Args:
        look: the policy.
        each: worth of the points of one order.
        cap: the most that one order takes.
    """
    expiry = look.points.expiry
    if expiry.mode == Expiry.FIXED_DATES and not expiry.years_after:
        orders = max(_ORDERS_A_YEAR // len(expiry.dates), 1)
        if (orders - 1) * each <= cap:
            return None
        left = 0
        for _ in range(orders):
            left += each - min(cap, left)
        return _Losses(orders * each, left, orders * each - cap)
    yearly = _ORDERS_A_YEAR * each
    lost = max(each - cap, 0) * _ORDERS_A_YEAR
    return _Losses(yearly, lost, yearly - cap) if lost else None


@check(
    "order_earns_more_than_it_takes",
    says("An order earns more points than the next one like it may take.", "一单所得积分多于下一同等订单可用的积分。"),
    says("A higher share_of_order, or fewer points for one unit of money.", "提高订单抵扣比例上限，或减少每元积分。"),
)
def _slow(look: Look) -> Iterator[Advice]:
    if not look.has_points or look.points.cash is None or look.points.rewards or look.points.wheel:
        return
    top = look.version.tiers.levels[-1]
    rate, share = look.rate(top), Fraction(look.points.cash.share_of_order, BASIS)
    if rate <= share:
        return
    words = says(
        "Points pay at most {share} of an order, and an order earns {rate}: balances grow and are never used up.",
        "积分最多抵扣订单的 {share}，而一单可得 {rate}：余额只增不减，永远用不完。",
        share=percent(share),
        rate=percent(rate),
    )
    spent = 100 * look.minor
    story = says(
        "A member buys for {spent} each time, uses {used} and earns {earned}.",
        "会员每次消费 {spent}，用掉 {used}，又得 {earned}。",
        spent=look.money(spent),
        used=look.money(int(share * spent)),
        earned=look.money(int(rate * spent)),
    )
    path, _ = max(look.bases, key=lambda each: each[1].per_unit)
    paths = [("points", "cash", "share_of_order"), (*path, "per_unit")]
    yield look.advice("order_earns_more_than_it_takes", paths, words, story)


@check(
    "minimum_above_cap",
    says("The smallest redemption is worth more than an order may take.", "起兑积分的价值超过单笔抵扣上限。"),
    says("A lower minimum or a higher per_order.", "降低起兑积分，或提高单笔抵扣上限。"),
)
def _impossible(look: Look) -> Iterator[Advice]:
    cash = look.points.cash if look.has_points else None
    if cash is None or cash.per_order is None or look.worth(cash.minimum) <= cash.per_order:
        return
    words = says(
        "No order can take points: the fewest are worth {least}, and {most} is the most.",
        "任何订单都无法用积分：最少须用 {least}，而最多只能抵 {most}。",
        least=look.money(look.worth(cash.minimum)),
        most=look.money(cash.per_order),
    )
    story = says(
        "A member with {points:,} points is refused at every checkout.",
        "持有 {points:,} 积分的会员每次结算都被拒绝。",
        points=2 * cash.minimum,
    )
    paths = [("points", "cash", "minimum"), ("points", "cash", "per_order"), ("points", "value")]
    yield look.advice("minimum_above_cap", paths, words, story)


@check(
    "minimum_out_of_reach",
    says("Members of the lowest tier never hold enough points to use any.", "最低等级的会员积分永远不够使用。"),
    says(
        "A lower minimum, a smaller reward, or more points for one unit of money.",
        "降低起兑积分，设更小的兑换品，或提高每元积分。",
    ),
)
def _out_of_reach(look: Look) -> Iterator[Advice]:
    if not look.has_points or not look.bases or not look.climbed or not _uses(look):
        return
    _, level = look.climbed[0]
    spent = look.spend(level)
    if not spent:
        return
    best = max(row.per_unit for _, row in look.bases)
    first = look.version.tiers.levels[0]
    held = Fraction(spent * best * first.multiplier, look.minor * BASIS**2) + look.points_in(look.version.gifts.join)
    least = min(_uses(look))
    if held >= least:
        return
    words = says(
        "The cheapest use takes {least:,} points, and a member who just misses {level} has collected {held:,}.",
        "最少也要用 {least:,} 积分，而差一点就到{level}的会员只攒了 {held:,}。",
        least=least,
        level=called(level),
        held=int(held),
    )
    story = says(
        "A member spends nearly {spent}, is told of points at every order and can never use one.",
        "会员消费近 {spent}，每单都听说有积分，却一分也用不上。",
        spent=look.money(spent),
    )
    paths = (
        [("points", "cash", "minimum")]
        if look.points.cash and look.points.cash.minimum == least
        else [("points", "value")]
    )
    yield look.advice("minimum_out_of_reach", paths, words, story)


CHECKS = (_no_use, _wiped, _cap, _slow, _impossible, _out_of_reach)
"""The checks of using and losing points, in the order in which they are told."""
