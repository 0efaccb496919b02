"""Facts beside orders: activities, rewards, partners, stored value, paid plans, and what the desk does by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ledger.events import Kind
from ledger.facts import Fact, Fields, day_number, whole
from ledger.facts_names import FactNames
from ledger.journal import NONE


@dataclass(frozen=True, kw_only=True)
class Activity(Fact):
    """The member did something that is no order: "review", "check_in", or any activity of the policy."""

    kind: ClassVar[Kind] = Kind.ACTIVITY

    name: str

    def fields(self, names: FactNames, day: int) -> Fields:
        """Which activity."""
        return {"which": names.activity(self.name)}


@dataclass(frozen=True, kw_only=True)
class Referral(Fact):
    """Somebody whom the member has referred (``of``) has done what earns.

    Refused unless that person has joined with this member as ``Join.referred_by`` and, if the policy pays for first
    purchases, holds an order; and once somebody has been rewarded for that person, for ever.
    """

    kind: ClassVar[Kind] = Kind.REFERRAL

    of: int

    def fields(self, names: FactNames, day: int) -> Fields:
        """Whom the member has referred."""
        return {"other": whole("of", self.of)}


@dataclass(frozen=True, kw_only=True)
class Reward(Fact):
    """The member takes a reward for points."""

    kind: ClassVar[Kind] = Kind.REWARD

    name: str

    def fields(self, names: FactNames, day: int) -> Fields:
        """Which reward."""
        return {"which": names.reward(self.name)}


@dataclass(frozen=True, kw_only=True)
class Spin(Fact):
    """A turn of the wheel. ``chance`` is the caller's draw, 0 to 999,999; it decides, and it is kept."""

    kind: ClassVar[Kind] = Kind.SPIN

    chance: int

    def fields(self, names: FactNames, day: int) -> Fields:
        """The draw."""
        return {"chance": whole("chance", self.chance)}


@dataclass(frozen=True, kw_only=True)
class PartnerEarn(Fact):
    """A partner of that name gives the member points."""

    kind: ClassVar[Kind] = Kind.PARTNER_EARN

    name: str
    points: int

    def fields(self, names: FactNames, day: int) -> Fields:
        """Partner and points."""
        return {"which": names.earning_partner(self.name), "points": whole("points", self.points)}


@dataclass(frozen=True, kw_only=True)
class PartnerBurn(Fact):
    """The member spends points with a partner of that name."""

    kind: ClassVar[Kind] = Kind.PARTNER_BURN

    name: str
    points: int

    def fields(self, names: FactNames, day: int) -> Fields:
        """Partner and points."""
        return {"which": names.burning_partner(self.name), "points": whole("points", self.points)}


@dataclass(frozen=True, kw_only=True)
class TopUp(Fact):
    """The member pays in stored value, minor units; ``number`` is the shop's number of the top-up."""

    kind: ClassVar[Kind] = Kind.TOP_UP

    number: int
    cents: int

    def fields(self, names: FactNames, day: int) -> Fields:
        """Number and money."""
        return {"order": whole("number", self.number), "cents": whole("cents", self.cents)}


@dataclass(frozen=True, kw_only=True)
class TopUpRefund(Fact):
    """What is left of a top-up is paid back.

    If a returned order brings money back into it later, that is paid back by another TopUpRefund, of another moment.
    """

    kind: ClassVar[Kind] = Kind.TOP_UP_REFUND

    number: int

    def fields(self, names: FactNames, day: int) -> Fields:
        """Number of the top-up."""
        return {"order": whole("number", self.number)}


@dataclass(frozen=True, kw_only=True)
class PlanStart(Fact):
    """A member buys a paid plan, by name or number (1 is the policy's first), or begins its trial."""

    kind: ClassVar[Kind] = Kind.PLAN_START

    plan: str | int = 1
    order: int = NONE
    trial: bool = False

    def fields(self, names: FactNames, day: int) -> Fields:
        """Which plan, and how."""
        return {"which": names.plan(self.plan, day), "order": whole("order", self.order), "trial": int(self.trial)}


@dataclass(frozen=True, kw_only=True)
class PlanChange(Fact):
    """The member leaves the plan for another one; what is not used up of the fee is credited."""

    kind: ClassVar[Kind] = Kind.PLAN_CHANGE

    plan: str | int
    order: int = NONE

    def fields(self, names: FactNames, day: int) -> Fields:
        """The other plan."""
        return {"which": names.plan(self.plan, day), "order": whole("order", self.order)}


@dataclass(frozen=True, kw_only=True)
class PlanRefund(Fact):
    """The plan ends now, and the policy says how much of the fee goes back."""

    kind: ClassVar[Kind] = Kind.PLAN_REFUND


@dataclass(frozen=True, kw_only=True)
class PlanCancel(Fact):
    """The plan runs to the end of the time paid for, and no longer."""

    kind: ClassVar[Kind] = Kind.PLAN_CANCEL


@dataclass(frozen=True, kw_only=True)
class PlanRenew(Fact):
    """The member wants one more period when this one ends."""

    kind: ClassVar[Kind] = Kind.PLAN_RENEW


@dataclass(frozen=True, kw_only=True)
class Invite(Fact):
    """The member is invited to a tier, by name or number."""

    kind: ClassVar[Kind] = Kind.INVITE

    tier: str | int

    def fields(self, names: FactNames, day: int) -> Fields:
        """Which tier."""
        return {"which": names.tier(self.tier, day)}


@dataclass(frozen=True, kw_only=True)
class Grant(Fact):
    """Points out of goodwill."""

    kind: ClassVar[Kind] = Kind.GRANT

    points: int

    def fields(self, names: FactNames, day: int) -> Fields:
        """How many."""
        return {"points": whole("points", self.points)}


@dataclass(frozen=True, kw_only=True)
class Adjust(Fact):
    """A correction by hand: points above zero come, below zero go."""

    kind: ClassVar[Kind] = Kind.ADJUST

    points: int

    def fields(self, names: FactNames, day: int) -> Fields:
        """How many."""
        return {"points": whole("points", self.points)}


@dataclass(frozen=True, kw_only=True)
class Extend(Fact):
    """No points of the member die before the day ``until``."""

    kind: ClassVar[Kind] = Kind.EXTEND

    until: date | int

    def fields(self, names: FactNames, day: int) -> Fields:
        """The first day on which points can die again."""
        return {"until_day": day_number(self.until)}


@dataclass(frozen=True, kw_only=True)
class Reinstate(Fact):
    """Points that have died come back."""

    kind: ClassVar[Kind] = Kind.REINSTATE

    points: int

    def fields(self, names: FactNames, day: int) -> Fields:
        """How many."""
        return {"points": whole("points", self.points)}


@dataclass(frozen=True, kw_only=True)
class PointsTransfer(Fact):
    """The member gives points to another one, lot by lot: the dates of the points go with them.

    Both accounts are booked or neither is.
    """

    kind: ClassVar[Kind] = Kind.SEND

    to: int
    points: int

    def fields(self, names: FactNames, day: int) -> Fields:
        """Who gets how many."""
        return {"other": whole("to", self.to), "points": whole("points", self.points)}


@dataclass(frozen=True, kw_only=True)
class Household(Fact):
    """The member belongs to the household of that number from now on; None: to none."""

    kind: ClassVar[Kind] = Kind.HOUSEHOLD

    number: int | None

    def fields(self, names: FactNames, day: int) -> Fields:
        """The household."""
        return {"other": NONE if self.number is None else whole("number", self.number)}


@dataclass(frozen=True, kw_only=True)
class Leave(Fact):
    """The member closes the account; stored value is paid out and everything else is cancelled."""

    kind: ClassVar[Kind] = Kind.LEAVE
