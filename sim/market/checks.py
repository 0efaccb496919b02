"""What is wrong with a population and its market beyond the shape of the tables: names, amounts and sums."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from policies import Problem
from policies.currencies import DECIMALS
from policies.errors import listed, nearest, says, shown
from sim.effects import preset
from sim.market.arrivals import expected_joins
from sim.market.file import ScenarioFile, examples
from sim.market.limits import MEMBERS_MOST

_REFERRALS_MOST = 5.0
"""Friends that a member may bring over the whole run: trees of friends grow by e to the power of this."""


def problems_of_market(content: ScenarioFile, file: str) -> list[Problem]:
    """What is wrong with who joins, what it costs and how many friends are brought."""
    return [
        *_unknown_segments(content, file),
        *_amounts_too_fine(content, file),
        *_too_many(content, file),
        *_too_many_friends(content, file),
    ]


def _unknown_segments(content: ScenarioFile, file: str) -> Iterator[Problem]:
    names = [each.name for each in content.segments]
    for way in content.acquisition.channels if content.acquisition else ():
        for name in way.mix or {}:
            if name not in names:
                rule = says(
                    "there is no such segment; there are {known}", "没有这一细分；现有：{known}", known=listed(names)
                )
                key = f"acquisition.channels.{way.name}.mix"
                yield Problem(file, key, rule, shown(name), example=examples()["mix"], guess=nearest(name, names))


def _amounts_too_fine(content: ScenarioFile, file: str) -> Iterator[Problem]:
    decimals = DECIMALS.get(content.currency or "", 2)
    for key, amount in _amounts(content):
        if amount != round(amount, decimals):
            rule = says("has more than {decimals} decimals", "小数位数超过 {decimals} 位", decimals=decimals)
            yield Problem(file, key, rule, shown(amount), example=examples()[key.rpartition(".")[2]])


def _amounts(content: ScenarioFile) -> Iterator[tuple[str, Decimal]]:
    for way in content.acquisition.channels if content.acquisition else ():
        yield f"acquisition.channels.{way.name}.cost_per_join", way.cost_per_join
    yield "economics.messaging_cost_per_member_month", content.economics.messaging_cost_per_member_month
    yield "economics.fixed_cost_per_month", content.economics.fixed_cost_per_month


def _too_many(content: ScenarioFile, file: str) -> Iterator[Problem]:
    won = float(expected_joins(content).sum())
    if (content.members or 0) + won > MEMBERS_MOST:
        rule = says(
            "wins {won:,.0f} members, more than a run can hold: at most {most:,} in all",
            "会带来 {won:,.0f} 名新会员，过多：一次模拟总共最多 {most:,} 名会员",
            won=won,
            most=MEMBERS_MOST,
        )
        yield Problem(file, "acquisition", rule, example=examples()["per_month"])
    if content.segments and content.members == 0 and won < 1:
        rule = says("wins nobody, and nobody is there on the first day", "第一天没有会员，之后也没有人加入")
        yield Problem(file, "acquisition", rule, example=examples()["per_month"])


def _too_many_friends(content: ScenarioFile, file: str) -> Iterator[Problem]:
    rate = (preset(content.response.preset) | content.response.sizes())["rate_ref"]
    years = ((content.horizon.through - content.horizon.start).days + 1) / 365.25
    if content.segments and rate * years > _REFERRALS_MOST:
        rule = says(
            "members would bring too many friends, who bring friends in turn: rate_ref times the years of the run "
            "must be at most {most:g}",
            "推荐过多，而被推荐者又会推荐：rate_ref 乘以模拟年数最多为 {most:g}",
            most=_REFERRALS_MOST,
        )
        yield Problem(file, "response.rate_ref", rule, shown(Decimal(str(rate))), example="rate_ref = 0.1")
