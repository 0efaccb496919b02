"""One tiny file per mistake: the message says where, what, and how to write it instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies import PolicyError, load_policy

BAD = sorted((Path(__file__).parent / "bad").glob("*.toml"))
MARK = b"# expect: "


def expectations(path: Path) -> list[str]:
    """What the message must hold, from the first lines of the file."""
    marked = [line for line in path.read_bytes().splitlines() if line.startswith(MARK)]
    return [line.removeprefix(MARK).decode() for line in marked]


def test_there_are_many_mistakes() -> None:
    assert len(BAD) >= 90


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_message_holds_what_is_expected(path: Path) -> None:
    """And a file with one mistake gets one problem: no echo of the same mistake elsewhere."""
    expected = expectations(path)
    assert expected, f"{path.name} needs a first line `# expect: part of the message`"
    assert all(part.strip() for part in expected)
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    message = str(caught.value)
    for part in expected:
        assert part in message
    assert ".toml: " in message
    assert len(caught.value.problems) == (3 if path.stem == "many_at_once" else 1), message


def test_problem_names_its_parts() -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(Path(__file__).parent / "bad" / "bad_value_at_date.toml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.key, problem.value) == ("bad_value_at_date.toml", "points.pending", '"3 months"')
    assert str(problem.date) == "2027-07-01"
    assert problem.example == 'pending = "7 days"'


@pytest.mark.parametrize("source", ["bseline", "baseline.tml", "no/such/file.toml", "", "a\0b", Path(), "."])
def test_unknown_source_is_a_policy_error(source: str | Path) -> None:
    with pytest.raises(PolicyError, match="is neither a file nor one of the shipped policies"):
        load_policy(source)


def test_unknown_name_gets_the_nearest_shipped_one() -> None:
    with pytest.raises(PolicyError, match='Did you mean "soft_landing"'):
        load_policy("softlanding")
