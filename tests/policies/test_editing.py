"""A policy edited in a form or a notebook is checked like a file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from policies import Policy, PolicyError, catalogue, differences, edit, load_policy, policy_toml


@pytest.fixture(scope="module")
def baseline() -> Policy:
    return load_policy("baseline")


def test_values_of_every_kind(baseline: Policy) -> None:
    changed = edit(
        baseline,
        {
            "tiers.level.silver.enter": 1200,
            "points.earn.per_unit": Decimal("1.2"),
            "points.cash.per_order": "50.00",
            "tiers.downgrade": "one_level",
        },
        name="candidate",
        title="Candidate",
    )
    version = changed.on(0)
    assert (changed.name, changed.title, changed.title_zh) == ("candidate", "Candidate", "Candidate")
    assert version.tiers.levels[1].enter == 1200
    assert version.points.earn[0].per_unit == 12_000
    assert version.points.cash.per_order == 5_000
    assert baseline.on(0).tiers.levels[1].enter == 1000


def test_edit_equals_the_same_file(baseline: Policy, tmp_path: Path) -> None:
    path = tmp_path / "candidate.toml"
    path.write_text('title = "c"\nextends = "baseline"\n[points]\npending = "3 days"\n')
    assert edit(baseline, {"points.pending": "3 days"}).digest == load_policy(path).digest


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_no_change_is_no_change(name: str) -> None:
    policy = load_policy(name)
    assert edit(policy, {}).digest == policy.digest
    assert differences(policy, edit(policy, {})) == []


def test_edited_policy_can_be_saved(baseline: Policy, tmp_path: Path) -> None:
    changed = edit(baseline, {"points.pending": {date(2027, 1, 1): "7 days", "2027-07-01": "3 days"}})
    path = tmp_path / "saved.toml"
    path.write_text(policy_toml(changed), encoding="utf-8")
    assert load_policy(path).digest == changed.digest != baseline.digest


def test_python_numbers_count_as_what_they_print(baseline: Policy) -> None:
    exact = edit(baseline, {"points.earn.per_unit": Decimal("1.2"), "tiers.level.gold.enter": 4000})
    loose = edit(baseline, {"points.earn.per_unit": 1.2, "tiers.level.gold.enter": np.int64(4000)})
    assert loose.digest == exact.digest


def test_edit_of_an_edit_keeps_its_name(baseline: Policy) -> None:
    twice = edit(edit(baseline, {"points.pending": "3 days"}), {"points.pending": "4 days"})
    assert (twice.name, twice.title) == ("baseline_edited", f"{baseline.title} (edited)")


def test_none_removes(baseline: Policy) -> None:
    capped = edit(baseline, {"points.cash.per_order": "50.00"})
    assert edit(capped, {"points.cash.per_order": None}).digest == baseline.digest
    assert edit(baseline, {"points.cash": None}).on(0).points.cash is None
    assert edit(baseline, {"tiers.level.silver": None}).level_names == ("basic", "gold", "diamond")
    assert edit(baseline, {"tiers": None, "growth": None}).level_names == ("member",)
    with pytest.raises(PolicyError, match=r"points\.value: is missing"):
        edit(baseline, {"points.value": None})


def test_tables_rows_and_rules_can_be_added() -> None:
    nothing = load_policy("no_program")
    made = edit(
        nothing,
        {
            "points.value": "0.01",
            "points.earn.per_unit": 1,
            "plans.plus.name": "plus",
            "plans.plus.price": "99.00",
            "plans.plus.period": "1 year",
        },
    )
    assert made.has_program
    assert made.plan_names == ("plus",)
    assert made.on(0).points.earn[0].per_unit == 10_000


def test_setting_that_an_edit_makes_dead_is_dropped(baseline: Policy) -> None:
    changed = edit(baseline, {"points.expiry.mode": "fixed_dates", "points.expiry.dates": ["12-31"]})
    assert changed.on(0).points.expiry.life is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"points.pendng": "7 days"}, "Did you mean pending"),
        ({"tiers.level.sliver.enter": 5}, "Did you mean silver"),
        ({"tiers.level": 5}, "is not a tier of this policy"),
        ({"points.cash": 5}, "is a table"),
        ({"points.earn": 5}, "is a table"),
        ({"points.earn.3.points": 5}, "is not a row of this list"),
        ({"points.earn.0.per_unit": True}, "must be a plain number"),
        ({"points.expiry.years_after": 1}, "is read by nothing"),
        ({"points.value": 0.01}, "must be a quoted decimal"),
        ({"points.value": object()}, "must be money"),
        ({"tiers.level.gold.keep": 6000}, "must not be above enter"),
        ({"tiers.level.gold.name": "silver"}, "cannot rename a tier"),
        ({"currency": "XXX"}, "ISO 4217"),
        ({"title": "\ud800"}, "control characters"),
        ({"": 1}, "is not a key"),
        ({"points.earn.per_unit": float("nan")}, "finite"),
        ({"points.pending": {"2027-01-01": "1 day", "soon": "2 days"}}, "has the date soon"),
    ],
)
def test_mistakes_are_refused_like_those_of_a_file(baseline: Policy, changes: dict, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        edit(baseline, changes)


def test_differences_speak_for_themselves(baseline: Policy) -> None:
    changed = edit(
        baseline,
        {
            "points.cash.per_order": "50.00",
            "points.pending": {"2027-01-01": "7 days", "2027-07-01": "3 days"},
            "tiers.level.diamond": None,
        },
    )
    found = {each.path: (each.before, each.after) for each in differences(baseline, changed)}
    assert found["points.cash.per_order"] == ("none", "50.00 CNY")
    assert found["points.pending"] == ("7 days", "7 days, from 2027-07-01 3 days")
    assert found["tiers.level.diamond"][0].startswith("Diamond: reached with")
    assert found["tiers.level.diamond"][1] == "—"
    assert len(found) == 3
    back = differences(changed, baseline, "zh")
    assert next(each.after for each in back if each.path == "tiers.level.diamond").startswith("钻石：")
    assert [each.before for each in back if each.path == "points.cash.per_order"] == ["50.00 元"]


def test_differences_name_tiers_and_plans_in_both_languages(baseline: Policy) -> None:
    changed = edit(
        baseline,
        {
            "tiers.level.gold.keep": 1500,
            "tiers.level.gold.name_zh": "黄金",
            "tiers.level.diamond": None,
            "plans.plus_one.name": "plus_one",
            "plans.plus_one.price": "9.00",
            "plans.plus_one.period": "1 month",
        },
    )
    found = {each.path: (each.title, each.title_zh) for each in differences(baseline, changed)}
    assert found["tiers.level.gold.keep"] == ("Keep at · Gold", "保级门槛 · 黄金")
    assert found["tiers.level.diamond"] == ("Tier · Diamond", "等级 · 钻石")
    assert found["plans.plus_one"] == ("Paid membership · Plus one", "付费会员 · plus_one")
    back = {each.path: each.title_zh for each in differences(changed, baseline)}
    assert back["tiers.level.gold.keep"] == "保级门槛 · 金卡"
    plain = differences(baseline, edit(baseline, {"points.pending": "3 days"}))
    assert [(each.title, each.title_zh) for each in plain] == [("Pending", "冻结期")]
