"""insert: statements that put the same values back, run on the servers they are written for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing

import psycopg
import pymysql
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.formats import Layout
from safesql.formats.visible import harmless
from safesql.result import Cell, Column, Row, Shape
from safesql.sql.dialects import DIALECTS
from safesql.target import Target

Rendered = Callable[..., str]

COLUMNS = (
    Column("id", "integer", Shape.NUMBER), Column('odd "`name', "text"), Column("data", "blob", Shape.BINARY),
    Column("exact", "numeric", Shape.NUMBER), Column("doc", "json", Shape.JSON),
)
HOSTILE = (
    "", "'", "''", "\\", "\\'", "'; drop table t; --", "a\\\nb", "\x1b[2J", "\u202e", "tab\tfeed\nreturn\r", "%s %",
    "NULL", "日本 😀 \u200d", "e\u0301", "\x7f\x80\x9b", "-- x", "/* ", "$$", "\\x41", "\\u0041", "U&'\\0041'", "\x01\x02'\\",
)
VALID = st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")
TEXT = st.sampled_from(HOSTILE) | st.text(VALID, max_size=9)
ROW = st.tuples(
    st.none() | TEXT, st.none() | st.binary(max_size=9),
    st.none() | st.decimals(-10**12, 10**12, places=4, allow_nan=False).map(str), st.none() | TEXT,
)


def inserts(rendered: Rendered, rows: Sequence[Row], dialect: str) -> list[str]:
    """One statement for each row; each ends its last line, so that it can be told from line feeds in values."""
    layout = Layout(table="t", dialect=DIALECTS[dialect], raw=True)
    return [rendered("insert", COLUMNS, [row], layout) for row in rows]


def numbered(rows: list[Row]) -> list[Row]:
    return [(str(number), *row) for number, row in enumerate(rows)]


@given(st.lists(ROW, max_size=6))
def test_sqlite_takes_back_the_same_values(rendered: Rendered, rows: list[Row]) -> None:
    with closing(sqlite3.connect(":memory:")) as server:
        server.execute('CREATE TABLE t (id INTEGER, "odd ""`name" TEXT, data BLOB, exact TEXT, doc TEXT)')
        for statement in inserts(rendered, numbered(rows), "sqlite"):
            server.executescript(statement)
        back = server.execute("SELECT * FROM t ORDER BY id").fetchall()
    assert [(text, data, doc) for _, text, data, _, doc in back] == [(text, data, doc) for text, data, _, doc in rows]


def test_sqlite_takes_back_nul_and_what_is_not_finite(rendered: Rendered) -> None:
    columns = ("a", "b", "c", Column("d", "", Shape.NUMBER))
    rows = [("x\0y", float("inf"), float("-inf"), 1.5)]
    with closing(sqlite3.connect(":memory:")) as server:
        server.execute("CREATE TABLE result (a, b, c, d)")
        server.executescript(rendered("insert", columns, rows, Layout(dialect=DIALECTS["sqlite"])))
        assert server.execute("SELECT * FROM result").fetchall() == rows


@pytest.mark.parametrize("standard", ["on", "off"])
def test_postgresql_takes_back_the_same_values(rendered: Rendered, postgres_target: Target, standard: str) -> None:
    with closing(psycopg.connect(host=postgres_target.host, port=postgres_target.port, user=postgres_target.user,
                                 dbname=postgres_target.database, autocommit=True)) as server:
        server.execute(f"SET standard_conforming_strings = {standard}".encode())
        server.execute(b'CREATE TABLE t (id int, "odd ""`name" text, data bytea, exact numeric, doc text)')

        @settings(max_examples=40, deadline=None)
        @given(st.lists(ROW, max_size=6))
        def holds(rows: list[Row]) -> None:
            server.execute(b"TRUNCATE t")
            for statement in inserts(rendered, numbered(rows), "postgres"):
                server.execute(statement.encode())
            back = server.execute(b'SELECT "odd ""`name", data, exact::text, doc FROM t ORDER BY id').fetchall()
            assert back == [(text, data, _as_numeric(exact), doc) for text, data, exact, doc in rows]

        holds()


@pytest.mark.parametrize("mode", ["", "NO_BACKSLASH_ESCAPES", "STRICT_ALL_TABLES"])
def test_mariadb_takes_back_the_same_values(rendered: Rendered, mariadb_target: Target, mode: str) -> None:
    with closing(pymysql.connect(host=mariadb_target.host, port=mariadb_target.port or 3306, user=mariadb_target.user,
                                 database=mariadb_target.database, charset="utf8mb4", sql_mode=mode,
                                 autocommit=True)) as server:
        cursor = server.cursor()
        cursor.execute('CREATE TABLE t (id int, `odd "``name` text, data blob, exact decimal(30, 4), doc text)')

        @settings(max_examples=40, deadline=None)
        @given(st.lists(ROW, max_size=6))
        def holds(rows: list[Row]) -> None:
            cursor.execute("TRUNCATE t")
            for statement in inserts(rendered, numbered(rows), "mariadb"):
                cursor.execute(statement)
            cursor.execute('SELECT `odd "``name`, data, CAST(exact AS char), doc FROM t ORDER BY id')
            back = list(cursor.fetchall())
            assert back == [(text, data, _as_numeric(exact), doc) for text, data, exact, doc in rows]

        holds()


def _as_numeric(exact: Cell) -> Cell:
    """A server knows no negative zero."""
    return exact if exact is None or str(exact).strip("-0.") else "0.0000"


@pytest.mark.parametrize(
    ("dialect", "statement"),
    [
        ("postgres", """INSERT INTO "my ""table" ("a", "b") VALUES (-1.50, TRUE);\n"""),
        ("mysql", """INSERT INTO `my "table` (`a`, `b`) VALUES (-1.50, TRUE);\n"""),
        ("sqlite", """INSERT INTO "my ""table" ("a", "b") VALUES (-1.50, TRUE);\n"""),
    ],
)
def test_names_are_quoted_and_numbers_and_truth_are_bare(rendered: Rendered, dialect: str, statement: str) -> None:
    columns = (Column("a", "", Shape.NUMBER), Column("b", "", Shape.BOOLEAN))
    layout = Layout(table='my "table', dialect=DIALECTS[dialect])
    assert rendered("insert", columns, [("-1.50", "t")], layout) == statement


@pytest.mark.parametrize(
    ("cell", "shape", "literal"),
    [
        ("NaN", Shape.NUMBER, "'NaN'"), ("$1,000.00", Shape.NUMBER, "'$1,000.00'"), ("42", Shape.TEXT, "'42'"),
        (42, Shape.TEXT, "42"), ("1", Shape.JSON, "'1'"), ("f", Shape.BOOLEAN, "FALSE"), ("f", Shape.TEXT, "'f'"),
        (None, Shape.NUMBER, "NULL"), (b"", Shape.BINARY, "decode('', 'hex')"), ("\udce9", Shape.TEXT, r"E'\xe9'"),
        ("007", Shape.NUMBER, "'007'"), ("\u202e'", Shape.TEXT, r"E'\u202e'''"),
    ],
)
def test_a_literal_is_what_the_server_sent(rendered: Rendered, cell: object, shape: Shape, literal: str) -> None:
    text = rendered("insert", [Column("a", "", shape)], [(cell,)])
    assert text == f'INSERT INTO "result" ("a") VALUES ({literal});\n'


def test_bytes_that_are_no_text_stay_themselves_for_mysql(rendered: Rendered) -> None:
    text = rendered("insert", ["a"], [("caf\udce9",)], Layout(dialect=DIALECTS["mysql"]))
    assert text == "INSERT INTO `result` (`a`) VALUES (X'636166e9');\n"


@pytest.mark.parametrize("dialect", DIALECTS)
@given(st.text(st.characters(), max_size=5))
def test_any_text_at_all_becomes_a_harmless_statement(rendered: Rendered, dialect: str, text: str) -> None:
    statement = rendered("insert", ("a",), [(text,)], Layout(dialect=DIALECTS[dialect]))
    assert statement.encode("utf-8")
    assert harmless(statement.replace("\n", "").replace("\t", ""))
