"""What a check looks at, what it finds, and the sums that several checks need.

A check reads resolved values only: nothing is simulated, and nobody's behaviour is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from policies.amounts import Threshold
from policies.choices import Combine, Item, Metric, Period
from policies.document import Path, entry_at
from policies.errors import Words, both, shown
from policies.kinds_names import activity_text
from policies.parameters import parameter_of, spelled
from policies.periods import Length, length_text
from policies.policy import Policy
from policies.rules import BASIS, NO_LIMIT
from policies.schema import Version
from policies.schema_earning import Earn
from policies.schema_points import Points
from policies.schema_tiers import Level

_DAYS_IN_MONTH = 30


@dataclass(frozen=True)
class Advice:
    """One remark on a policy that is legal: what can happen, and to whom."""

    code: str
    paths: tuple[Path, ...]
    """The keys that bring it about, the first one first to be changed."""
    lines: tuple[str, ...]
    """The same keys with their values as the file spells them; a default too."""
    words: Words
    """What can happen."""
    story: Words
    """A member to whom it happens, with the numbers of this policy."""
    since: date | None = None
    """From when it is so, if the rules change over time."""


@dataclass(frozen=True)
class Check:
    """One declared check."""

    code: str
    meaning: Words
    """What it warns of, for any policy."""
    cure: Words
    """What makes it silent."""
    find: Callable[[Look], Iterator[Advice]]


def check(code: str, meaning: Words, cure: Words) -> Callable[[Callable[[Look], Iterator[Advice]]], Check]:
    """Declares the function below it as a check."""
    return lambda find: Check(code, meaning, cure, find)


@dataclass(frozen=True)
class Look:
    """One version of a policy, and the words for what is found in it."""

    policy: Policy
    index: int

    @property
    def version(self) -> Version:
        """Its resolved values."""
        return self.policy.versions[self.index]

    @property
    def has_tiers(self) -> bool:
        """Whether the file speaks of tiers; one that does not has a single tier that nobody notices."""
        return ("tiers",) in self.policy.document.tables

    @property
    def points(self) -> Points:
        """Its points; only asked where ``has_points``."""
        assert self.version.points is not None
        return self.version.points

    @property
    def has_points(self) -> bool:
        """Whether there are points at all."""
        return self.version.points is not None

    def advice(self, code: str, paths: list[Path], words: Words, story: Words) -> Advice:
        """What a check has found."""
        since = self.policy.dates[self.index] if self.index > self.policy.own_versions[0] else None
        return Advice(code, tuple(paths), tuple(self._line(each) for each in paths), words, story, since)

    def _line(self, path: Path) -> str:
        """A key with its value as the file spells it, or with its default."""
        leaf = self.policy.document.leaves.get(path)
        if leaf:
            return f"{spelled(path)} = {shown(entry_at(leaf, self.policy.dates[self.index]).value)}"
        parameter = parameter_of(path)
        if parameter.default_from:
            return self._line((*path[:-1], parameter.default_from))
        return f"{spelled(path)} = {shown(parameter.default)}"

    def rows(self, *path: str) -> Iterator[tuple[Path, Any]]:
        """(path, row) of a list of tables, such as ``rows("points", "earn")``."""
        table: Any = self.version
        for key in path:
            table = getattr(table, "levels" if key == "level" else key, None)
            if table is None:
                return
        for name, row in zip(self.policy.document.rows.get(path, []), table, strict=True):
            yield (*path, name), row

    @property
    def levels(self) -> list[tuple[Path, Level]]:
        """(path, level) of the tiers of the file, lowest first."""
        return list(self.rows("tiers", "level")) if self.has_tiers else []

    @property
    def climbed(self) -> list[tuple[Path, Level]]:
        """The tiers above the first that an amount reaches."""
        return [each for each in self.levels[1:] if each[1].name not in self.version.join.invite_tiers]

    @property
    def bases(self) -> list[tuple[Path, Earn]]:
        """Rows by which purchases earn."""
        return [(path, row) for path, row in self.rows("points", "earn") if row.on == "purchase" and row.per_unit]

    @property
    def return_days(self) -> int:
        """How long an order can be returned; more than any wait if it always can."""
        days = self.version.refunds.within
        return 10**6 if days == NO_LIMIT else days

    @property
    def minor(self) -> int:
        """Minor units in one unit of the currency."""
        return self.policy.minor_per_major

    # --- sums -----------------------------------------------------------------------------------------------------

    def worth(self, points: int) -> int:
        """What points are worth as cash, minor units."""
        return points * self.points.value // BASIS

    def rate(self, level: Level | None = None) -> Fraction:
        """Worth of the points that one minor unit earns by the best row, at a tier."""
        best = max((row.per_unit or 0 for _, row in self.bases), default=0)
        factor = level.multiplier if level else BASIS
        return Fraction(best, BASIS) * Fraction(factor, BASIS) * Fraction(self.points.value, BASIS) / self.minor

    def spend(self, level: Level) -> int | None:
        """Money that reaches a tier, minor units; None if it is not reached by money."""
        tiers, growth = self.version.tiers, self.version.growth.per_unit_spent
        if tiers.metric in (Metric.SPEND, Metric.NET_SPEND):
            return level.enter
        if tiers.metric == Metric.GROWTH and growth:
            return -(-level.enter * self.minor * BASIS // growth)
        best = max((row.per_unit or 0 for _, row in self.bases), default=0) if self.has_points else 0
        if tiers.metric == Metric.POINTS_EARNED and best:
            return -(-level.enter * self.minor * BASIS // best)
        return None

    def largest_factor(self) -> Fraction:
        """Best tier, best plan and all campaigns on one day, as the policy combines them."""
        tiers = max((each.multiplier for each in self.version.tiers.levels), default=BASIS)
        plans = max((each.multiplier for each in self.version.plans), default=BASIS)
        factors = [tiers, max(plans, BASIS), *(each.points_factor for each in self.version.campaigns)]
        total = Fraction(1)
        for each in factors:
            bp = Fraction(each, BASIS)
            total = total + bp - 1 if self.points.combine_multipliers == Combine.ADD else total * bp
        cap = self.points.multiplier_cap
        return total if cap is None else min(total, Fraction(cap, BASIS))

    def coupon_worth(self, code: str) -> int | None:
        """The most that a coupon takes off, minor units; None if there is no most."""
        coupon = next(each for each in self.version.coupons if each.code == code)
        return coupon.off if coupon.off is not None else coupon.cap

    def coupons_in(self, gifts: tuple) -> list[str]:
        """Codes of the coupons among gifts."""
        return [gift.number for gift in gifts if gift.kind == Item.COUPON]

    def points_in(self, gifts: tuple) -> int:
        """Points among gifts."""
        return sum(gift.number for gift in gifts if gift.kind == Item.POINTS)

    # --- words ----------------------------------------------------------------------------------------------------

    def money(self, cents: int) -> Words:
        """An amount for a reader."""
        currency = self.policy.setting(self.index).currency
        return both(lambda language: currency.text(cents, language))

    def amount(self, threshold: int) -> Words:
        """What tiers count, for a reader."""
        setting = self.policy.setting(self.index)
        return both(lambda language: Threshold().text(threshold, setting, language))

    def coupon(self, code: str) -> Words:
        """A coupon by its code and what it takes off at most."""
        most = self.coupon_worth(code)
        if most is None:
            return Words(f"coupon {code}", f"优惠券「{code}」")
        money = self.money(most)
        return Words(f"coupon {code} (up to {money.en})", f"优惠券「{code}」（最多 {money.zh}）")


def called(row: Any) -> Words:
    """A tier, plan or other row by its name."""
    return Words(row.name, f"「{row.name_zh or row.name}」")


def done(activity: str) -> Words:
    """An activity by its name."""
    return both(lambda language: activity_text(activity, language))


def long(length: Length) -> Words:
    """A length of time for a reader."""
    return both(lambda language: length_text(length, language))


def fewest_days(length: Length) -> int:
    """About how many days a length has; months as thirty days."""
    return length.count if length.unit == Period.DAYS else length.count * _DAYS_IN_MONTH


def percent(share: Fraction) -> str:
    """A share as a number of per cent with at most one decimal."""
    text = f"{float(share * 100):.1f}"
    return text.removesuffix(".0") + " %"
