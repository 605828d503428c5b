"""Which statements may be on their way together, and how; the law is that nobody can tell it from one by one."""

from __future__ import annotations

import re

from safesql.backends.contract import Connection, Transaction
from safesql.engine.answers import NO_ANSWERS, Answers
from safesql.engine.session import Session
from safesql.guard.action import Action
from safesql.guard.calls import calls_of
from safesql.guard.effect import Effect, Reach
from safesql.guard.verdict import Verdict
from safesql.rewrite.outside import outside_effects
from safesql.sql.dialect import Family
from safesql.sql.statement import Ending, Statement

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
LONGEST = 32_768           # characters; longer ones gain nothing
_SUSPECT = re.compile(
    r"@|\b(?:returning|set_config|last_insert_id|row_count|found_rows|\w*_locks?|load_file|nextval|setval|lastval"
    r"|uuid_short|(?:pg_)?sleep\w*|benchmark)\b",
    re.IGNORECASE,
)
"""What leaves or finds something in the session, gives rows, or is not rolled back; strings are not told apart."""


def way(connection: Connection, *, atomic: bool, stop: bool) -> bool | None:
    """How statements may go out together now: whether they ``stop`` at the first that fails; None when not at all.

    In an open transaction PostgreSQL skips what was sent behind an error. MySQL executes it, which shows nowhere when
    all is rolled back then (-1), or when a run goes on after errors anyway. Outside of a transaction each statement
    commits by itself, so that one behind an error must not be on its way unless the run goes on.
    """
    family, state = connection.dialect.family, connection.transaction
    if state is Transaction.OPEN:
        if family is not Family.MYSQL or atomic:
            return True
        return None if stop else False
    return False if state is Transaction.NONE and not stop and family is not Family.SQLITE else None


def in_turn(connection: Connection, *, atomic: bool, stop: bool) -> bool:
    """Whether statements may be written down together and then sent one after the other, each when the last went well.

    Outside of a transaction, where each commits by itself and a run that stops at an error must not send the next.
    """
    idle = connection.transaction is Transaction.NONE and connection.dialect.family is not Family.SQLITE
    return idle and stop and not atomic


def candidate(session: Session, statement: Statement, answers: Answers = NO_ANSWERS) -> bool:
    """Whether it is worth judging for that: a plain write, with nothing around it that wants to see its result."""
    return (
        statement.text[:7].upper().startswith(WRITES)
        and len(statement.text) <= LONGEST
        and statement.command is None
        and not (statement.joined or statement.ending is Ending.JOINED or statement.problem)
        and answers.expect_rows is None
        and answers.approved is None
        and session.review is None
        and not session.profile.policy.limited
    )


def quiet(session: Session, verdict: Verdict) -> bool:
    """Whether nothing but rows of tables can be changed by it, and nothing that was learnt so far changes with it."""
    effect, memory = verdict.effect, session.memory
    return (
        verdict.action is Action.ALLOW
        and session.known.able
        and not session.no_undo
        and _rows_alone(effect)
        and (bool(verdict.statement.literal_rows) or _by_itself(verdict.statement, effect))
        and session.known.settled(memory.after(effect), effect) is memory
    )


def _rows_alone(effect: Effect) -> bool:
    """Whether it writes rows, reads others at most, and starts nothing behind its names."""
    if effect.reach is not Reach.ROWS or effect.behind or effect.later or effect.commits or effect.alone:
        return False
    return not effect.parts or all(
        part.reach in (Reach.ROWS, Reach.READ) and not (part.behind or part.commits) for part in effect.walk()
    )


def _by_itself(statement: Statement, effect: Effect) -> bool:
    """Whether its text neither uses the session's state, nor calls what is not rolled back, nor gives rows."""
    if _SUSPECT.search(statement.text):
        return False
    if statement.dialect.family is Family.MYSQL and calls_of(statement, effect):
        return False
    return "(" not in statement.text or not outside_effects(statement)
