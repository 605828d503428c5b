"""What every backend promises about stopping, asking, limits and the end of a session, on every server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection, Transaction
from safesql.errors import Cancelled, CannotConnect, ConnectionLost, StatementFailed, UsageError
from safesql.target import Target

if TYPE_CHECKING:
    from tests.backends.conftest import Speaker

    CtrlC = Callable[[float], AbstractContextManager[None]]
    Opening = Callable[[Target], Speaker]


def test_ctrl_c_stops_the_server_within_a_second(say: Speaker, ctrl_c: CtrlC) -> None:
    started = time.monotonic()
    with pytest.raises(Cancelled), ctrl_c(0.3):
        say(say.slow)
    assert time.monotonic() - started < 2.5             # on a machine that is busy with other tests
    assert str(say.value("SELECT 1")) == "1"
    assert say.connection.transaction is Transaction.NONE


def test_ctrl_c_while_rows_arrive_leaves_a_session_that_works(say: Speaker, ctrl_c: CtrlC) -> None:
    result = say.start(say.numbers(100_000_000, width=100))
    with pytest.raises((Cancelled, KeyboardInterrupt)), ctrl_c(0.3):
        for _ in result:
            pass
    assert str(say.value("SELECT 1")) == "1"


def test_another_thread_can_stop_a_statement(say: Speaker) -> None:
    timer = threading.Timer(0.3, say.connection.cancel)
    timer.start()
    with pytest.raises(StatementFailed):
        say(say.slow)
    timer.join()
    assert str(say.value("SELECT 1")) == "1"


def test_a_cancel_with_nothing_to_stop_does_no_harm(three: Speaker) -> None:
    for _ in range(5):
        three.connection.cancel()
        time.sleep(0.05)
        assert str(three.value("SELECT count(*) FROM t")) == "3"


def test_an_unread_result_gives_way_to_the_next_statement(say: Speaker) -> None:
    rows = iter(say.start(say.numbers(100_000)))
    next(rows)
    assert str(say.value("SELECT 42")) == "42"
    with pytest.raises(StatementFailed, match="dropped"):
        next(rows)


def test_unread_rows_of_a_change_do_not_undo_it(three: Speaker) -> None:
    three.start("DELETE FROM t WHERE id > 1 RETURNING id")
    assert str(three.value("SELECT count(*) FROM t")) == "1"


def test_a_summary_reads_what_is_left(three: Speaker) -> None:
    result = three.start("DELETE FROM t RETURNING id")
    assert (result.summary().affected, result.summary().affected) == (3, 3)
    assert list(result.rows()) == []


def test_a_probe_cannot_write(three: Speaker) -> None:
    with pytest.raises(StatementFailed):
        three.probe("INSERT INTO t VALUES (9, 'nine')")
    assert three.connection.transaction is Transaction.NONE
    assert [str(row[0]) for row in three.probe("SELECT count(*) FROM t")] == ["3"]
    assert three("INSERT INTO t VALUES (9, 'nine')").summary.affected == 1


def test_a_probe_sees_the_open_transaction_and_leaves_it_open(three: Speaker) -> None:
    three.connection.begin()
    three("DELETE FROM t WHERE id = 1")
    assert [str(row[0]) for row in three.probe("SELECT count(*) FROM t")] == ["2"]
    with pytest.raises(StatementFailed):
        three.probe("SELECT nothing FROM t")
    assert three.connection.transaction is Transaction.OPEN
    assert three("DELETE FROM t WHERE id = 2").summary.affected == 1
    three.connection.rollback()
    assert str(three.value("SELECT count(*) FROM t")) == "3"


def test_a_probe_ends_at_its_time_limit(three: Speaker) -> None:
    started = time.monotonic()
    for inside in (False, True):
        if inside:
            three.connection.begin()
        with pytest.raises(StatementFailed):
            three.probe(three.slow, 0.2)
    assert time.monotonic() - started < 5
    assert three.connection.transaction is Transaction.OPEN
    three("DELETE FROM t WHERE id = 1")
    three.connection.commit()
    assert str(three.value("SELECT count(*) FROM t")) == "2"


def test_a_read_only_target_is_enforced_by_the_server(three: Speaker, target: Target, session: Opening) -> None:
    reader = session(replace(target, read_only=True))
    assert str(reader.value("SELECT count(*) FROM t")) == "3"
    for text in ("DELETE FROM t", "CREATE TABLE u (id INTEGER)", "INSERT INTO t VALUES (9, 'nine')"):
        with pytest.raises(StatementFailed):
            reader(text)
    assert str(three.value("SELECT count(*) FROM t")) == "3"


def test_a_statement_ends_at_the_targets_time_limit(target: Target, session: Opening) -> None:
    hurried = session(replace(target, statement_timeout=0.3))
    started = time.monotonic()
    with pytest.raises(StatementFailed) as failure:
        hurried(hurried.slow)
    assert not isinstance(failure.value, Cancelled)
    assert time.monotonic() - started < 5
    assert str(hurried.value("SELECT 1")) == "1"


def test_a_lock_is_waited_for_as_long_as_the_target_says(
    three: Speaker, target: Target, session: Opening
) -> None:
    waiting = session(replace(target, lock_timeout=1))
    three.connection.begin()
    three("UPDATE t SET name = 'mine' WHERE id = 1")
    started = time.monotonic()
    with pytest.raises(StatementFailed, match=r"(?i)lock"):
        waiting("UPDATE t SET name = 'yours' WHERE id = 1")
    assert 0.5 < time.monotonic() - started < 8
    three.connection.rollback()
    assert waiting("UPDATE t SET name = 'yours' WHERE id = 1").summary.affected == 1


def test_the_server_says_who_it_is(connection: Connection, target: Target) -> None:
    server = connection.server
    assert server.product.split()[0].lower().startswith(connection.dialect.name[:6])
    assert server.product.split()[1][0].isdigit()
    assert server.replica is False
    assert server.encrypted is False
    assert server.user
    assert server.database in (target.database, "test.db")
    assert bool(server.identity) is bool(server.session) is (target.backend != "sqlite")


def test_a_closed_connection_says_so_and_closes_twice(three: Speaker) -> None:
    three.connection.close()
    three.connection.close()
    for call in (lambda: three("SELECT 1"), lambda: three.probe("SELECT 1"), three.connection.begin):
        with pytest.raises(ConnectionLost):
            call()
    assert three.connection.transaction is Transaction.UNKNOWN


def test_closing_rolls_back(three: Speaker, target: Target, session: Opening) -> None:
    three.connection.begin()
    three("DELETE FROM t")
    three.connection.close()
    assert str(session(target).value("SELECT count(*) FROM t")) == "3"


def test_what_cannot_be_reached_is_one_sentence_without_the_password(target: Target) -> None:
    wrong = replace(target, port=1, path="/no/such/folder/x.db", password="tr0ub4dor")
    with pytest.raises(CannotConnect) as failure:
        connect(wrong)
    assert "tr0ub4dor" not in str(failure.value)
    assert "\n" not in str(failure.value)
    assert wrong.label in str(failure.value)


def test_an_unknown_backend_is_named() -> None:
    with pytest.raises(UsageError, match="'oracle'"):
        connect(Target("oracle"))
