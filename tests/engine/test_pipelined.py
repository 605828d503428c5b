"""Statements that are on their way together end as one by one: the same rows, the same report, the same exit code."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safesql.engine.session import Session
from safesql.store.audit import AuditLog
from safesql.store.trail import records
from safesql.target import Target
from tests.backends.conftest import Proxy
from tests.engine.pipelined_rig import Counting, Noted, execute, ran, session_to, told

WAITING = (
    "SELECT count(*) FROM information_schema.innodb_trx t JOIN information_schema.processlist p "
    "ON p.id = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT' AND p.db = database()"
)
TABLES = (
    "DROP TABLE IF EXISTS child; DROP TABLE IF EXISTS t; DROP TABLE IF EXISTS made;"
    "CREATE TABLE t (id int PRIMARY KEY, name varchar(5), n int);"
    "CREATE TABLE child (id int PRIMARY KEY, t int, FOREIGN KEY (t) REFERENCES t (id));"
    "INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3);"
    "INSERT INTO child VALUES (1, 1);"
)
ROWS = st.one_of(
    st.integers(4, 30).map(lambda at: f"INSERT INTO t VALUES ({at}, 'x', {at});"),
    st.integers(1, 4).map(lambda at: f"INSERT INTO t (id, name) VALUES ({at}, 'y');"),          # most are there
    st.integers(1, 30).map(lambda at: f"UPDATE t SET n = n + 1 WHERE id = {at};"),
    st.integers(1, 30).map(lambda at: f"UPDATE t SET name = 'toolong' WHERE id = {at};"),
    st.integers(1, 30).map(lambda at: f"DELETE FROM t WHERE id = {at};"),                        # 1 has a child
    st.integers(1, 9).map(lambda at: f"INSERT INTO child VALUES ({at}, {at});"),
    st.just("INSERT INTO nowhere VALUES (1);"),
    st.just("INSERT INTO t SELECT id + 100, 'z', n FROM t WHERE id < 3;"),
)
LOOKS = st.sampled_from(("SELECT count(*) FROM t;", "SELECT max(id) FROM t WHERE n > 1;", "CREATE TABLE made (x int);"))
BLOCKS = st.sampled_from(("BEGIN;", "COMMIT;", "ROLLBACK;", "SAVEPOINT s;", "ROLLBACK TO SAVEPOINT s;"))
OF_SERVER = {
    "postgres": st.sampled_from((
        "INSERT INTO t VALUES (50, 'r', 1) RETURNING id;", "COPY t FROM STDIN;\n60\tx\t1\n\\.\n", "\\echo :ROW_COUNT",
        "DO $$ BEGIN RAISE NOTICE 'here'; END $$;", "UPDATE t SET n = 1 / (id - 3) WHERE id < 9;",
        "\\if :ERROR\nDELETE FROM t WHERE id = 2;\n\\endif", "INSERT INTO t VALUES (:SQLSTATE + 70, 'v', 1);",
        "SET standard_conforming_strings = on;",
    )),
    "mariadb": st.sampled_from((
        "INSERT IGNORE INTO t VALUES (1, 'toolong', 1);", "INSERT INTO t VALUES (50, 'r', '1.7');",
        "REPLACE INTO t VALUES (2, 'q', 1);", "UPDATE t SET n = n / 0 WHERE id = 2;", "SET @x = 3;",
        "INSERT INTO t VALUES (51, 'v', @x);", "INSERT INTO t (id) VALUES (52) RETURNING id;",
        "INSERT INTO t VALUES (2, 'd', 1) ON DUPLICATE KEY UPDATE n = 9;",
    )),
    "sqlite": st.sampled_from(("INSERT OR IGNORE INTO t VALUES (1, 'a', 1);", "UPDATE t SET n = 1 WHERE id < 3;")),
}  # fmt: skip


@pytest.fixture
def pair(target: Target, audit: AuditLog) -> Iterator[tuple[Session, Counting]]:
    session, counting = session_to(target, audit)
    yield session, counting
    counting.real.close()


def _scripts(name: str, *, blocks: bool) -> st.SearchStrategy[str]:
    rows = st.lists(ROWS, min_size=1, max_size=9).map("\n".join)
    other = [LOOKS, OF_SERVER[name], *([BLOCKS] if blocks else [])]
    return st.lists(st.one_of(rows, *other), min_size=1, max_size=9).map("\n".join)


@pytest.mark.parametrize("mode", ["stop", "continue", "-1"])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nobody_can_tell_them_from_one_by_one(pair: tuple[Session, Counting], mode: str, data: st.DataObject) -> None:
    session, counting = pair
    script = data.draw(_scripts(session.connection.dialect.name, blocks=mode != "-1"))
    found = []
    for together in (True, False):
        execute(counting.real, TABLES + ("SET @x = NULL" if session.connection.dialect.name == "mariadb" else ""))
        report, seen = ran(session, script, together=together, mode=mode)
        rows = execute(counting.real, "SELECT * FROM t ORDER BY id")
        made = execute(counting.real, "SELECT * FROM child ORDER BY id")
        found.append([rows, made, *told(report, seen)])
    assert found[0] == found[1]


@pytest.mark.parametrize("mode", ["stop", "continue", "-1"])
def test_plain_rows_go_out_together_wherever_that_is_safe(pair: tuple[Session, Counting], mode: str) -> None:
    session, counting = pair
    execute(counting.real, TABLES)
    rows = "".join(f"INSERT INTO t VALUES ({at}, 'x', 1);\nUPDATE t SET n = 2 WHERE id = {at};\n" for at in range(10, 60))
    name = session.connection.dialect.name
    script = rows if mode == "-1" else f"{rows}BEGIN;\n{rows.replace('(', '(1')}COMMIT;\n"
    report, _ = ran(session, script, together=True, mode=mode)
    assert report.exit_code == 0
    outside = {"continue": 100}.get(mode, 0) if name != "sqlite" else 0
    inside = 100 if mode == "-1" or name != "mariadb" or mode == "continue" else 0
    in_turn = 100 if mode == "stop" and name != "sqlite" else 0
    assert counting.together[:in_turn] == [1] * in_turn, "each by itself, behind intents that were written down together"
    assert sum(counting.together[in_turn:]) == outside + inside


@pytest.mark.parametrize("mode", ["stop", "continue", "-1"])
def test_every_statement_has_its_intent_and_its_outcome_in_the_audit_log(
    pair: tuple[Session, Counting], tmp_path: Path, mode: str
) -> None:
    session, counting = pair
    execute(counting.real, TABLES)
    texts = [f"INSERT INTO t VALUES ({at}, 'x', 1)" for at in (10, 11, 1, 12, 13)]
    report, _ = ran(session, "".join(f"{text};\n" for text in texts), together=True, mode=mode)
    assert len(report.failures) == 1
    lines = list(records(tmp_path / "state" / "audit.jsonl"))
    intents = [line["statement"] for line in lines if line["event"] == "intent"]
    ends = {line["id"]: line["outcome"] for line in lines if line["event"] == "outcome"}
    outcomes = [ends[line["id"]] for line in lines if line["event"] == "intent"]
    assert intents == texts[: len(intents)]
    assert outcomes[:3] == ["done", "done", "failed"]
    assert set(outcomes[3:]) <= ({"done"} if mode == "continue" else {"not run"})


@pytest.mark.parametrize(("engine", "together"), [("InnoDB", 5), ("MyISAM", 0)])
def test_tables_that_cannot_be_rolled_back_are_written_one_by_one(
    mariadb_target: Target, audit: AuditLog, engine: str, together: int
) -> None:
    session, counting = session_to(mariadb_target, audit)
    execute(counting.real, f"CREATE TABLE t (id int PRIMARY KEY) ENGINE = {engine}; INSERT INTO t VALUES (3)")
    report, _ = ran(session, "".join(f"INSERT INTO t VALUES ({at});" for at in range(1, 6)), together=True, mode="-1")
    assert sum(counting.together) == together
    assert (report.exit_code, len(report.failures)) == (4 if engine == "MyISAM" else 1, 1)
    rows = execute(counting.real, "SELECT id FROM t ORDER BY id")
    assert rows == [(str(at),) for at in ((1, 2, 3) if engine == "MyISAM" else (3,))]
    counting.real.close()


def test_what_is_on_its_way_behind_a_deadlock_does_not_commit_by_itself(
    mariadb_target: Target, audit: AuditLog
) -> None:
    session, counting = session_to(mariadb_target, audit)
    other, _ = session_to(mariadb_target, audit)
    execute(counting.real, "CREATE TABLE t (id int PRIMARY KEY, n int) ENGINE = InnoDB")
    execute(counting.real, "INSERT INTO t VALUES (1, 0), (2, 0)")
    execute(other.connection, "BEGIN; UPDATE t SET n = 1 WHERE id = 2; INSERT INTO t SELECT seq, 0 FROM seq_100_to_4000")

    def close_the_circle() -> None:
        while execute(other.connection, WAITING) == [("0",)]:
            time.sleep(0.3)          # the server keeps its answer for as long as it is asked more often
        execute(other.connection, "UPDATE t SET n = 1 WHERE id = 1")

    closing = threading.Thread(target=close_the_circle)
    closing.start()
    script = (
        "INSERT INTO t VALUES (10, 0); UPDATE t SET n = 5 WHERE id = 1; UPDATE t SET n = 5 WHERE id = 2;"
        "INSERT INTO t VALUES (11, 0); INSERT INTO t VALUES (12, 0);"
    )
    report, _ = ran(session, script, together=True, mode="-1")
    closing.join()
    assert counting.together == [5]
    assert "Deadlock" in str(report.end)
    assert "rolled back the whole transaction" in str(report.end)
    execute(other.connection, "ROLLBACK")
    assert execute(counting.real, "SELECT id FROM t ORDER BY id") == [("1",), ("2",)]
    assert execute(counting.real, "SELECT @@autocommit") == [("1",)]
    for each in (session, other):
        each.connection.close()


@pytest.mark.parametrize("server", ["postgres_target", "mariadb_target"])
def test_what_was_on_its_way_when_the_link_broke_is_unknown_and_not_called_undone(
    request: pytest.FixtureRequest, audit: AuditLog, server: str
) -> None:
    target = request.getfixturevalue(server)
    sure, _ = session_to(target, audit)
    execute(sure.connection, "CREATE TABLE t (id int PRIMARY KEY, name varchar(9))")
    proxy = Proxy((target.host, target.port or 0), pattern=b"(7,")
    threading.Thread(target=proxy.serve, daemon=True).start()
    session, counting = session_to(replace(target, host="127.0.0.1", port=proxy.port), audit)
    witness = Noted()
    script = "".join(f"INSERT INTO t VALUES ({at}, 'x');\n" for at in range(1, 11))
    report, _ = ran(session, script, together=True, mode="continue", witness=witness)
    proxy.close()
    assert sum(counting.together) == 10
    assert report.exit_code == 7
    assert report.ran + report.unknown == 10
    assert report.not_run == 0
    assert [kind for kind, _ in witness.ends] == ["done"] * report.ran + ["OutcomeUnknown"] * report.unknown
    said = "; ".join(report.lines())
    assert f"{report.unknown} may or may not have been committed" in said
    assert "nothing of this run stays" not in said
    assert "did not run" not in said
    time.sleep(0.3)
    there = len(execute(sure.connection, "SELECT id FROM t"))
    assert report.ran <= there <= 10
    for each in (session, sure):
        each.connection.close()


def test_in_a_transaction_a_link_that_breaks_undoes_what_was_on_its_way(mariadb_target: Target, audit: AuditLog) -> None:
    sure, _ = session_to(mariadb_target, audit)
    execute(sure.connection, "CREATE TABLE t (id int PRIMARY KEY, name varchar(9))")
    proxy = Proxy((mariadb_target.host, mariadb_target.port or 0), pattern=b"(7,")
    threading.Thread(target=proxy.serve, daemon=True).start()
    session, _ = session_to(replace(mariadb_target, host="127.0.0.1", port=proxy.port), audit)
    witness = Noted()
    script = "".join(f"INSERT INTO t VALUES ({at}, 'x');\n" for at in range(1, 11))
    report, _ = ran(session, script, together=True, mode="-1", witness=witness)
    proxy.close()
    assert (report.exit_code, report.ran, report.unknown) == (1, 0, 0)
    assert "rolled back by the server" in str(report.end)
    assert [kind for kind, _ in witness.ends] == ["ConnectionLost"] + ["not run"] * 9
    time.sleep(0.3)
    assert execute(sure.connection, "SELECT id FROM t") == []
    for each in (session, sure):
        each.connection.close()
