"""Doubt, break-even and lift as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from charts.terminal import folded, text_table
from sim.break_even import BreakEven
from sim.figures.kpis import Kpi
from sim.lift import Lift
from sim.scenario import Scenario
from sim.uncertainty import Uncertainty
from texts.doubt import (
    break_even_sentences,
    difference_scale,
    kpi_in_text,
    lift_sentences,
    size_text,
    uncertainty_sentences,
)
from texts.effect_names import quantity_name, say
from texts.headline import PER_MEMBERS
from texts.names import kpi_title, policy_title
from texts.numbers import UNDEFINED, number, people, percent

_INFLUENCES_MOST = 8


def uncertainty_text(result: Uncertainty, key: str, language: str) -> str:
    """Of every candidate: one KPI in sentences, the main ones in a table, and what moves the one."""
    blocks = []
    for candidate in result.candidates:
        head = say(
            "question.draws",
            language,
            candidate=policy_title(candidate, language),
            baseline=policy_title(result.baseline, language),
            scenario=_title(result.scenario, language),
            draws=result.draws,
            members=people(result.members, language),
            seed=result.seed,
            fitted=number(result.fitted_on),
        )
        sentences = uncertainty_sentences(result, candidate.name, key, language)
        blocks += [folded(head), _paragraphs(sentences), _doubt_table(result, candidate.name, language)]
        blocks += [table for table in [_influence_table(result, candidate.name, key, language)] if table]
    return "\n\n".join(blocks)


def break_even_text(result: BreakEven, language: str) -> str:
    """Where the two break even in sentences, and the difference at every size that was looked at."""
    head = say(
        "question.break_even",
        language,
        candidate=policy_title(result.candidate, language),
        baseline=policy_title(result.baseline, language),
        scenario=_title(result.scenario, language),
        members=people(result.members, language),
        seed=result.seed,
    )
    ends = [end for each in result.differences for end in (each.low, each.value, each.high)]
    factor, scale = difference_scale(result.kpi, ends, result.baseline, language)
    rows = [
        (
            size_text(float(size)),
            scale.text(factor * each.value, sign=True),
            scale.interval(factor * each.low, factor * each.high, sign=True),
        )
        for size, each in zip(result.sizes, result.differences, strict=True)
    ]
    columns = (result.effect.symbol, say("table.difference", language), "95%" if language == "zh" else "95 %")
    sentences = break_even_sentences(result, language)
    blocks = [folded(head), _paragraphs(sentences), text_table(columns, rows, left=0)]
    return "\n\n".join([*blocks, *_money_note([result.kpi], language)])


def lift_text(result: Lift, language: str) -> str:
    """What a program adds in five years, by its parts, and what was ever measured."""
    head = say(
        "question.lift",
        language,
        policy=policy_title(result.policy, language),
        scenario=_title(result.scenario, language),
        members=people(result.members, language),
        seed=result.seed,
    )
    parts = {"frequency": result.frequency.value, "churn": result.churn.value, "together": result.together}
    rows = [
        (say(f"table.{name}", language), percent(value, language, sign=True))
        for name, value in (parts | {"all": result.total.value}).items()
    ]
    table = text_table((say("table.part", language), say("table.added", language)), rows)
    return "\n\n".join([folded(head), _paragraphs(lift_sentences(result, language)), table])


def _doubt_table(result: Uncertainty, candidate: str, language: str) -> str:
    """The main KPIs: middle, nine draws of ten, how often the candidate is ahead, and the two spreads."""
    rows = []
    doubts = [each for (name, _), each in result.doubts.items() if name == candidate and each.kpi.main]
    for doubt in doubts:
        if doubt.median is None:
            rows.append((kpi_title(doubt.kpi, language), *(UNDEFINED,) * 5))
            continue
        shown = [doubt.low, doubt.median, doubt.high, doubt.parameter_sd, doubt.luck_sd]
        factor, scale = difference_scale(doubt.kpi, shown, result.baseline, language)
        contested = doubt.kpi.direction != 0 and doubt.same < 1
        ahead = percent(doubt.better, language, 0) if contested else UNDEFINED
        rows.append(
            (
                kpi_title(doubt.kpi, language),
                scale.text(factor * doubt.median, sign=True),
                scale.interval(factor * doubt.low, factor * doubt.high, sign=True),
                ahead,
                scale.plain(factor * doubt.parameter_sd),
                scale.plain(factor * doubt.luck_sd),
            )
        )
    names = ("median", "nine_of_ten", "ahead", "by_doubt", "by_luck")
    table = text_table(("", *(say(f"table.{name}", language) for name in names)), rows)
    return "\n\n".join([table, *_money_note([each.kpi for each in doubts], language)])


def _influence_table(result: Uncertainty, candidate: str, key: str, language: str) -> str:
    """What moves a KPI, and the difference at both ends of each number; empty if nothing stands out."""
    found = result.influences(candidate, key)[:_INFLUENCES_MOST]
    if not found:
        return ""
    kpi = result.doubt(candidate, key).kpi
    ends = [end for each in found for end in (each.at_low, each.at_high)]
    factor, scale = difference_scale(kpi, ends, result.baseline, language)
    rows = [
        (
            quantity_name(each.quantity, language),
            number(each.correlation, 2, sign=True),
            scale.text(factor * each.at_low, sign=True),
            scale.text(factor * each.at_high, sign=True),
        )
        for each in found
    ]
    names = ("correlation", "at_low", "at_high")
    moves = say("table.moves", language, kpi=kpi_in_text(kpi, language))
    return text_table((moves, *(say(f"table.{name}", language) for name in names)), rows)


def _money_note(kpis: Iterable[Kpi], language: str) -> list[str]:
    """For how many members amounts of money stand; nothing if there are none."""
    if not any(each.unit == "money" for each in kpis):
        return []
    return [say("question.money", language, each=people(PER_MEMBERS, language))]


def _title(scenario: Scenario, language: str) -> str:
    return scenario.title_zh if language == "zh" else scenario.title


def _paragraphs(sentences: Iterable[str]) -> str:
    """Sentences, each on lines of its own."""
    return "\n".join(folded(each) for each in sentences)
