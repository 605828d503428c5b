"""A statement that may have been done or not: the server's word, a person's, or no going on."""

from __future__ import annotations

from safesql.backends.contract import Connection
from safesql.engine.keeper import Outcome
from safesql.engine.resume.outcome import PATIENCE, outcome
from safesql.errors import Drift, OutcomeUnknown, UsageError
from safesql.sql.dialect import Family
from safesql.sql.statement import Place
from safesql.store.ledger.course import Course

SHOWN = 4                  # numbers that a person is told of
LOOK = {
    Family.POSTGRES: "the server cannot tell, since it was started anew or the statement ran without a transaction",
    Family.MYSQL: "the server cannot be asked about one transaction",
    Family.SQLITE: "the file was changed since, by that statement or by another program",
}


def settled_by(
    connection: Connection, course: Course, said: int | None, places: dict[int, Place], patience: float = PATIENCE
) -> int:
    """The number of the last statement that was done, ``said`` being a person's word for it.

    ``patience`` are the seconds that the session of the run before is given to end.

    Raises OutcomeUnknown where nobody knows, Drift where the server says otherwise, UsageError for a number that is
    none of those in doubt.
    """
    numbers = [entry.number for entry in course.started]
    may_be = [course.settled, *(number for number in numbers if number != course.settled)]
    if said is not None and said not in may_be:
        raise UsageError(f"--last-done: in doubt is whether the last one was {_or(may_be)}; give one of these numbers")
    match outcome(connection, course, patience):
        case Outcome.COMMITTED:
            known = numbers[-1]
        case Outcome.ROLLED_BACK:
            known = course.settled
        case Outcome.OPEN:
            raise OutcomeUnknown(
                "the session of the run before is still there on the server, which may not have heard that its link "
                f"broke, so its outcome is open; wait until it has ended, or end it{_ending(connection, course)}, and "
                "then --resume again. Nothing was sent"
            )
        case _ if said is not None:
            return said
        case _:
            raise OutcomeUnknown(_unknown(connection, course, may_be, places))
    if said is not None and said != known:
        raise Drift(f"the server says that the last statement done was {known}, and not {said}; nothing was sent")
    return known


def no_doubt(said: int | None) -> None:
    """Nothing is in doubt, so that nothing needs to be said; raises UsageError."""
    if said is not None:
        raise UsageError("--last-done answers a doubt, and there is none: the ledger knows what was done. Leave it out")


def _ending(connection: Connection, course: Course) -> str:
    """What ends the session of the run before, for people to type."""
    told = course.run.told if course.run is not None else {}
    if connection.dialect.family is Family.POSTGRES:
        return f" (SELECT pg_terminate_backend({told.get('pid')}))"
    return f" (KILL {told.get('session')})"


def _unknown(connection: Connection, course: Course, may_be: list[int], places: dict[int, Place]) -> str:
    """What to look for, and how to say what was found."""
    names = [f"{number} ({place.source}:{place.line})" for number, place in sorted(places.items())]
    some = f"statements {', '.join(names[:3])}" if names else "the COMMIT"
    what = f"statement {names[0]}" if len(names) == 1 else some
    began = f", and with it all from statement {course.begun} on," if course.begun else ""
    told = [*may_be[:SHOWN], may_be[-1]] if len(may_be) > SHOWN + 1 else may_be
    yes = "; ".join(f"--resume --last-done {number} when {_last(number, course)}" for number in told)
    if len(told) < len(may_be):
        yes += f"; or any number between {told[-2]} and {told[-1]}"
    why = LOOK[connection.dialect.family]
    return (
        f"whether {what}{began} was committed is not known: {why}. Look at its rows, and say what you found: {yes}. "
        "Nothing was sent"
    )


def _last(number: int, course: Course) -> str:
    """What a number would mean."""
    if number == course.settled:
        return "it was not"
    return "it was" if len(course.started) == 1 else f"{number} was the last"


def _or(numbers: list[int]) -> str:
    """1, 2 or 3."""
    words = [str(number) for number in numbers]
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
