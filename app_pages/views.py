"""What the Compare screen shows of a result: the answer in words, the decision chart, and the closer looks."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app_pages.frame import is_dark, picture, plain
from app_pages.running import Answer
from charts.cost import cost_by_month, cost_waterfall
from charts.data_tables import data_table, table_csv, tables_of
from charts.paired import paired_chart
from charts.retention import MEASURES, retention_chart
from charts.tables import definitions, differences_csv, monthly_csv
from charts.tiers import tier_panels, tiers_words
from policies import Policy
from sim.figures.report import comparison_json, json_text
from sim.figures.results import Comparison
from texts import t
from texts.advice import advice_cards
from texts.cards import CardRow, rule_card
from texts.headline import assumption_line, headline_paragraphs, headline_ranking
from texts.laws import law_failure_lines, laws_line
from texts.names import policy_title, title_by_name
from texts.notes import comparison_notes

_PANELS_A_ROW = 2
_RULES_AT_ONCE = 8


def choose_focus(comparison: Comparison, language: str) -> str:
    """Which candidate the words and the decision chart are about; no switch if there is only one."""
    titles = title_by_name(comparison, language)
    names = [each.name for each in comparison.candidates]
    # A candidate that was just added, perhaps by an edit, is what one wants to see.
    new = [name for name in names if name not in st.session_state.get("focus_names", ())]
    if new or st.session_state.get("focus") not in names:
        st.session_state.focus = (new or names)[-1]
    st.session_state.focus_names = names
    if len(names) == 1:
        return names[0]
    return st.segmented_control(t("compare.focus", language), names, format_func=titles.get, key="focus", required=True)


def show_headline(comparison: Comparison, focus: str, language: str) -> None:
    """The answer in words, a broken promise, what the rules alone would do, the ranking of several candidates.

    Below it stands what must be known beside it: limits of the model that were reached, and what was used up.
    """
    says = headline_paragraphs(comparison, focus, language)
    if len(comparison.candidates) > 1:
        says.append(headline_ranking(comparison, language))
    with st.container(key="headline"):
        st.markdown("\n\n".join(plain(sentence) for sentence in says))
    notes = comparison_notes(comparison, language)
    if notes:
        st.caption("  \n".join(f":orange[▲] {plain(note)}" for note in notes))


def show_decision_chart(answer: Answer, focus: str, language: str) -> None:
    """Every key figure against the baseline, with the mechanical result as hollow rings if wanted."""
    comparison = answer.comparison
    mechanical = st.session_state.get("mechanical", True)
    dark = is_dark()
    picture(
        ("paired", answer.id, focus, language, dark, mechanical),
        lambda: paired_chart(comparison, focus, language, dark, mechanical),
    )
    st.toggle(
        t("compare.mechanical", language), mechanical, key="mechanical", help=t("compare.mechanical_help", language)
    )


def show_rule_card(baseline: Policy, candidate: Policy, language: str) -> None:
    """The rules in which the candidate differs from the baseline."""
    titles = {"policy": policy_title(candidate, language), "baseline": policy_title(baseline, language)}
    with st.container(border=True, key="card"):
        st.markdown(f"**{plain(t('card.title', language, **titles))}**")
        rows = rule_card(baseline, candidate, language)
        if not rows:
            st.caption(t("card.none", language))
            return
        _list_rules(rows[:_RULES_AT_ONCE])
        if len(rows) > _RULES_AT_ONCE:
            with st.expander(t("card.more", language, count=len(rows[_RULES_AT_ONCE:]))):
                _list_rules(rows[_RULES_AT_ONCE:])


def _list_rules(rows: list[CardRow]) -> None:
    lines = [f"- {plain(row.rule)}  \n  :gray[{plain(row.before)}] → **{plain(row.after)}**" for row in rows]
    st.markdown("\n".join(lines))


def show_advice(policy: Policy, language: str) -> None:
    """What is legal in a policy and may not be meant; nothing at all if there is nothing to say."""
    cards = advice_cards(policy, language)
    if not cards:
        return
    with st.expander(t("advice.title", language, count=len(cards))):
        for card in cards:
            words = f"**{plain(card.words)}**  \n{plain(card.story)}  \n{plain(card.cure)}"
            st.markdown(f"{words}  \n:gray[{plain(card.rules)}]")


def show_closer_look(answer: Answer, focus: str, language: str) -> None:
    """Cost, retention, tiers or the data, whichever is chosen; only that one is computed."""
    views = {name: t(f"compare.view_{name}", language) for name in ("cost", "retention", "tiers", "table")}
    responses = {name: t(f"compare.response_{name}", language) for name in ("behavioural", "mechanical")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control(
            t("compare.view", language), list(views), default="cost", format_func=views.get, key="view", required=True
        )
        response = st.segmented_control(
            t("compare.response", language),
            list(responses),
            default="behavioural",
            format_func=responses.get,
            key="response",
            required=True,
        )
    show = {"cost": _show_cost, "retention": _show_retention, "tiers": _show_tiers, "table": _show_table}[view]
    show(answer, focus, language, response)


def _show_cost(answer: Answer, focus: str, language: str, response: str) -> None:
    comparison, dark = answer.comparison, is_dark()
    picture(
        ("waterfall", answer.id, focus, language, dark, response),
        lambda: cost_waterfall(comparison, focus, language, dark, response),
    )
    picture(
        ("cost by month", answer.id, language, dark, response),
        lambda: cost_by_month(comparison, language, dark, response),
    )


def _show_retention(answer: Answer, focus: str, language: str, response: str) -> None:
    comparison, dark = answer.comparison, is_dark()
    for measure in MEASURES:
        picture(
            ("retention", answer.id, measure, language, dark, response),
            lambda measure=measure: retention_chart(comparison, measure, language, dark, response),
        )


def _show_tiers(answer: Answer, focus: str, language: str, response: str) -> None:
    comparison, dark = answer.comparison, is_dark()
    finding, method = tiers_words(comparison, language, response)
    st.markdown(f"**{plain(finding)}**")
    st.caption(plain(method))
    for first in range(0, len(comparison.policies), _PANELS_A_ROW):
        results = comparison.policies[first : first + _PANELS_A_ROW]
        for place, (column, result) in enumerate(zip(st.columns(_PANELS_A_ROW), results, strict=False), first):
            with column:
                picture(
                    ("tiers", answer.id, result.name, language, dark, response),
                    lambda place=place: tier_panels(comparison, language, dark, response)[place],
                )


def _show_table(answer: Answer, focus: str, language: str, response: str) -> None:
    comparison = answer.comparison
    titles = {name: t(f"compare.table_{name}", language) for name in tables_of(comparison)}
    if st.session_state.get("table") not in titles:
        st.session_state.pop("table", None)  # of another comparison, which had a table more
    name = st.selectbox(t("compare.table", language), list(titles), format_func=titles.get, key="table")
    table = data_table(comparison, name, focus, language, response)
    st.dataframe(table, hide_index=True, height="content", alt=titles[name])
    scenario = comparison.scenario
    with st.container(horizontal=True):
        _offer("csv_table", lambda: table_csv(comparison, name, response), f"{scenario}_{name}.csv", language)
        _offer("csv_differences", lambda: differences_csv(comparison), f"{scenario}_differences.csv", language)
        _offer("csv_monthly", lambda: monthly_csv(comparison), f"{scenario}_monthly.csv", language)
        _offer("json", lambda: json_text(comparison_json(comparison)), f"{scenario}.json", language)
    with st.expander(t("compare.definitions", language)):
        st.markdown(
            "\n".join(
                f"- **{plain(title)}** ({plain(unit)}): {plain(text)}"
                for title, unit, text in definitions(comparison, language)
            )
        )


def _offer(key: str, content: Callable[[], str], file: str, language: str) -> None:
    """A button for a file, which is written only when it is asked for."""
    mime = "application/json" if file.endswith(".json") else "text/csv"
    st.download_button(t(f"compare.{key}", language), content, file_name=file, mime=mime, on_click="ignore")


def show_books(comparison: Comparison, language: str) -> None:
    """Whether every conservation law holds, and what was simulated."""
    failures = law_failure_lines(comparison, language)
    if failures:
        st.error("  \n".join([laws_line(comparison, language), *failures]))
    else:
        words = plain(assumption_line(comparison, language))
        st.caption(f"{words} :green[✓ {laws_line(comparison, language)}]", help=t("laws.help", language))
