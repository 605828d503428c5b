"""The columns of a statement's result by Parse and Describe, which execute nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from psycopg.pq.abc import PGresult

from safesql.backends.loss import lost
from safesql.backends.postgres.rows import encoding_of
from safesql.backends.postgres.stream import Asked, Stream
from safesql.backends.postgres.wire import Wire
from safesql.backends.text import encoded, readable
from safesql.result import Chunk, Column, Result, Row, Summary
from safesql.slotted import dataclass


@dataclass(frozen=True, slots=True)
class Described:
    """One column as the server describes it: the type by its number, with what was said of its length."""

    name: str
    type: int
    length: int


class Description(Stream):
    """Fails and is stopped as a statement is; ``fields`` are empty where it returns no rows."""

    fields: tuple[Described, ...] = ()

    def start(self, text: bytes, data: Iterator[str] | None = None) -> None:
        """Prepare the statement without a name, and ask what it would return.

        https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
        """
        del data
        self._asked.cancel = False
        with self._in_our_terms():
            if not self._wire.awake():
                raise lost(self._why(), settling=False, sent=False)
            self._wire.pg.send_prepare(b"", text)
            self._wire.flush()
            self._end(self._wire.result())
            self.done = False
            self._wire.pg.send_describe_prepared(b"")
            self._wire.flush()
            result = self._wire.result()
            self._end(result)
            self.fields = tuple(self._fields(result)) if result is not None else ()

    def _fields(self, result: PGresult) -> Iterator[Described]:
        """In the order of the result."""
        for index in range(result.nfields):
            name = readable(result.fname(index), self._encoding)
            yield Described(name, result.ftype(index), result.fmod(index))


def described(wire: Wire, asked: Asked, text: str, ask: Callable[[str], Row]) -> Result:
    """Rows of name and type, no columns without any; ``ask`` gives the row of a query for the types."""
    encoding = encoding_of(wire)
    description = Description(wire, encoding, asked, settling=False)
    description.start(encoded(text, encoding), None)
    fields = description.fields
    if not fields:
        return Result((), iter(()), lambda: Summary("DESCRIBE"))
    written = ", ".join(f"pg_catalog.format_type({each.type}, {each.length})" for each in fields)
    types = ask(f"SELECT {written}")
    rows: Chunk = [(field.name, kind) for field, kind in zip(fields, types, strict=True)]
    return Result((Column("column"), Column("type")), iter([rows]), lambda: Summary("DESCRIBE"))
