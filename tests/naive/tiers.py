"""Tiers: what counts, rises, reviews, falls; and the gifts that come with them."""

from __future__ import annotations

from datetime import date, timedelta

from policies.choices import Downgrade, Item, Leaving, Metric, Upgrade, Validity, Window
from policies.rules import GIFT_BIRTHDAY, GIFT_EARN, GIFT_JOIN, GIFT_PACK, GIFT_PLAN, GIFT_WIN_BACK, GIFT_YEAR_END
from tests.naive.dates import EPOCH, anniversary, far, later, months_later, next_month, share
from tests.naive.points import Points


class Tiers(Points):
    """The member's tier, and gifts."""

    # ---- gifts ----

    def gifts_of(self, gift_list: int) -> tuple:
        """What a gift list holds today."""
        rules = self.rules
        if gift_list == GIFT_JOIN:
            return rules.gifts.join
        if gift_list == GIFT_BIRTHDAY:
            return rules.gifts.birthday
        if gift_list == GIFT_YEAR_END:
            return rules.gifts.year_end.items if rules.gifts.year_end else ()
        if gift_list == GIFT_WIN_BACK:
            return rules.gifts.win_back.items if rules.gifts.win_back else ()
        if gift_list >= GIFT_EARN:
            return rules.points.earn[gift_list - GIFT_EARN].give
        if gift_list >= GIFT_PLAN:
            return rules.plans[gift_list - GIFT_PLAN - 1].monthly_benefits
        return rules.tiers.levels[gift_list - GIFT_PACK].upgrade_pack

    def give(self, gift_list: int, order: int = -1) -> None:
        """Give all gifts of a list."""
        for kind, what in self.gifts_of(gift_list):
            if kind == Item.POINTS:
                self.credit(what, "earn_gift", gift_list, order)
            elif kind == Item.COUPON:
                self.give_coupon(what, gift_list, order)
            else:
                self.grow(what, order, gift_list)
                self.count(what)

    def among(self, gift_list: int) -> tuple[int, int, int]:
        """(points, growth, number of coupons) in a list."""
        sums = dict.fromkeys(Item, 0)
        for kind, what in self.gifts_of(gift_list):
            sums[kind] += 1 if kind == Item.COUPON else what
        return sums[Item.POINTS], sums[Item.GROWTH], sums[Item.COUPON]

    def give_coupon(self, code: str, gift_list: int, order: int) -> None:
        """A coupon into the member's hands."""
        coupon = next(each for each in self.rules.coupons if each.code == code)
        until = later(self.today, coupon.valid) if coupon.valid else None
        number = self.policy.coupon_codes.index(code) + 1
        coupon = {"serial": self.coupons_made, "code": number, "until": until, "list": gift_list, "order": order}
        self.coupons_made += 1
        self.coupons.append(coupon | {"forfeited": False})
        self.post("coupon_issue", "coupons_issued", "coupons_held", 1, order=order, item=number)

    def drop_coupon(self, coupon: dict, cause: str, to: str, order: int = -1) -> None:
        """A coupon leaves the member's hands."""
        self.coupons.remove(coupon)
        self.post(cause, "coupons_held", f"coupons_{to}", 1, order=order, item=coupon["code"])

    def coupons_in_order(self) -> list[dict]:
        """First to die first."""
        return sorted(self.coupons, key=lambda each: (far(each["until"]), each["serial"]))

    # ---- what counts ----

    def grow(self, growth: int, order: int = -1, item: int = -1) -> None:
        """More growth value."""
        self.post("grow", "growth_issued", "growth_held", growth, order=order, item=item)
        self.growth += growth

    def count(self, amount: int) -> None:
        """An amount counts for tiers from now on."""
        until = self.counts_until(self.today)
        self.counted[until] = self.counted.get(until, 0) + amount
        if amount and self.rules.tiers.window.kind not in (Window.ROLLING_MONTHS, Window.ROLLING_DAYS):
            for base in self.bases():
                if base["until"] == until:
                    base["amount"] += amount
                    base["day"] = self.today
        if self.grace:
            self.grace["gained"] += amount
        if amount or self.rules.tiers.upgrade == Upgrade.IMMEDIATELY:
            self.look_up = True

    def counts_until(self, day: date) -> date | None:
        """First date on which what counts on a day no longer does."""
        kind, count = self.rules.tiers.window
        return {
            Window.LIFETIME: lambda: None,
            Window.CALENDAR_YEAR: lambda: date(day.year + 1, 1, 1),
            Window.ROLLING_MONTHS: lambda: months_later(day, count),
            Window.ROLLING_DAYS: lambda: day + timedelta(days=count),
            Window.MEMBERSHIP_YEAR: lambda: anniversary(self.joined, day),
        }[kind]()

    def qualifying(self, day: date) -> int:
        """What counts on a day."""
        return sum(amount for until, amount in self.counted.items() if until is None or until > day)

    def activity_day(self) -> int:
        """1 if this is the first activity of the day."""
        first = self.last_active is None or self.last_active < self.today
        self.last_active = self.today
        return int(first)

    def threshold(self, level: int, best: int | None = None) -> int:
        """What reaches a tier: less for who has held it before."""
        rules = self.level(level)
        return rules.re_enter if level <= (self.best if best is None else best) else rules.enter

    def by_invitation(self, level: int) -> bool:
        """Whether no amount reaches the tier."""
        return self.level(level).name in self.rules.join.invite_tiers

    def earned_level(self, amount: int) -> int:
        """The highest tier that an amount reaches."""
        levels = range(len(self.rules.tiers.levels))
        return max(each for each in levels if not self.by_invitation(each) and amount >= self.threshold(each))

    # ---- rises and falls ----

    def rise(self, order: int = -1) -> None:
        """If anything has counted: move up now, or look at it some night."""
        while self.look_up:
            self.look_up = False
            mode = self.rules.tiers.upgrade
            if mode == Upgrade.IMMEDIATELY:
                earned = self.earned_level(self.qualifying(self.today))
                if earned > self.own:
                    self.set_own(earned, order, self.today)
                continue
            night = {
                Upgrade.DAILY: self.today + timedelta(days=1),
                Upgrade.MONTH_END: next_month(self.today),
                Upgrade.WINDOW_END: self.counts_until(self.today),
            }[mode]
            if night:
                self.rise_on = min(night, far(self.rise_on))

    def set_own(self, level: int, order: int, judged: date, by_amount: bool = True) -> None:
        """The member's own tier, with a new term; a rise brings the packs of every tier passed."""
        before, self.own = self.own, level
        thresholds = [self.threshold(each) for each in range(len(self.rules.tiers.levels))]
        rests = by_amount and self.qualifying(judged) >= thresholds[level]
        self.term_base = self.base_of(judged, thresholds[level]) if level and rests else None
        passed = range(before + 1, level + 1)
        packs = {each: self.base_of(judged, thresholds[each]) for each in passed if by_amount}
        if level > before or not by_amount:
            for each in range(self.best + 1, level + 1):
                self.rest(self.best_base, each, self.base_of(judged, self.level(each).enter) if by_amount else None)
            self.best = max(self.best, level)
        self.tier_top_up = -1
        self.grace = None
        self.move_seat(order)
        self.review_on = self.next_review(judged.year)
        for each in passed:
            rules = self.level(each)
            if rules.upgrade_pack and each not in self.no_pack:
                self.packs[each] = self.today
                self.rest(self.pack_base, each, packs.get(each))
                self.no_pack.add(each)
                self.give(GIFT_PACK + each, order)

    def base_of(self, judged: date, limit: int) -> dict:
        """What counted on a day, as the base of what needed ``limit``; ``since`` is for what came in a time only."""
        amount = self.qualifying(judged)
        return {"day": judged, "until": self.counts_until(judged), "amount": amount, "limit": limit, "since": None}

    @staticmethod
    def rest(bases: dict[int, dict], level: int, base: dict | None) -> None:
        """Something of a tier rests on this, or on no amount."""
        bases.pop(level, None)
        if base:
            bases[level] = base

    def bases(self) -> list[dict]:
        """All bases."""
        term = [self.term_base] if self.term_base else []
        return [*self.best_base.values(), *self.pack_base.values(), *term]

    def move_seat(self, order: int = -1) -> None:
        """The seat is the higher one of the own tier and the plan's."""
        granted = self.level_number(self.plan_rules().grants_tier) if self.plan else None
        seat = max(self.own, granted or 0)
        if seat != self.seat:
            was_exempt = self.exempt()
            cause = "upgrade" if seat > self.seat else "downgrade"
            self.post(cause, f"tier_{self.seat}", f"tier_{seat}", 1, order=order)
            self.seat = seat
            self.change_exemption(was_exempt)
        self.plan_costs()

    def change_exemption(self, was_exempt: bool) -> None:
        """The member came into a tier whose points do not expire, or out of it."""
        if self.exempt():
            for lot in self.lots:
                lot["dead"] = None
            return
        if not was_exempt:
            return
        if self.rules.points and self.rules.points.expiry.on_leaving_exempt_tier == Leaving.LIFE_FROM_LEAVING:
            fresh = self.dead_from(self.today, self.today)
            for lot in self.lots:
                lot["own_dead"] = None if None in (lot["own_dead"], fresh) else max(lot["own_dead"], fresh)
            if self.silent_on and self.silent_on <= self.today:
                self.start_silence(self.today)
        for lot in self.lots:
            lot["dead"] = lot["own_dead"]
        for lot in self.lots_in_order():
            if lot["dead"] and lot["dead"] <= self.today:
                self.expire(lot)

    def benefit(self, kind: str) -> int:
        """What the benefits of the seat cost."""
        return sum(getattr(each, kind) for each in self.level(self.seat).benefits)

    def plan_costs(self, day: date | None = None) -> None:
        """From the next first of a month after a day on, or after today, the seat may cost something."""
        if self.costs_on is None and self.benefit("cost_per_month"):
            self.costs_on = next_month(day or self.today)

    def next_review(self, judged_year: int) -> date | None:
        """When the own tier must be reviewed."""
        tiers = self.rules.tiers
        if self.own == 0:
            return None
        kind, count = tiers.validity
        if kind == Validity.YEAR_END:
            end = date(judged_year + count + 1, 1, 1)
            return end if end > self.today else date(self.today.year + 1, 1, 1)
        if kind == Validity.MONTHS:
            return months_later(self.today, count)
        return self.counts_until(self.today)

    def fallen(self, amount: int) -> int:
        """Where a member lands who has missed the keep threshold."""
        earned = self.earned_level(amount)
        return max(earned, self.own - 1) if self.rules.tiers.downgrade == Downgrade.ONE_LEVEL else earned

    def tier_night(self) -> None:
        """What becomes of the tier at night, by what counted the day before."""
        yesterday = self.today - timedelta(days=1)
        amount = self.qualifying(yesterday)
        if self.rise_on == self.today:
            self.rise_on = None
            self.climb(yesterday)
        if self.review_on == self.today:
            self.review(amount, yesterday)
        if self.fall_on == self.today:
            self.fall_on = None
            if self.own and not self.by_invitation(self.own) and amount < self.threshold(self.own):
                self.set_own(self.own - 1, -1, yesterday)
        self.rise()

    def climb(self, yesterday: date) -> None:
        """Rise at night, and once more if the packs bring enough."""
        while (earned := self.earned_level(self.qualifying(yesterday))) > self.own:
            self.set_own(earned, -1, yesterday)

    def review(self, amount: int, yesterday: date) -> None:
        """Keep the tier, leave it, or get a time of grace."""
        tiers = self.rules.tiers
        earned = self.earned_level(amount)
        if earned > self.own:
            self.climb(yesterday)
        elif self.grace:
            grace = self.grace
            kept = grace["gained"] >= grace["missing"]
            self.end_term(self.own if kept else self.fallen(amount), yesterday)
            if kept:
                self.term_base = self.base_of(yesterday, grace["missing"]) | {"amount": grace["gained"]}
                self.term_base |= {"until": EPOCH, "since": grace["since"]}
        elif amount >= self.level(self.own).keep:
            self.end_term(self.own, yesterday)
            self.term_base = self.base_of(yesterday, self.level(self.own).keep)
        elif earned == self.own or tiers.downgrade == Downgrade.NONE:
            # Who would reach the tier again at once does not fall.
            self.end_term(self.own, yesterday)
        elif tiers.grace.count:
            self.grace = {"since": self.today, "missing": self.level(self.own).keep - amount, "gained": 0}
            self.review_on = self.today + timedelta(days=tiers.grace.count)
        else:
            self.end_term(self.fallen(amount), yesterday)

    def end_term(self, level: int, yesterday: date) -> None:
        """A review has decided; who falls has to earn the packs of every rise anew."""
        for lost in range(level + 1, self.own + 1):
            if self.level(lost).pack_when:
                self.no_pack.discard(lost)
        self.set_own(level, -1, yesterday)

    # ---- decay, invitations ----

    def decay(self) -> None:
        """On the first of a month or year, growth fades."""
        decay = self.rules.growth.decay
        if self.rules.tiers.metric != Metric.GROWTH or decay is None:
            return
        if self.today.day != 1 or (decay.months == 12 and self.today.month != 1):
            return
        lost = share(self.growth, decay.bp)
        self.post("decay", "growth_held", "growth_issued", lost)
        self.growth -= lost
        self.counted[None] = max(0, self.counted.get(None, 0) - lost)

    def _invite(self, e) -> None:
        self.grant_tier(e.which)

    def grant_tier(self, level: int) -> None:
        """A tier that was not earned: a rise, or a new term of the same tier."""
        if level >= self.own:
            self.set_own(level, -1, self.today, by_amount=False)

    def _invite_refusal(self, e) -> str | None:
        if not 1 <= e.which < len(self.rules.tiers.levels):
            return "tier_unknown"
        return None if self.by_invitation(e.which) else "tier_not_by_invitation"
