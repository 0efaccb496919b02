"""What goes again when that which brought it is taken back: coupons, growth, the best tier, packs, the own tier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from policies.choices import OnRefund
from policies.rules import GIFT_PACK
from tests.naive.dates import far
from tests.naive.tiers import Tiers


class Back(Tiers):
    """Consequences of a returned order, of a plan that was given up, of a top-up that was paid out."""

    def coupons_back(self, ours: Callable[[dict], bool]) -> int:
        """Take coupons back. Those that an order has used do not come back with it. Returns how many were held."""
        held = [coupon for coupon in self.coupons_in_order() if ours(coupon)]
        for coupon in held:
            self.drop_coupon(coupon, "coupon_take_back", "taken_back", coupon["order"])
        for coupon in (used for sale in self.orders for used in sale["coupons"]):
            coupon["forfeited"] |= ours(coupon)
        return len(held)

    def shrink(self, growth: int, order: int) -> int:
        """Less growth value, as far as there is any. Returns how much."""
        part = min(growth, self.growth)
        self.post("ungrow", "growth_held", "growth_issued", part, order=order)
        self.growth -= part
        return part

    # ---- what counts ----

    def uncount(self, amount: int, since: date, until: date | None) -> None:
        """An amount that came on a day and counted until another no longer counts for tiers."""
        if until is None or until > self.today:
            entry = self.counted.get(until, 0)
            self.counted[until] = entry - min(amount, entry)
        self.ungain(amount, since)
        for base in self.bases():
            begun = base["since"] is None or since >= base["since"]
            if since <= base["day"] < far(until) and begun:
                base["amount"] -= amount

    def uncount_latest(self, amount: int, since: date) -> None:
        """An amount of which nobody knows until when it counts: the last to go goes first."""
        self.ungain(amount, since)
        for until in sorted(self.counted, key=far, reverse=True):
            part = min(amount, self.counted[until])
            self.counted[until] -= part
            amount -= part

    def ungain(self, amount: int, since: date) -> None:
        """What came in a time of grace no longer helps."""
        if self.grace and since >= self.grace["since"]:
            self.grace["gained"] = max(0, self.grace["gained"] - amount)

    # ---- what it had brought ----

    def lose(self, order: int, cash: int) -> None:
        """What lacks its base goes, unless what counts today is enough for it."""
        for level in reversed(range(1, len(self.rules.tiers.levels))):
            # A pack may hold up what comes below it, so the highest goes first.
            if level in self.packs and self.lacks(self.pack_base.get(level)):
                cash -= self.pack_back(level, order, cash)
        while self.best and self.lacks(self.best_base.get(self.best)):
            del self.best_base[self.best]
            self.best -= 1
        self.lose_term(order)

    def lacks(self, base: dict | None, need: int | None = None) -> bool:
        """Whether a base is too small, and what counts today as well; if only the base is, that takes its place."""
        if base is None or base["amount"] >= base["limit"]:
            return False
        limit = base["limit"] if need is None else need
        if self.qualifying(self.today) < limit:
            return True
        base |= self.base_of(self.today, limit)
        return False

    def lose_term(self, order: int) -> None:
        """The own tier, if its term lacks its base."""
        # Nobody comes back as easily any more as the term may have it.
        least = self.level(self.own).enter if self.own > self.best else 0
        need = None
        if self.term_base:
            self.term_base["limit"] = max(self.term_base["limit"], least)
            if self.term_base["since"]:
                need = max(self.level(self.own).keep, least)
        if not self.lacks(self.term_base, need):
            return
        self.term_base = None
        mode = self.rules.tiers.on_refund
        if self.by_invitation(self.own) or mode == OnRefund.NEXT_REVIEW:
            return
        if mode == OnRefund.SAME_NIGHT_ONE_LEVEL:
            self.fall_on = self.today + timedelta(days=1)
        elif (earned := self.earned_level(self.qualifying(self.today))) < self.own:
            self.set_own(earned, order, self.today)

    def pack_back(self, level: int, order: int, cash: int) -> int:
        """An upgrade pack goes; unless all of it is there, the next rise brings none. Returns the money held back."""
        given = self.packs.pop(level)
        self.pack_base.pop(level, None)
        if self.rules.tiers.gifts_on_refund:
            self.no_pack.add(level)
            return 0
        points, growth, coupons = self.among(GIFT_PACK + level)
        _, held_back, unpaid = self.claw_back(points, order, cash)
        shrunk = self.shrink(growth, order)
        self.uncount(growth, given, self.counts_until(given))
        taken = self.coupons_back(lambda coupon: coupon["list"] == GIFT_PACK + level)
        if unpaid == 0 and shrunk == growth and taken >= coupons:
            self.no_pack.discard(level)
        else:
            self.no_pack.add(level)
        return held_back
