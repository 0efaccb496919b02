"""Rules between a policy and the one that it replaces on living members."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policies import names
from policies.checks_values import Values
from policies.choices import OldTiers
from policies.document import Document
from policies.errors import Problem, Words, says
from policies.rules import (
    ACTIVITIES_MOST,
    CAMPAIGNS_MOST,
    COUPONS_MOST,
    NAMES_MOST,
    PARTNERS_MOST,
    REWARDS_MOST,
)
from policies.schema import Version


def check_switch(old: Sequence[Version], new: Sequence[Version], document: Document) -> Iterator[Problem]:
    """All contradictions between the versions of both policies. ``document`` is that of the new one."""
    values = Values({}, document, new[-1].switch.since)
    if new[-1].switch.tiers == OldTiers.AT_ONCE and old[-1].tiers.metric != new[-1].tiers.metric:
        rule = says(
            'must be "until_validity": the old tiers counted something else, of which nobody has any yet',
            '必须是 "until_validity"，因为旧等级的计量口径不同，会员在新口径下尚无累计值',
        )
        yield values.problem(("switch", "tiers"), rule, 'tiers = "until_validity"')
    for what, count, most in _counts((*old, *new)):
        if count > most:
            rule = says(
                "makes {count} {what} together with the policy that is replaced: at most {most}",
                "与被替换的方案合计有 {count} {what}，上限为 {most}",
                count=count,
                what=what,
                most=most,
            )
            yield values.problem(("switch",), rule, says("use the names of the old policy again", "沿用旧方案的名称"))


def _counts(versions: Sequence[Version]) -> Iterator[tuple[Words, int, int]]:
    """What is numbered alike in both policies: what it is, how many there are, how many there can be."""
    partners = [version.partners for version in versions]
    codes = names.in_order(each.code for version in versions for each in version.coupons)
    campaigns = names.in_order(each.name for version in versions for each in version.campaigns)
    earn = names.in_order(partner.name for each in partners for partner in each.earn)
    burn = names.in_order(partner.name for each in partners for partner in each.burn)
    yield Words("coupons", "种优惠券"), len(codes), COUPONS_MOST
    yield Words("campaigns", "个营销活动"), len(campaigns), CAMPAIGNS_MOST
    yield Words("rewards", "种兑换品"), len(names.rewards(versions)), REWARDS_MOST
    yield Words("partners", "个合作方"), max(len(earn), len(burn)), PARTNERS_MOST
    yield Words("categories", "个品类"), len(names.categories(versions)), NAMES_MOST - 1
    yield Words("channels", "个渠道"), len(names.channels(versions)), NAMES_MOST - 1
    yield Words("activities", "项活动"), len(names.activities(versions)), ACTIVITIES_MOST
