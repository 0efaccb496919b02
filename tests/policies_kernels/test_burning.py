"""How many points an order may use."""

from __future__ import annotations

import pytest

from policies.burning import (
    order_cap_cents,
    points_by_cap,
    points_pay_cents,
    points_value_cents,
    redeemable_points,
)
from tests.kernel_rules import rule_of

CENT = '[points]\nvalue = "0.01"\n[points.cash]\n'
HUNDREDS = CENT + "minimum = 200\nstep = 100\nshare_of_order = 0.5\n"
CAPPED = HUNDREDS + 'per_order = "50.00"\n'
FINE = '[points]\nvalue = "0.003"\n[points.cash]\nstep = 10\n'
DEAR = '[points]\nvalue = "1.5"\n[points.cash]\nshare_of_order = 0.3333\n'
NOTHING_OFF = CENT + 'per_order = "0"\n'


@pytest.mark.parametrize(
    ("text", "balance", "price_cents", "allowed"),
    [
        ('[points]\nvalue = "0.01"\n', 10_000, 10_000, 0),  # no redemption offered
        (CENT, 0, 10_000, 0),
        (CENT, 1, 10_000, 1),
        (CENT, 10_000, 99, 99),  # never more than the order
        (CENT, 10_000, 0, 0),
        (HUNDREDS, 199, 100_000, 0),  # below the minimum
        (HUNDREDS, 200, 100_000, 200),
        (HUNDREDS, 299, 100_000, 200),  # whole steps
        (HUNDREDS, 10_000, 999, 400),  # half of 9.99 is 4.99
        (HUNDREDS, 10_000, 399, 0),  # half of 3.99 does not reach the minimum
        (CAPPED, 100_000, 1_000_000, 5_000),
        (CAPPED, 100_000, 9_998, 4_900),
        (NOTHING_OFF, 100, 10_000, 0),
        (FINE, 9, 100, 0),
        (FINE, 1_000, 100, 330),  # 330 points are 99 cents, 340 would be 102
        (FINE, 1_000, 3, 10),
        (FINE, 1_000, 2, 0),
        (DEAR, 10, 1_000, 2),  # a third of 10.00 is 3.33: two points of 1.50
    ],
)
def test_most_points(text: str, balance: int, price_cents: int, allowed: int) -> None:
    rule = rule_of(text)
    assert redeemable_points(rule, balance, price_cents) == allowed
    assert points_value_cents(rule, allowed) <= max(order_cap_cents(rule, price_cents), 0)


@pytest.mark.parametrize(("text", "points", "cents"), [(CENT, 7, 7), (FINE, 10, 3), (FINE, 11, 3), (DEAR, 2, 300)])
def test_worth(text: str, points: int, cents: int) -> None:
    assert points_value_cents(rule_of(text), points) == cents


def test_points_worth_a_fortune_do_not_wrap_around() -> None:
    """Points times value needs more than 64 bits here; a wrapped product once passed every cap."""
    rule = rule_of('[points]\nvalue = "10000.00"\nearn = [ { on = "purchase", per_unit = 1 } ]\n[points.cash]\n')
    assert points_value_cents(rule, 10**9) == 10**15
    assert points_by_cap(rule, 1_000) == 0
    assert redeemable_points(rule, 10**9, 1_000) == 0


BOOST = CENT + 'share_of_order = 0.5\nboost = { orders_from = "88.00", factor = 2.0 }\n'


@pytest.mark.parametrize(("due", "most"), [(8_799, 4_399), (8_800, 2_200), (10_000, 2_500), (10_001, 2_500)])
def test_large_orders_take_points_at_a_higher_value(due: int, most: int) -> None:
    rule = rule_of(BOOST)
    assert redeemable_points(rule, 10**6, due) == most
    assert points_pay_cents(rule, most, due) <= due // 2 < points_pay_cents(rule, most + 1, due)
