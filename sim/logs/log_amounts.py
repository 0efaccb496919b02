"""Amounts as a log spells them, made minor units exactly: text in, integer out, no fraction in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from policies.currencies import Currency
from policies.errors import Words, says
from policies.values import LARGEST

_MONEY = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]{1,3}", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
_TOO_LARGE = says("is too large: at most {most:,} minor units", "数额过大：最多 {most:,} 个最小货币单位", most=LARGEST)
_LONGEST = 40
"""Characters; a longer number is too large before it is read."""

_RESIDUE = Decimal("1e-6")
"""Share of a minor unit: what a program that adds amounts as binary fractions leaves behind is smaller."""


def minor_units(currency: Currency) -> Callable[[str], int | Words]:
    """A reader of decimal money: minor units, or the rule that the text breaks."""
    decimals = currency.decimals

    def read(text: str) -> int | Words:
        found = _MONEY.fullmatch(text)
        if not found or not (found[2] or found[3]):
            if len(text) <= _LONGEST and _SCIENTIFIC.fullmatch(text):
                return _without_residue(text, currency)
            return says(
                "must be money in {code}: digits with an optional decimal point, nothing else",
                "必须是以 {code} 计的金额：只有数字，可带一个小数点",
                code=currency.code,
            )
        sign, whole, part = found[1], found[2], (found[3] or "").rstrip("0")
        if len(part) > decimals:
            return _without_residue(text, currency)
        return _bounded(sign + (whole or "0") + part.ljust(decimals, "0"))

    return read


def _without_residue(text: str, currency: Currency) -> int | Words:
    """An amount that is a whole number of minor units but for the residue of binary arithmetic."""
    exact = Decimal(text).scaleb(currency.decimals)
    if exact.adjusted() > len(str(LARGEST)):
        return _TOO_LARGE
    nearest = exact.to_integral_value()
    if abs(exact - nearest) < _RESIDUE:
        return _bounded(str(int(nearest)))
    return says(
        "is finer than the smallest unit of {code}, which has {decimals} decimals",
        "比 {code} 的最小单位更细，该货币有 {decimals} 位小数",
        code=currency.code,
        decimals=currency.decimals,
    )


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
