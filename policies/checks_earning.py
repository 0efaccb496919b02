"""Rules between the rows of ``points.earn`` and the multipliers that meet them."""

from __future__ import annotations

from collections.abc import Iterator

from policies.checks_values import Values
from policies.choices import Combine
from policies.errors import Problem, says
from policies.rules import BASIS
from policies.values import decimal_text

MOST_PER_UNIT = 10_000
"""Most points for one unit of money, all multipliers together: their product with an amount then fits 64 bits."""

_GAINS = ("points", "referrer", "referred", "streak", "give")
"""Keys by which a row that is no purchase gives something."""


def check_earning(values: Values) -> Iterator[Problem]:
    """Every row gives something, no purchase earns by two rows alike, and none earns more than can be counted."""
    yield from _empty(values)
    yield from _alike(values)
    yield from _largest(values)


def _empty(values: Values) -> Iterator[Problem]:
    """A row that writes none of its gains; one that writes a gain of zero is there to be changed."""
    for row in values.rows("points", "earn"):
        on = values.get(*row, "on")
        if on is None or on == "purchase" or any(values.is_written(*row, key) for key in _GAINS):
            continue
        keys = "referrer, referred" if on == "referral" else "points"
        rule = says("gives nothing: it needs {keys} or give", "没有给出任何奖励：须写 {keys} 或 give", keys=keys)
        yield values.problem(row, rule, "referrer = 500" if on == "referral" else "points = 20")


def _alike(values: Values) -> Iterator[Problem]:
    first: dict[tuple[str | None, str | None], str] = {}
    for row in values.rows("points", "earn"):
        if values.get(*row, "on") != "purchase":
            continue
        what = values.get(*row, "category"), values.get(*row, "channel")
        if what in first:
            rule = says(
                "earns on the same purchases as row {other}: two rows need different categories or channels",
                "与第 {other} 条对应相同的消费；两条规则的品类或渠道须不同",
                other=first[what],
            )
            yield values.problem(row, rule, '{ on = "purchase", category = "skincare", per_unit = 1.5 }')
        first.setdefault(what, row[-1])


def _largest(values: Values) -> Iterator[Problem]:
    most_bp = _largest_multiplier(values)
    for row in values.rows("points", "earn"):
        rate_bp = values.get(*row, "per_unit")
        if rate_bp is None or rate_bp * most_bp <= MOST_PER_UNIT * BASIS**2:
            continue
        rule = says(
            "earns too much: with every multiplier that can meet it {rate} points for one unit of money become {total},"
            " and {most:,} is the most",
            "积分过多：与所有可能同时生效的倍数相乘后，每一单位货币的 {rate} 积分变为 {total}，最多只能为 {most:,}",
            rate=decimal_text(rate_bp),
            total=decimal_text(rate_bp * most_bp // BASIS),
            most=MOST_PER_UNIT,
        )
        yield values.problem((*row, "per_unit"), rule, "per_unit = 1.0")


def _largest_multiplier(values: Values) -> int:
    """The best tier, the best plan and all campaigns on one day, in basis points."""
    found = [
        max((values.get(*row, "multiplier") or 0 for row in values.rows(*path)), default=BASIS)
        for path in (("tiers", "level"), ("plans",))
    ]
    found[1] = max(found[1], BASIS)
    found += [values.get(*row, "points_factor") or BASIS for row in values.rows("campaigns")]
    total = BASIS
    for each in found:
        total = (
            total + each - BASIS
            if values.get("points", "combine_multipliers") == Combine.ADD
            else total * each // BASIS
        )
    cap_bp = values.get("points", "multiplier_cap")
    return total if cap_bp is None else min(total, cap_bp)
