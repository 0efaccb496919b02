"""Periods of limits and caps, and the days of campaigns."""

from __future__ import annotations

from policies.calendar import civil_from_day, month_index
from policies.choices import CampaignDays, Per
from policies.kernel import kernel
from policies.pricing import has_bit


@kernel
def period_number(per, day):
    """Number of the day, week (from Monday), month or year that holds a day; 0 for ever."""
    if per == Per.DAY:
        return day
    if per == Per.WEEK:
        return (day + 3) // 7
    if per == Per.MONTH:
        return month_index(day)
    if per == Per.YEAR:
        return civil_from_day(day)[0]
    return 0


@kernel
def campaign_runs(rule, campaign, day, second, birth_month, tier, channel):
    """Whether a campaign counts for a member at a moment, whatever is bought."""
    if not rule.campaign_from_day[campaign] <= day <= rule.campaign_through_day[campaign]:
        return False
    closed = rule.campaign_closed_day[campaign]
    if day > closed or (day == closed and second >= rule.campaign_closed_second[campaign]):
        return False
    if not (has_bit(rule.campaign_tiers[campaign], tier) and has_bit(rule.campaign_channels[campaign], channel)):
        return False
    days = rule.campaign_days[campaign]
    if days == CampaignDays.ALL:
        return True
    if days == CampaignDays.WEEKDAY:
        return (day + 3) % 7 == rule.campaign_number[campaign]
    _, month, day_of_month = civil_from_day(day)
    if days == CampaignDays.DAY_OF_MONTH:
        return day_of_month == rule.campaign_number[campaign]
    return month == birth_month


@kernel
def campaigns_of_order(rule, order, lines, day, second, birth_month):
    """Bits of the campaigns that count for an order: with a line of a category that takes part."""
    bits = 0
    for campaign in range(rule.campaigns):
        if campaign_runs(rule, campaign, day, second, birth_month, order.tier, order.channel):
            for place in range(order.first_line, order.first_line + order.lines):
                if has_bit(rule.campaign_categories[campaign], lines[place].category):
                    bits |= 1 << campaign
    return bits


@kernel
def sold_out(rule, reward, day, second):
    """Whether the stock of a reward was used up before a moment."""
    closed = rule.reward_closed_day[reward]
    return day > closed or (day == closed and second >= rule.reward_closed_second[reward])
