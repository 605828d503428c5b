"""Which statements end a transaction, as the servers do it: begin, insert, the statement, rollback; is the row there?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from uuid import uuid4

import psycopg
import pymysql
import pytest

from safesql.guard.analysis import effect_of
from safesql.guard.segments import Bond, bond
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.target import Target

COMMIT = frozenset({Bond.BREAKS, Bond.OPENS, Bond.COMMITS})

MARIADB = """
CREATE TABLE x1 (a int)
CREATE OR REPLACE TABLE x1 (a int)
CREATE TABLE x2 AS SELECT 1 AS a
CREATE TABLE x3 LIKE i
ALTER TABLE i ADD COLUMN c int
ALTER TABLE i DISABLE KEYS
ALTER TABLE i RENAME TO i2
ALTER TABLE nothing ADD c int
DROP TABLE i
DROP TABLE nothing
DROP TABLE IF EXISTS nothing
RENAME TABLE i TO i3
TRUNCATE TABLE i
CREATE INDEX ix ON i (b)
DROP INDEX a ON t
ALTER TABLE y3 ADD b int
CREATE INDEX ix ON y3 (a)
DROP INDEX a ON y3
CREATE VIEW v AS SELECT 1
ALTER VIEW made AS SELECT 2
DROP VIEW made
CREATE PROCEDURE p1() SELECT 1
ALTER PROCEDURE pn COMMENT 'x'
DROP PROCEDURE pn
CREATE FUNCTION f1() RETURNS int DETERMINISTIC RETURN 1
DROP FUNCTION IF EXISTS f1
CREATE TRIGGER g1 BEFORE INSERT ON i FOR EACH ROW SET @q = 1
DROP TRIGGER IF EXISTS g1
CREATE EVENT e1 ON SCHEDULE EVERY 1 YEAR DO SELECT 1
ALTER EVENT made_event DISABLE
DROP EVENT made_event
CREATE DATABASE {name}_2
ALTER DATABASE {name} CHARACTER SET utf8mb4
DROP DATABASE IF EXISTS {name}_2
CREATE SEQUENCE s1
ALTER SEQUENCE s2 MINVALUE 1
DROP SEQUENCE s2
CREATE USER {name}
ALTER USER {name}_u IDENTIFIED BY 'x'
RENAME USER {name}_u TO {name}_v
GRANT SELECT ON i TO {name}_u
REVOKE SELECT ON t FROM {name}_u
SET PASSWORD FOR {name}_u = PASSWORD('y')
SET DEFAULT ROLE NONE
DROP USER {name}_u
CREATE ROLE {name}_r
DROP ROLE IF EXISTS {name}_r
CREATE SERVER {name} FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'x')
DROP SERVER IF EXISTS {name}
ANALYZE TABLE i
CHECK TABLE i
OPTIMIZE TABLE t
REPAIR TABLE t
CHECKSUM TABLE t
FLUSH STATUS
FLUSH TABLES t
FLUSH PRIVILEGES
RESET QUERY CACHE
LOAD INDEX INTO CACHE t
LOCK TABLES w WRITE
BEGIN
START TRANSACTION
START TRANSACTION READ ONLY
COMMIT
COMMIT AND CHAIN
SET autocommit = 0
SAVEPOINT a
SET TRANSACTION ISOLATION LEVEL READ COMMITTED
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED
CREATE TEMPORARY TABLE y1 (a int)
CREATE TEMPORARY TABLE y2 AS SELECT 1 AS a
DROP TEMPORARY TABLE y3
PREPARE q FROM 'SELECT 1'
EXECUTE IMMEDIATE 'CREATE TABLE x9 (a int)'
EXECUTE IMMEDIATE 'SELECT 1'
HANDLER i OPEN
DO 1
SET @x = 1
SET SESSION sql_mode = ''
SET STATEMENT max_statement_time = 10 FOR CREATE TABLE x9 (a int)
SET STATEMENT max_statement_time = 10 FOR SELECT 1
SHOW TABLES
EXPLAIN SELECT 1
ANALYZE SELECT 1
SELECT NEXT VALUE FOR s2
INSTALL SONAME 'nothing_such'
INSTALL PLUGIN nothing SONAME 'nothing_such'
UNINSTALL SONAME 'nothing_such'
USE {name}
XA RECOVER
BEGIN NOT ATOMIC SELECT 1; END
BEGIN NOT ATOMIC COMMIT; END
CREATE TABLE t (a int)
CREATE INDEX nope ON nothing (a)
INSERT INTO w SELECT 2
DELETE FROM t
SET ROLE NONE
"""
SOMETIMES = """
UNLOCK TABLES
SET autocommit = 1
CACHE INDEX t IN default
"""
"""Statements taken to commit that do not always: after LOCK TABLES, after SET autocommit = 0, on MySQL."""

POSTGRES = """
CREATE TABLE x (a int)
ALTER TABLE i ADD c int
DROP TABLE i
TRUNCATE i
CREATE INDEX ON i (b)
CREATE INDEX CONCURRENTLY ix2 ON i (b)
DROP INDEX ix
DROP INDEX CONCURRENTLY ix
REINDEX TABLE i
REINDEX TABLE CONCURRENTLY i
REINDEX (CONCURRENTLY) TABLE i
REINDEX SCHEMA public
REINDEX DATABASE {name}
VACUUM
VACUUM (ANALYZE) i
ANALYZE i
CLUSTER
CLUSTER VERBOSE
CLUSTER i
CREATE DATABASE {name}_2
DROP DATABASE {name}_2
ALTER DATABASE {name} SET TABLESPACE pg_default
ALTER DATABASE {name} SET work_mem = '4MB'
CREATE TABLESPACE {name} LOCATION '/nothing/such'
DROP TABLESPACE {name}
ALTER SYSTEM SET work_mem = '4MB'
REFRESH MATERIALIZED VIEW m
REFRESH MATERIALIZED VIEW CONCURRENTLY m
ALTER TYPE e ADD VALUE 'b'
ALTER TABLE p DETACH PARTITION p1
ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY
CREATE SUBSCRIPTION {name} CONNECTION 'dbname=nothing_such' PUBLICATION pub
DISCARD ALL
DISCARD TEMP
BEGIN
COMMIT
COMMIT AND CHAIN
END
ROLLBACK
ABORT
SAVEPOINT a
COMMIT PREPARED '{name}'
ROLLBACK PREPARED '{name}'
DO $$begin commit; end$$
DO $$begin null; end$$
CREATE TEMP TABLE y (a int)
LOCK TABLE i
SET search_path = public
SET TRANSACTION READ ONLY
SET CONSTRAINTS ALL DEFERRED
GRANT SELECT ON i TO PUBLIC
CREATE ROLE {name}
COMMENT ON TABLE i IS 'x'
NOTIFY b
PREPARE q AS SELECT 1
DECLARE k CURSOR WITH HOLD FOR SELECT 1
EXPLAIN ANALYZE INSERT INTO w VALUES (2)
CREATE TABLE x AS SELECT 1
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE SCHEMA z
"""
REFUSED = ("25001", "2D000")          # active_sql_transaction, invalid_transaction_termination


def _bond(dialect: str, text: str) -> Bond:
    """By its text alone."""
    statement = next(iter(split(f"{text};", DIALECTS[dialect])))
    assert isinstance(statement, Statement)
    return bond(effect_of(statement), statement)


@pytest.fixture(scope="module")
def mariadb(mariadb_server: Target) -> Iterator[tuple[Target, str]]:
    name = f"safesql_{uuid4().hex[:12]}"
    yield mariadb_server, name
    with closing(_mariadb(mariadb_server)) as server, server.cursor() as cursor:
        for text in (f"DROP DATABASE IF EXISTS {name}", f"DROP DATABASE IF EXISTS {name}_2", f"DROP SERVER IF EXISTS {name}",
                     f"DROP USER IF EXISTS {name}, {name}_u, {name}_v", f"DROP ROLE IF EXISTS {name}_r"):
            cursor.execute(text)


def _mariadb(target: Target) -> pymysql.connections.Connection[pymysql.cursors.Cursor]:
    return pymysql.connect(host=target.host, port=target.port or 3306, user=target.user, autocommit=True)


def _survives(target: Target, name: str, text: str) -> bool:
    """Whether a row that was inserted before is there after the statement and a ROLLBACK."""
    made = (
        f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}", f"USE {name}", "CREATE TABLE w (n int) ENGINE InnoDB",
        "CREATE TABLE t (a int, KEY (a)) ENGINE MyISAM", "CREATE TABLE i (a int PRIMARY KEY, b int) ENGINE InnoDB",
        "CREATE VIEW made AS SELECT 1", "CREATE PROCEDURE pn() SELECT 1", "CREATE SEQUENCE s2",
        "CREATE EVENT made_event ON SCHEDULE EVERY 1 YEAR DO SELECT 1", "CREATE TEMPORARY TABLE y3 (a int, KEY (a))",
        f"CREATE OR REPLACE USER {name}_u", f"GRANT SELECT ON t TO {name}_u", f"DROP USER IF EXISTS {name}_v", "SET autocommit = 1",
    )  # fmt: skip
    with closing(_mariadb(target)) as server, server.cursor() as cursor:
        for each in made:
            cursor.execute(each)
        cursor.execute("BEGIN")
        cursor.execute("INSERT INTO w VALUES (1)")
        with suppress(pymysql.Error):
            cursor.execute(text.format(name=name))
            cursor.fetchall()
        cursor.execute("ROLLBACK")
        cursor.execute("UNLOCK TABLES")
        cursor.execute("SELECT count(*) FROM w WHERE n = 1")
        row = cursor.fetchone()
        return bool(row and row[0])


@pytest.mark.parametrize("text", [line for line in MARIADB.splitlines() if line])
def test_mariadb_commits_exactly_what_the_list_says(
    mariadb: tuple[Target, str], text: str
) -> None:
    target, name = mariadb
    assert (_bond("mariadb", text.format(name=name)) in COMMIT) is _survives(target, name, text)


@pytest.mark.parametrize("text", [line for line in SOMETIMES.splitlines() if line])
def test_what_sometimes_commits_is_taken_to_commit(
    mariadb: tuple[Target, str], text: str
) -> None:
    target, name = mariadb
    assert _bond("mariadb", text) in COMMIT
    assert not _survives(target, name, text)


def test_a_procedure_of_mariadb_may_commit(
    mariadb: tuple[Target, str],
) -> None:
    target, name = mariadb
    assert _bond("mariadb", "CALL somewhere()") is Bond.MAY_COMMIT
    with closing(_mariadb(target)) as server, server.cursor() as cursor:
        for text in (f"CREATE DATABASE IF NOT EXISTS {name}", f"USE {name}", "CREATE OR REPLACE TABLE w (n int) ENGINE InnoDB",
                     "CREATE OR REPLACE PROCEDURE pc() COMMIT", "BEGIN", "INSERT INTO w VALUES (1)", "CALL pc()", "ROLLBACK"):
            cursor.execute(text)
        cursor.execute("SELECT count(*) FROM w")
        assert cursor.fetchone() == (1,)


@pytest.fixture(scope="module")
def postgres(postgres_server: Target) -> Iterator[tuple[Target, str]]:
    name = f"safesql_{uuid4().hex[:12]}"
    with _postgres(postgres_server) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        target = replace(postgres_server, database=name)
        with _postgres(target) as server:
            server.execute(
                b"CREATE TABLE w (n int); CREATE TABLE i (a int PRIMARY KEY, b int); CREATE INDEX ix ON i (b); CLUSTER i USING ix;"
                b"CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
                b"CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; CREATE UNIQUE INDEX ON m (a); CREATE TYPE e AS ENUM ('a');"
                b"CREATE PUBLICATION pub"
            )
        yield target, name
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _postgres(target: Target) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=target.host, port=target.port, user=target.user, dbname=target.database, autocommit=True)


@pytest.mark.parametrize("text", [line for line in POSTGRES.splitlines() if line])
def test_postgres_refuses_and_commits_exactly_what_the_list_says(postgres: tuple[Target, str], text: str) -> None:
    target, name = postgres
    text = text.format(name=name)
    code = ""
    with _postgres(target) as server:
        server.execute(b"BEGIN")
        server.execute(b"INSERT INTO w VALUES (1)")
        try:
            server.execute(text.encode())
        except psycopg.Error as error:
            code = error.sqlstate or ""
        server.execute(b"ROLLBACK")
        kept = server.execute(b"SELECT count(*) FROM w WHERE n = 1").fetchone() == (1,)
        server.execute(b"TRUNCATE w")
    found = _bond("postgres", text)
    assert (found is Bond.ALONE) is (code in REFUSED), code
    assert (found is Bond.COMMITS) is kept
