"""Text that is no UTF-8 comes back byte for byte in PostgreSQL's databases of other encodings, and of none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from uuid import uuid4

import psycopg
import pytest

from safesql.target import Target
from tests.engine.undo_rig import asked_of, copied, run, session_to, set_up, undo

ENCODINGS = {"SQL_ASCII": bytes(range(1, 256)), "LATIN1": bytes(range(1, 256)), "EUC_JP": b"aZ\\'\"{,"}
SCHEMA = "CREATE TABLE t (id int PRIMARY KEY, a text, b text[], c json, d varchar(9), e char(9), f tsvector)"
CHANGES = ("DELETE FROM t WHERE id > 3", "UPDATE t SET a = 'x', b = NULL, c = '1', d = '', e = NULL, f = NULL WHERE id < 15")


@pytest.fixture(params=list(ENCODINGS))
def encoded(request: pytest.FixtureRequest, postgres_server: Target) -> Iterator[tuple[Target, str]]:
    """An empty database of an encoding."""
    name, encoding = f"safesql_{uuid4().hex}", str(request.param)
    server = postgres_server
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database, autocommit=True) as admin:
        made = f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        admin.execute(made.encode())
        yield replace(server, database=name), encoding
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_what_is_no_utf8_comes_back_byte_for_byte(encoded: tuple[Target, str], tmp_path: Path) -> None:
    target, encoding = encoded
    r = Random(encoding)
    session = session_to(target, tmp_path)
    with closing(session.connection):
        set_up(session, SCHEMA)
        for number in range(20):
            digits = bytes(r.choice(ENCODINGS[encoding]) for _ in range(6)).hex()
            made = f"convert_from('\\x{digits}'::bytea, '{encoding}')"
            word = f"array_to_tsvector(ARRAY[{made}])"
            set_up(session, f"INSERT INTO t VALUES ({number}, {made}, ARRAY[{made}, NULL], to_json({made}), {made}, {made}, {word})")
        before = copied(target, "t")
        for change in CHANGES:
            run(session, change)
            assert copied(target, "t") != before
            undo(session)
            assert copied(target, "t") == before
        assert not any("no undo" in message for message in asked_of(session))
