"""What a statement would meet on this server, asked before it runs: keys that do not fit, big tables, long queues."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from safesql.backends.contract import Connection, Transaction
from safesql.engine.advice import DEFINING
from safesql.guard.analysis.names import plain
from safesql.guard.effect import Name, Reach
from safesql.guard.foreseen import BIG_TABLE, KEY_MISMATCH, QUEUE, Foreseen
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass, field
from safesql.sql.statement import Place, Statement
from safesql.sql.token import Span

if TYPE_CHECKING:
    from safesql.rewrite.doctor.made import Made

MEANS = re.compile("search_path|schema|collation|character_set|storage_engine|sql_mode", re.IGNORECASE)
"""Settings by which the same text makes another table, or names another one."""


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
    _made: dict[Name, Made] = field(default_factory=dict)      # those of them whose text says all about them

    def about(self, statement: Statement) -> bool:
        """Whether what was found is about this statement."""
        return not self.found or statement is self._statement

    def look(self, connection: Connection, verdict: Verdict, *, ahead: bool) -> bool:
        """Ask, where there is anything to ask; whether something was found. Never raises.

        ``ahead`` is of a script that has not begun: what its earlier statements define cannot be asked for yet.
        """
        self.found, self._statement = (), verdict.statement
        earlier, texts = self._earlier(verdict, ahead=ahead), dict(self._made)
        if ahead:
            self._note(verdict)
        effect = verdict.effect
        if effect.verb.partition(" ")[0] not in DEFINING or verdict.statement.problem:
            return False
        if connection.transaction in (Transaction.FAILED, Transaction.UNKNOWN):
            return False
        self.found = tuple(foreseen(connection, verdict, self.terms, earlier, texts))
        return bool(self.found)

    def _earlier(self, verdict: Verdict, *, ahead: bool) -> frozenset[str]:
        """The tables, in lower case, that the same script defines before; and of this statement for later ones."""
        place = verdict.statement.place
        if not ahead or place == self._first:
            self._defined.clear()
            self._made.clear()
            self._first = place
        self._first = self._first or place
        earlier = frozenset(self._defined)
        if ahead and not _keys_alone(verdict):
            self._defined |= _touched(verdict, Reach.SCHEMA)
        return earlier


    def _note(self, verdict: Verdict) -> None:
        """What a text says of a table holds until something else is done to it, or names mean something else."""
        from safesql.rewrite.doctor.made import made

        effect = verdict.effect
        if effect.verb == "USE" or (effect.reach is Reach.SESSION and MEANS.search(verdict.statement.text)):
            self._made.clear()
        if effect.verb.partition(" ")[0] not in DEFINING or _keys_alone(verdict):
            return
        touched = _touched(verdict)
        for name in [name for name in self._made if name.parts[-1].lower() in touched]:
            del self._made[name]
        text = made(verdict.statement) if effect.verb == "CREATE TABLE" else None
        if text is not None:
            self._made[text.table] = text


def _touched(verdict: Verdict, reach: Reach | None = None) -> set[str]:
    """The names, in lower case, of what a definition changes; for an index all that it names, its table among them."""
    effect, statement = verdict.effect, verdict.statement
    if "INDEX" in effect.verb:
        return {plain(token, statement.dialect.family).lower() for token in statement.tokens}
    parts = [part for part in effect.walk() if reach in (None, part.reach)]
    return {name.lower() for part in parts if part.target is not None for name in part.target.parts}


def _keys_alone(verdict: Verdict) -> bool:
    """Whether the catalog is right about columns and indexes behind this statement, too."""
    from safesql.rewrite.doctor.references import keys_alone

    return verdict.effect.verb == "ALTER TABLE" and keys_alone(verdict.statement)


def foreseen(
    connection: Connection,
    verdict: Verdict,
    terms: Terms,
    earlier: frozenset[str] = frozenset(),
    texts: Mapping[Name, Made] | None = None,
) -> Iterator[Foreseen]:
    """All that is known to stand in the way of one statement.

    ``earlier`` are tables of the same script that are not looked at; ``texts`` those whose text tells what they are.
    """
    from safesql.engine.doctor.keys import examined
    from safesql.rewrite.doctor.references import new_keys

    keys = new_keys(verdict.statement)
    names = {name for key in keys for name in (key.table, key.parent)} - (texts or {}).keys()
    if keys and earlier.isdisjoint(name.parts[-1].lower() for name in names):
        whole = Span(0, len(verdict.statement.text))
        for found in examined(connection, verdict.statement, texts):
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
