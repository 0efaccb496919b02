"""Rules between values: what each value allows but all together do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from policies.amounts import Threshold
from policies.currencies import Currency
from policies.document import Document, Flat, Path, entry_at
from policies.errors import Problem, Words, all_of, both, says, shown
from policies.parameters import spelled
from policies.rules import BASIS, Expiry, Metric, Period, RoundTo
from policies.values import Setting

LARGEST_PART = 2**31
"""Numerator and denominator of an earning rate stay below this, so that a product with an amount fits 64 bits."""

_LONGEST_MONTH = 31


@dataclass(frozen=True)
class Values:
    """The good values of one version, and how to complain about one. Bad values are absent."""

    flat: Flat
    document: Document
    since: date

    def get(self, *path: str) -> Any:
        """The value of a path, or None."""
        return self.flat.get(path)

    def problem(self, path: Path, rule: Words, example: Words | str) -> Problem:
        """A problem at a path, with the value and date that the file gives it."""
        leaf = self.document.leaves.get(path)
        if leaf is None:
            return Problem(self.document.file, spelled(path), rule, example=example)
        entry = entry_at(leaf, self.since)
        return Problem(leaf.file, spelled(path), rule, shown(entry.value), entry.since, example)


def check_version(values: Values, currency: Currency) -> Iterator[Problem]:
    """All contradictions of one version."""
    yield from _levels(values, currency)
    yield from _cash(values)
    yield from _life(values)
    yield from _earning(values, currency)


def _levels(values: Values, currency: Currency) -> Iterator[Problem]:
    """The first level is open to all, each later one is higher, and keeping is never harder than entering."""
    metric = values.get("tiers", "metric")
    if metric is None or ("tiers", "level") in values.document.spoilt:
        return
    setting = Setting(currency, metric)

    def words(amount: int) -> Words:
        return both(lambda language: Threshold().text(amount, setting, language))

    def legal(amount: int) -> str:
        return f'"{Threshold.written(amount, currency)}"' if metric == Metric.SPEND else str(amount)

    before: tuple[Words, int] | None = None
    for index, name in enumerate(values.document.rows.get(("tiers", "level"), [])):
        path = ("tiers", "level", name)
        enter, keep = values.get(*path, "enter"), values.get(*path, "keep")
        if enter is None:
            continue
        if index == 0 and enter:
            rule = says("must be 0: every member stands on the first level", "必须为 0，因为第一个等级面向所有会员")
            yield values.problem((*path, "enter"), rule, "enter = 0")
        if before and enter <= before[1]:
            rule = says(
                "must be more than {below}'s {amount}: levels stand in ascending order without overlap",
                "必须大于{below}的 {amount}；等级须从低到高排列，互不重叠",
                below=before[0],
                amount=words(before[1]),
            )
            yield values.problem((*path, "enter"), rule, f"enter = {legal(before[1] + currency.minor_per_major)}")
        if keep is not None and keep > enter:
            rule = says(
                "must not be above enter ({amount}): a member who just came up would fall",
                "不能高于升级门槛 enter（{amount}），否则刚升级的会员就会降级",
                amount=words(enter),
            )
            yield values.problem((*path, "keep"), rule, f"keep = {legal(enter)}")
        before = Words(name, f"「{values.get(*path, 'name_zh') or name}」"), enter


def _cash(values: Values) -> Iterator[Problem]:
    """A redemption is a whole number of minor units and of steps."""
    minimum, step = values.get("points", "cash", "minimum"), values.get("points", "cash", "step")
    value_bp = values.get("points", "value")
    if step is not None and minimum is not None and minimum % step:
        rule = says("must be a multiple of step ({step:,})", "必须是步长 step（{step:,}）的整数倍", step=step)
        example = f"minimum = {(minimum // step + 1) * step}"
        yield values.problem(("points", "cash", "minimum"), rule, example)
    if step is not None and value_bp is not None and step * value_bp % BASIS:
        whole = Fraction(value_bp, BASIS).denominator
        rule = says(
            "times the value of a point must be a whole number of the smallest coin: {step:,} points are not",
            "乘以积分价值后必须是最小货币单位的整数倍，{step:,} 积分不满足",
            step=step,
        )
        yield values.problem(("points", "cash", "step"), rule, f"step = {whole}")


def _life(values: Values) -> Iterator[Problem]:
    """Points can be used before they die."""
    life, pending = values.get("points", "expiry", "life"), values.get("points", "pending")
    mode, to = values.get("points", "expiry", "mode"), values.get("points", "expiry", "round")
    if life is None or pending is None or mode != Expiry.LOT or to != RoundTo.NONE:
        return
    days = life.count if life.unit == Period.DAYS else life.count * _LONGEST_MONTH
    if days <= pending.count:
        rule = says(
            "must be longer than pending ({days} days): points would die before they can be used",
            "必须长于冻结期 pending（{days} 天），否则积分还不能用就已过期",
            days=pending.count,
        )
        yield values.problem(("points", "expiry", "life"), rule, 'life = "12 months"')


def earning_rate(per_unit_bp: int, level_bp: int, plan_bp: int, minor_per_major: int) -> Fraction:
    """Points per minor unit of the earning base, exactly."""
    return Fraction(per_unit_bp * level_bp * plan_bp, BASIS**3 * minor_per_major)


def _earning(values: Values, currency: Currency) -> Iterator[Problem]:
    """Every product of rate and multipliers is a fraction small enough to calculate with."""
    plans = [BASIS, *(values.get("plans", name, "multiplier") for name in values.document.rows.get(("plans",), []))]
    for row in values.document.rows.get(("points", "earn"), []):
        path = ("points", "earn", row, "per_unit")
        per_unit_bp = values.get(*path)
        for level in values.document.rows.get(("tiers", "level"), []):
            level_bp = values.get("tiers", "level", level, "multiplier")
            for plan_bp in plans:
                if per_unit_bp is None or level_bp is None or plan_bp is None:
                    continue
                rate = earning_rate(per_unit_bp, level_bp, plan_bp, currency.minor_per_major)
                if max(rate.numerator, rate.denominator) < LARGEST_PART:
                    continue
                plan = [] if plan_bp == BASIS else [f"plans.{values.document.rows[('plans',)][0]}.multiplier"]
                rule = says(
                    "times {multipliers} is not a simple enough fraction: {above}/{below} must stay below {most:,}; "
                    "use fewer decimals",
                    "与 {multipliers} 相乘后的分数过于复杂，"
                    "{above}/{below} 的分子和分母都须小于 {most:,}；请减少小数位数",
                    multipliers=all_of([f"tiers.level.{level}.multiplier", *plan]),
                    above=rate.numerator,
                    below=rate.denominator,
                    most=LARGEST_PART,
                )
                example = says("per_unit = 1.0 with multiplier = 1.25", "per_unit = 1.0，且 multiplier = 1.25")
                yield values.problem(path, rule, example)
