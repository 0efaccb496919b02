"""Every refusal by its name, with an account that is the same afterwards, byte for byte."""

from __future__ import annotations

import pytest

from ledger.apply import apply
from ledger.events import Kind, event
from ledger.journal import new_journal, room_for
from ledger.state import Member, grown, new_member
from ledger.status import Status
from ledger.stored import copied
from tests.kernel_rules import day, policy_of
from tests.ledger.stories import lived

PROGRAM = policy_of(
    """
    [points]
    value = "0.01"
    earn = [ { on = "purchase", per_unit = 1 } ]
    [points.cash]
    minimum = 100
    step = 50
    share_of_order = 0.5
    [[plans]]
    name = "plus"
    price = "99.00"
    period = "1 year"
    """
)
NO_REDEMPTION = policy_of('[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1234.5678 } ]\n')

SAVER = "2027-01-01 join\n2027-03-01 buy 300.00"
PLAN_MEMBER = SAVER + "\n2027-03-02 start plan"
NOBODY = "2027-01-01 night"
TODAY = day("2027-03-10")


def purchase(list_cents: int = 10_000, redeem_points: int = 0, on: int = TODAY, second: int = 0):
    return event(Kind.PURCHASE, on, second=second, order=9, list_cents=list_cents, redeem_points=redeem_points)


REFUSALS = [
    (Status.ALREADY_A_MEMBER, PROGRAM, SAVER, event(Kind.JOIN, TODAY)),
    (Status.NOT_A_MEMBER, PROGRAM, NOBODY, purchase()),
    (Status.NOT_A_MEMBER, PROGRAM, NOBODY, event(Kind.PLAN_START, TODAY, plan=1)),
    (Status.EVENT_OUT_OF_ORDER, PROGRAM, SAVER, purchase(on=day("2027-02-28"))),
    (Status.EVENT_OUT_OF_ORDER, PROGRAM, SAVER, purchase(on=day("2027-03-01"), second=0)),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, purchase(-1)),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, purchase(redeem_points=-100)),
    (Status.AMOUNT_TOO_LARGE, PROGRAM, SAVER, purchase(10**12 + 1)),
    (Status.AMOUNT_TOO_LARGE, NO_REDEMPTION, SAVER, purchase(10**12)),
    (Status.REDEEM_NOT_OFFERED, NO_REDEMPTION, SAVER, purchase(redeem_points=100)),
    (Status.REDEEM_EXCEEDS_ACTIVE_POINTS, PROGRAM, SAVER, purchase(redeem_points=350)),
    (Status.REDEEM_BELOW_MINIMUM, PROGRAM, SAVER, purchase(redeem_points=50)),
    (Status.REDEEM_NOT_IN_STEPS, PROGRAM, SAVER, purchase(redeem_points=120)),
    (Status.REDEEM_EXCEEDS_ORDER_CAP, PROGRAM, SAVER, purchase(299, redeem_points=150)),
    (Status.PLAN_UNKNOWN, PROGRAM, SAVER, event(Kind.PLAN_START, TODAY, plan=2)),
    (Status.PLAN_UNKNOWN, PROGRAM, SAVER, event(Kind.PLAN_START, TODAY, plan=0)),
    (Status.PLAN_UNKNOWN, NO_REDEMPTION, SAVER, event(Kind.PLAN_START, TODAY, plan=1)),
    (Status.PLAN_ALREADY_HELD, PROGRAM, PLAN_MEMBER, event(Kind.PLAN_START, TODAY, plan=1)),
    (Status.PLAN_NOT_HELD, PROGRAM, SAVER, event(Kind.PLAN_CANCEL, TODAY)),
    (Status.PLAN_NOT_HELD, PROGRAM, SAVER, event(Kind.PLAN_RENEW, TODAY)),
]
NOT_FROM_KINDS = {Status.OK, Status.JOURNAL_FULL, Status.MEMBER_FULL, Status.NIGHT_MISSING}


def content(member: Member) -> tuple[bytes, ...]:
    return member.head.tobytes(), member.lots.tobytes(), member.window.tobytes()


@pytest.mark.parametrize(("status", "policy", "story", "refused"), REFUSALS, ids=lambda each: getattr(each, "name", ""))
def test_refusal_changes_nothing(status: Status, policy, story: str, refused) -> None:
    member, journal = lived(policy, story).member, new_journal(room_for(32))
    before = content(member)
    assert Status(apply(policy.rules, member, refused, journal)) == status
    assert status.refused
    assert content(member) == before
    assert journal.fill.used == 0


def test_an_event_of_no_kind() -> None:
    unknown = event(Kind.JOIN, TODAY)
    unknown.kind = 99
    member = lived(PROGRAM, SAVER).member
    before = content(member)
    assert apply(PROGRAM.rules, member, unknown, new_journal(room_for(32))) == Status.EVENT_UNKNOWN
    assert content(member) == before


def test_every_refusal_is_tried_here() -> None:
    tried = {each[0] for each in REFUSALS} | {Status.EVENT_UNKNOWN}
    # Keys are the store's business: see test_store.py.
    assert tried == {each for each in Status if each.refused} - {Status.IDEMPOTENCY_CONFLICT}
    assert not any(each.refused for each in NOT_FROM_KINDS)


@pytest.mark.parametrize(("allowed", "list_cents"), [(100, 200), (100, 299), (150, 300), (300, 600), (300, 1_000_000)])
def test_the_edge_of_a_redemption_is_inside(allowed: int, list_cents: int) -> None:
    member = lived(PROGRAM, SAVER).member
    journal = new_journal(room_for(32))
    too_many = purchase(list_cents, redeem_points=allowed + 50)
    assert Status(apply(PROGRAM.rules, copied(member), too_many, journal)).refused
    assert apply(PROGRAM.rules, member, purchase(list_cents, redeem_points=allowed), journal) == Status.OK


def test_a_night_cannot_be_skipped() -> None:
    policy = policy_of('[points]\nvalue = "0.01"\npending = "7 days"\nearn = [ { on = "purchase", per_unit = 1 } ]\n')
    member = lived(policy, SAVER).member
    before = content(member)
    late = purchase(on=day("2027-03-08"))
    assert apply(policy.rules, member, late, new_journal(room_for(32))) == Status.NIGHT_MISSING
    assert content(member) == before


def test_a_window_that_closed_is_a_night_too() -> None:
    """Amounts of last year must not lift a tier just because no night has run since."""
    policy = policy_of('[tiers]\nmetric = "spend"\n{levels}')
    member = lived(policy, "2027-12-30 join\n2027-12-31 buy 99.00").member
    late = purchase(list_cents=100, on=day("2028-01-01"))
    assert apply(policy.rules, member, late, new_journal(room_for(32))) == Status.NIGHT_MISSING


def test_room_is_asked_for_and_made() -> None:
    policy = policy_of('[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1 } ]\n')
    member, journal = new_member(1, lots=2, windows=2), new_journal(room_for(2))
    assert apply(policy.rules, member, event(Kind.JOIN, TODAY), journal) == Status.OK
    for order in range(2):
        journal.fill.used = 0
        assert apply(policy.rules, member, purchase(on=TODAY + order), journal) == Status.OK
    before = content(member)
    assert apply(policy.rules, member, purchase(on=TODAY + 2), journal) == Status.JOURNAL_FULL
    journal.fill.used = 0
    assert apply(policy.rules, member, purchase(on=TODAY + 2), journal) == Status.MEMBER_FULL
    assert content(member) == before
    member = grown(member)
    assert apply(policy.rules, member, purchase(on=TODAY + 2), journal) == Status.OK
    assert member.head.lots == 3
    assert member.lots[:3].points.tolist() == [100, 100, 100]
