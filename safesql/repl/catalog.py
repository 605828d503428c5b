"""The names for completion, read in the background over a connection of their own, which is closed at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable

from safesql.engine.moved import Whereabouts
from safesql.engine.session import Session
from safesql.errors import SafesqlError
from safesql.repl.kept import place as place_kept
from safesql.repl.kept import remember, remembered
from safesql.repl.names import Snapshot, load
from safesql.repl.scope import plain
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import significant
from safesql.sql.token import Kind
from safesql.store.catalogs import Catalogs

LEARNED = 4000             # characters; what is longer was not typed
NAMES = (Kind.WORD, Kind.NAME)
NOWHERE = Whereabouts()
_PATIENCE = 0.5            # seconds that leaving waits for a catalog that is being read


@dataclass(slots=True)
class Names:
    """``snapshot`` is replaced as a whole, so that typing never waits; it is empty until the first one is there.

    The first one of a place is what ``catalogs`` kept of it, until the server has answered.
    """

    snapshot: Snapshot = field(default_factory=Snapshot)
    used: Counter[str] = field(default_factory=Counter)        # names and words of what was typed, in lower case
    catalogs: Catalogs | None = None                           # from one start to the next
    _wanted: tuple[Session, Whereabouts] | None = None
    _kept: str = ""                                            # the place whose names were kept or are shown
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def refresh(self, session: Session, place: Whereabouts = NOWHERE) -> None:
        """Read again, in the background; several wishes in a row become one."""
        if session.another is None or session.profile.target.path == ":memory:":
            self._at_once(session)
            return
        with self._lock:
            self._wanted = (session, place)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="catalog", daemon=True)
                self._thread.start()

    def learn(self, texts: Iterable[str], dialect: Dialect) -> None:
        """Count the names in what was typed, so that those come first."""
        for text in texts:
            if len(text) <= LEARNED:
                self.used.update(plain(token).lower() for token in significant(text, dialect) if token.kind in NAMES)

    def close(self) -> None:
        """No more of it."""
        with self._lock:
            self._wanted = None
            thread = self._thread
        if thread is not None:
            thread.join(_PATIENCE)

    def _at_once(self, session: Session) -> None:
        """Where a second connection would see nothing, as of a database in memory: SQLite answers in no time."""
        connection = session.connection
        if connection.dialect.family is Family.SQLITE:
            try:
                self.snapshot = load(connection.query, connection.dialect)
            except SafesqlError:
                return

    def _work(self) -> None:
        """Until nobody wants anything."""
        while True:
            with self._lock:
                wanted, self._wanted = self._wanted, None
                if wanted is None:
                    self._thread = None
                    return
            self._read(*wanted)

    def _read(self, session: Session, place: Whereabouts) -> None:
        """One reading; when it fails, the names of before stay."""
        if place == NOWHERE:
            self._recall(session)
        connection = session.second_connection()
        if connection is None:
            return
        try:
            fresh = load(connection.query, connection.dialect, "" if place.path else place.database, place.path)
        except SafesqlError:
            return
        finally:
            connection.close()
        news, self.snapshot = fresh != self.snapshot, fresh
        if news and place == NOWHERE and self.catalogs is not None:
            remember(self.catalogs, self._kept, fresh)

    def _recall(self, session: Session) -> None:
        """What was known of a place when a shell was there before, once for each place."""
        where = place_kept(session)
        if self.catalogs is None or where == self._kept:
            return
        self._kept = where
        if known := remembered(self.catalogs, where):
            self.snapshot = known
