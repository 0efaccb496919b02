"""Joining, returns, sharing, and the change from one policy to another, as a policy file declares them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from policies.choices import OldLots, OldTiers
from policies.declare import Parameter, Table
from policies.errors import Words
from policies.kinds_days import Day, Days
from policies.kinds_limits import Limit, LimitKind
from policies.kinds_names import NameList
from policies.periods import Length, Span
from policies.rules import LEVELS_MOST, NO_LIMIT
from policies.values import LARGEST, Choice, Count, Flag, Option, Text

# fmt: off

_SHARED = (("sharing.transfer", ("true",)),)


class Join(Table):
    """How one becomes a member."""

    open: Annotated[
        bool,
        Parameter(
            title="Open to all", title_zh="自由入会",
            meaning="Whether anybody may join; otherwise only who is invited.",
            meaning_zh="是否任何人都能入会；否则只能受邀加入。",
            unit="true or false", kind=Flag(), example="false", default=True,
            quiet=True, says="Anybody may join: {value}.", says_zh="自由入会：{value}。",
        ),
    ]
    invite_tiers: Annotated[
        tuple[str, ...],
        Parameter(
            title="Tiers by invitation", title_zh="邀请制等级",
            meaning="Tiers that no amount reaches: members are invited to them.",
            meaning_zh="无法靠累计达到、只能受邀进入的等级。",
            unit="names of tiers", kind=NameList(LEVELS_MOST), example='["black"]', default=[], dated=False,
            quiet=True, says="Only by invitation: {value}.", says_zh="仅限邀请：{value}。",
        ),
    ]


class Refunds(Table):
    """How long orders can be returned, and what becomes of the points used in them."""

    within: Annotated[
        int,
        Parameter(
            title="Returns within", title_zh="退货期限",
            meaning='How long an order can be returned; "none" for not at all.',
            meaning_zh='订单可退货的时间；"none" 表示不可退货。',
            unit="days", example='"30 days"', default="30 days",
            kind=Days((("always", NO_LIMIT, Words("any time", "不限时间")), ("none", 0, Words("no time", "不可退货")))),
            quiet=True, says="Orders can be returned within {value}.", says_zh="退货期限：{value}。",
        ),
    ]
    returned_points: Annotated[
        int,
        Parameter(
            title="Returned points that had died", title_zh="退回的过期积分",
            meaning="How long points live that come back with an order after their life has ended.",
            meaning_zh="退货返还的积分若已过期，再给多长有效期。",
            unit="days", example='"30 days"', default="gone",
            kind=Days((("gone", 0, Words("no time", "不再返还")),)),
            quiet=True, says="Points that come back after their death live {value}.",
            says_zh="退回的过期积分有效期：{value}。",
        ),
    ]


class Sharing(Table):
    """Points between members."""

    transfer: Annotated[
        bool,
        Parameter(
            title="Points as presents", title_zh="积分转赠",
            meaning="Whether points can be given to another member.",
            meaning_zh="积分能否转赠给其他会员。",
            unit="true or false", kind=Flag(), example="true", default=False,
            quiet=True, says="Points can be given to others: {value}.", says_zh="积分可转赠：{value}。",
        ),
    ]
    minimum: Annotated[
        int,
        Parameter(
            title="Smallest present", title_zh="最少转赠",
            meaning="The fewest points that can be given to another member.",
            meaning_zh="一次最少转赠的积分。",
            unit="points", kind=Count(1, LARGEST), example="100", default=1, read_when=_SHARED,
            quiet=True, says="A present takes at least {value} points.", says_zh="每次至少转赠 {value} 积分。",
        ),
    ]
    limit: Annotated[
        Limit | None,
        Parameter(
            title="Presents", title_zh="转赠次数上限",
            meaning='How often a member can give points away; "none" for no limit.',
            meaning_zh='每位会员可转赠多少次；"none" 表示不限。',
            unit="times per period", kind=LimitKind(), example='"3 per month"', default="none", read_when=_SHARED,
            quiet=True, says="Points can be given away at most {value}.", says_zh="转赠最多{value}。",
        ),
    ]
    households: Annotated[
        bool,
        Parameter(
            title="Households", title_zh="家庭共享",
            meaning="Whether members of one household share points without limits.",
            meaning_zh="同一家庭的会员能否不受限制地共享积分。",
            unit="true or false", kind=Flag(), example="true", default=False,
            quiet=True, says="Households share points: {value}.", says_zh="家庭共享积分：{value}。",
        ),
    ]


class Switch(Table):
    """The day on which this policy replaces another on living members. Before it the other one rules."""

    since: Annotated[
        date,
        Parameter(
            title="Switched on", title_zh="切换日期",
            meaning="The first day on which this policy rules; before it, the one it replaces does.",
            meaning_zh="本方案生效的第一天；此前由被替换的方案管辖。",
            unit="date", kind=Day(), example="2028-01-01", dated=False, key="from",
            says="These rules replace the old ones on {value}.", says_zh="本方案自 {value} 起替换旧方案。",
        ),
    ]
    replaces: Annotated[
        str | None,
        Parameter(
            title="Replaces", title_zh="被替换的方案",
            meaning="The policy that rules before: a shipped name or a file; what this file extends if absent.",
            meaning_zh="此前的方案：内置名称或文件路径；不写则为本文件所基于的方案。",
            unit="name or path", kind=Text(400), example='"baseline"', default=None, dated=False,
        ),
    ]
    old_lots: Annotated[
        OldLots,
        Parameter(
            title="Points that members hold", title_zh="已有积分",
            meaning="What the change does to the life of points that members hold.",
            meaning_zh="切换对会员已有积分有效期的影响。",
            unit="choice", example='"keep_dates"', default="keep_dates", dated=False,
            kind=Choice(
                (
                    Option("keep_dates", OldLots.KEEP_DATES, "keep their dates", "保持原失效日"),
                    Option(
                        "new_rule", OldLots.NEW_RULE, "live by the new rule, from the day they were earned",
                        "自获得日起按新规则",
                    ),
                    Option(
                        "full_new_period", OldLots.FULL_NEW_PERIOD, "live by the new rule, from the day of the change",
                        "自切换日起按新规则",
                    ),
                )
            ),
            says="Points that members hold then {value}.", says_zh="会员当时持有的积分{value}。",
        ),
    ]
    tiers: Annotated[
        OldTiers,
        Parameter(
            title="Tiers that members hold", title_zh="已有等级",
            meaning="What the change does to the tiers that members hold.",
            meaning_zh="切换对会员已有等级的影响。",
            unit="choice", example='"until_validity"', default="until_validity", dated=False,
            kind=Choice(
                (
                    Option("until_validity", OldTiers.UNTIL_VALIDITY, "stay until their review", "保留到有效期结束"),
                    Option("at_once", OldTiers.AT_ONCE, "are judged by the new rules at once", "立即按新规则评定"),
                )
            ),
            says="Tiers that members hold then {value}.", says_zh="会员当时的等级{value}。",
        ),
    ]
    notice: Annotated[
        Length,
        Parameter(
            title="Notice", title_zh="缓冲期",
            meaning="For how long after the change points are spared that would have lived longer before.",
            meaning_zh="因切换而提前过期的积分在切换后至少保留多久。",
            unit="days", kind=Span(("day",), 0, largest_days=3650), example='"60 days"', default="0 days", dated=False,
            quiet=True, says="Points whose life gets shorter are spared for {value}.",
            says_zh="有效期变短的积分至少再保留 {value}。",
        ),
    ]
