"""How long it takes until something happens that has not yet happened to everybody (Kaplan and Meier 1958).

Whoever is no longer watched before it happened counts as long as watched and no longer. Intervals are Greenwood's on
the scale of log(-log), so that they stay between 0 and 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.figures.estimates import NORMAL_95


class Curve(NamedTuple):
    """Share to whom it has not happened, just after each day on which it happened to somebody; ``k`` such days."""

    days: np.ndarray  # int64 (k,), ascending, counted from the day on which watching began
    share: np.ndarray  # float64 (k,)
    low: np.ndarray  # float64 (k,): ends of the 95 % interval
    high: np.ndarray
    watched: np.ndarray  # int64 (longest + 2,): who had been watched for at least so many days


def kaplan_meier(days: np.ndarray, happened: np.ndarray) -> Curve:
    """The curve of members watched for ``days``, int64 (members,), at the end of which it ``happened`` or not."""
    longest = int(days.max(initial=0))
    ends = np.bincount(days, minlength=longest + 1)
    watched = np.append(ends[::-1].cumsum()[::-1], 0)
    events = np.bincount(days[happened], minlength=longest + 1)
    known = np.flatnonzero(events)
    risk, lost = watched[known], events[known]
    share = np.cumprod(1 - lost / risk)
    left = risk > lost
    greenwood = np.cumsum(np.divide(lost, risk * (risk - lost), out=np.zeros(known.size), where=left))
    # After the last one the share is zero and so are both ends.
    inside = np.flatnonzero(share > 0)
    low, high = np.zeros(known.size), np.zeros(known.size)
    width = np.exp(NORMAL_95 * np.sqrt(greenwood[inside]) / np.log(share[inside]))
    low[inside], high[inside] = share[inside] ** (1 / width), share[inside] ** width
    return Curve(known, share, low, high, watched)


def share_after(curve: Curve, day: int) -> tuple[float, float, float]:
    """Share to whom it has not happened within so many days, and its interval; 1 before the first day of the curve."""
    place = int(np.searchsorted(curve.days, day, side="right")) - 1
    if place < 0:
        return 1.0, 1.0, 1.0
    return float(curve.share[place]), float(curve.low[place]), float(curve.high[place])


def day_when(curve: Curve, part: float) -> tuple[int | None, int | None, int | None]:
    """Day by which it has happened to a part of all, and its interval; None where the watch was too short to see it."""
    found = [np.flatnonzero(line <= 1 - part) for line in (curve.share, curve.low, curve.high)]
    day, early, late = (int(curve.days[places[0]]) if places.size else None for places in found)
    return day, early, late
