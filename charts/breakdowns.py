"""Where a difference comes from, written for a reader: rules and reaction, costs by cause, added orders by source,
return on the cost, and who gains and who loses.

Every number is text with its unit, and the columns are named in the reader's language. The first column's name is what
the table is about.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from policies import Policy
from sim.figures.attribution import SOURCES
from sim.figures.costs import ACQUISITION, FIXED, MESSAGING, PROGRAM_CAUSES
from sim.figures.estimates import Estimate
from sim.figures.kpis import MAIN_KPIS
from sim.figures.named import Named
from sim.figures.results import Comparison, Run
from sim.figures.roi import RETURNS
from sim.figures.winners import GROUPS
from texts import t
from texts.names import kpi_title, title_by_name
from texts.numbers import UNDEFINED, Scale, count_scale, money_scale, percent, scale_of, share_scale


def cost_breakdown(
    comparison: Comparison, candidate_name: str, language: str, response: str = "behavioural"
) -> pd.DataFrame:
    """Program cost per member by cause, under baseline and candidate, with the difference; then all together.

    Causes that cost nothing under either are left out.
    """
    table = comparison.table("cost_change", response)
    table = table[table["candidate"] == candidate_name].set_index("cause")
    rows = []
    for cause in PROGRAM_CAUSES:
        each = table.loc[cause.key]
        if each["baseline"] or each["value"]:
            change = estimate_of(each["difference"], each["low"], each["high"])
            rows.append(_cost_row(cause.name(language), each["baseline"], each["value"], change, comparison, language))
    whole = comparison.difference(candidate_name, response, "program_cost")
    name = t("table.together", language)
    rows.append(_cost_row(name, whole.baseline, whole.candidate, whole.difference, comparison, language))
    return _titled(rows, ("cause", "baseline", "candidate", "difference"), language)


def run_costs(run: Run, policy: Policy, language: str) -> pd.DataFrame:
    """Costs of one run by cause, per member: the program's, these together, and those beside the rules.

    Causes that cost nothing are left out.
    """
    names = _names((*PROGRAM_CAUSES, ACQUISITION, MESSAGING, FIXED), language)
    known = {"program": [], "beside": []}
    for each in run.tables["costs"].itertuples():
        if each.per_member:
            known[each.kind].append((names[each.cause], estimate_of(each.per_member, each.low, each.high)))
    together = (t("table.together", language), run.kpis["program_cost"])
    rows = []
    for name, each in (*known["program"], together, *known["beside"]):
        ends = [end for end in (each.low, each.value, each.high) if end is not None]
        scale = money_scale(ends, language, policy.currency, policy.minor_per_major, figures=3)
        rows.append((name, scale.text(each.value), scale.interval(each.low, each.high)))
    return pd.DataFrame(rows, columns=[t("table.cause", language), policy.name, t("table.interval", language)])


def orders_breakdown(
    comparison: Comparison, candidate_name: str, language: str, response: str = "behavioural"
) -> pd.DataFrame:
    """Added orders per member by source, the largest first, luck and the sum of all last; without what adds nothing."""
    table = comparison.table("attribution", response)
    table = table[table["candidate"] == candidate_name].drop(columns="candidate")
    size = table["orders"].abs()
    luck = table["source"] == "luck"
    # What is less than a thousandth of the largest would only be a row of zeros.
    shown = table[(size > size.max() / 1_000) & ~luck].sort_values("orders", key=abs, ascending=False, kind="stable")
    shown = pd.concat([shown, table[luck]])
    total = table["orders"].sum()
    whole = comparison.difference(candidate_name, response, "orders")
    amounts = count_scale([*shown["orders"], total], figures=3)
    shares = share_scale([0.01], language)  # hundredths of a percent
    names = _names(SOURCES, language)
    rows = [
        (names[each.source], amounts.text(each.orders, sign=True), _share(each.share, shares))
        for each in shown.itertuples()
    ]
    share = total / whole.baseline if whole.baseline else None
    rows.append((t("table.together", language), amounts.text(total, sign=True), _share(share, shares)))
    return _titled(rows, ("source", "orders", "of_baseline"), language)


def return_breakdown(comparison: Comparison, language: str, response: str = "behavioural") -> pd.DataFrame | None:
    """Every policy against no program: one column a policy, each figure with its interval; None without no program."""
    if "roi" not in comparison.pairs:
        return None
    table = comparison.table("roi", response)
    policies = list(dict.fromkeys(table["policy"]))
    figures, titles = table.set_index(["figure", "policy"]), title_by_name(comparison, language)
    rows = []
    for figure in RETURNS:
        known = [estimate_of(*figures.loc[(figure.key, policy), ["value", "low", "high"]]) for policy in policies]
        scale = _scale([each.value for each in known], comparison, language)
        if figure.key in ("roi", "lift"):
            scale = share_scale([each.value for each in known if each.value is not None], language)
        rows.append((figure.name(language), *(with_interval(scale, each, sign=False) for each in known)))
    return pd.DataFrame(rows, columns=[t("table.return", language), *(titles[policy] for policy in policies)])


def parts_breakdown(comparison: Comparison, candidate_name: str, language: str) -> pd.DataFrame:
    """What of the difference in each main KPI the rules alone make, and what members' reaction makes.

    Key figures in which both are nothing, or that are undefined under one of the two policies, are left out.
    """
    table = comparison.table("parts")
    table = table[table["candidate"] == candidate_name].set_index("kpi")
    rows = []
    for kpi in MAIN_KPIS:
        each = table.loc[kpi.key]
        known = [estimate_of(*each[[part, f"{part}_low", f"{part}_high"]]) for part in ("mechanical", "reaction")]
        unit = "points" if kpi.unit == "share" else kpi.unit
        ends = [end for part in known for end in _ends(part)]
        scale = scale_of(unit, ends, language, comparison.currency, comparison.minor_per_major)
        if any(part.value for part in known):
            rows.append((kpi_title(kpi, language), *(with_interval(scale, part, sign=True) for part in known)))
    return _titled(rows, ("part", "mechanical", "reaction"), language)


def winners_breakdown(
    comparison: Comparison, candidate_name: str, language: str, response: str = "behavioural"
) -> pd.DataFrame:
    """Fifths of the members by what they paid under the baseline: what they and the shop gain, and how many gain."""
    table = comparison.table("winners", response)
    table = table[table["candidate"] == candidate_name]
    rows = []
    for each in table.sort_values("group", key=lambda number: (number - 1) % (GROUPS + 1)).itertuples():
        span = _scale([each.through_cents], comparison, language).text(each.through_cents)
        name = t("table.fifth", language, number=each.group, through=span) if each.group else t("table.all", language)
        gains = (
            estimate_of(each.member, each.member_low, each.member_high),
            estimate_of(each.shop, each.shop_low, each.shop_high),
        )
        shares = (each.better + each.much_better, each.worse + each.much_worse)
        rows.append(
            (
                name,
                *(with_interval(_scale(_ends(gain), comparison, language, 2), gain, sign=True) for gain in gains),
                *(percent(share, language, 0) for share in shares),
            )
        )
    return _titled(rows, ("group", "member", "shop", "gaining", "losing"), language)


def _ends(each: Estimate) -> tuple[float | None, ...]:
    return each.low, each.value, each.high


def _cost_row(
    name: str, before: float, after: float, change: Estimate, comparison: Comparison, language: str
) -> tuple[str, str, str, str]:
    ends = _scale([before, after], comparison, language)
    step = _scale([change.low, change.value, change.high], comparison, language, figures=2)
    return name, ends.text(before), ends.text(after), with_interval(step, change, sign=True)


def with_interval(scale: Scale, each: Estimate, *, sign: bool) -> str:
    """The value, and the interval behind it if there is one."""
    interval = "" if each.low is None else f" {scale.interval(each.low, each.high)}"
    return scale.text(each.value, sign=sign) + interval


def _scale(values: Iterable[float | None], comparison: Comparison, language: str, figures: int = 3) -> Scale:
    known = [each for each in values if each is not None]
    return money_scale(known, language, comparison.currency, comparison.minor_per_major, figures)


def estimate_of(value: float, low: float, high: float) -> Estimate:
    """An estimate out of a table, where what is missing is not a number."""
    return Estimate(*(None if pd.isna(each) else float(each) for each in (value, low, high)))


def _share(value: float | None, scale: Scale) -> str:
    return UNDEFINED if pd.isna(value) else scale.text(value, sign=True)


def _names(rows: Iterable[Named], language: str) -> dict[str, str]:
    return {each.key: each.name(language) for each in rows}


def _titled(rows: list[tuple], columns: tuple[str, ...], language: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[t(f"table.{name}", language) for name in columns])
