"""The store: one fact, one transaction, one receipt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from ledger import desk, store_engine
from ledger.desk import Desk
from ledger.errors import LedgerError
from ledger.facts import Fact, Moment
from ledger.journal import Journal
from ledger.laws import Law
from ledger.receipts import Receipt
from ledger.status import Status
from ledger.store import Join, Ledger, PlanCancel, PlanRenew, PlanStart, Purchase
from ledger.store_engine import writing
from ledger.store_work import Work
from policies import Policy, load_policy
from policies.days import date_of
from tests.kernel_rules import day, policy_of
from tests.ledger.lives import NAMES, policy_named, random_life

KINDS = {
    "join": Join,
    "purchase": Purchase,
    "plan_start": PlanStart,
    "plan_cancel": PlanCancel,
    "plan_renew": PlanRenew,
}


def at(date_text: str, second: int = 0) -> Moment:
    return Moment(day(date_text), second)


def facts_of(policy: Policy, member: int, seed: int, events: int = 25) -> list[Fact]:
    """A random life as facts."""
    facts = []
    for kind, when, second, what in random_life(Random(seed), policy, events):
        if "order" in what:
            what["order"] += 1_000 * member
        facts.append(KINDS[kind](member=member, at=at(str(when), second), **what))
    return facts


def contents(books: Ledger) -> dict[str, list[tuple]]:
    """Every row of every table."""
    with books.engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        return {name: sorted(map(tuple, connection.execute(text(f'SELECT * FROM "{name}"')))) for name in sorted(names)}


@pytest.fixture
def books() -> Iterator[Ledger]:
    """Empty books in memory under the baseline."""
    with Ledger.open("sqlite://", load_policy("baseline")) as books:
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
    asked = [
        (Purchase(member=7, order=2, at=at("2027-02-01"), list_cents=90_000, redeem_points=600), 500),
        (Purchase(member=7, order=2, at=at("2027-02-01"), list_cents=30_000, redeem_points=450), 500),
        (Purchase(member=7, order=2, at=at("2027-02-01"), list_cents=70_00, redeem_points=50), 500),
        (Purchase(member=7, order=2, at=at("2027-02-01"), list_cents=7_00, redeem_points=400), 300),
        (Purchase(member=7, order=2, at=at("2028-02-01"), list_cents=7_000, redeem_points=100), 0),
        (Purchase(member=7, order=2, at=at("2027-02-01"), list_cents=-1), 0),
        (Purchase(member=7, order=2, at=at("2027-02-01"), list_cents=10**13), 10**12),
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


@pytest.mark.parametrize("name", NAMES)
def test_many_at_once_are_the_same_as_one_by_one(name: str) -> None:
    policy = policy_named(name)
    facts = [fact for member in (3, 1, 2) for fact in facts_of(policy, member, seed=member)]
    facts.sort(key=lambda fact: fact.at)
    with Ledger.open("sqlite://", policy) as single, Ledger.open("sqlite://", policy) as batch:
        one_by_one = [single.post(fact) for fact in facts]
        assert batch.post_many(facts[:20]) + batch.post_many(facts[20:]) == one_by_one
        assert contents(batch) == contents(single)
        single.close_day(day("2030-01-01"))
        batch.close_day(day("2030-01-01"))
        assert contents(batch) == contents(single)
        assert [law for law in batch.laws() if not law.holds] == []
        assert batch.verify() == []


def test_an_empty_batch(books: Ledger) -> None:
    assert books.post_many([]) == []
    assert [law for law in books.laws() if not law.holds] == []
    assert books.verify() == []


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


def test_an_account_grows_as_it_must() -> None:
    daily = policy_of(
        '[tiers]\nmetric = "spend"\nwindow = "rolling 12 months"\n{levels}\n'
        '[points]\nvalue = "0.01"\npending = "365 days"\nearn = [ { on = "purchase", per_unit = 1 } ]\n[points.cash]\n'
    )
    start = day("2027-01-01")
    with Ledger.open("sqlite://", daily) as books:
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


def test_books_belong_to_one_policy(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with Ledger.open(url, load_policy("baseline")) as books:
        books.post(Join(member=7, at=at("2027-01-01")))
    with Ledger.open(url, load_policy("baseline")) as books:
        assert books.tier(7) == 0
    with pytest.raises(LedgerError) as error:
        Ledger.open(url, load_policy("soft_landing"))
    assert 'are kept under the policy "baseline" with digest' in str(error.value)
    assert '"soft_landing" has digest' in str(error.value)


@pytest.mark.parametrize("change", ["state_format = 'abc'", "format = 99"])
def test_books_of_another_format_are_left_alone(tmp_path: Path, change: str) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with Ledger.open(url, load_policy("baseline")) as books, books.engine.begin() as connection:
        connection.execute(text(f"UPDATE book SET {change}"))
    with pytest.raises(LedgerError, match="Open them with the version that made them"):
        Ledger.open(url, load_policy("baseline"))


def test_other_peoples_databases_are_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    with Ledger.open(url, load_policy("baseline")) as books, books.engine.begin() as connection:
        connection.execute(text("DROP TABLE book"))
    with pytest.raises(LedgerError, match="holds other tables named account, cause, fact"):
        Ledger.open(url, load_policy("baseline"))
    (tmp_path / "notes.db").write_text("These are my notes, and no database at all. " * 40, encoding="utf-8")
    with pytest.raises(LedgerError, match="file is not a database"):
        Ledger.open(f"sqlite:///{tmp_path / 'notes.db'}", load_policy("baseline"))
    with pytest.raises(LedgerError, match="unable to open database file"):
        Ledger.open(f"sqlite:///{tmp_path / 'nowhere' / 'shop.db'}", load_policy("baseline"))
    for url in ("shop.db", "nosuch://x"):
        with pytest.raises(LedgerError, match=f'"{url}" is not a database that can be opened'):
            Ledger.open(url, load_policy("baseline"))


def test_durability_settings(tmp_path: Path) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys")
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with Ledger.open(url, load_policy("baseline")) as books, books.engine.connect() as connection:
        settings = {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names}
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_an_account_in_hand_is_a_copy(books: Ledger) -> None:
    books.post(Join(member=7, at=at("2027-01-01")))
    books.account(7).head.tier = 3
    assert books.tier(7) == 0
    assert str(Moment(day("2027-01-01"), 3_723)) == "2027-01-01 01:02:03"
    assert date_of(books.account(7).head.joined_day) == date(2027, 1, 1)
    assert all(isinstance(law, Law) for law in books.laws())


def test_a_change_behind_the_lock_is_not_overwritten(books: Ledger) -> None:
    books.post(Join(member=7, at=at("2027-01-01")))
    with pytest.raises(LedgerError, match="Another program changed an account"), writing(books.engine) as connection:
        work = Work(connection, Desk(books.policy.rules), ZoneInfo("Asia/Shanghai"))
        work.post([Purchase(member=7, order=1, at=at("2027-01-02"), list_cents=100)])
        connection.execute(text("UPDATE member SET version = version + 1"))
        work.save()
    assert len(books.transfers(7)) == 1
    assert books.verify() == []


def test_a_writer_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "LOCK_SECONDS", 0.1)
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with Ledger.open(url, load_policy("baseline")) as one, Ledger.open(url, load_policy("baseline")) as other:
        one.post(Join(member=7, at=at("2027-01-01")))
        with writing(one.engine), pytest.raises(LedgerError, match=r"database is locked\. Nothing was changed\."):
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
