"""What a random member wants next: mostly what is just allowed, or just not."""

from __future__ import annotations

from datetime import date
from random import Random
from types import SimpleNamespace

from policies.choices import Metric
from policies.rules import NEVER_DAY
from tests.naive import Naive
from tests.naive.dates import number_of
from tests.naive.member import BLANK

Wish = tuple[str, dict[str, object]]
"""Kind of an event, and what it says."""

AMOUNTS = (99, 2_550, 12_345, 30_000, 99_999)
SELDOM = 0.4
"""Weight of what a policy does not offer: enough to meet the refusal."""

TRICKS = (
    "climb undo_first",
    "climb part undo_first climb",
    "climb shop undo_first undo_last",
    "climb shop undo_last undo_first climb",
    "shop climb shop part undo_last undo_first",
    "climb burn undo_first climb",
    "shop shop shop undo_first undo_last undo_last",
    "free shop free undo_first",
    "start shop give_up undo_last start",
    "start change shop give_up undo_last start",
    "start burn give_up start",
    "try_out climb give_up undo_first",
    "start climb give_up",
    "fill cash_out fill",
    "fill shop cash_out undo_last cash_out",
    "fill shop cash_out_or_leave",
    "fill climb cash_out undo_first",
    "fill climb undo_first cash_out",
    "fill fill cash_out_first cash_out",
    "climb fill undo_first cash_out",
    "turn turn turn turn",
    "pass_on pass_on pass_on pass_on",
)
"""What somebody does in a row who hopes that something is left of what goes back."""


class Wishes:
    """Wishes of one naive member under its policy."""

    def __init__(self, rng: Random, naive: Naive) -> None:
        self.rng = rng
        self.naive = naive
        self.policy = naive.policy
        self.weights = self._weights()
        self.tricks = self._tricks()
        self.follow: list[str] = []  # the rest of a trick
        self.mine: list[int] = []  # numbers of its orders
        self.filled: list[int] = []  # and of its top-ups

    def _weights(self) -> dict[str, float]:
        versions = self.policy.versions
        points = [each.points for each in versions if each.points]

        def often(weight: float, offered: object) -> float:
            return weight if offered else SELDOM

        triggers = {row.on for each in points for row in each.earn}
        plans = any(each.plans for each in versions)
        stored = any(each.stored_value for each in versions)
        sharing = [each.sharing for each in versions]
        return {
            "purchase": 40,
            "refund": often(14, any(each.refunds.within for each in versions)),
            "deliver": often(8, any(each.pending.until_delivered for each in points)),
            "activity": often(9, triggers - {"purchase", "first_order", "nth_order", "referral"}),
            "referral": often(4, "referral" in triggers),
            "reward": often(5, any(each.rewards for each in points)),
            "spin": often(9, any(each.wheel for each in points)),
            "partner_earn": often(4, self.policy.partner_earn_names),
            "partner_burn": often(4, self.policy.partner_burn_names),
            "top_up": often(7, stored),
            "top_up_refund": often(3, stored),
            "plan_start": often(9, plans),
            "plan_cancel": often(1, plans),
            "plan_renew": often(1, plans),
            "plan_change": often(2, plans),
            "plan_refund": often(4, plans),
            "invite": often(1.5, any(each.join.invite_tiers for each in versions)),
            "grant": 1.5,
            "adjust": 2,
            "extend": often(6, any(each.expiry.extension.count for each in points)),
            "reinstate": often(4, any(each.expiry.reinstatement.count for each in points)),
            "send": often(5, any(each.transfer or each.households for each in sharing)),
            "receive": often(2, any(each.transfer or each.households for each in sharing)),
            "household": often(1, any(each.households for each in sharing)),
            "leave": 0.15,
            "join": 0.4,
        }

    def _tricks(self) -> list[str]:
        """Those that need only what the policy offers."""
        versions = self.policy.versions
        offered = {
            "start": any(each.plans for each in versions),
            "try_out": any(each.plans for each in versions),
            "fill": any(each.stored_value for each in versions),
            "turn": any(each.points and each.points.wheel for each in versions),
            "pass_on": any(each.sharing.transfer for each in versions),
        }
        return [trick for trick in TRICKS if all(offered.get(deed, True) for deed in trick.split())]

    def beginning(self) -> Wish:
        """The first events: mostly to join."""
        rng = self.rng
        if rng.random() < 0.05:
            return "purchase", {"order": 9_999, "list_cents": 100}
        birth = rng.choice(((0, 0), (2, 29), (12, 31), (1, 1), (rng.randrange(1, 13), rng.randrange(1, 29))))
        if rng.random() < 0.05:
            birth = rng.choice(((13, 1), (2, 30), (4, 31), (0, 5), (5, 0), (-5, 1)))
        invited = rng.random() < 0.6
        what = {"referred": rng.randrange(2), "birth_month": birth[0], "birth_day": birth[1], "invited": int(invited)}
        return "join", what

    def wish(self, number: int, day: date) -> Wish:
        """The next event, for a day; ``number`` is good for an order or a top-up."""
        naive = self.naive
        if day >= naive.today:
            naive.live_until(day)
        naive.rules = self.policy.versions[naive.rules_of(naive.today)]
        if not self.follow and self.rng.random() < 0.12:
            self.begin_trick(self._one(*self.tricks))
        if self.follow:
            return getattr(self, f"_{self.follow.pop(0)}")(number)
        kind = self.rng.choices(list(self.weights), list(self.weights.values()))[0]
        make = getattr(self, f"_{kind}", None)
        return kind, make(number) if make else {}

    def begin_trick(self, trick: str) -> None:
        """The next wishes are the deeds of a trick."""
        self.follow, self.mine, self.filled = trick.split(), [], []

    def _one(self, *choices: object) -> object:
        return self.rng.choice(choices)

    def _ugly(self) -> int:
        return int(self._one(*AMOUNTS) * self.rng.uniform(0, 2.0))

    # ---- orders ----

    def _purchase(self, number: int) -> dict[str, object]:
        rng, naive = self.rng, self.naive
        what: dict[str, object] = {"order": number, "channel": rng.randrange(len(self.policy.channel_names) + 1)}
        what["list_cents"] = self._to_the_next_tier() if rng.random() < 0.15 else self._ugly()
        if rng.random() < 0.6:
            self._add_lines(what)
        what["coupons"] = self._coupons()
        if rng.random() < 0.06:
            what |= self._nonsense()
        e = SimpleNamespace(**{**BLANK, **what})
        if naive._purchase_refusal(e):
            return what
        due = sum(line["off"] - line["coupon"] for line in naive.priced_lines(e))
        most = naive.most_points(due)
        points = self._one(0, 0, most, most, most, most + 1, most // 2, naive.usable() + 1, 7)
        cents = naive.cents_of(points, due) if naive.rules.points and naive.rules.points.cash else 0
        stored = naive.principal() + naive.bonus()
        rest = max(0, due - cents)
        paid = self._one(0, 0, stored, min(stored, rest), min(stored, rest), rest // 3, rest + 1, stored + 1)
        if stored == 0 and rng.random() < 0.9:
            paid = 0
        return what | {"redeem_points": points, "stored_cents": paid}

    def _to_the_next_tier(self) -> int:
        naive = self.naive
        levels = naive.rules.tiers.levels
        missing = levels[self.rng.randrange(len(levels))].enter - naive.qualifying(naive.today)
        if naive.rules.tiers.metric in (Metric.GROWTH, Metric.POINTS_EARNED):
            missing *= self.policy.minor_per_major
        return min(max(0, missing + self._one(-1, 0, 1)), 10**7)

    # ---- tricks ----

    def _climb(self, number: int) -> Wish:
        """An order that is hoped to bring a tier."""
        self.mine.append(number)
        return "purchase", {"order": number, "list_cents": self._to_the_next_tier() + self._one(500, 30_000)}

    def _shop(self, number: int) -> Wish:
        """An order that uses what there is."""
        naive = self.naive
        self.mine.append(number)
        held = [each["code"] for each in naive.coupons]
        what = {"order": number, "list_cents": self._one(15_000, 60_000), "coupons": tuple(held[-self._one(1, 2) :])}
        if naive.rules.stored_value and self._one(True, True, False):
            what["stored_cents"] = min(naive.principal() + naive.bonus(), self._one(500, 9_000))
        if naive._purchase_refusal(SimpleNamespace(**{**BLANK, **what})):
            what["coupons"] = ()
        return "purchase", what

    def _free(self, number: int) -> Wish:
        """An order for nothing."""
        self.mine.append(number)
        return "purchase", {"order": number, "list_cents": 0}

    def _part(self, number: int) -> Wish:
        """A part of the first order goes back."""
        return "refund", {"order": (self.mine or [number])[0], "cents": self._one(1, 100, 2_000)}

    def _undo_first(self, number: int) -> Wish:
        return "refund", {"order": self.mine.pop(0) if self.mine else number, "cents": -1}

    def _undo_last(self, number: int) -> Wish:
        return "refund", {"order": self.mine.pop() if self.mine else number, "cents": -1}

    def _burn(self, number: int) -> Wish:
        """Points are gone before what brought them."""
        held = sum(lot["points"] for lot in self.naive.lots)
        return "adjust", {"points": -max(1, held - self._one(0, 0, 20))}

    def _turn(self, number: int) -> Wish:
        return "spin", self._spin(number)

    def _pass_on(self, number: int) -> Wish:
        return "send", {"points": self.naive.rules.sharing.minimum, "other": 3}

    def _start(self, number: int) -> Wish:
        return "plan_start", {"which": self._plan()}

    def _try_out(self, number: int) -> Wish:
        return "plan_start", {"which": self._plan(), "trial": 1}

    def _change(self, number: int) -> Wish:
        return "plan_change", {"which": self._plan()}

    def _give_up(self, number: int) -> Wish:
        return "plan_refund", {}

    def _fill(self, number: int) -> Wish:
        """A top-up, mostly one that grants a tier."""
        self.filled.append(number)
        stored = self.naive.rules.stored_value
        offers = stored.offers if stored else ()
        pays = [offer.pay for offer in offers if offer.grants_tier] or [offer.pay for offer in offers] or [5_000]
        return "top_up", {"order": number, "cents": self._one(*pays)}

    def _cash_out(self, number: int) -> Wish:
        return "top_up_refund", {"order": (self.filled or [number])[-1]}

    def _cash_out_first(self, number: int) -> Wish:
        return "top_up_refund", {"order": (self.filled or [number])[0]}

    def _cash_out_or_leave(self, number: int) -> Wish:
        return ("leave", {}) if self.rng.random() < 0.2 else self._cash_out(number)

    def _add_lines(self, what: dict[str, object]) -> None:
        rng, rest = self.rng, what["list_cents"]
        lines = []
        for _ in range(rng.randrange(4)):
            part = rng.randrange(rest + 1)
            rest -= part
            lines.append([rng.randrange(len(self.policy.category_names) + 1), part, part * rng.randrange(12) // 11])
        lines.append([rng.randrange(len(self.policy.category_names) + 1), rest, rng.randrange(500)])
        rng.shuffle(lines)
        what["lines"] = [tuple(line) for line in lines]

    def _coupons(self) -> tuple[int, ...]:
        rng = self.rng
        held = [each["code"] for each in self.naive.coupons]
        rng.shuffle(held)
        if rng.random() < 0.04:
            return (rng.randrange(1, 40),)
        if rng.random() < 0.5:
            return ()
        return tuple(held[: self._one(1, 1, 2, 3)])

    def _nonsense(self) -> dict[str, object]:
        held = [each["number"] for each in self.naive.orders] or [-1]
        return self._one(
            {"list_cents": -1},
            {"redeem_points": -1},
            {"stored_cents": -5},
            {"lines": [(0, 5, -1)], "list_cents": 5},
            {"lines": [(1, 5, 0), (0, 6, 0)], "list_cents": 10},
            {"lines": [(62, 5, 0)], "list_cents": 5},
            {"channel": 62},
            {"channel": -1},
            {"list_cents": 10**12 + 1, "lines": ()},
            {"order": self._one(*held)},
            {"order": -1},
            {"order": -1},
        )

    def _refund(self, number: int) -> dict[str, object]:
        rng, orders = self.rng, self.naive.orders
        if not orders or rng.random() < 0.06:
            return {"order": rng.randrange(-1, max(1, number)), "cents": 100}
        sale = rng.choice(orders)
        left = sum(line["left"] for line in sale["lines"])
        if rng.random() < 0.3:
            line = rng.choice(sale["lines"])
            there = line["left"] + self._one(0, 0, 0, 1)
            lines = [(line["category"], rng.randrange(there + 1), 0)]
            return {"order": sale["number"], "lines": lines + self._one([], [], lines)}
        part = rng.randrange(1, left + 1) if left else 1
        return {
            "order": sale["number"],
            "cents": self._one(-1, -1, -1, part, part, part, min(part, 7), left, left + 1, 0),
        }

    def _deliver(self, number: int) -> dict[str, object]:
        waiting = [lot["order"] for lot in self.naive.lots if lot["pending"]]
        held = [each["number"] for each in self.naive.orders]
        return {"order": self._one(*waiting, *waiting, *held, number)}

    # ---- points ----

    def _activity(self, number: int) -> dict[str, object]:
        paid = [row.on for row in self.naive.rules.points.earn] if self.naive.rules.points else []
        names = self.policy.activity_names
        worth = [place for place, name in enumerate(names) if name in paid]
        return {"which": self._one(*worth, *worth, *worth, self.rng.randrange(len(names)), 31 if number % 3 else 32)}

    def _reward(self, number: int) -> dict[str, object]:
        return {"which": self.rng.randrange(len(self.policy.reward_names) + 1) - (number % 17 == 0)}

    def _spin(self, number: int) -> dict[str, object]:
        return {"chance": 10**6 if number % 19 == 0 else self.rng.randrange(10**6)}

    def _partner_earn(self, number: int) -> dict[str, object]:
        points = self._one(self._ugly(), self._ugly(), 1, 0, 10**9 + 1)
        return {"which": self.rng.randrange(len(self.policy.partner_earn_names) + 1), "points": points}

    def _partner_burn(self, number: int) -> dict[str, object]:
        rows = self.naive.rules.partners.burn
        multiple = rows[0].points if rows else 10
        points = self._one(multiple, self.naive.usable() // multiple * multiple, 0, 7, 2 * multiple)
        return {"which": self.rng.randrange(len(self.policy.partner_burn_names) + 1), "points": points}

    def _grant(self, number: int) -> dict[str, object]:
        return {"points": self._one(1, 50, 777, 0, -3, 10**12 + 1)}

    def _adjust(self, number: int) -> dict[str, object]:
        held = sum(lot["points"] for lot in self.naive.lots)
        return {"points": self._one(0, 33, -held, -held - 1, -(held // 2), -(held // 3))}

    def _extend(self, number: int) -> dict[str, object]:
        points = self.naive.rules.points
        days = points.expiry.extension.count if points else 5
        return {"until_day": number_of(self.naive.today) + self._one(days, days, days + 1, days // 2, 0)}

    def _reinstate(self, number: int) -> dict[str, object]:
        lost = self.naive.reinstatable() if self.naive.rules.points else 0
        return {"points": self._one(lost, lost, lost + 1, lost // 2, 0, 1)}

    def _send(self, number: int) -> dict[str, object]:
        minimum, usable = self.naive.rules.sharing.minimum, self.naive.usable()
        points = self._one(minimum, minimum, usable, usable + 1, usable // 2, minimum - 1, 0)
        return {"points": points, "other": self._one(0, 1, 2, 3, 4), "invited": self.rng.randrange(2)}

    def _receive(self, number: int) -> dict[str, object]:
        today = number_of(self.naive.today)
        earned, until = today - self.rng.randrange(300), self._one(today, today + 1, today + 30, today + 300, NEVER_DAY)
        return {"points": self._one(0, 5, 200, self.naive.debt), "earned_day": earned, "until_day": until}

    def _household(self, number: int) -> dict[str, object]:
        return {"other": self._one(-1, 5)}

    # ---- money and plans ----

    def _top_up(self, number: int) -> dict[str, object]:
        stored = self.naive.rules.stored_value
        pays = [offer.pay for offer in stored.offers] if stored else [5_000]
        cents = self._one(*pays) + self._one(0, 0, 1, -1, 777)
        known = [each["number"] for each in self.naive.top_ups]
        order = self._one(*known) if known and number % 11 == 0 else number
        return {"order": order, "cents": self._one(cents, cents, cents, cents, cents, cents, 0, 10**12 + 1)}

    def _top_up_refund(self, number: int) -> dict[str, object]:
        return {"order": self._one(*[each["number"] for each in self.naive.top_ups] * 4, number)}

    def _plan(self) -> int:
        plans = len(self.policy.plan_names)
        return self.rng.choice((*[*range(1, plans + 1)] * 8, 0, plans + 1))

    def _plan_start(self, number: int) -> dict[str, object]:
        return {"which": self._plan(), "trial": self.rng.randrange(2), "order": self._one(-1, number)}

    def _plan_change(self, number: int) -> dict[str, object]:
        return {"which": self._plan()}

    def _invite(self, number: int) -> dict[str, object]:
        levels = self.naive.rules.tiers.levels
        black = [place for place, level in enumerate(levels) if level.name in self.naive.rules.join.invite_tiers]
        return {"which": self._one(*black, *black, self.rng.randrange(len(levels) + 1))}

    def _join(self, number: int) -> dict[str, object]:
        return {"invited": 1}
