"""Accounts as bytes: exact, and only read back by a program that means the same by them.

Every field of an account is a 64-bit integer, so an account is a row of integers: the head, then the entries in use of
each array, then those counters and streaks that are not blank, each after a mask of their places. Compiled code packs
and unpacks it without a detour through Python.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np

from ledger.errors import LedgerError
from ledger.state import (
    COUNTER,
    COUNTERS,
    COUPON,
    HEAD,
    HELD_LINE,
    LOT,
    ORDER,
    ROOM,
    STORED,
    STREAK,
    USE,
    WINDOW,
    Member,
    member_dtype,
    new_member,
)
from policies.kernel import kernel
from policies.rules import ACTIVITIES_MOST, NEVER_DAY, NO_LIMIT, records

WORD = 8
"""Bytes of one integer."""

FITS, SMALL, DAMAGED = range(3)
"""Answers of ``unpack``."""

_SCALES_MOST = 24


class Sheet(NamedTuple):
    """The same memory as a Member's, as integers: one row an entry."""

    head: np.ndarray  # int64 (fields of HEAD,)
    lots: np.ndarray  # int64 (capacity, fields), and so are the others
    window: np.ndarray
    orders: np.ndarray
    lines: np.ndarray
    uses: np.ndarray
    coupons: np.ndarray
    stored: np.ndarray
    faded: np.ndarray
    counters: np.ndarray
    streaks: np.ndarray


class Scratch(NamedTuple):
    """An account to work in, and its memory as integers."""

    member: Member
    sheet: Sheet


def new_scratch(scale: int = 1) -> Scratch:
    """An account with ``scale`` times the usual room."""
    accounts = records(1, member_dtype(scale))
    accounts[0] = new_member(0, scale)
    # The head stands first in the memory of an account.
    return Scratch(accounts[0], _sheet(accounts.view(np.int64)[: HEAD.itemsize // WORD], accounts[0]))


def _sheet(head: np.ndarray, member: Member) -> Sheet:
    """The arrays of an account as integers, in the same memory."""
    return Sheet(head, *(_words(member[name]) for name in Sheet._fields[1:]))


def words_at_most(scratch: Scratch) -> int:
    """Integers that this account needs when it is packed and everything is in use."""
    return sum(each.size for each in scratch.sheet) + 2


@kernel
def pack(sheet, member, out, start):
    """Write the account into the integers ``out`` from ``start``; returns where it ends."""
    head = member.head
    at = start
    for index in range(sheet.head.size):
        out[at] = sheet.head[index]
        at += 1
    at = _pack_rows(sheet.lots, head.lots, out, at)
    at = _pack_rows(sheet.window, head.windows, out, at)
    at = _pack_rows(sheet.orders, head.held_orders, out, at)
    at = _pack_rows(sheet.lines, head.held_lines, out, at)
    at = _pack_rows(sheet.uses, head.uses, out, at)
    at = _pack_rows(sheet.coupons, head.coupons, out, at)
    at = _pack_rows(sheet.stored, head.stored, out, at)
    at = _pack_rows(sheet.faded, head.faded, out, at)
    at = _pack_pairs(sheet.counters, NO_LIMIT, out, at)
    return _pack_pairs(sheet.streaks, -NEVER_DAY, out, at)


@kernel
def _pack_rows(rows, used, out, at):
    for row in range(used):
        for column in range(rows.shape[1]):
            out[at] = rows[row, column]
            at += 1
    return at


@kernel
def _pack_pairs(pairs, blank, out, at):
    """A mask of the pairs that are not (blank, 0), then those."""
    mask_at = at
    mask = 0
    at += 1
    for index in range(pairs.shape[0]):
        if pairs[index, 0] != blank or pairs[index, 1] != 0:
            mask |= 1 << index
            out[at] = pairs[index, 0]
            out[at + 1] = pairs[index, 1]
            at += 2
    out[mask_at] = mask
    return at


@kernel
def unpack(words, start, size, sheet, member):
    """Read an account back; returns FITS, SMALL (the account in hand has too little room) or DAMAGED."""
    if size < sheet.head.size + 2:
        return DAMAGED
    for index in range(sheet.head.size):
        sheet.head[index] = words[start + index]
    head = member.head
    left = size - sheet.head.size - 2
    left = _less(left, head.lots, sheet.lots)
    left = _less(left, head.windows, sheet.window)
    left = _less(left, head.held_orders, sheet.orders)
    left = _less(left, head.held_lines, sheet.lines)
    left = _less(left, head.uses, sheet.uses)
    left = _less(left, head.coupons, sheet.coupons)
    left = _less(left, head.stored, sheet.stored)
    left = _less(left, head.faded, sheet.faded)
    if left < 0:
        return DAMAGED
    if (
        head.lots > sheet.lots.shape[0]
        or head.windows > sheet.window.shape[0]
        or head.held_orders > sheet.orders.shape[0]
        or head.held_lines > sheet.lines.shape[0]
        or head.uses > sheet.uses.shape[0]
        or head.coupons > sheet.coupons.shape[0]
        or head.stored > sheet.stored.shape[0]
        or head.faded > sheet.faded.shape[0]
    ):
        return SMALL
    end = start + size
    at = start + sheet.head.size
    at = _unpack_rows(words, at, head.lots, sheet.lots)
    at = _unpack_rows(words, at, head.windows, sheet.window)
    at = _unpack_rows(words, at, head.held_orders, sheet.orders)
    at = _unpack_rows(words, at, head.held_lines, sheet.lines)
    at = _unpack_rows(words, at, head.uses, sheet.uses)
    at = _unpack_rows(words, at, head.coupons, sheet.coupons)
    at = _unpack_rows(words, at, head.stored, sheet.stored)
    at = _unpack_rows(words, at, head.faded, sheet.faded)
    at = _unpack_pairs(words, at, end - 1, sheet.counters, NO_LIMIT)
    at = _unpack_pairs(words, at, end, sheet.streaks, -NEVER_DAY)
    return FITS if at == end else DAMAGED


@kernel
def _less(left, used, rows):
    """What is left of so many integers after the entries in use; below zero if that cannot be."""
    if left < 0 or used < 0 or used > left:
        return -1
    return left - used * rows.shape[1]


@kernel
def _unpack_rows(words, at, used, rows):
    for row in range(used):
        for column in range(rows.shape[1]):
            rows[row, column] = words[at]
            at += 1
    return at


@kernel
def _unpack_pairs(words, at, end, pairs, blank):
    """Read the pairs that a mask names, but not beyond ``end``; the others are blank."""
    if at >= end:
        return end + 2
    mask = words[at]
    at += 1
    for index in range(pairs.shape[0]):
        pairs[index, 0] = blank
        pairs[index, 1] = 0
        if mask & (1 << index) != 0:
            if at + 2 > end:
                return end + 2
            pairs[index, 0] = words[at]
            pairs[index, 1] = words[at + 1]
            at += 2
    return at


def _fingerprint() -> str:
    layout = [each.descr for each in (HEAD, LOT, WINDOW, ORDER, HELD_LINE, USE, COUPON, STORED, WINDOW)]
    layout += [COUNTERS, COUNTER.descr, ACTIVITIES_MOST, STREAK.descr]
    return hashlib.sha256(repr(layout).encode()).hexdigest()[:16]


STATE_FORMAT = _fingerprint()
"""Fingerprint of the layout: names, order and number of the fields of an account."""


def packed(member: Member) -> bytes:
    """The account as bytes, little-endian everywhere."""
    heads = records(1, HEAD)
    heads[0] = member.head
    sheet = _sheet(_words(heads)[0], member)
    out = np.zeros(words_at_most(Scratch(member, sheet)), np.int64)
    return as_bytes(out[: pack(sheet, member, out, 0)])


def unpacked(state: bytes, number: int) -> Member:
    """The account of member ``number``, with room to grow. Raises LedgerError if the bytes cannot be one."""
    words = as_words(state)
    for scale in (2**power for power in range(_SCALES_MOST)):
        scratch = new_scratch(scale)
        answer = DAMAGED if words is None else unpack(words, 0, words.size, scratch.sheet, scratch.member)
        if answer == FITS:
            return scratch.member
        if answer == DAMAGED:
            break
    raise damaged(number)


def damaged(number: int) -> LedgerError:
    """What is said of a stored account that cannot be one."""
    return LedgerError(f"The stored state of member {number} is damaged: its length is not what it says.")


def as_bytes(words: np.ndarray) -> bytes:
    """Integers as they are stored."""
    return words.astype("<i8", copy=False).tobytes()


def as_words(state: bytes) -> np.ndarray | None:
    """Stored integers, int64 (n,); None if the bytes are not whole ones."""
    return None if len(state) % WORD else np.array(np.frombuffer(state, "<i8"), np.int64)


def roomier(member: Member) -> Member:
    """The same account with twice the room."""
    words = as_words(packed(member))
    scratch = new_scratch(2 * member.lots.size // ROOM["lots"][1])
    assert unpack(words, 0, words.size, scratch.sheet, scratch.member) == FITS
    return scratch.member


def _words(rows: np.ndarray) -> np.ndarray:
    """Records as integers, int64 (n, fields), in the same memory."""
    return np.asarray(rows).view(np.int64).reshape(len(rows), rows.dtype.itemsize // WORD)
