"""Runs behind the screen: a small sample at once, the asked number in the background, with progress and cancel."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from app_pages.settings import QUICK_MEMBERS, Settings
from sim.figures.results import Comparison
from sim.runs.jobs import CANCELLED, DONE, FAILED, JobManager, JobView, Work, comparison_job
from texts import t
from texts.forms import reason_text
from texts.numbers import people

_FIRST_ANSWER_SECONDS = 2.5
_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Answer:
    """The best result there is by now; ``id`` names it in caches."""

    comparison: Comparison | None
    id: str
    asked_id: str


@st.cache_resource(show_spinner=False)
def jobs() -> JobManager:
    """The one manager of this server."""
    return JobManager(max_workers=2, orphan_ttl=60, keep=32)


def find_answer(settings: Settings) -> Answer:
    """Start what must run and return the best result so far; waits a moment for the first."""
    state, watcher = st.session_state, _watcher()
    quick = replace(settings, members=min(QUICK_MEMBERS, settings.members))
    asked_id, asked_work = _job(settings)
    quick_id, quick_work = _job(quick)
    for old_id in set(state.get("asked_ids", ())) - {asked_id, quick_id}:
        jobs().leave(old_id, watcher)
    state.asked_ids = (asked_id, quick_id)
    known = jobs().poll(asked_id, watcher)
    if known and known.state == DONE:
        return Answer(known.result, asked_id, asked_id)
    if state.get("stopped_id") == asked_id:
        first = jobs().poll(quick_id, watcher)
    else:
        _ensure(quick_id, quick_work)
        first = jobs().wait(quick_id, _FIRST_ANSWER_SECONDS, watcher)
        _ensure(asked_id, asked_work)
    return Answer(first.result if first else None, quick_id, asked_id)


def show_progress(settings: Settings, answer: Answer, language: str, when_done: Callable[[], None]) -> None:
    """What ``when_done`` draws when all is done; else progress and a cancel button, which look for news."""
    asked = jobs().poll(answer.asked_id, _watcher())
    stopped = st.session_state.get("stopped_id") == answer.asked_id
    running = bool(asked and asked.running and not stopped)

    def panel() -> None:
        view = asked if stopped else jobs().poll(answer.asked_id, _watcher())
        if stopped:
            _show_stopped(settings, answer, language)
        elif view is None or (running and not view.running):
            st.rerun()
        elif view.state == FAILED:
            st.error(t("job.failed", language, reason=reason_text(view.error, language)))
        elif view.running:
            _show_running(view, settings, answer, language)
        else:
            when_done()
        if answer.comparison is None and _has_result(answer.id):
            st.rerun()

    with st.container(key="status"):
        st.fragment(panel, run_every=_POLL_SECONDS if running else None)()


def _show_running(view: JobView, settings: Settings, answer: Answer, language: str) -> None:
    asked = people(settings.scenario.population(settings.members), language)
    if answer.comparison:
        text = t("job.refining", language, shown=people(answer.comparison.members, language), asked=asked)
    else:
        text = t("job.starting", language, asked=asked)
    bar, button = st.columns([5, 1], vertical_alignment="bottom", wrap=False)
    bar.progress(view.share, text=text)
    button.button(t("job.cancel", language), on_click=_stop, args=(answer,), width="stretch")


def _show_stopped(settings: Settings, answer: Answer, language: str) -> None:
    words, button = st.columns([5, 1], vertical_alignment="center", wrap=False)
    asked = people(settings.scenario.population(settings.members), language)
    if answer.comparison:
        shown = people(answer.comparison.members, language)
        words.warning(t("job.cancelled", language, shown=shown, asked=asked))
    else:
        words.warning(t("job.cancelled_empty", language))
    button.button(t("job.again", language), on_click=_resume, width="stretch")


def _stop(answer: Answer) -> None:
    st.session_state.stopped_id = answer.asked_id
    for job_id in {answer.asked_id, answer.id}:
        jobs().leave(job_id, _watcher())


def _resume() -> None:
    st.session_state.stopped_id = None


def _has_result(job_id: str) -> bool:
    view = jobs().poll(job_id, _watcher())
    return view is not None and view.state == DONE


def _ensure(job_id: str, work: Work) -> None:
    """Start the job unless it is known; one that failed would only fail again."""
    view = jobs().poll(job_id, _watcher())
    if view is None or view.state == CANCELLED:
        jobs().submit(job_id, work, _watcher())


def _job(settings: Settings) -> tuple[str, Work]:
    return comparison_job(
        settings.scenario, settings.baseline, settings.candidates, members=settings.members, seed=settings.seed
    )


def _watcher() -> str:
    return st.session_state.setdefault("watcher", uuid.uuid4().hex)
