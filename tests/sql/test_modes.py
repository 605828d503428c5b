"""Modes through a script: what is set, restored, rolled back, or set to something that the text does not tell."""

from __future__ import annotations

import pickle

import psycopg
import pymysql
import pytest

from safesql.config.target import target_of
from safesql.sql import modes
from safesql.sql.dialect import Dialect, Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement

PG, MY, MARIA = DIALECTS["postgres"], DIALECTS["mysql"], DIALECTS["mariadb"]
READ = (Mode.ANSI_QUOTES, Mode.NO_BACKSLASH_ESCAPES, Mode.PIPES_AS_CONCAT, Mode.HIGH_NOT_PRECEDENCE, Mode.IGNORE_SPACE)

SQL_MODES = [
    "SET sql_mode = 'ANSI_QUOTES'",
    "set session SQL_MODE := 'ansi_quotes,no_backslash_escapes,,'",
    "SET @@sql_mode = ''",
    "SET @@session.sql_mode = ANSI",
    "SET LOCAL sql_mode = \"ORACLE\"",
    "SET `sql_mode` = 'MSSQL'",
    "SET @@`sql_mode` = 'ANSI_QUOTES'",
    "SET @@session.`sql_mode` = 'ANSI_QUOTES'",
    "SET sql_mode = 'TRADITIONAL', @x = 1",
    "SET @a = 1, sql_mode = 'MYSQL40'",
    "SET sql_mode = 0",
    "SET NAMES utf8mb4, sql_mode = 'DB2'",
    "SET GLOBAL max_join_size = @@global.max_join_size, SESSION sql_mode = 'ANSI'",
    "SET GLOBAL max_join_size = @@global.max_join_size, sql_mode = @@global.sql_mode",
    "SET STATEMENT sql_mode = 'ANSI' FOR SELECT 1",
    "SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')",
    "SET sql_mode = 'ANSI_QUOTES'; SET sql_mode = REPLACE(@@sql_mode, 'ANSI_QUOTES', '')",
    "SET sql_mode = (SELECT REPLACE(@@sql_mode, 'ONLY_FULL_GROUP_BY', ''))",
    "SET @o = @@sql_mode, sql_mode = 'ANSI'; SET sql_mode = @o",
    "SET sql_mode = 'ANSI', @o = 'x'; SET sql_mode = DEFAULT",
    "SET @m = 'ANSI_QUOTES'; SET sql_mode = @m",
    "/*!40101 SET @OLD=@@SQL_MODE, SQL_MODE='NO_BACKSLASH_ESCAPES' */; /*!40101 SET SQL_MODE=@OLD */",
    "SELECT 'SET sql_mode = 1'",
]


def _last(script: str, dialect: Dialect) -> Dialect:
    """How a statement behind a script would be read."""
    *_, last = split(script + ";select 1", dialect)
    assert isinstance(last, Statement)
    return last.dialect


@pytest.mark.parametrize("script", SQL_MODES)
def test_sql_mode_is_what_the_server_makes_of_it(script: str, mariadb_url: str) -> None:
    target = target_of(mariadb_url, {})
    with (
        pymysql.connect(host=target.host, port=target.port or 3306, user=target.user) as server,
        server.cursor() as cursor,
    ):
        cursor.execute("SET sql_mode = DEFAULT")
        for piece in split(script, MARIA):
            assert isinstance(piece, Statement)
            cursor.execute(piece.text)
        cursor.execute("SELECT @@sql_mode")
        ((actual,),) = cursor.fetchall()
    ours = _last(script, MARIA).modes
    assert not modes.unknown(_last(script, MARIA))
    assert {mode for mode in READ if mode in ours} == {mode for mode in READ if mode in modes.modes_of(actual)}


STRINGS = [
    "SET standard_conforming_strings = off",
    "SET SESSION standard_conforming_strings TO 'f'",
    "set \"standard_conforming_strings\" to 0",
    "SET LOCAL standard_conforming_strings = off",
    "BEGIN; SET LOCAL standard_conforming_strings = off",
    "BEGIN; SET LOCAL standard_conforming_strings = off; COMMIT",
    "BEGIN; SET standard_conforming_strings = off; COMMIT",
    "BEGIN; SET standard_conforming_strings = off; ROLLBACK",
    "START TRANSACTION; SET standard_conforming_strings = off; ABORT AND CHAIN; END",
    "SET standard_conforming_strings = off; RESET standard_conforming_strings",
    "SET standard_conforming_strings = off; RESET ALL",
    "SET standard_conforming_strings = off; DISCARD ALL",
    "SET standard_conforming_strings = off; SET standard_conforming_strings TO DEFAULT",
    "SELECT set_config('standard_conforming_strings', 'off', false)",
    "SELECT pg_catalog.set_config('standard_conforming_strings', 'off', true)",
    "BEGIN; SELECT set_config('standard_conforming_strings', 'off', true)",
    "SELECT pg_catalog.set_config('search_path', '', false)",
    "SELECT 'SET standard_conforming_strings = off'",
]


@pytest.mark.parametrize("script", STRINGS)
def test_standard_conforming_strings_are_what_the_server_makes_of_them(script: str, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as server:
        for piece in split(script, PG):
            assert isinstance(piece, Statement)
            server.execute(piece.text.encode())
        actual = server.info.parameter_status("standard_conforming_strings")
    assert not modes.unknown(_last(script, PG))
    assert (Mode.STANDARD_STRINGS in _last(script, PG).modes) == (actual == "on")


UNKNOWN = [
    (MARIA, "SET sql_mode = @never_set"),
    (MARIA, "SET sql_mode = 4"),
    (MARIA, "SET sql_mode = 'ANSI_QUOTES, ANSI'"),
    (MARIA, "SET sql_mode = 'NO_SUCH_MODE'"),
    (MARIA, "SET sql_mode = (SELECT m FROM settings)"),
    (MARIA, "SET @o = @@sql_mode; SELECT 'ANSI' INTO @o; SET sql_mode = @o"),
    (MARIA, "SET @o = @@sql_mode; CALL p(@o); SET sql_mode = @o"),
    (MARIA, "/*!99999 SET sql_mode = 'ANSI_QUOTES' */"),
    (MARIA, "/*M!100100 SET sql_mode = 'ANSI_QUOTES' */"),
    (MY, "SET GLOBAL max_join_size = 1, sql_mode = 'ANSI'"),
    (PG, "SET standard_conforming_strings = on, off"),
    (PG, "SELECT set_config('standard_conforming_strings', v, false) FROM settings"),
    (PG, "SELECT set_config(k, v, false) FROM settings"),
    (PG, "UPDATE pg_settings SET setting = 'off' WHERE name = 'standard_conforming_strings'"),
    (PG, "DO $$ begin set standard_conforming_strings = off; end $$"),
    (PG, "BEGIN; SAVEPOINT s; SET standard_conforming_strings = off; ROLLBACK TO s"),
]


@pytest.mark.parametrize(("dialect", "script"), UNKNOWN)
def test_what_the_text_does_not_tell_is_unknown(dialect: Dialect, script: str) -> None:
    assert modes.unknown(_last(script, dialect))


@pytest.mark.parametrize(("dialect", "text"), [(MARIA, "select 'a\\''"), (MARIA, 'select "a"'), (MARIA, "select a || b"), (PG, "select 'a\\b'")])
def test_a_statement_that_unknown_modes_could_change_is_never_sent(dialect: Dialect, text: str) -> None:
    setting = "SET sql_mode = @x" if dialect is MARIA else "SET standard_conforming_strings = a, b"
    _, doubtful, plain = split(f"{setting};{text};select 'a';", dialect)
    assert isinstance(doubtful, Statement)
    assert isinstance(plain, Statement)
    assert doubtful.problem
    assert not plain.problem


def test_one_statement_alone_tells_the_dialect_after_it() -> None:
    assert modes.after(Statement("SET sql_mode = 'ANSI_QUOTES'", MARIA)).modes == {Mode.ANSI_QUOTES}
    assert modes.after(Statement("SELECT 1", MARIA)) is MARIA


def test_a_statement_keeps_its_tokens_and_travels() -> None:
    statement = Statement("select 'a' -- b", PG)
    assert [token.text for token in statement.tokens] == ["select", "'a'"]
    assert statement.tokens is statement.tokens
    assert hash(statement) == hash(Statement("select 'a' -- b", PG))
    assert pickle.loads(pickle.dumps(statement)) == statement
