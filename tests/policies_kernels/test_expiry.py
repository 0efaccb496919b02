"""First days of use and of death."""

from __future__ import annotations

import pytest

from policies.expiry import active_day, dead_day, has_inactivity, inactive_day
from policies.rules import NEVER_DAY
from tests.kernel_rules import date_text, day, rule_of

LOT = '[points]\nvalue = "0.01"\n[points.expiry]\nmode = "lot"\nlife = "{life}"\nround = "{round}"\n'
WIPE = '[points]\nvalue = "0.01"\n[points.expiry]\nmode = "fixed_dates"\ndates = {dates}\nyears_after = {years}\n'


@pytest.mark.parametrize(
    ("earned", "days_365", "months_12", "then_month_end", "end_of_next_year"),
    [
        ("2023-03-01", "2024-02-29", "2024-03-01", "2024-04-01", "2025-01-01"),
        ("2024-02-29", "2025-02-28", "2025-02-28", "2025-03-01", "2026-01-01"),
        ("2023-12-31", "2024-12-30", "2024-12-31", "2025-01-01", "2025-01-01"),
        ("2024-01-31", "2025-01-30", "2025-01-31", "2025-02-01", "2026-01-01"),
    ],
)
def test_one_year_four_ways(
    earned: str, days_365: str, months_12: str, then_month_end: str, end_of_next_year: str
) -> None:
    rules = [
        LOT.format(life="365 days", round="none"),
        LOT.format(life="12 months", round="none"),
        LOT.format(life="12 months", round="month_end"),
        LOT.format(life="12 months", round="year_end"),
    ]
    found = [date_text(dead_day(rule_of(text), day(earned), day(earned))) for text in rules]
    assert found == [days_365, months_12, then_month_end, end_of_next_year]


@pytest.mark.parametrize(
    ("round_to", "dead"),
    [("none", "2027-05-15"), ("month_end", "2027-06-01"), ("quarter_end", "2027-07-01"), ("year_end", "2028-01-01")],
)
def test_rounded_to(round_to: str, dead: str) -> None:
    rule = rule_of(LOT.format(life="3 months", round=round_to))
    assert date_text(dead_day(rule, day("2027-02-15"), day("2027-02-15"))) == dead


@pytest.mark.parametrize(
    ("dates", "years", "earned", "dead"),
    [
        ('["12-31"]', 0, "2027-01-01", "2028-01-01"),
        ('["12-31"]', 0, "2027-12-31", "2028-01-01"),  # earned on the day, dead the next
        ('["12-31"]', 1, "2027-12-31", "2029-01-01"),
        ('["06-30", "12-31"]', 0, "2027-06-30", "2027-07-01"),
        ('["06-30", "12-31"]', 0, "2027-07-01", "2028-01-01"),
        ('["03-31"]', 0, "2027-04-01", "2028-04-01"),
        ('["02-29"]', 0, "2027-02-28", "2027-03-01"),  # the last day of February
        ('["02-29"]', 0, "2028-02-29", "2028-03-01"),
        ('["02-29"]', 1, "2027-02-01", "2028-03-01"),
    ],
)
def test_fixed_dates(dates: str, years: int, earned: str, dead: str) -> None:
    assert date_text(dead_day(rule_of(WIPE.format(dates=dates, years=years)), day(earned), day(earned))) == dead


def test_never() -> None:
    assert dead_day(rule_of('[points]\nvalue = "0.01"\n'), day("2027-01-01"), day("2027-01-01")) == NEVER_DAY


@pytest.mark.parametrize(("pending", "first"), [("0 days", "2027-01-30"), ("7 days", "2027-02-06")])
def test_first_day_of_use(pending: str, first: str) -> None:
    rule = rule_of(f'[points]\nvalue = "0.01"\npending = "{pending}"\n')
    assert date_text(active_day(rule, day("2027-01-30"))) == first


@pytest.mark.parametrize(("life_from", "dead"), [("earning", "2027-03-01"), ("activation", "2027-03-11")])
def test_a_life_from_earning_or_from_activation(life_from: str, dead: str) -> None:
    text = f'[points]\nvalue = "0.01"\n[points.expiry]\nmode = "lot"\nlife = "1 month"\nlife_from = "{life_from}"\n'
    assert date_text(dead_day(rule_of(text), day("2027-02-01"), day("2027-02-11"))) == dead


def test_points_that_wait_for_delivery() -> None:
    text = '[points]\nvalue = "0.01"\npending = "until_delivered"\n[points.expiry]\nmode = "lot"\nlife = "1 month"\n'
    waiting = active_day(rule_of(text), day("2027-02-01"))
    assert waiting == NEVER_DAY
    assert date_text(dead_day(rule_of(text), day("2027-02-01"), waiting)) == "2027-03-01"
    anew = rule_of(text + 'life_from = "activation"\n')
    assert dead_day(anew, day("2027-02-01"), waiting) == NEVER_DAY


@pytest.mark.parametrize(("mode", "dies"), [("never", False), ("inactivity", True), ("lot_and_inactivity", True)])
def test_the_end_for_want_of_activity(mode: str, dies: bool) -> None:
    keys = {
        "never": "",
        "inactivity": 'inactivity = "1 month"',
        "lot_and_inactivity": 'inactivity = "1 month"\nlife = "1 year"',
    }
    rule = rule_of(f'[points]\nvalue = "0.01"\n[points.expiry]\nmode = "{mode}"\n{keys[mode]}\n')
    assert bool(has_inactivity(rule)) is dies
    if dies:
        assert date_text(inactive_day(rule, day("2027-01-31"))) == "2027-02-28"
