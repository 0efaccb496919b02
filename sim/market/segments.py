"""The segments of a scenario as the kernels read them, under the numbers that a policy gives to names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from policies import Policy
from policies.choices import Trigger
from policies.rules import ANY, BASIS, Rules, records
from sim.market.file import ScenarioFile
from sim.market.segment_tables import BgNbd, GammaGamma, MbgNbd, ParetoNbd, Segment, frequency
from sim.market.world import BG_NBD, GAMMA_GAMMA, LOGNORMAL, MBG_NBD, PARETO_NBD, SEGMENT

_PROCESSES = {ParetoNbd: PARETO_NBD, BgNbd: BG_NBD, MbgNbd: MBG_NBD}


def segment_rows(content: ScenarioFile, policy: Policy) -> np.recarray:
    """SEGMENT (S,); one empty row if the members are written by hand.

    Names stand in alphabetical order, whatever the file's: the luck of a member goes by places.
    """
    rows = records(max(1, len(content.segments)), SEGMENT)
    through = 0.0
    for row, each in zip(rows, content.segments, strict=False):
        through += each.share
        row.share_through = through
        _write_purchase(row, each)
        _write_basket(row, each, policy.minor_per_major)
        row.margin_bp = round(each.mean_margin * BASIS)
        row.return_share, row.partial_share = each.refund_rate, each.partial_refunds
        row.birthdays = int(each.birthday == "uniform")
        _write_places(row, each, policy)
        _write_doings(row, each, policy)
    return rows


def _write_purchase(row: np.record, segment: Segment) -> None:
    purchase = segment.purchase
    row.process = _PROCESSES[type(purchase)]
    row.regularity = purchase.regularity
    row.r, row.alpha = purchase.r, purchase.alpha
    if isinstance(purchase, ParetoNbd):
        row.s, row.beta = purchase.s, purchase.beta
    else:
        row.a, row.b = purchase.a, purchase.b


def _write_basket(row: np.record, segment: Segment, minor_per_major: int) -> None:
    basket = segment.basket
    row.cents = basket.scale * minor_per_major
    if isinstance(basket, GammaGamma):
        row.basket = GAMMA_GAMMA
        row.p, row.q, row.gamma = basket.p, basket.q, basket.gamma
    else:
        row.basket = LOGNORMAL
        row.mean_basket, row.between, row.within = basket.mean, basket.between, basket.within


def _write_places(row: np.record, segment: Segment, policy: Policy) -> None:
    """Channels and categories."""
    channels, categories = sorted(segment.channels or {}), sorted(segment.categories or {})
    row.channels, row.categories = len(channels), len(categories)
    row.channel_through[: len(channels)] = _through(channels, segment.channels or {})
    row.channel[: len(channels)] = _numbers(channels, policy.channel_names)
    row.category_through[: len(categories)] = _through(categories, segment.categories or {})
    row.category[: len(categories)] = _numbers(categories, policy.category_names)
    for place, name in enumerate(categories):
        margin = segment.margin[name] if isinstance(segment.margin, dict) else segment.margin
        row.category_margin_bp[place] = round(margin * BASIS)


def _through(names: Sequence[str], shares: Mapping[str, float]) -> np.ndarray:
    through = np.cumsum([shares[name] for name in names])
    return through / through[-1] if names else through


def _numbers(names: Sequence[str], known: Sequence[str]) -> list[int]:
    """Numbers of names in a policy, from 1; ANY for one that it does not know."""
    return [known.index(name) + 1 if name in known else ANY for name in names]


def _write_doings(row: np.record, segment: Segment, policy: Policy) -> None:
    """Activities that do something under the policy."""
    for place, name in enumerate(sorted(segment.activities)):
        number = policy.activity_names.index(name) if name in policy.activity_names else -1
        if number >= 0 and _matters(policy.rules, number):
            at = int(row.doings)
            row.doing[at], row.doing_place[at] = number, place
            row.doing_rate[at], row.doing_share[at] = frequency(segment.activities[name])
            row.doings = at + 1


def _matters(rules: Rules, activity: int) -> bool:
    """Whether an activity earns or grows anything in any version."""
    rows = np.arange(rules.earn_trigger.shape[1]) < rules.earn_rows[:, None]
    earns = rows & (rules.earn_trigger == Trigger.ACTIVITY) & (rules.earn_activity == activity)
    return bool(earns.any() or (rules.growth_activity[:, activity] != 0).any())
