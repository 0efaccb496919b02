"""The shape of a scenario file: who the members are and what the market does. A scenario knows no rules."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from policies.errors import Refusal, Words, says
from sim.market.deed_tables import ScriptedMember
from sim.market.limits import MEMBERS_MOST
from sim.market.market_tables import SHOCKS_MOST, Acquisition, Costs, Seasonality, Shock, once
from sim.market.response import Response
from sim.market.segment_tables import Segment
from sim.market.table import Share, Table, Text, adds_to_one
from sim.market.world import SEGMENTS_MOST, YEARS_MOST


class Horizon(Table):
    """First and last day of the run, both included."""

    start: date = Field(alias="from")
    through: date

    @model_validator(mode="after")
    def _in_order(self) -> Horizon:
        if self.through < self.start:
            raise Refusal(says("through must not be before from", "through 不能早于 from"))
        if (self.through - self.start).days >= 365.25 * YEARS_MOST:
            raise Refusal(says("a run lasts {most} years at most", "一次模拟最长 {most} 年", most=YEARS_MOST))
        return self


class ScenarioFile(Table):
    """A whole scenario file."""

    title: Text
    title_zh: Text | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None  # absent: that of the policy
    horizon: Horizon
    members: Annotated[int, Field(ge=0, le=MEMBERS_MOST, strict=True)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)] = 1
    segments: Annotated[tuple[Segment, ...], Field(max_length=SEGMENTS_MOST)] = ()
    member: tuple[ScriptedMember, ...] = ()
    margin: Share = 0.5
    acquisition: Acquisition | None = None
    seasonality: Seasonality | None = None
    shocks: Annotated[tuple[Shock, ...], Field(max_length=SHOCKS_MOST)] = ()
    response: Response = Response()
    economics: Costs = Costs()

    @model_validator(mode="after")
    def _who_lives_here(self) -> ScenarioFile:
        if bool(self.segments) == bool(self.member):
            raise Refusal(
                says(
                    "write either [[segments]] of a population or [[member]] by hand",
                    "要么用 [[segments]] 描述人群，要么用 [[member]] 逐个编写会员，二者择一",
                )
            )
        once([each.name for each in (*self.segments, *self.member)])
        if self.member:
            self._check_script()
        else:
            self._check_population()
        return self

    def _check_script(self) -> None:
        if self.members is not None:
            raise Refusal(
                says(
                    "members is counted from the [[member]] tables",
                    "会员数由 [[member]] 的个数得出；请删去 members",
                )
            )
        if self.acquisition or self.seasonality or self.shocks:
            raise Refusal(
                says(
                    "members by hand do what is written: acquisition, seasonality and shocks are for [[segments]]",
                    "逐个编写的会员只做写明的事：acquisition、seasonality 与 shocks 只用于 [[segments]]",
                )
            )

    def _check_population(self) -> None:
        if self.members is None:
            raise Refusal(
                says(
                    "members is missing: say how many there are on the first day",
                    "缺少 members；请写明第一天有多少会员",
                )
            )
        if not adds_to_one({each.name: each.share for each in self.segments}):
            raise Refusal(says("the shares of the segments must add up to 1", "各 [[segments]] 的 share 之和必须为 1"))
        if self.members == 0 and self.acquisition is None:
            raise Refusal(
                says(
                    "with members = 0 somebody must join later: write [acquisition]",
                    "members = 0 时须有人陆续加入：请写 [acquisition]",
                )
            )


def examples() -> dict[str, Words | str]:
    """A legal line for each key, for messages."""
    return {
        "title": 'title = "Corner shop, 2027"',
        "title_zh": 'title_zh = "街角小店，2027 年"',
        "currency": 'currency = "CNY"',
        "horizon": "horizon = { from = 2027-01-01, through = 2028-12-31 }",
        "from": "horizon = { from = 2027-01-01, through = 2028-12-31 }",
        "through": "horizon = { from = 2027-01-01, through = 2028-12-31 }",
        "members": "members = 100_000",
        "seed": "seed = 20270101",
        **_segment_examples(),
        "joins": "joins = 2027-01-04",
        "birthday": "birthday = 1990-05-17",
        "referred": "referred = true",
        "orders": 'orders = [ { on = 2027-02-10, amount = "3000.00", redeem = "all" } ]',
        "amount": 'amount = "3000.00"',
        "every": 'every = "7 days"',
        "redeem": 'redeem = "all"',
        "stored": 'stored = "all"',
        "coupon": 'coupon = "held"',
        "lines": 'lines = [ { amount = "88.00", cost = "30.00", category = 1 } ]',
        "cost": 'cost = "30.00"',
        "category": 'category = "skincare"',
        "channel": 'channel = "app"',
        **_market_examples(),
        "deeds": 'deeds = [ { on = 2027-02-14, do = "return", order = 2027-02-10, amount = "700.00" } ]',
        **_deed_examples(),
        "plan": 'plan = "join"',
        "preset": 'preset = "central"',
        "off": 'off = ["beta_gg", "beta_card"]',
        "response": says('[response] with preset = "central"', '[response]，其中 preset = "central"'),
        "segments": says(
            "[[segments]] with name, share, purchase, basket and margin",
            "[[segments]]，其中写明 name、share、purchase、basket 和 margin",
        ),
    }


def _segment_examples() -> dict[str, Words | str]:
    """A legal line for each key of a segment."""
    return {
        "share": "share = 0.6",
        "margin": "margin = 0.5",
        "purchase": 'purchase = { model = "pareto_nbd", r = 1.2, alpha = 2.0, s = 1.5, beta = 150.0 }',
        "regularity": 'purchase = { model = "bg_nbd", r = 0.9, alpha = 2.0, a = 0.4, b = 20.0, regularity = 2 }',
        "fitted": 'purchase = { model = "pareto_nbd", fitted = "cdnow" }',
        "basket": 'basket = { model = "gamma_gamma", p = 6.25, q = 3.74, gamma = 15.44, scale = 6.0 }',
        **dict.fromkeys(("between", "within"), _LOGNORMAL),
        "channels": "channels = { app = 0.7, store = 0.3 }",
        "categories": "categories = { skincare = 0.5, makeup = 0.3, other = 0.2 }",
        "refund_rate": "refund_rate = 0.06",
        "partial_refunds": "partial_refunds = 0.3",
        "activities": 'activities = { check_in = "1.5 per week", review = "0.2 per order", share = "0.5 per month" }',
    }


_EVENT = 'events = [ { name = "double 11", day = "11-11", factor = 6.0, borrow = 0.33 } ]'
_LONG_EVENT = 'events = [ { name = "618", from = "06-01", through = "06-18", factor = 1.6 } ]'
_SHOCK = 'shocks = [ { name = "lean year", from = 2028-01-01, through = 2028-12-31, orders = 0.85, baskets = 0.9 } ]'
_WAY = 'channels = [ { name = "ads", per_month = 2000, cost_per_join = "18.00" } ]'
_BG_NBD = 'purchase = { model = "bg_nbd", r = 0.9, alpha = 2.0, a = 0.4, b = 20.0 }'
_LOGNORMAL = 'basket = { model = "lognormal", mean = 38.0, between = 0.35, within = 0.30 }'


def _market_examples() -> dict[str, Words | str]:
    """A legal line for each key of the market."""
    return {
        "acquisition": f"acquisition = {{ {_WAY} }}",
        "per_month": "per_month = 2000",
        "cost_per_join": 'cost_per_join = "18.00"',
        "mix": "mix = { regular = 0.5, bargain = 0.5 }",
        "growth": "growth = 0.01",
        "seasonality": "seasonality = { weekday = [0.9, 0.9, 0.9, 0.95, 1.1, 1.2, 1.05] }",
        "month": "month = [0.9, 0.7, 1.0, 0.95, 1.05, 1.3, 0.9, 0.9, 1.0, 1.05, 1.6, 1.15]",
        "weekday": "weekday = [0.9, 0.9, 0.9, 0.95, 1.1, 1.2, 1.05]",
        **dict.fromkeys(("events", "day", "factor", "borrow"), _EVENT),
        **dict.fromkeys(("shocks", "baskets", "leaving"), _SHOCK),
        "economics": "economics = { discount_rate = 0.08 }",
        "discount_rate": "discount_rate = 0.08",
        "messaging_cost_per_member_month": 'messaging_cost_per_member_month = "0.05"',
        "fixed_cost_per_month": 'fixed_cost_per_month = "20000.00"',
    }


def examples_by_place() -> dict[str, Words | str]:
    """A legal line where the same key means another thing elsewhere: by the table of the file, or by the model."""
    return {
        "segments.birthday": 'birthday = "unknown"',
        "segments.bg_nbd": _BG_NBD,
        "segments.mbg_nbd": _BG_NBD.replace("bg_nbd", "mbg_nbd"),
        "segments.lognormal": _LOGNORMAL,
        "segments.by_category": "margin = { skincare = 0.55, makeup = 0.50, other = 0.40 }",
        "acquisition.channels": _WAY,
        **dict.fromkeys(("seasonality.from", "seasonality.through"), _LONG_EVENT),
        **dict.fromkeys(("shocks.orders", "shocks.from", "shocks.through"), _SHOCK),
    }


def _deed_examples() -> dict[str, Words | str]:
    """A legal line for each key of a deed, and for each kind of deed."""
    return {
        "do": 'do = "activity"',
        "order": "order = 2027-02-10",
        "activity": '{ on = 2027-02-14, do = "activity", activity = "review" }',
        "reward": '{ on = 2027-02-14, do = "reward", reward = 1 }',
        "draw": '{ on = 2027-02-14, do = "spin", draw = 0.25 }',
        "partner": '{ on = 2027-02-14, do = "partner_earn", partner = 1, points = 500 }',
        "points": "points = 500",
        "times": '{ on = 2027-02-14, do = "partner_burn", partner = 1, times = 2 }',
        "top_up": "top_up = 2027-01-05",
        "trial": "trial = true",
        "tier": '{ on = 2027-02-14, do = "invite", tier = 3 }',
        "days": '{ on = 2027-02-14, do = "extend", days = 30 }',
        "to": '{ on = 2027-02-14, do = "send", points = 100, to = "the saver" }',
        "at_home": "at_home = true",
        "until": '{ on = 2027-02-14, do = "receive", points = 100, until = 2027-12-31 }',
        "number": "number = 5",
    }
