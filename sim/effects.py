"""The effects of a program on its members: each declared once, with its evidence.

Every number that says how people react stands here and nowhere else. Grades: A field or
quasi-experiment with a usable size; B causal sign or structure; C observation or laboratory;
D assumption. Time is in weeks. ``null`` is what remains when all effects are off: choices
(when to redeem, whether to join a plan) are still made, but nobody buys or stays because of the program.
``optimistic`` takes gains at the favourable end of their range and harms as in ``central``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class Term(IntEnum):
    """Terms of the purchase intensity, to which added orders are attributed."""

    MEMBERSHIP = 0
    GOAL_GRADIENT = 1
    HEAD_START = 2
    MOMENTUM = 3
    SUCCESS = 4
    TIER_PRESSURE = 5
    TIER_BENEFIT = 6
    DEMOTION = 7
    GOAL_FAILURE = 8
    EXPIRY_URGENCY = 9
    COUPON = 10
    PLAN = 11
    STORED_VALUE = 12
    CAMPAIGN = 13


@dataclass(frozen=True)
class Effect:
    """One parameter of the response model."""

    symbol: str
    meaning: str
    unit: str
    null: float
    conservative: float
    central: float
    optimistic: float
    low: float
    high: float
    grade: str
    source: str


EFFECTS = (
    Effect("c_mem", "Lower churn of members while there is a program", "log hazard ratio",
           0, -0.15, -0.36, -0.6, -0.6, 0, "A", "Gopalakrishnan, Jiang, Nevskaya, Thomadsen 2021"),
    Effect("b_mem", "More purchases of members beyond the mechanisms below", "log rate",
           0, 0, 0, 0.06, 0, 0.06, "A", "Gopalakrishnan et al. 2021: at most a fifth of the lift"),
    Effect("beta_gg", "Goal gradient: pull of a reward that comes near", "log rate",
           0, 0, 0.15, 0.3, 0, 0.3, "B", "Taylor and Neslin 2005; Nastasoiu et al. 2021"),
    Effect("beta_card", "The same for a card that every order fills", "log rate",
           0, 0.1, 0.28, 0.46, 0.1, 0.46, "B", "Kivetz, Urminsky, Zheng 2006"),
    Effect("kappa", "Shape of the goal gradient in the share of the way covered", "exponent",
           1, 1, 1, 1, 0.5, 2, "B", "Kivetz, Urminsky, Zheng 2006"),
    Effect("t_goal", "Patience: waiting time at which a goal's pull falls by e", "weeks",
           26, 13, 26, 26, 8, 104, "D", "assumption after Hartmann and Viard 2008"),
    Effect("eta", "Heavy buyers respond less", "exponent",
           0.5, 1, 0.5, 0, 0, 1, "C", "Hartmann and Viard 2008; Liu 2007"),
    Effect("beta_hs", "Head start: points given at the beginning pull until the first redemption", "log rate",
           0, 0, 0, 1, 0, 1, "C", "Nunes and Dreze 2006"),
    Effect("beta_mom", "Momentum after a redemption", "log rate",
           0, 0.03, 0.05, 0.15, 0, 0.15, "A", "Dorotic et al. 2014; Nastasoiu et al. 2021"),
    Effect("tau_mom", "Fading of the momentum", "weeks",
           4, 4, 4, 4, 2, 8, "B", "Nastasoiu et al. 2021"),
    Effect("phi", "Success: each of the first three redemptions teaches that it pays", "log rate",
           0, 0, 0.01, 0.03, 0, 0.03, "C", "Dreze and Nunes 2011"),
    Effect("beta_tp", "Tier pressure before the window closes", "log rate",
           0, 0.1, 0.3, 0.7, 0, 0.7, "A", "Behrens, de Jong, van Ommeren 2021 (shape); size assumed"),
    Effect("sigma_tp", "Width of tier pressure around the pace that is needed", "log",
           0.7, 0.7, 0.7, 0.7, 0.4, 1, "A", "Orhun, Guo, Hagemann 2022 (shape)"),
    Effect("tau_tp", "Tier pressure grows as the end comes near", "weeks",
           8, 8, 8, 8, 4, 26, "A", "Behrens et al. 2021 (shape)"),
    Effect("b_tier_1", "More purchases in the second tier", "log rate",
           0, 0.02, 0.05, 0.1, 0, 0.1, "A", "Behrens et al. 2021"),
    Effect("b_tier_2", "More purchases in the third tier", "log rate",
           0, 0.03, 0.08, 0.16, 0, 0.16, "A", "Behrens et al. 2021"),
    Effect("b_tier_3", "More purchases in the fourth tier and above", "log rate",
           0, 0.05, 0.12, 0.24, 0, 0.24, "A", "Behrens et al. 2021"),
    Effect("c_tier_1", "Churn in the second tier", "log hazard ratio",
           0, 0, 0, -0.4, -0.4, 0, "D", "assumption"),
    Effect("c_tier_2", "Churn in the third tier", "log hazard ratio",
           0, 0, -0.1, -0.4, -0.4, 0, "D", "assumption"),
    Effect("c_tier_3", "Churn in the fourth tier and above", "log hazard ratio",
           0, 0, -0.2, -0.4, -0.4, 0, "D", "assumption"),
    Effect("delta_dem", "Fewer purchases after a downgrade", "log rate",
           0, 0.05, 0.1, 0.1, 0, 0.3, "C", "Wagner, Hennig-Thurau, Rudolph 2009"),
    Effect("tau_dem", "Fading of a downgrade", "weeks",
           26, 26, 26, 26, 8, 52, "C", "Wagner et al. 2009"),
    Effect("h_dem", "Higher churn after a downgrade", "log hazard ratio",
           0, 0.1, 0.26, 0.26, 0, 0.69, "C", "Wagner et al. 2009"),
    Effect("delta_fail", "Fewer purchases after a window that closed more than half way to the next tier", "log rate",
           0, 0, 0.03, 0.03, 0, 0.1, "B", "Wang et al. 2016 (sign)"),
    Effect("beta_exp", "Urgency before points expire, for flexible members", "log rate",
           0, 0, 0.2, 0.5, 0, 0.5, "C", "Breugelmans and Liu-Thompkins 2017"),
    Effect("tau_exp", "Time before expiry in which it is felt", "weeks",
           2, 2, 2, 2, 1, 6, "C", "Breugelmans and Liu-Thompkins 2017"),
    Effect("h_exp", "Higher churn in the eight weeks after points expired", "log hazard ratio",
           0, 0.1, 0.1, 0.1, 0, 0.4, "C", "Breugelmans and Liu-Thompkins 2017"),
    Effect("c_bal", "Lower churn with points in hand", "log hazard ratio",
           0, 0, 0.1, 0.3, 0, 0.3, "C", "Hartmann and Viard 2008"),
    Effect("beta_cp", "Pull of a coupon in the wallet, twice as strong in its last days", "log rate",
           0, 0.05, 0.15, 0.4, 0, 0.4, "D", "Inman and McAlister 1994 (shape); size assumed"),
    Effect("b_econ", "More purchases of plan members: the price", "log rate",
           0, 0.03, 0.087, 0.23, 0, 0.23, "A", "Iyengar, Park, Yu 2022 (split)"),
    Effect("b_sunk", "More purchases of plan members: the fee is sunk", "log rate",
           0, 0.07, 0.175, 0.47, 0, 0.47, "A", "Iyengar, Park, Yu 2022 (split)"),
    Effect("tau_sunk", "Fading of the sunk fee; the longest time stands for never", "weeks",
           10_000, 10_000, 10_000, 10_000, 8, 10_000, "C", "Iyengar, Park, Yu 2022"),
    Effect("b_bask", "Baskets of plan members", "share",
           0, -0.05, -0.05, 0, -0.15, 0, "C", "Iyengar, Park, Yu 2022 (sign)"),
    Effect("c_paid", "Churn of plan members", "log hazard ratio",
           0, 0, -0.2, -0.5, -0.5, 0, "D", "assumption"),
    Effect("b_sv", "Purchases while a basket's worth of stored value is left", "log rate",
           0, 0, 0.05, 0.3, 0, 0.3, "C", "Dorotic and Pauwels 2020"),
    Effect("b_wheel", "Purchases while there is a turn of the wheel to be had", "log rate",
           0, 0.05, 0.1, 0.25, 0, 0.25, "B", "field experiment on lucky draws 2025: in its days; lasting is assumed"),
    Effect("b_day", "Purchases on days of a campaign", "log rate",
           0, 0.1, 0.25, 0.7, 0, 0.7, "D", "assumption"),
    Effect("b_birthday", "Purchases in the month of the birthday", "log rate",
           0, 0, 0.1, 0.3, 0, 0.3, "D", "assumption"),
    Effect("phi_fb", "Part of a campaign's added purchases that later weeks lack", "share",
           0, 0.5, 0.33, 0.33, 0, 1, "C", "post-promotion dips"),
    Effect("c_ref", "Churn of members who were referred", "log hazard ratio",
           0, 0, -0.16, -0.3, -0.3, 0, "B", "Schmitt, Skiera, Van den Bulte 2011"),
    Effect("rate_ref", "Friends that a member brings in a year", "per year",
           0, 0.02, 0.03, 0.1, 0, 0.1, "B", "assumption after Schmitt et al. 2011"),
    Effect("rho_ref", "Friends who buy as often as who referred them, not as anybody", "share",
           0.3, 0.3, 0.3, 0.3, 0, 1, "D", "assumption"),
    Effect("novelty", "What is left of all effects on purchases when the novelty has worn off", "share",
           1, 0.5, 1, 1, 0, 1, "B", "Meyer-Waarden 2007; Liu 2007"),
    Effect("tau_nov", "Wearing off of the novelty", "weeks",
           35, 35, 35, 35, 13, 104, "D", "assumption"),
    Effect("pi_b", "Baskets raised to a threshold that is less than a quarter away", "probability",
           0, 0, 0, 0.3, 0, 0.3, "C", "assumption"),
    Effect("pi_never", "Members who never redeem", "share",
           0.15, 0.15, 0.15, 0.15, 0.05, 0.35, "C", "COLLOQUY 2017: 28 % leave without redeeming"),
    Effect("theta", "Sharpness of the personal redemption threshold", "logit",
           2, 2, 2, 2, 1, 4, "D", "after Stourm, Bradlow, Fader 2015"),
    Effect("v_star", "Median personal redemption threshold", "baskets",
           0.3, 0.3, 0.3, 0.3, 0.1, 1, "D", "after Stourm, Bradlow, Fader 2015"),
    Effect("s_v", "Spread of the threshold between members", "log",
           1, 1, 1, 1, 0.3, 1.2, "D", "after Stourm, Bradlow, Fader 2015"),
    Effect("theta_exp", "Redeeming before points expire", "logit",
           0, 0, 1, 1, 0, 2, "D", "assumption"),
    Effect("all_points", "Redemptions that use all that is allowed, not half of it", "share",
           0.6, 0.6, 0.6, 0.6, 0.3, 0.9, "D", "assumption"),
    Effect("coupon_use", "Orders that use the best coupon in the wallet, if one fits", "share",
           0.8, 0.8, 0.8, 0.8, 0.3, 1, "D", "assumption"),
    Effect("spin", "Orders after which the wheel is turned, if it can be", "share",
           0.3, 0.3, 0.3, 0.3, 0.05, 1, "D", "assumption"),
    Effect("th_0", "Topping up at a bonus of nothing", "logit",
           -2, -2, -2, -2, -4, 0, "D", "assumption"),
    Effect("th_b", "Topping up with a growing bonus", "logit per share",
           10, 10, 10, 10, 4, 15, "D", "assumption"),
    Effect("th_w", "Topping up for longer than eight weeks ahead", "logit per log",
           1, 1, 1, 1, 0.5, 2, "D", "assumption"),
    Effect("sv_loss", "Top-ups after which the card is lost, with what is on it", "share",
           0.001, 0.001, 0.001, 0.001, 0, 0.01, "C", "set so that 1.3 % of loads stay unspent, as Starbucks reports"),
    Effect("exposure", "Orders at which the plan is offered and noticed", "share",
           0.2, 0.2, 0.2, 0.2, 0.05, 0.5, "D", "assumption"),
    Effect("j_0", "Joining the plan at a benefit equal to the fee", "logit",
           -3.5, -3.5, -3.5, -3.5, -5, -2, "D", "assumption"),
    Effect("j_1", "Joining with a growing benefit", "logit per log",
           1.5, 1.5, 1.5, 1.5, 0.5, 2.5, "D", "assumption"),
    Effect("j_trial", "Beginning a plan that can be tried for nothing", "logit",
           2, 2, 2, 2, 1, 3, "D", "assumption"),
    Effect("trial", "Trials that become a paid plan", "share",
           0.7, 0.7, 0.7, 0.7, 0.6, 0.75, "C", "surveys of Prime members: 69 to 73 %"),
    Effect("rho_0", "Renewing the plan", "logit",
           0.8, 0.8, 0.8, 0.8, 0.3, 1.3, "C", "warehouse-club and Prime renewals"),
    Effect("rho_b", "Renewing with a growing benefit", "logit per log",
           1.4, 1.4, 1.4, 1.4, 0.9, 1.9, "C", "warehouse-club and Prime renewals"),
    Effect("rho_auto", "Renewing when it happens by itself", "logit",
           0.6, 0.6, 0.6, 0.6, 0.1, 1.1, "C", "warehouse-club and Prime renewals"),
    Effect("rho_year", "Renewing from the second year", "logit",
           0.8, 0.8, 0.8, 0.8, 0.3, 1.3, "C", "warehouse-club and Prime renewals"),
)  # fmt: skip
"""All effects, in the order of the model's terms."""

PRESETS = ("null", "conservative", "central", "optimistic")
"""Named sets of effects."""

RESPONSE = np.dtype([(each.symbol, "f8") for each in EFFECTS], align=True)
"""One value an effect."""

MAXIMUM = 3.0
"""Cap of the purchase intensity as a multiple of the member's own rate, the same for all policies."""

MINIMUM = 0.25
"""Floor of purchase intensity and of churn, as a multiple of the member's own."""

CHURN_MAXIMUM = 4.0
"""Cap of churn as a multiple of the member's own."""


def preset(name: str) -> dict[str, float]:
    """Effect sizes of a preset by symbol; KeyError if there is no such preset."""
    if name not in PRESETS:
        raise KeyError(name)
    return {each.symbol: getattr(each, name) for each in EFFECTS}
