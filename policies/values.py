"""Kinds of values: how a TOML value becomes an integer, and how that integer is told to a reader.

``read`` takes what stands in the file and returns the resolved value, or raises ``Refusal`` with the rule
that is broken. ``text`` is the way back, in English or Chinese. No float passes through here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from policies.choices import Metric
from policies.currencies import Currency
from policies.errors import Refusal, Words, nearest, says

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


def nothing(language: str) -> str:
    """The value "none" for a reader."""
    return "无" if language == "zh" else "none"


def or_nothing(limits: Words | str) -> Words:
    """Limits of a value that may be ``"none"`` too."""
    return says('{limits}, or "none"', '{limits}，或 "none"', limits=limits)


def out_of_range(limits: Words | str) -> Words:
    """Of a value beyond its limits."""
    return says("must be {limits}", "超出范围，应为 {limits}", limits=limits)


def is_number(value: Any) -> bool:
    """True for an integer or a decimal; false for true, false and everything else."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def decimal_text(value: int, decimals: int = RATE_DECIMALS) -> str:
    """Basis points, or another power of ten, as the plain number they stand for: 12500 is ``1.25``."""
    whole, rest = divmod(value, 10**decimals)
    return f"{whole:,}" + (f".{rest:0{decimals}d}".rstrip("0") if rest else "")


class Kind:
    """Base of all kinds. ``widget`` names the control that suits the kind in a form."""

    widget: ClassVar[str] = "text"
    is_map: ClassVar[bool] = False
    """Whether a value is a table of its own, which is then no table of values by date."""
    unread: ClassVar[Any] = None
    """The resolved value of a required key that is absent because nothing reads it."""

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

    def mode(self, value: Any) -> str | None:
        """The word by which ``read_when`` of other keys calls a value; None if it is not legal."""
        return None

    def mode_of(self, resolved: Any) -> str | None:
        """The same word of a resolved value."""
        return self.mode(resolved)

    def line(self, mode: str) -> str:
        """A value of that mode as TOML spells it."""
        return quoted(mode)


@dataclass(frozen=True)
class Text(Kind):
    """Free text, or a name: letters, digits, spaces, hyphens and underscores. ``or_none``: ``"none"`` is None."""

    longest: int = 2000
    is_name: bool = False
    or_none: bool = False

    def read(self, value: Any, setting: Setting) -> str | None:
        if self.or_none and value == "none":
            return None
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
        return nothing(language) if resolved is None and self.or_none else resolved or ""

    def limits(self) -> Words:
        limits = says("1 to {most} characters", "1 到 {most} 个字符", most=self.longest)
        return or_nothing(limits) if self.or_none else limits


@dataclass(frozen=True)
class Option:
    """One legal value of a choice: its spelling, what it resolves to, and how it reads."""

    spelling: str
    resolved: int | str
    says: str
    says_zh: str


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few words."""

    widget: ClassVar[str] = "select"
    options: tuple[Option, ...]

    def read(self, value: Any, setting: Setting) -> int | str:
        for option in self.options:
            if value == option.spelling:
                return option.resolved
        legal = self.limits()
        if not isinstance(value, str):
            raise Refusal(says("must be one of {legal}, in quotes", "必须是以下之一，并带引号：{legal}", legal=legal))
        guess = nearest(value, [option.spelling for option in self.options])
        raise Refusal(says("must be one of {legal}", "必须是以下之一：{legal}", legal=legal), quoted(guess))

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        option = next(each for each in self.options if each.resolved == resolved)
        return option.says_zh if language == "zh" else option.says

    def limits(self) -> str:
        return " | ".join(option.spelling for option in self.options)

    def mode(self, value: Any) -> str | None:
        return next((option.spelling for option in self.options if option.spelling == value), None)

    def mode_of(self, resolved: Any) -> str | None:
        return next((option.spelling for option in self.options if option.resolved == resolved), None)


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

    def mode(self, value: Any) -> str | None:
        return str(value).lower() if isinstance(value, bool) else None

    def line(self, mode: str) -> str:
        return mode


@dataclass(frozen=True)
class Count(Kind):
    """A whole number of things. ``or_none``: ``"none"`` is legal too, and resolves to None."""

    widget: ClassVar[str] = "number"
    smallest: int
    largest: int
    or_none: bool = False

    def read(self, value: Any, setting: Setting) -> int | None:
        if self.or_none and value == "none":
            return None
        if not is_number(value):
            raise Refusal(says("must be a whole number without quotes", "必须是不带引号的整数"))
        number = shifted(value, 0)
        if isinstance(value, Decimal):
            raise Refusal(says("must be a whole number without a decimal point", "必须是不带小数点的整数"), str(number))
        if not self.smallest <= number <= self.largest:
            raise Refusal(out_of_range(self.limits()))
        return number

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        return nothing(language) if resolved is None else f"{resolved:,}"

    def limits(self) -> Words:
        limits = says("from {least:,} to {most:,}", "{least:,} 到 {most:,}", least=self.smallest, most=self.largest)
        return or_nothing(limits) if self.or_none else limits


@dataclass(frozen=True)
class Rate(Kind):
    """A plain number with at most four decimals; resolves to basis points. ``percent``: reads as a share.

    ``or_none``: ``"none"`` is legal too, and resolves to None. ``decimals``: more of them make a finer unit.
    """

    widget: ClassVar[str] = "number"
    smallest: str
    largest: str
    percent: bool = False
    or_none: bool = False
    decimals: int = RATE_DECIMALS

    def read(self, value: Any, setting: Setting) -> int | None:
        if self.or_none and value == "none":
            return None
        if isinstance(value, str) and value.strip().endswith("%"):
            raise Refusal(
                says(
                    "must be a plain number, not a percentage: 5 % is 0.05",
                    "必须是普通数字，不能写成百分数，5% 应写作 0.05",
                )
            )
        if not is_number(value):
            raise Refusal(says("must be a plain number without quotes", "必须是不带引号的数字"))
        rate = shifted(value, self.decimals)
        if not shifted(Decimal(self.smallest), self.decimals) <= rate <= shifted(Decimal(self.largest), self.decimals):
            raise Refusal(out_of_range(self.limits()))
        return rate

    def text(self, resolved: Any, setting: Setting, language: str = "en") -> str:
        if resolved is None:
            return nothing(language)
        if self.percent:
            return f"{decimal_text(resolved * 100, self.decimals)} %"
        return decimal_text(resolved, self.decimals)

    def limits(self) -> Words:
        limits = says("from {least} to {most}", "{least} 到 {most}", least=self.smallest, most=self.largest)
        return or_nothing(limits) if self.or_none else limits
