"""A comparison that nobody simulated: plausible numbers, fixed, for looking at charts and sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from sim.figures.kpis import KPIS, MONTHLY, Kpi
from sim.figures.results import Comparison, Estimate, Law, PairedDifference, PolicyResult, Run

MONTHS = tuple(f"{year}-{month:02d}" for year in (2027, 2028, 2029) for month in range(1, 13))
MEMBERS = 100_000

BASELINE_VALUES = {
    "active": 0.3812,
    "surviving": 0.5240,
    "orders": 11.84,
    "sales": 131_240.0,
    "program_cost": 4_120.0,
    "margin": 61_830.0,
    "upper_tier": 0.412,
    "redemption_rate": 0.463,
    "expired_share": 0.292,
    "liability": 1_640.0,
}
USUAL_VALUE = 0.25
USUAL_CHANGE = (0.01, 0.02)
CHANGES = {  # relative change and half its interval, of "soft_landing" against "baseline"
    "active": (0.031, 0.008),
    "surviving": (0.012, 0.007),
    "orders": (0.018, 0.006),
    "sales": (0.016, 0.006),
    "program_cost": (0.102, 0.011),
    "margin": (0.002, 0.004),
    "upper_tier": (0.143, 0.012),
    "redemption_rate": (0.021, 0.004),
    "expired_share": (-0.094, 0.008),
    "liability": (0.064, 0.009),
}


@dataclass(frozen=True)
class FakePolicy:
    """The few things that pictures and sentences ask of a policy."""

    name: str
    title: str
    title_zh: str
    level_names: tuple[str, ...]
    level_names_zh: tuple[str, ...]


FOUR = ("basic", "silver", "gold", "diamond")
FOUR_ZH = ("普通", "银卡", "金卡", "钻石卡")
POLICIES = (
    FakePolicy("baseline", "Four tiers, 12-month lots", "四级会员 · 12 个月有效", FOUR, FOUR_ZH),
    FakePolicy("soft_landing", "Soft landing", "四级会员 · 软着陆", FOUR, FOUR_ZH),
    FakePolicy(
        "year_end_wipe_cap50",
        "Year-end wipe, at most 50.00 per order",
        "年末清零，单笔最多抵 50 元",
        FOUR,
        FOUR_ZH,
    ),
    FakePolicy("warehouse_club", "Warehouse club", "仓储会员店", ("member",), ("会员",)),
)


@pytest.fixture(scope="session")
def comparison() -> Comparison:
    """One candidate."""
    return fake_comparison(1)


@pytest.fixture(scope="session")
def several() -> Comparison:
    """Three candidates, one of them with a single tier."""
    return fake_comparison(3)


@pytest.fixture(scope="session")
def make_comparison() -> Callable[..., Comparison]:
    """`fake_comparison`, for tests that need other changes."""
    return fake_comparison


def fake_comparison(candidates: int = 1, factors: tuple[float, ...] = (1.0, -1.6, 2.4)) -> Comparison:
    """The first policies of `POLICIES`; each candidate's changes are those of `CHANGES` times its factor."""
    policies = POLICIES[: candidates + 1]
    chosen = (0.0, *factors)
    results = tuple(_result(policy, factor) for policy, factor in zip(policies, chosen, strict=False))
    differences = {}
    for policy, factor in zip(policies[1:], factors, strict=False):
        differences[policy.name, "behavioural"] = tuple(_difference(kpi, factor, 1.0) for kpi in KPIS)
        differences[policy.name, "mechanical"] = tuple(_difference(kpi, factor, _mechanical(kpi.key)) for kpi in KPIS)
    return Comparison(
        scenario="beauty_mall",
        scenario_title="Online beauty mall, 2027 to 2029",
        scenario_title_zh="线上美妆商城，2027 至 2029 年",
        scenario_digest="0" * 64,
        currency="CNY",
        minor_per_major=100,
        seed=20270101,
        members=MEMBERS,
        sampled=True,
        months=MONTHS,
        policies=results,
        differences=differences,
    )


def _mechanical(key: str) -> float:
    """Share of a change that the rules alone make: none where members must react."""
    return 0.0 if key in ("active", "surviving", "orders") else 0.7


def _difference(kpi, factor: float, share: float) -> PairedDifference:
    change, half = CHANGES.get(kpi.key, USUAL_CHANGE)
    base = BASELINE_VALUES.get(kpi.key, USUAL_VALUE)
    value, width = factor * share * change * base, half * base * bool(share)
    low, high = value - width, value + width
    change = Estimate(value, low, high)
    return PairedDifference(kpi, base, base + value, change, verdict_of(kpi, change))


def verdict_of(kpi: Kpi, change: Estimate) -> str:
    """The verdict that a simulation would give; a difference without any spread around zero is that of equals."""
    if change.value is None:
        return "none"
    low, high = (change.value, change.value) if change.low is None else (change.low, change.high)
    if low == high == 0:
        return "same"
    if low <= 0 <= high:
        return "unclear"
    return "changed" if not kpi.direction else "better" if change.value * kpi.direction > 0 else "worse"


@pytest.fixture(scope="session")
def with_difference() -> Callable[..., Comparison]:
    """``with_difference(comparison, key, low, value, high)``: another behavioural difference of the first candidate."""

    def make(comparison: Comparison, key: str, low: float | None, value: float | None, high: float | None):
        candidate = comparison.candidates[0].name
        change = Estimate(value, low, high)
        rows = tuple(
            replace(each, difference=change, verdict=verdict_of(each.kpi, change)) if each.kpi.key == key else each
            for each in comparison.differences[candidate, "behavioural"]
        )
        return replace(comparison, differences=comparison.differences | {(candidate, "behavioural"): rows})

    return make


@pytest.fixture(scope="session")
def by_hand(comparison: Comparison) -> Comparison:
    """`comparison` as if its members had been written by hand: no intervals."""
    differences = {
        key: tuple(
            replace(each, difference=change, verdict=verdict_of(each.kpi, change))
            for each in rows
            for change in [Estimate(each.difference.value, None, None)]
        )
        for key, rows in comparison.differences.items()
    }
    return replace(comparison, sampled=False, differences=differences)


def _result(policy: FakePolicy, factor: float) -> PolicyResult:
    run = Run(
        kpis={
            key: Estimate(value * (1 + factor * CHANGES[key][0]), 0.0, 0.0) for key, value in BASELINE_VALUES.items()
        },
        monthly=_monthly(factor),
        tiers=_tiers(len(policy.level_names), factor),
        laws=(Law("points issued = redeemed + expired + outstanding", 1_000, 1_000), Law("cash in = cash out", 7, 7)),
        events=1_200_000,
        transfers=3_400_000,
    )
    return PolicyResult(policy, {"behavioural": run, "mechanical": run})


def _monthly(factor: float) -> dict[str, np.ndarray]:
    month = np.arange(len(MONTHS))
    sums = {key: np.zeros(len(MONTHS), np.int64) for key in MONTHLY}
    sums["joined"][0] = MEMBERS
    season = 1 + 0.25 * np.sin(month / 12 * 2 * np.pi)
    sums["active"] = (MEMBERS * (0.38 + 0.42 * np.exp(-month / 9) + 0.0118 * factor * month / 35)).astype(np.int64)
    sums["surviving"] = (MEMBERS * (0.52 + 0.48 * np.exp(-month / 14) + 0.0063 * factor * month / 35)).astype(np.int64)
    sums["discount_cents"] = (6_500_000 * season * (1 + 0.1 * factor)).astype(np.int64)
    sums["points_paid_cents"] = (5_000_000 * season * (1 - np.exp(-month / 6)) * (1 + 0.12 * factor)).astype(np.int64)
    return sums


def _tiers(levels: int, factor: float) -> np.ndarray:
    """Members by month and level: upper levels fill up towards a share that halves from level to level."""
    filled = 1 - np.exp(-np.arange(1, len(MONTHS) + 1) / 10)
    upper = [MEMBERS * 0.26 * 0.45**rank * filled * (1 + 0.14 * factor) for rank in range(levels - 1)]
    counts = np.array([MEMBERS - sum(upper, np.zeros(len(MONTHS))), *upper]).astype(np.int64)
    counts[0] += MEMBERS - counts.sum(axis=0)
    return counts.T
