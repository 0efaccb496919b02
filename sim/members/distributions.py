"""Draws from the distributions of the behaviour model, each from its own counted stream."""

from __future__ import annotations

import math

from policies.kernel import kernel
from sim.members.streams import unit, unit32, words

_ATTEMPT = 256
"""Streams are numbered below this, so that a repeated attempt can be counted above."""

_BOOST = 255
"""The attempt whose number raises a gamma variate of shape below one."""


@kernel
def exponential(number):
    """Standard exponential variate of a number in (0, 1)."""
    return -math.log(number)


@kernel
def normal(word_0, word_1):
    """Standard normal variate of two words (Box and Muller 1958)."""
    radius = math.sqrt(-2.0 * math.log(unit32(word_0)))
    return radius * math.cos(2.0 * math.pi * unit32(word_1))


@kernel
def gamma(seed, member, stream, counter, shape):
    """Gamma variate of rate one (Marsaglia and Tsang 2000); every attempt has its own place in the stream."""
    if shape < 1.0:
        word = words(seed, member, stream + _ATTEMPT * _BOOST, counter)
        boost = unit(word[0], word[1]) ** (1.0 / shape)
        return boost * _gamma_above_one(seed, member, stream, counter, shape + 1.0)
    return _gamma_above_one(seed, member, stream, counter, shape)


@kernel
def _gamma_above_one(seed, member, stream, counter, shape):
    """Gamma variate for shape >= 1."""
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    attempt = 0
    while True:
        word = words(seed, member, stream + _ATTEMPT * attempt, counter)
        x = normal(word[0], word[1])
        v = 1.0 + c * x
        if v > 0.0:
            v = v * v * v
            if math.log(unit(word[2], word[3])) < 0.5 * x * x + d - d * v + d * math.log(v):
                return d * v
        attempt += 1
