"""What became of points, where members come from, who they are, who gains, and where added orders come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from policies import Policy, edit, load_policy
from policies.rules import NEVER_DAY, records
from sim.effects import Term
from sim.figures.attribution import SOURCES, TERMS, attribution_table
from sim.figures.bottom_line import program_cost
from sim.figures.breakage import BASES, FATES, liability_table, points_table
from sim.figures.estimates import mean_of
from sim.figures.funnel import funnel_table
from sim.figures.paired import NO_UPKEEP
from sim.figures.pairs import Pairs
from sim.figures.reference import is_no_program
from sim.figures.results import RESPONSES
from sim.figures.rfm import SEGMENTS, Thresholds, rfm_table, segment_of, thresholds_of
from sim.figures.summary import closing_table
from sim.figures.upkeep import Upkeep, upkeep_of
from sim.figures.winners import FATES as GAINS
from sim.figures.winners import GROUPS, MUCH, net_value, winners_table
from sim.members.outcomes import OUTCOME
from sim.runs.stopping import Closing
from tests.sim.crowds import END_DAY, crowd

MEMBERS = 2_000


@pytest.fixture(scope="module")
def people() -> np.ndarray:
    return crowd(MEMBERS, 21)


@pytest.fixture(scope="module")
def richer() -> np.ndarray:
    return crowd(MEMBERS, 21, generous=1.4)


# --- points -------------------------------------------------------------------------------------------------------


def test_every_point_has_one_fate(people: np.ndarray) -> None:
    table = points_table(people)
    assert table["fate"].tolist() == [fate.key for fate in FATES]
    assert table["points"].sum() == people["issued_points"].sum()
    assert table["share"].sum() == pytest.approx(1.0)
    points = table.set_index("fate")["points"]
    expired = points[[name for name in points.index if name.startswith("expired_")]]
    assert expired.sum() == people["expired_points"].sum()
    assert points["other"] == 0
    assert points_table(records(3, OUTCOME))["share"].isna().all()


def test_bases_of_the_liability(people: np.ndarray) -> None:
    table = liability_table(people, sampled=True).set_index("basis")
    assert table.index.tolist() == [basis.key for basis in BASES]
    face = int(people["outstanding_cents"].sum())
    gone = int(people["outstanding_gone_points"].sum())  # a point is worth a cent here
    redeemed, issued = int(people["redeemed_points"].sum()), int(people["issued_points"].sum())
    settled = issued - int(people["outstanding_points"].sum())
    assert table["cents"].to_dict() == pytest.approx(
        {
            "face": face,
            "face_present": face - gone,
            "cost_settled": face * redeemed / settled,
            "cost_issued": face * redeemed / issued,
        },
        abs=1,
    )
    assert (table["low"] < table["per_member"]).all()
    nothing = liability_table(records(3, OUTCOME), sampled=True).set_index("basis")
    assert nothing.loc["face", "cents"] == 0
    assert nothing.loc[["cost_settled", "cost_issued"]].isna().all(axis=None)


# --- where members come from, who they are ------------------------------------------------------------------------


def test_the_funnel_counts_everybody_once(people: np.ndarray) -> None:
    table = funnel_table(people, ("first_day", "ads", "store")).set_index("channel")
    assert table.index.tolist() == ["first_day", "ads", "store", "all"]
    assert (table.iloc[:-1].sum() == table.loc["all"]).all()
    total = table.loc["all"]
    assert (total["won"], total["won"] + total["referred"]) == (MEMBERS, people["persons"].sum())
    assert total["margin_cents"] == people["margin_cents"].sum() - program_cost(people).sum()
    assert table.loc["first_day", "cost_cents"] == 0
    assert table.loc["ads", "cost_cents"] == 1_800 * table.loc["ads", "won"]


def _shopper(last_order_ago: int | None, orders: int, cents: int, first_order_ago: int | None = None) -> np.ndarray:
    row = records(1, OUTCOME)
    if last_order_ago is None:
        row.first_order_day, row.last_order_day = NEVER_DAY, -NEVER_DAY
    else:
        row.last_order_day = END_DAY - last_order_ago
        row.first_order_day = END_DAY - (first_order_ago or last_order_ago)
    row.year_orders, row.year_cents = orders, cents
    return row


@pytest.mark.parametrize(
    ("shopper", "segment"),
    [
        (_shopper(90, 4, 40_000), "champions"),
        (_shopper(10, 4, 39_999), "loyal"),
        (_shopper(10, 3, 40_000), "big_baskets"),
        (_shopper(10, 1, 1_000, 90), "newcomers"),
        (_shopper(10, 1, 1_000, 91), "occasional"),
        (_shopper(91, 4, 1_000), "at_risk"),
        (_shopper(365, 1, 40_000), "at_risk"),
        (_shopper(365, 3, 39_999), "cooling"),
        (_shopper(366, 0, 0), "asleep"),
        (_shopper(None, 0, 0), "never"),
    ],
)
def test_segments_at_their_edges(shopper: np.ndarray, segment: str) -> None:
    assert SEGMENTS[segment_of(shopper, Thresholds(4, 40_000), END_DAY)[0]].key == segment


def test_lines_are_medians_of_those_who_bought_in_the_year() -> None:
    rows = records(6, OUTCOME)
    rows.year_orders, rows.year_cents = [0, 1, 2, 3, 9, 0], [0, 500, 900, 100, 700, 0]
    assert thresholds_of(rows) == Thresholds(2, 500)
    assert thresholds_of(rows[:1]) == Thresholds(0, 0)


def test_segments_hold_everybody_once(people: np.ndarray, richer: np.ndarray) -> None:
    lines = thresholds_of(people)
    for rows in (people, richer):
        table = rfm_table(rows, lines, END_DAY)
        assert table["segment"].tolist() == [each.key for each in SEGMENTS]
        assert table["members"].sum() == MEMBERS
        assert table["share"].sum() == pytest.approx(1.0)
        assert (table["orders"] * table["members"]).sum() == pytest.approx(rows["year_orders"].sum())
        margin = int((rows["margin_cents"] - program_cost(rows)).sum())
        assert (table["margin_cents"] * table["members"]).sum() == pytest.approx(margin)
    empty = rfm_table(people[:0], lines, END_DAY)
    assert empty["members"].sum() == 0
    assert empty["orders"].isna().all()


# --- who gains ----------------------------------------------------------------------------------------------------


def test_groups_are_fifths_of_the_baseline(people: np.ndarray, richer: np.ndarray) -> None:
    table = winners_table(people, richer, sampled=True).set_index("group")
    assert table.index.tolist() == list(range(GROUPS + 1))
    assert table.loc[1:, "members"].tolist() == [MEMBERS // GROUPS] * GROUPS
    ends = table.loc[1:, ["from_cents", "through_cents"]].to_numpy().ravel()
    assert (np.diff(ends) >= 0).all()
    value = np.sort(net_value(people))
    assert (ends[0], ends[-1]) == (value[0], value[-1])
    assert table[[fate.key for fate in GAINS]].sum(axis=1).tolist() == pytest.approx([1.0] * 6)
    gain = program_cost(richer) - program_cost(people)
    expected = mean_of(gain).estimate()
    assert table.loc[0, ["member", "member_low", "member_high"]].tolist() == pytest.approx(
        [expected.value, expected.low, expected.high]
    )
    assert (table.loc[1:, "shop"] * table.loc[1:, "members"]).sum() == pytest.approx(table.loc[0, "shop"] * MEMBERS)


def test_gains_fall_into_five_bins() -> None:
    """Members who buy for 1,000.00 and get 10.00 or more, less, nothing, or lose as much."""
    before, after = records(5, OUTCOME), records(5, OUTCOME)
    for rows in (before, after):
        rows.list_cents, rows.cash_cents, rows.margin_cents = 100_000, 100_000, 50_000
        rows.discount_cents = 5_000
    assert MUCH == 0.01
    after.discount_cents += [1_000, 999, 0, -999, -1_000]
    table = winners_table(before, after, sampled=True).set_index("group")
    assert table.loc[0, [fate.key for fate in GAINS]].tolist() == [0.2] * 5
    by_hand = winners_table(before, after, sampled=False)
    assert by_hand[["member_low", "shop_high"]].isna().all(axis=None)
    few = winners_table(before[:3], after[:3], sampled=True)
    assert few["group"].tolist() == [0, 1, 2, 4]  # three members do not fill five groups


# --- where added orders come from ---------------------------------------------------------------------------------


def test_sources_add_up_to_the_difference_of_orders() -> None:
    before, after = np.zeros((2, len(Term) + 1), np.int64)
    before[Term.COUPON], before[-1] = 2_000_000, 90_000_000
    after[Term.COUPON], after[Term.TIER_PRESSURE], after[Term.DEMOTION] = 5_000_000, 1_500_000, -500_000
    after[-1] = 94_000_000
    table = attribution_table(before, after, 100, 110, 50).set_index("source")
    assert table.index.tolist() == [source.key for source in SOURCES]
    assert table["orders"].sum() == pytest.approx(10 / 50)
    assert table["share"].sum() == pytest.approx(10 / 100)
    moved = table["orders"][table["orders"] != 0] * 50
    expected = {"tier_pressure": 1.5, "demotion": -0.5, "coupon": 3.0, "staying": 4.0, "luck": 2.0}
    assert moved.to_dict() == pytest.approx(expected)
    assert attribution_table(before, after, 0, 10, 50)["share"].isna().all()


def test_every_term_has_a_name() -> None:
    assert list(TERMS) == list(Term)


# --- one run ------------------------------------------------------------------------------------------------------


def test_what_is_used_up_is_told() -> None:
    table = closing_table([Closing("campaign", "double points", date(2027, 11, 11), 36_000)])
    assert table.to_dict("list") == {
        "kind": ["campaign"],
        "name": ["double points"],
        "date": ["2027-11-11"],
        "second": [36_000],
    }


@pytest.mark.parametrize(("name", "costs"), [("baseline", (5, 100, 0.25)), ("no_program", (0, 0, 1.0))])
def test_a_sample_bears_its_share_of_fixed_costs(name: str, costs: tuple, scenario: SimpleNamespace) -> None:
    """A quarter of the members, a quarter of the costs; without a program nobody sends messages."""
    policy = _policies(name)[0]
    assert upkeep_of(scenario, policy, MEMBERS // 4) == (0.08, *costs, 36)


# --- pairs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FakeRun:
    """What the tables of pairs read of a simulation."""

    outcomes: np.ndarray
    pulls: np.ndarray
    upkeep: Upkeep = NO_UPKEEP
    sampled: bool = True


def _run(outcomes: np.ndarray, pull: int) -> FakeRun:
    return FakeRun(outcomes, np.full(len(Term) + 1, pull))


def _policies(*names: str) -> list[Policy]:
    known = {name: load_policy(name) for name in ("baseline", "no_program")}
    return [known[name] if name in known else edit(known["baseline"], {}, name=name) for name in names]


@pytest.fixture(scope="module")
def scenario() -> SimpleNamespace:
    economics = SimpleNamespace(discount_rate=0.08, messaging_cents=5, fixed_cents=100)
    return SimpleNamespace(
        months=("2027-01",) * 36, population=lambda members=None: MEMBERS, economics=lambda minor: economics
    )


def test_parts_are_rules_and_reaction(people: np.ndarray, richer: np.ndarray) -> None:
    baseline, candidate = _policies("baseline", "candidate")
    rules = people.copy()
    rules["discount_cents"] += 100
    pairs = Pairs([baseline, candidate], None)
    for response, outcomes in zip(RESPONSES, (richer, rules), strict=True):
        pairs.note(baseline, response, _run(people, 0))
        pairs.note(candidate, response, _run(outcomes, 3))
    tables = pairs.tables()
    assert set(tables) == {"parts", "cost_change", "winners", "attribution"}
    costs = tables["cost_change"].query("response == 'behavioural'").set_index("cause")
    assert costs["difference"].sum() == pytest.approx(mean_of(program_cost(richer) - program_cost(people)).value)
    expected = mean_of(richer["coupon_cents"] - people["coupon_cents"]).estimate()
    assert costs.loc["coupon", ["low", "high"]].tolist() == pytest.approx([expected.low, expected.high])
    parts = tables["parts"].set_index("kpi")
    assert parts["candidate"].unique().tolist() == ["candidate"]
    assert (parts["difference"] - parts["mechanical"] - parts["reaction"]).abs().max() < 1e-9
    cost = parts.loc["program_cost"]
    assert cost[["mechanical", "mechanical_low", "mechanical_high"]].tolist() == pytest.approx([100.0] * 3)
    reaction = mean_of(program_cost(richer) - program_cost(people) - 100).estimate()
    seen = cost[["reaction", "reaction_low", "reaction_high"]].tolist()
    assert seen == pytest.approx([reaction.value, reaction.low, reaction.high])
    assert {response for _, response in pairs.differences} == set(RESPONSES)
    assert tables["winners"]["response"].unique().tolist() == list(RESPONSES)


@pytest.mark.parametrize(
    ("names", "measured"),
    [
        (("baseline", "other", "no_program"), ["baseline", "other"]),
        (("no_program", "baseline", "other"), ["baseline", "other"]),
        (("no_program",), []),
        (("baseline", "other"), []),
    ],
)
def test_returns_of_every_program_but_none(
    names: tuple[str, ...], measured: list[str], people: np.ndarray, richer: np.ndarray
) -> None:
    """Wherever no program stands: it is the measure, and never measured."""
    policies = _policies(*names)
    pairs = Pairs(policies, next(filter(is_no_program, policies), None))
    for policy in sorted(policies, key=lambda each: (each is not policies[0], each.name != "no_program")):
        for response in RESPONSES:
            pairs.note(policy, response, _run(people if policy.name == "no_program" else richer, 0))
    roi = pairs.tables().get("roi")
    assert ([] if roi is None else roi["policy"].unique().tolist()) == measured
