"""Stored value: what a member has paid in, what came on top, and the tier that came with it."""

from __future__ import annotations

from fractions import Fraction

from policies.choices import RefundBonus, SpendStored, Upgrade
from tests.naive.back import Back
from tests.naive.dates import far, later


class Stored(Back):
    """Top-ups, one by one."""

    def principal(self) -> int:
        """Stored value that was paid for."""
        return sum(each["principal"] for each in self.top_ups)

    def bonus(self) -> int:
        """Stored value on top."""
        return sum(each["bonus"] for each in self.top_ups)

    def bonus_order(self) -> list[dict]:
        """Top-ups in the order in which their bonus is used: first to die first."""
        return sorted(self.top_ups, key=lambda each: far(each["bonus_dead"]))

    def bonus_part(self, cents: int) -> int:
        """How much of a payment by stored value is bonus."""
        principal, bonus, mode = self.principal(), self.bonus(), self.rules.stored_value.spend
        if mode == SpendStored.PRINCIPAL_FIRST:
            return max(0, cents - principal)
        if mode == SpendStored.BONUS_FIRST:
            return min(cents, bonus)
        return int(Fraction(cents * bonus, principal + bonus))

    def _top_up(self, e) -> None:
        stored = self.rules.stored_value
        offers = [each for each in stored.offers if each.pay <= e.cents]
        offer = max(offers, key=lambda each: each.pay) if offers else None
        top_up = {
            "number": e.order, "principal": e.cents, "bonus": offer.bonus if offer else 0,
            "granted": offer.bonus if offer else 0, "charged": 0, "refunded": False, "former": None,
            "bonus_dead": later(self.today, stored.bonus_expiry) if stored.bonus_expiry else None,
        }  # fmt: skip
        self.top_ups.append(top_up)
        self.post("top_up", "cash", "stored_value", e.cents, item=e.order)
        self.post("principal_in", "principal_sold", "principal_held", e.cents, item=e.order)
        self.post("bonus_in", "bonus_issued", "bonus_held", top_up["bonus"], item=e.order)
        if offer and offer.grants_tier is not None:
            level = self.level_number(offer.grants_tier)
            if level >= self.own:
                top_up["tier"], top_up["former"] = level, self.standing()
                self.grant_tier(level)
                self.tier_top_up = e.order

    def standing(self) -> dict:
        """The tier as it stands before a top-up changes it."""
        return {
            "own": self.own,
            "review": self.review_on,
            "best": self.best,
            "top_up": self.tier_top_up,
            "day": self.today,
        }

    def _top_up_refund(self, e) -> None:
        top_up = self.top_up_of(e.order)
        cash = self.pay_out(top_up)
        top_up["refunded"] = True
        self.granted_tier_back(top_up, cash)

    def pay_out(self, top_up: dict) -> int:
        """What is left goes back, less what was spent of the bonus, if that is charged. Returns the money."""
        number, principal = top_up["number"], top_up["principal"]
        self.post("bonus_take_back", "bonus_held", "bonus_taken_back", top_up["bonus"], item=number)
        top_up["granted"] -= top_up["bonus"]
        top_up["bonus"] = top_up["principal"] = 0
        charged = 0
        stored = self.rules.stored_value
        if stored and stored.refund_bonus == RefundBonus.CHARGE_SPENT:
            # What was spent and not charged before.
            charged = min(max(0, top_up["granted"] - top_up["charged"]), principal)
        top_up["charged"] += charged
        self.post("bonus_charged", "stored_value", "charged", charged, item=number)
        self.post("principal_out", "principal_held", "principal_refunded", principal, item=number)
        self.post("top_up_return", "stored_value", "cash", principal - charged, item=number)
        return principal - charged

    def granted_tier_back(self, top_up: dict, cash: int) -> None:
        """The tier that a top-up granted goes with it, if the member still has it by this top-up."""
        former, top_up["former"] = top_up["former"], None
        if former is None:
            return
        others = [other for other in self.top_ups if other["former"]]
        for other in others:
            if other["former"]["top_up"] == top_up["number"]:
                other["former"] = former
        level = top_up["tier"]
        held_up = level in self.best_base or any(other["tier"] >= level for other in others)
        if self.best == level > former["best"] and not held_up:
            self.best = former["best"]
        if self.tier_top_up == top_up["number"]:
            self.restore(former)
        self.best = max(self.best, self.own)
        for each in range(self.own + 1, len(self.rules.tiers.levels)):
            if each in self.packs and self.packs[each] >= former["day"] and each not in self.pack_base:
                cash -= self.pack_back(each, -1, cash)

    def restore(self, former: dict) -> None:
        """Tier and term as they were before a top-up; or what the amount earns, if that term is over or it is more."""
        lives = far(former["review"]) > self.today
        own = former["own"] if lives else 0
        earned = self.earned_level(self.qualifying(self.today))
        if not lives or (earned > own and self.rules.tiers.upgrade == Upgrade.IMMEDIATELY):
            own, lives = earned, False
        self.own, self.grace = own, None
        rests = own and self.qualifying(self.today) >= self.threshold(own)
        self.term_base = self.base_of(self.today, self.threshold(own)) if rests else None
        self.move_seat()
        self.review_on = former["review"] if lives else self.next_review(self.today.year)
        self.tier_top_up = former["top_up"] if lives else -1

    def top_up_of(self, number: int) -> dict | None:
        """A top-up by the shop's number."""
        return next((each for each in self.top_ups if each["number"] == number), None)

    def bonus_night(self) -> None:
        """Bonus that dies."""
        for each in self.top_ups:
            if each["bonus_dead"] and each["bonus_dead"] <= self.today:
                self.post("bonus_expire", "bonus_held", "bonus_expired", each["bonus"], item=each["number"])
                each["granted"] -= each["bonus"]
                each["bonus"] = 0

    def _top_up_refusal(self, e) -> str | None:
        if self.rules.stored_value is None:
            return "stored_value_not_offered"
        if e.cents <= 0:
            return "amount_negative"
        if e.cents > 10**12:
            return "amount_too_large"
        return "order_already_posted" if self.top_up_of(e.order) else None

    def _top_up_refund_refusal(self, e) -> str | None:
        top_up = self.top_up_of(e.order)
        if top_up is None:
            return "top_up_unknown"
        empty = top_up["principal"] == 0 and top_up["bonus"] == 0
        return "top_up_already_refunded" if empty and top_up["refunded"] else None
