"""Nothing is left of what was taken back: old tricks with returns, plans and top-ups no longer pay."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from policies import load_policy
from tests.kernel_rules import policy_of
from tests.ledger.lives import Compiled
from tests.ledger.stories import brief, expected, lived
from tests.ledger.tricks import COUPON, STORED, TRICKS, points, tiers


def left(life: Compiled) -> dict[str, int]:
    """What the member has, and what the shop has taken in cash."""
    head = life.member.head
    cash = Counter()
    for transfer in life.transfers:
        if len(transfer) > 2:
            cash[transfer[5]] += transfer[7]
            cash[transfer[6]] -= transfer[7]
    return {
        "points": int(head.active_points + head.pending_points - head.debt_points),
        "coupons": int(head.coupons),
        "growth": int(head.growth),
        "stored": int(head.principal_cents + head.bonus_cents),
        "own": int(head.own_tier),
        "best": int(head.best_tier),
        "cash": cash["cash"],
    }


@pytest.mark.parametrize("name", TRICKS)
def test_a_trick_does_not_pay(name: str) -> None:
    policy, story, pays = TRICKS[name]
    life = lived(policy_of(policy), story)
    assert {key: left(life)[key] for key in pays} == pays


def test_a_term_is_not_renewed_by_a_top_up_that_goes_back() -> None:
    """G: the member keeps the tier for as long as before, and no longer."""
    text = tiers().replace("[[tiers.level]]", 'validity = "2 months"\ndowngrade = "to_earned"\n[[tiers.level]]', 1)
    policy = policy_of(
        text.replace('"lifetime"', '"rolling 1 month"')
        + points()
        + COUPON
        + STORED.format(tier=', grants_tier = "gold"', refund="charge_spent")
    )
    story = """
    2027-01-01 join
    2027-01-02 buy 5000 #1
    2027-02-20 top up 1000.00 #9
    2027-02-21 return top up #9
    2027-04-01 night
    """
    assert brief(policy, story, "upgrade", "downgrade") == expected(
        """
        2027-01-02 upgrade 1
        2027-03-02 downgrade 1
        """
    )


OLD = """
title = "Old"
[points]
value = "0.01"
earn = [ { on = "review", points = 100, limit = "1 ever" }, { on = "share", points = 7 } ]
[[plans]]
name = "a"
price = "10.00"
period = "month"
trial = "7 days"
intro_price = "1.00"
auto_renew = false
[[plans]]
name = "b"
price = "10.00"
period = "month"
trial = "7 days"
intro_price = "1.00"
auto_renew = false
"""


def test_a_new_policy_forgets_nothing(tmp_path: Path) -> None:
    """H: trials, first prices and limits stay used, wherever plans and rows stand in the new file."""
    plan_a, plan_b = OLD[OLD.index("[[plans]]") :].split("[[plans]]")[1:]
    rows = '{ on = "share", points = 7 }, { on = "review", points = 100, limit = "1 ever" }'
    (tmp_path / "old.toml").write_text(OLD)
    (tmp_path / "new.toml").write_text(
        'title = "New"\n[switch]\nfrom = 2028-01-01\nreplaces = "old.toml"\n'
        f'[points]\nvalue = "0.01"\nearn = [ {rows} ]\n[[plans]]{plan_b}[[plans]]{plan_a}'
    )
    story = """
    2027-06-01 join
    2027-06-02 do review
    2027-06-02 try 1
    2027-06-08 renew
    2028-02-01 try 2
    2028-02-01 start 2
    2028-02-01 do review
    2028-03-15 try 1
    """
    causes = ("plan_start", "plan_fee", "earn_activity")
    assert brief(load_policy(tmp_path / "new.toml"), story, *causes) == expected(
        """
        2027-06-02 earn_activity 100 of lot 0
        2027-06-02 plan_start 1
        2027-06-09 plan_fee 100
        2028-02-01 refused: plan_trial_used
        2028-02-01 plan_start 1
        2028-02-01 plan_fee 1000
        2028-03-15 plan_start 1
        """
    )


OLD_TIERS = """
title = "Old"
[tiers]
metric = "spend"
window = "calendar_year"
validity = "rest of year"
downgrade = "to_earned"
[[tiers.level]]
name = "silver"
enter = 0
"""
NEW_TIERS = """
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "silver"
enter = 500
"""


def test_a_new_policy_reviews_who_has_risen_by_it(tmp_path: Path) -> None:
    """T: where the lowest tier has got a higher place, it has to be earned in time."""
    (tmp_path / "old.toml").write_text(OLD_TIERS)
    head = OLD_TIERS[: OLD_TIERS.index("[[")].replace("[tiers]", "{switch}[tiers]")
    switch = '[switch]\nfrom = 2028-01-01\nreplaces = "old.toml"\n'
    (tmp_path / "new.toml").write_text(head.format(switch=switch) + NEW_TIERS)
    story = """
    2027-01-01 join
    2028-06-01 buy 100
    2030-01-01 night
    """
    assert brief(load_policy(tmp_path / "new.toml"), story, "upgrade", "downgrade") == expected(
        """
        2028-01-01 upgrade 1
        2029-01-01 downgrade 1
        """
    )


def test_a_coupon_that_a_new_policy_does_not_have_does_not_come_back(tmp_path: Path) -> None:
    """U: whether it was held or used when the policy changed."""
    (tmp_path / "old.toml").write_text(f'title = "Old"\n[gifts]\njoin = ["coupon:w", "coupon:w"]\n{COUPON}')
    (tmp_path / "new.toml").write_text('title = "New"\n[switch]\nfrom = 2027-02-01\nreplaces = "old.toml"\n')
    story = """
    2027-01-01 join
    2027-01-20 buy 100 with w #1
    2027-02-04 return #1
    2028-03-01 night
    """
    causes = ("coupon_use", "coupon_expire", "coupon_return", "return_cash")
    assert brief(load_policy(tmp_path / "new.toml"), story, *causes) == expected(
        """
        2027-01-20 coupon_use 1
        2027-02-01 coupon_expire 1
        2027-02-04 return_cash 7000
        """
    )


@pytest.mark.parametrize("born", ["13-01", "02-30", "00-05", "04-31", "12-00"])
def test_nobody_is_born_on_a_day_that_is_none(born: str) -> None:
    """I: and nobody waits for that day for ever."""
    policy = policy_of('[gifts]\nbirthday = ["points:5"]\n' + points())
    story = f"2027-01-01 join born {born}\n2027-01-02 join born 02-29\n2028-12-31 night"
    assert brief(policy, story) == expected(
        """
        2027-01-01 refused: birthday_invalid
        2027-01-02 join 1
        2027-02-28 earn_gift 5 of lot 0
        2028-02-29 earn_gift 5 of lot 1
        """
    )


def test_partners_do_not_pay_more_than_there_is() -> None:
    """J: sums that no account could hold are refused, not wrapped around."""
    partners = """
    [partners]
    earn = [ { name = "hotel", points_bought_at = "10000.00" } ]
    burn = [ { name = "air", points = 1, pay_partner = "100000000.00" } ]
    """
    story = """
    2027-01-01 join
    2027-01-02 earn at hotel 1000001
    2027-01-02 earn at hotel 1000000
    2027-01-02 burn at air 101
    2027-01-02 burn at air 100
    """
    life = lived(policy_of(points() + partners), story)
    refused = [each[1] for each in life.transfers if len(each) == 2]
    assert refused == ["amount_too_large", "amount_too_large"]
    money = [
        (each[3], each[7]) for each in life.transfers if len(each) > 2 and each[3] in ("partner_sale", "partner_cost")
    ]
    assert money == [("partner_sale", 10**12), ("partner_cost", 10**12)]
