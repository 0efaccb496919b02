"""The script of hand-written members as events of one policy, prepared once for both engines.

What depends on the books of the day, such as how many points an order may use, stands there as a wish (`ALL`), and is
filled in at the moment itself; see sim/engines/script_life.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ledger.events import ALL, COUPONS_AN_ORDER, EVENT, LINE, Kind, event, no_lines
from policies import Policy
from policies.days import day_of
from policies.earning import rule_on
from policies.rules import ANY, records
from sim.market.days import days_of, order_days, top_up_days
from sim.market.deed_tables import (
    Activity,
    Adjust,
    Deed,
    Deliver,
    Extend,
    Goods,
    Grant,
    Household,
    Invite,
    Order,
    PartnerBurn,
    PartnerEarn,
    Plain,
    PlanChange,
    PlanStart,
    Receive,
    Return,
    Reward,
    ScriptedMember,
    Send,
    Spin,
    TopUp,
    TopUpReturn,
)
from sim.market.file import ScenarioFile

_NOON = 12 * 3600
_MILLION = 1_000_000

_PLAIN = {
    "refer": Kind.REFERRAL,
    "plan_cancel": Kind.PLAN_CANCEL,
    "plan_renew": Kind.PLAN_RENEW,
    "plan_refund": Kind.PLAN_REFUND,
    "leave": Kind.LEAVE,
}

Fields = dict[str, object]


class Script(NamedTuple):
    """The last three fields of sim.market.world.World."""

    events: np.recarray  # EVENT (n,)
    first: np.ndarray  # int64 (members + 1,)
    lines: np.recarray  # LINE (l,)


def no_script() -> Script:
    """The script of a scenario in which nobody is written by hand."""
    return Script(records(1, EVENT), np.zeros(1, np.int64), no_lines())


def script_of(content: ScenarioFile, policy: Policy) -> Script:
    """What the members do, as events of a policy, in order of time; what lies behind the horizon is left out.

    Everything happens at noon. On one day deeds come before orders, both in the order in which they are written.
    """
    writer = _Writer(policy, [member.name for member in content.member])
    last = day_of(content.horizon.through)
    rows: list[np.record] = []
    first = [0]
    for number, member in enumerate(content.member):
        rows += [event(kind, day, member=number, second=_NOON, **fields)
                 for day, kind, fields in writer.life_of(member) if day <= last]  # fmt: skip
        first.append(len(rows))
    events = records(max(1, len(rows)), EVENT)
    for place, row in enumerate(rows):
        events[place] = row
    lines = records(max(1, len(writer.lines)), LINE)
    for place, row in enumerate(writer.lines):
        lines[place] = row
    return Script(events, np.array(first, np.int64), lines)


class _Writer:
    """Writes members' lives as events; gathers the lines of their orders."""

    def __init__(self, policy: Policy, members: Sequence[str]) -> None:
        self.policy = policy
        self.members = list(members)
        self.lines: list[tuple[int, int, int]] = []
        self._orders: dict[int, int] = {}
        self._top_ups: dict[int, int] = {}

    def life_of(self, member: ScriptedMember) -> list[tuple[int, Kind, Fields]]:
        """(day, kind, fields) of everything a member does, in order of time, beginning with joining."""
        self._orders = {day: number for number, day in enumerate(order_days(member))}
        self._top_ups = {day: number for number, day in enumerate(top_up_days(member))}
        life = [(day, *self._deed(deed, day)) for deed in member.deeds for day in days_of(deed)]
        orders = sorted(((day, order) for order in member.orders for day in days_of(order)), key=lambda each: each[0])
        for number, (day, order) in enumerate(orders):
            if order.plan == "join":
                life.append((day, Kind.PLAN_START, {"which": 1, "trial": ALL}))
            if order.plan == "cancel":
                life.append((day, Kind.PLAN_CANCEL, {}))
            life.append((day, Kind.PURCHASE, {"order": number, **self._order(order)}))
        life.sort(key=lambda each: each[0])
        begins = life[0][0] if member.joins is None else day_of(member.joins)
        return [(begins, Kind.JOIN, _joining(member)), *life]

    def _cents(self, amount: object) -> int:
        return int(amount * self.policy.minor_per_major)  # type: ignore[operator]

    def _goods(self, goods: Goods) -> Fields:
        """Place of the lines among all lines; none if the goods are of no category and no cost."""
        place = len(self.lines)
        for line in goods.parts:
            category = _number(line.category, self.policy.category_names)
            self.lines.append((category, self._cents(line.amount), self._cents(line.cost)))
        return {"first_line": place, "lines": len(goods.parts)} if goods.parts else {}

    def _order(self, order: Order) -> Fields:
        coupons = (ALL if order.coupon == "held" else 0,) + (0,) * (COUPONS_AN_ORDER - 1)
        return {
            "list_cents": self._cents(order.total),
            "redeem_points": ALL if order.redeem == "all" else 0,
            "stored_cents": ALL if order.stored == "all" else 0,
            "coupons": coupons,
            "channel": _number(order.channel, self.policy.channel_names),
            **self._goods(order),
        }

    def _deed(self, deed: Deed, day: int) -> tuple[Kind, Fields]:
        """Kind and fields of a deed."""
        match deed:
            case Return():
                cents = ALL if deed.amount is None and not deed.lines else self._cents(deed.total)
                return Kind.REFUND, {"order": self._orders[day_of(deed.order)], "cents": cents, **self._goods(deed)}
            case Deliver():
                return Kind.DELIVER, {"order": self._orders[day_of(deed.order)]}
            case TopUp():
                return Kind.TOP_UP, {"order": self._top_ups[day], "cents": self._cents(deed.amount)}
            case TopUpReturn():
                return Kind.TOP_UP_REFUND, {"order": self._top_ups[day_of(deed.top_up)]}
            case PlanStart() | PlanChange() | Invite() | Activity() | Reward() | Spin() | PartnerEarn() | PartnerBurn():
                return self._named(deed, day)
        return _points(deed, day, self.members)

    def _named(self, deed: Deed, day: int) -> tuple[Kind, Fields]:
        """Deeds that name something of the policy."""
        policy, version = self.policy, self.policy.on(day)
        match deed:
            case PlanStart() | PlanChange():
                plan = _place(deed.plan, [each.name for each in version.plans]) + 1
                if isinstance(deed, PlanChange):
                    return Kind.PLAN_CHANGE, {"which": plan}
                return Kind.PLAN_START, {"which": plan, "trial": int(deed.trial)}
            case Invite():
                return Kind.INVITE, {"which": _place(deed.tier, [each.name for each in version.tiers.levels])}
            case Activity():
                return Kind.ACTIVITY, {"which": _place(deed.activity, policy.activity_names)}
            case Reward():
                return Kind.REWARD, {"which": _place(deed.reward, policy.reward_names)}
            case PartnerEarn():
                place = _place(deed.partner, policy.partner_earn_names)
                return Kind.PARTNER_EARN, {"which": place, "points": deed.points}
            case PartnerBurn():
                place = _place(deed.partner, policy.partner_burn_names)
                known = place < len(policy.partner_burn_names)
                measure = int(rule_on(policy.rules, day).partner_points[place]) if known else 1
                return Kind.PARTNER_BURN, {"which": place, "points": deed.times * max(1, measure)}
        return Kind.SPIN, {"chance": int(deed.draw * _MILLION)}


def _points(deed: Deed, day: int, members: list[str]) -> tuple[Kind, Fields]:
    """Deeds about points and the account alone."""
    match deed:
        case Plain():
            return _PLAIN[deed.do], {}
        case Grant():
            return Kind.GRANT if deed.do == "grant" else Kind.REINSTATE, {"points": deed.points}
        case Adjust():
            return Kind.ADJUST, {"points": deed.points}
        case Extend():
            return Kind.EXTEND, {"until_day": day + deed.days}
        case Send():
            return Kind.SEND, {
                "points": deed.points,
                "other": members.index(deed.to),
                "invited": int(deed.at_home),
            }
        case Receive():
            return Kind.RECEIVE, {"points": deed.points, "earned_day": day, "until_day": day_of(deed.until)}
        case Household():
            return Kind.HOUSEHOLD, {} if deed.number is None else {"other": deed.number}
    raise TypeError(f"a deed of an unknown kind: {deed!r}")


def _joining(member: ScriptedMember) -> Fields:
    """Where joining takes an invitation, there is one."""
    born = member.birthday
    month, day = (0, 0) if born is None else (born.month, born.day)
    return {"invited": 1, "referred": int(member.referred), "birth_month": month, "birth_day": day}


def _number(named: str | int | None, names: Sequence[str]) -> int:
    """Number of a category or a channel, from 1; ANY for one that the policy does not name."""
    if named is None:
        return ANY
    place = _place(named, names)
    return place + 1 if place < len(names) else ANY


def _place(named: str | int, names: Sequence[str]) -> int:
    """Place of a name or a number from 1 among names; behind the last one if it is none of them."""
    if isinstance(named, int):
        return min(named - 1, len(names))
    return list(names).index(named) if named in names else len(names)
