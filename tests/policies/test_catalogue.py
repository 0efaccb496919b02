"""The shipped policies: they load, say what they are for, and mean what their names promise."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from policies import catalogue, compile_rules, load_policy, policy_toml, rule_sheet
from policies.choices import Downgrade, Expiry, Metric, Validity, Window
from policies.declare import Section
from policies.parameters import ROOT
from policies.rules import NO_LIMIT

NAMES = sorted(catalogue())


LONGEST = 90
"""Lines of a policy that can still be read in one go."""


def test_names() -> None:
    assert NAMES == [
        "baseline",
        "coalition",
        "giant_ecommerce",
        "growth_value",
        "instant_small_burn",
        "no_program",
        "plus_monthly",
        "rolling_requalification",
        "soft_landing",
        "stamp_card",
        "startup_two_tier",
        "stored_value_retail",
        "upgrade_only",
        "vertical_expert",
        "warehouse_club",
        "year_end_wipe_cap50",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_file_is_short(name: str) -> None:
    lines = catalogue()[name].read_text("utf-8").splitlines()
    assert len(lines) <= LONGEST
    assert max(map(len, lines)) <= 120


def _sections(section: Section) -> Iterator[Section]:
    for inner in section.sections.values():
        yield inner
        yield from _sections(inner)


def _generic(path: tuple[str, ...]) -> str:
    """A path of a document without the names of its rows."""
    section, keys = ROOT, []
    for key in path:
        if key in section.sections:
            section = section.sections[key]
            keys.append(key)
    return ".".join(keys)


def test_together_they_touch_every_table() -> None:
    documents = [load_policy(name).document for name in NAMES]
    touched = {_generic(path) for document in documents for path in (*document.tables, *document.rows)}
    assert {section.path for section in _sections(ROOT)} <= touched


def test_values_change_by_date_somewhere() -> None:
    dated = [name for name in NAMES if len(load_policy(name).versions) > 1]
    assert dated == ["giant_ecommerce", "plus_monthly", "rolling_requalification"]


@pytest.mark.parametrize("name", NAMES)
def test_file_introduces_itself(name: str) -> None:
    policy = load_policy(name)
    assert catalogue()[name].read_text("utf-8").startswith("# ")
    assert policy.name == name
    assert policy.title and policy.title_zh != policy.title
    assert policy.question and policy.question.endswith("?")
    assert policy.question_zh and policy.question_zh.endswith("？")
    assert policy.reference
    assert (policy.currency, policy.time_zone, policy.minor_per_major) == ("CNY", "Asia/Shanghai", 100)


@pytest.mark.parametrize("name", NAMES)
def test_written_policy_means_the_same(name: str, tmp_path: Path) -> None:
    policy = load_policy(name)
    path = tmp_path / "copy.toml"
    path.write_text(policy_toml(policy), encoding="utf-8")
    again = load_policy(path)
    assert again.digest == policy.digest
    assert (again.title, again.question, again.reference) == (policy.title, policy.question, policy.reference)
    assert policy_toml(again) == policy_toml(policy)


@pytest.mark.parametrize("name", NAMES)
def test_policy_travels_to_another_process(name: str) -> None:
    policy = load_policy(name)
    again = pickle.loads(pickle.dumps(policy))
    assert again.digest == policy.digest
    assert compile_rules(again).tobytes() == compile_rules(policy).tobytes()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_rule_sheet_leaves_no_gap(name: str, language: str) -> None:
    sections = rule_sheet(load_policy(name), language)
    assert sections
    for section in sections:
        assert section.title and section.sentences
        for sentence in section.sentences:
            assert "{" not in sentence and "None" not in sentence and "—" not in sentence
            assert sentence.endswith("。" if language == "zh" else ".")


def test_digests_differ() -> None:
    assert len({load_policy(name).digest for name in NAMES}) == len(NAMES)


def test_only_members_of_a_program_have_one() -> None:
    without = [name for name in NAMES if not load_policy(name).has_program]
    assert without == ["no_program", "warehouse_club"]


def test_baseline() -> None:
    rules = compile_rules(load_policy("baseline"))
    version = rules[0]
    assert (version.metric, version.window) == (Metric.GROWTH, Window.CALENDAR_YEAR)
    assert (version.validity, version.validity_count) == (Validity.YEAR_END, 1)
    assert version.downgrade == Downgrade.TO_EARNED
    assert (version.point_value_bp, version.pending_days) == (10_000, 7)
    assert (version.cash_minimum_points, version.cash_step_points, version.cash_share_bp) == (100, 100, 5_000)
    assert version.cash_per_order_cents == NO_LIMIT
    assert (version.earn_rows, version.earn_rate_bp[0]) == (1, 10_000)
    assert version.multiplier_bp[:4].tolist() == [10_000, 12_500, 15_000, 20_000]
    assert version.enter[:4].tolist() == version.keep[:4].tolist() == [0, 1000, 5000, 12000]
    assert version.discount_bp[:4].tolist() == [0, 0, 200, 500]


def test_no_program_gives_nothing() -> None:
    rules = compile_rules(load_policy("no_program"))
    version = rules[0]
    assert (version.levels, version.plans, version.cash, version.growth_per_unit_bp) == (1, 0, 0, 0)
    assert (version.earn_rows, version.point_value_bp, version.multiplier_bp[0]) == (0, 0, 10_000)
    assert (version.enter[0], version.keep[0], version.discount_bp[0]) == (0, 0, 0)


def test_soft_landing_keeps_four_fifths() -> None:
    policy = load_policy("soft_landing")
    levels = policy.on(0).tiers.levels
    assert [(level.enter * 4, level.keep * 5) for level in levels[1:]] == [
        (level.enter * 4, level.enter * 4) for level in levels[1:]
    ]
    assert policy.on(0).tiers.downgrade == Downgrade.ONE_LEVEL


def test_year_end_wipe_drops_the_inherited_life() -> None:
    rules = compile_rules(load_policy("year_end_wipe_cap50"))
    version = rules[0]
    assert (version.expiry, version.wipe_dates, version.years_after) == (Expiry.FIXED_DATES, 1, 0)
    assert (version.life_count, version.cash_per_order_cents) == (0, 5_000)
    assert (version.wipe_month[0], version.wipe_day_of_month[0]) == (12, 31)


def test_warehouse_club() -> None:
    policy = load_policy("warehouse_club")
    assert policy.plan_names == ("club",)
    assert policy.plan_names_zh == ("年卡",)
    version = compile_rules(policy)[0]
    assert version.plans == 1
    assert version.plan_price_cents[:2].tolist() == [0, 26_000]
    assert version.plan_period_months[:2].tolist() == [0, 12]
    assert version.plan_auto_renew[:2].tolist() == [0, 1]
    assert version.plan_discount_bp[:2].tolist() == [0, 600]
    assert version.plan_cost_to_serve_cents[:2].tolist() == [0, 120]
