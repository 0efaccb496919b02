"""Answers that few policies and few disks bring about."""

from __future__ import annotations

import errno
import pickle
from pathlib import Path

import pytest

from policies import PolicyError, load_policy
from policies.errors import Problem, says
from policies.kernel import forget_old_caches
from policies.load import unreadable
from policies.sheet import value_text

PLAIN = 'title = "Plain"\n'


@pytest.mark.parametrize(
    ("error", "en", "zh"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "permission denied", "没有读取权限"),
        (IsADirectoryError(errno.EISDIR, "Is a directory"), "is a directory", "这是一个文件夹"),
        (OSError(errno.EIO, "Input/output error"), "input/output error", "系统错误 5"),
        (FileNotFoundError(errno.ENOENT, "No such file"), "no such file", "没有这个文件"),
        (ValueError("embedded null byte"), "no such file", "没有这个文件"),
    ],
)
def test_a_file_that_cannot_be_opened(error: OSError | ValueError, en: str, zh: str) -> None:
    words = unreadable(error)
    assert words.en == f"cannot be read ({en})"
    assert words.zh == f"无法读取（{zh}）"


def test_a_file_that_goes_away_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(PLAIN, "utf-8")

    def gone(_: Path) -> bytes:
        raise FileNotFoundError(errno.ENOENT, "No such file")

    monkeypatch.setattr(Path, "read_bytes", gone)
    with pytest.raises(PolicyError, match=r"shop\.toml: cannot be read \(no such file\)"):
        load_policy(path)


def test_a_path_that_no_system_can_have() -> None:
    with pytest.raises(PolicyError, match="is neither a file nor one of the shipped policies"):
        load_policy(Path("x" * 5_000))


def test_a_chain_of_too_many_files(tmp_path: Path) -> None:
    """22 files, each extending the next."""
    for number in range(21):
        (tmp_path / f"p{number}.toml").write_text(f'{PLAIN}extends = "p{number + 1}.toml"\n', "utf-8")
    (tmp_path / "p21.toml").write_text(PLAIN, "utf-8")
    with pytest.raises(PolicyError, match="makes a chain of more than"):
        load_policy(tmp_path / "p0.toml")


def test_problems_survive_the_way_to_another_process() -> None:
    problem = Problem("shop.toml", "points.value", says("is missing", "缺少此项"))
    error = pickle.loads(pickle.dumps(PolicyError([problem])))
    assert isinstance(error, PolicyError)
    assert error.problems == (problem,)
    assert str(problem) == str(error) == "shop.toml: points.value: is missing."


def test_old_caches_go_and_a_folder_that_is_not_there_is_no_matter(tmp_path: Path) -> None:
    forget_old_caches(tmp_path / "nowhere" / "cache")
    for number in range(12):
        (tmp_path / f"old{number}").mkdir()
    forget_old_caches(tmp_path / "old0")
    assert 1 <= len(list(tmp_path.iterdir())) < 12


def test_a_partner_or_a_bonus_alone_is_a_program(tmp_path: Path) -> None:
    """There is something to stay for although nothing is earned by buying."""
    texts = {
        "partner": '[points]\nvalue = "0.01"\n[partners]\nearn = [ { name = "hotel", points_bought_at = "0.01" } ]\n',
        "bonus": '[stored_value]\noffers = [ { pay = "100.00", bonus = "5.00" } ]\n',
        "nothing": "",
    }
    found = {}
    for name, text in texts.items():
        path = tmp_path / f"{name}.toml"
        path.write_text(PLAIN + text, "utf-8")
        found[name] = load_policy(path).has_program
    assert found == {"partner": True, "bonus": True, "nothing": False}


@pytest.mark.parametrize(
    ("validity", "en", "zh"),
    [
        ("until review", "until the next review", "到下次评定为止"),
        ("rest of year + 1 year", "the rest of the year plus 1 year", "到当年年底再加 1 年"),
        ("18 months", "18 months", "18 个月"),
    ],
)
def test_validities_in_words(tmp_path: Path, validity: str, en: str, zh: str) -> None:
    path = tmp_path / "shop.toml"
    levels = '[[tiers.level]]\nname = "a"\nenter = 0\n[[tiers.level]]\nname = "b"\nenter = 5\n'
    path.write_text(f'{PLAIN}[tiers]\nmetric = "orders"\nvalidity = "{validity}"\n{levels}', "utf-8")
    policy = load_policy(path)
    assert value_text(policy, ("tiers", "validity")) == en
    assert value_text(policy, ("tiers", "validity"), "zh") == zh
