"""Random valid policy files over the whole list of keys: whatever the rules allow may stand together."""

from __future__ import annotations

from random import Random

CATEGORIES = ("skincare", "food", "toys")
CHANNELS = ("app", "store")
COUPONS = ("five", "tenth", "skin", "big")
MONEY_METRICS = ("spend", "net_spend")
FREE = ("review", "check_in", "share", "survey", "course", "event", "task", "dance")
"""Activities, and one that only this policy knows."""


def random_policy(rng: Random) -> str:
    """The text of a random valid policy file."""
    return _Writer(rng).text()


class _Writer:
    """Chooses as it writes. What a later table must know of an earlier one is kept."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.metric = rng.choice(("spend", "net_spend", "orders", "growth", "points_earned", "active_days"))
        self.downgrade = rng.choice(("none", "one_level", "to_earned"))
        self.negative = rng.choice(("debt", "debt", "floor", "withhold_cash"))
        self.levels = ["basic", "silver", "gold", "black"][: rng.randrange(1, 5)]
        self.invited = [self.levels[-1]] if len(self.levels) > 2 and self.some() else []
        self.exempt = {name for name in self.levels if rng.random() < 0.2}
        self.has_points = rng.random() < 0.9

    # ---- words ----

    def some(self, chance: float = 0.5) -> bool:
        return self.rng.random() < chance

    def one(self, *choices: object) -> object:
        return self.rng.choice(choices)

    def money(self, least: int = 1, most: int = 20_000) -> str:
        cents = self.rng.randrange(least, most)
        return f'"{cents // 100}.{cents % 100:02d}"'

    def rate(self, least: int, most: int) -> str:
        bp = self.rng.randrange(least, most)
        return f"{bp // 10_000}.{bp % 10_000:04d}"

    def word(self, *choices: str) -> str:
        return f'"{self.one(*choices)}"'

    def days(self, *counts: int) -> str:
        return f'"{self.one(*counts)} days"'

    def span(self) -> str:
        return self.word("1 month", "45 days", "2 months", "100 days", "1 year", "7 months")

    def limit(self) -> str:
        return f'"{self.one(1, 2, 5)} {self.one("per day", "per week", "per month", "per year", "ever")}"'

    def names(self, known: tuple[str, ...]) -> str:
        chosen = self.rng.sample(known, self.rng.randrange(len(known) + 1))
        return "[" + ", ".join(f'"{each}"' for each in chosen) + "]"

    def gifts(self, most: int = 3) -> str:
        gifts = []
        for _ in range(self.rng.randrange(1, most + 1)):
            kinds = ["points", "coupon", *(["growth"] if self.metric == "growth" else [])]
            kind = self.one(*kinds)
            gifts.append(f"coupon:{self.one(*COUPONS)}" if kind == "coupon" else f"{kind}:{self.rng.randrange(1, 300)}")
        return "[" + ", ".join(f'"{each}"' for each in gifts) + "]"

    def table(self, **keys: str | None) -> list[str]:
        """Lines of the keys; each that is not None."""
        return [f"{key.rstrip('_')} = {value}" for key, value in keys.items() if value is not None]

    def inline(self, **keys: str | None) -> str:
        return "{ " + ", ".join(self.table(**keys)) + " }"

    def maybe(self, value: str, chance: float = 0.5) -> str | None:
        return value if self.some(chance) else None

    def flag(self) -> str:
        return self.one("true", "false")

    # ---- the file ----

    def text(self) -> str:
        parts = [['title = "Random"'], self.join(), self.tiers(), *self.level_tables(), self.growth()]
        if self.has_points:
            parts += [*self.points(), self.expiry(), self.cash(), *self.rewards(), self.wheel()]
        parts += [*self.plans(), self.stored(), *self.coupons(), self.all_gifts(), *self.campaigns()]
        parts += [self.partners(), self.refunds(), self.sharing()]
        return "\n\n".join("\n".join(each) for each in parts if each) + "\n"

    def join(self) -> list[str]:
        invited = "[" + ", ".join(f'"{each}"' for each in self.invited) + "]"
        return ["[join]", *self.table(open=self.maybe(self.flag(), 0.3), invite_tiers=invited)]

    def tiers(self) -> list[str]:
        window = self.word("lifetime", "calendar_year", "membership_year", "rolling 2 months", "rolling 45 days")
        self.window = window.strip('"')
        upgrades = ["immediately", "immediately", "daily", "month_end"]
        upgrade = self.one(*upgrades, *([] if self.window == "lifetime" else ["window_end"]))
        splits = self.metric in (*MONEY_METRICS, "growth")
        split = self.word("whole_order_at_old_tier", *(["split_order"] if upgrade == "immediately" else []))
        counts = self.has_points and self.metric == "points_earned" and self.negative == "debt"
        return [
            "[tiers]",
            *self.table(
                metric=f'"{self.metric}"',
                window=window,
                upgrade=f'"{upgrade}"',
                validity=self.word("until review", "rest of year", "rest of year + 1 year", "2 months", "1 year"),
                downgrade=f'"{self.downgrade}"',
                grace=self.maybe(self.days(0, 10, 30)) if self.downgrade != "none" else None,
                on_refund=self.maybe(self.word("next_review", "now", "same_night_one_level")),
                threshold_mode=self.maybe(split, 0.7) if splits else None,
                gifts_on_refund=self.maybe(self.word("taken_back", "stay")),
                debt_counts=self.maybe(self.flag()) if counts else None,
            ),
        ]

    def level_tables(self) -> list[list[str]]:
        scale = {"orders": 2, "active_days": 2}.get(self.metric, 150)
        enter, found = 0, []
        for name in self.levels:
            found.append(["[[tiers.level]]", *self.level(name, enter)])
            enter += scale * self.rng.randrange(1, 5)
        return found

    def level(self, name: str, enter: int) -> list[str]:
        falls = self.downgrade != "none"
        pack = self.maybe(self.gifts()) if enter else None
        costs = [f"cost_per_{each}" for each in ("order", "month", "refund")]
        benefits = [self.inline(name='"care"', **{self.one(*costs): self.money(1, 300)}) for _ in range(2)]
        return self.table(
            name=f'"{name}"',
            enter=str(enter),
            keep=self.maybe(str(self.rng.randrange(enter + 1))) if falls else None,
            re_enter=self.maybe(str(self.rng.randrange(enter // 2, enter + 1)), 0.3) if enter else None,
            multiplier=self.maybe(self.rate(0, 30_000)),
            discount=self.maybe(self.rate(0, 2_000), 0.4),
            upgrade_pack=pack,
            pack_when=self.maybe(self.word("first_reach", "every_rise")) if pack else None,
            points_expire="false" if name in self.exempt and self.has_points else None,
            benefits=self.maybe(f"[ {benefits[0]}, {benefits[1]} ]", 0.4),
        )

    def growth(self) -> list[str]:
        if self.metric != "growth":
            return []
        activities = {name: str(self.rng.randrange(100)) for name in ("review", "check_in", "referral")}
        decays = self.window == "lifetime"
        return [
            "[growth]",
            *self.table(
                per_unit_spent=self.maybe(self.rate(0, 20_000), 0.8),
                activities=self.maybe(self.inline(**activities)),
                decay=self.maybe(self.word("none", "10 % per month", "50 % per year")) if decays else None,
            ),
        ]

    # ---- points ----

    def points(self) -> list[list[str]]:
        how = f'"{self.one("floor", "half_up", "ceil")} per {self.one("order", "rule", "line")}"'
        rows = ",\n".join(f"  {each}" for each in self.earn_rows())
        caps = ", ".join(self.cap() for _ in range(self.rng.randrange(3)))
        self.pending = self.one(0, 0, 3, 14)
        waits = '"until_delivered"' if self.some(0.15) else f'"{self.pending} days"'
        lines = self.table(
            value=self.word("0.01", "0.02", "0.1"),
            earn_on=self.word("list", "after_discounts", "net_of_points", "net_of_points_and_bonus"),
            rounding=self.one(how, how, '"block 2.50"'),
            pending=waits,
            negative=f'"{self.negative}"',
            combine_multipliers=self.maybe(self.word("multiply", "add")),
            multiplier_cap=self.maybe(self.one("1.5", "3.0", '"none"'), 0.3),
            earn=f"[\n{rows},\n]",
            caps=f"[ {caps} ]" if caps else None,
        )
        return [["[points]", *lines]]

    def earn_rows(self) -> list[str]:
        places = [(None, None), *((each, None) for each in CATEGORIES), *((None, each) for each in CHANNELS)]
        places += [("skincare", "app"), ("food", "store")]
        rows = []
        for category, channel in self.rng.sample(places, self.rng.randrange(1, 5)):
            keys = {"category": category and f'"{category}"', "channel": channel and f'"{channel}"'}
            rows.append(self.inline(on='"purchase"', **keys, per_unit=self.rate(0, 30_000)))
        for on in self.rng.sample(("first_order", "nth_order", "referral", *FREE), self.rng.randrange(6)):
            rows.append(self.earn_row(on))
        return rows

    def earn_row(self, on: str) -> str:
        points, give = str(self.rng.randrange(1, 200)), self.maybe(self.gifts(2), 0.4)
        if on == "referral":
            referred = str(self.rng.randrange(100))
            when = self.word("first_purchase", "join")
            limit = self.maybe(self.limit())
            return self.inline(on='"referral"', referrer=points, referred=referred, when=when, limit=limit, give=give)
        if on in ("first_order", "nth_order"):
            every = str(self.rng.randrange(1, 5)) if on == "nth_order" else None
            return self.inline(on=f'"{on}"', every=every, points=points, give=give)
        streak = self.maybe("{ 2 = 7, 3 = 20 }", 0.4)
        return self.inline(on=f'"{on}"', points=points, limit=self.maybe(self.limit()), streak=streak, give=give)

    def cap(self) -> str:
        per = self.word("order", "day", "week", "month", "year")
        return self.inline(per=per, points=str(self.rng.randrange(1, 900)), mode=self.word("cut", "reject"))

    def expiry(self) -> list[str]:
        mode = self.one("never", "lot", "fixed_dates", "inactivity", "lot_and_inactivity")
        lots, silence, dates = "lot" in mode, "inactivity" in mode, mode == "fixed_dates"
        resets = ("purchase", "earn", "redeem", "activity")
        chosen = self.rng.sample(resets, self.rng.randrange(1, 5))
        reset_by = self.one('["any"]', "[" + ", ".join(f'"{each}"' for each in chosen) + "]")
        leaves = self.maybe(self.word("keep_dates", "life_from_leaving"), 0.8) if self.exempt else None
        return [
            "[points.expiry]",
            *self.table(
                mode=f'"{mode}"',
                life=self.span() if lots else None,
                round=self.maybe(self.word("none", "month_end", "quarter_end", "year_end")) if lots else None,
                life_from=self.maybe(self.word("earning", "activation")) if lots else None,
                dates=self.one('["12-31"]', '["06-30", "02-29"]') if dates else None,
                years_after=self.maybe(self.one("0", "1")) if dates else None,
                inactivity=self.span() if silence else None,
                reset_by=self.maybe(reset_by, 0.8) if silence else None,
                on_leaving_exempt_tier=leaves,
                extension=self.maybe(self.days(0, 30, 90)),
                reinstatement=self.maybe(self.days(0, 30, 400)),
            ),
        ]

    def cash(self) -> list[str]:
        if self.some(0.15):
            return []
        step = self.one(1, 2, 10)
        boost = self.inline(orders_from=self.money(), factor=self.one("1.0", "2.0", "3.0"))
        return [
            "[points.cash]",
            *self.table(
                minimum=self.maybe(str(step * self.rng.randrange(1, 6))),
                step=str(step),
                share_of_order=self.maybe(self.rate(1, 10_001)),
                per_order=self.maybe(self.money(), 0.3),
                boost=self.maybe(boost, 0.4),
            ),
        ]

    def prize(self) -> str:
        return self.word("goods", "ticket", *(f"coupon:{each}" for each in COUPONS))

    def rewards(self) -> list[list[str]]:
        found = []
        for number in range(self.rng.randrange(4)):
            stock = self.maybe(str(self.rng.randrange(1, 9)), 0.4)
            points = str(self.rng.randrange(1, 200))
            keys = self.table(
                name=f'"reward {number}"', points=points, kind=self.prize(), cost=self.money(), stock=stock
            )
            found.append(["[[points.rewards]]", *keys])
        return found

    def wheel(self) -> list[str]:
        if self.some(0.6):
            return []
        prizes = [
            self.inline(p="0.25", kind='"points"', points=str(self.rng.randrange(1, 100))),
            self.inline(p="0.249999", kind=self.word("goods", "ticket"), cost=self.money()),
            self.inline(p="0.000001", kind=f'"coupon:{self.one(*COUPONS)}"'),
            self.inline(p="0.5", kind='"nothing"'),
        ]
        points = str(self.rng.randrange(1, 60))
        return [
            "[points.wheel]",
            *self.table(points=points, limit=self.maybe(self.limit()), prizes=f"[ {', '.join(prizes)} ]"),
        ]

    # ---- the rest ----

    def plans(self) -> list[list[str]]:
        found = []
        for number in range(self.rng.randrange(4)):
            refund = self.word("none", "pro_rata", "full_within:7 days", "less_benefits_used")
            keys = self.table(
                name=f'"plan {number}"',
                price=self.money(2_000, 9_000),
                period=self.word("month", "quarter", "year", "lifetime", "2 months", "1 year"),
                trial=self.maybe(self.days(0, 14, 31)),
                intro_price=self.maybe(self.one('"0"', '"9.90"', '"none"')),
                grants_tier=self.maybe(self.word(*self.levels)),
                auto_renew=self.maybe(self.flag()),
                multiplier=self.maybe(self.rate(0, 30_000)),
                discount=self.maybe(self.rate(0, 2_000)),
                monthly_benefits=self.maybe(self.gifts()),
                refund=self.maybe(refund, 0.8),
                cost_to_serve=self.maybe(self.money()),
            )
            found.append(["[[plans]]", *keys])
        return found

    def stored(self) -> list[str]:
        if self.some():
            return []
        tier = self.maybe(self.word(*self.levels), 0.4)
        offers = [
            self.inline(pay='"50.00"', bonus=self.money()),
            self.inline(pay='"100.00"', bonus='"9.99"', grants_tier=tier),
        ]
        return [
            "[stored_value]",
            *self.table(
                offers=f"[ {', '.join(offers)} ]",
                spend=self.maybe(self.word("principal_first", "bonus_first", "pro_rata"), 0.8),
                bonus_expiry=self.maybe(self.word("none", "1 month", "90 days")),
                refund_bonus=self.maybe(self.word("take_back_unspent", "charge_spent"), 0.8),
            ),
        ]

    def coupons(self) -> list[list[str]]:
        found = []
        for code in COUPONS:
            fixed = self.some()
            keys = self.table(
                code=f'"{code}"',
                off=self.money(1, 4_000) if fixed else None,
                off_share=None if fixed else self.rate(1, 9_000),
                cap=None if fixed else self.maybe(self.money(1, 3_000)),
                minimum_spend=self.maybe(self.money()),
                valid=self.maybe(self.word("none", "14 days", "2 months")),
                categories=self.maybe(self.names(CATEGORIES), 0.4),
                stacks=self.maybe(self.flag(), 0.7),
            )
            found.append(["[[coupons]]", *keys])
        return found

    def all_gifts(self) -> list[str]:
        return [
            "[gifts]",
            *self.table(
                join=self.maybe(self.gifts()),
                birthday=self.maybe(self.gifts()),
                leap_day=self.maybe(self.word("02-28", "03-01")),
                year_end=self.maybe(self.inline(to=self.word(*self.levels), items=self.gifts())),
                win_back=self.maybe(self.inline(after=self.days(1, 10, 60), items=self.gifts())),
            ),
        ]

    def campaigns(self) -> list[list[str]]:
        found = []
        for number in range(self.rng.randrange(4)):
            on = self.word("day 28 of month", "day 1 of month", "saturday", "monday", "birthday month")
            keys = self.table(
                name=f'"campaign {number}"',
                on=self.maybe(on),
                from_=self.maybe(self.one("2027-01-01", "2027-06-01"), 0.3),
                through=self.maybe(self.one("2028-02-29", "2030-12-31"), 0.3),
                points_factor=self.maybe(self.rate(10_000, 30_000), 0.8),
                points=self.maybe(str(self.rng.randrange(50))),
                tiers=self.maybe(self.names(tuple(self.levels)), 0.3),
                channels=self.maybe(self.names(CHANNELS), 0.3),
                categories=self.maybe(self.names(CATEGORIES), 0.4),
                budget=self.maybe(self.money(), 0.3),
            )
            found.append(["[[campaigns]]", *keys])
        return found

    def partners(self) -> list[str]:
        earn = self.inline(name='"hotel"', points_bought_at=self.word("0.008", "0.0123", "0.01"))
        burn = self.inline(name='"airline"', points=str(self.rng.randrange(1, 40)), pay_partner=self.money())
        return ["[partners]", *self.table(earn=self.maybe(f"[ {earn} ]"), burn=self.maybe(f"[ {burn} ]"))]

    def refunds(self) -> list[str]:
        within = self.word("none", "always", "30 days", "5 days", "60 days")
        return [
            "[refunds]",
            *self.table(within=self.maybe(within), returned_points=self.maybe(self.word("gone", "10 days"))),
        ]

    def sharing(self) -> list[str]:
        transfers, households = self.some(), self.some()
        return [
            "[sharing]",
            *self.table(
                transfer="true" if transfers else None,
                minimum=self.maybe(str(self.rng.randrange(1, 30))) if transfers else None,
                limit=self.maybe(self.limit()) if transfers else None,
                households="true" if households else None,
            ),
        ]
