"""Kinds of values about how much and how often: limits, streaks, rounding, waiting, fading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from policies.amounts import read_money
from policies.choices import Per, Period, Rounding, RoundPer
from policies.errors import Refusal, Words, nearest, says
from policies.periods import Length, Span, length_text
from policies.rules import STREAKS_MOST
from policies.values import Count, Kind, Setting, decimal_text, nothing, out_of_range, quoted, shifted

_OFTEN = 1_000_000


class Limit(NamedTuple):
    """So many times in a period."""

    count: int
    per: Per


class Pending(NamedTuple):
    """How long points wait: so many days, or until the order is delivered."""

    days: int
    until_delivered: bool


class RoundingRule(NamedTuple):
    """How a fraction of a point is rounded, and what is rounded once.

    ``block``: minor units; the base counts in full blocks of so much. None: proportionally.
    """

    how: Rounding
    per: RoundPer
    block: int | None


class Decay(NamedTuple):
    """The share that is lost (basis points) every so many months."""

    bp: int
    months: int


_PERIODS = {
    "per day": (Per.DAY, Words("a day", "每天")),
    "per week": (Per.WEEK, Words("a week", "每周")),
    "per month": (Per.MONTH, Words("a month", "每月")),
    "per year": (Per.YEAR, Words("a year", "每年")),
    "ever": (Per.EVER, Words("in all", "总共")),
}


class LimitKind(Kind):
    """``"3 per month"``, ``"5 ever"`` or ``"none"``."""

    widget: ClassVar[str] = "limit"
    legal = ("1 per day", "2 per week", "3 per month", "10 per year", "5 ever", "none")

    def read(self, value: Any, setting: Setting) -> Limit | None:
        if value == "none":
            return None
        rule = says("must be a limit: {legal}", "必须是次数上限，写作 {legal}", legal=self.limits())
        if not isinstance(value, str):
            raise Refusal(says("{rule}, in quotes", "{rule}，并带引号", rule=rule))
        match = re.fullmatch(r"([0-9]{1,7}) (per day|per week|per month|per year|ever)", value)
        if not match:
            raise Refusal(rule, quoted(nearest(value, self.legal)))
        if not 1 <= int(match[1]) <= _OFTEN:
            raise Refusal(says("must be from 1 to {most:,} times", "次数应为 1 到 {most:,}", most=_OFTEN))
        return Limit(int(match[1]), _PERIODS[match[2]][0])

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if resolved is None:
            return nothing(language)
        words = next(each for per, each in _PERIODS.values() if per == resolved.per)
        if language == "zh":
            return f"{words.zh} {resolved.count:,} 次"
        return f"{'once' if resolved.count == 1 else f'{resolved.count:,} times'} {words.en}"

    def limits(self) -> Words:
        return says(
            '"N per day", "N per week", "N per month", "N per year", "N ever" or "none"',
            '"N per day"、"N per week"、"N per month"、"N per year"、"N ever" 或 "none"',
        )


class StreakKind(Kind):
    """Lengths of a streak in days and the points they bring: ``{ 7 = 10, 30 = 50 }``; resolves to sorted pairs."""

    widget: ClassVar[str] = "pairs"
    is_map: ClassVar[bool] = True
    longest = 3_650

    def read(self, value: Any, setting: Setting) -> tuple[tuple[int, int], ...]:
        if not isinstance(value, dict):
            raise Refusal(says("must be a table of days and points", "必须是由天数和积分组成的表"))
        if len(value) > STREAKS_MOST:
            raise Refusal(says("must not hold more than {most} streaks", "不能超过 {most} 档", most=STREAKS_MOST))
        pairs = [(self._days(key), Count(1, _OFTEN).read(points, setting)) for key, points in value.items()]
        if len({days for days, _ in pairs}) < len(pairs):
            raise Refusal(says("must not name a length twice", "同一天数不能写两次"))
        return tuple(sorted(pairs))

    def _days(self, key: str) -> int:
        if not re.fullmatch(r"[0-9]{1,4}", key) or not 1 <= int(key) <= self.longest:
            rule = says(
                "must name each streak by its days, from 1 to {most:,}",
                "每档须写明天数，1 到 {most:,}",
                most=self.longest,
            )
            raise Refusal(rule)
        return int(key)

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if language == "zh":
            return "，".join(f"连续 {days} 天 {points:,} 积分" for days, points in resolved) or nothing(language)
        return ", ".join(f"{points:,} points after {days} days" for days, points in resolved) or nothing(language)

    def limits(self) -> Words:
        return says(
            "up to {most} lengths from 1 to {longest:,} days, each with its points",
            "最多 {most} 档，每档 1 到 {longest:,} 天及其积分",
            most=STREAKS_MOST,
            longest=self.longest,
        )


class RoundingKind(Kind):
    """``"floor per order"`` and its like, or ``"block 10.00"``."""

    widget: ClassVar[str] = "rounding"
    hows: ClassVar[dict[str, tuple[Rounding, Words]]] = {
        "floor": (Rounding.FLOOR, Words("rounded down", "向下取整")),
        "half_up": (Rounding.HALF_UP, Words("rounded half up", "四舍五入")),
        "ceil": (Rounding.CEIL, Words("rounded up", "向上取整")),
    }
    pers: ClassVar[dict[str, tuple[RoundPer, Words]]] = {
        "order": (RoundPer.ORDER, Words("once an order", "按单")),
        "rule": (RoundPer.RULE, Words("once for each rule", "按规则")),
        "line": (RoundPer.LINE, Words("once for each line", "按行")),
    }

    def read(self, value: Any, setting: Setting) -> RoundingRule:
        rule = says("must be {legal}", "应写作 {legal}", legal=self.limits())
        if not isinstance(value, str):
            raise Refusal(says("{rule}, in quotes", "{rule}，并带引号", rule=rule))
        if value.startswith("block "):
            block = read_money(value.removeprefix("block "), setting.currency.decimals, setting.currency)
            if not block:
                raise Refusal(says("must be a block of more than zero", "每档金额必须大于零"))
            return RoundingRule(Rounding.FLOOR, RoundPer.RULE, block)
        how, _, per = value.partition(" per ")
        if how not in self.hows or per not in self.pers:
            legal = [f"{each} per {unit}" for each in self.hows for unit in self.pers]
            raise Refusal(rule, quoted(nearest(value, legal)))
        return RoundingRule(self.hows[how][0], self.pers[per][0], None)

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if resolved.block is not None:
            block = setting.currency.text(resolved.block, language)
            return f"每满 {block}计算一次" if language == "zh" else f"counted for every full {block}"
        how = next(words for each, words in self.hows.values() if each == resolved.how)
        per = next(words for each, words in self.pers.values() if each == resolved.per)
        return f"{per.zh}{how.zh}" if language == "zh" else f"{how.en}, {per.en}"

    def limits(self) -> Words:
        return says(
            '"floor", "half_up" or "ceil", each "per order", "per rule" or "per line"; or "block 10.00"',
            '"floor"、"half_up" 或 "ceil"，后接 "per order"、"per rule" 或 "per line"；或 "block 10.00"',
        )


@dataclass(frozen=True)
class PendingKind(Kind):
    """``"7 days"`` or ``"until_delivered"``."""

    widget: ClassVar[str] = "pending"
    span: ClassVar[Span] = Span(("day",), 0, largest_days=3650)

    def read(self, value: Any, setting: Setting) -> Pending:
        if value == "until_delivered":
            return Pending(0, True)
        try:
            return Pending(self.span.read(value, setting).count, False)
        except Refusal as refusal:
            guess = refusal.guess
            if isinstance(value, str):
                guess = guess or quoted(nearest(value, ["until_delivered"]))
            rule = says('{rule}, or "until_delivered"', '{rule}，或 "until_delivered"', rule=refusal.words)
            raise Refusal(rule, guess) from None

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if resolved.until_delivered:
            return "订单送达" if language == "zh" else "the delivery of the order"
        return length_text(Length(resolved.days, Period.DAYS), language)

    def limits(self) -> Words:
        return says('{days}, or "until_delivered"', '{days}，或 "until_delivered"', days=self.span.limits())


class DecayKind(Kind):
    """``"10 % per month"``, ``"20 % per year"`` or ``"none"``."""

    widget: ClassVar[str] = "decay"
    months: ClassVar[dict[str, int]] = {"month": 1, "year": 12}

    def read(self, value: Any, setting: Setting) -> Decay | None:
        if value == "none":
            return None
        rule = says("must be {legal}", "应写作 {legal}", legal=self.limits())
        if not isinstance(value, str):
            raise Refusal(says("{rule}, in quotes", "{rule}，并带引号", rule=rule))
        match = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,2})?) ?% per (month|year)", value)
        if not match:
            raise Refusal(rule, quoted(nearest(value, ["10 % per month", "20 % per year", "none"])))
        bp = shifted(Decimal(match[1]), 2)
        if not 1 <= bp <= 10_000:
            raise Refusal(out_of_range(says("more than 0 and at most 100 %", "大于 0 且不超过 100%")))
        return Decay(bp, self.months[match[2]])

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if resolved is None:
            return nothing(language)
        share = decimal_text(resolved.bp, 2)
        if language == "zh":
            return f"每{'月' if resolved.months == 1 else '年'} {share} %"
        return f"{share} % a {'month' if resolved.months == 1 else 'year'}"

    def limits(self) -> Words:
        return says('"N % per month", "N % per year" or "none"', '"N % per month"、"N % per year" 或 "none"')
