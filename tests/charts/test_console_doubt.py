"""Doubt in words: both languages say the same, and neither says more than is known."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from charts.console_doubt import break_even_text, lift_text, uncertainty_text
from policies import Policy, edit, load_policy
from sim.break_even import break_even
from sim.doubt.draws import TOGETHER, Quantity, draw_parameters
from sim.effects import EFFECTS
from sim.lift import lift
from sim.scenario import load_scenario
from sim.uncertainty import uncertainty
from tests.pretended import MEAN_CENTS, pretend
from texts.doubt import (
    EXPERIMENT_MOST,
    break_even_sentences,
    lift_sentences,
    size_text,
    two_figures,
    uncertainty_sentences,
)
from texts.effect_names import effect_meaning, quantity_name

TEXTS = Path(__file__).resolve().parents[2] / "texts"
WORDS = {language: tomllib.loads((TEXTS / f"doubt_{language}.toml").read_text("utf-8")) for language in ("en", "zh")}
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def _placeholders(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name})


def test_both_languages_have_the_same_words() -> None:
    english, chinese = WORDS["en"], {name: rows for name, rows in WORDS["zh"].items() if name != "effect"}
    assert {name: [*rows] for name, rows in english.items()} == {name: [*rows] for name, rows in chinese.items()}
    for section, rows in english.items():
        for key, text in rows.items():
            assert _placeholders(text) == _placeholders(chinese[section][key]), f"{section}.{key}"


def test_every_number_in_doubt_has_a_name() -> None:
    assert [*WORDS["zh"]["effect"]] == [each.symbol for each in EFFECTS]
    drawn = draw_parameters(load_scenario("beauty_mall"), load_policy("baseline"), draws=10, seed=1, fitted_on=2_357)
    keys = {each.key for each in drawn.quantities} | {"leave"}
    assert keys <= {each.symbol for each in EFFECTS} | {*TOGETHER} | {*WORDS["en"]["base"]}
    for language in WORDS:
        names = [quantity_name(each, language) for each in drawn.quantities]
        assert len(set(names)) == len(names)
    assert not [symbol for symbol in WORDS["zh"]["effect"] if re.search("[A-Za-z]{2}", effect_meaning(symbol, "zh"))]


def test_nothing_is_foretold() -> None:
    """Who is ahead is said under the stated assumptions, and nothing will be so."""
    for language, without in (("en", r"\b(will|guarantee|prove)"), ("zh", "将会|一定会|必然|保证")):
        told = {f"{name}.{key}": text for name, rows in WORDS[language].items() for key, text in rows.items()}
        assert not [key for key, text in told.items() if re.search(without, text)]
        start = {"en": "Under the stated assumptions, ", "zh": "基于所述假设，"}[language]
        claims = ("doubt.ahead", "doubt.higher", "lift.total", *(f"break_even.{each}" for each in ("always", "never")))
        assert all(told[key].startswith(start) for key in (*claims, "break_even.only_if", "break_even.alike"))


@pytest.fixture
def policies() -> tuple[Policy, Policy]:
    baseline = load_policy("baseline")
    return baseline, edit(baseline, {"title": "Rival", "title_zh": "对手"}, name="candidate")


def _if_candidate(gain: Callable[[float], float], symbol: str = "c_mem") -> Callable:
    return lambda name, sizes: gain(sizes[symbol]) * (name == "candidate")


@LANGUAGES
def test_sentences_of_uncertainty(
    language: str, monkeypatch: pytest.MonkeyPatch, policies: tuple[Policy, Policy]
) -> None:
    pretend(monkeypatch, _if_candidate(lambda size: -10_000 * (size + 0.3)), luck=3_000)
    result = uncertainty(load_scenario("beauty_mall"), policies[0], policies[1:], draws=50, members=20, seed=1)
    ahead, spread, matters = uncertainty_sentences(result, "candidate", "margin", language)
    doubt = result.doubt("candidate", "margin")
    assert f"{100 * doubt.better:.0f}" in ahead
    assert {"en": "Rival beats", "zh": "「对手」"}[language] in ahead
    assert {"en": "per 100,000\u00a0members is", "zh": "每 10\u00a0万名会员"}[language] in ahead
    assert {"en": "More members would narrow it.", "zh": "增加会员数"}[language] in spread
    assert re.search(
        {"en": r"c_mem \(Lower churn .*turn the sign", "zh": "c_mem（有会员计划.*改变正负"}[language], matters
    )
    text = uncertainty_text(result, "margin", language)
    assert text.count("c_mem") == 2
    (undefined,) = uncertainty_sentences(result, "candidate", "redemption_rate", language)
    assert {"en": "share of nothing", "zh": "分母为零"}[language] in undefined


@LANGUAGES
def test_sentences_of_break_even(
    language: str, monkeypatch: pytest.MonkeyPatch, policies: tuple[Policy, Policy]
) -> None:
    scenario = load_scenario("beauty_mall")
    pretend(monkeypatch, _if_candidate(lambda size: -10_000 * (size + 0.12)))
    result = break_even(scenario, *policies, "c_mem", members=50)
    only, meaning, experiment = break_even_sentences(result, language)
    assert re.search({"en": r"only if c_mem < −0.12.* \(assumed −0.36;", "zh": "只有当 c_mem < −0.12"}[language], only)
    assert {"en": "Lower churn", "zh": "流失减少"}[language] in meaning
    assert {"en": "36 months", "zh": "36 个月"}[language] in experiment
    assert "−0.225" in break_even_text(result, language)
    pretend(monkeypatch, _if_candidate(lambda size: 1e5 * (size + 0.5) * (-0.2 - size)))
    (between, *_) = break_even_sentences(break_even(scenario, *policies, "c_mem", members=50), language)
    low, high = {"en": ("between −0.5", "and −0.2 "), "zh": ("在 −0.5", "与 −0.2 ")}[language]
    assert low in between
    assert high in between
    pretend(monkeypatch, _if_candidate(lambda size: 0.6), luck=1)
    told = break_even_sentences(break_even(scenario, *policies, "c_mem", members=500), language)
    assert {"en": "at every c_mem from −0.6 to 0", "zh": "始终优于"}[language] in told[0]
    assert {"en": "Not even 10,000,000", "zh": "即使两组每组各有 1,000"}[language] in told[-1]


@LANGUAGES
@pytest.mark.parametrize(
    ("added", "said"),
    [
        (0.4, {"en": "more than the 0", "zh": "超过了"}),
        (0.1, {"en": "within the 0", "zh": "之内"}),
        (-0.1, {"en": "less than the 0", "zh": "低于"}),
    ],
)
def test_sentences_of_lift(added: float, said: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, lambda name, sizes: added * MEAN_CENTS * (name != "no_program"))
    result = lift(load_scenario("beauty_mall"), load_policy("baseline"), members=200)
    total, envelope, *rest = lift_sentences(result, language)
    assert f"{100 * result.total.value:.1f}".replace("-", "−") in total
    assert said[language] in envelope
    assert len(rest) == (1 if added > 0 else 0)  # all of it without lower churn: more than was ever found
    assert envelope in lift_text(result, language).replace("\n", " " if language == "en" else "")


@LANGUAGES
def test_effects_that_are_cut(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than one occasion in a hundred at the cap is said; fewer are not."""
    for cut, count in ((10, 2), (11, 3)):
        pretend(monkeypatch, lambda name, sizes: 0.0, gauge=(1_000, cut))
        result = lift(load_scenario("beauty_mall"), load_policy("baseline"), members=10)
        assert result.capped == cut / 1_000
        told = lift_sentences(result, language)
        assert len(told) == count
    assert re.search(
        {"en": r"At 1.1.% of all occasions .* 3 times", "zh": "在 1.1% 的购买时机上.* 3 倍"}[language], told[-1]
    )


def test_numbers_as_they_are_read() -> None:
    assert [size_text(each) for each in (0, -0.36, 0.0862, 104, 10_000, 1 / 3)] == [
        "0", "−0.36", "0.0862", "104", "10,000", "0.333",
    ]  # fmt: skip
    assert [two_figures(each) for each in (2, 99, 101, 2_392, EXPERIMENT_MOST)] == [2, 99, 110, 2_400, EXPERIMENT_MOST]


def test_base_parameters_are_named_with_their_segment() -> None:
    quantity = Quantity("rate", "regular", np.zeros(10))
    assert quantity_name(quantity, "en") == "regular: orders a week"
    assert quantity_name(quantity, "zh") == "regular：每周订单数"
