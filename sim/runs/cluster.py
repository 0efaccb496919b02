"""The same shards on a Dask cluster: an optional extra, for populations that one machine is too slow for.

A shard depends on nothing but its job and its members, so a worker that dies costs the shards it had in hand, which
others work off once more, and nothing else. Workers must be as this machine is, sources, packages and system:
others could give other results.
"""

from __future__ import annotations

import asyncio
import functools
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np

from policies import Problem
from policies.errors import listed, says
from sim.runs.crews import CrewError, Waiting, in_order
from sim.runs.shards import Job, Part, Shard, live_shard
from sim.runs.versions import differing, versions_here

MEMBERS_AT_A_TIME = 10_000
"""Members of a shard: some tenths of a second, against a few thousandths that sending it takes."""

_PATIENCE_SECONDS = 7
"""How long to wait for the scheduler, and then for the first worker."""

_EXAMPLE = "--cluster tcp://127.0.0.1:8786"


class Cluster:
    """The workers of a Dask scheduler."""

    members_at_a_time = MEMBERS_AT_A_TIME

    def __init__(self, client: Any, address: str) -> None:
        """``client`` is a distributed.Client."""
        self._client = client
        self._address = address

    def parts(self, job: Job, shards: Sequence[Shard], cancelled: Callable[[], bool] | None) -> Iterator[Part]:
        """See sim.runs.crews.Crew."""
        packed, ours = pickle.dumps(job), _own_versions()
        try:
            yield from in_order(
                # Each a task of its own: equal ones of an earlier run must not answer for it.
                lambda shard: self._client.submit(live_remotely, ours, packed, shard, pure=False),
                shards,
                ahead=2 * self._workers(),
                cancelled=cancelled,
                give_up=self._give_up,
            )
        except OtherVersions as error:
            raise CrewError([_other_versions(*error.args)]) from None
        except ModuleNotFoundError as error:
            raise CrewError([_not_installed(self._address, error.name or "sim")]) from None
        except (OSError, *_losses()) as error:
            raise CrewError([_lost(self._address, error)]) from None

    def _workers(self) -> int:
        """Threads of all workers; whoever joins later is used, too, by the scheduler."""
        return max(1, sum(self._client.nthreads().values()))

    def _give_up(self, running: Sequence[Waiting]) -> None:
        self._client.cancel(list(running), force=True)


@contextmanager
def on_cluster(address: str) -> Iterator[Cluster]:
    """The cluster whose scheduler listens at an address such as ``tcp://127.0.0.1:8786``.

    Raises:
        CrewError: the extra is not installed, nobody answers, or there are no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        rule = says(
            "needs the extra package distributed: 'pip install tierlab[cluster]'",
            "需要额外的软件包 distributed：'pip install tierlab[cluster]'",
        )
        raise CrewError([Problem("", "cluster", rule)]) from None
    _meet(address)
    client = Client(address, timeout=_PATIENCE_SECONDS, set_as_default=False)
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE_SECONDS)
        except TimeoutError:
            rule = says("the scheduler has no workers: start some", "调度器下没有工作进程：请先启动")
            raise CrewError([Problem("", "cluster", rule, value=address, example=f"dask worker {address}")]) from None
        yield Cluster(client, address)


class OtherVersions(Exception):
    """A worker is not as whoever asks: its address and its versions."""


def _meet(address: str) -> None:
    """Make sure that a scheduler answers at an address.

    Before there is a client: one that finds nobody, or somebody who speaks otherwise, takes half a minute to give up
    and complains on the terminal.

    Raises:
        CrewError: it is no address, or no scheduler answers there.
    """
    try:
        # In a thread of its own: whoever asks may be in a notebook, whose own loop is running.
        with ThreadPoolExecutor(1) as aside:
            kind = aside.submit(asyncio.run, _kind(address)).result()
    except ValueError:
        rule = says("is not the address of a scheduler", "不是调度器的地址")
        raise CrewError([Problem("", "cluster", rule, value=address, example=_EXAMPLE)]) from None
    except (OSError, MemoryError, TypeError, LookupError, RuntimeError, EOFError):
        kind = ""  # nobody, or somebody else: read as Dask, a web server's answer asks for more memory than there is
    if kind != "Scheduler":
        rule = says("no Dask scheduler answers at this address", "该地址没有 Dask 调度器应答")
        raise CrewError([Problem("", "cluster", rule, value=address, example=_EXAMPLE)]) from None


async def _kind(address: str) -> str:
    """What it is that answers at an address: "Scheduler", "Worker" or "Nanny"."""
    from distributed.comm import connect, parse_address, parse_host_port
    from distributed.core import send_recv
    from distributed.security import Security

    parse_host_port(parse_address(address)[1])
    keys = Security().get_connection_args("client")
    comm = await connect(address, timeout=_PATIENCE_SECONDS, **keys)
    try:
        return (await asyncio.wait_for(send_recv(comm, op="identity"), _PATIENCE_SECONDS))["type"]
    finally:
        comm.abort()


def _losses() -> tuple[type[Exception], ...]:
    """How Dask says that nobody is left to work."""
    from distributed import CancelledError, KilledWorker

    return CancelledError, KilledWorker


def _other_versions(worker: str, versions: Mapping[str, str]) -> Problem:
    differ = [
        says(
            "{name} {there} there, {here} here",
            "{name} 那里为 {there}，这里为 {here}",
            name=name,
            there=there,
            here=here,
        )
        for name, there, here in differing(versions, _own_versions())
    ]
    rule = says(
        "a worker has another version of Tierlab or runs on another system: install the same one everywhere ({differ})",
        "某个工作进程上的 Tierlab 版本或系统不同：请在各处安装同一版本（{differ}）",
        differ=listed(differ),
    )
    return Problem("", "cluster", rule, value=worker)


def _not_installed(address: str, module: str) -> Problem:
    rule = says(
        "a worker has no module {module}: install Tierlab there, or begin the worker in its folder",
        "某个工作进程上没有模块 {module}：请在那里安装 Tierlab，或在其文件夹中启动工作进程",
        module=module,
    )
    return Problem("", "cluster", rule, value=address)


def _lost(address: str, error: Exception) -> Problem:
    rule = says(
        "the connection was lost, or too many workers have died over the same members ({kind})",
        "连接已中断，或处理同一批会员时有过多工作进程退出（{kind}）",
        kind=type(error).__name__,
    )
    return Problem("", "cluster", rule, value=address)


_own_versions = functools.cache(versions_here)
"""Of a worker, or of whoever asks: they do not change while a process runs."""


def live_remotely(versions: Mapping[str, str], packed: bytes, shard: Shard) -> Part:
    """On a worker: a shard of a packed job. Raises OtherVersions if the worker is not as whoever asks."""
    if versions != _own_versions():
        from distributed import get_worker

        raise OtherVersions(get_worker().address, _own_versions())
    return live_shard(pickle.loads(packed), Shard(*shard), np.zeros(1, np.int64))
