"""What is said of ALTER TABLE is what MariaDB accepts: an ALGORITHM that it refuses is a way that it does not go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pymysql
import pytest
from pymysql.cursors import Cursor

from safesql.guard.analysis import effect_of
from safesql.guard.locks import Blocks, Lock, locks_of
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.target import Target

MADE = (
    "CREATE TABLE q (id int PRIMARY KEY)",
    "CREATE TABLE t (id int PRIMARY KEY, a varchar(10), b int, d date, g int NOT NULL, KEY by_b (b))",
    "INSERT INTO t VALUES (1, 'x', 1, NULL, 1)",
)
ACTIONS = (
    "ADD COLUMN n int",
    "ADD COLUMN n int FIRST",
    "ADD n int NOT NULL DEFAULT 3, ADD m text",
    "ADD COLUMN n int AUTO_INCREMENT UNIQUE",
    "ADD COLUMN n int AS (b + 1) STORED",
    "ADD COLUMN n int AS (b + 1) VIRTUAL",
    "ADD COLUMN n datetime DEFAULT now()",
    "ADD COLUMN n char(36) DEFAULT uuid()",
    "ADD COLUMN n int REFERENCES q (id)",
    "ADD COLUMN n int UNIQUE",
    "DROP COLUMN b",
    "RENAME COLUMN b TO e",
    "CHANGE b e int",
    "CHANGE b b bigint",
    "MODIFY b bigint",
    "MODIFY a varchar(20)",
    "MODIFY a varchar(5)",
    "ALTER b SET DEFAULT 3",
    "ALTER b DROP DEFAULT",
    "ADD INDEX (d)",
    "ADD KEY k (d), ADD COLUMN n int",
    "ADD UNIQUE (b)",
    "ADD CONSTRAINT k UNIQUE (b)",
    "ADD FULLTEXT (a)",
    "DROP PRIMARY KEY",
    "DROP PRIMARY KEY, ADD PRIMARY KEY (g)",
    "ADD FOREIGN KEY (b) REFERENCES q (id)",
    "ADD CONSTRAINT k CHECK (b > 0)",
    "CONVERT TO CHARACTER SET latin1",
    "DEFAULT CHARACTER SET latin1",
    "ENGINE=InnoDB",
    "FORCE",
    "ROW_FORMAT=COMPRESSED",
    "AUTO_INCREMENT=50",
    "COMMENT='x'",
    "ADD SYSTEM VERSIONING",
    "DROP INDEX by_b",
    "RENAME INDEX by_b TO k",
)


@pytest.fixture
def server(mariadb_target: Target) -> Iterator[Cursor]:
    """A session in an empty database."""
    with closing(pymysql.connect(host=mariadb_target.host, port=mariadb_target.port or 3306, user=mariadb_target.user,
                                 database=mariadb_target.database)) as raw, raw.cursor() as cursor:
        yield cursor


def test_the_ways_that_are_said_are_the_ways_that_are_accepted(server: Cursor) -> None:
    wrong = [f"{action}: {said}, and accepted are {ways}" for action in ACTIONS for said, ways in _wrong(server, action)]
    assert wrong == []


def _wrong(server: Cursor, action: str) -> Iterator[tuple[str, list[str]]]:
    """What is said of an action that the server does not confirm."""
    (lock,) = locks(f"ALTER TABLE t {action}")
    ways = [way for way in ("INSTANT", "NOCOPY", "INPLACE") if _accepted(server, action, f"ALGORITHM={way}")]
    open_ = _accepted(server, action, "ALGORITHM=INPLACE, LOCK=NONE")
    writable = "writes may go on" if open_ else "nobody writes"
    if lock.rewrites is None:
        return
    if lock.rewrites != ("NOCOPY" not in ways):
        yield lock.sentence(), ways
    if (lock.blocks is not Blocks.WRITES) != open_ and "NOCOPY" not in ways:
        yield lock.sentence(), [*ways, writable]
    if not lock.lasting and "INSTANT" not in ways and "NOCOPY" not in ways:
        yield lock.sentence(), ways


def _accepted(server: Cursor, action: str, way: str) -> bool:
    """Whether the server does it this way to a new table."""
    server.execute("DROP TABLE IF EXISTS t, q")
    for text in MADE:
        server.execute(text)
    try:
        server.execute(f"ALTER TABLE t {action}, {way}")
    except (pymysql.NotSupportedError, pymysql.OperationalError) as error:
        assert error.args[0] in (1845, 1846), error
        return False
    return True


def locks(sql: str, dialect: str = "mariadb") -> tuple[Lock, ...]:
    """What is said of a statement."""
    statement = next(iter(split(sql, DIALECTS[dialect])))
    assert isinstance(statement, Statement)
    return locks_of(statement, effect_of(statement))


@pytest.mark.parametrize("sql", [
    "ALTER TABLE t MODIFY b bigint, ALGORITHM=INSTANT",
    "ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES q (id), ALGORITHM=INPLACE, LOCK=NONE",
    "CREATE FULLTEXT INDEX i ON t (a) LOCK=NONE",
    "CREATE INDEX i ON t (a)",
    "OPTIMIZE TABLE t",
    "DROP TABLE t",
    "UPDATE t SET a = 1 WHERE id = 1",
])  # fmt: skip
@pytest.mark.parametrize("dialect", ["mariadb", "mysql"])
def test_nothing_better_is_known_for_what_lets_others_work(sql: str, dialect: str) -> None:
    assert [lock for lock in locks(sql, dialect) if lock.instead or lock.hurts] == []


@pytest.mark.parametrize(("sql", "table", "instead"), [
    ("ALTER TABLE shop.t MODIFY b bigint", "shop.t", "ALGORITHM=INSTANT, LOCK=NONE"),
    ("ALTER TABLE t ADD CONSTRAINT FOREIGN KEY (b) REFERENCES q (id)", "t", "ALGORITHM=INPLACE, LOCK=NONE"),
    ("ALTER TABLE t PARTITION BY HASH (id) PARTITIONS 2", "t", "gh-ost"),
    ("ALTER TABLE t ADD COLUMN a int, ENGINE=MyISAM", "t", "copy beside"),
    ("/*!40101 ALTER TABLE t ORDER BY b */", "t", "copy beside"),
    ("ALTER TABLE t ADD INDEX (b), ALGORITHM=COPY", "t", "copy beside"),
])  # fmt: skip
def test_what_to_write_instead_is_said(sql: str, table: str, instead: str) -> None:
    (lock,) = locks(sql)
    assert (str(lock.table), lock.blocks, instead in lock.instead) == (table, Blocks.WRITES, True)


def test_each_table_of_a_list_is_named() -> None:
    assert [str(lock.table) for lock in locks("RENAME TABLE a TO b, c TO d")] == ["a", "c"]
    assert [str(lock.table) for lock in locks("LOCK TABLES a READ, b WRITE")] == ["a", "b"]
