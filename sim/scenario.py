"""Scenarios: found by name or path, checked, and turned into the arrays that the kernels read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from policies import Policy, PolicyError, Problem
from policies.days import day_of
from policies.errors import listed, nearest, says
from policies.load import parsed, unreadable
from policies.rules import BASIS, records
from sim.effects import RESPONSE, preset
from sim.market.arrivals import arrivals_of, population_of
from sim.market.campaigns import campaign_pull, has_birthdays
from sim.market.errors import ScenarioError, changed, checked
from sim.market.file import ScenarioFile, examples
from sim.market.listing import scenario_catalogue
from sim.market.script import no_script, script_of
from sim.market.seasons import Factors, clock, day_factors
from sim.market.segments import segment_rows
from sim.market.world import SPAN, World, months_of

__all__ = ["Economics", "Scenario", "ScenarioError", "load_scenario"]


@dataclass(frozen=True)
class Economics:
    """What the shop pays beside the rules, and what later money is worth."""

    discount_rate: float  # a year, as a share
    messaging_cents: int  # a member and month
    fixed_cents: int  # a month


@dataclass(frozen=True)
class Scenario:
    """A population and its market."""

    name: str
    content: ScenarioFile

    @property
    def title(self) -> str:
        return self.content.title

    @property
    def title_zh(self) -> str:
        return self.content.title_zh or self.content.title

    @property
    def currency(self) -> str | None:
        """Currency of the amounts; None if they count in that of any policy."""
        return self.content.currency

    @property
    def scripted(self) -> bool:
        """True if every member is written by hand."""
        return bool(self.content.member)

    @property
    def members(self) -> int:
        """Members on the first day."""
        return len(self.content.member) if self.scripted else int(self.content.members or 0)

    @property
    def member_names(self) -> tuple[str, ...]:
        """Names of hand-written members; empty for a population."""
        return tuple(each.name for each in self.content.member)

    @property
    def segment_names(self) -> tuple[str, ...]:
        """Kinds of members, by number; empty if they are written by hand."""
        return tuple(each.name for each in self.content.segments)

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Channels of acquisition; the number of one is its place, from 1."""
        return tuple(each.name for each in self.content.acquisition.channels) if self.content.acquisition else ()

    @property
    def seed(self) -> int:
        return self.content.seed

    @property
    def first_day(self) -> int:
        return day_of(self.content.horizon.start)

    @property
    def end_day(self) -> int:
        """First day after the run."""
        return day_of(self.content.horizon.through) + 1

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Calendar months of the run: "2027-01"."""
        return months_of(self.first_day, self.end_day)[0]

    @property
    def digest(self) -> str:
        """Digest of the content (sha256, hex), whatever the file's name and layout."""
        text = json.dumps(self.content.model_dump(mode="json", by_alias=True), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def population(self, members: int | None = None) -> int:
        """Members of a run in all: those of the first day, and those who are won later.

        ``members`` asks for another number on the first day, or in all if the scenario begins with nobody; what is
        won changes in proportion.
        """
        return self.members if self.scripted else population_of(self.content, members)

    def arrivals(self, members: int | None = None, minor_per_major: int = 100) -> np.recarray:
        """Who comes when, ARRIVAL (a,); ``members`` as in ``population``."""
        return arrivals_of(self.content, None if self.scripted else members, minor_per_major)

    def factors(self) -> Factors:
        """Orders, baskets and leaving of each day as multiples of an even year."""
        return day_factors(self.content, self.first_day, self.end_day)

    def economics(self, minor_per_major: int) -> Economics:
        """Costs beside the rules in the minor unit of a policy's currency."""
        costs = self.content.economics
        return Economics(
            costs.discount_rate,
            round(costs.messaging_cost_per_member_month * minor_per_major),
            round(costs.fixed_cost_per_month * minor_per_major),
        )

    def effects(self, response: str) -> dict[str, float]:
        """Effect sizes of a response: "behavioural" as the scenario says, "mechanical" with all effects off."""
        if response == "mechanical":
            return preset("null")
        return preset(self.content.response.preset) | self.content.response.sizes()

    def varied(self, segments: Mapping[str, Mapping[str, float]]) -> Scenario:
        """The same scenario with other parameters of orders or baskets: ``{"regular": {"r": 1.1, "q": 3.5}}``.

        Raises:
            KeyError: there is no such segment, or it has no such parameter.
            ScenarioError: a value is not legal.
        """
        unknown = set(segments) - set(self.segment_names)
        if unknown:
            raise KeyError(*unknown)
        rows = tuple(changed(each, segments.get(each.name, {}), self.name) for each in self.content.segments)
        return replace(self, content=self.content.model_copy(update={"segments": rows}))

    def world(
        self,
        policy: Policy,
        response: str = "behavioural",
        *,
        seed: int | None = None,
        members: int | None = None,
        effects: Mapping[str, float] | None = None,
    ) -> World:
        """The scenario as arrays, for one policy. ``effects`` replaces sizes of effects by their symbols.

        Raises:
            KeyError: there is no such effect.
            ScenarioError: the policy counts in another currency.
        """
        self._check_currency(policy)
        sizes = records(1, RESPONSE)[0]
        for symbol, size in {**self.effects(response), **(effects or {})}.items():
            if symbol not in RESPONSE.names:
                raise KeyError(symbol)
            sizes[symbol] = size
        factors = self.factors()
        _, month_of_day, month_end_day = months_of(self.first_day, self.end_day)
        script = script_of(self.content, policy) if self.scripted else no_script()
        return World(
            span=self._span(policy, factors, self.seed if seed is None else seed),
            segments=segment_rows(self.content, policy),
            arrivals=self.arrivals(members, policy.minor_per_major),
            response=sizes,
            order_clock=clock(factors.orders),
            leaving_clock=clock(factors.leaving),
            basket_factor=factors.baskets,
            campaign_pull=campaign_pull(policy.rules, self.first_day, self.end_day, sizes.b_day, sizes.phi_fb),
            month_of_day=month_of_day,
            month_end_day=month_end_day,
            script=script.events,
            script_from=script.first,
            script_lines=script.lines,
        )

    def _span(self, policy: Policy, factors: Factors, seed: int) -> np.record:
        span = records(1, SPAN)[0]
        span.seed = seed
        span.first_day, span.end_day = self.first_day, self.end_day
        span.program = int(policy.has_program)
        span.deliveries = int(policy.rules.until_delivered.any())
        span.birthdays = int(has_birthdays(policy.rules))
        span.seasons = int((factors.orders != 1).any() or (factors.baskets != 1).any())
        span.shocks = int((factors.leaving != 1).any())
        span.lines = int(any(each.categories for each in self.content.segments))
        span.script_margin_bp = round(self.content.margin * BASIS)
        return span

    def _check_currency(self, policy: Policy) -> None:
        if self.currency not in (None, policy.currency):
            rule = says(
                "the scenario is in {ours}, but policy {policy} is in {theirs}",
                "场景的货币是 {ours}，而方案 {policy} 的货币是 {theirs}",
                ours=self.currency,
                policy=policy.name,
                theirs=policy.currency,
            )
            raise ScenarioError([Problem(self.name, "currency", rule, example=f'currency = "{policy.currency}"')])


def load_scenario(source: str | Path) -> Scenario:
    """A scenario by its shipped name or by path.

    Raises:
        ScenarioError: there is no such scenario, or the file is wrong; the message says how to mend it.
    """
    shipped = scenario_catalogue()
    path = shipped.get(str(source)) or Path(source)
    if not path.is_file():
        guess = nearest(str(source), shipped)
        rule = says(
            "there is no such scenario; shipped are {known}", "没有这个场景；自带的场景：{known}", known=listed(shipped)
        )
        raise ScenarioError([Problem(str(source), "", rule, guess=guess)])
    try:
        content = parsed(path.read_bytes(), path.name)
    except PolicyError as error:
        # The reader of TOML is shared with policies; its example is one of theirs.
        raise ScenarioError([replace(each, example=examples()["members"]) for each in error.problems]) from None
    except OSError as error:
        raise ScenarioError([Problem(path.name, "", unreadable(error))]) from None
    return Scenario(path.stem, checked(content, path.name))
