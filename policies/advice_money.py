"""Advice on gifts, coupons, paid plans and stored value: what can be had and given back, or had for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from policies.advice_values import Advice, Look, called, check, long
from policies.choices import Period, PlanRefund, RefundBonus, SpendStored, Trigger
from policies.errors import Words, both, says
from policies.periods import Length
from policies.rules import BASIS

_DAYS_IN_YEAR = 365


@check(
    "plan_refund_after_benefits",
    says("A plan can be given up for money after its benefits were used.", "付费会员用过权益后仍可退费。"),
    says('refund = "less_benefits_used" or "none".', '写 refund = "less_benefits_used" 或 "none"。'),
)
def _plan_refund(look: Look) -> Iterator[Advice]:
    for path, plan in look.rows("plans"):
        coupons = look.coupons_in(plan.monthly_benefits)
        pro_rata = plan.refund.mode == PlanRefund.PRO_RATA and plan.period.count
        if not coupons or not (pro_rata or plan.refund.mode == PlanRefund.FULL_WITHIN):
            continue
        days = 1 if pro_rata else plan.refund.days - 1
        period = _DAYS_IN_YEAR * plan.period.count // 12
        paid = plan.intro_price if plan.intro_price is not None else plan.price
        back = paid * (period - 1) // period if pro_rata else paid
        words = says(
            "Coupons of {name} that are used before the plan is given up are not taken back: {coupons}.",
            "{name}的优惠券在退费前用掉的不再收回：{coupons}。",
            name=called(plan),
            coupons=_coupons(look, coupons),
        )
        story = says(
            "A member pays {paid}, uses the coupons, gives the plan up after {time} and gets {back} back; a month"
            " later it works again.",
            "会员付 {paid}，用掉优惠券，{time}后退会拿回 {back}；一个月后又可再来一次。",
            paid=look.money(paid),
            time=long(Length(days, Period.DAYS)),
            back=look.money(back),
        )
        yield look.advice("plan_refund_after_benefits", [(*path, "refund"), (*path, "monthly_benefits")], words, story)


def _coupons(look: Look, codes: list[str]) -> Words:
    found = [look.coupon(code) for code in dict.fromkeys(codes)]
    return both(lambda language: ("、" if language == "zh" else ", ").join(each.text(language) for each in found))


@check(
    "trial_brings_benefits",
    says("A free trial brings the plan's benefits.", "免费试用期也发放权益。"),
    says("No trial, or an intro_price instead.", "取消试用，改为首期优惠价。"),
)
def _trial(look: Look) -> Iterator[Advice]:
    for path, plan in look.rows("plans"):
        if not plan.trial.count or not plan.monthly_benefits:
            continue
        words = says(
            "A trial of {name} gives the benefits of a month for nothing, once for every account.",
            "试用{name}即可白拿一个月的权益，每个账户一次。",
            name=called(plan),
        )
        story = says(
            "Somebody opens ten accounts, tries the plan in each for {trial}, uses the benefits and never pays.",
            "有人开十个账户，每个试用 {trial}，用完权益从不付费。",
            trial=long(plan.trial),
        )
        yield look.advice("trial_brings_benefits", [(*path, "trial"), (*path, "monthly_benefits")], words, story)


@check(
    "fee_below_cost",
    says("A plan's fee is less than what the plan surely costs.", "付费会员的会费低于其固定成本。"),
    says("A higher price, or less in it.", "提高会费，或减少权益。"),
)
def _fee(look: Look) -> Iterator[Advice]:
    for path, plan in look.rows("plans"):
        if not plan.period.count:
            continue
        points = look.worth(look.points_in(plan.monthly_benefits)) if look.has_points else 0
        months = plan.period.count
        cost = (plan.cost_to_serve + points) * months
        if cost <= plan.price:
            continue
        words = says(
            "{name} brings {price} and costs {cost} in the same time, before anybody uses a coupon or the discount.",
            "{name}收 {price}，同期成本却有 {cost}，还不算优惠券和折扣。",
            name=called(plan),
            price=look.money(plan.price),
            cost=look.money(cost),
        )
        story = says(
            "A member who pays for a year and never buys costs {lost}.",
            "付费一年却从不消费的会员让商家亏 {lost}。",
            lost=look.money((cost - plan.price) * 12 // months),
        )
        keys = ["price", "cost_to_serve"] + ["monthly_benefits"] * bool(points)
        yield look.advice("fee_below_cost", [(*path, key) for key in keys], words, story)


@check(
    "bonus_refundable",
    says("A top-up is paid back in full although its bonus was spent.", "赠金已用，储值仍可全额退款。"),
    says('refund_bonus = "charge_spent", or spend = "principal_first".', "退款时扣除已用赠金，或先用本金。"),
)
def _bonus(look: Look) -> Iterator[Advice]:
    stored = look.version.stored_value
    if stored is None or stored.refund_bonus == RefundBonus.CHARGE_SPENT:
        return
    offers = [(path, offer) for path, offer in look.rows("stored_value", "offers") if offer.bonus]
    if not offers or stored.spend == SpendStored.PRINCIPAL_FIRST:
        return
    path, offer = offers[-1]
    used = offer.bonus if stored.spend == SpendStored.BONUS_FIRST else offer.bonus // 2
    words = says(
        "Bonus is spent before all of the money is, and a refund pays back what is left of the money without asking"
        " for it.",
        "本金未用完时赠金已被使用，退款只退剩余本金而不追回已用赠金。",
    )
    story = says(
        "A member tops up {pay}, spends {used} of the bonus, has the rest of the money paid back, and does it again.",
        "会员储值 {pay}，用掉 {used}赠金，退回剩余本金，如此反复。",
        pay=look.money(offer.pay),
        used=look.money(used),
    )
    paths = [("stored_value", "refund_bonus"), ("stored_value", "spend"), (*path, "bonus")]
    yield look.advice("bonus_refundable", paths, words, story)


@check(
    "gift_before_returns",
    says(
        "Coupons given with an order can be used while the order can still be returned.",
        "订单还可退货时，随单赠送的优惠券已可使用。",
    ),
    says(
        "Points that wait instead of a coupon, or no return of such orders.", "改赠有冻结期的积分，或此类订单不可退货。"
    ),
)
def _gift(look: Look) -> Iterator[Advice]:
    if not look.return_days:
        return
    for path, row in look.rows("points", "earn"):
        coupons = look.coupons_in(row.give)
        if not coupons or row.trigger not in (Trigger.FIRST_ORDER, Trigger.NTH_ORDER):
            continue
        words = says(
            "The coupon of an order is there at once, and one that is used cannot be taken back: {coupons}.",
            "随单赠送的优惠券立即可用，用掉便无法收回：{coupons}。",
            coupons=_coupons(look, coupons),
        )
        yield look.advice("gift_before_returns", [(*path, "give"), ("refunds", "within")], words, _use_and_return(look))


def _use_and_return(look: Look) -> Words:
    return says(
        "A member buys, uses the coupon on something else the same day, and returns the first order.",
        "会员下单，当天用赠券买别的，再退掉第一单。",
    )


@check(
    "pack_before_returns",
    says(
        "Coupons of an upgrade pack can be used while the order that brought it can still be returned.",
        "带来升级的订单还可退货时，礼包中的优惠券已可使用。",
    ),
    says(
        "A pack of points or growth, which a return takes back, instead of coupons.",
        "礼包改送积分或成长值，退货时可以收回。",
    ),
)
def _pack(look: Look) -> Iterator[Advice]:
    if not look.return_days:
        return
    for path, level in look.climbed:
        coupons = look.coupons_in(level.upgrade_pack)
        if not coupons:
            continue
        words = says(
            "The pack of {level} is there as soon as the tier, and a coupon that is used cannot be taken back:"
            " {coupons}.",
            "升到{level}就有礼包，其中用掉的优惠券无法收回：{coupons}。",
            level=called(level),
            coupons=_coupons(look, coupons),
        )
        story = says(
            "A member buys up to {enter}, uses the coupon on something else, and returns the order.",
            "会员买到 {enter}，用礼包里的券买别的，再把订单退掉。",
            enter=look.amount(level.enter),
        )
        yield look.advice("pack_before_returns", [(*path, "upgrade_pack"), ("refunds", "within")], words, story)
        return


@check(
    "gifts_stay",
    says("Coupons and packs stay although the order that brought them is returned.", "订单退回后，赠券和礼包仍保留。"),
    says('gifts_on_refund = "taken_back".', '写 gifts_on_refund = "taken_back"。'),
)
def _stay(look: Look) -> Iterator[Advice]:
    tiers = look.version.tiers
    rows = [row for _, row in look.rows("points", "earn") if row.trigger in (Trigger.FIRST_ORDER, Trigger.NTH_ORDER)]
    packs = [(path, level) for path, level in look.climbed if level.upgrade_pack]
    if (
        not tiers.gifts_on_refund
        or not look.return_days
        or not (packs or any(look.coupons_in(row.give) for row in rows))
    ):
        return
    words = says(
        "Coupons of an order and packs of tiers are kept when the order comes back.",
        "随单优惠券和升级礼包，退货后仍归会员。",
    )
    if packs:
        path, level = packs[-1]
        story = says(
            "A member buys up to {enter}, gets the pack of {level}, returns the order for all its money and keeps the"
            " pack.",
            "会员买到 {enter}，领取{level}礼包，全额退货，礼包照留。",
            enter=look.amount(level.enter),
            level=called(level),
        )
        paths = [("tiers", "gifts_on_refund"), (*path, "upgrade_pack"), ("refunds", "within")]
    else:
        story = says(
            "A member buys, gets the coupon, returns the order for all its money and keeps the coupon.",
            "会员下单得到优惠券，全额退货，券照留。",
        )
        paths = [("tiers", "gifts_on_refund"), ("refunds", "within")]
    yield look.advice("gifts_stay", paths, words, story)


@check(
    "coupon_makes_order_free",
    says("A coupon can pay an order whole.", "一张优惠券可抵掉整单。"),
    says("A minimum_spend above what the coupon takes off.", "让最低消费高于减免额。"),
)
def _free(look: Look) -> Iterator[Advice]:
    for path, coupon in look.rows("coupons"):
        is_whole = coupon.off_share == BASIS or (coupon.off is not None and coupon.minimum_spend <= coupon.off)
        most = coupon.off if coupon.off is not None else coupon.cap
        if not is_whole:
            continue
        words = says(
            "An order of up to {most} costs nothing with coupon {code}.",
            "用优惠券「{code}」，{most}以内的订单分文不花。",
            most=look.money(most) if most is not None else says("any amount", "任何金额"),
            code=coupon.code,
        )
        story = says(
            "A member picks things for exactly that much and comes back when there is another coupon.",
            "会员恰好凑到这个金额，等有下一张券再来。",
        )
        paths = [(*path, "off" if coupon.off is not None else "off_share"), (*path, "minimum_spend")]
        yield look.advice("coupon_makes_order_free", paths, words, story)


CHECKS = (_plan_refund, _trial, _fee, _bonus, _gift, _pack, _stay, _free)
"""The checks of gifts, plans and stored value, in the order in which they are told."""
