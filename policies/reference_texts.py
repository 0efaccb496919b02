"""What the reference page tells beside its tables: what happens when something is given back."""

from __future__ import annotations

from policies.errors import Words

GIVEN_BACK = Words(
    """## When something is given back

What a return or a refund takes along follows from the keys above; these are the cases in which several of them meet.

- **Gifts of an order.** What rows of `points.earn` `give` for a first or an n-th order goes when that order is
  returned whole: points and growth like those the order itself had earned, coupons while they are held. With
  `gifts_on_refund = "stay"` these coupons stay, and upgrade packs whole. The key does not speak of paid plans.
- **Coupons.** A coupon used in an order that is returned whole comes back as the same coupon, with the date it had. A
  coupon that was used before its own order came back cannot be taken back; but it is forfeited, and does not come
  back when the order that used it is returned.
- **Stamp cards: first and n-th orders.** An order has a number if something is left to pay after discounts and
  coupons; a free one is no first order, fills no stamp and does not count for tiers that count orders or active days.
  Orders returned whole are taken out of the count. The reward of a number comes once: whoever returns the tenth order
  and buys another tenth gets the reward again only if all of it came back, every point and every coupon.
- **Tiers, and the way back to them.** A tier, the lower `re_enter` of members who held it, and its pack rest on the
  amounts by which it was reached. When returns leave less than it took, they go: the tier as `on_refund` says, the
  way back at once, so that `enter` counts again. What counts today may carry them instead. A tier by invitation rests
  on nothing and stays.
- **Upgrade packs.** A pack goes with what it rests on: its points, its growth, its coupons that are held. If all of
  it came back, the next rise brings it anew. If something stayed, or `gifts_on_refund = "stay"`, it is not given
  again; with `pack_when = "every_rise"` not before the member has fallen below the tier at a review.
- **A paid plan that is given up.** `refund` says how much of the fee comes back. The benefits of the period that was
  paid for go with it: coupons that are held, points (what is gone is treated as `negative` says), growth, and the
  tiers and packs that this growth had brought. Coupons that were used stay used; `less_benefits_used` takes their
  worth off the money.
- **A plan that is changed, or begun again.** A change takes the unused days of the old fee off the new one, and takes
  no benefits back; a later refund is of the whole new fee, and takes the benefits of both plans since the period
  began. The benefits of a month come once: who changes, or gives up and begins again, gets the next ones when that
  month is over. Only if every benefit of the period came back does a new start bring them at once.
- **A top-up that is refunded.** The money left of it goes back, the bonus left is taken back, and with `charge_spent`
  the bonus that was spent is kept back from the money; what the money did not cover is kept back from a later refund
  of the same top-up, when a returned order has brought money back to it, and when the member leaves. A tier that the
  top-up granted ends with it: the member has the tier from before, if its time is not over, or else what is earned;
  packs of tiers above that go. A tier that was reached, confirmed or lost in another way since then stays as it is.
""",
    """## 退回之后

退货、退费会连带收回什么，由上面的键决定；以下是几个键同时起作用的情形。

- **随单赠品。** `points.earn` 的行为首单或第若干单赠送（`give`）的东西，在该单整单退货时收回：
  积分和成长值与该单自身所得一样收回，优惠券在未使用时收回。`gifts_on_refund = "stay"` 时，
  这些优惠券和整个升级礼包保留。该键不管付费会员的权益。
- **优惠券。** 用在整单退回的订单里的优惠券，原样退回，有效期不变。若优惠券在其来源订单退货之前已经用掉，
  便无法收回；但它随即作废，用它的订单日后退货时不再退回。
- **集章卡：首单与第若干单。** 减去折扣和优惠券后仍有应付金额的订单才有序号；免费的订单不算首单，不盖章，
  也不计入按订单数或活跃天数计算的等级。整单退货的订单从计数中扣除。同一序号的奖励只发一次：退掉第十单、
  再买一个第十单的会员，只有当奖励全部收回（每一分、每一张券）时才能再得。
- **等级与重新升级。** 等级、曾持有者较低的 `re_enter` 门槛以及礼包，都以当初达标的累计值为依据。
  退货使其不再达标时便失去：等级按 `on_refund` 处理，较低门槛立即取消，重新以 `enter` 为准。若当前累计值仍达标，
  则改以当前累计值为依据。受邀等级不以累计值为依据，予以保留。
- **升级礼包。** 礼包随其依据一同失去：其中的积分、成长值和未使用的优惠券。若全部收回，下次升级重新发放；
  若有未能收回的，或 `gifts_on_refund = "stay"`，则不再发放；`pack_when = "every_rise"` 时，
  须先在评定中降到该等级以下，才会再次发放。
- **付费会员退费。** `refund` 决定退回多少会费。已付费的这一期的权益随之收回：未使用的优惠券、
  积分（已用掉的按 `negative` 处理）、成长值，以及这些成长值带来的等级和礼包。已用的优惠券不收回；
  `less_benefits_used` 会从退款中扣除其价值。
- **更换方案或重新开通。** 更换时，旧会费未用的天数抵减新会费，不收回权益；之后退费按新会费全额计算，
  并收回本期以来两个方案的权益。一个月的权益只发一次：更换，或退费后重新开通的会员，要到这个月结束才得到下一次。
  只有当本期权益全部收回时，重新开通才立即发放。
- **储值退款。** 退回剩余本金，收回剩余赠金；`charge_spent` 时，已用的赠金从退款中扣除，本金不足以扣除的部分，
  在订单退货使本金恢复后再次退款时，以及会员退会时继续扣除。该笔储值授予的等级随之结束：原等级若未到期则恢复，
  否则按实际达到的等级；高于该等级的礼包一并收回。此后以其他方式达到、续期或失去的等级不受影响。
""",
)
"""What happens to gifts, tiers, plans and top-ups when an order, a plan or a top-up is given back."""
