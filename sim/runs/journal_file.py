"""The journal of a run as a Parquet file, written as a stream: memory does not grow with the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ledger.accounts import Account, Cause, Unit, account_name
from policies import Policy

NAMES = pa.dictionary(pa.int32(), pa.string())
"""Type of a column of names."""

SCHEMA = pa.schema(
    [
        ("member", pa.int64()),
        ("sequence", pa.int64()),  # of the member's transfers, from 0 without gaps
        ("date", pa.date32()),
        ("second", pa.int32()),  # of the business day; 0 at night
        ("unit", NAMES),
        ("debit", NAMES),
        ("credit", NAMES),
        ("amount", pa.int64()),  # points, growth, minor units of money, pieces, or one seat
        ("cause", NAMES),
        ("version", pa.int32()),  # of the policy
        ("lot", pa.int64()),  # null if no lot is concerned
        ("order", pa.int64()),  # null if no order is concerned
        ("which", pa.int64()),  # row, campaign, coupon, reward, gift list or top-up by number; null if none
    ]
)
"""Columns of a journal file."""


class JournalWriter:
    """Receives transfers part by part; see ``journal_file``."""

    def __init__(self, writer: pq.ParquetWriter, policy: Policy) -> None:
        self._writer = writer
        self._accounts = {int(each): account_name(each) for each in Account}
        self._accounts |= {Account.TIER_FIRST + rank: f"tier:{name}" for rank, name in enumerate(policy.level_names)}
        self._accounts |= {
            Account.PLAN_FIRST + slot: f"plan:{name}" for slot, name in enumerate(policy.plan_names, start=1)
        }
        self.transfers = 0

    def __call__(self, rows: np.ndarray) -> None:
        """Append transfers, TRANSFER (n,)."""
        self.transfers += len(rows)
        self._writer.write_table(pa.table([self._column(rows, field) for field in SCHEMA], SCHEMA))

    def _column(self, rows: np.ndarray, field: pa.Field) -> Any:
        if field.name == "date":
            return pa.array(rows["day"].astype(np.int32)).cast(pa.date32())
        if field.name in ("debit", "credit"):
            return named(rows[field.name], self._accounts)
        if field.name == "unit":
            return named(rows["unit"], {int(each): each.name.lower() for each in Unit})
        if field.name == "cause":
            return named(rows["cause"], {int(each): each.name.lower() for each in Cause})
        values = rows[field.name]
        absent = values < 0 if field.name in ("lot", "order", "which") else None
        return pa.array(values, mask=absent).cast(field.type)


def named(codes: np.ndarray, names: dict[int, str]) -> pa.DictionaryArray:
    """Codes as a column of names; the dictionary is always whole, so that all parts share it."""
    known = sorted(names)
    indices = np.searchsorted(known, codes).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(indices), pa.array([names[each] for each in known]))


@contextmanager
def whole_file(path: Path, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A Parquet file that appears under its name only when it is complete.

    Raises:
        OSError: the file cannot be written.
    """
    unfinished = path.with_name(path.name + ".part")
    try:
        with pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:
            yield writer
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def journal_file(path: Path, policy: Policy) -> Iterator[JournalWriter]:
    """A Parquet file that takes transfers: ``keep`` in ``simulate(..., keep_transfers=keep)``.

    The file appears under its name only when it is complete.

    Raises:
        OSError: the file cannot be written.
    """
    with whole_file(path, SCHEMA) as writer:
        yield JournalWriter(writer, policy)
