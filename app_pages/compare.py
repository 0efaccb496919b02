"""The Compare screen: which policy, at what cost, for whom, how sure."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app_pages.editor import edit_policy
from app_pages.running import find_answer, show_progress
from app_pages.settings import choose_settings, write_link
from app_pages.views import (
    choose_focus,
    show_advice,
    show_books,
    show_closer_look,
    show_decision_chart,
    show_headline,
    show_rule_card,
)
from texts import t


def show() -> None:
    """The answer on the left and the closer looks below it; the rules on the right."""
    language = st.session_state.lang
    settings = choose_settings(language)
    left, right = st.columns([7, 5], gap="large")
    with right:
        card = st.container()
        with st.expander(t("editor.title", language), expanded=True):
            edited = edit_policy(settings, language)
    write_link(edited.link)
    if edited.policy:
        settings = replace(settings, candidates=(*settings.candidates, edited.policy))
    if not settings.candidates:
        left.info(t("compare.no_candidates", language))
        return
    with left:
        answer = find_answer(settings)
        if answer.comparison is None:
            show_progress(settings, answer, language, when_done=st.empty)
            return
        focus = choose_focus(answer.comparison, language)
        show_headline(answer.comparison, focus, language)
        show_progress(settings, answer, language, when_done=lambda: show_books(answer.comparison, language))
        show_decision_chart(answer, focus, language)
        st.divider()
        show_closer_look(answer, focus, language)
    with card:
        candidate = next(each for each in settings.candidates if each.name == focus)
        show_rule_card(settings.baseline, candidate, language)
        show_advice(candidate, language)
