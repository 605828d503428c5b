"""What only PostgreSQL has: odd values, encodings, notices, COPY, failed transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest

from safesql.backends.contract import Transaction
from safesql.errors import StatementFailed
from safesql.result import Shape
from safesql.sql.dialect import Mode
from safesql.target import Target

if TYPE_CHECKING:
    from tests.backends.conftest import Speaker

    Opening = Callable[[Target], Speaker]


@pytest.fixture
def pg(session: Opening, postgres_target: Target) -> Speaker:
    """A session with an empty database."""
    return session(postgres_target)


ODD = [
    ("'infinity'::date", "infinity"),
    ("'-infinity'::timestamptz", "-infinity"),
    ("'0044-03-15 BC'::date", "0044-03-15 BC"),
    ("'294276-12-31 23:59:59.999999'::timestamp", "294276-12-31 23:59:59.999999"),
    ("'24:00'::time", "24:00:00"),
    ("'NaN'::numeric", "NaN"),
    ("'-0'::float8", "-0"),
    ("1e308::float8 * 10 > 0 is null", None),
    ("(10::numeric ^ 400)::text", "1" + "0" * 400 + ".0000000000000000"),
    ("'[0:2]={1,2,3}'::int[]", "[0:2]={1,2,3}"),
    ("row(1,'a b')", '(1,"a b")'),
    ("'178000000 years'::interval", "178000000 years"),
    ("NULL::int", None),
    ("true", "t"),
    ("''::bytea", b""),
]


@pytest.mark.parametrize(("expression", "shown"), [odd for odd in ODD if odd[1] is not None or "NULL" in odd[0]])
def test_values_that_python_cannot_hold_are_shown_as_the_server_prints_them(
    pg: Speaker, expression: str, shown: str | bytes | None
) -> None:
    assert pg.value(f"SELECT {expression}") == shown


def test_columns_have_the_servers_types(pg: Speaker) -> None:
    said = pg("SELECT 1 AS a, 1.5 AS b, true AS c, ''::bytea AS d, '{}'::jsonb AS e, ARRAY[1] AS f, now() AS g")
    assert [(column.type, column.shape) for column in said.columns] == [
        ("int4", Shape.NUMBER), ("numeric", Shape.NUMBER), ("bool", Shape.BOOLEAN), ("bytea", Shape.BINARY),
        ("jsonb", Shape.JSON), ("int4[]", Shape.TEXT), ("timestamptz", Shape.TEXT),
    ]


def test_a_database_without_an_encoding_shows_bytes_where_there_is_no_text(
    session: Opening, postgres_server: Target, postgres_target: Target
) -> None:
    name = f"{postgres_target.database}_ascii"
    with psycopg.connect(host=postgres_server.host, port=postgres_server.port, user=postgres_server.user,
                         dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'".encode())
        try:
            pg = session(replace(postgres_target, database=name))
            pg("CREATE TABLE t (n int, x text)")
            pg("INSERT INTO t SELECT g, convert_from('\\x636166e9', 'SQL_ASCII') FROM generate_series(1, 2500) g")
            pg("INSERT INTO t VALUES (0, 'caf\u00e9')")
            rows = pg("SELECT n, x FROM t ORDER BY n").rows
            assert rows[0] == ("0", "caf\u00e9")
            assert set(rows[1:]) == {(str(n), b"caf\xe9") for n in range(1, 2501)}
            pg("SET client_encoding = 'SQL_ASCII'")
            assert pg("SELECT n, x FROM t ORDER BY n LIMIT 1").rows == [("0", "caf\u00e9")]
            pg.connection.close()
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_another_client_encoding_is_followed_both_ways(pg: Speaker) -> None:
    pg("SET client_encoding = 'LATIN1'")
    assert pg("SELECT 'é', length('é')").rows == [("é", "1")]
    with pytest.raises(StatementFailed, match="not sent"):
        pg("SELECT '漢'")
    pg("SET client_encoding = 'UTF8'")
    assert pg.value("SELECT '漢'") == "漢"


def test_notices_and_warnings_come_with_the_statement_that_made_them(pg: Speaker) -> None:
    said = pg("DO $$ BEGIN RAISE NOTICE 'first'; RAISE WARNING 'second' USING HINT = 'look', DETAIL = 'there'; END $$")
    assert [(notice.severity, notice.text) for notice in said.summary.notices] == [("NOTICE", "first"), ("WARNING", "second")]
    assert (said.summary.notices[1].hint, said.summary.notices[1].detail) == ("look", "there")
    assert pg("SELECT 1").summary.notices == ()


def test_notifications_are_told(pg: Speaker) -> None:
    pg("LISTEN doorbell")
    assert [notice.text for notice in pg("NOTIFY doorbell, 'who is it'").summary.notices] == ["doorbell: who is it"]


def test_an_error_has_all_that_the_server_says(pg: Speaker) -> None:
    pg("CREATE TABLE p (id int PRIMARY KEY)")
    pg("CREATE TABLE c (id int REFERENCES p)")
    with pytest.raises(StatementFailed, match="violates foreign key") as failure:
        pg("INSERT INTO c VALUES (7)")
    assert failure.value.code == "23503"
    assert '(id)=(7) is not present in table "p"' in failure.value.detail
    with pytest.raises(StatementFailed) as failure:
        pg("SELECT '🙂', nothing")
    assert failure.value.position == len("SELECT '🙂', ")
    with pytest.raises(StatementFailed) as failure:
        pg("DO $$ BEGIN PERFORM 1/0; END $$")
    assert "PL/pgSQL function" in failure.value.context


def test_tags_are_the_servers_own(pg: Speaker) -> None:
    texts = ("CREATE TABLE t AS SELECT 1 AS a", "SELECT a FROM t", "UPDATE t SET a = 2", "DROP TABLE t")
    said = [pg(text).summary for text in texts]
    assert [summary.tag for summary in said] == ["SELECT 1", "SELECT 1", "UPDATE 1", "DROP TABLE"]
    assert [summary.affected for summary in said] == [1, None, 1, None]


def test_standard_conforming_strings_is_followed_wherever_it_is_set(pg: Speaker) -> None:
    def on() -> bool:
        return pg.connection.dialect.has(Mode.STANDARD_STRINGS)

    states = [on()]
    for text in (
        "SET standard_conforming_strings = off",
        "DO $$ BEGIN PERFORM set_config('standard_conforming_strings', 'on', false); END $$",
        "BEGIN", "SET LOCAL standard_conforming_strings = off", "ROLLBACK",
    ):
        pg(text)
        states.append(on())
    assert states == [True, False, True, True, False, True]


def test_copy_takes_its_lines_and_counts_them(pg: Speaker) -> None:
    pg("CREATE TABLE t (a int, b text)")
    said = pg("COPY t FROM STDIN", iter(["1\tone\n2\ttwo\n", "3\t\\N\n"]))
    assert (said.summary.tag, said.summary.affected) == ("COPY 3", 3)
    assert pg("SELECT * FROM t ORDER BY a").rows == [("1", "one"), ("2", "two"), ("3", None)]


def test_copied_lines_come_out_as_they_are(pg: Speaker) -> None:
    said = pg("COPY (SELECT g, E'a\\tb' FROM generate_series(1, 2500) g) TO STDOUT")
    assert said.rows[:2] == [("1\ta\\tb",), ("2\ta\\tb",)]
    assert (len(said.rows), said.summary.tag, said.summary.affected) == (2500, "COPY 2500", None)
    binary = pg("COPY (SELECT 1) TO STDOUT (FORMAT binary)")
    assert binary.columns[0].shape is Shape.BINARY
    assert isinstance(binary.rows[0][0], bytes)
    assert binary.rows[0][0].startswith(b"PGCOPY\n")


def test_a_copy_that_fails_leaves_a_session_that_works(pg: Speaker) -> None:
    pg("CREATE TABLE t (a int)")
    with pytest.raises(StatementFailed, match="invalid input syntax"):
        pg("COPY t FROM STDIN", (f"{line}\n" for line in ["1", "x", *range(100_000)]))
    with pytest.raises(StatementFailed, match="from the lines after it"):
        pg("COPY t FROM STDIN")

    def broken() -> Iterator[str]:
        yield "1\n"
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError, match="the disk is gone"):
        pg("COPY t FROM STDIN", broken())
    assert pg.value("SELECT count(*) FROM t") == "0"


def test_copy_data_are_sent_in_constant_memory(pg: Speaker) -> None:
    pg("CREATE TABLE t (a text)")
    line = "x" * 999 + "\n"
    assert pg("COPY t FROM STDIN", (line * 100 for _ in range(500))).summary.affected == 50_000


def test_a_failed_transaction_takes_only_a_rollback_and_its_commit_is_no_success(pg: Speaker) -> None:
    pg("CREATE TABLE t (a int)")
    pg.connection.begin()
    pg("INSERT INTO t VALUES (1)")
    with pytest.raises(StatementFailed):
        pg("SELECT 1/0")
    assert pg.connection.transaction is Transaction.FAILED
    with pytest.raises(StatementFailed, match="roll it back"):
        pg.probe("SELECT 1")
    with pytest.raises(StatementFailed, match="rolled it back"):
        pg.connection.commit()
    assert pg.value("SELECT count(*) FROM t") == "0"


def test_a_constraint_that_fails_at_commit_is_a_failed_commit(pg: Speaker) -> None:
    pg("CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    pg.connection.begin()
    pg("INSERT INTO t VALUES (1), (1)")
    with pytest.raises(StatementFailed, match="duplicate key"):
        pg.connection.commit()
    assert pg.connection.transaction is Transaction.NONE
    assert pg.value("SELECT count(*) FROM t") == "0"


def test_a_probe_cannot_write_inside_an_open_transaction_either(pg: Speaker) -> None:
    pg("CREATE TABLE t (a int)")
    pg.connection.begin()
    with pytest.raises(StatementFailed, match="read-only transaction"):
        pg.probe("INSERT INTO t VALUES (1)")
    assert pg("INSERT INTO t VALUES (2)").summary.affected == 1
    pg.connection.commit()
    assert pg.value("SELECT a FROM t") == "2"


def test_a_session_opens_by_its_socket(session: Opening, postgres_target: Target) -> None:
    folder = session(postgres_target).value("SHOW unix_socket_directories")
    there = session(replace(postgres_target, host="", socket=str(folder).split(",")[0]))
    assert there.value("SELECT inet_client_addr() IS NULL") == "t"


def test_further_settings_of_libpq_are_passed_on(session: Opening, postgres_target: Target) -> None:
    said = session(replace(postgres_target, options=(("application_name", "night shift"), ("options", "-c work_mem=9MB"))))
    assert said("SELECT current_setting('application_name'), current_setting('work_mem')").rows == [("night shift", "9MB")]
