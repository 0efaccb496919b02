"""What members pay for in advance, and what is taken off their bills: paid plans, stored value, coupons."""

from __future__ import annotations

from typing import Annotated

from policies.amounts import Money
from policies.choices import Period, RefundBonus, SpendStored
from policies.declare import Parameter, Section, Table
from policies.errors import Words
from policies.kinds_gifts import Gift, GiftList
from policies.kinds_money import PlanRefundKind, PlanRefundRule
from policies.kinds_names import NAME, NAME_OR_NONE, NameList
from policies.periods import NO_LENGTH, Length, Span, Word
from policies.rules import NAMES_MOST, OFFERS_MOST
from policies.values import Choice, Flag, Option, Rate

# fmt: off

_PERIODS = (
    Word("month", Length(1, Period.MONTHS)),
    Word("quarter", Length(3, Period.MONTHS)),
    Word("year", Length(12, Period.MONTHS)),
    Word("lifetime", Length(0, Period.MONTHS), Words("life", "终身")),
)


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
            kind=Span(("month", "quarter", "year"), 1, words=_PERIODS), example='"1 year"',
            says="for {value}", says_zh="周期 {value}",
        ),
    ]
    trial: Annotated[
        Length,
        Parameter(
            title="Trial", title_zh="试用期",
            meaning="How long a new plan member pays nothing; 0 days: no trial.",
            meaning_zh="新付费会员的免费试用时间；0 天表示没有试用。",
            unit="days", kind=Span(("day",), 0, largest_days=3650), example='"14 days"', default="0 days",
            quiet=True, says="{value} on trial", says_zh="试用 {value}",
        ),
    ]
    intro_price: Annotated[
        int | None,
        Parameter(
            title="First fee", title_zh="首期会费",
            meaning='The fee of the first period; "none" if it is the same as every other.',
            meaning_zh='第一个周期的会费；"none" 表示与其他周期相同。',
            unit="money", kind=Money(or_none=True), example='"99.00"', default="none",
            quiet=True, says="the first time {value}", says_zh="首期会费 {value}",
        ),
    ]
    grants_tier: Annotated[
        str | None,
        Parameter(
            title="Tier of the plan", title_zh="付费等级",
            meaning='The tier that plan members sit in at least; "none" for no such tier.',
            meaning_zh='付费会员至少享有的等级；"none" 表示不授予等级。',
            unit="name of a tier", kind=NAME_OR_NONE, example='"gold"', default="none", dated=False,
            quiet=True, says="grants the tier {value}", says_zh="享有等级 {value}",
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
    monthly_benefits: Annotated[
        tuple[Gift, ...],
        Parameter(
            title="Monthly benefits", title_zh="每月权益",
            meaning="Gifts at the start of the plan and every month after; those of a month come once.",
            meaning_zh="开通时以及此后每月赠送的礼品；同一个月只赠一次。",
            unit="gifts", kind=GiftList(), example='["coupon:welcome"]', default=[],
            quiet=True, says="every month {value}", says_zh="每月赠 {value}",
        ),
    ]
    refund: Annotated[
        PlanRefundRule,
        Parameter(
            title="Refund of the fee", title_zh="退会费",
            meaning="How much of the fee a member gets back who gives up the plan.",
            meaning_zh="会员退出付费计划时退还多少会费。",
            unit="choice", kind=PlanRefundKind(), example='"pro_rata"', default="none",
            quiet=True, says="who gives it up gets back {value}", says_zh="退出时{value}",
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


class Offer(Table):
    """One bonus on stored value. A top-up gets that of the largest ``pay`` within it."""

    pay: Annotated[
        int,
        Parameter(
            title="Top-up from", title_zh="充值金额",
            meaning="The smallest top-up that gets the bonus.",
            meaning_zh="获得赠金的最低充值金额。",
            unit="money", kind=Money(positive=True), example='"500.00"',
            says="Top-up of {value}", says_zh="充值 {value}",
        ),
    ]
    bonus: Annotated[
        int,
        Parameter(
            title="Bonus", title_zh="赠金",
            meaning="Stored value on top, which can be spent but not paid out.",
            meaning_zh="额外赠送的储值，可消费但不可提现。",
            unit="money", kind=Money(), example='"50.00"', default="0",
            says="bonus of {value}", says_zh="赠 {value}",
        ),
    ]
    grants_tier: Annotated[
        str | None,
        Parameter(
            title="Tier of the top-up", title_zh="充值等级",
            meaning='The tier that the top-up lifts a member to, until it is refunded; "none" for no such tier.',
            meaning_zh='充值后升到的等级，退款时结束；"none" 表示不升级。',
            unit="name of a tier", kind=NAME_OR_NONE, example='"silver"', default="none", dated=False,
            quiet=True, says="tier {value}", says_zh="并升到等级 {value}",
        ),
    ]


class StoredValue(Table):
    """Money that members pay in to spend later."""

    offers: Annotated[
        tuple[Offer, ...], Section("Top-up offer", "充值优惠", Offer, rows=True, named=False, most=OFFERS_MOST)
    ]
    spend: Annotated[
        SpendStored,
        Parameter(
            title="Spent first", title_zh="消费顺序",
            meaning="Which part of the stored value pays first.",
            meaning_zh="消费时先用储值的哪一部分。",
            unit="choice", example='"principal_first"', default="principal_first",
            kind=Choice(
                (
                    Option("principal_first", SpendStored.PRINCIPAL_FIRST, "the money paid in", "先用本金"),
                    Option("bonus_first", SpendStored.BONUS_FIRST, "the bonus", "先用赠金"),
                    Option("pro_rata", SpendStored.PRO_RATA, "both in proportion", "按比例使用"),
                )
            ),
            says="What pays first: {value}.", says_zh="消费顺序：{value}。",
        ),
    ]
    bonus_expiry: Annotated[
        Length | None,
        Parameter(
            title="Life of a bonus", title_zh="赠金有效期",
            meaning='How long a bonus can be spent; "none" for ever.',
            meaning_zh='赠金可使用的时间；"none" 表示永久有效。',
            unit="period", kind=Span(("day", "month", "year"), 1, words=(NO_LENGTH,)), example='"12 months"',
            default="none",
            quiet=True, says="A bonus lives {value}.", says_zh="赠金有效 {value}。",
        ),
    ]
    refund_bonus: Annotated[
        RefundBonus,
        Parameter(
            title="Bonus at a refund", title_zh="退卡时的赠金",
            meaning="What becomes of the bonus when a top-up is refunded.",
            meaning_zh="退还充值时赠金如何处理。",
            unit="choice", example='"take_back_unspent"', default="take_back_unspent",
            kind=Choice(
                (
                    Option(
                        "take_back_unspent", RefundBonus.TAKE_BACK_UNSPENT, "what is left is taken back",
                        "收回未用部分",
                    ),
                    Option(
                        "charge_spent", RefundBonus.CHARGE_SPENT,
                        "what is left is taken back, and what was spent is kept back from the money",
                        "收回未用部分，并从退款中扣除已用部分",
                    ),
                )
            ),
            says="If a top-up is refunded, of its bonus {value}.", says_zh="退还充值时，赠金{value}。",
        ),
    ]


class Coupon(Table):
    """One kind of coupon. Exactly one of ``off`` and ``off_share`` is there."""

    code: Annotated[
        str,
        Parameter(
            title="Coupon code", title_zh="优惠券代码",
            meaning="The code by which everything else refers to the coupon.",
            meaning_zh="优惠券的标识代码。",
            unit="name", kind=NAME, example='"welcome"', dated=False,
        ),
    ]
    off: Annotated[
        int | None,
        Parameter(
            title="Amount off", title_zh="减免金额",
            meaning="The amount that the coupon takes off.",
            meaning_zh="优惠券减免的金额。",
            unit="money", kind=Money(positive=True), example='"30.00"', default=None,
            quiet=True, says="{value} off", says_zh="减 {value}",
        ),
    ]
    off_share: Annotated[
        int | None,
        Parameter(
            title="Share off", title_zh="减免比例",
            meaning="The share that the coupon takes off.",
            meaning_zh="优惠券减免的比例。",
            unit="share of what it applies to", kind=Rate("0.0001", "1", percent=True), example="0.10", default=None,
            quiet=True, says="{value} off", says_zh="减免 {value}",
        ),
    ]
    cap: Annotated[
        int | None,
        Parameter(
            title="Most off", title_zh="最高减免",
            meaning='The most that a share takes off; "none" for no such limit.',
            meaning_zh='按比例减免的上限；"none" 表示不设上限。',
            unit="money", kind=Money(or_none=True, positive=True), example='"20.00"', default="none",
            quiet=True, says="at most {value}", says_zh="最多减 {value}",
        ),
    ]
    minimum_spend: Annotated[
        int,
        Parameter(
            title="Smallest order", title_zh="使用门槛",
            meaning="The smallest amount, of what the coupon applies to, in which it can be used.",
            meaning_zh="适用商品的金额达到多少才能使用。",
            unit="money", kind=Money(), example='"199.00"', default="0",
            quiet=True, says="on orders from {value}", says_zh="满 {value}可用",
        ),
    ]
    valid: Annotated[
        Length | None,
        Parameter(
            title="Valid for", title_zh="券有效期",
            meaning='How long the coupon can be used once it was given; "none" for ever.',
            meaning_zh='发放后多久内可用；"none" 表示永久有效。',
            unit="period", kind=Span(("day", "month", "year"), 1, words=(NO_LENGTH,)), example='"30 days"',
            default="none",
            quiet=True, says="valid for {value}", says_zh="有效期 {value}",
        ),
    ]
    categories: Annotated[
        tuple[str, ...],
        Parameter(
            title="Categories of the coupon", title_zh="适用品类",
            meaning="The categories of goods it applies to; all of them if empty.",
            meaning_zh="适用的商品品类；为空则适用于全部品类。",
            unit="names", kind=NameList(NAMES_MOST), example='["skincare"]', default=[], dated=False,
            quiet=True, says="for {value}", says_zh="限 {value}",
        ),
    ]
    stacks: Annotated[
        bool,
        Parameter(
            title="Goes with others", title_zh="可叠加",
            meaning="Whether it can be used together with other coupons that can.",
            meaning_zh="能否与其他可叠加的优惠券一起使用。",
            unit="true or false", kind=Flag(), example="true", default=False,
            quiet=True, says="together with others: {value}", says_zh="可叠加：{value}",
        ),
    ]
