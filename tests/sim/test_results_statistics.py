"""Intervals and curves against calculations of their own."""

from __future__ import annotations

import numpy as np
import pytest

from policies.rules import NEVER_DAY
from sim.figures.columns import columns_of
from sim.figures.estimates import Estimate, Figure, mean_of, ratio_of
from sim.figures.retention import cohort_table, first_redemption_table, flow_table, survival_table, tier_end_table
from sim.figures.survival import day_when, kaplan_meier, share_after
from sim.members.outcomes import OUTCOME
from tests.sim.crowds import END_DAY, FIRST_DAY, crowd

MEMBERS = 3_000


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    """Three measures that hang together, int64 (3, members)."""
    chance = np.random.default_rng(7)
    base = chance.gamma(2.0, 50.0, MEMBERS)
    return np.rint([base, base * chance.random(MEMBERS), 300 + chance.normal(0, 40, MEMBERS)]).astype(np.int64)


def test_calculated_figures_have_the_interval_of_the_bootstrap(values: np.ndarray) -> None:
    """(a - b) x c / a, from figures and by drawing members anew."""
    a, b, c = (mean_of(each) for each in values)
    seen = (a - b) * c / a
    drawn = []
    chance = np.random.default_rng(3)
    for _ in range(600):
        means = values[:, chance.integers(0, MEMBERS, MEMBERS)].mean(axis=1)
        drawn.append((means[0] - means[1]) * means[2] / means[0])
    whole = values.mean(axis=1)
    assert seen.value == pytest.approx((whole[0] - whole[1]) * whole[2] / whole[0], rel=1e-12)
    assert seen.error == pytest.approx(np.std(drawn), rel=0.1)  # 600 resamples know a spread to 3 %
    assert abs(seen.influence.mean()) < 1e-9 * abs(seen.value)


def test_a_ratio_of_sums_is_the_ratio_of_means(values: np.ndarray) -> None:
    direct, calculated = ratio_of(values[0], values[2]), mean_of(values[0]) / mean_of(values[2])
    assert direct.value == pytest.approx(calculated.value, rel=1e-14)
    assert direct.influence == pytest.approx(calculated.influence)
    assert ratio_of(values[0], np.zeros(MEMBERS, np.int64)) is None


def test_sums_of_figures_keep_what_belongs_together(values: np.ndarray) -> None:
    a, b = mean_of(values[0]), mean_of(values[0])
    assert (a - b).estimate() == Estimate(0.0, 0.0, 0.0)
    assert (a + b).error == pytest.approx(2 * a.error)
    with pytest.raises(ZeroDivisionError):
        a / (a - b)


def test_one_member_and_members_by_hand_have_no_interval() -> None:
    assert mean_of(np.array([5])).estimate() == Estimate(5.0, None, None)
    assert mean_of(np.array([5, 7])).estimate(sampled=False) == Estimate(6.0, None, None)
    assert Figure(2.0, np.zeros(3)).estimate() == Estimate(2.0, 2.0, 2.0)


def test_columns_read_like_rows() -> None:
    rows = crowd(50, 4)
    columns = columns_of(rows)
    assert columns.size == 50
    assert columns_of(columns) is columns
    mask, places = rows["buyers"] > 0, np.array([3, 1, 40])
    for name in OUTCOME.names:
        assert OUTCOME[name] == np.int64
        assert columns[name].tolist() == rows[name].tolist()
        assert columns[mask][name].tolist() == rows[mask][name].tolist()
        assert columns[mask][places % mask.sum()][name].tolist() == rows[mask][places % mask.sum()][name].tolist()
        assert columns[places][places < 10][name].tolist() == rows[places][places < 10][name].tolist()
    assert columns[mask].size == mask.sum()


def test_curve_by_hand() -> None:
    """Six members: it happens on days 2, 2 and 5; one is lost from sight on day 3, two are there after day 8."""
    curve = kaplan_meier(np.array([2, 2, 3, 5, 8, 8]), np.array([True, True, False, True, False, False]))
    assert curve.days.tolist() == [2, 5]
    assert curve.share == pytest.approx([4 / 6, 4 / 6 * 2 / 3])
    assert curve.watched.tolist() == [6, 6, 6, 4, 3, 3, 2, 2, 2, 0]
    assert share_after(curve, 1) == (1.0, 1.0, 1.0)
    assert share_after(curve, 4)[0] == pytest.approx(4 / 6)
    # Greenwood: 2 / (6 x 4) after day 2, and 1 / (3 x 2) more after day 5, around log(-log) of the share.
    width = 1.959963984540054 * np.sqrt(2 / 24 + 1 / 6) / np.log(4 / 9)
    ends = np.exp(-np.exp(np.log(-np.log(4 / 9)) + np.array([-width, width])))
    assert share_after(curve, 99)[1:] == pytest.approx(sorted(ends))
    assert day_when(curve, 0.3)[0] == 2
    assert day_when(curve, 0.5)[0] == 5
    assert day_when(curve, 0.6)[0] is None


def test_curve_to_the_end_and_of_nobody() -> None:
    all_gone = kaplan_meier(np.array([1, 4]), np.array([True, True]))
    assert (all_gone.share.tolist(), all_gone.low[-1], all_gone.high[-1]) == ([0.5, 0.0], 0.0, 0.0)
    nobody = kaplan_meier(np.zeros(0, np.int64), np.zeros(0, bool))
    assert share_after(nobody, 30) == (1.0, 1.0, 1.0)
    assert day_when(nobody, 0.5) == (None, None, None)


def test_curve_finds_the_law_behind_lives_that_were_cut_short() -> None:
    """Lives of 200 days on average, watched for anything between 0 and 400 days: the law shows through."""
    held = 0
    for seed in range(60):
        chance = np.random.default_rng(seed)
        life, watch = chance.exponential(200.0, 500), chance.uniform(0, 400, 500)
        curve = kaplan_meier(np.minimum(life, watch).astype(np.int64), life < watch)
        _, low, high = share_after(curve, 99)  # by the end of the hundredth day
        held += low <= np.exp(-100 / 200) <= high
    print(f"seeds 0 to 59: {held} of 60 intervals hold the truth")
    assert held >= 52  # 57 are expected; fewer than 52 once in a hundred times


@pytest.fixture(scope="module")
def people() -> np.ndarray:
    return crowd(MEMBERS, 11)


def test_survival_of_those_who_came_first_is_the_share_who_stayed(people: np.ndarray) -> None:
    """Nobody is lost from sight among them before the end, so the curve is a share of people."""
    first = people[people["joined_day"] == FIRST_DAY]
    table = survival_table(first, END_DAY)
    assert table["months"].tolist() == list(range(36))
    for row in table.itertuples():
        gone = np.minimum(first["left_day"], END_DAY) - FIRST_DAY <= row.days
        assert row.share == pytest.approx(1 - gone.mean())
        assert row.low <= row.share <= row.high
    assert table["share"].is_monotonic_decreasing
    by_hand = survival_table(first, END_DAY, sampled=False)
    assert by_hand["share"].equals(table["share"])
    assert by_hand[["low", "high"]].isna().all(axis=None)


def test_cohorts_add_up_and_do_not_tell_the_future(people: np.ndarray) -> None:
    table = cohort_table(people, END_DAY)
    assert table["members"].sum() == MEMBERS
    assert (table["joined"].iloc[0], table["joined"].iloc[-1]) == ("2027-01", "2029-12")
    assert (table["surviving"] * table["members"]).sum() == pytest.approx(people["surviving"].sum())
    assert (table["active"] * table["members"]).sum() == pytest.approx(people["active"].sum())
    by_cohort = table.set_index("joined")
    assert by_cohort.loc["2029-12", ["after_1", "after_36"]].isna().all()
    assert by_cohort.loc["2029-10", ["after_1"]].notna().all()
    some = people[people["acquired"] == 0]
    assert by_cohort.loc["2027-01", "after_12"] == pytest.approx(
        (np.minimum(some["left_day"], END_DAY) - FIRST_DAY >= 365).mean(), abs=0.02
    )


def test_tiers_at_the_end(people: np.ndarray) -> None:
    table = tier_end_table(people, END_DAY, ("basic", "silver", "gold", "diamond"))
    assert table["members"].sum() == MEMBERS
    assert table["members"].iloc[-1] == 0
    assert table.iloc[-1][["active", "active_year", "surviving"]].isna().all()
    for name in ("active", "active_year", "surviving"):
        assert (table[name] * table["members"]).sum() == pytest.approx(people[name].sum())


def test_first_redemption_waits_for_those_who_have_not() -> None:
    """Ten members join together: four redeem after one to four weeks, one leaves in the third, five wait to the end."""
    people = crowd(10, 0)
    people.joined_day, people.left_day, people.first_redemption_day = FIRST_DAY, NEVER_DAY, NEVER_DAY
    people.first_redemption_day[:4] = FIRST_DAY + 7 * np.arange(1, 5)
    people.left_day[4] = FIRST_DAY + 16
    table = first_redemption_table(people, END_DAY)
    assert table["weeks"].isna().all()  # of ten, five and more still wait
    assert table["redeemed"].tolist() == [4, 4]
    table = first_redemption_table(people[:8], END_DAY)
    # 7/8, 6/8, then one is lost: of five at risk one redeems (0.6), of four one more (0.45): half by the fourth week
    assert table["weeks"].iloc[0] == 4.0
    assert np.isnan(table["weeks"].iloc[1])
    assert table["low"].iloc[0] < 4.0
    assert first_redemption_table(people[:8], END_DAY, sampled=False)[["low", "high"]].isna().all(axis=None)


def test_only_moves_that_occurred_are_listed() -> None:
    flows = np.zeros((2, 3, 3), np.int64)
    flows[0, 2, 0], flows[1, 0, 1], flows[1, 1, 2] = 10, 4, 1
    table = flow_table(flows, ("2027-01", "2027-02"), ("basic", "gold"))
    assert table.values.tolist() == [
        ["2027-01", "", "basic", 10],
        ["2027-02", "basic", "gold", 4],
        ["2027-02", "gold", "", 1],
    ]
