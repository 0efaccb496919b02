"""Numbers for the names of a policy: files speak of names, the ledger of numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.rules import ANY

if TYPE_CHECKING:
    from policies.policy import Policy
    from policies.schema import Version

EVERYTHING = -1
"""The set of all numbers, as bits."""

NOTHING_GRANTED = -1
"""Number of the tier that is granted where none is."""


@dataclass(frozen=True)
class Names:
    """What the names of one version stand for. They count from 0, but for what has a zero that means something else."""

    levels: dict[str, int]
    categories: dict[str, int]
    channels: dict[str, int]
    activities: dict[str, int]
    coupons: dict[str, int]
    rewards: dict[str, int]
    campaigns: dict[str, int]
    selling: dict[str, int]
    """Partners whose customers earn points, and"""
    taking: dict[str, int]
    """those that take points."""

    @staticmethod
    def of(policy: Policy, version: Version) -> Names:
        """Names of a version; all but the tiers' are numbered alike in every version of a policy."""
        return Names(
            _numbered((level.name for level in version.tiers.levels), 0),
            _numbered(policy.category_names, 1),
            _numbered(policy.channel_names, 1),
            _numbered(policy.activity_names, 0),
            _numbered(policy.coupon_codes, 1),
            _numbered(policy.reward_names, 0),
            _numbered(policy.campaign_names, 0),
            _numbered(policy.partner_earn_names, 0),
            _numbered(policy.partner_burn_names, 0),
        )

    def category(self, name: str | None) -> int:
        """Number of a category, ANY for None."""
        return ANY if name is None else self.categories[name]

    def channel(self, name: str | None) -> int:
        """Number of a channel, ANY for None."""
        return ANY if name is None else self.channels[name]

    def coupon(self, code: str | None) -> int:
        """Number of a coupon code, 0 for None."""
        return 0 if code is None else self.coupons[code]

    def granted_level(self, name: str | None) -> int:
        """Number of a tier that a fee or a top-up grants."""
        return NOTHING_GRANTED if name is None else self.levels[name]


def bits(names: Iterable[str], numbers: dict[str, int]) -> int:
    """The set of some names as bits; no names mean all of them."""
    found = 0
    for name in names:
        found |= 1 << numbers[name]
    return found or EVERYTHING


def _numbered(names: Iterable[str], first: int) -> dict[str, int]:
    return {name: number for number, name in enumerate(names, start=first)}
