"""Names that one part of a policy uses for another: tiers and coupons that have to be there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policies.checks_values import Values
from policies.choices import Item
from policies.document import Path
from policies.errors import Problem, Words, listed, nearest, says
from policies.values import quoted

_TIER, _COUPON = Words("tier", "等级"), Words("coupon", "优惠券")


def check_names(values: Values) -> Iterator[Problem]:
    """Every tier and coupon that is spoken of exists."""
    for path, name in _tiers_named(values):
        yield from _exists(values, path, name, ("tiers", "level"), _TIER)
    for path, code in _coupons_named(values):
        yield from _exists(values, path, code, ("coupons",), _COUPON)


def _exists(values: Values, path: Path, name: str, rows: Path, what: Words) -> Iterator[Problem]:
    known = [row[-1] for row in values.rows(*rows)]
    if name in known or values.is_spoilt(*rows):
        return
    rule = says(
        "names the {what} {name}, which this policy does not have: {known}",
        "提到的{what} {name} 在本方案中不存在；现有：{known}",
        what=what,
        name=quoted(name),
        known=listed(map(quoted, known)) if known else says("it has none", "无"),
    )
    yield values.problem(path, rule, guess=quoted(nearest(name, known)))


def _tiers_named(values: Values) -> Iterator[tuple[Path, str]]:
    lists = [("join", "invite_tiers"), *((*row, "tiers") for row in values.rows("campaigns"))]
    for path in lists:
        for name in values.get(*path) or ():
            yield path, name
    rows = (*values.rows("plans"), *values.rows("stored_value", "offers"))
    for path in (*((*row, "grants_tier") for row in rows), ("gifts", "year_end", "to")):
        if values.get(*path) is not None:
            yield path, values.get(*path)


def _coupons_named(values: Values) -> Iterator[tuple[Path, str]]:
    for path in gift_lists(values):
        for gift in values.get(*path) or ():
            if gift.kind == Item.COUPON:
                yield path, gift.number
    for row in (*values.rows("points", "rewards"), *values.rows("points", "wheel", "prizes")):
        kind = values.get(*row, "kind")
        if kind is not None and kind.coupon is not None:
            yield (*row, "kind"), kind.coupon


def gift_lists(values: Values) -> Sequence[Path]:
    """Paths of everything that holds gifts."""
    return [
        ("gifts", "join"),
        ("gifts", "birthday"),
        ("gifts", "year_end", "items"),
        ("gifts", "win_back", "items"),
        *((*row, "upgrade_pack") for row in values.rows("tiers", "level")),
        *((*row, "monthly_benefits") for row in values.rows("plans")),
        *((*row, "give") for row in values.rows("points", "earn")),
    ]
