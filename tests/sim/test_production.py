"""What the members of a run did, told to the books of a shop, gives the very journal of the run.

Drawn members of every kind of program, with friends of theirs, and budgets that run out. Two things of a hand-written
scenario no shop can say, and they are seen to below: points that come from nobody, and a referral of nobody in
particular.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import cli
import sim.runs.shards
from ledger.accounts import Cause
from ledger.events import ALL, EVENT, Kind, event
from ledger.facts_events import Events
from ledger.journal import TRANSFER
from ledger.receipts import Receipts
from ledger.store import Ledger
from policies import Policy, catalogue, load_policy
from policies.rules import records
from sim.run import Simulation, simulate
from sim.runs.event_file import event_file, read_events
from sim.scenario import Scenario, load_scenario

SHARED = Path(__file__).with_name("shared.toml")
"""A policy whose budgets and stock forty members use up."""

POPULATIONS = [
    ("beauty_mall", "baseline", 20),
    ("beauty_mall", "giant_ecommerce", 5),
    ("beauty_mall", "stored_value_retail", 20),
    ("beauty_mall", "plus_monthly", 20),
    ("beauty_mall", SHARED, 30),
    ("startup_launch", "startup_two_tier", 80),
    ("vertical_courses", "vertical_expert", 25),
]
"""Scenario, policy, members; lines, returns, activities, plans, coupons, stored value, rewards, referrals, budgets."""

LESSONS = ("giant_ecommerce", "growth_value", "plus_monthly", "stored_value_retail")
"""Refunds, plans, stored value, coupons, gifts, rewards, the wheel and a referral between them."""

MEMBERS = 40
THROUGH = date(2028, 9, 30)

FRIENDS = 1_000_000
"""Numbers from here on are not members of a hand-written run."""

REFERRED = 1 << 62
"""Numbers from here on are members whom another one has referred."""


def _lessons() -> Scenario:
    """The lessons, less points that members send or receive: what they are received from is not in the scenario."""
    scenario = load_scenario("lessons")
    members = [
        each.model_copy(update={"deeds": [deed for deed in each.deeds if deed.do not in ("send", "receive")]})
        for each in scenario.content.member
    ]
    assert sum(len(each.deeds) for each in members) == sum(len(each.deeds) for each in scenario.content.member) - 3
    return Scenario(scenario.name, scenario.content.model_copy(update={"member": members}))


def _lived(scenario: Scenario, policy: Policy, path: Path, members: int | None = None) -> np.ndarray:
    """The journal of a run by member and sequence, TRANSFER (n,); its events are in the file."""
    return _lived_through(scenario, policy, path, members)[0]


def _lived_through(
    scenario: Scenario, policy: Policy, path: Path, members: int | None = None
) -> tuple[np.ndarray, Simulation]:
    """The same, and the run."""
    parts: list[np.ndarray] = []
    with event_file(path) as told:
        run = simulate(scenario, policy, members=members, keep_transfers=parts.append, keep_events=told)
    assert told.events == run.events == pq.read_metadata(path).num_rows
    return np.sort(np.concatenate(parts), order=("member", "sequence")), run


def _with_friends(batch: Events) -> Events:
    """A referral is of somebody: just before it, a friend joins by the member's word and buys something."""
    rows: list[np.record] = []
    keys: list[str] = []
    for row, key in zip(batch.rows.copy(), batch.keys, strict=True):
        if row.kind == Kind.REFERRAL:
            when = {"day": int(row.day), "second": int(row.second)}
            row.other = friend = FRIENDS + len(rows)
            rows.append(event(Kind.JOIN, member=friend, invited=1, referred=1, other=row.member, **when))
            rows.append(event(Kind.PURCHASE, member=friend, order=0, list_cents=10_000, **when))
            keys += [f"{key}/joins", f"{key}/buys"]
        rows.append(row)
        keys.append(key)
    events = records(len(rows), EVENT)
    for place, row in enumerate(rows):
        events[place] = row
    return Events(events, batch.lines, keys)


@contextmanager
def _books(url: str, policy: Policy) -> Iterator[Ledger]:
    """Books that are sound when all is told."""
    with Ledger.open(url, policy) as books:
        yield books
        assert books.verify() == []
        assert [law for law in books.laws() if not law.holds] == []


def _accepted(receipts: Receipts) -> None:
    answers = [receipt for receipt in receipts if receipt.refused or receipt.repeated]
    assert answers == []


def _journal(books: Ledger) -> np.ndarray:
    """All transfers by member and sequence, TRANSFER (n,)."""
    return np.concatenate([np.zeros(0, TRANSFER), *books.journal()])


def _same(told: np.ndarray, lived: np.ndarray) -> None:
    for name in TRANSFER.names:
        assert told[name].tolist() == lived[name].tolist(), name


@pytest.mark.parametrize(("name", "source", "members"), POPULATIONS)
def test_a_population_in_the_books(
    name: str, source: str | Path, members: int, url: str, cut: Callable, tmp_path: Path
) -> None:
    """A year and three quarters at one go, and one more time quarter by quarter, each closed."""
    scenario, policy = cut(name, THROUGH), load_policy(source)
    path = tmp_path / "events.parquet"
    lived, run = _lived_through(scenario, policy, path, members)
    assert len(np.unique(lived["member"])) == run.outcomes["persons"].sum() >= scenario.population(members)
    assert (len(run.closed) > 0) == (source == SHARED)
    assert (lived["member"].max() > REFERRED) == (name == "startup_launch")
    with _books(url, policy) as books:
        _accepted(books.post_batch(*read_events(path)))
        books.close_day(scenario.end_day - 1)
        _same(_journal(books), lived)
    if url.startswith("sqlite"):
        with _books("sqlite://", policy) as books:
            for number in range(7):
                start, before = (date(2027 + place // 4, place % 4 * 3 + 1, 1) for place in (number, number + 1))
                _accepted(books.post_batch(*read_events(path, start, before)))
                books.close_day(min(before, THROUGH))
            _same(_journal(books), lived)


@pytest.mark.parametrize("policy_name", LESSONS)
def test_the_lessons_in_the_books(policy_name: str, url: str, tmp_path: Path) -> None:
    _told_again(load_policy(policy_name), url, tmp_path)


@pytest.mark.parametrize("policy_name", sorted(set(catalogue()) - set(LESSONS)))
def test_the_lessons_under_every_other_policy(policy_name: str, tmp_path: Path) -> None:
    _told_again(load_policy(policy_name), "sqlite://", tmp_path)


def _told_again(policy: Policy, url: str, tmp_path: Path) -> None:
    scenario, path = _lessons(), tmp_path / "events.parquet"
    lived = _lived(scenario, policy, path)
    with _books(url, policy) as books:
        _accepted(books.post_batch(*_with_friends(read_events(path))))
        books.close_day(scenario.end_day - 1)
        booked = _journal(books)
        _same(booked[booked["member"] < FRIENDS], lived)


WAITING = """
title = "Points that wait for the goods"
extends = "baseline"
[points]
pending = "until_delivered"
"""


@pytest.fixture
def waiting(tmp_path: Path) -> Policy:
    """A policy under which the delivery of goods is an event."""
    (tmp_path / "waiting.toml").write_text(WAITING, "utf-8")
    return load_policy(tmp_path / "waiting.toml")


def test_deliveries_in_the_books(waiting: Policy, cut: Callable, tmp_path: Path) -> None:
    """The run itself lets goods arrive: its events say when."""
    _told_again(waiting, "sqlite://", tmp_path)
    scenario, path = cut("beauty_mall", date(2027, 12, 31)), tmp_path / "others.parquet"
    lived = _lived(scenario, waiting, path, MEMBERS)
    batch = read_events(path)
    assert np.count_nonzero(batch.rows.kind == Kind.DELIVER) > MEMBERS
    with _books("sqlite://", waiting) as books:
        _accepted(books.post_batch(*batch))
        books.close_day(scenario.end_day - 1)
        _same(_journal(books), lived)


def test_the_lessons_show_what_they_are_for(waiting: Policy, tmp_path: Path) -> None:
    """Under one policy or another all that a ledger knows is accepted, and so reaches the books above."""
    seen: set[int] = set()
    for policy in (waiting, *map(load_policy, catalogue())):
        _lived(_lessons(), policy, tmp_path / "events.parquet")
        seen |= set(read_events(tmp_path / "events.parquet").rows.kind.tolist())
    assert set(Kind) - seen == {Kind.SEND, Kind.RECEIVE, Kind.REINSTATE}, "what is received has a test of its own"


GIVEN = """
title = "A gift of points"
horizon = { from = 2027-01-01, through = 2030-06-30 }

[[member]]
name   = "the receiver"
joins  = 2027-01-01
orders = [ { on = 2027-06-01, amount = "100.00", redeem = "all" } ]
deeds  = [
  { on = 2027-03-02, do = "receive", points = 200, until = 2030-04-01 },
  { on = 2027-03-02, do = "receive", points = 500, until = 2030-04-01 },
  { on = 2030-04-15, do = "reinstate", points = 150 },
]

[[member]]
name   = "the giver"
orders = [ { on = 2027-04-01, amount = "50.00" } ]
deeds  = [
  { on = 2027-03-01, do = "grant", points = 1000 },
  { on = 2027-03-02, do = "send", points = 700, to = "the receiver" },
  { on = 2027-03-03, do = "send", points = 10_000, to = "the receiver" },
]
"""


def test_points_between_two_members(url: str, tmp_path: Path) -> None:
    """Books write what is received with what is sent, lot by lot; the scenario says both: 200 came with joining."""
    (tmp_path / "given.toml").write_text(GIVEN, "utf-8")
    scenario, policy = load_scenario(tmp_path / "given.toml"), load_policy("coalition")
    path = tmp_path / "events.parquet"
    lived = _lived(scenario, policy, path)
    assert {Cause.SEND, Cause.RECEIVE, Cause.EXPIRE} <= set(lived["cause"].tolist())
    kinds = pq.read_table(path)["kind"].to_pylist()
    assert (kinds.count("send"), kinds.count("receive")) == (1, 2), "the second one was refused"
    batch = read_events(path)
    assert np.unique(batch.rows.kind).tolist() == [Kind.JOIN, Kind.PURCHASE, Kind.GRANT, Kind.REINSTATE, Kind.SEND]
    with _books(url, policy) as books:
        _accepted(books.post_batch(*batch))
        books.close_day(scenario.end_day - 1)
        _same(_journal(books), lived)


@pytest.mark.parametrize(
    ("name", "policy_name", "members"),
    [
        ("beauty_mall", "warehouse_club", 10),
        ("startup_launch", "startup_two_tier", 40),
        ("lessons", "stored_value_retail", 15),
    ],
)
def test_both_engines_note_the_same_events(
    name: str, policy_name: str, members: int, cut: Callable, told: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Member by member and in order of time, with every wish filled in; in however little room they were noted."""
    scenario, policy = cut(name, date(2027, 12, 31)), load_policy(policy_name)
    monkeypatch.setattr(sim.runs.shards, "_FIRST_EVENTS", 1)
    parts: list[np.ndarray] = []
    run = simulate(
        scenario, policy, members=members, threads=1, chunk_members=7, keep_events=lambda rows, _: parts.append(rows)
    )
    noted = np.concatenate(parts)
    story = told(scenario, policy, "behavioural", members)
    assert run.events == noted.size == story.happened.size > 200
    for field in set(EVENT.names) - {"first_line"}:
        assert noted[field].tolist() == story.happened[field].tolist(), field
    assert ALL not in noted["redeem_points"]
    changes = np.flatnonzero(np.diff(noted["member"])) + 1
    assert len(np.unique(noted["member"])) == len(changes) + 1, "the events of a member stand apart"
    assert all((np.diff(rows["day"] * 86_400 + rows["second"]) >= 0).all() for rows in np.split(noted, changes))


@pytest.mark.parametrize(
    ("name", "policy_name"), [("lessons", "vertical_expert"), ("startup_launch", "startup_two_tier")]
)
def test_a_file_gives_back_what_was_written(name: str, policy_name: str, cut: Callable, tmp_path: Path) -> None:
    """Every field of every event, the lines of orders and returns, and a key for each."""
    scenario, policy = cut(name, None if name == "lessons" else THROUGH), load_policy(policy_name)
    written: list[np.ndarray] = []
    goods: dict[str, list[tuple]] = {}
    with event_file(tmp_path / "events.parquet") as file:

        def keep(rows: np.ndarray, lines: np.ndarray) -> None:
            written.append(rows)
            counted: Counter[int] = Counter()
            for row in rows:
                place, first = int(row["member"]), int(row["first_line"])
                goods[f"{place}/{counted[place]}"] = lines[first : first + int(row["lines"])].tolist()
                counted[place] += 1
            file(rows, lines)

        simulate(scenario, policy, members=MEMBERS, chunk_members=4, keep_events=keep)
    rows = np.concatenate(written)
    rows = rows[np.lexsort((rows["second"], rows["day"]))]
    rows = rows[rows["kind"] != Kind.RECEIVE]
    read = read_events(tmp_path / "events.parquet")
    for field in set(EVENT.names) - {"first_line"}:
        assert read.rows[field].tolist() == rows[field].tolist(), field
    assert len(set(read.keys)) == len(read.keys)
    several = 0
    for row, key in zip(read.rows, read.keys, strict=True):
        count, first = int(row.lines), int(row.first_line)
        assert read.lines[first : first + count].tolist() == goods[key]
        several += count > 1
    assert several == (1 if name == "lessons" else 0)
    assert (rows["member"].max() > REFERRED) == (name != "lessons")


def test_thanks_come_before_goods_that_are_brought_back(url: str, cut: Callable, tmp_path: Path) -> None:
    """A friend's first order can come back on the morning on which somebody is thanked for it: that is too late."""
    scenario, policy = cut("startup_launch", THROUGH, rate_ref=1.0), load_policy("startup_two_tier")
    segments = [
        each.model_copy(update={"refund_rate": 0.9, "partial_refunds": 0.0}) for each in scenario.content.segments
    ]
    scenario = Scenario(scenario.name, scenario.content.model_copy(update={"segments": tuple(segments)}))
    path = tmp_path / "events.parquet"
    lived = _lived(scenario, policy, path, 60)
    batch = read_events(path)
    thanks, returns = (batch.rows[batch.rows.kind == kind] for kind in (Kind.REFERRAL, Kind.REFUND))
    back = set(zip(returns.member.tolist(), returns.day.tolist(), returns.order.tolist(), strict=True))
    assert any((int(each.other), int(each.day), 0) in back for each in thanks), "no goods come back so soon"
    with _books(url, policy) as books:
        _accepted(books.post_batch(*batch))
        books.close_day(scenario.end_day - 1)
        _same(_journal(books), lived)


def test_a_failed_run_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), event_file(tmp_path / "events.parquet"):
        1 / 0  # noqa: B018
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_writes_events(tmp_path: Path) -> None:
    """Beside the journal, of the same run; never both into one file."""
    events, transfers = str(tmp_path / "events.parquet"), str(tmp_path / "journal.parquet")
    few = ["run", "beauty_mall", "baseline", "--members", "20", "--events", events]
    answer = CliRunner().invoke(cli.tierlab, [*few, "--journal", transfers])
    assert answer.exit_code == 0, answer.output
    posted = read_events(events)
    population = load_scenario("beauty_mall").population(20)
    assert len(posted.rows) > len(np.unique(posted.rows.member)) == population > 20
    with Ledger.open("sqlite://", load_policy("baseline")) as books:
        _accepted(books.post_batch(*posted))
        books.close_day(load_scenario("beauty_mall").end_day - 1)
        assert len(_journal(books)) == pq.read_metadata(transfers).num_rows
    assert "--events" in CliRunner().invoke(cli.tierlab, [*few, "--journal", events]).output


def test_days_on_which_nothing_happened(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    _lived(_lessons(), load_policy("baseline"), path)
    nothing = read_events(path, date(2026, 1, 1), date(2027, 1, 1))
    assert (len(nothing.rows), nothing.keys) == (0, [])
    with Ledger.open("sqlite://", load_policy("baseline")) as books:
        assert list(books.post_batch(*nothing)) == []
