"""Rules between values: what each value allows but all together do not."""

from __future__ import annotations

from collections.abc import Iterator

from policies.checks_counts import check_counts
from policies.checks_earning import check_earning
from policies.checks_money import check_money
from policies.checks_names import check_names
from policies.checks_points import check_points
from policies.checks_tiers import check_tiers
from policies.checks_values import Values
from policies.currencies import Currency
from policies.errors import Problem

__all__ = ["Values", "check_version"]


def check_version(values: Values, currency: Currency) -> Iterator[Problem]:
    """All contradictions of one version."""
    yield from check_tiers(values, currency)
    yield from check_names(values)
    yield from check_points(values)
    yield from check_earning(values)
    yield from check_money(values, currency)
    yield from check_counts(values)
