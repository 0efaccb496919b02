"""Kinds of values that are money, or count in money: quoted decimals in the program's currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from policies.choices import Metric
from policies.currencies import DECIMALS, Currency
from policies.errors import Refusal, Words, nearest, says
from policies.rules import BASIS
from policies.values import (
    LARGEST,
    RATE_DECIMALS,
    Count,
    Kind,
    Setting,
    is_number,
    nothing,
    or_nothing,
    quoted,
    shifted,
)

_ANY_AMOUNT = says("zero or more", "零或更多")
_MONEY = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?")


def read_money(value: Any, decimals: int, currency: Currency) -> int:
    """A quoted amount, scaled by ten to the power of ``decimals``. Raises ``Refusal``."""
    code = currency.code
    if is_number(value):
        raise Refusal(
            says("is money and must be a quoted decimal in {code}", "是金额，须写成带引号的小数（{code}）", code=code)
        )
    if not isinstance(value, str):
        raise Refusal(
            says("must be money: a quoted decimal in {code}", "必须是金额，写成带引号的小数（{code}）", code=code)
        )
    if value.startswith("-") and _MONEY.fullmatch(value[1:]):
        raise Refusal(_negative())
    if not _MONEY.fullmatch(value):
        raise Refusal(
            says(
                "must be money: digits with an optional decimal point, in {code}, without its sign",
                "必须是金额（{code}）：只写数字，可带小数点，不写货币符号",
                code=code,
            )
        )
    try:
        return shifted(Decimal(value), decimals)
    except Refusal as refusal:
        raise Refusal(
            says("{rule} (money in {code})", "{rule}（金额，以 {code} 计）", rule=refusal.words, code=code)
        ) from None


def _negative() -> Words:
    return says("must not be negative", "不能为负数")


def _too_large() -> Words:
    return says("is too large: at most {most:,} minor units", "金额过大，最多 {most:,} 个最小货币单位", most=LARGEST)


@dataclass(frozen=True)
class Money(Kind):
    """A quoted decimal in the program's currency; resolves to minor units.

    ``fine``: may be finer than a minor unit, and resolves to basis points of one.
    ``or_none``: ``"none"`` is legal too, and resolves to None.
    """

    widget: ClassVar[str] = "money"
    positive: bool = False
    fine: bool = False
    or_none: bool = False

    def read(self, value: Any, setting: Setting) -> int | None:
        if self.or_none and value == "none":
            return None
        currency = setting.currency
        amount = read_money(value, currency.decimals + (RATE_DECIMALS if self.fine else 0), currency)
        if amount > LARGEST:
            raise Refusal(_too_large())
        if self.positive and not amount:
            raise Refusal(says("must be more than zero", "必须大于零"))
        return amount

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if resolved is None:
            return nothing(language)
        if not self.fine:
            return setting.currency.text(resolved, language)
        minor, rest_bp = divmod(resolved, BASIS)
        number, unit = setting.currency.text(minor, language).split(" ")
        if not rest_bp:
            return f"{number} {unit}"
        point = "" if setting.currency.decimals else "."
        return f"{number}{point}{rest_bp:04d}".rstrip("0") + f" {unit}"

    def example(self, usual: str, setting: Setting) -> str:
        return usual if self.fine or setting.currency.decimals else '"200"'

    def limits(self) -> Words:
        amounts = says("more than zero", "大于零") if self.positive else _ANY_AMOUNT
        return or_nothing(amounts) if self.or_none else amounts


MONEY_METRICS = (Metric.SPEND, Metric.NET_SPEND)
"""Tiers that count these have thresholds in money."""

_COUNTED = {
    Metric.GROWTH: Words("growth", "成长值"),
    Metric.ORDERS: Words("orders", "单"),
    Metric.POINTS_EARNED: Words("points", "积分"),
    Metric.ACTIVE_DAYS: Words("active days", "个活跃日"),
}
"""What tiers count that do not count money."""


class Threshold(Kind):
    """A qualifying amount: money if the tiers count spend, a whole number of whatever else they count."""

    widget: ClassVar[str] = "threshold"

    def read(self, value: Any, setting: Setting) -> int:
        if setting.metric in MONEY_METRICS:
            return self._read_spend(value, setting.currency)
        if isinstance(value, str):
            raise Refusal(
                says(
                    "must be a whole number without quotes: the tiers count {what}, not money",
                    "必须是不带引号的整数，因为等级按{what}计算，不按金额计算",
                    what=_COUNTED[setting.metric],
                )
            )
        return Count(0, LARGEST).read(value, setting)

    @staticmethod
    def _read_spend(value: Any, currency: Currency) -> int:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if whole and value < 0:
            raise Refusal(_negative())
        amount = shifted(value, currency.decimals) if whole else read_money(value, currency.decimals, currency)
        if amount > LARGEST:
            raise Refusal(_too_large())
        return amount

    @staticmethod
    def written(amount_cents: int, currency: Currency) -> str:
        """An amount of money as a file spells it, without its quotes."""
        return currency.text(amount_cents).split(" ")[0].replace(",", "")

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if setting.metric in MONEY_METRICS:
            return setting.currency.text(resolved, language)
        return f"{resolved:,} {_COUNTED[setting.metric].text(language)}"

    def limits(self) -> Words:
        return _ANY_AMOUNT


class CurrencyCode(Kind):
    """An ISO 4217 code."""

    widget: ClassVar[str] = "currency"

    def read(self, value: Any, setting: Setting) -> str:
        if not isinstance(value, str) or value not in DECIMALS:
            guess = nearest(value, DECIMALS) if isinstance(value, str) else ""
            raise Refusal(
                says(
                    "must be a currency code of ISO 4217, three capital letters in quotes",
                    "必须是 ISO 4217 货币代码（三个大写字母，带引号）",
                ),
                quoted(guess),
            )
        return value

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        return str(resolved)

    def limits(self) -> str:
        return "ISO 4217"
