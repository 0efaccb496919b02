"""Kinds of values about certain days: dates, counted days, and the days of a campaign."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, NamedTuple

from policies.choices import CampaignDays, Period
from policies.errors import Refusal, Words, nearest, says
from policies.periods import Length, Span, length_text
from policies.values import Kind, Setting, nothing, or_nothing, quoted

_WEEKDAYS = {
    "monday": "周一",
    "tuesday": "周二",
    "wednesday": "周三",
    "thursday": "周四",
    "friday": "周五",
    "saturday": "周六",
    "sunday": "周日",
}
_LONGEST_MONTH = 31


class CampaignOn(NamedTuple):
    """On which days of its time a campaign counts; ``number``: the day of the month, or of the week from Monday 0."""

    days: CampaignDays
    number: int


class CampaignKind(Kind):
    """``"day 8 of month"``, ``"saturday"``, ``"birthday month"`` or ``"every day"``."""

    widget: ClassVar[str] = "campaign_days"
    legal = ("every day", "day 8 of month", *_WEEKDAYS, "birthday month")

    def read(self, value: Any, setting: Setting) -> CampaignOn:
        rule = says("must be {legal}", "应写作 {legal}", legal=self.limits())
        if not isinstance(value, str):
            raise Refusal(says("{rule}, in quotes", "{rule}，并带引号", rule=rule))
        if value == "every day":
            return CampaignOn(CampaignDays.ALL, 0)
        if value == "birthday month":
            return CampaignOn(CampaignDays.BIRTHDAY_MONTH, 0)
        if value in _WEEKDAYS:
            return CampaignOn(CampaignDays.WEEKDAY, list(_WEEKDAYS).index(value))
        match = re.fullmatch(r"day ([0-9]{1,2}) of month", value)
        if not match or not 1 <= int(match[1]) <= _LONGEST_MONTH:
            raise Refusal(rule, "" if match else quoted(nearest(value, self.legal)))
        return CampaignOn(CampaignDays.DAY_OF_MONTH, int(match[1]))

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        zh = language == "zh"
        match resolved.days:
            case CampaignDays.ALL:
                return "每天" if zh else "every day"
            case CampaignDays.BIRTHDAY_MONTH:
                return "生日当月" if zh else "in the month of the birthday"
            case CampaignDays.WEEKDAY:
                name, name_zh = list(_WEEKDAYS.items())[resolved.number]
                return f"每{name_zh}" if zh else f"every {name.capitalize()}"
            case _:
                return f"每月 {resolved.number} 日" if zh else f"on day {resolved.number} of the month"

    def limits(self) -> Words:
        return says(
            '"day N of month" (N from 1 to 31), a day of the week such as "saturday", "birthday month" or "every day"',
            '"day N of month"（N 为 1 到 31）、星期名称（如 "saturday"）、"birthday month" 或 "every day"',
        )


@dataclass(frozen=True)
class Day(Kind):
    """A date as TOML spells it, without quotes. ``or_none``: ``"none"`` is legal too, and resolves to None."""

    widget: ClassVar[str] = "date"
    or_none: bool = False
    first = date(1970, 1, 1)
    last = date(2199, 12, 31)

    def read(self, value: Any, setting: Setting) -> date | None:
        if self.or_none and value == "none":
            return None
        if type(value) is not date:
            raise Refusal(
                says("must be a date without quotes, year first", "必须是不带引号的日期，先写年份"),
                value if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else "",
            )
        if not self.first <= value <= self.last:
            raise Refusal(says("must be {limits}", "超出范围，应为 {limits}", limits=self.limits()))
        return value

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        return nothing(language) if resolved is None else resolved.isoformat()

    def limits(self) -> Words:
        limits = says("from {first} to {last}", "{first} 到 {last}", first=self.first, last=self.last)
        return or_nothing(limits) if self.or_none else limits


@dataclass(frozen=True)
class Days(Kind):
    """``"30 days"``, or one of a few words that stand for a number; resolves to a number."""

    widget: ClassVar[str] = "days"
    words: tuple[tuple[str, int, Words], ...]
    span: ClassVar[Span] = Span(("day",), 1)

    def read(self, value: Any, setting: Setting) -> int:
        for spelling, number, _ in self.words:
            if value == spelling:
                return number
        try:
            return self.span.read(value, setting).count
        except Refusal as refusal:
            spellings = [spelling for spelling, _, _ in self.words]
            guess = refusal.guess or (quoted(nearest(value, spellings)) if isinstance(value, str) else "")
            also = " | ".join(f'"{each}"' for each in spellings)
            raise Refusal(
                says("{rule}; or {also}", "{rule}；或 {also}", rule=refusal.words, also=also), guess
            ) from None

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        for _, number, says_it in self.words:
            if resolved == number:
                return says_it.text(language)
        return length_text(Length(resolved, Period.DAYS), language)

    def limits(self) -> Words:
        also = " | ".join(f'"{spelling}"' for spelling, _, _ in self.words)
        return says("{days}; or {also}", "{days}；或 {also}", days=self.span.limits(), also=also)
