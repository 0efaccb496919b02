"""The measurement itself works, and the independent programs do the work; the figures are for people to read."""

from __future__ import annotations

import re

import numpy as np
import pytest

from bench import engines, monthly_numpy, plain_program, plain_simpy
from policies import load_policy
from sim.scenario import load_scenario

MEMBERS, MONTHS, SEED = 600, 14, 7


@pytest.fixture(scope="module")
def plain() -> plain_simpy.Shop:
    """A run of the plain program."""
    return plain_simpy.simulate(MEMBERS, MONTHS, SEED)


@pytest.mark.slow
def test_quick_run_counts_equal_work(capsys: pytest.CaptureFixture[str]) -> None:
    engines.main(["--quick"])
    told = capsys.readouterr().out
    assert re.search(r"Equal work: 10 members, [\d,]+ events, [\d,]+ transfers by both engines", told)
    assert re.search(r"[\d,]+ times the SimPy engine, [\d,]+ times plain SimPy, [\d.]+ times monthly NumPy", told)
    assert "cores; Python" in told


def test_unequal_work_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that loses a transfer must not get a speed."""

    def losing(job: engines.Job) -> engines.Result:
        return engines.Result([1.0], 100, 200 if job.engine == "simpy" else 199, 10, 6, None)

    monkeypatch.setattr(engines, "in_a_process", losing)
    monkeypatch.setattr(engines, "_python", lambda arguments, environment: "")
    with pytest.raises(SystemExit, match="unequal work"):
        engines.main(["--quick"])


def test_independent_programs_have_the_numbers_of_the_files() -> None:
    policy = load_policy(engines.POLICY)
    rule = policy.rules[0]
    segments = load_scenario(engines.SCENARIO).world(policy).segments
    cents = int(rule.minor_per_major)
    names = [name for name in plain_program.Segment._fields if name not in ("share", "scale")]
    for plain, row in zip(plain_program.SEGMENTS, segments, strict=True):
        assert [getattr(plain, name) for name in names] == [float(row[name]) for name in names]
        assert plain.scale * cents == float(row["cents"])
    assert np.cumsum([each.share for each in plain_program.SEGMENTS]) == pytest.approx(segments["share_through"])
    levels = int(rule.levels)
    assert list(plain_program.THRESHOLDS) == list(rule.enter[:levels])
    assert [each * 10_000 for each in plain_program.MULTIPLIERS] == list(rule.multiplier_bp[:levels])
    assert [each * 10_000 for each in plain_program.DISCOUNTS] == list(rule.discount_bp[:levels])
    assert rule.pending_days == plain_program.PENDING_DAYS
    assert plain_program.STEP_POINTS == rule.cash_step_points == rule.cash_minimum_points
    assert plain_program.POINT_VALUE * cents * 10_000 == rule.point_value_bp
    assert rule.cash_share_bp == plain_program.SHARE_OF_ORDER * 10_000


def test_plain_program_keeps_books(plain: plain_simpy.Shop) -> None:
    """Nothing is lost between its accounts, and everything that it should do happens."""
    books = plain.books
    points = [books[each] for each in ("issued", "pending", "active", "redeemed", "expired")]
    assert sum(points) == 0
    assert min(points[1:]) > 0
    assert sum(books[f"tier {level}"] for level in range(4)) == 0
    assert sum(books[each] for each in ("cash", "points tender", "discounts", "sales")) == pytest.approx(0, abs=0.01)


def test_independent_programs_live_in_the_same_market(plain: plain_simpy.Shop) -> None:
    monthly = monthly_numpy.simulate(20_000, MONTHS, SEED)
    assert monthly.issued == monthly.redeemed + monthly.expired + monthly.outstanding
    assert min(monthly) > 0
    assert plain.events / MEMBERS == pytest.approx(monthly.events / 20_000, rel=0.15)
    assert -plain.books["issued"] / MEMBERS == pytest.approx(monthly.issued / 20_000, rel=0.3)
