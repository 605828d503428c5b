"""From a verdict to a clearance: allowed, answered ahead of time, or asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safesql.engine.answers import Answers
from safesql.engine.question import Choice, Nobody, Question, Reply
from safesql.engine.session import Session
from safesql.engine.stopped import Stopped
from safesql.guard.action import Action
from safesql.guard.verdict import Answer, Clearance, Confirmation, Verdict
from safesql.slotted import replace

if TYPE_CHECKING:
    from safesql.engine.cascades import Cascades
    from safesql.engine.touched import Touched


def cleared(
    session: Session, verdict: Verdict, counted: tuple[Touched, ...], answers: Answers, found: Cascades | None = None
) -> tuple[Clearance | None, Choice]:
    """The clearance, or None with what the person chose instead; raises Stopped when no yes is possible.

    ``found`` are the statement's cascades, where they are known already.
    """
    from safesql.engine.notes import notes
    from safesql.engine.touched import altogether, most

    if verdict.action is Action.ALLOW and not verdict.statement.problem:
        return Clearance(verdict), Choice.RUN
    ahead = None if verdict.statement.problem else answers.confirmation(verdict, session.user)
    if ahead is not None:
        return Clearance(verdict, replace(ahead, rows=most(counted))), Choice.RUN
    if verdict.action is Action.BLOCK or verdict.statement.problem:
        raise Stopped(verdict, counted)
    if isinstance(session.ask, Nobody):
        raise Stopped(verdict, counted, unanswered=True)
    known = notes(session.connection, verdict, found)
    question = Question(
        verdict,
        target=session.target,
        environment=session.profile.environment.word,
        touched=counted,
        can_stage=session.review is not None,
        notes=known.lines,
    )
    reply = session.ask(question)
    yes = _yes(question, reply, session.user)
    if yes is not None and not known.fires:
        yes = replace(yes, altogether=altogether(counted) if yes.rows is not None else None)
    return (Clearance(verdict, yes), Choice.RUN) if yes else (None, _instead(reply))


def _instead(reply: Reply) -> Choice:
    """What was chosen, where a wrong word typed for a yes is a no."""
    return Choice.CANCEL if reply.choice is Choice.RUN else reply.choice


def _yes(question: Question, reply: Reply, user: str) -> Confirmation | None:
    """The confirmation in a reply; for TYPE only when what was typed is what was measured."""
    from safesql.engine.touched import most

    if reply.choice is not Choice.RUN:
        return None
    typed = question.action is Action.TYPE
    if typed and _plain(reply.typed) != _plain(question.expected):
        return None
    how = Answer.TYPED if typed else Answer.YES
    return Confirmation(question.verdict, reply.by or user, how, question.verdict.rules, rows=most(question.touched))


def _plain(text: str) -> str:
    """Typed text without the freedom people take with spaces and thousands separators."""
    return " ".join(text.replace(",", "").split()).lower()
