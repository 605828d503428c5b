"""The rows a statement may touch: counted before, held to after."""

from __future__ import annotations

from dataclasses import replace

from safesql.engine.answers import Answers
from safesql.engine.perform import Limit, countable
from safesql.engine.session import Session
from safesql.engine.touched import Touched, most, touched
from safesql.guard.action import Action
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.verdict import Answer, Clearance, Verdict


def with_counts(session: Session, verdict: Verdict, *, always: bool = False) -> tuple[Verdict, tuple[Touched, ...]]:
    """Count where a person or a limit needs the number, or always, and judge again where that is stricter."""
    policy = session.profile.policy
    limited = policy.max_rows is not None or policy.confirm_rows is not None
    needed = always or verdict.action > Action.ALLOW or (limited and countable(verdict.effect))
    if not needed or not verdict.effect.changes or verdict.statement.problem:
        return verdict, ()
    counted = touched(session.connection, verdict)
    rows = most(counted)
    if not limited or rows is None:
        return verdict, counted
    facts = replace(session.facts, matched_rows=rows, max_rows=policy.max_rows, confirm_rows=policy.confirm_rows)
    again = judge(verdict.statement, policy, facts)
    said = again.action == verdict.action and verdict.action > Action.CONFIRM    # a stronger answer covers the rows too
    return (verdict if said else again), counted


def limit_for(policy: Policy, clearance: Clearance, answers: Answers) -> Limit | None:
    """What the rows touched are compared with: what was expected, confirmed, or allowed by policy."""
    if answers.expect_rows is not None:
        return Limit(exactly=answers.expect_rows, why="expected")
    if clearance.confirmation is not None:
        confirmed = clearance.confirmation.rows
        asked = policy.max_rows is None or clearance.confirmation.answer in (Answer.YES, Answer.TYPED)
        return Limit(at_most=policy.max_rows if confirmed is None else confirmed, why="confirmed", asked=asked)
    unasked = [rows for rows in (policy.max_rows, policy.confirm_rows) if rows is not None]
    return Limit(at_most=min(unasked), why="allowed without a question") if unasked else None
