"""The one rounding function. Everything that counts is an integer before and after it."""

from __future__ import annotations

from policies.kernel import kernel
from policies.rules import BASIS, Rounding


@kernel
def divide(numerator, denominator, rounding):
    """numerator / denominator as an integer, for numerator >= 0 and denominator > 0; halves go up."""
    if rounding == Rounding.FLOOR:
        return numerator // denominator
    if rounding == Rounding.CEIL:
        return -(-numerator // denominator)
    whole = numerator // denominator
    # Compared, not doubled and divided: twice the numerator might not fit.
    return whole + 1 if 2 * (numerator - whole * denominator) >= denominator else whole


@kernel
def share_of(amount, rate_bp):
    """The share of an amount, rounded down: what a discount or a cap may take at most."""
    return divide(amount * rate_bp, BASIS, Rounding.FLOOR)
