"""Three programs, each written twice: as a policy file, and by hand for the naive twin."""

from __future__ import annotations

import datetime
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from naive_program import Burn, Level, Program, add_months

YEARLY = """
title = "Yearly tiers, quarter-year points"
currency = "USD"
time_zone = "America/New_York"
[tiers]
metric = "spend"
window = "calendar_year"
upgrade = "immediately"
validity = "rest of year + 1 year"
downgrade = "one_level"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "silver"
enter = 1000
multiplier = 1.25
[[tiers.level]]
name = "gold"
enter = 3000
multiplier = 1.5
[points]
value = "0.01"
rounding = "floor per order"
pending = "7 days"
earn = [ { on = "purchase", per_unit = 1.0 } ]
[points.expiry]
mode = "lot"
life = "90 days"
round = "month_end"
"""

BURNING = """
title = "Discount tier, points on every receipt"
currency = "USD"
time_zone = "America/New_York"
[tiers]
metric = "spend"
window = "calendar_year"
upgrade = "immediately"
validity = "rest of year + 1 year"
downgrade = "none"
[[tiers.level]]
name = "guest"
enter = 0
[[tiers.level]]
name = "regular"
enter = "499.99"
multiplier = 2.0
discount = 0.03
[points]
value = "0.01"
earn_on = "net_of_points"
rounding = "half_up per order"
pending = "1 day"
earn = [ { on = "purchase", per_unit = 1.0 } ]
[points.expiry]
mode = "lot"
life = "2 months"
[points.cash]
minimum = 20
step = 10
share_of_order = 0.25
per_order = "4.00"
"""

ROLLING = """
title = "Rolling tiers, half-year wipe"
currency = "USD"
time_zone = "America/Los_Angeles"
[tiers]
metric = "spend"
window = "rolling 6 months"
upgrade = "immediately"
validity = "4 months"
downgrade = "to_earned"
[[tiers.level]]
name = "one"
enter = 0
[[tiers.level]]
name = "two"
enter = 50
keep = 40
multiplier = 1.1
[[tiers.level]]
name = "three"
enter = 120
keep = 90
multiplier = 1.7
[points]
value = "0.01"
rounding = "ceil per order"
earn = [ { on = "purchase", per_unit = 1.0 } ]
[points.expiry]
mode = "fixed_dates"
dates = ["03-31", "09-30"]
[points.cash]
minimum = 5
share_of_order = 0.1
"""


def _next_month_after(day: date) -> date:
    return add_months(day.replace(day=1), 1)


def _new_year(year: int) -> date:
    return date(year, 1, 1)


def _after_wipe(day: date) -> date:
    ends = [date(year, month, last) for year in (day.year, day.year + 1) for month, last in ((3, 31), (9, 30))]
    return min(end for end in ends if end >= day) + timedelta(days=1)


NAIVE_YEARLY = Program(
    levels=(Level(0, 0), Level(1000_00, 1000_00, Fraction(5, 4)), Level(3000_00, 3000_00, Fraction(3, 2))),
    pending=timedelta(days=7),
    first_dead_date=lambda day: _next_month_after(day + timedelta(days=90)),
    counts_until=lambda day: _new_year(day.year + 1),
    # A level reached is kept for the rest of the year and the next; one confirmed on New Year, for that year.
    review_after=lambda day, reached: _new_year(day.year + (2 if reached else 1)),
    falls_to=lambda level, earned: max(level - 1, earned),
)

NAIVE_BURNING = Program(
    levels=(Level(0, 0), Level(499_99, 499_99, Fraction(2), Fraction(3, 100))),
    pending=timedelta(days=1),
    first_dead_date=lambda day: add_months(day, 2),
    counts_until=lambda day: _new_year(day.year + 1),
    review_after=lambda day, reached: datetime.date.max,
    falls_to=lambda level, earned: level,
    rounding=lambda points: floor(points + Fraction(1, 2)),
    burn=Burn(minimum=20, step=10, share=Fraction(1, 4), cap_cents=4_00),
)

NAIVE_ROLLING = Program(
    levels=(Level(0, 0), Level(50_00, 40_00, Fraction(11, 10)), Level(120_00, 90_00, Fraction(17, 10))),
    pending=timedelta(0),
    first_dead_date=_after_wipe,
    counts_until=lambda day: add_months(day, 6),
    review_after=lambda day, reached: add_months(day, 4),
    falls_to=lambda level, earned: earned,
    rounding=lambda points: -floor(-points),
    burn=Burn(minimum=5, step=1, share=Fraction(1, 10), cap_cents=10**9),
)
