"""A Dask cluster of two worker processes gives the bytes of one thread, even when one of them is killed on the way."""

from __future__ import annotations

import os
import signal
import socketserver
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from distributed import Client, LocalCluster

import sim.runs.cluster
from policies import load_policy
from sim.run import Cancelled, simulate
from sim.runs.cluster import on_cluster
from sim.runs.crews import Crew, CrewError, open_crew
from sim.runs.versions import versions_here

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(__file__).with_name("shared.toml")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """A scheduler and two worker processes that know the project by its folder."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), before)))
    try:
        with LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=":0",
            local_directory=str(tmp_path_factory.mktemp("dask")),
        ) as cluster:
            yield cluster
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


@pytest.fixture
def crew(dask: LocalCluster) -> Iterator[Crew]:
    dask.sync(dask._correct_state)
    with open_crew(cluster=dask.scheduler_address) as crew:
        yield crew


def test_a_killed_worker_does_not_change_a_byte(cut: Callable, dask: LocalCluster, crew: Crew) -> None:
    scenario, policy = cut("beauty_mall", date(2027, 12, 31)), load_policy("baseline")
    kept: list[np.ndarray] = []
    whole = simulate(scenario, policy, members=200, threads=1, keep_transfers=kept.append)
    journal = np.concatenate(kept).tobytes()

    with Client(dask.scheduler_address, set_as_default=False) as client:
        victim, survivor = client.run(os.getpid).values()
    killed: list[float] = []

    def kill(share: float) -> None:
        if not killed and share > 0.3:
            killed.append(share)
            os.kill(victim, getattr(signal, "SIGKILL", signal.SIGTERM))

    kept.clear()
    split = simulate(
        scenario, policy, members=200, crew=crew, chunk_members=5, keep_transfers=kept.append, progress=kill
    )
    assert 0.3 < killed[0] < 0.5
    assert survivor != victim
    assert np.concatenate(kept).tobytes() == journal
    assert split.outcomes.tobytes() == whole.outcomes.tobytes()
    assert split.laws == whole.laws


def test_stopping_times(cut: Callable, crew: Crew) -> None:
    scenario, policy = cut("beauty_mall", date(2027, 9, 30)), load_policy(SHARED)
    whole = simulate(scenario, policy, members=40, threads=1)
    split = simulate(scenario, policy, members=40, crew=crew, chunk_members=9, outcomes=False)
    assert whole.closed == split.closed != ()
    assert split.sums.tobytes() == whole.sums.tobytes()


def test_cancel(cut: Callable, crew: Crew) -> None:
    """What is in work ends by itself; the crew works on."""
    scenario, policy = cut("beauty_mall", date(2027, 3, 31)), load_policy("baseline")
    with pytest.raises(Cancelled):
        simulate(scenario, policy, members=1_000_000, crew=crew, outcomes=False, cancelled=lambda: True)
    assert simulate(scenario, policy, members=20, crew=crew).events > 0


@pytest.mark.parametrize(("name", "version"), [("kernels", "0123456789abcdef"), ("system", "Plan 9"), ("numpy", "1.0")])
def test_workers_with_other_versions_are_refused(
    cut: Callable, crew: Crew, monkeypatch: pytest.MonkeyPatch, name: str, version: str
) -> None:
    """They could give other results. The message says which worker, what it has and what is here."""
    theirs = versions_here()
    monkeypatch.setattr(sim.runs.cluster, "_own_versions", lambda: theirs | {name: version})
    with pytest.raises(CrewError, match="another version of Tierlab or runs on another system") as error:
        simulate(cut("beauty_mall", date(2027, 3, 31)), load_policy("baseline"), members=20, crew=crew)
    assert f"({name} {theirs[name]} there, {version} here)" in error.value.text("en")
    assert f"（{name} 那里为 {theirs[name]}，这里为 {version}）" in error.value.text("zh")
    assert error.value.problems[0].value.startswith("tcp://127.0.0.1:")


@pytest.mark.parametrize("address", ["nonsense", "nonsense://x", "nonsense://x:1", "tcp://", "tcp://127.0.0.1", ""])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(CrewError, match="is not the address of a scheduler"), on_cluster(address):
        pytest.fail("nobody is there")


def test_an_address_where_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sim.runs.cluster, "_PATIENCE_SECONDS", 0.5)
    with pytest.raises(CrewError, match="no Dask scheduler answers"), open_crew(cluster="tcp://127.0.0.1:9"):
        pytest.fail("nobody is there")


def test_an_address_where_somebody_else_answers(dask: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker, and a server that speaks otherwise: read as Dask, its answer is a length of some exabytes."""
    monkeypatch.setattr(sim.runs.cluster, "_PATIENCE_SECONDS", 2)
    with socketserver.TCPServer(("127.0.0.1", 0), _WebServer) as web:
        Thread(target=web.serve_forever, daemon=True).start()
        others = [f"tcp://127.0.0.1:{web.server_address[1]}", next(iter(dask.workers.values())).worker_address]
        for address in others:
            with pytest.raises(CrewError, match="no Dask scheduler answers"), open_crew(cluster=address):
                pytest.fail("nobody is there")
        web.shutdown()


class _WebServer(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "is not the address of a scheduler"), ("zh", "不是调度器的地址")]
)
def test_a_wrong_address_is_one_sentence_at_once(language: str, words: str) -> None:
    """Also when the program ends, when a client that was made in vain would complain for half a minute."""
    command = ["run", "beauty_mall", "baseline", "--cluster", "nonsense", "--language", language]
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "cli", *command],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words in done.stderr
    assert time.perf_counter() - begin < 25, "it waited for nobody"


def test_a_scheduler_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sim.runs.cluster, "_PATIENCE_SECONDS", 0.5)
    with (
        LocalCluster(
            n_workers=0, host="127.0.0.1", dashboard_address=":0", processes=False, protocol="tcp://"
        ) as empty,
        pytest.raises(CrewError, match="has no workers"),
        open_crew(cluster=empty.scheduler_address),
    ):
        pytest.fail("nobody works")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(CrewError, match=r"tierlab\[cluster\]"), open_crew(cluster="tcp://127.0.0.1:8786"):
        pytest.fail("it is not installed")
