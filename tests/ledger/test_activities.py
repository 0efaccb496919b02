"""What is earned without buying: activities, streaks, referrals, gifts of the calendar, rewards, wheel, partners."""

from __future__ import annotations

from tests.kernel_rules import policy_of
from tests.ledger.stories import brief, expected, lived

DEEDS = """
[points]
value = "0.01"
earn = [
  { on = "check_in", points = 1, streak = { 3 = 10, 5 = 50 }, limit = "1 per day" },
  { on = "review", points = 20, limit = "2 per week", give = ["coupon:five"] },
  { on = "dance", points = 7 },
  { on = "first_order", points = 100 },
  { on = "nth_order", every = 3, points = 30, give = ["coupon:five"] },
  { on = "referral", referrer = 500, referred = 200, when = "first_purchase", limit = "2 per year" },
]
[[coupons]]
code = "five"
off = "5.00"
[gifts]
join = ["points:1"]
birthday = ["points:2"]
year_end = { to = "basic", items = ["points:3"] }
win_back = { after = "30 days", items = ["points:4"] }
[[tiers.level]]
name = "basic"
enter = 0
"""


def test_a_streak_counts_days_in_a_row() -> None:
    """Two on the third day count once; the fourth day is missing, so the streak begins again."""
    days = ("01", "02", "03", "03", "05", "06", "07", "08", "09")
    story = "2027-02-01 join\n" + "\n".join(f"2027-02-{day} do check_in" for day in days)
    found = [line.split()[0][-2:] + " " + line.split()[2] for line in brief(policy_of(DEEDS), story, "earn_activity")]
    assert found == ["01 1", "02 1", "03 11", "05 1", "06 1", "07 11", "08 1", "09 51"]


def test_a_limit_counts_in_its_period_and_the_gifts_with_it() -> None:
    """Monday 1 March 2027 begins a week."""
    story = "2027-02-26 join\n" + "\n".join(
        f"2027-{day} do review" for day in ("02-27", "02-28", "02-28", "03-01", "03-01", "03-07")
    )
    assert brief(policy_of(DEEDS), story, "earn_activity", "coupon_issue") == [
        line
        for lot, day in enumerate(("02-27", "02-28", "03-01", "03-01"), start=1)
        for line in (f"2027-{day} earn_activity 20 of lot {lot}", f"2027-{day} coupon_issue 1")
    ]


def test_an_activity_of_ones_own_and_one_that_earns_nothing() -> None:
    story = "2027-02-01 join\n2027-02-02 do dance\n2027-02-02 do course"
    assert brief(policy_of(DEEDS), story, "earn_activity") == ["2027-02-02 earn_activity 7 of lot 1"]


def test_first_and_nth_order_go_back_with_the_order() -> None:
    story = """
        2027-02-01 join
        2027-02-02 buy 1.00 #1
        2027-02-03 buy 1.00 #2
        2027-02-04 buy 1.00 #3
        2027-02-05 return #3 0.99
        2027-02-05 return #3
        2027-02-06 buy 1.00 #4
        """
    # The order returned is none, so the next is the third; its reward is gone, so it comes again.
    assert brief(policy_of(DEEDS), story, "earn_fixed", "coupon_issue", "claw_back", "coupon_take_back") == expected(
        """
        2027-02-02 earn_fixed 100 of lot 1
        2027-02-04 earn_fixed 30 of lot 2
        2027-02-04 coupon_issue 1
        2027-02-05 claw_back 30 of lot 2
        2027-02-05 coupon_take_back 1
        2027-02-06 earn_fixed 30 of lot 3
        2027-02-06 coupon_issue 1
        """
    )


def test_both_sides_of_a_referral() -> None:
    story = "2027-02-01 join referred\n2027-02-02 buy 1.00\n2027-02-03 buy 1.00\n" + "2027-02-04 refer\n" * 3
    assert brief(policy_of(DEEDS), story, "earn_referral") == expected(
        """
        2027-02-02 earn_referral 200 of lot 2
        2027-02-04 earn_referral 500 of lot 3
        2027-02-04 earn_referral 500 of lot 4
        """
    )
    at_join = policy_of(DEEDS.replace("first_purchase", "join"))
    assert brief(at_join, story, "earn_referral")[0] == "2027-02-01 earn_referral 200 of lot 1"


def test_gifts_of_the_calendar() -> None:
    story = "2027-02-01 join born 03-05\n2027-12-20 buy 1.00\n2028-01-31 night"
    assert brief(policy_of(DEEDS), story, "earn_gift") == expected(
        """
        2027-02-01 earn_gift 1 of lot 0
        2027-03-05 earn_gift 2 of lot 1
        2027-12-31 earn_gift 3 of lot 3
        2028-01-19 earn_gift 4 of lot 4
        """
    )


BURNS = """
[points]
value = "0.01"
[[points.rewards]]
name = "tote"
points = 60
kind = "goods"
cost = "9.50"
stock = 100
[[points.rewards]]
name = "voucher"
points = 50
kind = "coupon:five"
[points.wheel]
points = 10
limit = "4 per day"
prizes = [
  { p = 0.000001, kind = "ticket", cost = "99.00" },
  { p = 0.2, kind = "points", points = 25 },
  { p = 0.299999, kind = "coupon:five" },
  { p = 0.5, kind = "nothing" },
]
[[coupons]]
code = "five"
off = "5.00"
[partners]
earn = [ { name = "hotel", points_bought_at = "0.0085" } ]
burn = [ { name = "airline", points = 40, pay_partner = "0.30" } ]
"""


def test_rewards_until_the_stock_is_gone() -> None:
    """Whoever keeps all books notes when the stock was used up; here in the morning of 10 September."""
    story = """
        2027-01-01 join
        2027-01-01 grant 200
        2027-01-02 reward tote
        2027-01-02 reward voucher
        2027-09-11 reward tote
        """
    causes = ("redeem_reward", "reward_cost", "gift_given", "coupon_issue")
    assert brief(policy_of(BURNS), story, *causes) == expected(
        """
        2027-01-02 redeem_reward 60 of lot 0
        2027-01-02 reward_cost 950
        2027-01-02 gift_given 1
        2027-01-02 redeem_reward 50 of lot 0
        2027-01-02 coupon_issue 1
        2027-09-11 refused: reward_out_of_stock
        """
    )


def test_the_wheel_at_the_edges_of_its_prizes() -> None:
    chances = (0, 1, 200_000, 200_001, 500_000)
    spins = "\n".join(f"2027-01-02 spin {chance}" for chance in chances)
    causes = ("redeem_wheel", "earn_prize", "gift_given", "reward_cost", "coupon_issue")
    assert brief(
        policy_of(BURNS), f"2027-01-01 join\n2027-01-01 grant 200\n{spins}\n2027-01-03 spin 999999", *causes
    ) == expected(
        """
        2027-01-02 redeem_wheel 10 of lot 0
        2027-01-02 reward_cost 9900
        2027-01-02 gift_given 1
        2027-01-02 redeem_wheel 10 of lot 0
        2027-01-02 earn_prize 25 of lot 1
        2027-01-02 redeem_wheel 10 of lot 0
        2027-01-02 earn_prize 25 of lot 2
        2027-01-02 redeem_wheel 10 of lot 0
        2027-01-02 coupon_issue 1
        2027-01-02 refused: limit_reached
        2027-01-03 redeem_wheel 10 of lot 0
        """
    )


def test_partners_pay_and_are_paid() -> None:
    story = (
        "2027-01-01 join\n2027-01-01 earn at hotel 100\n2027-01-02 burn at airline 80\n2027-01-02 burn at airline 30"
    )
    causes = ("earn_partner", "partner_sale", "redeem_partner", "partner_cost")
    assert brief(policy_of(BURNS), story, *causes) == expected(
        """
        2027-01-01 earn_partner 100 of lot 0
        2027-01-01 partner_sale 85
        2027-01-02 redeem_partner 80 of lot 0
        2027-01-02 partner_cost 60
        2027-01-02 refused: partner_points_not_in_multiples
        """
    )
    assert lived(policy_of(BURNS), story).member.head.active_points == 20


def test_a_club_that_is_not_open() -> None:
    policy = policy_of("[join]\nopen = false\n")
    assert brief(policy, "2027-01-01 join\n2027-01-02 join invited") == [
        "2027-01-01 refused: invitation_needed",
        "2027-01-02 join 1",
    ]
