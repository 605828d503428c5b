"""One run with a ledger: from its beginning, or from where the run before it stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from safesql.engine.answers import NO_ANSWERS, Answers
from safesql.engine.resume.doubt import no_doubt, settled_by
from safesql.engine.resume.follow import Following
from safesql.engine.resume.numbered import Numbered
from safesql.engine.resume.passing import Passing
from safesql.engine.resume.place import NEAR, Script, boot, ledger_of, run_entry, where
from safesql.engine.resume.replay import Needs
from safesql.engine.resume.survey import At, Survey, first_difference, refused, survey
from safesql.engine.session import Session
from safesql.engine.walk import Walk
from safesql.errors import Drift, SafesqlError, UsageError
from safesql.rewrite.engines import without_transactions
from safesql.slotted import dataclass, replace
from safesql.sql.dialect import Family
from safesql.store.journal.frames import Damaged
from safesql.store.ledger.course import Course
from safesql.store.ledger.entry import Entry, Sign, line
from safesql.store.ledger.ledger import Ledger

NOTHING = "nothing to resume: no run of this script on this target was interrupted"

IN_MEMORY = "nothing to resume: a database in memory ends with its session"


@dataclass(frozen=True, slots=True)
class Way:
    """What a run's options take; ``said`` is for the person, and nothing is to be run where there is no ``passing``."""

    passing: Passing | None = None
    following: Following | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a script is to be run: ``goes_on`` is --on-error continue, ``last_done`` a person's word about a doubt.

    ``walk`` gives another walk over the script each time, one that runs.
    """

    script: Script
    walk: Callable[[], Walk]
    goes_on: bool = False
    last_done: int | None = None
    answers: Answers = NO_ANSWERS


def from_the_beginning(session: Session, state: Path, asked: Asked) -> Way:
    """A run that is followed; raises Refused where another one is at it, and CannotRecord."""
    ledger = ledger_of(session, state, asked.script.digest)
    if ledger is None:
        return Way()
    ledger.lock()
    ledger.expire()
    entry, seconds = run_entry(session, asked.script)
    following = _following(session, ledger, entry, asked, seconds)
    following.writer = ledger.writer(anew=True)
    following.writer.add(line(entry))
    return Way(Passing(0, Needs(), ledger, following), following, _before(ledger))


def reached(session: Session, state: Path, asked: Asked, statements: int) -> int:
    """How many of the statements are over, once a doubt is settled; for whoever looks at what is left before.

    Raises UsageError where no run was interrupted, Drift and OutcomeUnknown as ``from_where_it_stopped`` does.
    """
    ledger = ledger_of(session, state, asked.script.digest)
    if ledger is None:
        raise UsageError(IN_MEMORY)
    ledger.lock()
    try:
        course = _course(ledger)
        if course.run is None:
            raise UsageError(NOTHING)
        if course.complete:
            return statements
        _same_server(course.run, run_entry(session, asked.script)[0])
        _settle(session, ledger, course, asked)
        return course.settled
    finally:
        ledger.close()


def from_where_it_stopped(session: Session, state: Path, asked: Asked) -> Way:
    """The run that goes on, or why there is nothing to run.

    Raises Drift for a changed script or a server that failed over, OutcomeUnknown for a doubt that nobody can settle,
    Refused for a session that cannot be made what it was, UsageError, CannotRecord.
    """
    ledger = ledger_of(session, state, asked.script.digest)
    if ledger is None:
        return Way(said=IN_MEMORY)
    ledger.lock()
    try:
        return _going_on(session, ledger, asked)
    except BaseException:
        ledger.close()
        raise


def _going_on(session: Session, ledger: Ledger, asked: Asked) -> Way:
    """Under the lock."""
    course = _course(ledger)
    if course.run is None:
        _changed(session, ledger, asked)
        ledger.close()
        return Way(said=NOTHING)
    if course.complete:
        ledger.close()
        return Way(said=f"nothing to resume: the script was run to its end on this target ({_when(course)})")
    if bool(course.run.told.get("atomic")) is not asked.script.atomic:
        raise UsageError("the run before was " + ("with -1" if course.run.told.get("atomic") else "without -1"))
    entry, seconds = run_entry(session, asked.script)
    _same_server(course.run, entry)
    _settle(session, ledger, course, asked)
    reached = {"settled": course.settled, "chained": course.chained, "last": course.last}
    entry = replace(entry, told={**entry.told, **reached})
    ledger.rewind(course, entry)
    found = survey(session, asked.walk(), ledger.entries(), At(course.settled, course.last))
    reasons = [*found.reasons, *_not_rolled_back(session, found)]
    if reasons:
        raise refused(reasons, found.place)
    following = _following(session, ledger, entry, asked, seconds)
    following.told = True
    passing = Passing(
        course.settled, found.needs, ledger, following, bool(found.changing), course.chained, asked.answers
    )
    return Way(passing, following, _where(found))


def _course(ledger: Ledger) -> Course:
    """How far the run came. What was handed to the system is lost when the machine stops, but not with a process."""
    course = ledger.course()
    same = course.run is not None and course.run.told.get("boot", "") == boot() != ""
    return course.narrowed() if same else course


def _following(session: Session, ledger: Ledger, entry: Entry, asked: Asked, seconds: float) -> Following:
    """The ledger at work, and before the session's keeper the one that knows transactions by their numbers."""
    following = Following(
        session, ledger, ledger.writer(), entry, asked.script.atomic, asked.goes_on, start_mark=entry.mark
    )
    session.keeper = Numbered(session.keeper, following, near=seconds < NEAR)
    return following


def _settle(session: Session, ledger: Ledger, course: Course, asked: Asked) -> None:
    """Settle a doubt, and write down how."""
    if course.doubtful is None:
        no_doubt(asked.last_done)
        return
    wanted = frozenset(each.number for each in course.started)
    places = survey(session, asked.walk(), ledger.entries(), At(course.settled, 0, wanted)).sent
    last = settled_by(session.connection, course, asked.last_done, places)
    entry = Entry(Sign.SETTLED, last if last in wanted else 0)
    writer = ledger.writer()
    writer.add(line(entry))
    writer.sync()
    writer.close()
    course.take(entry)


def _same_server(before: Entry, now: Entry) -> None:
    """A server that failed over may have lost what was committed on the other one."""
    then, here = before.told.get("timeline", ""), now.told.get("timeline", "")
    if then and here and then != here:
        raise Drift(
            f"this server is not the one that the script ran on: its timeline was {then} and is {here}, so a copy took "
            "over, which may lack what was committed last; nothing was sent. Look at the rows before going on"
        )


def _not_rolled_back(session: Session, found: Survey) -> list[str]:
    """Tables that keep what is to be sent again, since they have no transactions."""
    if session.connection.dialect.family is not Family.MYSQL or not found.written:
        return []
    probe = without_transactions(tuple(found.written), session.connection.dialect)
    try:
        rows = list(session.connection.query(probe).rows()) if probe is not None else []
    except SafesqlError as error:
        return [f"whether its tables have transactions is not known: {error}"]
    return [
        f"{row[0]!s} ({row[1]!s}) has no transactions, so rows of the statements that would be sent again are there"
        for row in rows
    ]


def _changed(session: Session, ledger: Ledger, asked: Asked) -> None:
    """Raise Drift where a run of these files stopped, and they are not what they were."""
    names, place = list(asked.script.names), where(session)
    for other in ledger.others(lambda run: run.told.get("names") == names and run.told.get("place") == place):
        if not other.course().complete:
            difference = first_difference(asked.walk(), other.entries())
            raise Drift(
                f"the script was changed since its run stopped: {difference}; nothing was sent. Run the script as it "
                "was, or put what is left into one of its own"
            )


def _before(ledger: Ledger) -> str:
    """What there is to know of a run before, where it stopped half-way."""
    try:
        course = ledger.course()
    except Damaged:
        return ""
    if course.run is None or course.complete or not (course.settled or course.doubtful):
        return ""
    return (
        f"a run of this script stopped after statement {course.settled} ({_when(course)}); this one begins at the "
        "beginning, and --resume would have gone on"
    )


def _when(course: Course) -> str:
    """When the run began, by the server's clock."""
    return str(course.run.told.get("time", ""))[:19].replace("T", " ") + " UTC" if course.run is not None else ""


def _where(found: Survey) -> str:
    """Where the script goes on."""
    if found.place is None:
        return f"all {found.settled} statements are done; nothing is left to be sent"
    place = f"{found.place.source}:{found.place.line}"
    if not found.settled:
        return f"nothing of the run before was committed; the script begins at {place}"
    return f"{found.settled} statements are done; the script goes on at {place}"
