"""Numbers as people read them: true minus signs, grouped thousands, 万 and 亿 in Chinese.

A *scale* turns a family of values (an estimate and its interval, the two ends of an arrow)
into texts with one common unit and one common number of decimals.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

MINUS = "\u2212"
UNDEFINED = "—"  # in place of a number that there is not
NARROW_SPACE = "\u202f"  # between a number and its percent sign; never breaks the line
SPACE = "\u00a0"  # between a number and its unit; never breaks the line

_CURRENCY_ZH = {"CNY": "元", "USD": "美元", "EUR": "欧元", "JPY": "日元", "HKD": "港元", "GBP": "英镑"}
_POWERS_EN = ((1e9, "bn"), (1e5, "m"))  # from 0.1 million on in millions
_POWERS_ZH = ((1e8, "亿"), (1e4, "万"))
_DIVISOR = {"bn": 1e9, "m": 1e6, "亿": 1e8, "万": 1e4, "": 1.0}


def number(value: float, decimals: int = 0, sign: bool = False) -> str:
    """``1234.5`` as "1,234.5"; a true minus; with ``sign`` also a plus. What rounds to zero has no sign."""
    text = f"{abs(value):,.{decimals}f}"
    if not any(digit in text for digit in "123456789"):
        return text
    return f"{MINUS if value < 0 else '+' if sign else ''}{text}"


def percent(share: float, language: str, decimals: int = 1, sign: bool = False) -> str:
    """A share of one as percent: "66.1 %" in English, "66.1%" in Chinese."""
    return number(100 * share, decimals, sign) + _percent_sign(language)


def points(share: float, language: str, decimals: int = 1, sign: bool = False) -> str:
    """A difference of two shares: "1.2 percentage points", "1.2 个百分点"."""
    return number(100 * share, decimals, sign) + _points_unit(language)


def money(cents: float, language: str, currency: str, minor_per_major: int) -> str:
    """Minor units in the unit that reads best: "0.42 m CNY", "42 万元"."""
    return money_scale([cents], language, currency, minor_per_major).text(cents)


def currency_name(currency: str, language: str) -> str:
    """What a currency is called behind a number: "CNY", "元"."""
    return _CURRENCY_ZH.get(currency, currency) if language == "zh" else currency


def count(value: float, language: str) -> str:
    """A whole number of things: "20,000"; in Chinese "2 万" where that is exact."""
    whole = round(value)
    if language == "zh" and whole and whole % 10_000 == 0:
        return f"{number(whole // 10_000)}{SPACE}万"
    return number(whole)


def short_count(value: int, language: str) -> str:
    """A round number for a button: "20 k", "1 m"; "2千", "100万"."""
    letters = ((10_000, "万"), (1_000, "千")) if language == "zh" else ((1_000_000, "m"), (1_000, "k"))
    for size, letter in letters:
        if value >= size and value % size == 0:
            return f"{value // size}{letter}" if language == "zh" else f"{value // size}{SPACE}{letter}"
    return number(value)


def people(members: int, language: str) -> str:
    """So many members: "100,000 members", "10 万名会员"."""
    figure = count(members, language)
    if language == "zh":
        return f"{figure}名会员" if figure.endswith("万") else f"{figure}{SPACE}名会员"
    return f"{figure}{SPACE}member{'' if members == 1 else 's'}"


@dataclass(frozen=True)
class Scale:
    """One unit and precision for several values."""

    factor: float  # of a raw value to the shown number
    decimals: int
    unit: str  # with the space before it

    def plain(self, value: float, sign: bool = False) -> str:
        """The number without its unit."""
        return number(self.factor * value, self.decimals, sign)

    def text(self, value: float | None, sign: bool = False) -> str:
        """The number with its unit; a dash if it is undefined."""
        return UNDEFINED if value is None else self.plain(value, sign) + self.unit

    def interval(self, low: float | None, high: float | None, sign: bool = False) -> str:
        """ "[0.9, 1.5]", in the unit of the value it stands beside; a dash if there is none."""
        if low is None or high is None:
            return UNDEFINED
        return f"[{self.plain(low, sign)},{SPACE}{self.plain(high, sign)}]"

    def arrow(self, before: float, after: float) -> str:
        """ "66.1 → 69.0 %": two values and their unit once."""
        return f"{self.plain(before)} → {self.text(after)}"


def share_scale(values: Sequence[float], language: str, figures: int = 2) -> Scale:
    """Percent for shares of one."""
    return Scale(100.0, _decimals([100 * each for each in values], figures, least=1), _percent_sign(language))


def points_scale(values: Sequence[float], language: str, short: bool = False) -> Scale:
    """Percentage points for differences of shares; ``short`` abbreviates them for a table."""
    return Scale(100.0, _decimals([100 * each for each in values], 2, least=1), _points_unit(language, short))


def count_scale(values: Sequence[float], figures: int = 2) -> Scale:
    """Plain numbers such as orders per member."""
    return Scale(1.0, _decimals(values, figures), "")


def money_scale(values: Sequence[float], language: str, currency: str, minor_per_major: int, figures: int = 2) -> Scale:
    """Money for minor units, by the largest of the values: 元, 万元, 亿元; CNY, m CNY, bn CNY."""
    largest = max((abs(each) for each in values), default=0.0) / minor_per_major
    powers = _POWERS_ZH if language == "zh" else _POWERS_EN
    power = next((name for size, name in powers if largest >= size), "")
    shown = [each / minor_per_major / _DIVISOR[power] for each in values]
    name = currency_name(currency, language)
    unit = f"{SPACE}{power}{name}" if language == "zh" else f"{SPACE}{power}{SPACE if power else ''}{name}"
    most = 3 if power else (2 if minor_per_major > 1 else 0)
    return Scale(1 / minor_per_major / _DIVISOR[power], _decimals(shown, figures, most=most), unit)


def scale_of(
    unit: str, values: Sequence[float | None], language: str, currency: str, minor_per_major: int, figures: int = 2
) -> Scale:
    """The scale for a KPI's unit: "share", "money", "money_per_order" or "count"; "points" for a difference of shares.

    Values that are None are undefined and do not count.
    """
    known = [each for each in values if each is not None]
    if unit in ("money", "money_per_order"):
        return money_scale(known, language, currency, minor_per_major, figures)
    if unit == "points":
        return points_scale(known, language, short=True)
    return share_scale(known, language, figures) if unit == "share" else count_scale(known, figures)


def _decimals(values: Sequence[float], figures: int, least: int = 0, most: int = 3) -> int:
    """So many decimals that the largest value has that many figures, neighbours that differ look different,
    and what is not zero does not look like it.

    A value on its own gets three figures.
    """
    ordered = sorted(values)
    gaps = [after - before for before, after in itertools.pairwise(ordered) if after > before]
    largest = max((abs(each) for each in values), default=0.0)
    wanted = least
    if largest > 0:
        wanted = max(wanted, (figures - 1 if gaps else 2) - _decade(largest))
    if gaps:
        smallest = min(abs(each) for each in values if each)
        wanted = max(wanted, -_decade(max(gaps)), -_decade(2 * smallest))
    return max(min(least, most), min(wanted, most))


def _decade(value: float) -> int:
    """The power of ten of a positive number, 0.01 being −2 also where binary fractions make it a little less."""
    return math.floor(math.log10(value) + 1e-9)


def _percent_sign(language: str) -> str:
    return "%" if language == "zh" else f"{NARROW_SPACE}%"


def _points_unit(language: str, short: bool = False) -> str:
    """Never just "points": those are what the program issues."""
    if language == "zh":
        return f"{SPACE}个百分点"
    return f"{SPACE}pp" if short else f"{SPACE}percentage{SPACE}points"
