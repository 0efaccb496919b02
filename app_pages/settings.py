"""What is compared: the controls at the side, filled from the link and written back to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from policies import Policy, catalogue, load_policy
from sim.market.listing import scenario_catalogue
from sim.scenario import Scenario, load_scenario
from texts import t
from texts.names import policy_title
from texts.numbers import people, short_count
from texts.spelling import linkable

MOST_CANDIDATES = 5
QUICK_MEMBERS = 2_000
LARGEST_SEED = 2**53 - 1  # what a browser can hold exactly
MEMBER_CHOICES = (2_000, 20_000, 100_000, 1_000_000)
_DEFAULTS = {"scenario": "beauty_mall", "baseline": "baseline", "candidates": ["soft_landing"], "members": 20_000}


@dataclass(frozen=True)
class Settings:
    """What the controls say."""

    scenario: Scenario
    baseline: Policy
    candidates: tuple[Policy, ...]
    members: int
    seed: int


@st.cache_resource(show_spinner=False)
def shipped_policies() -> dict[str, Policy]:
    """Every policy of the catalogue by name."""
    return {name: load_policy(name) for name in catalogue()}


@st.cache_resource(show_spinner=False)
def shipped_scenarios() -> dict[str, Scenario]:
    """Every scenario of the catalogue by name."""
    return {name: load_scenario(name) for name in scenario_catalogue()}


def choose_settings(language: str) -> Settings:
    """Draw the controls; the first time they stand as the link says."""
    policies, scenarios = shipped_policies(), shipped_scenarios()
    unknown = _open_link(policies, scenarios)
    with st.sidebar:
        st.subheader(t("compare.settings", language))
        scenario = scenarios[_choose_scenario(scenarios, language)]
        baseline, candidates = _choose_policies(policies, language)
        members = _choose_members(scenario, language)
        seed = st.number_input(
            t("compare.seed", language),
            min_value=0,
            max_value=LARGEST_SEED,
            step=1,
            key="seed",
            help=t("compare.seed_help", language),
        )
        st.caption(t("share.caption", language))
        if unknown:
            st.warning(t("share.bad_link", language, names=", ".join(unknown)))
    chosen = tuple(policies[name] for name in candidates if name != baseline)
    return Settings(scenario, policies[baseline], chosen, members, int(seed))


def _choose_scenario(scenarios: dict[str, Scenario], language: str) -> str:
    return st.selectbox(
        t("compare.scenario", language),
        list(scenarios),
        format_func=lambda name: _scenario_title(scenarios[name], language),
        key="scenario",
        help=t("compare.scenario_help", language),
    )


def _choose_policies(policies: dict[str, Policy], language: str) -> tuple[str, list[str]]:
    """Names of the baseline and of the candidates."""

    def title(name: str) -> str:
        return policy_title(policies[name], language)

    baseline = st.selectbox(
        t("compare.baseline", language),
        list(policies),
        format_func=title,
        key="baseline",
        help=t("compare.baseline_help", language),
    )
    candidates = st.multiselect(
        t("compare.candidates", language),
        list(policies),
        format_func=title,
        key="candidates",
        max_selections=MOST_CANDIDATES,
        placeholder=t("compare.candidates_placeholder", language),
        select_all=False,
        help=t("compare.candidates_help", language),
    )
    return baseline, candidates


def _choose_members(scenario: Scenario, language: str) -> int:
    """How many members; a scenario written by hand has its own."""
    members = st.segmented_control(
        t("compare.members", language),
        MEMBER_CHOICES,
        format_func=lambda number: short_count(number, language),
        key="members",
        required=True,
        disabled=scenario.scripted,
        help=t("compare.members_help", language, quick=people(QUICK_MEMBERS, language)),
    )
    if not scenario.scripted:
        return int(members)
    st.caption(t("compare.scripted", language, members=people(scenario.members, language)))
    return scenario.members


def write_link(edit: dict[str, Any] | None) -> None:
    """Put all that is chosen into the address of the page, the edits of ``edit`` included."""
    state = st.session_state
    link = {key: state[key] for key in ("lang", "scenario", "baseline", "candidates")}
    link |= {key: str(state[key]) for key in ("members", "seed")}
    if edit:
        link["edit"] = json.dumps(edit, default=linkable, ensure_ascii=False, separators=(",", ":"))
    st.query_params.from_dict(link)


def linked_edit() -> dict[str, Any]:
    """The edit that the link holds: {"from": policy, "set": {path: value}}; empty if none or unreadable."""
    try:
        edit = json.loads(st.query_params.get("edit", "{}"))
    except ValueError:
        return {}
    fits = isinstance(edit, dict) and isinstance(edit.get("from"), str) and isinstance(edit.get("set"), dict)
    return edit if fits else {}


def _open_link(policies: dict[str, Policy], scenarios: dict[str, Scenario]) -> list[str]:
    """Fill the controls from the link once a session; returns the names in it that are not here."""
    state, link = st.session_state, st.query_params
    if "seed" in state:
        return state.get("unknown_names", [])
    state.scenario = link.get("scenario", _DEFAULTS["scenario"])
    state.baseline = link.get("baseline", _DEFAULTS["baseline"])
    state.candidates = link.get_all("candidates") or ([] if "baseline" in link else _DEFAULTS["candidates"])
    named = [state.baseline, *state.candidates]
    unknown = [name for name in named if name not in policies] + [state.scenario] * (state.scenario not in scenarios)
    if state.scenario not in scenarios:
        state.scenario = _DEFAULTS["scenario"]
    if state.baseline not in policies:
        state.baseline = _DEFAULTS["baseline"]
    state.candidates = [name for name in state.candidates if name in policies][:MOST_CANDIDATES]
    state.members = _whole(link.get("members"), lambda number: number in MEMBER_CHOICES, _DEFAULTS["members"])
    state.seed = _whole(link.get("seed"), lambda number: 0 <= number <= LARGEST_SEED, scenarios[state.scenario].seed)
    state.unknown_names = unknown
    return unknown


def _whole(text: str | None, is_legal: Callable[[int], bool], default: int) -> int:
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 20 else default
    return number if is_legal(number) else default


def _scenario_title(scenario: Scenario, language: str) -> str:
    return (language == "zh" and scenario.title_zh) or scenario.title or scenario.name
