"""How far a long statement has come is asked of the server that runs it, while it runs."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from safesql.backends import connect
from safesql.config.profile import Profile
from safesql.engine.coming_on import ComingOn
from safesql.engine.session import Session
from safesql.errors import CannotConnect
from safesql.rewrite.progress import progress
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.target import Target

SLOWLY = """CREATE TABLE slow AS SELECT generate_series(1, 100) AS id;
CREATE FUNCTION slowly(n integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_sleep(0.1); RETURN n; END $$;"""


def test_the_building_of_an_index_is_followed(postgres_target: Target, tmp_path: Path) -> None:
    where = f"host={postgres_target.host} port={postgres_target.port} user={postgres_target.user} dbname={postgres_target.database}"
    with psycopg.connect(where, autocommit=True) as builder, closing(connect(postgres_target)) as connection, closing(AuditLog.of(tmp_path)) as log:
        builder.execute(SLOWLY.encode())
        session = Session(connection, Profile("", postgres_target), log, another=lambda: connect(postgres_target))
        statement = "CREATE INDEX ON slow (slowly(id))"
        probe = progress(statement.split(), str(builder.info.backend_pid), connection.dialect)
        assert probe is not None
        following = ComingOn(session, probe)
        building = Thread(target=builder.execute, args=(statement.encode(),))
        building.start()
        until, said = time.monotonic() + 30, ""
        while not said and time.monotonic() < until:
            said = following.told()
        following.close()
        building.join()
        assert said.startswith("building index")
        assert ComingOn(session, probe).told() == ""


def test_where_nobody_else_may_connect_nothing_is_told(sqlite_target: Target, tmp_path: Path) -> None:
    def refused() -> None:
        raise CannotConnect("too many connections")

    probe = progress(["VACUUM"], "1", DIALECTS["postgres"])
    assert probe is not None
    with closing(connect(sqlite_target)) as connection, closing(AuditLog.of(tmp_path)) as log:
        session = Session(connection, Profile("", sqlite_target), log, another=refused)  # type: ignore[arg-type]
        following = ComingOn(session, probe)
        assert (following.told(), following.told()) == ("", "")
        following.close()
        assert ComingOn.of(session, Statement("VACUUM", connection.dialect)) is None


@pytest.mark.parametrize("view", ["VACUUM t", "VACUUM FULL t", "CLUSTER t", "ANALYZE t", "REINDEX TABLE t", "CREATE UNIQUE INDEX i ON t (a)"])
def test_the_server_knows_each_view_that_is_asked(view: str, postgres_target: Target) -> None:
    with closing(connect(postgres_target)) as connection:
        probe = progress(view.split(), "1", connection.dialect)
        assert probe is not None
        assert list(connection.query(probe).rows()) == []


@pytest.mark.parametrize(("dialect", "text", "session"), [
    ("postgres", "SELECT 1", "1"), ("postgres", "CREATE TABLE t (a int)", "1"), ("postgres", "VACUUM", ""), ("postgres", "", "1"),
    ("mariadb", "ANALYZE TABLE t", "1"), ("sqlite", "VACUUM", "1"), ("postgres", "VACUUM", "1 or true"),
])
def test_of_other_statements_nothing_is_asked(dialect: str, text: str, session: str) -> None:
    assert progress(text.split(), session, DIALECTS[dialect]) is None
