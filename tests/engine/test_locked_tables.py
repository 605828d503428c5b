"""What LOCK TABLES holds stays held, whatever safesql asks or keeps meanwhile."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pymysql
import pytest

from safesql.errors import StatementFailed
from safesql.target import Target
from tests.engine.undo_rig import asked_of, keeper, rows, run, session_to, set_up


def held(target: Target) -> bool:
    """Whether another session has to wait for the table."""
    other = pymysql.connect(host=target.host, port=target.port or 3306, user=target.user, database=target.database)
    with closing(other), other.cursor() as cursor:
        cursor.execute("SET lock_wait_timeout = 1")
        try:
            cursor.execute("SELECT count(*) FROM t")
        except pymysql.err.OperationalError:
            return True
        return False


def test_counts_and_undo_do_not_release_what_is_locked(mariadb_target: Target, tmp_path: Path) -> None:
    session = session_to(mariadb_target, tmp_path)
    set_up(session, "CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)")
    run(session, "LOCK TABLES t WRITE")
    assert held(mariadb_target)
    run(session, "UPDATE t SET v = 7 WHERE id = 1; DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (9, 9)")
    assert held(mariadb_target)
    assert any("LOCK TABLES holds tables" in message for message in asked_of(session))
    assert len(rows(session, "t")["t"]) == 3
    assert held(mariadb_target)
    with pytest.raises(StatementFailed, match="UNLOCK TABLES first"):
        session.connection.begin()
    run(session, "UNLOCK TABLES")
    assert not held(mariadb_target)
    run(session, "DELETE FROM t WHERE id = 3")
    assert max(keeper(session).journal.entries())
    session.connection.close()


@pytest.mark.parametrize("ending", ["START TRANSACTION", "UNLOCK TABLES"])
def test_what_releases_the_tables_is_known(mariadb_target: Target, tmp_path: Path, ending: str) -> None:
    session = session_to(mariadb_target, tmp_path)
    set_up(session, "CREATE TABLE t (id int PRIMARY KEY)")
    run(session, "LOCK TABLES t READ")
    locked = [session.connection.holds_locks]
    run(session, ending)
    assert [*locked, session.connection.holds_locks] == [True, False]
    session.connection.close()
