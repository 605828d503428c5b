"""Foreign keys of InnoDB: the same type, sign, character set and collation, an index, and an engine that has them.

https://mariadb.com/kb/en/foreign-keys/, https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from safesql.backends.contract import Connection
from safesql.engine.doctor.asking import rows
from safesql.engine.doctor.sides import Column, Index, Side, Texts, Trouble, indexes_of, pairs, shown
from safesql.guard.effect import Name
from safesql.rewrite.doctor import definitions
from safesql.rewrite.doctor.made import Made
from safesql.rewrite.doctor.references import NewKey, Written
from safesql.slotted import replace

NUMBERS = {"integer": "int", "int4": "int", "int8": "bigint", "int2": "smallint", "int1": "tinyint", "bool": "tinyint",
           "boolean": "tinyint", "dec": "decimal", "numeric": "decimal", "fixed": "decimal",
           "double precision": "double", "real": "double", "serial": "bigint"}  # fmt: skip
STRINGS = frozenset({"char", "varchar", "character varying", "character", "nchar", "nvarchar"})
BYTES = frozenset({"decimal", "binary", "varbinary", "datetime", "timestamp", "time"})
"""Types that InnoDB keeps as plain bytes, and lets refer to each other; seen on MariaDB 10.11."""
INTEGERS = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint"})
_TYPE = re.compile(r"([a-z][a-z0-9 ]*?)\s*(?:\(([^)]*)\))?((?:\s+(?:unsigned|signed|zerofill))*)$")


def sides(connection: Connection, key: NewKey, texts: Texts) -> tuple[Side, Side] | None:
    """Both sides, None where one of them is not known; ``texts`` are tables that the same script makes."""
    above = texts.get(key.parent)
    indexes = _indexes(connection, key.parent) if above is None else indexes_of(above)
    referred = key.referred or next((index.columns for index in indexes if index.primary), ())
    parent, parent_engine = _columns(connection, key.parent) if above is None else _made(connection, above)
    table = None if key.new else texts.get(key.table)
    own, engine = ({}, key.options.get("ENGINE", "")) if key.new else _columns(connection, key.table)
    own, engine = (own, engine) if table is None else _made(connection, table)
    own |= {
        name: _written(connection, name, key.written[name], key.options if key.new else None)
        for name in key.columns
        if name in key.written and name not in own
    }
    if not parent or any(name.lower() not in own and name not in own for name in key.columns):
        return None
    if any(name.lower() not in parent for name in referred) or not referred:
        return None
    mine = tuple(own.get(name) or own[name.lower()] for name in key.columns)
    theirs = tuple(parent[name.lower()] for name in referred)
    return Side(key.table, mine, (), engine), Side(key.parent, theirs, indexes, parent_engine)


def troubles(_connection: Connection, own: Side, theirs: Side) -> Iterator[Trouble]:
    """What the server would refuse with 1005, 1215 or 3780."""
    for side in (theirs, own):
        if side.engine and side.engine.lower() not in ("innodb", "ndbcluster", "ndb"):
            yield Trouble(f"{side.table} is kept by {side.engine}, which knows no foreign keys")
    names = [name.lower() for name in theirs.names]
    if not any([each.lower() for each in index.columns[: len(names)]] == names for index in theirs.indexes):
        yield Trouble(f"no index of {theirs.table} begins with these columns; it has {shown(theirs.indexes)}")
    for number, mine, other in pairs(own, theirs):
        difference = _difference(mine, other)
        if difference:
            yield Trouble(difference, number)


def _difference(mine: Column, other: Column) -> str:
    """In what two columns differ that must not."""
    one, two = _parsed(mine.type), _parsed(other.type)
    if one is None or two is None:
        return ""
    if one[0] in STRINGS and two[0] in STRINGS:
        if mine.charset and other.charset and mine.charset != other.charset:
            return f"character set {mine.charset} is not {other.charset}"
        if mine.collation and other.collation and mine.collation != other.collation:
            return f"collation {mine.collation} is not {other.collation}"
        return ""
    if one[0] != two[0] and not (one[0] in BYTES and two[0] in BYTES):
        return f"{mine.type} is not {other.type}"
    if one[0] in INTEGERS and one[2] != two[2]:
        return f"{mine.type} is not {other.type}: one has a sign, the other none"
    return ""


def _parsed(type_: str) -> tuple[str, str, bool] | None:
    """Name, what stands in brackets, whether it is unsigned; None where the words are not understood."""
    found = _TYPE.fullmatch(type_.strip().lower())
    if found is None:
        return None
    name = NUMBERS.get(found[1], found[1])
    return name, found[2] or "", "unsigned" in found[3] or "zerofill" in found[3] or found[1] == "serial"


def _columns(connection: Connection, table: Name) -> tuple[dict[str, Column], str]:
    """The columns of a table, by name in lower case, and its engine; empty where it is not there."""
    found = rows(connection, definitions.mysql_columns(table, connection.dialect)) or []
    columns = {str(name).lower(): Column(str(name), str(type_), str(charset or ""), str(collation or ""))
               for name, type_, charset, collation, _engine in found}  # fmt: skip
    return columns, str(found[0][4] or "") if found else ""


def _made(connection: Connection, made: Made) -> tuple[dict[str, Column], str]:
    """The columns of a table that the same script makes, by name in lower case, and its engine."""
    columns = {
        name.lower(): _written(connection, name, written, made.options) for name, written in made.columns.items()
    }
    return columns, made.options.get("ENGINE", "")


def _written(connection: Connection, name: str, written: Written, options: Mapping[str, str] | None) -> Column:
    """A column as a text defines it; its character set is its own, the new table's or the database's.

    ``options`` are those of a new table, None for one that is there, whose own default is not asked for.
    """
    column = Column(name, written.type, written.charset, written.collation)
    parsed = _parsed(written.type)
    if parsed is None or parsed[0] not in STRINGS:
        return column
    collation = written.collation or ("" if written.charset else (options or {}).get("COLLATE", ""))
    if collation:
        return replace(column, charset=collation.partition("_")[0], collation=collation)
    if options is None and not written.charset:
        return column
    charset = written.charset or (options or {}).get("CHARSET", "")
    for set_, default in rows(connection, definitions.mysql_defaults(charset, connection.dialect)) or ():
        column = replace(column, charset=str(set_), collation=str(default))
    return column


def _indexes(connection: Connection, table: Name) -> tuple[Index, ...]:
    """The indexes of a table."""
    found = rows(connection, definitions.mysql_indexes(table, connection.dialect)) or ()
    return tuple(
        Index(str(name), tuple(str(columns).split(",")), str(other) == "0", str(name) == "PRIMARY")
        for name, other, columns in found
    )
