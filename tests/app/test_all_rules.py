"""The form of all rules: it opens for every policy, speaks the reader's language, and what it changes is legal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from policies import catalogue, edit, load_policy
from policies.parameters import PARAMETERS, ROOT
from policies.sheet import is_read
from tests.test_messages import english_in
from texts.forms import rate_fields
from texts.parts import (
    field_changes,
    first_values,
    has_table,
    lists_in,
    part_fields,
    part_of,
    parts,
    row_changes,
    row_table,
    tables_in,
)
from texts.spelling import from_link, linkable, shown_value, typed_value

NAMES = sorted(catalogue())
QUICK = ("giant_ecommerce", "no_program", "vertical_expert")
"""With nearly every key between them; the other policies are opened in the slow suite."""


def page(language: str, name: str) -> None:
    """The editor alone, without a simulation beside it."""
    import streamlit as st

    from app_pages.editor import edit_policy
    from app_pages.settings import Settings, write_link
    from policies import load_policy as load
    from sim.scenario import load_scenario

    if "lang" not in st.session_state:
        st.session_state.update(
            lang=language, scenario="lessons", baseline=name, candidates=[name], members=2000, seed=7, edit_start=name
        )
    policy = load(name)
    edited = edit_policy(Settings(load_scenario("lessons"), policy, (policy,), 2000, 7), language)
    write_link(edited.link)
    st.session_state.edited = edited


def opened(name: str, language: str = "en", link: dict | None = None) -> AppTest:
    app = AppTest.from_function(page, args=(language, name), default_timeout=60)
    if link:
        app.query_params["edit"] = json.dumps(link)
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


def choose_part(app: AppTest, part: str) -> AppTest:
    """Choose a part of the rules; its title is not known here, its place is."""
    box = next(each for each in app.selectbox if each.key and each.key.startswith("part_"))
    box.set_value(part)
    return run(app)


def key_of(app: AppTest, table: str) -> str:
    """The key of a table of rows, which has no control to be found by."""
    name = app.session_state["edit_start"]
    visits = app.session_state[f"visits_0_{name}"]
    return f"all_0_{name}_{visits}_{app.session_state['lang']}_{table}"


def control(app: AppTest, kind: str, ending: str):
    return next(each for each in app.get(kind) if each.key and each.key.endswith(f"_{ending}"))


def edited(app: AppTest):
    return app.session_state["edited"].policy


def complaints(app: AppTest) -> list[str]:
    return [each.value for each in app.error]


# --- without a screen --------------------------------------------------------------------------------------------


def test_every_key_has_its_place() -> None:
    """In a part, in the tier table or among the main rates."""
    told = {f"{'.'.join(path)}.{key}" for part in parts("en") for path in tables_in(part) for key in keys_of(path)}
    told |= {f"{'.'.join(path)}.{key}" for part in parts("en") for path in lists_in(part) for key in keys_of(path)}
    missing = {path for path in PARAMETERS if "." in path and path not in told}
    assert missing == {path for path in PARAMETERS if path.startswith("tiers.level.benefits.")}, "typed within a row"


def keys_of(path: Iterable[str]) -> list[str]:
    section = ROOT
    for key in path:
        section = section.sections[key]
    return list(section.parameters)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_means_what_the_policy_says(name: str, language: str) -> None:
    policy = load_policy(name)
    for part in parts(language):
        for path in tables_in(part):
            if has_table(policy, path):
                fields = part_fields(policy, path, language, set())
                assert field_changes(policy, fields, {each.path: each.value for each in fields}) == {}
        for path in lists_in(part):
            table = row_table(policy, path, language)
            assert row_changes(policy, table, list(enumerate(table.rows)), language) == {}


@pytest.mark.parametrize("name", NAMES)
def test_a_list_that_is_written_anew_means_the_same(name: str) -> None:
    """All rows typed into an empty table, one after the other."""
    policy = load_policy(name)
    for path in (path for part in parts("en") for path in lists_in(part)):
        table = row_table(policy, path, "en")
        dated = {leaf for leaf, each in policy.document.leaves.items() if len(each.entries) > 1}
        if not table.rows or path == ("tiers", "level") or any(each[: len(path)] == path for each in dated):
            continue
        dotted = ".".join(path)
        if table.columns[0].key in ("name", "code") and path[-1] not in ("prizes",):
            empty = edit(load_policy("no_program"), {"points": {"value": "0.01"}})
        else:
            empty = policy
        rows = [(len(table.rows) + index, row) for index, row in enumerate(table.rows)]
        changes = row_changes(empty, table, rows, "en")
        if empty is policy:
            assert edit(policy, changes).digest == policy.digest
        else:
            assert {key.split(".")[len(path)] for key in changes if key != dotted} == set(table.names)


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("gifts.join", "coupon:new， points:100", ["coupon:new", "points:100"]),
        ("points.earn.0.streak", "7 = 10, 30 = 50", {"7": 10, "30": 50}),
        ("points.earn.0.per_unit", "1.5", Decimal("1.5")),
        ("points.earn.0.limit", "3 per month", "3 per month"),
        ("points.rewards.bag.stock", "none", "none"),
        ("points.rewards.bag.points", "12x", "12x"),
        ("switch.from", "2028-01-01", date(2028, 1, 1)),
        ("switch.from", "soon", "soon"),
        ("coupons.ten.minimum_spend", " ", None),
    ],
)
def test_typed_text(path: str, text: str, value: object) -> None:
    assert typed_value(load_policy("baseline"), tuple(path.split(".")), text) == value


def test_shown_text() -> None:
    rows = [{"name": "own adviser", "cost_per_month": "3.00"}]
    assert shown_value(rows) == '{ name = "own adviser", cost_per_month = "3.00" }'
    assert shown_value({"7": 10}) == "7 = 10"
    assert shown_value(date(2028, 1, 1)) == "2028-01-01"


def test_dates_survive_a_link() -> None:
    changes = {"switch.from": date(2028, 1, 1), "campaigns": [], "gifts.join": ["points:5"]}
    linked = json.loads(json.dumps(changes, default=linkable))
    assert from_link(linked) == changes
    assert from_link(json.loads(json.dumps({"switch": {"from": date(2028, 1, 1)}}, default=linkable))) == {
        "switch": {"from": date(2028, 1, 1)}
    }


@pytest.mark.parametrize("name", ["no_program", "warehouse_club", "stamp_card", "baseline"])
def test_an_added_table_can_be_used_at_once(name: str) -> None:
    policy = load_policy(name)
    for path in (path for part in parts("en") for path in tables_in(part)):
        if has_table(policy, path[:-1]) and not has_table(policy, path):
            richer = edit(policy, {".".join(path): first_values(policy, path)})
            assert has_table(richer, path)
            assert edit(richer, {".".join(path): None}).digest == policy.digest


# --- on the screen -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [each if each in QUICK else pytest.param(each, marks=pytest.mark.slow) for each in NAMES]
)
def test_every_part_of_every_policy_opens_in_chinese(name: str) -> None:
    policy = load_policy(name)
    app = opened(name, "zh")
    for part in parts("zh"):
        choose_part(app, part)
        assert complaints(app) == []
        assert edited(app) is None, f"{part}: looking changes nothing"
        controls = [each for kind in KINDS for each in app.get(kind)]
        labels = [word for each in controls for word in (each.proto.label, *getattr(each, "options", ()))]
        texts = [each.value for kind in ("markdown", "caption", "subheader") for each in app.get(kind)]
        said = "\n".join([*labels, *texts])
        for known in ("TOML", "CDNOW", *policy.plan_names, *policy.level_names):
            said = said.replace(known, "")
        assert re.findall(r"[A-Za-z]{2,}", said) == [], part
        assert [word for each in controls for word in english_in(each.proto.help.partition("可写：")[0])] == [], (
            "keys are no English words"
        )


KINDS = ("selectbox", "number_input", "slider", "toggle", "text_input", "button", "download_button", "button_group")


def test_fields_of_a_part_change_the_policy() -> None:
    app = choose_part(opened("baseline"), "refunds")
    control(app, "text_input", "refunds.within").set_value("14 days")
    run(app)
    assert edited(app).versions[0].refunds.within == 14
    choose_part(app, "sharing")
    control(app, "toggle", "sharing.transfer").set_value(True)
    run(app)
    run(app)  # what can be shared is read now
    control(app, "text_input", "sharing.limit").set_value("2 per month")
    run(app)
    assert edited(app).versions[0].sharing.limit.count == 2
    assert edited(app).versions[0].refunds.within == 14, "another part is kept"
    choose_part(app, "refunds")
    assert control(app, "text_input", "refunds.within").value == "14 days"
    link = app.query_params["edit"]
    changes = json.loads(link if isinstance(link, str) else link[0])
    assert changes["set"] == {"refunds.within": "14 days", "sharing.transfer": True, "sharing.limit": "2 per month"}
    again = opened("baseline", link=changes)
    assert edited(again).digest == edited(app).digest


def test_tables_of_a_part_change_the_policy() -> None:
    app = choose_part(opened("stored_value_retail"), "coupons")
    row = {"code": "new", "off": "5.00", "minimum_spend": "30.00", "valid": "10 days", "stacks": True}
    app.session_state[key_of(app, "coupons")] = {
        "edited_rows": {"0": {"off": "25.00"}},
        "added_rows": [row],
        "deleted_rows": [],
    }
    run(app)
    assert [each.code for each in edited(app).versions[0].coupons] == ["come_back", "new"]
    assert [each.off for each in edited(app).versions[0].coupons] == [2500, 500]
    choose_part(app, "gifts")
    control(app, "text_input", "gifts.join").set_value("coupon:new, points:50")
    run(app)
    assert len(edited(app).versions[0].gifts.join) == 2
    choose_part(app, "stored_value")
    app.session_state[key_of(app, "stored_value.offers")] = {"edited_rows": {}, "added_rows": [], "deleted_rows": [0]}
    run(app)
    assert [each.pay for each in edited(app).versions[0].stored_value.offers] == [100_000, 300_000]


def test_a_table_can_be_added_and_its_problems_are_told_there() -> None:
    app = choose_part(opened("baseline"), "switch")
    control(app, "toggle", "switch").set_value(True)
    run(app)
    run(app)
    assert edited(app).switch_version == 1
    control(app, "text_input", "switch.from").set_value("2029-02-30")
    run(app)
    assert any("date" in each for each in complaints(app))
    control(app, "text_input", "switch.from").set_value("2029-03-01")
    run(app)
    assert complaints(app) == []
    assert edited(app).dates[1] == date(2029, 3, 1)


def test_what_a_part_needs_is_told() -> None:
    app = choose_part(opened("warehouse_club"), "points.cash")
    assert "This needs Points first." in [each.value for each in app.caption]


def test_parts_leave_out_what_the_main_rates_hold() -> None:
    policy = load_policy("baseline")
    elsewhere = {each.path for each in rate_fields(policy, "en")}
    shown = {each.path for path in tables_in("points") for each in part_fields(policy, path, "en", elsewhere)}
    assert "points.negative" in shown and "points.value" not in shown
    assert part_of("points.expiry.life") == "points.expiry" and part_of("points.value") == "points"
    assert not is_read(policy, 0, ("sharing", "limit"), PARAMETERS["sharing.limit"].read_when)
