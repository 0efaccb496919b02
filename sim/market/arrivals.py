"""Who comes when: the members of the first day, then those whom the channels win month by month."""

from __future__ import annotations

from calendar import monthrange
from itertools import pairwise

import numpy as np

from policies.days import date_of, day_of
from policies.rules import records
from sim.market.file import ScenarioFile
from sim.market.market_tables import Way
from sim.market.world import ARRIVAL, SEGMENTS_MOST, months_of


def expected_joins(content: ScenarioFile, scale: float = 1.0) -> np.ndarray:
    """Members to be won by channel and calendar month of the run, float64 (channels, months).

    Months that lie only in part within the run count in proportion. ``scale`` multiplies all.
    """
    if content.acquisition is None:
        return np.zeros((0, 0))
    bounds = _month_bounds(content)
    inside = np.array([end - start for start, end in pairwise(bounds)])
    first, last = date_of(bounds[0]), date_of(bounds[-1] - 1)
    lengths = inside.copy()
    lengths[0] = monthrange(first.year, first.month)[1]
    lengths[-1] = monthrange(last.year, last.month)[1]
    growth = (1.0 + content.acquisition.growth) ** np.arange(inside.size)
    per_month = np.array([each.per_month for each in content.acquisition.channels])
    return per_month[:, None] * scale * growth * (inside / lengths)


def arrivals_of(content: ScenarioFile, members: int | None, minor_per_major: int) -> np.recarray:
    """Arrivals of a run with so many members, ARRIVAL (a,); the first row is that of the first day.

    ``members`` asks for another number on the first day, or in all if the scenario begins with nobody; channels then
    win members in proportion.
    """
    written = content.members or 0
    here = written if members is None or written == 0 else members
    counts = _whole(expected_joins(content, _scale(content, members)))
    bounds = _month_bounds(content)
    shares = {each.name: each.share for each in content.segments}
    ways: tuple[Way, ...] = content.acquisition.channels if content.acquisition else ()
    rows = [(0, bounds[0], bounds[0], 0, 0, _through(shares, shares))]
    first = here
    for month, (start, end) in enumerate(pairwise(bounds)):
        for number, way in enumerate(ways):
            if count := int(counts[number, month]):
                cost_cents = round(way.cost_per_join * minor_per_major)
                rows.append((first, start, end, number + 1, cost_cents, _through(way.mix or shares, shares)))
                first += count
    arrivals = records(len(rows), ARRIVAL)
    arrivals[:] = rows
    return arrivals


def population_of(content: ScenarioFile, members: int | None) -> int:
    """Members of a run in all: those of the first day and those who are won; see ``arrivals_of``."""
    written = content.members or 0
    here = written if members is None or written == 0 else members
    return here + int(_whole(expected_joins(content, _scale(content, members))).sum())


def _scale(content: ScenarioFile, members: int | None) -> float:
    if members is None:
        return 1.0
    return members / (content.members or max(float(expected_joins(content).sum()), 1.0))


def _whole(expected: np.ndarray) -> np.ndarray:
    """Whole numbers by channel and month whose running sums are the rounded running sums: nothing drifts."""
    totals = np.floor(np.cumsum(expected, axis=1) + 0.5)
    return np.diff(totals, axis=1, prepend=0.0).astype(np.int64)


def _through(mix: dict[str, float], segments: dict[str, float]) -> np.ndarray:
    """Cumulative shares of the segments, in their order, float64 (SEGMENTS_MOST,); all 1 where there are none."""
    shares = [mix.get(name, 0.0) for name in segments] or [1.0]
    through = np.cumsum(shares + [0.0] * (SEGMENTS_MOST - len(shares)))
    return through / through[-1]


def _month_bounds(content: ScenarioFile) -> list[int]:
    """First day of the run and of each later month, and the day after its last."""
    first_day, end_day = day_of(content.horizon.start), day_of(content.horizon.through) + 1
    return [first_day, *(int(day) for day in months_of(first_day, end_day)[2])]
