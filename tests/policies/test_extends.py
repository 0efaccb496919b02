"""A candidate is what differs from its baseline."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policies import Policy, PolicyError, load_policy, policy_toml
from policies.document import merged_names

Maker = Callable[..., Policy]


def levels(policy: Policy) -> list[tuple[str, int, int]]:
    return [(level.name, level.enter, level.keep) for level in policy.on(0).tiers.levels]


def test_tables_merge_key_by_key(policy_of: Maker) -> None:
    policy = policy_of('extends = "baseline"\n[points.cash]\nper_order = "20.00"\n')
    cash = policy.on(0).points.cash
    assert (cash.minimum, cash.step, cash.share_of_order, cash.per_order) == (100, 100, 5_000, 2_000)
    assert policy.extends == "baseline"


def test_levels_merge_by_name(policy_of: Maker) -> None:
    policy = policy_of('extends = "baseline"\n[[tiers.level]]\nname = "gold"\nkeep = 4000\n')
    assert levels(policy) == [
        ("basic", 0, 0),
        ("silver", 1000, 1000),
        ("gold", 5000, 4000),
        ("diamond", 12000, 12000),
    ]
    assert policy.on(0).tiers.levels[2].multiplier == 15_000


def test_new_level_stands_behind_the_one_before_it(policy_of: Maker) -> None:
    text = 'extends = "baseline"\n[[tiers.level]]\nname = "gold"\n[[tiers.level]]\nname = "platinum"\nenter = 8000\n'
    assert policy_of(text).level_names == ("basic", "silver", "gold", "platinum", "diamond")


@pytest.mark.parametrize(
    ("parent", "child", "expected"),
    [
        (["a", "b"], ["b"], ["a", "b"]),
        (["a", "b"], ["b", "a"], ["b", "a"]),
        (["a", "b"], ["a", "x", "b"], ["a", "x", "b"]),
        (["a", "b", "c"], ["a", "x"], ["a", "x", "b", "c"]),
        (["a", "b", "c"], ["x", "y", "b"], ["a", "x", "y", "b", "c"]),
        (["a", "b"], ["x"], ["a", "b", "x"]),
    ],
)
def test_order_of_merged_names(parent: list[str], child: list[str], expected: list[str]) -> None:
    assert merged_names(parent, child) == expected


def test_earning_rules_replace_each_other(policy_of: Maker) -> None:
    policy = policy_of('extends = "baseline"\n[points]\nearn = []\n')
    assert policy.on(0).points.earn == ()
    assert policy.on(0).points.pending.days == 7


def test_header_is_not_inherited_but_money_and_zone_are(policy_of: Maker) -> None:
    policy_of('title = "Base"\nquestion = "Why?"\ncurrency = "EUR"\ntime_zone = "Europe/Berlin"\n', "base")
    child = policy_of('title = "Child"\nextends = "base.toml"\n', "child")
    assert (child.currency, child.time_zone, child.question, child.title_zh) == ("EUR", "Europe/Berlin", None, "Child")


def test_chain_of_files(policy_of: Maker) -> None:
    policy_of('extends = "baseline"\n[points]\npending = "3 days"\n', "middle")
    policy = policy_of('extends = "middle.toml"\n[points.cash]\nminimum = 200\n', "leaf")
    assert policy.on(0).points.pending.days == 3
    assert policy.on(0).points.cash.minimum == 200


def test_file_beside_wins_over_shipped_name_with_ending(policy_of: Maker) -> None:
    shipped = policy_of('extends = "baseline.toml"\n', "child")
    assert shipped.digest == load_policy("baseline").digest
    policy_of('title = "Mine"\n', "baseline")
    assert policy_of('extends = "baseline.toml"\n', "child").digest != shipped.digest
    assert policy_of('extends = "baseline"\n', "child").digest == shipped.digest


def test_dated_value_replaces_all_dates(policy_of: Maker) -> None:
    policy_of('extends = "baseline"\n[points]\npending = { 2027-01-01 = "7 days", 2028-01-01 = "3 days" }\n', "base")
    child = policy_of('extends = "base.toml"\n[points]\npending = "7 days"\n', "child")
    assert child.digest == load_policy("baseline").digest


def test_inherited_setting_that_nothing_reads_any_more_just_goes(policy_of: Maker) -> None:
    child = policy_of('extends = "baseline"\n[points.expiry]\nmode = "never"\n')
    assert child.on(0).points.expiry.life is None
    assert "life" not in policy_toml(child)


def test_dead_setting_of_a_parent_is_still_refused(policy_of: Maker, tmp_path) -> None:
    (tmp_path / "base.toml").write_text('title = "b"\n[points]\nvalue = "0.01"\n[points.expiry]\nlife = "1 year"\n')
    with pytest.raises(PolicyError, match=r"base\.toml: points\.expiry\.life"):
        policy_of('extends = "base.toml"\n')


def test_none_lifts_an_inherited_cap(policy_of: Maker) -> None:
    policy = policy_of('extends = "year_end_wipe_cap50"\n[points.cash]\nper_order = "none"\n')
    assert policy.on(0).points.cash.per_order is None
