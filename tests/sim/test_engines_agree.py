"""The two engines tell the same lives, transfer for transfer; and the sums of a run are those of its journal.

The readable engine does about a thousand events a second, so the whole matrix of policies, scenarios and
responses is marked slow; a small one runs always.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from ledger.accounts import Cause
from ledger.events import EVENT
from policies import Policy, catalogue, load_policy
from policies.rules import NEVER_DAY
from sim.engines import simpy_engine
from sim.engines.life import DELIVERY_DAYS
from sim.engines.simpy_engine import Story
from sim.figures.kpis import MONTHLY
from sim.market.listing import scenario_catalogue
from sim.market.world import World
from sim.members.outcomes import OUTCOME
from sim.run import Simulation, simulate
from sim.runs.shards import SUMMED
from sim.scenario import Scenario
from tests.sim import recount


class Size(NamedTuple):
    """How much of a scenario is compared."""

    through: date
    members: int  # of the first day, or in all where nobody is there then


SIZES = {
    "beauty_mall": Size(date(2029, 3, 31), 5),
    "cdnow": Size(date(1998, 6, 30), 40),
    "coffee_chain": Size(date(2027, 7, 31), 6),
    "competitor_entry": Size(date(2028, 6, 30), 5),
    "grocery_weekly": Size(date(2027, 12, 31), 5),
    "lessons": Size(date(2029, 1, 31), 9),
    "recession": Size(date(2028, 3, 31), 4),
    "startup_launch": Size(date(2028, 12, 31), 40),
    "vertical_courses": Size(date(2028, 6, 30), 12),
    "warehouse_club": Size(date(2028, 9, 30), 8),
}
"""In the main scenario the first quarter of 2029 is in, as tiers are first lost in that January."""

MECHANICAL = ("beauty_mall", "lessons")
"""Scenarios that are also compared with all effects off."""

DATED = """
title = "Rules that change"
extends = "baseline"
[points]
pending = { 2027-01-01 = "7 days", 2027-07-01 = "0 days" }
[points.expiry]
life = { 2027-01-01 = "12 months", 2028-01-01 = "3 months" }
[points.cash]
share_of_order = { 2027-01-01 = 0.5, 2027-07-01 = 0.1 }
"""

WAITING = """
title = "Points that wait for the goods"
extends = "baseline"
[points]
pending = "until_delivered"
"""

UNSEEN = {
    Cause.EARN_PARTNER, Cause.PARTNER_SALE, Cause.REDEEM_PARTNER, Cause.PARTNER_COST, Cause.SALE_COST,
    Cause.RETURN_COST, Cause.GRANT, Cause.ADJUST_UP, Cause.ADJUST_DOWN, Cause.EXTEND, Cause.REINSTATE, Cause.SEND,
    Cause.RECEIVE, Cause.LEAVE, Cause.CANCEL, Cause.TOP_UP_RETURN, Cause.PRINCIPAL_OUT, Cause.BONUS_TAKE_BACK,
    Cause.BONUS_CHARGED, Cause.PLAN_CREDIT, Cause.PLAN_RETURN,
}  # fmt: skip
"""What drawn members never do: partners, gifts between members, closing the account, giving a plan or a card back."""

SMALL = [
    ("beauty_mall", "baseline", "behavioural", 6),
    ("beauty_mall", "year_end_wipe_cap50", "mechanical", 6),
    ("beauty_mall", "giant_ecommerce", "behavioural", 3),
    ("beauty_mall", "plus_monthly", "behavioural", 6),
    ("beauty_mall", "stored_value_retail", "behavioural", 6),
    ("cdnow", "instant_small_burn", "behavioural", 40),
    ("coffee_chain", "stamp_card", "behavioural", 4),
    ("startup_launch", "startup_two_tier", "behavioural", 30),
    ("vertical_courses", "vertical_expert", "behavioural", 8),
    ("warehouse_club", "warehouse_club", "behavioural", 6),
    ("lessons", "soft_landing", "behavioural", 9),
    ("lessons", "warehouse_club", "behavioural", 9),
    ("lessons", "giant_ecommerce", "behavioural", 9),
    ("lessons", "plus_monthly", "behavioural", 9),
    ("lessons", "growth_value", "behavioural", 9),
    ("lessons", "stored_value_retail", "behavioural", 9),
    ("lessons", "coalition", "behavioural", 9),
]
"""Scenario, policy, response, members."""

SHORT = date(2027, 12, 31)


def test_the_matrix_is_whole() -> None:
    """A scenario that is shipped without a size here would go unproved."""
    assert set(SIZES) == set(scenario_catalogue())


@pytest.mark.parametrize(("name", "policy", "response", "members"), SMALL)
def test_engines_agree_on_a_few(name: str, policy: str, response: str, members: int, cut: Callable) -> None:
    short = {"cdnow": date(1997, 12, 31), "coffee_chain": date(2027, 5, 31), "lessons": None}
    _agree(cut(name, short.get(name, SHORT)), load_policy(policy), response, members)


def test_engines_agree_when_the_rules_change(cut: Callable, tmp_path: Path) -> None:
    """Several versions by date: each order and each night goes by the rules of its day, under both engines."""
    path = tmp_path / "dated.toml"
    path.write_text(DATED, "utf-8")
    policy = load_policy(path)
    assert policy.rules.size == 3
    _agree(cut("beauty_mall", date(2028, 3, 31)), policy, "behavioural", 6)
    _agree(cut("lessons"), policy, "behavioural", 9)


def test_engines_agree_on_deliveries(cut: Callable, told: Callable, tmp_path: Path) -> None:
    """Points of an order can be used from the day on which its goods arrive, three days later."""
    path = tmp_path / "waiting.toml"
    path.write_text(WAITING, "utf-8")
    policy = load_policy(path)
    _agree(cut("beauty_mall", SHORT), policy, "behavioural", 5)
    _agree(cut("lessons"), policy, "behavioural", 9)
    scenario = cut("lessons")
    rows = told(scenario, policy, "behavioural", 9).transfers
    earned, used = (rows[rows["cause"] == each] for each in (Cause.EARN, Cause.ACTIVATE))
    days = {(row["member"], row["lot"]): row["day"] for row in earned}
    waited = {(int(row["member"]), int(row["day"] - days[row["member"], row["lot"]])) for row in used}
    shopper = scenario.member_names.index("the year-end shopper")
    assert {wait for member, wait in waited if member != shopper} == {DELIVERY_DAYS}
    assert {wait for member, wait in waited if member == shopper} == {2, DELIVERY_DAYS}, "one order is fetched earlier"


@pytest.mark.slow
def test_drawn_members_do_what_they_can(cut: Callable, journal: Callable) -> None:
    """No kind of transfer goes unproved: every other cause happens to somebody in some scenario under some policy."""
    seen: set[int] = set()
    for name, size in SIZES.items():
        for policy in catalogue() if name != "lessons" else ():
            seen |= set(journal(cut(name), load_policy(policy), members=15 * size.members)["cause"].tolist())
    assert set(Cause) - seen == UNSEEN


MATRIX = [
    (name, policy, response)
    for name in sorted(SIZES)
    for policy in sorted(catalogue())
    for response in ("behavioural", *(("mechanical",) if name in MECHANICAL else ()))
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "policy", "response"), MATRIX)
def test_engines_agree(name: str, policy: str, response: str, cut: Callable) -> None:
    size = SIZES[name]
    _agree(cut(name, size.through), load_policy(policy), response, size.members)


def _agree(scenario: Scenario, policy: Policy, response: str, members: int) -> None:
    """The compiled run is the readable one to the last transfer and event, and its sums are theirs."""
    world = scenario.world(policy, response, members=members)
    story = simpy_engine.tell(world, policy.rules, scenario.population(members))
    rows: list[np.ndarray] = []
    happened: list[np.ndarray] = []
    run = simulate(
        scenario,
        policy,
        response=response,
        members=members,
        keep_transfers=rows.append,
        keep_events=lambda events, lines: happened.extend((events, lines[events["first_line"][events["lines"] > 0]])),
    )
    assert run.closed == (), "the readable engine knows no budgets: tests/sim/test_stopping.py does"
    assert story.orders > scenario.population(members) / 4
    assert np.array_equal(np.concatenate(rows), story.transfers)
    assert run.events == story.events == sum(map(len, happened[::2]))
    assert run.transfers == story.transfers.size
    _same_events(happened, story, world)
    assert Counter(run.refused) == sum(map(Counter, story.refused), Counter())
    assert [law for law in run.laws if not law.holds] == []
    told = recount.told_of(story, scenario, policy, world, scenario.population(members))
    sums = recount.summed(told)
    assert _other_months(told, sums, story, run) | _other_outcomes(told, sums, story, run) == {}
    assert run.flows.tolist() == recount.flows(told).tolist()
    assert run.used.tolist() == recount.used(told).tolist()
    assert {name: int(run.sums[name][0]) for name in SUMMED} == {name: int(run.outcomes[name].sum()) for name in SUMMED}


def _same_events(happened: list[np.ndarray], story: Story, world: World) -> None:
    """Every field of every event, and the first line of each; where that stands is nobody's business."""
    noted, lines = np.concatenate(happened[::2]), np.concatenate(happened[1::2])
    for field in set(EVENT.names) - {"first_line"}:
        assert noted[field].tolist() == story.happened[field].tolist(), field
    named = story.happened["first_line"][story.happened["lines"] > 0]
    assert lines.tolist() == (world.script_lines[named] if world.scripted else story.lines).tolist()


Differences = dict[str, list[tuple[int, int, int]]]
Sums = dict[str, pd.DataFrame]


def _differences(counted: dict[str, np.ndarray], found: dict[str, np.ndarray]) -> Differences:
    """Wherever they are not the same: the place, what the run says, and what was counted."""
    places = {name: np.flatnonzero(found[name] != np.asarray(values)) for name, values in counted.items()}
    return {
        name: [(int(at), int(found[name][at]), int(np.asarray(counted[name])[at])) for at in which]
        for name, which in places.items()
        if which.size
    }


SAME_IN_MONTHS = {"joined": "persons"}
"""Measures whose monthly sums have another name."""

HIDDEN_BY_MONTH = {"margin_cents", "surviving", "conversions"}
"""Measures that the journal does not give away; they are checked by bounds below."""


def _other_months(told: recount.Told, sums: Sums, story: Story, run: Simulation) -> Differences:
    """Monthly sums that are not those of the journal."""
    scenario, orders = told.scenario, told.orders
    months = list(scenario.months)
    names = set(MONTHLY) - HIDDEN_BY_MONTH - {"buyers", "active", "outstanding_points"}
    counted = {name: told.sum_by_month(sums[SAME_IN_MONTHS.get(name, name)]) for name in names}
    ends = told.world.month_end_day
    active = [orders.loc[(orders["day"] < end) & (orders["day"] >= end - 90), "member"].nunique() for end in ends]
    counted |= {
        "buyers": told.sum_by_month(orders.drop_duplicates(["member", "month"]).assign(amount=1)),
        "active": np.array(active),
        "outstanding_points": told.sum_by_month(sums["outstanding_points"]).cumsum(),
    }
    least, most = (told.sum_by_month(each) for each in recount.margins(told))
    assert (least <= run.monthly["margin_cents"]).all()
    assert (run.monthly["margin_cents"] <= most).all()
    surviving, joined = run.monthly["surviving"], run.monthly["joined"]
    assert surviving[-1] == story.survivors
    assert (surviving <= joined.cumsum()).all()
    assert (np.diff(surviving, prepend=0) <= joined).all()
    assert run.monthly["conversions"].sum() == run.outcomes["conversions"].sum()
    seats = recount.flows(told)
    levels = len(told.policy.level_names)
    tiers = (seats[:, :, :levels].sum(axis=1) - seats[:, :levels, :].sum(axis=2)).cumsum(axis=0)
    assert run.tiers.tolist() == tiers.tolist()
    assert len(months) == len(run.tiers)
    return {f"{name} by month": each for name, each in _differences(counted, run.monthly).items()}


HIDDEN = {
    "margin_cents", "surviving", "left_day", "stored_lost_cents", "expired_gone_points", "expired_small_points",
    "expired_capped_points", "outstanding_gone_points", "conversions", "renewals_due", "renewals",
}  # fmt: skip
"""What books do not know of a member: who is gone for good, what was decided on an eve, why points were not used."""


def _other_outcomes(told: recount.Told, sums: Sums, story: Story, run: Simulation) -> Differences:
    """Outcomes that are not what transfers and events come to."""
    end, months = told.scenario.end_day, list(told.scenario.months)
    table, orders = recount.persons(told), told.orders
    face = int(told.policy.rules[-1].point_value_bp)
    joined = table["joined_day"] - told.scenario.first_day
    people = {
        "member_months": len(months) - told.world.month_of_day[joined.to_numpy()],
        "outstanding_cents": table["held"].clip(lower=0) * face // 10_000,
        "active": table["last_order_day"] >= end - 90,
        "active_year": table["last_order_day"] >= end - 365,
        "upper_tier": (table["tier"] > 0) & ~table["closed"],
        "redeemers": table["first_redemption_day"] < NEVER_DAY,
        "buyers": table["orders"] > 0,
        "repeaters": table["orders"] > 1,
        "referrers": table["referrer"],
        "plan_members": table["paid_plan"],
    }
    counted = {name: told.sum_by_root(each) for name, each in sums.items() if name in OUTCOME.names}
    counted |= {name: told.sum_by_root(table.assign(amount=each)) for name, each in people.items()}
    roots = table.loc[range(told.roots)]
    own = ("joined_day", "first_order_day", "last_order_day", "first_redemption_day", "tier")
    counted |= {name: roots[name].to_numpy() for name in own}
    lately = orders[(orders["member"] == orders["root"]) & (orders["day"] >= end - 365)]
    counted |= {
        "year_orders": told.sum_by_root(lately.assign(amount=1)),
        "year_cents": told.sum_by_root(lately, "list_cents"),
        "segment": recount.segments(told),
        "acquired": recount.arrivals(told).channel if not told.scenario.scripted else np.zeros(told.roots, int),
    }
    assert set(counted) | HIDDEN == set(OUTCOME.names)
    assert set(counted) & HIDDEN == set()
    _hidden_is_possible(told, story, run.outcomes)
    return _differences(counted, run.outcomes)


def _hidden_is_possible(told: recount.Told, story: Story, found: np.ndarray) -> None:
    """What only the simulation knows lies within what the journal allows."""
    least, most = (told.sum_by_root(each) for each in recount.margins(told))
    limits = {
        "margin_cents": (least, most),
        "surviving": (0, found["persons"]),
        "stored_lost_cents": (0, found["stored_left_cents"]),
        "outstanding_gone_points": (0, found["outstanding_points"]),
        "conversions": (0, found["trials"]),
        "renewals": (0, found["renewals_due"]),
    }
    if not told.scenario.scripted:
        # Each fee of a night was wanted on the eve. The last one that was wanted may come too late, or not at all.
        fees = told.sum_by_root(recount.fees_of_nights(told))
        wanted = found["renewals"] + found["conversions"]
        assert (fees <= wanted).all()
        assert (wanted <= fees + found["persons"]).all()
    for name, (low, high) in limits.items():
        assert (found[name] >= low).all(), name
        assert (found[name] <= high).all(), name
    parts = ("expired_gone_points", "expired_small_points", "expired_capped_points")
    assert all((found[name] >= 0).all() for name in parts)
    assert (sum(found[name] for name in parts) <= found["expired_points"]).all()
    assert found["surviving"].sum() == story.survivors
    alone = found["persons"] == 1
    assert ((found["left_day"] == NEVER_DAY) == (found["surviving"] == 1))[alone].all()
    assert (found["left_day"] >= found["last_order_day"]).all()
    assert (found["outstanding_gone_points"] == 0)[found["surviving"] == found["persons"]].all()
