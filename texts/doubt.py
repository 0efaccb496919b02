"""Doubt in words: how often a candidate is ahead, what decides it, where it breaks even, what a program adds."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log10

from policies import Policy
from sim.break_even import BreakEven
from sim.effects import MAXIMUM
from sim.figures.kpis import Kpi
from sim.lift import BEST_ESTIMATE, CAPPED_MOST, ENVELOPE, FREQUENCY_MOST, Lift
from sim.uncertainty import Uncertainty
from texts.effect_names import effect_meaning, quantity_name, say
from texts.headline import PER_MEMBERS
from texts.names import kpi_title, policy_title
from texts.numbers import Scale, number, people, percent, scale_of

NAMED = 2
"""Numbers that are named as those that matter most."""

EXPERIMENT_MOST = 10_000_000
"""Members in an arm of the largest experiment that anybody could think of."""

MUCH_LUCK = 0.2
"""Share of the spread that may be luck before more members are advised."""


def uncertainty_sentences(result: Uncertainty, candidate_name: str, key: str, language: str) -> list[str]:
    """Who is ahead in how many draws, how far the difference spreads and why, and what moves it most."""
    doubt = result.doubt(candidate_name, key)
    titles = {each.name: policy_title(each, language) for each in (result.baseline, *result.candidates)}
    names = {
        "candidate": titles[candidate_name],
        "baseline": titles[result.baseline.name],
        "kpi": kpi_in_text(doubt.kpi, language),
    }
    if doubt.median is None:
        return [say("doubt.undefined", language, **names)]
    factor, scale = difference_scale(doubt.kpi, [doubt.low, doubt.median, doubt.high], result.baseline, language)
    ahead = say(
        "doubt.ahead" if doubt.kpi.direction else "doubt.higher",
        language,
        **names,
        share=percent(doubt.better, language, 0),
        draws=doubt.defined,
        error=percent(doubt.better_error, language),
        median=scale.text(factor * doubt.median, sign=True),
        low=scale.plain(factor * doubt.low, sign=True),
        high=scale.text(factor * doubt.high, sign=True),
        per="" if factor == 1 else say("doubt.per", language, each=people(factor, language)),
    )
    return [ahead, _spread(result, candidate_name, key, language), _what_matters(result, candidate_name, key, language)]


def _spread(result: Uncertainty, candidate_name: str, key: str, language: str) -> str:
    """Doubt about the parameters and luck of the members, apart."""
    doubt = result.doubt(candidate_name, key)
    factor, scale = difference_scale(doubt.kpi, [doubt.parameter_sd, doubt.luck_sd], result.baseline, language)
    told = say(
        "doubt.spread",
        language,
        doubt=scale.text(factor * doubt.parameter_sd),
        luck=scale.text(factor * doubt.luck_sd),
        members=people(result.members, language),
    )
    return told + say("doubt.more_members", language) if doubt.luck_share > MUCH_LUCK else told


def _what_matters(result: Uncertainty, candidate_name: str, key: str, language: str) -> str:
    """The strongest influences by name, or that there is none."""
    parts = [
        say(
            "doubt.matters_part",
            language,
            name=quantity_name(each.quantity, language),
            value=number(each.correlation, 2, sign=True),
            flips=say("doubt.flips", language) if each.flips else "",
        )
        for each in result.influences(candidate_name, key)[:NAMED]
    ]
    if not parts:
        return say("doubt.matters_none", language)
    return say("doubt.matters", language, parts=say("doubt.matters_join", language).join(parts))


def break_even_sentences(result: BreakEven, language: str) -> list[str]:
    """At which sizes of the effect the candidate does better, what the effect is, and how to learn its size."""
    told = [
        say(
            f"break_even.{'only_if' if result.crossings else result.verdict}",
            language,
            candidate=policy_title(result.candidate, language),
            baseline=policy_title(result.baseline, language),
            kpi=kpi_in_text(result.kpi, language),
            symbol=result.effect.symbol,
            assumed=size_text(result.assumed),
            low=size_text(float(result.sizes[0])),
            high=size_text(float(result.sizes[-1])),
            where=_where(result, language),
            error=_error(result, language),
        ),
        say(
            "break_even.meaning",
            language,
            symbol=result.effect.symbol,
            meaning=effect_meaning(result.effect.symbol, language),
            grade=result.effect.grade,
            low=size_text(result.effect.low),
            high=size_text(result.effect.high),
        ),
    ]
    if result.unclear:
        told.append(say("break_even.unclear", language, members=people(result.members, language)))
    if result.members_per_arm is not None:
        possible = result.members_per_arm <= EXPERIMENT_MOST
        members = people(two_figures(result.members_per_arm) if possible else EXPERIMENT_MOST, language)
        key = "break_even.experiment" if possible else "break_even.no_experiment"
        told.append(say(key, language, months=len(result.scenario.months), members=members))
    return told


def _where(result: BreakEven, language: str) -> str:
    """Sizes at which the candidate does better: "c_mem < −0.12", or the ranges between several crossings."""
    symbol = result.effect.symbol
    if len(result.crossings) == 1:
        (crossing,) = result.crossings
        sign = ">" if result.verdict == "above" else "<"
        size = number(crossing.size, _decimals(crossing.error))
        return say("break_even.crossing", language, symbol=symbol, sign=sign, size=size)
    return say("break_even.or", language).join(
        say("break_even.between", language, symbol=symbol, low=size_text(low), high=size_text(high))
        for low, high in result.ahead
    )


def _error(result: BreakEven, language: str) -> str:
    """What luck leaves open of the only crossing."""
    if len(result.crossings) != 1:
        return ""
    error = result.crossings[0].error
    return say("break_even.error", language, error=number(error, _decimals(error)))


def lift_sentences(result: Lift, language: str) -> list[str]:
    """What a program adds, whence it comes, and whether programs were ever found to add so much."""
    total = result.total
    told = [
        say(
            "lift.total",
            language,
            policy=policy_title(result.policy, language),
            total=percent(total.value, language),
            low=number(100 * total.low, 1),
            high=number(100 * total.high, 1),
            frequency=percent(result.frequency.value, language),
            churn=percent(result.churn.value, language),
            together=percent(result.together, language),
        ),
        say(
            f"lift.{result.verdict}",
            language,
            least=percent(ENVELOPE[0], language, 0),
            most=percent(ENVELOPE[1], language, 0),
            best=percent(BEST_ESTIMATE, language),
        ),
    ]
    if not result.clear:
        told.append(say("lift.luck", language, members=people(result.members, language)))
    share = result.frequency_share
    if share is not None and share > FREQUENCY_MOST:
        shares = {"share": percent(share, language, 0), "most": percent(FREQUENCY_MOST, language, 0)}
        told.append(say("lift.frequency", language, **shares))
    if result.capped > CAPPED_MOST:
        told.append(say("lift.capped", language, share=percent(result.capped, language), cap=number(MAXIMUM)))
    return told


def difference_scale(kpi: Kpi, values: Sequence[float | None], policy: Policy, language: str) -> tuple[int, Scale]:
    """(factor, scale) for differences of a KPI: money of a member is shown for `PER_MEMBERS` of them."""
    factor = PER_MEMBERS if kpi.unit == "money" else 1
    unit = "points" if kpi.unit == "share" else kpi.unit
    shown = [factor * each for each in values if each is not None]
    return factor, scale_of(unit, shown, language, policy.currency, policy.minor_per_major)


def kpi_in_text(kpi: Kpi, language: str) -> str:
    """The name of a KPI within a sentence."""
    title = kpi_title(kpi, language)
    return f"「{title}」" if language == "zh" else title[0].lower() + title[1:]


def two_figures(members: int) -> int:
    """Rounded up to two figures: more would be pretence."""
    step = 10 ** max(0, int(log10(members)) - 1)
    return ceil(members / step) * step


def size_text(size: float) -> str:
    """A size of an effect with about three figures."""
    shown = number(size, _decimals(abs(size) / 10))
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _decimals(value: float) -> int:
    """Decimals with which a number of that size shows one or two figures; at most four."""
    return 4 if value <= 0 else min(4, max(0, ceil(-log10(value)) + 1))
