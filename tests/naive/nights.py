"""Nights: all that falls due by itself, and the change of one policy for another."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from policies.choices import LeapDay, OldLots, OldTiers
from policies.rules import GIFT_BIRTHDAY, GIFT_EARN, GIFT_PACK, GIFT_PLAN, GIFT_WIN_BACK, GIFT_YEAR_END
from tests.naive.daily import Daily
from tests.naive.dates import far, months_later


class Nights(Daily):
    """One night after the other."""

    def live_until(self, day: date) -> None:
        """Every night from the last known day to the morning of ``day``."""
        if not self.joined or self.left:
            self.today = max(day, self.today or day)
            return
        while self.today < day:
            self.today += timedelta(days=1)
            self.second = 0
            self.night()

    def night(self) -> None:
        """What falls due, in order."""
        before, self.version = self.version, self.rules_of(self.today)
        old, self.rules = self.policy.versions[before], self.policy.versions[self.version]
        switch = self.rules.switch
        if self.version > before:
            self.keep_counters(old)
            if switch and self.policy.dates[self.version] == switch.since:
                self.switch(old, switch)
            self.set_clocks(self.today - timedelta(days=1))
        self.orders = [sale for sale in self.orders if far(sale["until"]) > self.today]
        self.points_night()
        self.bonus_night()
        for coupon in self.coupons_in_order():
            if coupon["until"] and coupon["until"] <= self.today:
                self.drop_coupon(coupon, "coupon_expire", "expired", coupon["order"])
        self.plan_night()
        self.tier_night()
        self.decay()
        self.gift_night()
        self.cost_night()
        self.hear()

    def points_night(self) -> None:
        """Points become usable, and die."""
        for lot in self.lots_in_order():
            if lot["pending"] and lot["usable_from"] and lot["usable_from"] <= self.today:
                self.activate(lot)
        for lot in self.lots_in_order():
            if lot["dead"] and lot["dead"] <= self.today:
                self.expire(lot)
        if self.silent_on and self.silent_on <= self.today and not self.exempt():
            self.silent_on = None
            self.start_silence(self.today)
            for lot in self.lots_in_order():
                self.expire(lot)

    def gift_night(self) -> None:
        """Birthday, end of the year, and the gift for who has not bought for long."""
        if self.birthday and self.is_birthday():
            self.give(GIFT_BIRTHDAY)
        year_end = self.rules.gifts.year_end
        if year_end and (self.today.month, self.today.day) == (12, 31) and self.seat >= self.level_number(year_end.to):
            self.give(GIFT_YEAR_END)
        if self.win_back_on == self.today:
            self.win_back_on = None
            self.give(GIFT_WIN_BACK)
        self.rise()

    def is_birthday(self) -> bool:
        """Whether today is the day on which the birthday is kept."""
        if self.birthday == (2, 29) and not calendar.isleap(self.today.year):
            kept = (2, 28) if self.rules.gifts.leap_day == LeapDay.FEB_28 else (3, 1)
            return (self.today.month, self.today.day) == kept
        return (self.today.month, self.today.day) == self.birthday

    # ---- a new policy ----

    def switch(self, old, switch) -> None:
        """This policy takes over from the one before it."""
        yesterday = self.today - timedelta(days=1)
        same_metric = old.tiers.metric == self.rules.tiers.metric
        if not same_metric:
            self.counted, self.best_base, self.pack_base, self.term_base = {}, {}, {}, None
        self.switch_plan(old)
        self.own, self.best = self.new_level(old, self.own), self.new_level(old, self.best)
        self.switch_term(same_metric)
        self.switch_packs(old)
        self.no_pack = {self.new_level(old, level) for level in self.no_pack}
        for top_up in self.top_ups:
            if former := top_up["former"]:
                top_up["tier"] = self.new_level(old, top_up["tier"])
                former["own"], former["best"] = self.new_level(old, former["own"]), self.new_level(old, former["best"])
        self.switch_coupon_lists(old)
        self.switch_seat()
        self.switch_lots(switch)
        self.drop_unknown_coupons()
        self.silent_on = None
        self.start_silence(yesterday)
        if switch.tiers == OldTiers.AT_ONCE:
            earned = self.earned_level(self.qualifying(yesterday))
            if earned != self.own:
                self.set_own(earned, -1, yesterday)
        self.rise()

    def switch_term(self, same_metric: bool) -> None:
        """The present term of the own tier under the new policy."""
        if self.own == 0:
            self.review_on = self.grace = None
            return
        if self.review_on is None:
            self.review_on = self.next_review(self.today.year)
        if self.grace and not same_metric:
            self.grace |= {"gained": 0, "missing": self.level(self.own).keep}

    def drop_unknown_coupons(self) -> None:
        """Coupons that the new policy does not have are gone; those that an order has used do not come back."""
        known = [self.policy.coupon_codes.index(each.code) + 1 for each in self.rules.coupons]
        for coupon in self.coupons_in_order():
            if coupon["code"] not in known:
                self.drop_coupon(coupon, "coupon_expire", "expired", coupon["order"])
        for coupon in (used for sale in self.orders for used in sale["coupons"]):
            coupon["forfeited"] |= coupon["code"] not in known

    def switch_packs(self, old) -> None:
        """Days and bases of old tiers are those of new ones; the earliest if several have become one."""
        packs, packs_rest, best_rests = self.packs, self.pack_base, self.best_base
        self.packs, self.pack_base, self.best_base = {}, {}, {}
        for level in sorted(packs, key=packs.get):
            if (new := self.new_level(old, level)) not in self.packs:
                self.packs[new] = packs[level]
                self.rest(self.pack_base, new, packs_rest.get(level))
        for level in sorted(best_rests, key=lambda each: best_rests[each]["day"]):
            self.best_base.setdefault(self.new_level(old, level), best_rests[level])

    def set_clocks(self, yesterday: date) -> None:
        """What the new rules let fall due from this night on."""
        win_back = self.rules.gifts.win_back
        back = self.last_order + timedelta(days=win_back.after.count) if win_back and self.last_order else None
        self.win_back_on = back if back and back > yesterday else None
        if self.plan and self.plan_rules().monthly_benefits:
            self.benefits_given = 0
            while months_later(self.benefits_from, self.benefits_given) <= yesterday:
                self.benefits_given += 1
        self.plan_costs(yesterday)

    def keep_counters(self, old) -> None:
        """Rows and caps may stand elsewhere in other rules; what was used of them goes along."""
        rows, caps = self.places(old, "earn", "on"), self.places(old, "caps", "per")
        used = {}
        for what, state in self.used.items():
            if what[0] in ("earn", "cap"):
                place = (rows if what[0] == "earn" else caps)[what[1]]
                if place is not None:
                    used[what[0], place] = state
            else:
                used[what] = state
        self.used = used

    def places(self, old, rows: str, key: str) -> dict[int, int | None]:
        """Where the rows of the old rules stand now: the first of a kind becomes the first of that kind, and so on."""

        def kinds(version) -> list[tuple]:
            each = [getattr(row, key) for row in getattr(version.points, rows)] if version.points else []
            return [(kind, each[:place].count(kind)) for place, kind in enumerate(each)]

        now = kinds(self.rules)
        return {place: now.index(kind) if kind in now else None for place, kind in enumerate(kinds(old))}

    def switch_coupon_lists(self, old) -> None:
        """Coupons, held or used, remember the list that gave them by its new number."""
        rows, plans = self.places(old, "earn", "on"), [plan.name for plan in self.rules.plans]
        pieces = self.coupons + [used for sale in self.orders for used in sale["coupons"]]
        for coupon in {each["serial"]: each for each in pieces}.values():
            number = coupon["list"]
            if number >= GIFT_EARN:
                row = rows[number - GIFT_EARN]
                coupon["list"] = -1 if row is None else GIFT_EARN + row
            elif number >= GIFT_PLAN:
                name = old.plans[number - GIFT_PLAN - 1].name
                coupon["list"] = GIFT_PLAN + plans.index(name) + 1 if name in plans else -1
            elif number >= GIFT_PACK:
                coupon["list"] = GIFT_PACK + self.new_level(old, number - GIFT_PACK)

    def switch_seat(self) -> None:
        """The seat, where the tiers have other numbers now."""
        granted = self.level_number(self.plan_rules().grants_tier) if self.plan else None
        seat = max(self.own, granted or 0)
        if seat != self.seat:
            cause = "upgrade" if seat > self.seat else "downgrade"
            self.post(cause, f"tier_{self.seat}", f"tier_{seat}", 1)
            self.seat = seat

    def switch_lots(self, switch) -> None:
        """What becomes of the dates of points."""
        for lot in self.lots_in_order():
            if switch.old_lots != OldLots.KEEP_DATES:
                begins = lot["earned"] if switch.old_lots == OldLots.NEW_RULE else self.today
                usable_from = lot["usable_from"] and max(lot["usable_from"], begins)
                before, after = lot["own_dead"], self.dead_from(begins, usable_from)
                if far(after) < far(before):
                    notice = self.today + timedelta(days=switch.notice.count)
                    after = max(after, min(far(before), notice))
                lot["own_dead"], lot["rules"] = after, self.rules
            lot["dead"] = None if self.exempt() else lot["own_dead"]

    def new_level(self, old, number: int) -> int:
        """The new number of an old tier."""
        level, levels = old.tiers.levels[number], self.rules.tiers.levels
        same = [each for each, new in enumerate(levels) if new.name == level.name]
        if same:
            return same[0]
        if old.tiers.metric == self.rules.tiers.metric:
            return max(each for each, new in enumerate(levels) if new.enter <= level.enter)
        return min(number, len(levels) - 1)

    def switch_plan(self, old) -> None:
        """A plan goes on under its name, or ends."""
        if not self.plan:
            return
        number, name = self.plan["number"], old.plans[self.plan["number"] - 1].name
        now = [each for each, plan in enumerate(self.rules.plans, start=1) if plan.name == name]
        if now == [number]:
            return
        self.post("plan_lapse", f"plan_{number}", "no_plan", 1)
        if now:
            self.post("plan_start", "no_plan", f"plan_{now[0]}", 1)
            self.plan["number"] = now[0]
        else:
            self.plan = None
