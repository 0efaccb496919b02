"""The values that a check looks at, and how it complains about one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.document import Document, Flat, Path, entry_at
from policies.errors import Problem, Words, shown
from policies.parameters import spelled


@dataclass(frozen=True)
class Values:
    """The good values of one version, and how to complain about one. Bad values are absent."""

    flat: Flat
    document: Document
    since: date

    def get(self, *path: str) -> Any:
        """The value of a path, or None."""
        return self.flat.get(path)

    def is_written(self, *path: str) -> bool:
        """Whether the file holds a key, readable or not, and does not say "none"."""
        if path in self.document.spoilt:
            return True
        leaf = self.document.leaves.get(path)
        return leaf is not None and entry_at(leaf, self.since).value != "none"

    def rows(self, *path: str) -> Iterator[Path]:
        """Paths of the rows of a list, in order."""
        for name in self.document.rows.get(path, []):
            yield (*path, name)

    def is_spoilt(self, *path: str) -> bool:
        """Whether a list was refused already, so that nothing can be said about all of its rows together."""
        return path in self.document.spoilt

    def problem(self, path: Path, rule: Words, example: Words | str = "", guess: str = "") -> Problem:
        """A problem at a path, with the value and date that the file gives it."""
        leaf = self.document.leaves.get(path)
        if leaf is None:
            return Problem(self.document.file, spelled(path), rule, example=example, guess=guess)
        entry = entry_at(leaf, self.since)
        return Problem(leaf.file, spelled(path), rule, shown(entry.value), entry.since, example, guess)
