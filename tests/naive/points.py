"""Points: lots, debt, and how both come and go."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from policies.choices import Expiry, LifeFrom, Negative, Per, Reset
from policies.schema import Version
from tests.naive.books import Books
from tests.naive.dates import BP, date_of, far, first_after, in_year, later, number_of, period_of


class Points(Books):
    """Credits, spending, expiry and claims on points."""

    def usable(self) -> int:
        """Points that can be spent today."""
        return sum(lot["points"] for lot in self.lots if not lot["pending"])

    def lots_in_order(self) -> list[dict]:
        """First to die first, then first earned, then first made."""
        return sorted(self.lots, key=lambda lot: (far(lot["dead"]), lot["earned"], lot["number"]))

    def exempt(self) -> bool:
        """Whether points do not expire in the member's tier."""
        return not self.level(self.seat).points_expire

    # ---- credits ----

    def credit(self, points: int, cause: str, item: int = -1, order: int = -1, waits: bool = False) -> None:
        """New points: debt takes them first, the rest becomes a lot."""
        if points == 0:
            return
        self.touched.add(Reset.EARN)
        repaid = min(points, self.debt)
        self.debt -= repaid
        self.post("debt_repaid", "points_issued", "points_debt", repaid, order=order, item=item)
        if points == repaid:
            return
        usable_from = self.today
        if waits and self.rules.points:
            pending = self.rules.points.pending
            usable_from = None if pending.until_delivered else self.today + timedelta(days=pending.days)
        own_dead = self.dead_from(self.today, usable_from)
        lot = self.new_lot(points - repaid, self.today, own_dead, order)
        lot["usable_from"], lot["pending"] = usable_from, usable_from != self.today
        self.post(cause, "points_issued", self.place(lot), lot["points"], lot, order, item)

    def new_lot(self, points: int, earned: date, own_dead: date | None, order: int) -> dict:
        """A lot that can be used at once."""
        lot = {
            "number": self.lots_made,
            "points": points,
            "earned": earned,
            "usable_from": self.today,
            "own_dead": own_dead,
            "dead": None if self.exempt() else own_dead,
            "pending": False,
            "order": order,
            "rules": self.rules,
        }
        self.lots_made += 1
        self.lots.append(lot)
        return lot

    @staticmethod
    def place(lot: dict) -> str:
        """The account in which a lot is held."""
        return "points_pending" if lot["pending"] else "points_active"

    def dead_from(self, earned: date, usable_from: date | None, rules: Version | None = None) -> date | None:
        """First date on which points are dead by these rules, or by today's."""
        rules = rules or self.rules
        if rules.points is None:
            return None
        expiry = rules.points.expiry
        if expiry.mode in (Expiry.NEVER, Expiry.INACTIVITY):
            return None
        if expiry.mode == Expiry.FIXED_DATES:
            wipes = [(in_year(year, *each), each) for year in (earned.year, earned.year + 1) for each in expiry.dates]
            wipe, month_day = min(each for each in wipes if each[0] >= earned)
            return in_year(wipe.year + expiry.years_after, *month_day) + timedelta(days=1)
        begins = earned if expiry.life_from == LifeFrom.EARNING else usable_from
        return None if begins is None else first_after(later(begins, expiry.life), expiry.round)

    def activate(self, lot: dict) -> None:
        """A pending lot can be used from now on."""
        lot["pending"] = False
        self.post("activate", "points_pending", "points_active", lot["points"], lot, lot["order"])

    def expire(self, lot: dict) -> None:
        """A lot dies."""
        self.post("expire", self.place(lot), "points_expired", lot["points"], lot, lot["order"])
        self.died.append([self.today, lot["points"]])
        self.lots.remove(lot)

    # ---- spending ----

    def spend(self, points: int, cause: str, credit: str, order: int = -1, item: int = -1) -> list[tuple[dict, int]]:
        """Take active points, first to die first. Returns what was taken of which lot."""
        if points:
            self.touched.add(Reset.REDEEM)
        active = [lot for lot in self.lots_in_order() if not lot["pending"]]
        return self.take(points, active, cause, credit, order, item)

    def take(
        self, points: int, lots: list[dict], cause: str, credit: str, order: int = -1, item: int = -1
    ) -> list[tuple[dict, int]]:
        """Take points from these lots, one after the other."""
        taken = []
        for lot in lots:
            part = min(points, lot["points"])
            if part:
                points -= part
                self.post(cause, self.place(lot), credit, part, lot, order, item)
                taken.append((dict(lot), part))
                lot["points"] -= part
        self.lots = [lot for lot in self.lots if lot["points"]]
        return taken

    def redeem_refusal(self, points: int) -> str | None:
        """Why so many points cannot be spent on anything."""
        if self.debt:
            return "redeem_blocked_by_debt"
        return "redeem_exceeds_active_points" if points > self.usable() else None

    def settle_debt(self) -> None:
        """Active points pay what is owed."""
        lots = [lot for lot in self.lots_in_order() if not lot["pending"]]
        taken = self.take(self.debt, lots, "debt_repaid", "points_debt")
        self.debt -= sum(part for _, part in taken)

    # ---- claims ----

    def claw_back(self, points: int, order: int, cash: int) -> tuple[int, int, int]:
        """Take points back that a returned order has brought, or something without an order.

        Returns how many became debt, the money held back (of ``cash`` at most), and how many nobody made good.
        """
        negative = self.rules.points.negative if self.rules.points else Negative.DEBT
        lots = self.lots_in_order()
        mine = [lot for lot in lots if lot["order"] == order]
        others = [lot for lot in lots if lot not in mine]
        first = [lot for lot in mine if lot["pending"]] + [lot for lot in mine if not lot["pending"]]
        then = [lot for lot in others if not lot["pending"]] + [lot for lot in others if lot["pending"]]
        taken = sum(part for _, part in self.take(points, first + then, "claw_back", "points_clawed_back", order))
        rest = points - taken
        if negative == Negative.DEBT:
            self.post("claw_back_debt", "points_debt", "points_clawed_back", rest, order=order)
            self.debt += rest
            return rest, 0, 0
        worth = int(Fraction(rest * self.rules.points.value, BP))
        held_back = min(worth, cash) if negative == Negative.WITHHOLD_CASH else 0
        self.post("withheld", "cash", "charged", held_back, order=order)
        self.post("claw_back_waived", "noted", "waived", rest, order=order)
        made_good = negative == Negative.WITHHOLD_CASH and held_back == worth
        return 0, held_back, 0 if made_good else rest

    def granted(self, parts: list[dict], order: int, is_order: bool) -> None:
        """Cut the wanted parts of an event by the caps, and post them."""
        points = self.rules.points
        caps = list(enumerate(points.caps)) if points else []
        for number, cap in caps:
            room = cap.points
            if cap.per == Per.ORDER:
                if not is_order:
                    continue
            else:
                period = period_of(cap.per, self.today)
                then, used = self.used.get(("cap", number), (period, 0))
                room -= used if then == period else 0
            self.cut(parts, number, max(0, room), cap.mode, order)
        total = sum(part["points"] for part in parts)
        for number, cap in caps:
            if cap.per != Per.ORDER:
                self.use(("cap", number), period_of(cap.per, self.today), total)
        for part in parts:
            waits = part["cause"] in ("earn", "earn_campaign", "earn_fixed")
            self.credit(part["points"], part["cause"], part["item"], order, waits)

    def cut(self, parts: list[dict], number: int, room: int, reject: bool, order: int) -> None:
        """One cap: the last parts are cut first."""
        wanted = sum(part["points"] for part in parts)
        if wanted <= room:
            return
        too_many = wanted if reject else wanted - room
        self.post("cap", "noted", "cap_cut", too_many, order=order, item=number)
        for part in reversed(parts):
            off = min(too_many, part["points"])
            part["points"] -= off
            too_many -= off

    # ---- goodwill and moves between members ----

    def _grant(self, e) -> None:
        self.credit(e.points, "grant")

    def _adjust(self, e) -> None:
        if e.points > 0:
            self.credit(e.points, "adjust_up")
            return
        lots = sorted(self.lots_in_order(), key=lambda lot: lot["pending"])
        self.take(-e.points, lots, "adjust_down", "points_cancelled")

    def _extend(self, e) -> None:
        until = date_of(e.until_day)
        for lot in self.lots_in_order():
            if lot["dead"] and lot["dead"] < until:
                lot["dead"] = lot["own_dead"] = until
                self.post("extend", "noted", "extended", lot["points"], lot)
        if self.silent_on:
            self.silent_on = max(self.silent_on, until)

    def reinstatable(self) -> int:
        """Points that died lately and can be given back."""
        days = self.rules.points.expiry.reinstatement.count
        return sum(points for day, points in self.died if day > self.today - timedelta(days=days))

    def _reinstate(self, e) -> None:
        days, rest = self.rules.points.expiry.reinstatement.count, e.points
        for each in self.died:
            if each[0] > self.today - timedelta(days=days):
                part = min(rest, each[1])
                each[1] -= part
                rest -= part
        lot = self.new_lot(e.points, self.today, self.dead_from(self.today, self.today), -1)
        self.post("reinstate", "points_expired", "points_active", e.points, lot)
        self.settle_debt()

    def _send(self, e) -> None:
        self.spend(e.points, "send", "points_moved")
        limit = self.rules.sharing.limit
        if not e.invited and limit:
            self.use(("send",), period_of(limit.per, self.today))

    def _receive(self, e) -> None:
        repaid = min(e.points, self.debt)
        self.debt -= repaid
        self.post("debt_repaid", "points_moved", "points_debt", repaid)
        if e.points > repaid:
            lot = self.new_lot(e.points - repaid, date_of(e.earned_day), date_of(e.until_day), -1)
            self.post("receive", "points_moved", "points_active", lot["points"], lot)

    def _points_refusal(self, kind: str, e) -> str | None:
        """Why points are not granted, adjusted, extended, given back or moved."""
        points, sharing = self.rules.points, self.rules.sharing
        if kind == "extend":
            days = points.expiry.extension.count if points else 0
            too_far = e.until_day > number_of(self.today) + days
            return "extension_not_offered" if days == 0 or too_far else None
        if kind == "reinstate" and (points is None or points.expiry.reinstatement.count == 0):
            return "reinstatement_not_offered"
        if kind == "send" and e.other == self.member:
            return "transfer_to_oneself"
        if e.points == 0 or (e.points < 0 and kind != "adjust"):
            return "amount_negative"
        if kind in ("grant", "adjust") and e.points > 10**12:
            return "amount_too_large"
        if kind == "adjust":
            too_many = -e.points > sum(lot["points"] for lot in self.lots)
            return "adjust_exceeds_points" if too_many else None
        if kind == "reinstate":
            return "reinstatement_exceeds_expired_points" if e.points > self.reinstatable() else None
        if kind == "receive":
            return "amount_negative" if e.until_day <= number_of(self.today) else None
        if kind == "send" and e.invited:
            if not sharing.households or self.household == -1:
                return "household_not_offered"
        elif kind == "send":
            if not sharing.transfer:
                return "transfer_not_offered"
            if e.points < sharing.minimum:
                return "transfer_below_minimum"
            limit = sharing.limit
            if limit and not self.within(("send",), limit, period_of(limit.per, self.today)):
                return "limit_reached"
        return self.redeem_refusal(e.points) if kind == "send" else None
