"""Foreign keys of PostgreSQL: types that can be compared, and something unique to refer to."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.backends.contract import Connection
from safesql.engine.doctor.asking import rows
from safesql.engine.doctor.sides import Column, Index, Side, Texts, Trouble, indexes_of, pairs, shown
from safesql.guard.effect import Name
from safesql.rewrite.doctor import definitions
from safesql.rewrite.doctor.made import Made
from safesql.rewrite.doctor.references import NewKey, Written

SERIAL = {"serial": "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint",
          "smallserial": "smallint", "serial2": "smallint"}  # fmt: skip


def sides(connection: Connection, key: NewKey, texts: Texts) -> tuple[Side, Side] | None:
    """Both sides, None where one of them is not known; ``texts`` are tables that the same script makes."""
    above = texts.get(key.parent)
    indexes = _indexes(connection, key.parent) if above is None else indexes_of(above)
    referred = key.referred or next((index.columns for index in indexes if index.primary), ())
    parent = _columns(connection, key.parent) if above is None else _made(connection, above)
    table = None if key.new else texts.get(key.table)
    own = {} if key.new else _columns(connection, key.table)
    own = own if table is None else _made(connection, table)
    own |= {name: column for name in key.columns if name not in own
            for column in _written(connection, name, key.written.get(name))}  # fmt: skip
    if not parent or any(name not in own for name in key.columns) or any(name not in parent for name in referred):
        return None
    theirs = tuple(parent[name] for name in referred)
    return Side(key.table, tuple(own[name] for name in key.columns)), Side(key.parent, theirs, indexes)


def troubles(connection: Connection, own: Side, theirs: Side) -> Iterator[Trouble]:
    """What PostgreSQL would refuse with 42804 or 42830."""
    fitting = [index for index in theirs.indexes if index.unique and sorted(index.columns) == sorted(theirs.names)]
    if not fitting:
        has = shown(theirs.indexes)
        yield Trouble(f"no unique constraint is on exactly these columns of {theirs.table}, which has {has}")
    elif len(own.columns) != len(theirs.columns):
        yield Trouble(f"{len(own.columns)} columns refer to {len(theirs.columns)}")
    for number, mine, other in pairs(own, theirs):
        answer = rows(connection, definitions.postgres_fits(other.kind, mine.kind))
        if answer is not None and not answer:
            yield Trouble(f"{mine.type} cannot be compared with {other.type}", number)


def _columns(connection: Connection, table: Name) -> dict[str, Column]:
    """The columns of a table, by name; empty where it is not there."""
    found = rows(connection, definitions.postgres_columns(table, connection.dialect)) or ()
    return {str(name): Column(str(name), str(type_), "", str(collation or ""), int(str(oid)))
            for name, type_, oid, collation in found}  # fmt: skip


def _made(connection: Connection, made: Made) -> dict[str, Column]:
    """The columns of a table that the same script makes, where their types are known already."""
    return {
        name: column for name, text in made.columns.items() for column in _written(connection, name, text)
    }  # fmt: skip


def _written(connection: Connection, name: str, written: Written | None) -> Iterator[Column]:
    """A column as a text defines it, where its type is known."""
    if written is None:
        return
    type_ = SERIAL.get(written.type, written.type)
    for oid, called in rows(connection, definitions.postgres_type(type_, connection.dialect)) or ():
        yield Column(name, str(called), "", "", int(str(oid)))


def _indexes(connection: Connection, table: Name) -> tuple[Index, ...]:
    """The indexes of a table."""
    found = rows(connection, definitions.postgres_indexes(table, connection.dialect)) or ()
    return tuple(
        Index(str(name), tuple(str(columns or "").split(",")), str(other) == "0", str(primary) == "1")
        for name, other, columns, primary in found
    )
