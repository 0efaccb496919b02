"""How a parameter is declared: once, beside the field that holds it.

Validation, error examples, the rule sheet, the form widgets and the reference page all read these records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pydantic import BaseModel, ConfigDict

from policies.errors import in_language
from policies.values import Kind


class Table(BaseModel):
    """A table of a policy with resolved values: integers, never floats. Immutable."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)


class Default(Enum):
    """Marks a default that is not a value."""

    REQUIRED = "required"


REQUIRED = Default.REQUIRED
"""The parameter must be written."""


@dataclass(frozen=True)
class Parameter:
    """One key of a policy file."""

    title: str
    title_zh: str
    meaning: str
    meaning_zh: str
    unit: str
    kind: Kind
    example: str
    """A legal value as TOML spells it."""
    default: Any = REQUIRED
    """The value when the key is absent, as TOML would hold it; REQUIRED, or None for "none"."""
    default_from: str = ""
    """The sister key whose value is the default, if there is one."""
    dated: bool = True
    """Whether the value may change on given dates."""
    read_when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Switches, all of which must stand at one of these words for this parameter to be read at all.

    A switch is a dotted path (in lists of tables: any row) or the name of a sister key.
    """
    says: str = ""
    """The rule as a sentence or phrase; ``{value}`` stands for the value. Empty: not on the rule sheet."""
    says_zh: str = ""
    quiet: bool = False
    """Not on the rule sheet while it is nothing but its default."""
    key: str = ""
    """The key in the file, where it differs from the field."""
    attribute: str = ""
    """The field of the model. Filled in by the collection."""
    path: str = ""
    """Dotted path without the names of rows, such as ``tiers.level.enter``. Filled in by the collection."""

    @property
    def range(self) -> str:
        """The legal values in words."""
        return in_language(self.kind.limits(), "en")

    @property
    def range_zh(self) -> str:
        """The legal values in Chinese words."""
        return in_language(self.kind.limits(), "zh")

    @property
    def widget(self) -> str:
        """Name of the control that suits the parameter in a form."""
        return self.kind.widget

    @property
    def required(self) -> bool:
        """True if the key has no default."""
        return self.default is REQUIRED and not self.default_from


@dataclass(frozen=True)
class Section:
    """One table, or list of tables, of a policy file."""

    title: str
    title_zh: str
    model: type[Table]
    key: str = ""
    """The key in the file, where it differs from the field."""
    rows: bool = False
    """A list of tables."""
    named: bool = True
    """Rows are known by a name and merge by it; other lists replace each other whole."""
    known_by: str = "name"
    """The key that holds the name of a named row."""
    most: int = 0
    """How many rows there can be; 0 if the section is no list."""
    optional: bool = False
    """An absent table is None and not a table of defaults."""
    attribute: str = ""
    """The field of the parent model."""
    path: str = ""
    """Dotted path without the names of rows, such as ``tiers.level``. Filled in by the collection."""
    parameters: dict[str, Parameter] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
