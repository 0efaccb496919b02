"""Paid plans."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from policies.choices import Metric, PlanRefund
from policies.rules import GIFT_EARN, GIFT_PLAN
from tests.naive.dates import months_later
from tests.naive.stored import Stored


class Plans(Stored):
    """The plan a member pays for."""

    def _plan_start(self, e) -> None:
        self.nothing_given_yet()
        self.begin_plan(e.which, e.order)
        if e.trial:
            plan = self.plan_rules()
            self.trials_used.add(plan.name)
            until = self.today + timedelta(days=plan.trial.count)
            self.plan |= {"trial": True, "until": until, "renews": plan.auto_renew}
        else:
            self.pay_period(e.order)
        self.move_seat(e.order)
        self.first_benefits()
        self.rise()

    def begin_plan(self, number: int, order: int) -> None:
        """The seat in a plan is taken; nothing is paid yet."""
        self.post("plan_start", "no_plan", f"plan_{number}", 1, order=order)
        self.plan = {
            "number": number, "anchor": self.today, "months": 0, "from": self.today, "until": None, "renews": False,
            "trial": False, "paid": 0,
        }  # fmt: skip

    def pay_period(self, order: int) -> int:
        """One more period is paid. Returns the fee."""
        plan = self.plan_rules()
        fee = plan.price
        if plan.intro_price is not None and plan.name not in self.intros_used:
            fee = plan.intro_price
        # Who has paid once is no new customer, whatever the price was.
        self.intros_used.add(plan.name)
        self.post("plan_fee", "cash", "fees", fee, order=order)
        months = self.plan["months"] + plan.period.count
        until = months_later(self.plan["anchor"], months) if plan.period.count else None
        self.plan |= {"months": months, "from": self.today, "until": until, "renews": plan.auto_renew}
        self.plan |= {"trial": False, "paid": fee}
        return fee

    def first_benefits(self) -> None:
        """A plan begins: benefits at once, unless some were given within the last month, of whatever plan."""
        if self.benefits_given == 0 or months_later(self.benefits_from, self.benefits_given) <= self.today:
            self.benefits_from, self.benefits_given = self.today, 0
        self.plan_gifts()

    def plan_gifts(self) -> None:
        """The benefits of the month, if this is the day for them."""
        if not self.plan or not self.plan_rules().monthly_benefits:
            return
        if months_later(self.benefits_from, self.benefits_given) == self.today:
            self.benefits_given += 1
            points, growth, coupons = self.among(GIFT_PLAN + self.plan["number"])
            self.period["points"] += points
            self.period["growth"] += growth
            self.period["coupons"] += coupons
            self.give(GIFT_PLAN + self.plan["number"])

    def nothing_given_yet(self) -> None:
        """A period begins, or another plan does without a period before it."""
        self.period = {"points": 0, "growth": 0, "coupons": 0}
        self.period |= {"first": self.coupons_made, "since": self.today}
        self.saved = 0
        for sale in self.orders:
            # What comes back from now on was not saved in this period.
            sale["saved"] = 0

    def plan_night(self) -> None:
        """End of a trial or of a period."""
        plan = self.plan
        if plan and plan["until"] == self.today:
            if plan["renews"]:
                if plan["trial"]:
                    plan["anchor"] = self.today
                self.nothing_given_yet()
                self.pay_period(-1)
            else:
                self.lapse()
        self.plan_gifts()

    def of_plans(self, coupon: dict) -> bool:
        """Whether a coupon came as a benefit in the running period."""
        return GIFT_PLAN < coupon["list"] < GIFT_EARN and coupon["serial"] >= self.period["first"]

    def lapse(self) -> None:
        """The plan ends."""
        self.post("plan_lapse", f"plan_{self.plan['number']}", "no_plan", 1)
        self.plan = None
        self.move_seat()

    def _plan_cancel(self, e) -> None:
        self.plan["renews"] = False

    def _plan_renew(self, e) -> None:
        self.plan["renews"] = True

    def unused(self) -> int:
        """Money for the days of the period that are left."""
        plan = self.plan
        if plan["until"] is None or plan["trial"]:
            return 0
        return int(Fraction(plan["paid"] * (plan["until"] - self.today).days, (plan["until"] - plan["from"]).days))

    def _plan_change(self, e) -> None:
        credit, refunds = self.unused(), self.plan_rules().refund.mode != PlanRefund.NONE
        self.post("plan_lapse", f"plan_{self.plan['number']}", "no_plan", 1)
        self.begin_plan(e.which, -1)
        fee = self.pay_period(-1)
        credit = min(credit, fee)
        self.post("plan_credit", "fees", "cash", credit)
        if not refunds:
            # What nobody would have paid back does not come back by way of another plan.
            self.plan["paid"] = fee - credit
        self.move_seat()
        self.first_benefits()
        self.rise()

    def _plan_refund(self, e) -> None:
        plan, mode = self.plan, self.plan_rules().refund.mode
        if plan["trial"]:
            money = 0
        elif mode == PlanRefund.PRO_RATA:
            money = self.unused()
        elif mode == PlanRefund.FULL_WITHIN:
            money = plan["paid"]
        else:
            money = max(0, plan["paid"] - self.saved)
        self.post("plan_return", "fees", "cash", money)
        self.benefits_back(money)
        self.lapse()

    def benefits_back(self, cash: int) -> None:
        """What the plan, or those before it in the same period, have given; once all of it is gone it comes anew."""
        given = self.period
        taken = self.coupons_back(self.of_plans)
        _, held_back, unpaid = self.claw_back(given["points"], -1, cash)
        shrunk = self.shrink(given["growth"], -1)
        if self.rules.tiers.metric == Metric.GROWTH:
            self.uncount_latest(shrunk, given["since"])
            for base in self.bases():
                if base["day"] >= given["since"]:
                    base["amount"] -= shrunk
            self.lose(-1, cash - held_back)
        if (unpaid, shrunk, taken) == (0, given["growth"], given["coupons"]):
            self.benefits_given = 0

    def _plan_refusal(self, kind: str, e) -> str | None:
        """Why a plan is not started, changed or ended."""
        known = 1 <= e.which <= len(self.rules.plans)
        if kind == "plan_start":
            if not known:
                return "plan_unknown"
            if self.plan:
                return "plan_already_held"
            plan = self.rules.plans[e.which - 1]
            if e.trial and not plan.trial.count:
                return "plan_trial_not_offered"
            return "plan_trial_used" if e.trial and plan.name in self.trials_used else None
        if not self.plan:
            return "plan_not_held"
        if kind == "plan_change":
            if not known:
                return "plan_unknown"
            return "plan_same" if e.which == self.plan["number"] else None
        if kind == "plan_refund" and not self.plan["trial"]:
            refund = self.plan_rules().refund
            if refund.mode == PlanRefund.NONE:
                return "plan_refund_not_offered"
            too_late = self.today >= self.plan["from"] + timedelta(days=refund.days)
            if refund.mode == PlanRefund.FULL_WITHIN and too_late:
                return "plan_refund_period_over"
        return None
