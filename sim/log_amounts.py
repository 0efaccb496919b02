"""Amounts as a log spells them, made minor units exactly: text in, integer out, no fraction in between."""

from __future__ import annotations

import re
from collections.abc import Callable

from policies.currencies import Currency
from policies.errors import Words, says
from policies.values import LARGEST

_MONEY = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
_TOO_LARGE = says("is too large: at most {most:,} minor units", "数额过大：最多 {most:,} 个最小货币单位", most=LARGEST)
_LONGEST = 40
"""Characters; a longer number is too large before it is read."""


def minor_units(currency: Currency) -> Callable[[str], int | Words]:
    """A reader of decimal money: minor units, or the rule that the text breaks."""
    decimals = currency.decimals

    def read(text: str) -> int | Words:
        found = _MONEY.fullmatch(text)
        if not found or not (found[2] or found[3]):
            return says(
                "must be money in {code}: digits with an optional decimal point, nothing else",
                "必须是以 {code} 计的金额：只有数字，可带一个小数点",
                code=currency.code,
            )
        sign, whole, part = found[1], found[2], (found[3] or "").rstrip("0")
        if len(part) > decimals:
            return says(
                "is finer than the smallest unit of {code}, which has {decimals} decimals",
                "比 {code} 的最小单位更细，该货币有 {decimals} 位小数",
                code=currency.code,
                decimals=decimals,
            )
        return _bounded(sign + (whole or "0") + part.ljust(decimals, "0"))

    return read


def whole_number(text: str) -> int | Words:
    """A whole number of minor units, or the rule that the text breaks."""
    if not _WHOLE.fullmatch(text):
        return says(
            "must be a whole number of minor units, without a decimal point",
            "必须是最小货币单位的整数，不带小数点",
        )
    return _bounded(text)


def _bounded(digits: str) -> int | Words:
    if len(digits) > _LONGEST:
        return _TOO_LARGE
    value = int(digits)
    return value if abs(value) <= LARGEST else _TOO_LARGE
