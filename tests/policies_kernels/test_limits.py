"""Periods of limits, and the days on which campaigns count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from policies.choices import Per
from policies.days import day_of
from policies.limits import campaign_runs, period_number
from policies.rules import NEVER_DAY, records
from tests.kernel_rules import day, rule_of


def test_periods_change_when_the_calendar_does() -> None:
    """Every day of some years: a new week on Monday, a new month on the first, a new year on 1 January."""
    today = date(2023, 12, 1)
    for _ in range(900):
        next_day = today + timedelta(days=1)
        changed = {per: period_number(per, day_of(next_day)) - period_number(per, day_of(today)) for per in Per}
        assert changed[Per.DAY] == 1
        assert changed[Per.WEEK] == (next_day.weekday() == 0)
        assert changed[Per.MONTH] == (next_day.day == 1)
        assert changed[Per.YEAR] == (next_day.timetuple().tm_yday == 1)
        assert changed[Per.EVER] == 0
        today = next_day


CAMPAIGN = '[points]\nvalue = "0.01"\n[[campaigns]]\nname = "one"\npoints_factor = 2.0\n{}\n'


@pytest.mark.parametrize(
    ("keys", "on", "off"),
    [
        ("", "2027-01-01", None),
        ('on = "day 8 of month"', "2027-01-08", "2027-01-09"),
        ('on = "monday"', "2027-03-01", "2027-03-02"),
        ('on = "sunday"', "2027-02-28", "2027-03-01"),
        ('on = "birthday month"', "2027-05-31", "2027-06-01"),
        ("from = 2027-06-01\nthrough = 2027-06-18", "2027-06-01", "2027-05-31"),
        ("from = 2027-06-01\nthrough = 2027-06-18", "2027-06-18", "2027-06-19"),
        ('on = "day 8 of month"\nfrom = 2027-06-01', "2027-06-08", "2027-05-08"),
    ],
)
def test_the_days_of_a_campaign(keys: str, on: str, off: str | None) -> None:
    rule = rule_of(CAMPAIGN.format(keys))
    assert campaign_runs(rule, 0, day(on), 0, 5, 0, 0)
    if off:
        assert not campaign_runs(rule, 0, day(off), 0, 5, 0, 0)


def test_a_budget_closes_at_a_second() -> None:
    rules = records(1, rule_of(CAMPAIGN.format("")).dtype)
    rules[0] = rule_of(CAMPAIGN.format('budget = "5.00"'))
    rule = rules[0]
    assert rule.campaign_closed_day[0] == NEVER_DAY
    rule.campaign_closed_day[0], rule.campaign_closed_second[0] = 20_000, 500
    moments = [(19_999, 86_399), (20_000, 499), (20_000, 500), (20_001, 0)]
    assert [bool(campaign_runs(rule, 0, on, second, 0, 0, 0)) for on, second in moments] == [True, True, False, False]
