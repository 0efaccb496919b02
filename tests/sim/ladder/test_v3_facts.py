"""V3: what programs are known to look like comes out by itself. Nothing here was fitted to these facts.

Sources are in the table of docs/behaviour.md, which also says what is missed, and by how much.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from ledger.accounts import Cause
from policies import Policy, load_policy
from sim.effects import preset
from sim.market.market_tables import Acquisition
from sim.run import Simulation, simulate
from sim.scenario import Scenario, load_scenario
from tests.sim.ladder.shop import CDNOW, FIVE_YEARS, as_told, central, market, program

pytestmark = pytest.mark.slow


def _enrolling(years: int) -> Scenario:
    """CDNOW's customers, who join evenly over so many years."""
    scenario = market(365 * years, **CDNOW)
    door = Acquisition.model_validate({"channels": [{"name": "door", "per_month": 1_000}]})
    return Scenario(scenario.name, scenario.content.model_copy(update={"members": 0, "acquisition": door}))


@pytest.mark.parametrize(("years", "share"), [(3, 0.48), (5, 0.34)])
def test_active_members(years: int, share: float) -> None:
    """V3a: joined or ordered within twelve months. 42 to 46 % of all memberships were active (COLLOQUY 2015, 2017)."""
    scenario = _enrolling(years)
    outcomes = simulate(scenario, program("none"), members=40_000, effects=preset("null")).outcomes
    new = outcomes["joined_day"] >= scenario.end_day - 365
    active = (new | (outcomes["active_year"] > 0)).mean()
    assert active == pytest.approx(share, abs=0.01)
    if years == 3:
        assert 0.40 < active < 0.52
        as_told("V3a", [100 * active])


@pytest.fixture(scope="module")
def five_years() -> np.ndarray:
    """Points from a hundred on, which is 2.8 baskets away; central sizes; OUTCOME (members,)."""
    return simulate(market(), program("points"), members=10_000, effects=central()).outcomes


def test_never_redeemed(five_years: np.ndarray) -> None:
    """V3b: 28 % of members leave without ever redeeming (COLLOQUY 2017)."""
    never = 1 - five_years["redeemers"].mean()
    assert 0.22 < never < 0.34
    as_told("V3b", [100 * never])


def test_breakage(five_years: np.ndarray) -> None:
    """V3c: 17 to 18 % of miles are never used (annual reports of United and Alaska, 2018 and 2019).

    After five years a part is still in members' hands; after twenty nearly all has met its fate.
    """
    old = simulate(market(4 * FIVE_YEARS), program("points"), members=5_000, effects=central()).outcomes
    unused = [1 - each["redeemed_points"].sum() / each["issued_points"].sum() for each in (five_years, old)]
    assert all(0.14 < each < 0.22 for each in unused)
    as_told("V3c", [100 * each for each in unused])


def test_first_redemption(five_years: np.ndarray) -> None:
    """V3d: reported only, for there is no source; median and ninth decile of those who redeem, in weeks."""
    weeks = (five_years["first_redemption_day"] - market().first_day)[five_years["redeemers"] > 0] / 7
    as_told("V3d", np.quantile(weeks, [0.5, 0.9]))


class _Renewals:
    """Renewals of a plan that were due while the member was there, by how many periods had been paid."""

    def __init__(self, scenario: Scenario, policy: Policy, members: int) -> None:
        parts = []
        run: Simulation = simulate(scenario, policy, members=members, effects=central(), keep_transfers=parts.append)
        transfers = np.concatenate(parts)
        causes = (Cause.PLAN_START, Cause.PLAN_FEE, Cause.PLAN_LAPSE)
        self.renewed, self.refused = Counter(), Counter()
        paid = 0
        for row in transfers[np.isin(transfers["cause"], causes)]:
            if row["cause"] == Cause.PLAN_START:
                paid = 0
            elif row["cause"] == Cause.PLAN_FEE:
                paid += 1
                self.renewed[paid - 1] += paid > 1
            elif run.outcomes["left_day"][row["member"]] >= row["day"]:
                self.refused[paid] += 1

    def rate(self, *periods: int) -> float:
        """Share renewed of those due after so many paid periods."""
        renewed = sum(self.renewed[each] for each in periods)
        return renewed / (renewed + sum(self.refused[each] for each in periods))


def test_renewals() -> None:
    """V3e: 91 to 93 % in the first year, 96 to 98 % later (Prime), and 90 to 93 % of all (Costco 2024 to 2026).

    All together miss the target by some points: whoever joins here does so because it pays.
    """
    club = _Renewals(market(), program("club"), 10_000)
    first, later, together = club.rate(1), club.rate(2, 3, 4), club.rate(1, 2, 3, 4)
    assert 0.89 < first < 0.95
    assert 0.94 < later < 1.0
    as_told("V3e", [100 * first, 100 * later])
    as_told("V3e", [100 * together], row=1)
    warehouse = _Renewals(load_scenario("warehouse_club"), load_policy("warehouse_club"), 4_000)
    as_told("V3e", [100 * warehouse.rate(1, 2)], row=2)


def test_stored_value_that_is_never_spent() -> None:
    """V3f: about 1.3 % of what is loaded (Starbucks, annual reports of 2019 to 2024)."""
    outcomes = simulate(market(), program("wallet"), members=5_000, effects=central()).outcomes
    lost = outcomes["stored_lost_cents"].sum() / outcomes["top_up_cents"].sum()
    assert 0.008 < lost < 0.025
    as_told("V3f", [100 * lost])
