"""Kinds of values: how a TOML value becomes an integer, and how that integer is told to a reader.

``read`` takes what stands in the file and returns the resolved value, or raises ``Refusal`` with the rule
that is broken. ``text`` is the way back, in English or Chinese. No float passes through here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Any, ClassVar

from policies.currencies import Currency
from policies.errors import Refusal, Words, nearest, says
from policies.rules import BASIS, Metric

LARGEST = 10**12
"""Largest amount in minor units and largest count: leaves room for a product with basis points in 64 bits."""

RATE_DECIMALS = 4
"""Decimals of a rate: it resolves to basis points."""


@dataclass(frozen=True)
class Setting:
    """What the meaning of a value depends on beside its own key."""

    currency: Currency
    metric: Metric


def shifted(number: int | Decimal, decimals: int) -> int:
    """``number`` times ten to the power of ``decimals``, exactly.

    Raises:
        Refusal: the number is not finite, too large, or has more decimals than that.
    """
    exact = Decimal(number)
    if not exact.is_finite():
        raise Refusal(says("must be a finite number", "必须是有限的数"))
    if not exact:
        return 0
    if exact.adjusted() > len(str(LARGEST)):
        raise Refusal(says("is too large: at most {most:,}", "数值过大，最多 {most:,}", most=LARGEST))
    sign, digits, exponent = exact.as_tuple()
    surplus = -decimals - int(exponent)
    if surplus > 0:
        if any(digits[-surplus:]):
            if not decimals:
                raise Refusal(says("must be a whole number", "必须是整数"))
            raise Refusal(says("has too many decimals: at most {most}", "小数位数过多，最多 {most} 位", most=decimals))
        digits, exponent = digits[:-surplus], -decimals
    result = int("".join(map(str, digits)) or "0") * 10 ** (int(exponent) + decimals)
    return -result if sign else result


def quoted(word: str) -> str:
    """A guess as a file would spell it; empty for no guess."""
    return f'"{word}"' if word else ""


def not_yet(legal: Words | str) -> Words:
    """Of a value that this version does not support yet."""
    return says(
        "is planned but not supported yet; legal now: {legal}",
        "已列入计划，但目前尚不支持；现在可用：{legal}",
        legal=legal,
    )


def out_of_range(limits: Words | str) -> Words:
    """Of a value beyond its limits."""
    return says("must be {limits}", "超出范围，应为 {limits}", limits=limits)


def is_number(value: Any) -> bool:
    """True for an integer or a decimal; false for true, false and everything else."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def decimal_text(value_bp: int) -> str:
    """Basis points as the plain number they stand for: 12500 is ``1.25``."""
    whole, rest = divmod(value_bp, BASIS)
    return f"{whole:,}" + (f".{rest:04d}".rstrip("0") if rest else "")


class Kind:
    """Base of all kinds. ``widget`` names the control that suits the kind in a form."""

    widget: ClassVar[str] = "text"

    def read(self, value: Any, setting: Setting) -> Any:
        """The resolved value. Raises ``Refusal``."""
        raise NotImplementedError

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        """The resolved value for a reader."""
        raise NotImplementedError

    def example(self, usual: str, setting: Setting) -> str:
        """A legal value as TOML spells it: the ``usual`` one, if it is legal in this setting."""
        return usual

    def limits(self) -> Words | str:
        """The legal range in words, empty if there is none."""
        return ""


@dataclass(frozen=True)
class Text(Kind):
    """Free text, or a name: letters, digits, spaces, hyphens and underscores."""

    longest: int = 2000
    is_name: bool = False

    def read(self, value: Any, setting: Setting) -> str:
        if not isinstance(value, str):
            raise Refusal(says("must be text in quotes", "必须是带引号的文本"))
        if not value.strip():
            raise Refusal(says("must not be empty", "不能为空"))
        if len(value) > self.longest:
            raise Refusal(says("is too long: at most {most} characters", "过长，最多 {most} 个字符", most=self.longest))
        if self.is_name and (value != value.strip() or not all(each.isalnum() or each in " _-" for each in value)):
            raise Refusal(
                says(
                    "must be a name of letters, digits, spaces, hyphens and underscores",
                    "名称只能由文字、数字、空格、连字符和下划线组成",
                )
            )
        if not all(each.isprintable() or each in "\n\t" for each in value):
            raise Refusal(says("must not contain control characters", "不能含有控制字符"))
        return value

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        return resolved or ""

    def limits(self) -> Words:
        return says("1 to {most} characters", "1 到 {most} 个字符", most=self.longest)


@dataclass(frozen=True)
class Option:
    """One legal value of a choice: its spelling, what it resolves to, and how it reads."""

    spelling: str
    resolved: IntEnum | str
    says: str
    says_zh: str


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few words."""

    widget: ClassVar[str] = "select"
    options: tuple[Option, ...]
    planned: tuple[str, ...] = ()
    """Words of the rule sheet that this version does not support yet."""

    def read(self, value: Any, setting: Setting) -> IntEnum | str:
        for option in self.options:
            if value == option.spelling:
                return option.resolved
        legal = self.limits()
        if not isinstance(value, str):
            raise Refusal(says("must be one of {legal}, in quotes", "必须是以下之一，并带引号：{legal}", legal=legal))
        if value in self.planned:
            raise Refusal(not_yet(legal))
        guess = nearest(value, [option.spelling for option in self.options])
        raise Refusal(says("must be one of {legal}", "必须是以下之一：{legal}", legal=legal), quoted(guess))

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        option = next(each for each in self.options if each.resolved == resolved)
        return option.says_zh if language == "zh" else option.says

    def limits(self) -> str:
        return " | ".join(option.spelling for option in self.options)


@dataclass(frozen=True)
class Flag(Kind):
    """True or false."""

    widget: ClassVar[str] = "toggle"

    def read(self, value: Any, setting: Setting) -> bool:
        if not isinstance(value, bool):
            raise Refusal(says("must be true or false, without quotes", "必须是 true 或 false，不带引号"))
        return value

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if language == "zh":
            return "是" if resolved else "否"
        return "yes" if resolved else "no"

    def limits(self) -> str:
        return "true | false"


@dataclass(frozen=True)
class Count(Kind):
    """A whole number of things."""

    widget: ClassVar[str] = "number"
    smallest: int
    largest: int

    def read(self, value: Any, setting: Setting) -> int:
        if not is_number(value):
            raise Refusal(says("must be a whole number without quotes", "必须是不带引号的整数"))
        number = shifted(value, 0)
        if isinstance(value, Decimal):
            raise Refusal(says("must be a whole number without a decimal point", "必须是不带小数点的整数"), str(number))
        if not self.smallest <= number <= self.largest:
            raise Refusal(out_of_range(self.limits()))
        return number

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        return f"{resolved:,}"

    def limits(self) -> Words:
        return says("from {least:,} to {most:,}", "{least:,} 到 {most:,}", least=self.smallest, most=self.largest)


@dataclass(frozen=True)
class Rate(Kind):
    """A plain number with at most four decimals; resolves to basis points. ``percent``: reads as a share."""

    widget: ClassVar[str] = "number"
    smallest: str
    largest: str
    percent: bool = False

    def read(self, value: Any, setting: Setting) -> int:
        if isinstance(value, str) and value.strip().endswith("%"):
            raise Refusal(
                says(
                    "must be a plain number, not a percentage: 5 % is 0.05",
                    "必须是普通数字，不能写成百分数，5% 应写作 0.05",
                )
            )
        if not is_number(value):
            raise Refusal(says("must be a plain number without quotes", "必须是不带引号的数字"))
        rate_bp = shifted(value, RATE_DECIMALS)
        if (
            not shifted(Decimal(self.smallest), RATE_DECIMALS)
            <= rate_bp
            <= shifted(Decimal(self.largest), RATE_DECIMALS)
        ):
            raise Refusal(out_of_range(self.limits()))
        return rate_bp

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        return f"{decimal_text(resolved * 100)} %" if self.percent else decimal_text(resolved)

    def limits(self) -> Words:
        return says("from {least} to {most}", "{least} 到 {most}", least=self.smallest, most=self.largest)
