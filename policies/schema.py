"""The tables of a policy file, and every parameter in them, declared once: here what stands above the tables.

The models hold resolved values: money in minor units, rates in basis points, choices as enums.
The metadata of each field says how the file spells it.
"""

from __future__ import annotations

from typing import Annotated

from policies.amounts import CurrencyCode
from policies.declare import Parameter, Section, Table
from policies.periods import TimeZone
from policies.rules import CAMPAIGNS_MOST, COUPONS_MOST, PLAN_SLOTS
from policies.schema_change import Join, Refunds, Sharing, Switch
from policies.schema_gifts import Campaign, Gifts, Partners
from policies.schema_money import Coupon, Plan, StoredValue
from policies.schema_points import Points
from policies.schema_tiers import Growth, Tiers
from policies.values import Text

# fmt: off


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


class Version(Table):
    """All rules of a policy on one day."""

    join: Annotated[Join, Section("Joining", "入会", Join)]
    tiers: Annotated[Tiers, Section("Tiers", "等级", Tiers)]
    growth: Annotated[Growth, Section("Growth", "成长值", Growth)]
    points: Annotated[Points | None, Section("Points", "积分", Points, optional=True)]
    plans: Annotated[tuple[Plan, ...], Section("Paid membership", "付费会员", Plan, rows=True, most=PLAN_SLOTS - 1)]
    stored_value: Annotated[StoredValue | None, Section("Stored value", "储值", StoredValue, optional=True)]
    coupons: Annotated[
        tuple[Coupon, ...], Section("Coupon", "优惠券", Coupon, rows=True, known_by="code", most=COUPONS_MOST)
    ]
    gifts: Annotated[Gifts, Section("Gifts", "赠礼", Gifts)]
    campaigns: Annotated[
        tuple[Campaign, ...], Section("Campaign", "营销活动", Campaign, rows=True, most=CAMPAIGNS_MOST)
    ]
    partners: Annotated[Partners, Section("Partners", "合作方", Partners)]
    refunds: Annotated[Refunds, Section("Returns", "退货", Refunds)]
    sharing: Annotated[Sharing, Section("Sharing", "积分共享", Sharing)]
    switch: Annotated[Switch | None, Section("Change of policy", "方案切换", Switch, optional=True)]
