"""Kinds of values that are about time: lengths, windows, dates of the year, time zones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from policies.choices import Period, Validity, Window
from policies.errors import Refusal, Words, both, either, nearest, says
from policies.rules import DATES_MOST
from policies.values import Kind, Setting, out_of_range, quoted

_ANY_LEAP_YEAR = 2000


class Length(NamedTuple):
    """A length of time: so many days or so many calendar months."""

    count: int
    unit: Period


class TierWindow(NamedTuple):
    """Over which time a tier counts; ``count``: months or days of a window that rolls, else 0."""

    kind: Window
    count: int


class TierValidity(NamedTuple):
    """How long a tier is kept: so many years after the year of reaching it, or so many months."""

    kind: Validity
    count: int


class Word(NamedTuple):
    """A word that stands for a length of time. Without ``says`` it reads as that length."""

    spelling: str
    resolved: Length | None
    says: Words | None = None


_PERIOD = re.compile(r"([0-9]{1,6}) (day|month|quarter|year)s?")
_MONTHS_IN_YEAR = 12
_MONTHS = {"month": 1, "quarter": 3, "year": _MONTHS_IN_YEAR}


def _period_words(count: int, unit: str, language: str) -> str:
    if language == "zh":
        return f"{count:,} " + {"day": "天", "month": "个月", "year": "年"}[unit]
    return f"{count:,} {unit}" + ("" if count == 1 else "s")


def length_text(length: Length, language: str = "en") -> str:
    """A length of time for a reader; whole years as years."""
    if length.unit == Period.DAYS:
        return _period_words(length.count, "day", language)
    years, months = divmod(length.count, _MONTHS_IN_YEAR)
    return (
        _period_words(years, "year", language)
        if years and not months
        else _period_words(length.count, "month", language)
    )


@dataclass(frozen=True)
class Span(Kind):
    """A quoted length of time such as ``"12 months"``; quarters and years resolve to months."""

    widget: ClassVar[str] = "period"
    units: tuple[str, ...]
    smallest: int
    largest_days: int = 36_500
    largest_months: int = 1_200
    words: tuple[Word, ...] = ()
    """Legal beside lengths."""

    def read(self, value: Any, setting: Setting) -> Length | None:
        for word in self.words:
            if value == word.spelling:
                return word.resolved
        legal = either([*(f'"N {unit}s"' for unit in self.units), *(f'"{word.spelling}"' for word in self.words)])
        if not isinstance(value, str):
            raise Refusal(
                says("must be a length of time in quotes: {legal}", "必须是带引号的时长，写作 {legal}", legal=legal)
            )
        match = _PERIOD.fullmatch(value)
        if not match or match[2] not in self.units:
            rule = says("must be a length of time: {legal}", "必须是时长，写作 {legal}", legal=legal)
            raise Refusal(rule, self._guess(value))
        count = int(match[1]) * _MONTHS.get(match[2], 1)
        unit = Period.DAYS if match[2] == "day" else Period.MONTHS
        if not self.smallest <= count <= (self.largest_days if unit == Period.DAYS else self.largest_months):
            raise Refusal(out_of_range(self._lengths()))
        return Length(count, unit)

    def _guess(self, value: str) -> str:
        """The nearest correct spelling, with the number that stands there."""
        number = re.search(r"[0-9]+", value)
        if not number:
            return quoted(nearest(value, [word.spelling for word in self.words]))
        guess = nearest(re.sub(r"[0-9]+", "N", value), [f"N {unit}s" for unit in self.units])
        return f'"{guess.replace("N", number[0])}"' if guess and len(number[0]) <= 6 else ""

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        told = next((word.says for word in self.words if word.says and word.resolved == resolved), None)
        return told.text(language) if told else length_text(resolved, language)

    def limits(self) -> Words:
        limits = self._lengths()
        if not self.words:
            return limits
        also = " | ".join(f'"{word.spelling}"' for word in self.words)
        return says("{limits}; or {also}", "{limits}；或 {also}", limits=limits, also=also)

    def _lengths(self) -> Words:
        def words(unit: str, most: int) -> Words:
            ends = [both(lambda language, n=n: _period_words(n, unit, language)) for n in (self.smallest, most)]
            return says("from {least} to {most}", "{least}到 {most}", least=ends[0], most=ends[1])

        days, months = words("day", self.largest_days), words("month", self.largest_months)
        if "month" not in self.units:
            return days
        if "day" not in self.units:
            return months
        return says("{days} or {months}", "{days}，或 {months}", days=days, months=months)


NO_LENGTH = Word("none", None, Words("none", "无"))
"""The length of something that does not end, or is not there."""

_LARGEST_COUNT = 1_200
_LARGEST_DAYS = 36_500


class WindowKind(Kind):
    """``"lifetime"``, ``"calendar_year"``, ``"membership_year"``, ``"rolling N months"`` or ``"rolling N days"``."""

    widget: ClassVar[str] = "window"
    legal = ("lifetime", "calendar_year", "membership_year", "rolling 12 months", "rolling 365 days")
    words: ClassVar[dict[str, tuple[Window, Words]]] = {
        "lifetime": (Window.LIFETIME, Words("the whole membership", "入会以来的全部时间")),
        "calendar_year": (Window.CALENDAR_YEAR, Words("the calendar year", "自然年")),
        "membership_year": (Window.MEMBERSHIP_YEAR, Words("the year of membership", "会籍年")),
    }

    def read(self, value: Any, setting: Setting) -> TierWindow:
        rule = says(
            'must be "lifetime", "calendar_year", "membership_year", "rolling N months" or "rolling N days"',
            '必须是 "lifetime"、"calendar_year"、"membership_year"、"rolling N months" 或 "rolling N days"',
        )
        if not isinstance(value, str):
            raise Refusal(rule)
        if value in self.words:
            return TierWindow(self.words[value][0], 0)
        match = re.fullmatch(r"rolling ([0-9]{1,6}) (month|day)s?", value)
        if not match:
            guess = nearest(value, self.legal)
            raise Refusal(rule, quoted(guess))
        if match[2] == "day":
            if not 1 <= int(match[1]) <= _LARGEST_DAYS:
                raise Refusal(
                    says("must roll over 1 to {most:,} days", "滚动周期应为 1 到 {most:,} 天", most=_LARGEST_DAYS)
                )
            return TierWindow(Window.ROLLING_DAYS, int(match[1]))
        if not 1 <= int(match[1]) <= _LARGEST_COUNT:
            raise Refusal(
                says("must roll over 1 to {most:,} months", "滚动周期应为 1 到 {most:,} 个月", most=_LARGEST_COUNT)
            )
        return TierWindow(Window.ROLLING_MONTHS, int(match[1]))

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        for kind, words in self.words.values():
            if resolved.kind == kind:
                return words.text(language)
        unit = "day" if resolved.kind == Window.ROLLING_DAYS else "month"
        length = _period_words(resolved.count, unit, language)
        return f"最近 {length}" if language == "zh" else f"the last {length}"

    def limits(self) -> Words:
        return says(
            "lifetime | calendar_year | membership_year | rolling N months, N from 1 to {most:,} | rolling N days, "
            "N from 1 to {days:,}",
            "lifetime | calendar_year | membership_year | rolling N months，N 为 1 到 {most:,} | rolling N days，"
            "N 为 1 到 {days:,}",
            most=_LARGEST_COUNT,
            days=_LARGEST_DAYS,
        )


class ValidityKind(Kind):
    """``"until review"``, ``"rest of year"``, ``"rest of year + N years"``, ``"N months"`` or ``"N years"``."""

    widget: ClassVar[str] = "validity"
    legal = ("until review", "rest of year", "rest of year + 1 year", "12 months", "2 years")

    def read(self, value: Any, setting: Setting) -> TierValidity:
        rule = says(
            'must be "until review", "rest of year", "rest of year + N years", "N months" or "N years"',
            '必须是 "until review"、"rest of year"、"rest of year + N years"、"N months" 或 "N years"',
        )
        if not isinstance(value, str):
            raise Refusal(rule)
        if value == "until review":
            return TierValidity(Validity.UNTIL_REVIEW, 0)
        if value == "rest of year":
            return TierValidity(Validity.YEAR_END, 0)
        match = re.fullmatch(r"(rest of year \+ )?([0-9]{1,6}) (month|year)s?", value)
        if not match or (match[1] and match[3] == "month"):
            guess = nearest(value, self.legal)
            raise Refusal(rule, quoted(guess))
        count = int(match[2]) * (_MONTHS_IN_YEAR if match[3] == "year" and not match[1] else 1)
        if not 1 <= count <= (_LARGEST_COUNT // _MONTHS_IN_YEAR if match[1] else _LARGEST_COUNT):
            raise Refusal(
                says("must last from 1 to {most:,} months", "有效期应为 1 到 {most:,} 个月", most=_LARGEST_COUNT)
            )
        return TierValidity(Validity.YEAR_END if match[1] else Validity.MONTHS, count)

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        zh = language == "zh"
        if resolved.kind == Validity.UNTIL_REVIEW:
            return "到下次评定为止" if zh else "until the next review"
        if resolved.kind == Validity.MONTHS:
            return length_text(Length(resolved.count, Period.MONTHS), language)
        if not resolved.count:
            return "到当年年底" if zh else "the rest of the year"
        years = _period_words(resolved.count, "year", language)
        return f"到当年年底再加 {years}" if zh else f"the rest of the year plus {years}"

    def limits(self) -> str:
        return "until review | rest of year | rest of year + N years | N months | N years"


class AnnualDates(Kind):
    """Dates of every year, ``["06-30", "12-31"]``; resolves to sorted (month, day) pairs."""

    widget: ClassVar[str] = "dates"
    unread: ClassVar[tuple[()]] = ()

    def read(self, value: Any, setting: Setting) -> tuple[tuple[int, int], ...]:
        if not isinstance(value, list) or not value:
            raise Refusal(
                says("must be a list of dates of the year, month first", "必须是每年日期的列表，先写月份再写日")
            )
        if len(value) > DATES_MOST:
            raise Refusal(says("must not hold more than {most} dates", "不能超过 {most} 个日期", most=DATES_MOST))
        found = sorted(self._read_one(each) for each in value)
        if len(set(found)) < len(found):
            raise Refusal(says("must not name a date twice", "同一日期不能写两次"))
        return tuple(found)

    @staticmethod
    def _read_one(value: Any) -> tuple[int, int]:
        match = re.fullmatch(r"([0-9]{2})-([0-9]{2})", value) if isinstance(value, str) else None
        try:
            if match:
                day = date(_ANY_LEAP_YEAR, int(match[1]), int(match[2]))
                return day.month, day.day
        except ValueError:
            pass  # a 31 June or a month 13: the same refusal as for any other text
        raise Refusal(
            says("must hold dates of the year as quoted month and day", "只能含有真实的日期，写成带引号的月-日")
        )

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        return ", ".join(f"{month:02d}-{day:02d}" for month, day in resolved)

    def limits(self) -> Words:
        return says(
            '1 to {most} dates from "01-01" to "12-31"',
            '1 到 {most} 个日期，从 "01-01" 到 "12-31"',
            most=DATES_MOST,
        )


class TimeZone(Kind):
    """An IANA time zone."""

    widget: ClassVar[str] = "time_zone"

    def read(self, value: Any, setting: Setting) -> str:
        rule = says("must be a time zone of the IANA list", "必须是 IANA 时区列表中的时区")
        if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_+/-]+", value):
            try:
                return ZoneInfo(value).key
            except (OSError, KeyError, ValueError):
                guess = nearest(value, available_timezones())
                raise Refusal(rule, quoted(guess)) from None
        raise Refusal(says("{rule}, in quotes", "{rule}，并带引号", rule=rule))

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        return str(resolved)

    def limits(self) -> Words:
        return says("IANA time zones", "IANA 时区")
