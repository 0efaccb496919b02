"""The answer in words: what a candidate changes, how sure that is, and what the rules alone would do."""

from __future__ import annotations

from sim.figures.results import Comparison, PairedDifference
from texts import t
from texts.names import scenario_title, title_by_name
from texts.numbers import Scale, money_scale, people, points_scale

PER_MEMBERS = 100_000
"""Money in a headline is for so many members, however many were simulated."""

WORTH_A_WARNING = 0.01
"""Rise of a share from which on a broken promise is said: a smaller one can be clear and still not matter."""


def money_members(comparison: Comparison) -> int:
    """For how many members money is told: `PER_MEMBERS`, or just those who are written by hand."""
    return PER_MEMBERS if comparison.sampled else comparison.members


def whose_money(comparison: Comparison, language: str) -> str:
    """The same in words: "per 100,000 members", "for these 9 members"."""
    who = "sampled" if comparison.sampled else "scripted"
    return t(f"whose.{who}", language, members=people(money_members(comparison), language))


def headline(comparison: Comparison, candidate_name: str, language: str) -> str:
    """Two sentences: members kept and cost, then margin; members react as the scenario says.

    With 95 % intervals, unless the members were written by hand.
    """
    active, cost, margin = (
        _clause(topic, comparison.difference(candidate_name, "behavioural", key), comparison, language)
        for topic, key in (("active", "active"), ("cost", "program_cost"), ("margin", "margin"))
    )
    main = t(
        "headline.sentence" if comparison.sampled else "headline.scripted",
        language,
        policy=title_by_name(comparison, language)[candidate_name],
        active=active,
        cost=cost,
        whose=whose_money(comparison, language),
        months=len(comparison.months),
    )
    return t("headline.join", language, first=main, second=margin)


def headline_mechanical(comparison: Comparison, candidate_name: str, language: str) -> str:
    """One sentence: the cost if members did not react at all, so that only the rules' arithmetic differs."""
    cost = comparison.difference(candidate_name, "mechanical", "program_cost")
    return _clause("mechanical", cost, comparison, language)


def headline_promise(comparison: Comparison, candidate_name: str, language: str) -> str:
    """A warning if clearly more points, by a percentage point or more, are cut at the checkout or die unused.

    Empty if not, and under a policy that gives no points: it breaks no promise about them. What such a broken promise
    does to members is known only in part, so it is said beside the money.
    """
    if comparison.difference(candidate_name, "behavioural", "redemption_rate").candidate is None:
        return ""
    clauses = []
    for topic, key in (("capped", "capped"), ("expired", "expired_share")):
        change = comparison.difference(candidate_name, "behavioural", key)
        if is_clear(change) and change.difference.value >= WORTH_A_WARNING:
            each = change.difference
            scale = points_scale([end for end in (each.low, each.value, each.high) if end is not None], language)
            interval = _bracketed(scale, each.low, each.high)
            clauses.append(t(f"headline.promise.{topic}", language, value=scale.text(each.value), interval=interval))
    if not clauses:
        return ""
    if len(clauses) == 1:
        return t("headline.promise.one", language, first=clauses[0])
    return t("headline.promise.two", language, first=clauses[0], second=clauses[1])


def headline_paragraphs(comparison: Comparison, candidate_name: str, language: str) -> list[str]:
    """`headline`, `headline_promise` if there is one, and `headline_mechanical`, in this order."""
    says = (headline, headline_promise, headline_mechanical)
    return [sentence for say in says if (sentence := say(comparison, candidate_name, language))]


def assumption_line(comparison: Comparison, language: str) -> str:
    """What was simulated: how many members of which scenario, how long, with which seed."""
    return t(
        "compare.assumption",
        language,
        members=people(comparison.members, language),
        scenario=scenario_title(comparison, language),
        months=len(comparison.months),
        first=comparison.months[0],
        seed=comparison.seed,
    )


def headline_ranking(comparison: Comparison, language: str) -> str:
    """One sentence over all policies: where the margin is best, most members are active, the cost is least."""
    titles = title_by_name(comparison, language)

    def named(key: str) -> str:
        names = leaders(comparison, key)
        return t("list.comma", language).join(map(titles.get, names)) or t("headline.no_leader", language)

    return t("headline.ranking", language, margin=named("margin"), active=named("active"), cost=named("program_cost"))


def leaders(comparison: Comparison, key: str) -> list[str]:
    """Names of the policies that clearly lead in a KPI; empty if none does.

    These are the best of the candidates clearly better than the baseline; the baseline itself if none is
    and some are clearly worse.
    """
    changes = {each.name: comparison.difference(each.name, "behavioural", key) for each in comparison.candidates}
    better = {name: abs(change.difference.value) for name, change in changes.items() if change.verdict == "better"}
    if better:
        return [name for name, lead in better.items() if lead == max(better.values())]
    return [comparison.baseline.name] if any(each.verdict == "worse" for each in changes.values()) else []


def is_clear(change: PairedDifference) -> bool:
    """True if the KPI differs and more members would not turn that round."""
    return change.verdict in ("better", "worse", "changed")


def _clause(topic: str, change: PairedDifference, comparison: Comparison, language: str) -> str:
    """The words for one difference: the direction decides the verb, so the numbers in it are positive."""
    if change.verdict == "same":
        # Members who were not drawn could still differ, but not where arithmetic alone decides.
        exact = topic == "mechanical" or not comparison.sampled
        return t(f"headline.{topic}.{'same' if exact else 'unseen'}", language)
    unit = money_members(comparison) if change.kpi.unit == "money" else 1
    low, value, high = (
        None if each is None else unit * each
        for each in (change.difference.low, change.difference.value, change.difference.high)
    )
    known = [each for each in (low, value, high) if each is not None]
    if change.kpi.unit == "share":
        scale = points_scale(known, language)
    else:
        scale = money_scale(known, language, comparison.currency, comparison.minor_per_major)
    if not is_clear(change):
        interval = _bracketed(scale, low, high)
        return t(f"headline.{topic}.unclear", language, value=scale.text(value, sign=True), interval=interval)
    if value < 0:
        low, high = (None, None) if low is None else (-high, -low)
    return t(
        f"headline.{topic}.{'less' if value < 0 else 'more'}",
        language,
        value=scale.text(abs(value)),
        interval=_bracketed(scale, low, high),
    )


def _bracketed(scale: Scale, low: float | None, high: float | None) -> str:
    """The interval behind a value; empty if there is none."""
    return "" if low is None else f" {scale.interval(low, high)}"
