"""Accounts as bytes: exact, and only read back by a program that means the same by them."""

from __future__ import annotations

import hashlib

import numpy as np

from ledger.errors import LedgerError
from ledger.state import FIRST_LOTS, FIRST_WINDOWS, HEAD, LOT, WINDOW, Member
from policies.rules import records

_HEAD, _LOT, _WINDOW = (each.newbyteorder("<") for each in (HEAD, LOT, WINDOW))


def _fingerprint() -> str:
    layout = repr([each.descr for each in (_HEAD, _LOT, _WINDOW)])
    return hashlib.sha256(layout.encode()).hexdigest()[:16]


STATE_FORMAT = _fingerprint()
"""Fingerprint of the layout: names, order and types of every field of an account."""


def packed(member: Member) -> bytes:
    """The account as bytes: head, lots in use, window entries in use; little-endian everywhere."""
    head = np.array(member.head, _HEAD)
    lots = member.lots[: member.head.lots].astype(_LOT)
    window = member.window[: member.head.windows].astype(_WINDOW)
    return head.tobytes() + lots.tobytes() + window.tobytes()


def unpacked(state: bytes, number: int) -> Member:
    """The account of member ``number``, with room to grow. Raises LedgerError if the bytes cannot be one."""
    if len(state) < _HEAD.itemsize:
        raise LedgerError(f"The stored state of member {number} is damaged: it is too short.")
    head = records(1, HEAD)
    head[0] = np.frombuffer(state, _HEAD, 1)[0]
    n_lots, n_windows = int(head[0].lots), int(head[0].windows)
    lots_from = _HEAD.itemsize
    window_from = lots_from + n_lots * _LOT.itemsize
    if min(n_lots, n_windows) < 0 or len(state) != window_from + n_windows * _WINDOW.itemsize:
        raise LedgerError(f"The stored state of member {number} is damaged: its length is not what it says.")
    lots = records(_room(n_lots, FIRST_LOTS), LOT)
    lots[:n_lots] = np.frombuffer(state, _LOT, n_lots, lots_from)
    window = records(_room(n_windows, FIRST_WINDOWS), WINDOW)
    window[:n_windows] = np.frombuffer(state, _WINDOW, n_windows, window_from)
    return Member(head[0], lots, window)


def copied(member: Member) -> Member:
    """An account that can be changed without changing this one."""
    head = records(1, HEAD)
    head[0] = member.head
    return Member(head[0], member.lots.copy(), member.window.copy())


def _room(used: int, first: int) -> int:
    room = first
    while room <= used:
        room *= 2
    return room
