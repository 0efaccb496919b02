"""Stories: what a member did, in lines that a shopkeeper can read, and what the ledger booked for it.

A line is a date and a deed. ``#7`` is the number of an order or of a top-up; an order without one has the number of
its line. Plans, activities, rewards, partners, tiers and coupons go by their names::

    join [invited] [referred] [born 02-29]        night (the books are brought to the morning of that day)
    buy 259.00 [use 200] [stored 50.00] [with five,tenth] [in app] [#7]
    buy skincare:100.00 food:59.00:20.00          lines; the last amount is what the goods cost
    return #7 [20.00 | skincare:20.00]            deliver #7
    start plus, try plus, change plus, give up, cancel, renew
    do review, refer, reward tote, spin 999999, earn at hotel 100, burn at airline 1000
    top up 500.00 #1, return top up #1
    invite black, grant 50, adjust -50, extend 2027-12-31, reinstate 50
    send 50 to 3 [at home], receive 50 until 2027-12-31, household 5, leave
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from textwrap import dedent

from policies import Policy
from policies.days import date_of, day_of
from policies.rules import NEVER_DAY
from tests.ledger.lives import Compiled

POINTS = ("earn", "activate", "redeem", "expire")
TIERS = ("upgrade", "downgrade")
PLANS = ("plan_start", "plan_lapse", "plan_fee")
SALES = ("sale_cash", "sale_discount", "sale_points")

_SHORT = {"join": "join", "refer": "referral", "cancel": "plan_cancel", "renew": "plan_renew", "leave": "leave"}


def booked(policy: Policy, story: str, *causes: str) -> list[str]:
    """What the story leaves in the journal: only transfers of these causes, all if none are named, and refusals."""
    return lines_of(lived(policy, story), causes)


def brief(policy: Policy, story: str, *causes: str) -> list[str]:
    """The same without the accounts, which go with the cause: "2027-01-02 earn 259 of lot 0"."""
    return [line.partition(": ")[0] if " refused: " not in line else line for line in booked(policy, story, *causes)]


def lived(policy: Policy, story: str) -> Compiled:
    """The member after the story. Refusals stand in ``transfers`` as (day, text)."""
    life = Compiled(policy)
    go_on(life, policy, story)
    return life


def go_on(life: Compiled, policy: Policy, story: str) -> None:
    """Live on for some more lines."""
    for number, line in enumerate(dedent(story).strip().splitlines()):
        when, deed, *rest = line.split()
        day = date.fromisoformat(when)
        if deed == "night":
            life.live_until(day)
            continue
        kind, what = event_of(policy, " ".join((deed, *rest)), number)
        # A minute after the line before, so that the order within a day is that of the lines.
        if (answer := life.happens(kind, day, 60 * number, **what)) != "ok":
            life.transfers.append((when, answer))


def event_of(policy: Policy, deed: str, number: int = 0) -> tuple[str, dict[str, object]]:
    """Kind and fields of a deed."""
    words = deed.split()
    what: dict[str, object] = {}
    if words[-1].startswith("#"):
        what["order"] = int(words.pop()[1:])
    if words[0] == "buy":
        return "purchase", {"order": number, **_order(policy, words[1:]), **what}
    if words[0] == "join":
        born = words[words.index("born") + 1] if "born" in words else "00-00"
        month, day = map(int, born.split("-"))
        flags = {"invited": int("invited" in words), "referred": int("referred" in words)}
        return "join", {**flags, "birth_month": month, "birth_day": day}
    if words[0] in _SHORT:
        return _SHORT[words[0]], {}
    if words[0] in ("return", "top"):
        return _money(policy, words, what)
    return _other(policy, words, what)


def _cents(text: str) -> int:
    return int(text.replace(".", "")) if "." in text else 100 * int(text)


def _line(policy: Policy, word: str) -> tuple[int, int, int]:
    category, listed, *cost = word.split(":")
    number = 0 if category == "any" else policy.category_names.index(category) + 1
    return number, _cents(listed), _cents(cost[0]) if cost else 0


def _order(policy: Policy, words: list[str]) -> dict[str, object]:
    lines = [_line(policy, word) for word in words if re.match(r"\w+:", word)]
    what: dict[str, object] = {"lines": lines} if lines else {}
    what["list_cents"] = sum(line[1] for line in lines) if lines else _cents(words[0])
    for key, value in pairwise(words):
        if key == "use":
            what["redeem_points"] = int(value)
        elif key == "stored":
            what["stored_cents"] = _cents(value)
        elif key == "with":
            what["coupons"] = tuple(policy.coupon_codes.index(each) + 1 for each in value.split(","))
        elif key == "in":
            what["channel"] = policy.channel_names.index(value) + 1
    return what


def _money(policy: Policy, words: list[str], what: dict[str, object]) -> tuple[str, dict[str, object]]:
    if words[:2] == ["top", "up"]:
        return "top_up", {"cents": _cents(words[2]), **what}
    if words[1:3] == ["top", "up"]:
        return "top_up_refund", what
    what = {"order": int(words[1][1:])} | what if words[1:] else what
    rest = words[2:]
    if not rest:
        return "refund", {"cents": -1, **what}
    if ":" in rest[0]:
        return "refund", {"lines": [_line(policy, word) for word in rest], **what}
    return "refund", {"cents": _cents(rest[0]), **what}


def _other(policy: Policy, words: list[str], what: dict[str, object]) -> tuple[str, dict[str, object]]:
    deed, rest = words[0], words[1:]
    if deed in ("start", "try", "change"):
        kind = "plan_change" if deed == "change" else "plan_start"
        # "start plan" is the first one, "start 2" the second: a policy that was replaced may have had other names.
        numbers = {"plan": 1, **{str(number): number for number in range(10)}}
        plan = numbers[rest[0]] if rest[0] in numbers else policy.plan_names.index(rest[0]) + 1
        return kind, {"which": plan, "trial": int(deed == "try")}
    if deed == "give":
        return "plan_refund", {}
    if deed == "deliver":
        return "deliver", what
    if deed == "do":
        return "activity", {"which": policy.activity_names.index(rest[0])}
    if deed == "reward":
        return "reward", {"which": policy.reward_names.index(rest[0])}
    if deed == "spin":
        return "spin", {"chance": int(rest[0])}
    if deed in ("earn", "burn"):
        names = policy.partner_earn_names if deed == "earn" else policy.partner_burn_names
        return f"partner_{deed}", {"which": names.index(rest[1]), "points": int(rest[2])}
    if deed == "invite":
        return "invite", {"which": policy.level_names.index(rest[0])}
    if deed == "extend":
        return "extend", {"until_day": day_of(date.fromisoformat(rest[0]))}
    if deed == "household":
        return "household", {"other": int(rest[0])}
    points = {"points": int(rest[0])}
    if deed == "send":
        return "send", {**points, "other": int(rest[2]), "invited": int("home" in rest)}
    if deed == "receive":
        until = NEVER_DAY if rest[2] == "ever" else day_of(date.fromisoformat(rest[2]))
        return "receive", {**points, "until_day": until, "promotional": 1}
    return deed, points


def lines_of(life: Compiled, causes: tuple[str, ...] = ()) -> list[str]:
    """The journal as text."""
    lines = []
    for transfer in life.transfers:
        if len(transfer) == 2:
            lines.append(f"{transfer[0]} refused: {transfer[1]}")
            continue
        day, _, _, cause, _, debit, credit, amount, lot, _, _ = transfer
        if not causes or cause in causes:
            of = f" of lot {lot}" if lot >= 0 else ""
            lines.append(f"{date_of(day)} {cause} {amount}{of}: {debit} -> {credit}")
    return lines


def expected(text: str) -> list[str]:
    """The lines of an expectation."""
    return dedent(text).strip().splitlines()
