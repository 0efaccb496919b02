"""Advice on tiers: levels that nobody reaches, notices or loses, and ways up that cost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from policies.advice_values import Advice, Look, called, check, percent
from policies.choices import Downgrade, Item, Metric, Per, Window
from policies.errors import says
from policies.rules import BASIS
from policies.schema_tiers import Level

_FEWEST, _MOST = 3, 5
_TELLING = Fraction(1, 1000)
"""Below this share of what they spend, members do not notice a better price or more points."""
_DAYS_IN_YEAR, _DAYS_IN_MONTH = 366, 31
_TIMES_A_YEAR = {Per.DAY: 366, Per.WEEK: 54, Per.MONTH: 13, Per.YEAR: 2}
"""In how many periods of a cap a window of one year can lie."""


@check(
    "number_of_levels",
    says("There are fewer than three tiers, or more than five.", "等级少于三级，或多于五级。"),
    says("Three to five tiers.", "设三到五个等级。"),
)
def _number(look: Look) -> Iterator[Advice]:
    levels = look.levels
    if not levels or _FEWEST <= len(levels) <= _MOST:
        return
    path, top = levels[-1]
    if len(levels) < _FEWEST:
        words = says(
            "With {count} tiers there is nothing left to aim at after one step.",
            "只有 {count} 个等级，升一次就没有目标了。",
            count=len(levels),
        )
        story = says("Whoever stands at {level} has nowhere to go.", "到了{level}的会员再无可升。", level=called(top))
    else:
        words = says("Members do not keep {count} tiers apart.", "等级多达 {count} 个，会员分不清。", count=len(levels))
        below = levels[-2][1]
        story = says(
            "Whoever stands at {below} cannot say what {level} has more.",
            "{below}会员说不出{level}多了什么。",
            below=called(below),
            level=called(top),
        )
    yield look.advice("number_of_levels", [(*path, "enter")], words, story)


@check(
    "level_out_of_reach",
    says("Nobody can reach a tier.", "有的等级谁也达不到。"),
    says(
        "Lower enter, raise what brings members there, or make it a tier by invitation.",
        "降低门槛，提高累计的来源，或改为邀请制。",
    ),
)
def _out_of_reach(look: Look) -> Iterator[Advice]:
    most = _most_in_window(look)
    if most is None:
        return
    for path, level in look.climbed:
        if level.enter > most:
            words = says(
                "Nobody can reach {level}: it takes {enter}, and {most} is the most that can be collected.",
                "谁也达不到{level}：需要 {enter}，而最多只能累计 {most}。",
                level=called(level),
                enter=look.amount(level.enter),
                most=look.amount(most),
            )
            story = says(
                "A member who does all there is to do, every single day, still stands below {level}.",
                "每天把能做的都做到的会员，仍达不到{level}。",
                level=called(level),
            )
            yield look.advice("level_out_of_reach", [(*path, "enter"), ("tiers", "window")], words, story)
            return


def _most_in_window(look: Look) -> int | None:
    """The most that tiers can count in their window; None if there is no bound that the policy itself sets."""
    tiers = look.version.tiers
    days = {
        Window.LIFETIME: None,
        Window.ROLLING_DAYS: tiers.window.count,
        Window.ROLLING_MONTHS: tiers.window.count * _DAYS_IN_MONTH,
    }.get(tiers.window.kind, _DAYS_IN_YEAR)
    if tiers.metric == Metric.ACTIVE_DAYS:
        return days
    if tiers.metric == Metric.GROWTH:
        growth = look.version.growth
        sources = growth.per_unit_spent or any(number for _, number in growth.activities) or _gives_growth(look)
        return None if sources else 0
    if tiers.metric != Metric.POINTS_EARNED:
        return None
    if not look.has_points or not look.points.earn:
        return 0
    caps = [cap for cap in look.points.caps if cap.per in _TIMES_A_YEAR]
    if days is None or not caps:
        return None
    years = -(-days // _DAYS_IN_YEAR)
    return min(cap.points * _TIMES_A_YEAR[cap.per] for cap in caps) * years


def _gives_growth(look: Look) -> bool:
    version = look.version
    lists = [version.gifts.join, version.gifts.birthday, *(row.give for _, row in look.rows("points", "earn"))]
    lists += [plan.monthly_benefits for plan in version.plans]
    return any(gift.kind == Item.GROWTH for gifts in lists for gift in gifts)


@check(
    "level_for_everybody",
    says(
        "A tier above the first is reached by everybody who joins, or with the first order.",
        "入会或首单即可达到较高等级。",
    ),
    says("Raise enter, or give less growth on joining.", "提高门槛，或减少入会赠送的成长值。"),
)
def _for_everybody(look: Look) -> Iterator[Advice]:
    if not look.climbed:
        return
    path, level = look.climbed[0]
    metric = look.version.tiers.metric
    gift = sum(each.number for each in look.version.gifts.join if each.kind == Item.GROWTH)
    counts_one = metric in (Metric.ORDERS, Metric.ACTIVE_DAYS)
    if metric == Metric.GROWTH and gift >= level.enter:
        paths = [(*path, "enter"), ("gifts", "join")]
        story = says(
            "A member joins, gets {gift} growth and is {level} without having bought anything.",
            "会员一入会便获得 {gift} 成长值，什么都没买就成为{level}。",
            gift=gift,
            level=called(level),
        )
    elif counts_one and level.enter <= 1:
        paths = [(*path, "enter"), ("tiers", "metric")]
        story = says(
            "A member buys the cheapest thing once and is {level}.",
            "会员只买一次最便宜的商品，就成为{level}。",
            level=called(level),
        )
    else:
        return
    words = says(
        "Everybody is {level}: it tells nobody apart.", "人人都是{level}，这一级不起区分作用。", level=called(level)
    )
    yield look.advice("level_for_everybody", paths, words, story)


@check(
    "levels_alike",
    says("Members cannot tell two neighbouring tiers apart.", "会员分不清相邻的两个等级。"),
    says(
        "Give the higher one a benefit of its own, a better price or more points.",
        "给较高的一级增加权益、折扣或积分倍数。",
    ),
)
def _alike(look: Look) -> Iterator[Advice]:
    for (_, lower), (path, upper) in zip(look.levels, look.levels[1:], strict=False):
        more_points = look.rate(upper) - look.rate(lower) if look.has_points else Fraction(0)
        gain = more_points + Fraction(upper.discount - lower.discount, BASIS)
        if gain >= _TELLING or _benefits(look, lower) != _benefits(look, upper):
            continue
        words = says(
            "{upper} gives {gain} of what is spent more than {lower}, and nothing else that {lower} does not give.",
            "{upper}只比{lower}多让利消费额的 {gain}，别无不同。",
            upper=called(upper),
            lower=called(lower),
            gain=percent(gain),
        )
        story = says(
            "A member rises from {lower} to {upper}, buys for {spent}, and gets {more} more than before.",
            "会员从{lower}升到{upper}，消费 {spent}，只比以前多得 {more}。",
            lower=called(lower),
            upper=called(upper),
            spent=look.money(100 * look.minor),
            more=look.money(int(gain * 100 * look.minor)),
        )
        yield look.advice("levels_alike", [(*path, "multiplier"), (*path, "discount")], words, story)


def _benefits(look: Look, level: Level) -> tuple:
    """What a tier gives beside points and discount."""
    version = look.version
    year_end = version.gifts.year_end
    return (
        level.points_expire,
        frozenset(each.name for each in level.benefits),
        level.upgrade_pack,
        frozenset(each.name for each in version.campaigns if not each.tiers or level.name in each.tiers),
        year_end is not None and _place(look, level.name) >= _place(look, year_end.to),
    )


def _place(look: Look, name: str) -> int:
    return [level.name for _, level in look.levels].index(name)


@check(
    "higher_tier_first",
    says(
        "A higher tier is kept or reached again with less than the one below it.",
        "较高等级的保级或重新升级门槛低于下一级。",
    ),
    says(
        "Let keep and re_enter ascend with the tiers, as enter does.",
        "让保级门槛和重新升级门槛与升级门槛一样逐级升高。",
    ),
)
def _higher_first(look: Look) -> Iterator[Advice]:
    falls = look.version.tiers.downgrade != Downgrade.NONE
    for (lower_path, lower), (path, upper) in zip(look.climbed, look.climbed[1:], strict=False):
        for key in ("keep", "re_enter"):
            low, high = getattr(lower, key), getattr(upper, key)
            if high >= low or (key == "keep" and not falls):
                continue
            words = says(
                "{upper} takes {high} where {lower} takes {low}.",
                "{upper}需要 {high}，而{lower}却需要 {low}。",
                upper=called(upper),
                lower=called(lower),
                high=look.amount(high),
                low=look.amount(low),
            )
            story = says(
                "A member with {high} is good enough for {upper}, and one who stood at {lower} is not good enough for"
                " {lower}.",
                "累计 {high} 的会员够得上{upper}，而原为{lower}的会员却够不上{lower}。",
                high=look.amount(high),
                upper=called(upper),
                lower=called(lower),
            )
            yield look.advice("higher_tier_first", [(*path, key), (*lower_path, key)], words, story)


@check(
    "nobody_falls",
    says("Tiers are reviewed, but what they count is never forgotten.", "设有等级评定，但累计值永不清除。"),
    says(
        'A window that ends, a decay of growth, or downgrade = "none" for what it is.',
        "改用会结束的统计周期，让成长值衰减，或直接写明不降级。",
    ),
)
def _nobody_falls(look: Look) -> Iterator[Advice]:
    tiers = look.version.tiers
    if not look.climbed or tiers.downgrade == Downgrade.NONE or tiers.window.kind != Window.LIFETIME:
        return
    if tiers.metric == Metric.GROWTH and look.version.growth.decay:
        return
    _, top = look.climbed[-1]
    words = says(
        "Nobody falls at a review: the window is the whole membership, so who had enough once has enough for ever.",
        "评定时谁也不会降级：统计周期为整个会籍，曾经达标便永远达标。",
    )
    story = says(
        "A member reaches {level} in the first year, never buys again and is still {level} after ten.",
        "会员第一年达到{level}，此后再未消费，十年后仍是{level}。",
        level=called(top),
    )
    yield look.advice("nobody_falls", [("tiers", "window"), ("tiers", "downgrade")], words, story)


CHECKS = (_number, _out_of_reach, _for_everybody, _alike, _higher_first, _nobody_falls)
"""The checks of the ladder, in the order in which they are told."""
