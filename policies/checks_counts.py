"""How much of everything a policy can have: the room that its rules take when the ledger reads them."""

from __future__ import annotations

from collections.abc import Iterator

from policies.checks_names import gift_lists
from policies.checks_values import Values
from policies.choices import Trigger
from policies.document import Path
from policies.errors import Problem, Words, says
from policies.kinds_names import ACTIVITIES, trigger_of
from policies.rules import ACTIVITIES_MOST, ITEMS_MOST, NAMES_MOST


def check_counts(values: Values) -> Iterator[Problem]:
    """Nothing is more than the rules have room for."""
    gifts = sum(len(values.get(*path) or ()) for path in gift_lists(values))
    yield from _at_most(values, ("gifts",), gifts, Words("gifts in all its lists", "件赠品（含所有清单）"), ITEMS_MOST)
    yield from _names(values)


def _at_most(values: Values, path: Path, count: int, what: Words, most: int) -> Iterator[Problem]:
    if count <= most:
        return
    rule = says(
        "holds {count} {what}: at most {most}",
        "共有 {count} {what}，上限为 {most}",
        count=count,
        what=what,
        most=most,
    )
    yield values.problem(path, rule, says("leave some out", "删去一些"))


def _names(values: Values) -> Iterator[Problem]:
    """Names of categories, channels and activities are used wherever one likes; only their number is limited."""
    lists = [*values.rows("campaigns"), *values.rows("coupons")]
    for key, plural, what in (
        ("category", "categories", Words("categories", "个品类")),
        ("channel", "channels", Words("channels", "个渠道")),
    ):
        names = {values.get(*row, key) for row in values.rows("points", "earn")} - {None}
        names |= {name for row in lists for name in values.get(*row, plural) or ()}
        yield from _at_most(values, ("points", "earn"), len(names), what, NAMES_MOST - 1)
    names = {name for name, _ in values.get("growth", "activities") or ()} | set(ACTIVITIES)
    triggers = {values.get(*row, "on") for row in values.rows("points", "earn")} - {None}
    names |= {each for each in triggers if trigger_of(each) == Trigger.ACTIVITY}
    yield from _at_most(values, ("growth", "activities"), len(names), Words("activities", "项活动"), ACTIVITIES_MOST)
