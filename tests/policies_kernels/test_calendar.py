"""Calendar kernels against the standard library, on every day of three centuries."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest

from policies.calendar import (
    add_months,
    add_period,
    after_period_end,
    civil_from_day,
    day_from_civil,
    days_in_month,
    month_index,
    year_of,
    year_start,
)
from policies.choices import Period, RoundTo
from policies.days import date_of, day_of
from tests.kernel_rules import date_text, day

FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)


def test_every_day_has_its_date() -> None:
    for number in range(day_of(FIRST), day_of(LAST) + 1):
        expected = FIRST + timedelta(days=number - day_of(FIRST))
        assert civil_from_day(number) == (expected.year, expected.month, expected.day)
        assert day_from_civil(expected.year, expected.month, expected.day) == number


def test_day_zero() -> None:
    assert day_of(date(1970, 1, 1)) == 0
    assert date_of(0) == date(1970, 1, 1)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "1600-02-29", "1969-12-31"])
def test_far_days(text: str) -> None:
    assert date_text(day_from_civil(*map(int, text.split("-")))) == text
    assert civil_from_day(day(text)) == tuple(map(int, text.split("-")))


def test_months_have_their_lengths() -> None:
    for year in (1900, 2000, 2023, 2024, 2100):
        for month in range(1, 13):
            assert days_in_month(year, month) == calendar.monthrange(year, month)[1]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-01-31", 2, "2024-03-31"),
        ("2024-01-31", 3, "2024-04-30"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2023-12-31", 2, "2024-02-29"),
        ("2023-12-15", 1, "2024-01-15"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-01-15", -1, "2023-12-15"),
        ("2024-01-15", -13, "2022-12-15"),
        ("2024-05-05", 0, "2024-05-05"),
        ("2099-11-30", 3, "2100-02-28"),
    ],
)
def test_months_are_clamped(start: str, months: int, end: str) -> None:
    assert date_text(add_months(day(start), months)) == end
    assert add_period(day(start), Period.MONTHS, months) == day(end)


def test_days_are_days() -> None:
    assert date_text(add_period(day("2023-03-01"), Period.DAYS, 365)) == "2024-02-29"


@pytest.mark.parametrize(
    ("last", "round_to", "expected"),
    [
        ("2024-02-29", RoundTo.NONE, "2024-02-29"),
        ("2024-02-01", RoundTo.MONTH, "2024-03-01"),
        ("2024-02-29", RoundTo.MONTH, "2024-03-01"),
        ("2024-12-31", RoundTo.MONTH, "2025-01-01"),
        ("2024-01-01", RoundTo.QUARTER, "2024-04-01"),
        ("2024-03-31", RoundTo.QUARTER, "2024-04-01"),
        ("2024-04-01", RoundTo.QUARTER, "2024-07-01"),
        ("2024-11-30", RoundTo.QUARTER, "2025-01-01"),
        ("2024-01-01", RoundTo.YEAR, "2025-01-01"),
        ("2024-12-31", RoundTo.YEAR, "2025-01-01"),
    ],
)
def test_first_day_after_a_period(last: str, round_to: RoundTo, expected: str) -> None:
    assert date_text(after_period_end(day(last), round_to)) == expected


def test_years_and_months_are_numbered() -> None:
    assert year_of(day("2027-12-31")) == 2027
    assert date_text(year_start(2028)) == "2028-01-01"
    assert month_index(day("2028-01-01")) - month_index(day("2027-12-31")) == 1
    assert month_index(day("2027-12-01")) == month_index(day("2027-12-31"))
