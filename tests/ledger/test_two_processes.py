"""Two processes at the same books: what both want is given once, and who comes second is told so by name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.facts import Moment
from ledger.store import Join, Ledger, Purchase
from policies import load_policy
from tests.kernel_rules import day

START = day("2027-01-01")
ROOT = Path(__file__).resolve().parents[2]
POLICY = "instant_small_burn"

RACER = """
import sys
from ledger.facts import Moment
from ledger.store import Join, Ledger, Purchase
from policies import load_policy

url, racer, start = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with Ledger.open(url, load_policy("instant_small_burn")) as books:
    print("ready", flush=True)
    for line in sys.stdin:
        deed, member = line.split()
        fact = Join(member=int(member), at=Moment(start))
        if deed == "redeem":
            # A small order that the points pay in full: it earns nothing that could be spent in its place.
            fact = Purchase(
                member=int(member), order=2 * int(member) + racer, at=Moment(start + 1), list_cents=100,
                redeem_points=100,
            )
        receipt = books.post(fact)
        print(receipt.status.name, receipt.allowed, receipt.repeated, len(receipt.transfers), flush=True)
"""


def started(program: str, *arguments: object) -> subprocess.Popen:
    """A process of its own with the same code."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def race(url: str, rounds: int) -> None:
    """So many members join twice at once, earn 100 points and spend them twice at once."""
    policy = load_policy(POLICY)
    Ledger.open(url, policy).close()
    racers = [started(RACER, url, number, START) for number in range(2)]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"

    def both(deed: str, member: int) -> list[str]:
        for racer in racers:
            racer.stdin.write(f"{deed} {member}\n")
            racer.stdin.flush()
        return sorted(racer.stdout.readline() for racer in racers)

    for member in range(rounds):
        assert both("join", member) == ["OK None False 1\n", "OK None True 1\n"]
    with Ledger.open(url, policy) as books:
        # Exactly 100 points each: one redemption, never two.
        orders = [
            Purchase(member=member, order=1_000_000 + member, at=Moment(START), list_cents=10_000)
            for member in range(rounds)
        ]
        assert not any(each.refused for each in books.post_many(orders))
    for member in range(rounds):
        won, lost = both("redeem", member)
        assert won.startswith("OK None False ")
        assert lost == "REDEEM_EXCEEDS_ACTIVE_POINTS 0 False 0\n"
    for racer in racers:
        racer.communicate(timeout=60)
        assert racer.returncode == 0
    with Ledger.open(url, policy) as books:
        heads = [books.account(member).head for member in range(rounds)]
        assert {(int(head.redeemed_points), int(head.orders)) for head in heads} == {(100, 2)}
        assert [law for law in books.laws() if not law.holds] == []
        assert books.verify() == []


def test_points_are_spent_once_and_members_join_once(url: str) -> None:
    race(url, rounds=10)


@pytest.mark.proof
def test_points_are_spent_once_a_thousand_times(url: str) -> None:
    race(url, rounds=1_000)


CROSSING = """
import sys
from pathlib import Path
from ledger.facts import Moment
from ledger.store import Ledger, PointsTransfer
from policies import load_policy

url, racer, start, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
with Ledger.open(url, load_policy(Path("tests/ledger/sharing.toml"))) as books:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(rounds):
        sent = PointsTransfer(member=1 + racer, to=2 - racer, points=10, at=Moment(start, 5), key=f"{racer} {number}")
        print(books.post(sent).status.name, flush=True)
"""


@pytest.mark.slow
def test_two_members_give_each_other_points_at_once(url: str) -> None:
    """Each transfer locks both accounts: in one order, or the two would wait for each other for ever."""
    rounds = 40
    policy = load_policy(ROOT / "tests" / "ledger" / "sharing.toml")
    with Ledger.open(url, policy) as books:
        books.post_many(
            [
                fact
                for member in (1, 2)
                for fact in (
                    Join(member=member, at=Moment(START)),
                    Purchase(member=member, order=member, at=Moment(START), list_cents=100_000),
                )
            ]
        )
    racers = [started(CROSSING, url, number, START, rounds) for number in range(2)]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    told = []
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        told += racer.communicate(timeout=120)[0].split()
    assert told == ["OK"] * (2 * rounds)
    with Ledger.open(url, policy) as books:
        assert [books.balance(member, START) for member in (1, 2)] == [1_000, 1_000]
        assert [int(books.account(member).head.moved_points) for member in (1, 2)] == [0, 0]
        assert books.verify() == []
