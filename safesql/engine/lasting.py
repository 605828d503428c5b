"""Tables of MySQL that have no transactions: what is written to them stays, whatever becomes of the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from safesql.engine.session import Session
from safesql.engine.way_back import written, written_without_transactions
from safesql.guard.effect import Name, Reach
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement

Key = tuple[str, tuple[Name, ...]]
_OF_THE_LAST = re.compile(r"row_count|found_rows", re.I)
FORGETS = (Reach.SCHEMA, Reach.SESSION, Reach.SERVER, Reach.OPAQUE)


@dataclass(slots=True)
class Lasting:
    """Asks the server once about the tables of a statement, and again when a definition or a USE came between."""

    session: Session
    _known: dict[Key, tuple[str, ...]] = field(default_factory=dict)

    def of(self, verdict: Verdict) -> tuple[str, ...]:
        """Such tables with their engines, of those that a statement writes to; none where the server does not tell."""
        if self.session.connection.dialect.family is not Family.MYSQL:
            return ()
        if verdict.effect.reach in FORGETS:
            self._known.clear()
        key = _key(verdict)
        if key[1] and key not in self._known:
            self._known[key] = written_without_transactions(self.session.connection, verdict)
        return self._known.get(key, ())

    def ask(self, statement: Statement) -> None:
        """Before it is sent: behind it a question of ours would change what ROW_COUNT() says to the next."""
        if self.session.connection.dialect.family is not Family.MYSQL or _OF_THE_LAST.search(statement.text):
            return
        if self.session.judge(statement).effect.reach is Reach.ROWS:
            self.of(self.session.looked_up(statement))

    def breakers(self, verdict: Verdict) -> Iterator[str]:
        """Why a statement cannot be part of all-or-nothing."""
        place = verdict.statement.place
        for table in self.of(verdict):
            yield (
                f"{place.source}:{place.line}: {table} has no transactions, so -1 cannot undo what is written to it; "
                "run it without -1"
            )


def _key(verdict: Verdict) -> Key:
    """What the answer depends on."""
    return verdict.effect.verb, tuple(written(verdict))
