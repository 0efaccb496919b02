"""How members react, in a scenario file: a preset of effects, and what is apart from it."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict, model_validator

from policies.errors import Refusal, nearest, says
from sim.effects import EFFECTS, PRESETS, Effect
from sim.market.table import Table

_BY_SYMBOL = {each.symbol: each for each in EFFECTS}


class Response(Table):
    """A preset, and any effect of sim/effects.py set apart from it or switched off."""

    model_config = ConfigDict(frozen=True, extra="allow")
    preset: Literal[PRESETS] = "central"  # type: ignore[valid-type]
    off: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known_effects(self) -> Response:
        own = self.model_extra or {}
        for symbol in (*own, *self.off):
            if symbol not in _BY_SYMBOL:
                rule = says("there is no effect {symbol!r}", "没有名为 {symbol!r} 的效应", symbol=symbol)
                raise Refusal(rule, nearest(symbol, _BY_SYMBOL))
        for symbol in self.off:
            _check_off(_BY_SYMBOL[symbol])
        for symbol, value in own.items():
            _check_size(symbol, value)
            if symbol in self.off:
                raise Refusal(
                    says(
                        "effect {symbol} has a size and is off as well",
                        "效应 {symbol} 既写了大小，又列在 off 中",
                        symbol=symbol,
                    )
                )
        return self

    def sizes(self) -> dict[str, float]:
        """Effects that are set apart from the preset."""
        own = {symbol: float(value) for symbol, value in (self.model_extra or {}).items()}
        return own | {symbol: float(_BY_SYMBOL[symbol].null) for symbol in self.off}


def can_be_off(effect: Effect) -> bool:
    """True if ``null`` is an end of the range, or another size than ``central``.

    Choices and most times are neither: some size they have, with or without a program, and nobody knows it better
    than ``central`` does.
    """
    return effect.null in (effect.low, effect.high) or effect.null != effect.central


def _check_off(effect: Effect) -> None:
    if not can_be_off(effect):
        rule = says(
            "{symbol} cannot be off: it is a choice or a time that goes on without any program; set its size "
            "instead, for example from {low:g} to {high:g}",
            "{symbol} 不能列在 off 中：它是没有会员计划时也有的选择或时长；请写它的大小，例如 {low:g} 到 {high:g}",
            symbol=effect.symbol,
            low=effect.low,
            high=effect.high,
        )
        raise Refusal(rule)


def _check_size(symbol: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise Refusal(
            says("the size of effect {symbol} must be a number", "效应 {symbol} 的大小必须是数字", symbol=symbol)
        )
    least, most = _legal_sizes(symbol)
    if not least <= float(value) <= most:
        raise Refusal(
            says(
                "the size of effect {symbol} must lie between {least:g} and {most:g}",
                "效应 {symbol} 的大小必须在 {least:g} 到 {most:g} 之间",
                symbol=symbol,
                least=least,
                most=most,
            )
        )


def _legal_sizes(symbol: str) -> tuple[float, float]:
    """Sizes with which the equations make sense; far wider than those that the evidence supports."""
    unit = _BY_SYMBOL[symbol].unit
    if symbol == "b_bask":
        return -0.9, 10.0
    if unit in ("share", "probability"):
        return 0.0, 1.0
    if unit == "per year":  # who was referred refers in turn
        return 0.0, 1.0
    if unit in ("weeks", "baskets") or symbol == "sigma_tp":  # something is divided by these
        return 0.01, 10_000.0
    if unit == "exponent" or symbol == "s_v":
        return 0.0, 10.0
    return -20.0, 20.0
