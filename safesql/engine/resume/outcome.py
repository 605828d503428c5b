"""What became of statements that were sent and never answered: the server is asked, and nothing is guessed."""

from __future__ import annotations

from time import monotonic, sleep

from safesql.backends.contract import Connection
from safesql.engine.keeper import Outcome
from safesql.errors import SafesqlError
from safesql.result import Row
from safesql.rewrite.images.settled import recovered, server_run, session_then, transaction_then
from safesql.rewrite.probe import Probe
from safesql.rewrite.whereabouts import marks_of, whereabouts
from safesql.sql.dialect import Family
from safesql.store.ledger.course import Course

PATIENCE = 10.0            # seconds that the session of a run that was killed may take to end
ABOUT = 2                  # seconds by which a server's uptime may be off


def outcome(connection: Connection, course: Course, patience: float = PATIENCE) -> Outcome:
    """COMMITTED, ROLLED_BACK, or UNKNOWN; OPEN while the session that sent it is still there. Never raises."""
    try:
        if course.run is None or course.doubtful is None:
            return Outcome.UNKNOWN
        told = {name: str(value) for name, value in course.run.told.items()}
        if told.get("node", "") != connection.server.node:
            return Outcome.UNKNOWN                      # other nodes of a cluster know nothing of that session
        one = len(course.started) == 1 and not course.doubtful.told.get("blind")
        known = _by_number(connection, {**told, **course.witness}) if one and course.witness else Outcome.UNKNOWN
        if known is Outcome.COMMITTED:
            return known                            # nothing is open, whether its session is there or not
        if _still_there(connection, told, patience):
            return Outcome.OPEN
        if not one:
            return Outcome.UNKNOWN
        match connection.dialect.family:
            case Family.POSTGRES:
                return _by_number(connection, {**told, **course.witness})
            case Family.MYSQL:
                return _by_log(connection, told, course)
            case Family.SQLITE:
                return _by_counter(connection, course)
    except SafesqlError:
        return Outcome.UNKNOWN


def _still_there(connection: Connection, told: dict[str, str], patience: float) -> bool:
    """Whether the server has not let go of the session; one whose program is gone may still run its statement."""
    probe = session_then(told, connection.dialect)
    until = monotonic() + patience
    while probe is not None:
        row = _row(connection, probe)
        if row is None or str(row[0]) == "0":
            return False
        if monotonic() > until:
            return True
        sleep(0.05)
    return False


def _by_number(connection: Connection, witness: dict[str, str]) -> Outcome:
    """PostgreSQL knows what became of a transaction by its number; one that got none has changed nothing.

    After a crash the server may give the same number to another transaction.
    """
    if witness.get("xid") == "":
        return Outcome.ROLLED_BACK
    probe = transaction_then(witness, connection.dialect)
    row = _row(connection, probe) if probe is not None else None
    if row is None or str(row[1]) != "1":
        return Outcome.UNKNOWN
    return {"committed": Outcome.COMMITTED, "aborted": Outcome.ROLLED_BACK}.get(str(row[0]), Outcome.UNKNOWN)


def _by_log(connection: Connection, told: dict[str, str], course: Course) -> Outcome:
    """MariaDB has written nothing to its binary log since this run's last commit: so it has not committed either.

    Where it has, it may have been anybody's.
    """
    run = course.run
    if run is None or not run.mark or not (run.told.get("logged") or course.mark != run.mark):
        return Outcome.UNKNOWN
    uptime = server_run(connection.dialect)
    row = _row(connection, uptime) if uptime is not None else None
    if row is None or not told.get("server_start") or abs(int(str(row[0])) - int(told["server_start"])) > ABOUT:
        return Outcome.UNKNOWN
    now = _row(connection, whereabouts(connection.dialect))
    marks = marks_of(now, connection.dialect) if now is not None else {}
    expected = _domains(run.mark) | _domains(course.mark)
    return Outcome.ROLLED_BACK if _domains(marks.get("gtid", "")) == expected else Outcome.UNKNOWN


def _domains(position: str) -> dict[str, str]:
    """The last GTID of each domain: https://mariadb.com/kb/en/gtid/"""
    return {gtid.split("-")[0]: gtid for gtid in position.split(",") if gtid}


def _by_counter(connection: Connection, course: Course) -> Outcome:
    """SQLite's file is as this run's last commit left it; where it was changed, it may have been anybody."""
    probe = recovered(connection.dialect)
    if probe is None or not course.mark or _row(connection, probe) is None:
        return Outcome.UNKNOWN
    return Outcome.ROLLED_BACK if connection.mark == course.mark else Outcome.UNKNOWN


def _row(connection: Connection, probe: Probe) -> Row | None:
    """The only row of a query of ours."""
    return next(iter(list(connection.query(probe).rows())), None)
