"""Rules between the values of expiry, cash and the wheel."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from policies.checks_values import Values
from policies.choices import Expiry, LifeFrom, Period, Prize, RoundTo
from policies.errors import Problem, Words, says
from policies.periods import Length
from policies.rules import BASIS, MILLION

_SHORTEST_MONTHS = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
"""Fewest days of so many calendar months: those of a common year from 1 February on."""

_SHORTEST_YEAR = 365


def check_points(values: Values) -> Iterator[Problem]:
    """Points can be used before they die, in whole coins, and a wheel stops somewhere."""
    yield from _cash(values)
    yield from _life(values)
    yield from _wheel(values)


def _cash(values: Values) -> Iterator[Problem]:
    """A redemption is a whole number of minor units and of steps, at every value that a point can have."""
    minimum, step = values.get("points", "cash", "minimum"), values.get("points", "cash", "step")
    value_bp = values.get("points", "value")
    if step is not None and minimum is not None and minimum % step:
        rule = says("must be a multiple of step ({step:,})", "必须是步长 step（{step:,}）的整数倍", step=step)
        example = f"minimum = {(minimum // step + 1) * step}"
        yield values.problem(("points", "cash", "minimum"), rule, example)
    if step is None or value_bp is None:
        return
    factor_bp = values.get("points", "cash", "boost", "factor")
    if step * value_bp % BASIS:
        whole = Fraction(value_bp, BASIS).denominator
        rule = says(
            "times the value of a point must be a whole number of the smallest coin: {step:,} points are not",
            "乘以积分价值后必须是最小货币单位的整数倍，{step:,} 积分不满足",
            step=step,
        )
        yield values.problem(("points", "cash", "step"), rule, f"step = {whole}")
    elif factor_bp is not None and step * value_bp * factor_bp % BASIS**2:
        rule = says(
            "makes a step of {step:,} points worth a fraction of the smallest coin",
            "会使每 {step:,} 积分的价值不是最小货币单位的整数倍",
            step=step,
        )
        yield values.problem(("points", "cash", "boost", "factor"), rule, "factor = 2.0")


def _life(values: Values) -> Iterator[Problem]:
    """Points can be used before they die."""
    mode, pending = values.get("points", "expiry", "mode"), values.get("points", "pending")
    if pending is None:
        return
    of_lot, of_silence = values.get("points", "expiry", "life"), values.get("points", "expiry", "inactivity")
    counts_from_earning = values.get("points", "expiry", "life_from") != LifeFrom.ACTIVATION
    is_lot = mode in (Expiry.LOT, Expiry.LOT_AND_INACTIVITY) and counts_from_earning
    if is_lot and of_lot and values.get("points", "expiry", "round") == RoundTo.NONE and _days(of_lot) <= pending.days:
        yield values.problem(("points", "expiry", "life"), _too_short(pending.days), 'life = "12 months"')
    is_silent = mode in (Expiry.INACTIVITY, Expiry.LOT_AND_INACTIVITY)
    if is_silent and of_silence and _days(of_silence) <= pending.days:
        yield values.problem(("points", "expiry", "inactivity"), _too_short(pending.days), 'inactivity = "18 months"')


def _too_short(pending_days: int) -> Words:
    return says(
        "must be longer than pending ({days} days): points would die before they can be used",
        "必须长于冻结期 pending（{days} 天），否则积分还不能用就已过期",
        days=pending_days,
    )


def _days(length: Length) -> int:
    """The fewest days a length can have."""
    if length.unit == Period.DAYS:
        return length.count
    years, months = divmod(length.count, len(_SHORTEST_MONTHS))
    return years * _SHORTEST_YEAR + _SHORTEST_MONTHS[months]


def _wheel(values: Values) -> Iterator[Problem]:
    """The chances are those of all that can happen, and a prize of points has some."""
    prizes = list(values.rows("points", "wheel", "prizes"))
    chances = [values.get(*row, "p") for row in prizes]
    if None not in chances and prizes and sum(chances) != MILLION:
        rule = says(
            "have chances that must sum to 1, and here to {total}",
            "各项概率之和必须为 1，这里为 {total}",
            total=f"{sum(chances) / MILLION:.6f}".rstrip("0").rstrip("."),
        )
        example = 'prizes = [ { p = 0.2, kind = "points", points = 100 }, { p = 0.8, kind = "nothing" } ]'
        yield values.problem(("points", "wheel", "prizes"), rule, example)
    for row in prizes:
        kind = values.get(*row, "kind")
        if kind is not None and kind.prize == Prize.POINTS and values.get(*row, "points") == 0:
            rule = says("must be more than zero for a prize of points", "奖品为积分时必须大于零")
            yield values.problem((*row, "points"), rule, "points = 100")
