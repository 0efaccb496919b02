"""Plain-text tables and folded paragraphs for a terminal."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Sequence

CELLS_MOST = 100
"""Cells of a line that still reads well."""

_GAP = "  "
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_OPENING, _CLOSING = "「『（《【“‘", "」』）》】”’，。；：、？！"
_PIECE = re.compile(rf"[{_OPENING}]*(?:[^{_WIDE}{_OPENING}{_CLOSING} ]+|[{_WIDE}]?)[{_CLOSING}]* *")
"""What stays on one line: a word, or one Chinese character, with the marks that belong to it and blanks behind it."""


def width(text: str) -> int:
    """Cells that a text takes on a terminal: Chinese characters take two."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


def text_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """A table as text: the first ``left`` columns flush left, the others flush right; a rule below the header."""
    cells = [header, *rows]
    widths = [max(width(row[column]) for row in cells) for column in range(len(header))]
    lines = [_line(row, widths, left) for row in cells]
    lines.insert(1, _GAP.join("-" * each for each in widths))
    return "\n".join(lines)


def wrapped(text: str, most: int) -> str:
    """A text on lines of at most ``most`` cells, broken at blanks and between Chinese characters."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and width((lines[-1] + piece).rstrip(" ")) > most:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip(" ") for line in lines)


def folded(text: str) -> str:
    """A paragraph as wide as the terminal, but never wider than reads well."""
    return wrapped(text, min(shutil.get_terminal_size((CELLS_MOST, 0)).columns, CELLS_MOST))


def _line(row: Sequence[str], widths: Sequence[int], left: int) -> str:
    parts = []
    for column, (text, most) in enumerate(zip(row, widths, strict=True)):
        blank = " " * (most - width(text))
        parts.append(text + blank if column < left else blank + text)
    return _GAP.join(parts).rstrip()
