"""What an order earns, line by line, in fractions."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

from policies.choices import CampaignDays, Combine, EarnOn, Metric, RoundPer, Upgrade
from tests.naive.dates import BP, part_of, rounded
from tests.naive.plans import Plans


class Earning(Plans):
    """Rules of earning, as pure functions of a sale and of what is left of its lines.

    A sale is a dictionary with the rules, seat, best tier, plan, channel and campaigns of its moment, the amounts it
    came to, and its lines; ``lists`` and ``prices`` hold the list price and the price of each line, or what is left.
    """

    def price_discount(self, list_cents: int, rules, seat: int, plan: int) -> int:
        """What tier or plan takes off a list price."""
        rate = rules.tiers.levels[seat].discount
        if plan:
            rate = max(rate, rules.plans[plan - 1].discount)
        return part_of(list_cents, rate, BP)

    # ---- campaigns ----

    def campaigns_of(self, sale: dict) -> list[tuple[int, object]]:
        """The campaigns that count for a sale that happens now."""
        return [
            (self.policy.campaign_names.index(each.name), each)
            for each in self.rules.campaigns
            if self.campaign_counts(each, sale)
        ]

    def campaign_counts(self, campaign, sale: dict) -> bool:
        """Whether a campaign counts now for such an order."""
        today, (days, number) = self.today, campaign.on
        if (campaign.since and today < campaign.since) or (campaign.through and today > campaign.through):
            return False
        if days == CampaignDays.DAY_OF_MONTH and today.day != number:
            return False
        if days == CampaignDays.WEEKDAY and today.weekday() != number:
            return False
        if days == CampaignDays.BIRTHDAY_MONTH and (not self.birthday or self.birthday[0] != today.month):
            return False
        if campaign.tiers and self.level(self.seat).name not in campaign.tiers:
            return False
        if campaign.channels and self.channel_name(sale["channel"]) not in campaign.channels:
            return False
        closed = self.closed.get(("campaign", self.policy.campaign_names.index(campaign.name)))
        if closed and (today, self.second) >= closed:
            return False
        return not campaign.categories or any(self.in_categories(line, campaign.categories) for line in sale["lines"])

    def channel_name(self, number: int) -> str | None:
        """A channel by its number; None for no channel in particular."""
        names = self.policy.channel_names
        return names[number - 1] if 1 <= number <= len(names) else None

    def category_name(self, number: int) -> str | None:
        """A category by its number; None for no category in particular."""
        names = self.policy.category_names
        return names[number - 1] if 1 <= number <= len(names) else None

    def in_categories(self, line: dict, categories: tuple[str, ...]) -> bool:
        """Whether a line is of one of these categories; all if none are named."""
        return not categories or self.category_name(line["category"]) in categories

    # ---- points of the amount ----

    def worth(self, sale: dict, lists: list[int], prices: list[int], campaigns: list) -> int:
        """Points for these lines with these campaigns, rounded as the policy says."""
        points = sale["rules"].points
        if points is None:
            return 0
        how, per, _ = points.rounding
        sums: dict[object, Fraction] = {}
        for line, row, base, multiplier in self.pieces(sale, lists, prices, campaigns):
            key = {RoundPer.ORDER: 0, RoundPer.RULE: row, RoundPer.LINE: line}[per]
            rate = Fraction(points.earn[row].per_unit * multiplier, BP * BP)
            sums[key] = sums.get(key, Fraction(0)) + rate * Fraction(base, self.policy.minor_per_major)
        return sum(rounded(each, how) for each in sums.values())

    def pieces(self, sale: dict, lists: list[int], prices: list[int], campaigns: list) -> list[tuple]:
        """(line, row, base, multiplier) of all that earns."""
        found = []
        position = 0
        points = sale["rules"].points
        rows = [self.purchase_row(points, line["category"], sale["channel"]) for line in sale["lines"]]
        bases = [self.base(sale, *each) for each in zip(lists, prices, strict=True)]
        if points.rounding.block:
            bases = self.full_blocks(rows, bases, points.rounding.block)
        for number, line in enumerate(sale["lines"]):
            row, base = rows[number], bases[number]
            mine = [each for each in campaigns if self.in_categories(line, each.categories)]
            size = self.counting(sale, prices[number])
            done = 0
            portions = self.portions(sale, position, size)
            for last, (level, length) in enumerate(portions, start=1):
                part = base - done if last == len(portions) else part_of(base, length, size)
                done += part
                if row is not None:
                    found.append((number, row, part, self.multiplier(sale, level, mine)))
            position += size
        return found

    @staticmethod
    def full_blocks(rows: list[int | None], bases: list[int], block: int) -> list[int]:
        """The bases, but of each row only full blocks count: the first lines use them up."""
        full = {row: sum(base for each, base in zip(rows, bases, strict=True) if each == row) for row in rows}
        left = {row: base // block * block for row, base in full.items()}
        counting = []
        for row, base in zip(rows, bases, strict=True):
            counting.append(min(base, left[row]))
            left[row] -= counting[-1]
        return counting

    def purchase_row(self, points, category: int, channel: int) -> int | None:
        """The most specific row: category and channel, category, channel, any; the first of several."""
        fits = []
        for number, row in enumerate(points.earn):
            if row.on != "purchase":
                continue
            by_category = row.category is not None and row.category == self.category_name(category)
            by_channel = row.channel is not None and row.channel == self.channel_name(channel)
            if (row.category is None or by_category) and (row.channel is None or by_channel):
                fits.append((-2 * by_category - by_channel, number))
        return min(fits)[1] if fits else None

    def base(self, sale: dict, list_price: int, price: int) -> int:
        """The part of a line that earns."""
        earn_on = sale["rules"].points.earn_on
        if earn_on == EarnOn.LIST:
            return list_price
        paid = {
            EarnOn.AFTER_DISCOUNTS: 0,
            EarnOn.NET_OF_POINTS: sale["points_cents"],
            EarnOn.NET_OF_POINTS_AND_BONUS: sale["points_cents"] + sale["bonus"],
        }[earn_on]
        return price - part_of(price, paid, sale["due"])

    def multiplier(self, sale: dict, level: int, campaigns: list) -> int:
        """All multipliers together, in basis points."""
        rules = sale["rules"]
        each = [rules.tiers.levels[level].multiplier]
        each.append(rules.plans[sale["plan"] - 1].multiplier if sale["plan"] else BP)
        each += [campaign.points_factor for campaign in campaigns]
        if rules.points.combine_multipliers == Combine.ADD:
            product = max(0, BP + sum(one - BP for one in each))
        else:
            product = BP
            for one in each:
                product = math.floor(Fraction(product * one, BP))
        cap = rules.points.multiplier_cap
        return product if cap is None else min(product, cap)

    # ---- orders that cross a threshold ----

    def counting(self, sale: dict, price: int) -> int:
        """How much of a line moves the member towards the next tier."""
        if sale["rules"].tiers.metric != Metric.NET_SPEND:
            return price
        return price - part_of(price, sale["points_cents"] + sale["bonus"], sale["due"])

    def portions(self, sale: dict, position: int, size: int) -> list[tuple[int, int]]:
        """(tier, length) of the portions of a line that begins at a position of its order."""
        tiers = sale["rules"].tiers
        counts_money = tiers.metric in (Metric.SPEND, Metric.NET_SPEND, Metric.GROWTH)
        if not (tiers.threshold_mode and counts_money and tiers.upgrade == Upgrade.IMMEDIATELY):
            return [(sale["seat"], size)]
        cuts = {self.position_of(sale, level) for level in range(len(tiers.levels))} - {None}
        cuts = [position, *sorted(cut for cut in cuts if position < cut < position + size), position + size]
        return [(self.level_at(sale, begin), end - begin) for begin, end in pairwise(cuts)]

    def needed(self, sale: dict, level: int) -> int:
        """What had to count for a tier when the sale was made."""
        rules = sale["rules"].tiers.levels[level]
        return rules.re_enter if level <= sale["best"] else rules.enter

    def position_of(self, sale: dict, level: int) -> int | None:
        """The first position of the order at which a tier's threshold is met."""
        missing = max(0, self.needed(sale, level) - sale["before"])
        if sale["rules"].tiers.metric != Metric.GROWTH:
            return missing
        rate = sale["rules"].growth.per_unit_spent
        return math.ceil(Fraction(missing * self.policy.minor_per_major * BP, rate)) if rate else None

    def level_at(self, sale: dict, position: int) -> int:
        """The tier at a position of the order."""
        counted = position
        if sale["rules"].tiers.metric == Metric.GROWTH:
            counted = self.growth_of(sale, position)
        invited = sale["rules"].join.invite_tiers
        reached = [
            number
            for number, level in enumerate(sale["rules"].tiers.levels)
            if level.name not in invited and sale["before"] + counted >= self.needed(sale, number)
        ]
        return max(sale["seat"], *reached)

    def growth_of(self, sale: dict, price: int) -> int:
        """Growth for so much money."""
        rules = sale["rules"]
        if rules.tiers.metric != Metric.GROWTH:
            return 0
        return part_of(price, rules.growth.per_unit_spent, self.policy.minor_per_major * BP)
