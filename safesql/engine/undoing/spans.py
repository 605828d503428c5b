"""From which key to which the rows of a table were kept, and whether none is left there: one question for all of them.

Asked where the server does not count what foreign keys delete, as MySQL does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.backends.contract import Connection
from safesql.engine.undoing.running import Running
from safesql.result import Row
from safesql.rewrite.images.capture import key_of, none_between
from safesql.rewrite.images.shape import Shape
from safesql.sql.dialect import Family

WHOLE = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint"})


def stretched(connection: Connection, run: Running, table: int, rows: Sequence[Row]) -> None:
    """Note the least and the largest key among further rows, where keys are whole numbers of one column."""
    shape, dialect = run.outlook.shapes[table], connection.dialect
    if dialect.family is not Family.MYSQL or not _whole(shape) or not rows:
        return
    keys = [int(str(key_of(shape, row, dialect)[0])) for row in rows]
    least, most = run.spans.get(table, (keys[0], keys[0]))
    run.spans[table] = min(least, *keys), max(most, *keys)


def nothing_left(connection: Connection, run: Running) -> Iterator[int]:
    """The tables of whose kept rows none is there any more, nor any other between them."""
    first = 1 if run.outlook.incoming else 0
    for table, (least, most) in run.spans.items():
        if table < first or not run.outlook.captures[table - first].deletes:
            continue
        probe = none_between(run.outlook.shapes[table], least, most, connection.dialect)
        if not any(True for _ in connection.fetch(probe).rows()):
            yield table


def _whole(shape: Shape) -> bool:
    """Whether one whole number tells rows apart."""
    return len(shape.key_at) == 1 and shape.stored[shape.key_at[0]].type in WHOLE
