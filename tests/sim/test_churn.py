"""How near a member is to leaving for good, on members made by hand: see docs/behaviour.md for the equations."""

from __future__ import annotations

import math

import numpy as np
import pytest

from policies import catalogue
from sim.effects import CHURN_MAXIMUM, EFFECTS, MINIMUM
from sim.members.churn import drops_out
from tests.sim.cases import BASKET, TODAY, Case, busy


@pytest.mark.parametrize("policy", sorted(catalogue()))
def test_extremes_stay_within_bounds(policy: str) -> None:
    huge = {each.symbol: 50.0 for each in EFFECTS if each.symbol.startswith(("c_", "h_"))}
    up, down = busy(policy, **huge), busy(policy, **{symbol: -size for symbol, size in huge.items()})
    assert MINIMUM * (1 - 1e-12) <= math.exp(down.churn()) <= 1 <= math.exp(up.churn()) <= CHURN_MAXIMUM * (1 + 1e-12)


def test_both_bounds_are_reached() -> None:
    assert math.exp(Case("baseline", c_mem=9.0).churn()) == pytest.approx(CHURN_MAXIMUM)
    assert math.exp(Case("baseline", c_mem=-9.0).churn()) == pytest.approx(MINIMUM)


def test_membership_itself() -> None:
    assert Case("baseline", c_mem=-0.36).churn() == pytest.approx(-0.36)
    assert Case("no_program", c_mem=-0.36).churn() == 0.0, "there is no program to stay for"


@pytest.mark.parametrize(("tier", "churn"), [(0, 0.0), (1, -0.01), (2, -0.1), (3, -0.2), (5, -0.2)])
def test_tiers(tier: int, churn: float) -> None:
    case = Case("baseline", c_tier_1=-0.01, c_tier_2=-0.1, c_tier_3=-0.2).set(tier=tier)
    assert case.churn() == pytest.approx(churn)


def test_points_in_hand_keep_members() -> None:
    def churn(points: int) -> float:
        return Case("baseline", c_bal=0.1).lot(points).churn()

    assert churn(20_000) == pytest.approx(-0.05)  # 200 yuan are half of two baskets
    assert churn(40_000) == churn(400_000) == pytest.approx(-0.1)
    assert Case("baseline", c_bal=0.1).set(active_points=-500).churn() == 0.0, "debts do not hold anybody"


def test_a_downgrade_fades() -> None:
    case = Case("baseline", h_dem=0.26, tau_dem=26.0).set(demotion_day=TODAY)
    for weeks in (0, 13, 52):
        assert case.churn(TODAY + 7 * weeks) == pytest.approx(0.26 * math.exp(-weeks / 26.0), rel=1e-9)
    assert Case("baseline", h_dem=0.26).churn() == 0.0


def test_lost_points_are_held_against_the_shop() -> None:
    def churn(days: int, lost_cents: float) -> float:
        return Case("baseline", h_exp=0.1).set(expiry_day=TODAY - days, lost_cents=lost_cents).churn()

    assert churn(1, BASKET) == churn(56, 5 * BASKET) == pytest.approx(0.1)
    assert churn(1, BASKET / 4) == pytest.approx(0.025)
    assert churn(57, BASKET) == 0.0


def test_a_plan_and_whom_one_was_brought_by_count_without_a_program() -> None:
    """Both are the member's own, also where free members get nothing."""
    for policy in ("warehouse_club", "plus_monthly"):
        assert Case(policy, c_paid=-0.2).set(plan=1).churn() == pytest.approx(-0.2)
        assert Case(policy, c_paid=-0.2).churn() == 0.0
    for policy in ("no_program", "startup_two_tier"):
        assert Case(policy, c_ref=-0.16).set(referred=1).churn() == pytest.approx(-0.16)
        assert Case(policy, c_ref=-0.16).churn() == 0.0


def test_reasons_add_up_before_they_are_cut() -> None:
    case = Case("baseline", c_mem=-2.0, h_dem=1.5).set(demotion_day=TODAY)
    assert case.churn() == pytest.approx(-0.5)


# --- leaving after an order --------------------------------------------------------------------------------------

OCCASIONS = 1_000


def _dropping(chance: float, *, joining: bool = False, **effects: float) -> np.ndarray:
    """On which of many occasions a person leaves, bool (OCCASIONS,); at joining, which of many persons do."""
    case = Case("baseline", **effects).set(drop_chance=chance, orders=int(not joining))
    drops = np.zeros(OCCASIONS, np.bool_)
    for number in range(OCCASIONS):
        case.person["member" if joining else "candidate"] = number
        drops[number] = drops_out(case.world, case.rule, case.member, case.person, TODAY)
    return drops


@pytest.mark.parametrize("joining", [False, True])
@pytest.mark.parametrize(
    ("chance", "churn", "expected"),
    [
        (0.3, 0.0, 0.3),
        (0.3, math.log(2), 0.6 / 1.3),  # odds of 3 : 7, doubled
        (0.3, -math.log(3), 0.1 / 0.8),
        (0.3, -9.0, 0.3 / (0.3 + 0.7 * 4)),  # never less than a quarter
        (0.9, 9.0, 0.9 * 4 / (0.9 * 4 + 0.1)),
    ],
)
def test_odds_of_leaving(chance: float, churn: float, expected: float, joining: bool) -> None:
    drops = _dropping(chance, joining=joining, c_mem=churn)
    assert abs(drops.mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / OCCASIONS)


def test_those_who_stay_anyway_and_those_who_go_anyway() -> None:
    assert not _dropping(0.0, c_mem=9.0).any(), "Pareto/NBD: nobody leaves because of an order"
    assert _dropping(1.0, c_mem=-9.0).all()


def test_less_churn_never_means_to_leave_earlier() -> None:
    """The same luck on the same occasion: who stays under more churn also stays under less."""
    more, less = _dropping(0.4, c_mem=0.3), _dropping(0.4, c_mem=-0.3)
    assert (less <= more).all()
    assert less.sum() < more.sum()


def test_joining_has_a_luck_of_its_own() -> None:
    """Occasion 0 may be an order as well: its luck is not that of joining."""
    case = Case("baseline").set(drop_chance=0.5)
    pairs = []
    for member in range(200):
        case.set(member=member)
        drops = [bool(drops_out(case.world, case.rule, case.member, case.person, TODAY)) for _ in range(2)]
        case.set(orders=1)
        pairs.append((*drops, bool(drops_out(case.world, case.rule, case.member, case.person, TODAY))))
        case.set(orders=0)
    assert all(first == again for first, again, _ in pairs)
    assert 0.4 < np.mean([first == order for first, _, order in pairs]) < 0.6
