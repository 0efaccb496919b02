"""From a name or a path to a policy: find the file, parse it, lay it over what it extends, settle the values."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from policies.document import SWITCH, Document, Leaf, Reader, merged
from policies.errors import PolicyError, Problem, Refusal, Words, listed, nearest, says, shown
from policies.policy import Policy
from policies.resolve import resolved
from policies.values import quoted

CATALOGUE = Path(__file__).resolve().parent / "catalogue"
"""Folder of the shipped policies."""

_LONGEST_CHAIN = 20

_SYNTAX_ZH = {
    r"Duplicate|Cannot (declare|overwrite|redefine|mutate)": "同一个键或表写了两次",
    r"Expected '='": "键的后面应有等号",
    r"Expected newline": "写完一项后应换行",
    r"Expected|Unclosed|Unterminated": "括号或引号没有闭合",
    r"Invalid (value|date)": "值的写法有误，文本须带引号",
}
"""How remarks of the TOML reader, which speaks English only, begin: what they mean in Chinese."""


def catalogue() -> dict[str, Path]:
    """The shipped policies: name -> file, sorted by name."""
    return {path.stem: path for path in sorted(CATALOGUE.glob("*.toml"))}


def load_policy(source: str | Path) -> Policy:
    """The policy of a shipped name (``"baseline"``) or a file (``"candidate.toml"``).

    Raises:
        PolicyError: with everything that is wrong with the file and those it extends.
    """
    path = _find(source)
    document, problems = _read_chain(path, ())
    return resolved(document, path.stem, problems)


def _find(source: str | Path) -> Path:
    shipped = catalogue()
    if isinstance(source, str) and source in shipped:
        return shipped[source]
    path = Path(source)
    if _is_file(path):
        return path
    name = path.stem if path.suffix == ".toml" else str(source)
    guess = nearest(name, shipped)
    rule = says(
        "is neither a file nor one of the shipped policies: {known}",
        "既不是文件，也不是自带的方案；自带的方案：{known}",
        known=listed(shipped),
    )
    raise PolicyError([Problem(_shown_name(source), "", rule, guess=quoted(guess), example='"baseline"')])


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _shown_name(source: str | Path) -> str:
    text = str(source)
    return text if text.isprintable() and text else shown(text)


def _read_chain(path: Path, children: tuple[Path, ...]) -> tuple[Document, list[Problem]]:
    """The document of a file over all it extends, and what is wrong with their shape."""
    document, problems = read_file(path)
    chain = (*children, path.resolve())
    parent, more = _named_document(path, document.header.get("extends"), "extends", chain)
    problems = [*problems, *more]
    result = merged(parent, document) if parent else document
    if document.has_switch and not (parent and parent.has_switch):
        leaf = document.leaves.get((*SWITCH, "replaces"))
        old, more = _named_document(path, leaf, "switch.replaces", chain) if leaf else (parent, [])
        problems = [*problems, *more]
        result.before = old
    return result, problems


def _named_document(
    path: Path, leaf: Leaf | None, key: str, chain: tuple[Path, ...]
) -> tuple[Document | None, list[Problem]]:
    """The document of the policy that a key of a file names; None if it names none that can be read."""
    value = leaf.entries[0].value if leaf else None
    if not isinstance(value, str):
        return None, []
    try:
        found = _parent(path, value, chain)
    except Refusal as refusal:
        example = f'{key.rpartition(".")[2]} = "baseline"'
        return None, [Problem(path.name, key, refusal.words, shown(value), guess=refusal.guess, example=example)]
    document, problems = _read_chain(found, chain)
    document.source = value
    return document, problems


def _parent(path: Path, value: str, chain: tuple[Path, ...]) -> Path:
    """The file that ``extends`` or ``replaces`` names. Raises ``Refusal``."""
    shipped = catalogue()
    beside = path.parent / value
    name = value.removesuffix(".toml")
    if value not in shipped and _is_file(beside):
        found = beside
    elif name in shipped:
        found = shipped[name]
    else:
        rule = says(
            "names neither a file beside this one nor a shipped policy ({known})",
            "既不是同一文件夹中的文件，也不是自带的方案（{known}）",
            known=listed(shipped),
        )
        raise Refusal(rule, quoted(nearest(name, shipped)))
    if found.resolve() in chain:
        names = " -> ".join(each.name for each in (*chain[chain.index(found.resolve()) :], found))
        raise Refusal(says("leads in a circle: {names}", "循环引用：{names}", names=names))
    if len(chain) > _LONGEST_CHAIN:
        raise Refusal(says("makes a chain of more than {most} files", "引用的文件超过 {most} 层", most=_LONGEST_CHAIN))
    return found


def read_file(path: Path) -> tuple[Document, list[Problem]]:
    """One file by itself. Raises ``PolicyError`` if it cannot be parsed at all."""
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise PolicyError([Problem(_shown_name(path.name), "", unreadable(error))]) from None
    return read_content(parsed(data, path.name), path.name)


def read_content(content: dict[str, Any], file: str) -> tuple[Document, list[Problem]]:
    """A parsed file by its shape."""
    reader = Reader(file)
    return reader.read(content), reader.problems


def parsed(data: bytes, file: str) -> dict[str, Any]:
    """The content of a TOML file, with every number exact. Raises ``PolicyError`` with line and column."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        rule = says(
            "is not UTF-8 text: byte 0x{byte:02x} at line {line}, column {column}; save it as UTF-8",
            "不是 UTF-8 文本：第 {line} 行第 {column} 个字节为 0x{byte:02x}；请以 UTF-8 编码保存",
            byte=data[error.start],
            line=line,
            column=column,
        )
        raise PolicyError([Problem(file, "", rule)]) from None
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError([Problem(file, "", _syntax(str(error)), example='pending = "7 days"')]) from None
    except RecursionError:
        rule = says("is not a policy: its lists or tables are nested too deeply", "不是方案文件：列表或表嵌套过深")
        raise PolicyError([Problem(file, "", rule)]) from None
    except (ValueError, ArithmeticError):
        rule = says("holds a number or a date that is too large to read", "含有过大而无法读取的数字或日期")
        raise PolicyError([Problem(file, "", rule)]) from None


def _syntax(remark: str) -> Words:
    """What the TOML reader remarks, such as "Invalid value (at line 2, column 9)"."""
    reason, _, place = remark.removesuffix(")").rpartition(" (at ")
    zh = next((each for start, each in _SYNTAX_ZH.items() if re.match(start, reason)), "写法有误")
    numbers = re.fullmatch(r"line (\d+), column (\d+)", place)
    return says(
        "is not valid TOML: {reason}, at {place}",
        "不是合法的 TOML：{place}，{reason}",
        reason=Words(reason, zh),
        place=Words(place, f"第 {numbers[1]} 行第 {numbers[2]} 列" if numbers else "文件末尾"),
    )


def unreadable(error: OSError | ValueError) -> Words:
    """Of a file that cannot be opened."""
    match error:
        case PermissionError():
            reason = says("permission denied", "没有读取权限")
        case IsADirectoryError():
            reason = says("is a directory", "这是一个文件夹")
        case OSError(errno=number, strerror=str(told)) if not isinstance(error, FileNotFoundError):
            reason = Words(told.lower(), f"系统错误 {number}")
        case _:
            reason = says("no such file", "没有这个文件")
    return says("cannot be read ({reason})", "无法读取（{reason}）", reason=reason)
