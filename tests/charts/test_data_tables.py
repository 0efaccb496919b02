"""Every table of the Data view, in both languages, from comparisons that have really been made."""

from __future__ import annotations

import re
from datetime import date
from io import StringIO

import pandas as pd
import pytest

from charts.data_tables import FILES, data_table, table_csv, tables_of
from policies import load_policy
from sim.compare import compare
from sim.figures.results import RESPONSES, Comparison
from sim.scenario import Scenario, load_scenario

POLICIES = [load_policy(name) for name in ("baseline", "warehouse_club")]


@pytest.fixture(scope="module")
def drawn() -> Comparison:
    scenario = load_scenario("beauty_mall")
    horizon = scenario.content.horizon.model_copy(update={"through": date(2027, 6, 30)})
    short = Scenario(scenario.name, scenario.content.model_copy(update={"horizon": horizon}))
    return compare(short, POLICIES[0], POLICIES[1:], members=30)


@pytest.fixture(scope="module")
def lessons() -> Comparison:
    return compare(load_scenario("lessons"), POLICIES[0], POLICIES[1:])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", FILES)
def test_every_table_is_written_for_a_reader(name: str, language: str, drawn: Comparison, lessons: Comparison) -> None:
    for comparison in (drawn, lessons):
        for response in RESPONSES:
            table = data_table(comparison, name, "warehouse_club", language, response)
            texts = [*table.columns, *table.to_numpy().ravel()]
            assert all(isinstance(each, str) and each for each in texts)
            assert not any("nan" in each or "table." in each for each in texts)
            assert len(set(table.columns)) == len(table.columns)
            if language == "zh" and name != "funnel":  # channels are called as the scenario calls them
                shown = re.sub("CDNOW|baseline|warehouse_club", "", " ".join(texts))
                assert re.findall("[A-Za-z]{2,}", shown) == []
        assert len(pd.read_csv(StringIO(table_csv(comparison, name, "behavioural")))) > 0


def test_without_a_reference_there_is_no_return(lessons: Comparison) -> None:
    assert tables_of(lessons) == list(FILES)
    alone = compare(load_scenario("lessons"), POLICIES[0], POLICIES[1:], reference=False)
    assert tables_of(alone) == [name for name in FILES if name not in ("return", "program_orders")]


def test_policies_stand_side_by_side(drawn: Comparison) -> None:
    table = data_table(drawn, "survival", "warehouse_club", "en", "behavioural")
    assert table.columns.tolist()[1:] == ["Four tiers, twelve-month points", "Warehouse club"]
    assert table.iloc[:, 0].tolist() == ["0", "1", "3"]
    assert re.fullmatch(r"[\d.]+\u202f% \[[\d.]+,\u00a0[\d.]+\]", table.iloc[1, 1])
    rows = drawn.table("points").query("policy == 'baseline'").set_index("fate")
    points = data_table(drawn, "points", "warehouse_club", "en", "behavioural").set_index("What became of points")
    assert points.loc["Outstanding"].iloc[0].startswith(f"{rows.loc['outstanding', 'points']:,} (")
    assert points.loc["Outstanding"].iloc[1] == "0 (—)"
