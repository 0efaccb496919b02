"""Random numbers as a pure function of (seed, member, stream, counter): Philox 4x32-10.

A member meets the same luck under every policy, and any split of the work gives the same bits.
Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).

The arithmetic stays in plain integers: compiled, the products wrap at 64 bits; interpreted, they do
not; the masks keep exactly the bits that both have in common.
"""

from __future__ import annotations

from enum import IntEnum

from policies.kernel import kernel

_MASK = 0xFFFFFFFF
_MULTIPLIER_0 = 0xD2511F53
_MULTIPLIER_1 = 0xCD9E8D57
_WEYL_0 = 0x9E3779B9
_WEYL_1 = 0xBB67AE85
_ROUNDS = 10


class Stream(IntEnum):
    """Independent sources of luck. Counters number traits, candidates or days: never what happened so far."""

    SEGMENT = 0
    RATE = 1
    LIFETIME = 2
    SPENDING = 3
    HABITS = 4
    CANDIDATE = 5
    BASKET = 6
    CHOICE = 7
    RENEWAL = 8
    BIRTHDAY = 9
    GOODS = 10
    WALLET = 11
    LATER = 12
    DOING = 13
    FOLLOWING = 14
    FRIEND = 15
    NAME = 16
    ARRIVAL = 17
    DROP = 18
    KEEP = 19
    LIKENESS = 20
    DROPPING = 21


@kernel
def philox(counter_0, counter_1, counter_2, counter_3, key_0, key_1):
    """Four random 32-bit words of a 128-bit counter and a 64-bit key, each given in 32-bit words."""
    for _ in range(_ROUNDS):
        product_0 = counter_0 * _MULTIPLIER_0
        product_1 = counter_2 * _MULTIPLIER_1
        counter_0 = ((product_1 >> 32) & _MASK) ^ counter_1 ^ key_0
        counter_2 = ((product_0 >> 32) & _MASK) ^ counter_3 ^ key_1
        counter_1 = product_1 & _MASK
        counter_3 = product_0 & _MASK
        key_0 = (key_0 + _WEYL_0) & _MASK
        key_1 = (key_1 + _WEYL_1) & _MASK
    return counter_0, counter_1, counter_2, counter_3


@kernel
def words(seed, member, stream, counter):
    """Four random words of one draw."""
    # int() makes interpreted arithmetic unbounded; NumPy's scalars would warn of overflow.
    seed = int(seed)
    member = int(member)
    return philox(
        int(counter) & _MASK,
        stream + 0,  # a plain integer, also when it is an enum
        member & _MASK,
        (member >> 32) & _MASK,
        seed & _MASK,
        (seed >> 32) & _MASK,
    )


@kernel
def unit(high, low):
    """A number in the open interval (0, 1) with 52 random bits, of two words.

    A 53rd bit would leave no room for the half that keeps both ends out: the largest number would round to one.
    """
    return ((high >> 5) * 33_554_432.0 + (low >> 7) + 0.5) / 4_503_599_627_370_496.0


@kernel
def unit32(word):
    """A number in the open interval (0, 1) with 32 random bits, of one word."""
    return (word + 0.5) / 4_294_967_296.0
