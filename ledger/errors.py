"""What goes wrong around the books, in sentences for the person who can put it right."""

from __future__ import annotations

from policies.errors import Words


class LedgerError(Exception):
    """The store cannot do what was asked: wrong database, damaged state, a fact that makes no sense.

    A refusal by the rules of the program is no error: it comes back as a receipt with a status.
    """

    def __init__(self, message: str | Words) -> None:
        """``message`` is in English for whoever runs the store, or in two languages for whoever types something in."""
        self.words = message if isinstance(message, Words) else Words(message, message)
        super().__init__(self.words.en)

    def text(self, language: str = "en") -> str:
        """The message in a language, ``"en"`` or ``"zh"``, where it has two."""
        return self.words.text(language)
