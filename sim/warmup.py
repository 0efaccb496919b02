"""Compile every kernel once, so that the first run starts at once: ``python -m sim.warmup``.

Two processes share the work, where there are two cores: this one compiles the engine, another one the store's doors.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import numba

from policies import load_policy
from policies.kernel import ROOT, cache_folder

_STAMP = "complete"
_STORE = "store"
"""Argument of the second process."""


def compile_once() -> None:
    """Make sure that everything is compiled; say so on standard error if it takes a while."""
    stamp = cache_folder() / _STAMP
    if numba.config.DISABLE_JIT or stamp.exists():
        return
    print("Compiling the ledger and the engine, once for this version; this takes about a minute.", file=sys.stderr)
    start = time.perf_counter()
    command = [sys.executable, "-m", "sim.warmup", _STORE]
    other = subprocess.Popen(command, cwd=ROOT) if numba.config.NUMBA_DEFAULT_NUM_THREADS > 1 else None
    try:
        _compile_engine()
    except BaseException:
        if other:
            other.terminate()
        raise
    if other is None or other.wait() != 0:
        _compile_store()
    stamp.touch()
    print(f"Compiled in {time.perf_counter() - start:.0f} seconds.", file=sys.stderr)


def _compile_engine() -> None:
    """What runs call."""
    # Imported late, here and below: a start that finds all of it compiled should not load it.
    from sim.run import simulate
    from sim.scenario import load_scenario

    simulate(load_scenario("lessons"), load_policy("baseline"), threads=1)


def _compile_store() -> None:
    """What the store and replays call."""
    from ledger.batch import post_events
    from ledger.desk import Desk
    from ledger.events import EVENT, Kind, event
    from policies.rules import records

    policy = load_policy("baseline")
    events = records(1, EVENT)
    events[0] = event(Kind.PURCHASE, 0, list_cents=100)
    post_events(policy.rules, events, 0)
    Desk(policy).rehearse()


if __name__ == "__main__":
    if _STORE in sys.argv[1:]:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever began it ends it
        _compile_store()
    else:
        compile_once()
