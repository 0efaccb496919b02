"""Long computations in the background: asked for by content, watched, cancelled, remembered for a while.

A job is named by a digest of everything its result depends on, so the same question is never
computed twice. It runs as long as somebody watches: every look at it (`poll`) is a sign of life,
and a job whose last watcher left or fell silent stops itself at its next step.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from policies import Policy
from policies.kernel import sources_digest
from sim.compare import compare
from sim.figures.results import Comparison
from sim.run import Cancelled
from sim.scenario import Scenario

Work = Callable[[Callable[[float], None], Callable[[], bool]], Any]
"""Gets ``progress(share)`` and ``cancelled()``, and raises `Cancelled` (or any error) to end early."""

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"


def content_id(**parts: object) -> str:
    """Digest (hex, 20 characters) of JSON-like parts; the order of keyword arguments does not matter."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


@dataclass(frozen=True)
class JobView:
    """What a watcher sees of a job at one moment."""

    id: str
    state: str
    share: float  # done so far, 0..1
    result: Any = None
    error: BaseException | None = None

    @property
    def running(self) -> bool:
        """True while the answer is still to come."""
        return self.state in (WAITING, RUNNING)


@dataclass
class _Job:
    id: str
    work: Work
    watchers: dict[str, float] = field(default_factory=dict)  # name -> time of the last look
    state: str = WAITING
    share: float = 0.0
    result: Any = None
    error: BaseException | None = None
    finished: threading.Event = field(default_factory=threading.Event)

    def view(self) -> JobView:
        return JobView(self.id, self.state, self.share, self.result, self.error)


class JobManager:
    """Runs jobs in threads and remembers the newest finished ones. Every method may be called from any thread."""

    def __init__(
        self,
        max_workers: int = 2,
        orphan_ttl: float = 60.0,
        keep: int = 32,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``orphan_ttl`` seconds without a look end a job; ``keep`` finished jobs are remembered."""
        self._pool = ThreadPoolExecutor(max_workers, thread_name_prefix="job")
        self._ttl = orphan_ttl
        self._keep = keep
        self._clock = clock
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, _Job] = OrderedDict()  # least recently used first

    def submit(self, job_id: str, work: Work, watcher: str = "") -> JobView:
        """Start the job, or join the one that runs or is done; a failed or cancelled one starts afresh."""
        with self._lock:
            job = self._jobs.get(job_id)
            fresh = job is None or job.state in (FAILED, CANCELLED) or self._abandoned(job)
            if fresh:
                job = self._jobs[job_id] = _Job(job_id, work)
            self._look(job, watcher)
            self._forget_old()
        if fresh:
            self._pool.submit(self._run, job)
        return self.poll(job_id, watcher) or job.view()

    def poll(self, job_id: str, watcher: str = "") -> JobView | None:
        """The job as it stands, None if unknown or forgotten. A look by a watcher keeps the job alive."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None:
                return None
            if not self._abandoned(job):
                self._look(job, watcher)
            return job.view()

    def wait(self, job_id: str, seconds: float, watcher: str = "") -> JobView | None:
        """Like `poll`, after the job has ended or that many seconds have passed."""
        with self._lock:
            job = self._jobs.get(job_id)
        if job is not None:
            job.finished.wait(seconds)
        return self.poll(job_id, watcher)

    def leave(self, job_id: str, watcher: str = "") -> None:
        """This watcher no longer wants the answer; the last one to leave cancels the job."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is not None:
                job.watchers.pop(watcher, None)
                if not job.watchers and job.state == WAITING:
                    self._end(job, CANCELLED)

    def shutdown(self) -> None:
        """Cancel everything and wait for the threads to end."""
        with self._lock:
            for job in self._jobs.values():
                job.watchers.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _look(self, job: _Job, watcher: str) -> None:
        job.watchers[watcher] = self._clock()
        self._jobs.move_to_end(job.id)

    def _abandoned(self, job: _Job) -> bool:
        """True if an unfinished job has no watcher left who looked within the time to live."""
        if job.state not in (WAITING, RUNNING):
            return False
        oldest = self._clock() - self._ttl
        return not any(seen >= oldest for seen in job.watchers.values())

    def _forget_old(self) -> None:
        finished = [job.id for job in self._jobs.values() if job.finished.is_set()]
        for job_id in finished[: max(0, len(finished) - self._keep)]:
            del self._jobs[job_id]

    def _end(self, job: _Job, state: str, result: Any = None, error: BaseException | None = None) -> None:
        job.state, job.result, job.error = state, result, error
        job.share = 1.0 if state == DONE else job.share
        job.finished.set()
        self._forget_old()

    def _run(self, job: _Job) -> None:
        with self._lock:
            if job.state != WAITING:
                return
            if self._abandoned(job):
                self._end(job, CANCELLED)
                return
            job.state = RUNNING

        def progress(share: float) -> None:
            job.share = min(1.0, max(job.share, share))

        def cancelled() -> bool:
            with self._lock:
                return self._abandoned(job)

        try:
            result = job.work(progress, cancelled)
        except Cancelled:
            with self._lock:
                self._end(job, CANCELLED)
        except Exception as error:  # kept for the watcher, who shows it; the thread lives on
            with self._lock:
                self._end(job, FAILED, error=error)
        else:
            with self._lock:
                self._end(job, DONE, result)


def comparison_job(
    scenario: Scenario, baseline: Policy, candidates: Sequence[Policy], *, members: int, seed: int
) -> tuple[str, Work]:
    """Name and work of one comparison: the name depends on all that the result depends on, also the code."""

    def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Comparison:
        return compare(
            scenario, baseline, candidates, members=members, seed=seed, progress=progress, cancelled=cancelled
        )

    policies = [(each.name, each.title, each.title_zh, each.digest) for each in (baseline, *candidates)]
    job_id = content_id(code=sources_digest(), scenario=scenario.digest, policies=policies, members=members, seed=seed)
    return job_id, work
