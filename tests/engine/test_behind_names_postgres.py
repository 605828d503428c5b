"""What stands behind names in PostgreSQL, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from safesql.backends import connect
from safesql.backends.contract import Transaction
from safesql.engine.preflight import breakers
from safesql.engine.session import Session
from safesql.errors import StatementFailed
from safesql.store.audit import AuditLog
from safesql.target import Target
from tests.engine.names_behind import Case, said, send, statement_of, verdict, wrong
from tests.engine.recorder import session_on

SCHEMA = r"""
CREATE TABLE kept (id int PRIMARY KEY, u int);
CREATE TABLE orders (id int PRIMARY KEY, note text, seen timestamptz);
CREATE TABLE items (id int PRIMARY KEY, order_id int REFERENCES orders ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE audit (what text);
CREATE TABLE ruled (id int); CREATE TABLE watched (id int); CREATE TABLE cleaned (id int, kept_id int);
CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int, parent_id int REFERENCES parent ON DELETE SET NULL);
CREATE TABLE parted (id int) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE FUNCTION purge() RETURNS int LANGUAGE sql AS 'DELETE FROM kept; SELECT 1';
CREATE FUNCTION calls_purge() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN purge(); END $$;
CREATE FUNCTION atomic() RETURNS void BEGIN ATOMIC DELETE FROM kept; END;
CREATE FUNCTION harmless_atomic(a int) RETURNS int RETURN a + 1;
CREATE FUNCTION literal() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM kept'; END $$;
CREATE FUNCTION computed(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM ' || t; END $$;
CREATE FUNCTION picked(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + 1';
CREATE FUNCTION over_load(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION over_load(text) RETURNS int LANGUAGE sql AS 'DELETE FROM kept; SELECT 1';
CREATE FUNCTION ping(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN $1 > 0 THEN pong($1 - 1) END; END $$;
CREATE FUNCTION pong(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN ping($1); END $$;
CREATE FUNCTION as_owner() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM kept; SELECT 1';
CREATE FUNCTION own_table() RETURNS void LANGUAGE plpgsql AS
  $$ BEGIN CREATE TEMP TABLE scratch (a int); DELETE FROM scratch; DROP TABLE scratch; END $$;
CREATE FUNCTION variables() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; r record; BEGIN
  SELECT count(*) INTO n FROM kept; FOR r IN SELECT * FROM kept LOOP n := n + r.id; END LOOP; RETURN n; END $$;
CREATE PROCEDURE tidy(a int) LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO audit VALUES ('tidy'); DELETE FROM kept WHERE id = a; END $$;
CREATE PROCEDURE clear_all() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM kept; END $$;
CREATE FUNCTION step(int, int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM kept; RETURN 1; END $$;
CREATE AGGREGATE wiping(int) (sfunc = step, stype = int, initcond = 0);
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO audit SELECT TG_OP; IF TG_OP <> 'DELETE' THEN NEW.seen = now(); RETURN NEW; END IF; RETURN OLD; END $$;
CREATE TRIGGER logged BEFORE INSERT OR UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION log_it();
CREATE FUNCTION empty_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM kept; RETURN NULL; END $$;
CREATE FUNCTION kept_of_row() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN DELETE FROM kept WHERE id = OLD.kept_id; RETURN NULL; END $$;
CREATE TRIGGER "on ""t'd" AFTER INSERT OR TRUNCATE ON watched EXECUTE FUNCTION empty_kept();
CREATE TRIGGER bounded AFTER DELETE ON cleaned FOR EACH ROW EXECUTE FUNCTION kept_of_row();
CREATE TRIGGER off AFTER DELETE ON cleaned FOR EACH ROW EXECUTE FUNCTION empty_kept();
ALTER TABLE cleaned DISABLE TRIGGER off;
CREATE TRIGGER on_child AFTER UPDATE ON child FOR EACH STATEMENT EXECUTE FUNCTION empty_kept();
CREATE TRIGGER on_part AFTER DELETE ON parted_1 FOR EACH ROW EXECUTE FUNCTION empty_kept();
CREATE RULE also AS ON DELETE TO ruled DO ALSO DELETE FROM kept;
CREATE VIEW seen AS SELECT id, note FROM orders WHERE id > 0;
CREATE VIEW over_watched AS SELECT id FROM watched;
CREATE VIEW instead AS SELECT id FROM orders;
CREATE TRIGGER replaces INSTEAD OF DELETE ON instead FOR EACH ROW EXECUTE FUNCTION empty_kept();
CREATE SCHEMA app; CREATE TABLE app.mine (id int);
CREATE FUNCTION app.drain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.kept; RETURN NULL; END $$;
CREATE TRIGGER drained AFTER DELETE ON app.mine EXECUTE FUNCTION app.drain();
CREATE FUNCTION app.own_path() RETURNS void LANGUAGE plpgsql SET search_path = "app", pg_temp AS
  $$ BEGIN DELETE FROM mine WHERE id = 1; END $$;
CREATE TABLE defaulted (id int, other int DEFAULT purge());
CREATE FUNCTION "odd ""name'; DROP TABLE kept; --"() RETURNS int LANGUAGE sql AS 'DELETE FROM kept; SELECT 1';
INSERT INTO kept SELECT g, g FROM generate_series(1, 3) g;
INSERT INTO orders SELECT g FROM generate_series(1, 9) g; INSERT INTO items SELECT g, g FROM generate_series(1, 9) g;
INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1); INSERT INTO ruled VALUES (1);
INSERT INTO parted VALUES (1); INSERT INTO app.mine VALUES (1); INSERT INTO cleaned VALUES (1, 99);
"""

GOES = "every row of kept goes"
CASES: list[Case] = [
    ("SELECT purge()", f"purge(): {GOES}"),
    ("SELECT 1 WHERE (SELECT calls_purge()) = 1", f"calls_purge() → purge(): {GOES}"),
    ("SELECT atomic()", f"atomic(): {GOES}"),
    ("SELECT harmless_atomic(1)", ""),
    ("SELECT literal()", GOES),
    ("SELECT computed('kept')", "put together at run time"),
    ("SELECT picked(1), lower('A'), count(*), max(id) FROM orders", ""),
    ("SELECT over_load('x'::text)", f"over_load(text): {GOES}"),
    ("SELECT ping(3)", ""),
    ("SELECT as_owner()", GOES),
    ("SELECT own_table()", ""),
    ("SELECT variables()", ""),
    ("CALL tidy(77)", ""),
    ("CALL clear_all()", f"clear_all(): {GOES}"),
    ("DO $$ BEGIN PERFORM purge(); END $$", GOES),
    ("SELECT wiping(id) FROM orders", f"step(integer,integer): {GOES}"),
    ("EXPLAIN SELECT purge()", ""),
    ("EXPLAIN ANALYZE SELECT purge()", GOES),
    ("CREATE TABLE made AS SELECT purge()", GOES),
    ("INSERT INTO orders (id, note) VALUES (50, 'x')", ""),
    ("UPDATE orders SET note = 'y' WHERE id = 1", ""),
    ("DELETE FROM orders WHERE id = 9", ""),
    ("UPDATE orders SET note = purge()::text WHERE id = 1", GOES),
    ("INSERT INTO watched VALUES (1)", f"empty_kept(): {GOES}"),
    ("WITH w AS (INSERT INTO watched VALUES (2) RETURNING id) SELECT * FROM w", GOES),
    ("COPY watched FROM '/dev/null'", GOES),
    ("DELETE FROM watched WHERE id = 1", ""),
    ("MERGE INTO watched w USING (SELECT 5 AS n) s ON w.id = s.n WHEN NOT MATCHED THEN INSERT VALUES (5)", GOES),
    ("DELETE FROM cleaned WHERE id = 1", ""),
    ("DELETE FROM parent WHERE id = 1", f"ON DELETE SET NULL from parent → trigger on_child, empty_kept(): {GOES}"),
    ("DELETE FROM parted WHERE id = 1", GOES),
    ("DELETE FROM ruled WHERE id = 1", f"rule also: {GOES}"),
    ("UPDATE seen SET note = 'v' WHERE id = 2", ""),
    ("INSERT INTO over_watched VALUES (3)", f"view over_watched → trigger on \"t'd, empty_kept(): {GOES}"),
    ("DELETE FROM instead WHERE id = 3", f"trigger replaces, empty_kept(): {GOES}"),
    ("DELETE FROM app.mine WHERE id = 1", "every row of public.kept goes"),
    ("SELECT app.own_path()", "every row of public.kept goes"),
    ("INSERT INTO defaulted (id) VALUES (1)", f"default of other → purge(): {GOES}"),
    ("SELECT \"odd \"\"name'; DROP TABLE kept; --\"()", GOES),
]


@pytest.fixture
def admin(postgres_target: Target) -> Iterator[psycopg.Connection]:
    with psycopg.connect(host=postgres_target.host, port=postgres_target.port, user=postgres_target.user,
                         dbname=postgres_target.database, autocommit=True) as connection:
        connection.execute(SCHEMA.encode())
        yield connection


@pytest.fixture
def session(postgres_target: Target, admin: psycopg.Connection, audit: AuditLog) -> Iterator[Session]:
    del admin
    connection = connect(postgres_target)
    yield session_on(connection, audit)
    connection.close()


def _kept(admin: psycopg.Connection) -> int:
    row = admin.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def test_each_verdict_is_what_executing_it_shows(session: Session, admin: psycopg.Connection) -> None:
    def unguarded(text: str) -> int:
        with admin.transaction(force_rollback=True):
            admin.execute(text.encode())
            return _kept(admin)

    assert not wrong(session, CASES, lambda: _kept(admin), unguarded)


def test_a_question_names_the_tables_that_foreign_keys_reach(session: Session) -> None:
    assert "ON DELETE CASCADE takes rows of items too" in said(session, "DELETE FROM orders")
    assert "ON UPDATE CASCADE changes rows of items too" in said(session, "UPDATE orders SET id = id + 1")
    assert "items" not in said(session, "UPDATE orders SET note = ''")
    assert "CASCADE takes rows of items too" in said(session, "TRUNCATE orders CASCADE")


def test_a_prepared_call_is_judged_where_it_runs(session: Session) -> None:
    send(session, "PREPARE p AS SELECT purge()")
    assert "purge(): every row of kept goes" in said(session, "EXECUTE p")


def test_a_function_of_a_builtins_name_counts_wherever_it_is_found(session: Session, admin: psycopg.Connection) -> None:
    assert not said(session, "SELECT now()")
    admin.execute("CREATE SCHEMA early; CREATE FUNCTION early.now() RETURNS int LANGUAGE sql "
                  "AS 'DELETE FROM public.kept; SELECT 1'")
    assert not said(session, "SELECT now()")
    send(session, "SET search_path = early, pg_catalog, public")
    assert "every row of public.kept goes" in said(session, "SELECT now()")
    send(session, "RESET search_path")
    assert not said(session, "SELECT now()")


@pytest.mark.parametrize("rolled_back", [False, True])
def test_what_this_session_replaces_is_known_at_once(session: Session, rolled_back: bool) -> None:
    assert not said(session, "SELECT picked(1)")
    if rolled_back:
        send(session, "BEGIN")
    send(session, "CREATE OR REPLACE FUNCTION picked(a int) RETURNS int LANGUAGE sql AS 'DELETE FROM kept; SELECT 1'")
    assert "every row of kept goes" in said(session, "SELECT picked(1)")
    if rolled_back:
        send(session, "ROLLBACK")
        assert not said(session, "SELECT picked(1)")


def test_what_another_session_replaces_is_known_after_a_while(session: Session, admin: psycopg.Connection) -> None:
    now = [100.0]
    session.known = replace(session.known, clock=lambda: now[0])
    assert not said(session, "SELECT picked(1)")
    admin.execute("CREATE OR REPLACE FUNCTION picked(a int) RETURNS int LANGUAGE sql AS 'DELETE FROM kept; SELECT 1'")
    now[0] += 60
    assert "every row of kept goes" in said(session, "SELECT picked(1)")


def test_a_failed_transaction_stays_as_it_is(session: Session) -> None:
    send(session, "BEGIN")
    with pytest.raises(StatementFailed):
        send(session, "SELECT 1 / 0")
    assert not said(session, "SELECT purge()")
    assert session.connection.transaction is Transaction.FAILED
    send(session, "ROLLBACK")
    assert "every row of kept goes" in said(session, "SELECT purge()")


def test_asking_leaves_an_open_transaction_usable(session: Session) -> None:
    send(session, "BEGIN ISOLATION LEVEL SERIALIZABLE")
    send(session, "INSERT INTO orders (id) VALUES (60)")
    send(session, "DELETE FROM cleaned WHERE id = 2")
    assert session.connection.transaction is Transaction.OPEN
    send(session, "COMMIT")


def test_what_cannot_be_read_is_asked_about(session: Session, admin: psycopg.Connection) -> None:
    admin.execute('CREATE EXTENSION dblink; CREATE EXTENSION "uuid-ossp"')
    assert "written in c, which is not read" in said(session, "SELECT dblink_disconnect('x')")
    assert not said(session, "SELECT uuid_generate_v4()")


def test_an_account_without_privileges_sees_the_same(
    postgres_target: Target, admin: psycopg.Connection, audit: AuditLog
) -> None:
    name = f"low_{postgres_target.database[-12:]}"
    admin.execute(f"CREATE ROLE {name} LOGIN; REVOKE ALL ON SCHEMA app FROM public".encode())
    try:
        connection = connect(replace(postgres_target, user=name))
        session = session_on(connection, audit)
        assert "every row of kept goes" in said(session, "SELECT purge()")
        assert not said(session, "DELETE FROM app.nothing WHERE id = 1")
        assert session.known.able
        connection.close()
    finally:
        admin.execute(f"DROP ROLE {name}".encode())


def test_nothing_is_asked_twice_or_without_need(session: Session) -> None:
    before = session.known.facts
    verdict(session, "SELECT id FROM orders WHERE id IN (1, 2)")
    assert session.known.facts is before
    verdict(session, "INSERT INTO orders (id) VALUES (1)")
    known = session.known.facts
    assert known is not before
    for number in range(50):
        verdict(session, f"INSERT INTO orders (id) VALUES ({number})")
    assert session.known.facts is known


def test_a_verdict_at_each_key_asks_nothing_and_uses_what_is_known(session: Session) -> None:
    statement = statement_of("SELECT purge()", session)
    assert not session.judge(statement).findings
    assert not session.known.facts
    session.looked_up(statement)
    assert session.judge(statement).findings


def test_a_run_that_promises_all_or_nothing_knows_what_its_calls_do(session: Session, admin: psycopg.Connection) -> None:
    admin.execute("CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$")
    assert "COMMIT ends or replaces the transaction" in " ".join(breakers(verdict(session, "CALL commits()")))
    assert not list(breakers(verdict(session, "CALL tidy(1)")))
