"""Processes that are killed and disks that are full: what was acknowledged is there, and nothing is half there."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger.errors import LedgerError
from ledger.facts import Moment
from ledger.store import Grant, Join, Ledger, Purchase
from policies import load_policy
from tests.kernel_rules import day
from tests.ledger.test_two_processes import ROOT, started

START = day("2027-01-01")
POLICY = load_policy(ROOT / "tests" / "ledger" / "sharing.toml")
MEMBERS = 5

NURSERY = """
import os, sys
from pathlib import Path
from ledger.facts import Moment
from ledger.store import Join, Ledger, PointsTransfer, Purchase
from policies import load_policy

url, start = sys.argv[1], int(sys.argv[2])
policy = load_policy(Path("tests/ledger/sharing.toml"))


def facts(number):
    # One order, an order of every member, or points from one member to the next: in turn.
    at, member = Moment(start + number // 20), number % 5 + 1
    if number % 3 == 0:
        return [Purchase(member=member, order=number, at=at, list_cents=20_000)]
    if number % 3 == 1:
        orders = range(1_000_000 + 5 * number, 1_000_005 + 5 * number)
        return [Purchase(member=order % 5 + 1, order=order, at=at, list_cents=3_000) for order in orders]
    return [PointsTransfer(member=member, to=member % 5 + 1, points=10, at=at, key=f"give {number}")]


def post(number):
    with Ledger.open(url, policy) as books:
        os.write(1, b"open\\n")
        while True:
            for receipt in books.post_many(facts(number)):
                # One write a line: a line is told whole or not at all.
                os.write(1, f"{receipt.status.name} {len(receipt.transfers)} {receipt.key}\\n".encode())
            os.write(1, f"next {number + 1}\\n".encode())
            number += 1


# Machine code is loaded once, for all children.
with Ledger.open("sqlite://", policy) as books:
    books.post_many([Join(member=member, at=Moment(start)) for member in range(1, 6)] + facts(0) + facts(1) + facts(2))
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        post(int(line))
    os.write(1, f"child {child}\\n".encode())
    os.waitpid(child, 0)
    os.write(1, b"dead\\n")
"""


def killed_again_and_again(url: str, rounds: int) -> None:
    """Kill a process that posts, at a random moment, so many times."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    with Ledger.open(url, POLICY) as books:
        books.post_many([Join(member=member, at=Moment(START)) for member in range(1, MEMBERS + 1)])
        books.post_many([Grant(member=member, points=1_000, at=Moment(START)) for member in range(1, MEMBERS + 1)])
    nursery = started(NURSERY, url, START)
    told: dict[str, int] = {}
    number = 0
    with Ledger.open(url, POLICY) as books:
        for _ in range(rounds):
            nursery.stdin.write(f"{number}\n")
            nursery.stdin.flush()
            # The child and whoever made it speak in any order.
            first = sorted(nursery.stdout.readline() for _ in range(2))
            assert first[1] == "open\n"
            child = int(first[0].split()[1])
            time.sleep(rng.uniform(0.0, 0.25))
            os.kill(child, signal.SIGKILL)
            for line in iter(nursery.stdout.readline, "dead\n"):
                if line.startswith("next "):
                    number = int(line.split()[1])
                    continue
                status, transfers, key = line.rstrip("\n").split(" ", 2)
                assert status == "OK"
                told[key] = int(transfers)
            _wait_until_alone(books)
            _check(books, told)
        nursery.stdin.close()
        assert nursery.wait(timeout=60) == 0
        assert books.verify() == []
        assert [law for law in books.laws() if not law.holds] == []
    assert len(told) > rounds // 2


def _wait_until_alone(books: Ledger) -> None:
    """Wait for what a server still does for the dead: it finishes a commit that had reached it before the kill."""
    if books.engine.dialect.name == "sqlite":
        return
    others = text(
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    books.engine.dispose()
    for _ in range(600):
        with books.engine.connect() as connection:
            if connection.execute(others).scalar_one() == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server still works for a process that was killed half a minute ago")


def _check(books: Ledger, told: dict[str, int]) -> None:
    with books.engine.connect() as connection:
        kept = dict(map(tuple, connection.execute(text("SELECT key, transfers FROM fact"))))
        journal = connection.execute(text("SELECT COUNT(*) FROM transfer")).scalar_one()
        moved = connection.execute(
            text("SELECT SUM(balance) FROM account_balance WHERE account = 'points_moved'")
        ).scalar()
    lost = [key for key in told if key not in kept]
    assert lost == []
    # A fact without its transfers, or transfers without their fact, would show in these sums.
    assert sum(kept.values()) == journal
    assert not moved


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="children are made by fork")


@needs_fork
def test_what_was_acknowledged_survives_a_kill(url: str) -> None:
    killed_again_and_again(url, rounds=2)


@needs_fork
@pytest.mark.proof
def test_what_was_acknowledged_survives_two_hundred_kills(url: str) -> None:
    killed_again_and_again(url, rounds=200)


def test_a_full_disk_leaves_nothing_half(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'shop.db'}", POLICY) as books:
        books.post(Join(member=7, at=Moment(START)))
        with books.engine.connect() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 12}")
        booked = 0
        with pytest.raises(LedgerError, match=r"database or disk is full\. Nothing was changed\."):
            for order in range(10_000):
                books.post(Purchase(member=7, order=order, at=Moment(START), list_cents=100))
                booked += 1
        assert booked > 5
        assert int(books.account(7).head.orders) == booked
        assert books.verify() == []
        with pytest.raises(LedgerError, match="database or disk is full"):
            books.post_many([Join(member=number, at=Moment(START)) for number in range(100, 600)])
        assert int(books.account(7).head.orders) == booked
        assert len(books.transfers(100)) == 0
        with books.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        # There is room again, and the shop goes on where it was.
        assert not books.post(Purchase(member=7, order=booked, at=Moment(START), list_cents=100)).refused
        assert books.verify() == []
        assert [law for law in books.laws() if not law.holds] == []


FILLING = """
import resource, signal, sys
from pathlib import Path
from ledger.errors import LedgerError
from ledger.facts import Moment
from ledger.store import Join, Ledger, Purchase
from policies import load_policy

with Ledger.open(sys.argv[1], load_policy(Path("tests/ledger/sharing.toml"))) as books:
    books.post(Join(member=7, at=Moment(int(sys.argv[2]))))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    try:
        for order in range(10_000):
            books.post(Purchase(member=7, order=order, at=Moment(int(sys.argv[2])), list_cents=100))
            print(order, flush=True)
    except LedgerError as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be given a largest file here")
def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    told = started(FILLING, url, START).communicate(timeout=120)[0].splitlines()
    assert told[-1].endswith("Nothing was changed.")
    acknowledged = [int(line) for line in told[:-1]]
    assert acknowledged == list(range(len(acknowledged)))
    assert len(acknowledged) > 10
    with Ledger.open(url, POLICY) as books:
        assert int(books.account(7).head.orders) == len(acknowledged)
        assert books.verify() == []
        assert not books.post(Purchase(member=7, order=10_000, at=Moment(START), list_cents=100)).refused
