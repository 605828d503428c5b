"""Rows before and after one statement, kept inside its own transaction: the port ``Keeper`` of the undo journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from safesql.backends.contract import Connection, Transaction
from safesql.engine.counting import READ_ONLY
from safesql.engine.keeper import Outcome
from safesql.engine.undoing.arrived import AT_ONCE, Arrived, foresee, held
from safesql.engine.undoing.comparing import check, seen_to_go
from safesql.engine.undoing.measure import measured
from safesql.engine.undoing.outlook import Outlook, outlook
from safesql.engine.undoing.resolve import resolve
from safesql.engine.undoing.running import Running
from safesql.engine.undoing.spans import nothing_left, stretched
from safesql.engine.undoing.turning import turning
from safesql.engine.undoing.witnessing import seen
from safesql.errors import CannotRecord, Drift, Refused, SafesqlError, StatementFailed
from safesql.guard.verdict import Clearance
from safesql.result import Row, Summary
from safesql.rewrite.images.capture import key_of, largest, rows_of_keys, rows_where
from safesql.rewrite.images.shape import Shape
from safesql.slotted import dataclass, field
from safesql.sql.statement import Statement
from safesql.store.journal.entry import State
from safesql.store.journal.frames import FrameWriter
from safesql.store.journal.journal import Journal, Planned

COMMITS = frozenset({"COMMIT", "END", "PREPARE TRANSACTION"})
DONE = {"COMMIT": Outcome.COMMITTED, "END": Outcome.COMMITTED, "ROLLBACK": Outcome.ROLLED_BACK,
        "ABORT": Outcome.ROLLED_BACK}  # fmt: skip
"""What becomes of a transaction by statements that do not fail."""
ENDS = {Outcome.COMMITTED: State.COMMITTED, Outcome.ROLLED_BACK: State.ROLLED_BACK, Outcome.UNKNOWN: State.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Caps:
    """How much is kept of one statement: rows before it, and bytes of each side's images as they are on disk."""

    rows: int = 100_000
    bytes: int = 256 << 20
    days: int = 30
    total: int = 2 << 30                          # bytes of all images of all entries


@dataclass(slots=True)
class UndoKeeper:
    """One for each session. ``place`` names server and database, ``required`` forbids what cannot be taken back."""

    connection: Connection
    journal: Journal
    place: str
    target: str
    caps: Caps = field(default_factory=Caps)
    always: bool = True                           # also plain INSERTs, which lose nothing
    open: list[int] = field(default_factory=list)            # entries of the transaction that the user opened
    paused: bool = False                          # while an entry is being taken back, which is an entry itself
    _seen: tuple[str, Outlook] | None = None
    _running: Running | None = None
    _own: bool = False
    _doing: str = ""                              # the verb of the statement that is sent
    _partly: bool = False                         # whether the user's transaction was rolled back to a savepoint

    def no_undo(self, statement: Statement) -> str:
        """Why a statement that may lose rows could not be taken back, known before anybody is asked; else nothing."""
        if self.paused:
            return ""
        found = outlook(self.connection, statement)
        self._seen = (statement.text, found)
        return found.reason if found.matters else ""

    def needed(self, clearance: Clearance) -> bool:
        """Whether its rows are kept; what may commit the user's transaction is noted before it is sent."""
        effect = clearance.verdict.effect
        self._doing = effect.verb
        self._partly = self._partly or effect.verb in ("ROLLBACK TO SAVEPOINT", "ROLLBACK TO")
        if any(part.commits or part.verb in COMMITS for part in effect.walk()):
            self.committing()
        if self.paused or self._seen is None or self._seen[0] != clearance.statement.text:
            return False
        found = self._seen[1]
        self._own = self.connection.transaction is Transaction.NONE
        return found.keeps and (found.matters or self.always)

    def ahead(self, clearance: Clearance) -> bool:
        """Only what changes no rows that are kept."""
        return not clearance.verdict.effect.changes and not self.needed(clearance)

    @property
    def steady(self) -> bool:
        """The rows that are kept must be those that are changed."""
        return True

    @property
    def pays(self) -> bool:
        """The journal is another matter."""
        return False

    def before(self, connection: Connection, clearance: Clearance) -> None:
        """The rows before, on disk; raises CannotRecord, and Refused over a cap."""
        if self._seen is None:
            raise CannotRecord("nothing is known of the rows that this statement changes; it was not sent")
        found = self._seen[1]
        planned = Planned(
            self.place, self.target, clearance.statement.text, tuple(shape.data() for shape in found.shapes),
            found.settings,
        )
        number = self.journal.plan(planned)
        self._running = run = Running(number, found, own=self._own)
        run.held = held(connection, run)
        writer = self.journal.before(number, self.caps.bytes)
        try:
            for table, (shape, condition) in enumerate(_wanted(found)):
                writer.table(table)
                if found.incoming is not None and shape.counted and table == 0:
                    top = next(iter(connection.fetch(largest(shape, connection.dialect)).rows()))[0]
                    run.last[table] = int(float(str(top))) if top is not None else -(1 << 62)
                if condition:
                    self._keep(connection, run, table, condition, writer)
            foresee(connection, run)
            writer.close()
        except BaseException as error:
            writer.drop()
            if isinstance(error, StatementFailed) and error.code == READ_ONLY:
                raise StatementFailed(
                    f"cannot execute {clearance.verdict.effect.verb} here: the server is a standby, or the transaction "
                    "is read-only",
                    code=error.code,
                ) from error
            raise
        run.before = measured(connection)
        self.journal.mark(number, State.CAPTURED, rows=dict(run.tally.named(found.shapes)))

    def after(self, connection: Connection, clearance: Clearance, summary: Summary) -> None:
        """The rows after, on disk, and the counts compared; raises Drift when more was changed than was kept."""
        del clearance
        run = self._running
        if run is None:
            raise CannotRecord("the rows before were not kept; rolled back")
        now = measured(connection)
        gone = set(seen_to_go(run.outlook, run.tally, summary, counted=now is not None))
        gone |= set(nothing_left(connection, run))
        writer = self.journal.after(run.number, self.caps.bytes)
        try:
            for table, images in self._kept(run, gone):
                writer.table(table)
                if isinstance(images, int):
                    run.tally.gone[table] += images
                    writer.put([None] * images)
                else:
                    writer.put(self._now(connection, run, table, [image for image in images if image is not None]))
            Arrived(connection, self.journal, run, self.caps.rows).keep(writer)
            writer.close()
        except BaseException:
            writer.drop()
            raise
        wrong = check(run.outlook, run.tally, summary, now.since(run.before) if now and run.before else None)
        if wrong:
            raise Drift(f"{wrong}; rolled back, nothing changed")
        turning(connection, self.journal, run)
        told = {"rows": dict(run.tally.named(run.outlook.shapes)), "witness": seen(connection)}
        self.journal.mark(run.number, State.COMMIT_SENT if run.own else State.EXECUTED, **told)

    def ended(self, outcome: Outcome) -> None:
        """How it ended; what cannot be written down now is found out later."""
        run, self._running = self._running, None
        self._seen = None
        if run is None:
            return
        if outcome is Outcome.OPEN:
            self.open.append(run.number)
            return
        with suppress(CannotRecord):
            self.journal.mark(run.number, ENDS[outcome])
            if outcome is Outcome.ROLLED_BACK:
                self.journal.drop_images(run.number)

    def committing(self) -> None:
        """COMMIT is about to be sent for the transaction that the user opened."""
        for number in self.open:
            self.journal.mark(number, State.COMMIT_SENT)

    def settle(self, outcome: Outcome | None = None) -> None:
        """When the user's transaction is over: how its entries ended, by the rows where the answer does not tell."""
        doing, self._doing = self._doing, ""
        if not self.open or self.connection.transaction in (Transaction.OPEN, Transaction.FAILED):
            return
        ended, self.open = self.open, []
        if outcome is None and not self._partly:
            outcome = DONE.get(doing)
        elif doing and doing not in DONE:          # it failed, perhaps after MySQL committed what was open before it
            outcome = None
        partly, self._partly = self._partly, False
        outcome = None if partly or outcome is Outcome.UNKNOWN else outcome
        for number in ended:
            with suppress(SafesqlError):
                if outcome is not None and self.connection.transaction is Transaction.NONE:
                    self.journal.mark(number, ENDS[outcome])
                else:
                    self.journal.mark(number, State.UNKNOWN, **({"witness": {}} if partly else {}))   # the rows tell
                    resolve(self.connection, self.journal, self.journal.entry(number))

    def _keep(self, connection: Connection, run: Running, table: int, condition: str, writer: FrameWriter) -> None:
        """The rows of one table before the change, a thousand at a time."""
        shape, tally = run.outlook.shapes[table], run.tally
        result = connection.fetch(rows_where(shape, condition, connection.dialect))
        for chunk in result:
            tally.before[table] += len(chunk)
            if sum(tally.before.values()) > self.caps.rows:
                raise Refused(
                    f"more than {self.caps.rows:,} rows would have to be kept for undo (undo_max_rows); nothing was "
                    "sent. Take fewer rows at a time, or set undo = \"off\" for this run"
                )
            if run.outlook.incoming is not None:
                run.there.update(key_of(shape, row, connection.dialect) for row in chunk)
            writer.put(chunk)
            run.frames.append((table, len(chunk)))
            stretched(connection, run, table, chunk)
        result.summary()

    def _kept(self, run: Running, gone: set[int]) -> Iterator[tuple[int, list[Row | None] | int]]:
        """The frames of rows before, only counted where the server's own count, compared later, says that they went."""
        for only in dict.fromkeys(table for table, _ in run.frames):
            if only in gone:
                yield from ((table, count) for table, count in run.frames if table == only)
            else:
                yield from self.journal.rows_before(run.number, only)

    def _now(self, connection: Connection, run: Running, table: int, images: list[Row]) -> list[Row | None]:
        """The rows of these images as they are after the change."""
        shape = run.outlook.shapes[table]
        found: list[Row | None] = []
        for start in range(0, len(images), AT_ONCE):
            part = images[start : start + AT_ONCE]
            rows = connection.fetch(rows_of_keys(shape, part, connection.dialect)).rows()
            known = {key_of(shape, row, connection.dialect): row for row in rows}
            now = [known.get(key_of(shape, image, connection.dialect)) for image in part]
            run.tally.compared(table, part, now)
            found += now
        return found


def _wanted(found: Outlook) -> Iterator[tuple[Shape, str]]:
    """Tables with the condition for the rows before, empty where there are none."""
    if found.incoming is not None:
        there = found.incoming.arriving
        yield found.incoming.shape, there.condition if there.overwrites else ""
    for capture in found.captures:
        yield capture.shape, capture.condition
