"""Changes beside the rows that are kept are known before, so that no undo says that all is as it was while it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from safesql.engine.session import Session
from safesql.engine.undoing.outlook import outlook
from safesql.errors import StatementFailed
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.target import Target
from tests.engine.undo_rig import asked_of, run, session_to, set_up

ROWS = "INSERT INTO n VALUES (1, 10), (2, 20)"
PLAIN = "CREATE TABLE n (k integer PRIMARY KEY, u integer UNIQUE)"
REPLACING = "CREATE TABLE n (k integer PRIMARY KEY, u integer UNIQUE ON\n conflict  replace)"


@pytest.mark.parametrize(("table", "statement"), [
    (PLAIN, "UPDATE OR REPLACE n SET u = 20 WHERE k = 1"),
    (PLAIN, "UPDATE OR IGNORE n SET u = 20 WHERE k = 1"),
    (REPLACING, "UPDATE n SET u = 20 WHERE k = 1"),
    (REPLACING, "INSERT INTO n VALUES (3, 20)"),
])  # fmt: skip
def test_rows_that_sqlite_replaces_are_no_secret(
    sqlite_target: Target, tmp_path: Path, table: str, statement: str
) -> None:
    session = session_to(sqlite_target, tmp_path)
    set_up(session, f"{table}; {ROWS}")
    assert not _kept(session, statement)
    session.connection.close()


def _kept(session: Session, text: str) -> bool:
    """Whether rows would be kept, so that an undo is offered."""
    (statement,) = split(f"{text};", session.connection.dialect)
    assert isinstance(statement, Statement)
    return outlook(session.connection, statement).keeps


@pytest.mark.parametrize("statement", [
    "UPDATE n SET u = writes(u) WHERE k = 1", "DELETE FROM n WHERE `writes` (u) > 0", "INSERT INTO n VALUES (7, writes(7))",
])  # fmt: skip
def test_functions_of_mariadb_that_may_write_are_named(mariadb_target: Target, tmp_path: Path, statement: str) -> None:
    session = session_to(mariadb_target, tmp_path)
    set_up(session, f"{PLAIN}; {ROWS}; CREATE FUNCTION writes(x int) RETURNS int "
           "RETURN x + 100")  # fmt: skip
    assert not _kept(session, statement)
    run(session, "UPDATE n SET u = coalesce(u, 1) + abs(1) WHERE k = 1")
    assert not any("no undo" in message for message in asked_of(session))
    session.connection.close()


def test_where_nothing_may_be_written_the_statement_is_named_and_not_a_question_of_ours(
    postgres_target: Target, tmp_path: Path
) -> None:
    session = session_to(postgres_target, tmp_path)
    set_up(session, f"{PLAIN}; {ROWS}; SET default_transaction_read_only = on")
    with pytest.raises(StatementFailed, match="cannot execute DELETE here: the server is a standby, or") as failed:
        run(session, "DELETE FROM n WHERE k = 1")
    assert failed.value.code == "25006"
    session.connection.close()
