"""The answer in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.figures.results import Law
from texts.headline import (
    headline,
    headline_mechanical,
    headline_paragraphs,
    headline_promise,
    headline_ranking,
    leaders,
)
from texts.laws import law_failure_lines, laws_line
from texts.names import title_by_name


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_headline_says_direction_size_and_interval(comparison):
    text = plain(headline(comparison, "soft_landing", "en"))
    assert text.startswith(
        "Soft landing keeps 1.2 percentage points more members active [0.9, 1.5] and costs 0.42 m CNY more "
        "[0.37, 0.47] per 100,000 members over 36 months, under the stated assumptions"
    )
    assert text.count("under the stated assumptions") == 1
    assert "Whether the margin after program cost rises is unclear" in text


def test_headline_in_chinese(comparison):
    text = plain(headline(comparison, "soft_landing", "zh"))
    assert "活跃会员占比提高 1.2 个百分点 [0.9, 1.5]" in text
    assert "成本增加 42 万元 [37, 47]" in text
    assert text.count("基于所述假设") == 1


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        ((-0.015, -0.012, -0.009), "keeps 1.2 percentage points fewer members active [0.9, 1.5]"),
        (
            (-0.002, 0.001, 0.004),
            "no clear difference to how many members stay active (+0.10 percentage points [−0.20, 0.40])",
        ),
        ((0.0, 0.0, 0.0), "Soft landing shows no difference in active members and costs"),
    ],
)
def test_words_follow_the_interval(comparison, with_difference, estimate, words):
    changed = with_difference(comparison, "active", *estimate)
    assert words in plain(headline(changed, "soft_landing", "en"))


def test_a_lower_cost_is_told_with_positive_numbers(comparison, with_difference):
    changed = with_difference(comparison, "program_cost", -500.0, -420.0, -370.0)
    assert "costs 0.42 m CNY less [0.37, 0.50]" in plain(headline(changed, "soft_landing", "en"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_mechanical_result_stands_beside_it(comparison, language):
    both = headline_paragraphs(comparison, "soft_landing", language)
    assert headline(comparison, "soft_landing", language) in both
    assert headline_mechanical(comparison, "soft_landing", language) in both


def test_mechanical_cost_is_that_of_the_rules_alone(comparison):
    assert "would cost 0.29 m CNY more [0.25, 0.34]" in plain(headline_mechanical(comparison, "soft_landing", "en"))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "keeps 1.18 percentage points more members active and costs 0.420 m CNY more for these 100,000 members"),
        ("zh", "活跃会员占比提高 1.18 个百分点，成本增加 42.0 万元（以上 10 万名会员合计、36 个月，基于所述假设）。"),
    ],
)
def test_members_written_by_hand_have_no_intervals(by_hand, with_difference, language, words):
    text = plain(
        " ".join(headline_paragraphs(with_difference(by_hand, "capped", None, 0.098, None), "soft_landing", language))
    )
    assert words in text
    assert "9.80" in text
    assert not any(mark in text for mark in ("[", "95", "intervals", "置信"))


def test_exactly_is_said_only_where_nothing_is_drawn(comparison, by_hand, with_difference):
    assert "no difference in cost" in headline(
        with_difference(comparison, "program_cost", 0, 0, 0), "soft_landing", "en"
    )
    assert "costs exactly the same" in headline(
        with_difference(by_hand, "program_cost", None, 0, None), "soft_landing", "en"
    )
    rows = tuple(replace(each, verdict="same") for each in comparison.differences["soft_landing", "mechanical"])
    alike = replace(comparison, differences=comparison.differences | {("soft_landing", "mechanical"): rows})
    assert headline_mechanical(alike, "soft_landing", "en").endswith("would cost exactly the same.")


def test_ranking_names_who_clearly_leads(several):
    text = headline_ranking(several, "en")
    assert "most active members: Warehouse club" in text
    assert "lowest cost: Year-end wipe, at most 50.00 per order" in text


def test_ranking_names_nobody_where_nobody_is_clearly_ahead(comparison, with_difference):
    assert leaders(comparison, "margin") == []  # its interval holds zero
    assert leaders(comparison, "program_cost") == ["baseline"]  # the candidate clearly costs more
    assert leaders(comparison, "active") == ["soft_landing"]
    alike = with_difference(comparison, "active", 0.0, 0.0, 0.0)
    assert leaders(alike, "active") == []
    assert headline_ranking(alike, "en").endswith(
        "margin after program cost: no clear leader; most active members: no clear leader; "
        "lowest cost: Four tiers, 12-month lots."
    )
    assert headline_ranking(alike, "zh").count("无明确领先者") == 2


def test_two_equal_leaders_are_both_named(several):
    differences = several.differences | {
        ("warehouse_club", "behavioural"): several.differences["soft_landing", "behavioural"]
    }
    assert leaders(replace(several, differences=differences), "active") == ["soft_landing", "warehouse_club"]


def test_equal_titles_get_their_names(comparison):
    twin = replace(
        comparison.policies[1], policy=replace(comparison.policies[1].policy, title=comparison.policies[0].policy.title)
    )
    titles = title_by_name(replace(comparison, policies=(comparison.policies[0], twin)), "en")
    assert titles["soft_landing"].endswith("(soft_landing)")
    assert len(set(titles.values())) == 2


def test_a_broken_law_is_told_in_words(comparison):
    assert laws_line(comparison, "en") == "All 8 conservation laws hold"
    result = comparison.policies[1]
    run = replace(result.runs["behavioural"], laws=(Law("points in = points out", 10, 11),))
    broken = replace(result, runs=result.runs | {"behavioural": run})
    changed = replace(comparison, policies=(comparison.policies[0], broken))
    assert "Conservation laws that do NOT hold: 1" in laws_line(changed, "en")
    assert law_failure_lines(changed, "en") == [
        "Soft landing, members react as assumed: points in = points out: 10 against 11"
    ]


def test_a_broken_promise_is_said(comparison, with_difference):
    quiet = with_difference(comparison, "expired_share", -0.02, -0.01, 0.001)
    quiet = with_difference(quiet, "capped", -0.01, 0.0, 0.01)
    assert headline_promise(quiet, "soft_landing", "en") == ""
    slight = with_difference(quiet, "capped", 0.0001, 0.0002, 0.0003)
    assert headline_promise(slight, "soft_landing", "en") == "", "clear, but too small to matter"
    cut = with_difference(quiet, "capped", 0.09, 0.098, 0.107)
    one = plain(headline_promise(cut, "soft_landing", "en"))
    assert one.startswith("But the share of redemptions cut by a cap rises by 9.8 percentage points [9.0, 10.7]. ")
    both = with_difference(cut, "expired_share", 0.10, 0.11, 0.12)
    assert "被限额削减的抵扣占比上升 9.8 个百分点 [9.0, 10.7]，过期积分占比上升 11.0 个百分点" in plain(
        headline_promise(both, "soft_landing", "zh")
    )
    assert headline_promise(both, "soft_landing", "zh") in headline_paragraphs(both, "soft_landing", "zh")
