"""What it costs the shop to serve its plan members."""

from __future__ import annotations

from policies.calendar import add_months
from policies.kernel import kernel


@kernel
def service_month_day(fee_day, month):
    """Day on which the cost of a month of a paid period is booked: the day the month begins."""
    return add_months(fee_day, month)
