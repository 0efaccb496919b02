"""Kinds of members in a scenario file: how often they buy, how much, where, and what else they do."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from policies.errors import Refusal, listed, nearest, says
from policies.kinds_names import read_activity
from sim.market.table import Positive, Shape, Share, Table, Text, whole
from sim.market.world import CATEGORIES_MOST, CHANNELS_MOST, DOINGS_MOST

RATE_MOST = 100
BASKET_MOST = 1_000_000
REGULARITY_MOST = 12
TIMES_A_DAY_MOST = 20

FITTED: dict[str, dict[str, dict[str, float]]] = {
    "cdnow": {
        "pareto_nbd": {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669},
        "bg_nbd": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
        "mbg_nbd": {"r": 0.5248, "alpha": 6.1831, "a": 0.8914, "b": 1.6140},
    }
}
"""Parameters of purchase models by data set and model, weeks: published for the 2,357 customers of CDNOW, first 39
weeks (Fader, Hardie, Lee 2005); those of MBG/NBD by maximum likelihood on the same data."""

DAYS_A_MONTH = 365.25 / 12
_DAYS = {"day": 1.0, "week": 7.0, "month": DAYS_A_MONTH, "year": 365.25}
_FREQUENCY = re.compile(r"(\d{1,6}(?:\.\d{1,6})?) per (day|week|month|year|order)")


class Buying(Table):
    """What the purchase models have in common: rates of orders are gamma distributed. Time unit: week."""

    r: Shape
    alpha: Positive
    regularity: Annotated[int, Field(ge=1, le=REGULARITY_MOST, strict=True)] = 1  # k of Erlang-k intervals

    @model_validator(mode="before")
    @classmethod
    def _fitted(cls, content: Any) -> Any:
        """Parameters by the name of the data to which they were fitted."""
        if not isinstance(content, dict) or "fitted" not in content:
            return content
        data = content["fitted"]
        own = sorted(set(content) & set(FITTED["cdnow"][content["model"]]))
        if own:
            rule = says("write either fitted or {names}", "fitted 与 {names} 二者择一", names=listed(own))
            raise Refusal(rule)
        if not isinstance(data, str) or data not in FITTED:
            rule = says("fitted must be one of: {known}", "fitted 可用的值：{known}", known=listed(FITTED))
            raise Refusal(rule, nearest(str(data), FITTED))
        rest = {key: value for key, value in content.items() if key != "fitted"}
        return rest | FITTED[data][content["model"]]

    @model_validator(mode="after")
    def _possible(self) -> Buying:
        if self.r / self.alpha > RATE_MOST:
            raise Refusal(
                says(
                    "the mean rate r / alpha must be at most {most} orders a week",
                    "平均购买频率 r / alpha 最多为每周 {most} 单",
                    most=RATE_MOST,
                )
            )
        return self


class ParetoNbd(Buying):
    """Leaving at any moment (Schmittlein, Morrison, Colombo 1987)."""

    model: Literal["pareto_nbd"]
    s: Shape
    beta: Positive


class BgNbd(Buying):
    """Leaving after an order (Fader, Hardie, Lee 2005)."""

    model: Literal["bg_nbd"]
    a: Shape
    b: Shape


class MbgNbd(Buying):
    """Leaving after an order, or before the first (Batislam, Denizel, Filiztekin 2007)."""

    model: Literal["mbg_nbd"]
    a: Shape
    b: Shape


PURCHASE_MODELS = ("pareto_nbd", "bg_nbd", "mbg_nbd")
Purchase = Annotated[ParetoNbd | BgNbd | MbgNbd, Field(discriminator="model")]


class GammaGamma(Table):
    """Gamma-gamma spending (Fader and Hardie 2013). ``scale`` is the worth of its unit in the currency's major unit."""

    model: Literal["gamma_gamma"]
    p: Shape
    q: Shape
    gamma: Positive
    scale: Positive = 1.0

    @model_validator(mode="after")
    def _possible(self) -> GammaGamma:
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


class Lognormal(Table):
    """Lognormal spending: the mean basket of all, and how baskets differ between members and within one."""

    model: Literal["lognormal"]
    mean: Positive
    between: Annotated[float, Field(ge=0, le=3, allow_inf_nan=False)]  # standard deviations of the logarithm
    within: Annotated[float, Field(ge=0, le=3, allow_inf_nan=False)]
    scale: Positive = 1.0

    @model_validator(mode="after")
    def _possible(self) -> Lognormal:
        if self.mean * self.scale > BASKET_MOST:
            raise Refusal(
                says(
                    "the mean basket times scale must be at most {most:,}",
                    "平均客单价乘以 scale 后最多为 {most:,}",
                    most=BASKET_MOST,
                )
            )
        return self


BASKET_MODELS = ("gamma_gamma", "lognormal")
Basket = Annotated[GammaGamma | Lognormal, Field(discriminator="model")]


def _frequency(value: Any) -> Any:
    """One spelling of "1.5 per week". Raises ``Refusal`` if it is not like that, or too often."""
    found = _FREQUENCY.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise Refusal(
            says(
                'must be a frequency such as "1.5 per week" or "0.2 per order"',
                '必须是频率，写作 "1.5 per week" 或 "0.2 per order"',
            )
        )
    text = f"{Decimal(found[1]).normalize():f} per {found[2]}"
    times, share = frequency(text)
    if share > 1:
        raise Refusal(says("can follow an order at most once", "每单最多一次"))
    if times > TIMES_A_DAY_MOST:
        rule = says("is too often: at most {most} a day", "次数过多，每天最多 {most} 次", most=TIMES_A_DAY_MOST)
        raise Refusal(rule)
    return text


def frequency(text: str) -> tuple[float, float]:
    """(times a day, share of orders) of a frequency: one of them is 0."""
    number, _, unit = text.partition(" per ")
    if unit == "order":
        return 0.0, float(number)
    return float(number) / _DAYS[unit], 0.0


def _activities(rates: dict[str, str]) -> dict[str, str]:
    if len(rates) > DOINGS_MOST:
        raise Refusal(says("has too many entries: at most {most}", "条目过多，最多 {most} 个", most=DOINGS_MOST))
    for name in rates:
        read_activity(name, ())
        if name == "referral":
            raise Refusal(
                says(
                    "referral is no activity here: how often members refer is the effect rate_ref",
                    "referral 不能写在这里：会员推荐的频率由效应 rate_ref 决定",
                )
            )
    return rates


def _form_of_margin(value: Any) -> str:
    return "by_category" if isinstance(value, dict) else "one"


Margin = Annotated[
    Annotated[Share, Tag("one")] | Annotated[dict[Text, Share], Tag("by_category")], Discriminator(_form_of_margin)
]
MARGIN_FORMS = ("one", "by_category")


class Segment(Table):
    """One kind of member."""

    name: Text
    share: Share
    purchase: Purchase
    basket: Basket
    margin: Margin
    channels: Annotated[dict[Text, Share], AfterValidator(whole(CHANNELS_MOST))] | None = None
    categories: Annotated[dict[Text, Share], AfterValidator(whole(CATEGORIES_MOST))] | None = None
    refund_rate: Share = 0.0
    partial_refunds: Share = 0.3
    activities: Annotated[dict[str, Annotated[str, BeforeValidator(_frequency)]], AfterValidator(_activities)] = Field(
        default_factory=dict
    )
    birthday: Literal["uniform", "unknown"] = "uniform"

    @model_validator(mode="after")
    def _margins_of_all_categories(self) -> Segment:
        if isinstance(self.margin, dict) and set(self.margin) != set(self.categories or {}):
            raise Refusal(
                says(
                    "a margin by category names each of the categories, and no other",
                    "按品类写 margin 时，须与 categories 的品类一一对应",
                )
            )
        return self

    @property
    def mean_margin(self) -> float:
        """Gross margin at list price of an order of any category, as a share."""
        if not isinstance(self.margin, dict):
            return self.margin
        shares = self.categories or {}
        return sum(shares[name] * each for name, each in self.margin.items())
