"""Values of every type come back exactly, deleted and updated, compared as the servers themselves print them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from safesql.engine.session import Session
from safesql.rewrite.probe import Probe
from safesql.target import Target
from tests.engine.undo_rig import asked_of, run, session_to, set_up, undo

POSTGRES = {
    "smallint": ["-32768"], "bigint": ["9223372036854775807"], "numeric": ["'NaN'", "'-Infinity'", "1.500", "1e-20"],
    "numeric(10,3)": ["1.5"], "real": ["'-0'", "0.1", "'NaN'", "'Infinity'", "1e-45"],
    "double precision": ["'-0'", "0.1", "5e-324", "'NaN'", "'-Infinity'"], "money": ["12.34"], "boolean": ["true"],
    "text": ["''", r"E'a\\b''c\n\t\x07'", "'\u202eé€😀'", "'\\N'"], "varchar(5)": ["'ab  '"], "char(5)": ["'ab'"], '"char"': ["'x'"],
    "name": ["'n'"], "bytea": [r"'\x00ff5c27'", "''"], "date": ["'infinity'", "'0044-03-15 BC'", "'5874897-12-31'"],
    "time": ["'24:00'", "'23:59:59.999999'"], "timetz": ["'12:00+05:30'"], "timestamp": ["'-infinity'", "'294276-12-31 23:59:59.999999'"],
    "timestamptz": ["'infinity'", "'2024-10-27 00:30:00+00'", "'2024-10-27 01:30:00+00'", "'0044-03-15 12:00 BC'", "'1880-01-01'"],
    "interval": ["'-1 year 2 mons -3 days 04:05:06.789'", "'1 day -1 second'"], "bit(5)": ["B'10101'"], "varbit": ["B''", "B'101'"],
    "uuid": ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"], "inet": ["'10.0.0.1/8'"], "cidr": ["'10.0.0.0/8'"], "macaddr": ["'08:00:2b:01:02:03'"],
    "macaddr8": ["'08:00:2b:01:02:03:04:05'"], "json": ["""'{"b":1,  "a":"x", "a":2}'"""], "jsonb": ["""'{"b":1.50,"a":"\\u00e9"}'"""],
    "xml": ["'<a b=\"c\">d</a>'"], "int[]": ["'[2:3]={1,NULL}'", "'{}'", "'{{1,2},{3,4}}'"], "text[]": ["ARRAY['a,b','\"q\"','\\',NULL,'NULL','']"],
    "int4range": ["'[1,5)'", "'empty'", "'(,)'"], "tstzrange": ["'[2024-01-01,infinity)'"], "int4multirange": ["'{[1,3),[5,8)}'"],
    "point": ["'(1.1,-0)'"], "line": ["'{1,2,3}'"], "box": ["'(1,1),(0,0)'"], "path": ["'[(0,0),(1,1)]'"], "polygon": ["'((0,0),(1,1),(1,0))'"],
    "circle": ["'<(0,0),1.5>'"], "tsvector": ["'a:1A b:2'"], "tsquery": ["'a & !b'"], "pg_lsn": ["'16/B374D848'"], "oid": ["4294967295"],
    "regclass": ["'pg_class'"], "mood": ["'so''so'"], "pair": ["ROW(1, 'a,\"b')::pair", "ROW(NULL, NULL)::pair"], "positive": ["5"], "pair[]": ["ARRAY[ROW(1,'x')::pair]"],
}  # fmt: skip
MARIADB = {
    "bigint unsigned": ["18446744073709551615"], "tinyint(1)": ["-128"], "decimal(65,30)": ["1.5"], "float": ["0.333333333", "1e38", "-0.0", "16777217"],
    "double": ["0.1", "5e-324", "1.7976931348623157e308"], "bit(64)": ["b'1'", "0xFFFFFFFFFFFFFFFF"], "date": ["'0000-00-00'", "'9999-12-31'"],
    "datetime(6)": ["'0000-00-00 00:00:00'", "'1000-01-01 00:00:00.000001'"], "time(6)": ["'-838:59:59'", "'00:00:00.000001'"], "year": ["1901", "0"],
    "timestamp(6) NULL": ["'0000-00-00 00:00:00'", "FROM_UNIXTIME(1729989000)", "FROM_UNIXTIME(1729992600.123456)"], "char(5)": ["'ab'"],
    "varchar(20)": ["''", "'a''b\\\\c'", "'é€😀'", "'nul\\0'", "X'0A0D09'"], "varchar(9) CHARACTER SET latin1": ["_latin1 X'E9FF80'", "'a'"],
    "varchar(9) CHARACTER SET cp932": ["_cp932 X'815C'"], "text CHARACTER SET utf16": ["'é'"], "binary(3)": ["'a'"], "varbinary(9)": ["X'00FF27'", "''"],
    "blob": ["X'00FF5C27'", "''"], "longtext": ["REPEAT('x', 70000)"], "enum('a','b''c')": ["'b''c'", "''"], "set('x','y','z')": ["'x,z'", "''"],
    "json": ["""'{"b":1,  "a":"x"}'"""], "inet6": ["'::1'"], "uuid": ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
    "point": ["ST_GeomFromText('POINT(1.5 -2)')"], "geometry": ["ST_GeomFromText('LINESTRING(0 0,1 1)', 4326)"],
}  # fmt: skip
SQLITE = [
    "NULL", "0", "-9223372036854775808", "9223372036854775807", "0.1", "-0.0", "9e999", "-9e999", "5e-324", "1.7976931348623157e308",
    "''", "'a''b'", "'é€😀'", "'NULL'", "'5'", "X''", "X'00FF'", "CAST(X'610062' AS TEXT)", "CAST(X'FFFE' AS TEXT)", "char(10) || char(27)",
]  # fmt: skip


@pytest.fixture
def session(target: Target, tmp_path: Path) -> Iterator[Session]:
    opened = session_to(target, tmp_path)
    yield opened
    opened.connection.close()


def test_values_of_every_type_come_back_exactly(session: Session) -> None:
    make, exact = {"postgres": _postgres, "mariadb": _mariadb, "sqlite": _sqlite}[session.connection.dialect.name]()
    set_up(session, make)
    before = _printed(session, exact)
    for change in ("DELETE FROM t WHERE id > 0", "UPDATE t SET " + _emptied(session) + " WHERE id > 0"):
        run(session, change)
        assert _printed(session, exact) != before
        undo(session)
        assert _printed(session, exact) == before
    assert not any("no undo" in message for message in asked_of(session))


def _postgres() -> tuple[str, str]:
    columns = ", ".join(f'"c {number}" {kind}' for number, kind in enumerate(POSTGRES))
    most = max(map(len, POSTGRES.values()))
    rows = [", ".join(values[at] if at < len(values) else "NULL" for values in POSTGRES.values()) for at in range(most)]
    inserts = "; ".join(f"INSERT INTO t VALUES (DEFAULT, {row})" for row in rows)
    make = (
        "CREATE TYPE mood AS ENUM ('so''so'); CREATE TYPE pair AS (a int, b text); CREATE DOMAIN positive AS int CHECK (VALUE > 0); "
        f"CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {columns}, twice int GENERATED ALWAYS AS (id * 2) STORED); {inserts}"
    )
    return make, "SELECT t::text, ctid IS NULL FROM t ORDER BY id"


def _mariadb() -> tuple[str, str]:
    columns = ", ".join(f"`c {number}` {kind}" for number, kind in enumerate(MARIADB))
    most = max(map(len, MARIADB.values()))
    rows = [", ".join(values[at] if at < len(values) else "NULL" for values in MARIADB.values()) for at in range(most)]
    names = ", ".join(f"`c {number}`" for number in range(len(MARIADB)))
    inserts = "; ".join(f"INSERT INTO t ({names}) VALUES ({row})" for row in rows)
    make = (
        "SET SESSION sql_mode = '', time_zone = '+00:00'; "
        f"CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, {columns}, n int DEFAULT 4, twice int AS (n * 2) PERSISTENT) CHARACTER SET utf8mb4; {inserts}"
    )
    floats = [number for number, kind in enumerate(MARIADB) if kind == "float"]
    numbers = [number for number, kind in enumerate(MARIADB) if kind.startswith(("enum", "set", "bit"))]
    exact = ", ".join(
        f"CAST(`c {number}` AS DOUBLE)" if number in floats else f"`c {number}` + 0" if number in numbers else f"HEX(`c {number}`)"
        for number in range(len(MARIADB))
    )
    return make, f"SELECT id, twice, {exact} FROM t ORDER BY id"


def _sqlite() -> tuple[str, str]:
    inserts = "; ".join(f"INSERT INTO t (a, b, i) VALUES ({value}, {value}, {value})" for value in SQLITE)
    make = f"CREATE TABLE t (id integer PRIMARY KEY, a, b text, i integer, twice AS (id * 2) STORED); {inserts}"
    return make, "SELECT id, twice, typeof(a), hex(a), a, typeof(b), hex(b), b, typeof(i), hex(i), i FROM t ORDER BY id"


def _emptied(session: Session) -> str:
    if session.connection.dialect.name == "sqlite":
        return "a = 'x', b = 1.5, i = X'01'"
    quote = "`" if session.connection.dialect.name == "mariadb" else '"'
    count = len(MARIADB if quote == "`" else POSTGRES)
    return ", ".join(f"{quote}c {number}{quote} = NULL" for number in range(count))


def _printed(session: Session, exact: str) -> list[str]:
    return [repr(row) for row in session.connection.query(Probe(exact, "exactly")).rows()]
