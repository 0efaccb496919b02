"""One rounding function, exact up to the largest numbers the ledger lets in."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.arithmetic import divide, share_of
from policies.choices import Rounding


@pytest.mark.parametrize(
    ("numerator", "denominator", "floor", "half_up", "ceil"),
    [
        (0, 7, 0, 0, 0),
        (1, 2, 0, 1, 1),
        (1, 3, 0, 0, 1),
        (2, 3, 0, 1, 1),
        (6, 3, 2, 2, 2),
        (5, 2, 2, 3, 3),
        (110, 1, 110, 110, 110),  # 100 * 1.1 in floats is a little more than 110
        (2**62 - 1, 2, 2**61 - 1, 2**61, 2**61),
        (2**62 - 1, 2**31 - 1, 2**31 + 1, 2**31 + 1, 2**31 + 1),
        (2**62, 2**31 - 1, 2**31 + 1, 2**31 + 1, 2**31 + 2),
    ],
)
def test_rounding(numerator: int, denominator: int, floor: int, half_up: int, ceil: int) -> None:
    assert divide(numerator, denominator, Rounding.FLOOR) == floor
    assert divide(numerator, denominator, Rounding.HALF_UP) == half_up
    assert divide(numerator, denominator, Rounding.CEIL) == ceil


@given(st.integers(0, 2**62), st.integers(1, 2**31))
def test_rounding_is_that_of_fractions(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    assert divide(numerator, denominator, Rounding.FLOOR) == math.floor(exact)
    assert divide(numerator, denominator, Rounding.HALF_UP) == math.floor(exact + Fraction(1, 2))
    assert divide(numerator, denominator, Rounding.CEIL) == math.ceil(exact)


@pytest.mark.parametrize(("amount", "rate_bp", "share"), [(9_999, 500, 499), (100, 10_000, 100), (1, 9_999, 0)])
def test_share_is_never_too_much(amount: int, rate_bp: int, share: int) -> None:
    assert share_of(amount, rate_bp) == share
