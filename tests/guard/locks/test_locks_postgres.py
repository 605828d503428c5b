"""The locks that are named are those that PostgreSQL takes; whether a table is rewritten or read is seen there too."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from safesql.guard.analysis import effect_of
from safesql.guard.locks import Blocks, Lock, locks_of
from safesql.guard.locks.modes import WEIGHTS
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.target import Target

MADE = """
CREATE TABLE p (id int PRIMARY KEY, code varchar(10) UNIQUE);
CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(10), c text, d int NOT NULL DEFAULT 1, e int CHECK (e > 0));
CREATE UNIQUE INDEX t_a ON t (a);
ALTER TABLE t ADD CONSTRAINT unread CHECK (a < 1000) NOT VALID;
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
CREATE UNIQUE INDEX m_id ON m (id);
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION nothing();
CREATE TABLE parted (id int) PARTITION BY RANGE (id);
CREATE TABLE part (id int NOT NULL);
INSERT INTO p SELECT n, n FROM generate_series(1, 20) n;
INSERT INTO t SELECT n, n, n, n, n, n FROM generate_series(1, 20) n;
"""
FORMS = (
    "ALTER TABLE t ADD COLUMN z int",
    "ALTER TABLE t ADD COLUMN z int DEFAULT 3",
    "ALTER TABLE t ADD COLUMN z timestamptz NOT NULL DEFAULT now()",
    "ALTER TABLE t ADD COLUMN z timestamptz DEFAULT clock_timestamp()",
    "ALTER TABLE t ADD COLUMN z float DEFAULT random()",
    "ALTER TABLE t ADD COLUMN z uuid DEFAULT gen_random_uuid()",
    "ALTER TABLE t ADD COLUMN z serial",
    "ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a + 1) STORED",
    "ALTER TABLE t ADD COLUMN z int REFERENCES p (id)",
    "ALTER TABLE t ADD COLUMN z varchar(20) DEFAULT 'x'",
    "ALTER TABLE t DROP COLUMN c",
    "ALTER TABLE t RENAME COLUMN c TO z",
    "ALTER TABLE t RENAME TO z",
    "ALTER TABLE t ALTER a SET DEFAULT 5",
    "ALTER TABLE t ALTER COLUMN a DROP DEFAULT",
    "ALTER TABLE t ALTER a SET NOT NULL",
    "ALTER TABLE t ALTER d DROP NOT NULL",
    "ALTER TABLE t ALTER a TYPE bigint",
    "ALTER TABLE t ALTER COLUMN b TYPE varchar(20)",
    "ALTER TABLE t ALTER COLUMN b SET DATA TYPE text",
    "ALTER TABLE t ALTER a SET STATISTICS 5",
    "ALTER TABLE t ALTER a SET (n_distinct = 5)",
    "ALTER TABLE t ALTER c SET STORAGE EXTERNAL",
    "ALTER TABLE t SET (fillfactor = 50)",
    "ALTER TABLE t RESET (fillfactor)",
    "ALTER TABLE t SET UNLOGGED",
    "ALTER TABLE t CLUSTER ON t_a",
    "ALTER TABLE t SET WITHOUT CLUSTER",
    "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p (id)",
    "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p (id) NOT VALID",
    "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p",
    "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)",
    "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID",
    "ALTER TABLE t ADD CHECK (a > 0)",
    "ALTER TABLE t ADD UNIQUE (d)",
    "ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX t_a",
    "ALTER TABLE t ADD EXCLUDE USING btree (a WITH =)",
    "ALTER TABLE t VALIDATE CONSTRAINT unread",
    "ALTER TABLE t DROP CONSTRAINT unread",
    "ALTER TABLE t DISABLE TRIGGER tr",
    "ALTER TABLE t ENABLE ALWAYS TRIGGER tr",
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE t REPLICA IDENTITY FULL",
    "ALTER TABLE t OWNER TO CURRENT_USER",
    "ALTER TABLE ONLY t ADD COLUMN z int, ALTER a SET NOT NULL",
    "ALTER TABLE parted ATTACH PARTITION part FOR VALUES FROM (1) TO (10)",
    "CREATE INDEX ON t (c)",
    "CREATE UNIQUE INDEX IF NOT EXISTS i ON t USING btree (d)",
    "CREATE TRIGGER tz BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION nothing()",
    "CREATE RULE r AS ON DELETE TO t DO NOTHING",
    "CREATE POLICY y ON t USING (true)",
    "CREATE STATISTICS s ON a, d FROM t",
    "CREATE TABLE z (id int REFERENCES p, code varchar(10) REFERENCES p (code))",
    "COMMENT ON TABLE t IS 'x'",
    "COMMENT ON COLUMN t.a IS 'x'",
    "CLUSTER t USING t_a",
    "ANALYZE t",
    "REINDEX TABLE t",
    "REFRESH MATERIALIZED VIEW m",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
    "TRUNCATE t",
    "TRUNCATE TABLE ONLY t, p",
    "DROP TRIGGER tr ON t",
    "LOCK TABLE t",
    "LOCK t IN SHARE ROW EXCLUSIVE MODE",
    "INSERT INTO t (id, d) VALUES (99, 1)",
    "UPDATE t SET a = 0 WHERE id = 1",
    "DELETE FROM t WHERE id = 1",
    "WITH gone AS (DELETE FROM t WHERE id = 2 RETURNING id) SELECT * FROM gone",
)
MODES = """
SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = pg_backend_pid() AND l.granted AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm')
"""
FILES = """
SELECT oid::regclass::text, relfilenode FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'm')
"""


@pytest.fixture
def made(postgres_target: Target) -> Iterator[psycopg.Connection[tuple[str, str]]]:
    """A session beside a few small tables."""
    with psycopg.connect(host=postgres_target.host, port=postgres_target.port, user=postgres_target.user,
                         dbname=postgres_target.database, autocommit=True) as server:
        server.execute(MADE)
        yield server


def test_the_locks_named_are_the_locks_taken(made: psycopg.Connection[tuple[str, str]]) -> None:
    wrong = [line for form in FORMS for line in _wrong(made, form)]
    assert wrong == []


def _wrong(server: psycopg.Connection[tuple[str, str]], form: str) -> Iterator[str]:
    """How what a form does on the server differs from what is said of it."""
    named = _strongest(locks(form))
    server.execute("BEGIN")
    try:
        before = dict(server.execute(FILES).fetchall())
        reads = _reads(server)
        server.execute(form.encode())
        after = {name: file for name, file in server.execute(FILES).fetchall() if name in before}
        taken = _taken(server, set(before) | {"parted"})
        read = {name for name, count in _reads(server).items() if count > reads.get(name, 0)}
    finally:
        server.execute("ROLLBACK")
    if "RENAME TO" not in form and {name: lock.mode.split(",")[0] for name, lock in named.items()} != taken:
        yield f"{form}: {named} is named, and {taken} taken"
    for name, lock in named.items():
        anew = after.get(name, before.get(name)) != before.get(name)
        if lock.rewrites is not None and anew != lock.rewrites and not form.startswith(("TRUNCATE", "DROP")):
            yield f"{form}: {name} {'is' if anew else 'is not'} rewritten"
        if name == "t" and name in read and not (lock.lasting or lock.mode == "ROW EXCLUSIVE" or anew):
            yield f"{form}: {name} is read"


def _reads(server: psycopg.Connection[tuple[str, str]]) -> dict[str, int]:
    """Scans of tables by this transaction so far."""
    rows = server.execute("SELECT relname, seq_scan FROM pg_stat_xact_user_tables").fetchall()
    return {name: int(count) for name, count in rows}


def _taken(server: psycopg.Connection[tuple[str, str]], tables: set[str]) -> dict[str, str]:
    """The strongest lock on each table, in the words of SQL, without those of plain reads."""
    found: dict[str, str] = {}
    for name, mode in server.execute(MODES).fetchall():
        words = "".join(f" {letter}" if letter.isupper() else letter for letter in mode.removesuffix("Lock"))
        mode = words.strip().upper()
        if name in tables and mode != "ACCESS SHARE" and WEIGHTS.index(mode) > WEIGHTS.index(found.get(name, WEIGHTS[0])):
            found[name] = mode
    return {name: mode for name, mode in found.items() if mode != "ROW SHARE"}


def _strongest(found: tuple[Lock, ...]) -> dict[str, Lock]:
    """The strongest lock on each table that is named."""
    strongest: dict[str, Lock] = {}
    for lock in found:
        have = strongest.get(str(lock.table))
        if have is None or (lock.blocks, lock.lasting) >= (have.blocks, have.lasting):
            strongest[str(lock.table)] = lock
    return strongest


def locks(sql: str) -> tuple[Lock, ...]:
    """What is said of a statement."""
    statement = next(iter(split(sql, DIALECTS["postgres"])))
    assert isinstance(statement, Statement)
    return locks_of(statement, effect_of(statement))


@pytest.mark.parametrize(("sql", "instead"), [
    ("CREATE INDEX i ON t (a)", "CONCURRENTLY"),
    ("DROP INDEX i", "CONCURRENTLY"),
    ("REINDEX INDEX i", "CONCURRENTLY"),
    ("ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p (id)", "NOT VALID"),
    ("ALTER TABLE t ADD CHECK (a > 0)", "NOT VALID"),
    ("ALTER TABLE t ALTER a SET NOT NULL", "CHECK (a IS NOT NULL) NOT VALID"),
    ("ALTER TABLE t ALTER a TYPE bigint", "a new column beside it"),
    ("ALTER TABLE t ADD COLUMN z float DEFAULT random()", "the column without a default"),
    ("ALTER TABLE t ADD UNIQUE (a)", "USING INDEX"),
    ("VACUUM FULL t", "VACUUM without FULL"),
    ("CLUSTER t", "pg_repack"),
])  # fmt: skip
def test_what_to_write_instead_is_said(sql: str, instead: str) -> None:
    assert instead in " ".join(lock.instead for lock in locks(sql))


@pytest.mark.parametrize("sql", [
    "CREATE INDEX CONCURRENTLY i ON t (a)",
    "REINDEX TABLE CONCURRENTLY t",
    "REINDEX (CONCURRENTLY) TABLE t",
    "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p (id) NOT VALID",
    "ALTER TABLE t VALIDATE CONSTRAINT k",
    "ALTER TABLE t ADD COLUMN z int DEFAULT 0",
    "VACUUM (ANALYZE) t",
    "UPDATE t SET a = 1",
    "SELECT 1",
])  # fmt: skip
def test_nothing_better_is_known_for_what_lets_others_work(sql: str) -> None:
    assert [lock for lock in locks(sql) if lock.instead or lock.hurts] == []


def test_a_vacuum_of_everything_locks_no_table_by_name() -> None:
    (lock,) = locks("VACUUM FULL")
    assert (lock.table, lock.blocks, lock.rewrites) == (None, Blocks.READS_AND_WRITES, True)
    assert "each table in turn" in lock.sentence()
