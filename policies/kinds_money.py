"""Kinds of values about fees: what a member gets back who gives up a paid plan."""

from __future__ import annotations

import re
from typing import Any, ClassVar, NamedTuple

from policies.choices import PlanRefund
from policies.errors import Refusal, Words, nearest, says
from policies.values import Kind, Setting, quoted

_LONGEST = 3_650


class PlanRefundRule(NamedTuple):
    """What is paid back; ``days``: how long, for the full fee within some days."""

    mode: PlanRefund
    days: int


_MODES = {
    "none": (PlanRefund.NONE, Words("nothing", "不退")),
    "pro_rata": (PlanRefund.PRO_RATA, Words("the rest of the period", "按剩余时间退")),
    "less_benefits_used": (
        PlanRefund.LESS_BENEFITS_USED,
        Words("the fee less the benefits used", "扣除已用权益后退"),
    ),
}


class PlanRefundKind(Kind):
    """``"none"``, ``"pro_rata"``, ``"full_within:7 days"`` or ``"less_benefits_used"``."""

    widget: ClassVar[str] = "plan_refund"

    def read(self, value: Any, setting: Setting) -> PlanRefundRule:
        rule = says("must be one of {legal}", "必须是以下之一：{legal}", legal=self.limits())
        if not isinstance(value, str):
            raise Refusal(says("{rule}, in quotes", "{rule}，并带引号", rule=rule))
        if value in _MODES:
            return PlanRefundRule(_MODES[value][0], 0)
        match = re.fullmatch(r"full_within:([0-9]{1,4}) days?", value)
        if not match:
            raise Refusal(rule, quoted(nearest(value, [*_MODES, "full_within:7 days"])))
        if not 1 <= int(match[1]) <= _LONGEST:
            raise Refusal(says("must be from 1 to {most:,} days", "天数应为 1 到 {most:,}", most=_LONGEST))
        return PlanRefundRule(PlanRefund.FULL_WITHIN, int(match[1]))

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if resolved.mode == PlanRefund.FULL_WITHIN:
            if language == "zh":
                return f"{resolved.days:,} 天内全额退"
            return f"the whole fee within {resolved.days:,} day{'' if resolved.days == 1 else 's'}"
        return next(words for mode, words in _MODES.values() if mode == resolved.mode).text(language)

    def limits(self) -> str:
        return "none | pro_rata | full_within:N days | less_benefits_used"
