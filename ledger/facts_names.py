"""The names that a shop uses, as the numbers that the rules use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from ledger.errors import LedgerError
from policies import Policy
from policies.errors import nearest
from policies.rules import ANY


class FactNames:
    """Names of a policy. Numbers are taken as they are, so that a shop may use those instead.

    Most things have one number in all versions of the rules; plans and tiers have that of the version of the day.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def category(self, name: str | int | None) -> int:
        """Number of a category; ANY for one that the policy does not name."""
        return name if isinstance(name, int) else self._categories.get(name, ANY)

    def channel(self, name: str | int | None) -> int:
        """Number of a channel; ANY for one that the policy does not name."""
        return name if isinstance(name, int) else self._channels.get(name, ANY)

    def coupon(self, code: str) -> int:
        """Number of a coupon code, from 1."""
        return _found("coupon", code, self._policy.coupon_codes, 1)

    def activity(self, name: str | int) -> int:
        """Number of an activity."""
        return _found("activity", name, self._policy.activity_names, 0)

    def plan(self, name: str | int, day: int) -> int:
        """Number of a paid plan, from 1."""
        return _found("plan", name, [plan.name for plan in self._policy.on(day).plans], 1)

    def tier(self, name: str | int, day: int) -> int:
        """Number of a tier, 0 being the lowest."""
        return _found("tier", name, [level.name for level in self._policy.on(day).tiers.levels], 0)

    def reward(self, name: str | int) -> int:
        """Number of a reward."""
        return _found("reward", name, self._policy.reward_names, 0)

    def earning_partner(self, name: str | int) -> int:
        """Number of a partner where points are earned."""
        return _found("partner", name, self._policy.partner_earn_names, 0)

    def burning_partner(self, name: str | int) -> int:
        """Number of a partner where points are spent."""
        return _found("partner", name, self._policy.partner_burn_names, 0)

    @cached_property
    def _categories(self) -> dict[str | None, int]:
        return {name: number for number, name in enumerate(self._policy.category_names, start=1)}

    @cached_property
    def _channels(self) -> dict[str | None, int]:
        return {name: number for number, name in enumerate(self._policy.channel_names, start=1)}


def _found(what: str, name: str | int, known: Sequence[str], first: int) -> int:
    if isinstance(name, int):
        return name
    if name in known:
        return first + list(known).index(name)
    if not known:
        raise LedgerError(f'The policy knows no {what} "{name}": it has none at all.')
    guess = nearest(name, known) if isinstance(name, str) else None
    hint = f'Did you mean "{guess}"?' if guess else f"It knows {', '.join(known)}."
    raise LedgerError(f'The policy knows no {what} "{name}". {hint}')
