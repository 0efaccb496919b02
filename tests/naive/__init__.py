"""The slow, obvious twin of the ledger: it says what is right, and the compiled one must say the same.

Dates are dates, fractions are fractions, lots are dictionaries, and every single night is lived through.
It reads the resolved versions of a policy and the enums in them, and shares no rule with the ledger: only
the words for accounts and causes, and the numbers of gift lists, are the same.
"""

from __future__ import annotations

from tests.naive.member import Naive

__all__ = ["Naive"]
