"""Kinds of values that are given away: lists of gifts, and what a reward or a turn of the wheel brings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from policies.choices import Item, Metric, Prize
from policies.errors import Refusal, Words, nearest, says
from policies.values import Kind, Setting, nothing, quoted

_LARGEST_GIFT = 10**9
_LONGEST_LIST = 20


class Gift(NamedTuple):
    """So many points, so much growth, or the coupon of that code."""

    kind: Item
    number: int | str


class RewardKind(NamedTuple):
    """What is handed over; for a coupon, its code."""

    prize: Prize
    coupon: str | None


_COUPON = re.compile(r"coupon:(\w(?:[\w -]{0,38}\w)?)")
_AMOUNT = re.compile(r"(points|growth):([0-9]{1,10})")
_ITEMS = {"points": Item.POINTS, "growth": Item.GROWTH}


class GiftList(Kind):
    """A list of gifts such as ``["coupon:welcome", "points:500"]``; resolves to gifts in order."""

    widget: ClassVar[str] = "gifts"

    def read(self, value: Any, setting: Setting) -> tuple[Gift, ...]:
        if not isinstance(value, list):
            raise Refusal(says("must be a list of gifts in brackets", "必须是方括号内的赠品列表"))
        if len(value) > _LONGEST_LIST:
            raise Refusal(says("must not hold more than {most} gifts", "不能超过 {most} 件赠品", most=_LONGEST_LIST))
        return tuple(self._read_one(each, setting) for each in value)

    @staticmethod
    def _read_one(value: Any, setting: Setting) -> Gift:
        rule = says(
            'must hold gifts, each spelled "coupon:CODE", "points:N" or "growth:N"',
            '只能含有赠品，写作 "coupon:CODE"、"points:N" 或 "growth:N"',
        )
        if not isinstance(value, str):
            raise Refusal(says("{rule}, in quotes", "{rule}，并带引号", rule=rule))
        if coupon := _COUPON.fullmatch(value):
            return Gift(Item.COUPON, coupon[1])
        amount = _AMOUNT.fullmatch(value)
        if not amount:
            word, mark, rest = value.partition(":")
            guess = nearest(word, ["coupon", "points", "growth"]) if mark else ""
            raise Refusal(rule, quoted(f"{guess}:{rest}") if guess and rest and guess != word else "")
        kind, number = _ITEMS[amount[1]], int(amount[2])
        if not 1 <= number <= _LARGEST_GIFT:
            raise Refusal(says("must give from 1 to {most:,}", "数量应为 1 到 {most:,}", most=_LARGEST_GIFT))
        if kind == Item.GROWTH and setting.metric != Metric.GROWTH:
            raise Refusal(
                says("must not give growth: the tiers do not count it", "不能赠送成长值，因为等级不按成长值计算")
            )
        return Gift(kind, number)

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        words = [_gift_text(gift, language) for gift in resolved]
        return ("、" if language == "zh" else ", ").join(words) or nothing(language)

    def limits(self) -> Words:
        return says(
            'up to {most} of "coupon:CODE", "points:N", "growth:N"',
            '最多 {most} 件："coupon:CODE"、"points:N"、"growth:N"',
            most=_LONGEST_LIST,
        )


def _gift_text(gift: Gift, language: str) -> str:
    if gift.kind == Item.COUPON:
        return f"优惠券 {gift.number}" if language == "zh" else f"coupon {gift.number}"
    if gift.kind == Item.POINTS:
        return f"{gift.number:,} 积分" if language == "zh" else f"{gift.number:,} points"
    return f"{gift.number:,} 成长值" if language == "zh" else f"{gift.number:,} growth"


_PRIZES = {
    "nothing": (Prize.NOTHING, Words("nothing", "未中奖")),
    "points": (Prize.POINTS, Words("points", "积分")),
    "goods": (Prize.GOODS, Words("goods", "实物")),
    "ticket": (Prize.TICKET, Words("a ticket", "票券")),
}


@dataclass(frozen=True)
class PrizeKind(Kind):
    """``"goods"``, ``"ticket"``, ``"coupon:CODE"`` and, of a wheel, ``"nothing"`` and ``"points"``."""

    widget: ClassVar[str] = "prize"
    words: tuple[str, ...]

    def read(self, value: Any, setting: Setting) -> RewardKind:
        rule = says("must be one of {legal}", "必须是以下之一：{legal}", legal=self.limits())
        if not isinstance(value, str):
            raise Refusal(says("{rule}, in quotes", "{rule}，并带引号", rule=rule))
        if value in self.words:
            return RewardKind(_PRIZES[value][0], None)
        coupon = _COUPON.fullmatch(value)
        if not coupon:
            raise Refusal(rule, quoted(nearest(value, self.words)))
        return RewardKind(Prize.COUPON, coupon[1])

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if resolved.prize == Prize.COUPON:
            return _gift_text(Gift(Item.COUPON, resolved.coupon), language)
        return next(words for prize, words in _PRIZES.values() if prize == resolved.prize).text(language)

    def limits(self) -> str:
        return " | ".join((*self.words, "coupon:CODE"))

    def mode(self, value: Any) -> str | None:
        if not isinstance(value, str) or value in self.words:
            return value if isinstance(value, str) else None
        return "coupon" if _COUPON.fullmatch(value) else None

    def mode_of(self, resolved: Any) -> str | None:
        return next((word for word, (prize, _) in _PRIZES.items() if prize == resolved.prize), "coupon")

    def line(self, mode: str) -> str:
        return '"coupon:welcome"' if mode == "coupon" else quoted(mode)
