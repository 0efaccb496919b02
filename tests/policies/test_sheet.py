"""The rule sheet speaks of what rules, and of nothing else."""

from __future__ import annotations

from policies import edit, load_policy, rule_sheet


def sentences(policy, language: str = "en") -> list[str]:
    return [sentence for section in rule_sheet(policy, language) for sentence in section.sentences]


def test_sections_of_the_baseline() -> None:
    titles = [section.title for section in rule_sheet(load_policy("baseline"))]
    assert titles == ["Tiers", "Growth", "Points", "Expiry of points", "Points as money"]


def test_levels_are_told_in_both_languages() -> None:
    policy = load_policy("soft_landing")
    english = "gold: reached with 5,000 growth, kept with 4,000 growth, 1.5 times the points, 2 % off the price."
    assert english in sentences(policy)
    assert "金卡：升级门槛 5,000 成长值；保级门槛 4,000 成长值；1.5 倍积分；价格减免 2 %。" in sentences(policy, "zh")


def test_defaults_and_unread_settings_are_left_out() -> None:
    told = " ".join(sentences(load_policy("year_end_wipe_cap50")))
    assert "Points pay at most 50.00 CNY of an order." in told
    assert "A lot lives" not in told
    assert "Years added" not in told
    assert "Points pay at most" not in " ".join(sentences(load_policy("baseline")))


def test_dated_value_is_told_with_its_dates() -> None:
    policy = edit(load_policy("baseline"), {"points.pending": {"2027-01-01": "7 days", "2027-07-01": "3 days"}})
    assert "Points can be used after 7 days, from 2027-07-01 3 days." in sentences(policy)
    assert "冻结 7 天，自 2027-07-01 起 3 天后可用。" in sentences(policy, "zh")


def test_money_of_a_tier_that_counts_spend() -> None:
    policy = edit(load_policy("baseline"), {"tiers.metric": "spend", "tiers.level.gold.enter": "5000.50"})
    assert any("reached with 5,000.50 CNY" in each for each in sentences(policy))
    assert not any("growth" in each.lower() for each in sentences(policy))


def test_no_program_says_so() -> None:
    assert sentences(load_policy("no_program")) == ["There is no program: everybody pays the list price."]
    assert sentences(load_policy("warehouse_club"))[0].startswith("club: a fee of 260.00 CNY, for 1 year")
