"""Judge a whole run before its first statement is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from safesql.engine.answers import Answers, answers_for
from safesql.engine.forks import NOTHING_SURE
from safesql.engine.lasting import Lasting
from safesql.engine.session import Session
from safesql.engine.submit import would_stop
from safesql.engine.walk import Walk, read_for_sure
from safesql.errors import UsageError
from safesql.guard.effect import Effect, Reach
from safesql.guard.memory import Memory
from safesql.guard.segments.bond import Bond, bond, unheard
from safesql.guard.segments.segment import Segment
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement

if TYPE_CHECKING:
    from safesql.guard.segments.mapping import Mapping

SHOWN = 20        # refused statements kept for the report; the rest is only counted
INNER = frozenset({"SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "SET TRANSACTION", "SET CONSTRAINTS"})


@dataclass(frozen=True, slots=True)
class Demands:
    """What the run promises: ``atomic`` is -1, ``somebody`` can be asked, ``whole`` files end with a terminator."""

    atomic: bool = False
    somebody: bool = False
    whole: bool = True
    staging: bool = False
    mapped: bool = False               # the map of atomic segments is wanted
    settled: int = 0                   # statements at the beginning that an earlier run has done


@dataclass(slots=True)
class Map:
    """The first atomic segments of a script, the number of ``further`` ones, and where it had better be split."""

    mapping: Mapping
    segments: list[Segment] = field(default_factory=list)
    further: int = 0

    @property
    def worth_telling(self) -> bool:
        """Whether a failure could leave a half of the script."""
        lasting = sum(segment.changing > 0 for segment in self.segments)
        alone = any(not segment.together and segment.changing > 1 for segment in self.segments)
        return bool(lasting > 1 or alone or self.mapping.advice.sentences)

    def add(self, verdict: Verdict) -> None:
        """The next statement."""
        self._keep(self.mapping.add(verdict))

    def end(self) -> None:
        """The script is at its end."""
        self._keep(self.mapping.rest())

    def lines(self) -> Iterator[str]:
        """A line for each segment, then the advice."""
        from safesql.guard.segments.wording import lines

        yield from lines(self.segments)
        if self.further:
            yield f"and {self.further} further segments"
        yield from self.mapping.advice.sentences

    def _keep(self, found: Iterator[Segment]) -> None:
        """As many as a person reads."""
        for segment in found:
            if len(self.segments) < SHOWN:
                self.segments.append(segment)
            else:
                self.further += 1


@dataclass(slots=True)
class Preflight:
    """What was found: ``stopped`` the first verdicts that cannot pass, ``breakers`` why else not, a sentence each."""

    statements: int = 0
    changing: int = 0
    refused: int = 0
    stopped: list[Verdict] = field(default_factory=list)
    breakers: list[str] = field(default_factory=list)
    cut_off: Statement | None = None
    map: Map | None = None
    digest: str = ""                   # of the whole script, when all of it was read

    def take(self, verdict: Verdict) -> None:
        """The next statement that is to be sent."""
        self.changing += verdict.effect.changes
        if self.map is not None:
            self.map.add(verdict)

    def end(self, walk: Walk) -> None:
        """The script is at its end."""
        self.digest = str(walk.text)
        if self.map is not None:
            self.map.end()
        if walk.copying is not None:
            place = walk.copying.place
            where = f"{place.source}:{place.line}"
            self.breakers.append(f"{where}: the data of this COPY do not end in \\., so the file may be cut off")

    @property
    def passes(self) -> bool:
        """Whether the run may begin."""
        return not self.refused and not self.breakers and self.cut_off is None


def preflight(session: Session, walk: Walk, base: Answers, demands: Demands) -> Preflight:
    """Read everything once, in constant memory; raises UsageError and Refused for what cannot be read or taken."""
    from safesql.guard.segments.mapping import Mapping

    found, lasting = Preflight(map=Map(Mapping(demands.atomic)) if demands.mapped else None), Lasting(session)
    for verdict, answers in _verdicts(session, walk, base, demands.settled):
        found.statements += 1
        if found.statements <= demands.settled:
            continue
        found.take(verdict)
        if not read_for_sure(verdict.statement) and len(found.breakers) < SHOWN:
            found.breakers.append(_unsure(verdict.statement))
        if demands.atomic and len(found.breakers) < SHOWN:
            found.breakers.extend((*breakers(verdict), *lasting.breakers(verdict)))
        if demands.whole and not verdict.statement.complete and verdict.effect.changes:
            found.cut_off = verdict.statement
        if demands.staging and not verdict.statement.problem and verdict.effect.changes:
            continue
        if would_stop(verdict, session, answers, somebody=demands.somebody):
            found.refused += 1
            if len(found.stopped) < SHOWN:
                found.stopped.append(verdict)
    found.end(walk)
    return found


def _verdicts(session: Session, walk: Walk, base: Answers, settled: int) -> Iterator[tuple[Verdict, Answers]]:
    """Each statement's verdict, with the answers that stand in its comments.

    Of those that are settled no more is remembered than what the session is made again.
    """
    memory = session.memory
    last: Verdict | None = None
    known: Memory | None = None
    branch = number = 0
    for piece in walk:
        if branch != walk.forks.passed:
            branch, memory = walk.forks.passed, NOTHING_SURE
        if isinstance(piece, Statement):
            try:
                answers = answers_for(piece, session.profile.policy, base)
            except UsageError as error:
                raise UsageError(f"{piece.place.source}:{piece.place.line}: {error}") from error
            verdict = _next_verdict(session, piece, memory, (last, known))
            last, known = verdict, memory
            number += 1
            if number > settled or verdict.effect.reach is Reach.SESSION:
                memory = memory.after(verdict.effect)
            yield verdict, answers


def _next_verdict(
    session: Session, piece: Statement, memory: Memory, before: tuple[Verdict | None, Memory | None]
) -> Verdict:
    """The verdict; that of rows behind the words of the statement just before is known, if the memory is the same."""
    last, known = before
    if last is not None and known is memory:
        again = session.alike.again(piece, session.policy)
        if again is not None and again.effect is last.effect:
            return again
    return session.looked_up(piece, memory)


def _unsure(statement: Statement) -> str:
    """Why a statement cannot be judged: an earlier one sets the modes by something other than a literal."""
    place = f"{statement.place.source}:{statement.place.line}"
    return f"{place}: how quotes are read was set above by no literal; use SET with a literal value"


def breakers(verdict: Verdict) -> Iterator[str]:
    """Why a statement cannot be part of all-or-nothing, one sentence each."""
    place = f"{verdict.statement.place.source}:{verdict.statement.place.line}"
    for effect in verdict.effect.everything():
        if effect.reach is Reach.TRANSACTION and not _inner(effect):
            yield f"{place}: {effect.verb} ends or replaces the transaction that -1 opens; take it out"
            return
        if effect.commits:
            yield f"{place}: {effect.verb} commits by itself on this server, so -1 cannot undo what came before it"
            return
    kind, verb = bond(verdict.effect, verdict.statement), verdict.effect.verb
    if kind is Bond.ALONE:
        yield f"{place}: {verb} cannot run inside a transaction on this server; run it without -1"
    elif kind is Bond.MAY_COMMIT and verdict.statement.dialect.family is Family.MYSQL:
        yield f"{place}: what {verb} runs is not known and may commit, so that -1 could not undo what came before it"
    elif unheard(verdict.effect):
        yield f"{place}: {verb} {verdict.effect.target} has no effect inside a transaction; run it without -1"


def _inner(effect: Effect) -> bool:
    """Savepoints live inside a transaction; isolation settings do not end one."""
    return effect.verb in INNER
