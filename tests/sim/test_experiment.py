"""How many members an experiment needs, against published tables and against trials."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.doubt.experiment import members_per_arm


@pytest.mark.parametrize(("effect", "members"), [(0.2, 393), (0.5, 63), (0.8, 25)])
def test_cohens_sizes(effect: float, members: int) -> None:
    """Small, medium and large effects in standard deviations: 393, 63 and 25 in each arm, for a normal test."""
    assert members_per_arm(effect, 1.0, 1.0) == members
    assert members_per_arm(-10 * effect, 100.0, 100.0) == members


def test_power_is_what_was_asked_for() -> None:
    chance = np.random.default_rng(8)
    members = members_per_arm(0.5, 1.0, 4.0)
    trials = 4_000
    before, after = chance.normal(0, 1, (trials, members)), chance.normal(0.5, 2, (trials, members))
    seen = stats.ttest_ind(before, after, axis=1, equal_var=False).pvalue < 0.05
    assert seen.mean() == pytest.approx(0.8, abs=0.03)


def test_more_certainty_needs_more_members() -> None:
    usual = members_per_arm(1.0, 5.0, 5.0)
    assert members_per_arm(1.0, 5.0, 5.0, power=0.95) > usual < members_per_arm(1.0, 5.0, 5.0, level=0.01)


def test_no_difference_no_experiment() -> None:
    assert members_per_arm(0.0, 1.0, 1.0) is None
    assert members_per_arm(1e9, 1.0, 1.0) == 2
