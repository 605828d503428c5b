"""What a server tells of a statement that runs for long, asked on a second connection."""

from __future__ import annotations

from safesql.backends.contract import Connection
from safesql.engine.session import Session
from safesql.errors import SafesqlError
from safesql.rewrite.probe import Probe
from safesql.rewrite.progress import progress
from safesql.slotted import dataclass
from safesql.sql.statement import Statement

WORDS = 6                  # of a statement, which say what it does: CREATE UNIQUE INDEX, VACUUM (FULL)


@dataclass(slots=True)
class ComingOn:
    """``told`` may take its time; the connection is opened when somebody asks first, and ``close`` ends it."""

    session: Session
    probe: Probe
    _other: Connection | None = None
    _silent: bool = False              # nobody answers; asked no more

    @classmethod
    def of(cls, session: Session, statement: Statement) -> ComingOn | None:
        """None for statements of which no server tells anything."""
        words = [token.word for token in statement.tokens[:WORDS] if token.word]
        server = session.connection.server
        probe = None if server.pooled else progress(words, server.session, session.connection.dialect)
        return cls(session, probe) if probe is not None else None

    def told(self) -> str:
        """``building index: scanning table, 40%``; empty where nothing is known. Never raises."""
        if self._silent:
            return ""
        try:
            self._other = self._other or self.session.second_connection()
            if self._other is None:
                self._silent = True
                return ""
            result = self._other.query(self.probe)
            rows = list(result.rows())
            result.summary()
        except SafesqlError:
            self._silent = True
            return ""
        return _sentence(*rows[0]) if rows else ""

    def close(self) -> None:
        """The second connection, if there is one."""
        if self._other is not None:
            self._other.close()


def _sentence(phase: object, done: object, whole: object) -> str:
    """The phase, and the share where there is one."""
    try:
        share = int(str(done)) / int(str(whole))
    except (ValueError, ZeroDivisionError):
        return str(phase)
    return f"{phase}, {min(1.0, share):.0%}"
