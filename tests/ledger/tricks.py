"""Tricks that once paid: what a policy offers, what a member does, and what is left of it."""

from __future__ import annotations

COUPON = """
[[coupons]]
code = "w"
off = "30.00"
valid = "365 days"
"""
POINTS = """
[points]
value = "0.01"
negative = "{negative}"
earn = [ {{ on = "purchase", per_unit = 1 }}, {rows} ]
[[points.rewards]]
name = "tv"
kind = "goods"
points = 5000
"""
TIERS = """
[tiers]
metric = "{metric}"
window = "lifetime"
on_refund = "now"
gifts_on_refund = "{gifts}"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = {enter}
re_enter = {again}
upgrade_pack = [{pack}]
pack_when = "{when}"
"""
BLACK = """
[[tiers.level]]
name = "black"
enter = 9000
"""
SILVER = """
[[tiers.level]]
name = "silver"
enter = 1000
upgrade_pack = ["points:111"]
"""
PLANS = """
[[plans]]
name = "plus"
price = "199.00"
period = "1 year"
trial = "7 days"
refund = "{refund}"
monthly_benefits = ["coupon:w", "points:500"]
[[plans]]
name = "prem"
price = "299.00"
period = "1 year"
refund = "{refund}"
monthly_benefits = ["points:700"]
"""
STORED = """
[stored_value]
offers = [ {{ pay = "1000.00", bonus = "150.00"{tier} }} ]
spend = "bonus_first"
refund_bonus = "{refund}"
"""


def points(negative: str = "debt", rows: str = "") -> str:
    """A point per unit, more rows, and a reward for all of them."""
    return POINTS.format(negative=negative, rows=rows)


def tiers(
    pack: str = '"coupon:w", "points:500"',
    when: str = "first_reach",
    metric: str = "spend",
    gifts: str = "taken_back",
    enter: int = 5000,
    again: int = 5000,
) -> str:
    """Gold with a pack."""
    return TIERS.format(pack=pack, when=when, metric=metric, gifts=gifts, enter=enter, again=again)


FIRST_ORDER = '{ on = "first_order", points = 0, give = ["coupon:w"] }'
TRICKS = {
    "A: a pack whose points nobody made good is not given again": (
        tiers('"points:500"') + points("floor"),
        """
        2027-01-01 join
        2027-01-02 buy 5000 #1
        2027-01-02 reward tv
        2027-01-03 return #1
        2027-01-04 buy 5000 #2
        """,
        {"points": 5000, "own": 1},
    ),
    "A: one that was paid for with money held back is": (
        tiers('"points:500"') + points("withhold_cash"),
        """
        2027-01-01 join
        2027-01-02 buy 5000 #1
        2027-01-02 reward tv
        2027-01-03 return #1
        2027-01-04 buy 5000 #2
        """,
        {"points": 5500, "own": 1, "cash": 505_000},
    ),
    "B: a coupon whose order went back while it was used does not come back": (
        points(rows=FIRST_ORDER) + COUPON,
        """
        2027-01-01 join
        2027-01-02 buy 500 #1
        2027-01-03 buy 40 with w #2
        2027-01-04 return #1
        2027-01-05 return #2
        """,
        {"points": 0, "coupons": 0, "cash": 0},
    ),
    "B: a coupon that came back first goes with its order": (
        points(rows=FIRST_ORDER) + COUPON,
        """
        2027-01-01 join
        2027-01-02 buy 500 #1
        2027-01-03 buy 40 with w #2
        2027-01-04 return #2
        2027-01-05 return #1
        """,
        {"points": 0, "coupons": 0, "cash": 0},
    ),
    "C: orders that went back are no stamps": (
        points(rows='{ on = "nth_order", every = 3, points = 1000 }'),
        """
        2027-01-01 join
        2027-01-02 buy 50 #1
        2027-01-02 return #1
        2027-01-02 buy 50 #2
        2027-01-02 return #2
        2027-01-02 buy 1 #3
        """,
        {"points": 1},
    ),
    "C: nor are orders for nothing": (
        points(rows='{ on = "nth_order", every = 3, points = 1000 }, { on = "first_order", points = 100 }'),
        """
        2027-01-01 join
        2027-01-02 buy 0 #1
        2027-01-02 buy 0 #2
        2027-01-02 buy 0 #3
        2027-01-02 buy 1 #4
        2027-01-02 return #3
        """,
        {"points": 101},
    ),
    "C: the same stamp is not filled twice with gifts that were spent": (
        points(rows=FIRST_ORDER) + COUPON,
        """
        2027-01-01 join
        2027-01-02 buy 500 #1
        2027-01-03 buy 40 with w #2
        2027-01-04 return #1
        2027-01-04 return #2
        2027-01-05 buy 500 #3
        """,
        {"coupons": 0, "points": 500},
    ),
    "D: points that were spent do not hold up a tier": (
        tiers('"points:1"', metric="points_earned") + points("floor"),
        """
        2027-01-01 join
        2027-01-02 buy 5000 #1
        2027-01-03 reward tv
        2027-01-04 return #1
        """,
        {"points": 0, "own": 0, "best": 0},
    ),
    "E: the easier way back closes": (
        tiers(again=900) + points() + COUPON,
        """
        2027-01-01 join
        2027-01-02 buy 5000 #1
        2027-01-03 return #1 4100.00
        2027-01-04 return #1
        2027-01-05 buy 900 #2
        """,
        {"points": 900, "coupons": 0, "own": 0, "best": 0},
    ),
    "E: a pack that was used up comes once": (
        tiers() + points() + COUPON,
        """
        2027-01-01 join
        2027-01-02 buy 5000 #1
        2027-01-03 buy 40 with w #2
        2027-01-04 return #1
        2027-01-05 buy 5000 #3
        2027-01-06 return #3
        2027-01-07 return #2
        """,
        {"points": 0, "coupons": 0, "own": 0, "best": 0, "cash": 0},
    ),
    "E: a pack of every rise as well": (
        tiers(when="every_rise") + points() + COUPON,
        """
        2027-01-01 join
        2027-01-02 buy 5000 #1
        2027-01-03 buy 40 with w #2
        2027-01-04 return #1
        2027-01-05 buy 5000 #3
        """,
        {"points": 5010, "coupons": 0, "own": 1},
    ),
    "E: gifts that stay come once": (
        tiers(gifts="stay") + points() + COUPON,
        """
        2027-01-01 join
        2027-01-02 buy 5000 #1
        2027-01-04 return #1
        2027-01-05 buy 5000 #2
        2027-01-06 return #2
        """,
        {"points": 500, "coupons": 1, "own": 0},
    ),
    "F: benefits go back with the plan, every time": (
        points() + PLANS.format(refund="full_within:7 days") + COUPON,
        """
        2027-01-01 join
        2027-01-02 start plus
        2027-01-02 give up
        2027-01-02 start plus
        2027-01-02 give up
        2027-01-02 try plus
        2027-01-02 give up
        """,
        {"points": 0, "coupons": 0, "cash": 0},
    ),
    "F: those of the plan before the change too, and the whole fee comes back": (
        points() + PLANS.format(refund="full_within:7 days") + COUPON,
        """
        2027-01-01 join
        2027-01-02 start plus
        2027-01-02 change prem
        2027-01-02 give up
        """,
        {"points": 0, "coupons": 0, "cash": 0},
    ),
    "F: a used coupon of the plan is not had again": (
        points() + PLANS.format(refund="full_within:7 days") + COUPON,
        """
        2027-01-01 join
        2027-01-02 start plus
        2027-01-02 buy 40 with w #1
        2027-01-02 give up
        2027-01-03 start plus
        2027-01-03 return #1
        2027-01-03 give up
        """,
        {"points": 0, "coupons": 0, "cash": 0},
    ),
    "F: changing to and fro brings the month's benefits once": (
        points() + PLANS.format(refund="none") + COUPON,
        """
        2027-01-01 join
        2027-01-02 start plus
        2027-01-02 change prem
        2027-01-02 change plus
        2027-01-02 change prem
        2027-02-01 night
        """,
        {"points": 500, "coupons": 1},
    ),
    "G: a bonus that was spent is charged, at the second attempt if not at the first": (
        STORED.format(tier="", refund="charge_spent"),
        """
        2027-01-01 join
        2027-01-02 top up 1000.00 #9
        2027-01-02 buy 150 stored 150.00 #1
        2027-01-02 buy 1000 stored 1000.00 #2
        2027-01-02 return top up #9
        2027-01-02 return #2
        2027-01-02 return top up #9
        """,
        {"cash": 15_000},
    ),
    "G: and when the member leaves": (
        STORED.format(tier="", refund="charge_spent"),
        """
        2027-01-01 join
        2027-01-02 top up 1000.00 #9
        2027-01-02 buy 150 stored 150.00 #1
        2027-01-02 leave
        """,
        {"cash": 15_000},
    ),
    "G: the tier and its pack go with the top-up": (
        tiers() + points() + STORED.format(tier=', grants_tier = "gold"', refund="charge_spent") + COUPON,
        """
        2027-01-01 join
        2027-01-02 top up 1000.00 #9
        2027-01-02 return top up #9
        2027-01-02 top up 1000.00 #10
        2027-01-02 top up 1000.00 #11
        2027-01-02 return top up #10
        2027-01-02 return top up #11
        """,
        {"points": 0, "coupons": 0, "own": 0, "best": 0, "cash": 0},
    ),
    "K: a pack goes, whichever order comes back last": (
        tiers('"points:500"') + points(),
        """
        2027-01-01 join
        2027-01-02 buy 5000 #1
        2027-01-03 buy 1 #2
        2027-01-04 return #1 1.00
        2027-01-05 return #2
        2027-01-06 return #1
        """,
        {"points": 0, "own": 0, "best": 0, "cash": 0},
    ),
    "K: and is kept by an order that came later and stays": (
        tiers('"points:500"') + points(),
        """
        2027-01-01 join
        2027-01-02 buy 5000 #1
        2027-01-03 buy 5000 #2
        2027-01-04 return #1
        """,
        {"points": 5500, "own": 1, "best": 1},
    ),
    "K: the order of last year comes back in this one": (
        tiers('"points:500"').replace('"lifetime"', '"calendar_year"\nvalidity = "rest of year + 1 year"') + points(),
        """
        2027-01-01 join
        2027-12-30 buy 5000 #1
        2028-01-25 return #1
        """,
        {"points": 0, "own": 0, "best": 0, "cash": 0},
    ),
    "K: or after the month in which it counted": (
        tiers('"points:500"').replace('"lifetime"', '"rolling 20 days"\nvalidity = "1 year"') + points(),
        """
        2027-01-01 join
        2027-12-30 buy 5000 #1
        2028-01-25 return #1
        """,
        {"points": 0, "own": 0, "best": 0, "cash": 0},
    ),
    "K: what last year brought is not touched by the orders of this one": (
        tiers('"points:500"').replace('"lifetime"', '"calendar_year"\nvalidity = "rest of year + 1 year"') + points(),
        """
        2027-01-01 join
        2027-06-30 buy 5000 #1
        2028-06-01 buy 6000 #2
        2028-06-02 return #2
        """,
        {"points": 5500, "own": 1, "best": 1},
    ),
    "L: an order on top of a top-up hides its tier and pack no longer": (
        tiers('"points:500"') + BLACK + points() + STORED.format(tier=', grants_tier = "gold"', refund="charge_spent"),
        """
        2027-01-01 join
        2027-01-02 top up 1000.00 #9
        2027-01-03 buy 9000 #1
        2027-01-04 return #1
        2027-01-05 return top up #9
        """,
        {"points": 0, "own": 0, "best": 0, "cash": 0},
    ),
    "L: the easier way back that a top-up opened closes with it": (
        tiers('"points:500"', again=900)
        + points()
        + STORED.format(tier=', grants_tier = "gold"', refund="charge_spent"),
        """
        2027-01-01 join
        2027-01-02 top up 1000.00 #9
        2027-01-03 buy 900 #1
        2027-01-05 return top up #9
        """,
        {"points": 900, "own": 0, "best": 0, "cash": 90_000},
    ),
    "M: what a plan has saved is not forgotten by a change": (
        points() + PLANS.format(refund="less_benefits_used").replace("trial", "discount = 0.1\ntrial") + COUPON,
        """
        2027-01-01 join
        2027-01-02 start plus
        2027-01-02 buy 1000 with w #1
        2027-01-02 change prem
        2027-01-02 buy 100 #2
        2027-01-02 give up
        """,
        {"cash": 87_000 + 10_000 + 13_000},
    ),
    "N: gifts make no room under a cap": (
        points(rows='{ on = "first_order", points = 0, give = ["points:50"] }').replace(
            "[[points.rewards]]", 'caps = [ { per = "day", points = 100 } ]\n[[points.rewards]]'
        ),
        """
        2027-01-01 join
        2027-01-02 buy 50 #1
        2027-01-02 buy 50 #2
        2027-01-02 return #1
        2027-01-02 buy 100 #3
        """,
        {"points": 100},
    ),
    "N: nor did they count for a tier": (
        tiers('"points:1"', metric="points_earned", enter=40, again=40)
        + points(rows='{ on = "first_order", points = 0, give = ["points:50"] }'),
        """
        2027-01-01 join
        2027-01-02 buy 50 #1
        2027-01-02 buy 50 #2
        2027-01-02 return #1
        """,
        {"points": 51, "own": 1},
    ),
    "O: growth of a plan that was changed before it is given up": (
        tiers('"points:500"', metric="growth", enter=60, again=60)
        + "[growth]\nper_unit_spent = 1\n"
        + points()
        + PLANS.format(refund="full_within:7 days").replace('"points:500"', '"growth:60"')
        + COUPON,
        """
        2027-01-01 join
        2027-01-02 start plus
        2027-01-03 change prem
        2027-01-04 give up
        """,
        {"points": 0, "growth": 0, "own": 0, "best": 0},
    ),
    "P: a bonus does not outlive its top-up in an order": (
        STORED.format(tier="", refund="take_back_unspent"),
        """
        2027-01-01 join
        2027-01-02 top up 1000.00 #9
        2027-01-03 buy 150 stored 150.00 #1
        2027-01-04 return top up #9
        2027-01-05 return #1
        2027-01-06 buy 150 stored 150.00 #2
        """,
        {"stored": 0, "cash": 0},
    ),
    "P: one that was charged comes back": (
        STORED.format(tier="", refund="charge_spent"),
        """
        2027-01-01 join
        2027-01-02 top up 1000.00 #9
        2027-01-03 buy 150 stored 150.00 #1
        2027-01-04 return top up #9
        2027-01-05 return #1
        """,
        {"stored": 15_000, "cash": 15_000},
    ),
    "P: as far as it was charged, as the principal had been spent too": (
        STORED.format(tier="", refund="charge_spent"),
        """
        2027-01-01 join
        2027-01-02 top up 1000.00 #9
        2027-01-03 buy 150 stored 150.00 #1
        2027-01-03 buy 900 stored 900.00 #2
        2027-01-04 return top up #9
        2027-01-05 return #1
        """,
        {"stored": 10_000, "cash": 100_000},
    ),
    "Q: a pack does not hold up the one below it": (
        tiers('"growth:500"', metric="growth").replace(
            '[[tiers.level]]\nname = "gold"', SILVER + '[[tiers.level]]\nname = "gold"'
        )
        + "[growth]\nper_unit_spent = 1\n"
        + points(),
        """
        2027-01-01 join
        2027-01-02 buy 5000 #1
        2027-01-04 return #1 4400.00
        """,
        {"points": 600, "growth": 600, "own": 0, "best": 0},
    ),
    "R: who was referred is so for the first order that stays": (
        points(rows='{ on = "referral", referred = 200, when = "first_purchase" }'),
        """
        2027-01-01 join referred
        2027-01-02 buy 100 #1
        2027-01-04 return #1
        2027-01-05 buy 100 #2
        2027-01-06 buy 100 #3
        """,
        {"points": 400},
    ),
    "R: but not if nobody made good what the one before had brought": (
        points("floor", '{ on = "referral", referred = 5000, when = "first_purchase" }'),
        """
        2027-01-01 join referred
        2027-01-02 buy 100 #1
        2027-01-03 reward tv
        2027-01-04 return #1
        2027-01-05 buy 100 #2
        """,
        {"points": 100},
    ),
    "S: a plan has saved nothing on what went back": (
        points() + PLANS.format(refund="less_benefits_used").replace("trial", "discount = 0.1\ntrial") + COUPON,
        """
        2027-01-01 join
        2027-01-02 start plus
        2027-01-03 buy 1000 #1
        2027-01-04 return #1
        2027-01-05 give up
        """,
        {"points": 0, "coupons": 0, "cash": 0},
    ),
    "S: but it has saved what the tier that came with it takes off": (
        tiers().replace('name = "gold"', 'name = "gold"\ndiscount = 0.1')
        + points()
        + PLANS.format(refund="less_benefits_used").replace("trial", 'grants_tier = "gold"\ntrial')
        + COUPON,
        """
        2027-01-01 join
        2027-01-02 start plus
        2027-01-03 buy 1500 #1
        2027-01-04 return #1 500.00
        2027-01-05 give up
        """,
        {"cash": 100_000},
    ),
}
"""Trick: policy, story, and what it leaves."""
