"""How many points and how much growth an order earns, from what is left of its lines."""

from __future__ import annotations

from policies.arithmetic import divide, proportion
from policies.choices import Combine, EarnOn, Metric, Rounding, RoundPer, Trigger
from policies.kernel import kernel
from policies.pricing import discount_bp, due_cents, has_bit, parts_paid
from policies.rules import ANY, BASIS, NO_LIMIT
from policies.tiers import level_earned, next_threshold

LARGEST_ORDER_CENTS = 10**12
"""Largest list price of one order, minor units: the most that a policy file may name, too."""

_LARGEST_PRODUCT = 2**62
"""Products of an amount with a rate stay below this: half of 64 bits, with a sign."""

_EVERY = -1
"""Stands for a category in which every campaign counts."""


@kernel
def rule_on(rules, day):
    """The version in force on a day: the last one effective on or before it."""
    index = 0
    while index + 1 < rules.size and rules[index + 1].effective_day <= day:
        index += 1
    return rules[index]


@kernel
def largest_order_cents(rule, tier, plan):
    """Largest list price of which discount, points and growth can be calculated in 64 bits, minor units."""
    rate = 0
    for row in range(rule.earn_rows):
        rate = max(rate, rule.earn_rate_bp[row])
    highest = rule.levels if rule.split_order == 1 else tier + 1
    multiplier = BASIS
    for level in range(tier, highest):
        multiplier = max(multiplier, multiplier_bp(rule, level, plan, -1, rule.campaigns, _EVERY))
    return min(LARGEST_ORDER_CENTS, _LARGEST_PRODUCT // max(max(rate, 1) * multiplier, rule.growth_per_unit_bp))


@kernel
def row_of_line(rule, category, channel):
    """The row of ``points.earn`` by which a line earns: the most specific one, or -1."""
    found = -1
    best = -1
    for row in range(rule.earn_rows):
        if rule.earn_trigger[row] != Trigger.PURCHASE:
            continue
        wanted, place = rule.earn_category[row], rule.earn_channel[row]
        if wanted in (ANY, category) and place in (ANY, channel):
            special = (2 if wanted != ANY else 0) + (1 if place != ANY else 0)
            if special > best:
                best = special
                found = row
    return found


@kernel
def multiplier_bp(rule, tier, plan, campaigns, upto, category):
    """Tier, plan and the first `upto` of the campaigns (bits) together, rounded down to basis points."""
    add = rule.combine == Combine.ADD
    total = _combined(add, rule.multiplier_bp[tier], rule.plan_multiplier_bp[plan])
    if campaigns != 0:
        for campaign in range(upto):
            if has_bit(campaigns, campaign) and (
                category == _EVERY or has_bit(rule.campaign_categories[campaign], category)
            ):
                total = _combined(add, total, rule.campaign_factor_bp[campaign])
    total = max(total, 0)
    if rule.multiplier_cap_bp != NO_LIMIT:
        total = min(total, rule.multiplier_cap_bp)
    return total


@kernel
def _combined(add, one, other):
    """Two multipliers together."""
    return one + other - BASIS if add else one * other // BASIS


@kernel
def base_cents(rule, order, line, due):
    """The part of a line that earns, in minor units."""
    if rule.earn_on == EarnOn.LIST:
        return line.left_cents
    paid = 0
    if rule.earn_on == EarnOn.NET_OF_POINTS:
        paid = order.points_cents
    elif rule.earn_on == EarnOn.NET_OF_POINTS_AND_BONUS:
        paid = order.points_cents + order.stored_cents - order.principal_cents
    return due - proportion(due, paid, order.due_cents) if paid > 0 else due


@kernel
def counted_cents(rule, order, due):
    """The part of an amount to pay that tiers count as spending, in minor units."""
    if rule.metric != Metric.NET_SPEND:
        return due
    paid = order.points_cents + order.stored_cents - order.principal_cents
    return due - proportion(due, paid, order.due_cents) if paid > 0 else due


@kernel
def points_of_lines(rule, order, lines, upto):
    """Points for what is left of an order, with the first `upto` of its campaigns, rounded as the policy says."""
    if rule.block_cents > 0 or rule.round_per == RoundPer.RULE:
        total = 0
        for row in range(rule.earn_rows):
            if rule.earn_trigger[row] == Trigger.PURCHASE:
                total += _points_of_row(rule, order, lines, upto, row)
        return total
    total = 0
    position = 0
    numerator = 0
    for place in range(order.first_line, order.first_line + order.lines):
        line = lines[place]
        due = due_cents(line, discount_bp(rule, order.tier, order.plan))
        row = row_of_line(rule, line.category, order.channel)
        if row >= 0:
            numerator += _numerator(rule, order, line, due, position, base_cents(rule, order, line, due), upto, row)
        if rule.round_per == RoundPer.LINE:
            total += _rounded(rule, numerator)
            numerator = 0
        position += counted_cents(rule, order, due)
    return total + _rounded(rule, numerator)


@kernel
def _points_of_row(rule, order, lines, upto, row):
    """Points of all lines that earn by one row, rounded once; in full blocks if the policy has them."""
    room = _in_blocks(rule, order, lines, row)
    position = 0
    numerator = 0
    for place in range(order.first_line, order.first_line + order.lines):
        line = lines[place]
        due = due_cents(line, discount_bp(rule, order.tier, order.plan))
        if row_of_line(rule, line.category, order.channel) == row:
            base = min(base_cents(rule, order, line, due), room)
            room -= base
            numerator += _numerator(rule, order, line, due, position, base, upto, row)
        position += counted_cents(rule, order, due)
    return _rounded(rule, numerator)


@kernel
def _in_blocks(rule, order, lines, row):
    """How much of a row's base counts: all of it, or the largest multiple of a block."""
    if rule.block_cents == 0:
        return _LARGEST_PRODUCT
    base = 0
    for place in range(order.first_line, order.first_line + order.lines):
        line = lines[place]
        if row_of_line(rule, line.category, order.channel) == row:
            base += base_cents(rule, order, line, due_cents(line, discount_bp(rule, order.tier, order.plan)))
    return base // rule.block_cents * rule.block_cents


@kernel
def _rounded(rule, numerator):
    return divide(numerator, BASIS * BASIS * rule.minor_per_major, rule.rounding)


@kernel
def _numerator(rule, order, line, due, position, base, upto, row):
    """Base x rate x multiplier of a line; where an order is split, of each part at its own tier."""
    rate = rule.earn_rate_bp[row]
    if rule.split_order == 0:
        return base * rate * multiplier_bp(rule, order.tier, order.plan, order.campaigns, upto, line.category)
    length = counted_cents(rule, order, due)
    begin = 0
    left = base
    total = 0
    while begin < length or (length == 0 and left > 0):
        level = _level_at(rule, order, position + begin)
        end = min(length, _next_level_at(rule, order, level) - position)
        part = left if end >= length else proportion(base, end - begin, length)
        total += part * rate * multiplier_bp(rule, level, order.plan, order.campaigns, upto, line.category)
        left -= part
        begin = end
    return total


@kernel
def _level_at(rule, order, position):
    """Tier that the qualifying amount reaches at a position of the order, at least the tier of the sale."""
    reached = order.qualifying_before + _amount_at(rule, position)
    return max(order.tier, level_earned(rule, order.best_tier, reached))


@kernel
def _amount_at(rule, position):
    """What the first `position` minor units of an order add to what tiers count."""
    return growth_of(rule, position) if rule.metric == Metric.GROWTH else position


@kernel
def _next_level_at(rule, order, level):
    """First position of the order at which a tier above `level` is reached."""
    missing = next_threshold(rule, order.best_tier, level) - order.qualifying_before
    if rule.metric != Metric.GROWTH or missing >= LARGEST_ORDER_CENTS:
        return missing
    if rule.growth_per_unit_bp == 0:
        return LARGEST_ORDER_CENTS
    return divide(missing * rule.minor_per_major * BASIS, rule.growth_per_unit_bp, Rounding.CEIL)


@kernel
def growth_of(rule, spent_cents):
    """Growth value of an amount spent, rounded down; none where tiers do not count it."""
    if rule.growth_per_unit_bp == 0:
        return 0
    return divide(spent_cents * rule.growth_per_unit_bp, rule.minor_per_major * BASIS, Rounding.FLOOR)


@kernel
def qualifying_of(rule, order, due, points, anything):
    """What an amount left of an order adds to what tiers count: money, growth, points, or 1 while anything is left."""
    if rule.metric == Metric.SPEND:
        return due
    if rule.metric == Metric.NET_SPEND:
        by_points, _, by_bonus, _ = parts_paid(order, due)
        return due - by_points - by_bonus
    if rule.metric == Metric.GROWTH:
        return growth_of(rule, due)
    if rule.metric == Metric.POINTS_EARNED:
        return points
    if rule.metric == Metric.ORDERS:
        return 1 if anything else 0
    return order.counted if anything else 0
