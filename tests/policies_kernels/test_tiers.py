"""Which tier is earned, kept and lost, and when it is looked at."""

from __future__ import annotations

import pytest

from policies.rules import NEVER_DAY
from policies.tiers import counts_until, level_after_miss, level_earned, next_anniversary, review_day, rise_day
from tests.kernel_rules import date_text, day, rule_of

TIERS = '[tiers]\nmetric = "growth"\nwindow = "{window}"\nvalidity = "{validity}"\ndowngrade = "{downgrade}"\n{levels}'


def tiers(window: str = "calendar_year", validity: str = "rest of year + 1 year", downgrade: str = "one_level"):
    """The rules of four tiers at 0, 100 (keep 80), 500 (keep 400) and 2000."""
    text = TIERS.format(window=window, validity=validity, downgrade=downgrade, levels="{levels}")
    # Where nobody falls, no threshold is kept to.
    levels = text if downgrade != "none" else text.replace("{levels}", NO_KEEP)
    return rule_of(levels)


NO_KEEP = """
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "silver"
enter = 100
[[tiers.level]]
name = "gold"
enter = 500
[[tiers.level]]
name = "diamond"
enter = 2000
"""


@pytest.mark.parametrize(
    ("amount", "level"), [(0, 0), (99, 0), (100, 1), (499, 1), (500, 2), (1_999, 2), (2_000, 3), (10**9, 3)]
)
def test_enter_at_the_threshold(amount: int, level: int) -> None:
    assert level_earned(tiers(), 0, amount) == level


@pytest.mark.parametrize(
    ("level", "amount", "none", "one_level", "to_earned"),
    [
        (2, 399, 2, 1, 1),
        (2, 99, 2, 1, 0),
        (2, 80, 2, 1, 0),  # enough to keep silver, not to enter it
        (3, 1_999, 3, 2, 2),  # keep is enter where the file says nothing
        (3, 450, 3, 2, 1),
        (3, 0, 3, 2, 0),
        (1, 79, 1, 0, 0),
    ],
)
def test_where_a_miss_lands(level: int, amount: int, none: int, one_level: int, to_earned: int) -> None:
    # Who has been that high has no easier way back here: re-entering takes as much as entering.
    found = [level_after_miss(tiers(downgrade=how), level, level, amount) for how in ("none", "one_level", "to_earned")]
    assert found == [none, one_level, to_earned]


@pytest.mark.parametrize(
    ("window", "validity", "reached", "review"),
    [
        ("calendar_year", "rest of year", "2027-05-10", "2028-01-01"),
        ("calendar_year", "rest of year", "2027-12-31", "2028-01-01"),
        ("calendar_year", "rest of year + 1 year", "2027-05-10", "2029-01-01"),
        ("calendar_year", "rest of year + 2 years", "2027-01-01", "2030-01-01"),
        ("calendar_year", "until review", "2027-05-10", "2028-01-01"),
        ("calendar_year", "12 months", "2028-02-29", "2029-02-28"),
        ("lifetime", "6 months", "2027-08-31", "2028-02-29"),
        ("rolling 3 months", "until review", "2027-11-30", "2028-02-29"),
        ("rolling 3 months", "2 years", "2027-11-30", "2029-11-30"),
    ],
)
def test_first_review(window: str, validity: str, reached: str, review: str) -> None:
    found = review_day(tiers(window, validity), day("2027-01-15"), 1, day(reached), day(reached))
    assert date_text(found) == review


@pytest.mark.parametrize(
    ("validity", "review", "following"),
    [
        ("rest of year + 1 year", "2029-01-01", "2030-01-01"),  # 2028 was judged, and 2029 is the year after it
        ("rest of year + 2 years", "2030-01-01", "2032-01-01"),
        ("rest of year", "2028-01-01", "2029-01-01"),  # never the same night again
        ("until review", "2028-01-01", "2029-01-01"),
        ("12 months", "2028-02-29", "2029-02-28"),
    ],
)
def test_next_review(validity: str, review: str, following: str) -> None:
    found = review_day(tiers(validity=validity), day("2027-01-15"), 1, day(review), day(review) - 1)
    assert date_text(found) == following


@pytest.mark.parametrize(("window", "level"), [("calendar_year", 0), ("lifetime", 3)])
def test_what_cannot_be_lost_is_not_reviewed(window: str, level: int) -> None:
    rule = tiers(window, "until review", "to_earned")
    assert review_day(rule, 0, level, day("2027-05-10"), day("2027-05-10")) == NEVER_DAY


def test_a_tier_that_nothing_threatens_today_has_a_review_ahead() -> None:
    """A later version of the policy may bring a downgrade: without a date nobody would ever be reviewed under it."""
    rule = tiers("calendar_year", "until review", "none")
    assert date_text(review_day(rule, 0, 3, day("2027-05-10"), day("2027-05-10"))) == "2028-01-01"
    assert level_after_miss(rule, 3, 3, 0) == 3


@pytest.mark.parametrize(
    ("window", "spent", "until"),
    [
        ("calendar_year", "2027-01-01", "2028-01-01"),
        ("calendar_year", "2027-12-31", "2028-01-01"),
        ("rolling 12 months", "2027-03-01", "2028-03-01"),
        ("rolling 12 months", "2028-02-29", "2029-02-28"),
        ("rolling 1 month", "2027-01-31", "2027-02-28"),
        ("rolling 45 days", "2027-01-31", "2027-03-17"),
        ("membership_year", "2027-02-27", "2027-02-28"),  # joined on 29 February 2024
        ("membership_year", "2027-02-28", "2028-02-29"),
    ],
)
def test_how_long_an_amount_counts(window: str, spent: str, until: str) -> None:
    assert date_text(counts_until(tiers(window), day("2024-02-29"), day(spent))) == until


def test_for_life_is_for_ever() -> None:
    assert counts_until(tiers("lifetime"), 0, day("2027-03-01")) == NEVER_DAY


@pytest.mark.parametrize(
    ("joined", "today", "following"),
    [
        ("2024-02-29", "2024-02-29", "2025-02-28"),
        ("2024-02-29", "2027-12-31", "2028-02-29"),
        ("2027-01-01", "2027-12-31", "2028-01-01"),
        ("2027-06-15", "2028-06-14", "2028-06-15"),
    ],
)
def test_anniversaries(joined: str, today: str, following: str) -> None:
    assert date_text(next_anniversary(day(joined), day(today))) == following


@pytest.mark.parametrize(
    ("upgrade", "night"), [("daily", "2027-12-11"), ("month_end", "2028-01-01"), ("window_end", "2028-01-01")]
)
def test_the_night_of_a_rise(upgrade: str, night: str) -> None:
    rule = rule_of(f'[tiers]\nmetric = "spend"\nwindow = "calendar_year"\nupgrade = "{upgrade}"\n{{levels}}')
    assert date_text(rise_day(rule, 0, day("2027-12-10"))) == night


def test_who_has_held_a_tier_comes_back_by_its_own_threshold_and_invited_ones_are_not_earned() -> None:
    rule = rule_of(
        '[join]\ninvite_tiers = ["black"]\n[tiers]\nmetric = "orders"\n'
        '[[tiers.level]]\nname = "basic"\nenter = 0\n'
        '[[tiers.level]]\nname = "gold"\nenter = 10\nre_enter = 6\n'
        '[[tiers.level]]\nname = "black"\nenter = 20\n'
    )
    assert [level_earned(rule, 0, amount) for amount in (6, 9, 10, 99)] == [0, 0, 1, 1]
    assert [level_earned(rule, 1, amount) for amount in (5, 6, 99)] == [0, 1, 1]
