"""The effects of a program on its members: each declared once, with its evidence.

Every number that says how people react stands here and nowhere else. Grades: A field or
quasi-experiment with a usable size; B causal sign or structure; C observation or laboratory;
D assumption. Time is in weeks. ``null`` is what remains when all effects are off: choices
(when to redeem, whether to join a plan) are still made, but nobody buys or stays because of the program.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Effect:
    """One parameter of the response model."""

    symbol: str
    meaning: str
    unit: str
    null: float
    central: float
    low: float
    high: float
    grade: str
    source: str


EFFECTS = (
    Effect("c_mem", "Lower churn of members while there is a program", "log hazard ratio", 0, -0.36, -0.60, 0, "A",
           "Gopalakrishnan, Jiang, Nevskaya, Thomadsen 2021"),
    Effect("b_mem", "More purchases of members beyond the mechanisms below", "log rate", 0, 0, 0, 0.06, "A",
           "Gopalakrishnan et al. 2021: at most a fifth of the lift"),
    Effect("beta_gg", "Goal gradient: pull of a reward that comes near", "log rate", 0, 0.15, 0, 0.30, "B",
           "Taylor and Neslin 2005; Nastasoiu et al. 2021"),
    Effect("kappa", "Shape of the goal gradient in the share of the way covered", "exponent", 1, 1, 0.5, 2, "B",
           "Kivetz, Urminsky, Zheng 2006"),
    Effect("t_goal", "Patience: waiting time at which a goal's pull falls by e", "weeks", 26, 26, 8, 104, "D",
           "assumption after Hartmann and Viard 2008"),
    Effect("eta", "Heavy buyers respond less", "exponent", 0.5, 0.5, 0, 1, "C", "Hartmann and Viard 2008; Liu 2007"),
    Effect("beta_mom", "Momentum after a redemption", "log rate", 0, 0.05, 0, 0.15, "A",
           "Dorotic et al. 2014; Nastasoiu et al. 2021"),
    Effect("tau_mom", "Fading of the momentum", "weeks", 4, 4, 2, 8, "B", "Nastasoiu et al. 2021"),
    Effect("beta_tp", "Tier pressure before the window closes", "log rate", 0, 0.30, 0, 0.70, "A",
           "Behrens, de Jong, van Ommeren 2021 (shape); size assumed"),
    Effect("sigma_tp", "Width of tier pressure around the pace that is needed", "log", 0.7, 0.7, 0.4, 1, "A",
           "Orhun, Guo, Hagemann 2022 (shape)"),
    Effect("tau_tp", "Tier pressure grows as the end comes near", "weeks", 8, 8, 4, 26, "A",
           "Behrens et al. 2021 (shape)"),
    Effect("b_tier_1", "More purchases in the second tier", "log rate", 0, 0.05, 0, 0.10, "A", "Behrens et al. 2021"),
    Effect("b_tier_2", "More purchases in the third tier", "log rate", 0, 0.08, 0, 0.16, "A", "Behrens et al. 2021"),
    Effect("b_tier_3", "More purchases in the fourth tier and above", "log rate", 0, 0.12, 0, 0.24, "A",
           "Behrens et al. 2021"),
    Effect("c_tier_1", "Churn in the second tier", "log hazard ratio", 0, 0, -0.4, 0, "D", "assumption"),
    Effect("c_tier_2", "Churn in the third tier", "log hazard ratio", 0, -0.1, -0.4, 0, "D", "assumption"),
    Effect("c_tier_3", "Churn in the fourth tier and above", "log hazard ratio", 0, -0.2, -0.4, 0, "D", "assumption"),
    Effect("delta_dem", "Fewer purchases after a downgrade", "log rate", 0, 0.10, 0, 0.30, "C",
           "Wagner, Hennig-Thurau, Rudolph 2009"),
    Effect("tau_dem", "Fading of a downgrade", "weeks", 26, 26, 8, 52, "C", "Wagner et al. 2009"),
    Effect("h_dem", "Higher churn after a downgrade", "log hazard ratio", 0, 0.26, 0, 0.69, "C", "Wagner et al. 2009"),
    Effect("beta_exp", "Urgency before points expire, for flexible members", "log rate", 0, 0.20, 0, 0.50, "C",
           "Breugelmans and Liu-Thompkins 2017"),
    Effect("tau_exp", "Time before expiry in which it is felt", "weeks", 2, 2, 1, 6, "C",
           "Breugelmans and Liu-Thompkins 2017"),
    Effect("h_exp", "Higher churn in the eight weeks after points expired", "log hazard ratio", 0, 0.10, 0, 0.40, "C",
           "Breugelmans and Liu-Thompkins 2017"),
    Effect("c_bal", "Lower churn with points in hand", "log hazard ratio", 0, 0.10, 0, 0.30, "C",
           "Hartmann and Viard 2008"),
    Effect("b_econ", "More purchases of plan members: the price", "log rate", 0, 0.087, 0, 0.23, "A",
           "Iyengar, Park, Yu 2022 (split)"),
    Effect("b_sunk", "More purchases of plan members: the fee is sunk", "log rate", 0, 0.175, 0, 0.47, "A",
           "Iyengar, Park, Yu 2022 (split)"),
    Effect("b_bask", "Baskets of plan members", "share", 0, -0.05, -0.15, 0, "C", "Iyengar, Park, Yu 2022 (sign)"),
    Effect("c_paid", "Churn of plan members", "log hazard ratio", 0, -0.20, -0.5, 0, "D", "assumption"),
    Effect("pi_never", "Members who never redeem", "share", 0.15, 0.15, 0.05, 0.35, "C",
           "COLLOQUY 2017: 28 % leave without redeeming"),
    Effect("theta", "Sharpness of the personal redemption threshold", "logit", 2, 2, 1, 4, "D",
           "after Stourm, Bradlow, Fader 2015"),
    Effect("v_star", "Median personal redemption threshold", "baskets", 0.3, 0.3, 0.1, 1, "D",
           "after Stourm, Bradlow, Fader 2015"),
    Effect("s_v", "Spread of the threshold between members", "log", 1, 1, 0.3, 1.2, "D",
           "after Stourm, Bradlow, Fader 2015"),
    Effect("theta_exp", "Redeeming before points expire", "logit", 0, 1, 0, 2, "D", "assumption"),
    Effect("all_points", "Redemptions that use all that is allowed, not half of it", "share", 0.6, 0.6, 0.3, 0.9, "D",
           "assumption"),
    Effect("exposure", "Orders at which the plan is offered and noticed", "share", 0.2, 0.2, 0.05, 0.5, "D",
           "assumption"),
    Effect("j_0", "Joining the plan at a benefit equal to the fee", "logit", -3.5, -3.5, -5, -2, "D", "assumption"),
    Effect("j_1", "Joining with a growing benefit", "logit per log", 1.5, 1.5, 0.5, 2.5, "D", "assumption"),
    Effect("rho_0", "Renewing the plan", "logit", 0.8, 0.8, 0.3, 1.3, "C", "warehouse-club and Prime renewals"),
    Effect("rho_b", "Renewing with a growing benefit", "logit per log", 1.4, 1.4, 0.9, 1.9, "C",
           "warehouse-club and Prime renewals"),
    Effect("rho_auto", "Renewing when it happens by itself", "logit", 0.6, 0.6, 0.1, 1.1, "C",
           "warehouse-club and Prime renewals"),
    Effect("rho_year", "Renewing from the second year", "logit", 0.8, 0.8, 0.3, 1.3, "C",
           "warehouse-club and Prime renewals"),
)  # fmt: skip
"""All effects, in the order of the model's terms."""

PRESETS = ("null", "central")
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
