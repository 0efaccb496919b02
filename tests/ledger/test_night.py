"""The night: its order, and that it does not matter when it is run."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from ledger.advance import NIGHT_ORDER, advance
from ledger.journal import new_journal, room_for, taken
from ledger.state import new_member
from ledger.status import Status
from policies.days import date_of, day_of
from tests.kernel_rules import day, policy_of
from tests.ledger.lives import NAMES, Compiled, in_words, policy_named, random_life
from tests.ledger.stories import booked, brief, expected, lived

EVERYTHING_AT_ONCE = """
[tiers]
metric = "spend"
window = "rolling 1 month"
validity = "until review"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = 100
[points]
value = "0.01"
pending = { 2027-01-01 = "0 days", 2027-02-10 = "18 days" }
earn = [ { on = "purchase", per_unit = 1 } ]
[points.expiry]
mode = "lot"
life = "1 month"
[[plans]]
name = "plus"
price = "10.00"
period = "1 month"
"""


def test_everything_in_one_night() -> None:
    story = "2027-01-28 join\n2027-01-28 start plan\n2027-01-28 buy 100.00\n2027-02-10 buy 50.00\n2027-02-28 night\n"
    found = booked(policy_of(EVERYTHING_AT_ONCE), story, "activate", "expire", "plan_fee", "upgrade", "downgrade")
    assert found == expected(
        """
        2027-01-28 plan_fee 1000: cash -> fees
        2027-01-28 upgrade 1: tier_0 -> tier_1
        2027-02-28 activate 50 of lot 1: points_pending -> points_active
        2027-02-28 expire 100 of lot 0: points_active -> points_expired
        2027-02-28 plan_fee 1000: cash -> fees
        """
    )
    # The review of that night saw the 100.00 of 28 January, then the window closed on them.
    after = booked(policy_of(EVERYTHING_AT_ONCE), story + "2027-03-28 night", "downgrade")
    assert after == ["2027-03-28 downgrade 1: tier_1 -> tier_0"]


ALL_OF_A_NIGHT = """
[tiers]
metric = "growth"
window = "lifetime"
[[tiers.level]]
name = "basic"
enter = 0
benefits = [ { name = "care", cost_per_month = "1.00" } ]
[[tiers.level]]
name = "gold"
enter = 100
benefits = [ { name = "care", cost_per_month = "2.00" } ]
[growth]
decay = "10 % per month"
[points]
value = "0.01"
pending = "17 days"
earn = [ { on = "purchase", per_unit = 1 } ]
[points.expiry]
mode = "lot"
life = "1 month"
[[plans]]
name = "plus"
price = "10.00"
period = "1 month"
monthly_benefits = ["growth:100"]
[stored_value]
offers = [ { pay = "1.00", bonus = "2.00" } ]
bonus_expiry = "1 month"
[[coupons]]
code = "five"
off = "5.00"
valid = "1 month"
[gifts]
join = ["coupon:five"]
birthday = ["growth:1"]
win_back = { after = "17 days", items = ["growth:2"] }
"""


def test_a_night_follows_its_order() -> None:
    """On 1 March: points activate, expire, bonus and coupon die, fee, benefits and rise, decay, gifts, monthly cost."""
    story = """
        2027-02-01 join born 03-01
        2027-02-01 top up 1.00
        2027-02-01 start plus
        2027-02-01 grant 9
        2027-02-12 buy 30.00
        2027-03-01 night
        """
    assert [line.split()[1] for line in brief(policy_of(ALL_OF_A_NIGHT), story) if line.startswith("2027-03-01")] == [
        "activate",
        "expire",
        "bonus_expire",
        "coupon_expire",
        "plan_fee",
        "grow",
        "decay",
        "grow",
        "grow",
        "benefit_month",
    ]
    assert len(NIGHT_ORDER) == 10


@pytest.mark.parametrize("seeds", [1, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", NAMES)
def test_one_advance_is_many(name: str, seeds: int) -> None:
    policy = policy_named(name)
    for seed in range(seeds):
        lazy, daily = Compiled(policy), Compiled(policy)
        for kind, when, second, what in random_life(Random(seed), policy, 20):
            lazy.happens(kind, when, second, **what)
            # The diligent one has lived through every single night before the event.
            for number in range(max(int(daily.member.head.day), day("2026-12-01")), day_of(when)):
                daily.live_until(date_of(number))
            daily.happens(kind, when, second, **what)
        assert daily.transfers == lazy.transfers
        assert daily.member.head == lazy.member.head


def test_transfers_are_numbered_without_gaps() -> None:
    for name in NAMES:
        life = Compiled(policy_named(name))
        numbers = []
        for kind, when, second, what in random_life(Random(1), policy_named(name), 30):
            life.happens(kind, when, second, **what)
            numbers = life.sequences
        assert numbers == list(range(len(numbers)))
        assert life.member.head.sequence == len(numbers)


def test_a_full_journal_stops_between_nights_and_goes_on() -> None:
    policy = policy_of(EVERYTHING_AT_ONCE)
    story = "2027-01-28 join\n2027-01-28 start plan\n" + "\n".join(f"2027-02-{n:02d} buy 10.00" for n in range(1, 28))
    whole, bit_by_bit = lived(policy, story), lived(policy, story).member
    until = day("2027-12-31")
    whole.transfers.clear()
    whole.live_until(date_of(until))
    journal, parts = new_journal(room_for(bit_by_bit.head.lots)), []
    while advance(policy.rules, bit_by_bit, until, journal) == Status.JOURNAL_FULL:
        parts.append(taken(journal))
    parts.append(taken(journal))
    assert len(parts) > 1
    assert [in_words(row) for part in parts for row in part] == whole.transfers
    assert bit_by_bit.head == whole.member.head


def test_going_back_changes_nothing() -> None:
    life = lived(policy_of(EVERYTHING_AT_ONCE), "2027-01-28 join\n2027-02-10 buy 50.00\n2027-03-15 night")
    before, count = life.member.head.tobytes(), len(life.transfers)
    life.live_until(date(2027, 2, 13))
    assert (life.member.head.tobytes(), len(life.transfers)) == (before, count)


def test_nobody_ages_before_joining() -> None:
    policy = policy_named("baseline")
    stranger, journal = new_member(3), new_journal(room_for(32))
    assert advance(policy.rules, stranger, day("2040-01-01"), journal) == Status.OK
    assert journal.fill.used == 0
