"""A policy: what one file says, resolved, with its versions by date."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from policies.choices import Metric
from policies.compile import compiled
from policies.currencies import Currency
from policies.days import day_of
from policies.document import Document, Flat
from policies.names import activities, categories, channels, in_order, rewards
from policies.rules import Rules
from policies.schema import Header, Version
from policies.values import Setting

FIRST_DATE = date.min
"""From when the first version rules: the beginning of time."""


@dataclass(frozen=True, eq=False)
class Policy:
    """One program's rules. Made by ``load_policy`` and ``edit``; two with equal ``digest`` have equal rules."""

    name: str
    """The file's name without its ending."""
    header: Header
    document: Document
    """What the file and all it extends say, merged, as they spell it."""
    versions: tuple[Version, ...]
    """Resolved values, one version per date in ``dates``."""
    flats: tuple[Flat, ...]
    """The same values by path."""
    dates: tuple[date, ...]
    """From when each version rules; the first is the beginning of time (``date.min``)."""
    switch_version: int | None = None
    """Index of the first version of this file; those before belong to the policy that it replaces. None: no switch."""

    @property
    def title(self) -> str:
        """What the program is called."""
        return self.header.title

    @property
    def title_zh(self) -> str:
        """What it is called in Chinese; the title if there is no other."""
        return self.header.title_zh or self.header.title

    @property
    def question(self) -> str | None:
        """The question the policy is there to answer."""
        return self.header.question

    @property
    def question_zh(self) -> str | None:
        """The question in Chinese; the question if there is no other."""
        return self.header.question_zh or self.header.question

    @property
    def reference(self) -> str | None:
        """Where the design comes from."""
        return self.header.reference

    @property
    def extends(self) -> str | None:
        """The policy it starts from, as the file names it."""
        return self.header.extends

    @property
    def currency(self) -> str:
        """ISO 4217 code."""
        return self.header.currency

    @property
    def time_zone(self) -> str:
        """IANA name."""
        return self.header.time_zone

    @property
    def minor_per_major(self) -> int:
        """Minor units in one unit of the currency: 100 for CNY, 1 for JPY."""
        return Currency(self.currency).minor_per_major

    @property
    def own_versions(self) -> range:
        """Indexes of the versions that are this file's, and not of the policy that it replaces."""
        return range(self.switch_version or 0, len(self.versions))

    @property
    def level_names(self) -> tuple[str, ...]:
        """Names of the tiers, lowest first."""
        return tuple(level.name for level in self.versions[-1].tiers.levels)

    @property
    def level_names_zh(self) -> tuple[str, ...]:
        """Chinese names of the tiers; the name where there is no other."""
        return tuple(level.name_zh or level.name for level in self.versions[-1].tiers.levels)

    @property
    def plan_names(self) -> tuple[str, ...]:
        """Names of the paid plans."""
        return tuple(plan.name for plan in self.versions[-1].plans)

    @property
    def plan_names_zh(self) -> tuple[str, ...]:
        """Chinese names of the paid plans; the name where there is no other."""
        return tuple(plan.name_zh or plan.name for plan in self.versions[-1].plans)

    @cached_property
    def category_names(self) -> tuple[str, ...]:
        """Categories of goods that any version names; the number of one is its place, from 1."""
        return categories(self.versions)

    @cached_property
    def channel_names(self) -> tuple[str, ...]:
        """Channels of sale that any version names; the number of one is its place, from 1."""
        return channels(self.versions)

    @cached_property
    def activity_names(self) -> tuple[str, ...]:
        """Activities: the built-in ones, then those that any version names; the number of one is its place, from 0."""
        return activities(self.versions)

    @cached_property
    def coupon_codes(self) -> tuple[str, ...]:
        """Coupons of any version; the number of one is its place, from 1."""
        return in_order(coupon.code for version in self.versions for coupon in version.coupons)

    @cached_property
    def reward_names(self) -> tuple[str, ...]:
        """Rewards of the catalogue of any version."""
        return rewards(self.versions)

    @cached_property
    def campaign_names(self) -> tuple[str, ...]:
        """Campaigns of any version."""
        return in_order(campaign.name for version in self.versions for campaign in version.campaigns)

    @cached_property
    def partner_earn_names(self) -> tuple[str, ...]:
        """Partners of any version whose customers earn points."""
        return in_order(partner.name for version in self.versions for partner in version.partners.earn)

    @cached_property
    def partner_burn_names(self) -> tuple[str, ...]:
        """Partners of any version that take points."""
        return in_order(partner.name for version in self.versions for partner in version.partners.burn)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the rules (hex): the same for two files that mean the same, however they are written.

        Title, question, references and how a replaced policy is called do not count.
        """
        content = {
            "currency": self.currency,
            "time_zone": self.time_zone,
            "dates": [each.isoformat() for each in self.dates],
            "versions": [version.model_dump(exclude={"switch": {"replaces"}}) for version in self.versions],
            "switch": self.switch_version,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()

    @cached_property
    def rules(self) -> Rules:
        """The policy as arrays."""
        return compiled(self)

    @property
    def has_program(self) -> bool:
        """Whether members without a paid plan get anything: points, gifts, a bonus, more than one tier, a discount."""
        return any(_gives(version) for version in self.versions)

    def on(self, day: int | date) -> Version:
        """The rules of a day, given as a date or as days since 1970-01-01."""
        number = day_of(day) if isinstance(day, date) else day
        return self.versions[max(bisect_right([day_of(each) for each in self.dates], number) - 1, 0)]

    def setting(self, version: int) -> Setting:
        """What the values of a version (by index) mean."""
        metric: Metric = self.versions[version].tiers.metric
        return Setting(Currency(self.currency), metric)


def _gives(version: Version) -> bool:
    levels = version.tiers.levels
    gifts, stored = version.gifts, version.stored_value
    if len(levels) > 1 or gifts.join or gifts.birthday or gifts.year_end or gifts.win_back:
        return True
    if version.partners.earn or (stored and any(offer.bonus for offer in stored.offers)):
        return True
    earn = version.points.earn if version.points else ()
    bases = any(row.per_unit for row in earn)
    others = any(row.points or row.referrer or row.referred or row.give for row in earn)
    campaigns = version.points is not None and any(campaign.points for campaign in version.campaigns)
    return others or campaigns or any(each.discount or (bases and each.multiplier) for each in levels)


def compile_rules(policy: Policy) -> Rules:
    """The policy as arrays, the only form in which the ledger sees it. Compiled once per policy."""
    return policy.rules
