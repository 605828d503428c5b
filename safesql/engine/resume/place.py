"""Which script on which server and database: what a ledger is named by, and the line that begins a run in it."""

from __future__ import annotations

import os
from pathlib import Path
from time import monotonic

from safesql.backends.contract import Connection, Transaction
from safesql.engine.script import Source
from safesql.engine.session import Session
from safesql.engine.undoing.attach import place_of
from safesql.errors import SafesqlError
from safesql.result import Row
from safesql.rewrite.images.settled import NAMES, server_run, transaction_now
from safesql.rewrite.probe import Probe
from safesql.rewrite.whereabouts import coordinates, marks_of, whereabouts
from safesql.slotted import dataclass
from safesql.sql.dialect import Family
from safesql.store.journal.journal import process_of
from safesql.store.ledger.entry import Entry, Sign
from safesql.store.ledger.ledger import Ledger, key_of

NEAR = 0.002               # seconds of a round trip to a server that can be asked something more for each statement
MEMORY = ("", ":memory:")
BOOT = Path("/proc/sys/kernel/random/boot_id")
TRIPS = 3                   # round trips of a query of our own


@dataclass(frozen=True, slots=True)
class Script:
    """What is run: ``digest`` is of all texts with the files they include, ``names`` are the files as they were given.

    ``atomic`` is -1.
    """

    digest: str
    names: tuple[str, ...]
    atomic: bool = False


def names_of(sources: tuple[Source, ...]) -> tuple[str, ...]:
    """The files, wherever one stands when one names them."""
    return tuple(str(source.path.resolve()) if source.path is not None else source.name for source in sources)


def ledger_of(session: Session, state: Path, script: str) -> Ledger | None:
    """The ledger for a script's digest on this session's target; None for a database that ends with the session."""
    if session.connection.dialect.family is Family.SQLITE and session.profile.target.path in MEMORY:
        return None
    return Ledger.of(state, key_of(script, where(session)))


def where(session: Session) -> str:
    """Server and database."""
    return f"{place_of(session)} {session.connection.server.database}"


def run_entry(session: Session, script: Script) -> tuple[Entry, float]:
    """The line that begins a run, and the seconds of one round trip."""
    connection = session.connection
    started = monotonic()
    told = _witness(connection)
    seconds = (monotonic() - started) / TRIPS
    marks = _marks(connection)
    return Entry(
        Sign.RUN,
        mark=marks.get("gtid", "") if connection.dialect.family is Family.MYSQL else connection.mark,
        told={
            "script": script.digest,
            "names": list(script.names),
            "atomic": script.atomic,
            "place": where(session),
            "target": session.profile.target.label,
            "process": process_of(os.getpid()),
            "boot": boot(),
            "time": marks.get("time", ""),
            "timeline": marks.get("timeline", ""),
            "logged": _all_logged(connection),
            **told,
        },
    ), seconds  # fmt: skip


def boot() -> str:
    """What this machine's time since it was started is known by; nothing where it has no such name."""
    try:
        return BOOT.read_text("ascii").strip()
    except OSError:
        return ""


def _witness(connection: Connection) -> dict[str, str]:
    """The session, as far as the server can be asked later whether it is still there."""
    probe = transaction_now(connection.dialect)
    if probe is None:
        uptime = server_run(connection.dialect)
        row = _first(connection, uptime) if uptime is not None else None
        server = connection.server
        told = {"session": server.session, "server_start": str(row[0]) if row is not None else "", "node": server.node}
        return {name: value for name, value in told.items() if value}
    row = _first(connection, probe)
    return {name: str(cell) for name, cell in zip(NAMES, row or (), strict=False) if cell is not None}


def _marks(connection: Connection) -> dict[str, str]:
    """The server's time, its timeline and the place in its log."""
    row = _first(connection, whereabouts(connection.dialect))
    return marks_of(row, connection.dialect) if row is not None else {}


def _all_logged(connection: Connection) -> bool:
    """Whether MariaDB writes what happens in every database to its binary log, as far as this user may know."""
    for probe in coordinates(connection.dialect):
        row = _first(connection, probe)
        if row is not None and len(row) >= 4:
            return not row[2] and not row[3]
    return False


def _first(connection: Connection, probe: Probe) -> Row | None:
    """The only row of a query of ours; None for no row, and for a query that the server refuses."""
    if connection.transaction is not Transaction.NONE:
        return None
    try:
        return next(iter(list(connection.query(probe).rows())), None)
    except SafesqlError:
        return None
