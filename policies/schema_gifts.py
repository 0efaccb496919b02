"""Gifts, campaigns and partners as a policy file declares them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from policies.amounts import Money
from policies.choices import LeapDay
from policies.declare import Parameter, Section, Table
from policies.kinds_days import CampaignKind, CampaignOn, Day
from policies.kinds_gifts import Gift, GiftList
from policies.kinds_names import NAME, NameList
from policies.periods import Length, Span
from policies.rules import LEVELS_MOST, NAMES_MOST, PARTNERS_MOST
from policies.values import LARGEST, Choice, Count, Option, Rate

# fmt: off


class YearEnd(Table):
    """What good members get on 31 December."""

    to: Annotated[
        str,
        Parameter(
            title="Year end: from tier", title_zh="年终礼等级",
            meaning="The lowest tier that gets the gift of the year's end.",
            meaning_zh="可获得年终礼的最低等级。",
            unit="name of a tier", kind=NAME, example='"gold"', dated=False,
            says="There is a gift at the year's end from this tier on: {value}.",
            says_zh="年终礼发放给该等级及以上：{value}。",
        ),
    ]
    items: Annotated[
        tuple[Gift, ...],
        Parameter(
            title="Year end: gifts", title_zh="年终礼",
            meaning="Gifts on the night of 31 December.",
            meaning_zh="12 月 31 日夜间赠送的礼品。",
            unit="gifts", kind=GiftList(), example='["points:1000"]',
            says="Gift at the year's end: {value}.", says_zh="年终礼：{value}。",
        ),
    ]


class WinBack(Table):
    """What calls members back who stay away."""

    after: Annotated[
        Length,
        Parameter(
            title="Win back: after", title_zh="召回时间",
            meaning="How long after the last order the gift is given.",
            meaning_zh="最后一单之后多久赠送召回礼。",
            unit="days", kind=Span(("day",), 1, largest_days=3650), example='"90 days"',
            says="Who has not ordered gets a gift after {value}.", says_zh="未下单满 {value}赠送召回礼。",
        ),
    ]
    items: Annotated[
        tuple[Gift, ...],
        Parameter(
            title="Win back: gifts", title_zh="召回礼",
            meaning="Gifts for who has stayed away so long.",
            meaning_zh="赠送给久未下单会员的礼品。",
            unit="gifts", kind=GiftList(), example='["coupon:comeback"]',
            says="Gift to come back for: {value}.", says_zh="召回礼：{value}。",
        ),
    ]


class Gifts(Table):
    """What is given without a purchase."""

    join: Annotated[
        tuple[Gift, ...],
        Parameter(
            title="Welcome gifts", title_zh="入会礼",
            meaning="Gifts for joining.",
            meaning_zh="入会时赠送的礼品。",
            unit="gifts", kind=GiftList(), example='["coupon:welcome", "points:100"]', default=[],
            quiet=True, says="Gift for joining: {value}.", says_zh="入会礼：{value}。",
        ),
    ]
    birthday: Annotated[
        tuple[Gift, ...],
        Parameter(
            title="Birthday gifts", title_zh="生日礼",
            meaning="Gifts on every birthday.",
            meaning_zh="每年生日赠送的礼品。",
            unit="gifts", kind=GiftList(), example='["coupon:birthday"]', default=[],
            quiet=True, says="Gift on the birthday: {value}.", says_zh="生日礼：{value}。",
        ),
    ]
    leap_day: Annotated[
        LeapDay,
        Parameter(
            title="Birthday on 29 February", title_zh="2 月 29 日生日",
            meaning="When a birthday on 29 February is kept in a common year.",
            meaning_zh="平年里 2 月 29 日的生日在哪天过。",
            unit="month-day", example='"02-28"', default="02-28",
            kind=Choice(
                (
                    Option("02-28", LeapDay.FEB_28, "28 February", "2 月 28 日"),
                    Option("03-01", LeapDay.MAR_1, "1 March", "3 月 1 日"),
                )
            ),
            quiet=True, says="A birthday on 29 February is kept on {value}.", says_zh="2 月 29 日的生日在{value}过。",
        ),
    ]
    year_end: Annotated[YearEnd | None, Section("Gift of the year's end", "年终礼", YearEnd, optional=True)]
    win_back: Annotated[WinBack | None, Section("Winning back", "召回", WinBack, optional=True)]


class Campaign(Table):
    """More points on certain days."""

    name: Annotated[
        str,
        Parameter(
            title="Campaign name", title_zh="活动名称",
            meaning="The name by which everything else refers to the campaign.",
            meaning_zh="活动的标识名称。",
            unit="name", kind=NAME, example='"member day"', dated=False,
        ),
    ]
    name_zh: Annotated[
        str | None,
        Parameter(
            title="Campaign name in Chinese", title_zh="活动中文名",
            meaning="The name when the language is Chinese; the name itself if absent.",
            meaning_zh="中文界面显示的活动名；不写则与名称相同。",
            unit="name", kind=NAME, example='"会员日"', default=None, dated=False,
        ),
    ]
    on: Annotated[
        CampaignOn,
        Parameter(
            title="Days of the campaign", title_zh="活动日",
            meaning="On which days of its time the campaign counts.",
            meaning_zh="活动在期间内的哪些日子有效。",
            unit="days", kind=CampaignKind(), example='"day 8 of month"', default="every day",
            says="{value}", says_zh="{value}",
        ),
    ]
    since: Annotated[
        date | None,
        Parameter(
            title="First day", title_zh="开始日期",
            meaning='The first day of the campaign; "none" if it has always been on.',
            meaning_zh='活动的第一天；"none" 表示一直有效。',
            unit="date", kind=Day(or_none=True), example="2027-06-01", default="none", dated=False, key="from",
            quiet=True, says="from {value} on", says_zh="自 {value} 起",
        ),
    ]
    through: Annotated[
        date | None,
        Parameter(
            title="Last day", title_zh="结束日期",
            meaning='The last day of the campaign; "none" if it has no end.',
            meaning_zh='活动的最后一天；"none" 表示没有结束日期。',
            unit="date", kind=Day(or_none=True), example="2027-06-18", default="none", dated=False,
            quiet=True, says="through {value}", says_zh="到 {value} 为止",
        ),
    ]
    points_factor: Annotated[
        int,
        Parameter(
            title="Factor of the campaign", title_zh="活动倍数",
            meaning="How many times the points an order earns.",
            meaning_zh="订单获得积分的倍数。",
            unit="times", kind=Rate("0", "100"), example="2.0", default=1,
            quiet=True, says="{value} times the points", says_zh="{value} 倍积分",
        ),
    ]
    points: Annotated[
        int,
        Parameter(
            title="Points per order", title_zh="每单加赠积分",
            meaning="Points on top in each order.",
            meaning_zh="每单额外赠送的积分。",
            unit="points", kind=Count(0, LARGEST), example="50", default=0,
            quiet=True, says="{value} points more an order", says_zh="每单加 {value} 积分",
        ),
    ]
    tiers: Annotated[
        tuple[str, ...],
        Parameter(
            title="Tiers of the campaign", title_zh="活动等级",
            meaning="The tiers that take part; all of them if empty.",
            meaning_zh="参与活动的等级；为空则全部参与。",
            unit="names of tiers", kind=NameList(LEVELS_MOST), example='["silver", "gold"]', default=[], dated=False,
            quiet=True, says="for {value}", says_zh="限 {value}",
        ),
    ]
    channels: Annotated[
        tuple[str, ...],
        Parameter(
            title="Channels of the campaign", title_zh="活动渠道",
            meaning="The channels of sale that take part; all of them if empty.",
            meaning_zh="参与活动的销售渠道；为空则全部参与。",
            unit="names", kind=NameList(NAMES_MOST), example='["app"]', default=[], dated=False,
            quiet=True, says="by {value}", says_zh="限渠道 {value}",
        ),
    ]
    categories: Annotated[
        tuple[str, ...],
        Parameter(
            title="Categories of the campaign", title_zh="活动品类",
            meaning="The categories of goods that take part; all of them if empty.",
            meaning_zh="参与活动的商品品类；为空则全部参与。",
            unit="names", kind=NameList(NAMES_MOST), example='["skincare"]', default=[], dated=False,
            quiet=True, says="on {value}", says_zh="限品类 {value}",
        ),
    ]
    budget: Annotated[
        int | None,
        Parameter(
            title="Budget", title_zh="活动预算",
            meaning='The worth of points after which the campaign ends for all members; "none" for no such end.',
            meaning_zh='发放积分的价值达到多少后活动对所有人结束；"none" 表示不设预算。',
            unit="money", kind=Money(or_none=True, positive=True), example='"200000.00"', default="none",
            quiet=True, says="up to a budget of {value}", says_zh="预算 {value}",
        ),
    ]


class PartnerEarn(Table):
    """A partner whose customers earn points that the partner pays for."""

    name: Annotated[
        str,
        Parameter(
            title="Partner", title_zh="合作方",
            meaning="The name by which everything else refers to the partner.",
            meaning_zh="合作方的标识名称。",
            unit="name", kind=NAME, example='"hotel"', dated=False,
        ),
    ]
    name_zh: Annotated[
        str | None,
        Parameter(
            title="Partner in Chinese", title_zh="合作方中文名",
            meaning="The name when the language is Chinese; the name itself if absent.",
            meaning_zh="中文界面显示的名称；不写则与名称相同。",
            unit="name", kind=NAME, example='"酒店"', default=None, dated=False,
        ),
    ]
    points_bought_at: Annotated[
        int,
        Parameter(
            title="Points bought at", title_zh="积分采购价",
            meaning="What the partner pays for a point; may be finer than the smallest coin.",
            meaning_zh="合作方为每一积分支付的金额；可以小于最小货币单位。",
            unit="money per point (resolved: basis points of a minor unit)", kind=Money(fine=True), example='"0.008"',
            says="buys points at {value} each", says_zh="以每积分 {value}采购",
        ),
    ]


class PartnerBurn(Table):
    """A partner that takes points and is paid for them."""

    name: Annotated[
        str,
        Parameter(
            title="Partner that takes points", title_zh="兑换合作方",
            meaning="The name by which everything else refers to the partner.",
            meaning_zh="合作方的标识名称。",
            unit="name", kind=NAME, example='"airline"', dated=False,
        ),
    ]
    name_zh: Annotated[
        str | None,
        Parameter(
            title="Partner that takes points, in Chinese", title_zh="兑换合作方中文名",
            meaning="The name when the language is Chinese; the name itself if absent.",
            meaning_zh="中文界面显示的名称；不写则与名称相同。",
            unit="name", kind=NAME, example='"航空公司"', default=None, dated=False,
        ),
    ]
    points: Annotated[
        int,
        Parameter(
            title="Points taken", title_zh="兑换单位",
            meaning="Points are taken in multiples of this number.",
            meaning_zh="兑换的积分须为该数的整数倍。",
            unit="points", kind=Count(1, LARGEST), example="1000",
            says="takes {value} points", says_zh="每 {value} 积分",
        ),
    ]
    pay_partner: Annotated[
        int,
        Parameter(
            title="Paid to the partner", title_zh="付给合作方",
            meaning="What the partner gets for so many points.",
            meaning_zh="每兑换一个单位付给合作方的金额。",
            unit="money", kind=Money(), example='"8.00"',
            says="is paid {value} for them", says_zh="付给合作方 {value}",
        ),
    ]


class Partners(Table):
    """Earning and using points elsewhere."""

    earn: Annotated[
        tuple[PartnerEarn, ...],
        Section("Partner that sells points", "积分合作方", PartnerEarn, rows=True, most=PARTNERS_MOST),
    ]
    burn: Annotated[
        tuple[PartnerBurn, ...],
        Section("Partner that takes points", "兑换合作方", PartnerBurn, rows=True, most=PARTNERS_MOST),
    ]
