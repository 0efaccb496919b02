"""The store: one fact, one transaction, one receipt. Every test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Connection, text

from ledger import desk, store_engine
from ledger.accounts import Cause
from ledger.desk import Accounts, Desk
from ledger.errors import LedgerError
from ledger.events import EVENT, Kind
from ledger.facts import Fact, Moment
from ledger.facts_events import events_of
from ledger.facts_names import FactNames
from ledger.journal import Journal
from ledger.laws import Law
from ledger.receipts import Receipt
from ledger.status import Status
from ledger.store import (
    Activity,
    Grant,
    Join,
    Ledger,
    Line,
    PlanCancel,
    PlanStart,
    Purchase,
    Refund,
    Reward,
    TopUp,
    TopUpRefund,
)
from ledger.store_engine import writing
from ledger.store_posting import Posting
from ledger.store_work import Work
from policies import load_policy
from policies.days import date_of
from policies.earning import largest_order_cents
from policies.rules import records
from sim.runs.journal_file import journal_file
from tests.kernel_rules import day, policy_of
from tests.ledger.shop import SHOP, contents, random_facts


def at(date_text: str, second: int = 0) -> Moment:
    return Moment(day(date_text), second)


@pytest.fixture
def books(url: str) -> Iterator[Ledger]:
    """Empty books under the baseline."""
    with Ledger.open(url, load_policy("baseline")) as books:
        yield books


def test_a_member_from_joining_to_the_death_of_points(books: Ledger) -> None:
    assert books.post(Join(member=7, at=datetime(2027, 1, 1, 9, 30))).status == Status.OK
    receipt = books.post(Purchase(member=7, order=1001, at=datetime(2027, 1, 2, 9, 30), list_cents=25_900))
    assert [(each.amount, each.day, each.second) for each in receipt.transfers] == [
        (25_900, day("2027-01-02"), 34_200),
        (259, day("2027-01-02"), 34_200),
        (259, day("2027-01-02"), 34_200),
    ]
    days = (date(2027, 1, 8), date(2027, 1, 9), date(2028, 1, 1), date(2028, 1, 2))
    assert [books.balance(7, each) for each in days] == [0, 259, 259, 0]
    assert books.quote(7, date(2027, 1, 9), 10_000) == 200
    assert books.tier(7) == 0
    receipt = books.post(Purchase(member=7, order=1002, at=datetime(2027, 2, 2), list_cents=200_000, redeem_points=200))
    assert not receipt.refused
    assert books.tier(7) == 1
    assert books.tier(7, date(2029, 1, 1)) == 0
    assert books.transfers(7)["sequence"].tolist() == list(range(11))


def test_the_same_fact_twice_changes_nothing_and_answers_the_same(books: Ledger) -> None:
    join, purchase = Join(member=7, at=at("2027-01-01")), Purchase(member=7, order=1, at=at("2027-01-02"), list_cents=5)
    first = books.post_many([join, purchase])
    books.post(Purchase(member=7, order=2, at=at("2027-03-02"), list_cents=777))
    before = contents(books)
    again = books.post_many([join, purchase])
    assert again == first
    assert [each.repeated for each in (*first, *again)] == [False, False, True, True]
    assert contents(books) == before


def test_the_same_key_with_another_content_is_refused(books: Ledger) -> None:
    books.post(Join(member=7, at=at("2027-01-01")))
    books.post(Purchase(member=7, order=1, at=at("2027-01-02"), list_cents=5_000))
    before = contents(books)
    for changed in (
        Purchase(member=7, order=1, at=at("2027-01-02"), list_cents=5_001),
        Purchase(member=7, order=1, at=at("2027-01-03"), list_cents=5_000),
        Purchase(member=7, order=2, at=at("2027-01-03"), list_cents=5_000, key="join:7"),
    ):
        receipt = books.post(changed)
        assert (receipt.status, receipt.transfers) == (Status.IDEMPOTENCY_CONFLICT, ())
    assert contents(books) == before


def test_a_key_can_be_given(books: Ledger) -> None:
    books.post(Join(member=7, at=at("2027-01-01"), key="web-4711"))
    receipt = books.post(Join(member=7, at=at("2027-01-01"), key="web-4711"))
    assert (receipt.key, receipt.status, receipt.repeated) == ("web-4711", Status.OK, True)
    assert books.post(Join(member=7, at=at("2027-01-01"))).status == Status.ALREADY_A_MEMBER


def test_a_refusal_names_the_number_that_would_have_been_allowed(books: Ledger) -> None:
    books.post(Join(member=7, at=at("2027-01-01")))
    books.post(Purchase(member=7, order=1, at=at("2027-01-02"), list_cents=51_200))
    before = contents(books)
    largest = largest_order_cents(books.policy.rules[0], 0, 0)
    asked = [
        (Purchase(member=7, order=2, at=at("2027-02-01"), list_cents=90_000, redeem_points=600), 500),
        (Purchase(member=7, order=2, at=at("2027-02-01"), list_cents=30_000, redeem_points=450), 500),
        (Purchase(member=7, order=2, at=at("2027-02-01"), list_cents=70_00, redeem_points=50), 500),
        (Purchase(member=7, order=2, at=at("2027-02-01"), list_cents=7_00, redeem_points=400), 300),
        (Purchase(member=7, order=2, at=at("2028-02-01"), list_cents=7_000, redeem_points=100), 0),
        (Purchase(member=7, order=2, at=at("2027-02-01"), list_cents=-1), 0),
        (Purchase(member=7, order=2, at=at("2027-02-01"), list_cents=10**13), largest),
        (Purchase(member=7, order=2, at=at("2027-01-01"), list_cents=1), day("2027-01-02")),
        (PlanStart(member=7, at=at("2027-02-01")), 0),
        (PlanCancel(member=7, at=at("2027-02-01")), None),
        (Join(member=7, at=at("2027-02-01"), key="again"), None),
    ]
    receipts = [books.post(fact) for fact, _ in asked]
    assert [each.allowed for each in receipts] == [allowed for _, allowed in asked]
    assert all(each.refused and each.transfers == () for each in receipts)
    assert str(receipts[0]) == "purchase:7:2: refused, redeem_exceeds_active_points (allowed: 500)"
    # Not even the nights that were due before the refused event: nothing has changed.
    assert contents(books) == before


def test_the_second_of_a_day_counts(books: Ledger) -> None:
    books.post(Join(member=7, at=at("2027-01-01", 50)))
    early = books.post(Purchase(member=7, order=1, at=at("2027-01-01", 49), list_cents=1))
    assert (early.status, early.allowed) == (Status.EVENT_OUT_OF_ORDER, 50)


def test_a_stranger_can_only_join(books: Ledger) -> None:
    receipt = books.post(Purchase(member=8, order=1, at=at("2027-01-01"), list_cents=1))
    assert receipt == Receipt("purchase:8:1", 8, Status.NOT_A_MEMBER)
    for question in (lambda: books.balance(8, 0), lambda: books.tier(8), lambda: books.quote(8, 0, 1)):
        with pytest.raises(LedgerError, match=r"There is no member 8 in these books\."):
            question()
    assert len(books.transfers(8)) == 0


def test_a_time_with_a_zone_is_moved_to_the_program(books: Ledger) -> None:
    evening = datetime(2026, 12, 31, 16, 0, 1, tzinfo=UTC)
    receipt = books.post(Join(member=7, at=evening))
    assert (receipt.transfers[0].day, receipt.transfers[0].second) == (day("2027-01-01"), 1)
    tokyo = datetime(2027, 1, 1, 1, 0, 1, tzinfo=timezone(timedelta(hours=9)))
    assert books.post(Join(member=7, at=tokyo)).repeated


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        (Purchase(member=7, order=1, at=Moment(0), list_cents=259.0), "list_cents must be a whole number, not 259.0."),
        (Purchase(member=7, order="A1", at=Moment(0), list_cents=1), "order must be a whole number, not 'A1'."),
        (Purchase(member=7, order=-1, at=Moment(0), list_cents=1), "order must be the shop's number"),
        (Join(member=2**63, at=Moment(0)), "member must fit 64 bits"),
        (Purchase(member=7, order=1, at=Moment(0), lines=[Line(list_cents=2**62)] * 2), "does not fit 64 bits"),
        (Join(member=7, at=Moment(0, 86_400)), "is not a moment"),
        (Join(member=7, at=Moment(10**7)), "Day 10000000 is in no year from 1 to 9999"),
        (Join(member=7, at=Moment(0), key=""), "key must be text of 1 to 400 characters, not ''."),
        (Join(member=7, at=date(2027, 1, 1)), "at must be a datetime or a Moment"),
    ],
)
def test_nonsense_is_an_error_and_books_nothing(books: Ledger, fact: Fact, message: str) -> None:
    before = contents(books)
    with pytest.raises(LedgerError) as error:
        books.post_many([Join(member=1, at=Moment(0)), fact])
    assert message in str(error.value)
    assert contents(books) == before


@pytest.mark.parametrize("seed", [1, 2])
def test_many_at_once_are_the_same_as_one_by_one(url: str, other_url: str, seed: int) -> None:
    facts = random_facts(seed, members=8, count=160)
    with Ledger.open(url, SHOP) as single, Ledger.open(other_url, SHOP) as batch:
        one_by_one = [single.post(fact) for fact in facts]
        print(f"seed {seed}")
        assert [*batch.post_many(facts[:60]), *batch.post_many(facts[60:])] == one_by_one
        assert contents(batch) == contents(single)
        single.close_day(day("2030-01-01"))
        batch.close_day(day("2030-01-01"))
        assert contents(batch) == contents(single)
        assert [law for law in batch.laws() if not law.holds] == []
        assert batch.verify() == []


def test_events_as_arrays_are_the_same_as_facts(url: str, other_url: str) -> None:
    facts = [Join(member=number, at=at("2027-01-01")) for number in (3, 1, 2)]
    facts += [Purchase(member=2, order=5, at=at("2027-01-02", 9), list_cents=25_900, redeem_points=0)]
    facts += [PlanStart(member=9, at=at("2027-01-02"))]
    facts += [Purchase(member=2, order=5, at=at("2027-01-02", 9), list_cents=25_900)]
    events = records(6, EVENT)
    events["kind"] = [Kind.JOIN] * 3 + [Kind.PURCHASE, Kind.PLAN_START, Kind.PURCHASE]
    events["member"] = [3, 1, 2, 2, 9, 2]
    events["day"] = [day("2027-01-01")] * 3 + [day("2027-01-02")] * 3
    events["second"] = [0, 0, 0, 9, 0, 9]
    events["order"] = [-1, -1, -1, 5, -1, 5]
    events["other"] = -1
    events["list_cents"] = [0, 0, 0, 25_900, 0, 25_900]
    events["which"] = [0, 0, 0, 0, 1, 0]
    with Ledger.open(url, load_policy("baseline")) as one, Ledger.open(other_url, load_policy("baseline")) as other:
        receipts = other.post_batch(events)
        assert list(receipts) == one.post_many(facts)
        assert (receipts.refused, receipts[-1].repeated, receipts[4].status) == (1, True, Status.NOT_A_MEMBER)
        assert contents(one) == contents(other)
        assert other.post_batch(events[:4], keys=[None, None, None, "mine"])[3].status == Status.ORDER_ALREADY_POSTED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": 99}, "a kind that cannot be posted"),
        ({"kind": Kind.RECEIVE}, "points are received from another member's SEND"),
        ({"lines": 2}, "names lines that are not in the array"),
        ({"second": 86_400}, "a second that no day has"),
        ({"day": 10**7}, "is in no year from 1 to 9999"),
    ],
)
def test_arrays_that_make_no_sense(books: Ledger, change: dict[str, int], message: str) -> None:
    events = records(2, EVENT)
    for name, value in change.items():
        events[1][name] = value
    with pytest.raises(LedgerError, match=message):
        books.post_batch(events)
    with pytest.raises(LedgerError, match="must be arrays of"):
        books.post_batch(np.zeros(2))
    with pytest.raises(LedgerError, match="2 events need as many keys, not 1"):
        books.post_batch(records(2, EVENT), keys=[None])


def test_an_empty_batch(books: Ledger) -> None:
    assert books.post_many([]) == []
    assert [law for law in books.laws() if not law.holds] == []
    assert books.verify() == []


def test_receipts_are_a_sequence(books: Ledger) -> None:
    receipts = books.post_many([Join(member=number, at=at("2027-01-01")) for number in (1, 2, 1)])
    written = list(receipts)
    assert receipts == written
    assert receipts != written[:2]
    assert receipts != [*written[:2], books.post(PlanCancel(member=9, at=at("2027-01-01")))]
    assert receipts != 3
    assert receipts[1:] == written[1:]
    assert (len(receipts), receipts[-1].repeated, receipts.refused) == (3, True, 0)
    with pytest.raises(IndexError):
        receipts[3]


def test_a_repeated_fact_within_a_batch(books: Ledger) -> None:
    purchase = Purchase(member=7, order=1, at=at("2027-01-02"), list_cents=5_000)
    other = Purchase(member=7, order=1, at=at("2027-01-02"), list_cents=6_000)
    receipts = books.post_many([Join(member=7, at=at("2027-01-01")), purchase, purchase, other])
    assert [each.status for each in receipts[1:]] == [Status.OK, Status.OK, Status.IDEMPOTENCY_CONFLICT]
    assert receipts[1] == receipts[2]
    assert len(books.transfers(7)) == 4


def test_closing_a_day_books_the_nights_and_shuts_the_past(books: Ledger) -> None:
    facts = [Join(member=number, at=at("2027-01-01")) for number in (1, 2, 3)]
    facts += [Purchase(member=1, order=1, at=at("2027-01-02"), list_cents=100_000)]
    facts += [Purchase(member=2, order=2, at=at("2027-06-02"), list_cents=100_000)]
    books.post_many(facts)
    assert books.close_day(date(2027, 1, 8)) == 0
    assert books.close_day(date(2027, 1, 9)) == 1
    # The third member had nothing due, and the past is shut all the same.
    late = books.post(Purchase(member=3, order=3, at=at("2027-01-08"), list_cents=1))
    assert (late.status, late.allowed) == (Status.EVENT_OUT_OF_ORDER, day("2027-01-09"))
    assert books.post(Join(member=4, at=at("2027-01-08"))).status == Status.EVENT_OUT_OF_ORDER
    assert not books.post(Purchase(member=3, order=3, at=at("2027-01-09"), list_cents=1)).refused
    assert books.close_day(day("2029-01-01")) == 2
    assert books.close_day(day("2028-01-01")) == 0
    assert [books.tier(number) for number in (1, 2)] == [0, 0]
    assert books.verify() == []
    with pytest.raises(LedgerError, match="The books of member 1 stand at 2029-01-01; 2028-12-31 is past"):
        books.balance(1, date(2028, 12, 31))


def test_an_account_grows_as_it_must(url: str) -> None:
    daily = policy_of(
        '[tiers]\nmetric = "spend"\nwindow = "rolling 12 months"\n{levels}\n'
        '[points]\nvalue = "0.01"\npending = "365 days"\nearn = [ { on = "purchase", per_unit = 1 } ]\n[points.cash]\n'
    )
    start = day("2027-01-01")
    with Ledger.open(url, daily) as books:
        books.post(Join(member=7, at=Moment(start)))
        facts = [Purchase(member=7, order=n, at=Moment(start + n), list_cents=100) for n in range(300)]
        for fact in facts[:150]:
            assert not books.post(fact).refused
        assert not any(each.refused for each in books.post_many(facts[150:]))
        head = books.account(7).head
        assert (head.lots, head.windows, head.pending_points) == (300, 300, 300)
        # 300 activations and one redemption from 300 lots: more than the first journal holds.
        spent = Purchase(member=7, order=999, at=Moment(start + 700), list_cents=100_000, redeem_points=300)
        assert len(books.post(spent).transfers) == 300 + 2 + 300 + 1 + 1
        assert books.account(7).head.lots == 1
        assert books.verify() == []


def test_balances_are_views(books: Ledger) -> None:
    books.post_many(
        [
            Join(member=7, at=at("2027-01-01")),
            Join(member=8, at=at("2027-01-01")),
            Purchase(member=7, order=1, at=at("2027-01-02"), list_cents=100_000),
            Purchase(member=7, order=2, at=at("2027-01-10"), list_cents=10_000, redeem_points=1_000),
        ]
    )
    with books.engine.connect() as connection:
        mine = connection.execute(
            text("SELECT account, balance FROM member_balance WHERE member = 7 AND unit = 'points' ORDER BY account")
        ).all()
        seats = connection.execute(text("SELECT tier, title, members FROM tier_seats ORDER BY tier")).all()
        sums = connection.execute(text("SELECT unit, SUM(balance) FROM account_balance GROUP BY unit")).all()
    # Silver earns 1.25 points for each of the 90.00 that were not paid in points.
    assert [tuple(row) for row in mine] == [
        ("points_issued", -1_112),
        ("points_pending", 112),
        ("points_redeemed", 1_000),
    ]
    assert [tuple(row) for row in seats] == [(0, "basic", 1), (1, "silver", 1), (2, "gold", 0), (3, "diamond", 0)]
    assert {row[1] for row in sums} == {0}


def test_books_belong_to_one_policy(url: str) -> None:
    with Ledger.open(url, load_policy("baseline")) as books:
        books.post(Join(member=7, at=at("2027-01-01")))
    with Ledger.open(url, load_policy("baseline")) as books:
        assert books.tier(7) == 0
    with pytest.raises(LedgerError) as error:
        Ledger.open(url, load_policy("soft_landing"))
    assert 'are kept under the policy "baseline" with digest' in str(error.value)
    assert '"soft_landing" has digest' in str(error.value)


def test_other_peoples_databases_are_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    with Ledger.open(url, load_policy("baseline")) as books, books.engine.begin() as connection:
        connection.execute(text("DROP TABLE book"))
    with pytest.raises(LedgerError, match="holds other tables named account, allotment, cause"):
        Ledger.open(url, load_policy("baseline"))
    (tmp_path / "notes.db").write_text("These are my notes, and no database at all. " * 40, encoding="utf-8")
    with pytest.raises(LedgerError, match="file is not a database"):
        Ledger.open(f"sqlite:///{tmp_path / 'notes.db'}", load_policy("baseline"))
    with pytest.raises(LedgerError, match="unable to open database file"):
        Ledger.open(f"sqlite:///{tmp_path / 'nowhere' / 'shop.db'}", load_policy("baseline"))
    for url in ("shop.db", "nosuch://x", "mysql://x"):
        with pytest.raises(LedgerError, match=f'"{url}" is not a database that can be opened'):
            Ledger.open(url, load_policy("baseline"))


def test_durability_settings(url: str) -> None:
    with Ledger.open(url, load_policy("baseline")) as books, books.engine.connect() as connection:
        if url.startswith("postgresql"):
            assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
            return
        names = ("journal_mode", "synchronous", "foreign_keys")
        settings = {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names}
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_an_account_in_hand_is_a_copy(books: Ledger) -> None:
    books.post(Join(member=7, at=at("2027-01-01")))
    books.account(7).head.tier = 3
    assert books.tier(7) == 0
    assert str(Moment(day("2027-01-01"), 3_723)) == "2027-01-01 01:02:03"
    assert date_of(books.account(7).head.joined_day) == date(2027, 1, 1)
    assert all(isinstance(law, Law) for law in books.laws())


def test_a_change_behind_the_lock_is_not_overwritten(books: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    books.post_many([Join(member=number, at=at("2027-01-01")) for number in (7, 8)])
    go = Posting.go
    for members in ([7], [7, 8]):
        facts = [Purchase(member=number, order=1, at=at("2027-01-02"), list_cents=100) for number in members]
        with (
            pytest.raises(LedgerError, match="Another program changed an account"),
            monkeypatch.context() as patch,
            writing(books.engine) as connection,
        ):

            def behind_the_lock(self: Posting, accounts: Accounts, connection: Connection = connection) -> None:
                connection.execute(text("UPDATE member SET version = version + 1"))
                go(self, accounts)

            patch.setattr(Posting, "go", behind_the_lock)
            Work(connection, Desk(books.policy)).post(events_of(facts, ZoneInfo("UTC"), FactNames(books.policy)))
    assert len(books.transfers(7)) == 1
    assert books.verify() == []


def test_a_writer_who_waits_too_long_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "LOCK_SECONDS", 0.1)
    with Ledger.open(url, load_policy("baseline")) as one, Ledger.open(url, load_policy("baseline")) as other:
        one.post(Join(member=7, at=at("2027-01-01")))
        with writing(one.engine) as connection:
            connection.execute(text("UPDATE book SET closed_day = NULL"))
            with pytest.raises(LedgerError, match=r"(is locked|lock timeout)\. Nothing was changed\."):
                other.post(Join(member=8, at=at("2027-01-01")))
        assert other.tier(7) == 0
        assert not other.post(Join(member=8, at=at("2027-01-01"))).refused


def test_work_that_was_interrupted_leaves_nothing_for_the_next(books: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    books.post(Join(member=7, at=at("2027-01-01")))
    books.post(Purchase(member=7, order=1, at=at("2027-01-02"), list_cents=10_000))

    def interrupted(journal: Journal) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(desk, "taken", interrupted)
        with pytest.raises(KeyboardInterrupt):
            books.post(Purchase(member=7, order=2, at=at("2027-01-20"), list_cents=10_000))
    receipt = books.post(Purchase(member=7, order=2, at=at("2027-01-20"), list_cents=10_000))
    assert [each.sequence for each in receipt.transfers] == [4, 5, 6, 7]
    assert books.verify() == []


def test_names_that_the_policy_does_not_know(url: str) -> None:
    with Ledger.open(url, SHOP) as books:
        for fact, message in (
            (Reward(member=1, at=at("2027-01-01"), name="mugg"), 'knows no reward "mugg". Did you mean "mug"?'),
            (PlanStart(member=1, at=at("2027-01-01"), plan="gold"), 'no plan "gold". It knows club, club_plus.'),
            (Activity(member=1, at=at("2027-01-01"), name="revue"), 'no activity "revue". Did you mean "review"?'),
            (
                Purchase(member=1, order=1, at=at("2027-01-01"), list_cents=1, coupons=["TENN"]),
                'no coupon "TENN". Did you mean "TEN"?',
            ),
        ):
            with pytest.raises(LedgerError) as error:
                books.post(fact)
            assert message in str(error.value)
    with (
        Ledger.open("sqlite://", load_policy("baseline")) as books,
        pytest.raises(LedgerError, match='knows no reward "mug": it has none at all'),
    ):
        books.post(Reward(member=1, at=at("2027-01-01"), name="mug"))


def test_a_return_is_one_fact_by_its_content_or_its_number(books: Ledger) -> None:
    books.post_many(
        [
            Join(member=7, at=at("2027-01-01")),
            Purchase(member=7, order=1, at=at("2027-01-02"), list_cents=10_000),
        ]
    )
    returned = Refund(member=7, order=1, at=at("2027-01-05"), cents=1_000)
    assert [books.post(returned).repeated for _ in range(2)] == [False, True]
    numbered = [Refund(member=7, order=1, at=at("2027-01-05"), cents=1_000, number=number) for number in (1, 2, 2)]
    receipts = books.post_many(numbered)
    assert [(each.key, each.repeated) for each in receipts] == [
        ("refund:7:1:number 1", False),
        ("refund:7:1:number 2", False),
        ("refund:7:1:number 2", True),
    ]
    assert books.post(Refund(member=7, order=1, at=at("2027-01-06"))).key == "refund:7:1:all"
    assert books.post(Refund(member=7, order=1, at=at("2027-01-07"), cents=1)).status == Status.ORDER_ALREADY_REFUNDED
    assert books.verify() == []


def test_a_return_without_a_number_of_its_own() -> None:
    refund = Refund(member=7, order=1, at=at("2027-01-05"), number=0)
    with pytest.raises(LedgerError, match="number must be the shop's number of the return, one or more, not 0"):
        events_of([refund], ZoneInfo("UTC"), FactNames(SHOP))


def test_returns_as_arrays_have_numbers_too(books: Ledger, other_url: str) -> None:
    facts = [Join(member=7, at=at("2027-01-01")), Purchase(member=7, order=1, at=at("2027-01-02"), list_cents=10_000)]
    facts += [Refund(member=7, order=1, at=at("2027-01-05"), cents=1_000, number=number) for number in (1, 2)]
    batch = events_of(facts, ZoneInfo("UTC"), FactNames(books.policy))
    receipts = books.post_batch(batch.rows, batch.lines)
    assert [each.key for each in receipts[2:]] == ["refund:7:1:number 1", "refund:7:1:number 2"]
    assert [each.status for each in receipts] == [Status.OK] * 4
    with Ledger.open(other_url, books.policy) as other:
        assert other.post_many(facts) == receipts
        assert contents(other) == contents(books)


def test_a_top_up_is_paid_back_again_after_a_return(url: str) -> None:
    with Ledger.open(url, SHOP) as books:
        receipts = books.post_many(
            [
                Join(member=7, at=at("2027-01-01")),
                TopUp(member=7, at=at("2027-01-02"), number=31, cents=10_000),
                Purchase(member=7, order=1, at=at("2027-01-03"), list_cents=6_000, stored_cents=1_100),
                TopUpRefund(member=7, at=at("2027-01-04"), number=31),
                TopUpRefund(member=7, at=at("2027-01-04"), number=31),
                TopUpRefund(member=7, at=at("2027-01-05"), number=31),
                Refund(member=7, order=1, at=at("2027-01-06")),
                TopUpRefund(member=7, at=at("2027-01-07"), number=31),
            ]
        )
        assert books.verify() == []
    assert [(each.status.name, each.repeated) for each in receipts[3:]] == [
        ("OK", False),
        ("OK", True),
        ("TOP_UP_ALREADY_REFUNDED", False),
        ("OK", False),
        ("OK", False),
    ]
    paid = [
        sum(each.amount for each in receipt.transfers if each.cause == Cause.TOP_UP_RETURN) for receipt in receipts[3:]
    ]
    # 11.00 came from 100.00 of principal and 10.00 of bonus, pro rata.
    assert paid == [9_000, 9_000, 0, 0, 1_000]


@pytest.mark.parametrize("birthday", [(2, 30), (13, 1), (0, 5), (2,), (1, 2, 3), "02-30", 5, (1.5, 2), (2**70, 1)])
def test_a_birthday_that_no_calendar_has(birthday: object) -> None:
    with pytest.raises(LedgerError, match="birthday must be a date of the calendar") as error:
        events_of([Join(member=7, at=Moment(0), birthday=birthday)], ZoneInfo("UTC"), FactNames(SHOP))
    assert error.value.text() == str(error.value)
    assert error.value.text("zh").startswith("birthday（生日）须是日历上有的日期")
    assert repr(birthday) in error.value.text("zh")


def test_a_birthday_that_no_calendar_has_in_an_array(books: Ledger) -> None:
    events = records(4, EVENT)
    events["kind"], events["member"], events["other"], events["order"] = Kind.JOIN, range(4), -1, -1
    events["birth_month"], events["birth_day"] = (2, 0, 13, 2), (30, 1, 1, 29)
    receipts = books.post_batch(events)
    assert [each.status.name for each in receipts] == ["BIRTHDAY_INVALID"] * 3 + ["OK"]
    assert books.verify() == []


def test_nobody_refers_themselves(url: str) -> None:
    with Ledger.open(url, SHOP) as books:
        receipt = books.post(Join(member=7, at=at("2027-01-01"), referred_by=7))
        assert receipt.status == Status.REFERRAL_NOT_OFFERED
        assert not books.post(Join(member=7, at=at("2027-01-01"), referred_by=6)).refused
        assert not books.post(Grant(member=7, at=at("2027-01-01"), points=5)).refused
        assert books.verify() == []


def test_the_journal_as_files(books: Ledger, tmp_path: Path) -> None:
    books.post_many([Join(member=number, at=at("2027-01-01")) for number in (8, 7)])
    books.post(Purchase(member=7, order=1, at=at("2027-01-02", 5), list_cents=25_900))
    parts = list(books.journal())
    assert [row["member"] for part in parts for row in part] == [7, 7, 7, 7, 8]
    assert books.write_csv(tmp_path / "journal.csv") == 5
    lines = (tmp_path / "journal.csv").read_text("utf-8").splitlines()
    start = day("2027-01-01")
    assert lines[0] == "member,sequence,day,second,debit,credit,unit,cause,version,amount,lot,order,which"
    assert lines[1] == f"7,0,{start},0,outside,tier_0,tier,join,0,1,-1,-1,-1"
    assert lines[2] == f"7,1,{start + 1},5,cash,sales,money,sale_cash,0,25900,-1,1,-1"
    with journal_file(tmp_path / "journal.parquet", books.policy) as writer:
        for part in parts:
            writer(part)
    assert pq.read_table(tmp_path / "journal.parquet").num_rows == 5
    with books.engine.connect() as connection:
        row = connection.execute(text("SELECT unit, debit, credit, cause FROM journal WHERE sequence = 1")).one()
    assert tuple(row) == ("money", "cash", "sales", "sale_cash")


def test_coupons_plans_and_stored_value_are_views(url: str) -> None:
    with Ledger.open(url, SHOP) as books:
        receipts = books.post_many(
            [
                Join(member=7, at=at("2027-01-01")),
                TopUp(member=7, at=at("2027-01-02"), number=31, cents=10_000),
                PlanStart(member=7, at=at("2027-01-02"), plan="club_plus"),
                Purchase(member=7, order=1, at=at("2027-01-03"), list_cents=60_000, stored_cents=1_100),
            ]
        )
        assert [each.status for each in receipts] == [Status.OK] * 4
        with books.engine.connect() as connection:
            coupons = connection.execute(
                text("SELECT code, balance FROM coupon_balance WHERE account = 'coupons_held' ORDER BY code")
            ).all()
            plans = connection.execute(text("SELECT plan, title, members FROM plan_seats ORDER BY plan")).all()
            stored = connection.execute(text("SELECT top_up, unit, balance FROM stored_value ORDER BY unit")).all()
    assert [tuple(row) for row in coupons] == [("TEN", 1), ("TENTH", 1)]
    assert [tuple(row) for row in plans] == [(1, "club", 0), (2, "club_plus", 1)]
    # 11.00 of 100.00 principal and 10.00 bonus, pro rata.
    assert [tuple(row) for row in stored] == [(31, "bonus", 900), (31, "principal", 9_000)]
