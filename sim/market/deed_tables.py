"""What a member written by hand does: orders, and deeds of every other kind that a ledger knows.

A scenario knows no rules, so it must suit any policy. Goods, channels, plans, rewards, partners and tiers go by name
or by number, 1 being the policy's first; one that a policy does not have is refused by its rules, or counts as
none in particular. Earlier orders and top-ups go by their day.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from policies.errors import Refusal, says
from sim.market.table import Table, Text

AMOUNT_MOST = 10_000_000
POINTS_MOST = 1_000_000_000
NUMBER_MOST = 1_000_000


def _name_or_number(value: Any) -> Any:
    named = isinstance(value, str) and 0 < len(value) <= 200
    numbered = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= NUMBER_MOST
    if not named and not numbered:
        raise Refusal(
            says(
                "must be a name, or a number from 1: 1 is the policy's first",
                "必须是名称，或从 1 起的序号：1 表示方案中的第一个",
            )
        )
    return value


Amount = Annotated[Decimal, Field(ge=0, le=AMOUNT_MOST)]
"""In the major unit of the currency."""

Named = Annotated[str | int, BeforeValidator(_name_or_number)]
"""One of the policy's goods, channels, plans, rewards, partners or tiers."""

Points = Annotated[int, Field(ge=1, le=POINTS_MOST, strict=True)]
Millionths = Annotated[Decimal, Field(ge=0, lt=1, decimal_places=6)]


class When(Table):
    """One day, or a regular series of days."""

    on: date | None = None
    every: str | None = None
    start: date | None = Field(None, alias="from")
    through: date | None = None

    @model_validator(mode="after")
    def _one_or_many(self) -> When:
        written = [each is not None for each in (self.every, self.start, self.through)]
        if any(written) if self.on is not None else not all(written):
            raise Refusal(
                says(
                    "write either on, or every with from and through",
                    "要么写 on，要么写 every 并配上 from 和 through",
                )
            )
        return self


class Line(Table):
    """Goods of one category in an order."""

    amount: Amount
    cost: Amount = Decimal(0)
    category: Named | None = None


class Goods(Table):
    """Goods at list price: one amount, or several lines."""

    amount: Amount | None = None
    cost: Amount | None = None
    category: Named | None = None
    lines: tuple[Line, ...] = ()

    @property
    def parts(self) -> tuple[Line, ...]:
        """The lines; an amount with a cost or a category is one."""
        if self.amount is None or (self.cost is None and self.category is None):
            return self.lines
        return (Line(amount=self.amount, cost=self.cost or Decimal(0), category=self.category),)

    @property
    def total(self) -> Decimal:
        """List price of all goods."""
        return sum((line.amount for line in self.lines), Decimal(0)) if self.amount is None else self.amount

    def _check_shape(self) -> None:
        if self.lines and any(each is not None for each in (self.amount, self.cost, self.category)):
            raise Refusal(
                says(
                    "write either amount, perhaps with cost and category, or lines",
                    "要么写 amount（可配 cost 和 category），要么写 lines",
                )
            )
        if self.amount is None and (self.cost is not None or self.category is not None):
            raise Refusal(says("amount is missing beside cost or category", "写了 cost 或 category，却缺少 amount"))


class Order(When, Goods):
    """One order of a hand-written member, or a regular series of them."""

    channel: Named | None = None
    redeem: Literal["none", "all"] = "none"
    stored: Literal["none", "all"] = "none"
    coupon: Literal["none", "held"] = "none"
    plan: Literal["join", "cancel"] | None = None

    @model_validator(mode="after")
    def _of_something(self) -> Order:
        self._check_shape()
        if self.amount is None and not self.lines:
            raise Refusal(says("amount is missing; write amount or lines", "缺少 amount；请写 amount 或 lines"))
        if self.coupon == "held" and (self.redeem, self.stored) != ("none", "none"):
            raise Refusal(
                says(
                    "an order with a coupon takes neither points nor stored value: write coupon, or redeem and stored",
                    "用优惠券的订单不再使用积分或储值：要么写 coupon，要么写 redeem 和 stored",
                )
            )
        return self


class Return(When, Goods):
    """Goods of an earlier order come back: those named, else all that is left of it."""

    do: Literal["return"]
    order: date

    @model_validator(mode="after")
    def _of_something(self) -> Return:
        self._check_shape()
        return self


class Deliver(When):
    """An order arrives; without this it does three days after it was placed, where points wait for it."""

    do: Literal["deliver"]
    order: date


class Activity(When):
    """The member does what earns without an order."""

    do: Literal["activity"]
    activity: Text


class Plain(When):
    """Deeds of which there is nothing more to say."""

    do: Literal["refer", "plan_cancel", "plan_renew", "plan_refund", "leave"]


class Reward(When):
    """A reward for points."""

    do: Literal["reward"]
    reward: Named


class Spin(When):
    """A turn of the wheel, with its draw: a number from 0 to below 1."""

    do: Literal["spin"]
    draw: Millionths


class PartnerEarn(When):
    """A partner gives points."""

    do: Literal["partner_earn"]
    partner: Named
    points: Points


class PartnerBurn(When):
    """Points go to a partner, so many times the partner's own measure."""

    do: Literal["partner_burn"]
    partner: Named
    times: Points


class TopUp(When):
    """Money is paid in as stored value."""

    do: Literal["top_up"]
    amount: Amount


class TopUpReturn(When):
    """What is left of a top-up is paid back."""

    do: Literal["top_up_return"]
    top_up: date


class PlanStart(When):
    """A paid plan begins, with its fee or with its trial."""

    do: Literal["plan_start"]
    plan: Named
    trial: bool = False


class PlanChange(When):
    """The plan is left for another."""

    do: Literal["plan_change"]
    plan: Named


class Invite(When):
    """An invitation to a tier; 1 is the lowest."""

    do: Literal["invite"]
    tier: Named


class Grant(When):
    """Points out of goodwill, or expired ones that are given back."""

    do: Literal["grant", "reinstate"]
    points: Points


class Adjust(When):
    """A correction by hand, up or down."""

    do: Literal["adjust"]
    points: Annotated[int, Field(ge=-POINTS_MOST, le=POINTS_MOST, strict=True)]


class Extend(When):
    """No points die before so many days have passed."""

    do: Literal["extend"]
    days: Annotated[int, Field(ge=1, le=3_660, strict=True)]


class Send(When):
    """Points for another member of the scenario. The other one's side is a deed of the other: receive."""

    do: Literal["send"]
    points: Points
    to: Text
    at_home: bool = False


class Receive(When):
    """Points from another member, with the day on which they die."""

    do: Literal["receive"]
    points: Points
    until: date


class Household(When):
    """The member belongs to the household of that number from now on; without one, to none."""

    do: Literal["household"]
    number: Annotated[int, Field(ge=1, le=NUMBER_MOST, strict=True)] | None = None


_Any = (
    Return | Deliver | Activity | Plain | Reward | Spin | PartnerEarn | PartnerBurn | TopUp | TopUpReturn | PlanStart
    | PlanChange | Invite | Grant | Adjust | Extend | Send | Receive | Household
)  # fmt: skip
Deed = Annotated[_Any, Field(discriminator="do")]


def deed_kinds() -> tuple[str, ...]:
    """What a deed can be: the values of ``do``."""
    return tuple(kind for each in get_args(_Any) for kind in get_args(each.model_fields["do"].annotation))


def deed_keys() -> tuple[str, ...]:
    """Every key that some deed has beside its day and what it is."""
    keys = [key for each in get_args(_Any) for key in each.model_fields if key not in When.model_fields and key != "do"]
    return tuple(dict.fromkeys(keys))


class ScriptedMember(Table):
    """A member written by hand."""

    name: Text
    joins: date | None = None
    birthday: date | None = None
    referred: bool = False
    orders: tuple[Order, ...] = ()
    deeds: tuple[Deed, ...] = ()

    @model_validator(mode="after")
    def _does_something(self) -> ScriptedMember:
        if not self.orders and not self.deeds:
            raise Refusal(says("a member needs orders or deeds", "会员需要 orders 或 deeds"))
        return self
