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
from charts.tiers import tier_panels, tiers_words
from sim.figures.kpis import KPIS, MAIN_KPIS
from sim.figures.results import Estimate


def pictures(comparison, language: str, dark: bool) -> dict[str, Picture]:
    name = comparison.candidates[0].name
    return {
        "paired": paired_chart(comparison, name, language, dark),
        "waterfall": cost_waterfall(comparison, name, language, dark),
        "cost by month": cost_by_month(comparison, language, dark),
        "active": retention_chart(comparison, "active", language, dark),
        "surviving": retention_chart(comparison, "surviving", language, dark),
        "tiers": tier_panels(comparison, language, dark)[0],
    }


@pytest.mark.parametrize(
    ("language", "dark"),
    [
        ("en", False),
        ("zh", True),
        pytest.param("en", True, marks=pytest.mark.slow),
        pytest.param("zh", False, marks=pytest.mark.slow),
    ],
)
def test_every_picture_can_be_drawn_offline(several, language, dark):
    """And none is wider than it was asked to be."""
    for name, picture in pictures(several, language, dark).items():
        svg = vl_convert.vegalite_to_svg(picture.chart(width=640).to_dict(), allowed_base_urls=[])
        assert "NaN" not in svg, name
        assert picture.finding and picture.method and picture.description, name
        assert float(svg.split('width="', 1)[1].split('"', 1)[0]) <= 641, name


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
    assert rows.index.tolist() == [kpi.key for kpi in MAIN_KPIS]
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
    assert (
        paired_chart(several, "soft_landing", "en").finding
        == "Soft landing keeps more members active, with no clear difference in margin"
    )
    assert "毛利无明确差异" in paired_chart(several, "soft_landing", "zh").finding
    assert "Warehouse club" in retention_chart(several, "active", "en").finding
    assert cost_waterfall(several, "year_end_wipe_cap50", "en").finding.endswith("saves 0.65\u00a0m\u00a0CNY")


@pytest.mark.parametrize(
    ("active", "margin", "finding"),
    [
        ("unclear", "better", "earns more, with no clear difference in active members"),
        ("same", "worse", "earns less, with no difference in active members"),
        ("better", "worse", "keeps more members active but earns less"),
        ("unclear", "unclear", "shows no clear difference in active members and no clear difference in margin"),
        ("same", "same", "shows no difference in active members and no difference in margin"),
    ],
)
def test_a_title_says_first_what_is_clear(comparison, active, margin, finding):
    told = changed(changed(comparison, "active", verdict=active), "margin", verdict=margin)
    assert paired_chart(told, "soft_landing", "en").finding == f"Soft landing {finding}"
    assert "「四级会员 · 软着陆」：" in paired_chart(told, "soft_landing", "zh").finding


def test_members_written_by_hand_are_drawn_without_bars(comparison, by_hand):
    with_bars, without = paired_chart(comparison, "soft_landing", "en"), paired_chart(by_hand, "soft_landing", "en")
    kinds = [[layer["mark"]["type"] for layer in picture.spec()["layer"]] for picture in (with_bars, without)]
    assert "bar" in kinds[0]
    assert "bar" not in kinds[1]
    assert "each written by hand" in without.method
    assert "95" not in without.method
    assert "[" not in without.description
    svg = vl_convert.vegalite_to_svg(without.chart().to_dict(), allowed_base_urls=[])
    assert "% of its value" in svg
    assert "NaN" not in svg
    table = kpi_table(by_hand, "soft_landing", "en")
    assert set(table.iloc[:, -2]) == {"—"}


def test_members_who_do_not_differ_get_a_colour_and_a_word(comparison):
    alike = changed(comparison, "orders", candidate=11.84, difference=Estimate(0.0, 0.0, 0.0), verdict="same")
    spec = json.dumps(paired_chart(alike, "soft_landing", "en").spec())
    assert LIGHT.verdicts["same"] in spec
    assert "no difference" in spec
    assert "无差异" in kpi_table(alike, "soft_landing", "zh").to_csv()


def test_an_undefined_figure_is_a_dash_and_not_drawn(comparison):
    nothing = {"candidate": None, "difference": Estimate(None, None, None), "verdict": "none"}
    undefined = changed(comparison, "redemption_rate", **nothing)
    assert "redemption_rate" not in paired_table(undefined, "soft_landing", "en")["kpi"].tolist()
    row = next(row for row in kpi_table(undefined, "soft_landing", "en").itertuples() if "redeemed" in row[1])
    assert list(row)[1:] == ["Points redeemed of issued", "46.3\u202f%", "—", "—", "—", "undefined"]
    rows = undefined.differences["soft_landing", "behavioural"]
    alone = replace(comparison, differences=comparison.differences | {("soft_landing", "mechanical"): rows})
    drawn = paired_table(alone, "soft_landing", "en").set_index("kpi")
    assert drawn.loc["redemption_rate", "mechanical_words"] == "—"
    assert paired_chart(alone, "soft_landing", "en").spec()


def test_retention_says_when_nothing_is_clear(comparison, with_difference):
    open_ = with_difference(comparison, "active", -0.001, 0.001, 0.003)
    assert "no clear difference" in retention_chart(open_, "active", "en").finding
    alike = with_difference(comparison, "active", 0.0, 0.0, 0.0)
    assert retention_chart(alike, "active", "en").finding == "Soft landing shows no difference in active members"


def test_tiers_count_those_who_left(comparison):
    assert "left for good included" in tiers_words(comparison, "en")[1]
    assert "已永久离开" in tiers_words(comparison, "zh")[1]


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
