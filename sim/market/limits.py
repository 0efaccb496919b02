"""How large a scenario may be. Imports nothing, so that the command line can name it at once."""

from __future__ import annotations

MEMBERS_MOST = 100_000_000
"""Members of a run, those who come later included."""
