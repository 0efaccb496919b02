"""Tiers and growth as a policy file declares them."""

from __future__ import annotations

from typing import Annotated

from policies.amounts import Money, Threshold
from policies.choices import Downgrade, Metric, OnRefund, Upgrade
from policies.declare import Parameter, Section, Table
from policies.kinds_gifts import Gift, GiftList
from policies.kinds_limits import Decay, DecayKind
from policies.kinds_names import NAME, ActivityPoints
from policies.periods import Length, Span, TierValidity, TierWindow, ValidityKind, WindowKind
from policies.rules import LEVELS_MOST
from policies.values import Choice, Flag, Option, Rate

# fmt: off

_UNIT = "money if tiers count spend, else whatever they count"
_FALLS = (("tiers.downgrade", ("one_level", "to_earned")),)


class Benefit(Table):
    """A benefit of a tier that costs the shop something beside points and discounts."""

    name: Annotated[
        str,
        Parameter(
            title="Benefit", title_zh="权益",
            meaning="What the benefit is called.",
            meaning_zh="权益名称。",
            unit="name", kind=NAME, example='"priority delivery"', dated=False,
        ),
    ]
    name_zh: Annotated[
        str | None,
        Parameter(
            title="Benefit in Chinese", title_zh="权益中文名",
            meaning="The name when the language is Chinese; the name itself if absent.",
            meaning_zh="中文界面显示的权益名；不写则与名称相同。",
            unit="name", kind=NAME, example='"优先发货"', default=None, dated=False,
        ),
    ]
    cost_per_order: Annotated[
        int,
        Parameter(
            title="Cost per order", title_zh="每单成本",
            meaning="What the benefit costs the shop in each order.",
            meaning_zh="该权益在每一单中的成本。",
            unit="money per order", kind=Money(), example='"0.60"', default="0",
            quiet=True, says="costs {value} an order", says_zh="每单成本 {value}",
        ),
    ]
    cost_per_month: Annotated[
        int,
        Parameter(
            title="Cost per month", title_zh="每月成本",
            meaning="What the benefit costs the shop for each member of the tier in a month.",
            meaning_zh="该权益每月为每位该等级会员花费的成本。",
            unit="money per month", kind=Money(), example='"3.00"', default="0",
            quiet=True, says="costs {value} a month", says_zh="每月成本 {value}",
        ),
    ]
    cost_per_refund: Annotated[
        int,
        Parameter(
            title="Cost per refund", title_zh="每次退货成本",
            meaning="What the benefit costs the shop each time an order comes back.",
            meaning_zh="该权益在每次退货时的成本。",
            unit="money per refund", kind=Money(), example='"9.00"', default="0",
            quiet=True, says="costs {value} a refund", says_zh="每次退货成本 {value}",
        ),
    ]


class Level(Table):
    """One tier. ``enter``, ``keep`` and ``re_enter`` are minor units if the tiers count spend, else what they count."""

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
            unit=_UNIT, kind=Threshold(), example="1000",
            says="reached with {value}", says_zh="升级门槛 {value}",
        ),
    ]
    keep: Annotated[
        int,
        Parameter(
            title="Keep at", title_zh="保级门槛",
            meaning="The qualifying amount that keeps the tier at a review; the same as entering if absent.",
            meaning_zh="评定时保住该等级所需的累计值；不写则与升级门槛相同。",
            unit=_UNIT, kind=Threshold(), example="800", default_from="enter", read_when=_FALLS,
            says="kept with {value}", says_zh="保级门槛 {value}",
        ),
    ]
    re_enter: Annotated[
        int,
        Parameter(
            title="Enter again at", title_zh="重新升级门槛",
            meaning="The qualifying amount for members who have held the tier before; the same as entering if absent.",
            meaning_zh="曾经达到该等级的会员重新升级所需的累计值；不写则与升级门槛相同。",
            unit=_UNIT, kind=Threshold(), example="900", default_from="enter",
            says="reached again with {value}", says_zh="重新升级门槛 {value}",
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
    upgrade_pack: Annotated[
        tuple[Gift, ...],
        Parameter(
            title="Upgrade pack", title_zh="升级礼包",
            meaning="Gifts for reaching the tier.",
            meaning_zh="达到该等级时赠送的礼品。",
            unit="gifts", kind=GiftList(), example='["coupon:welcome", "points:500"]', default=[],
            quiet=True, says="a pack of {value}", says_zh="升级礼包：{value}",
        ),
    ]
    pack_when: Annotated[
        bool,
        Parameter(
            title="Pack given", title_zh="礼包发放时机",
            meaning="Whether the pack comes with the first rise to the tier only, or with every one.",
            meaning_zh="礼包只在首次升级时发放，还是每次升级都发放。",
            unit="choice", example='"every_rise"', default="first_reach",
            kind=Choice(
                (
                    Option("first_reach", False, "the first time", "首次升级时"),
                    Option("every_rise", True, "at every rise", "每次升级时"),
                )
            ),
            quiet=True, says="given {value}", says_zh="礼包在{value}发放",
        ),
    ]
    points_expire: Annotated[
        bool,
        Parameter(
            title="Points expire", title_zh="积分会过期",
            meaning="Whether points of members of the tier expire at all.",
            meaning_zh="该等级会员的积分是否会过期。",
            unit="true or false", kind=Flag(), example="false", default=True,
            quiet=True, says="points expire: {value}", says_zh="积分会过期：{value}",
        ),
    ]
    benefits: Annotated[tuple[Benefit, ...], Section("Benefit", "权益", Benefit, rows=True, named=False, most=12)]


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
                    Option("net_spend", Metric.NET_SPEND, "money spent without points and bonus", "净消费金额"),
                    Option("orders", Metric.ORDERS, "orders", "订单数"),
                    Option("growth", Metric.GROWTH, "growth value", "成长值"),
                    Option("points_earned", Metric.POINTS_EARNED, "points earned", "获得的积分"),
                    Option("active_days", Metric.ACTIVE_DAYS, "active days", "活跃天数"),
                )
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
        Upgrade,
        Parameter(
            title="Upgrade", title_zh="升级时点",
            meaning="When a member who has enough moves up.",
            meaning_zh="达标会员何时升级。",
            unit="choice", example='"immediately"', default="immediately",
            kind=Choice(
                (
                    Option("immediately", Upgrade.IMMEDIATELY, "at once, from the next order", "立即（自下一单起）"),
                    Option("daily", Upgrade.DAILY, "the night after", "于次日凌晨"),
                    Option("month_end", Upgrade.MONTH_END, "at the end of the month", "于月末"),
                    Option("window_end", Upgrade.WINDOW_END, "at the end of the window", "于统计周期结束时"),
                )
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
    grace: Annotated[
        Length,
        Parameter(
            title="Grace", title_zh="宽限期",
            meaning="How long a member who missed a review has to make up what was missing.",
            meaning_zh="评定未达标后，可用来补足差额的时间。",
            unit="days", kind=Span(("day",), 0, largest_days=3650), example='"30 days"', default="0 days",
            read_when=_FALLS,
            quiet=True, says="What was missing can be made up within {value}.", says_zh="可在 {value}内补足差额。",
        ),
    ]
    on_refund: Annotated[
        OnRefund,
        Parameter(
            title="After a refund", title_zh="退货后的等级",
            meaning="When a refund that takes a threshold away moves the member down.",
            meaning_zh="退货使累计值跌破门槛时，何时降级。",
            unit="choice", example='"next_review"', default="next_review",
            kind=Choice(
                (
                    Option("now", OnRefund.NOW, "at once to what is still earned", "立即降到仍达标的等级"),
                    Option(
                        "same_night_one_level", OnRefund.SAME_NIGHT_ONE_LEVEL, "that night by one level",
                        "当晚下降一级",
                    ),
                    Option("next_review", OnRefund.NEXT_REVIEW, "at the next review", "到下次评定时再降级"),
                )
            ),
            quiet=True, says="A member whose refund takes the tier away falls {value}.",
            says_zh="退货使累计值跌破门槛的会员{value}。",
        ),
    ]
    threshold_mode: Annotated[
        bool,
        Parameter(
            title="Order across a threshold", title_zh="跨门槛订单",
            meaning="Whether an order that reaches a tier earns as a whole at the old one, or in parts.",
            meaning_zh="一单跨过升级门槛时，整单按旧等级计分，还是分段计分。",
            unit="choice", example='"split_order"', default="whole_order_at_old_tier",
            read_when=(("tiers.metric", ("spend", "net_spend", "growth")),),
            kind=Choice(
                (
                    Option("whole_order_at_old_tier", False, "as a whole at the old tier", "整单按旧等级"),
                    Option("split_order", True, "in parts, each at its tier", "按各段所属等级"),
                )
            ),
            quiet=True, says="An order that reaches a tier earns {value}.", says_zh="跨过门槛的订单{value}计分。",
        ),
    ]
    gifts_on_refund: Annotated[
        bool,
        Parameter(
            title="Gifts after a refund", title_zh="退货后的赠品与礼包",
            meaning="What becomes of coupons given with an order, and of upgrade packs, when that order is returned.",
            meaning_zh="订单退回后，随单赠送的优惠券和由它带来的升级礼包如何处理。",
            unit="choice", example='"stay"', default="taken_back",
            kind=Choice(
                (
                    Option("taken_back", False, "are taken back", "收回"),
                    Option("stay", True, "stay", "保留"),
                )
            ),
            quiet=True, says="Coupons and upgrade packs of an order that is returned {value}.",
            says_zh="订单退回后，随单优惠券和升级礼包{value}。",
        ),
    ]
    debt_counts: Annotated[
        bool,
        Parameter(
            title="Debt counts", title_zh="欠分计入等级",
            meaning="Whether points that a refund leaves as debt are taken off what the tiers count.",
            meaning_zh="退货形成的欠分是否从等级累计值中扣除。",
            unit="true or false", kind=Flag(), example="true", default=False,
            read_when=(("tiers.metric", ("points_earned",)), ("points.negative", ("debt",))),
            quiet=True, says="Debt of points is taken off what tiers count: {value}.",
            says_zh="欠分从等级累计值中扣除：{value}。",
        ),
    ]
    levels: Annotated[tuple[Level, ...], Section("Tier", "等级", Level, key="level", rows=True, most=LEVELS_MOST)]


class Growth(Table):
    """Growth value: what tiers count, apart from points that can be spent."""

    per_unit_spent: Annotated[
        int,
        Parameter(
            title="Growth per unit spent", title_zh="每元成长值",
            meaning="Growth a member collects for one unit of money spent.",
            meaning_zh="每消费一单位货币获得的成长值。",
            unit="growth per unit of money", kind=Rate("0", "1000"), example="1", default=1,
            read_when=(("tiers.metric", ("growth",)),),
            says="Growth for one unit of money spent: {value}.", says_zh="每消费一单位货币的成长值：{value}。",
        ),
    ]
    activities: Annotated[
        tuple[tuple[str, int], ...],
        Parameter(
            title="Growth of activities", title_zh="活动成长值",
            meaning="Growth for doing each of these things once.",
            meaning_zh="每完成一次活动获得的成长值。",
            unit="growth", kind=ActivityPoints(), example="{ review = 10, check_in = 1 }", default={},
            read_when=(("tiers.metric", ("growth",)),),
            quiet=True, says="Growth of activities: {value}.", says_zh="活动成长值：{value}。",
        ),
    ]
    decay: Annotated[
        Decay | None,
        Parameter(
            title="Decay", title_zh="成长值衰减",
            meaning='The share of growth that is lost at the end of each month or year; "none" for none.',
            meaning_zh='每月末或每年末扣减的成长值比例；"none" 表示不衰减。',
            unit="share per period", kind=DecayKind(), example='"10 % per year"', default="none", dated=False,
            read_when=(("tiers.metric", ("growth",)),),
            quiet=True, says="Growth fades: {value}.", says_zh="成长值衰减：{value}。",
        ),
    ]
