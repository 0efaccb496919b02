"""The market in a scenario file: who joins later, seasons, shocks, and what the shop pays beside the rules."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from policies.errors import Refusal, Words, says
from sim.market.table import Money, Share, Table, Text, whole
from sim.market.world import SEGMENTS_MOST, WAYS_MOST

GROWTH_MOST = 0.5

EVENTS_MOST = 40
SHOCKS_MOST = 40

Factor = Annotated[float, Field(ge=0.01, le=100, allow_inf_nan=False)]
"""Of a rate or an amount. Never zero: a moment at which nothing can happen has no place on a clock."""


class Way(Table):
    """One way in which members are won."""

    name: Text
    per_month: Annotated[float, Field(ge=0, le=1e8, allow_inf_nan=False)]
    cost_per_join: Money = Decimal(0)
    mix: Annotated[dict[Text, Share], AfterValidator(whole(SEGMENTS_MOST))] | None = None


class Acquisition(Table):
    """Members who are won from the first month on."""

    channels: Annotated[tuple[Way, ...], Field(min_length=1, max_length=WAYS_MOST)]
    growth: Annotated[float, Field(ge=-GROWTH_MOST, le=GROWTH_MOST, allow_inf_nan=False)] = 0.0  # a month

    @model_validator(mode="after")
    def _named_once(self) -> Acquisition:
        once([each.name for each in self.channels])
        return self


def _day_of_year(text: str) -> str:
    """A day of every year, such as "11-11"."""
    month, _, day = text.partition("-")
    well = len(text) == 5 and month.isdecimal() and day.isdecimal() and 1 <= int(month) <= 12
    if not well or not 1 <= int(day) <= monthrange(2000, int(month))[1]:
        raise Refusal(
            says('must be a day of the year such as "11-11": month and day', '必须是一年中的日期，如 "11-11"：月-日')
        )
    return text


DayOfYear = Annotated[str, AfterValidator(_day_of_year)]


class Event(Table):
    """Days of every year on which more, or fewer, orders come."""

    name: Text
    day: DayOfYear | None = None
    start: DayOfYear | None = Field(None, alias="from")
    through: DayOfYear | None = None
    factor: Annotated[float, Field(ge=0.05, le=100, allow_inf_nan=False)]
    borrow: Share = 0.0  # of what it adds, taken from the following six weeks

    @model_validator(mode="after")
    def _one_or_many(self) -> Event:
        bounds = [each is not None for each in (self.start, self.through)]
        if any(bounds) if self.day is not None else not all(bounds):
            raise Refusal(
                says("write either day, or both from and through", "day 与 from、through 二者择一，后者须成对")
            )
        return self

    @property
    def first(self) -> str:
        """First day, "MM-DD"."""
        return self.day or self.start or ""

    @property
    def last(self) -> str:
        """Last day, "MM-DD"; before the first if the event lasts beyond the end of the year."""
        return self.day or self.through or ""


def _long(count: int, rule: Words) -> Callable[[tuple[float, ...]], tuple[float, ...]]:
    """A check that there are so many factors."""

    def check(factors: tuple[float, ...]) -> tuple[float, ...]:
        if len(factors) != count:
            raise Refusal(rule)
        return factors

    return check


_TWELVE = says("needs twelve numbers, January first", "需要十二个数，从一月开始")
_SEVEN = says("needs seven numbers, Monday first", "需要七个数，从周一开始")


class Seasonality(Table):
    """How orders are spread over the year and the week; both lists are taken relative to their mean."""

    month: Annotated[tuple[Factor, ...], AfterValidator(_long(12, _TWELVE))] = (1.0,) * 12
    weekday: Annotated[tuple[Factor, ...], AfterValidator(_long(7, _SEVEN))] = (1.0,) * 7
    events: Annotated[tuple[Event, ...], Field(max_length=EVENTS_MOST)] = ()

    @model_validator(mode="after")
    def _named_once(self) -> Seasonality:
        once([each.name for each in self.events])
        return self


class Shock(Table):
    """Dates between which the market is another one: factors of orders, of baskets and of leaving."""

    name: Text
    start: date = Field(alias="from")
    through: date
    orders: Factor = 1.0
    baskets: Factor = 1.0
    leaving: Factor = 1.0

    @model_validator(mode="after")
    def _something_happens(self) -> Shock:
        if self.through < self.start:
            raise Refusal(says("through must not be before from", "through 不能早于 from"))
        if self.orders == self.baskets == self.leaving == 1:
            raise Refusal(
                says(
                    "changes nothing: write orders, baskets or leaving",
                    "没有任何改变：请写明 orders、baskets 或 leaving",
                )
            )
        return self


class Costs(Table):
    """What the shop pays beside the rules, and at which yearly rate later money is worth less."""

    discount_rate: Share = 0.0
    messaging_cost_per_member_month: Money = Decimal(0)
    fixed_cost_per_month: Money = Decimal(0)


def once(names: list[str]) -> None:
    """Raises ``Refusal`` if a name is given twice."""
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise Refusal(says("the name {name!r} is given twice", "名称 {name!r} 重复", name=twice[0]))
