"""How far a long statement has come is asked of the server that runs it, while it runs."""

from __future__ import annotations

import re
import time
from contextlib import closing
from pathlib import Path
from threading import Thread

import psycopg
import pymysql
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


def _near(target: Target) -> str:
    return f"host={target.host} port={target.port} user={target.user} dbname={target.database}"


def test_the_building_of_an_index_is_followed(postgres_target: Target, tmp_path: Path) -> None:
    with psycopg.connect(_near(postgres_target), autocommit=True) as builder, closing(connect(postgres_target)) as connection, closing(AuditLog.of(tmp_path)) as log:
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


def test_a_copy_tells_its_rows_and_how_much_of_a_file(postgres_target: Target, tmp_path: Path) -> None:
    with psycopg.connect(_near(postgres_target), autocommit=True) as loader, closing(AuditLog.of(tmp_path)) as log:
        loader.execute("CREATE TABLE loaded (a int)")
        with closing(connect(postgres_target)) as connection:
            session = Session(connection, Profile("", postgres_target), log, another=lambda: connect(postgres_target))
            probe = progress(["COPY", "LOADED", "FROM"], str(loader.info.backend_pid), connection.dialect)
            assert probe is not None
            following = ComingOn(session, probe)
            with loader.cursor().copy("COPY loaded FROM STDIN") as copy:
                said, until = "", time.monotonic() + 30
                while not said.endswith("000 rows") and time.monotonic() < until:
                    copy.write("1\n" * 50_000)
                    said = following.told()
            following.close()
            assert said.endswith("000 rows")


def test_the_copying_of_a_table_of_mariadb_is_followed(mariadb_target: Target, tmp_path: Path) -> None:
    where = {name: getattr(mariadb_target, name) for name in ("host", "port", "user", "database")}
    with closing(pymysql.connect(**where, autocommit=True)) as raw, closing(connect(mariadb_target)) as connection:
        raw.query("CREATE TABLE slow SELECT seq AS a FROM seq_1_to_400000")
        altering = "ALTER TABLE slow FORCE, ALGORITHM = COPY"
        process = str(raw.thread_id())  # type: ignore[no-untyped-call]  # PyMySQL has no types
        probe = progress(altering.split(), process, connection.dialect)
        assert probe is not None
        with closing(AuditLog.of(tmp_path)) as log:
            session = Session(connection, Profile("", mariadb_target), log, another=lambda: connect(mariadb_target))
            following = ComingOn(session, probe)
            assert following.told() == ""
            work = Thread(target=raw.query, args=(altering,))
            work.start()
            until, said = time.monotonic() + 30, ""
            while not said and time.monotonic() < until:
                said = following.told()
            following.close()
            work.join()
        assert re.fullmatch(r"copy to tmp table(, stage 1 of 2)?, \d+%", said)


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


@pytest.mark.parametrize("view", ["VACUUM t", "VACUUM FULL t", "CLUSTER t", "ANALYZE t", "COPY t FROM STDIN", "REINDEX TABLE t", "CREATE UNIQUE INDEX i ON t (a)"])
def test_the_server_knows_each_view_that_is_asked(view: str, postgres_target: Target) -> None:
    with closing(connect(postgres_target)) as connection:
        probe = progress(view.split(), "1", connection.dialect)
        assert probe is not None
        assert list(connection.query(probe).rows()) == []


@pytest.mark.parametrize(("dialect", "text", "session"), [
    ("postgres", "SELECT 1", "1"), ("postgres", "CREATE TABLE t (a int)", "1"), ("postgres", "VACUUM", ""), ("postgres", "", "1"),
    ("mariadb", "ANALYZE TABLE t", "1"), ("mariadb", "CREATE TABLE t (a int)", "1"), ("mysql", "ALTER TABLE t ADD b int", "1"), ("sqlite", "VACUUM", "1"), ("postgres", "VACUUM", "1 or true"),
])
def test_of_other_statements_nothing_is_asked(dialect: str, text: str, session: str) -> None:
    assert progress(text.split(), session, DIALECTS[dialect]) is None
