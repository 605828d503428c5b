"""Watches what runs; adds to the error of what failed what the server tells besides: who blocks, what it remembers."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from safesql.backends.contract import Connection
from safesql.errors import Cancelled, SafesqlError, StatementFailed
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass
from safesql.sql.dialect import Family

if TYPE_CHECKING:
    from safesql.engine.doctor.watcher import Watcher
    from safesql.rewrite.doctor.session import Blocker

WAIT = 1.0                 # seconds after which a statement is looked at, at the latest
SHORTEST = 0.05
LONG_AGO = 5.0             # seconds: of statements that went out together nobody measured each
KEYS = frozenset({"42804", "42830", "42P16"})
"""SQLSTATEs of a foreign key that cannot be made: types that cannot be compared, nothing unique to refer to."""
_PROCESS = re.compile(r"\bprocess (\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Doctor:
    """``another`` opens a second connection; ``lock_timeout`` is how long the server waits, None: not told.

    ``path`` is the file of a SQLite database.
    """

    another: Callable[[], Connection | None]
    lock_timeout: float | None = None
    path: str = ""
    _watcher: Watcher | None = None
    _session: str = ""
    _seen: StatementFailed | None = None

    @contextmanager
    def watching(self, connection: Connection, verdict: Verdict) -> Iterator[None]:
        """Around the execution of one statement; an error that leaves it has ``found`` filled."""
        watcher = self._watched(connection, verdict)
        started = monotonic()
        if watcher is not None:
            watcher.start()
        try:
            yield
        except StatementFailed as error:
            seen = watcher.stop() if watcher is not None else ()
            watcher = None
            self.examine(connection, verdict, error, seen, monotonic() - started)
            raise
        finally:
            if watcher is not None:
                watcher.stop()

    def examine(
        self,
        connection: Connection,
        verdict: Verdict,
        error: StatementFailed,
        seen: tuple[str, ...] = (),
        elapsed: float = LONG_AGO,
    ) -> None:
        """Fill ``error.found``, once; ``seen`` is what was found while the statement ran. Never raises.

        ``elapsed`` are the seconds since it began.
        """
        if error is self._seen or isinstance(error, Cancelled):
            return
        self._seen = error
        try:
            error.found = (*error.found, *self._found(connection, verdict, error, seen, elapsed))
        except (SafesqlError, ValueError):
            return

    def _found(
        self, connection: Connection, verdict: Verdict, error: StatementFailed, seen: tuple[str, ...], elapsed: float
    ) -> Iterator[str]:
        """By the family of the server."""
        from safesql.engine.doctor.file_holders import holders
        from safesql.engine.doctor.remembered import FOREIGN_KEY, WAITED, number_of, remembered

        match connection.dialect.family:
            case Family.POSTGRES:
                yield from self._postgres(connection, verdict, error, seen)
            case Family.MYSQL:
                yield from remembered(connection, error, elapsed)
                yield from self._blockers(connection, verdict, seen) if number_of(error) in WAITED else ()
                if number_of(error) in FOREIGN_KEY:
                    yield from _keys(connection, verdict)
            case Family.SQLITE:
                if error.code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) and self.path:
                    yield from holders(self.path, os.getpid())

    def _postgres(
        self, connection: Connection, verdict: Verdict, error: StatementFailed, seen: tuple[str, ...]
    ) -> Iterator[str]:
        """Locks that were waited for in vain, sessions of a deadlock, keys that do not fit."""
        from safesql.engine.doctor.asking import rows
        from safesql.rewrite.doctor.blockers_postgres import sessions
        from safesql.rewrite.doctor.session import blockers_of

        if error.code == "55P03" or (error.code == "57014" and seen):
            yield from self._blockers(connection, verdict, seen)
        elif error.code == "40P01":
            pids = [pid for pid in _PROCESS.findall(error.detail) if pid != connection.server.session]
            with self._second() as other:
                found = blockers_of((rows(other, sessions(pids)) if other is not None else None) or ())
            yield from (f"the other side: {blocker.sentence()}" for blocker in found)
        elif error.code in KEYS:
            with self._second() as other:
                yield from _keys(other, verdict) if other is not None else ()

    def _blockers(self, connection: Connection, verdict: Verdict, seen: tuple[str, ...]) -> Iterator[str]:
        """Whom it waited for; where nobody looked in time, who holds locks on its tables now."""
        if seen:
            yield from seen
            return
        with self._second() as other:
            for blocker in self._holding(other, connection, verdict) if other is not None else ():
                yield f"may have been blocked by {blocker.sentence()}"

    def _holding(self, other: Connection, connection: Connection, verdict: Verdict) -> tuple[Blocker, ...]:
        """Who holds locks on the tables of a statement."""
        from safesql.engine.doctor.blocked import holding, tables_of

        return holding(other, connection.server.session, tables_of(verdict), 0)

    def _watched(self, connection: Connection, verdict: Verdict) -> Watcher | None:
        """The watcher of statements that may have to wait; none where nobody else could be asked."""
        from safesql.engine.doctor.watcher import Watcher

        waits = self.lock_timeout is not None or verdict.effect.changes
        if connection.dialect.family is Family.SQLITE or not waits:
            return None
        if self._watcher is None:
            delay = WAIT if self.lock_timeout is None else min(WAIT, max(SHORTEST, self.lock_timeout / 3))
            self._watcher = Watcher(delay, self._ask)
        self._session = connection.server.session
        return self._watcher

    def _ask(self) -> tuple[str, ...]:
        """In the watcher's thread."""
        from safesql.engine.doctor.blocked import waited_for

        try:
            with self._second() as other:
                return waited_for(other, self._session) if other is not None else ()
        except (SafesqlError, ValueError):
            return ()

    @contextmanager
    def _second(self) -> Iterator[Connection | None]:
        """Somebody else to ask: the session itself waits, or may be in a failed transaction."""
        other = self.another()
        try:
            yield other
        finally:
            if other is not None:
                other.close()


def _keys(connection: Connection, verdict: Verdict) -> Iterator[str]:
    """Why the foreign keys of a statement cannot be made; few sessions ever need it."""
    from safesql.engine.doctor.keys import key_trouble

    return key_trouble(connection, verdict.statement)
