"""Points as a policy file declares them: earning, expiry, and use as money inside an order."""

from __future__ import annotations

from typing import Annotated

from policies.amounts import Money
from policies.declare import Parameter, Section, Table
from policies.periods import AnnualDates, Length, Span
from policies.rules import EarnOn, Expiry, Rounding, RoundTo
from policies.values import LARGEST, Choice, Count, Option, Rate

# fmt: off


class Earn(Table):
    """One way to earn points."""

    on: Annotated[
        str,
        Parameter(
            title="Earned on", title_zh="获取场景",
            meaning="The event that earns the points.",
            meaning_zh="获得积分的事件。",
            unit="choice", example='"purchase"', dated=False,
            kind=Choice(
                (Option("purchase", "purchase", "purchases", "消费"),),
                planned=("first_order", "review", "check_in", "referral", "share", "survey", "course", "event"),
            ),
        ),
    ]
    per_unit: Annotated[
        int,
        Parameter(
            title="Points per unit", title_zh="每元积分",
            meaning="Points earned for one unit of money, before multipliers.",
            meaning_zh="每一单位货币获得的积分（未计倍数）。",
            unit="points per unit of money", kind=Rate("0", "10000"), example="1.0",
            says="Points for one unit of money: {value}.", says_zh="每一单位货币的积分：{value}。",
        ),
    ]


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
                ),
                planned=("inactivity", "lot_and_inactivity"),
            ),
            says="Points expire: {value}.", says_zh="积分过期：{value}。",
        ),
    ]
    life: Annotated[
        Length | None,
        Parameter(
            title="Life of a lot", title_zh="积分有效期",
            meaning="How long points live from the day they were earned.",
            meaning_zh="积分自获得之日起的有效时间。",
            unit="period", kind=Span(("day", "month", "year"), 1), example='"12 months"',
            read_when=("points.expiry.mode", ("lot",)),
            says="A lot lives {value}.", says_zh="每笔积分有效 {value}。",
        ),
    ]
    round: Annotated[
        RoundTo,
        Parameter(
            title="Rounded to", title_zh="取整到",
            meaning="To the end of which calendar period the end of a lot is moved.",
            meaning_zh="失效日顺延到哪个日历周期的期末。",
            unit="choice", example='"month_end"', default="none", read_when=("points.expiry.mode", ("lot",)),
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
    dates: Annotated[
        tuple[tuple[int, int], ...],
        Parameter(
            title="Expiry dates", title_zh="清零日",
            meaning="Days of the year on which points die; 02-29 is the last day of February.",
            meaning_zh="每年积分清零的日期；02-29 表示二月最后一天。",
            unit="month-day", kind=AnnualDates(), example='["12-31"]', dated=False,
            read_when=("points.expiry.mode", ("fixed_dates",)),
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
            read_when=("points.expiry.mode", ("fixed_dates",)),
            quiet=True,
            says="Years added to the next of these dates: {value}.", says_zh="在最近的清零日上顺延 {value} 年。",
        ),
    ]


class Cash(Table):
    """Points as money inside an order."""

    minimum: Annotated[
        int,
        Parameter(
            title="Smallest redemption", title_zh="起兑积分",
            meaning="The fewest points that can be used in an order; one step if absent.",
            meaning_zh="一单最少使用的积分；不写则等于一个步长。",
            unit="points", kind=Count(1, LARGEST), example="100", default_from="step",
            says="An order takes at least {value} points.", says_zh="每单至少使用 {value} 积分。",
        ),
    ]
    step: Annotated[
        int,
        Parameter(
            title="Step", title_zh="步长",
            meaning="Points are used in multiples of this number.",
            meaning_zh="使用的积分须为该数的整数倍。",
            unit="points", kind=Count(1, LARGEST), example="100", default=1,
            says="Points are used in steps of {value}.", says_zh="以 {value} 积分为单位使用。",
        ),
    ]
    share_of_order: Annotated[
        int,
        Parameter(
            title="Largest share of an order", title_zh="订单抵扣比例上限",
            meaning="The largest share of an order that points can pay.",
            meaning_zh="积分最多可抵扣订单金额的比例。",
            unit="share of the order", kind=Rate("0", "1", percent=True), example="0.5", default=1,
            says="Points pay up to {value} of an order.", says_zh="积分最多抵扣订单金额的 {value}。",
        ),
    ]
    per_order: Annotated[
        int | None,
        Parameter(
            title="Largest amount per order", title_zh="单笔抵扣上限",
            meaning='The largest amount of an order that points can pay; "none" for no such limit.',
            meaning_zh='每单积分最多抵扣的金额；"none" 表示不设上限。',
            unit="money", kind=Money(or_none=True), example='"50.00"', default="none",
            quiet=True, says="Points pay at most {value} of an order.", says_zh="每单最多抵扣 {value}。",
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
                    # Without stored value there is no bonus to leave out.
                    Option(
                        "net_of_points_and_bonus", EarnOn.NET_OF_POINTS, "what is not paid in points",
                        "扣除积分抵扣后的金额",
                    ),
                )
            ),
            says="Points are earned on {value}.", says_zh="积分基数为{value}。",
        ),
    ]
    rounding: Annotated[
        Rounding,
        Parameter(
            title="Rounding", title_zh="取整",
            meaning="What becomes of a fraction of a point in an order.",
            meaning_zh="一单积分出现小数时如何取整。",
            unit="choice", example='"floor per order"', default="floor per order",
            kind=Choice(
                (
                    Option("floor per order", Rounding.FLOOR, "rounded down", "向下取整"),
                    Option("half_up per order", Rounding.HALF_UP, "rounded half up", "四舍五入"),
                    Option("ceil per order", Rounding.CEIL, "rounded up", "向上取整"),
                ),
                planned=tuple(f"{how} per {unit}" for how in ("floor", "half_up", "ceil") for unit in ("line", "rule")),
            ),
            says="Points of an order are {value}.", says_zh="每单积分{value}。",
        ),
    ]
    pending: Annotated[
        Length,
        Parameter(
            title="Pending", title_zh="冻结期",
            meaning="How long points wait before they can be used.",
            meaning_zh="积分获得后多久可用。",
            unit="days", kind=Span(("day",), 0, largest_days=3650, planned=("until_delivered",)), example='"7 days"',
            default="0 days",
            says="Points can be used after {value}.", says_zh="冻结 {value}后可用。",
        ),
    ]
    earn: Annotated[tuple[Earn, ...], Section("Earning points", "积分获取", Earn, rows=True, named=False)]
    expiry: Annotated[PointsExpiry, Section("Expiry of points", "积分过期", PointsExpiry)]
    cash: Annotated[Cash | None, Section("Points as money", "积分抵现", Cash, optional=True)]
