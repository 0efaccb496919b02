"""Places where loyalty engines went wrong or differ: dates, anchors, rounding, caps, tiers, fees.

Each is a member's story with the transfers worked out by hand. Where engines differ, the difference is a setting, and
the same story is told under every value of it. Returns: test_refunds.py; stored value: test_stored_value.py; a change
of policy: test_switch.py.
"""

from __future__ import annotations

import pytest

from tests.kernel_rules import policy_of
from tests.ledger.stories import brief, expected, lived

ONE = '[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1 } ]\n'
"""One point for each unit of money."""


# ---- expiry of "one year", first dead day ----


@pytest.mark.parametrize(
    ("earned", "life", "round_to", "dead"),
    [
        (earned, life, round_to, dead)
        for earned, *deaths in (
            ("2023-03-01", "2024-02-29", "2024-03-01", "2024-04-01", "2025-01-01"),
            ("2024-02-29", "2025-02-28", "2025-02-28", "2025-03-01", "2026-01-01"),
            ("2023-12-31", "2024-12-30", "2024-12-31", "2025-01-01", "2025-01-01"),
            ("2024-01-31", "2025-01-30", "2025-01-31", "2025-02-01", "2026-01-01"),
        )
        for (life, round_to), dead in zip(
            (("365 days", "none"), ("12 months", "none"), ("12 months", "month_end"), ("12 months", "year_end")),
            deaths,
            strict=True,
        )
    ],
)
def test_expiry_of_one_year(earned: str, life: str, round_to: str, dead: str) -> None:
    policy = policy_of(f'{ONE}[points.expiry]\nmode = "lot"\nlife = "{life}"\nround = "{round_to}"\n')
    story = f"{earned} join\n{earned} buy 70.00\n2027-01-01 night"
    assert brief(policy, story, "earn", "expire") == [f"{earned} earn 70 of lot 0", f"{dead} expire 70 of lot 0"]


@pytest.mark.parametrize(
    ("earned", "dead"),
    [
        ("2023-03-01", "2025-01-01"),
        ("2024-02-29", "2026-01-01"),
        ("2023-12-31", "2025-01-01"),
        ("2024-01-31", "2026-01-01"),
    ],
)
def test_expiry_at_the_end_of_the_next_year_as_a_fixed_date(earned: str, dead: str) -> None:
    policy = policy_of(f'{ONE}[points.expiry]\nmode = "fixed_dates"\ndates = ["12-31"]\nyears_after = 1\n')
    story = f"{earned} join\n{earned} buy 70.00\n2027-01-01 night"
    assert brief(policy, story, "expire") == [f"{dead} expire 70 of lot 0"]


# ---- anchors and birthdays ----


def test_fees_are_anchored() -> None:
    """Counted from the last date, the fees would drift to the 29th."""
    policy = policy_of('[[plans]]\nname = "plus"\nprice = "10.00"\nperiod = "1 month"\n')
    assert brief(policy, "2024-01-31 join\n2024-01-31 start plus\n2024-05-31 night", "plan_fee") == [
        f"{day} plan_fee 1000" for day in ("2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31")
    ]


@pytest.mark.parametrize(("leap_day", "common"), [("02-28", "02-28"), ("03-01", "03-01")])
def test_a_birthday_on_29_february_is_kept_once_a_year(leap_day: str, common: str) -> None:
    policy = policy_of(f'{ONE}[gifts]\nbirthday = ["points:5"]\nleap_day = "{leap_day}"\n')
    days = [f"2026-{common}", f"2027-{common}", "2028-02-29", f"2029-{common}"]
    found = brief(policy, "2026-01-01 join born 02-29\n2029-12-31 night", "earn_gift")
    assert found == [f"{day} earn_gift 5 of lot {number}" for number, day in enumerate(days)]


# ---- buy and return for ever ----

LEAK = """
[tiers]
metric = "growth"
on_refund = "now"
gifts_on_refund = "{}"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = 100
upgrade_pack = ["points:500", "coupon:hello"]
[growth]
per_unit_spent = 1
[points]
value = "0.01"
earn = [ {{ on = "purchase", per_unit = 1 }} ]
[[coupons]]
code = "hello"
off = "5.00"
"""
AGAIN = "\n".join(f"2027-01-{day:02d} buy 100.00 #{day}\n2027-01-{day:02d} return #{day}" for day in range(2, 12))


def test_buying_and_returning_for_ever_leaves_nothing_behind() -> None:
    """Ten times gold, ten packs, and all of it is gone again."""
    life = lived(policy_of(LEAK.format("taken_back")), f"2027-01-01 join\n{AGAIN}")
    head = life.member.head
    assert (head.active_points, head.debt_points, head.coupons, head.growth, head.qualifying) == (0, 0, 0, 0, 0)
    assert (head.tier, head.own_tier, head.orders) == (0, 0, 0)
    counts = {
        cause: sum(each[3] == cause for each in life.transfers) for cause in ("upgrade", "downgrade", "earn_gift")
    }
    assert counts == {"upgrade": 10, "downgrade": 10, "earn_gift": 10}


@pytest.mark.parametrize("when", ["first_reach", "every_rise"])
def test_gifts_that_stay_are_a_leak_that_the_policy_has_chosen(when: str) -> None:
    """The pack stays, but whoever has kept one gets no second by returning and buying again."""
    policy = LEAK.format("stay").replace("upgrade_pack", f'pack_when = "{when}"\nupgrade_pack')
    head = lived(policy_of(policy), f"2027-01-01 join\n{AGAIN}").member.head
    assert (head.growth, head.tier, head.active_points, head.coupons) == (0, 0, 500, 1)


# ---- rounding and caps ----


@pytest.mark.parametrize(("rounding", "points"), [("block 2.50", 5), ("floor per order", 6)])
def test_five_points_per_full_2_50_on_3_00(rounding: str, points: int) -> None:
    policy = policy_of(ONE.replace("per_unit = 1", "per_unit = 2") + f'rounding = "{rounding}"\n')
    assert brief(policy, "2027-01-01 join\n2027-01-01 buy 3.00", "earn") == [f"2027-01-01 earn {points} of lot 0"]


CAPPED = ONE + 'caps = [ { per = "month", points = 100, mode = "%s" } ]\n'


@pytest.mark.parametrize(
    ("mode", "transfers"),
    [
        (
            "cut",
            """
            2027-01-01 earn 80 of lot 0
            2027-01-02 cap 40
            2027-01-02 earn 20 of lot 1
            2027-01-03 claw_back 80 of lot 0
            2027-01-04 cap 10
            2027-01-04 earn 80 of lot 2
            2027-01-05 cap 10
            2027-02-01 earn 70 of lot 3
            """,
        ),
        (
            "reject",
            """
            2027-01-01 earn 80 of lot 0
            2027-01-02 cap 60
            2027-01-03 claw_back 80 of lot 0
            2027-01-04 earn 90 of lot 1
            2027-01-05 earn 10 of lot 2
            2027-02-01 earn 70 of lot 3
            """,
        ),
    ],
)
def test_caps_record_what_was_wanted_and_a_return_gives_room_back(mode: str, transfers: str) -> None:
    story = """
        2027-01-01 join
        2027-01-01 buy 80.00 #1
        2027-01-02 buy 60.00 #2
        2027-01-03 return #1
        2027-01-04 buy 90.00 #3
        2027-01-05 buy 10.00 #4
        2027-02-01 buy 70.00 #5
        """
    assert brief(policy_of(CAPPED % mode), story, "earn", "cap", "claw_back") == expected(transfers)


def test_a_return_of_last_month_gives_no_room_in_this_one() -> None:
    story = """
        2027-01-31 join
        2027-01-31 buy 80.00 #1
        2027-02-01 buy 90.00 #2
        2027-02-02 return #1
        2027-02-03 buy 30.00 #3
        """
    found = brief(policy_of(CAPPED % "cut"), story, "cap")
    assert found == ["2027-02-03 cap 20"]


# ---- tiers ----

SPLIT = """
[tiers]
metric = "spend"
threshold_mode = "{}"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "silver"
enter = 100
multiplier = 2
[[tiers.level]]
name = "gold"
enter = 200
multiplier = 3
[points]
value = "0.01"
earn = [ {{ on = "purchase", per_unit = 1 }} ]
"""


@pytest.mark.parametrize(
    ("mode", "first", "second"),
    # 150.00 of 90.00: 10.00 at one point, 100.00 at two, 40.00 at three. What makes exactly 100 is at the old tier.
    [("whole_order_at_old_tier", 90, 150), ("split_order", 90, 10 + 200 + 120)],
)
def test_an_order_above_a_threshold(mode: str, first: int, second: int) -> None:
    story = "2027-01-01 join\n2027-01-01 buy 90.00\n2027-01-02 buy 150.00\n2027-01-03 buy 1.00"
    assert brief(policy_of(SPLIT.format(mode)), story, "earn", "upgrade") == expected(
        f"""
        2027-01-01 earn {first} of lot 0
        2027-01-02 earn {second} of lot 1
        2027-01-02 upgrade 1
        2027-01-03 earn 3 of lot 2
        """
    )


@pytest.mark.parametrize("amount", ["9.99", "10.00", "10.01"])
def test_a_balance_equal_to_the_threshold_enters(amount: str) -> None:
    story = f"2027-01-01 join\n2027-01-01 buy 90.00\n2027-01-02 buy {amount}"
    reached = [] if amount == "9.99" else ["2027-01-02 upgrade 1"]
    assert brief(policy_of(SPLIT.format("whole_order_at_old_tier")), story, "upgrade") == reached


PACK = """
[tiers]
metric = "spend"
window = "calendar_year"
validity = "rest of year"
downgrade = "one_level"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = 100
upgrade_pack = ["points:50"]
pack_when = "{}"
[points]
value = "0.01"
"""


@pytest.mark.parametrize(
    ("when", "packs"), [("first_reach", ["2027-02-01"]), ("every_rise", ["2027-02-01", "2029-02-01"])]
)
def test_an_upgrade_pack_at_first_reach_or_at_every_rise(when: str, packs: list[str]) -> None:
    """Gold in 2027, kept on the evidence of 2027, lost with 2028, and reached again."""
    story = "2027-01-01 join\n2027-02-01 buy 100.00\n2029-01-02 night\n2029-02-01 buy 100.00"
    found = brief(policy_of(PACK.format(when)), story, "downgrade", "earn_gift")
    gifts = [f"{day} earn_gift 50 of lot {number}" for number, day in enumerate(packs)]
    assert found == sorted([*gifts, "2029-01-01 downgrade 1"])


# ---- inactivity, and tiers whose points do not expire ----

SILENCE = """
[points]
value = "0.01"
earn = [ {{ on = "purchase", per_unit = 1 }} ]
[points.cash]
[points.expiry]
mode = "{mode}"
inactivity = "2 months"
reset_by = {reset_by}
{life}
"""


@pytest.mark.parametrize(
    ("reset_by", "dead"),
    [
        ('["purchase"]', "2027-04-10"),
        ('["earn"]', "2027-05-05"),
        ('["redeem"]', "2027-04-10"),
        ('["activity"]', "2027-03-11"),
        ('["any"]', "2027-05-20"),
    ],
)
def test_inactivity_is_reset_by_declared_events(reset_by: str, dead: str) -> None:
    """An activity on 11 January and 20 March, an order paid in points on 10 February, points given on 5 March."""
    policy = policy_of(SILENCE.format(mode="inactivity", reset_by=reset_by, life=""))
    story = """
        2027-01-01 join
        2027-01-10 buy 50.00
        2027-01-11 do review
        2027-02-10 buy 1.00 use 10
        2027-03-05 grant 5
        2027-03-20 do review
        2027-12-31 night
        """
    assert brief(policy, story, "expire")[0].split()[0] == dead


@pytest.mark.parametrize(("life", "dead"), [("1 month", "2027-02-10"), ("12 months", "2027-03-10")])
def test_of_two_clocks_the_first_wins(life: str, dead: str) -> None:
    text = SILENCE.format(mode="lot_and_inactivity", reset_by='["purchase"]', life=f'life = "{life}"')
    assert brief(policy_of(text), "2027-01-01 join\n2027-01-10 buy 50.00\n2028-12-31 night", "expire") == [
        f"{dead} expire 50 of lot 0"
    ]


EXEMPT = """
[tiers]
metric = "spend"
window = "calendar_year"
validity = "rest of year"
downgrade = "one_level"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "diamond"
enter = 100
points_expire = false
[points]
value = "0.01"
earn = [ {{ on = "purchase", per_unit = 1 }} ]
[points.expiry]
mode = "lot"
life = "3 months"
on_leaving_exempt_tier = "{}"
"""


@pytest.mark.parametrize(("how", "dead"), [("keep_dates", "2029-01-01"), ("life_from_leaving", "2029-04-01")])
def test_points_of_an_exempt_tier_when_the_member_leaves_it(how: str, dead: str) -> None:
    """Years of points in one night, or a life from the fall."""
    story = "2027-01-01 join\n2027-02-01 buy 100.00\n2027-06-01 buy 30.00\n2029-12-31 night"
    assert brief(policy_of(EXEMPT.format(how)), story, "downgrade", "expire") == [
        "2029-01-01 downgrade 1",
        f"{dead} expire 100 of lot 0",
        f"{dead} expire 30 of lot 1",
    ]
