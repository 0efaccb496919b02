"""Every refusal by its name, with an account that is the same afterwards, byte for byte."""

from __future__ import annotations

import numpy as np
import pytest

from ledger.apply import apply
from ledger.events import Kind, event, no_lines
from ledger.journal import new_journal, room_for
from ledger.state import grown, new_member
from ledger.status import Status
from ledger.stored import packed, unpacked
from policies import Policy
from policies.days import date_of
from tests.kernel_rules import day, policy_of
from tests.ledger.lives import as_event
from tests.ledger.stories import event_of, lived

PROGRAM = policy_of(
    """
    [join]
    invite_tiers = ["diamond"]
    [tiers]
    metric = "spend"
    {levels}
    [points]
    value = "0.01"
    pending = "until_delivered"
    earn = [
      { on = "purchase", per_unit = 1 },
      { on = "purchase", category = "food", channel = "app", per_unit = 1 },
    ]
    [points.expiry]
    mode = "lot"
    life = "1 month"
    extension = "30 days"
    reinstatement = "30 days"
    [points.cash]
    minimum = 100
    step = 50
    share_of_order = 0.5
    [[points.rewards]]
    name = "tote"
    points = 400
    kind = "goods"
    [[points.rewards]]
    name = "gone"
    points = 1
    kind = "goods"
    stock = 1
    [points.wheel]
    points = 200
    limit = "1 per day"
    prizes = [ { p = 1.0, kind = "nothing" } ]
    [[plans]]
    name = "plus"
    price = "99.00"
    period = "1 year"
    refund = "full_within:7 days"
    trial = "7 days"
    [[plans]]
    name = "other"
    price = "9.00"
    period = "1 month"
    [stored_value]
    offers = [ { pay = "100.00", bonus = "10.00" } ]
    [[coupons]]
    code = "five"
    off = "5.00"
    minimum_spend = "50.00"
    [[coupons]]
    code = "two"
    off = "2.00"
    [gifts]
    join = ["coupon:five", "coupon:two"]
    [partners]
    earn = [ { name = "hotel", points_bought_at = "0.01" } ]
    burn = [ { name = "airline", points = 100, pay_partner = "1.00" } ]
    [sharing]
    transfer = true
    minimum = 50
    limit = "1 per month"
    households = true
    """
)
BARE = policy_of(
    '[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1234.5678 } ]\n[refunds]\nwithin = "none"\n'
)
DEAR = policy_of(
    """
    [points]
    value = "0.01"
    earn = [ { on = "purchase", per_unit = 1 } ]
    [partners]
    earn = [ { name = "hotel", points_bought_at = "1000000.00" } ]
    burn = [ { name = "airline", points = 1, pay_partner = "1000000.00" } ]
    """
)
CLUB = policy_of("[join]\nopen = false\n")

NOBODY = "2027-01-01 night"
SAVER = "2027-03-01 join\n2027-03-01 grant 300\n2027-03-01 buy 300.00 #1"
DEBTOR = SAVER + "\n2027-03-01 deliver #1\n2027-03-01 burn at airline 500\n2027-03-01 return #1"
SPENDER = "2027-01-01 join\n2027-03-01 buy 300.00 #1"
PLAN_MEMBER = SAVER + "\n2027-03-01 start plus"
TRIED = SAVER + "\n2027-03-01 try plus\n2027-03-02 give up"
SHARER = SAVER + "\n2027-03-10 send 50 to 3"
SPINNER = SAVER + "\n2027-03-10 spin 5"
FADED = "2027-01-01 join\n2027-01-20 grant 40"
TOPPED = SAVER + "\n2027-03-01 top up 100.00 #1"
TODAY = day("2027-03-10")


def raw(kind: Kind, on: int = TODAY, **what: object) -> tuple:
    """An event and its lines."""
    return as_event(kind.name, date_of(on), what.pop("second", 50_000), **what)


def purchase(list_cents: int = 10_000, redeem_points: int = 0, on: int = TODAY, **what: object) -> tuple:
    return raw(Kind.PURCHASE, on, order=9, list_cents=list_cents, redeem_points=redeem_points, **what)


REFUSALS: list[tuple[Status, Policy, str, str | tuple]] = [
    (Status.ALREADY_A_MEMBER, PROGRAM, SAVER, "join"),
    (Status.INVITATION_NEEDED, CLUB, NOBODY, "join"),
    *[
        (Status.BIRTHDAY_INVALID, PROGRAM, NOBODY, raw(Kind.JOIN, birth_month=month, birth_day=number))
        for month, number in ((2, 30), (4, 31), (13, 1), (-1, 1), (5, 0), (0, 5))
    ],
    (Status.NOT_A_MEMBER, PROGRAM, NOBODY, "buy 1.00"),
    (Status.NOT_A_MEMBER, PROGRAM, NOBODY, "start plus"),
    (Status.ACCOUNT_CLOSED, PROGRAM, SAVER + "\n2027-03-02 leave", "buy 1.00"),
    (Status.EVENT_OUT_OF_ORDER, PROGRAM, SAVER, purchase(on=day("2027-02-28"))),
    (Status.EVENT_OUT_OF_ORDER, PROGRAM, SAVER, purchase(on=day("2027-03-01"), second=0)),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, purchase(-1)),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, purchase(redeem_points=-100)),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, purchase(stored_cents=-1)),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, purchase(5, lines=[(0, 6, 0), (0, -1, 0)])),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, purchase(5, lines=[(0, 5, -1)])),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, raw(Kind.REFUND, order=1, cents=0)),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, raw(Kind.REFUND, order=1, lines=[(0, 0, 0)])),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, "grant 0"),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, "adjust 0"),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, "send 0 to 3"),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, "receive 5 until 2027-03-10"),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, "spin 1000000"),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, "top up 0 #9"),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, "earn at hotel 0"),
    (Status.AMOUNT_NEGATIVE, PROGRAM, SAVER, "burn at airline 0"),
    (Status.AMOUNT_TOO_LARGE, PROGRAM, SAVER, purchase(10**12 + 1)),
    (Status.AMOUNT_TOO_LARGE, BARE, SAVER, purchase(10**12)),
    (Status.AMOUNT_TOO_LARGE, PROGRAM, SAVER, "earn at hotel 1000000001"),
    (Status.AMOUNT_TOO_LARGE, PROGRAM, SAVER, "grant 1000000000001"),
    (Status.AMOUNT_TOO_LARGE, DEAR, SAVER, "earn at hotel 1000000"),
    (Status.AMOUNT_TOO_LARGE, DEAR, SAVER, "burn at airline 1000000"),
    (Status.LINES_DO_NOT_ADD_UP, PROGRAM, SAVER, purchase(10, lines=[(0, 5, 0), (1, 4, 0)])),
    (Status.CATEGORY_UNKNOWN, PROGRAM, SAVER, purchase(5, lines=[(62, 5, 0)])),
    (Status.CATEGORY_UNKNOWN, PROGRAM, SAVER, purchase(5, lines=[(-1, 5, 0)])),
    (Status.CHANNEL_UNKNOWN, PROGRAM, SAVER, purchase(channel=62)),
    (Status.ORDER_ALREADY_POSTED, PROGRAM, SAVER, "buy 5.00 #1"),
    (Status.ORDER_ALREADY_POSTED, PROGRAM, TOPPED, "top up 5.00 #1"),
    (Status.COUPON_NOT_HELD, PROGRAM, SAVER, "buy 60.00 with five,five"),
    (Status.COUPONS_DO_NOT_STACK, PROGRAM, SAVER, "buy 60.00 with five,two"),
    (Status.COUPON_BELOW_MINIMUM_SPEND, PROGRAM, SAVER, "buy 49.99 with five"),
    (Status.REDEEM_NOT_OFFERED, BARE, SAVER, purchase(redeem_points=100)),
    (Status.REDEEM_BLOCKED_BY_DEBT, PROGRAM, DEBTOR, purchase(redeem_points=100)),
    (Status.REDEEM_BLOCKED_BY_DEBT, PROGRAM, DEBTOR, "reward tote"),
    (Status.REDEEM_BLOCKED_BY_DEBT, PROGRAM, DEBTOR, "spin 5"),
    (Status.REDEEM_BLOCKED_BY_DEBT, PROGRAM, DEBTOR, "burn at airline 100"),
    (Status.REDEEM_BLOCKED_BY_DEBT, PROGRAM, DEBTOR, "send 50 to 3"),
    (Status.REDEEM_EXCEEDS_ACTIVE_POINTS, PROGRAM, SAVER, purchase(redeem_points=350)),
    (Status.REDEEM_EXCEEDS_ACTIVE_POINTS, PROGRAM, SAVER, "reward tote"),
    (Status.REDEEM_EXCEEDS_ACTIVE_POINTS, PROGRAM, SAVER, "burn at airline 400"),
    (Status.REDEEM_EXCEEDS_ACTIVE_POINTS, PROGRAM, SAVER, "send 301 to 3"),
    (Status.REDEEM_BELOW_MINIMUM, PROGRAM, SAVER, purchase(redeem_points=50)),
    (Status.REDEEM_NOT_IN_STEPS, PROGRAM, SAVER, purchase(redeem_points=120)),
    (Status.REDEEM_EXCEEDS_ORDER_CAP, PROGRAM, SAVER, purchase(299, redeem_points=150)),
    (Status.STORED_VALUE_NOT_OFFERED, BARE, SAVER, "buy 5.00 stored 1.00"),
    (Status.STORED_VALUE_NOT_OFFERED, BARE, SAVER, "top up 5.00 #9"),
    (Status.STORED_VALUE_EXCEEDS_BALANCE, PROGRAM, TOPPED, "buy 500.00 stored 110.01"),
    (Status.STORED_VALUE_EXCEEDS_ORDER, PROGRAM, TOPPED, "buy 5.00 use 100 stored 4.01"),
    (Status.REFUND_NOT_OFFERED, BARE, SAVER, "return #1"),
    (Status.ORDER_UNKNOWN, PROGRAM, SAVER, "return #2"),
    (Status.ORDER_UNKNOWN, PROGRAM, SAVER, "deliver #2"),
    (Status.ORDER_ALREADY_REFUNDED, PROGRAM, SAVER + "\n2027-03-02 return #1", "return #1"),
    (Status.REFUND_EXCEEDS_ORDER, PROGRAM, SAVER, "return #1 300.01"),
    (Status.REFUND_EXCEEDS_ORDER, PROGRAM, SAVER + "\n2027-03-02 buy 0.00 #2", "return #2"),
    (Status.REFUND_EXCEEDS_ORDER, PROGRAM, SAVER, "return #1 food:0.01"),
    (Status.ALREADY_DELIVERED, PROGRAM, SAVER + "\n2027-03-02 deliver #1", "deliver #1"),
    (Status.ACTIVITY_UNKNOWN, PROGRAM, SAVER, raw(Kind.ACTIVITY, which=32)),
    (Status.REFERRAL_NOT_OFFERED, PROGRAM, SAVER, "refer"),
    (Status.REWARD_UNKNOWN, PROGRAM, SAVER, raw(Kind.REWARD, which=2)),
    (Status.REWARD_OUT_OF_STOCK, PROGRAM, SAVER, raw(Kind.REWARD, day("2027-03-20"), which=1)),
    (Status.WHEEL_NOT_OFFERED, BARE, SAVER, "spin 5"),
    (Status.LIMIT_REACHED, PROGRAM, SPINNER, "spin 5"),
    (Status.LIMIT_REACHED, PROGRAM, SHARER, "send 50 to 3"),
    (Status.PARTNER_UNKNOWN, PROGRAM, SAVER, raw(Kind.PARTNER_EARN, which=1, points=5)),
    (Status.PARTNER_UNKNOWN, PROGRAM, SAVER, raw(Kind.PARTNER_BURN, which=-1, points=5)),
    (Status.PARTNER_POINTS_NOT_IN_MULTIPLES, PROGRAM, SAVER, "burn at airline 150"),
    (Status.PLAN_UNKNOWN, PROGRAM, SAVER, "start 3"),
    (Status.PLAN_UNKNOWN, PROGRAM, SAVER, "start 0"),
    (Status.PLAN_UNKNOWN, BARE, SAVER, "start plan"),
    (Status.PLAN_ALREADY_HELD, PROGRAM, PLAN_MEMBER, "start other"),
    (Status.PLAN_TRIAL_NOT_OFFERED, PROGRAM, SAVER, "try other"),
    (Status.PLAN_TRIAL_USED, PROGRAM, TRIED, "try plus"),
    (Status.PLAN_NOT_HELD, PROGRAM, SAVER, "cancel"),
    (Status.PLAN_NOT_HELD, PROGRAM, SAVER, "renew"),
    (Status.PLAN_NOT_HELD, PROGRAM, SAVER, "change plus"),
    (Status.PLAN_NOT_HELD, PROGRAM, SAVER, "give up"),
    (Status.PLAN_SAME, PROGRAM, PLAN_MEMBER, "change plus"),
    (Status.PLAN_REFUND_NOT_OFFERED, PROGRAM, SAVER + "\n2027-03-01 start other", "give up"),
    (Status.PLAN_REFUND_PERIOD_OVER, PROGRAM, PLAN_MEMBER, "give up"),
    (Status.TOP_UP_UNKNOWN, PROGRAM, TOPPED, "return top up #2"),
    (Status.TOP_UP_ALREADY_REFUNDED, PROGRAM, TOPPED + "\n2027-03-02 return top up #1", "return top up #1"),
    (Status.TIER_UNKNOWN, PROGRAM, SAVER, raw(Kind.INVITE, which=4)),
    (Status.TIER_NOT_BY_INVITATION, PROGRAM, SAVER, "invite gold"),
    (Status.TRANSFER_NOT_OFFERED, BARE, SAVER, "send 50 to 3"),
    (Status.TRANSFER_TO_ONESELF, PROGRAM, SAVER, "send 50 to 0"),
    (Status.TRANSFER_BELOW_MINIMUM, PROGRAM, SAVER, "send 49 to 3"),
    (Status.HOUSEHOLD_NOT_OFFERED, BARE, SAVER, "household 5"),
    (Status.HOUSEHOLD_NOT_OFFERED, PROGRAM, SAVER, "send 1 to 3 at home"),
    (Status.EXTENSION_NOT_OFFERED, BARE, SAVER, "extend 2027-03-12"),
    (Status.EXTENSION_NOT_OFFERED, PROGRAM, SAVER, "extend 2027-04-10"),
    (Status.REINSTATEMENT_NOT_OFFERED, BARE, SAVER, "reinstate 1"),
    (Status.REINSTATEMENT_EXCEEDS_EXPIRED_POINTS, PROGRAM, FADED, "reinstate 41"),
    (Status.ADJUST_EXCEEDS_POINTS, PROGRAM, SAVER, "adjust -601"),
]
NOT_FROM_KINDS = {Status.OK, Status.JOURNAL_FULL, Status.MEMBER_FULL, Status.NIGHT_MISSING}


def rules_of(policy: Policy) -> np.recarray:
    """The rules, with the stock of the second reward used up on 15 March."""
    rules = policy.rules.copy()
    rules["reward_closed_day"][:, 1] = day("2027-03-15")
    return rules


@pytest.mark.parametrize(("status", "policy", "story", "deed"), REFUSALS, ids=lambda each: getattr(each, "name", ""))
def test_refusal_changes_nothing(status: Status, policy: Policy, story: str, deed: str | tuple) -> None:
    life = lived(policy, story)
    assert all(len(each) > 2 for each in life.transfers), "the story itself was refused"
    if isinstance(deed, str):
        kind, what = event_of(policy, deed, 99)
        deed = as_event(kind, date_of(TODAY), 50_000, **what)
    row, lines = deed
    life.live_until(date_of(row.day))
    journal, before = new_journal(room_for(64)), packed(life.member)
    assert Status(apply(rules_of(policy), life.member, row, lines, journal)) == status
    assert status.refused
    assert packed(life.member) == before
    assert journal.fill.used == 0


def test_an_event_of_no_kind() -> None:
    unknown = event(Kind.JOIN, TODAY)
    unknown.kind = 99
    member = lived(PROGRAM, SAVER).member
    before = packed(member)
    assert apply(PROGRAM.rules, member, unknown, no_lines(), new_journal(room_for(32))) == Status.EVENT_UNKNOWN
    assert packed(member) == before


def test_every_refusal_is_tried_here() -> None:
    tried = {each[0] for each in REFUSALS} | {Status.EVENT_UNKNOWN}
    # Keys and other members are the store's business: see test_store.py.
    of_stores = {Status.IDEMPOTENCY_CONFLICT, Status.REFERRAL_UNKNOWN, Status.REFERRAL_ALREADY_POSTED}
    assert tried == {each for each in Status if each.refused} - of_stores
    assert not any(each.refused for each in NOT_FROM_KINDS)


@pytest.mark.parametrize(("allowed", "list_cents"), [(100, 200), (100, 299), (150, 300), (300, 600), (300, 1_000_000)])
def test_the_edge_of_a_redemption_is_inside(allowed: int, list_cents: int) -> None:
    member = lived(PROGRAM, SAVER).member
    journal = new_journal(room_for(32))
    again = unpacked(packed(member), 0)
    assert Status(apply(PROGRAM.rules, again, *purchase(list_cents, redeem_points=allowed + 50), journal)).refused
    assert apply(PROGRAM.rules, member, *purchase(list_cents, redeem_points=allowed), journal) == Status.OK


def test_a_night_cannot_be_skipped() -> None:
    policy = policy_of('[points]\nvalue = "0.01"\npending = "7 days"\nearn = [ { on = "purchase", per_unit = 1 } ]\n')
    member = lived(policy, SPENDER).member
    before = packed(member)
    late = purchase(on=day("2027-03-08"))
    assert apply(policy.rules, member, *late, new_journal(room_for(32))) == Status.NIGHT_MISSING
    assert packed(member) == before


def test_a_window_that_closed_is_a_night_too() -> None:
    """Amounts of last year must not lift a tier just because no night has run since."""
    policy = policy_of('[tiers]\nmetric = "spend"\nwindow = "calendar_year"\n{levels}')
    member = lived(policy, "2027-12-30 join\n2027-12-31 buy 99.00").member
    late = purchase(list_cents=100, on=day("2028-01-01"))
    assert apply(policy.rules, member, *late, new_journal(room_for(32))) == Status.NIGHT_MISSING


PLAIN = policy_of('[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1 } ]\n')


def filled() -> tuple[np.record, int, set[Status]]:
    """A member who has ordered until there is no room, how often, and what the ledger has answered on the way."""
    member, journal, answers, order = new_member(1), new_journal(room_for(20)), set(), 0
    assert apply(PLAIN.rules, member, event(Kind.JOIN, TODAY), no_lines(), journal) == Status.OK
    while Status.MEMBER_FULL not in answers:
        row, lines = raw(Kind.PURCHASE, order=order, list_cents=10_000)
        answer = Status(apply(PLAIN.rules, member, row, lines, journal))
        answers.add(answer)
        if answer == Status.OK:
            order += 1
            continue
        before = packed(member)
        assert apply(PLAIN.rules, member, row, lines, journal) == answer
        assert packed(member) == before
        journal = new_journal(room_for(4_000))
    return member, order, answers


def test_room_is_asked_for() -> None:
    """First the journal, then the account has no room for one more order; neither has changed anything."""
    member, order, answers = filled()
    assert answers == {Status.OK, Status.JOURNAL_FULL, Status.MEMBER_FULL}
    assert member.head.lots == member.head.held_orders == order == member.orders.size


@pytest.mark.slow
def test_an_account_with_more_room_goes_on() -> None:
    """Slow, because kernels are compiled anew for an account of another size."""
    member, order, _ = filled()
    member = grown(member)
    row, lines = raw(Kind.PURCHASE, order=order, list_cents=10_000)
    assert apply(PLAIN.rules, member, row, lines, new_journal(room_for(4_000))) == Status.OK
    assert member.head.lots == order + 1
    assert set(member.lots["points"][: order + 1].tolist()) == {100}
