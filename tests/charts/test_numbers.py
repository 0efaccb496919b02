"""Numbers as people read them."""

from __future__ import annotations

import pytest

from texts.numbers import (
    count,
    money,
    money_scale,
    number,
    people,
    percent,
    points,
    points_scale,
    scale_of,
    share_scale,
    short_count,
)


def test_signs_are_true_and_zero_has_none():
    assert number(-1234.5, 1) == "\u22121,234.5"
    assert number(3, sign=True) == "+3"
    assert number(-0.04, 1, sign=True) == "0.0"


@pytest.mark.parametrize(
    ("cents", "english", "chinese"),
    [
        (8_420, "84.2 CNY", "84.2 元"),
        (4_200_000, "42,000 CNY", "4.20 万元"),
        (42_000_000, "0.420 m CNY", "42.0 万元"),
        (1_234_500_000_000, "12.3 bn CNY", "123 亿元"),
        (-42_000_000, "\u22120.420 m CNY", "\u221242.0 万元"),
        (0, "0 CNY", "0 元"),
    ],
)
def test_money_takes_the_unit_that_reads_best(cents, english, chinese):
    assert money(cents, "en", "CNY", 100).replace("\u00a0", " ") == english
    assert money(cents, "zh", "CNY", 100).replace("\u00a0", " ") == chinese


def test_money_without_minor_units_has_no_decimals():
    assert money(1_250, "en", "JPY", 1) == "1,250\u00a0JPY"


def test_an_estimate_and_its_interval_share_unit_and_decimals():
    scale = money_scale([42e6, 38e6, 47e6], "en", "CNY", 100)
    assert f"{scale.text(42e6)} {scale.interval(38e6, 47e6)}" == "0.42\u00a0m\u00a0CNY [0.38,\u00a00.47]"
    scale = points_scale([0.012, 0.009, 0.015], "zh")
    assert f"{scale.text(0.012)} {scale.interval(0.009, 0.015)}" == "1.2\u00a0个百分点 [0.9,\u00a01.5]"


def test_an_end_that_is_not_zero_does_not_look_like_zero():
    assert points_scale([0.0021, 0.00004, 0.0042], "en").interval(0.00004, 0.0042) == "[0.004,\u00a00.420]"


def test_what_is_undefined_is_a_dash():
    scale = scale_of("share", (None, 0.5), "en", "CNY", 100)
    assert (scale.text(None), scale.text(0.5)) == ("—", "50.0\u202f%")
    assert scale.interval(None, None) == "—"
    assert scale_of("points", (None, None, None), "zh", "CNY", 100).text(None) == "—"


def test_differences_of_shares_are_never_just_points():
    assert points_scale([0.012, 0.009], "en").unit == "\u00a0percentage\u00a0points"
    assert scale_of("points", (0.012, 0.009), "en", "CNY", 100).unit == "\u00a0pp"


def test_an_arrow_shows_a_small_change():
    assert share_scale([0.4562, 0.4563], "zh", 3).arrow(0.4562, 0.4563) == "45.62 → 45.63%"


def test_shares_and_counts():
    assert percent(0.6612, "en") == "66.1\u202f%"
    assert percent(0.6612, "zh") == "66.1%"
    assert points(-0.012, "en", sign=True) == "\u22121.2\u00a0percentage\u00a0points"
    assert (count(100_000, "zh"), count(2_500, "zh"), count(100_000, "en")) == ("10\u00a0万", "2,500", "100,000")
    assert (people(1, "en"), people(20_000, "zh"), people(9, "zh")) == (
        "1\u00a0member",
        "2\u00a0万名会员",
        "9\u00a0名会员",
    )
    assert (short_count(20_000, "en"), short_count(1_000_000, "zh"), short_count(2_000, "zh")) == (
        "20\u00a0k",
        "100万",
        "2千",
    )
