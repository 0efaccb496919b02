"""What points can be used for, as a policy file declares it: money in an order, rewards, the wheel."""

from __future__ import annotations

from typing import Annotated

from policies.amounts import Money
from policies.declare import Parameter, Section, Table
from policies.kinds_gifts import PrizeKind, RewardKind
from policies.kinds_limits import Limit, LimitKind
from policies.kinds_names import NAME
from policies.rules import PRIZES_MOST
from policies.values import LARGEST, Count, Rate

# fmt: off

_CHANCE_DECIMALS = 6


class Boost(Table):
    """Large orders take points at a higher value."""

    orders_from: Annotated[
        int,
        Parameter(
            title="Orders from", title_zh="起始订单金额",
            meaning="The smallest order in which points count for more.",
            meaning_zh="积分加值抵扣的最低订单金额。",
            unit="money", kind=Money(), example='"88.00"',
            says="Orders from {value} on take points at a higher value.", says_zh="订单满 {value}时积分加值抵扣。",
        ),
    ]
    factor: Annotated[
        int,
        Parameter(
            title="Boost", title_zh="加值倍数",
            meaning="How many times their value points count in such an order.",
            meaning_zh="此类订单中积分按其价值的多少倍抵扣。",
            unit="times", kind=Rate("1", "100"), example="2.0",
            says="That value is {value} times the usual one.", says_zh="加值为平时的 {value} 倍。",
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
    boost: Annotated[Boost | None, Section("Boost", "大单加值", Boost, optional=True)]


class Reward(Table):
    """One thing of the catalogue."""

    name: Annotated[
        str,
        Parameter(
            title="Reward name", title_zh="兑换品名称",
            meaning="The name by which everything else refers to the reward.",
            meaning_zh="兑换品的标识名称。",
            unit="name", kind=NAME, example='"tote bag"', dated=False,
        ),
    ]
    name_zh: Annotated[
        str | None,
        Parameter(
            title="Reward name in Chinese", title_zh="兑换品中文名",
            meaning="The name when the language is Chinese; the name itself if absent.",
            meaning_zh="中文界面显示的名称；不写则与名称相同。",
            unit="name", kind=NAME, example='"帆布袋"', default=None, dated=False,
        ),
    ]
    points: Annotated[
        int,
        Parameter(
            title="Price in points", title_zh="所需积分",
            meaning="Points that the reward takes.",
            meaning_zh="兑换所需的积分。",
            unit="points", kind=Count(1, LARGEST), example="2000",
            says="{value} points", says_zh="{value} 积分",
        ),
    ]
    kind: Annotated[
        RewardKind,
        Parameter(
            title="What it is", title_zh="兑换品类型",
            meaning="Goods, a ticket, or a coupon by its code.",
            meaning_zh="实物、票券，或某个代码的优惠券。",
            unit="choice", kind=PrizeKind(("goods", "ticket")), example='"goods"',
            says="{value}", says_zh="{value}",
        ),
    ]
    cost: Annotated[
        int,
        Parameter(
            title="Cost of the reward", title_zh="兑换品成本",
            meaning="What the shop pays for one piece.",
            meaning_zh="每件兑换品的成本。",
            unit="money", kind=Money(), example='"9.50"', default="0",
            quiet=True, says="costs the shop {value}", says_zh="成本 {value}",
        ),
    ]
    stock: Annotated[
        int | None,
        Parameter(
            title="Stock", title_zh="库存",
            meaning='How many pieces there are for all members together; "none" for as many as are wanted.',
            meaning_zh='全体会员共享的数量；"none" 表示不限量。',
            unit="pieces", kind=Count(1, LARGEST, or_none=True), example="5000", default="none",
            quiet=True, says="{value} pieces", says_zh="共 {value} 件",
        ),
    ]


class WheelPrize(Table):
    """One outcome of a turn."""

    name: Annotated[
        str | None,
        Parameter(
            title="Prize name", title_zh="奖品名称",
            meaning="What the prize is called.",
            meaning_zh="奖品的名称。",
            unit="name", kind=NAME, example='"hair styler"', default=None, dated=False,
        ),
    ]
    name_zh: Annotated[
        str | None,
        Parameter(
            title="Prize name in Chinese", title_zh="奖品中文名",
            meaning="The name when the language is Chinese; the name itself if absent.",
            meaning_zh="中文界面显示的名称；不写则与名称相同。",
            unit="name", kind=NAME, example='"造型器"', default=None, dated=False,
        ),
    ]
    p: Annotated[
        int,
        Parameter(
            title="Chance", title_zh="概率",
            meaning="The chance of this outcome; all of them add up to 1.",
            meaning_zh="该结果的概率；所有概率之和为 1。",
            unit="share (resolved: millionths)", kind=Rate("0", "1", percent=True, decimals=_CHANCE_DECIMALS),
            example="0.2",
            says="Chance of the wheel {value}", says_zh="转盘概率 {value}",
        ),
    ]
    kind: Annotated[
        RewardKind,
        Parameter(
            title="Prize", title_zh="奖品类型",
            meaning="Nothing, points, goods, a ticket, or a coupon by its code.",
            meaning_zh="未中奖、积分、实物、票券，或某个代码的优惠券。",
            unit="choice", kind=PrizeKind(("nothing", "points", "goods", "ticket")), example='"points"', dated=False,
            says="{value}", says_zh="{value}",
        ),
    ]
    points: Annotated[
        int,
        Parameter(
            title="Points won", title_zh="赢得积分",
            meaning="Points that the prize brings.",
            meaning_zh="该奖品给予的积分。",
            unit="points", kind=Count(0, LARGEST), example="100", default=0, read_when=(("kind", ("points",)),),
            quiet=True, says="{value} of them", says_zh="数量 {value}",
        ),
    ]
    cost: Annotated[
        int,
        Parameter(
            title="Cost of the prize", title_zh="奖品成本",
            meaning="What the shop pays for one piece.",
            meaning_zh="每件奖品的成本。",
            unit="money", kind=Money(), example='"2990.00"', default="0", read_when=(("kind", ("goods", "ticket")),),
            quiet=True, says="costs the shop {value}", says_zh="成本 {value}",
        ),
    ]


class Wheel(Table):
    """A wheel of fortune that is turned for points."""

    points: Annotated[
        int,
        Parameter(
            title="Points per turn", title_zh="每次所需积分",
            meaning="Points that one turn takes.",
            meaning_zh="转一次所需的积分。",
            unit="points", kind=Count(1, LARGEST), example="50",
            says="A turn of the wheel takes {value} points.", says_zh="转盘每次 {value} 积分。",
        ),
    ]
    limit: Annotated[
        Limit | None,
        Parameter(
            title="Turns", title_zh="次数上限",
            meaning='How often a member can turn the wheel; "none" for no limit.',
            meaning_zh='每位会员可转多少次；"none" 表示不限。',
            unit="times per period", kind=LimitKind(), example='"3 per day"', default="none",
            quiet=True, says="It can be turned at most {value}.", says_zh="转盘最多{value}。",
        ),
    ]
    prizes: Annotated[
        tuple[WheelPrize, ...], Section("Prize", "奖品", WheelPrize, rows=True, named=False, most=PRIZES_MOST)
    ]
