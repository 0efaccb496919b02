"""What is counted by calendar month."""

from __future__ import annotations

from enum import IntEnum

from policies.kernel import kernel


class Count(IntEnum):
    """What is counted by month beside the transfers."""

    ORDERS = 0
    BUYERS = 1
    ACTIVE = 2
    JOINS = 3
    LEAVERS = 4
    LIST_CENTS = 5
    MARGIN_CENTS = 6
    SERVICE_CENTS = 7
    REDEMPTIONS = 8
    CAPPED = 9
    REFERRED = 10  # members who were referred and have joined
    REWARD_CENTS = 11
    ACQUISITION_CENTS = 12
    RETURNS = 13
    REDEEMERS = 14  # first redemptions
    TRIALS = 15
    CONVERSIONS = 16


@kernel
def month_of(world, day):
    """Number of the run's month that holds a day."""
    return world.month_of_day[day - world.span.first_day]
