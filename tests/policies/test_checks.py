"""Relations between values at their edges: what is just legal loads, and one step further is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from policies import Policy, PolicyError, load_policy
from policies.rules import COUPONS_MOST, NAMES_MOST, PLAN_SLOTS

POINTS = '[points]\nvalue = "0.01"\n'
LEVEL = '[tiers]\n[[tiers.level]]\nname = "basic"\nenter = 0\n'

Load = Callable[[str], Policy]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads the text of a policy file without its title."""

    def loaded(text: str) -> Policy:
        path = tmp_path / "edge.toml"
        path.write_text('title = "Edge"\n' + text, encoding="utf-8")
        return load_policy(path)

    return loaded


def _refused(load: Load, text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        load(text)
    assert len(caught.value.problems) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "legal", "illegal", "said"),
    [
        (LEVEL + '[[tiers.level]]\nname = "silver"\nenter = 10\nkeep = {}\n', "10", "11", "must not be above enter"),
        (LEVEL + '[[tiers.level]]\nname = "silver"\nenter = {}\n', "1", "0", "must be more than basic's 0 growth"),
        (
            POINTS + 'pending = "7 days"\n[points.expiry]\nmode = "lot"\nlife = "{} days"\n',
            "8", "7", "must be longer than pending",
        ),
        (POINTS + 'earn = [ {{ on = "purchase", per_unit = {} }} ]\n', "10000", "10000.1", "must be from 0 to 10000"),
        (
            '[[plans]]\nname = "a"\nprice = "9.00"\nperiod = "month"\nintro_price = "{}"\n',
            "9.00", "9.01", "must not be above price",
        ),
        (
            '[stored_value]\noffers = [ {{ pay = "5.00", bonus = "1.00" }}, {{ pay = "{}", bonus = "2.00" }} ]\n',
            "5.01", "5.00", "must be more than the 5.00 CNY",
        ),
        (
            POINTS + '[[campaigns]]\nname = "a"\nfrom = 2027-06-01\nthrough = {}\npoints = 5\n',
            "2027-06-01", "2027-05-31", "must not be before from",
        ),
        (POINTS + '[[campaigns]]\nname = "a"\npoints_factor = {}\n', "1", "0.9999", "must not be below 1"),
        (
            POINTS + '[points.wheel]\npoints = 5\nprizes = [ {{ p = 0.999999, kind = "nothing" }}, '
            '{{ p = {}, kind = "goods" }} ]\n',
            "0.000001", "0.000002", "must sum to 1, and here to 1.000001",
        ),
        (
            POINTS + '[points.cash]\nstep = 4\nboost = {{ orders_from = "9.00", factor = {} }}\n',
            "1.25", "1.3", "a fraction of the smallest coin",
        ),
    ],
)  # fmt: skip
def test_edge(load: Load, text: str, legal: str, illegal: str, said: str) -> None:
    load(text.format(legal))
    assert said in _refused(load, text.format(illegal))


def test_multipliers_meet(load: Load) -> None:
    """All that can meet one purchase: tier, plan and every campaign; a cap takes the edge off."""
    text = (
        '[points]\nvalue = "0.01"\nmultiplier_cap = {cap}\ncombine_multipliers = "{combine}"\n'
        'earn = [ {{ on = "purchase", per_unit = 100 }} ]\n'
        '[tiers]\n[[tiers.level]]\nname = "basic"\nenter = 0\nmultiplier = 5\n'
        '[[plans]]\nname = "a"\nprice = "9.00"\nperiod = "month"\nmultiplier = 5\n'
        '[[campaigns]]\nname = "a"\npoints_factor = {factor}\n'
    )
    load(text.format(cap='"none"', combine="multiply", factor=4))
    assert "become 12,500" in _refused(load, text.format(cap='"none"', combine="multiply", factor=5))
    load(text.format(cap=100, combine="multiply", factor=5))
    load(text.format(cap='"none"', combine="add", factor=91))
    assert "become 10,100" in _refused(load, text.format(cap='"none"', combine="add", factor=93))


def test_room_is_used_to_the_last_place(load: Load) -> None:
    load("".join(f'[[coupons]]\ncode = "c{k}"\noff = "1.00"\n' for k in range(COUPONS_MOST)))
    load("".join(f'[[plans]]\nname = "p{k}"\nprice = "1.00"\nperiod = "month"\n' for k in range(1, PLAN_SLOTS)))
    names = ", ".join(f'"c{k}"' for k in range(1, NAMES_MOST))
    policy = load(POINTS + f'[[campaigns]]\nname = "a"\npoints = 5\ncategories = [{names}]\n')
    assert int(policy.rules[0].campaign_categories[0]) == 2**NAMES_MOST - 2


def test_life_that_begins_with_use_needs_no_room_for_waiting(load: Load) -> None:
    load(POINTS + 'pending = "60 days"\n[points.expiry]\nmode = "lot"\nlife = "30 days"\nlife_from = "activation"\n')


def test_same_purchases_by_other_channels(load: Load) -> None:
    rows = (
        '{ on = "purchase", per_unit = 1 }',
        '{ on = "purchase", channel = "app", per_unit = 1 }',
        '{ on = "purchase", category = "food", per_unit = 1 }',
        '{ on = "purchase", category = "food", channel = "app", per_unit = 1 }',
    )
    assert load(POINTS + f"earn = [ {', '.join(rows)} ]\n").rules[0].earn_rows == len(rows)
    assert "same purchases as row 1" in _refused(load, POINTS + f"earn = [ {', '.join((*rows, rows[1]))} ]\n")


def test_numbers_of_both_policies_fit_together(tmp_path: Path) -> None:
    def coupons(first: int, count: int) -> str:
        return "".join(f'[[coupons]]\ncode = "c{k}"\noff = "1.00"\n' for k in range(first, first + count))

    (tmp_path / "old.toml").write_text('title = "Old"\n' + coupons(0, COUPONS_MOST - 1), encoding="utf-8")
    switch = '[switch]\nfrom = 2028-01-01\nreplaces = "old.toml"\n'
    new = tmp_path / "new.toml"
    new.write_text('title = "New"\n' + coupons(100, 1) + switch, encoding="utf-8")
    assert len(load_policy(new).coupon_codes) == COUPONS_MOST
    new.write_text('title = "New"\n' + coupons(100, 2) + switch, encoding="utf-8")
    with pytest.raises(PolicyError, match="makes 33 coupons together with the policy that is replaced: at most 32"):
        load_policy(new)
