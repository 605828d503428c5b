"""A key between two tables that one script makes is called wrong, before the first statement, exactly where it is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import psycopg
import pymysql
import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.config.profile import Profile
from safesql.engine.batch import Options, judge_all
from safesql.engine.script import text_source
from safesql.engine.session import Session
from safesql.guard.foreseen import KEY_MISMATCH
from safesql.store.audit import AuditLog
from safesql.target import Target

MARIADB = (
    "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (pid int, FOREIGN KEY (pid) REFERENCES p (id))",
    "CREATE TABLE p (id int unsigned PRIMARY KEY); CREATE TABLE c (pid int, FOREIGN KEY (pid) REFERENCES p (id))",
    "CREATE TABLE p (id int unsigned KEY); CREATE TABLE c (pid int); ALTER TABLE c ADD FOREIGN KEY (pid) REFERENCES p (id)",
    "CREATE TABLE p (id serial, PRIMARY KEY (id)); CREATE TABLE c (pid bigint unsigned, FOREIGN KEY (pid) REFERENCES p (id))",
    "CREATE TABLE p (a int, b int, KEY (b, a)); CREATE TABLE c (b int, FOREIGN KEY (b) REFERENCES p (b))",
    "CREATE TABLE p (a int, b int, KEY (b, a)); CREATE TABLE c (a int, FOREIGN KEY (a) REFERENCES p (a))",
    "CREATE TABLE p (a int, b int); CREATE TABLE c (a int, FOREIGN KEY (a) REFERENCES p (a))",
    "CREATE TABLE p (a int, b int); CREATE INDEX i ON p (a); CREATE TABLE c (a int, FOREIGN KEY (a) REFERENCES p (a))",
    "CREATE TABLE p (a int, b int); ALTER TABLE p ADD UNIQUE (a); CREATE TABLE c (a int, FOREIGN KEY (a) REFERENCES p (a))",
    "CREATE TABLE p (a varchar(9) UNIQUE) CHARSET latin1; CREATE TABLE c (a varchar(9), FOREIGN KEY (a) REFERENCES p (a)) CHARSET utf8mb4",
    "CREATE TABLE p (a varchar(9) UNIQUE) COLLATE utf8mb4_bin; CREATE TABLE c (a varchar(20) COLLATE utf8mb4_bin, FOREIGN KEY (a) REFERENCES p (a))",
    "CREATE TABLE p (a varchar(9), CONSTRAINT `u` UNIQUE KEY `k` (a)); CREATE TABLE c (a varchar(9)); ALTER TABLE c ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (a)",
    "CREATE TABLE p (a varchar(99), UNIQUE (a(4))); CREATE TABLE c (a varchar(99), FOREIGN KEY (a) REFERENCES p (a))",
    "CREATE TABLE p (id int PRIMARY KEY) ENGINE=MyISAM; CREATE TABLE c (pid int, FOREIGN KEY (pid) REFERENCES p (id))",
    "CREATE TABLE p (id bigint PRIMARY KEY); ALTER TABLE p MODIFY id int; CREATE TABLE c (pid int, FOREIGN KEY (pid) REFERENCES p (id))",
    "CREATE TABLE p (id bigint PRIMARY KEY); DROP TABLE p; CREATE TABLE p (id int KEY); CREATE TABLE c (i int, FOREIGN KEY (i) REFERENCES p (id))",
    "CREATE TABLE q (id int PRIMARY KEY); CREATE TABLE p LIKE q; CREATE TABLE c (pid int, FOREIGN KEY (pid) REFERENCES p (id))",
)
POSTGRES = (
    "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (pid int REFERENCES p)",
    "CREATE TABLE p (id bigserial PRIMARY KEY); CREATE TABLE c (pid int REFERENCES p)",
    "CREATE TABLE p (id uuid PRIMARY KEY); CREATE TABLE c (pid int REFERENCES p)",
    "CREATE TABLE p (id text, n int UNIQUE); CREATE TABLE c (pid int); ALTER TABLE c ADD FOREIGN KEY (pid) REFERENCES p (n)",
    "CREATE TABLE p (id text, n int); CREATE TABLE c (pid int); ALTER TABLE c ADD FOREIGN KEY (pid) REFERENCES p (n)",
    "CREATE TABLE p (id text, n int); ALTER TABLE p ADD PRIMARY KEY (n); CREATE TABLE c (pid int REFERENCES p (n))",
    "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE c (a int, b int, FOREIGN KEY (b, a) REFERENCES p (b, a))",
    "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE c (a int, FOREIGN KEY (a) REFERENCES p (a))",
    'CREATE TABLE "P" ("Id" date UNIQUE); CREATE TABLE c (d inet REFERENCES "P" ("Id"))',
    "CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY, CONSTRAINT pk PRIMARY KEY (id)); CREATE TABLE c (pid text REFERENCES p (id))",
    "CREATE TABLE q (id int PRIMARY KEY); CREATE TABLE p (LIKE q INCLUDING ALL); CREATE TABLE c (pid int REFERENCES p (id))",
)


def foretold(connection: Connection, target: Target, audit: AuditLog, script: str) -> bool:
    """Whether a key that does not fit is found before the script begins."""
    session = Session(connection, Profile("test", target), audit)
    found = judge_all(session, (text_source(f"{script};", 1),), Options())
    return any(KEY_MISMATCH in verdict.rules for verdict in found.stopped)


def refused_by_mariadb(target: Target, statements: Sequence[str]) -> bool:
    with closing(pymysql.connect(host=target.host, port=target.port or 3306, user=target.user, autocommit=True,
                                 database=target.database)) as raw, raw.cursor() as cursor:  # fmt: skip
        try:
            for statement in statements:
                cursor.execute(statement)
        except pymysql.OperationalError:
            return True
        finally:
            cursor.execute("DROP TABLE IF EXISTS c, p, q")
    return False


def refused_by_postgres(target: Target, statements: Sequence[str]) -> bool:
    with psycopg.connect(host=target.host, port=target.port, user=target.user, dbname=target.database) as server:
        try:
            for statement in statements:
                server.execute(statement.encode())
        except psycopg.Error:
            return True
        finally:
            server.rollback()
    return False


@pytest.mark.parametrize("script", MARIADB)
def test_keys_of_tables_that_a_script_makes_on_mariadb(mariadb_target: Target, audit: AuditLog, script: str) -> None:
    with closing(connect(mariadb_target)) as connection:
        said = foretold(connection, mariadb_target, audit, script)
    assert said == refused_by_mariadb(mariadb_target, script.split("; "))


@pytest.mark.parametrize("script", POSTGRES)
def test_keys_of_tables_that_a_script_makes_on_postgres(postgres_target: Target, audit: AuditLog, script: str) -> None:
    with closing(connect(postgres_target)) as connection:
        said = foretold(connection, postgres_target, audit, script)
    assert said == refused_by_postgres(postgres_target, script.split("; "))


def test_an_index_that_a_script_makes_on_a_table_that_is_there_is_no_longer_missing(
    mariadb_target: Target, audit: AuditLog
) -> None:
    with closing(connect(mariadb_target)) as connection:
        with closing(pymysql.connect(host=mariadb_target.host, port=mariadb_target.port or 3306, autocommit=True,
                                     user=mariadb_target.user, database=mariadb_target.database)) as raw:  # fmt: skip
            raw.cursor().execute("CREATE TABLE p (a int, b int)")
        key = "CREATE TABLE c (a int, FOREIGN KEY (a) REFERENCES p (a))"
        assert foretold(connection, mariadb_target, audit, key)
        assert not foretold(connection, mariadb_target, audit, f"CREATE UNIQUE INDEX i ON `p` (a); {key}")
