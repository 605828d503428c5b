"""What a statement would meet on this server, asked before it runs: keys that do not fit, big tables, long queues."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.backends.contract import Connection, Transaction
from safesql.engine.advice import DEFINING
from safesql.guard.effect import Reach
from safesql.guard.foreseen import BIG_TABLE, KEY_MISMATCH, QUEUE, Foreseen
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass, field
from safesql.sql.statement import Place, Statement
from safesql.sql.token import Span


@dataclass(frozen=True, slots=True)
class Terms:
    """From how many rows or bytes a table is big, and after how many seconds a transaction is long."""

    rows: int = 1_000_000
    bytes: int = 1 << 30
    seconds: int = 60


@dataclass(slots=True)
class Foresight:
    """Of one session; ``found`` is about the last statement that was looked at."""

    terms: Terms = field(default_factory=Terms)
    found: tuple[Foreseen, ...] = ()
    _statement: Statement | None = None
    _first: Place | None = None
    _defined: set[str] = field(default_factory=set)

    def about(self, statement: Statement) -> bool:
        """Whether what was found is about this statement."""
        return not self.found or statement is self._statement

    def look(self, connection: Connection, verdict: Verdict, *, ahead: bool) -> bool:
        """Ask, where there is anything to ask; whether something was found. Never raises.

        ``ahead`` is of a script that has not begun: what its earlier statements define cannot be asked for yet.
        """
        self.found, self._statement = (), verdict.statement
        earlier = self._earlier(verdict, ahead=ahead)
        effect = verdict.effect
        if effect.verb.partition(" ")[0] not in DEFINING or verdict.statement.problem:
            return False
        if connection.transaction in (Transaction.FAILED, Transaction.UNKNOWN):
            return False
        self.found = tuple(foreseen(connection, verdict, self.terms, earlier))
        return bool(self.found)

    def _earlier(self, verdict: Verdict, *, ahead: bool) -> frozenset[str]:
        """The tables, in lower case, that the same script defines before; and of this statement for later ones."""
        place = verdict.statement.place
        if not ahead or place == self._first:
            self._defined.clear()
            self._first = place
        self._first = self._first or place
        earlier = frozenset(self._defined)
        if ahead and not _keys_alone(verdict):
            parts = (part for part in verdict.effect.walk() if part.reach is Reach.SCHEMA and part.target is not None)
            self._defined.update(name.lower() for part in parts if part.target for name in part.target.parts)
        return earlier


def _keys_alone(verdict: Verdict) -> bool:
    """Whether the catalog is right about columns and indexes behind this statement, too."""
    from safesql.rewrite.doctor.references import keys_alone

    return verdict.effect.verb == "ALTER TABLE" and keys_alone(verdict.statement)


def foreseen(
    connection: Connection, verdict: Verdict, terms: Terms, earlier: frozenset[str] = frozenset()
) -> Iterator[Foreseen]:
    """All that is known to stand in the way of one statement; ``earlier`` are tables that are not looked at."""
    from safesql.engine.doctor.keys import examined
    from safesql.rewrite.doctor.references import new_keys

    named = {name.parts[-1].lower() for key in new_keys(verdict.statement) for name in (key.table, key.parent)}
    if named and named.isdisjoint(earlier):
        whole = Span(0, len(verdict.statement.text))
        for found in examined(connection, verdict.statement):
            message = "; ".join((found.sentence, *(line.strip() for line in found.lines)))
            yield Foreseen(KEY_MISMATCH, message, whole, found.instead)
    yield from _locks(connection, verdict, terms, earlier)


def _locks(connection: Connection, verdict: Verdict, terms: Terms, earlier: frozenset[str]) -> Iterator[Foreseen]:
    """Big tables that would be blocked, and transactions that hold what the statement needs alone."""
    from safesql.engine.doctor.asking import rows
    from safesql.engine.doctor.blocked import open_for_long
    from safesql.guard.locks import locks_of
    from safesql.rewrite.doctor.sizes import size

    found = locks_of(verdict.statement, verdict.effect)
    locks = [lock for lock in found if lock.table is not None and lock.table.parts[-1].lower() not in earlier]
    hurting = [lock for lock in locks if lock.hurts]
    tables = [lock.table for lock in hurting if lock.table is not None]
    for number, count, size_ in rows(connection, size(tables, connection.dialect)) or ():
        if _over(count, terms.rows) or _over(size_, terms.bytes):
            lock = hurting[int(str(number))]
            message = f"{lock.sentence()}; it has about {int(str(count or 0)):,} rows"
            yield Foreseen(BIG_TABLE, message, lock.at, lock.instead or "do it when nobody needs the table")
    for blocker in open_for_long(connection, tuple(lock for lock in locks if lock.queues), terms.seconds):
        message = f"it would wait, and everybody else behind it: {blocker}"
        yield Foreseen(QUEUE, message, verdict.effect.at, "wait for its end, or set a short lock_timeout and try again")


def _over(cell: object, limit: int) -> bool:
    """Whether a number from the catalog reaches a limit."""
    text = str(cell)
    return text.isdecimal() and int(text) >= limit
