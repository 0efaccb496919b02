"""Every rule of a policy that is not among the main ones: one part at a time, fields for keys and tables for rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from app_pages.fields import draw_field
from policies import Policy, PolicyError, edit
from policies.document import Path
from texts import t
from texts.forms import Field
from texts.parts import (
    Column,
    RowTable,
    field_changes,
    first_values,
    has_table,
    is_main,
    is_optional,
    lists_in,
    part_fields,
    part_of,
    parts,
    row_changes,
    row_table,
    table_title,
    tables_in,
)


@dataclass
class Form:
    """What all parts of the form share."""

    start: Policy
    now: Policy
    """With all changes of the last drawing that could be used."""
    elsewhere: set[str]
    """Dotted paths that the rest of the editor shows."""
    places: dict[str, Any]
    """Where problems of a path are told; filled here."""
    language: str
    round: str

    def key(self, name: str) -> str:
        """A key of this visit to a part: the next visit begins with what this one left."""
        return f"all_{self.round}_{st.session_state.get(f'visits_{self.round}', 0)}_{self.language}_{name}"

    def first(self, name: str, value: Any) -> Any:
        """What a control shows first, decided once a visit: one whose first value changes forgets what was typed."""
        return st.session_state.setdefault(self.key(f"first_{name}"), value)


def edit_all_rules(form: Form, linked: dict[str, Any]) -> dict[str, Any]:
    """Draw the chosen part; returns the changes of all parts, drawn or not: dotted path -> value of a file.

    Args:
        form: what is edited.
        linked: the changes that the link holds, which are there before anything is drawn.
    """
    state, language = st.session_state, form.language
    mine = {path: value for path, value in linked.items() if not is_main(path, form.elsewhere)}
    kept = state.setdefault(f"kept_{form.round}", mine)
    st.markdown(f"**{t('editor.parts', language)}**")
    titles = parts(language)
    part = st.selectbox(
        t("editor.part", language),
        list(titles),
        index=None,
        format_func=titles.get,
        key=f"part_{form.round}",
        placeholder=t("editor.part_placeholder", language),
        on_change=_begin_visit,
        args=(form.round,),
    )
    if part:
        rest = {path: value for path, value in kept.items() if part_of(path) != part}
        state[f"kept_{form.round}"] = kept = rest | _draw_part(form, part)
    return kept


def _begin_visit(round_: str) -> None:
    """Another part was chosen."""
    key = f"visits_{round_}"
    st.session_state[key] = st.session_state.get(key, 0) + 1


def _draw_part(form: Form, part: str) -> dict[str, Any]:
    """The tables and lists of one part; returns what they change."""
    changes: dict[str, Any] = {}
    base = form.start
    for path in tables_in(part):
        if not has_table(base, path[:-1]):
            title = table_title(path[:-1], form.language)
            st.caption(t("editor.without", form.language, table=title))
            continue
        added = _table_switch(form, path)
        changes |= added
        base = _edited(base, added)
        if has_table(base, path):
            changes |= _draw_fields(form, base, path)
    for path in lists_in(part):
        if has_table(base, path[:-1]):
            changes |= _draw_rows(form, base, path)
    return changes


def _table_switch(form: Form, path: Path) -> dict[str, Any]:
    """Whether an optional table is there; returns the change that adds or removes it."""
    if not is_optional(path):
        return {}
    dotted = ".".join(path)
    title = t("editor.has_table", form.language, table=table_title(path, form.language))
    wanted = st.toggle(title, form.first(dotted, has_table(form.now, path)), key=form.key(dotted))
    form.places[dotted] = st.container()
    if wanted == has_table(form.start, path):
        return {}
    return {dotted: first_values(form.start, path) if wanted else None}


def _edited(policy: Policy, changes: dict[str, Any]) -> Policy:
    """The policy with a table more or less; as it is where that alone is not legal, which is told with the rest."""
    try:
        return edit(policy, changes) if changes else policy
    except PolicyError:
        return policy


def _draw_fields(form: Form, base: Policy, path: Path) -> dict[str, Any]:
    """A field for every key of a table; returns what differs from ``base``."""
    seen = form.now if has_table(form.now, path) else base
    fields = part_fields(seen, path, form.language, form.elsewhere)
    shown: dict[str, Any] = {}
    for begin in range(0, len(fields), 2):
        for column, field in zip(st.columns(2), fields[begin : begin + 2], strict=False):
            with column:
                shown[field.path] = _draw_first(form, field)
                form.places[field.path] = st.container()
    return field_changes(base, fields, shown)


def _draw_first(form: Form, field: Field) -> Any:
    return draw_field(replace(field, value=form.first(field.path, field.value)), form.language, form.key(field.path))


def _draw_rows(form: Form, base: Policy, path: Path) -> dict[str, Any]:
    """A list as a table whose rows can be changed, added and removed; returns what differs from ``base``."""
    seen = form.now if has_table(form.now, path[:-1]) else base
    dotted = ".".join(path)
    table = form.first(f"table_{dotted}", row_table(seen, path, form.language))
    st.markdown(f"**{table.title}**")
    edited = st.data_editor(
        _frame(table),
        key=form.key(dotted),
        hide_index=True,
        num_rows="dynamic" if table.grows else "fixed",
        column_config={column.key: _column(column) for column in table.columns},
        alt=table.title,
    )
    form.places[dotted] = st.container()
    if table.grows:
        st.caption(t("editor.table_help", form.language))
    rows = [(int(index), _plain(row)) for index, row in edited.iterrows()]
    return row_changes(base, table, rows, form.language)


def _frame(table: RowTable) -> pd.DataFrame:
    frame = pd.DataFrame(list(table.rows), columns=[column.key for column in table.columns])
    return frame.astype({column.key: "boolean" if column.flag else "string" for column in table.columns})


def _column(column: Column) -> Any:
    if column.flag:
        return st.column_config.CheckboxColumn(column.title, help=column.help)
    if column.options:
        return st.column_config.SelectboxColumn(column.title, help=column.help, options=list(column.options))
    return st.column_config.TextColumn(column.title, help=column.help)


def _plain(row: pd.Series) -> dict[str, Any]:
    return {str(key): None if pd.isna(cell) else cell for key, cell in row.items()}
