"""What a member has, and the list of what was posted."""

from __future__ import annotations

from datetime import date

from ledger.accounts import UNIT_OF_CAUSE, Cause
from policies.choices import Reset
from policies.policy import Policy
from policies.schema import Version
from tests.naive.dates import later, number_of


class Books:
    """The state of one member. ``transfers`` lists what was posted, in words."""

    def __init__(self, policy: Policy, member: int = 0) -> None:
        self.policy = policy
        self.member = member
        self.transfers: list[tuple] = []
        # When a budget or a stock was used up: ("campaign" or "reward", number) -> (day, second).
        self.closed: dict[tuple[str, int], tuple[date, int]] = {}
        self.rules: Version | None = None
        self.version = -1
        self.today: date | None = None
        self.second = 0
        self.joined: date | None = None
        self.left = False
        self.birthday: tuple[int, int] | None = None
        self.referred = False
        self.household = -1
        # tiers
        self.seat = self.own = self.best = 0
        self.packs: dict[int, date] = {}  # when the pack of a tier was given
        self.no_pack: set[int] = set()  # tiers whose next rise brings none
        # What the best tier, packs and the present term rest on, by tier; what does not rest on an amount is not there.
        self.best_base: dict[int, dict] = {}
        self.pack_base: dict[int, dict] = {}
        self.term_base: dict | None = None
        self.tier_top_up = -1  # number of the top-up that granted the own tier its present term
        self.review_on: date | None = None
        self.rise_on: date | None = None
        self.fall_on: date | None = None
        self.costs_on: date | None = None
        self.grace: dict | None = None
        self.counted: dict[date | None, int] = {}  # first date on which it no longer counts -> amount
        self.look_up = False  # something has counted, so the member may rise
        self.last_active: date | None = None
        self.growth = 0
        self.decays_on: date | None = None
        # points
        self.lots: list[dict] = []
        self.lots_made = 0
        self.debt = 0
        self.died: list[list] = []  # [day, points] that expired and were not given back
        self.touched: set[Reset] = set()
        self.silent_on: date | None = None
        # the rest
        self.plan: dict | None = None
        self.benefits_from: date | None = None  # the months of benefits count from here
        self.benefits_given = 0  # so many months of them
        self.period: dict = {}  # what plans have given in the running period
        self.saved = 0  # and what they have saved
        self.trials_used: set[str] = set()
        self.intros_used: set[str] = set()
        self.coupons: list[dict] = []
        self.coupons_made = 0
        self.top_ups: list[dict] = []
        self.orders: list[dict] = []
        self.orders_counted = 0  # less those that were returned whole
        self.orders_high = 0  # up to this one they have been rewarded
        self.last_order: date | None = None
        self.win_back_on: date | None = None
        self.used: dict[tuple, tuple[object, int]] = {}  # what of a limit or cap -> (period, how much)
        self.streaks: dict[int, tuple[date, int]] = {}

    def rules_of(self, day: date) -> int:
        """Number of the version that rules on a day."""
        return max(number for number, since in enumerate(self.policy.dates) if since <= day)

    def post(
        self, cause: str, debit: str, credit: str, amount: int, lot: dict | None = None, order: int = -1, item: int = -1
    ) -> None:
        """Note one transfer; nothing is not worth noting."""
        assert amount >= 0, (cause, amount)
        if amount == 0:
            return
        unit = UNIT_OF_CAUSE[Cause[cause.upper()]].name.lower()
        when = (number_of(self.today), self.second, self.version)
        number = lot["number"] if lot else -1
        self.transfers.append((*when, cause, unit, debit, credit, amount, number, order, item))

    def level(self, number: int) -> object:
        """A tier by today's rules."""
        return self.rules.tiers.levels[number]

    def plan_rules(self) -> object | None:
        """The plan that is held, by today's rules."""
        return self.rules.plans[self.plan["number"] - 1] if self.plan else None

    def level_number(self, name: str | None) -> int | None:
        """A tier's number by its name."""
        names = [level.name for level in self.rules.tiers.levels]
        return None if name is None else names.index(name)

    def within(self, what: tuple, limit: tuple | None, period: object) -> bool:
        """Whether one time more stays within a limit."""
        if limit is None:
            return True
        then, used = self.used.get(what, (period, 0))
        return (used if then == period else 0) < limit[0]

    def use(self, what: tuple, period: object, amount: int = 1) -> None:
        """Count against a limit or cap."""
        then, used = self.used.get(what, (period, 0))
        self.used[what] = (period, (used if then == period else 0) + amount)

    def start_silence(self, day: date) -> None:
        """The clock of inactivity starts anew, if the policy has one."""
        expiry = self.rules.points.expiry if self.rules.points else None
        if expiry and expiry.mode.name in ("INACTIVITY", "LOT_AND_INACTIVITY"):
            self.silent_on = later(day, expiry.inactivity)

    def hear(self) -> None:
        """At the end of an event or a night: whatever restarts the clock has done so."""
        expiry = self.rules.points.expiry if self.rules.points else None
        if expiry and any(each & expiry.reset_by for each in self.touched):
            self.start_silence(self.today)
        self.touched = set()
