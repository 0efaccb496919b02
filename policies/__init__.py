"""What the rules are: policy files, their parameters, and the arrays the ledger decides by."""

from __future__ import annotations

from policies.compare import Difference, differences
from policies.editing import edit
from policies.errors import PolicyError, Problem
from policies.load import catalogue, load_policy
from policies.policy import Policy, compile_rules
from policies.sheet import SheetSection, rule_sheet
from policies.write import policy_toml

__all__ = [
    "Difference",
    "Policy",
    "PolicyError",
    "Problem",
    "SheetSection",
    "catalogue",
    "compile_rules",
    "differences",
    "edit",
    "load_policy",
    "policy_toml",
    "rule_sheet",
]
