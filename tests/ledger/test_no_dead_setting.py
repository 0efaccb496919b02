"""No setting is dead: for every parameter of a policy file there are two values that book different transfers.

Most parameters are shown by a random life under a random policy, booked once as it is and once with that one value
changed; settings.json says which seed and which value. Random lives change with the rules they are lived under; a
setting that its life does not show any more is looked for in other lives, and is dead if none shows it. After larger
changes, search for those anew, which takes a minute:

    TIERLAB_REGENERATE=1 pytest tests/ledger/test_no_dead_setting.py

The others have a story of their own below.
"""

from __future__ import annotations

import json
import os
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from policies import Policy, edit, load_policy
from policies.errors import PolicyError
from policies.parameters import PARAMETERS, parameter_of
from policies.values import Choice
from tests.kernel_rules import policy_of
from tests.ledger.lives import Compiled, policy_of_text, random_life
from tests.ledger.random_policies import random_policy
from tests.ledger.stories import booked
from tests.ledger.test_switch import NEW, OLD

TABLE = Path(__file__).with_name("settings.json")
EVENTS = 70
LAST = date(2030, 6, 1)
SEEDS = 400
TRIES = 12

WORDS = {"title", "title_zh", "question", "question_zh", "reference", "extends", "currency", "time_zone", "replaces"}
NAMES = {"name", "name_zh", "code"}
"""Last parts of the paths of parameters that only name something."""

ELSEWHERE = {"plans.cost_to_serve": "plan_cost_to_serve_cents"}
"""Costs of the program that no event brings: results read them from the rules."""

POINTS = '[points]\nvalue = "0.01"\nearn = [ { on = "purchase", per_unit = 1 } ]\n'
SPENT = "2027-01-01 join\n2027-01-01 buy 50.00 #1\n2027-01-02 buy 0.50 use 50 #2\n2027-01-03 return #1"
DEBTS = '[tiers]\nmetric = "points_earned"\ndebt_counts = {}\n[[tiers.level]]\nname = "basic"\nenter = 0\n'
DEBTS += (
    '[[tiers.level]]\nname = "gold"\nenter = 60\n' + POINTS.replace("{", "{{").replace("}", "}}") + "[points.cash]\n"
)
STORED = (
    '[stored_value]\noffers = [ {{ pay = "10.00", bonus = "5.00" }} ]\nspend = "bonus_first"\nrefund_bonus = "{}"\n'
)
WHEEL = '[points]\nvalue = "0.01"\n[points.wheel]\npoints = 1\nprizes = [ {} ]\n'
PRIZES = '{{ p = {}, kind = "points", points = 9 }}, {{ p = {}, kind = "nothing" }}'
STOCK = '[points]\nvalue = "0.01"\n[[points.rewards]]\nname = "tote"\npoints = 1\nkind = "goods"\nstock = {}\n'
STREAK = '[points]\nvalue = "0.01"\nearn = [ {{ on = "review", points = 1, streak = {} }} ]\n'
COURTESY = (
    POINTS + '[points.cash]\n[points.expiry]\nmode = "lot"\nlife = "1 month"\n[refunds]\nreturned_points = "%s"\n'
)

LEVELS = '[tiers]\nmetric = "spend"\n[[tiers.level]]\nname = "basic"\nenter = 0\n'
LEVELS += '[[tiers.level]]\nname = "gold"\nenter = {}\n'
DEED = '[points]\nvalue = "0.01"\nearn = [ {{ on = "{}", points = 5 }} ]\n'
ROWS = '[points]\nvalue = "0.01"\nearn = [ {{ on = "purchase", {} = "{}", per_unit = 1 }}, '
ROWS += '{{ on = "purchase", category = "toys", channel = "store", per_unit = 0 }} ]\n'

STORIES: dict[str, tuple[str, str, str]] = {
    "tiers.level.enter": (LEVELS.format(90), LEVELS.format(91), "2027-01-01 join\n2027-01-01 buy 90.00"),
    "points.earn.on": (DEED.format("review"), DEED.format("share"), "2027-01-01 join\n2027-01-01 do share"),
    "points.earn.category": (
        ROWS.format("category", "toys"),
        ROWS.format("category", "food"),
        "2027-01-01 join\n2027-01-01 buy toys:90.00",
    ),
    "points.earn.channel": (
        ROWS.format("channel", "store"),
        ROWS.format("channel", "app"),
        "2027-01-01 join\n2027-01-01 buy 90.00 in store",
    ),
    "tiers.debt_counts": (
        DEBTS.format("false"),
        DEBTS.format("true"),
        SPENT + "\n2027-01-04 buy 55.00\n2027-01-05 buy 1.00",
    ),
    "points.negative": (
        POINTS + 'negative = "debt"\n[points.cash]\n',
        POINTS + 'negative = "floor"\n[points.cash]\n',
        SPENT,
    ),
    "points.earn.streak": (
        STREAK.format("{ 2 = 5 }"),
        STREAK.format("{ 3 = 5 }"),
        "2027-01-01 join\n2027-01-01 do review\n2027-01-02 do review",
    ),
    "points.rewards.stock": (
        STOCK.format(5),
        STOCK.format('"none"'),
        "2027-01-01 join\n2027-01-01 grant 9\n2027-10-01 reward tote",
    ),
    "points.wheel.prizes.p": (
        WHEEL.format(PRIZES.format("0.2", "0.8")),
        WHEEL.format(PRIZES.format("0.3", "0.7")),
        "2027-01-01 join\n2027-01-01 grant 9\n2027-01-02 spin 250000",
    ),
    "refunds.returned_points": (
        COURTESY % "gone",
        COURTESY % "10 days",
        "2027-01-01 join\n2027-01-01 buy 30.00\n2027-01-30 buy 0.30 use 30 #7\n2027-02-05 return #7",
    ),
    "stored_value.refund_bonus": (
        STORED.format("take_back_unspent"),
        STORED.format("charge_spent"),
        "2027-01-01 join\n2027-01-01 top up 10.00 #1\n2027-01-02 buy 5.00 stored 5.00\n2027-01-03 return top up #1",
    ),
}

SWITCHES = {
    "switch.from": ("from = 2028-01-01", "from = 2028-02-01"),
    "switch.old_lots": ('old_lots = "new_rule"', 'old_lots = "keep_dates"'),
    "switch.tiers": ('tiers = "at_once"', 'tiers = "until_validity"'),
    "switch.notice": ('notice = "0 days"', 'notice = "45 days"'),
}
SWITCHED = "2027-01-01 join\n2027-03-01 buy 170.00\n2029-12-31 night"


def is_words(path: str) -> bool:
    """Whether a parameter names something and decides nothing."""
    return path in WORDS or path.rpartition(".")[2] in NAMES or path == "switch.replaces"


@cache
def random_lives(seed: int) -> tuple[Policy, tuple]:
    """A random policy and the events of a random life under it."""
    policy = policy_of_text(random_policy(Random(seed)))
    return policy, tuple(random_life(Random(seed), policy, EVENTS))


@cache
def transfers_as_it_is(seed: int) -> list[tuple]:
    return _booked(random_lives(seed)[0], random_lives(seed)[1])


def _booked(policy: Policy, events: tuple) -> list[tuple]:
    life = Compiled(policy)
    for kind, day, second, what in events:
        life.happens(kind, day, second, **what)
    life.live_until(LAST)
    return life.transfers


def _leaves(policy: Policy, events: tuple, expected: list[tuple]) -> bool:
    """Whether a life under a policy leaves the expected transfers; it is lived no farther than that."""
    life, known = Compiled(policy), 0
    for kind, day, second, what in events:
        life.happens(kind, day, second, **what)
        if life.transfers[known:] != expected[known : len(life.transfers)]:
            return True
        known = len(life.transfers)
    life.live_until(LAST)
    return life.transfers != expected


def differs(seed: int, key: str, value: Any) -> bool:
    """Whether the life books something else with that value. False if the policy would not be a valid one."""
    policy, events = random_lives(seed)
    try:
        other = edit(policy, {key: value})
    except PolicyError:
        return False
    for names in ("category_names", "channel_names", "activity_names", "coupon_codes", "campaign_names"):
        # Else the numbers in the events would mean something else.
        if getattr(policy, names) != getattr(other, names):
            return False
    return _leaves(other, events, transfers_as_it_is(seed))


def from_json(path: str, value: Any) -> Any:
    """A value as a TOML file would hold it."""
    kind = type(PARAMETERS[path].kind).__name__
    if kind == "Day":
        return date.fromisoformat(value)
    return Decimal(value) if kind == "Rate" and value != "none" else value


def _alternatives(path: str, value: Any) -> list[Any]:
    """Other values to try, as JSON."""
    kind = PARAMETERS[path].kind
    if isinstance(kind, Choice):
        return [option.spelling for option in kind.options if option.spelling != value]
    name = type(kind).__name__
    if name == "Money":
        amount = Decimal(value) if value != "none" else Decimal("5.00")
        return [str(amount * 2 + 1), str((amount / 2).quantize(Decimal("0.01"))), "0", "none"]
    if name in ("Count", "Threshold"):
        return [value + 1, value // 2, 2 * value + 3] if isinstance(value, int) else ["1.00", "9.00", 3]
    return [each for each in _OTHERS.get(name, [not value] if isinstance(value, bool) else []) if each != value]


_OTHERS: dict[str, list[Any]] = {
    "Rate": ["0.5", "2.0", "0.0001", "0.25", "none"],
    "Span": ["1 day", "20 days", "3 months", "2 months", "none"],
    "Days": ["1 day", "none", "always", "gone"],
    "LimitKind": ["1 ever", "1 per day", "none"],
    "GiftList": [["points:77"], []],
    "NameList": [[], ["app"], ["food"], ["basic"], ["gold"], ["silver"]],
    "WindowKind": ["lifetime", "calendar_year", "rolling 10 days", "membership_year"],
    "ValidityKind": ["rest of year", "2 months", "until review"],
    "DecayKind": ["none", "20 % per month"],
    "RoundingKind": ["ceil per line", "floor per order", "block 7.00"],
    "PendingKind": ["9 days", "0 days", "until_delivered"],
    "TriggerKind": ["course", "share"],
    "AnnualDates": [["03-31"], ["11-30"]],
    "ResetKind": [["earn"], ["activity"], ["purchase"]],
    "PrizeKind": ["goods", "nothing", "ticket", "points"],
    "PlanRefundKind": ["none", "pro_rata", "less_benefits_used", "full_within:9 days"],
    "CampaignKind": ["day 5 of month", "monday", "tuesday"],
    "Day": ["2027-03-01", "2027-08-01"],
    "ActivityPoints": [{"review": 999, "check_in": 500}],
    "Text": ["silver", "basic", "gold", "app", "food", "toys", "store"],
}


def _search() -> dict[str, list]:
    """A seed, a key and a value for every parameter that a random life can show: the known ones while they hold."""
    missing = {path for path in PARAMETERS if not is_words(path)} - set(STORIES) - set(SWITCHES) - set(ELSEWHERE)
    found = {
        path: [seed, key, new]
        for path, (seed, key, new) in _table().items()
        if path in missing and differs(seed, key, from_json(path, new))
    }
    missing -= set(found)
    for seed in range(SEEDS):
        for path, key, value in _settings(seed):
            if path in missing and (new := _shown(seed, path, key, value)) is not None:
                found[path] = [seed, key, new]
                missing.discard(path)
        if not missing:
            break
    return {path: found[path] for path in PARAMETERS if path in found}


def _settings(seed: int) -> list[tuple[str, str, Any]]:
    """Path of the parameter, key and value as JSON; of several rows of a table the first."""
    first: dict[str, tuple[str, str, Any]] = {}
    for key, leaf in random_lives(seed)[0].document.leaves.items():
        path = parameter_of(key).path
        first.setdefault(path, (path, ".".join(key), leaf.entries[0].value))
    return list(first.values())


def _shown(seed: int, path: str, key: str, value: Any) -> Any:
    """Another value with which the life books something else; None if there is none."""
    new = _alternatives(path, value)[:TRIES]
    return next((each for each in new if differs(seed, key, from_json(path, each))), None)


def _another_life_shows(path: str) -> bool:
    """Whether any random life shows a setting."""
    for seed in range(SEEDS):
        if any(each[0] == path and _shown(seed, *each) is not None for each in _settings(seed)):
            return True
    return False


def _table() -> dict[str, list]:
    return json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}


def test_no_parameter_is_missing() -> None:
    if os.environ.get("TIERLAB_REGENERATE"):
        rows = [f' "{path}": {json.dumps(row)}' for path, row in _search().items()]
        TABLE.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")
        pytest.skip("settings.json was written anew")
    shown = [*_table(), *STORIES, *SWITCHES, *ELSEWHERE]
    assert sorted(shown) == sorted(path for path in PARAMETERS if not is_words(path))


@pytest.mark.parametrize("path", _table())
def test_a_setting_that_a_random_life_shows(path: str) -> None:
    seed, key, value = _table()[path]
    print(f"seed {seed}: {key} = {value!r}")
    assert differs(seed, key, from_json(path, value)) or _another_life_shows(path)


@pytest.mark.parametrize("path", STORIES)
def test_a_setting_that_a_story_shows(path: str) -> None:
    one, other, story = STORIES[path]
    assert booked(policy_of(one), story) != booked(policy_of(other), story)


@pytest.mark.parametrize("path", SWITCHES)
def test_a_setting_of_a_change_of_policy(path: str, tmp_path: Path) -> None:
    (tmp_path / "old.toml").write_text(OLD, "utf-8")
    one, other = SWITCHES[path]
    text = NEW.format(lots="new_rule", tiers="at_once", notice="0 days", metric="spend")
    assert one in text
    found = []
    for name, each in (("one", text), ("other", text.replace(one, other))):
        (tmp_path / f"{name}.toml").write_text(each, "utf-8")
        found.append(booked(load_policy(tmp_path / f"{name}.toml"), SWITCHED))
    assert found[0] != found[1]


@pytest.mark.parametrize(("path", "field"), ELSEWHERE.items())
def test_a_cost_that_results_read_from_the_rules(path: str, field: str) -> None:
    text = '[[plans]]\nname = "plus"\nprice = "9.00"\nperiod = "month"\ncost_to_serve = "{}"\n'
    found = [policy_of(text.format(cost)).rules[0][field][1] for cost in ("1.00", "2.00")]
    assert (path, found) == ("plans.cost_to_serve", [100, 200])
    users = Path(__file__).resolve().parents[2]
    assert any(field in file.read_text("utf-8") for room in ("sim", "finance") for file in (users / room).rglob("*.py"))
