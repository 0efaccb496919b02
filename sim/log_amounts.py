"""Amounts as a log spells them, made minor units exactly: text in, integer out, no fraction in between."""

from __future__ import annotations

import re
from collections.abc import Callable

from policies.currencies import Currency
from policies.values import LARGEST

_MONEY = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
_TOO_LARGE = f"is too large: at most {LARGEST:,} minor units"
_LONGEST = 40
"""Characters; a longer number is too large before it is read."""


def minor_units(currency: Currency) -> Callable[[str], int | str]:
    """A reader of decimal money: minor units, or the rule that the text breaks."""
    decimals = currency.decimals

    def read(text: str) -> int | str:
        found = _MONEY.fullmatch(text)
        if not found or not (found[2] or found[3]):
            return f"must be money in {currency.code}: digits with an optional decimal point, nothing else"
        sign, whole, part = found[1], found[2], (found[3] or "").rstrip("0")
        if len(part) > decimals:
            return f"is finer than the smallest unit of {currency.code}, which has {decimals} decimals"
        return _bounded(sign + (whole or "0") + part.ljust(decimals, "0"))

    return read


def whole_number(text: str) -> int | str:
    """A whole number of minor units, or the rule that the text breaks."""
    if not _WHOLE.fullmatch(text):
        return "must be a whole number of minor units, without a decimal point"
    return _bounded(text)


def _bounded(digits: str) -> int | str:
    if len(digits) > _LONGEST:
        return _TOO_LARGE
    value = int(digits)
    return value if abs(value) <= LARGEST else _TOO_LARGE
