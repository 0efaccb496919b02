"""What people call the things that are counted, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Named:
    """One line of a table: its key for machines, its name and what it counts for readers."""

    key: str
    title: str
    title_zh: str
    definition: str
    definition_zh: str

    def name(self, language: str) -> str:
        """What it is called in a language."""
        return self.title_zh if language == "zh" else self.title

    def meaning(self, language: str) -> str:
        """What exactly it counts."""
        return self.definition_zh if language == "zh" else self.definition
