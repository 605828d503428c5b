"""The statements of a plan run in one transaction that is always rolled back: what they really touch."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.engine.answers import Answers, Approved
from safesql.engine.perform import countable
from safesql.engine.planning.making import Made
from safesql.engine.session import Session
from safesql.engine.submit import submit
from safesql.engine.tally import Tally, before
from safesql.errors import Drift, Refused, StatementFailed
from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.segments import Bond, bond
from safesql.guard.verdict import Answer, Verdict
from safesql.result import Result
from safesql.rewrite.fingerprint.deferred import checked_now
from safesql.rewrite.outside import outside_effects
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement
from safesql.store.plan.plan import Found, Plan, Rows, Step

REASON = "trial of a plan: rolled back, whatever it did"
ACCOUNTS = ("CREATE ROLE", "ALTER ROLE", "DROP ROLE", "CREATE USER", "ALTER USER", "DROP USER", "GRANT", "REVOKE")
"""Of what concerns the server as a whole, PostgreSQL takes these back with the transaction."""
STAYS = frozenset({"setval"})


def refused_for(made: Made) -> None:
    """Raise Refused for statements that could not be rolled back, naming each, before anything is sent."""
    found = [
        f"{step.at}: {why}"
        for step, verdict in zip(made.plan.steps, made.verdicts, strict=True)
        for why in _hindrance(verdict)
    ]
    if found:
        more = f"; and {len(found) - 5} more" if len(found) > 5 else ""
        raise Refused(f"no trial: {'; '.join(found[:5])}{more}")


def tried(session: Session, made: Made) -> Plan:
    """The plan with what was measured; raises StatementFailed at the first that fails, and leaves nothing behind."""
    connection = session.connection
    refused_for(made)
    steps = list[Step]()
    connection.begin()
    try:
        for step, verdict, statement in zip(made.plan.steps, made.verdicts, made.statements, strict=True):
            steps.append(_one(session, step, verdict, statement))
        _deferred(session)
    finally:
        connection.rollback()
    return replace(made.plan, trial=True, steps=tuple(steps))


def _one(session: Session, step: Step, verdict: Verdict, statement: Statement) -> Step:
    """One statement and what it did."""
    if session.connection.server.identity and session.connection.server.replica:
        raise Drift("this server is a replica, where nothing can be tried")
    so_far = before(session.connection, verdict)
    yes = Approved(by=session.user, reason=REASON, rules=None, how=Answer.TRIAL)
    try:
        done = submit(session, statement, _unseen, Answers(approved=yes))
    except StatementFailed as error:
        raise StatementFailed(
            f"{step.at}: {error}; everything before it was rolled back, and there is no plan", code=error.code
        ) from error
    affected = done.summary.affected if countable(verdict.effect) else None
    if step.expected is not None and affected is not None and affected != step.expected:
        raise Drift(
            f"{step.at}: {affected:,} rows were touched where the script expects {step.expected:,}; everything was "
            "rolled back, and there is no plan"
        )
    tally = so_far.tally(session.connection, verdict, affected)
    asked = [finding for finding in done.verdict.findings if finding.action > Action.ALLOW]
    return replace(
        step,
        verdict=done.verdict.action.word,
        found=tuple(dict.fromkeys(Found(each.rule, each.action.word, each.message) for each in asked)),
        affected=affected,
        tried=tuple(_rows(tally)) if verdict.effect.changes else (),
    )


def _rows(tally: Tally) -> Iterator[Rows]:
    """By table where the server tells them apart."""
    if tally.tables:
        yield from (Rows(str(name), rows) for name, rows in sorted(tally.tables.items(), key=lambda each: str(each[0])))
    elif tally.altogether:
        yield Rows("all tables", tally.altogether)


def _deferred(session: Session) -> None:
    """What COMMIT would refuse."""
    probe = checked_now(session.connection.dialect)
    if probe is None:
        return
    try:
        session.connection.fetch(probe).summary()
    except StatementFailed as error:
        said = f"COMMIT would fail: {error}; everything was rolled back, and there is no plan"
        raise StatementFailed(said, code=error.code) from error


def _hindrance(verdict: Verdict) -> Iterator[str]:
    """Why a statement cannot be tried, or nothing."""
    effect, statement = verdict.effect, verdict.statement
    if statement.dialect.family is Family.MYSQL:
        yield "this server commits definitions by itself, and has tables without transactions"
    elif bond(effect, statement) is not Bond.INSIDE:
        yield f"{effect.verb} does not stay within one transaction"
    elif statement.copies_data:
        yield "data of COPY are only sent when it is applied"
    elif effect.verb == "PRAGMA":
        yield "a PRAGMA means something else inside a transaction"
    else:
        yield from _outside(effect, statement)


def _outside(effect: Effect, statement: Statement) -> Iterator[str]:
    """What no rollback reaches."""
    called = outside_effects(statement)
    words = {token.text.strip('"').lower() for token in statement.tokens} & STAYS
    if called or words:
        yield f"what {', '.join((*called, *sorted(words)))} does is not rolled back"
    for part in effect.everything():
        if part.reach is Reach.OPAQUE:
            yield f"what {part.verb} does is not known, so nobody can say that it is rolled back"
            return
        if part.reach is Reach.SERVER and not part.verb.startswith(ACCOUNTS):
            yield f"{part.verb} is not rolled back with its transaction"
            return


def _unseen(result: Result) -> int:
    """Nobody looks at what they return."""
    return sum(len(chunk) for chunk in result)
