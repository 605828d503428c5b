"""What a statement does, as a tree: a statement may hold others (CTEs, EXPLAIN ANALYZE, bodies, dynamic SQL)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from safesql.slotted import dataclass
from safesql.sql.token import Span


class Reach(Enum):
    """What kind of thing an effect touches."""

    READ = "read"                    # rows are read
    ROWS = "rows"                    # rows are written
    SCHEMA = "schema"                # definitions
    SESSION = "session"              # settings of this session
    TRANSACTION = "transaction"      # BEGIN, COMMIT, ROLLBACK, SAVEPOINT
    SERVER = "server"                # accounts, settings of the server, files, programs, other sessions
    OPAQUE = "opaque"                # unknown: fail closed

    __hash__ = object.__hash__      # members are compared by identity; Enum's own hash is a slow function


class Extent(Enum):
    """How many of a target's rows an effect takes, as far as the text tells."""

    NONE = "none"                    # never true: WHERE false
    SOME = "some"                    # something restricts it
    ALL = "all"                      # nothing restricts it
    ADDED = "added"                  # rows are added, none is lost
    UNKNOWN = "unknown"              # not understood: treated as ALL

    __hash__ = object.__hash__      # members are compared by identity; Enum's own hash is a slow function


@dataclass(frozen=True, slots=True)
class Name:
    """A possibly qualified name, unquoted, as written: ``parts`` from database or schema down to the object."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing a statement does; the root of a statement has the nested ones in ``parts``.

    ``verb`` is upper case, in the words of the server: DELETE, UPDATE, DROP TABLE, DROP COLUMN, CALL, SET.
    Spans are ranges in the text of the statement; for rewriting into a count: ``target_at`` the target with its
    alias, ``source`` the further tables (FROM, USING, join), ``where`` the condition without the word,
    ``tail`` ORDER BY and LIMIT, ``with_`` a leading WITH. In MySQL's multi-table forms ``source`` is the whole list
    of tables and ``target_at`` lies inside it. All but ``at`` are None inside dynamic SQL.

    What is only prepared or assigned now and may run later is in ``later`` and ``text``, outside of ``parts``; what a
    connection tells of the triggers it fires and the routines it calls is in ``behind``, outside of ``parts`` too.
    """

    verb: str
    reach: Reach
    at: Span
    target: Name | None = None
    kind: str = ""                    # of the target: table, view, index, database, column, role, setting, file ...
    extent: Extent = Extent.ADDED
    note: str = ""                    # a sentence for people, where the verb does not tell
    target_at: Span | None = None
    source: Span | None = None
    where: Span | None = None
    tail: Span | None = None
    with_: Span | None = None
    commits: bool = False             # the server commits the open transaction before it (MySQL DDL)
    alone: bool = False               # refused inside a transaction block (VACUUM, CREATE DATABASE on PostgreSQL)
    parts: tuple[Effect, ...] = ()
    later: tuple[Effect, ...] = ()    # PREPARE: what EXECUTE of that name will do
    text: str | None = None           # SET x = 'literal': the text it holds from now on
    columns: tuple[str, ...] = ()     # of an UPDATE: those that get values, where all of them are plain names
    behind: tuple[Effect, ...] = ()   # one for each body that it starts, under the name people know that by
    path: tuple[str, ...] = ()        # of such a body: the schemas that its names are looked up in

    def walk(self) -> Iterator[Effect]:
        """Itself and everything inside that the text shows, outermost first; without recursion, however deep."""
        stack = [self]
        while stack:
            effect = stack.pop()
            yield effect
            stack.extend(reversed(effect.parts))

    def everything(self) -> Iterator[Effect]:
        """Itself and everything inside, with what stands behind its names."""
        stack = [self]
        while stack:
            effect = stack.pop()
            yield effect
            stack.extend(reversed((*effect.parts, *effect.behind)))

    def of(self, *verbs: str) -> Iterator[Effect]:
        """The effects with one of these verbs, however deep."""
        return (effect for effect in self.walk() if effect.verb in verbs)

    @property
    def bounded(self) -> bool:
        """Whether rows of the target are spared, by the text."""
        return self.extent in (Extent.NONE, Extent.SOME, Extent.ADDED)

    @property
    def changes(self) -> bool:
        """Whether it, or something inside, changes more than this session."""
        harmless = (Reach.READ, Reach.SESSION, Reach.TRANSACTION)
        return any(effect.reach not in harmless for effect in self.everything())
