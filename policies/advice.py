"""Advice: what is legal in a policy and yet may not be meant, such as a gift that can be had for nothing.

A check is declared once, with its code, its meaning and its cure; ``tierlab check``, the app and the reference page
all read these records. Advice never blocks anything.
"""

from __future__ import annotations

from policies import (
    advice_earning,
    advice_expiry,
    advice_money,
    advice_moves,
    advice_prices,
    advice_sharing,
    advice_tiers,
)
from policies.advice_values import Advice, Check, Look
from policies.policy import Policy

__all__ = ["CHECKS", "Advice", "Check", "advise"]

_ROOMS = (advice_tiers, advice_moves, advice_earning, advice_expiry, advice_prices, advice_money, advice_sharing)

CHECKS: dict[str, Check] = {each.code: each for room in _ROOMS for each in room.CHECKS}
"""Every check by its code, in the order in which advice is told."""


def advise(policy: Policy) -> tuple[Advice, ...]:
    """Everything that the checks find in the versions of a policy that are its own, each finding once."""
    found: dict[tuple, Advice] = {}
    for each in CHECKS.values():
        for index in policy.own_versions:
            for advice in each.find(Look(policy, index)):
                found.setdefault((advice.code, advice.paths), advice)
    return tuple(found.values())
