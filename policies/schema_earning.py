"""What earns points, and how much at most, as a policy file declares it."""

from __future__ import annotations

from typing import Annotated

from policies.choices import Per, Trigger
from policies.declare import Parameter, Table
from policies.kinds_gifts import Gift, GiftList
from policies.kinds_limits import Limit, LimitKind, StreakKind
from policies.kinds_names import NAME, TriggerKind, trigger_of
from policies.values import LARGEST, Choice, Count, Option, Rate

# fmt: off

_PURCHASE = (("on", ("purchase",)),)
_ACTIVITY = (("on", ("activity",)),)
_REFERRAL = (("on", ("referral",)),)


class Earn(Table):
    """One way to earn points. Keys that do not go with ``on`` hold what they hold when absent."""

    on: Annotated[
        str,
        Parameter(
            title="Earned on", title_zh="获取场景",
            meaning="The order, referral or activity that earns the points.",
            meaning_zh="获得积分的事件：消费、推荐或某项活动。",
            unit="choice", example='"purchase"', dated=False, kind=TriggerKind(),
            says="On {value}", says_zh="{value}",
        ),
    ]
    category: Annotated[
        str | None,
        Parameter(
            title="Category", title_zh="品类",
            meaning="The category of goods the row is for; all of them if absent.",
            meaning_zh="该规则适用的商品品类；不写则适用于全部品类。",
            unit="name", kind=NAME, example='"skincare"', default=None, dated=False, read_when=_PURCHASE,
            quiet=True, says="of {value}", says_zh="品类 {value}",
        ),
    ]
    channel: Annotated[
        str | None,
        Parameter(
            title="Channel", title_zh="渠道",
            meaning="The channel of sale the row is for; all of them if absent.",
            meaning_zh="该规则适用的销售渠道；不写则适用于全部渠道。",
            unit="name", kind=NAME, example='"store"', default=None, dated=False, read_when=_PURCHASE,
            quiet=True, says="by {value}", says_zh="渠道 {value}",
        ),
    ]
    per_unit: Annotated[
        int | None,
        Parameter(
            title="Points per unit", title_zh="每元积分",
            meaning="Points earned for one unit of money, before multipliers.",
            meaning_zh="每一单位货币获得的积分（未计倍数）。",
            unit="points per unit of money", kind=Rate("0", "10000"), example="1.0", read_when=_PURCHASE,
            says="{value} points for one unit of money", says_zh="每一单位货币 {value} 积分",
        ),
    ]
    every: Annotated[
        int | None,
        Parameter(
            title="Every so many orders", title_zh="每满几单",
            meaning="Which orders earn: every tenth, for instance. Free orders and orders returned whole do not count.",
            meaning_zh="每满多少单获得一次，例如每满十单；免费和整单退回的订单不计。",
            unit="orders", kind=Count(1, 1_000), example="10", read_when=(("on", ("nth_order",)),),
            says="one order in {value}", says_zh="每 {value} 单一次",
        ),
    ]
    points: Annotated[
        int,
        Parameter(
            title="Points", title_zh="积分",
            meaning="Points earned each time.",
            meaning_zh="每次获得的积分。",
            unit="points", kind=Count(0, LARGEST), example="20", default=0,
            read_when=(("on", ("first_order", "nth_order", "activity")),),
            quiet=True, says="{value} points", says_zh="{value} 积分",
        ),
    ]
    referrer: Annotated[
        int,
        Parameter(
            title="Points for who referred", title_zh="推荐人积分",
            meaning="Points for the member who brought the new one.",
            meaning_zh="推荐人获得的积分。",
            unit="points", kind=Count(0, LARGEST), example="500", default=0, read_when=_REFERRAL,
            quiet=True, says="{value} points for who referred", says_zh="推荐人得 {value} 积分",
        ),
    ]
    referred: Annotated[
        int,
        Parameter(
            title="Points for who was referred", title_zh="被推荐人积分",
            meaning="Points for the new member.",
            meaning_zh="被推荐的新会员获得的积分。",
            unit="points", kind=Count(0, LARGEST), example="200", default=0, read_when=_REFERRAL,
            quiet=True, says="{value} points for who was referred", says_zh="被推荐人得 {value} 积分",
        ),
    ]
    when: Annotated[
        bool,
        Parameter(
            title="Referral counts", title_zh="推荐生效时点",
            meaning="Whether a referral counts when the new member joins or with the first purchase.",
            meaning_zh="推荐在新会员入会时生效，还是在首次消费时生效。",
            unit="choice", example='"first_purchase"', default="first_purchase", read_when=_REFERRAL,
            kind=Choice(
                (
                    Option("first_purchase", False, "with the first purchase", "首次消费时"),
                    Option("join", True, "on joining", "入会时"),
                )
            ),
            says="{value}", says_zh="{value}生效",
        ),
    ]
    streak: Annotated[
        tuple[tuple[int, int], ...],
        Parameter(
            title="Streaks", title_zh="连续奖励",
            meaning="Points on top on the day on which so many days in a row are complete.",
            meaning_zh="连续达到若干天的当日额外获得的积分。",
            unit="days and points", kind=StreakKind(), example="{ 7 = 10, 30 = 50 }", default={}, read_when=_ACTIVITY,
            quiet=True, says="on top {value} in a row", says_zh="另加：{value}",
        ),
    ]
    limit: Annotated[
        Limit | None,
        Parameter(
            title="Limit", title_zh="次数上限",
            meaning='How often the row counts for a member; "none" for no limit.',
            meaning_zh='每位会员可计多少次；"none" 表示不限。',
            unit="times per period", kind=LimitKind(), example='"3 per month"', default="none",
            read_when=(("on", ("referral", "activity")),),
            quiet=True, says="at most {value}", says_zh="最多{value}",
        ),
    ]
    give: Annotated[
        tuple[Gift, ...],
        Parameter(
            title="Gifts", title_zh="赠品",
            meaning="Gifts beside the points, or instead of them.",
            meaning_zh="除积分外（或代替积分）赠送的礼品。",
            unit="gifts", kind=GiftList(), example='["coupon:welcome"]', default=[],
            read_when=(("on", ("first_order", "nth_order", "referral", "activity")),),
            quiet=True, says="with {value}", says_zh="赠 {value}",
        ),
    ]

    @property
    def trigger(self) -> Trigger:
        """What kind of thing earns."""
        return trigger_of(self.on)


class Cap(Table):
    """The most points that orders, activities and referrals earn in a time."""

    per: Annotated[
        Per,
        Parameter(
            title="Cap per", title_zh="封顶周期",
            meaning="Over which time the cap counts.",
            meaning_zh="封顶的统计周期。",
            unit="choice", example='"month"',
            kind=Choice(
                (
                    Option("order", Per.ORDER, "In an order", "每单"),
                    Option("day", Per.DAY, "In a day", "每天"),
                    Option("week", Per.WEEK, "In a week", "每周"),
                    Option("month", Per.MONTH, "In a month", "每月"),
                    Option("year", Per.YEAR, "In a year", "每年"),
                )
            ),
            says="{value}", says_zh="{value}",
        ),
    ]
    points: Annotated[
        int,
        Parameter(
            title="Cap", title_zh="积分封顶",
            meaning="The most points that can be earned in that time.",
            meaning_zh="该周期内最多可获得的积分。",
            unit="points", kind=Count(1, LARGEST), example="10000",
            says="at most {value} points", says_zh="最多获得 {value} 积分",
        ),
    ]
    mode: Annotated[
        bool,
        Parameter(
            title="Beyond the cap", title_zh="超出封顶",
            meaning="Whether points that do not fit are cut to what fits, or refused whole.",
            meaning_zh="超出部分是截去，还是整笔不计。",
            unit="choice", example='"cut"', default="cut",
            kind=Choice(
                (
                    Option("cut", False, "cut", "截去"),
                    Option("reject", True, "refused whole", "整笔不计"),
                )
            ),
            says="what does not fit is {value}", says_zh="超出部分{value}",
        ),
    ]
