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
# # Is it worth it, and how sure is that?
#
# The beauty shop of the first notebook has a program (`baseline`). A designer has two questions: does it earn more
# than it costs, and would clearing all points on 31 December (`year_end_wipe_cap50`) earn more still? The first
# notebook ends with differences and their intervals. This one goes on: where a difference comes from, who gains,
# what is left after all costs, and how far to trust any of it.
#
# Open this file as a notebook in JupyterLab (right click, *Open With*, *Notebook*), or read on: it is plain Python.

# %%
from __future__ import annotations

import os

import pandas as pd

from charts.breakdowns import cost_breakdown, parts_breakdown, return_breakdown, winners_breakdown
from policies import load_policy
from sim.break_even import break_even
from sim.compare import compare
from sim.scenario import load_scenario
from sim.uncertainty import uncertainty
from texts.doubt import break_even_sentences, uncertainty_sentences
from texts.headline import headline_paragraphs
from texts.notes import comparison_notes

MEMBERS = int(os.environ.get("TIERLAB_MEMBERS", "20000"))
DRAWS = 100 if MEMBERS > 2_000 else 20  # a hundred take some minutes

scenario = load_scenario("beauty_mall")
nothing, program, wipe = (load_policy(name) for name in ("no_program", "baseline", "year_end_wipe_cap50"))

# %% [markdown]
# ## The answer, and what must be known beside it
#
# A note appears when the model is asked for more than was ever measured, and when a budget or a stock ran out.

# %%
comparison = compare(scenario, program, [wipe], members=MEMBERS)
assert comparison.law_failures() == []
print(*headline_paragraphs(comparison, wipe.name, "en"), *comparison_notes(comparison, "en"), sep="\n\n")

# %% [markdown]
# ## What the difference is made of
#
# *Rules alone* is arithmetic: it would come so even if nobody noticed. *Members' reaction* rests on assumptions about
# people. A candidate whose whole case stands in the second column is a bet on those.

# %%
parts_breakdown(comparison, wipe.name, "en")

# %%
cost_breakdown(comparison, wipe.name, "en")

# %% [markdown]
# ## Who gains, who loses
#
# Fifths of the members by what they paid under the baseline. What a member gains is counted at what it costs the shop.

# %%
winners_breakdown(comparison, wipe.name, "en")

# %% [markdown]
# ## What a program returns
#
# Nobody has to name it: every program is measured against no program at all, with the same members and the same luck.
# The added cost holds messages and the fixed costs of running a program.

# %%
return_breakdown(comparison, "en")

# %% [markdown]
# ## How sure is that?
#
# The intervals above know only the luck of the draw. How strongly members react is itself in doubt, and so is how
# often they buy by themselves. So everything is drawn from its range again and again. `contribution` is what is left
# after the cost of the program, messages and fixed costs: the figure for *program or none*.

# %%
doubt = uncertainty(scenario, nothing, [program, wipe], draws=DRAWS, members=max(100, MEMBERS // 10))
for candidate in doubt.candidates:
    print(*uncertainty_sentences(doubt, candidate.name, "contribution", "en"), end="\n\n")

# %%
table = doubt.table().set_index(["kpi", "candidate"]).loc[["contribution", "margin", "program_cost", "active"]]
table[["median", "low", "high", "better"]].round(3)

# %% [markdown]
# ## How strong must it be?
#
# Membership keeps members from leaving by `c_mem`, a log hazard ratio: one of the largest assumptions. How large must
# it be for the program to earn what it costs? If even the weakest size that anybody would defend is enough, the
# decision does not hang on it.

# %%
even = break_even(scenario, nothing, program, "c_mem", "contribution", members=MEMBERS // 2)
print(*break_even_sentences(even, "en"))

# %%
rows = [
    (size, *(end / even.baseline.minor_per_major for end in (each.value, each.low, each.high)))
    for size, each in zip(even.sizes, even.differences, strict=True)
]
pd.DataFrame(rows, columns=["c_mem", "contribution per member, CNY", "low", "high"]).round(2)
