# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A first comparison
#
# An online beauty shop thinks about its program. Today, who misses the mark drops straight to the tier that
# the year earned (`baseline`). Two ideas: a soft landing (`soft_landing`), and clearing all points on
# 31 December with at most 50 yuan in points an order (`year_end_wipe_cap50`). What would each cost, and whom
# would it keep?
#
# Open this file as a notebook in JupyterLab (right click, *Open With*, *Notebook*), or read on: it is plain Python.

# %%
from __future__ import annotations

import os

import altair as alt
import numpy as np
import pandas as pd

from charts.paired import paired_chart
from ledger.accounts import Cause, account_name
from policies import differences, load_policy
from sim.compare import compare
from sim.run import simulate
from sim.scenario import load_scenario
from texts.headline import headline_paragraphs

alt.renderers.enable("svg")  # drawn here, without a network
MEMBERS = int(os.environ.get("TIERLAB_MEMBERS", "20000"))

# %% [markdown]
# ## The question
#
# A scenario says who the members are, a policy says what the rules are. Neither knows the other.

# %%
scenario = load_scenario("beauty_mall")
baseline = load_policy("baseline")
candidates = [load_policy("soft_landing"), load_policy("year_end_wipe_cap50")]

pd.DataFrame(
    [
        (candidate.name, each.title, each.before, each.after)
        for candidate in candidates
        for each in differences(baseline, candidate)
    ],
    columns=["candidate", "parameter", "today", "then"],
)

# %% [markdown]
# ## The answer
#
# Every member meets the same luck under every policy, so the differences are the policies' own. The intervals say
# what another population drawn from the same scenario would show; they hold under the stated assumptions.

# %%
comparison = compare(scenario, baseline, candidates, members=MEMBERS)
assert comparison.law_failures() == []  # the books add up, to the last point and cent
for candidate in comparison.candidates:
    print(*headline_paragraphs(comparison, candidate.name, "en"), sep="\n", end="\n\n")

# %%
comparison.difference_table().set_index(["candidate", "kpi"]).round(4)

# %% [markdown]
# Filled marks: members react as the scenario says. Hollow marks: the same rules if nobody reacted to them.
# The distance between the two rests on assumptions about people; the rest is arithmetic.

# %%
paired_chart(comparison, "year_end_wipe_cap50", "en").chart()

# %% [markdown]
# ## One life
#
# Behind each number are lives. The saver spends 3,000 yuan an order and keeps all points for one big redemption,
# in December. Here are her points, transfer by transfer, as the production ledger would book them.


# %%
def points_of_the_saver(policy_name: str) -> pd.DataFrame:
    """Every transfer of points of the first member of the lessons."""
    parts: list[np.ndarray] = []
    simulate(load_scenario("lessons"), load_policy(policy_name), keep_transfers=parts.append)
    rows = pd.DataFrame(np.concatenate(parts))
    rows = rows[(rows["member"] == 0) & rows["cause"].isin([Cause.EARN, Cause.REDEEM, Cause.EXPIRE])]
    return pd.DataFrame(
        {
            "day": pd.to_datetime(rows["day"], unit="D").dt.date,
            "cause": [Cause(each).name.lower() for each in rows["cause"]],
            "from": rows["debit"].map(account_name),
            "to": rows["credit"].map(account_name),
            "points": rows["amount"],
        }
    ).reset_index(drop=True)


points_of_the_saver("baseline")

# %% [markdown]
# And with the wipe: 50 yuan is all that the December order takes, and on New Year's morning the rest is gone.

# %%
wiped = points_of_the_saver("year_end_wipe_cap50")
print(f"Expired: {wiped.loc[wiped['cause'] == 'expire', 'points'].sum():,} points")
wiped.tail(5)
