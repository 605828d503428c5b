"""Why a foreign key cannot be made, before or after it was tried: both columns side by side, what differs marked."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.backends.contract import Connection
from safesql.engine.doctor import keys_mysql, keys_postgres
from safesql.engine.doctor.asking import rows
from safesql.engine.doctor.sides import Side, Texts, Trouble
from safesql.rewrite.doctor.definitions import MANY, orphans
from safesql.rewrite.doctor.references import NewKey, new_keys
from safesql.slotted import dataclass
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement


@dataclass(frozen=True, slots=True)
class Found:
    """``sentence`` says what is wrong with one key; ``lines`` show both sides, where columns differ."""

    sentence: str
    lines: tuple[str, ...] = ()
    instead: str = "give both columns the same definition, and what is referred to a unique index"


def key_trouble(connection: Connection, statement: Statement) -> Iterator[str]:
    """For a statement that failed: every sentence, and the lines below it."""
    for found in examined(connection, statement, rows_too=False):
        yield found.sentence
        yield from found.lines


def examined(
    connection: Connection, statement: Statement, texts: Texts | None = None, *, rows_too: bool = True
) -> Iterator[Found]:
    """What is known to be wrong with the keys a statement makes; nothing where a table is not there yet.

    Never raises. ``rows_too`` counts rows that would break the key. ``texts`` are tables that the same script makes.
    """
    if connection.dialect.family is Family.SQLITE:
        return
    family = keys_postgres if connection.dialect.family is Family.POSTGRES else keys_mysql
    for key in new_keys(statement):
        sides = family.sides(connection, key, texts or {})
        if sides is None:
            continue
        troubles = tuple(family.troubles(connection, *sides))
        if troubles:
            yield _told(key, sides, troubles)
        elif texts and not texts.keys().isdisjoint((key.table, key.parent)):
            continue                                       # there are no rows yet
        elif rows_too and key.checked and not key.new and not key.written.keys() & set(key.columns):
            yield from _orphans(connection, key, sides[1])


def _told(key: NewKey, sides: tuple[Side, Side], troubles: tuple[Trouble, ...]) -> Found:
    """A sentence, and both sides."""
    own, theirs = sides
    called = f"{key.table} ({', '.join(key.columns)}) cannot refer to {key.parent} ({', '.join(theirs.names)})"
    sentence = f"{called}: {'; '.join(trouble.sentence for trouble in troubles)}"
    marked = frozenset(trouble.column for trouble in troubles if trouble.column is not None)
    lines = []
    for number in range(max(len(own.columns), len(theirs.columns))):
        for side in (own, theirs):
            if number < len(side.columns):
                mark = "  <-- differs" if number in marked and side is own else ""
                lines.append(f"  {side.table}.{side.columns[number]}{mark}")
    return Found(sentence, tuple(lines))


def _orphans(connection: Connection, key: NewKey, theirs: Side) -> Iterator[Found]:
    """Rows that refer to nothing."""
    answer = rows(connection, orphans(key, theirs.names, connection.dialect))
    count = int(str(answer[0][0])) if answer else 0
    if count:
        many = "at least " if count >= MANY else ""
        rows_ = "row refers" if count == 1 else "rows refer"
        yield Found(
            f"{many}{count:,} {rows_} from {key.table} ({', '.join(key.columns)}) to nothing in {key.parent}",
            instead="delete or correct these rows first",
        )
