"""Two processes at the same books, and one that is killed: nothing is lost, nothing is there twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ledger.facts import Moment
from ledger.store import Join, Ledger, Purchase
from policies import load_policy
from tests.kernel_rules import day

ROUNDS = 50
START = day("2027-01-01")
ROOT = Path(__file__).resolve().parents[2]

RACER = """
import sys
from ledger.facts import Moment
from ledger.store import Ledger, Purchase
from policies import load_policy

url, racer, start = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with Ledger.open(url, load_policy("instant_small_burn")) as books:
    print("ready", flush=True)
    for line in sys.stdin:
        member = int(line)
        # A small order that the points pay in full: it earns nothing that could be spent in its place.
        order = Purchase(
            member=member, order=2 * member + racer, at=Moment(start + 1), list_cents=100, redeem_points=100
        )
        receipt = books.post(order)
        print(receipt.status.name, receipt.allowed, flush=True)
"""

POSTER = """
import sys
from ledger.facts import Moment
from ledger.store import Join, Ledger, Purchase
from policies import load_policy

with Ledger.open(sys.argv[1], load_policy("baseline")) as books:
    start = int(sys.argv[2])
    books.post(Join(member=7, at=Moment(start)))
    order = 0
    while True:
        receipt = books.post(Purchase(member=7, order=order, at=Moment(start + order), list_cents=10_000))
        print(receipt.key, len(receipt.transfers), flush=True)
        order += 1
"""


def started(program: str, *arguments: object) -> subprocess.Popen:
    """A process of its own with the same code."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_points_are_spent_once(tmp_path: Path) -> None:
    policy = load_policy("instant_small_burn")
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with Ledger.open(url, policy) as books:
        joins = [Join(member=member, at=Moment(START)) for member in range(ROUNDS)]
        # Exactly 100 points each: one redemption, never two.
        orders = [
            Purchase(member=member, order=1_000 + member, at=Moment(START), list_cents=10_000)
            for member in range(ROUNDS)
        ]
        books.post_many([*joins, *orders])
    racers = [started(RACER, url, number, START) for number in range(2)]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for member in range(ROUNDS):
        for racer in racers:
            racer.stdin.write(f"{member}\n")
            racer.stdin.flush()
        answers = sorted(racer.stdout.readline() for racer in racers)
        assert answers == ["OK None\n", "REDEEM_EXCEEDS_ACTIVE_POINTS 0\n"]
    for racer in racers:
        racer.communicate(timeout=60)
        assert racer.returncode == 0
    with Ledger.open(url, policy) as books:
        heads = [books.account(member).head for member in range(ROUNDS)]
        assert [(int(head.redeemed_points), int(head.orders)) for head in heads] == [(100, 2)] * ROUNDS
        assert [law for law in books.laws() if not law.holds] == []
        assert books.verify() == []


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    policy = load_policy("baseline")
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    poster = started(POSTER, url, START)
    told = [poster.stdout.readline().split() for _ in range(30)]
    poster.kill()
    told += [line.split() for line in poster.communicate(timeout=60)[0].splitlines()]
    acknowledged = [each for each in told if len(each) == 2]
    assert len(acknowledged) >= 30
    with Ledger.open(url, policy) as books:
        # The fact in work when the process died is there as a whole or not at all.
        assert int(books.account(7).head.orders) - len(acknowledged) in (0, 1)
        assert books.verify() == []
        assert [law for law in books.laws() if not law.holds] == []
        for order, (key, transfers) in enumerate(acknowledged):
            again = books.post(Purchase(member=7, order=order, at=Moment(START + order), list_cents=10_000))
            assert (again.key, len(again.transfers), again.repeated) == (key, int(transfers), True)
