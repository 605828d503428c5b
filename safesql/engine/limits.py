"""The rows a statement may touch: counted before, held to after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safesql.backends.contract import Transaction
from safesql.engine.answers import Answers
from safesql.engine.limit import Limit
from safesql.engine.perform import countable
from safesql.engine.session import Session
from safesql.engine.touched import Touched, altogether
from safesql.engine.way_back import no_way_back
from safesql.guard.action import Action
from safesql.guard.effect import Name
from safesql.guard.facts import Counted, Facts
from safesql.guard.foreseen import FORESEEN
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.verdict import Answer, Clearance, Verdict
from safesql.slotted import dataclass, replace

if TYPE_CHECKING:
    from safesql.engine.cascades import Cascades


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A verdict with the rows that were counted for it, and the closure they were counted by, where there is one."""

    verdict: Verdict
    counted: tuple[Touched, ...] = ()
    found: Cascades | None = None


def with_counts(session: Session, verdict: Verdict, *, always: bool = False) -> tuple[Verdict, tuple[Touched, ...]]:
    """Count where a person or a limit needs the number, or always, and judge again where that is stricter."""
    seen = foreseen(session, verdict, always=always)
    return seen.verdict, seen.counted


def foreseen(session: Session, verdict: Verdict, *, always: bool = False) -> Foreseen:
    """The same, with what else was asked of the server for it, so that it is asked once."""
    from safesql.engine.cascades import cascades
    from safesql.engine.counting import touched

    policy = session.profile.policy
    needed = always or verdict.action > Action.ALLOW or (policy.limited and countable(verdict.effect))
    if not needed or not verdict.effect.changes or verdict.statement.problem:
        return Foreseen(verdict)
    if session.connection.transaction is Transaction.FAILED:
        return Foreseen(verdict)
    found = cascades(session.connection, verdict)
    counted = touched(session.connection, verdict, found=found)
    return Foreseen(_judged(session, verdict, counted, found), counted, found)


def _judged(session: Session, verdict: Verdict, counted: tuple[Touched, ...], found: Cascades) -> Verdict:
    """The verdict now that its rows were counted."""
    policy = session.profile.policy
    facts = _facts(session, verdict, counted, found)
    if facts == session.facts:
        return verdict
    again = judge(verdict.statement, policy, facts)
    said = again.action == verdict.action and verdict.action > Action.CONFIRM    # a stronger answer covers the rows too
    if said:
        without = replace(session.facts, no_way_back=facts.no_way_back)
        return judge(verdict.statement, policy, without) if facts.no_way_back else verdict
    return again


def _facts(session: Session, verdict: Verdict, counted: tuple[Touched, ...], found: Cascades) -> Facts:
    """What is known of a statement now that its rows were counted."""
    policy, facts = session.profile.policy, session.facts
    doubted = any(each.action > Action.ALLOW and each.rule not in FORESEEN for each in verdict.findings)
    if verdict.action < Action.BLOCK and (policy.limited or doubted):
        facts = replace(facts, no_way_back=no_way_back(session.connection, verdict, found))
    if not policy.limited:
        return facts
    tables = tuple(
        Counted(each.name, each.rows, each.percent, policy.limits_of(Name(tuple(each.name.split(".")))))
        for each in counted
        if each.rows is not None
    )
    return replace(
        facts, matched_rows=altogether(counted), max_rows=policy.max_rows, confirm_rows=policy.confirm_rows,
        counted=tables,
    )  # fmt: skip


def limit_for(
    policy: Policy, clearance: Clearance, answers: Answers, counted: tuple[Touched, ...] = ()
) -> Limit | None:
    """What the rows touched are compared with: what was expected, confirmed, or allowed by policy."""
    if answers.approved is not None:
        return _planned(policy, answers) if answers.approved.how is Answer.APPROVED else None
    if answers.expect_rows is not None:
        return Limit(exactly=answers.expect_rows, why="expected", policy=policy)
    if clearance.confirmation is not None:
        yes = clearance.confirmation
        asked = not policy.limited or yes.answer in (Answer.YES, Answer.TYPED)
        most_own = policy.max_rows if yes.rows is None else yes.rows
        return Limit(at_most=most_own, altogether=yes.altogether, why="confirmed", asked=asked, policy=policy)
    limits = (policy.max_rows, policy.confirm_rows, *_of_tables(policy, counted))
    unasked = [rows for rows in limits if rows is not None]
    return Limit(at_most=min(unasked), why="allowed without a question", policy=policy) if unasked else None


def _planned(policy: Policy, answers: Answers) -> Limit:
    """What a plan expects, and the policy's limits where it knows no number: an approval is to the number it shows."""
    plan = answers.approved
    if plan is None or plan.own is None:
        return Limit(exactly=answers.expect_rows, why="expected", asked=True, policy=policy)
    least, most = plan.own
    fewest, all_rows = plan.altogether if plan.altogether is not None else (0, None)
    return Limit(most, answers.expect_rows, all_rows, "planned", asked=True, at_least=least, not_less=fewest)


def _of_tables(policy: Policy, counted: tuple[Touched, ...]) -> list[int | None]:
    """The limits of the one table that a statement writes to itself; of several each has its own."""
    own = [each for each in counted if each.fate is None]
    if len(own) != 1:
        return []
    limits = policy.limits_of(Name(tuple(own[0].name.split("."))))
    share = own[0].of * limits.max_percent / 100 if limits.max_percent is not None and own[0].of is not None else None
    return [limits.max_rows, limits.confirm_rows, int(share) if share is not None else None]
