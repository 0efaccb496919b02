"""Rules between the values of plans, stored value, coupons and campaigns."""

from __future__ import annotations

from collections.abc import Iterator

from policies.amounts import Threshold
from policies.checks_values import Values
from policies.currencies import Currency
from policies.errors import Problem, both, says
from policies.rules import BASIS


def check_money(values: Values, currency: Currency) -> Iterator[Problem]:
    """Prices, offers and coupons mean one thing each, and campaigns end after they begin and take nothing away."""
    yield from _plans(values, currency)
    yield from _offers(values, currency)
    yield from _coupons(values)
    yield from _campaigns(values)


def _plans(values: Values, currency: Currency) -> Iterator[Problem]:
    for row in values.rows("plans"):
        price, intro = values.get(*row, "price"), values.get(*row, "intro_price")
        if price is not None and intro is not None and intro > price:
            rule = says(
                "must not be above price ({price})",
                "不能高于会费 price（{price}）",
                price=both(lambda language, price=price: currency.text(price, language)),
            )
            example = f'intro_price = "{Threshold.written(price, currency)}"'
            yield values.problem((*row, "intro_price"), rule, example)


def _offers(values: Values, currency: Currency) -> Iterator[Problem]:
    before: int | None = None
    for row in values.rows("stored_value", "offers"):
        pay = values.get(*row, "pay")
        if pay is None:
            continue
        if before is not None and pay <= before:
            rule = says(
                "must be more than the {amount} of the offer before it: offers stand in ascending order",
                "必须大于前一档的 {amount}；储值档位须从低到高排列",
                amount=both(lambda language, before=before: currency.text(before, language)),
            )
            example = f'pay = "{Threshold.written(before + currency.minor_per_major, currency)}"'
            yield values.problem((*row, "pay"), rule, example)
        before = pay


def _coupons(values: Values) -> Iterator[Problem]:
    for row in values.rows("coupons"):
        fixed, share = values.is_written(*row, "off"), values.is_written(*row, "off_share")
        if fixed and share:
            rule = says(
                "contradicts off: a coupon takes off an amount or a share",
                "与 off 矛盾：优惠券只能减固定金额或按比例减",
            )
            yield values.problem((*row, "off_share"), rule, says("leave one of them out", "删去其中之一"))
        elif not fixed and not share:
            rule = says("takes nothing off: it needs off or off_share", "没有写优惠：须写 off 或 off_share 之一")
            yield values.problem(row, rule, 'off = "20.00"')
        elif fixed and values.is_written(*row, "cap"):
            rule = says("limits nothing: only a share has a cap", "不会起作用：只有按比例减的优惠券才有上限")
            yield values.problem(
                (*row, "cap"), rule, says("off_share = 0.1, or leave cap out", "off_share = 0.1，或删去 cap")
            )


def _campaigns(values: Values) -> Iterator[Problem]:
    for row in values.rows("campaigns"):
        factor_bp = values.get(*row, "points_factor")
        if factor_bp is not None and factor_bp < BASIS:
            rule = says("must not be below 1: a campaign takes no points away", "不能小于 1，营销活动不会减少积分")
            yield values.problem((*row, "points_factor"), rule, "points_factor = 2.0")
        first, last = values.get(*row, "from"), values.get(*row, "through")
        if first is not None and last is not None and first > last:
            rule = says("must not be before from ({first})", "不能早于开始日期 from（{first}）", first=first)
            yield values.problem((*row, "through"), rule, f"through = {first}")
