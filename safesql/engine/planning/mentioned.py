"""The relations that a statement names anywhere, as the server resolves them: more rather than fewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.backends.contract import Connection
from safesql.engine.cascades import placed
from safesql.guard.analysis.names import NAMES, plain
from safesql.guard.effect import Effect, Name
from safesql.rewrite.closure.place import Place
from safesql.slotted import dataclass, field
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Token

AT_ONCE = 100              # names in one question
OWN = frozenset({"pg_catalog", "information_schema", "mysql", "performance_schema", "sys", "pg_toast"})
"""Schemas of the servers themselves."""


@dataclass(slots=True)
class Mentioned:
    """Asks for each name once, until ``forget``."""

    connection: Connection
    _known: dict[Name, Place | None] = field(default_factory=dict)

    def places(self, statement: Statement, effect: Effect) -> tuple[Place, ...]:
        """The relations, in the order they are named; raises StatementFailed as the server does."""
        names = tuple(dict.fromkeys(_names(statement, effect)))
        unknown = [name for name in names if name not in self._known]
        for at in range(0, len(unknown), AT_ONCE):
            asked = tuple(unknown[at : at + AT_ONCE])
            found = placed(self.connection, asked)
            self._known |= {name: found.get(name) for name in asked}
        places = (self._known[name] for name in names)
        return tuple(dict.fromkeys(each for each in places if each and each.name.parts[0].lower() not in OWN))

    def forget(self) -> None:
        """Names may mean something else from now on."""
        self._known.clear()


def words_of(statement: Statement, effect: Effect) -> frozenset[str]:
    """The last parts of all names in a statement, in lower case."""
    return frozenset(name.parts[-1].lower() for name in _names(statement, effect))


def _names(statement: Statement, effect: Effect) -> Iterator[Name]:
    """What the statement writes to, then every name that could be one of a relation."""
    yield from (part.target for part in effect.walk() if part.target is not None and part.target.parts)
    if statement.literal_rows:
        return
    tokens = statement.tokens
    at = 0
    while at < len(tokens):
        parts, after = _chain(tokens, at, statement)
        if parts:
            yield Name(parts[:2] if len(parts) > 2 else parts)
        at = after


def _chain(tokens: Sequence[Token], at: int, statement: Statement) -> tuple[tuple[str, ...], int]:
    """The parts of the name that begins here, and where it ends."""
    parts: list[str] = []
    while at < len(tokens) and tokens[at].kind in NAMES:
        parts.append(plain(tokens[at], statement.dialect.family))
        at += 1
        if at >= len(tokens) or tokens[at].kind is not Kind.DOT:
            return tuple(parts), at
        at += 1
    return tuple(parts), max(at, at + (not parts))
