"""Points as a policy file declares them: what they are worth, how they are counted, when they die."""

from __future__ import annotations

from typing import Annotated

from policies.amounts import Money
from policies.choices import Combine, EarnOn, Expiry, Leaving, LifeFrom, Negative, RoundTo
from policies.declare import Parameter, Section, Table
from policies.kinds_limits import Pending, PendingKind, RoundingKind, RoundingRule
from policies.kinds_names import ResetKind
from policies.periods import AnnualDates, Length, Span
from policies.rules import CAPS_MOST, EARN_MOST, REWARDS_MOST
from policies.schema_burning import Cash, Reward, Wheel
from policies.schema_earning import Cap, Earn
from policies.values import Choice, Count, Option, Rate

# fmt: off

_LOTS = (("points.expiry.mode", ("lot", "lot_and_inactivity")),)
_CLOCK = (("points.expiry.mode", ("inactivity", "lot_and_inactivity")),)
_DATES = (("points.expiry.mode", ("fixed_dates",)),)


class PointsExpiry(Table):
    """When points die."""

    mode: Annotated[
        Expiry,
        Parameter(
            title="Expiry", title_zh="过期方式",
            meaning="What ends the life of points.",
            meaning_zh="积分因何失效。",
            unit="choice", example='"lot"', default="never",
            kind=Choice(
                (
                    Option("never", Expiry.NEVER, "never", "永不过期"),
                    Option("lot", Expiry.LOT, "each lot some time after it was earned", "每笔积分自获得起按期过期"),
                    Option("fixed_dates", Expiry.FIXED_DATES, "all together on fixed dates", "在固定日期统一过期"),
                    Option(
                        "inactivity", Expiry.INACTIVITY, "all together after a time of inactivity",
                        "长期不活跃后统一过期",
                    ),
                    Option(
                        "lot_and_inactivity", Expiry.LOT_AND_INACTIVITY,
                        "each lot after some time, and all together after a time of inactivity",
                        "每笔积分按期过期，长期不活跃则统一过期",
                    ),
                )
            ),
            says="Points expire: {value}.", says_zh="积分过期：{value}。",
        ),
    ]
    life: Annotated[
        Length | None,
        Parameter(
            title="Life of a lot", title_zh="积分有效期",
            meaning="How long points live.",
            meaning_zh="每笔积分的有效时间。",
            unit="period", kind=Span(("day", "month", "year"), 1), example='"12 months"',
            read_when=_LOTS,
            says="A lot lives {value}.", says_zh="每笔积分有效 {value}。",
        ),
    ]
    round: Annotated[
        RoundTo,
        Parameter(
            title="Rounded to", title_zh="取整到",
            meaning="To the end of which calendar period the end of a lot is moved.",
            meaning_zh="失效日顺延到哪个日历周期的期末。",
            unit="choice", example='"month_end"', default="none", read_when=_LOTS,
            kind=Choice(
                (
                    Option("none", RoundTo.NONE, "the day itself", "当日"),
                    Option("month_end", RoundTo.MONTH, "the end of the month", "月末"),
                    Option("quarter_end", RoundTo.QUARTER, "the end of the quarter", "季末"),
                    Option("year_end", RoundTo.YEAR, "the end of the year", "年末"),
                )
            ),
            quiet=True, says="Its last day is {value}.", says_zh="最后有效日为{value}。",
        ),
    ]
    life_from: Annotated[
        LifeFrom,
        Parameter(
            title="Life begins", title_zh="有效期起点",
            meaning="Whether a lot lives from the day it was earned, or from the day it can be used.",
            meaning_zh="有效期从获得之日算起，还是从可用之日算起。",
            unit="choice", example='"activation"', default="earning", read_when=_LOTS,
            kind=Choice(
                (
                    Option("earning", LifeFrom.EARNING, "when it is earned", "获得之日"),
                    Option("activation", LifeFrom.ACTIVATION, "when it can be used", "可用之日"),
                )
            ),
            quiet=True, says="Its life begins {value}.", says_zh="有效期自{value}算起。",
        ),
    ]
    dates: Annotated[
        tuple[tuple[int, int], ...],
        Parameter(
            title="Expiry dates", title_zh="清零日",
            meaning="Days of the year on which points die; 02-29 is the last day of February.",
            meaning_zh="每年积分清零的日期；02-29 表示二月最后一天。",
            unit="month-day", kind=AnnualDates(), example='["12-31"]', dated=False,
            read_when=_DATES,
            says="Points die at the end of {value}.", says_zh="积分在每年 {value} 当日结束时清零。",
        ),
    ]
    years_after: Annotated[
        int,
        Parameter(
            title="Years after", title_zh="顺延年数",
            meaning="Years added to the next expiry date: 0 is the next one, 1 the same date a year later.",
            meaning_zh="在下一个清零日上顺延的年数：0 即最近一个清零日。",
            unit="years", kind=Count(0, 20), example="1", default=0,
            read_when=_DATES,
            quiet=True,
            says="Years added to the next of these dates: {value}.", says_zh="在最近的清零日上顺延 {value} 年。",
        ),
    ]
    inactivity: Annotated[
        Length | None,
        Parameter(
            title="Inactivity", title_zh="不活跃期限",
            meaning="After how long without activity all points die.",
            meaning_zh="多久不活跃后全部积分失效。",
            unit="period", kind=Span(("day", "month", "year"), 1), example='"18 months"', read_when=_CLOCK,
            says="All points die after {value} of inactivity.", says_zh="连续 {value}不活跃，全部积分失效。",
        ),
    ]
    reset_by: Annotated[
        int,
        Parameter(
            title="Clock restarted by", title_zh="重新计时的行为",
            meaning='What counts as activity; "any" for all of it.',
            meaning_zh='哪些行为算作活跃；"any" 表示任何一种。',
            unit="choices", kind=ResetKind(), example='["purchase", "redeem"]', default=["purchase"], read_when=_CLOCK,
            says="That time starts anew with {value}.", says_zh="{value}后重新计时。",
        ),
    ]
    on_leaving_exempt_tier: Annotated[
        Leaving,
        Parameter(
            title="On leaving a tier without expiry", title_zh="离开免过期等级",
            meaning="What becomes of points that did not expire in the tier that the member leaves.",
            meaning_zh="会员离开积分不过期的等级后，原有积分如何处理。",
            unit="choice", example='"life_from_leaving"', default="keep_dates",
            read_when=(("tiers.level.points_expire", ("false",)),),
            kind=Choice(
                (
                    Option("keep_dates", Leaving.KEEP_DATES, "die on the dates they had", "按原定日期失效"),
                    Option(
                        "life_from_leaving", Leaving.LIFE_FROM_LEAVING, "live from that day on", "自离开之日起重新计算",
                    ),
                )
            ),
            says="Points of a member who leaves a tier without expiry {value}.",
            says_zh="会员离开积分不过期的等级后，积分{value}。",
        ),
    ]
    extension: Annotated[
        Length,
        Parameter(
            title="Extension", title_zh="延期",
            meaning="How far from the day of asking the life of points can be extended; 0 days: not offered.",
            meaning_zh="自申请之日起积分最多可延期多久；0 天表示不提供。",
            unit="days", kind=Span(("day",), 0, largest_days=3650), example='"180 days"', default="0 days",
            quiet=True, says="The life of points can be extended by up to {value}.", says_zh="积分最多可延期 {value}。",
        ),
    ]
    reinstatement: Annotated[
        Length,
        Parameter(
            title="Reinstatement", title_zh="恢复",
            meaning="How long after their death points can be given back; 0 days: not offered.",
            meaning_zh="积分失效后多久内可以恢复；0 天表示不提供。",
            unit="days", kind=Span(("day",), 0, largest_days=3650), example='"90 days"', default="0 days",
            quiet=True, says="Dead points can be given back within {value}.", says_zh="失效积分可在 {value}内恢复。",
        ),
    ]


class Points(Table):
    """What points are worth, how they are earned, used and lost."""

    value: Annotated[
        int,
        Parameter(
            title="Value of a point", title_zh="积分价值",
            meaning="What a point is worth as cash; may be finer than the smallest coin.",
            meaning_zh="一积分抵多少现金；可以小于最小货币单位。",
            unit="money per point (resolved: basis points of a minor unit)", kind=Money(positive=True, fine=True),
            example='"0.01"',
            says="A point is worth {value}.", says_zh="一积分值 {value}。",
        ),
    ]
    earn_on: Annotated[
        EarnOn,
        Parameter(
            title="Earned on which amount", title_zh="积分基数",
            meaning="The part of an order that earns points.",
            meaning_zh="订单中参与积分的金额。",
            unit="choice", example='"net_of_points"', default="net_of_points",
            kind=Choice(
                (
                    Option("list", EarnOn.LIST, "the list price", "标价"),
                    Option("after_discounts", EarnOn.AFTER_DISCOUNTS, "the price after discounts", "折后价"),
                    Option("net_of_points", EarnOn.NET_OF_POINTS, "what is not paid in points", "扣除积分抵扣后的金额"),
                    Option(
                        "net_of_points_and_bonus", EarnOn.NET_OF_POINTS_AND_BONUS,
                        "what is not paid in points or bonus", "扣除积分与赠金后的金额",
                    ),
                )
            ),
            says="Points are earned on {value}.", says_zh="积分基数为{value}。",
        ),
    ]
    rounding: Annotated[
        RoundingRule,
        Parameter(
            title="Rounding", title_zh="取整",
            meaning="What becomes of a fraction of a point, and for what it is rounded once.",
            meaning_zh="积分出现小数时如何取整，以及按什么单位取整。",
            unit="choice", kind=RoundingKind(), example='"floor per order"', default="floor per order",
            says="Points are {value}.", says_zh="积分{value}。",
        ),
    ]
    pending: Annotated[
        Pending,
        Parameter(
            title="Pending", title_zh="冻结期",
            meaning="How long points of an order wait before they can be used.",
            meaning_zh="订单积分获得后多久可用。",
            unit="days", kind=PendingKind(), example='"7 days"', default="0 days",
            says="Points can be used after {value}.", says_zh="冻结 {value}后可用。",
        ),
    ]
    negative: Annotated[
        Negative,
        Parameter(
            title="Points missing at a refund", title_zh="退货时积分不足",
            meaning="What becomes of points that a refund takes back and that are no longer there.",
            meaning_zh="退货应收回的积分已被用掉时如何处理。",
            unit="choice", example='"debt"', default="debt",
            kind=Choice(
                (
                    Option("debt", Negative.DEBT, "become a debt", "记为欠分"),
                    Option("floor", Negative.FLOOR, "are waived", "免除"),
                    Option("withhold_cash", Negative.WITHHOLD_CASH, "are kept back from the money", "从退款中扣除"),
                )
            ),
            quiet=True, says="Points that a refund takes back and that are missing {value}.",
            says_zh="退货应收回而不足的积分{value}。",
        ),
    ]
    combine_multipliers: Annotated[
        Combine,
        Parameter(
            title="Multipliers together", title_zh="倍数叠加",
            meaning="How multipliers of tier, plan and campaigns go together.",
            meaning_zh="等级、付费计划与活动的倍数如何叠加。",
            unit="choice", example='"multiply"', default="multiply",
            kind=Choice(
                (
                    Option("multiply", Combine.MULTIPLY, "multiplied", "相乘"),
                    Option("add", Combine.ADD, "added: 1.5 and 2.0 make 2.5", "相加：1.5 与 2.0 合为 2.5"),
                )
            ),
            quiet=True, says="Multipliers are {value}.", says_zh="多个倍数{value}。",
        ),
    ]
    multiplier_cap: Annotated[
        int | None,
        Parameter(
            title="Largest multiplier", title_zh="倍数封顶",
            meaning='The most that all multipliers make together; "none" for no such limit.',
            meaning_zh='所有倍数叠加后的上限；"none" 表示不设上限。',
            unit="times", kind=Rate("0", "1000", or_none=True), example="5.0", default="none",
            quiet=True, says="All multipliers together make at most {value}.",
            says_zh="所有倍数叠加后最多 {value} 倍。",
        ),
    ]
    earn: Annotated[
        tuple[Earn, ...], Section("Earning points", "积分获取", Earn, rows=True, named=False, most=EARN_MOST)
    ]
    caps: Annotated[
        tuple[Cap, ...], Section("Cap on points", "积分封顶", Cap, rows=True, named=False, most=CAPS_MOST)
    ]
    expiry: Annotated[PointsExpiry, Section("Expiry of points", "积分过期", PointsExpiry)]
    cash: Annotated[Cash | None, Section("Points as money", "积分抵现", Cash, optional=True)]
    rewards: Annotated[tuple[Reward, ...], Section("Reward", "积分兑换", Reward, rows=True, most=REWARDS_MOST)]
    wheel: Annotated[Wheel | None, Section("Wheel of fortune", "大转盘", Wheel, optional=True)]
