"""Referrals: whoever is named must have joined by the member's word, have bought if that is asked, and pays once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from ledger.accounts import Cause
from ledger.facts import Fact, Moment
from ledger.status import Status
from ledger.store import Join, Leave, Ledger, Purchase, Referral, Refund
from policies import Policy
from tests.kernel_rules import day, policy_of
from tests.ledger.shop import SHOP, contents

START = day("2027-02-01")


def at(days: int, second: int = 0) -> Moment:
    return Moment(START + days, second)


def rewards(when: str) -> Policy:
    """100 points for whoever refers somebody."""
    return policy_of(
        '[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1 }, '
        f'{{ on = "referral", referrer = 100, referred = 50, when = "{when}" }} ]\n'
    )


BEGIN: list[Fact] = [
    Join(member=1, at=at(0)),
    Join(member=2, at=at(1), referred_by=1),
    Join(member=3, at=at(1), referred_by=2),
    Join(member=4, at=at(1)),
]


@pytest.fixture
def books(url: str) -> Iterator[Ledger]:
    """Member 1 has brought 2, and 2 has brought 3; rewards are for the first purchase."""
    with Ledger.open(url, SHOP) as books:
        assert not any(each.refused for each in books.post_many(BEGIN))
        yield books


def bought(member: int, order: int = 1, days: int = 2, **more: object) -> Purchase:
    return Purchase(member=member, order=order, list_cents=20_000, at=at(days), **more)


@pytest.mark.parametrize(
    ("before", "fact", "status"),
    [
        ([bought(2)], Referral(member=1, of=2, at=at(3)), Status.OK),
        ([], Referral(member=1, of=2, at=at(3)), Status.REFERRAL_UNKNOWN),  # has bought nothing yet
        ([bought(4)], Referral(member=1, of=4, at=at(3)), Status.REFERRAL_UNKNOWN),  # came alone
        ([bought(3)], Referral(member=1, of=3, at=at(3)), Status.REFERRAL_UNKNOWN),  # was brought by somebody else
        ([], Referral(member=1, of=9, at=at(3)), Status.REFERRAL_UNKNOWN),  # has never joined
        ([bought(2)], Referral(member=1, of=2, at=at(0)), Status.REFERRAL_UNKNOWN),  # had not joined on that day
        ([bought(2), Refund(member=2, order=1, at=at(3))], Referral(member=1, of=2, at=at(3)), Status.REFERRAL_UNKNOWN),
        ([bought(2), Leave(member=2, at=at(3))], Referral(member=1, of=2, at=at(3)), Status.REFERRAL_UNKNOWN),
        ([], Referral(member=1, of=1, at=at(3)), Status.REFERRAL_NOT_OFFERED),
        ([], Referral(member=9, of=2, at=at(3)), Status.NOT_A_MEMBER),
        ([Leave(member=1, at=at(3))], Referral(member=1, of=9, at=at(3)), Status.ACCOUNT_CLOSED),
    ],
)
def test_whom_a_member_is_rewarded_for(
    books: Ledger, other_url: str, before: list[Fact], fact: Fact, status: Status
) -> None:
    assert not any(books.post(each).refused for each in before)
    told = contents(books)
    receipt = books.post(fact)
    assert receipt.status == status
    assert sum(each.amount for each in receipt.transfers if each.cause == Cause.EARN_REFERRAL) == (
        100 if status == Status.OK else 0
    )
    assert (contents(books) == told) == receipt.refused
    assert books.verify() == []
    with Ledger.open(other_url, SHOP) as batch:
        assert batch.post_many([*BEGIN, *before, fact])[-1] == receipt
        assert contents(batch) == contents(books)


def test_joining_is_enough_where_the_policy_says_so(url: str, other_url: str) -> None:
    for where, when, status in ((url, "join", Status.OK), (other_url, "first_purchase", Status.REFERRAL_UNKNOWN)):
        with Ledger.open(where, rewards(when)) as books:
            assert books.post_many([*BEGIN, Referral(member=1, of=2, at=at(1))])[-1].status == status


def test_an_order_that_costs_nothing_is_no_first_purchase(url: str) -> None:
    with Ledger.open(url, rewards("first_purchase")) as books:
        free = Purchase(member=2, order=1, list_cents=0, at=at(2))
        receipts = books.post_many([*BEGIN, free, Referral(member=1, of=2, at=at(3))])
        assert [each.status for each in receipts[-2:]] == [Status.OK, Status.REFERRAL_UNKNOWN]


def test_a_policy_that_rewards_nobody(url: str) -> None:
    with Ledger.open(
        url, policy_of('[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1 } ]\n')
    ) as books:
        receipts = books.post_many([*BEGIN, Referral(member=1, of=9, at=at(2))])
        assert receipts[-1].status == Status.REFERRAL_NOT_OFFERED


def test_nobody_is_rewarded_twice_for_the_same_person(books: Ledger, url: str) -> None:
    books.post(bought(2))
    first = Referral(member=1, of=2, at=at(3))
    again = [
        Referral(member=1, of=2, at=at(3), key="another key"),
        Referral(member=1, of=2, at=at(300), key="next year"),
    ]
    receipts = books.post_many([first, first, *again])
    assert [(each.status, each.repeated) for each in receipts] == [
        (Status.OK, False),
        (Status.OK, True),
        (Status.REFERRAL_ALREADY_POSTED, False),
        (Status.REFERRAL_ALREADY_POSTED, False),
    ]
    before = contents(books)
    with Ledger.open(url, SHOP) as other:
        assert other.post(first).repeated
        assert {each.status for each in other.post_many(again)} == {Status.REFERRAL_ALREADY_POSTED}
        assert other.post(Referral(member=1, of=2, at=at(9))).status == Status.IDEMPOTENCY_CONFLICT
    assert contents(books) == before
    assert before["referral"] == [(2, 1, 2)]
    assert books.verify() == []


def test_a_referral_that_is_refused_can_come_again(books: Ledger) -> None:
    early = Referral(member=1, of=2, at=at(3))
    receipts = books.post_many([early, bought(2, days=3), early])
    assert [each.status for each in receipts] == [Status.REFERRAL_UNKNOWN, Status.OK, Status.OK]
    assert books.verify() == []


def test_two_programs_reward_at_once(books: Ledger, url: str) -> None:
    """Each has its own key: one of them is paid."""
    rounds = 12
    members = range(100, 100 + rounds)
    books.post_many(
        [
            fact
            for member in members
            for fact in (Join(member=member, referred_by=1, at=at(2)), bought(member, order=member, days=2))
        ]
    )
    together = Barrier(2)

    def reward(program: int) -> list[Status]:
        with Ledger.open(url, SHOP) as mine:
            told = []
            for member in members:
                together.wait(60)
                told.append(mine.post(Referral(member=1, of=member, at=at(3), key=f"{program} {member}")).status)
            return told

    with ThreadPoolExecutor(2) as programs:
        told = list(zip(*programs.map(reward, range(2)), strict=True))
    assert {tuple(sorted(each)) for each in told} == {(Status.OK, Status.REFERRAL_ALREADY_POSTED)}
    paid = [row for row in books.transfers(1) if row["cause"] == Cause.EARN_REFERRAL]
    assert len(paid) == rounds
    assert books.verify() == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM referral", "Member 1: was rewarded for member 2, and it is not noted that somebody was."),
        (
            "UPDATE referral SET version = 1",
            "Member 1: is noted as rewarded for member 2, and no fact says so.",
        ),
    ],
)
def test_a_damaged_note_is_found(books: Ledger, statement: str, told: str) -> None:
    books.post_many([bought(2), Referral(member=1, of=2, at=at(3))])
    with books.engine.begin() as connection:
        connection.execute(text(statement))
    assert told in [str(each) for each in books.verify()]


def test_a_joining_that_was_changed_is_found(books: Ledger) -> None:
    books.post_many([bought(2), Referral(member=1, of=2, at=at(3))])
    with books.engine.begin() as connection:
        connection.execute(text("UPDATE fact SET other = 4 WHERE member = 2 AND version = 1"))
    assert [str(each) for each in books.verify()] == [
        "Member 1: was rewarded for member 2, who has not joined by this member's word."
    ]
