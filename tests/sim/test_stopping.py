"""Budgets and stocks that all members share end at the very moment at which one queue of all events ends them."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from ledger.accounts import Cause
from ledger.events import Kind
from ledger.status import Status
from ledger.store import Ledger
from policies import Policy, load_policy
from policies.days import date_of
from policies.earning import rule_on
from policies.rules import BASIS, CAMPAIGNS_MOST, NEVER_DAY, NO_LIMIT, Rules
from sim.engines import shopper, simpy_engine
from sim.engines.scene import Scene
from sim.engines.tally import SECONDS_A_DAY, Tally, new_tally
from sim.market.campaigns import campaign_pull
from sim.run import Simulation, simulate
from sim.runs.crews import Threads
from sim.runs.event_file import event_file, read_events
from sim.runs.shards import NOTHING
from sim.runs.stopping import CAMPAIGN, REWARD, Closing, settle
from sim.scenario import Scenario

SHARED = Path(__file__).with_name("shared.toml")
PLACES = (0, 1, 2, CAMPAIGNS_MOST, CAMPAIGNS_MOST + 1)
"""Its three campaigns and two rewards in a tally; of the last of each there is always more."""

MEMBERS = 40
THROUGH = date(2027, 9, 30)


# --- the search by itself, against a queue -----------------------------------------------------------------------


class Use(NamedTuple):
    """Something that a member would use of an allotment at a moment."""

    day: int
    second: int
    place: int
    amount: int


def _closed(rules: Rules, use: Use) -> bool:
    kind, number = (CAMPAIGN, use.place) if use.place < CAMPAIGNS_MOST else (REWARD, use.place - CAMPAIGNS_MOST)
    rule = rules[0]
    end = (int(rule[f"{kind}_closed_day"][number]), int(rule[f"{kind}_closed_second"][number]))
    return (use.day, use.second) >= end


def _used(rules: Rules, use: Use) -> int:
    """What is used in fact: nothing after the end, and the more of what is left the more has ended."""
    if _closed(rules, use):
        return 0
    return use.amount * (1 + sum(_closed(rules, use._replace(place=place)) for place in PLACES))


def _one_queue(policy: Policy, uses: list[Use]) -> tuple[list[Closing], Rules]:
    """Everything in order of time, with sums that are looked at after each event."""
    rules = policy.rules.copy()
    sums = dict.fromkeys((use.place for use in uses), 0)
    closings = []
    for use in sorted(uses):
        amount = _used(rules, use)
        sums[use.place] += amount
        rule = rule_on(rules, use.day)
        if use.place < CAMPAIGNS_MOST:
            kind, number, name = CAMPAIGN, use.place, policy.campaign_names[use.place]
            limit = int(rule.campaign_budget_cents[number])
            limit = limit * BASIS if limit != NO_LIMIT else NO_LIMIT
        else:
            number = use.place - CAMPAIGNS_MOST
            kind, name, limit = REWARD, policy.reward_names[number], int(rule.reward_stock[number])
        still_open = int(rules[f"{kind}_closed_day"][0, number]) == NEVER_DAY
        if amount and still_open and limit != NO_LIMIT and sums[use.place] >= limit:
            rules[f"{kind}_closed_day"][:, number] = use.day
            rules[f"{kind}_closed_second"][:, number] = use.second + 1
            closings.append(Closing(kind, name, date_of(use.day), use.second + 1))
    return closings, rules


@pytest.mark.parametrize("seed", range(30))
def test_the_search_finds_what_a_queue_finds(seed: int) -> None:
    """Allotments that depend on each other, many uses in one second, limits that change by date."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    policy = load_policy(SHARED)
    days = chance.choice((1, 2, 120))  # few of them: several allotments are used up on one day
    first_day = int(policy.rules[1].effective_day) - days // 2
    uses = []
    for _ in range(chance.randrange(20, 400)):
        place = chance.choice(PLACES)
        amount = 1 if place >= CAMPAIGNS_MOST else chance.choice((0, 1_000, 40_000)) * BASIS // 100
        second = chance.choice((0, 1, 2, SECONDS_A_DAY - 1, chance.randrange(SECONDS_A_DAY)))
        uses.append(Use(first_day + chance.randrange(days), second, place, amount))

    def lived(rules: Rules, watch: tuple[int, int]) -> Tally:
        tally = new_tally(1, 1, days)._replace(used_by_second=np.zeros(SECONDS_A_DAY, np.int64))
        for use in uses:
            amount = _used(rules, use)
            tally.used_by_day[use.place, use.day - first_day] += amount
            if watch == (use.place, use.day):
                tally.used_by_second[use.second] += amount
        return tally

    settled = settle(policy, first_day, days, lived)
    closings, rules = _one_queue(policy, uses)
    assert sorted(settled.closings) == sorted(closings)
    assert settled.rules.tobytes() == rules.tobytes()
    assert np.array_equal(settled.tally.used_by_day, lived(rules, NOTHING).used_by_day)
    assert policy.rules.campaign_closed_day.min() == NEVER_DAY, "the policy's own rules were changed"


# --- whole lives, against the readable engine ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def scenario(cut: Callable) -> Scenario:
    return cut("beauty_mall", THROUGH)


@pytest.fixture(scope="module")
def lived(scenario: Scenario) -> tuple[Simulation, np.ndarray]:
    parts: list[np.ndarray] = []
    run = simulate(scenario, load_policy(SHARED), members=MEMBERS, chunk_members=7, keep_transfers=parts.append)
    return run, np.concatenate(parts)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Callable[[Rules], None]:
    """Makes the readable engine, whose members live side by side in one queue, keep the budgets of some rules."""

    def keep(rules: Rules) -> None:
        used: dict[tuple[str, int], int] = {}
        tell_ledger = shopper.tell_ledger

        def told(scene: Scene) -> int:
            mark, row = scene.fill[0].used, scene.event[0]
            status = tell_ledger(scene)
            if status == Status.OK:
                for transfer in scene.transfers[mark : scene.fill[0].used]:
                    if transfer.cause == Cause.EARN_CAMPAIGN:
                        use(
                            scene,
                            CAMPAIGN,
                            int(transfer.which),
                            row,
                            int(transfer.amount * rule_on(rules, row.day).point_value_bp),
                        )
                if row.kind == Kind.REWARD:
                    use(scene, REWARD, int(row.which), row, 1)
            return status

        def use(scene: Scene, kind: str, number: int, row: Any, amount: int) -> None:
            used[kind, number] = used.get((kind, number), 0) + amount
            rule = rule_on(rules, row.day)
            limit = int((rule.campaign_budget_cents if kind == CAMPAIGN else rule.reward_stock)[number])
            reached = limit != NO_LIMIT and used[kind, number] >= limit * (BASIS if kind == CAMPAIGN else 1)
            if reached and rules[f"{kind}_closed_day"][0, number] == NEVER_DAY:
                rules[f"{kind}_closed_day"][:, number] = row.day
                rules[f"{kind}_closed_second"][:, number] = row.second + 1
                # Everybody hears of it.
                world = scene.world[0]
                pull = campaign_pull(
                    rules, world.span.first_day, world.span.end_day, world.response.b_day, world.response.phi_fb
                )
                world["campaign_pull"][: pull.size] = pull

        monkeypatch.setattr(shopper, "tell_ledger", told)

    return keep


def test_one_queue_of_all_members_gives_the_same_lives(
    scenario: Scenario, lived: tuple[Simulation, np.ndarray], queue: Callable[[Rules], None]
) -> None:
    run, journal = lived
    policy = load_policy(SHARED)
    rules = policy.rules.copy()
    queue(rules)
    world = scenario.world(policy, members=MEMBERS)
    story = simpy_engine.tell(world, rules, scenario.population(MEMBERS))
    assert {each.name for each in run.closed} >= {"spring", "tenth"}, "little was used up: the test proves little"
    for each in run.closed:
        number = (policy.campaign_names if each.kind == CAMPAIGN else policy.reward_names).index(each.name)
        end = rules[f"{each.kind}_closed_day"][0, number], rules[f"{each.kind}_closed_second"][0, number]
        assert (date_of(int(end[0])), int(end[1])) == (each.date, each.second)
    closed = (rules.campaign_closed_day[0] < NEVER_DAY).sum() + (rules.reward_closed_day[0] < NEVER_DAY).sum()
    assert closed == len(run.closed)
    assert (
        np.sort(journal, order=("member", "sequence")).tobytes()
        == np.sort(story.transfers, order=("member", "sequence")).tobytes()
    )


def test_the_books_of_a_shop_end_them_at_the_same_moments(scenario: Scenario, tmp_path: Path) -> None:
    """Told to the production ledger, which keeps budgets by itself, the events give the very journal of the run."""
    policy = load_policy(SHARED)
    parts: list[np.ndarray] = []
    with event_file(tmp_path / "events.parquet") as told:
        run = simulate(scenario, policy, members=MEMBERS, keep_transfers=parts.append, keep_events=told)
    with Ledger.open("sqlite://", policy) as books:
        answers = books.post_batch(*read_events(tmp_path / "events.parquet"))
        booked = np.concatenate(list(books.journal()))
    assert {Status(each) for each in np.unique(answers.statuses)} == {Status.OK}
    assert run.closed
    # Nights after a member's last event are booked in the run alone.
    known = {(each.member, each.sequence): each.tobytes() for each in np.concatenate(parts)}
    assert all(known[each.member, each.sequence] == each.tobytes() for each in booked.view(np.recarray))


def test_after_the_end_nothing_is_used(lived: tuple[Simulation, np.ndarray], scenario: Scenario) -> None:
    run, _ = lived
    policy = load_policy(SHARED)
    for each in run.closed:
        place = policy.campaign_names.index(each.name) if each.kind == CAMPAIGN else None
        place = CAMPAIGNS_MOST + policy.reward_names.index(each.name) if place is None else place
        day = (each.date - scenario.content.horizon.start).days
        assert run.used[place, day] > 0
        assert run.used[place, day + 1 :].sum() == 0


def test_partition_does_not_matter(scenario: Scenario, lived: tuple[Simulation, np.ndarray]) -> None:
    run, _ = lived
    whole = simulate(scenario, load_policy(SHARED), members=MEMBERS, threads=1, chunk_members=10_000)
    assert whole.closed == run.closed
    assert whole.outcomes.tobytes() == run.outcomes.tobytes()


# --- what it costs ------------------------------------------------------------------------------------------------


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How often all members live; True if a journal is kept."""
    found: list[bool] = []
    parts = Threads.parts

    def counted(crew: Threads, job: Any, *others: Any) -> Any:
        found.append(job.transfers)
        return parts(crew, job, *others)

    monkeypatch.setattr(Threads, "parts", counted)
    return found


def test_without_budgets_there_is_one_run(scenario: Scenario, passes: list[bool]) -> None:
    shares: list[float] = []
    run = simulate(scenario, load_policy("baseline"), members=5, keep_transfers=lambda _: None, progress=shares.append)
    assert passes == [True]
    assert run.closed == ()
    assert shares == [1.0]


def test_a_journal_is_kept_once_and_progress_rises(scenario: Scenario, passes: list[bool]) -> None:
    shares: list[float] = []
    run = simulate(
        scenario, load_policy(SHARED), members=MEMBERS, keep_transfers=lambda _: None, progress=shares.append
    )
    assert passes == [False] * (2 * len(run.closed) + 1) + [True]
    assert shares == sorted(set(shares))
    assert shares[-1] == 1.0
