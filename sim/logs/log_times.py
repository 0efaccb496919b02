"""Timestamps as a log spells them, made business days of the program.

A *business day* is the local date in the program's time zone. The second of the day counts from
local midnight, so it never runs backwards, not even on the night when clocks are set back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

_DATE = r"(?:19|20|21)\d{2}-\d{2}-\d{2}"
_CLOCK = r"[ T]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?"
_OFFSET = r"(?:Z| ?[+-]\d{2}(?::?\d{2})?)"
_DAY_NS = 86_400 * 10**9


@dataclass(frozen=True)
class Moments:
    """What so many different texts mean; the numbers of an unreadable text mean nothing."""

    readable: np.ndarray  # bool (n,)
    day: np.ndarray  # int64 (n,): business day, days since 1970-01-01
    second: np.ndarray  # int64 (n,): since that day's local midnight
    rank: np.ndarray  # int64 (n,): order in time, finer than a second; equal for the same moment


def moments_of(texts: list[str], log_zone: str, program_zone: str) -> Moments:
    """Read timestamps: "2027-03-31 18:05:00" in the log's zone, with an offset as they say, or a date alone.

    Years are 1900 to 2199.

    A date alone is a business day of the program, at its midnight. Of a local time that occurs twice the
    first is meant; one that does not occur moves forward to the next that does.
    """
    text = pd.Series(texts, dtype="str")
    dates = text.str.fullmatch(_DATE).to_numpy(bool)
    naive = text.str.fullmatch(_DATE + _CLOCK).to_numpy(bool)
    exact = text.str.fullmatch(_DATE + _CLOCK + _OFFSET).to_numpy(bool)

    utc_ns = np.zeros(len(texts), np.int64)
    readable = np.zeros(len(texts), bool)
    for chosen, zone in ((dates, program_zone), (naive, log_zone), (exact, None)):
        stamps = pd.to_datetime(text[chosen].str.replace(",", "."), format="ISO8601", errors="coerce", utc=zone is None)
        stamps = pd.DatetimeIndex(stamps)
        readable[chosen] = stamps.notna()
        utc_ns[chosen] = _ns(_localized(stamps, zone) if zone else stamps)
    utc_ns[~readable] = 0

    moments = pd.DatetimeIndex(utc_ns).tz_localize("UTC").tz_convert(program_zone)
    day = _ns(moments.tz_localize(None)) // _DAY_NS
    different, number = np.unique(day, return_inverse=True)
    midnight_ns = _ns(_localized(pd.DatetimeIndex(different * _DAY_NS), program_zone))
    since_ns = utc_ns - midnight_ns[number]
    # By day first: in the rare zones that set clocks back across midnight the later moment can have the earlier date.
    in_order = np.lexsort((since_ns, day))
    fresh = (np.diff(day[in_order], prepend=0) != 0) | (np.diff(since_ns[in_order], prepend=0) != 0)
    rank = np.empty(len(texts), np.int64)
    rank[in_order] = fresh.cumsum()
    return Moments(readable, day, since_ns // 10**9, rank)


def _localized(stamps: pd.DatetimeIndex, zone: str) -> pd.DatetimeIndex:
    """Local clock times as moments."""
    first = np.ones(len(stamps), bool)
    return stamps.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")


def _ns(stamps: pd.DatetimeIndex) -> np.ndarray:
    """Nanoseconds since 1970, int64."""
    return stamps.as_unit("ns").asi8
