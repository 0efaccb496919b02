"""The charts: what they say, the colours of verdicts, and that they can be drawn without any network."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
import vl_convert

from charts.cost import cost_by_month, cost_table, cost_waterfall, waterfall_table
from charts.lines import spread
from charts.paired import paired_chart, paired_table
from charts.picture import Picture
from charts.retention import retention_chart
from charts.tables import definitions, differences_csv, kpi_table, monthly_csv
from charts.theme import DARK, LIGHT, wrapped
from charts.tiers import tier_panels, tiers_chart
from sim.kpis import KPIS
from sim.results import Estimate


def pictures(comparison, language: str, dark: bool) -> dict[str, Picture]:
    name = comparison.candidates[0].name
    return {
        "paired": paired_chart(comparison, name, language, dark),
        "waterfall": cost_waterfall(comparison, name, language, dark),
        "cost by month": cost_by_month(comparison, language, dark),
        "active": retention_chart(comparison, "active", language, dark),
        "surviving": retention_chart(comparison, "surviving", language, dark),
        "tiers": tiers_chart(comparison, language, dark),
        "panel": tier_panels(comparison, language, dark)[0],
    }


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("dark", [False, True])
def test_every_picture_can_be_drawn_offline(several, language, dark):
    for name, picture in pictures(several, language, dark).items():
        svg = vl_convert.vegalite_to_svg(picture.chart().to_dict(), allowed_base_urls=[])
        assert "NaN" not in svg, name
        assert picture.finding and picture.method and picture.description, name


@pytest.mark.parametrize("dark", [False, True])
def test_no_picture_is_wider_than_asked(several, dark):
    for name, picture in pictures(several, "en", dark).items():
        svg = vl_convert.vegalite_to_svg(picture.chart(width=640).to_dict(), allowed_base_urls=[])
        width = float(svg.split('width="', 1)[1].split('"', 1)[0])
        assert width <= 641, name


def test_a_png_is_not_blank(comparison):
    from PIL import Image

    png = vl_convert.vegalite_to_png(
        paired_chart(comparison, "soft_landing", "zh").chart().to_dict(), allowed_base_urls=[]
    )
    colors = Image.open(io.BytesIO(png)).convert("RGB").getcolors(maxcolors=1_000_000)
    assert len(colors) > 50


@pytest.mark.parametrize("language", ["en", "zh"])
def test_specs_hold_few_rows_and_no_addresses(several, language):
    for name, picture in pictures(several, language, False).items():
        spec = picture.spec()
        assert sum(len(rows) for rows in spec["datasets"].values()) <= 1_100, name
        text = json.dumps({key: value for key, value in spec.items() if key != "$schema"})
        assert "http" not in text, name


@pytest.mark.parametrize(("dark", "colors"), [(False, LIGHT), (True, DARK)])
def test_verdicts_have_their_colours(comparison, dark, colors):
    spec = json.dumps(paired_chart(comparison, "soft_landing", "en", dark).spec())
    rows = paired_table(comparison, "soft_landing", "en")
    assert {"better", "worse", "unclear", "changed"} == set(rows["verdict"])
    for verdict in set(rows["verdict"]):
        assert colors.verdicts[verdict] in spec


def test_paired_rows_are_relative_to_the_baseline(comparison):
    rows = paired_table(comparison, "soft_landing", "en").set_index("kpi")
    assert len(rows) == len(KPIS)
    assert rows.loc["active", "change"] == pytest.approx(3.1)
    assert rows.loc["active", "values"] == "38.1 → 39.3\u202f%"
    assert rows.loc["active", "shown_mechanical"] == 0.0
    assert rows.loc["program_cost", "mechanical"] == pytest.approx(7.14)


def test_the_mechanical_rings_can_be_left_out(comparison):
    with_rings = paired_chart(comparison, "soft_landing", "en").spec()
    without = paired_chart(comparison, "soft_landing", "en", mechanical=False).spec()
    assert len(with_rings["layer"]) == len(without["layer"]) + 1


def changed(comparison, key, **changes):
    rows = tuple(
        replace(each, **changes) if each.kpi.key == key else each
        for each in comparison.differences["soft_landing", "behavioural"]
    )
    return replace(comparison, differences=comparison.differences | {("soft_landing", "behavioural"): rows})


def test_a_huge_change_becomes_an_arrow_with_its_figure(comparison):
    huge = changed(comparison, "liability", candidate=8_200.0, difference=Estimate(6_560.0, 6_500.0, 6_600.0))
    rows = paired_table(huge, "soft_landing", "en").set_index("kpi")
    assert rows.loc["liability", ["beyond", "mark"]].tolist() == [1, "triangle-right"]
    assert rows.loc["liability", "values"].endswith("(+400\u202f%)")
    assert rows.loc["liability", "shown"] < 50


def test_a_change_from_nothing_has_no_percentage(comparison):
    new = changed(comparison, "liability", baseline=0.0, candidate=900.0, difference=Estimate(900.0, 880.0, 920.0))
    rows = paired_table(new, "soft_landing", "en").set_index("kpi")
    assert rows.loc["liability", "mark"] == "triangle-right"
    assert "(" not in rows.loc["liability", "values"]


def test_titles_state_the_finding(several):
    assert (
        paired_chart(several, "warehouse_club", "en").finding
        == "Warehouse club keeps more members active and earns more"
    )
    assert "毛利无明确差异" in paired_chart(several, "soft_landing", "zh").finding
    assert "Warehouse club" in retention_chart(several, "active", "en").finding
    assert cost_waterfall(several, "year_end_wipe_cap50", "en").finding.endswith("saves 0.65\u00a0m\u00a0CNY")


def test_the_waterfall_adds_up(several):
    totals = cost_table(several).groupby("policy")["cost"].sum()
    for name in ("soft_landing", "year_end_wipe_cap50"):
        steps = waterfall_table(several, name)
        changes = steps.loc[steps["kind"] == "change", "amount"].sum()
        assert changes == pytest.approx(totals[name] - totals["baseline"])
        assert steps["end"].iloc[-1] in (pytest.approx(totals[name]), pytest.approx(changes))


def test_slight_changes_are_drawn_without_the_whole(make_comparison):
    slight = waterfall_table(make_comparison(1, factors=(0.1,)), "soft_landing")
    assert slight["step"].tolist() == ["discount_cents", "points_paid_cents", "difference"]


def test_tier_shares_are_stacked_from_the_lowest_colour(several):
    spec = tier_panels(several, "zh", dark=True)[1].spec()
    color = spec["encoding"]["color"]["scale"]
    assert color["domain"] == ["普通", "银卡", "金卡", "钻石卡"]
    assert color["range"] == list(DARK.tiers[:4])
    assert spec["mark"]["stroke"] == DARK.seam


def test_the_baseline_is_blue_wherever_it_is(several):
    spec = json.dumps(retention_chart(several, "active", "en").spec())
    assert f'"range": {json.dumps(list(LIGHT.policies[:4]))}' in spec


@pytest.mark.parametrize(
    ("tops", "heights", "expected"),
    [
        ([0, 10], [30, 30], [0, 30]),
        ([100, 100, 100], [20, 20, 20], [100, 120, 140]),
        ([180, 190], [20, 20], [160, 180]),
    ],
)
def test_end_labels_move_apart(tops, heights, expected):
    assert spread(tops, heights, 200) == expected


def test_wrapped_lines_are_even_and_short():
    assert wrapped("Four tiers, soft landing", 18) == ["Four tiers,", "soft landing"]
    assert wrapped("年末清零，单笔最多抵 50 元", 18) == ["年末清零，单笔", "最多抵 50 元"]
    assert wrapped("金卡", 18) == ["金卡"]


def test_tables_for_readers_and_machines(several):
    table = kpi_table(several, "soft_landing", "zh")
    assert table.columns.tolist() == ["关键指标", "基准", "候选方案值", "差异", "95% 置信区间", "判断"]
    assert table.iloc[0].tolist() == ["活跃会员", "38.1%", "39.3%", "+1.2\u00a0个百分点", "[+0.9,\u00a0+1.5]", "更好"]
    assert differences_csv(several).count("\n") == 1 + 3 * 2 * len(KPIS)
    assert monthly_csv(several).count("\n") == 1 + 4 * 2 * 36
    assert [title for title, _, _ in definitions(several, "zh")] == [kpi.title_zh for kpi in KPIS]
