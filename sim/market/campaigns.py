"""What the days of a policy's campaigns do to orders: more on them, and fewer after them."""

from __future__ import annotations

import numpy as np

from policies.choices import CampaignDays
from policies.rules import GIFT_BIRTHDAY, Rules
from sim.market.seasons import missed_after
from sim.market.world import World

AFTER_CAMPAIGN_DAYS = 56
"""How long orders that were brought forward are missed."""

EVENT_DAYS_MOST = 183
"""A campaign that runs longer without a break is no event but how things are."""


def campaign_pull(rules: Rules, first_day: int, end_day: int, day_size: float, lacking: float) -> np.ndarray:
    """Log rate by day, float64 (D,): ``day_size`` on days of a campaign, and less after them.

    The share ``lacking`` of all that a campaign adds is missed in the eight weeks after its last day. Campaigns of the
    birthday month have days of their own for everybody and are not counted here.
    """
    before = EVENT_DAYS_MOST + AFTER_CAMPAIGN_DAYS
    on = campaign_days(rules, np.arange(first_day - before, end_day))
    pull = day_size * on
    return (pull - missed_after(on, lacking * pull, AFTER_CAMPAIGN_DAYS))[before:]


def with_campaigns(world: World, rules: Rules) -> World:
    """The same world with the campaigns of these rules: other versions, or some closed."""
    span, sizes = world.span, world.response
    pull = campaign_pull(rules, int(span.first_day), int(span.end_day), float(sizes.b_day), float(sizes.phi_fb))
    return world._replace(campaign_pull=pull)


def campaign_days(rules: Rules, days: np.ndarray) -> np.ndarray:
    """Whether any campaign with days of its own runs, bool (D,); whoever takes part and whatever is bought."""
    version = np.maximum(np.searchsorted(rules.effective_day, days, side="right") - 1, 0)
    moments = days.astype("datetime64[D]")
    day_of_month = (moments - moments.astype("datetime64[M]")).astype(np.int64) + 1
    on = np.zeros(days.size, bool)
    for number, rule in enumerate(rules):
        for place in range(rule.campaigns):
            first, last = rule.campaign_from_day[place], rule.campaign_through_day[place]
            # That its budget is used up is known to everybody from the day after.
            open_days = days <= min(last, rule.campaign_closed_day[place])
            kind, day = rule.campaign_days[place], rule.campaign_number[place]
            runs = (version == number) & (first <= days) & open_days
            if kind == CampaignDays.ALL:
                on |= runs & (last - first < EVENT_DAYS_MOST)
            elif kind == CampaignDays.DAY_OF_MONTH:
                on |= runs & (day_of_month == day)
            elif kind == CampaignDays.WEEKDAY:
                on |= runs & ((days + 3) % 7 == day)
    return on


def has_birthdays(rules: Rules) -> bool:
    """Whether any version does something for birthdays: a gift, or a campaign of the birthday month."""
    slots = np.arange(rules.campaign_days.shape[1]) < rules.campaigns[:, None]
    months = slots & (rules.campaign_days == CampaignDays.BIRTHDAY_MONTH)
    return bool((rules.gift_count[:, GIFT_BIRTHDAY] > 0).any() or months.any())
