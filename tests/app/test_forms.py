"""Form fields: what they show is what the file says, both ways."""

from __future__ import annotations

from decimal import Decimal

import pytest

from policies import PolicyError, catalogue, edit, load_policy
from policies.sheet import ABSENT, value_text
from texts.cards import rule_card
from texts.forms import file_value, is_changed, level_fields, problem_path, problem_text, rate_fields, with_expiry


def all_fields(policy):
    return [
        *rate_fields(policy, "en"),
        *(field for row in level_fields(policy, "en").values() for field in row.values()),
    ]


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_shown_values_mean_what_the_policy_says(name):
    policy = load_policy(name)
    fields = all_fields(policy)
    assert not [field.path for field in fields if is_changed(policy, field, field.value)]
    leaves = policy.document.leaves
    paths = {field.path: tuple(field.path.split(".")) for field in fields}
    dated = {path for path, keys in paths.items() if keys in leaves and len(leaves[keys].entries) > 1}
    read = [field for field in fields if value_text(policy, paths[field.path]) != ABSENT and field.path not in dated]
    assert len(read) > len(fields) / 2 or not fields
    same = edit(policy, {field.path: file_value(policy, field.path, field.value) for field in read})
    assert same.digest == policy.digest


def test_fields_speak_the_readers_language_and_name_their_unit():
    fields = {field.path: field for field in rate_fields(load_policy("baseline"), "zh")}
    assert fields["points.cash.share_of_order"].title == "订单抵扣比例上限（%）"
    assert fields["points.value"].title == "积分价值（元）"
    assert fields["points.expiry.mode"].options[1] == ("lot", "每笔积分自获得起按期过期")


@pytest.mark.parametrize(
    ("path", "shown", "value"),
    [
        ("points.cash.share_of_order", 37.5, Decimal("0.375")),
        ("tiers.level.gold.discount", 0.1 + 0.2, Decimal("0.003")),
        ("points.value", 0.015, "0.015"),
        ("points.cash.per_order", None, "none"),
        ("points.cash.per_order", 50.0, "50"),
        ("points.expiry.life", (18, "month"), "18 months"),
        ("points.expiry.dates", "06-30, 12-31", ["06-30", "12-31"]),
        ("points.cash.minimum", 200, 200),
    ],
)
def test_file_values(path, shown, value):
    assert file_value(load_policy("baseline"), path, shown) == value


def test_another_way_of_expiry_brings_what_it_needs():
    policy = load_policy("baseline")
    changed = edit(policy, with_expiry(policy, "fixed_dates"))
    paths = [field.path for field in rate_fields(changed, "en")]
    assert "points.expiry.dates" in paths
    assert "points.expiry.life" not in paths
    back = edit(changed, with_expiry(changed, "lot"))
    assert "points.expiry.life" in [field.path for field in rate_fields(back, "en")]


def test_plans_have_fields_and_no_program_has_none():
    assert [field.path for field in rate_fields(load_policy("warehouse_club"), "en")] == [
        "plans.club.price",
        "plans.club.discount",
        "plans.club.cost_to_serve",
    ]
    assert rate_fields(load_policy("no_program"), "en") == []


def test_problems_find_their_field_and_read_as_sentences():
    policy = load_policy("baseline")
    with pytest.raises(PolicyError) as caught:
        edit(policy, {"tiers.level.silver.enter": 6000, "points.cash.step": 30, "points.earn.per_unit": -1})
    paths = ["points.cash.minimum", "points.earn.0.per_unit"]
    found = {problem_path(problem, paths): problem_text(policy, problem, "en") for problem in caught.value.problems}
    assert "must be a multiple" in found["points.cash.minimum"]
    assert found["points.earn.0.per_unit"].startswith("Points per unit")
    assert problem_text(policy, caught.value.problems[0], "zh").startswith(("升级门槛 · 金卡", "每元积分"))


def test_the_rule_card_names_levels_in_the_readers_language():
    rows = rule_card(load_policy("baseline"), load_policy("soft_landing"), "zh")
    assert [row.rule for row in rows] == ["降级方式", "保级门槛 · 银卡", "保级门槛 · 金卡", "保级门槛 · 钻石"]
    assert rule_card(load_policy("baseline"), load_policy("baseline"), "en") == []


def test_problems_are_whole_sentences_in_chinese():
    policy = load_policy("baseline")
    with pytest.raises(PolicyError) as caught:
        edit(policy, {"points.cash.step": 30, "points.expiry.mode": "lots", "currency": "CNX"})
    found = {problem.key: problem_text(policy, problem, "zh") for problem in caught.value.problems}
    assert found["points.cash.minimum"] == "起兑积分 = 100：必须是步长 step（30）的整数倍。例如：minimum = 120"
    assert '您是不是想写 "lot"？' in found["points.expiry.mode"]
    assert "必须是 ISO 4217 货币代码" in found["currency"], "a key without a field of its own"
