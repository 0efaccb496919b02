"""Members' outcomes column by column, each as narrow as its numbers allow.

Sums over members then read one stretch of memory, and a run of many members takes a fraction of the room that its
rows would: most outcomes are small counts and flags.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from sim.members.outcomes import OUTCOME

_NARROW = (np.int8, np.int16, np.int32)


class Columns:
    """OUTCOME rows turned into columns. Reads like the array: a column by name, some members by a mask or places.

    A column is read as int64, whatever it is kept as. A selection copies a column only when it is asked for.
    """

    def __init__(self, table: Mapping[str, np.ndarray], size: int, chosen: np.ndarray | None = None) -> None:
        """``table`` holds integers (size,) by field; ``chosen`` is a mask or places of members, all if None."""
        self._table, self._everybody, self._chosen = table, size, chosen
        if chosen is None:
            self.size = size
        else:
            self.size = int(np.count_nonzero(chosen)) if chosen.dtype == bool else chosen.size

    def __getitem__(self, key: str | np.ndarray) -> np.ndarray | Columns:
        if isinstance(key, str):
            column = self._table[key]
            return (column if self._chosen is None else column[self._chosen]).astype(np.int64)
        if self._chosen is not None:
            key = (np.flatnonzero(self._chosen) if self._chosen.dtype == bool else self._chosen)[key]
        return Columns(self._table, self._everybody, key)

    @property
    def nbytes(self) -> int:
        """Memory that the columns take."""
        return sum(column.nbytes for column in self._table.values())

    def only(self, fields: Iterable[str]) -> Columns:
        """These columns alone; the others can then go."""
        return Columns({name: self._table[name] for name in fields}, self._everybody, self._chosen)


Outcomes = np.ndarray | Columns
"""OUTCOME (members,), as rows or as columns."""


class Gathering:
    """Outcomes of shards, turned into columns as they come in."""

    def __init__(self) -> None:
        self._shards: dict[int, dict[str, np.ndarray]] = {}

    def put(self, first: int, rows: np.ndarray) -> None:
        """Outcomes of the members from ``first`` on, OUTCOME (n,); in place of those that were put there before."""
        self._shards[first] = {name: _narrow(rows[name]) for name in OUTCOME.names}

    def columns(self) -> Columns:
        """All of them together, by member; the gathering is empty then."""
        shards = [self._shards[first] for first in sorted(self._shards)]
        self._shards = {}
        # Field by field, so that no more than one column is ever there twice.
        table = {name: np.concatenate([shard.pop(name) for shard in shards]) for name in OUTCOME.names}
        return Columns(table, table[OUTCOME.names[0]].size)


def columns_of(outcomes: Outcomes) -> Columns:
    """OUTCOME (members,) as columns."""
    if isinstance(outcomes, Columns):
        return outcomes
    return Columns({name: _narrow(outcomes[name]) for name in OUTCOME.names}, outcomes.size)


def _narrow(values: np.ndarray) -> np.ndarray:
    """A copy in the smallest type that holds all of them."""
    low, high = int(values.min(initial=0)), int(values.max(initial=0))
    fits = (kind for kind in _NARROW if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max)
    return values.astype(next(fits, np.int64))
