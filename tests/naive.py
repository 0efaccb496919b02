"""The slow, obvious twin of the ledger: it says what is right, and the compiled one must say the same.

Dates are dates, fractions are fractions, lots are dictionaries, and every single night is lived through.
It reads the resolved policy (``policy.on(date)``) and the enums in it, and shares no rule with the
ledger: only the words for accounts and causes are the same.
"""

from __future__ import annotations

import calendar
import math
from datetime import date, timedelta
from fractions import Fraction

from policies.policy import Policy
from policies.rules import Downgrade, EarnOn, Expiry, Metric, Period, Rounding, RoundTo, Validity, Window

EPOCH = date(1970, 1, 1)
BP = 10_000


def months_later(day: date, months: int) -> date:
    """Same day of the month, or the month's last."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def rounded(exact: Fraction, how: Rounding) -> int:
    """A fraction as an integer."""
    if how == Rounding.FLOOR:
        return math.floor(exact)
    if how == Rounding.CEIL:
        return math.ceil(exact)
    return math.floor(exact + Fraction(1, 2))


class Naive:
    """One member under a policy. ``transfers`` lists what was posted, in words."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.rules = None
        self.today: date | None = None
        self.second = 0
        self.joined = False
        self.tier = 0
        self.review_on: date | None = None
        self.plan: dict | None = None
        self.lots: list[dict] = []
        self.lots_made = 0
        self.counted: list[tuple[date | None, int]] = []  # (first date on which it no longer counts, amount)
        self.transfers: list[tuple] = []

    # ---- nights ----

    def live_until(self, day: date) -> None:
        """Every night from the last known day to the morning of ``day``."""
        if not self.joined:
            self.today = day
            return
        while self.today < day:
            self.today += timedelta(days=1)
            self.second = 0
            self._night()

    def _night(self) -> None:
        today = self.today
        self.rules = self.policy.on(today)
        for lot in self._lots_in_order():
            if lot["pending"] and lot["usable_from"] <= today:
                lot["pending"] = False
                self._post("activate", "points", "points_pending", "points_active", lot["points"], lot)
        for lot in self._lots_in_order():
            if lot["dead_from"] is not None and lot["dead_from"] <= today:
                held = "points_pending" if lot["pending"] else "points_active"
                self._post("expire", "points", held, "points_expired", lot["points"], lot)
                self.lots.remove(lot)
        if self.plan and self.plan["paid_until"] == today:
            if self.plan["renews"]:
                self._pay_period(order=-1)
            else:
                self._post("plan_lapse", "plan", "plan_1", "no_plan", 1)
                self.plan = None
        if self.review_on == today:
            self._review()

    def _review(self) -> None:
        yesterday = self.today - timedelta(days=1)
        amount, levels, downgrade = self._qualifying(yesterday), self.rules.tiers.levels, self.rules.tiers.downgrade
        earned = self._earned_level(amount)
        new = self.tier
        if earned > self.tier:
            new = earned
        elif amount < levels[self.tier].keep and downgrade != Downgrade.NONE:
            new = max(earned, self.tier - 1) if downgrade == Downgrade.ONE_LEVEL else earned
        if new != self.tier:
            self._move_to(new, order=-1)
        self.review_on = self._next_review(judged_year=yesterday.year)

    # ---- events ----

    def happens(self, kind: str, day: date, second: int, **what: int) -> str:
        """One event on a day; "ok" or the name of the refusal. Nights before it happen first, come what may."""
        if self.today is None or day > self.today:
            self.live_until(day)
        self.rules = self.policy.on(day)
        refusal = self._refusal(kind, day, second, **what)
        if refusal:
            return refusal
        self.today, self.second = day, second
        getattr(self, f"_{kind}")(**what)
        return "ok"

    def _refusal(self, kind: str, day: date, second: int, **what: int) -> str | None:
        if kind == "join":
            return "already_a_member" if self.joined else None
        if not self.joined:
            return "not_a_member"
        if (day, second) < (self.today, self.second):
            return "event_out_of_order"
        if kind == "purchase":
            return self._purchase_refusal(**what)
        if kind == "plan_start":
            if not 1 <= what["plan"] <= len(self.rules.plans):
                return "plan_unknown"
            return "plan_already_held" if self.plan else None
        return None if self.plan else "plan_not_held"

    def _purchase_refusal(self, order: int, list_cents: int, redeem_points: int) -> str | None:
        points = self.rules.points
        if list_cents < 0 or redeem_points < 0:
            return "amount_negative"
        if redeem_points == 0:
            return None
        if points is None or points.cash is None:
            return "redeem_not_offered"
        if redeem_points > self.usable():
            return "redeem_exceeds_active_points"
        if redeem_points < points.cash.minimum:
            return "redeem_below_minimum"
        if redeem_points % points.cash.step:
            return "redeem_not_in_steps"
        if Fraction(redeem_points * points.value, BP) > self._cap_cents(self._price(list_cents)):
            return "redeem_exceeds_order_cap"
        return None

    def _join(self) -> None:
        self.joined = True
        self._post("join", "tier", "outside", "tier_0", 1)

    def _purchase(self, order: int, list_cents: int, redeem_points: int) -> None:
        price = self._price(list_cents)
        by_points = int(Fraction(redeem_points * self._point_value(), BP))
        cash = price - by_points
        self._post("sale_cash", "money", "cash", "sales", cash, order=order)
        self._post("sale_discount", "money", "discounts", "sales", list_cents - price, order=order)
        self._post("sale_points", "money", "points_tender", "sales", by_points, order=order)
        self._spend(redeem_points, order)
        self._earn(list_cents, price, cash, order)
        tiers = self.rules.tiers
        growth = 0
        if tiers.metric == Metric.GROWTH:
            growth = math.floor(Fraction(price, self.policy.minor_per_major) * self.rules.growth.per_unit_spent / BP)
        self._post("grow", "growth", "growth_issued", "growth_held", growth, order=order)
        self.counted.append((self._counts_until(), growth if tiers.metric == Metric.GROWTH else price))
        earned = self._earned_level(self._qualifying(self.today))
        if earned > self.tier:
            self._move_to(earned, order)
            self.review_on = self._next_review(judged_year=self.today.year)

    def _plan_start(self, plan: int, order: int = -1) -> None:
        self._post("plan_start", "plan", "no_plan", f"plan_{plan}", 1, order=order)
        self.plan = {"number": plan, "since": self.today, "months": 0}
        self._pay_period(order)

    def _plan_cancel(self) -> None:
        self.plan["renews"] = False

    def _plan_renew(self) -> None:
        self.plan["renews"] = True

    # ---- points ----

    def usable(self) -> int:
        """Points that can be spent today."""
        return sum(lot["points"] for lot in self.lots if not lot["pending"])

    def quote(self, list_cents: int) -> int:
        """Most points for an order today: try every multiple of the step from the top."""
        self.rules = self.policy.on(self.today)
        points = self.rules.points
        if points is None or points.cash is None:
            return 0
        cap = self._cap_cents(self._price(list_cents))
        step = points.cash.step
        for steps in range(self.usable() // step, 0, -1):
            wanted = steps * step
            if wanted < points.cash.minimum:
                break
            if Fraction(wanted * points.value, BP) <= cap:
                return wanted
        return 0

    def _earn(self, list_cents: int, price: int, cash: int, order: int) -> None:
        points = self.rules.points
        if points is None or not points.earn:
            return
        base = {EarnOn.LIST: list_cents, EarnOn.AFTER_DISCOUNTS: price, EarnOn.NET_OF_POINTS: cash}[points.earn_on]
        rate = Fraction(points.earn[0].per_unit, BP) * Fraction(self.rules.tiers.levels[self.tier].multiplier, BP)
        if self.plan:
            rate *= Fraction(self.rules.plans[self.plan["number"] - 1].multiplier, BP)
        amount = rounded(rate * Fraction(base, self.policy.minor_per_major), points.rounding)
        if amount == 0:
            return
        usable_from = self.today + timedelta(days=points.pending.count)
        lot = {
            "number": self.lots_made,
            "points": amount,
            "earned": self.today,
            "usable_from": usable_from,
            "dead_from": self._dead_from(),
            "pending": usable_from > self.today,
            "order": order,
        }
        self.lots_made += 1
        self.lots.append(lot)
        held = "points_pending" if lot["pending"] else "points_active"
        self._post("earn", "points", "points_issued", held, amount, lot)

    def _spend(self, points: int, order: int) -> None:
        for lot in self._lots_in_order():
            if points and not lot["pending"]:
                part = min(points, lot["points"])
                points -= part
                lot["points"] -= part
                self._post("redeem", "points", "points_active", "points_redeemed", part, lot, order=order)
        self.lots = [lot for lot in self.lots if lot["points"]]

    def _dead_from(self) -> date | None:
        expiry, today = self.rules.points.expiry, self.today
        if expiry.mode == Expiry.NEVER:
            return None
        if expiry.mode == Expiry.FIXED_DATES:
            wipes = [self._in_year(year, *each) for year in (today.year, today.year + 1) for each in expiry.dates]
            month_day = min(each for each in wipes if each[0] >= today)
            last = self._in_year(month_day[0].year + expiry.years_after, *month_day[1])
            return last[0] + timedelta(days=1)
        count, unit = expiry.life
        end = today + timedelta(days=count) if unit == Period.DAYS else months_later(today, count)
        if expiry.round == RoundTo.NONE:
            return end
        # The first day of the period after: walk there.
        starts = {RoundTo.MONTH: range(1, 13), RoundTo.QUARTER: (1, 4, 7, 10), RoundTo.YEAR: (1,)}[expiry.round]
        end += timedelta(days=1)
        while not (end.day == 1 and end.month in starts):
            end += timedelta(days=1)
        return end

    @staticmethod
    def _in_year(year: int, month: int, day: int) -> tuple[date, tuple[int, int]]:
        return date(year, month, min(day, calendar.monthrange(year, month)[1])), (month, day)

    def _lots_in_order(self) -> list[dict]:
        """First to die first, then first earned, then first made."""
        return sorted(self.lots, key=lambda lot: (lot["dead_from"] or date.max, lot["earned"], lot["number"]))

    # ---- prices, tiers, plans ----

    def _price(self, list_cents: int) -> int:
        discount = self.rules.tiers.levels[self.tier].discount
        if self.plan:
            discount = max(discount, self.rules.plans[self.plan["number"] - 1].discount)
        return list_cents - math.floor(Fraction(list_cents * discount, BP))

    def _point_value(self) -> int:
        return self.rules.points.value if self.rules.points else 0

    def _cap_cents(self, price: int) -> int:
        cash = self.rules.points.cash
        cap = math.floor(Fraction(price * cash.share_of_order, BP))
        return cap if cash.per_order is None else min(cap, cash.per_order)

    def _counts_until(self) -> date | None:
        kind, months = self.rules.tiers.window
        if kind == Window.LIFETIME:
            return None
        return date(self.today.year + 1, 1, 1) if kind == Window.CALENDAR_YEAR else months_later(self.today, months)

    def _qualifying(self, day: date) -> int:
        return sum(amount for until, amount in self.counted if until is None or until > day)

    def _earned_level(self, amount: int) -> int:
        return max(number for number, level in enumerate(self.rules.tiers.levels) if amount >= level.enter)

    def _next_review(self, judged_year: int) -> date | None:
        tiers = self.rules.tiers
        if self.tier == 0 or tiers.downgrade == Downgrade.NONE:
            return None
        kind, count = tiers.validity
        if kind == Validity.YEAR_END:
            end = date(judged_year + count + 1, 1, 1)
            return end if end > self.today else date(self.today.year + 1, 1, 1)
        if kind == Validity.MONTHS:
            return months_later(self.today, count)
        return self._counts_until()

    def _move_to(self, level: int, order: int) -> None:
        cause = "upgrade" if level > self.tier else "downgrade"
        self._post(cause, "tier", f"tier_{self.tier}", f"tier_{level}", 1, order=order)
        self.tier = level

    def _pay_period(self, order: int) -> None:
        plan = self.rules.plans[self.plan["number"] - 1]
        self._post("plan_fee", "money", "cash", "fees", plan.price, order=order)
        self.plan["months"] += plan.period.count
        self.plan["paid_until"] = months_later(self.plan["since"], self.plan["months"])
        self.plan["renews"] = plan.auto_renew

    def _post(
        self,
        cause: str,
        unit: str,
        debit: str,
        credit: str,
        amount: int,
        lot: dict | None = None,
        order: int | None = None,
    ) -> None:
        if amount == 0:
            return
        if order is None:
            order = lot["order"] if lot else -1
        day = (self.today - EPOCH).days
        number = lot["number"] if lot else -1
        version = next(n for n, each in enumerate(self.policy.versions) if each is self.rules)
        self.transfers.append((day, self.second, version, cause, unit, debit, credit, amount, number, order))
