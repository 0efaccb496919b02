"""What stored accounts come to together: account after account is unpacked and added up, in compiled code."""

from __future__ import annotations

from ledger.laws import add_totals
from ledger.stored import FITS, unpack
from policies.kernel import kernel


@kernel
def add_accounts(states, places, first, member, sheet, totals):
    """Add packed accounts from the place ``first`` on to the totals of ledger.laws.

    Returns where it has stopped, and the answer of ``unpack`` there: FITS at the end, or that the account in hand has
    too little room, or that the packed one is damaged. ``sheet`` is the memory of ``member``.
    """
    for place in range(first, places.shape[0]):
        answer = unpack(states, places[place, 0], places[place, 1], sheet, member)
        if answer != FITS:
            return place, answer
        add_totals(member, totals)
    return places.shape[0], FITS
