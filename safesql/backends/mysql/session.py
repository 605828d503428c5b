"""One session with MySQL or MariaDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from safesql.backends.chunks import kept
from safesql.backends.contract import Answered, Server, Transaction
from safesql.backends.loss import lost, only_reads, settles
from safesql.backends.mysql.ahead import Ahead, Belt
from safesql.backends.mysql.calls import Calls
from safesql.backends.mysql.locked import holding, only_reading
from safesql.backends.mysql.modes import codec, dialect_of, names_in, with_sql_mode
from safesql.backends.mysql.packets import Status
from safesql.backends.mysql.stream import Stream
from safesql.backends.mysql.wire import Wire
from safesql.backends.text import encoded
from safesql.errors import ConnectionLost, StatementFailed
from safesql.guard.effect import Effect, Reach
from safesql.guard.verdict import Clearance
from safesql.result import Cell, Notice, Result
from safesql.rewrite.probe import Probe
from safesql.slotted import replace
from safesql.sql.dialect import Dialect

MARK = "`safesql guard mark`"
OURS = frozenset({Reach.READ, Reach.ROWS})
"""What cannot change the settings of the session."""
LEAVES = frozenset({"variable", "database", "prepared", "cursor", "lock"})
"""What else of the session a statement may change without touching its settings."""
TRACKED = "sql_mode,character_set_client,character_set_results"
COMMITTED = "last_gtid"              # what MariaDB reports of each commit of this session, when it keeps a binary log


class MysqlConnection:
    """A session; all that may block runs in a thread of its own, for the driver must not be interrupted."""

    def __init__(self, wire: Wire, server: Server, kill: Callable[[], None]) -> None:
        self._wire = wire
        self._server = server
        self._stream: Stream | None = None
        self._before = Transaction.NONE           # the state when the statement that runs was sent
        self._spared = False                      # whether nothing is lost when that statement is stopped
        self.holds_locks = False                  # by LOCK TABLES
        self._running: Effect | None = None       # what that statement does
        self._notices: list[Notice] = []
        self._dialect = dialect_of(server.product.partition(" ")[2] + "-" + server.product)
        self._sending = "utf-8"
        self._calls = Calls(wire, kill, mariadb=self._dialect.name == "mariadb")
        self.mark = ""                            # the GTID of this session's last commit
        self.tracked = ""                         # the settings whose changes the server reports
        self.only_reads = False                   # whether the session must stay read-only
        self._belt = Belt(self.run)

    @property
    def dialect(self) -> Dialect:
        """With the sql_mode that the server last reported."""
        return self._dialect

    @property
    def server(self) -> Server:
        """Who answered, and the database in use."""
        return self._server

    @property
    def transaction(self) -> Transaction:
        """As of the last answer."""
        if not self._wire.usable or self._calls.doubtful:
            return Transaction.UNKNOWN
        if self._wire.pending:
            return self._before
        return Transaction.OPEN if self._wire.status & Status.IN_TRANSACTION else Transaction.NONE

    def execute(self, clearance: Clearance, data: Iterator[str] | None = None) -> Result:
        """One statement in one COM_QUERY; the session does not allow several."""
        del data                                  # MySQL has no COPY
        self._finish()
        effect = clearance.verdict.effect
        autocommit = self.transaction is Transaction.NONE and bool(self._wire.status & Status.AUTOCOMMIT)
        result = self._started(clearance.statement.text, settles(effect, autocommit=autocommit), effect)
        self.holds_locks = holding(effect, self.holds_locks)
        return result

    def execute_ahead(self, clearances: Sequence[Clearance], *, stops: bool) -> Answered:
        """Each in its own COM_QUERY; the server also executes those behind one that failed."""
        self._finish()
        self._there()
        if stops and self.transaction is not Transaction.OPEN:
            raise StatementFailed("no transaction is open, so what runs behind a failed statement could not be undone")
        messages = [encoded(clearance.statement.text, self._sending) for clearance in clearances]
        if not self._wire.awake():
            return Answered((), lost("", settling=False, sent=False))
        if stops:
            self._belt.on(self._wire.status)
        self._before, self._spared, self._running = self.transaction, False, None
        settling = self._before is Transaction.NONE
        return Ahead(self._wire, self._calls, stops=stops, settling=settling).answered(clearances, messages)

    def query(self, probe: Probe) -> Result:
        """In a read-only transaction, unless one is open already; the rows are read at once."""
        self._finish()
        if self.transaction is not Transaction.NONE:
            return self._within(probe)
        with only_reading(self.run, locked=self.holds_locks, lasting=self.only_reads):
            return self._within(probe)

    def fetch(self, probe: Probe) -> Result:
        """In the open transaction, where locks and settings last until it ends."""
        self._finish()
        if self.transaction is not Transaction.OPEN:
            raise StatementFailed("no transaction is open, so nothing could be kept in it")
        return self._started(probe.text)

    def begin(self, *, steady: bool = False) -> None:
        """Open a transaction; with one open, the server would commit that silently."""
        self._finish()
        self._there()
        if self.transaction is not Transaction.NONE:
            raise StatementFailed("a transaction is already open; commit or roll back first")
        if self.holds_locks:
            raise StatementFailed("a transaction would release the tables that are locked; UNLOCK TABLES first")
        if steady:
            self.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")      # of the next transaction only
        self.run("START TRANSACTION")

    def commit(self) -> None:
        """Commit."""
        self._finish()
        self._there()
        if self.transaction is Transaction.NONE:
            raise StatementFailed("no transaction is open, so nothing was committed; an error may have ended it")
        self.run("COMMIT", settling=True)

    def rollback(self) -> None:
        """Roll back what is open."""
        self._finish(hurry=True)
        self._there()
        if self.transaction is not Transaction.NONE:
            self.run("ROLLBACK")

    def savepoint(self) -> None:
        """Outside of a transaction the server forgets a savepoint at once, and says nothing."""
        self._finish()
        if self.transaction is not Transaction.OPEN:
            raise StatementFailed("no transaction is open, so there is no place to mark in it")
        self.run(f"SAVEPOINT {MARK}")

    def release(self) -> None:
        """Keep what was done since the mark."""
        self.run(f"RELEASE SAVEPOINT {MARK}")

    def rollback_to_savepoint(self) -> None:
        """Undo what was done since the mark and forget it."""
        self.run(f"ROLLBACK TO SAVEPOINT {MARK}")
        self.run(f"RELEASE SAVEPOINT {MARK}")

    def notices(self) -> tuple[Notice, ...]:
        """What could not be said with a result."""
        found, self._notices = tuple(self._notices), []
        return found

    def cancel(self) -> None:
        """KILL QUERY over a second connection."""
        self._calls.cancel()

    def close(self) -> None:
        """Leave; what runs is stopped first, for the server would finish it."""
        if self._wire.pending:
            self.cancel()
        self._wire.close()
        self._calls.stop()

    def introduce(self, server: Server) -> None:
        """What was learnt about the server after connecting."""
        self._server = server

    def ask_all(self, text: str) -> list[tuple[Cell, ...]]:
        """All rows of a query of our own."""
        return list(self._started(text).rows())

    def run(self, text: str, *, settling: bool = False) -> None:
        """A statement of our own that returns no rows."""
        self._started(text, settling).summary()

    def track(self, *, read_only: bool) -> None:
        """Have changed settings reported; raises StatementFailed where the server cannot."""
        names = f"{TRACKED},{COMMITTED}" if self._dialect.name == "mariadb" else TRACKED
        names = f"{names},{self._read_only_name}" if read_only else names
        self.run(f"SET SESSION session_track_system_variables = '{names}', session_track_schema = 1")
        self.tracked = names

    def read_modes(self) -> None:
        """Ask for the settings that change how text is read and sent, and restore what safesql relies on."""
        names = ["sql_mode", "character_set_client", "character_set_results"]
        names += [self._read_only_name] if self.only_reads else []
        names += ["session_track_system_variables"] if self.tracked else []
        values = self.ask_all(f"SELECT {', '.join(f'@@{name}' for name in names)}")[0]
        found = {name: str(value or "") for name, value in zip(names, values, strict=True)}
        self.changed(found)
        if names_in(found.get("session_track_system_variables", self.tracked)) != names_in(self.tracked):
            self.track(read_only=self.only_reads)
        if self.only_reads and found[self._read_only_name].upper() not in ("1", "ON"):
            self.run("SET SESSION TRANSACTION READ ONLY")
            self._notices.append(Notice("Warning", "something made this session writable; it only reads again", ""))

    @property
    def _read_only_name(self) -> str:
        """MySQL 8 dropped the name that MariaDB still has."""
        return "tx_read_only" if self._dialect.name == "mariadb" else "transaction_read_only"

    def changed(self, settings: dict[str, str]) -> None:
        """Settings that the server reported."""
        self.mark = settings.get(COMMITTED, self.mark)
        if "sql_mode" in settings:
            self._dialect = with_sql_mode(self._dialect, settings["sql_mode"])
        if "character_set_client" in settings:
            self._sending = codec(settings["character_set_client"])
        if "character_set_results" in settings:
            self._calls.encoding = codec(settings["character_set_results"])

    def _started(self, text: str, settling: bool = False, effect: Effect | None = None) -> Result:
        """Send a statement and read as far as its columns."""
        self._finish()
        message = encoded(text, self._sending)
        if not self._wire.awake():
            self._wire.cut()
            raise lost("the server closed it", settling=False, sent=False)
        self._before = self.transaction
        self._calls.expect(inside=self._before is Transaction.OPEN)
        self._running, self._spared = effect, effect is not None and only_reads(effect)
        stream = Stream(
            self._wire, self._calls.encoding, effect, lambda work: self._calls.make(work, text, settling), self._ended
        )
        self._stream = stream
        try:
            stream.start(message)
        except StatementFailed:
            if effect is not None and self._wire.usable:
                self._ended(effect)               # what it set before it failed stays set
            raise
        return stream.result().stopped_by(lambda: self._left(stream))

    def _left(self, stream: Stream) -> bool:
        """Nobody wants more rows of it."""
        left = stream is self._stream and self._wire.pending and self._spared
        if left:
            self._finish()
        return left

    def _ended(self, effect: Effect | None) -> None:
        """After a statement: what it changed in its session."""
        reported, self._wire.changed = self._wire.changed, {}
        self.changed(reported)
        if self._wire.schema is not None:
            self._server, self._wire.schema = replace(self._server, database=self._wire.schema), None
        unreported, self._wire.unreported = self._wire.unreported, False
        if effect is not None and (unreported or self._may_have_set(effect)):
            self._stream = self._running = None
            self.read_modes()

    def _may_have_set(self, effect: Effect) -> bool:
        """Whether a statement may have changed settings; what is no SET is reported, where the server reports."""
        suspects = (part for part in effect.walk() if part.reach not in OURS and part.kind not in LEAVES)
        if not self.tracked:
            return any(True for _ in suspects)
        return any(part.reach in (Reach.SESSION, Reach.OPAQUE) for part in suspects)

    def _within(self, probe: Probe) -> Result:
        """Run a probe under its time limit."""
        if probe.seconds is None:
            return kept(self._started(probe.text))
        if self._dialect.name == "mariadb":
            limit = f"SET STATEMENT max_statement_time = {max(0.001, probe.seconds):.3f} FOR "
            return kept(self._started(limit + probe.text))
        before = str(self.ask_all("SELECT @@max_execution_time")[0][0])
        self.run(f"SET SESSION max_execution_time = {max(1, round(probe.seconds * 1000))}")
        try:
            return kept(self._started(probe.text))
        finally:
            self.run(f"SET SESSION max_execution_time = {before}")

    def _finish(self, *, hurry: bool = False) -> None:
        """Come to the end of an unfinished result before anything else is sent.

        What only reads is stopped, which costs an open transaction nothing; anything else is read to its end.
        """
        stream, self._stream = self._stream, None
        if stream is not None and self._wire.pending:
            stream.drop()
            failure = self._calls.drop(hurry=hurry or self._spared)
            if failure is not None:
                self._notices.append(Notice("Error", f"the statement before failed after all: {failure}", failure.code))
            self._ended(self._running)
        elif self.transaction is Transaction.NONE:
            self._belt.off()

    def _there(self) -> None:
        """Raise ConnectionLost when the session is gone."""
        if not self._wire.usable:
            raise ConnectionLost("the connection is lost; the server rolled an open transaction back; connect again")
