"""Compile every kernel once, so that the first run starts at once: ``python -m sim.warmup``."""

from __future__ import annotations

import sys
import time

from policies import load_policy
from policies.kernel import cache_folder


def main() -> None:
    """Run a tiny simulation; say so if it has to compile."""
    compiled = any(cache_folder().rglob("*.nbc"))
    if not compiled:
        print("Compiling the ledger and the engine once for this version; this takes about a minute.", flush=True)
    start = time.perf_counter()
    # Imported late: the message above should stand there while the compiler is loaded.
    from sim.run import simulate
    from sim.scenario import load_scenario

    simulate(load_scenario("lessons"), load_policy("baseline"), threads=1)
    if not compiled:
        print(f"Compiled in {time.perf_counter() - start:.0f} seconds.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
