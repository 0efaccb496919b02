"""The one rounding function. Everything that counts is an integer before and after it."""

from __future__ import annotations

from policies.choices import Rounding
from policies.kernel import kernel
from policies.rules import BASIS

_HALF_WORD = 2**31
_SHIFT = 20
_LOW_BITS = 2**_SHIFT - 1


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


@kernel
def proportion(amount, part, whole):
    """amount x part / whole, rounded down, for 0 <= amount, part < 2**40 and 0 < whole: no product overflows."""
    if amount < _HALF_WORD and part < _HALF_WORD:
        return amount * part // whole
    high, low = part >> _SHIFT, part & _LOW_BITS
    quotient, rest = amount * high // whole, amount * high % whole
    return (quotient << _SHIFT) + ((rest << _SHIFT) + amount * low) // whole
