"""The days on which a hand-written member does something, and what can be wrong with them beyond their shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from policies import Problem
from policies.calendar import add_months
from policies.currencies import DECIMALS
from policies.days import date_of, day_of
from policies.errors import Refusal, nearest, says, shown
from sim.market.deed_tables import Deliver, Goods, Return, ScriptedMember, Send, TopUp, TopUpReturn, When
from sim.market.file import ScenarioFile, examples

_PERIOD_DIGITS = 6


def days_of(deed: When) -> list[int]:
    """Days of an order or a deed, ascending. ``Refusal`` if its period is not one."""
    if deed.on is not None:
        return [day_of(deed.on)]
    start, through = day_of(deed.start or date.min), day_of(deed.through or date.min)
    count, unit = _period(deed.every or "")
    days, number = [], 0
    while (day := int(add_months(start, number * count)) if unit == "month" else start + number * count) <= through:
        days.append(day)
        number += 1
    return days


def _period(text: str) -> tuple[int, str]:
    """("7 days") -> (7, "day"). ``Refusal`` if it is not like that."""
    number, _, unit = text.partition(" ")
    unit = unit.removesuffix("s")
    if not number.isdecimal() or len(number) > _PERIOD_DIGITS or int(number) < 1 or unit not in ("day", "month"):
        raise Refusal(
            says(
                '{text!r} is not a period like "7 days" or "1 month"',
                '{text!r} 不是周期；周期写作 "7 days" 或 "1 month"',
                text=text,
            )
        )
    return int(number), unit


def order_days(member: ScriptedMember) -> list[int]:
    """Day of each order of a member, in order of time."""
    return sorted(day for order in member.orders for day in days_of(order))


def top_up_days(member: ScriptedMember) -> list[int]:
    """Day of each top-up of a member, in order of time."""
    return sorted(day for deed in member.deeds if isinstance(deed, TopUp) for day in days_of(deed))


def problems_of_scripts(content: ScenarioFile, file: str) -> list[Problem]:
    """What is wrong with the members written by hand."""
    found: list[Problem] = []
    names = [member.name for member in content.member]
    for member in content.member:
        place = f"member.{member.name}"
        rows = [(f"{place}.orders.{number}", each) for number, each in enumerate(member.orders)]
        rows += [(f"{place}.deeds.{number}", each) for number, each in enumerate(member.deeds)]
        wrong = [each for key, deed in rows for each in _problems_of(deed, key, content, file)]
        # References are by day: they can only be looked up once all days are right.
        wrong = wrong or list(_joined_late(member, place, rows, file))
        wrong = wrong or [each for key, deed in rows for each in _references(member, deed, key, names, file)]
        found += wrong
    return found


def _problems_of(deed: When, key: str, content: ScenarioFile, file: str) -> Iterator[Problem]:
    """Amounts finer than the currency, and days outside the run."""
    decimals = DECIMALS.get(content.currency or "", 2)
    for name, amount in _amounts(deed):
        if amount != round(amount, decimals):
            rule = says("has more than {decimals} decimals", "小数位数超过 {decimals} 位", decimals=decimals)
            yield Problem(file, f"{key}.{name}", rule, shown(amount), example='amount = "9.90"')
    try:
        days = days_of(deed)
    except Refusal as refusal:
        yield Problem(file, f"{key}.every", refusal.words, example='every = "7 days"')
        return
    example = examples()["deeds" if ".deeds." in key else "orders"]
    first, last = day_of(content.horizon.start), day_of(content.horizon.through)
    outside = [date_of(day).isoformat() for day in days if not first <= day <= last]
    if outside:
        yield Problem(file, key, says("is outside the horizon", "超出模拟的时间范围"), outside[0], example=example)
    if not days:
        rule = says("has no day, so it is outside the horizon", "没有任何日期落在模拟的时间范围内")
        yield Problem(file, key, rule, example=example)


def _amounts(deed: When) -> Iterator[tuple[str, Decimal]]:
    if isinstance(deed, TopUp):
        yield "amount", deed.amount
    if isinstance(deed, Goods):
        for name in ("amount", "cost"):
            if (amount := getattr(deed, name)) is not None:
                yield name, amount
        for number, line in enumerate(deed.lines):
            yield f"lines.{number}.amount", line.amount
            yield f"lines.{number}.cost", line.cost


def _joined_late(member: ScriptedMember, place: str, rows: list[tuple[str, When]], file: str) -> Iterator[Problem]:
    if member.joins is not None and day_of(member.joins) > min(days_of(deed)[0] for _, deed in rows):
        rule = says("is after the member's first order or deed", "晚于该会员的第一笔订单或第一个行为")
        yield Problem(file, f"{place}.joins", rule, member.joins.isoformat(), example=examples()["joins"])


def _references(member: ScriptedMember, deed: When, key: str, names: list[str], file: str) -> Iterator[Problem]:
    """An order or a top-up that is named by its day must be the only one of that day; a receiver must exist."""
    if isinstance(deed, (Return, Deliver)) and Counter(order_days(member))[day_of(deed.order)] != 1:
        rule = says("is not the day of exactly one order of this member", "当天该会员的订单不是恰好一笔")
        yield Problem(file, f"{key}.order", rule, deed.order.isoformat(), example=examples()["deeds"])
    if isinstance(deed, TopUpReturn) and Counter(top_up_days(member))[day_of(deed.top_up)] != 1:
        rule = says("is not the day of exactly one top-up of this member", "当天该会员的充值不是恰好一次")
        example = '{ on = 2027-03-01, do = "top_up_return", top_up = 2027-01-05 }'
        yield Problem(file, f"{key}.top_up", rule, deed.top_up.isoformat(), example=example)
    if isinstance(deed, Send) and (deed.to not in names or deed.to == member.name):
        others = [name for name in names if name != member.name]
        rule = says("is not another member of this scenario", "不是本场景中的另一名会员")
        yield Problem(file, f"{key}.to", rule, shown(deed.to), guess=nearest(deed.to, others))
