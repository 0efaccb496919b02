"""Values that change by date, references, and how both compile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from policies import Policy, PolicyError, compile_rules, load_policy, policy_toml
from policies.choices import Period, RoundTo, Validity, Window
from policies.days import day_of
from policies.policy import FIRST_DATE

Maker = Callable[..., Policy]

TWO_LEVELS = """
[tiers]
metric = "growth"
[[tiers.level]]
name = "basic"
enter = 0
[[tiers.level]]
name = "gold"
enter = {enter}
[points]
value = "0.01"
earn = [ {{ on = "purchase", per_unit = {per_unit} }} ]
"""


def test_first_value_rules_from_the_beginning(policy_of: Maker) -> None:
    policy = policy_of(TWO_LEVELS.format(enter=500, per_unit="{ 2027-01-01 = 1.0, 2027-07-01 = 1.2 }"))
    assert policy.dates == (FIRST_DATE, date(2027, 7, 1))
    assert policy.on(date(2020, 1, 1)).points.earn[0].per_unit == 10_000
    assert policy.on(date(2027, 6, 30)).points.earn[0].per_unit == 10_000
    assert policy.on(date(2027, 7, 1)).points.earn[0].per_unit == 12_000
    assert policy.on(day_of(date(2027, 7, 1))) is policy.on(date(2030, 1, 1))


def test_versions_of_several_dated_values(policy_of: Maker) -> None:
    policy = policy_of(
        TWO_LEVELS.format(
            enter="{ 2026-01-01 = 500, 2028-01-01 = 600 }", per_unit="{ 2027-01-01 = 1.0, 2027-07-01 = 1.2 }"
        )
    )
    rules = compile_rules(policy)
    assert rules.effective_day.tolist() == [
        day_of(FIRST_DATE),
        day_of(date(2027, 7, 1)),
        day_of(date(2028, 1, 1)),
    ]
    assert rules.enter[:, 1].tolist() == [500, 500, 600]
    assert rules.earn_rate_bp[:, 0].tolist() == [10_000, 12_000, 12_000]
    assert rules.version.tolist() == [0, 1, 2]


def test_change_to_the_same_value_is_no_version(policy_of: Maker) -> None:
    plain = policy_of(TWO_LEVELS.format(enter=500, per_unit=1))
    dated = policy_of(TWO_LEVELS.format(enter=500, per_unit="{ 2027-01-01 = 1.0, 2027-07-01 = 1.0000 }"), "dated")
    assert dated.digest == plain.digest
    assert len(compile_rules(dated)) == 1


def test_dates_change_the_digest(policy_of: Maker) -> None:
    first = policy_of(TWO_LEVELS.format(enter=500, per_unit="{ 2027-01-01 = 1.0, 2027-07-01 = 1.2 }"))
    later = policy_of(TWO_LEVELS.format(enter=500, per_unit="{ 2027-01-01 = 1.0, 2027-08-01 = 1.2 }"), "later")
    assert first.digest != later.digest


def test_reference_changes_nothing_but_is_kept(policy_of: Maker) -> None:
    per_unit = '{ value = 1.25, reference = "board paper 7" }'
    dated = '{ 2027-01-01 = { value = 1.0, reference = "a" }, 2027-07-01 = 1.2 }'
    assert (
        policy_of(TWO_LEVELS.format(enter=500, per_unit=per_unit)).digest
        == policy_of(TWO_LEVELS.format(enter=500, per_unit=1.25), "plain").digest
    )
    written = policy_toml(policy_of(TWO_LEVELS.format(enter=500, per_unit=dated), "dated"))
    assert f"per_unit = {dated}" in written


def test_metric_cannot_change_in_mid_life(policy_of: Maker) -> None:
    """Growth and money cannot be added up, so a window could not run across such a change."""
    with pytest.raises(PolicyError, match="metric"):
        policy_of(
            """
            [tiers]
            metric = { 2027-01-01 = "growth", 2028-01-01 = "spend" }
            [[tiers.level]]
            name = "basic"
            enter = 0
            [[tiers.level]]
            name = "gold"
            enter = 500
            """
        )


def test_spend_thresholds_as_whole_or_quoted_money(policy_of: Maker) -> None:
    text = TWO_LEVELS.replace('"growth"', '"spend"')
    assert (
        policy_of(text.format(enter=1000, per_unit=1)).digest
        == policy_of(text.format(enter='"1000.00"', per_unit=1), "quoted").digest
    )


@pytest.mark.parametrize(
    ("currency", "value", "minor_per_major", "point_value_bp"),
    [
        ("CNY", "0.01", 100, 10_000),
        ("CNY", "0.005", 100, 5_000),
        ("JPY", "1", 1, 10_000),
        ("KWD", "0.001", 1000, 10_000),
    ],
)
def test_point_value(policy_of: Maker, currency: str, value: str, minor_per_major: int, point_value_bp: int) -> None:
    rules = compile_rules(policy_of(f'title = "x"\ncurrency = "{currency}"\n[points]\nvalue = "{value}"\n'))
    version = rules[0]
    assert (version.minor_per_major, version.point_value_bp) == (minor_per_major, point_value_bp)


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("until review", (Validity.UNTIL_REVIEW, 0)),
        ("rest of year", (Validity.YEAR_END, 0)),
        ("rest of year + 1 year", (Validity.YEAR_END, 1)),
        ("rest of year + 2 years", (Validity.YEAR_END, 2)),
        ("12 months", (Validity.MONTHS, 12)),
        ("1 year", (Validity.MONTHS, 12)),
    ],
)
def test_validity(policy_of: Maker, spelling: str, expected: tuple[int, int]) -> None:
    text = TWO_LEVELS.format(enter=500, per_unit=1).replace("[tiers]", f'[tiers]\nvalidity = "{spelling}"')
    version = compile_rules(policy_of(text))[0]
    assert (version.validity, version.validity_count) == expected


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("lifetime", (Window.LIFETIME, 0)),
        ("calendar_year", (Window.CALENDAR_YEAR, 0)),
        ("membership_year", (Window.MEMBERSHIP_YEAR, 0)),
        ("rolling 12 months", (Window.ROLLING_MONTHS, 12)),
        ("rolling 365 days", (Window.ROLLING_DAYS, 365)),
    ],
)
def test_window(policy_of: Maker, spelling: str, expected: tuple[int, int]) -> None:
    text = TWO_LEVELS.format(enter=500, per_unit=1).replace("[tiers]", f'[tiers]\nwindow = "{spelling}"')
    version = compile_rules(policy_of(text))[0]
    assert (version.window, version.window_count) == expected


@pytest.mark.parametrize(
    ("life", "expected"),
    [("365 days", (Period.DAYS, 365)), ("12 months", (Period.MONTHS, 12)), ("2 years", (Period.MONTHS, 24))],
)
def test_life(policy_of: Maker, life: str, expected: tuple[int, int]) -> None:
    text = f'[points]\nvalue = "0.01"\n[points.expiry]\nmode = "lot"\nlife = "{life}"\nround = "quarter_end"\n'
    version = compile_rules(policy_of(text))[0]
    assert (version.life_period, version.life_count) == expected
    assert version.life_round == RoundTo.QUARTER


def test_fixed_dates_are_sorted(policy_of: Maker) -> None:
    text = '[points]\nvalue = "0.01"\n[points.expiry]\nmode = "fixed_dates"\ndates = ["12-31", "02-29"]\n'
    rules = compile_rules(policy_of(text))
    assert rules[0].wipe_dates == 2
    assert rules[0].wipe_month[:2].tolist() == [2, 12]
    assert rules[0].wipe_day_of_month[:2].tolist() == [29, 31]


def test_plans_stand_behind_the_slot_without_one(policy_of: Maker) -> None:
    text = TWO_LEVELS.format(enter=500, per_unit=1.5)
    text += '[[plans]]\nname = "plus"\nprice = "99.00"\nperiod = "6 months"\nmultiplier = 2\nauto_renew = false\n'
    text += '[[plans]]\nname = "ever"\nprice = "999.00"\nperiod = "lifetime"\n'
    rules = compile_rules(policy_of(text))
    assert rules[0].plan_multiplier_bp[:3].tolist() == [10_000, 20_000, 10_000]
    assert rules[0].plan_price_cents[:3].tolist() == [0, 9_900, 99_900]
    assert rules[0].plan_period_months[:3].tolist() == [0, 6, 0]
    assert rules[0].plan_auto_renew[:3].tolist() == [0, 0, 1]


def test_order_comments_and_place_do_not_matter(policy_of: Maker) -> None:
    one = policy_of('title = "One"\n[points]\nvalue = "0.01"\npending = "7 days"\n[growth]\n', "one")
    two = policy_of('# note\ntitle = "Two"\n[points]\npending = "7 days" # a week\nvalue = "0.010"\n', "two")
    assert one.digest == two.digest


def test_rules_are_compiled_once() -> None:
    policy = load_policy("baseline")
    assert compile_rules(policy) is policy.rules is compile_rules(policy)


def test_byte_order_mark_is_no_mistake(policy_of: Maker) -> None:
    assert policy_of('\ufefftitle = "With a mark"\n').title == "With a mark"
