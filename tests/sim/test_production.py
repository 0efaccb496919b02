"""What the members of a run did, told to the books of a shop, gives the very journal of the run.

Two things of a hand-written scenario no shop can say, and they are seen to below: points that come from nobody, and a
referral of nobody in particular.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import cli
import sim.run
from ledger.accounts import Cause
from ledger.events import ALL, EVENT, Kind, event
from ledger.facts_events import Events
from ledger.journal import TRANSFER
from ledger.receipts import Receipts
from ledger.store import Ledger
from policies import Policy, catalogue, load_policy
from policies.rules import records
from sim.event_file import event_file, read_events
from sim.run import simulate
from sim.scenario import Scenario, load_scenario
from tests.ledger import conftest as databases

postgres, url = databases.postgres, databases.url
"""Fixtures: the server, and an empty database in it or in SQLite."""

POPULATION = ("baseline", "plus_monthly", "warehouse_club")
LESSONS = ("giant_ecommerce", "growth_value", "plus_monthly", "stored_value_retail")
"""Refunds, plans, stored value, coupons, gifts, rewards, the wheel and a referral between them."""

MEMBERS = 40
FRIENDS = 1_000_000
"""Numbers from here on are not members of the run."""


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
    """The journal of a run, TRANSFER (n,); its events are in the file."""
    parts: list[np.ndarray] = []
    with event_file(path) as told:
        run = simulate(scenario, policy, members=members, keep_transfers=parts.append, keep_events=told)
    assert told.events == run.events == pq.read_metadata(path).num_rows
    return np.concatenate(parts)


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
    """The transfers of the members of the run, TRANSFER (n,)."""
    rows = np.concatenate([np.zeros(0, TRANSFER), *books.journal()])
    return rows[rows["member"] < FRIENDS]


def _same(told: np.ndarray, lived: np.ndarray) -> None:
    for name in TRANSFER.names:
        assert told[name].tolist() == lived[name].tolist(), name


@pytest.mark.parametrize("policy_name", POPULATION)
def test_a_population_in_the_books(policy_name: str, url: str, cut: Callable, tmp_path: Path) -> None:
    """Two years of forty members at one go, and one more time quarter by quarter, each closed."""
    scenario, policy = cut("beauty_mall", date(2028, 12, 31)), load_policy(policy_name)
    path = tmp_path / "events.parquet"
    lived = _lived(scenario, policy, path, MEMBERS)
    assert len(np.unique(lived["member"])) == MEMBERS
    with _books(url, policy) as books:
        _accepted(books.post_batch(*read_events(path)))
        books.close_day(scenario.end_day - 1)
        _same(_journal(books), lived)
    with _books("sqlite://", policy) as books:
        for number in range(4 * 2):
            start, before = (date(2027 + place // 4, place % 4 * 3 + 1, 1) for place in (number, number + 1))
            _accepted(books.post_batch(*read_events(path, start, before)))
            books.close_day(min(before, date(2028, 12, 31)))
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
        _same(_journal(books), lived)


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
    ("name", "policy_name"),
    [("beauty_mall", "warehouse_club"), ("lessons", "vertical_expert"), ("lessons", "stored_value_retail")],
)
def test_both_engines_note_the_same_events(
    name: str, policy_name: str, cut: Callable, told: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By member and in order of time, with every wish filled in; in however little room they were noted."""
    scenario, policy = cut(name, date(2028, 3, 31)), load_policy(policy_name)
    monkeypatch.setattr(sim.run, "_FIRST_EVENTS", 1)
    parts: list[np.ndarray] = []
    run = simulate(
        scenario, policy, members=MEMBERS, threads=1, chunk_members=7, keep_events=lambda rows, _: parts.append(rows)
    )
    noted = np.concatenate(parts)
    story = told(scenario, policy, "behavioural", len(run.outcomes))
    assert run.events == noted.size == story.happened.size > 200
    for field in EVENT.names:
        assert noted[field].tolist() == story.happened[field].tolist(), field
    assert ALL not in noted["redeem_points"]
    order = np.lexsort((noted["second"], noted["day"], noted["member"]))
    assert (np.diff(order) == 1).all()


def test_a_file_gives_back_what_was_written(tmp_path: Path) -> None:
    """Every field of every event, and the lines of orders and returns."""
    scenario, policy = load_scenario("lessons"), load_policy("vertical_expert")
    written: list[np.ndarray] = []
    lines: list[np.ndarray] = []
    with event_file(tmp_path / "events.parquet") as file:

        def keep(rows: np.ndarray, own_lines: np.ndarray) -> None:
            written.append(rows)
            lines[:] = [own_lines]
            file(rows, own_lines)

        simulate(scenario, policy, chunk_members=4, keep_events=keep)
    rows = np.concatenate(written)
    rows = rows[np.lexsort((rows["member"], rows["second"], rows["day"]))]
    rows = rows[rows["kind"] != Kind.RECEIVE]
    read = read_events(tmp_path / "events.parquet")
    for field in set(EVENT.names) - {"first_line"}:
        assert read.rows[field].tolist() == rows[field].tolist(), field
    several = 0
    for one, other in zip(read.rows, rows, strict=True):
        count, first, begin = int(one.lines), int(one.first_line), int(other["first_line"])
        assert read.lines[first : first + count].tolist() == lines[0][begin : begin + count].tolist()
        several += count > 1
    assert several == 1
    assert len(set(read.keys)) == len(read.keys)


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
    assert len(posted.rows) > len(np.unique(posted.rows.member)) == 20
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
