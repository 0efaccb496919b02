"""A run while it goes on: progress, cancelling, errors inside a worker, and room that runs out."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

import sim.engines.life
import sim.runs.shards
from ledger.journal import new_journal, room_for
from ledger.status import Status
from policies import Policy, load_policy
from sim.compare import compare
from sim.run import Cancelled, simulate
from sim.runs.shards import SUMMED
from sim.scenario import Scenario, ScenarioError, load_scenario


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
    # Two policies under two responses, and no program once.
    assert len(shares) == -(-scenario.population(700) // 100) * (2 * 2 + 1)
    assert all(0 < before < after for before, after in itertools.pairwise(shares))
    assert shares[-1] == 1.0


@pytest.mark.parametrize(("threads", "chunk"), [(1, None), (2, None), (2, 1_000_000)])
def test_cancel_answers_within_half_a_second(threads: int, chunk: int | None) -> None:
    """A run of many seconds, cancelled from another thread as the screen does it, however large its shards are.

    Once in three tries: another process may hold the cores for a moment.
    """
    scenario, policy = load_scenario("beauty_mall"), load_policy("baseline")
    simulate(scenario, policy, members=10)  # machine code is there
    waits = (_wait_for_the_end(scenario, policy, threads, chunk) for _ in range(3))
    assert any(wait < 0.5 for wait in waits)


def _wait_for_the_end(scenario: Scenario, policy: Policy, threads: int, chunk: int | None) -> float:
    """Seconds from the wish to cancel to the end of the run."""
    stop = threading.Event()
    stopped_at: list[float] = []

    def pull() -> None:
        stopped_at.append(time.perf_counter())
        stop.set()

    timer = threading.Timer(0.3, pull)
    timer.start()
    with pytest.raises(Cancelled):
        simulate(
            scenario,
            policy,
            members=10_000_000,
            threads=threads,
            chunk_members=chunk,
            outcomes=False,
            cancelled=stop.is_set,
        )
    return time.perf_counter() - stopped_at[0]


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
    fresh = sim.runs.shards.new_life

    def recording(*args: object, scale: int, transfers: int, **others: object) -> object:
        found.append((scale, transfers))
        return fresh(*args, scale=1, transfers=transfers, **others)

    monkeypatch.setattr(sim.runs.shards, "new_life", recording)
    return found


@pytest.mark.parametrize("name", ["beauty_mall", "lessons"])
def test_little_room_gives_the_same(
    name: str, cut: Callable, journal: Callable, monkeypatch: pytest.MonkeyPatch, asked: list[tuple[int, int]]
) -> None:
    """Room for transfers and for an account is grown as asked for: nothing is capped without a word."""
    scenario, policy = cut(name, date(2028, 12, 31)), load_policy("baseline")
    plenty = journal(scenario, policy, members=60, threads=1)
    asked.clear()
    live = sim.runs.shards.live_many

    def short_of_room(*args: object) -> int:
        return Status.MEMBER_FULL if asked[-1][0] < 4 else live(*args)

    monkeypatch.setattr(sim.runs.shards, "live_many", short_of_room)
    monkeypatch.setattr(sim.engines.life, "journal_for", lambda _, least: new_journal(least + room_for(8)))
    monkeypatch.setattr(sim.runs.shards, "_FIRST_TRANSFERS", 1)
    little = journal(scenario, policy, members=60, threads=1)
    assert little.tobytes() == plenty.tobytes()
    assert {1, 2, 4} <= {scale for scale, _ in asked}
    assert len({transfers for _, transfers in asked}) > 3, "room was never short: the test proves nothing"


def test_room_has_an_end(monkeypatch: pytest.MonkeyPatch, asked: list[tuple[int, int]]) -> None:
    """A member who needs more than any room is an error with a name, not a silent cut."""
    monkeypatch.setattr(sim.runs.shards, "live_many", lambda *_: Status.MEMBER_FULL)
    with pytest.raises(ScenarioError, match="holds more at a time than an account has room for"):
        simulate(load_scenario("lessons"), load_policy("baseline"))
    assert len(asked) > 1


def test_sums_without_the_outcomes_of_single_members(cut: Callable) -> None:
    """Memory that does not grow with the run: the sums are those of the outcomes that are not kept."""
    scenario, policy = cut("beauty_mall", date(2027, 6, 30)), load_policy("baseline")
    kept = simulate(scenario, policy, members=300, chunk_members=70)
    summed = simulate(scenario, policy, members=300, chunk_members=70, outcomes=False)
    assert summed.outcomes is None
    assert summed.sums.tobytes() == kept.sums.tobytes()
    assert kept.sums["orders"][0] > 0
    for name in SUMMED:
        assert kept.sums[name][0] == kept.outcomes[name].sum(), name


def test_a_scripted_scenario_has_its_own_members() -> None:
    scenario = load_scenario("lessons")
    assert simulate(scenario, load_policy("baseline"), members=5).outcomes.size == len(scenario.member_names) == 9
