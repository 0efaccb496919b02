"""What a policy costs: from the baseline's cost to the candidate's, cause by cause, and month by month."""

from __future__ import annotations

import altair as alt
import pandas as pd

from charts.lines import lines_by_month
from charts.picture import Picture
from charts.theme import palette, wrapped
from sim.figures.costs import PROGRAM_CAUSES
from sim.figures.results import Comparison
from texts import t
from texts.headline import money_members, whose_money
from texts.names import title_by_name
from texts.numbers import Scale, money_scale

CAUSES = {cause.field: cause for cause in PROGRAM_CAUSES}
"""Monthly measure to the cause of cost that it is."""

HEIGHT = 300
_SLIGHT = 0.08
"""Share of the whole below which a step would be too thin to see."""


def cost_table(comparison: Comparison, response: str = "behavioural") -> pd.DataFrame:
    """Program cost in minor units of `money_members`: one row a policy and month, one column a cause, and ``cost``."""
    monthly = comparison.monthly_table(response)
    table = monthly[["policy", "month"]].copy()
    for field, cause in CAUSES.items():
        table[field] = cause.sign * monthly[field] * money_members(comparison) / comparison.members
    table["cost"] = table[list(CAUSES)].sum(axis=1)
    return table


def waterfall_table(comparison: Comparison, candidate_name: str, response: str = "behavioural") -> pd.DataFrame:
    """Steps from the baseline's cost to the candidate's: step, kind ("total" or "change"), amount, start, end.

    Minor units of `money_members` over the whole run. Causes that do not change are left out. Where all changes
    are slight against the whole, the steps lead from nothing to the difference instead.
    """
    sums = cost_table(comparison, response).groupby("policy")[[*CAUSES, "cost"]].sum()
    before, after = sums.loc[comparison.baseline.name], sums.loc[candidate_name]
    changes = {cause: after[cause] - before[cause] for cause in CAUSES if after[cause] != before[cause]}
    slight = max(map(abs, changes.values()), default=0.0) < _SLIGHT * max(before["cost"], after["cost"])
    level = 0.0 if slight else before["cost"]
    rows = [] if slight else [("baseline", "total", level, 0.0, level)]
    for cause, change in changes.items():
        rows.append((cause, "change", change, level, level + change))
        level += change
    rows.append(("difference" if slight else "candidate", "total", level, 0.0, level))
    return pd.DataFrame(rows, columns=["step", "kind", "amount", "start", "end"])


def cost_waterfall(
    comparison: Comparison, candidate_name: str, language: str, dark: bool = False, response: str = "behavioural"
) -> Picture:
    """Bars from the baseline's program cost to the candidate's; red raises the cost, green lowers it."""
    titles = title_by_name(comparison, language)
    steps = waterfall_table(comparison, candidate_name, response)
    scale = _scale(comparison, [*steps["start"], *steps["end"]], language)
    total = steps["kind"] == "total"
    signed = steps["step"].isin([*CAUSES, "difference"])
    steps["label"] = [scale.plain(amount, sign) for amount, sign in zip(steps["amount"], signed, strict=True)]
    names = {"baseline": titles[comparison.baseline.name], "candidate": titles[candidate_name]}
    names |= {"difference": t("table.difference", language)}
    names |= {field: cause.name(language) for field, cause in CAUSES.items()}
    steps["name"] = steps["step"].map(names)
    steps["verdict"] = [
        "total" if each else "worse" if amount > 0 else "better"
        for each, amount in zip(total, steps["amount"], strict=True)
    ]
    sums = cost_table(comparison, response).groupby("policy")["cost"].sum()
    before, after = sums[comparison.baseline.name], sums[candidate_name]
    difference = after - before
    whole = _scale(comparison, [before, after], language)
    direction = "more" if difference > 0 else "less" if difference < 0 else "same"
    return Picture(
        finding=t(
            f"chart.waterfall.{direction}", language, policy=titles[candidate_name], amount=scale.text(abs(difference))
        ),
        method=t(
            "chart.waterfall.method",
            language,
            whose=whose_money(comparison, language),
            months=len(comparison.months),
            unit=scale.unit.strip(),
            arrow=whole.arrow(before, after),
            response=t(f"response.{response}", language),
        ),
        description="; ".join(f"{row.name}: {row.label}" for row in steps[["name", "label"]].itertuples(index=False)),
        drawing=_waterfall(steps, scale, dark),
        dark=dark,
    )


def cost_by_month(comparison: Comparison, language: str, dark: bool = False, response: str = "behavioural") -> Picture:
    """Program cost of every policy month by month, of `money_members`."""
    titles = title_by_name(comparison, language)
    table = cost_table(comparison, response)
    scale = _scale(comparison, table["cost"].tolist(), language)
    frame = table[["policy", "month"]].assign(value=table["cost"] * scale.factor)
    shown = Scale(1.0, scale.decimals, scale.unit)
    totals = table.groupby("policy", sort=False)["cost"].sum()
    whole = _scale(comparison, totals.tolist(), language)
    dearest = str(totals.idxmax())
    return Picture(
        finding=t("chart.cost_by_month.finding", language, policy=titles[dearest], amount=whole.text(totals[dearest])),
        method=t(
            "chart.cost_by_month.method",
            language,
            whose=whose_money(comparison, language),
            unit=scale.unit.strip(),
            response=t(f"response.{response}", language),
        ),
        description="; ".join(f"{titles[name]}: {whole.text(amount)}" for name, amount in totals.items()),
        drawing=lines_by_month(frame, comparison.months, titles, dark, shown.text, alt.Axis(title=None, tickCount=5)),
        dark=dark,
    )


def _scale(comparison: Comparison, values: list[float], language: str) -> Scale:
    return money_scale(values, language, comparison.currency, comparison.minor_per_major, figures=3)


def _waterfall(steps: pd.DataFrame, scale: Scale, dark: bool) -> alt.LayerChart:
    colors = palette(dark)
    data = steps.assign(
        order=range(len(steps)),
        low=steps[["start", "end"]].min(axis=1) * scale.factor,
        high=steps[["start", "end"]].max(axis=1) * scale.factor,
        level=steps["end"] * scale.factor,
        next=[*range(1, len(steps)), None],
        lines=steps["name"].map(lambda each: wrapped(each, 12)),
    )
    low, high = min(0.0, float(data["low"].min())), max(0.0, float(data["high"].max()))
    air = 0.1 * ((high - low) or 1.0)
    names = "{" + ", ".join(f"'{row.order}': {list(row.lines)!r}" for row in data.itertuples()) + "}"
    x = alt.X(
        "order:O",
        sort=None,
        scale=alt.Scale(paddingInner=0.45, paddingOuter=0.25),
        axis=alt.Axis(labelExpr=f"{names}[datum.label]", labelAngle=0, title=None, labelLimit=0, labelPadding=10),
    )
    y = alt.Y(
        "low:Q",
        scale=alt.Scale(domain=[low - (air if low < 0 else 0.0), high + 1.3 * air], nice=False),
        axis=alt.Axis(title=None, tickCount=5),
    )
    fill = alt.Color(
        "verdict:N",
        scale=alt.Scale(
            domain=["total", "worse", "better"],
            range=[colors.total, colors.verdicts["worse"], colors.verdicts["better"]],
        ),
        legend=None,
    )
    bars = (
        alt.Chart(data)
        .mark_bar(cornerRadius=2)
        .encode(x=x, y=y, y2="high:Q", color=fill, tooltip=["name:N", "label:N"])
    )
    links = (
        alt.Chart(data[:-1])
        .mark_rule(strokeDash=[3, 3], color=colors.rule, opacity=0.7)
        .encode(x=alt.X("order:O", bandPosition=1), x2=alt.X2("next:O", bandPosition=0), y="level:Q")
    )
    labels = alt.Chart(data).mark_text(dy=-9, fontWeight=700, color=colors.ink).encode(x=x, y="high:Q", text="label:N")
    return alt.layer(bars, links, labels).properties(height=HEIGHT)
