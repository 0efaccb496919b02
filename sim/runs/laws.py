"""What ends a run whose books do not balance."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.laws import Law


class BrokenLaw(RuntimeError):
    """The books do not add up: nothing of the run may be used."""

    def __init__(self, laws: Sequence[Law]) -> None:
        self.laws = laws
        super().__init__("\n".join(f"{law.name}: {law.left} is not {law.right}" for law in laws))


def refuse_broken(laws: Sequence[Law]) -> None:
    """Raises BrokenLaw with those that do not hold, if there are any."""
    broken = [law for law in laws if not law.holds]
    if broken:
        raise BrokenLaw(broken)
