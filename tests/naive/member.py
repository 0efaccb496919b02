"""A member under a policy: one event after the other."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from tests.naive.nights import Nights

BLANK = {
    "order": -1, "list_cents": 0, "redeem_points": 0, "stored_cents": 0, "coupons": (), "channel": 0, "lines": (),
    "which": 0, "points": 0, "cents": 0, "chance": 0, "other": -1, "earned_day": 0, "until_day": 0, "promotional": 0,
    "invited": 0, "referred": 0, "birth_month": 0, "birth_day": 0, "trial": 0,
}  # fmt: skip
"""What an event says of things that nobody mentions."""

POINTS_MOVES = ("grant", "adjust", "extend", "reinstate", "send", "receive")
PLAN_MOVES = ("plan_start", "plan_cancel", "plan_renew", "plan_change", "plan_refund")


class Naive(Nights):
    """One member under a policy. ``transfers`` lists what was posted, in words."""

    def happens(self, kind: str, day: date, second: int, **what: object) -> str:
        """One event on a day; "ok" or the name of the refusal. Nights before it happen first, come what may."""
        e = SimpleNamespace(**{**BLANK, **what, "second": second})
        if self.today is None or day > self.today:
            self.live_until(day)
        self.rules = self.policy.versions[self.rules_of(day)]
        refusal = self.standing_refusal(kind, day, second) or self.refusal(kind, e)
        if refusal:
            return refusal
        self.today, self.second = day, second
        getattr(self, f"_{kind}")(e)
        self.hear()
        return "ok"

    def standing_refusal(self, kind: str, day: date, second: int) -> str | None:
        """Why nothing of the kind can happen to this member."""
        if kind == "join":
            return "already_a_member" if self.joined else None
        if not self.joined:
            return "not_a_member"
        if self.left:
            return "account_closed"
        return "event_out_of_order" if (day, second) < (self.today, self.second) else None

    def refusal(self, kind: str, e: SimpleNamespace) -> str | None:
        """Why this event cannot happen."""
        if kind in POINTS_MOVES:
            return self._points_refusal(kind, e)
        if kind in PLAN_MOVES:
            return self._plan_refusal(kind, e)
        return None if kind == "leave" else getattr(self, f"_{kind}_refusal")(e)
