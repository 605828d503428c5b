"""One question for a whole undo: its rows altogether, and one answer for all of its statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from safesql.engine.answers import Answers
from safesql.engine.ask import cleared
from safesql.engine.question import Ask, Choice, Nobody, Question, Reply
from safesql.engine.session import Session
from safesql.engine.touched import Touched
from safesql.errors import Declined
from safesql.guard.action import Action
from safesql.guard.effect import Name
from safesql.guard.facts import Counted
from safesql.guard.judge import judge
from safesql.slotted import dataclass, field, replace
from safesql.sql.statement import Statement
from safesql.store.journal.entry import Entry


@dataclass(slots=True)
class OneAnswer:
    """Asks for the whole, and again only where a later statement has a finding that was not among those answered."""

    ask: Ask
    whole: tuple[Touched, ...]
    number: int
    _action: Action = Action.ALLOW
    _rules: set[str] = field(default_factory=set)
    _by: str = ""

    def __call__(self, question: Question) -> Reply:
        """The answer; of the ways on from a question, an undo knows yes and no."""
        rules = {finding.rule for finding in question.verdict.findings if finding.action > Action.ALLOW}
        if question.action > self._action or not rules <= self._rules:
            asked = replace(
                question, touched=self.whole, can_stage=False, previewable=False,
                notes=(f"it is one of the statements that undo entry {self.number}; the answer is for all of them",
                       *question.notes),
            )  # fmt: skip
            reply = self.ask(asked)
            wrong = asked.action is Action.TYPE and _plain(reply.typed) != _plain(asked.expected)
            if reply.choice is not Choice.RUN or wrong:
                return Reply(Choice.CANCEL)
            self._action, self._by = max(question.action, self._action), reply.by
            self._rules |= rules
        return Reply(Choice.RUN, typed=question.expected, by=self._by)


@contextmanager
def agreed(session: Session, entry: Entry) -> Iterator[None]:
    """Whoever is asked is asked once for the undo of an entry."""
    before = session.ask
    if not isinstance(before, Nobody):
        session.ask = OneAnswer(before, whole(entry), entry.id)
    session.agreed = True
    try:
        yield
    finally:
        session.ask, session.agreed = before, False


def whole(entry: Entry) -> tuple[Touched, ...]:
    """The rows of an undo by table."""
    return tuple(Touched(table, rows) for table, rows in entry.rows.items())


def within_limits(session: Session, entry: Entry, statement: Statement, answers: Answers) -> None:
    """Hold the rows of the whole undo, of which this is the first statement, to the limits of the policy.

    Raises Stopped where they forbid it or nobody can be asked, Declined where the answer is no.
    """
    policy = session.profile.policy
    if not policy.limited:
        return
    tables = tuple(
        Counted(table, rows, None, policy.limits_of(Name(tuple(table.split(".")))))
        for table, rows in entry.rows.items()
    )
    facts = replace(
        session.facts, matched_rows=sum(entry.rows.values()), max_rows=policy.max_rows,
        confirm_rows=policy.confirm_rows, counted=tables,
    )  # fmt: skip
    clearance, _ = cleared(session, judge(statement, policy, facts), whole(entry), answers)
    if clearance is None:
        raise Declined("not undone: the answer was no; nothing was changed")


def _plain(text: str) -> str:
    """Typed text without spaces and thousands separators that do not matter."""
    return " ".join(text.replace(",", "").split()).lower()
