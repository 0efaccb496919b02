"""However the work is split, the result is the same to the last byte."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from policies import load_policy
from sim.compare import compare
from sim.report import comparison_json, json_text
from sim.results import Comparison

MEMBERS = 240
POLICIES = ("baseline", "soft_landing", "warehouse_club")


def _bytes(thing: object) -> bytes:
    """Everything in a result, bit for bit."""
    if dataclasses.is_dataclass(thing):
        return b"".join(field.name.encode() + _bytes(getattr(thing, field.name)) for field in dataclasses.fields(thing))
    if isinstance(thing, dict):
        return b"".join(_bytes(key) + _bytes(value) for key, value in thing.items())
    if isinstance(thing, (tuple, list)):
        return b"".join(map(_bytes, thing))
    if isinstance(thing, np.ndarray):
        return str((thing.dtype, thing.shape)).encode() + thing.tobytes()
    return repr(thing.hex() if isinstance(thing, float) else thing).encode()


@pytest.fixture(scope="module")
def ask(cut: Callable) -> Callable[..., Comparison]:
    scenario = cut("beauty_mall", date(2028, 3, 31))
    baseline, *candidates = map(load_policy, POLICIES)

    def make(**options: object) -> Comparison:
        return compare(scenario, baseline, candidates, members=MEMBERS, **options)

    return make


@pytest.fixture(scope="module")
def whole(ask: Callable[..., Comparison]) -> Comparison:
    """All members in one piece, by one thread."""
    return ask(threads=1, chunk_members=MEMBERS)


def _content(comparison: Comparison) -> bytes:
    """The comparison without its policies, which are what was asked and not what came out."""
    runs = [result.runs for result in comparison.policies]
    return _bytes(dataclasses.replace(comparison, policies=())) + _bytes(runs)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("chunk", [1, 7, 200, None])
def test_comparison(ask: Callable, whole: Comparison, threads: int, chunk: int | None) -> None:
    split = ask(threads=threads, chunk_members=chunk)
    assert _content(split) == _content(whole)
    assert json_text(comparison_json(split)) == json_text(comparison_json(whole))


def test_the_proof_sees_a_difference(ask: Callable, whole: Comparison) -> None:
    """Another seed must not pass for the same result."""
    other = ask(threads=1, seed=whole.seed + 1)
    assert _content(dataclasses.replace(other, seed=whole.seed)) != _content(whole)


@pytest.mark.parametrize(("threads", "chunk"), [(1, 1), (2, 7), (2, None)])
def test_journal(cut: Callable, journal: Callable, threads: int, chunk: int | None) -> None:
    scenario, policy = cut("beauty_mall", date(2027, 12, 31)), load_policy("baseline")
    whole = journal(scenario, policy, members=300, threads=1, chunk_members=300)
    split = journal(scenario, policy, members=300, threads=threads, chunk_members=chunk)
    assert whole.size > 3_000
    assert whole.tobytes() == split.tobytes()
    assert not pd.DataFrame(whole)[["member", "sequence"]].duplicated().any()


def test_more_members_leave_the_first_alone(cut: Callable, journal: Callable) -> None:
    """A member's life does not depend on who else is there."""
    scenario, policy = cut("beauty_mall", date(2027, 12, 31)), load_policy("baseline")
    few, many = (journal(scenario, policy, members=count) for count in (50, 200))
    assert many[many["member"] < 50].tobytes() == few.tobytes()
