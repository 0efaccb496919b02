"""One field of a form."""

from __future__ import annotations

from typing import Any

import streamlit as st

from texts import t
from texts.forms import Field


def draw_field(field: Field, language: str, key: str) -> Any:
    """Draw a field; returns what it shows."""
    if field.widget == "toggle":
        return st.toggle(field.title, field.value, key=key, help=field.help)
    if field.widget == "select":
        words = dict(field.options)
        spellings = list(words)
        return st.selectbox(
            field.title, spellings, spellings.index(field.value), format_func=words.get, key=key, help=field.help
        )
    if field.widget == "period":
        return _draw_period(field, key, language)
    if field.widget == "text":
        return st.text_input(field.title, field.value, key=key, help=field.help)
    if field.widget == "slider":
        return st.slider(
            field.title, field.smallest, field.largest, field.value, field.step, format="%g%%", key=key, help=field.help
        )
    kind = float if isinstance(field.value, float) or field.value is None else int
    return st.number_input(
        field.title,
        kind(field.smallest),
        kind(field.largest),
        field.value,
        kind(field.step),
        format=f"%.{field.decimals}f" if kind is float else "%d",
        key=key,
        help=field.help,
        placeholder=t("editor.unlimited", language) if field.optional else None,
    )


def _draw_period(field: Field, key: str, language: str) -> tuple[int, str]:
    """A length of time: a number and, where there is a choice, its unit."""
    length, unit = field.value
    words = dict(field.options)
    title = field.title if len(words) > 1 else field.title + t("editor.unit", language, unit=words[unit])
    number = st.number_input(title, int(field.smallest), int(field.largest), length, 1, key=key, help=field.help)
    if len(words) > 1:
        unit = st.segmented_control(
            t("editor.life_unit", language),
            list(words),
            default=unit,
            format_func=words.get,
            key=f"{key}_unit",
            required=True,
            label_visibility="collapsed",
        )
    return number, unit
