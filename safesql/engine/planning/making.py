"""A plan from files and a session that only reads: every statement judged and counted in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from safesql.engine.batch import walk_of
from safesql.engine.lasting import Lasting
from safesql.engine.planning.files import Files
from safesql.engine.planning.mentioned import Mentioned
from safesql.engine.planning.shapes import shapes_of
from safesql.engine.planning.standing import place_of
from safesql.engine.planning.step import Looking
from safesql.engine.preflight import breakers
from safesql.engine.session import Session
from safesql.engine.submit import submit
from safesql.engine.walk import Walk, read_for_sure
from safesql.errors import Drift, Refused, SafesqlError, UsageError
from safesql.guard.action import Action
from safesql.guard.effect import Reach
from safesql.guard.foreseen import KEY_MISMATCH
from safesql.guard.segments import Mapping, Segment, lines
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass
from safesql.sql.statement import Statement
from safesql.store.plan.plan import Plan, Shape, Step

MANY = 10_000              # statements; nobody reviews more
SENDS = frozenset({"g", "gx", "G"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked of a plan; ``tolerance`` is "5%" or a number of rows, ``lasts`` how long it may be applied."""

    author: str
    user: str
    lasts: timedelta
    tolerance: str = "0"
    atomic: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Made:
    """A plan, and the statements it was made of, for whoever runs them next."""

    plan: Plan
    statements: tuple[Statement, ...]
    verdicts: tuple[Verdict, ...]


def refused_by_server(made: Made) -> Iterator[str]:
    """A sentence for each foreign key that the server will refuse, for the author: a review is of no use before."""
    for step, verdict in zip(made.plan.steps, made.verdicts, strict=True):
        for finding in verdict.findings:
            if finding.rule == KEY_MISMATCH:
                yield f"{step.at}: {finding.message}"


def plan_of(session: Session, files: Files, terms: Terms) -> Made:
    """Look at every statement; raises UsageError for unreadable files, Refused for what cannot be planned, Drift.

    Nothing is executed but SETs of where names are looked up, which later statements of the files need.
    """
    if session.connection.server.replica:
        raise Drift(
            "this server is a replica: nothing that is planned here could be applied, here or on another server. Make "
            "the plan on the primary"
        )
    walk = walk_of(session, files.sources)
    looking, lasting = Looking(session, Mentioned(session.connection)), Lasting(session)
    place = place_of(session)
    mapping, found = Mapping(atomic=terms.atomic), list[Segment]()
    steps, statements, verdicts = list[Step](), list[Statement](), list[Verdict]()
    sources = dict[str, None]()
    memory = session.memory
    for number, statement in enumerate(_statements(walk), 1):
        _check(statement, number, walk)
        sources[statement.place.source] = None
        at = f"{files.called(statement.place.source)}:{statement.place.line}"
        step, verdict = looking.step(number, at, statement, memory)
        for sentence in (*breakers(verdict), *lasting.breakers(verdict)) if terms.atomic else ():
            raise Refused(sentence)
        memory = memory.after(verdict.effect)
        looking.took(verdict, at, followed=_followed(session, verdict))
        found += mapping.add(verdict)
        steps.append(step)
        statements.append(statement)
        verdicts.append(verdict)
    found += mapping.rest()
    now = terms.now().replace(microsecond=0)
    plan = Plan(
        author=terms.author,
        user=terms.user,
        made=_written(now),
        expires=_written(now + terms.lasts),
        target=place,
        tolerance=terms.tolerance,
        single_transaction=terms.atomic,
        files=files.digests(sources),
        segments=tuple(lines(found)),
        advice=tuple(mapping.advice.sentences),
        steps=tuple(steps),
        shapes=shapes(session, looking),
    )  # fmt: skip
    return Made(plan, tuple(statements), tuple(verdicts))


def shapes(session: Session, looking: Looking) -> tuple[Shape, ...]:
    """The tables that any statement names or reaches."""
    return shapes_of(session.connection, looking.places) if looking.places else ()


def _statements(walk: Walk) -> list[Statement]:
    """All statements of the files; data of COPY belong to their digests."""
    found = [piece for piece in walk if isinstance(piece, Statement)]
    if walk.copying is not None:
        place = walk.copying.place
        where = f"{place.source}:{place.line}"
        raise UsageError(f"{where}: the data of this COPY do not end in \\., so the file may be cut off")
    if not found:
        raise UsageError("there is no statement in these files, so there is nothing to plan")
    return found


def _check(statement: Statement, number: int, walk: Walk) -> None:
    """Raise for what nobody could review: what is not known before it runs, or may not be whole."""
    where = f"{statement.place.source}:{statement.place.line}"
    if number > MANY:
        raise Refused(f"{where}: a plan is for review, and these are more than {MANY:,} statements; run them with -f")
    if statement.problem:
        raise Refused(f"{where}: {statement.problem}")
    if not statement.complete:
        raise Refused(f"{where}: the last statement has no terminator, so the file may be cut off; end it with ;")
    command = statement.command
    if command is not None and command.name not in SENDS:
        raise Refused(f"{where}: what \\{command.name} does depends on rows or files of the moment; take it out")
    if walk.forks.passed or not read_for_sure(statement):
        raise Refused(f"{where}: which statements run here, or how, is only known when they do; it cannot be planned")


def _followed(session: Session, verdict: Verdict) -> bool:
    """Whether a statement that says where names are looked up was run here as well, in this session that only reads."""
    effect = verdict.effect
    local = any(token.word == "LOCAL" for token in verdict.statement.tokens[:3])
    plain = effect.reach is Reach.SESSION and effect.kind == "names" and effect.verb in ("SET", "USE")
    if not plain or local or verdict.action is not Action.ALLOW or effect.parts:
        return False
    try:
        submit(session, verdict.statement, lambda result: sum(len(chunk) for chunk in result))
    except SafesqlError:
        return False
    return True


def _written(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
