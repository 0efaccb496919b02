"""Kinds of values that are names: lists of them, and what earns points or growth."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from policies.choices import Reset, Trigger
from policies.errors import Refusal, Words, nearest, says
from policies.rules import ACTIVITIES_MOST
from policies.values import LARGEST, Count, Kind, Setting, Text, nothing, quoted

NAME = Text(longest=40, is_name=True)
"""A name of a row, a category or a channel."""

NAME_OR_NONE = Text(longest=40, is_name=True, or_none=True)

ACTIVITIES: dict[str, Words] = {
    "review": Words("reviews", "评价"),
    "check_in": Words("check-ins", "签到"),
    "share": Words("shares", "分享"),
    "survey": Words("surveys", "问卷"),
    "course": Words("courses", "课程"),
    "event": Words("events", "活动"),
    "task": Words("tasks", "任务"),
    "referral": Words("referrals", "推荐新会员"),
}
"""Activities that every policy knows, in the order of their numbers."""

_ORDERS: dict[str, tuple[Trigger, Words]] = {
    "purchase": (Trigger.PURCHASE, Words("purchases", "消费")),
    "first_order": (Trigger.FIRST_ORDER, Words("the first order", "首单")),
    "nth_order": (Trigger.NTH_ORDER, Words("every so many orders", "每满若干单")),
    "referral": (Trigger.REFERRAL, Words("referrals", "推荐新会员")),
}

_TOO_CLOSE = 0.8
"""From this likeness on, a name of one's own counts as a misspelling."""

_LONGEST_NAME = 40


def read_activity(value: Any, taken: tuple[str, ...]) -> str:
    """The name of an activity, built in or one's own. Raises ``Refusal``; ``taken`` names are no typing errors."""
    known = [*taken, *ACTIVITIES]
    if value in known:
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[a-z_]+", value) or len(value) > _LONGEST_NAME:
        guess = nearest(value, known) if isinstance(value, str) else ""
        rule = says(
            "must be one of {known}, or a name of your own in small letters and underscores",
            "应为 {known} 之一，或由小写字母和下划线组成的自定名称",
            known=" | ".join(known),
        )
        raise Refusal(rule, quoted(guess))
    close = difflib.get_close_matches(value, known, n=1, cutoff=_TOO_CLOSE)
    if close:
        rule = says(
            "is too much like {known}: a name of your own must not look like a misspelling",
            "与 {known} 过于相近；自定名称不能像是拼写错误",
            known=close[0],
        )
        raise Refusal(rule, quoted(close[0]))
    return value


def activity_text(name: str, language: str) -> str:
    """An activity for a reader; one's own as the file spells it."""
    return ACTIVITIES[name].text(language) if name in ACTIVITIES else name.replace("_", " ")


class TriggerKind(Kind):
    """What earns: an order, a referral, or an activity by its name."""

    widget: ClassVar[str] = "trigger"

    def read(self, value: Any, setting: Setting) -> str:
        return read_activity(value, tuple(_ORDERS))

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if resolved in _ORDERS:
            return _ORDERS[resolved][1].text(language)
        return activity_text(resolved, language)

    def limits(self) -> Words:
        return says(
            "{known} | a name of your own",
            "{known} | 自定名称",
            known=" | ".join(dict.fromkeys([*_ORDERS, *ACTIVITIES])),
        )

    def mode(self, value: Any) -> str | None:
        try:
            on = read_activity(value, tuple(_ORDERS))
        except Refusal:
            return None
        return on if on in _ORDERS else "activity"

    def line(self, mode: str) -> str:
        return '"review"' if mode == "activity" else quoted(mode)


def trigger_of(on: str) -> Trigger:
    """What kind of thing earns, of a name that was read."""
    return _ORDERS[on][0] if on in _ORDERS else Trigger.ACTIVITY


class ActivityPoints(Kind):
    """A number for each of several activities: ``{ review = 10, check_in = 1 }``; resolves to pairs in order."""

    widget: ClassVar[str] = "pairs"
    is_map: ClassVar[bool] = True

    def read(self, value: Any, setting: Setting) -> tuple[tuple[str, int], ...]:
        if not isinstance(value, dict):
            raise Refusal(says("must be a table of activities and numbers", "必须是由活动名称和数值组成的表"))
        if len(value) > ACTIVITIES_MOST:
            raise Refusal(
                says("must not hold more than {most} activities", "不能超过 {most} 项活动", most=ACTIVITIES_MOST)
            )
        return tuple(
            (read_activity(key, ("referral",)), Count(0, LARGEST).read(number, setting))
            for key, number in value.items()
        )

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        mark = "，" if language == "zh" else ", "
        words = [f"{TriggerKind().text(name, setting, language)} {number:,}" for name, number in resolved]
        return mark.join(words) or nothing(language)

    def limits(self) -> Words:
        return says("activities, each with a whole number", "若干活动，各对应一个整数")


@dataclass(frozen=True)
class NameList(Kind):
    """A list of names, none of them twice."""

    widget: ClassVar[str] = "names"
    most: int

    def read(self, value: Any, setting: Setting) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise Refusal(says("must be a list of names in brackets", "必须是方括号内的名称列表"))
        if len(value) > self.most:
            raise Refusal(says("must not hold more than {most} names", "不能超过 {most} 个名称", most=self.most))
        names = tuple(NAME.read(each, setting) for each in value)
        if len(set(names)) < len(names):
            raise Refusal(says("must not hold a name twice", "同一名称不能写两次"))
        return names

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if not resolved:
            return "全部" if language == "zh" else "all"
        return ("、" if language == "zh" else ", ").join(resolved)

    def limits(self) -> Words:
        return says("up to {most} names", "最多 {most} 个名称", most=self.most)


_RESETS = {
    "purchase": (Reset.PURCHASE, Words("a purchase", "消费")),
    "earn": (Reset.EARN, Words("earning points", "获得积分")),
    "redeem": (Reset.REDEEM, Words("using points", "使用积分")),
    "activity": (Reset.ACTIVITY, Words("an activity", "参与活动")),
}
_ANY_RESET = sum(bit for bit, _ in _RESETS.values())


class ResetKind(Kind):
    """A list of events that restart the clock of inactivity, ``["any"]`` for all; resolves to bits."""

    widget: ClassVar[str] = "choices"

    def read(self, value: Any, setting: Setting) -> int:
        legal = " | ".join([*_RESETS, "any"])
        if not isinstance(value, list) or not value:
            raise Refusal(says("must be a list of {legal}", "必须是由 {legal} 组成的列表", legal=legal))
        found = 0
        for each in value:
            if each == "any":
                found |= _ANY_RESET
            elif isinstance(each, str) and each in _RESETS:
                found |= _RESETS[each][0]
            else:
                guess = nearest(each, [*_RESETS, "any"]) if isinstance(each, str) else ""
                raise Refusal(
                    says("must be a list of {legal}", "必须是由 {legal} 组成的列表", legal=legal), quoted(guess)
                )
        return int(found)

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        words = [each.text(language) for bit, each in _RESETS.values() if resolved & bit]
        return ("或" if language == "zh" else " or ").join(words)

    def limits(self) -> str:
        return " | ".join([*_RESETS, "any"])
