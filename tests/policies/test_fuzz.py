"""Whatever stands in a file, the answer is a policy or a PolicyError."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import given, note, seed, settings

from policies import PolicyError, catalogue, load_policy, policy_toml
from policies.parameters import HEADER, PARAMETERS

SEED = 20270101

WORDS = sorted({word for path in PARAMETERS for word in path.split(".")} | {"value", "reference", "x", "2027-01-01"})
SPELLINGS = sorted({each.example for each in PARAMETERS.values()})
ODDITIES = [
    "0",
    "-1",
    "true",
    "1e999999999",
    "nan",
    '"none"',
    '""',
    "[]",
    "{}",
    "0x" + "f" * 9000,
    '"\\u0000"',
    "2027-01-01",
]

values = st.recursive(
    st.sampled_from(SPELLINGS + ODDITIES) | st.integers().map(str) | st.decimals(allow_nan=False).map(str),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]")
        | st.dictionaries(st.sampled_from([*WORDS, "2028-02-30"]), inner, max_size=3).map(
            lambda each: "{ " + ", ".join(f"{key} = {value}" for key, value in each.items()) + " }"
        )
    ),
    max_leaves=5,
)
lines = st.one_of(
    st.tuples(st.sampled_from(sorted(WORDS)), values).map(" = ".join),
    st.tuples(st.sampled_from(sorted(PARAMETERS)), values).map(" = ".join),
    st.sampled_from([f"{path} = {each.example}" for path, each in PARAMETERS.items()]),
    st.sampled_from(["[tiers]", "[[tiers.level]]", "[points]", "[points.expiry]", "[points.cash]", "[[plans]]"]),
    st.sampled_from(["[[points.rewards]]", "[points.wheel]", "[stored_value]", "[[coupons]]", "[gifts]"]),
    st.sampled_from(["[[campaigns]]", "[partners]", "[refunds]", "[sharing]", "[switch]", 'extends = "baseline"']),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
texts = st.lists(lines, max_size=12).map(
    lambda each: "\n".join(['title = "x"', *each]).encode("utf-8", "surrogatepass")
)
SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.toml"))
shipped = [path.read_bytes() for path in (*catalogue().values(), *SAMPLES)]
damaged = st.builds(
    lambda data, at, piece, cut: data[: at % len(data)] + piece + data[at % len(data) + cut :],
    st.sampled_from(shipped),
    st.integers(0, 10**6),
    st.binary(max_size=4) | st.sampled_from([b"=", b'"', b"[", b"0", b"-", b"\n"]),
    st.integers(0, 6),
)


@seed(SEED)
@settings(max_examples=300, deadline=None, database=None)
@given(texts | damaged | st.binary(max_size=60))
def test_any_file_is_a_policy_or_a_policy_error(data: bytes) -> None:
    note(f"seed {SEED}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "candidate.toml"
        path.write_bytes(data)
        try:
            policy = load_policy(path)
        except PolicyError as error:
            assert error.problems
            assert str(error)
            return
        path.write_text(policy_toml(policy), encoding="utf-8")
        assert load_policy(path).digest == policy.digest
        assert policy.rules.levels[-1] == len(policy.level_names)


@seed(SEED)
@settings(max_examples=150, deadline=None, database=None)
@given(st.sampled_from(sorted(HEADER.parameters)), st.sampled_from(SPELLINGS + ODDITIES))
def test_any_value_of_any_header_key(key: str, spelling: str) -> None:
    note(f"seed {SEED}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "candidate.toml"
        title = "" if key == "title" else 'title = "x"\n'
        path.write_text(f"{title}{key} = {spelling}\n", encoding="utf-8")
        try:
            assert load_policy(path).digest
        except PolicyError as error:
            assert error.problems
