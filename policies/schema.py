"""The tables of a policy file, and every parameter in them, declared once.

The models hold resolved values: money in minor units, rates in basis points, choices as enums.
The metadata of each field says how the file spells it.
"""

from __future__ import annotations

from typing import Annotated

from policies.amounts import CurrencyCode, Money, Threshold
from policies.declare import Parameter, Section, Table
from policies.periods import Length, Span, TierValidity, TierWindow, TimeZone, ValidityKind, WindowKind
from policies.rules import Downgrade, Metric
from policies.schema_points import Points
from policies.values import Choice, Flag, Option, Rate, Text

# fmt: off

NAME = Text(longest=40, is_name=True)


class Header(Table):
    """What the file is about. Belongs to the file alone: a child inherits only currency and time zone."""

    title: Annotated[
        str,
        Parameter(
            title="Title", title_zh="标题",
            meaning="What the program is called in charts and tables.",
            meaning_zh="图表中显示的方案名称。",
            unit="text", kind=Text(120), example='"Four tiers, soft landing"', dated=False,
        ),
    ]
    title_zh: Annotated[
        str | None,
        Parameter(
            title="Title in Chinese", title_zh="中文标题",
            meaning="The title when the language is Chinese; the title itself if absent.",
            meaning_zh="中文界面使用的名称；不写则与标题相同。",
            unit="text", kind=Text(120), example='"四级会员 · 软着陆"', default=None, dated=False,
        ),
    ]
    question: Annotated[
        str | None,
        Parameter(
            title="Question", title_zh="问题",
            meaning="The question this policy is there to answer.",
            meaning_zh="这套方案要回答的问题。",
            unit="text", kind=Text(), example='"Does a soft landing keep gold members?"', default=None, dated=False,
        ),
    ]
    question_zh: Annotated[
        str | None,
        Parameter(
            title="Question in Chinese", title_zh="中文问题",
            meaning="The question when the language is Chinese.",
            meaning_zh="中文界面使用的问题。",
            unit="text", kind=Text(), example='"软着陆能留住金卡会员吗？"', default=None, dated=False,
        ),
    ]
    reference: Annotated[
        str | None,
        Parameter(
            title="Reference", title_zh="出处",
            meaning="Where the design comes from.",
            meaning_zh="方案的来源。",
            unit="text", kind=Text(), example='"Common in beauty retail."', default=None, dated=False,
        ),
    ]
    extends: Annotated[
        str | None,
        Parameter(
            title="Extends", title_zh="基于",
            meaning="The policy this one starts from: a shipped name, or a file relative to this one.",
            meaning_zh="作为起点的方案：内置名称，或相对于本文件的路径。",
            unit="name or path", kind=Text(400), example='"baseline"', default=None, dated=False,
        ),
    ]
    currency: Annotated[
        str,
        Parameter(
            title="Currency", title_zh="货币",
            meaning="The currency of every amount in the file.",
            meaning_zh="文件中所有金额的货币。",
            unit="ISO 4217 code", kind=CurrencyCode(), example='"CNY"', default="CNY", dated=False,
        ),
    ]
    time_zone: Annotated[
        str,
        Parameter(
            title="Time zone", title_zh="时区",
            meaning="Where a business day begins and ends.",
            meaning_zh="营业日的起止以该时区为准。",
            unit="IANA name", kind=TimeZone(), example='"Asia/Shanghai"', default="Asia/Shanghai", dated=False,
        ),
    ]


class Level(Table):
    """One tier. ``enter`` and ``keep`` are minor units if the tiers count spend, else growth."""

    name: Annotated[
        str,
        Parameter(
            title="Tier name", title_zh="等级名称",
            meaning="The name by which everything else refers to the tier.",
            meaning_zh="等级的标识名称。",
            unit="name", kind=NAME, example='"silver"', dated=False,
        ),
    ]
    name_zh: Annotated[
        str | None,
        Parameter(
            title="Tier name in Chinese", title_zh="等级中文名",
            meaning="The name when the language is Chinese; the name itself if absent.",
            meaning_zh="中文界面显示的等级名；不写则与名称相同。",
            unit="name", kind=NAME, example='"银卡"', default=None, dated=False,
        ),
    ]
    enter: Annotated[
        int,
        Parameter(
            title="Enter at", title_zh="升级门槛",
            meaning="The qualifying amount that reaches the tier.",
            meaning_zh="达到该等级所需的累计值。",
            unit="money if tiers count spend, else growth", kind=Threshold(), example="1000",
            says="reached with {value}", says_zh="升级门槛 {value}",
        ),
    ]
    keep: Annotated[
        int,
        Parameter(
            title="Keep at", title_zh="保级门槛",
            meaning="The qualifying amount that keeps the tier at a review; the same as entering if absent.",
            meaning_zh="评定时保住该等级所需的累计值；不写则与升级门槛相同。",
            unit="money if tiers count spend, else growth", kind=Threshold(), example="800", default_from="enter",
            read_when=("tiers.downgrade", ("one_level", "to_earned")),
            says="kept with {value}", says_zh="保级门槛 {value}",
        ),
    ]
    multiplier: Annotated[
        int,
        Parameter(
            title="Points multiplier", title_zh="积分倍数",
            meaning="How many times the base points the tier earns.",
            meaning_zh="该等级获得基础积分的倍数。",
            unit="times", kind=Rate("0", "100"), example="1.25", default=1,
            quiet=True, says="{value} times the points", says_zh="{value} 倍积分",
        ),
    ]
    discount: Annotated[
        int,
        Parameter(
            title="Discount", title_zh="折扣",
            meaning="The share taken off the list price for the tier.",
            meaning_zh="该等级在标价上的减免比例。",
            unit="share of the price", kind=Rate("0", "1", percent=True), example="0.03", default=0,
            quiet=True, says="{value} off the price", says_zh="价格减免 {value}",
        ),
    ]


class Tiers(Table):
    """How tiers are reached and kept."""

    metric: Annotated[
        Metric,
        Parameter(
            title="What counts", title_zh="计量口径",
            meaning="What a member collects to reach a tier.",
            meaning_zh="会员升级所累计的指标。",
            unit="choice", example='"growth"', default="growth", dated=False,
            kind=Choice(
                (
                    Option("spend", Metric.SPEND, "money spent", "消费金额"),
                    Option("growth", Metric.GROWTH, "growth value", "成长值"),
                ),
                planned=("net_spend", "orders", "points_earned", "active_days"),
            ),
            says="Tiers count {value}.", says_zh="等级按{value}计算。",
        ),
    ]
    window: Annotated[
        TierWindow,
        Parameter(
            title="Window", title_zh="统计周期",
            meaning="Over which time the tiers count.",
            meaning_zh="等级累计的时间范围。",
            unit="window", kind=WindowKind(), example='"calendar_year"', default="calendar_year",
            says="They count over {value}.", says_zh="统计周期为{value}。",
        ),
    ]
    upgrade: Annotated[
        str,
        Parameter(
            title="Upgrade", title_zh="升级时点",
            meaning="When a member who has enough moves up.",
            meaning_zh="达标会员何时升级。",
            unit="choice", example='"immediately"', default="immediately",
            kind=Choice(
                (Option("immediately", "immediately", "at once, from the next order", "立即（自下一单起）"),),
                planned=("daily", "month_end", "window_end"),
            ),
            says="A member who has enough moves up {value}.", says_zh="达标后{value}升级。",
        ),
    ]
    validity: Annotated[
        TierValidity,
        Parameter(
            title="Validity", title_zh="有效期",
            meaning="How long a tier that was reached is kept before it is reviewed.",
            meaning_zh="升级后，等级在评定前保留多久。",
            unit="period", kind=ValidityKind(), example='"rest of year + 1 year"', default="rest of year + 1 year",
            says="A tier that was reached is kept for: {value}.", says_zh="等级有效期：{value}。",
        ),
    ]
    downgrade: Annotated[
        Downgrade,
        Parameter(
            title="Downgrade", title_zh="降级方式",
            meaning="Where a member lands who misses the keep threshold at a review.",
            meaning_zh="评定未达标的会员降到哪一级。",
            unit="choice", example='"one_level"', default="to_earned",
            kind=Choice(
                (
                    Option("none", Downgrade.NONE, "keeps the tier", "保持原等级"),
                    Option("one_level", Downgrade.ONE_LEVEL, "falls by one level", "下降一级"),
                    Option("to_earned", Downgrade.TO_EARNED, "falls to the tier that was earned", "降到实际达到的等级"),
                )
            ),
            says="A member who misses the keep threshold {value}.", says_zh="未达保级门槛的会员{value}。",
        ),
    ]
    levels: Annotated[tuple[Level, ...], Section("Tier", "等级", Level, key="level", rows=True)]


class Growth(Table):
    """Growth value: what tiers count, apart from points that can be spent."""

    per_unit_spent: Annotated[
        int,
        Parameter(
            title="Growth per unit spent", title_zh="每元成长值",
            meaning="Growth a member collects for one unit of money spent.",
            meaning_zh="每消费一单位货币获得的成长值。",
            unit="growth per unit of money", kind=Rate("0", "1000"), example="1", default=1,
            read_when=("tiers.metric", ("growth",)),
            says="Growth for one unit of money spent: {value}.", says_zh="每消费一单位货币的成长值：{value}。",
        ),
    ]


class Plan(Table):
    """One paid membership."""

    name: Annotated[
        str,
        Parameter(
            title="Plan name", title_zh="付费计划名称",
            meaning="The name by which everything else refers to the plan.",
            meaning_zh="付费计划的标识名称。",
            unit="name", kind=NAME, example='"plus"', dated=False,
        ),
    ]
    name_zh: Annotated[
        str | None,
        Parameter(
            title="Plan name in Chinese", title_zh="付费计划中文名",
            meaning="The name when the language is Chinese; the name itself if absent.",
            meaning_zh="中文界面显示的名称；不写则与名称相同。",
            unit="name", kind=NAME, example='"年卡"', default=None, dated=False,
        ),
    ]
    price: Annotated[
        int,
        Parameter(
            title="Fee", title_zh="会费",
            meaning="The fee of one period.",
            meaning_zh="一个周期的会费。",
            unit="money", kind=Money(positive=True), example='"199.00"',
            says="a fee of {value}", says_zh="会费 {value}",
        ),
    ]
    period: Annotated[
        Length,
        Parameter(
            title="Period", title_zh="周期",
            meaning="For how long one fee pays.",
            meaning_zh="一次会费的有效时间。",
            unit="months or years",
            kind=Span(("month", "year"), 1, planned=("month", "quarter", "year", "lifetime")), example='"1 year"',
            says="for {value}", says_zh="周期 {value}",
        ),
    ]
    auto_renew: Annotated[
        bool,
        Parameter(
            title="Renews by itself", title_zh="自动续费",
            meaning="Whether the plan renews on its anchor day unless it was cancelled.",
            meaning_zh="未取消时是否在周年日自动续费。",
            unit="true or false", kind=Flag(), example="true", default=True,
            says="automatic renewal: {value}", says_zh="自动续费：{value}",
        ),
    ]
    multiplier: Annotated[
        int,
        Parameter(
            title="Points multiplier of the plan", title_zh="付费积分倍数",
            meaning="How many times the points of the tier a plan member earns.",
            meaning_zh="付费会员在等级倍数之上的积分倍数。",
            unit="times", kind=Rate("0", "100"), example="2.0", default=1,
            quiet=True, says="{value} times the points", says_zh="{value} 倍积分",
        ),
    ]
    discount: Annotated[
        int,
        Parameter(
            title="Member price", title_zh="会员价",
            meaning="The share taken off the list price for plan members.",
            meaning_zh="付费会员在标价上的减免比例。",
            unit="share of the price", kind=Rate("0", "1", percent=True), example="0.06", default=0,
            quiet=True, says="{value} off the price", says_zh="价格减免 {value}",
        ),
    ]
    cost_to_serve: Annotated[
        int,
        Parameter(
            title="Cost to serve", title_zh="服务成本",
            meaning="What one plan member costs the shop in a month, apart from discount and points.",
            meaning_zh="每位付费会员每月的服务成本（不含折扣与积分）。",
            unit="money per month", kind=Money(), example='"1.20"', default="0",
            quiet=True, says="costs the shop {value} a month", says_zh="每月服务成本 {value}",
        ),
    ]


class Version(Table):
    """All rules of a policy on one day."""

    tiers: Annotated[Tiers, Section("Tiers", "等级", Tiers)]
    growth: Annotated[Growth, Section("Growth", "成长值", Growth)]
    points: Annotated[Points | None, Section("Points", "积分", Points, optional=True)]
    plans: Annotated[tuple[Plan, ...], Section("Paid membership", "付费会员", Plan, rows=True)]
