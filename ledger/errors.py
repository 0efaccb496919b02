"""What goes wrong around the books, in sentences for the person who can put it right."""

from __future__ import annotations


class LedgerError(Exception):
    """The store cannot do what was asked: wrong database, damaged state, a fact that makes no sense.

    A refusal by the rules of the program is no error: it comes back as a receipt with a status.
    """
