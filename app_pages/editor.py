"""Try other rules: the tier table, the main rates and all other rules of one policy, edited in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from app_pages.all_rules import Form, edit_all_rules
from app_pages.fields import draw_field
from app_pages.settings import Settings, linked_edit, shipped_policies
from policies import Policy, PolicyError, Problem, edit, policy_toml
from texts import t
from texts.forms import (
    LEVEL_KEYS,
    MODE_PATH,
    Field,
    file_value,
    is_changed,
    level_fields,
    problem_path,
    problem_text,
    rate_fields,
    with_expiry,
)
from texts.names import level_names, policy_title
from texts.spelling import from_link

_COLUMNS = ("level", *LEVEL_KEYS)
_EXPIRY_PATHS = {"points.expiry.life", "points.expiry.dates"}
"""What the main rates show for one way of expiry or another."""


@dataclass(frozen=True)
class Edited:
    """What the editor says: the edited policy, None while nothing is edited, and the edit as the link holds it."""

    policy: Policy | None
    link: dict[str, Any] | None


def edit_policy(settings: Settings, language: str) -> Edited:
    """Draw the editor and return the edited policy; while the rules are wrong, the last one that was right."""
    st.caption(t("editor.intro", language))
    start = _choose_start(settings, language)
    opened = _opened(start, language)
    if len(start.dates) > 1:
        st.caption(t("editor.dated", language))
    places: dict[str, Any] = {}
    changes = _tier_table(start, opened, places, language)
    changes |= _rates(start, opened, places, language)
    changes |= _all_rules(start, opened, places, language)
    policy = _checked(start, changes, places, language)
    _buttons(policy, language)
    return Edited(policy, {"from": start.name, "set": changes} if changes else None)


def _choose_start(settings: Settings, language: str) -> Policy:
    policies = shipped_policies()
    if "edit_start" not in st.session_state:
        first = settings.candidates[0] if settings.candidates else settings.baseline
        linked = linked_edit().get("from")
        st.session_state.edit_start = linked if linked in policies else first.name
    name = st.selectbox(
        t("editor.start", language),
        list(policies),
        format_func=lambda each: policy_title(policies[each], language),
        key="edit_start",
    )
    return policies[name]


def _round() -> str:
    """Part of every field's key: another one makes the fields forget what was typed."""
    return f"{st.session_state.get('edit_round', 0)}_{st.session_state.edit_start}"


def _opened(start: Policy, language: str) -> Policy:
    """The policy as the fields first show it: with the edits of the link, if they are for this one and fit it.

    Decided once, since a field whose first value changes forgets what was typed.
    """
    key = f"opened_{_round()}"
    if key not in st.session_state:
        linked = linked_edit()
        try:
            fits = linked.get("from") == start.name and not st.session_state.get("edit_round")
            st.session_state[key] = edit(start, from_link(linked["set"])) if fits else start
        except PolicyError:
            st.session_state[key] = start
            st.warning(t("share.bad_edit", language))
    return st.session_state[key]


def _tier_table(start: Policy, opened: Policy, places: dict[str, Any], language: str) -> dict[str, Any]:
    """The tiers as a table; returns the values that differ from the start, rows added and rows removed."""
    fields = level_fields(opened, language)
    if not fields:
        places["tiers"] = st.container()
        return {}
    st.markdown(f"**{t('editor.tiers', language)}**")
    table = st.data_editor(
        _tier_frame(opened, language),
        key=f"tiers_{_round()}",
        hide_index=True,
        num_rows="dynamic",
        column_config=_tier_columns(fields, language),
        alt=t("editor.tiers", language),
    )
    places["tiers"] = st.container()
    names = list(fields)
    changes: dict[str, Any] = {
        f"tiers.level.{name}": None
        for name in start.level_names
        if name not in {names[i] for i in table.index if i < len(names)}
    }
    for index, row in table.iterrows():
        name = names[index] if index < len(names) else str(row["level"] or "").strip()
        if name:
            changes |= _level_changes(start, opened, name, row, language)
    return changes


def _level_changes(start: Policy, opened: Policy, name: str, row: pd.Series, language: str) -> dict[str, Any]:
    """What one row of the tier table changes."""
    path = f"tiers.level.{name}"
    known = name in start.level_names
    changes: dict[str, Any] = {} if known else {f"{path}.name": name}
    title_key = "name_zh" if language == "zh" else "name"
    old_title = level_names(opened, language).get(name, name)
    if known and row["level"] and str(row["level"]).strip() != old_title:
        changes[f"{path}.{title_key}"] = str(row["level"]).strip()
    fields = level_fields(start, language).get(name, {})
    for key in LEVEL_KEYS:
        shown = row[key]
        if pd.isna(shown):
            continue
        if not known or is_changed(start, fields[key], shown):
            changes[f"{path}.{key}"] = file_value(start, f"{path}.{key}", shown)
    return changes


def _tier_frame(policy: Policy, language: str) -> pd.DataFrame:
    fields, names = level_fields(policy, language), level_names(policy, language)
    rows = [[names[name], *(float(field.value) for field in row.values())] for name, row in fields.items()]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _tier_columns(fields: dict[str, dict[str, Field]], language: str) -> dict[str, Any]:
    """Titles, help and ranges as the parameters declare them."""
    first = next(iter(fields.values()))
    columns: dict[str, Any] = {
        "level": st.column_config.TextColumn(t("table.tier", language), required=True, max_chars=40, width=70)
    }
    for key, field in first.items():
        columns[key] = st.column_config.NumberColumn(
            t(f"editor.column.{key}", language),
            help=f"{field.title}: {field.help}",
            min_value=field.smallest,
            max_value=field.largest,
            step=10**-field.decimals,
            format="localized" if not field.decimals else f"%.{field.decimals}f",
            width=64,
        )
    return columns


def _rates(start: Policy, opened: Policy, places: dict[str, Any], language: str) -> dict[str, Any]:
    """The main rates as fields; returns the values that differ from the start."""
    fields = rate_fields(opened, language)
    if not fields:
        st.caption(t("editor.no_points", language))
        return {}
    st.markdown(f"**{t('editor.rates', language)}**")
    changes: dict[str, Any] = {}
    mode = next((field for field in fields if field.path == MODE_PATH), None)
    if mode:
        chosen = _draw(mode, language)
        places[mode.path] = st.container()
        if chosen != mode.value:
            opened = edit(opened, with_expiry(opened, chosen))
            fields = rate_fields(opened, language)
        if is_changed(start, mode, chosen):
            changes |= with_expiry(start, chosen)
    rest = [field for field in fields if field.path != MODE_PATH]
    for first in range(0, len(rest), 2):
        for column, field in zip(st.columns(2), rest[first : first + 2], strict=False):
            with column:
                shown = _draw(field, language)
                places[field.path] = st.container()
            if is_changed(start, field, shown):
                changes[field.path] = file_value(start, field.path, shown)
    return changes


def _all_rules(start: Policy, opened: Policy, places: dict[str, Any], language: str) -> dict[str, Any]:
    """What neither the table nor the main rates hold; returns the values that differ from the start."""
    now = st.session_state.get(_right(), opened)
    elsewhere = {field.path for field in rate_fields(opened, language)}
    elsewhere |= _EXPIRY_PATHS if MODE_PATH in elsewhere else set()
    linked = linked_edit().get("set", {}) if opened is not start else {}
    form = Form(start, now, elsewhere, places, language, _round())
    return edit_all_rules(form, from_link(linked))


def _right() -> str:
    """Where the last policy without problems is kept."""
    return f"right_{_round()}"


def _draw(field: Field, language: str) -> Any:
    """One field; returns what it shows."""
    return draw_field(field, language, f"field_{_round()}_{field.path}")


def _checked(start: Policy, changes: dict[str, Any], places: dict[str, Any], language: str) -> Policy | None:
    """The edited policy; problems are told at their fields, and the last policy without any stays."""
    key = _right()
    if not changes:
        st.session_state.pop(key, None)
        return None
    try:
        st.session_state[key] = edit(start, changes)
    except PolicyError as error:
        for problem in error.problems:
            _tell(start, problem, places, language)
        st.warning(t("editor.errors", language))
    return st.session_state.get(key)


def _tell(start: Policy, problem: Problem, places: dict[str, Any], language: str) -> None:
    path = problem_path(problem, places)
    place = places[path] if path else st.container()
    place.error(problem_text(start, problem, language))


def _buttons(policy: Policy | None, language: str) -> None:
    with st.container(horizontal=True):
        st.download_button(
            t("editor.download", language),
            policy_toml(policy) if policy else "",
            file_name=f"{policy.name}.toml" if policy else None,
            mime="application/toml",
            disabled=policy is None,
            on_click="ignore",
        )
        st.button(t("editor.reset", language), disabled=policy is None, on_click=_reset)


def _reset() -> None:
    """Forget all edits: the fields get new keys."""
    st.session_state.edit_round = st.session_state.get("edit_round", 0) + 1
