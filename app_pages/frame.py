"""What every screen shares: the bar with the language switch, the colours of the mode, the drawing of a picture."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from charts.picture import Picture
from texts import LANGUAGES, language_of, t

_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 4rem 2.5rem 3rem; max-width: 1280px; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding: 4rem 1rem 3rem; } }
.st-key-status { min-height: 3.9rem; }
.st-key-headline p { font-size: 1.18rem; line-height: 1.5; }
.st-key-headline p + p { font-size: 1rem; }
</style>
"""


def style() -> None:
    """The few rules that Streamlit's theme has no setting for."""
    st.html(_STYLE)


def choose_language() -> str:
    """The bar on top with the switch; returns its language, which at first is the link's or else the browser's."""
    if "lang" not in st.session_state:
        asked = st.query_params.get("lang")
        st.session_state.lang = asked if asked in LANGUAGES else language_of(st.context.locale)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        name = st.empty()
        language = st.segmented_control(
            "Language · 语言",
            list(LANGUAGES),
            format_func=LANGUAGES.get,
            key="lang",
            required=True,
            label_visibility="collapsed",
        )
    name.markdown(f"**{t('app.title', language)}** &nbsp; :gray[{t('app.tagline', language)}]", width="content")
    return language


def is_dark() -> bool:
    """Whether the reader looks at the dark theme."""
    return st.context.theme.type == "dark"


def picture(key: tuple[Hashable, ...], build: Callable[[], Picture], titled: bool = True) -> None:
    """Draw a picture, its words in the page's own type; ``key`` says what it depends on, so that it is built once."""
    finding, method, description, spec = _spec(key, build)
    if titled:
        st.markdown(f"**{plain(finding)}**")
        st.caption(plain(method))
    st.vega_lite_chart(spec=spec, theme=None, width="stretch", alt=description)


@st.cache_data(max_entries=300, show_spinner=False)
def _spec(key: tuple[Hashable, ...], _build: Callable[[], Picture]) -> tuple[str, str, str, dict[str, Any]]:
    made = _build()
    return made.finding, made.method, made.description, made.spec()


def plain(text: str) -> str:
    """Text that Markdown shows as it stands: policies are named by people."""
    for mark in "\\`*_[]$~:<>#":
        text = text.replace(mark, f"\\{mark}")
    return text
