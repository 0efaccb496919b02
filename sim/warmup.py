"""Compile every kernel once, so that the first run starts at once: ``python -m sim.warmup``."""

from __future__ import annotations

import sys
import time

import numba

from policies import load_policy
from policies.kernel import cache_folder

_STAMP = "complete"


def compile_once() -> None:
    """Make sure that everything is compiled; say so on standard error if it takes a while."""
    stamp = cache_folder() / _STAMP
    if numba.config.DISABLE_JIT or stamp.exists():
        return
    print("Compiling the ledger and the engine, once for this version; this takes about a minute.", file=sys.stderr)
    start = time.perf_counter()
    # Imported late: the message above should stand there while the compiler is loaded.
    from ledger.batch import post_events
    from ledger.desk import Desk
    from ledger.events import EVENT, Kind, event
    from policies.rules import records
    from sim.run import simulate
    from sim.scenario import load_scenario

    policy = load_policy("baseline")
    simulate(load_scenario("lessons"), policy, threads=1)
    events = records(1, EVENT)
    events[0] = event(Kind.PURCHASE, 0, list_cents=100)
    post_events(policy.rules, events, 0)
    Desk(policy).rehearse()
    stamp.touch()
    print(f"Compiled in {time.perf_counter() - start:.0f} seconds.", file=sys.stderr)


if __name__ == "__main__":
    compile_once()
