"""The names that the versions of a policy use, in the order in which they first stand there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policies.choices import Trigger
from policies.kinds_names import ACTIVITIES
from policies.schema import Version


def in_order(names: Iterable[str | None]) -> tuple[str, ...]:
    """Each name once, where it first stands; None is no name."""
    return tuple(dict.fromkeys(name for name in names if name is not None))


def categories(versions: Sequence[Version]) -> tuple[str, ...]:
    """Categories of goods."""
    earn = [row.category for version in versions if version.points for row in version.points.earn]
    sets = [each.categories for version in versions for each in (*version.coupons, *version.campaigns)]
    return in_order([*earn, *(name for names in sets for name in names)])


def channels(versions: Sequence[Version]) -> tuple[str, ...]:
    """Channels of sale."""
    earn = [row.channel for version in versions if version.points for row in version.points.earn]
    return in_order([*earn, *(name for version in versions for each in version.campaigns for name in each.channels)])


def activities(versions: Sequence[Version]) -> tuple[str, ...]:
    """Activities: the built-in ones first."""
    growth = [name for version in versions for name, _ in version.growth.activities]
    earn = [row for version in versions if version.points for row in version.points.earn]
    return in_order([*ACTIVITIES, *growth, *(row.on for row in earn if row.trigger == Trigger.ACTIVITY)])


def rewards(versions: Sequence[Version]) -> tuple[str, ...]:
    """Rewards of the catalogue."""
    return in_order(reward.name for version in versions if version.points for reward in version.points.rewards)
