"""Several workers: the kernels are compiled once before they start, and what shares a costly fixture stays together.

The databases of tests/databases.py are there for all tests.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import other_url, postgres, url

__all__ = ["other_url", "postgres", "url"]

TOGETHER = re.compile(
    r"(tests/(?:test_notebooks|app/test_browser|"
    r"sim/ladder/test_\w+|sim/test_(?:base_process|partition|cluster|capsule|stopping|members|effects))\.py)::"
)
"""Files whose tests look at one thing that takes seconds to make."""

POSTGRESQL = re.compile(r"[\[-]postgresql[\]-]")
"""Tests that need the server: it is started once."""


def pytest_configure(config: pytest.Config) -> None:
    """Fill the kernel cache before the workers start, or each of them would compile the same kernels at the same time.

    A run in a single process compiles only what its tests call, when they call it.
    """
    begins_workers = getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput")
    if begins_workers and not config.option.collectonly:
        root = Path(__file__).resolve().parent.parent
        # Should it fail, the tests say more about it than could be said here.
        subprocess.run([sys.executable, "-m", "sim.warmup"], cwd=root, check=False)


def group_of(nodeid: str) -> str:
    """Tests of one group go to one worker: most are a group of their own."""
    if POSTGRESQL.search(nodeid):
        return "postgresql"
    file = TOGETHER.match(nodeid)
    return file[1] if file else nodeid


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A proof is slow, too: the fast part of the suite is ``-m "not slow"``."""
    for item in items:
        if item.get_closest_marker("proof"):
            item.add_marker("slow")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Distribute by the groups above. The marker ``xdist_group`` has no effect under pytest 9.2 with xdist 3.8."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return ByGroup(config, log)
