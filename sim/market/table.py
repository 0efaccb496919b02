"""What the tables of a scenario file have in common."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from policies.errors import Refusal, says

Text = Annotated[str, Field(min_length=1, max_length=200)]
Positive = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Shape = Annotated[float, Field(ge=0.1, le=1e6, allow_inf_nan=False)]
"""Of a gamma or beta distribution. Below this, some draws are too small for a floating-point number."""

_MONEY_MOST = 1_000_000_000
_SHARES_TOLERANCE = 1e-9


class Table(BaseModel):
    """A table of a scenario file. Immutable; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _plain(amount: Decimal) -> Decimal:
    """One spelling for 4, 4.0 and 4.00, so that they have one digest."""
    return Decimal(f"{amount.normalize():f}")


Money = Annotated[Decimal, Field(ge=0, le=_MONEY_MOST), AfterValidator(_plain)]
"""In the major unit of the currency."""


def adds_to_one(shares: dict[str, float]) -> bool:
    """Whether shares by name are of one whole."""
    return abs(sum(shares.values()) - 1) <= _SHARES_TOLERANCE


def whole(most: int) -> Callable[[dict[str, float]], dict[str, float]]:
    """A check of shares by name: at least one, at most so many, and together 1."""

    def check(shares: dict[str, float]) -> dict[str, float]:
        if len(shares) > most:
            raise Refusal(says("has too many entries: at most {most}", "条目过多，最多 {most} 个", most=most))
        if not adds_to_one(shares):
            raise Refusal(says("the shares must add up to 1", "各项占比之和必须为 1"))
        return shares

    return check
