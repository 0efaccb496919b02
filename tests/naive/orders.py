"""Purchases: what an order comes to, what is posted for it, and what is remembered."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from policies.choices import Metric, Reset
from policies.rules import GIFT_EARN, NAMES_MOST, NO_LIMIT
from tests.naive.dates import BP, part_of, share
from tests.naive.earning import Earning


class Orders(Earning):
    """Sales."""

    # ---- refusals ----

    def _purchase_refusal(self, e) -> str | None:
        """Why an order is not booked."""
        amounts = [e.list_cents, e.redeem_points, e.stored_cents]
        amounts += [each for line in e.lines for each in line[1:]]
        if min(amounts) < 0:
            return "amount_negative"
        if e.lines and sum(line[1] for line in e.lines) != e.list_cents:
            return "lines_do_not_add_up"
        if not all(0 <= line[0] < NAMES_MOST for line in e.lines):
            return "category_unknown"
        if not 0 <= e.channel < NAMES_MOST:
            return "channel_unknown"
        if max(amounts) > 10**12:
            return "amount_too_large"
        if e.order != -1 and self.order_of(e.order):
            return "order_already_posted"
        return self.coupons_refusal(e) or self.tender_refusal(e)

    def coupons_refusal(self, e) -> str | None:
        """Why the coupons cannot be used."""
        codes = [code for code in e.coupons if code]
        held = [each["code"] for each in self.coupons]
        for code in codes:
            if code not in held:
                return "coupon_not_held"
            held.remove(code)
        rules = [self.coupon_rules(code) for code in codes]
        if len(codes) > 1 and not all(each.stacks for each in rules):
            return "coupons_do_not_stack"
        lines = self.priced_lines(e)
        for each in rules:
            base = sum(line["off"] for line in lines if self.in_categories(line, each.categories))
            if base < each.minimum_spend:
                return "coupon_below_minimum_spend"
        return None

    def tender_refusal(self, e) -> str | None:
        """Why points or stored value cannot pay."""
        due = sum(line["off"] - line["coupon"] for line in self.priced_lines(e))
        points, cents = e.redeem_points, 0
        if points:
            if self.rules.points is None or self.rules.points.cash is None:
                return "redeem_not_offered"
            if refusal := self.redeem_refusal(points):
                return refusal
            cash = self.rules.points.cash
            if points < cash.minimum:
                return "redeem_below_minimum"
            if points % cash.step:
                return "redeem_not_in_steps"
            cents = self.cents_of(points, due)
            if cents > self.cap_cents(due):
                return "redeem_exceeds_order_cap"
        if e.stored_cents:
            if self.rules.stored_value is None:
                return "stored_value_not_offered"
            if e.stored_cents > self.principal() + self.bonus():
                return "stored_value_exceeds_balance"
            if e.stored_cents > due - cents:
                return "stored_value_exceeds_order"
        return None

    # ---- prices ----

    def priced_lines(self, e) -> list[dict]:
        """The lines of an order, with what discount and coupons leave."""
        lines = []
        for category, list_cents, cost in e.lines or [(0, e.list_cents, 0)]:
            number = self.plan["number"] if self.plan else 0
            off = list_cents - self.price_discount(list_cents, self.rules, self.seat, number)
            lines.append(
                {"category": category, "list": list_cents, "left": list_cents, "off": off, "coupon": 0, "cost": cost}
            )
        for code in e.coupons:
            if code:
                self.lay_coupon(self.coupon_rules(code), lines)
        return lines

    def coupon_rules(self, code: int):
        """A coupon by its number, by today's rules."""
        return next(each for each in self.rules.coupons if each.code == self.policy.coupon_codes[code - 1])

    def lay_coupon(self, rules, lines: list[dict]) -> int:
        """Spread what a coupon takes off over its lines. Returns the amount."""
        mine = [line for line in lines if self.in_categories(line, rules.categories)]
        base = sum(line["off"] - line["coupon"] for line in mine)
        if rules.off is not None:
            off = min(rules.off, base)
        else:
            off = share(base, rules.off_share)
            off = off if rules.cap is None else min(off, rules.cap)
        rest = off
        for line in mine:
            price = line["off"] - line["coupon"]
            part = part_of(rest, price, base)
            rest -= part
            base -= price
            line["coupon"] += part
        return off

    def cents_of(self, points: int, due: int) -> int:
        """What points are worth in an order."""
        rules = self.rules.points
        boost = rules.cash.boost
        factor = boost.factor if boost and due >= boost.orders_from else BP
        return int(Fraction(points * rules.value * factor, BP * BP))

    def cap_cents(self, due: int) -> int:
        """The most that points may pay."""
        cash = self.rules.points.cash
        cap = share(due, cash.share_of_order)
        return cap if cash.per_order is None else min(cap, cash.per_order)

    def quote(self, list_cents: int) -> int:
        """Most points for an order at a list price today."""
        self.rules = self.policy.versions[self.rules_of(self.today)]
        number = self.plan["number"] if self.plan else 0
        return self.most_points(list_cents - self.price_discount(list_cents, self.rules, self.seat, number))

    def most_points(self, due: int) -> int:
        """Most points for what is due: halve what lies between enough and too many."""
        points = self.rules.points
        if points is None or points.cash is None or self.debt:
            return 0
        step, cap = points.cash.step, self.cap_cents(due)
        low, high = 0, self.usable() // step
        while low < high:
            middle = (low + high + 1) // 2
            if self.cents_of(middle * step, due) <= cap:
                low = middle
            else:
                high = middle - 1
        return low * step if low * step >= points.cash.minimum else 0

    # ---- the sale ----

    def _purchase(self, e) -> None:
        sale = self.sale_of(e)
        self.post_sale(sale)
        self.pay_sale(sale)
        self.count_order(sale)
        self.earn_sale(sale)
        self.touched.add(Reset.PURCHASE)
        self.last_order, self.win_back_on = self.today, None
        if self.rules.gifts.win_back:
            self.win_back_on = self.today + timedelta(days=self.rules.gifts.win_back.after.count)
        within = self.rules.refunds.within
        if e.order != -1 and within:
            sale["until"] = None if within == NO_LIMIT else self.today + timedelta(days=within + 1)
            self.orders.append(sale)

    def sale_of(self, e) -> dict:
        """What an order comes to."""
        lines = self.priced_lines(e)
        due = sum(line["off"] - line["coupon"] for line in lines)
        by_points = self.cents_of(e.redeem_points, due) if e.redeem_points else 0
        bonus = self.bonus_part(e.stored_cents) if e.stored_cents else 0
        sale = {
            "number": e.order, "day": self.today, "rules": self.rules, "seat": self.seat, "best": self.best,
            "plan": self.plan["number"] if self.plan else 0, "channel": e.channel, "lines": lines,
            "codes": [code for code in e.coupons if code], "coupons": [], "uses": [], "stored_uses": [],
            "before": self.qualifying(self.today), "counts_until": self.counts_until(self.today),
            "due": due, "points_cents": by_points, "points": e.redeem_points, "stored": e.stored_cents,
            "principal": e.stored_cents - bonus, "bonus": bonus, "active": 0,
            "ordinal": 0, "high_before": 0, "rewarded": 0, "gift_growth": 0, "gift_coupons": 0,
            "gift_points": 0, "saved": 0, "referred": False,
        }  # fmt: skip
        sale["campaigns"] = self.campaigns_of(sale)
        return sale

    def count_order(self, sale: dict) -> None:
        """The how-many-th order this is, if it comes to anything, and whether that is to be rewarded.

        An order that was returned whole is none, so that the next one has its number.
        """
        if sale["due"] == 0:
            return
        self.orders_counted += 1
        sale["ordinal"], sale["high_before"] = self.orders_counted, self.orders_high
        if sale["ordinal"] > self.orders_high:
            sale["rewarded"] = self.orders_high = sale["ordinal"]

    def post_sale(self, sale: dict) -> None:
        """The money of an order."""
        lines, order = sale["lines"], sale["number"]
        cash = sale["due"] - sale["points_cents"] - sale["stored"]
        self.post("sale_cash", "cash", "sales", cash, order=order)
        self.post("sale_discount", "discounts", "sales", sum(each["list"] - each["off"] for each in lines), order=order)
        self.post("sale_coupon", "coupons_tender", "sales", sum(each["coupon"] for each in lines), order=order)
        self.post("sale_points", "points_tender", "sales", sale["points_cents"], order=order)
        self.post("sale_principal", "principal_tender", "sales", sale["principal"], order=order)
        self.post("sale_bonus", "bonus_tender", "sales", sale["bonus"], order=order)
        self.post("sale_cost", "cost_of_goods", "inventory", sum(each["cost"] for each in lines), order=order)

    def pay_sale(self, sale: dict) -> None:
        """Coupons, points and stored value leave the member."""
        order = sale["number"]
        if self.plan:
            sale["saved"] = self.saved_by_plan(sale)
            self.saved += sale["saved"]
        for code in sale["codes"]:
            piece = next(each for each in self.coupons_in_order() if each["code"] == code)
            sale["coupons"].append(piece)
            self.drop_coupon(piece, "coupon_use", "used", order)
        sale["uses"] = self.spend(sale["points"], "redeem", "points_redeemed", order)
        for unit, rest, top_ups in (
            ("principal", sale["principal"], self.top_ups),
            ("bonus", sale["bonus"], self.bonus_order()),
        ):
            for top_up in top_ups:
                part = min(rest, top_up[unit])
                rest -= part
                top_up[unit] -= part
                self.post(f"{unit}_spend", f"{unit}_held", f"{unit}_spent", part, order=order, item=top_up["number"])
                if part:
                    sale["stored_uses"].append([unit, top_up, part])

    def saved_by_plan(self, sale: dict) -> int:
        """What the plan, and a tier that it grants, take off beyond the own tier; and the plan's coupons."""
        saved = 0
        for line in sale["lines"]:
            saved += line["list"] - line["off"] - self.price_discount(line["list"], self.rules, self.own, 0)
        # A plan whose tier is worse than the own one does not pay for that.
        saved = max(0, saved)
        bare = [{**line, "coupon": 0} for line in sale["lines"]]
        pieces = self.coupons_in_order()
        for code in sale["codes"]:
            piece = next(each for each in pieces if each["code"] == code)
            pieces.remove(piece)
            off = self.lay_coupon(self.coupon_rules(code), bare)
            if self.of_plans(piece):
                saved += off
        return saved

    # ---- what it brings ----

    def earn_sale(self, sale: dict) -> None:
        """Points, gifts and growth of an order, and what counts for tiers."""
        order = sale["number"]
        cost, counts = self.benefit("cost_per_order"), sale["ordinal"] > 0
        parts = self.parts_of(sale)
        self.granted(parts, order, is_order=True)
        sale["earned"] = sum(each["points"] for each in parts if each["cause"] in ("earn", "earn_campaign"))
        sale["fixed"] = sum(each["points"] for each in parts) - sale["earned"]
        sale["granted"] = sale["earned"] + sale["fixed"]
        for row in [each["item"] for each in parts if each["cause"] in ("earn_fixed", "earn_referral")]:
            points, growth, coupons = self.among(GIFT_EARN + row)
            sale["gift_points"] += points
            sale["gift_growth"] += growth
            sale["gift_coupons"] += coupons
            self.give(GIFT_EARN + row, order)
        sale["fixed"] += sale["gift_points"]
        if sale["rewarded"] == 1:
            sale["referred"], self.referred = self.referred, False
        growth = self.growth_of(sale, sale["due"])
        self.grow(growth, order)
        self.post("benefit_order", "benefit_costs", "payable", cost, order=order)
        sale["active"] = self.activity_day() if counts else 0
        self.count(
            {
                Metric.SPEND: sale["due"],
                Metric.NET_SPEND: sale["due"] - sale["points_cents"] - sale["bonus"],
                Metric.GROWTH: growth,
                Metric.ORDERS: int(counts),
                Metric.POINTS_EARNED: sale["granted"],
                Metric.ACTIVE_DAYS: sale["active"],
            }[self.rules.tiers.metric]
        )
        self.rise(order)

    def parts_of(self, sale: dict) -> list[dict]:
        """The points that an order should bring, part by part."""
        lists = [line["list"] for line in sale["lines"]]
        prices = [line["off"] - line["coupon"] for line in sale["lines"]]
        before = self.worth(sale, lists, prices, [])
        parts = [{"cause": "earn", "item": -1, "points": before}]
        for place, (number, campaign) in enumerate(sale["campaigns"], start=1):
            with_it = self.worth(sale, lists, prices, [each for _, each in sale["campaigns"][:place]])
            parts.append({"cause": "earn_campaign", "item": number, "points": with_it - before + campaign.points})
            before = with_it
        for row, rule in enumerate(self.rules.points.earn if self.rules.points else ()):
            nth = rule.on == "nth_order" and sale["rewarded"] and sale["rewarded"] % rule.every == 0
            if nth or (rule.on == "first_order" and sale["rewarded"] == 1):
                parts.append({"cause": "earn_fixed", "item": row, "points": rule.points})
        if sale["rewarded"] == 1 and self.referred:
            parts += self.referred_parts(at_join=False)
        return parts

    def referred_parts(self, at_join: bool) -> list[dict]:
        """What a member gets for having been referred."""
        rows = enumerate(self.rules.points.earn if self.rules.points else ())
        return [
            {"cause": "earn_referral", "item": row, "points": rule.referred}
            for row, rule in rows
            if rule.on == "referral" and rule.when == at_join
        ]

    def order_of(self, number: int) -> dict | None:
        """A sale that can still be returned."""
        return next((each for each in self.orders if each["number"] == number), None)

    def _deliver_refusal(self, e) -> str | None:
        if any(lot["pending"] and lot["usable_from"] is None and lot["order"] == e.order for lot in self.lots):
            return None
        return "already_delivered" if self.order_of(e.order) else "order_unknown"

    def _deliver(self, e) -> None:
        for lot in self.lots_in_order():
            if lot["pending"] and lot["usable_from"] is None and lot["order"] == e.order:
                lot["usable_from"] = self.today
                rules = lot["rules"]
                if rules.points and rules.points.expiry.life and rules.points.expiry.life_from == 1:
                    lot["own_dead"] = self.dead_from(lot["earned"], self.today, rules)
                    lot["dead"] = None if self.exempt() else lot["own_dead"]
                self.activate(lot)
