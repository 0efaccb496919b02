"""The effects and key figures that a question can name, with an answer that helps where there is none."""

from __future__ import annotations

from policies import Problem
from policies.errors import listed, nearest, says
from sim.effects import EFFECTS, Effect
from sim.figures.kpis import KPIS, Kpi
from sim.scenario import ScenarioError


def effect_named(symbol: str) -> Effect:
    """The effect of a symbol.

    Raises:
        ScenarioError: there is none; the message names those there are.
    """
    effects = {each.symbol: each for each in EFFECTS}
    if symbol not in effects:
        rule = says(
            "there is no effect {symbol!r}; there are {known}",
            "没有名为 {symbol!r} 的效应；现有 {known}",
            symbol=symbol,
            known=listed(effects),
        )
        raise ScenarioError([Problem("", "effect", rule, guess=nearest(symbol, effects))])
    return effects[symbol]


def kpi_named(key: str, *, directed: bool = False) -> Kpi:
    """The key figure of a name; if ``directed``, one of which more, or less, is better.

    Raises:
        ScenarioError: there is none; the message names those there are.
    """
    kpis = {each.key: each for each in KPIS if each.direction != 0 or not directed}
    if key not in kpis:
        rule = says(
            "there is no key figure {key!r}; there are {known}",
            "没有名为 {key!r} 的指标；现有 {known}",
            key=key,
            known=listed(kpis),
        )
        if directed:
            rule = says(
                "there is no key figure {key!r} of which more, or less, is better; there are {known}",
                "没有名为 {key!r} 且有好坏方向的指标；现有 {known}",
                key=key,
                known=listed(kpis),
            )
        raise ScenarioError([Problem("", "kpi", rule, guess=nearest(key, kpis))])
    return kpis[key]
