"""What members share: budgets, stocks, households, and points that go from one to another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from ledger.accounts import Cause
from ledger.errors import LedgerError
from ledger.facts import Moment
from ledger.status import Status
from ledger.store import Grant, Household, Join, Ledger, PointsTransfer, Purchase, Reward
from tests.kernel_rules import day
from tests.ledger.shop import SHOP, contents

START = day("2027-02-01")


@pytest.fixture
def books(url: str) -> Iterator[Ledger]:
    """Four members with 1,000 points each, and 10 from joining."""
    with Ledger.open(url, SHOP) as books:
        for member in (1, 2, 3, 4):
            books.post(Join(member=member, at=Moment(START)))
            books.post(Grant(member=member, points=1_000, at=Moment(START)))
        yield books


def mug(member: int, at: Moment) -> Reward:
    return Reward(member=member, name="mug", at=at)


def bought(member: int, order: int, at: Moment, cents: int = 60_000) -> Purchase:
    return Purchase(member=member, order=order, list_cents=cents, channel="app", at=at)


def campaign_points(receipt: object) -> int:
    return sum(each.amount for each in receipt.transfers if each.cause == Cause.EARN_CAMPAIGN)


def test_a_stock_is_shared_by_all_members_and_all_programs(books: Ledger, url: str) -> None:
    with Ledger.open(url, SHOP) as other:
        assert not books.post(mug(1, Moment(START + 1))).refused
        assert not other.post(mug(2, Moment(START + 1))).refused
        assert not books.post(mug(3, Moment(START + 1, 9))).refused
        for program, member in ((other, 1), (books, 2)):
            refused = program.post(mug(member, Moment(START + 1, 10)))
            assert refused.status == Status.REWARD_OUT_OF_STOCK
        # Of the second in which the last piece went, everybody still gets one: the moment decides, not the order.
        assert not other.post(mug(4, Moment(START + 1, 9))).refused
        assert other.verify() == []
        assert [law for law in other.laws() if not law.holds] == []
    assert not books.post(Reward(member=1, name="voucher", at=Moment(START + 2))).refused
    assert books.verify() == []


def test_a_stock_runs_out_within_a_batch(books: Ledger) -> None:
    facts = [mug(member, Moment(START + 1, second)) for second, member in enumerate((2, 1, 3, 4, 2))]
    assert [each.status.name for each in books.post_many(facts)] == ["OK"] * 3 + ["REWARD_OUT_OF_STOCK"] * 2
    assert books.verify() == []


def test_the_order_that_crosses_a_budget_is_granted_whole(books: Ledger) -> None:
    # 25.00 of budget are 2,500 points; every order of 600.00 brings 600 of them, more in a higher tier.
    facts = [
        bought(member, 10 * member + number, Moment(START + number, member)) for number in range(3) for member in (1, 2)
    ]
    granted = [campaign_points(each) for each in books.post_many(facts)]
    spent = 0
    for points in granted:
        assert (points > 0) == (spent < 2_500)
        spent += points
    assert spent > 2_500
    # An event that is told late, of a moment before the campaign was closed, still counts.
    late = campaign_points(books.post(bought(3, 30, Moment(START, 1))))
    assert late > 0
    assert campaign_points(books.post(bought(4, 40, Moment(START + 2, 9)))) == 0
    assert books.verify() == []
    with books.engine.connect() as connection:
        used = connection.execute(text("SELECT used FROM allotment WHERE name = 'double days'")).scalar_one()
    assert used == (spent + late) * 10_000
    assert [law for law in books.laws() if not law.holds] == []


def test_points_keep_their_dates_when_they_are_given_away(books: Ledger) -> None:
    assert not books.post(bought(1, 5, Moment(START + 1), cents=10_000)).refused
    sent = PointsTransfer(member=1, to=2, points=1_050, at=Moment(START + 10))
    receipt = books.post(sent)
    assert receipt.status == Status.OK
    moved = [
        (each.member, each.cause, each.amount)
        for each in receipt.transfers
        if each.cause in (Cause.SEND, Cause.RECEIVE)
    ]
    assert sum(amount for member, _, amount in moved if member == 1) == 1_050
    assert [amount for member, _, amount in moved if member == 1] == [
        amount for member, _, amount in moved if member == 2
    ]
    mine, theirs = books.account(1), books.account(2)
    dates = {(int(lot.earned_day), int(lot.dead_day)) for lot in theirs.lots[: theirs.head.lots]}
    assert (START + 1, day("2028-02-02")) in dates
    assert (int(mine.head.moved_points), int(theirs.head.moved_points)) == (1_050, -1_050)
    before = contents(books)
    again = books.post(sent)
    assert (again, again.repeated) == (receipt, True)
    assert contents(books) == before
    assert books.verify() == []


@pytest.mark.parametrize(
    ("to", "points", "second", "status"),
    [
        (9, 100, 0, Status.NOT_A_MEMBER),
        (1, 100, 0, Status.TRANSFER_TO_ONESELF),
        (2, 5, 0, Status.TRANSFER_BELOW_MINIMUM),
        (2, 5_000, 0, Status.REDEEM_EXCEEDS_ACTIVE_POINTS),
        (3, 100, 5, Status.EVENT_OUT_OF_ORDER),
    ],
)
def test_a_transfer_is_booked_on_both_sides_or_on_neither(
    books: Ledger, to: int, points: int, second: int, status: Status
) -> None:
    # The third member has already been here later that day.
    books.post(Grant(member=3, points=1, at=Moment(START + 3, 9)))
    before = contents(books)
    sent = PointsTransfer(member=1, to=to, points=points, at=Moment(START + 3, second))
    receipt = books.post(sent)
    assert (receipt.status, receipt.transfers) == (status, ())
    assert contents(books) == before
    granted = Grant(member=1, points=7, at=Moment(START + 3, 10))
    receipts = books.post_many([sent, granted, PointsTransfer(member=1, to=3, points=100, at=Moment(START + 3, 11))])
    assert [each.status for each in receipts] == [status, Status.OK, Status.OK]
    assert receipts[0].allowed == {
        Status.TRANSFER_BELOW_MINIMUM: 10,
        Status.REDEEM_EXCEEDS_ACTIVE_POINTS: 1_010,
        Status.EVENT_OUT_OF_ORDER: 9,
    }.get(status)
    assert books.verify() == []


def test_within_a_household_transfers_have_no_limits(books: Ledger) -> None:
    small = [PointsTransfer(member=1, to=2, points=5, at=Moment(START + 1, second)) for second in range(7)]
    assert {each.status for each in books.post_many(small)} == {Status.TRANSFER_BELOW_MINIMUM}
    books.post_many([Household(member=member, number=12, at=Moment(START + 2)) for member in (1, 2)])
    small = [PointsTransfer(member=1, to=2, points=5, at=Moment(START + 2, second)) for second in range(1, 8)]
    assert {each.status for each in books.post_many(small)} == {Status.OK}
    books.post(Household(member=2, number=None, at=Moment(START + 3)))
    out = books.post(PointsTransfer(member=1, to=2, points=5, at=Moment(START + 3, 1)))
    assert out.status == Status.TRANSFER_BELOW_MINIMUM
    assert books.verify() == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("double days", 'used of the budget of campaign "double days" = by the journal'),
        ("mug", 'used of the stock of reward "mug" = by the journal'),
    ],
)
def test_a_damaged_allotment_is_found(books: Ledger, name: str, told: str) -> None:
    books.post_many([bought(1, 1, Moment(START + 1)), mug(2, Moment(START + 1))])
    assert books.verify() == []
    assert [law for law in books.laws() if not law.holds] == []
    with books.engine.begin() as connection:
        connection.execute(text("UPDATE allotment SET used = used + 1 WHERE name = :name"), {"name": name})
    (law,) = [law for law in books.laws() if not law.holds]
    assert (law.name, law.left) == (told, law.right + 1)
    assert [(each.member, str(each)) for each in books.verify()] == [
        (None, f"{told} does not hold: stored is {law.left}, not {law.right}.")
    ]


def test_an_allotment_that_is_gone(books: Ledger) -> None:
    with books.engine.begin() as connection:
        connection.execute(text("DELETE FROM allotment WHERE name = 'mug'"))
    with pytest.raises(LedgerError, match='do not say what was used of the stock of reward "mug"'):
        books.post(mug(2, Moment(START + 1)))
