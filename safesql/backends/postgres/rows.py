"""PostgreSQL's rows: every value as the server prints it, but for bytea, which becomes bytes."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import Connection, postgres
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.pq.abc import PGresult
from psycopg.types.string import ByteaLoader, TextLoader

from safesql.backends.postgres.wire import Wire
from safesql.backends.text import decoded, readable
from safesql.errors import StatementFailed
from safesql.result import Chunk, Column, Row, Shape

BYTEA = 17
NUMBERS = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric", "oid"})
SHAPES = {"bool": Shape.BOOLEAN, "bytea": Shape.BINARY, "json": Shape.JSON, "jsonb": Shape.JSON}


class TextOnly:
    """What psycopg needs to be told so that it makes no Python objects of values, some of which no object can hold."""

    connection = None

    def __init__(self) -> None:
        self.adapters = AdaptersMap(types=postgres.types)
        self.adapters.register_loader(0, TextLoader)
        self.adapters.register_loader(BYTEA, ByteaLoader)


class Reader:
    """Turns results into chunks, in the encoding that the session has now."""

    def __init__(self, raw: Connection[Any], encoding: str) -> None:
        self._transformer = Transformer(raw)
        self._encoding = encoding
        self._plain = codecs.lookup(raw.info.encoding).name != "ascii"

    def columns(self, result: PGresult) -> tuple[Column, ...]:
        """The columns of a result."""
        return tuple(self._column(result, index) for index in range(result.nfields))

    def chunk(self, result: PGresult) -> Chunk:
        """All rows of a result; a chunk in which some text is not what the encoding allows is read cell by cell."""
        if not self._plain:
            return self._careful(result)
        try:
            self._transformer.set_pgresult(result)
            rows: Sequence[Row] = self._transformer.load_rows(0, result.ntuples, tuple)
        except UnicodeDecodeError:
            return self._careful(result)
        return list(rows)

    def _careful(self, result: PGresult) -> Chunk:
        """Cell by cell: what cannot be decoded stays bytes."""
        binary = [result.ftype(index) == BYTEA for index in range(result.nfields)]
        return [
            tuple(self._cell(result.get_value(row, index), as_bytes) for index, as_bytes in enumerate(binary))
            for row in range(result.ntuples)
        ]

    def _cell(self, data: bytes | None, binary: bool) -> str | bytes | None:
        """One value."""
        if data is None:
            return None
        if binary:
            return bytes(ByteaLoader(BYTEA).load(data))
        return decoded(data, self._encoding)

    def _column(self, result: PGresult, index: int) -> Column:
        """One column; types made by users are not known by name without asking the server."""
        oid = result.ftype(index)
        info = postgres.types.get(oid)
        name = info.name if info else ""
        if info and info.array_oid == oid:
            name += "[]"
        shape = Shape.NUMBER if name in NUMBERS else SHAPES.get(name, Shape.TEXT)
        return Column(readable(result.fname(index), self._encoding), name, shape)


def encoding_of(wire: Wire) -> str:
    """The Python codec of the session's encoding now; raises StatementFailed for one that Python does not know."""
    try:
        return codec(wire.raw.info.encoding)
    except (psycopg.Error, LookupError) as error:
        if not wire.usable:
            return "utf-8"
        raise StatementFailed("this session's client_encoding is unknown; SET client_encoding = 'UTF8'") from error


def codec(name: str) -> str:
    """Python's name for the session's encoding; SQL_ASCII says nothing about what the bytes are."""
    return "utf-8" if codecs.lookup(name).name == "ascii" else name
