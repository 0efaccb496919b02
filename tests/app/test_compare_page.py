"""The Compare screen without a browser: what it says, how it reacts to choices, edits and links."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from charts.data_tables import FILES
from charts.theme import LIGHT
from policies import load_policy
from texts import t

APP = Path(__file__).parents[2] / "app.py"
SMALL = {"lang": "en", "scenario": "lessons", "baseline": "baseline", "candidates": "soft_landing", "seed": "7"}


def opened(**link: str) -> AppTest:
    """The app as a link opens it, after its first answer."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    for key, value in (SMALL | link).items():
        app.query_params[key] = value
    return settled(app.run())


def settled(app: AppTest) -> AppTest:
    """The app once its background run has ended: a person would look again."""
    for _ in range(40):
        assert not app.exception, app.exception
        if any("conservation" in each.value or "守恒定律" in each.value for each in app.caption):
            return app
        app.run()
    raise AssertionError([each.value for each in (*app.caption, *app.error, *app.warning)])


def linked(app: AppTest, key: str) -> str:
    """A value of the address of the page."""
    value = app.query_params[key]
    return value if isinstance(value, str) else value[0]


def words(app: AppTest) -> str:
    """All that the screen says: texts, labels, help, options."""
    found = [
        each.value
        for kind in ("markdown", "caption", "warning", "error", "info", "subheader")
        for each in app.get(kind)
    ]
    for kind in (
        "selectbox",
        "multiselect",
        "number_input",
        "slider",
        "toggle",
        "button",
        "download_button",
        "button_group",
    ):
        for each in app.get(kind):
            found += [each.proto.label, each.proto.help, *map(str, getattr(each, "options", []))]
    return "\n".join(found)


def choose(app: AppTest, key: str, value: object) -> AppTest:
    """Set a control by its key."""
    control = next(
        each
        for kind in ("selectbox", "multiselect", "button_group", "number_input")
        for each in app.get(kind)
        if each.key == key
    )
    return control.set_value(value).run()


@pytest.fixture(scope="module")
def app() -> AppTest:
    """The screen in English, only to be read."""
    return opened()


def test_the_answer_stands_on_the_screen(app):
    text = words(app)
    assert "under the stated assumptions" in text
    assert "intervals in brackets" not in text  # the members of the lessons are no sample
    assert "the rules alone" in text
    assert re.search(r"All \d+ conservation laws hold", text)
    assert "what differs from Four tiers, twelve-month points" in text


def test_the_charts_use_the_house_colours_and_have_words_for_those_who_cannot_see(app):
    charts = app.get("vega_lite_chart")
    assert len(charts) == 3
    for chart in charts:
        assert chart.proto.alt
    paired = json.loads(charts[0].proto.spec)
    assert set(paired["layer"][1]["encoding"]["color"]["scale"]["range"]) <= set(LIGHT.verdicts.values())


@pytest.mark.parametrize(("view", "charts"), [("retention", 3), ("tiers", 3), ("table", 1)])
def test_only_the_chosen_view_is_drawn(view, charts):
    app = choose(opened(), "view", view)
    assert not app.exception
    assert len(app.get("vega_lite_chart")) == charts
    assert len(app.dataframe) == (2 if view == "table" else 1)  # the tier table is one


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_table_can_be_looked_at_and_taken_along(language):
    app = choose(opened(lang=language, candidates="warehouse_club"), "view", "table")
    for name in FILES:
        app = choose(app, "table", name)
        assert not app.exception
        assert t(f"compare.table_{name}", language) in words(app)
        table = app.dataframe[-1].value
        assert len(table) > 0
    labels = [each.proto.label for each in app.get("download_button")]
    assert {t(f"compare.{key}", language) for key in ("csv_table", "csv_differences", "csv_monthly", "json")} <= {
        *labels
    }
    # What one has chosen stays when the candidate changes.
    app = choose(app, "candidates", ["soft_landing"])
    assert not app.exception


def test_what_must_be_known_stands_below_the_answer(monkeypatch):
    monkeypatch.setattr("app_pages.views.comparison_notes", lambda comparison, language: ["This *is* too much."])
    assert any(r"This \*is\* too much." in each.value for each in opened().caption)


def test_the_language_switch_leaves_no_english_word():
    app = settled(choose(opened(candidates="warehouse_club"), "lang", "zh"))
    text = words(app)
    assert "基于所述假设" in text
    for known in ("Tierlab", "CDNOW", "English", "Language", "CSV", "TOML", "nbsp", "gray", "green"):
        text = text.replace(known, "")
    assert re.findall(r"[A-Za-z]{2,}", text) == []


def test_the_browsers_language_decides_first():
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.query_params["lang"] = "zh"
    app.query_params["scenario"] = "lessons"
    app.run()
    assert linked(app, "lang") == "zh"
    assert t("compare.settings", "zh") in words(app)


def test_several_candidates_can_be_switched():
    app = settled(choose(opened(), "candidates", ["soft_landing", "instant_small_burn"]))
    assert "Across all policies shown" in words(app)
    before = words(app)
    after = words(choose(app, "focus", "soft_landing"))
    assert before != after
    assert app.query_params["candidates"] == ["soft_landing", "instant_small_burn"]


def test_without_candidates_the_screen_says_what_to_do():
    app = choose(opened(), "candidates", [])
    assert [each.value for each in app.info] == [t("compare.no_candidates", "en")]


def test_unknown_names_in_a_link_are_told():
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.query_params["candidates"] = "no_such_policy"
    app.query_params["scenario"] = "nowhere"
    app.query_params["members"] = "2000"
    app.run()
    warnings = [each.value for each in app.warning]
    assert any("no_such_policy" in each and "nowhere" in each for each in warnings)


def edit_tier(app: AppTest, row: int, **values: float) -> AppTest:
    app.session_state["tiers_0_soft_landing"] = {
        "edited_rows": {str(row): values},
        "added_rows": [],
        "deleted_rows": [],
    }
    return app.run()


def test_an_edited_tier_becomes_a_candidate_and_goes_into_the_link():
    app = settled(edit_tier(opened(), 1, enter=1500))
    text = words(app)
    assert "Four tiers, soft landing (edited)" in text
    assert "1,500 growth" in text
    edit = json.loads(linked(app, "edit"))
    assert edit == {"from": "soft_landing", "set": {"tiers.level.silver.enter": 1500}}
    again = opened(edit=json.dumps(edit))
    assert "Four tiers, soft landing (edited)" in words(again)
    assert json.loads(linked(again, "edit")) == edit


def test_a_bad_edit_is_told_at_the_table_and_the_comparison_stays():
    app = edit_tier(settled(edit_tier(opened(), 1, enter=1500)), 1, enter=6000)
    assert not app.exception
    assert any("must be more than silver's 6,000" in each.value for each in app.error)
    assert t("editor.errors", "en") in [each.value for each in app.warning]
    assert "1,500 growth" in words(app)


def test_an_edit_can_be_undone():
    app = settled(edit_tier(opened(), 1, enter=1500))
    next(each for each in app.button if each.label == t("editor.reset", "en")).click().run()
    assert "(edited)" not in words(settled(app))
    assert "edit" not in app.query_params


def test_another_expiry_brings_its_own_fields():
    app = opened()
    key = "field_0_soft_landing_points.expiry.mode"
    app = settled(choose(app, key, "fixed_dates"))
    assert [each.value for each in app.text_input] == ["12-31"]
    assert "all together on fixed dates" in words(app)


def test_a_tier_can_be_added_and_removed():
    app = opened()
    app.session_state["tiers_0_soft_landing"] = {
        "edited_rows": {},
        "added_rows": [{"level": "black", "enter": 50_000, "keep": 50_000, "multiplier": 3, "discount": 8}],
        "deleted_rows": [1],
    }
    app = settled(app.run())
    changes = json.loads(linked(app, "edit"))["set"]
    assert changes["tiers.level.silver"] is None
    assert changes["tiers.level.black.discount"] == 0.08
    assert "Tier · Black" in words(app)


def test_links_hold_only_edits_that_fit():
    bad = {"from": "soft_landing", "set": {"tiers.level.silver.enter": 99_000}}
    app = opened(edit=json.dumps(bad))
    assert t("share.bad_edit", "en") in [each.value for each in app.warning]
    assert load_policy("soft_landing").title in words(app)
    assert not opened(edit="{not json").exception
