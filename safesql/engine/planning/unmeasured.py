"""Statements of a plan whose rows nobody knows before they run: what limits them then, and how to have it known."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.engine.planning.expected import own
from safesql.guard.policy import Policy
from safesql.sql.dialect import Family
from safesql.store.plan.plan import Plan, Step


def unmeasured(plan: Plan, policy: Policy, family: Family) -> Iterator[str]:
    """A sentence for each of them that no comment of the script gives a number."""
    tried = "" if plan.trial or family is Family.MYSQL else ", or plan with --trial"
    for step in plan.steps:
        why = next((each.reason for each in step.rows if each.rows is None), "")
        if why and step.expected is None and own(step, plan) is None:
            yield (
                f"{step.at}: how many rows it touches is known when it runs ({why}), and {_held(policy)}: write "
                f"-- safesql: expect N rows above it{tried}"
            )


def line_of(step: Step, plan: Plan) -> str:
    """The same for whoever approves: that no number of the plan holds it, or the number of its script; or nothing."""
    if step.expected is not None:
        return f"held to exactly {step.expected:,} rows by its script"
    if own(step, plan) is None and any(each.rows is None or each.estimate for each in step.rows):
        return "held to no number of rows by this plan, only to the policy's limits"
    return ""


def _held(policy: Policy) -> str:
    """What remains."""
    if policy.max_rows is None:
        return "no limit holds it then"
    return f"all that holds it then is the policy's limit of {policy.max_rows:,} rows"
