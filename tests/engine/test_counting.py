"""What a question says will be touched is what then is: MERGE by arm, upserts by the rows they take the place of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.engine.counting import sampled, touched
from safesql.engine.notes import notes
from safesql.engine.touched import Touched, altogether, most
from safesql.guard.action import Environment
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.result import Row
from safesql.rewrite.closure.reach import Fate
from safesql.rewrite.probe import Probe
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.target import Target
from tests.engine.recorder import session_on
from tests.engine.test_row_guard import run as run_all

QUIET = Policy(Environment.DEVELOPMENT)
SCHEMA = """
CREATE TABLE t (id integer PRIMARY KEY, u integer UNIQUE, v integer DEFAULT 7);
CREATE TABLE s (id integer, u integer);
INSERT INTO t VALUES (1, 10, 0), (2, 20, 0), (3, 30, 0), (4, 40, 0), (5, NULL, 0);
INSERT INTO s VALUES (1, 11), (3, 40), (6, 20), (7, 70), (8, NULL)
"""
VALUES = "(1, 11, 99), (3, 40, 99), (6, 60, 99)"
UPSERTS = [
    ("mariadb", f"REPLACE INTO t VALUES {VALUES}"),
    ("mariadb", "REPLACE INTO t (id, u, v) SELECT id, u, 99 FROM s"),
    ("mariadb", "REPLACE INTO t (v, id) VALUES (99, 2)"),
    ("mariadb", "INSERT INTO t (id, u, v) VALUES (1, 100, 99), (9, 20, 99) ON DUPLICATE KEY UPDATE v = 99"),
    ("mariadb", "INSERT INTO t (id, v) SELECT id, 99 FROM s ON DUPLICATE KEY UPDATE v = 99"),
    ("sqlite", f"REPLACE INTO t VALUES {VALUES}"),
    ("sqlite", "INSERT OR REPLACE INTO t (id, u, v) SELECT id, u, 99 FROM s"),
    ("sqlite", "INSERT INTO t (id, v) VALUES (1, 99), (8, 99) ON CONFLICT (id) DO UPDATE SET v = 99"),
    ("sqlite", "INSERT INTO t (id, u, v) SELECT id + 10, u, 99 FROM s WHERE true ON CONFLICT (u) DO UPDATE SET v = 99"),
    ("postgres", "INSERT INTO t (id, v) VALUES (1, 99), (8, '99'), (2, 99) ON CONFLICT (id) DO UPDATE SET v = 99"),
    ("postgres", "INSERT INTO t AS x (id, u) SELECT id + 10, u FROM s ON CONFLICT (u) DO UPDATE SET v = 99"),
    ("postgres", "INSERT INTO t (id, u) VALUES (50, 10) ON CONFLICT ON CONSTRAINT t_u_key DO UPDATE SET v = 99"),
    ("postgres", "WITH n AS (SELECT 3 AS id) INSERT INTO t (id) SELECT id FROM n ON CONFLICT (id) DO UPDATE SET v = 99"),
]  # fmt: skip


@pytest.fixture
def server(request: pytest.FixtureRequest, audit: AuditLog) -> Iterator[Connection]:
    target = request.getfixturevalue(f"{request.param}_target")
    assert isinstance(target, Target)
    with closing(connect(target)) as connection:
        run_all(session_on(connection, audit, QUIET), SCHEMA)
        yield connection


def said(connection: Connection, text: str) -> tuple[Touched, ...]:
    return touched(connection, judge(Statement(text, connection.dialect), QUIET))


def rows(connection: Connection) -> set[Row]:
    return set(connection.query(Probe("SELECT id, u, v FROM t", "test")).rows())


@pytest.mark.parametrize(("server", "text"), UPSERTS, indirect=["server"])
def test_rows_that_new_ones_take_the_place_of_are_counted(server: Connection, audit: AuditLog, text: str) -> None:
    new, overwritten = said(server, text)
    before = rows(server)
    run_all(session_on(server, audit, QUIET), text)
    after = rows(server)
    assert overwritten.rows == len(before - after)
    assert new.rows is not None
    assert len(after) - len(before) <= new.rows
    assert most((new, overwritten)) == altogether((new, overwritten)) == new.rows


MERGES = [
    "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED AND s.u = 11 THEN DELETE WHEN MATCHED THEN UPDATE SET v = 99 "
    "WHEN NOT MATCHED AND s.u IS NULL THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.u)",
    "MERGE INTO t AS x USING (SELECT * FROM s WHERE id < 7) y ON x.id = y.id AND y.u > 0 WHEN MATCHED THEN DELETE",
    "WITH w AS (SELECT id FROM s) MERGE INTO t USING w ON w.id = t.id WHEN MATCHED AND CASE WHEN v = 0 THEN true END "
    "THEN UPDATE SET (v, u) = (5, NULL)",
]


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
@pytest.mark.parametrize("text", MERGES)
def test_a_merge_is_counted_by_arm(server: Connection, audit: AuditLog, text: str) -> None:
    arms = {table.arm: table.rows or 0 for table in said(server, text)}
    before = {row[0]: row for row in rows(server)}
    run_all(session_on(server, audit, QUIET), text)
    after = {row[0]: row for row in rows(server)}
    assert arms.get("DELETE", 0) == len(before.keys() - after.keys())
    assert arms.get("INSERT", 0) == len(after.keys() - before.keys())
    assert arms.get("UPDATE", 0) == sum(before[key] != after[key] for key in before.keys() & after.keys())


@pytest.mark.parametrize("server", ["postgres", "mariadb", "sqlite"], indirect=True)
def test_an_update_is_shown_with_its_values_after_it(server: Connection) -> None:
    text = "UPDATE t SET v = v + id, u = NULL WHERE id IN (2, 3)"
    (result,) = sampled(server, judge(Statement(text, server.dialect), QUIET))
    assert [column.name for column in result.columns] == ["id", "u", "v", "v after", "u after"]
    assert sorted(tuple(str(cell) for cell in row) for row in result.rows()) == [
        ("2", "20", "0", "2", "None"), ("3", "30", "0", "3", "None"),
    ]  # fmt: skip


@pytest.mark.parametrize("server", ["postgres", "mariadb", "sqlite"], indirect=True)
def test_what_the_server_will_refuse_is_said(server: Connection, audit: AuditLog) -> None:
    for text in ("PRAGMA foreign_keys = ON",) if server.dialect.name == "sqlite" else ():
        run_all(session_on(server, audit, QUIET), text)
    child = "CREATE TABLE child (id integer, FOREIGN KEY (id) REFERENCES t (id)); INSERT INTO child VALUES (1), (1), (2)"
    run_all(session_on(server, audit, QUIET), child)
    verdict = judge(Statement("DELETE FROM t WHERE id IN (1, 5)", server.dialect), QUIET)
    assert notes(server, verdict).lines == ("the server will refuse: 2 rows of child refer to them",)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_sqlite_without_foreign_keys_leaves_orphans(server: Connection, audit: AuditLog) -> None:
    run_all(session_on(server, audit, QUIET), "PRAGMA foreign_keys = OFF")
    child = "CREATE TABLE child (id integer REFERENCES t ON DELETE CASCADE); INSERT INTO child VALUES (1), (1), (2)"
    run_all(session_on(server, audit, QUIET), child)
    verdict = judge(Statement("DELETE FROM t WHERE id = 1", server.dialect), QUIET)
    assert [table.fate for table in touched(server, verdict)] == [None]
    (line,) = notes(server, verdict).lines
    assert line == "2 rows of child would refer to what is gone: this session does not enforce foreign keys"


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
def test_partitions_and_triggers_are_named(server: Connection, audit: AuditLog) -> None:
    submitted = session_on(server, audit, QUIET)
    run_all(submitted, "CREATE TABLE p (id integer) PARTITION BY RANGE (id); "
            "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); "
            "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20); INSERT INTO p VALUES (1), (11), (12); "
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$; "
            "CREATE TRIGGER tr BEFORE DELETE ON p FOR EACH ROW EXECUTE FUNCTION f()")  # fmt: skip
    verdict = judge(Statement("DELETE FROM p WHERE id > 0", server.dialect), QUIET)
    assert notes(server, verdict).lines == (
        "trigger tr on p fires, and what it does is not counted", "partitions of p: 2 in p2, 1 in p1",
    )  # fmt: skip


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
@pytest.mark.parametrize(("statement", "lines"), [
    ("TRUNCATE a CASCADE", ('CASCADE empties as well: 1 rows of "B b", 2 rows of c',)),
    ("TRUNCATE c CASCADE", ()),
    ("DROP TABLE a CASCADE", (
        'CASCADE drops as well, with what depends on it: constraint b_fk on table "B b", view va',
    )),
    ("DROP TABLE c CASCADE", ()),
    ("DROP TABLE c", ()),
])  # fmt: skip
def test_what_cascade_takes_along_is_named(
    server: Connection, audit: AuditLog, statement: str, lines: tuple[str, ...]
) -> None:
    run_all(session_on(server, audit, QUIET), "CREATE TABLE a (id integer PRIMARY KEY); CREATE VIEW va AS SELECT * FROM a; "
            'CREATE TABLE "B b" (id integer PRIMARY KEY, a integer CONSTRAINT b_fk REFERENCES a); '
            'CREATE TABLE c (id integer PRIMARY KEY, b integer REFERENCES "B b"); INSERT INTO a VALUES (1); '
            'INSERT INTO "B b" VALUES (1, 1); INSERT INTO c VALUES (1, 1), (2, 1)')  # fmt: skip
    assert notes(server, judge(Statement(statement, server.dialect), QUIET)).lines == lines


@pytest.mark.parametrize("server", ["mariadb"], indirect=True)
@pytest.mark.parametrize(("statement", "lines"), [
    ("DELETE FROM p WHERE id > 0 -- all", ("partitions of p: 2 in p'2, 1 in p1",)),
    ("UPDATE p SET v = 1 WHERE id = 11", ("partitions of p: 1 in p'2",)),
    ("DELETE FROM p", ("partitions of p: 2 in p'2, 1 in p1",)),
    ("DELETE FROM p WHERE id = 99", ()),
    ("DELETE FROM p ORDER BY id LIMIT 1", ()),
])  # fmt: skip
def test_partitions_of_mariadb_are_named(
    server: Connection, audit: AuditLog, statement: str, lines: tuple[str, ...]
) -> None:
    run_all(session_on(server, audit, QUIET), "CREATE TABLE p (id integer, v integer) PARTITION BY RANGE (id) "
            "SUBPARTITION BY HASH (v) SUBPARTITIONS 2 (PARTITION p1 VALUES LESS THAN (10), "
            "PARTITION `p'2` VALUES LESS THAN (20)); INSERT INTO p VALUES (1, 1), (11, 2), (12, 3)")  # fmt: skip
    assert notes(server, judge(Statement(statement, server.dialect), QUIET)).lines == lines


@pytest.mark.parametrize("server", ["postgres", "mariadb"], indirect=True)
def test_past_its_time_limit_a_count_is_an_estimate_and_says_so(server: Connection) -> None:
    text = "DELETE FROM t WHERE v < (SELECT count(*) + max(a.u + b.u) FROM {0} a, {0} b, {0} c, {0} d, {0} e, {0} f)"
    many = "(SELECT x.u FROM t x, t y, t z WHERE x.u + y.u + z.u + rand() > 0)"
    text = text.format(many if server.dialect.name == "mariadb" else many.replace("rand()", "random()"))
    (table, *_) = touched(server, judge(Statement(text, server.dialect), QUIET), seconds=0.5)
    assert table.fate is not Fate.DELETE
    assert not table.exact
    assert str(table).startswith("about ")
    assert most((table,)) is None


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
def test_what_the_server_cannot_compute_is_no_estimate(server: Connection) -> None:
    (table,) = said(server, "DELETE FROM t WHERE 1 / (v - v) = 1")
    assert table.rows is None
    assert "division by zero" in table.reason
