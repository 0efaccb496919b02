"""The answer in words: what a candidate changes, how sure that is, and what the rules alone would do."""

from __future__ import annotations

from sim.results import Comparison, PairedDifference
from texts import t
from texts.names import title_by_name
from texts.numbers import Scale, money_scale, people, points_scale

PER_MEMBERS = 100_000
"""Money in a headline is for so many members, however many were simulated."""


def headline(comparison: Comparison, candidate_name: str, language: str) -> str:
    """Two sentences with 95 % intervals: members kept and cost, then margin; members react as the scenario says."""
    main = t(
        "headline.sentence",
        language,
        policy=title_by_name(comparison, language)[candidate_name],
        active=_clause(
            "active", _difference(comparison, candidate_name, "behavioural", "active"), comparison, language
        ),
        cost=_clause(
            "cost", _difference(comparison, candidate_name, "behavioural", "program_cost"), comparison, language
        ),
        members=people(PER_MEMBERS, language),
        months=len(comparison.months),
    )
    margin = _clause("margin", _difference(comparison, candidate_name, "behavioural", "margin"), comparison, language)
    return t("headline.join", language, first=main, second=margin)


def headline_mechanical(comparison: Comparison, candidate_name: str, language: str) -> str:
    """One sentence: the cost if members did not react at all, so that only the rules' arithmetic differs."""
    cost = _difference(comparison, candidate_name, "mechanical", "program_cost")
    return _clause("mechanical", cost, comparison, language)


def headline_promise(comparison: Comparison, candidate_name: str, language: str) -> str:
    """A warning if more points are clearly cut at the checkout or die unused; empty if not.

    What such a broken promise does to members is known only in part, so it is said beside the money.
    """
    clauses = []
    for topic, key in (("capped", "capped"), ("expired", "expired_share")):
        change = _difference(comparison, candidate_name, "behavioural", key).difference
        if change.low > 0:
            scale = points_scale((change.low, change.value, change.high), language)
            interval = scale.interval(change.low, change.high)
            clauses.append(t(f"headline.promise.{topic}", language, value=scale.text(change.value), interval=interval))
    if not clauses:
        return ""
    if len(clauses) == 1:
        return t("headline.promise.one", language, first=clauses[0])
    return t("headline.promise.two", language, first=clauses[0], second=clauses[1])


def headline_all(comparison: Comparison, candidate_name: str, language: str) -> str:
    """`headline`, `headline_promise` if there is one, and `headline_mechanical`, in this order."""
    text = headline(comparison, candidate_name, language)
    for more in (headline_promise, headline_mechanical):
        sentence = more(comparison, candidate_name, language)
        if sentence:
            text = t("headline.join", language, first=text, second=sentence)
    return text


def headline_ranking(comparison: Comparison, language: str) -> str:
    """One sentence over all policies: where the margin is best, most members are active, the cost is least."""
    titles = title_by_name(comparison, language)
    values = {
        key: {result.name: result.runs["behavioural"].kpis[key].value for result in comparison.policies}
        for key in ("margin", "active", "program_cost")
    }
    return t(
        "headline.ranking",
        language,
        margin=titles[max(values["margin"], key=values["margin"].__getitem__)],
        active=titles[max(values["active"], key=values["active"].__getitem__)],
        cost=titles[min(values["program_cost"], key=values["program_cost"].__getitem__)],
    )


def _difference(comparison: Comparison, candidate: str, response: str, key: str) -> PairedDifference:
    return next(each for each in comparison.differences[candidate, response] if each.kpi.key == key)


def _clause(topic: str, change: PairedDifference, comparison: Comparison, language: str) -> str:
    """The words for one difference: the direction decides the verb, so the numbers in it are positive."""
    low, value, high = change.difference.low, change.difference.value, change.difference.high
    if change.kpi.unit == "money":
        low, value, high = (PER_MEMBERS * each for each in (low, value, high))
    scale = _scale(change.kpi.unit, (low, value, high), comparison, language)
    if low == high == 0:
        return t(f"headline.{topic}.same", language)
    if low <= 0 <= high:
        return t(
            f"headline.{topic}.unclear",
            language,
            value=scale.text(value, sign=True),
            interval=scale.interval(low, high),
        )
    if value < 0:
        return t(f"headline.{topic}.less", language, value=scale.text(-value), interval=scale.interval(-high, -low))
    return t(f"headline.{topic}.more", language, value=scale.text(value), interval=scale.interval(low, high))


def _scale(unit: str, values: tuple[float, float, float], comparison: Comparison, language: str) -> Scale:
    if unit == "share":
        return points_scale(values, language)
    return money_scale(values, language, comparison.currency, comparison.minor_per_major)
