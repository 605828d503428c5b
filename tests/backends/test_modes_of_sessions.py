"""How a session reads text is known before the next statement is cut, whatever changed it, at no cost to the others."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.backends.mysql.modes import with_sql_mode
from safesql.backends.mysql.session import MysqlConnection
from safesql.backends.postgres.session import PostgresConnection
from safesql.errors import StatementFailed
from safesql.guard.action import Action
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.rules import RULES
from safesql.guard.verdict import Clearance
from safesql.result import Result
from safesql.sql.dialect import Mode
from safesql.sql.statement import Statement
from safesql.target import Target

EVERYTHING = Policy(actions={rule.name: Action.ALLOW for rule in RULES})


def _run(connection: Connection, text: str, *, read: bool = True) -> None:
    """As the road sends it; ``read`` says whether somebody reads the result to its end."""
    result: Result | None = connection.execute(Clearance(judge(Statement(text, connection.dialect), EVERYTHING)))
    while read and result is not None:
        for _ in result:
            pass
        result.summary()
        result = result.following()


@pytest.fixture
def mariadb(mariadb_target: Target) -> Iterator[MysqlConnection]:
    opened = connect(mariadb_target)
    assert isinstance(opened, MysqlConnection)
    for text in (
        "CREATE TABLE t (a int)",
        "CREATE PROCEDURE quotes() SET SESSION sql_mode = 'ANSI_QUOTES'",
        "CREATE PROCEDURE backslashes() EXECUTE IMMEDIATE 'SET SESSION sql_mode = ''NO_BACKSLASH_ESCAPES'''",
        "CREATE PROCEDURE rows_too() BEGIN SET SESSION sql_mode = 'ANSI_QUOTES'; SELECT 1; SELECT 2; END",
        "CREATE FUNCTION quoting() RETURNS int BEGIN SET SESSION sql_mode = 'ANSI_QUOTES'; RETURN 1; END",
        "CREATE FUNCTION other() RETURNS int BEGIN SET SESSION unique_checks = 0; RETURN 1; END",
        "CREATE FUNCTION deaf() RETURNS int BEGIN SET SESSION session_track_system_variables = ''; RETURN 1; END",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET SESSION sql_mode = 'ANSI_QUOTES'",
    ):
        _run(opened, text)
    yield opened
    opened.close()


MARIADB = (
    ("SET sql_mode = 'ANSI_QUOTES'",),
    ("SET @@sql_mode = 'ORACLE'",),
    ("SET @@session.`sql_mode` = 'ANSI'",),
    ("/*!50000 SET sql_mode = 'NO_BACKSLASH_ESCAPES' */",),
    ("SET /*!40101 sql_mode = 'ANSI_QUOTES', */ @x = 1",),
    ("SET /*M!100100 sql_mode = 'ANSI_QUOTES' */",),
    ("EXECUTE IMMEDIATE 'SET sql_mode = ''ANSI_QUOTES'''",),
    ("PREPARE p FROM 'SET sql_mode = ANSI_QUOTES'", "EXECUTE p"),
    ("SET @m = CONCAT('ANSI', '_QUOTES')", "SET sql_mode = @m"),
    ("SET STATEMENT sql_mode = 'ANSI_QUOTES' FOR SELECT 1",),
    ("SET GLOBAL sql_mode = @@global.sql_mode",),
    ("SET sql_mode = 'ANSI_QUOTES'", "SET sql_mode = DEFAULT"),
    ("SET sql_mode = 'ANSI_QUOTES'", "SET sql_mode = @@global.sql_mode"),
    ("CALL quotes()",),
    ("CALL backslashes()",),
    ("CALL rows_too()",),
    ("SELECT quoting()",),
    ("INSERT INTO t VALUES (1)",),
    ("BEGIN NOT ATOMIC SET sql_mode = 'ANSI_QUOTES'; END",),
    ("SELECT other()", "SET @@sql_mode = 'ANSI_QUOTES'"),
    ("SELECT other()", "SET NAMES utf8mb4, sql_mode = 'NO_BACKSLASH_ESCAPES'"),
    ("SELECT deaf()", "SET sql_mode = 'ANSI_QUOTES'"),
    ("SET session_track_system_variables = ''", "SET sql_mode = 'ANSI_QUOTES'"),
    ("SET session_track_system_variables = ''", "PREPARE p FROM 'SET sql_mode = ''ANSI_QUOTES'''", "EXECUTE p"),
    ("START TRANSACTION", "SET sql_mode = 'ANSI_QUOTES'", "ROLLBACK"),
    ("SET @old = @@sql_mode, sql_mode = 'ANSI_QUOTES'", "SET sql_mode = @old"),
    ("SELECT @@sql_mode INTO @old", "SET sql_mode = 'ANSI'", "SET sql_mode = @old"),
)  # fmt: skip


def _asked(connection: MysqlConnection) -> frozenset[Mode]:
    """As the server says it now."""
    return with_sql_mode(connection.dialect, str(connection.ask_all("SELECT @@sql_mode")[0][0])).modes


@pytest.mark.parametrize("texts", MARIADB, ids="; ".join)
def test_sql_mode_is_known_after_each_statement(mariadb: MysqlConnection, texts: tuple[str, ...]) -> None:
    for text in texts:
        _run(mariadb, text)
        known = mariadb.dialect.modes
        assert known == _asked(mariadb), text


def test_sql_mode_is_known_when_nobody_reads_the_result_to_its_end(mariadb: MysqlConnection) -> None:
    _run(mariadb, "CALL rows_too()", read=False)
    _run(mariadb, "SELECT other()", read=False)
    _run(mariadb, "SET @@sql_mode = 'ANSI_QUOTES'")
    assert mariadb.dialect.has(Mode.ANSI_QUOTES)


def test_sql_mode_is_known_after_a_statement_that_failed(mariadb: MysqlConnection) -> None:
    _run(mariadb, "SET session_track_system_variables = ''")
    for text in ("SET sql_mode = 'ANSI_QUOTES', nonsense = 1", "SET sql_mode = 'nonsense'", "CALL nowhere()"):
        with pytest.raises(StatementFailed):
            _run(mariadb, text)
        assert mariadb.dialect.modes == _asked(mariadb), text


def _questions(connection: MysqlConnection) -> int:
    """Statements that this session has sent."""
    return int(str(connection.ask_all("SHOW SESSION STATUS LIKE 'Questions'")[0][1]))


@pytest.mark.parametrize(("text", "asked"), [
    ("SELECT 1", 0), ("INSERT INTO t VALUES (1)", 0), ("UPDATE t SET a = 2 WHERE a = 1", 0), ("SELECT quoting()", 1),
    ("SET @x = 1", 0), ("START TRANSACTION", 0), ("COMMIT", 0), ("CREATE TABLE u (a int)", 0), ("SHOW TABLES", 0),
    ("SET sql_mode = 'ANSI'", 1), ("CALL quotes()", 1), ("USE mysql", 0), ("PREPARE p FROM 'SELECT 1'", 0),
])  # fmt: skip
def test_only_what_may_set_modes_costs_another_question(mariadb: MysqlConnection, text: str, asked: int) -> None:
    before = _questions(mariadb)
    _run(mariadb, text)
    assert _questions(mariadb) - before - 2 == asked


@pytest.fixture
def postgres(postgres_target: Target) -> Iterator[PostgresConnection]:
    opened = connect(postgres_target)
    assert isinstance(opened, PostgresConnection)
    for text in (
        "CREATE FUNCTION quiet() RETURNS text LANGUAGE sql SET standard_conforming_strings = off AS 'SELECT 1::text'",
        "CREATE FUNCTION lasting() RETURNS text LANGUAGE sql AS "
        "$$ SELECT set_config('standard_conforming_strings', 'off', false) $$",
        "CREATE PROCEDURE sets() LANGUAGE plpgsql AS $$ BEGIN SET standard_conforming_strings = off; END $$",
    ):
        _run(opened, text)
    yield opened
    opened.close()


OFF = "SET standard_conforming_strings = off"
POSTGRES = (
    (OFF,),
    (OFF, "SET standard_conforming_strings TO DEFAULT"),
    (OFF, "RESET standard_conforming_strings"),
    (OFF, "RESET ALL"),
    (OFF, "DISCARD ALL"),
    ("BEGIN", OFF, "ROLLBACK"),
    ("BEGIN", OFF, "COMMIT"),
    ("BEGIN", "SET LOCAL standard_conforming_strings = off", "COMMIT"),
    ("BEGIN", "SAVEPOINT a", OFF, "ROLLBACK TO a", "COMMIT"),
    ("SELECT set_config('standard_conforming_strings', 'off', false)",),
    ("SELECT set_config('standard_' || 'conforming_strings', 'off', false)",),
    ("SELECT set_config('standard_conforming_strings', 'off', true)",),
    ("DO $$ BEGIN PERFORM set_config('standard_conforming_strings', 'off', false); END $$",),
    ("DO $$ BEGIN EXECUTE 'SET standard_conforming_' || 'strings = off'; END $$",),
    ("UPDATE pg_settings SET setting = 'off' WHERE name = 'standard_conforming_strings'",),
    ("SELECT quiet()",),
    ("SELECT lasting()",),
    ("CALL sets()",),
    ("PREPARE p AS SELECT lasting()", "EXECUTE p"),
    ("EXPLAIN ANALYZE SELECT lasting()",),
)  # fmt: skip


@pytest.mark.parametrize("texts", POSTGRES, ids="; ".join)
def test_standard_conforming_strings_is_known_after_each_statement(
    postgres: PostgresConnection, texts: tuple[str, ...]
) -> None:
    for text in texts:
        _run(postgres, text)
        known = postgres.dialect.has(Mode.STANDARD_STRINGS)
        assert known == (postgres.ask("SHOW standard_conforming_strings")[0] == "on"), text


def test_what_a_role_or_a_database_brings_is_known_from_the_first_statement_on(postgres_target: Target) -> None:
    where = {"host": postgres_target.host, "port": postgres_target.port, "user": postgres_target.user}
    with psycopg.connect(**where, dbname=postgres_target.database, autocommit=True) as admin:  # type: ignore[arg-type]
        admin.execute(f"ALTER DATABASE {postgres_target.database} SET standard_conforming_strings = off".encode())
    opened = connect(postgres_target)
    assert not opened.dialect.has(Mode.STANDARD_STRINGS)
    _run(opened, "SET standard_conforming_strings = on")
    assert opened.dialect.has(Mode.STANDARD_STRINGS)
    _run(opened, "DISCARD ALL")
    assert not opened.dialect.has(Mode.STANDARD_STRINGS)
    opened.close()
