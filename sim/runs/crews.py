"""Crews: who works off the shards of a run. Threads of this process, processes of this machine, or a Dask cluster.

A crew hands the parts back in the order of the shards and never holds more than a few of them, so memory does not
grow with the run. Which crew it is changes how long a run takes and nothing else.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any, Protocol

import numpy as np

from policies import Problem
from policies.errors import ProblemError, says
from sim.runs.shards import Cancelled, Job, Part, Shard, live_shard
from sim.warmup import compile_once

MEMBERS_AT_A_TIME = 2_000
"""Members of a shard that is worked off in the same machine: a few hundredths of a second."""

_LOOK_SECONDS = 0.1
"""How often somebody who waits looks whether the run is cancelled."""

_AHEAD = 2
"""Shards under way for each worker: one in work, one behind it."""


class CrewError(ProblemError):
    """Nobody can work: ``problems`` says what is the matter with the crew that was asked for."""


class Crew(Protocol):
    """Whoever works off shards."""

    members_at_a_time: int
    """Members of a shard that is large enough to be worth the while."""

    def parts(self, job: Job, shards: Sequence[Shard], cancelled: Callable[[], bool] | None) -> Iterator[Part]:
        """What the shards leave behind, in their order. Whoever does not read to the end must close the iterator.

        Raises:
            Cancelled: ``cancelled`` answered true.
            CrewError: workers were lost.
        """


class Waiting(Protocol):
    """A future, of the standard library or of Dask."""

    def add_done_callback(self, call: Callable[[Any], Any]) -> None:
        """Call somebody as soon as there is an answer, of whatever kind."""

    def result(self) -> Any:
        """The answer, as soon as it is there."""


@contextmanager
def open_crew(
    *, threads: int | None = None, processes: int | None = None, cluster: str | None = None
) -> Iterator[Crew]:
    """A crew of so many threads (as many as there are cores), of processes, or the Dask cluster at an address.

    Open it once for many runs: processes and clusters take seconds to begin.

    Raises:
        CrewError: there is no such crew.
    """
    named = {"threads": threads, "processes": processes, "cluster": cluster}
    asked = [name for name, each in named.items() if each is not None]
    if len(asked) > 1:
        rule = says("cannot be used together with {other}", "不能与 {other} 同时使用", other=asked[0])
        raise CrewError([Problem("", asked[1], rule)])
    if cluster is not None:
        from sim.runs.cluster import on_cluster

        with on_cluster(cluster) as crew:
            yield crew
    elif processes is not None:
        crew = Processes(processes)
        try:
            yield crew
        finally:
            crew.close()
    else:
        yield Threads(threads or os.cpu_count() or 1)


class Threads:
    """Threads of this process: compiled code holds no lock, so they use as many cores."""

    members_at_a_time = MEMBERS_AT_A_TIME

    def __init__(self, count: int) -> None:
        self._count = count

    def parts(self, job: Job, shards: Sequence[Shard], cancelled: Callable[[], bool] | None) -> Iterator[Part]:
        """See Crew."""
        stop = np.zeros(1, np.int64)

        def give_up(_: Sequence[Waiting]) -> None:
            stop[0] = 1

        with ThreadPoolExecutor(self._count) as pool:
            yield from in_order(
                lambda shard: pool.submit(live_shard, job, shard, stop),
                shards,
                ahead=_AHEAD * self._count,
                cancelled=cancelled,
                give_up=give_up,
            )


class Processes:
    """Processes of this machine, begun from nothing: they share with this one only the word to stop.

    The program that opens them must be importable without doing its work again: guard it by
    ``if __name__ == "__main__"``, as the standard library asks for.
    """

    members_at_a_time = MEMBERS_AT_A_TIME

    def __init__(self, count: int) -> None:
        context = get_context("spawn")
        shared = context.RawArray("q", 1)
        self._count = count
        self._stop = np.frombuffer(shared, np.int64)
        self._pool = ProcessPoolExecutor(count, context, _begin, (shared,))

    def parts(self, job: Job, shards: Sequence[Shard], cancelled: Callable[[], bool] | None) -> Iterator[Part]:
        """See Crew."""
        compile_once()  # each of them would compile by itself
        try:
            # Left in a file, not sent: before Python 3.12 whoever is in the middle of sending much to a process that
            # dies waits for ever.
            with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                path = Path(folder, "job")
                path.write_bytes(pickle.dumps(job))
                yield from in_order(
                    lambda shard: self._pool.submit(_live_left, str(path), shard),
                    shards,
                    ahead=_AHEAD * self._count,
                    cancelled=cancelled,
                    give_up=self._give_up,
                )
        except BrokenProcessPool:
            rule = says(
                "a process of the run has died, for example for want of memory: try fewer of them",
                "运行中的一个进程已退出（例如内存不足）：请减少进程数",
            )
            raise CrewError([Problem("", "processes", rule, example="--processes 2")]) from None

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(cancel_futures=True)

    def _give_up(self, running: Sequence[Future]) -> None:
        """Stop what is under way, and be ready for the next run."""
        self._stop[0] = 1
        for each in running:
            each.cancel()
        wait(running)
        self._stop[0] = 0


_stop = np.zeros(1, np.int64)
"""In a process of a crew: the word to stop."""


def _begin(shared: Any) -> None:
    """In a new process: take the shared word to stop, and leave the key that interrupts to whoever asked."""
    global _stop
    _stop = np.frombuffer(shared, np.int64)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _live_left(path: str, shard: Shard) -> Part:
    return live_shard(_job_left(path), shard, _stop)


@lru_cache(maxsize=1)
def _job_left(path: str) -> Job:
    """The job of a run, whose file bears a name of its own."""
    return pickle.loads(Path(path).read_bytes())


def in_order(
    submit: Callable[[Shard], Waiting],
    shards: Sequence[Shard],
    *,
    ahead: int,
    cancelled: Callable[[], bool] | None,
    give_up: Callable[[Sequence[Waiting]], None],
) -> Iterator[Part]:
    """Parts in the order of the shards, at most ``ahead`` of them under way; ``give_up`` ends those that are."""
    waiting = iter(shards)
    running = deque(submit(shard) for shard in islice(waiting, ahead))
    try:
        while running:
            part = _answer(running[0], cancelled)
            running.popleft()
            running.extend(submit(shard) for shard in islice(waiting, 1))
            yield part
    finally:
        if running:
            give_up(running)


def _answer(future: Waiting, cancelled: Callable[[], bool] | None) -> Part:
    """The answer as soon as it is there. Fetching it is not hurried: from another machine it takes its time."""
    there = Event()
    future.add_done_callback(lambda _: there.set())
    while True:
        if cancelled and cancelled():
            raise Cancelled
        if there.wait(_LOOK_SECONDS):
            return future.result()
