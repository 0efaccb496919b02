"""From a name or a path to a policy: find the file, parse it, lay it over what it extends, settle the values."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from policies.document import Document, Reader, merged
from policies.errors import PolicyError, Problem, nearest, shown
from policies.policy import Policy
from policies.resolve import resolved
from policies.values import quoted

CATALOGUE = Path(__file__).resolve().parent / "catalogue"
"""Folder of the shipped policies."""

_LONGEST_CHAIN = 20


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
    known = ", ".join(shipped)
    rule = f"is neither a file nor one of the shipped policies: {known}"
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
    value = document.header["extends"].entries[0].value if "extends" in document.header else None
    if not isinstance(value, str):
        return document, problems
    chain = (*children, path.resolve())
    parent, problem = _parent(path, value, chain)
    if parent is None:
        refusal, guess = problem
        example = 'extends = "baseline"'
        return document, [*problems, Problem(path.name, "extends", refusal, shown(value), guess=guess, example=example)]
    below, more = _read_chain(parent, chain)
    return merged(below, document), [*problems, *more]


def _parent(path: Path, value: str, chain: tuple[Path, ...]) -> tuple[Path | None, tuple[str, str]]:
    """The file that ``extends`` names, or the rule that it breaks and a guess."""
    shipped = catalogue()
    beside = path.parent / value
    name = value.removesuffix(".toml")
    if value not in shipped and _is_file(beside):
        found = beside
    elif name in shipped:
        found = shipped[name]
    else:
        guess = nearest(name, shipped)
        rule = f"names neither a file beside this one nor a shipped policy ({', '.join(shipped)})"
        return None, (rule, quoted(guess))
    if found.resolve() in chain:
        names = " -> ".join(each.name for each in (*chain[chain.index(found.resolve()) :], found))
        return None, (f"leads in a circle: {names}", "")
    if len(chain) > _LONGEST_CHAIN:
        return None, (f"makes a chain of more than {_LONGEST_CHAIN} files", "")
    return found, ("", "")


def read_file(path: Path) -> tuple[Document, list[Problem]]:
    """One file by itself. Raises ``PolicyError`` if it cannot be parsed at all."""
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no such file"
        raise PolicyError([Problem(_shown_name(path.name), "", f"cannot be read ({reason.lower()})")]) from None
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
        rule = f"is not UTF-8 text: byte 0x{data[error.start]:02x} at line {line}, column {column}; save it as UTF-8"
        raise PolicyError([Problem(file, "", rule)]) from None
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        rule = f"is not valid TOML: {str(error).replace(' (at ', ', at ').rstrip(')')}"
        raise PolicyError([Problem(file, "", rule, example='pending = "7 days"')]) from None
    except RecursionError:
        raise PolicyError([Problem(file, "", "is not a policy: its lists or tables are nested too deeply")]) from None
    except (ValueError, ArithmeticError):
        raise PolicyError([Problem(file, "", "holds a number or a date that is too large to read")]) from None
