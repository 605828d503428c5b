"""A profile that only reads: refused by the guard before it is sent, and by the server when the guard were not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection, Transaction
from safesql.config.profile import Profile
from safesql.engine.session import Session
from safesql.engine.stopped import Stopped
from safesql.engine.submit import submit
from safesql.errors import ConnectionLost, StatementFailed
from safesql.guard.action import Action
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.rules import RULES
from safesql.guard.verdict import Clearance
from safesql.result import Result
from safesql.sql.dialect import Dialect
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.target import Target
from tests.engine.harmless import HARMLESS
from tests.engine.holes import HOLES
from tests.engine.recorder import Recorder

READS_ONLY = Target("postgres", host="db.example.com", read_only=True)
EVERYTHING = Policy(actions={rule.name: Action.ALLOW for rule in RULES})
TABLES = {
    "postgres": ("CREATE TABLE t (id int PRIMARY KEY, name text)", "CREATE SEQUENCE s"),
    "mysql": ("CREATE TABLE t (id int PRIMARY KEY, name varchar(20))", "CREATE SEQUENCE s"),
    "sqlite": ("CREATE TABLE t (id integer PRIMARY KEY, name text)",),
}
ROWS = "INSERT INTO t VALUES (1, 'Ada'), (2, 'Bo'), (3, NULL)"
LIFTS = {
    "postgres": "CREATE FUNCTION lift() RETURNS text LANGUAGE plpgsql VOLATILE AS "
    "$$ BEGIN RETURN set_config('default_transaction_read_only', 'off', false); END $$",
    "mysql": "CREATE FUNCTION lift() RETURNS int BEGIN SET SESSION tx_read_only = 0; RETURN 1; END",
}
PLAIN_WRITES = (
    "INSERT INTO t VALUES (9, 'x')", "UPDATE t SET name = 'x'", "DELETE FROM t", "DELETE FROM t WHERE id = 1",
    "DROP TABLE t", "CREATE TABLE u (a int)", "ALTER TABLE t ADD COLUMN b int", "CREATE VIEW v AS SELECT 1",
)  # fmt: skip


def _nothing(result: Result) -> int:
    return sum(1 for _ in result.rows())


def _cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(dialect, text) for dialect, texts in table.items() for text in texts]


def _cleared(text: str, dialect: Dialect) -> Clearance:
    """A clearance of a session whose policy lets everything pass, and whose profile may write."""
    return Clearance(judge(Statement(text, dialect), EVERYTHING))


def _run(connection: Connection, text: str) -> list[tuple[object, ...]]:
    result = connection.execute(_cleared(text, connection.dialect))
    rows: list[tuple[object, ...]] = list(result.rows())
    result.summary()
    return rows


def _state(connection: Connection) -> list[tuple[object, ...]]:
    """All that a write could have changed in the database."""
    names = {
        "postgres": "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
        "mysql": "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = database()",
        "sqlite": "SELECT name, sql FROM sqlite_schema ORDER BY 1",
    }[connection.dialect.family.value]
    texts = [names, "SELECT * FROM t ORDER BY id"]
    if connection.dialect.family.value == "postgres":
        texts.append("SELECT last_value, is_called FROM s")
        texts.append("SELECT count(*), count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory'")
        texts.append("SELECT setting FROM pg_settings WHERE name = 'work_mem'")
    return [row for text in texts for row in _run(connection, text)]


@pytest.fixture
def writer(target: Target) -> Iterator[Connection]:
    """A session that may write, beside, to a database with a table."""
    opened = connect(target)
    for text in (*TABLES[opened.dialect.family.value], ROWS):
        _run(opened, text)
    yield opened
    opened.close()


@pytest.fixture
def reader(writer: Connection, target: Target, audit: AuditLog) -> Iterator[Session]:
    """A session of a profile that only reads, with nobody to ask."""
    del writer
    to = replace(target, read_only=True)
    opened = connect(to)
    yield Session(opened, Profile("reports", to), audit, user="me")
    opened.close()


@pytest.mark.parametrize(("dialect", "text"), _cases(HOLES))
def test_what_is_not_a_read_is_refused_before_it_is_sent(audit: AuditLog, dialect: str, text: str) -> None:
    connection = Recorder(dialect=DIALECTS[dialect])
    session = Session(connection, Profile("reports", READS_ONLY), audit, user="me")
    with pytest.raises(Stopped) as stopped:
        submit(session, Statement(text, DIALECTS[dialect]), _nothing)
    assert "read-only-profile" in stopped.value.verdict.rules
    assert stopped.value.verdict.action is Action.BLOCK
    assert connection.sent == []


def test_a_read_only_profile_of_a_real_server_changes_nothing(reader: Session, writer: Connection) -> None:
    before = _state(writer)
    for text in HOLES[reader.connection.dialect.name]:
        with pytest.raises(Stopped):
            submit(reader, Statement(text, reader.connection.dialect), _nothing)
    assert _state(writer) == before
    assert reader.connection.transaction is Transaction.NONE


def test_reads_and_harmless_settings_pass_on_a_real_server_without_a_question(
    reader: Session, writer: Connection
) -> None:
    before = _state(writer)
    for text in HARMLESS[reader.connection.dialect.name]:
        try:
            submit(reader, Statement(text, reader.connection.dialect), _nothing)
        except StatementFailed:
            continue                                  # what a server of this version does not know was sent all the same
    assert _state(writer) == before


@pytest.mark.parametrize("text", PLAIN_WRITES)
def test_the_server_refuses_plain_writes_by_itself(reader: Session, writer: Connection, text: str) -> None:
    before = _state(writer)
    with pytest.raises(StatementFailed):
        _run(reader.connection, text)
    assert _state(writer) == before


def test_the_transaction_that_a_session_opens_cannot_write(reader: Session, writer: Connection) -> None:
    before = _state(writer)
    for opening in ("BEGIN", "SAVEPOINT a"):
        submit(reader, Statement(opening, reader.connection.dialect), _nothing)
    with pytest.raises(StatementFailed):
        _run(reader.connection, "DELETE FROM t WHERE id = 1")
    reader.connection.rollback()
    assert _state(writer) == before


def test_a_function_that_lifts_read_only_lifts_it_for_no_statement(
    reader: Session, writer: Connection, target: Target
) -> None:
    if target.backend == "sqlite":
        with pytest.raises(StatementFailed):
            _run(reader.connection, "PRAGMA query_only = 0")
    else:
        _run(writer, LIFTS[target.backend])
        _run(reader.connection, "SELECT lift()")
    with pytest.raises(StatementFailed):
        _run(reader.connection, "DELETE FROM t")
    assert len(_run(writer, "SELECT * FROM t")) == 3


LIFTING: dict[str, tuple[str, ...]] = {
    "postgres": (
        "SET default_transaction_read_only = off", "RESET ALL", "DISCARD ALL",
        "SELECT set_config('default_transaction_read_only', 'off', false)",
        "DO $$ BEGIN PERFORM set_config('default_transaction_' || 'read_only', 'off', false); END $$",
    ),
    "mysql": (
        "SET SESSION TRANSACTION READ WRITE", "SET tx_read_only = 0", "SET @x = 0, SESSION tx_read_only = 0",
        "EXECUTE IMMEDIATE CONCAT('SET tx_', 'read_only = 0')", "SET session_track_system_variables = ''",
        "BEGIN NOT ATOMIC SET SESSION tx_read_only = 0; END",
    ),
    "sqlite": ("PRAGMA main.query_only = OFF", "PRAGMA query_only(0)", "PRAGMA query_only = 'no'"),
}  # fmt: skip


def test_a_setting_lifted_behind_the_guard_is_set_again_before_the_next_statement(
    reader: Session, writer: Connection, target: Target
) -> None:
    for text in LIFTING[target.backend]:
        try:
            _run(reader.connection, text)
        except StatementFailed:
            assert target.backend == "sqlite"
        with pytest.raises(StatementFailed):
            _run(reader.connection, "DELETE FROM t")
    assert len(_run(writer, "SELECT * FROM t")) == 3


def test_sqlite_opens_and_writes_no_other_file(sqlite_target: Target, tmp_path: Path) -> None:
    made = connect(sqlite_target)
    _run(made, TABLES["sqlite"][0])
    _run(made, "CREATE INDEX i ON t (name)")
    made.close()
    connection = connect(replace(sqlite_target, read_only=True))
    for text in (
        f"ATTACH '{tmp_path}/other.db' AS other", f"VACUUM INTO '{tmp_path}/copy.db'", "PRAGMA journal_mode = WAL",
        "REINDEX", "ANALYZE", "CREATE TEMP TABLE x (a)", "PRAGMA wal_checkpoint", "PRAGMA writable_schema = 1",
        "SELECT load_extension('x')", "PRAGMA user_version = 3", "SELECT * FROM pragma_optimize",
    ):  # fmt: skip
        with pytest.raises(StatementFailed):
            _run(connection, text)
    assert _run(connection, "EXPLAIN DELETE FROM t")
    assert {path.name for path in tmp_path.iterdir()} == {"test.db"}
    connection.close()
    with pytest.raises(ConnectionLost):
        _run(connection, "SELECT 1")
