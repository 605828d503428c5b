"""What a statement means can depend on those before it: prepared statements, variables, temporary tables."""

from __future__ import annotations

import pytest

from safesql.guard.action import Action
from safesql.guard.facts import Facts
from safesql.guard.judge import judge
from safesql.guard.memory import Memory
from safesql.guard.policy import Policy
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement


def last(*texts: str, dialect: str) -> tuple[Action, tuple[str, ...]]:
    """The verdict on the last of several statements."""
    memory = Memory()
    verdict = None
    for text in texts:
        verdict = judge(Statement(text, DIALECTS[dialect]), Policy(), Facts(memory=memory))
        memory = memory.after(verdict.effect)
    assert verdict is not None
    return verdict.action, verdict.rules


PG, MY, SL = "postgres", "mariadb", "sqlite"
STOPPED = [
    (PG, ("PREPARE p AS DELETE FROM t", "EXECUTE p"), "delete-without-where"),
    (PG, ("PREPARE p AS DELETE FROM t", "EXPLAIN ANALYZE EXECUTE p"), "delete-without-where"),
    (PG, ("EXECUTE p",), "dynamic-sql"),
    (PG, ("PREPARE p AS SELECT 1", "DEALLOCATE p", "EXECUTE p"), "dynamic-sql"),
    (MY, ("PREPARE p FROM 'TRUNCATE t'", "EXECUTE p"), "truncate"),
    (MY, ("SET @q = 'DELETE FROM t'", "PREPARE p FROM @q", "EXECUTE p"), "delete-without-where"),
    (MY, ("SET @q = 'DELETE FROM t'", "EXECUTE IMMEDIATE @q"), "delete-without-where"),
    (MY, ("SET @q = 'SELECT 1'", "SELECT f()", "EXECUTE IMMEDIATE @q"), "dynamic-sql"),
    (MY, ("SET @q = 'SELECT 1'", "SET @r = f()", "EXECUTE IMMEDIATE @q"), "dynamic-sql"),
    (MY, ("SET @q = 'SELECT 1'", "CALL p()", "EXECUTE IMMEDIATE @q"), "dynamic-sql"),
    (PG, ("CREATE TEMP TABLE t (a int)", "DELETE FROM public.t"), "delete-without-where"),
    (PG, ("CREATE TEMP TABLE t (a int)", "ROLLBACK", "DELETE FROM t"), "delete-without-where"),
    (PG, ("CREATE TEMP TABLE t (a int)", "DISCARD ALL", "TRUNCATE t"), "truncate"),
    (PG, ("CREATE TEMP TABLE t (a int) ON COMMIT DROP", "DELETE FROM t"), "delete-without-where"),
    (PG, ('CREATE TEMP TABLE "T" (a int)', "DELETE FROM T"), "delete-without-where"),
    (SL, ("CREATE TEMP TABLE t (a)", "DELETE FROM main.t"), "delete-without-where"),
    (MY, ("CREATE TEMPORARY TABLE t (a int)", "DROP TEMPORARY TABLE t", "DROP TABLE t"), "drop-table"),
    (MY, ("CREATE TEMPORARY TABLE t (a int)", "DROP TABLE t", "DROP TABLE t"), "drop-table"),
    (MY, ("CREATE TABLE t (a int)", "DELETE FROM u WHERE a = 1", "DROP TABLE t"), "drop-table"),
    (PG, ("CREATE OR REPLACE VIEW v AS SELECT 1", "DROP VIEW v"), "drop-definition"),
    (PG, ("CREATE VIEW v AS SELECT 1", "ROLLBACK", "DROP VIEW v"), "drop-definition"),
    (PG, ("CREATE INDEX IF NOT EXISTS i ON t (a)", "DROP INDEX i"), "drop-definition"),
    (PG, ("CREATE VIEW v AS SELECT 1", "DROP VIEW v", "DROP VIEW v"), "drop-definition"),
    (MY, ("SET @t = 't'", "SET @q = CONCAT('DELETE FROM ', @t)", "PREPARE p FROM @q", "EXECUTE p"), "delete-without-where"),
    (MY, ("SET @q = CONCAT('DELETE FROM ', @t)", "EXECUTE IMMEDIATE @q"), "dynamic-sql"),
    (MY, ("SET @t = f(), @q = 'SELECT 1'", "EXECUTE IMMEDIATE @q"), "dynamic-sql"),
    (MY, ("USE mysql", "DELETE FROM user WHERE User = 'a'"), "system-table-write"),
    (MY, ("use `mysql`", "SELECT 1", "SET @a = 1", "UPDATE global_priv SET priv = '{}' WHERE User = 'a'"), "system-table-write"),
    (MY, ("USE app", "USE Mysql", "INSERT INTO db (Host) VALUES ('%')"), "system-table-write"),
    (MY, ("USE mysql", "ROLLBACK", "DELETE FROM user WHERE User = 'a'"), "system-table-write"),
    (PG, ("SET search_path = information_schema", "DELETE FROM sql_sizing WHERE sizing_id = 34"), "system-table-write"),
    (PG, ("SET search_path TO pg_catalog, public", "DELETE FROM pg_ts_dict WHERE dictname = 'a'"), "system-table-write"),
]
PASSED = [
    (PG, ("PREPARE p AS DELETE FROM t",)),
    (PG, ("PREPARE p AS DELETE FROM t", "EXPLAIN EXECUTE p")),
    (PG, ("PREPARE p (int) AS DELETE FROM t WHERE id = $1", "EXECUTE p(1)")),
    (MY, ("PREPARE p FROM 'DELETE FROM t WHERE id = ?'", "SET @i = 1", "EXECUTE p USING @i")),
    (MY, ("SET @q = 'SELECT 1'", "PREPARE p FROM @q", "SELECT f()", "EXECUTE p")),
    (PG, ("CREATE TEMP TABLE t (a int)", "DELETE FROM t")),
    (PG, ("CREATE TEMP TABLE t (a int)", "ALTER TABLE t DROP COLUMN a")),
    (MY, ("CREATE TEMPORARY TABLE t (a int)", "DELETE FROM t", "TRUNCATE t", "DROP TABLE t")),
    (SL, ("CREATE TEMP TABLE t (a)", "UPDATE t SET a = 1", "DROP TABLE t")),
    (PG, ("CREATE ROLE r", "GRANT SELECT ON t TO r", "DROP ROLE r")),
    (MY, ("CREATE USER a@localhost", "DROP USER a@localhost")),
    (MY, ("SET @t = 't', @i = 3", "SET @q = CONCAT('DELETE FROM ', @t, ' WHERE id = ', @i)", "EXECUTE IMMEDIATE @q")),
    (MY, ("SET @t = 't'", "EXECUTE IMMEDIATE CONCAT('SELECT * FROM ', @t)")),
    (MY, ("USE mysql", "DELETE FROM app.user WHERE id = 1")),
    (MY, ("USE mysql", "SELECT * FROM user")),
    (MY, ("USE mysql", "USE app", "DELETE FROM user WHERE id = 1")),
    (MY, ("USE mysql", "INSERT INTO time_zone_leap_second VALUES (78796800, 1)")),
    (MY, ("USE mysql", "CREATE TEMPORARY TABLE mine (a int)", "INSERT INTO mine VALUES (1)")),
    (PG, ("SET search_path = information_schema", "RESET search_path", "DELETE FROM sql_sizing WHERE a = 1")),
    (PG, ("SET search_path = information_schema", "SET search_path = app", "DELETE FROM sql_sizing WHERE a = 1")),
    (PG, ("SET LOCAL search_path = information_schema", "COMMIT", "DELETE FROM sql_sizing WHERE a = 1")),
]


@pytest.mark.parametrize(("dialect", "texts", "rule"), STOPPED)
def test_what_came_before_does_not_hide_a_danger(dialect: str, texts: tuple[str, ...], rule: str) -> None:
    action, rules = last(*texts, dialect=dialect)
    assert action > Action.ALLOW
    assert rule in rules


@pytest.mark.parametrize(("dialect", "texts"), PASSED)
def test_what_came_before_makes_the_harmless_known(dialect: str, texts: tuple[str, ...]) -> None:
    assert last(*texts, dialect=dialect)[0] is Action.ALLOW
