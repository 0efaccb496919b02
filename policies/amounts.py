"""Kinds of values that are money, or count in money: quoted decimals in the program's currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from policies.currencies import DECIMALS, Currency
from policies.errors import nearest
from policies.rules import BASIS, Metric
from policies.values import LARGEST, RATE_DECIMALS, Count, Kind, Refusal, Setting, is_number, quoted, shifted

_MONEY = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?")


def read_money(value: Any, decimals: int, currency: Currency) -> int:
    """A quoted amount, scaled by ten to the power of ``decimals``. Raises ``Refusal``."""
    if is_number(value):
        raise Refusal(f"is money and must be a quoted decimal in {currency.code}")
    if not isinstance(value, str):
        raise Refusal(f"must be money: a quoted decimal in {currency.code}")
    if value.startswith("-") and _MONEY.fullmatch(value[1:]):
        raise Refusal("must not be negative")
    if not _MONEY.fullmatch(value):
        raise Refusal(f"must be money: digits with an optional decimal point, in {currency.code}, without its sign")
    try:
        return shifted(Decimal(value), decimals)
    except Refusal as refusal:
        raise Refusal(f"{refusal.rule} (money in {currency.code})") from None


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
            raise Refusal(f"is too large: at most {LARGEST:,} minor units")
        if self.positive and not amount:
            raise Refusal("must be more than zero")
        return amount

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if resolved is None:
            return "无" if language == "zh" else "none"
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

    def limits(self) -> str:
        return ("more than zero" if self.positive else "zero or more") + (', or "none"' if self.or_none else "")


class Threshold(Kind):
    """A qualifying amount: money if the tiers count spend, a whole number if they count growth."""

    widget: ClassVar[str] = "threshold"

    def read(self, value: Any, setting: Setting) -> int:
        if setting.metric == Metric.SPEND:
            return self._read_spend(value, setting.currency)
        if isinstance(value, str):
            raise Refusal("must be a whole number without quotes: the tiers count growth, not money")
        return Count(0, LARGEST).read(value, setting)

    @staticmethod
    def _read_spend(value: Any, currency: Currency) -> int:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if whole and value < 0:
            raise Refusal("must not be negative")
        amount = shifted(value, currency.decimals) if whole else read_money(value, currency.decimals, currency)
        if amount > LARGEST:
            raise Refusal(f"is too large: at most {LARGEST:,} minor units")
        return amount

    @staticmethod
    def written(amount_cents: int, currency: Currency) -> str:
        """An amount of money as a file spells it, without its quotes."""
        return currency.text(amount_cents).split(" ")[0].replace(",", "")

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if setting.metric == Metric.SPEND:
            return setting.currency.text(resolved, language)
        return f"{resolved:,} 成长值" if language == "zh" else f"{resolved:,} growth"

    def limits(self) -> str:
        return "zero or more"


class CurrencyCode(Kind):
    """An ISO 4217 code."""

    widget: ClassVar[str] = "currency"

    def read(self, value: Any, setting: Setting) -> str:
        if not isinstance(value, str) or value not in DECIMALS:
            guess = nearest(value, DECIMALS) if isinstance(value, str) else ""
            raise Refusal("must be a currency code of ISO 4217, three capital letters in quotes", quoted(guess))
        return value

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        return str(resolved)

    def limits(self) -> str:
        return "ISO 4217"
