"""Every parameter is declared once, and completely."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from policies import PolicyError, load_policy
from policies.choices import Metric
from policies.currencies import Currency
from policies.declare import Parameter, Section
from policies.errors import Refusal
from policies.parameters import HEADER, OBITUARIES, PARAMETERS, ROOT, parameter_of, spelled, switch_of
from policies.values import Setting

SETTING = Setting(Currency("CNY"), Metric.GROWTH)
ALL = list(PARAMETERS.values())


@pytest.mark.parametrize("parameter", ALL, ids=lambda each: each.path)
def test_declaration_is_complete(parameter: Parameter) -> None:
    for text in (parameter.title, parameter.title_zh, parameter.meaning, parameter.meaning_zh, parameter.unit):
        assert text.strip()
    assert parameter.range and parameter.widget
    assert parameter.meaning.endswith(".") and parameter.meaning_zh.endswith("。")
    assert bool(parameter.says) == bool(parameter.says_zh)
    assert ("{value}" in parameter.says) == ("{value}" in parameter.says_zh)


@pytest.mark.parametrize("parameter", ALL, ids=lambda each: each.path)
def test_example_and_default_are_legal(parameter: Parameter) -> None:
    value = tomllib.loads(f"x = {parameter.example}", parse_float=Decimal)["x"]
    resolved = parameter.kind.read(value, SETTING)
    for language in ("en", "zh"):
        assert parameter.kind.text(resolved, SETTING, language)
    if not parameter.required and parameter.default is not None and not parameter.default_from:
        parameter.kind.read(parameter.default, SETTING)


@pytest.mark.parametrize("parameter", [each for each in ALL if each.default_from], ids=lambda each: each.path)
def test_default_comes_from_a_sister(parameter: Parameter) -> None:
    prefix = parameter.path.rpartition(".")[0]
    assert f"{prefix}.{parameter.default_from}" in PARAMETERS


@pytest.mark.parametrize("parameter", [each for each in ALL if each.read_when], ids=lambda each: each.path)
def test_switch_exists(parameter: Parameter) -> None:
    for switch, readers in parameter.read_when:
        kind = switch_of(parameter, switch).kind
        for reader in readers:
            spelling = tomllib.loads(f"x = {kind.line(reader)}")["x"]
            assert kind.mode(spelling) == reader == kind.mode_of(kind.read(spelling, SETTING))


@pytest.mark.parametrize("parameter", ALL, ids=lambda each: each.path)
def test_a_value_of_any_type_is_refused_or_read(parameter: Parameter) -> None:
    for value in (
        "",
        "x",
        "none",
        0,
        -1,
        True,
        Decimal("1.5"),
        [],
        ["x"],
        [[]],
        {},
        {"x": 1},
        {"x": {}},
        date(2027, 1, 1),
    ):
        try:
            resolved = parameter.kind.read(value, SETTING)
        except Refusal as refusal:
            assert refusal.words
            parameter.kind.mode(value)
        else:
            parameter.kind.text(resolved, SETTING, "zh")


def sections(section: Section, path: tuple[str, ...] = ()) -> dict[str, Section]:
    found = {".".join(path): section}
    for key, inner in section.sections.items():
        found |= sections(inner, (*path, key))
    return found


def test_obituaries_name_no_living_key() -> None:
    known = sections(ROOT)
    living = set(PARAMETERS) | set(known)
    assert not living & set(OBITUARIES)
    for old, new in OBITUARIES.items():
        table = old.rpartition(".")[0]
        if new.startswith("["):
            assert new.strip("[]") in known
        else:
            assert new in known[table].parameters or (not table and new in HEADER.parameters), old


TABLES = {
    "": "",
    "tiers": "[tiers]\n",
    "tiers.level": '[tiers]\n[[tiers.level]]\nname = "basic"\nenter = 0\n',
    "growth": "[growth]\n",
    "points": '[points]\nvalue = "0.01"\n',
    "points.earn": '[points]\nvalue = "0.01"\n[[points.earn]]\non = "purchase"\nper_unit = 1\n',
    "points.expiry": '[points]\nvalue = "0.01"\n[points.expiry]\n',
    "points.cash": '[points]\nvalue = "0.01"\n[points.cash]\n',
    "plans": '[[plans]]\nname = "plus"\nprice = "9.00"\nperiod = "1 month"\n',
    "coupons": '[[coupons]]\noff = "9.00"\n',
    "campaigns": '[[campaigns]]\nname = "member day"\n',
}


@pytest.mark.parametrize("path", sorted(OBITUARIES))
def test_renamed_key_is_told_its_name(path: str, tmp_path: Path) -> None:
    table, _, key = path.rpartition(".")
    file = tmp_path / "candidate.toml"
    file.write_text(f'title = "x"\n{TABLES[table]}{key} = 1\n')
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    rule = f"is now spelled {OBITUARIES[path]}"
    assert any(problem.key.endswith(key) and problem.rule.startswith(rule) for problem in caught.value.problems)


def test_paths_with_rows() -> None:
    assert parameter_of(("tiers", "level", "silver", "enter")).path == "tiers.level.enter"
    assert spelled(("tiers", "level", "silver", "enter")) == "tiers.level.silver.enter"
    assert spelled(("points", "earn", "0", "per_unit")) == "points.earn[0].per_unit"
    inner = ("tiers", "level", "benefits", "benefits", "1", "cost_per_order")
    assert parameter_of(inner).path == "tiers.level.benefits.cost_per_order"
    assert spelled(inner) == "tiers.level.benefits.benefits[1].cost_per_order"


def test_package_imports_without_kernels() -> None:
    code = "import sys, policies; sys.exit(any(each in sys.modules for each in ('numba', 'pandas', 'policies.kernel')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0
