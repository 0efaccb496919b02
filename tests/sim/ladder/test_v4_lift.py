"""V4: all effects together add what whole programs were found to add, and where they add more, the page says so."""

from __future__ import annotations

import re
from functools import cache

import pytest

from policies import load_policy
from sim.lift import ENVELOPE, Lift, lift
from sim.scenario import load_scenario
from tests.sim.ladder.shop import PAGE, as_told, market, program

pytestmark = pytest.mark.slow

ROW = re.compile(r"^\| (.+?) \| (-?\d+) % \| (-?\d+) % \| (-?\d+) % \|$", re.MULTILINE)

POINTS = "points program of the ladder"
TIERS = "points and four tiers"
SHOP = "`beauty_mall`, `baseline`"
CAUTIOUS = "the same, preset `conservative`"


@pytest.fixture(scope="module")
def told() -> dict[str, tuple[int, ...]]:
    """What docs/behaviour.md says: percent in all, from buying more alone, from staying longer alone."""
    section = PAGE.read_text("utf-8").split("<!-- lift: checked by tests/sim/ladder/test_v4_lift.py -->")[1]
    return {name: tuple(map(int, numbers)) for name, *numbers in ROW.findall(section)}


@cache
def _seen(name: str) -> Lift:
    if name in (SHOP, CAUTIOUS):
        sizes = "conservative" if name == CAUTIOUS else None
        return lift(load_scenario("beauty_mall"), load_policy("baseline"), members=10_000, effects=sizes)
    return lift(market(), program("points" if name == POINTS else "points_and_tiers"), members=10_000)


def test_points_alone_hit_the_target() -> None:
    """The sizes were set on such a program: +25.7 %, of which +6.0 % by frequency and +18.5 % by lower churn."""
    seen = _seen(POINTS)
    assert seen.total.value == pytest.approx(0.257, abs=0.03)
    assert seen.frequency.value == pytest.approx(0.06, abs=0.01)
    assert seen.churn.value == pytest.approx(0.185, abs=0.02)
    as_told("V4", [100 * each.value for each in (seen.total, seen.frequency, seen.churn)])
    assert ENVELOPE[0] < seen.total.low and seen.total.high < ENVELOPE[1]


@pytest.mark.parametrize("name", [POINTS, TIERS, SHOP, CAUTIOUS])
def test_the_page_says_what_is(name: str, told: dict[str, tuple[int, ...]]) -> None:
    seen = _seen(name)
    percent = [100 * each.value for each in (seen.total, seen.frequency, seen.churn)]
    assert percent == pytest.approx(told[name], abs=0.6)


@pytest.mark.parametrize(("name", "row"), [(TIERS, 1), (SHOP, 2)])
def test_tiers_go_beyond_the_envelope(name: str, row: int) -> None:
    """It was measured on a program without tiers; the gauge warns."""
    seen = _seen(name)
    assert seen.verdict == "above"
    as_told("V4", [100 * seen.total.value], row)
