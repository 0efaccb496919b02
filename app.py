"""The frame of the app: page settings, language, navigation. Every screen is in app_pages."""

from __future__ import annotations

import streamlit as st

from app_pages import compare
from app_pages.frame import choose_language, style
from texts import t

st.set_page_config(page_title=t("app.title", "en"), page_icon="📊", layout="wide")
style()
language = choose_language()
pages = [st.Page(compare.show, title=t("app.compare", language), url_path="compare", default=True)]
st.navigation(pages, position="hidden" if len(pages) == 1 else "top").run()
