"""A scenario as arrays: what the kernels need to know of market, calendar and response."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from policies.days import date_of
from policies.rules import records
from sim.effects import RESPONSE

SEGMENTS_MOST = 16
CHANNELS_MOST = 8
YEARS_MOST = 50
DAYS_MOST = 366 * YEARS_MOST + 1
MONTHS_MOST = 12 * YEARS_MOST + 2
WAYS_MOST = 20
"""Most channels of acquisition."""
ARRIVALS_MOST = 1 + WAYS_MOST * MONTHS_MOST
CATEGORIES_MOST = 16
DOINGS_MOST = 12
"""Most activities of a segment."""

PARETO_NBD, BG_NBD, MBG_NBD = range(3)
GAMMA_GAMMA, LOGNORMAL = range(2)

SEGMENT = np.dtype(
    [
        ("share_through", "f8"),  # cumulative share of members up to and including this segment
        ("process", "i8"),  # PARETO_NBD, BG_NBD or MBG_NBD
        ("regularity", "i8"),  # k of Erlang-k intervals between orders; 1: no regularity
        ("r", "f8"),  # rate of orders: gamma, weeks
        ("alpha", "f8"),
        ("s", "f8"),  # hazard of leaving: gamma, weeks; of PARETO_NBD
        ("beta", "f8"),
        ("a", "f8"),  # chance of leaving after an order: beta; of BG_NBD and MBG_NBD
        ("b", "f8"),
        ("basket", "i8"),  # GAMMA_GAMMA or LOGNORMAL
        ("p", "f8"),  # gamma-gamma
        ("q", "f8"),
        ("gamma", "f8"),
        ("mean_basket", "f8"),  # lognormal: mean basket of all, units
        ("between", "f8"),  # standard deviation of the logarithm between members
        ("within", "f8"),  # and between the orders of a member
        ("cents", "f8"),  # minor units of the currency in one unit of the basket distribution
        ("margin_bp", "i8"),  # gross margin at list price where the category has none of its own
        ("return_share", "f8"),  # of orders of which something comes back
        ("partial_share", "f8"),  # of these, those of which a part is kept
        ("birthdays", "i8"),  # 1: the shop knows them
        ("channels", "i8"),
        ("channel_through", "f8", (CHANNELS_MOST,)),  # cumulative share
        ("channel", "i8", (CHANNELS_MOST,)),  # number in the policy, ANY if it does not know it
        ("categories", "i8"),
        ("category_through", "f8", (CATEGORIES_MOST,)),
        ("category", "i8", (CATEGORIES_MOST,)),
        ("category_margin_bp", "i8", (CATEGORIES_MOST,)),
        ("doings", "i8"),  # activities that the policy knows
        ("doing", "i8", (DOINGS_MOST,)),  # number in the policy
        ("doing_place", "i8", (DOINGS_MOST,)),  # place in the scenario, whatever the policy: counts the luck
        ("doing_rate", "f8", (DOINGS_MOST,)),  # times a day; 0 if it follows orders
        ("doing_share", "f8", (DOINGS_MOST,)),  # of orders that it follows
    ],
    align=True,
)
"""One kind of member."""

ARRIVAL = np.dtype(
    [
        ("first_member", "i8"),  # numbers of members are given arrival after arrival
        ("first_day", "i8"),  # members of this row join at random moments of
        ("end_day", "i8"),  # the days before this one; the same as first_day: in the morning of that day
        ("channel", "i8"),  # of acquisition, from 1; 0: there on the first day
        ("cost_cents", "i8"),  # of winning one
        ("share_through", "f8", (SEGMENTS_MOST,)),  # cumulative share of the segments
    ],
    align=True,
)
"""Members who come together."""

SPAN = np.dtype(
    [
        ("seed", "i8"),
        ("first_day", "i8"),
        ("end_day", "i8"),  # first day after the run
        ("deliveries", "i8"),  # 1 if the policy has points that wait for delivery
        ("program", "i8"),  # 1 if the policy gives free members anything to stay for
        ("birthdays", "i8"),  # 1 if the policy does anything for birthdays
        ("seasons", "i8"),  # 1 if orders have seasons or shocks
        ("shocks", "i8"),  # 1 if leaving has
        ("lines", "i8"),  # 1 if orders have a line of a category
        ("script_margin_bp", "i8"),  # gross margin of scripted members
    ],
    align=True,
)
"""What holds for the whole run."""


GROUND = np.dtype(
    [
        ("span", SPAN),
        ("response", RESPONSE),
        ("segments", SEGMENT, (SEGMENTS_MOST,)),
        ("kinds", "i8"),  # segments in use
        ("arrivals", ARRIVAL, (ARRIVALS_MOST,)),
        ("parties", "i8"),  # arrivals in use
        ("days", "i8"),
        ("months", "i8"),
        ("order_clock", "f8", (DAYS_MOST + 1,)),
        ("leaving_clock", "f8", (DAYS_MOST + 1,)),
        ("basket_factor", "f8", (DAYS_MOST,)),
        ("campaign_pull", "f8", (DAYS_MOST,)),
        ("month_of_day", "i8", (DAYS_MOST,)),
        ("month_end_day", "i8", (MONTHS_MOST,)),
    ],
    align=True,
)
"""A world as one record: kernels take it as one pointer, where its arrays one by one would be a hundred words."""


class World(NamedTuple):
    """``S`` segments, ``M`` calendar months, ``D`` days; only a scripted scenario has a script."""

    span: np.record  # SPAN
    segments: np.recarray  # SEGMENT (S,)
    arrivals: np.recarray  # ARRIVAL (a,), ascending by first_member
    response: np.record  # RESPONSE
    order_clock: np.ndarray  # float64 (D + 1,): days of an even year that have passed by each morning, by orders
    leaving_clock: np.ndarray  # float64 (D + 1,): likewise by leaving
    basket_factor: np.ndarray  # float64 (D,): of all baskets
    campaign_pull: np.ndarray  # float64 (D,): log rate by what the policy's campaigns do on a day
    month_of_day: np.ndarray  # int64 (D,): month number of each day of the run
    month_end_day: np.ndarray  # int64 (M,): first day after each month, within the run
    script: np.recarray  # EVENT (n,): what scripted members do, member by member; a row even if unused
    script_from: np.ndarray  # int64 (members + 1,): first row of each scripted member; (1,) if none is scripted
    script_lines: np.recarray  # ledger.events.LINE (l,): lines of their orders and returns

    @property
    def scripted(self) -> bool:
        """True if every member is written by hand."""
        return self.script_from.size > 1

    def ground(self) -> np.record:
        """All but the script as kernels take it, GROUND."""
        ground = records(1, GROUND)[0]
        ground["span"], ground["response"] = self.span, self.response
        ground.kinds, ground.parties = self.segments.size, self.arrivals.size
        ground.days, ground.months = self.month_of_day.size, self.month_end_day.size
        for name in GROUND.names:
            values = getattr(self, name, None)
            if isinstance(values, np.ndarray):
                ground[name][: values.size] = values
        return ground


def months_of(first_day: int, end_day: int) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Names of the calendar months of a run, the month of each day, and each month's end (exclusive)."""
    dates = [date_of(day) for day in range(first_day, end_day)]
    names = tuple(dict.fromkeys(f"{date.year:04d}-{date.month:02d}" for date in dates))
    number = {name: index for index, name in enumerate(names)}
    month_of_day = np.array([number[f"{date.year:04d}-{date.month:02d}"] for date in dates], np.int64)
    ends = np.searchsorted(month_of_day, np.arange(len(names)), side="right") + first_day
    return names, month_of_day, ends.astype(np.int64)
