"""What the shop pays beside the rules: messages to members and the fixed costs of running a program."""

from __future__ import annotations

from typing import NamedTuple

from policies import Policy
from sim.figures.reference import is_no_program
from sim.scenario import Scenario


class Upkeep(NamedTuple):
    """Costs of one run beside the rules, in minor units; a policy that is no program has neither of them."""

    discount_rate: float  # share a year
    messaging_cents: int  # a member and month
    fixed_cents: int  # a month
    part: float  # members simulated, as a share of those of the scenario
    months: int

    @property
    def fixed_in_all(self) -> int:
        """Fixed costs of the whole run, minor units."""
        return round(self.fixed_cents * self.part * self.months)


def upkeep_of(scenario: Scenario, policy: Policy, members: int) -> Upkeep:
    """What the shop pays beside the rules when so many members are simulated; nothing without a program."""
    known = scenario.economics(policy.minor_per_major)
    months = len(scenario.months)
    if is_no_program(policy):
        return Upkeep(known.discount_rate, 0, 0, 1.0, months)
    part = members / max(1, scenario.population())
    return Upkeep(known.discount_rate, known.messaging_cents, known.fixed_cents, part, months)
