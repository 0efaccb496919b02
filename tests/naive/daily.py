"""What members do beside buying: activities, rewards, the wheel, partners, joining and leaving."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from policies.choices import Metric, Per, Prize, Reset
from policies.rules import ACTIVITIES_MOST, GIFT_EARN, GIFT_JOIN, MILLION, REFERRAL_ACTIVITY
from tests.naive.dates import BP, next_month, period_of, rounded
from tests.naive.refunds import Refunds

PRIZE_ITEMS = 32
MOST_MONEY = 10**12


class Daily(Refunds):
    """Everyday events."""

    # ---- join and leave ----

    def _join_refusal(self, e) -> str | None:
        if (e.birth_month, e.birth_day) != (0, 0):
            try:
                date(2000, e.birth_month, e.birth_day)
            except ValueError:
                return "birthday_invalid"
        return None if self.rules.join.open or e.invited else "invitation_needed"

    def _join(self, e) -> None:
        self.joined = self.today
        self.version = self.rules_of(self.today)
        self.referred = bool(e.referred)
        self.birthday = (e.birth_month, e.birth_day) if e.birth_month else None
        self.post("join", "outside", "tier_0", 1)
        self.plan_costs()
        self.give(GIFT_JOIN)
        if self.referred:
            parts = self.referred_parts(at_join=True)
            self.granted(parts, -1, is_order=False)
            for part in parts:
                self.give(GIFT_EARN + part["item"])
        self.start_silence(self.today)
        self.rise()

    def _leave(self, e) -> None:
        if self.plan:
            self.lapse()
        for coupon in self.coupons_in_order():
            self.drop_coupon(coupon, "coupon_take_back", "taken_back", coupon["order"])
        for top_up in self.top_ups:
            self.pay_out(top_up)
        for lot in self.lots_in_order():
            self.post("cancel", self.place(lot), "points_cancelled", lot["points"], lot, lot["order"])
        self.lots = []
        self.post("cancel", "points_cancelled", "points_debt", self.debt)
        self.debt = 0
        self.post("leave", f"tier_{self.seat}", "outside", 1)
        self.left = True

    def _household(self, e) -> None:
        self.household = e.other

    def _household_refusal(self, e) -> str | None:
        return None if self.rules.sharing.households else "household_not_offered"

    # ---- activities and referrals ----

    def _activity_refusal(self, e) -> str | None:
        return None if 0 <= e.which < ACTIVITIES_MOST else "activity_unknown"

    def _activity(self, e) -> None:
        name = self.policy.activity_names[e.which] if e.which < len(self.policy.activity_names) else None
        then, length = self.streaks.get(e.which, (None, 0))
        fresh = then != self.today
        if fresh:
            length = length + 1 if then == self.today - timedelta(days=1) else 1
        self.streaks[e.which] = (self.today, length)
        rows = [row for row in self.rows_on(name) if name != "referral" and self.counts_once(row)]
        parts = []
        for row in rows:
            rule = self.rules.points.earn[row]
            extra = sum(points for days, points in rule.streak if days == length) if fresh else 0
            parts.append({"cause": "earn_activity", "item": row, "points": rule.points + extra})
        self.touched.add(Reset.ACTIVITY)
        self.end_activity(parts, e.which, self.activity_day())

    def _referral_refusal(self, e) -> str | None:
        return None if self.rows_on("referral") else "referral_not_offered"

    def _referral(self, e) -> None:
        self.touched.add(Reset.ACTIVITY)
        parts = []
        for row in self.rows_on("referral"):
            if self.counts_once(row):
                points = self.rules.points.earn[row].referrer
                parts.append({"cause": "earn_referral", "item": row, "points": points})
        self.end_activity(parts, REFERRAL_ACTIVITY, 0)

    def rows_on(self, trigger: str | None) -> list[int]:
        """The rows of points.earn with this trigger."""
        rows = self.rules.points.earn if self.rules.points else ()
        return [number for number, row in enumerate(rows) if row.on == trigger]

    def counts_once(self, row: int) -> bool:
        """Whether the limit of a row allows one time more; counts it."""
        limit = self.rules.points.earn[row].limit
        if limit is None:
            return True
        period = period_of(limit.per, self.today)
        if not self.within(("earn", row), limit, period):
            return False
        self.use(("earn", row), period)
        return True

    def end_activity(self, parts: list[dict], activity: int, active: int) -> None:
        """Points, gifts, growth, tiers."""
        self.granted(parts, -1, is_order=False)
        for part in parts:
            self.give(GIFT_EARN + part["item"])
        metric = self.rules.tiers.metric
        growth = 0
        if metric == Metric.GROWTH and activity < len(self.policy.activity_names):
            growth = dict(self.rules.growth.activities).get(self.policy.activity_names[activity], 0)
        self.grow(growth, item=activity)
        points = sum(part["points"] for part in parts)
        counting = {Metric.GROWTH: growth, Metric.POINTS_EARNED: points, Metric.ACTIVE_DAYS: active}
        self.count(counting.get(metric, 0))
        self.rise()

    # ---- rewards and the wheel ----

    def reward_of(self, number: int):
        """A reward by its number, or None."""
        names = self.policy.reward_names
        rewards = self.rules.points.rewards if self.rules.points else ()
        return next((each for each in rewards if 0 <= number < len(names) and each.name == names[number]), None)

    def _reward_refusal(self, e) -> str | None:
        reward = self.reward_of(e.which)
        if reward is None:
            return "reward_unknown"
        if self.debt:
            return "redeem_blocked_by_debt"
        closed = self.closed.get(("reward", e.which))
        if closed and (self.today, e.second) >= closed:
            return "reward_out_of_stock"
        return self.redeem_refusal(reward.points)

    def _reward(self, e) -> None:
        reward = self.reward_of(e.which)
        self.spend(reward.points, "redeem_reward", "points_redeemed", item=e.which)
        self.hand_over(reward.kind, reward.cost, e.which)

    def hand_over(self, kind, cost: int, item: int) -> None:
        """A coupon, goods or a ticket, and what it costs the shop."""
        if kind.prize in (Prize.GOODS, Prize.TICKET, Prize.COUPON):
            self.post("reward_cost", "reward_costs", "payable", cost, item=item)
        if kind.prize == Prize.COUPON:
            self.give_coupon(kind.coupon, -1, -1)
        elif kind.prize in (Prize.GOODS, Prize.TICKET):
            self.post("gift_given", "gifts_issued", "gifts_given", 1, item=item)

    def _spin_refusal(self, e) -> str | None:
        wheel = self.rules.points.wheel if self.rules.points else None
        if wheel is None:
            return "wheel_not_offered"
        if not 0 <= e.chance < MILLION:
            return "amount_negative"
        if self.debt:
            return "redeem_blocked_by_debt"
        if wheel.limit and not self.within(("spin",), wheel.limit, period_of(wheel.limit.per, self.today)):
            return "limit_reached"
        return self.redeem_refusal(wheel.points)

    def _spin(self, e) -> None:
        wheel = self.rules.points.wheel
        reached = [sum(each.p for each in wheel.prizes[: place + 1]) for place in range(len(wheel.prizes))]
        item = next(place for place, chance in enumerate(reached) if chance > e.chance)
        prize = wheel.prizes[item]
        self.spend(wheel.points, "redeem_wheel", "points_redeemed")
        self.use(("spin",), period_of(wheel.limit.per if wheel.limit else Per.EVER, self.today))
        if prize.kind.prize == Prize.POINTS:
            self.credit(prize.points, "earn_prize", item)
        self.hand_over(prize.kind, prize.cost, PRIZE_ITEMS + item)

    # ---- partners ----

    def partner_of(self, side: str, number: int):
        """A partner by its number, or None."""
        names = self.policy.partner_earn_names if side == "earn" else self.policy.partner_burn_names
        rows = getattr(self.rules.partners, side)
        return next((each for each in rows if 0 <= number < len(names) and each.name == names[number]), None)

    def _partner_earn_refusal(self, e) -> str | None:
        if self.partner_of("earn", e.which) is None:
            return "partner_unknown"
        if e.points <= 0:
            return "amount_negative"
        too_much = e.points * self.partner_of("earn", e.which).points_bought_at > MOST_MONEY * BP
        return "amount_too_large" if e.points > 10**9 or too_much else None

    def _partner_earn(self, e) -> None:
        self.credit(e.points, "earn_partner", e.which)
        price = self.partner_of("earn", e.which).points_bought_at
        income = rounded(Fraction(e.points * price, BP), 1)
        self.post("partner_sale", "partners", "partner_income", income, item=e.which)

    def _partner_burn_refusal(self, e) -> str | None:
        partner = self.partner_of("burn", e.which)
        if partner is None:
            return "partner_unknown"
        if e.points <= 0:
            return "amount_negative"
        if e.points // partner.points * partner.pay_partner > MOST_MONEY:
            return "amount_too_large"
        if self.debt:
            return "redeem_blocked_by_debt"
        if e.points % partner.points:
            return "partner_points_not_in_multiples"
        return self.redeem_refusal(e.points)

    def _partner_burn(self, e) -> None:
        partner = self.partner_of("burn", e.which)
        self.spend(e.points, "redeem_partner", "points_redeemed", item=e.which)
        cost = e.points // partner.points * partner.pay_partner
        self.post("partner_cost", "reward_costs", "payable", cost, item=e.which)

    # ---- clocks of the night ----

    def cost_night(self) -> None:
        """The first of a month: the seat's monthly cost."""
        if self.costs_on == self.today:
            cost = self.benefit("cost_per_month")
            self.post("benefit_month", "benefit_costs", "payable", cost)
            self.costs_on = next_month(self.today) if cost else None
