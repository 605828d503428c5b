"""What a statement would meet is told before it runs: on the real servers, with the same words as after a failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from time import sleep

import psycopg
import pymysql
import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.config.profile import Profile
from safesql.engine.batch import Options, judge_all
from safesql.engine.doctor.foresight import Terms, foreseen
from safesql.engine.script import text_source
from safesql.engine.session import Session
from safesql.guard.action import Action
from safesql.guard.foreseen import BIG_TABLE, KEY_MISMATCH, QUEUE, Foreseen
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.target import Target

TYPES = (
    "int", "int unsigned", "bigint", "double", "varchar(10)", "char(5) CHARACTER SET latin1",
    "varchar(10) COLLATE utf8mb4_bin", "datetime", "binary(10)",
)
POSTGRES_TYPES = (
    "int", "bigint", "smallint", "numeric(10,2)", "real", "double precision", "char(10)", "varchar(10)", "text", "uuid",
    "date", "timestamp", "timestamptz", "boolean", "bytea", "inet", "oid",
)


@pytest.fixture
def postgres(postgres_target: Target) -> Iterator[Connection]:
    with closing(connect(postgres_target)) as opened:
        yield opened


@pytest.fixture
def mariadb(mariadb_target: Target) -> Iterator[Connection]:
    with closing(connect(mariadb_target)) as opened:
        yield opened


def told(connection: Connection, sql: str, terms: Terms | None = None) -> tuple[Foreseen, ...]:
    """What is foreseen of a statement."""
    statement = next(iter(split(f"{sql};", connection.dialect)))
    assert isinstance(statement, Statement)
    return tuple(foreseen(connection, judge(statement, Policy()), terms or Terms()))


def sql_of(target: Target, *texts: str) -> None:
    """Run as the administrator."""
    if target.backend == "postgres":
        with psycopg.connect(host=target.host, port=target.port, user=target.user, dbname=target.database,
                             autocommit=True) as admin:  # fmt: skip
            for text in texts:
                admin.execute(text.encode())
    else:
        with closing(pymysql.connect(host=target.host, port=target.port or 3306, user=target.user, autocommit=True,
                                     database=target.database)) as raw, raw.cursor() as cursor:  # fmt: skip
            for text in texts:
                cursor.execute(text)


def test_a_key_is_called_wrong_exactly_where_mariadb_refuses_it(mariadb_target: Target, mariadb: Connection) -> None:
    sql_of(mariadb_target, *(f"CREATE TABLE p{n} (id {kind} PRIMARY KEY)" for n, kind in enumerate(TYPES)))
    wrong = []
    with closing(pymysql.connect(host=mariadb_target.host, port=mariadb_target.port or 3306, user=mariadb_target.user,
                                 database=mariadb_target.database)) as raw, raw.cursor() as cursor:  # fmt: skip
        for own in TYPES:
            for number, theirs in enumerate(TYPES):
                made = f"CREATE TABLE c (pid {own}, FOREIGN KEY (pid) REFERENCES p{number} (id))"
                said = [each for each in told(mariadb, made) if each.rule == KEY_MISMATCH]
                try:
                    cursor.execute(made)
                    cursor.execute("DROP TABLE c")
                    refused = False
                except pymysql.OperationalError:
                    refused = True
                if said and not refused:
                    wrong.append(f"{own} -> {theirs} is taken: {said}")
                if refused and not said and _sure(own, theirs):
                    wrong.append(f"{own} -> {theirs} is refused, and nothing was said")
    assert wrong == []


def _sure(own: str, theirs: str) -> bool:
    """Pairs of which it must be known: those of other lengths and precisions are left to the server."""
    return own.split("(")[0] != theirs.split("(")[0]


def test_a_key_is_called_wrong_exactly_where_postgres_refuses_it(
    postgres_target: Target, postgres: Connection
) -> None:
    sql_of(postgres_target, *(f"CREATE TABLE p{n} (id {kind} PRIMARY KEY)" for n, kind in enumerate(POSTGRES_TYPES)))
    wrong = []
    with psycopg.connect(host=postgres_target.host, port=postgres_target.port, user=postgres_target.user,
                         dbname=postgres_target.database, autocommit=True) as server:  # fmt: skip
        for own in POSTGRES_TYPES:
            for number, theirs in enumerate(POSTGRES_TYPES):
                made = f"CREATE TABLE c (pid {own} REFERENCES p{number})"
                said = [each for each in told(postgres, made) if each.rule == KEY_MISMATCH]
                try:
                    server.execute(made.encode())
                    server.execute("DROP TABLE c")
                    refused = False
                except psycopg.errors.DatatypeMismatch:
                    refused = True
                if bool(said) != refused:
                    wrong.append(f"{own} -> {theirs}: refused {refused}, said {said}")
    assert wrong == []


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
def test_a_key_of_existing_columns_shows_both_and_counts_what_refers_to_nothing(
    request: pytest.FixtureRequest, server: str
) -> None:
    target, connection = request.getfixturevalue(f"{server}_target"), request.getfixturevalue(server)
    sql_of(
        target, "CREATE TABLE p (id int PRIMARY KEY, code varchar(9), free int)", "INSERT INTO p VALUES (1, 'a', 1)",
        "CREATE TABLE c (pid int, other date)", "INSERT INTO c VALUES (1, NULL), (2, NULL), (3, NULL), (NULL, NULL)",
    )  # fmt: skip
    (orphans,) = told(connection, "ALTER TABLE c ADD FOREIGN KEY (pid) REFERENCES p (id)")
    assert orphans.message == "2 rows refer from c (pid) to nothing in p"
    (differs,) = told(connection, "ALTER TABLE c ADD CONSTRAINT k FOREIGN KEY (other) REFERENCES p (id)")
    assert "c.other date  <-- differs" in differs.message
    assert "p.id int" in differs.message
    (unindexed,) = told(connection, "ALTER TABLE c ADD FOREIGN KEY (pid) REFERENCES p (free)")
    assert "these columns" in unindexed.message and "(id)" in unindexed.message
    assert told(connection, "ALTER TABLE c ADD FOREIGN KEY (pid) REFERENCES elsewhere (id)") == ()


def test_a_key_that_is_not_valid_yet_counts_nothing(postgres_target: Target, postgres: Connection) -> None:
    sql_of(postgres_target, "CREATE TABLE p (id int PRIMARY KEY)", "CREATE TABLE c AS SELECT 7 AS pid")
    assert told(postgres, "ALTER TABLE c ADD FOREIGN KEY (pid) REFERENCES p NOT VALID") == ()


def test_an_engine_without_keys_is_named(mariadb_target: Target, mariadb: Connection) -> None:
    sql_of(mariadb_target, "CREATE TABLE p (id int PRIMARY KEY) ENGINE=MyISAM")
    (found,) = told(mariadb, "CREATE TABLE c (pid int, FOREIGN KEY (pid) REFERENCES p (id))")
    assert "p is kept by MyISAM, which knows no foreign keys" in found.message


def test_a_big_table_is_asked_about_and_a_small_one_is_not(postgres_target: Target, postgres: Connection) -> None:
    sql_of(postgres_target, "CREATE TABLE t (a int)", "CREATE TABLE small (a int)",
           "UPDATE pg_class SET reltuples = 2500000 WHERE relname = 't'")  # fmt: skip
    (found,) = told(postgres, "CREATE INDEX i ON t (a)")
    assert found.rule == BIG_TABLE
    assert found.message == "t: SHARE, blocks writes, every row is read; it has about 2,500,000 rows"
    assert found.instead == "CREATE INDEX CONCURRENTLY, outside of a transaction"
    for quiet in ("CREATE INDEX i ON small (a)", "CREATE INDEX CONCURRENTLY i ON t (a)", "ALTER TABLE t ADD COLUMN b int"):
        assert told(postgres, quiet) == ()


def test_a_big_table_of_mariadb_is_asked_about(mariadb_target: Target, mariadb: Connection) -> None:
    sql_of(mariadb_target, "CREATE TABLE t (a int PRIMARY KEY, b int)", "INSERT INTO t SELECT seq, seq FROM seq_1_to_5000",
           "ANALYZE TABLE t")  # fmt: skip
    terms = Terms(rows=1000)
    assert [each.rule for each in told(mariadb, "ALTER TABLE t MODIFY b bigint", terms)] == [BIG_TABLE]
    assert told(mariadb, "ALTER TABLE t ADD COLUMN c int", terms) == ()
    assert told(mariadb, "ALTER TABLE t MODIFY b bigint") == ()


def test_a_long_transaction_on_the_table_is_reported(postgres_target: Target, postgres: Connection) -> None:
    sql_of(postgres_target, "CREATE TABLE t (a int)", "CREATE TABLE free (a int)")
    with psycopg.connect(host=postgres_target.host, port=postgres_target.port, user=postgres_target.user,
                         dbname=postgres_target.database) as other:  # fmt: skip
        other.execute("SELECT * FROM t")
        sleep(1.1)
        (found,) = told(postgres, "ALTER TABLE t ADD COLUMN b int", Terms(seconds=1))
        assert found.rule == QUEUE
        assert f"session {other.info.backend_pid}" in found.message
        assert "holds ACCESS SHARE on t, in transaction for 1 s" in found.message
        assert told(postgres, "ALTER TABLE free ADD COLUMN b int", Terms(seconds=1)) == ()
        assert told(postgres, "ALTER TABLE t ADD COLUMN b int") == ()
        assert told(postgres, "CREATE INDEX CONCURRENTLY i ON t (a)", Terms(seconds=1)) == ()


def test_a_long_transaction_in_the_database_is_reported_by_mariadb(mariadb_target: Target, mariadb: Connection) -> None:
    sql_of(mariadb_target, "CREATE TABLE t (a int)")
    with closing(pymysql.connect(host=mariadb_target.host, port=mariadb_target.port or 3306, user=mariadb_target.user,
                                 database=mariadb_target.database)) as other, other.cursor() as cursor:  # fmt: skip
        cursor.execute("BEGIN")
        cursor.execute("SELECT * FROM t")
        sleep(1.2)
        (found,) = told(mariadb, "ALTER TABLE t ADD COLUMN b int", Terms(seconds=1))
        assert found.rule == QUEUE
        assert f"session {other.thread_id()} (root@" in found.message  # type: ignore[no-untyped-call]


def test_a_script_is_not_begun_whose_key_cannot_be_made(
    mariadb_target: Target, mariadb: Connection, audit: AuditLog
) -> None:
    sql_of(mariadb_target, "CREATE TABLE p (id int unsigned PRIMARY KEY)")
    session = Session(mariadb, Profile("test", mariadb_target), audit)
    script = "CREATE TABLE a (id int); CREATE TABLE c (pid int, FOREIGN KEY (pid) REFERENCES p (id));"
    found = judge_all(session, (text_source(script, 1),), Options())
    (stopped,) = found.stopped
    assert (stopped.rules, stopped.action) == ((KEY_MISMATCH,), Action.CONFIRM)
    assert not found.passes


def test_a_table_that_the_script_makes_anew_is_not_judged_by_the_old_one(
    mariadb_target: Target, mariadb: Connection, audit: AuditLog
) -> None:
    sql_of(mariadb_target, "CREATE TABLE p (id int unsigned PRIMARY KEY)")
    session = Session(mariadb, Profile("test", mariadb_target), audit)
    script = "ALTER TABLE p MODIFY id int; CREATE TABLE c (pid int, FOREIGN KEY (pid) REFERENCES p (id));"
    found = judge_all(session, (text_source(script, 1),), Options())
    assert KEY_MISMATCH not in [rule for verdict in found.stopped for rule in verdict.rules]
    again = judge_all(session, (text_source("CREATE TABLE c (pid int REFERENCES p (id));", 1),), Options())
    assert [verdict.rules for verdict in again.stopped] == [(KEY_MISMATCH,)]
