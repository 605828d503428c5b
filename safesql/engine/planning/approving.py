"""Whose signatures on a plan count, and how many are needed, by the policy as it is at this moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from safesql.guard.action import Action
from safesql.guard.policy import Policy
from safesql.slotted import dataclass
from safesql.store.plan.approvals import Approval, signatures, verified
from safesql.store.plan.file import PlanFile
from safesql.store.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Standing:
    """``by`` are the people whose approvals count, ``turned_down`` a sentence for each signature that does not."""

    by: tuple[str, ...] = ()
    turned_down: tuple[str, ...] = ()


def standing(file: PlanFile, signers: Sequence[Path], policy: Policy) -> Standing:
    """Verify every signature beside the plan; raises UsageError when there is no ssh-keygen."""
    found = [verified(file.data, each, signers) for each in signatures(file.path)]
    by, down, keys = list[str](), list[str](), set[str]()
    for approval in found:
        reason = _reason(approval, file.plan, policy, keys)
        if reason:
            down.append(f"{approval.file.name}: {reason}")
        else:
            by.append(approval.names[0])
            keys.add(approval.key)
    return Standing(tuple(dict.fromkeys(by)), tuple(down))


def needed(plan: Plan, policy: Policy) -> int:
    """How many people must approve: what the policy says, and one at least where a statement needs a yes."""
    asks = any(step.verdict != Action.ALLOW.word and not step.answered for step in plan.steps)
    return max(policy.approvals, 1 if asks else 0)


def authors(plan: Plan) -> frozenset[str]:
    """Everything that the author of a plan is known by, in lower case."""
    return frozenset(_known_by(plan.author)) | frozenset(_known_by(plan.user))


def _reason(approval: Approval, plan: Plan, policy: Policy, keys: set[str]) -> str:
    """Why a signature does not count, or nothing."""
    if approval.reason:
        return approval.reason
    if approval.key in keys:
        return f"its key {approval.key} has approved already"
    name = next((name for name in approval.names if authors(plan) & set(_known_by(name))), "")
    if name and not policy.author_may_approve:
        return f"{name} made the plan, and the approval of its author does not count"
    return ""


def _known_by(name: str) -> Iterator[str]:
    """A name, and an address without its domain: the same person has both."""
    lowered = name.strip().lower()
    if lowered:
        yield lowered
        yield lowered.partition("@")[0]
