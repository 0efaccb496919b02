"""The shape of a scenario file: who the members are and what the market does. A scenario knows no rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from policies.errors import Refusal, Words, nearest, says
from sim.effects import EFFECTS, PRESETS
from sim.scenario_deeds import ScriptedMember
from sim.scenario_table import Table, Text

Positive = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Shape = Annotated[float, Field(ge=0.1, le=1e6, allow_inf_nan=False)]
"""Of a gamma distribution. Below this, some members' rates are too small for a floating-point number."""

MEMBERS_MOST = 100_000_000
RATE_MOST = 100
BASKET_MOST = 1_000_000
_SHARES_TOLERANCE = 1e-9


class Horizon(Table):
    """First and last day of the run, both included."""

    start: date = Field(alias="from")
    through: date

    @model_validator(mode="after")
    def _in_order(self) -> Horizon:
        if self.through < self.start:
            raise Refusal(says("through must not be before from", "through 不能早于 from"))
        if (self.through - self.start).days > 366 * 50:
            raise Refusal(says("a run lasts 50 years at most", "一次模拟最长 50 年"))
        return self


class Purchase(Table):
    """Pareto/NBD (Schmittlein, Morrison, Colombo 1987). Time unit: week."""

    model: Literal["pareto_nbd"]
    r: Shape
    alpha: Positive
    s: Shape
    beta: Positive

    @model_validator(mode="after")
    def _possible(self) -> Purchase:
        if self.r / self.alpha > RATE_MOST:
            raise Refusal(
                says(
                    "the mean rate r / alpha must be at most {most} orders a week",
                    "平均购买频率 r / alpha 最多为每周 {most} 单",
                    most=RATE_MOST,
                )
            )
        return self


class Basket(Table):
    """Gamma-gamma spending (Fader and Hardie 2013). ``scale`` is the worth of its unit in the currency's major unit."""

    model: Literal["gamma_gamma"]
    p: Shape
    q: Shape
    gamma: Positive
    scale: Positive = 1.0

    @model_validator(mode="after")
    def _possible(self) -> Basket:
        if self.q <= 1:
            raise Refusal(
                says("q must be more than 1: below, the mean basket is infinite", "q 必须大于 1，否则平均客单价无穷大")
            )
        if self.p * self.gamma / (self.q - 1) * self.scale > BASKET_MOST:
            raise Refusal(
                says(
                    "the mean basket p gamma / (q - 1) times scale must be at most {most:,}",
                    "平均客单价 p gamma / (q - 1) 乘以 scale 后最多为 {most:,}",
                    most=BASKET_MOST,
                )
            )
        return self


class Segment(Table):
    """One kind of member."""

    name: Text
    share: Share
    purchase: Purchase
    basket: Basket
    margin: Share


class Response(Table):
    """How members react: a preset, and any effect of sim/effects.py set apart from it."""

    model_config = ConfigDict(frozen=True, extra="allow")
    preset: Literal[PRESETS] = "central"  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _known_effects(self) -> Response:
        known = {each.symbol for each in EFFECTS}
        for symbol, value in (self.model_extra or {}).items():
            if symbol not in known:
                rule = says("there is no effect {symbol!r}", "没有名为 {symbol!r} 的效应", symbol=symbol)
                raise Refusal(rule, nearest(symbol, known))
            if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
                raise Refusal(
                    says(
                        "the size of effect {symbol} must be a number", "效应 {symbol} 的大小必须是数字", symbol=symbol
                    )
                )
            least, most = _legal_sizes(symbol)
            if not least <= float(value) <= most:
                raise Refusal(
                    says(
                        "the size of effect {symbol} must lie between {least:g} and {most:g}",
                        "效应 {symbol} 的大小必须在 {least:g} 到 {most:g} 之间",
                        symbol=symbol,
                        least=least,
                        most=most,
                    )
                )
        return self

    def sizes(self) -> dict[str, float]:
        """Effects that are set apart from the preset."""
        return {symbol: float(value) for symbol, value in (self.model_extra or {}).items()}


def _legal_sizes(symbol: str) -> tuple[float, float]:
    """Sizes with which the equations make sense; far wider than those that the evidence supports."""
    effect = next(each for each in EFFECTS if each.symbol == symbol)
    if symbol == "b_bask":
        return -0.9, 10.0
    if effect.unit == "share":
        return 0.0, 1.0
    if effect.unit in ("weeks", "baskets") or symbol == "sigma_tp":  # something is divided by these
        return 0.01, 10_000.0
    if effect.unit == "exponent" or symbol == "s_v":
        return 0.0, 10.0
    return -20.0, 20.0


class ScenarioFile(Table):
    """A whole scenario file."""

    title: Text
    title_zh: Text | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None  # absent: that of the policy
    horizon: Horizon
    members: Annotated[int, Field(ge=1, le=MEMBERS_MOST, strict=True)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)] = 1
    segments: tuple[Segment, ...] = ()
    member: tuple[ScriptedMember, ...] = ()
    margin: Share = 0.5
    response: Response = Response()

    @model_validator(mode="after")
    def _who_lives_here(self) -> ScenarioFile:
        if bool(self.segments) == bool(self.member):
            raise Refusal(
                says(
                    "write either [[segments]] of a population or [[member]] by hand",
                    "要么用 [[segments]] 描述人群，要么用 [[member]] 逐个编写会员，二者择一",
                )
            )
        if self.member and self.members is not None:
            raise Refusal(
                says(
                    "members is counted from the [[member]] tables",
                    "会员数由 [[member]] 的个数得出；请删去 members",
                )
            )
        if self.segments and self.members is None:
            raise Refusal(
                says(
                    "members is missing: say how many there are on the first day",
                    "缺少 members；请写明第一天有多少会员",
                )
            )
        if self.segments and abs(sum(each.share for each in self.segments) - 1) > _SHARES_TOLERANCE:
            raise Refusal(says("the shares of the segments must add up to 1", "各 [[segments]] 的 share 之和必须为 1"))
        names = [each.name for each in (*self.segments, *self.member)]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise Refusal(says("the name {name!r} is given twice", "名称 {name!r} 重复", name=twice[0]))
        return self


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
        "share": "share = 0.6",
        "margin": "margin = 0.5",
        "purchase": 'purchase = { model = "pareto_nbd", r = 1.2, alpha = 2.0, s = 1.5, beta = 150.0 }',
        "basket": 'basket = { model = "gamma_gamma", p = 6.25, q = 3.74, gamma = 15.44, scale = 6.0 }',
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
        "deeds": 'deeds = [ { on = 2027-02-14, do = "return", order = 2027-02-10, amount = "700.00" } ]',
        **_deed_examples(),
        "plan": 'plan = "join"',
        "preset": 'preset = "central"',
        "response": says('[response] with preset = "central"', '[response]，其中 preset = "central"'),
        "segments": says(
            "[[segments]] with name, share, purchase, basket and margin",
            "[[segments]]，其中写明 name、share、purchase、basket 和 margin",
        ),
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
