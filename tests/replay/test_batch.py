"""Posting an array of events is posting them one by one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ledger.advance import advance
from ledger.apply import apply, quote
from ledger.batch import EventRefused, Flow, post_events
from ledger.events import EVENT, Kind, event, no_lines
from ledger.journal import new_journal, taken
from ledger.state import new_member
from ledger.status import Status
from policies import load_policy
from policies.earning import rule_on
from policies.rules import records

AS_OF = 21_600


def random_events(members: int, orders: int, seed: int = 11) -> np.recarray:
    """Orders of so many members over four years, sorted."""
    rng = np.random.default_rng(seed)
    events = records(orders, EVENT)
    events.kind = Kind.PURCHASE
    events.member = rng.integers(0, members, orders)
    events.day = 20_000 + rng.integers(0, 1_460, orders)
    events.second = rng.integers(0, 86_400, orders)
    events.list_cents = rng.integers(0, 90_000, orders)
    events = events[np.lexsort((events.second, events.day, events.member))].view(np.recarray)
    events.order = np.arange(orders)
    return events


def one_by_one(rules: np.recarray, events: np.recarray, redeem_always: bool) -> np.ndarray:
    """All transfers, posted by hand with room to spare."""
    parts = []
    for member in np.unique(events.member):
        account, journal, lines = new_member(int(member)), new_journal(200_000), no_lines()
        own = events[events.member == member].view(np.recarray)
        assert apply(rules, account, _join(own[0]), lines, journal) == Status.OK
        for row in own:
            assert advance(rules, account, row.day, journal) == Status.OK
            one = row.copy()
            if redeem_always:
                one.redeem_points = quote(rule_on(rules, row.day), account, row.list_cents)
            assert apply(rules, account, one, lines, journal) == Status.OK
        assert advance(rules, account, AS_OF, journal) == Status.OK
        parts.append(taken(journal))
    return np.concatenate(parts)


def _join(first: np.record) -> np.record:
    return event(Kind.JOIN, int(first.day), member=int(first.member), second=int(first.second), invited=1)


@pytest.mark.parametrize(
    "name",
    [
        "baseline",
        "soft_landing",
        pytest.param("year_end_wipe_cap50", marks=pytest.mark.slow),
        pytest.param("instant_small_burn", marks=pytest.mark.slow),
        pytest.param("no_program", marks=pytest.mark.slow),
        "giant_ecommerce",
        "vertical_expert",
    ],
)
@pytest.mark.parametrize("redeem_always", [False, True])
def test_same_transfers_as_one_by_one(name: str, redeem_always: bool) -> None:
    rules = load_policy(name).rules
    # 600 orders a member: more transfers than the first journal holds.
    events = random_events(2, 1_200)
    posted = post_events(rules, events, AS_OF, redeem_always=redeem_always, keep_transfers=True)
    expected = one_by_one(rules, events, redeem_always)
    assert posted.transfers.tolist() == expected.tolist()
    assert all(law.holds for law in posted.laws)


def test_sums_do_not_depend_on_keeping_transfers() -> None:
    rules = load_policy("baseline").rules
    events = random_events(50, 5_000)
    kept = post_events(rules, events, AS_OF, redeem_always=True, keep_transfers=True)
    dropped = post_events(rules, events, AS_OF, redeem_always=True)
    assert dropped.transfers is None
    assert kept.accounts.tolist() == dropped.accounts.tolist()
    assert kept.by_month.tolist() == dropped.by_month.tolist()
    assert kept.laws == dropped.laws
    assert dropped.by_month[:, Flow.REDEMPTIONS].sum() == dropped.accounts.redemptions.sum() > 0


def test_members_do_not_touch_each_other() -> None:
    rules = load_policy("baseline").rules
    events = random_events(20, 2_000)
    together = post_events(rules, events, AS_OF, redeem_always=True).accounts
    bounds = [0, *(np.flatnonzero(np.diff(events.member)) + 1), events.size]
    alone = [
        post_events(rules, events[a:b], AS_OF, redeem_always=True).accounts[0].tolist() for a, b in pairwise(bounds)
    ]
    assert together.tolist() == alone


def test_a_plan_is_an_event_like_any_other() -> None:
    rules = load_policy("warehouse_club").rules
    events = records(4, EVENT)
    events.day = [20_000, 20_000, 20_010, 20_500]
    events.kind = [Kind.JOIN, Kind.PLAN_START, Kind.PURCHASE, Kind.PLAN_CANCEL]
    events.which[1] = 1
    events.list_cents[2] = 100_00
    posted = post_events(rules, events, 21_000, keep_transfers=True)
    assert all(law.holds for law in posted.laws)
    assert posted.accounts.orders.tolist() == [1]


def test_a_refusal_is_told() -> None:
    rules = load_policy("baseline").rules
    events = random_events(3, 30)
    events.redeem_points[7] = 10**6
    with pytest.raises(EventRefused, match="event 7 was refused: redeem_exceeds_active_points") as caught:
        post_events(rules, events, AS_OF)
    assert (caught.value.index, caught.value.status) == (7, Status.REDEEM_EXCEEDS_ACTIVE_POINTS)


def test_events_must_be_in_order() -> None:
    rules = load_policy("baseline").rules
    events = random_events(3, 30)
    with pytest.raises(ValueError, match="sorted by member"):
        post_events(rules, events[::-1].view(np.recarray), AS_OF)
    with pytest.raises(ValueError, match="after the day on which the books are closed"):
        post_events(rules, events, int(events.day.max()) - 1)
    with_lines = random_events(3, 30)
    with_lines.lines[4] = 2
    with pytest.raises(ValueError, match="have no lines"):
        post_events(rules, with_lines, AS_OF)
    with pytest.raises(ValueError, match="no events"):
        post_events(rules, events[:0], AS_OF)
    second = events[events.member == 0][::-1].view(np.recarray)
    with pytest.raises(EventRefused, match="event_out_of_order"):
        post_events(rules, second, AS_OF)
