"""The CDNOW sample: dates without a time, under rolling tiers and a half-yearly wipe."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from programs import NAIVE_ROLLING, ROLLING
from twin import assert_equal_to_twin

from sim.logs.transaction_log import read_log
from sim.replay import replay

CUSTOMERS = 2_357


@pytest.fixture(scope="module")
def sales() -> list[tuple[str, date, str]]:
    """(customer, date, dollars) in the order of the file, which is by customer and date."""
    # Found without importing: the package's data set module needs what setuptools no longer brings along.
    package = Path(find_spec("lifetimes").origin).parent
    lines = (package / "datasets" / "CDNOW_sample.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines]
    return [(row[0], date.fromisoformat(f"{row[2][:4]}-{row[2][4:6]}-{row[2][6:]}"), row[4]) for row in rows]


@pytest.mark.parametrize("as_of", [date(1998, 6, 30), date(1998, 12, 31)])
def test_cdnow(sales: list[tuple[str, date, str]], policy_of: Callable, tmp_path: Path, as_of: date) -> None:
    path = tmp_path / "cdnow.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("member", "order", "timestamp", "amount"))
        # Two purchases of a day keep the order of the file: numbers as order ids, not text.
        writer.writerows((who, number, day, dollars) for number, (who, day, dollars) in enumerate(sales, start=1))
    policy = policy_of(ROLLING)
    log = read_log(path, policy)
    assert len(log.members) == CUSTOMERS
    assert log.orders.size == len(sales) == 6_919

    orders = defaultdict(list)
    for who, day, dollars in sales:
        orders[who].append((day, int(dollars.replace(".", ""))))
    result = replay(policy, log, as_of=as_of, redeem_always=True)
    assert all(result.members_by_tier.values())
    assert result.totals["redeemed_points"] > 0
    assert_equal_to_twin(result, NAIVE_ROLLING, orders)
