"""A run while it goes on: progress, cancelling, errors inside a worker, and room that runs out."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

import sim.life
import sim.run
from ledger.journal import new_journal, room_for
from ledger.status import Status
from policies import load_policy
from sim.compare import compare
from sim.run import Cancelled, simulate
from sim.scenario import load_scenario


def test_progress_rises_to_one(cut: Callable) -> None:
    shares: list[float] = []
    scenario = cut("beauty_mall", date(2027, 3, 31))
    compare(
        scenario,
        load_policy("baseline"),
        [load_policy("soft_landing")],
        members=700,
        chunk_members=100,
        progress=shares.append,
    )
    assert len(shares) == 7 * 2 * 2
    assert all(0 < before < after for before, after in itertools.pairwise(shares))
    assert shares[-1] == 1.0


@pytest.mark.parametrize("threads", [1, 2])
def test_cancel_answers_within_half_a_second(threads: int) -> None:
    """A run of many seconds, cancelled from another thread as the screen does it."""
    scenario, policy = load_scenario("beauty_mall"), load_policy("baseline")
    simulate(scenario, policy, members=10)  # machine code is there
    stop = threading.Event()
    stopped_at: list[float] = []

    def pull() -> None:
        stopped_at.append(time.perf_counter())
        stop.set()

    timer = threading.Timer(0.3, pull)
    timer.start()
    with pytest.raises(Cancelled):
        simulate(scenario, policy, members=10_000_000, threads=threads, cancelled=stop.is_set)
    assert time.perf_counter() - stopped_at[0] < 0.5


def test_cancel_before_the_start() -> None:
    with pytest.raises(Cancelled):
        simulate(load_scenario("cdnow"), load_policy("no_program"), members=5_000, cancelled=lambda: True)


def test_an_error_in_the_receiver_ends_the_run() -> None:
    """Whoever receives the journal may fail (a full disk): the error comes out, and no thread stays behind."""
    before = threading.active_count()

    def full(_: np.ndarray) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        simulate(load_scenario("cdnow"), load_policy("no_program"), members=5_000, keep_transfers=full)
    assert threading.active_count() == before


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """What rooms a run asks for: (scale of an account, transfers). The account itself stays as it is.

    Larger accounts are other machine code; that it does the same is a test of the ledger.
    """
    found: list[tuple[int, int]] = []
    fresh = sim.run.new_life

    def recording(*args: object, scale: int, transfers: int, keep: bool) -> object:
        found.append((scale, transfers))
        return fresh(*args, scale=1, transfers=transfers, keep=keep)

    monkeypatch.setattr(sim.run, "new_life", recording)
    return found


@pytest.mark.parametrize("name", ["beauty_mall", "lessons"])
def test_little_room_gives_the_same(
    name: str, cut: Callable, journal: Callable, monkeypatch: pytest.MonkeyPatch, asked: list[tuple[int, int]]
) -> None:
    """Room for transfers and for an account is grown as asked for: nothing is capped without a word."""
    scenario, policy = cut(name, date(2028, 12, 31)), load_policy("baseline")
    plenty = journal(scenario, policy, members=60, threads=1)
    asked.clear()
    live = sim.run.live_many

    def short_of_room(*args: object) -> int:
        return Status.MEMBER_FULL if asked[-1][0] < 4 else live(*args)

    monkeypatch.setattr(sim.run, "live_many", short_of_room)
    monkeypatch.setattr(sim.life, "journal_for", lambda _, least: new_journal(least + room_for(8)))
    monkeypatch.setattr(sim.run, "_FIRST_TRANSFERS", 1)
    little = journal(scenario, policy, members=60, threads=1)
    assert little.tobytes() == plenty.tobytes()
    assert {1, 2, 4} <= {scale for scale, _ in asked}
    assert len({transfers for _, transfers in asked}) > 3, "room was never short: the test proves nothing"


def test_room_has_an_end(monkeypatch: pytest.MonkeyPatch, asked: list[tuple[int, int]]) -> None:
    """A member who needs more than any room is an error with a name, not a silent cut."""
    monkeypatch.setattr(sim.run, "live_many", lambda *_: Status.MEMBER_FULL)
    with pytest.raises(RuntimeError, match=Status.MEMBER_FULL.name):
        simulate(load_scenario("lessons"), load_policy("baseline"))
    assert len(asked) > 1


def test_a_scripted_scenario_has_its_own_members() -> None:
    scenario = load_scenario("lessons")
    assert simulate(scenario, load_policy("baseline"), members=5).outcomes.size == len(scenario.member_names) == 9
