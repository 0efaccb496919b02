"""No program at all: what every return is measured against, known by what it says and not by what it is called."""

from __future__ import annotations

from policies import Policy, edit, load_policy

NO_PROGRAM = "no_program"
"""Name of the shipped policy that is no program."""


def is_no_program(policy: Policy) -> bool:
    """Whether nobody ever gets or buys anything but goods: no benefit, paid plan, coupon or stored value."""
    return not policy.has_program and not any(
        version.plans or version.coupons or version.stored_value for version in policy.versions
    )


def no_program_for(policy: Policy) -> Policy:
    """What a policy is measured against: the shipped policy without a program, in its currency and time zone."""
    nothing = load_policy(NO_PROGRAM)
    place = {"currency": policy.currency, "time_zone": policy.time_zone}
    changes = {key: value for key, value in place.items() if value != getattr(nothing, key)}
    return edit(nothing, changes, name=NO_PROGRAM, title=nothing.title) if changes else nothing
