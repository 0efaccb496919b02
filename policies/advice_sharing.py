"""Advice on referrals, points between members, and the change from one policy to another."""

from __future__ import annotations

from collections.abc import Iterator

from policies.advice_values import Advice, Look, check, fewest_days, long
from policies.choices import Expiry, OldLots, OldTiers, Trigger
from policies.document import Path
from policies.errors import Words, says
from policies.schema_earning import Earn


def _referrals(look: Look) -> list[tuple[Path, Earn]]:
    rows = look.rows("points", "earn")
    return [(path, row) for path, row in rows if row.trigger == Trigger.REFERRAL and (_gain(look, row) or row.give)]


def _gain(look: Look, row: Earn) -> int:
    """Points of both sides."""
    return row.referrer + row.referred + 2 * look.points_in(row.give)


def _worth(look: Look, row: Earn) -> Words:
    return look.money(look.worth(_gain(look, row)))


@check(
    "referral_on_joining",
    says("A referral is rewarded when the new member joins.", "被推荐人一入会就发放推荐奖励。"),
    says('when = "first_purchase".', '写 when = "first_purchase"。'),
)
def _on_joining(look: Look) -> Iterator[Advice]:
    for path, row in _referrals(look):
        if row.when:
            words = says(
                "An account that never buys is worth {worth} to the two who share it.",
                "一个从不消费的账户，就让双方得到 {worth}。",
                worth=_worth(look, row),
            )
            story = says(
                "A member opens ten accounts with the own code and has points worth {worth}.",
                "会员用自己的邀请码开十个账户，得到价值 {worth}的积分。",
                worth=look.money(10 * look.worth(_gain(look, row))),
            )
            yield look.advice("referral_on_joining", [(*path, "when")], words, story)


@check(
    "referral_before_returns",
    says("A referral is rewarded with a first order that can still be returned.", "首单还可退货时，推荐奖励已发放。"),
    says(
        "Report the referral once the order cannot be returned any more, or shorten the time of returns.",
        "等首单过了退货期限再上报推荐，或缩短退货期限。",
    ),
)
def _before_returns(look: Look) -> Iterator[Advice]:
    for path, row in _referrals(look):
        if row.when or not look.return_days:
            continue
        words = says(
            "The points of a referral come with the first order, whatever it comes to, and those of the referrer stay"
            " when it is returned.",
            "推荐积分随首单发放，不论金额；首单退货，推荐人的积分仍保留。",
        )
        story = says(
            "A member's second account buys something, the member gets {points:,} points ({worth}), and the order"
            " comes back the next day.",
            "会员用第二个账户下一单，自己得到 {points:,} 积分（{worth}），次日退货。",
            points=row.referrer + look.points_in(row.give),
            worth=look.money(look.worth(row.referrer + look.points_in(row.give))),
        )
        yield look.advice("referral_before_returns", [(*path, "when"), ("refunds", "within")], words, story)


@check(
    "referral_without_limit",
    says("A member can be rewarded for any number of referrals.", "推荐奖励没有次数上限。"),
    says('A limit on the row, such as "10 per year".', '给该行加次数上限，例如 "10 per year"。'),
)
def _no_limit(look: Look) -> Iterator[Advice]:
    for path, row in _referrals(look):
        if row.limit is None:
            words = says(
                "Referrals are rewarded without limit, {worth} each, so bringing accounts can become a trade.",
                "推荐奖励不限次数，每次 {worth}，拉人可能变成生意。",
                worth=_worth(look, row),
            )
            story = says(
                "Somebody sells the own code to strangers, a thousand of them, and lives on the points.",
                "有人把邀请码卖给一千个陌生人，靠积分过日子。",
            )
            yield look.advice("referral_without_limit", [(*path, "limit")], words, story)


@check(
    "transfers_without_limit",
    says("Points can be given to others as often as one likes.", "积分转赠不限次数。"),
    says('sharing.limit, such as "4 per year".', '写 sharing.limit，例如 "4 per year"。'),
)
def _transfers(look: Look) -> Iterator[Advice]:
    sharing = look.version.sharing
    if not look.has_points or not sharing.transfer or sharing.limit is not None:
        return
    words = says(
        "Points can be passed on without limit: they can be sold, and gathered from many accounts in one.",
        "积分可无限转赠：既可买卖，也可从多个账户归集到一个。",
    )
    story = says(
        "A dealer buys points of a hundred members below {value} each and pays large orders with them.",
        "黄牛以低于每分 {value}的价格收购一百位会员的积分，用来支付大单。",
        value=look.money(max(look.worth(100), 1)) if look.worth(1) == 0 else look.money(look.worth(1)),
    )
    yield look.advice("transfers_without_limit", [("sharing", "limit"), ("sharing", "transfer")], words, story)


@check(
    "join_gifts_pooled",
    says("Points given for joining can be passed on.", "入会赠送的积分可以转给别人。"),
    says(
        "A sharing.minimum above the gift, or a coupon instead of points.", "让最少转赠数高于入会赠分，或改赠优惠券。"
    ),
)
def _pooled(look: Look) -> Iterator[Advice]:
    sharing, gift = look.version.sharing, look.points_in(look.version.gifts.join)
    if not look.has_points or not gift:
        return
    if sharing.households:
        paths: list[Path] = [("sharing", "households"), ("gifts", "join")]
    elif sharing.transfer and gift >= sharing.minimum:
        paths = [("sharing", "minimum"), ("gifts", "join")]
    else:
        return
    words = says(
        "An account is worth {points:,} points on the day it is opened, and they can be passed on.",
        "账户一开就值 {points:,} 积分，而且可以转走。",
        points=gift,
    )
    story = says(
        "Somebody opens ten accounts and gathers points worth {worth} in one.",
        "有人开十个账户，把价值 {worth}的积分归集到一处。",
        worth=look.money(look.worth(10 * gift)),
    )
    yield look.advice("join_gifts_pooled", paths, words, story)


@check(
    "points_die_on_switch",
    says(
        "The change of policy shortens the life of points without notice.", "方案切换缩短积分有效期，却没有预留时间。"
    ),
    says('A notice of some weeks, or old_lots = "keep_dates".', '预留几周，或写 old_lots = "keep_dates"。'),
)
def _no_notice(look: Look) -> Iterator[Advice]:
    switch = look.version.switch
    if switch is None or switch.old_lots == OldLots.KEEP_DATES or switch.notice.count:
        return
    before = look.policy.versions[look.policy.own_versions[0] - 1].points
    if before is None or not look.has_points or look.points.expiry.mode == Expiry.NEVER:
        return
    words = says(
        "Points that lived longer under the old rules can die in the night of the change.",
        "按旧规则有效期更长的积分，可能在切换当晚失效。",
    )
    story = says(
        "A member looks at the points in the evening of the day before {day} and finds fewer in the morning.",
        "会员在 {day} 前一晚还看到积分，第二天早上就少了。",
        day=switch.since,
    )
    yield look.advice("points_die_on_switch", [("switch", "notice"), ("switch", "old_lots")], words, story)


@check(
    "notice_without_effect",
    says("A notice is written for points that keep their dates anyway.", "积分本就保持原失效日，预留时间不起作用。"),
    says("Leave notice out, or another old_lots.", "删去 notice，或改写 old_lots。"),
)
def _idle_notice(look: Look) -> Iterator[Advice]:
    switch = look.version.switch
    if switch is None or switch.old_lots != OldLots.KEEP_DATES or not switch.notice.count:
        return
    words = says(
        "The notice of {notice} spares nothing: points keep the dates they had.",
        "预留的 {notice}不起作用，因为积分保持原失效日。",
        notice=long(switch.notice),
    )
    story = says(
        "A member whose points die a week after {day} loses them then, notice or not.",
        "积分在 {day} 后一周到期的会员，照样在那天失去积分。",
        day=switch.since,
    )
    yield look.advice("notice_without_effect", [("switch", "notice"), ("switch", "old_lots")], words, story)


@check(
    "life_shorter_than_notice",
    says("Points live shorter than the notice that is given of the change.", "积分有效期短于切换的预留时间。"),
    says("A longer life, or a shorter notice.", "延长有效期，或缩短预留时间。"),
)
def _short_life(look: Look) -> Iterator[Advice]:
    switch = look.version.switch
    if switch is None or not look.has_points or switch.old_lots == OldLots.KEEP_DATES:
        return
    expiry = look.points.expiry
    life = expiry.life if expiry.mode in (Expiry.LOT, Expiry.LOT_AND_INACTIVITY) else None
    if life is None or fewest_days(life) >= fewest_days(switch.notice):
        return
    words = says(
        "New points live {life} and old ones are spared for {notice}: the old outlive the new.",
        "新积分有效期 {life}，旧积分却预留 {notice}：旧的比新的活得更久。",
        life=long(life),
        notice=long(switch.notice),
    )
    story = says(
        "A member uses points, the oldest first to die as the rules have it, and the ones earned after {day} are gone"
        " before those of the year before.",
        "会员按先到期先用的规则使用积分，{day} 之后获得的反而比上一年的先失效。",
        day=switch.since,
    )
    paths: list[Path] = [("points", "expiry", "life"), ("switch", "notice")]
    yield look.advice("life_shorter_than_notice", paths, words, story)


@check(
    "tiers_fall_on_switch",
    says(
        "The change of policy takes tiers away that were promised for longer.", "方案切换立即收回仍在有效期内的等级。"
    ),
    says('tiers = "until_validity".', '写 tiers = "until_validity"。'),
)
def _fall(look: Look) -> Iterator[Advice]:
    switch = look.version.switch
    if switch is None or switch.tiers != OldTiers.AT_ONCE or not look.climbed:
        return
    words = says(
        "Tiers are judged by the new rules on the day of the change, whatever was promised before.",
        "切换当天即按新规则评定等级，不顾此前的承诺。",
    )
    story = says(
        "A member reached a tier a month before {day}, was told it would hold for a year, and falls that night.",
        "会员在 {day} 前一个月升级，被告知可保一年，当晚却降级。",
        day=switch.since,
    )
    yield look.advice("tiers_fall_on_switch", [("switch", "tiers")], words, story)


CHECKS = (
    _on_joining,
    _before_returns,
    _no_limit,
    _transfers,
    _pooled,
    _no_notice,
    _idle_notice,
    _short_life,
    _fall,
)
"""The checks of sharing and of the change of policy, in the order in which they are told."""
