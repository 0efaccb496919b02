"""Rules between the values of tiers and growth."""

from __future__ import annotations

from collections.abc import Iterator

from policies.amounts import Threshold
from policies.checks_values import Values
from policies.choices import Metric, Upgrade, Window
from policies.currencies import Currency
from policies.document import Path
from policies.errors import Problem, Words, both, says
from policies.values import Setting

_MONEY = (Metric.SPEND, Metric.NET_SPEND)


def check_tiers(values: Values, currency: Currency) -> Iterator[Problem]:
    """Levels ascend, and what moves members between them fits the window in which they count."""
    yield from _levels(values, currency)
    yield from _first_level(values)
    yield from _window(values)


def _levels(values: Values, currency: Currency) -> Iterator[Problem]:
    """The first level is open to all, each later one is higher, and holding one is never harder than reaching it."""
    metric = values.get("tiers", "metric")
    if metric is None or values.is_spoilt("tiers", "level"):
        return
    steps = _Steps(currency, metric)
    before: tuple[Words, int] | None = None
    for index, path in enumerate(values.rows("tiers", "level")):
        enter = values.get(*path, "enter")
        if enter is None:
            continue
        if index == 0 and enter:
            rule = says("must be 0: every member stands on the first level", "必须为 0，因为第一个等级面向所有会员")
            yield values.problem((*path, "enter"), rule, "enter = 0")
        if before and enter <= before[1]:
            rule = says(
                "must be more than {below}'s {amount}: levels stand in ascending order without overlap",
                "必须大于{below}的 {amount}；等级须从低到高排列，互不重叠",
                below=before[0],
                amount=steps.words(before[1]),
            )
            example = f"enter = {steps.legal(before[1] + currency.minor_per_major)}"
            yield values.problem((*path, "enter"), rule, example)
        yield from _not_above(values, path, enter, steps)
        before = Words(path[-1], f"「{values.get(*path, 'name_zh') or path[-1]}」"), enter


class _Steps:
    """How qualifying amounts read."""

    def __init__(self, currency: Currency, metric: Metric) -> None:
        self.currency = currency
        self.setting = Setting(currency, metric)

    def words(self, amount: int) -> Words:
        """For a reader."""
        return both(lambda language: Threshold().text(amount, self.setting, language))

    def legal(self, amount: int) -> str:
        """As a file spells it."""
        is_money = self.setting.metric in _MONEY
        return f'"{Threshold.written(amount, self.currency)}"' if is_money else str(amount)


def _not_above(values: Values, path: Path, enter: int, steps: _Steps) -> Iterator[Problem]:
    """Keeping a level, and reaching it again, are not harder than reaching it."""
    keep, re_enter = values.get(*path, "keep"), values.get(*path, "re_enter")
    if keep is not None and keep > enter:
        rule = says(
            "must not be above enter ({amount}): a member who just came up would fall",
            "不能高于升级门槛 enter（{amount}），否则刚升级的会员就会降级",
            amount=steps.words(enter),
        )
        yield values.problem((*path, "keep"), rule, f"keep = {steps.legal(enter)}")
    if re_enter is not None and re_enter > enter:
        rule = says(
            "must not be above enter ({amount}): coming back would be harder than coming up",
            "不能高于升级门槛 enter（{amount}），否则重新升级比首次升级更难",
            amount=steps.words(enter),
        )
        yield values.problem((*path, "re_enter"), rule, f"re_enter = {steps.legal(enter)}")


def _first_level(values: Values) -> Iterator[Problem]:
    first = next(values.rows("tiers", "level"), None)
    if first and first[-1] in (values.get("join", "invite_tiers") or ()):
        rule = says(
            "must not name {level}: every member stands on the first level",
            "不能包含 {level}，因为第一个等级面向所有会员",
            level=first[-1],
        )
        yield values.problem(("join", "invite_tiers"), rule, says("name a higher tier", "写较高的等级"))


def _window(values: Values) -> Iterator[Problem]:
    """Some rules need a window that ends, others one that does not."""
    window, upgrade = values.get("tiers", "window"), values.get("tiers", "upgrade")
    if upgrade == Upgrade.WINDOW_END and window is not None and window.kind == Window.LIFETIME:
        rule = says("cannot wait for the end of a window that never ends", "统计周期为 lifetime 时没有期末，无法升级")
        yield values.problem(("tiers", "upgrade"), rule, 'upgrade = "month_end"')
    decay = values.get("growth", "decay")
    if decay is not None and window is not None and window.kind != Window.LIFETIME:
        rule = says(
            'needs the window "lifetime": growth that is forgotten anyway cannot fade as well',
            '只能与统计周期 "lifetime" 一起使用，因为其他周期的成长值到期自动清除，不能再衰减',
        )
        yield values.problem(("growth", "decay"), rule, 'window = "lifetime"')
    split = values.get("tiers", "threshold_mode")
    if split and upgrade is not None and upgrade != Upgrade.IMMEDIATELY:
        rule = says(
            'needs upgrade = "immediately": a member who moves up later cannot earn at the new tier at once',
            '只能与 upgrade = "immediately" 一起使用，因为稍后才升级的会员不能当单按新等级获得积分',
        )
        yield values.problem(("tiers", "threshold_mode"), rule, 'threshold_mode = "whole_order_at_old_tier"')
