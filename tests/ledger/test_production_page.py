"""docs/production.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from ledger import store
from ledger.accounts import Cause
from ledger.advance import NIGHT_ORDER
from ledger.events import Kind, event
from ledger.facts import Fact
from ledger.receipts import allowed_instead
from ledger.state import new_member
from ledger.status import Status
from ledger.store_schema import METADATA, VIEWS
from tests.ledger.lives import NAMES, lived, policy_named, policy_of_text
from tests.ledger.random_policies import random_policy

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "production.md").read_text("utf-8")
ANSWERS = PAGE.partition("## Answers")[2].partition("## Many")[0]
TOLD = set(re.findall(r"`([a-z_]+)`", PAGE))
KINDS = {each.name.lower() for each in Kind}
CAUSES = {each.name.lower() for each in Cause}
LIVES = 2
RANDOM_POLICIES = 20


def words(text: str) -> set[str]:
    """The causes that a text names, by name or by one of the words that stand for several."""
    named = set(re.findall(r"`([a-z_]+)`", text)) & CAUSES
    if re.search("(gifts|packs|benefits)(?! taken back)", text):
        named |= {"earn_gift", "coupon_issue", "grow"}
    if "taken back" in text:
        named |= {"claw_back", "claw_back_debt", "claw_back_waived", "withheld", "ungrow", "coupon_take_back"}
    if any(each.startswith(("earn", "grant", "adjust_up", "receive", "reinstate")) for each in named):
        named.add("debt_repaid")
    if named & {"upgrade", "downgrade"}:
        named.add("expire")
    return named


def posted_by_kind() -> dict[str, set[str]]:
    """What the table says that each kind of event may post."""
    table = PAGE.partition("| fact | kind |")[2].partition("\n\n")[0]
    found = {}
    for row in table.splitlines()[2:]:
        _, _, kinds, _, posts, _ = row.split("|")
        found |= {kind: words(posts) for kind in set(re.findall(r"`([a-z_]+)`", kinds)) & KINDS}
    return found


def test_the_night_is_in_order() -> None:
    assert tuple(re.findall(r"^\d+\. (.+)$", PAGE, re.MULTILINE)) == NIGHT_ORDER


def test_every_status_has_its_row() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", ANSWERS, re.MULTILINE)
    assert rows == [each.name.lower() for each in Status if each.refused]


def test_a_refusal_names_a_number_where_its_row_has_one() -> None:
    told = {name for name, number in re.findall(r"^\| `(\w+)` \|.*\|(.+)\|$", ANSWERS, re.MULTILINE) if number.strip()}
    rules, order = policy_named("baseline").rules, event(Kind.PURCHASE, 21_000, list_cents=100)
    given = {each for each in Status if each.refused and allowed_instead(rules, new_member(), order, each) is not None}
    assert told == {each.name.lower() for each in given}


def test_every_kind_and_every_cause_is_explained() -> None:
    assert KINDS <= TOLD
    assert CAUSES <= TOLD


def test_the_words_for_several_causes_are_explained() -> None:
    """Each of the causes that ``words`` reads into a word stands in the list below the table."""
    told = PAGE.partition("Words in this table")[2].partition("\n\nA night")[0]
    meant = words("gifts, taken back, `upgrade`, `grant`") - {"upgrade", "grant"}
    assert set(re.findall(r"`([a-z_]+)`", told)) == meant


def test_random_lives_post_only_what_the_table_says() -> None:
    posted = posted_by_kind()
    assert set(posted) == KINDS
    night = words(re.search(r"^A night may post (.+?)\n\n", PAGE, re.MULTILINE | re.DOTALL)[1])
    policies = [(policy_named(name), seed) for name in NAMES for seed in range(LIVES)]
    policies += [(policy_of_text(random_policy(Random(seed))), seed) for seed in range(RANDOM_POLICIES)]
    for policy, seed in policies:
        known = 0
        for kind, _, second, _, _, naive in lived(Random(seed), policy, 60):
            for row in naive.transfers[known:]:
                # Nights are booked at second 0, and hardly any event is.
                may = posted[kind] if row[1] else night | posted[kind] if second == 0 else night
                assert row[3] in may, f"{policy.name}, seed {seed}: {kind if row[1] else 'a night'} posted {row[3]}"
            known = len(naive.transfers)


def test_every_fact_has_its_row() -> None:
    facts = {
        name
        for name in store.__all__
        if isinstance(getattr(store, name), type) and issubclass(getattr(store, name), Fact)
    }
    table = PAGE.partition("## What a shop tells")[2].partition("## A day")[0]
    rows = "".join(line for line in table.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`([A-Z]\w+)\(", rows)) == facts
    assert len(facts) == len(Kind) - 1  # what is received comes from what is sent


def test_every_table_and_view_is_named() -> None:
    assert {*METADATA.tables, *VIEWS} - {"book"} <= TOLD
