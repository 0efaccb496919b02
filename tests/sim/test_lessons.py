"""The nine hand-written members under every shipped policy, against a readable golden file.

After a change that is meant to change these figures, write the file anew and read the difference:

    TIERLAB_REGENERATE=1 pytest tests/sim/test_lessons.py

Two members are verified by hand below, so that the file cannot drift into something plausible.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from ledger.accounts import Account, Cause, Unit
from policies import catalogue, load_policy
from sim.run import simulate
from sim.scenario import load_scenario

GOLDEN = Path(__file__).parent / "golden" / "lessons.json"
FIELDS = (
    "orders",
    "cash_cents",
    "discount_cents",
    "coupon_cents",
    "bonus_cents",
    "points_paid_cents",
    "fees_cents",
    "issued_points",
    "redeemed_points",
    "expired_points",
    "outstanding_points",
)

Story = dict[str, dict[str, int | str]]


def lived(policy_name: str) -> tuple[Story, dict[str, np.ndarray]]:
    """Figures and transfers by member: the fields above, and at the end the tier by name."""
    scenario, policy = load_scenario("lessons"), load_policy(policy_name)
    parts: list[np.ndarray] = []
    run = simulate(scenario, policy, keep_transfers=parts.append)
    journal = np.concatenate(parts)
    figures: Story = {}
    transfers: dict[str, np.ndarray] = {}
    for number, name in enumerate(scenario.member_names):
        transfers[name] = own = journal[journal["member"] == number]
        seat = own[own["unit"] == Unit.TIER]["credit"][-1]
        figures[name] = {field: int(run.outcomes[number][field]) for field in FIELDS}
        figures[name]["tier"] = "gone" if seat == Account.OUTSIDE else policy.level_names[seat - Account.TIER_FIRST]
    return figures, transfers


def test_golden() -> None:
    seen = {name: lived(name)[0] for name in catalogue()}
    if os.environ.get("TIERLAB_REGENERATE"):
        GOLDEN.write_text(json.dumps(seen, ensure_ascii=False, indent=2) + "\n", "utf-8")
        pytest.skip("golden/lessons.json was written anew: read the difference")
    golden = json.loads(GOLDEN.read_text("utf-8"))
    assert list(golden) == list(seen)
    for policy, members in golden.items():
        for member, figures in members.items():
            assert seen[policy][member] == figures, f"{member} under {policy}"


def _amounts(transfers: np.ndarray, cause: Cause) -> list[int]:
    return transfers[transfers["cause"] == cause]["amount"].tolist()


def test_the_saver_under_the_baseline_by_hand() -> None:
    """Five orders of 3,000 yuan. Growth: one a yuan after discount; points: one a yuan in cash, times the tier.

    2027-02-10  basic, no discount: 3,000 in cash, 3,000 x 1 points; 3,000 growth reach silver (1,000)
    2027-05-12  silver, no discount: 3,000 in cash, 3,000 x 1.25 points; 6,000 growth reach gold (5,000)
    2027-09-03  gold, 2 %: 2,940 in cash, 2,940 x 1.5 points; 8,940 growth
    2027-12-20  gold: 2,940, half of it at most in points; 11,160 are there, 11,100 in whole hundreds are
                111 yuan: 2,829 in cash, 2,829 x 1.5 = 4,243.5 points, rounded down; 11,880 growth, not diamond
    2028-01-15  gold: 2,940; 60 + 4,243 points are there, 4,300 are 43 yuan: 2,897 x 1.5 = 4,345.5
    2028-12-20  the 3 points left of the lot of 2027-12-20 die after twelve months
    2029-01-01  review: 2,940 growth in 2028 do not keep gold (5,000), they are enough for silver
    2029-01-15  the 4,345 points of 2028-01-15 die
    """
    figures, transfers = lived("baseline")
    earned = [3_000, 3_750, 4_410, 4_243, 4_345]
    assert _amounts(transfers["the saver"], Cause.EARN) == earned
    assert _amounts(transfers["the saver"], Cause.REDEEM) == [3_000, 3_750, 4_350, 60, 4_240]
    assert figures["the saver"] == {
        "orders": 5,
        "cash_cents": 300_000 + 300_000 + 294_000 + 282_900 + 289_700,
        "discount_cents": 3 * 6_000,
        "coupon_cents": 0,
        "bonus_cents": 0,
        "points_paid_cents": 11_100 + 4_300,
        "fees_cents": 0,
        "issued_points": sum(earned),
        "redeemed_points": 11_100 + 4_300,
        "expired_points": 3 + 4_345,
        "outstanding_points": 0,
        "tier": "silver",
    }
    assert sum(earned) == 11_100 + 4_300 + 3 + 4_345


def test_the_saver_under_the_year_end_wipe_by_hand() -> None:
    """The founding story: 50 yuan an order at most, and what is left dies on 31 December.

    The first three orders are those of the baseline: 11,160 points. On 2027-12-20 only 5,000 of them can be used:
    2,940 - 50 = 2,890 in cash, 2,890 x 1.5 = 4,335 points. On the morning of 2028-01-01
    6,160 + 4,335 = 10,495 points are gone, also those of twelve days ago; on 2028-01-15 there is nothing to use.
    What that order earns dies on 2029-01-01, when 2,940 growth of 2028 also turn gold into silver.
    """
    figures, transfers = lived("year_end_wipe_cap50")
    earned = [3_000, 3_750, 4_410, 4_335, 4_410]
    assert _amounts(transfers["the saver"], Cause.EARN) == earned
    wiped = transfers["the saver"][transfers["the saver"]["cause"] == Cause.EXPIRE]
    days = [str(np.datetime64(int(day), "D")) for day in wiped["day"]]
    assert sorted(set(days)) == ["2028-01-01", "2029-01-01"]
    assert wiped["amount"].sum() == 10_495 + 4_410
    assert figures["the saver"] == {
        "orders": 5,
        "cash_cents": 300_000 + 300_000 + 294_000 + 289_000 + 294_000,
        "discount_cents": 3 * 6_000,
        "coupon_cents": 0,
        "bonus_cents": 0,
        "points_paid_cents": 5_000,
        "fees_cents": 0,
        "issued_points": sum(earned),
        "redeemed_points": 5_000,
        "expired_points": 10_495 + 4_410,
        "outstanding_points": 0,
        "tier": "silver",
    }


@pytest.mark.parametrize(("policy", "expired"), [("baseline", 6_000), ("year_end_wipe_cap50", 11_880)])
def test_the_climber_by_hand(policy: str, expired: int) -> None:
    """999.99 and 1.00 yuan are 999 and 1 growth, an order's fraction being rounded down: exactly silver.

    4,000 yuan at silver earn 4,000 x 1.25 points and make 5,000 growth: exactly gold. In March 2028 gold pays
    4,000 - 2 % = 3,920 and earns 3,920 x 1.5. On 2029-01-01 a growth of 3,920 is silver again. The 6,000 points of
    2027 are dead by then under both policies; the 5,880 of 2028 die on 2029-01-01 under the wipe, in March else.
    """
    figures, transfers = lived(policy)
    assert _amounts(transfers["the climber"], Cause.EARN) == [999, 1, 5_000, 5_880]
    assert _amounts(transfers["the climber"], Cause.GROW) == [999, 1, 4_000, 3_920]
    assert len(_amounts(transfers["the climber"], Cause.UPGRADE)) == 2
    assert len(_amounts(transfers["the climber"], Cause.DOWNGRADE)) == 1
    assert figures["the climber"] == {
        "orders": 4,
        "cash_cents": 99_999 + 100 + 400_000 + 392_000,
        "discount_cents": 8_000,
        "coupon_cents": 0,
        "bonus_cents": 0,
        "points_paid_cents": 0,
        "fees_cents": 0,
        "issued_points": 11_880,
        "redeemed_points": 0,
        "expired_points": expired,
        "outstanding_points": 11_880 - expired,
        "tier": "silver",
    }


def test_orders_do_not_depend_on_the_policy() -> None:
    """What is written by hand is ordered under every policy; only the answers of the rules differ."""
    orders = {name: [member["orders"] for member in lived(name)[0].values()] for name in catalogue()}
    assert len({tuple(each) for each in orders.values()}) == 1
