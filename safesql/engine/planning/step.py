"""One statement of a plan: its verdict, its rows as far as they can be known now, and what cannot be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from safesql.engine.answers import NO_ANSWERS, Answers, answers_for
from safesql.engine.cascades import Cascades, cascades
from safesql.engine.limits import with_counts
from safesql.engine.notes import Notes, notes
from safesql.engine.planning.dependence import Before
from safesql.engine.planning.locking import locked
from safesql.engine.planning.mentioned import Mentioned, words_of
from safesql.engine.session import Session
from safesql.engine.submit import would_stop
from safesql.engine.touched import BY, Touched
from safesql.engine.undoing.outlook import Outlook, outlook
from safesql.guard.action import Action
from safesql.guard.behind import Asked, Sort
from safesql.guard.calls import calls_of
from safesql.guard.effect import Effect, Name, Reach
from safesql.guard.foreseen import KEY_MISMATCH
from safesql.guard.memory import Memory
from safesql.guard.verdict import Verdict
from safesql.rewrite.closure.place import Place
from safesql.rewrite.selection import CLEARED
from safesql.slotted import dataclass, field
from safesql.sql.redact import redact
from safesql.sql.statement import Statement
from safesql.store.plan.plan import Found, Rows, Step

LINES, WIDTH = 60, 400           # of a statement that a plan shows; its digest covers all of it


@dataclass(slots=True)
class Looking:
    """Looks at statements in their order; ``places`` are the relations that any of them named."""

    session: Session
    mentioned: Mentioned
    before: Before = field(default_factory=Before)
    places: dict[Place, None] = field(default_factory=dict)
    _reached: tuple[Name, ...] = ()

    def step(self, number: int, at: str, statement: Statement, memory: Memory) -> tuple[Step, Verdict]:
        """One statement, judged after those before it; raises what the server does."""
        session = self.session
        verdict = session.looked_up(statement, memory)
        named = self.mentioned.places(statement, verdict.effect)
        found = cascades(session.connection, verdict) if verdict.effect.changes else Cascades()
        calls = self._calls(statement, verdict.effect)
        words = words_of(statement, verdict.effect)
        why_not = self.before.why_not(words, found.tables, named, calls=calls)
        outlooked = outlook(session.connection, statement) if verdict.effect.changes and not why_not else Outlook()
        rows: tuple[Rows, ...] = ()
        told = Notes()
        if why_not:
            rows = self._unknown(verdict, why_not)
        else:
            session.no_undo = outlooked.reason if session.promises_undo and outlooked.matters else ""
            verdict, counted = with_counts(session, self._again(statement, memory), always=True)
            session.no_undo = ""
            rows, told = tuple(_rows(each) for each in counted), notes(session.connection, verdict, found)
        self._reached = found.tables
        self.places |= dict.fromkeys((*named, *(Place(each.table) for each in found.closure.reached)))
        asked = [finding for finding in verdict.findings if finding.action > Action.ALLOW]
        return Step(
            number=number,
            at=at,
            sql=lines_of(statement.text),
            sha256=sha256(statement.text.encode()).hexdigest(),
            verdict=verdict.action.word,
            changes=verdict.effect.changes,
            answered=bool(asked) and self._answered(verdict),
            found=tuple(dict.fromkeys(Found(each.rule, each.action.word, each.message) for each in asked)),
            rows=rows,
            fires=told.fires,
            expected=self._answers(statement).expect_rows,
            tables=tuple(sorted({str(name) for name in (*(place.name for place in named), *found.tables)})),
            locks=locked(verdict),
            notes=(*_expected(verdict), *told.lines),
            undo=outlooked.reason,
        ), verdict  # fmt: skip

    def took(self, verdict: Verdict, at: str, *, followed: bool) -> None:
        """The statement that was looked at last counts as run for those behind it."""
        self.before.take(at, verdict.effect, self._reached, followed=followed)
        if followed:
            self.mentioned.forget()

    def _again(self, statement: Statement, memory: Memory) -> Verdict:
        """The verdict with what is known of undo."""
        return self.session.judge(statement, memory)

    def _calls(self, statement: Statement, effect: Effect) -> bool:
        """Whether a routine is called that is no part of the server itself, as far as anybody knows."""
        known = self.session.known.facts
        answers = (known.get(Asked(Sort.ROUTINE, name)) for name in calls_of(statement, effect))
        return any(found is None or bool(found.bodies) for found in answers)

    def _unknown(self, verdict: Verdict, reason: str) -> tuple[Rows, ...]:
        """The tables that a statement writes to, none of which can be counted."""
        parts = (part for part in verdict.effect.walk() if part.reach is Reach.ROWS or part.verb in CLEARED)
        names = tuple(dict.fromkeys(str(part.target) for part in parts if part.target is not None))
        return tuple(Rows(name, reason=reason) for name in names)

    def _answered(self, verdict: Verdict) -> bool:
        """Whether a comment of the script says yes to it already."""
        return not would_stop(verdict, self.session, self._answers(verdict.statement), somebody=False)

    def _answers(self, statement: Statement) -> Answers:
        """What comments of the script say of it."""
        return answers_for(statement, self.session.profile.policy, NO_ANSWERS)


def _expected(verdict: Verdict) -> Iterator[str]:
    """What this server would refuse, where the policy does not ask about that: a reviewer should know of it."""
    for finding in verdict.findings:
        if finding.rule == KEY_MISMATCH and finding.action is Action.ALLOW:
            yield finding.message


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a statement without its secrets, shortened where there are many."""
    lines = redact(text).splitlines()
    shown = [line if len(line) <= WIDTH else f"{line[:WIDTH]}... ({len(line):,} characters)" for line in lines[:LINES]]
    return (*shown, *((f"... ({len(lines) - LINES:,} lines more)",) if len(lines) > LINES else ()))


def _rows(touched: Touched) -> Rows:
    """A count as the plan holds it."""
    word = "" if touched.word == "rows" else touched.word
    by = touched.arm if touched.fate is None else BY.get(touched.fate, "")
    how = " ".join(part for part in (word, f"by {by}" if by and not touched.among else by) if part)
    return Rows(
        touched.name, touched.rows, touched.of, estimate=not touched.exact, cascade=touched.fate is not None,
        among=touched.among, how=how, reason=touched.reason,
    )  # fmt: skip
