"""Refunds: what an order would have been without what is returned, and the difference."""

from __future__ import annotations

import math
from datetime import timedelta
from fractions import Fraction

from policies.choices import Metric
from policies.rules import GIFT_EARN
from tests.naive.dates import far, part_of, period_of
from tests.naive.orders import Orders

ALL = -1


class Refunds(Orders):
    """Returned goods."""

    def _refund_refusal(self, e) -> str | None:
        """Why an order is not taken back."""
        sale = self.order_of(e.order)
        if sale is None:
            return "refund_not_offered" if self.rules.refunds.within == 0 else "order_unknown"
        left = sum(line["left"] for line in sale["lines"])
        if left == 0:
            worthless = not any(line["list"] for line in sale["lines"])
            return "refund_exceeds_order" if worthless else "order_already_refunded"
        if e.lines:
            if min(line[1] for line in e.lines) <= 0:
                return "amount_negative"
            for category in {line[0] for line in e.lines}:
                there = sum(line["left"] for line in sale["lines"] if line["category"] == category)
                if sum(line[1] for line in e.lines if line[0] == category) > there:
                    return "refund_exceeds_order"
            return None
        if e.cents <= 0 and e.cents != ALL:
            return "amount_negative"
        return "refund_exceeds_order" if e.cents > left else None

    def _refund(self, e) -> None:
        sale = self.order_of(e.order)
        old, saved = self.kept(sale), self.saving_left(sale)
        self.take_lines(sale, e)
        new = self.kept(sale)
        self.saved -= saved - self.saving_left(sale)
        off = {key: old[key] - new[key] for key in old}
        order, whole = sale["number"], not any(line["left"] for line in sale["lines"])
        self.post_return(off, order)
        self.points_back(sale, off["points"])
        self.stored_back(sale, {"principal": off["principal"], "bonus": off["bonus"]})
        if whole:
            for coupon in sale["coupons"]:
                if far(coupon["until"]) > self.today and not coupon["forfeited"]:
                    self.coupons.append(coupon)
                    self.post("coupon_return", "coupons_used", "coupons_held", 1, order=order, item=coupon["code"])
        self.settle_debt()
        claim = off["earned"] + off["fixed"]
        owed, held_back, unpaid = self.claw_back(claim, order, off["cash"])
        if whole:
            self.uncount_order(sale, unpaid)
        earned = claim - sale["gift_points"] if whole else claim
        self.give_room_back(sale, earned)
        self.shrink(off["growth"], order)
        metric = sale["rules"].tiers.metric
        if metric == Metric.POINTS_EARNED:
            off["counting"] = earned if self.rules.tiers.debt_counts else max(0, earned - owed)
        if metric == self.rules.tiers.metric:
            self.uncount(off["counting"], sale["day"], sale["counts_until"])
        self.post("benefit_refund", "benefit_costs", "payable", self.benefit("cost_per_refund"), order=order)
        self.lose(order, off["cash"] - held_back)

    @staticmethod
    def saving_left(sale: dict) -> int:
        """What the plan has saved with what is left of an order."""
        left, listed = sum(line["left"] for line in sale["lines"]), sum(line["list"] for line in sale["lines"])
        return part_of(sale["saved"], left, listed)

    def uncount_order(self, sale: dict, unpaid: int) -> None:
        """An order returned whole is none; once nothing is left of its rewards, the next one gets them."""
        taken = 0
        if not self.rules.tiers.gifts_on_refund:
            taken = self.coupons_back(lambda coupon: coupon["order"] == sale["number"] and coupon["list"] >= GIFT_EARN)
        if sale["ordinal"] == 0:
            return
        self.orders_counted -= 1
        if sale["ordinal"] == self.orders_high and (unpaid, taken) == (0, sale["gift_coupons"]):
            self.orders_high = sale["high_before"]
            self.referred |= sale["referred"]

    def take_lines(self, sale: dict, e) -> None:
        """Reduce what is left of the lines."""
        lines = sale["lines"]
        wanted = [(category, cents) for category, cents, _ in e.lines]
        if not wanted:
            wanted = [(None, sum(line["left"] for line in lines) if e.cents == ALL else e.cents)]
        for category, cents in wanted:
            for line in lines:
                if category is None or line["category"] == category:
                    part = min(cents, line["left"])
                    line["left"] -= part
                    cents -= part

    def kept(self, sale: dict) -> dict[str, int]:
        """What the order comes to with what is left of its lines."""
        lines, rules = sale["lines"], sale["rules"]
        lists = [line["left"] for line in lines]
        offs = [each - self.price_discount(each, rules, sale["seat"], sale["plan"]) for each in lists]
        coupons = [part_of(off, line["coupon"], line["off"]) for off, line in zip(offs, lines, strict=True)]
        prices = [off - coupon for off, coupon in zip(offs, coupons, strict=True)]
        due, anything = sum(prices), any(lists)
        by_points = part_of(due, sale["points_cents"], sale["due"])
        if sale["points_cents"]:
            points = math.ceil(Fraction(sale["points"] * by_points, sale["points_cents"]))
        else:
            points = sale["points"] if anything else 0
        stored = part_of(due - by_points, sale["stored"], sale["due"] - sale["points_cents"])
        principal = part_of(stored, sale["principal"], sale["stored"])
        campaigns = [each for _, each in sale["campaigns"]]
        earned = self.worth(sale, lists, prices, campaigns)
        earned += sum(each.points for each in campaigns) if anything else 0
        earned = min(sale["earned"], earned)
        fixed = sale["fixed"] if anything else 0
        growth = self.growth_of(sale, due) + (sale["gift_growth"] if anything else 0)
        return {
            "cash": due - by_points - stored,
            "discount": sum(lists) - sum(offs),
            "coupon": sum(coupons),
            "points_cents": by_points,
            "points": points,
            "principal": principal,
            "bonus": stored - principal,
            "cost": sum(part_of(line["cost"], line["left"], line["list"]) for line in lines),
            "earned": earned,
            "fixed": fixed,
            "growth": growth,
            "counting": {
                Metric.SPEND: due,
                Metric.NET_SPEND: due - by_points - (stored - principal),
                Metric.GROWTH: growth,
                Metric.ORDERS: int(anything and sale["ordinal"] > 0),
                Metric.POINTS_EARNED: earned + fixed,
                Metric.ACTIVE_DAYS: sale["active"] if anything else 0,
            }[rules.tiers.metric],
        }

    def post_return(self, off: dict[str, int], order: int) -> None:
        """The money of the sale, the other way round."""
        self.post("return_cash", "sales", "cash", off["cash"], order=order)
        self.post("return_discount", "sales", "discounts", off["discount"], order=order)
        self.post("return_coupon", "sales", "coupons_tender", off["coupon"], order=order)
        self.post("return_points", "sales", "points_tender", off["points_cents"], order=order)
        self.post("return_principal", "sales", "principal_tender", off["principal"], order=order)
        self.post("return_bonus", "sales", "bonus_tender", off["bonus"], order=order)
        self.post("return_cost", "inventory", "cost_of_goods", off["cost"], order=order)

    def points_back(self, sale: dict, points: int) -> None:
        """Spent points go back to the lots they came from, the last ones first."""
        uses = []
        for lot, used in reversed(sale["uses"]):
            part = min(points, used)
            points -= part
            uses.insert(0, (lot, used - part))
            if part:
                self.one_lot_back(sale, lot, part)
        sale["uses"] = uses

    def one_lot_back(self, sale: dict, lot: dict, part: int) -> None:
        """Points of one lot come back, if it lives, or for a courtesy."""
        order = sale["number"]
        courtesy = sale["rules"].refunds.returned_points
        there = next((each for each in self.lots if each["number"] == lot["number"]), None)
        if there is None:
            # By the tier that the member sits in now, whatever it was when the points were spent.
            if not self.exempt() and far(lot["own_dead"]) <= self.today:
                if not courtesy:
                    self.post("unredeem_dead", "points_redeemed", "points_expired", part, lot, order)
                    return
                lot = {**lot, "own_dead": self.today + timedelta(days=courtesy)}
            there = {**lot, "points": 0, "dead": None if self.exempt() else lot["own_dead"]}
            self.lots.append(there)
        there["points"] += part
        self.post("unredeem", "points_redeemed", "points_active", part, there, order)

    def stored_back(self, sale: dict, cents: dict[str, int]) -> None:
        """Spent stored value goes back to the top-ups it came from, the last ones first."""
        for use in reversed(sale["stored_uses"]):
            unit, top_up, part = use[0], use[1], min(cents[use[0]], use[2])
            cents[unit] -= part
            use[2] -= part
            order, item = sale["number"], top_up["number"]
            if unit == "bonus":
                self.bonus_back(order, top_up, part)
            else:
                top_up["principal"] += part
                self.post("principal_return", "principal_spent", "principal_held", part, order=order, item=item)

    def bonus_back(self, order: int, top_up: dict, part: int) -> None:
        """Bonus that was spent is dead by now, or the member's again.

        Of a top-up that was paid out only what was charged is: that much was bought, the rest was a present.
        """
        kept, item = part, top_up["number"]
        if far(top_up["bonus_dead"]) <= self.today:
            self.post("bonus_expire", "bonus_spent", "bonus_expired", part, order=order, item=item)
            top_up["granted"] -= part
            return
        if top_up["refunded"]:
            kept = min(part, top_up["charged"])
            top_up["charged"] -= kept
            top_up["granted"] -= part - kept
        top_up["bonus"] += kept
        self.post("bonus_return", "bonus_spent", "bonus_held", kept, order=order, item=item)
        self.post("bonus_take_back", "bonus_spent", "bonus_taken_back", part - kept, order=order, item=item)

    def give_room_back(self, sale: dict, points: int) -> None:
        """Caps have room again, if their period is still that of the sale."""
        for number, cap in enumerate(self.rules.points.caps if self.rules.points else ()):
            if cap.per.name == "ORDER" or ("cap", number) not in self.used:
                continue
            period, used = self.used[("cap", number)]
            if period == period_of(cap.per, sale["day"]):
                self.used[("cap", number)] = (period, max(0, used - points))
