"""However the work is split, the result is the same to the last byte."""

from __future__ import annotations

import dataclasses
import os
import signal
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from policies import Policy, load_policy
from sim.compare import compare
from sim.figures.report import comparison_json, json_text
from sim.figures.results import Comparison
from sim.run import Cancelled, simulate
from sim.runs.crews import Crew, CrewError, open_crew
from sim.scenario import Scenario

MEMBERS = 120
POLICIES = ("baseline", "soft_landing", "warehouse_club")


def _bytes(thing: object) -> bytes:
    """Everything in a result, bit for bit."""
    if dataclasses.is_dataclass(thing):
        return b"".join(field.name.encode() + _bytes(getattr(thing, field.name)) for field in dataclasses.fields(thing))
    if isinstance(thing, dict):
        return b"".join(_bytes(key) + _bytes(value) for key, value in thing.items())
    if isinstance(thing, (tuple, list)):
        return b"".join(map(_bytes, thing))
    if isinstance(thing, np.ndarray):
        return str((thing.dtype.names or thing.dtype, thing.shape)).encode() + thing.tobytes()
    return repr(thing.hex() if isinstance(thing, float) else thing).encode()


@pytest.fixture(scope="module")
def ask(cut: Callable) -> Callable[..., Comparison]:
    scenario = cut("beauty_mall", date(2028, 3, 31))
    baseline, *candidates = map(load_policy, POLICIES)

    def make(**options: object) -> Comparison:
        return compare(scenario, baseline, candidates, members=MEMBERS, **options)

    return make


@pytest.fixture(scope="module")
def whole(ask: Callable[..., Comparison]) -> Comparison:
    """All members in one piece, by one thread."""
    return ask(threads=1, chunk_members=MEMBERS)


@pytest.fixture(scope="module")
def told_and_kept() -> Callable[..., tuple]:
    """``told_and_kept(scenario, policy, **options)``: the simulation, its journal, its events and their lines."""

    def make(scenario: Scenario, policy: Policy, **options: object) -> tuple:
        transfers: list[np.ndarray] = []
        events: list[np.ndarray] = []
        lines: list[np.ndarray] = []

        def note(rows: np.ndarray, named: np.ndarray) -> None:
            # A line's number counts from the first line of its part.
            rows["first_line"] += np.where(rows["lines"] > 0, sum(map(len, lines)), 0)
            events.append(rows)
            lines.append(named)

        run = simulate(scenario, policy, keep_transfers=transfers.append, keep_events=note, **options)
        return run, np.concatenate(transfers), np.concatenate(events), np.concatenate(lines)

    return make


def _content(comparison: Comparison) -> bytes:
    """The comparison without its policies, which are what was asked and not what came out."""
    runs = [result.runs for result in comparison.policies]
    return _bytes(dataclasses.replace(comparison, policies=())) + _bytes(runs)


@pytest.mark.parametrize(("threads", "chunk"), [(1, 7), (2, 1), (2, 100), (2, None)])
def test_comparison(ask: Callable, whole: Comparison, threads: int, chunk: int | None) -> None:
    split = ask(threads=threads, chunk_members=chunk)
    assert _content(split) == _content(whole)
    assert json_text(comparison_json(split)) == json_text(comparison_json(whole))


@pytest.fixture(scope="module")
def processes() -> Iterator[Crew]:
    """Two processes that share nothing with this one."""
    with open_crew(processes=2) as crew:
        yield crew


def test_journal_by_processes(cut: Callable, told_and_kept: Callable, processes: Crew) -> None:
    """Outcomes, journal and events that come from other processes are those of one thread."""
    scenario, policy = cut("beauty_mall", date(2027, 12, 31)), load_policy("baseline")
    whole = told_and_kept(scenario, policy, members=100, threads=1, chunk_members=1_000)
    split = told_and_kept(scenario, policy, members=100, crew=processes, chunk_members=17)
    assert _bytes(split) == _bytes(whole)


@pytest.mark.slow
def test_stopping_times_by_processes(cut: Callable, processes: Crew) -> None:
    """What is watched second by second comes back from other processes, too."""
    scenario, policy = cut("beauty_mall", date(2027, 9, 30)), load_policy(Path(__file__).with_name("shared.toml"))
    whole = simulate(scenario, policy, members=40, threads=1)
    split = simulate(scenario, policy, members=40, crew=processes, chunk_members=9)
    assert whole.closed
    assert _bytes(split) == _bytes(whole)


def test_processes_answer_to_cancel_and_work_on(cut: Callable, processes: Crew) -> None:
    scenario, policy = cut("beauty_mall", date(2027, 3, 31)), load_policy("baseline")
    with pytest.raises(Cancelled):
        simulate(scenario, policy, members=10_000_000, crew=processes, outcomes=False, cancelled=lambda: True)
    again = simulate(scenario, policy, members=50, crew=processes, chunk_members=9)
    assert _bytes(again) == _bytes(simulate(scenario, policy, members=50, threads=1))


@pytest.mark.slow
def test_a_process_that_dies_is_told(cut: Callable) -> None:
    """Shards cannot come back from a process that is gone: an error in both languages, not a wait for ever."""
    scenario, policy = cut("beauty_mall", date(2027, 3, 31)), load_policy("baseline")
    with open_crew(processes=1) as crew:
        simulate(scenario, policy, members=5, crew=crew)
        victim = next(iter(crew._pool._processes))
        with pytest.raises(CrewError, match="has died") as error:
            simulate(
                scenario,
                policy,
                members=1_000_000,
                crew=crew,
                outcomes=False,
                progress=lambda _: os.kill(victim, signal.SIGTERM),
            )
    assert "进程" in error.value.text("zh")


def test_one_crew_at_a_time() -> None:
    with pytest.raises(CrewError, match="cannot be used together with threads"), open_crew(threads=2, processes=2):
        pytest.fail("a crew of two kinds")


def test_the_proof_sees_a_difference(ask: Callable, whole: Comparison) -> None:
    """Another seed must not pass for the same result."""
    other = ask(threads=1, seed=whole.seed + 1)
    assert _content(dataclasses.replace(other, seed=whole.seed)) != _content(whole)


@pytest.mark.parametrize(("threads", "chunk"), [(1, 1), (2, 7), (2, None)])
def test_journal(cut: Callable, journal: Callable, threads: int, chunk: int | None) -> None:
    scenario, policy = cut("beauty_mall", date(2027, 12, 31)), load_policy("baseline")
    whole = journal(scenario, policy, members=300, threads=1, chunk_members=300)
    split = journal(scenario, policy, members=300, threads=threads, chunk_members=chunk)
    assert whole.size > 3_000
    assert whole.tobytes() == split.tobytes()
    assert not pd.DataFrame(whole)[["member", "sequence"]].duplicated().any()


def test_more_members_leave_the_first_alone(cut: Callable, journal: Callable) -> None:
    """A member's life does not depend on who else is there."""
    scenario, policy = cut("beauty_mall", date(2027, 12, 31)), load_policy("baseline")
    few, many = (journal(scenario, policy, members=count) for count in (50, 200))
    few, many = (rows[rows["member"] < 50] for rows in (few, many))
    assert few.size > 500
    assert many.tobytes() == few.tobytes()
