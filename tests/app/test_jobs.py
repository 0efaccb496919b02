"""The job manager: one computation per question, progress, cancel, errors, orphans, memory."""

from __future__ import annotations

import threading

import pytest

from policies import load_policy
from sim.run import Cancelled
from sim.runs.jobs import CANCELLED, DONE, FAILED, RUNNING, JobManager, comparison_job, content_id
from sim.scenario import load_scenario

WAIT = 10  # seconds until a test gives up


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Steps:
    """Work that goes on step by step as the test says, and counts how often it was started."""

    def __init__(self, result: object = "answer") -> None:
        self.result = result
        self.starts = 0
        self.started = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, progress, cancelled):
        self.starts += 1
        self.started.set()
        for step in range(1, 101):
            self.go_on.wait(0.01)
            if cancelled():
                raise Cancelled
            if self.go_on.is_set():
                progress(step / 100)
            else:
                return self._wait(cancelled)
        return self.result

    def _wait(self, cancelled):
        while not self.go_on.wait(0.01):
            if cancelled():
                raise Cancelled
        return self.result


@pytest.fixture
def manager():
    made = JobManager(max_workers=2, orphan_ttl=5, keep=3, clock=Clock())
    yield made
    made.shutdown()


def test_a_job_runs_once_and_keeps_its_result(manager):
    work = Steps()
    assert manager.submit("a", work).running
    work.started.wait(WAIT)
    assert manager.poll("a").state == RUNNING
    manager.submit("a", work)
    work.go_on.set()
    view = manager.wait("a", WAIT)
    assert (view.state, view.result, view.share) == (DONE, "answer", 1.0)
    manager.submit("a", work)
    assert work.starts == 1


def test_progress_is_seen_while_it_runs(manager):
    told, go_on = threading.Event(), threading.Event()

    def work(progress, cancelled):
        progress(0.25)
        told.set()
        go_on.wait(WAIT)

    manager.submit("a", work)
    told.wait(WAIT)
    assert manager.poll("a").share == 0.25
    go_on.set()
    assert manager.wait("a", WAIT).state == DONE


def test_leaving_cancels_and_asking_again_starts_afresh(manager):
    work = Steps()
    manager.submit("a", work)
    work.started.wait(WAIT)
    manager.leave("a")
    assert manager.wait("a", WAIT).state == CANCELLED
    again = Steps("second answer")
    again.go_on.set()
    manager.submit("a", again)
    assert manager.wait("a", WAIT).result == "second answer"


def test_one_watcher_of_two_cannot_cancel(manager):
    work = Steps()
    manager.submit("a", work, watcher="anna")
    manager.submit("a", work, watcher="bo")
    work.started.wait(WAIT)
    manager.leave("a", watcher="anna")
    work.go_on.set()
    assert manager.wait("a", WAIT, watcher="bo").state == DONE


def test_a_job_that_nobody_watches_ends_itself(manager):
    work = Steps()
    manager.submit("a", work)
    work.started.wait(WAIT)
    manager._clock.now = 4.9
    assert manager.poll("a").running  # a sign of life
    manager._clock.now = 9.8
    assert manager.poll("a").running
    manager._clock.now = 14.9
    assert manager.wait("a", WAIT).state == CANCELLED


def test_a_job_abandoned_before_its_turn_never_starts():
    manager = JobManager(max_workers=1)
    first, second = Steps(), Steps()
    manager.submit("first", first)
    manager.submit("second", second)
    manager.leave("second")
    first.go_on.set()
    manager.wait("first", WAIT)
    assert manager.poll("second").state == CANCELLED
    manager.shutdown()
    assert second.starts == 0


def test_an_error_is_kept_and_the_worker_lives_on(manager):
    def fails(progress, cancelled):
        raise ValueError("no such tier")

    manager.submit("a", fails)
    view = manager.wait("a", WAIT)
    assert (view.state, str(view.error)) == (FAILED, "no such tier")
    work = Steps()
    work.go_on.set()
    manager.submit("b", work)
    assert manager.wait("b", WAIT).state == DONE


def test_only_the_last_looked_at_results_are_remembered(manager):
    for name in "abcd":
        manager.submit(name, lambda progress, cancelled, name=name: name)
        manager.wait(name, WAIT)
        if name == "c":
            manager.poll("a")
    assert [manager.poll(name) is None for name in "abcd"] == [False, True, False, False]


def test_unknown_jobs_are_none(manager):
    assert manager.poll("nothing") is None
    manager.leave("nothing")


def test_content_ids_depend_on_content_only():
    assert content_id(a=1, b=[2]) == content_id(b=[2], a=1)
    assert content_id(a=1) != content_id(a=2)


def test_a_comparison_is_named_by_all_it_depends_on_and_runs():
    scenario, baseline, soft = load_scenario("lessons"), load_policy("baseline"), load_policy("soft_landing")
    job_id, work = comparison_job(scenario, baseline, [soft], members=scenario.members, seed=1)
    others = {
        comparison_job(scenario, baseline, [soft], members=scenario.members, seed=2)[0],
        comparison_job(scenario, baseline, [soft], members=scenario.members - 1, seed=1)[0],
        comparison_job(scenario, soft, [baseline], members=scenario.members, seed=1)[0],
        comparison_job(load_scenario("cdnow"), baseline, [soft], members=scenario.members, seed=1)[0],
    }
    assert len(others | {job_id}) == 5
    assert comparison_job(scenario, baseline, [soft], members=scenario.members, seed=1)[0] == job_id
    shares: list[float] = []
    comparison = work(shares.append, lambda: False)
    assert [each.name for each in comparison.policies] == ["baseline", "soft_landing"]
    assert shares[-1] == pytest.approx(1.0)
