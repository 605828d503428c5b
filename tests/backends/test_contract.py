"""What every backend promises about rows, statements and transactions, on every server."""

from __future__ import annotations

import resource
import sys
from typing import TYPE_CHECKING

import pytest

from safesql.backends.contract import Transaction
from safesql.errors import StatementFailed
from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.verdict import Clearance, Verdict
from safesql.result import Shape
from safesql.sql.statement import Statement
from safesql.sql.token import Span

if TYPE_CHECKING:
    from tests.backends.conftest import Speaker


def test_rows_come_in_order_with_null_apart_from_the_empty_string(three: Speaker) -> None:
    said = three("SELECT id, name FROM t ORDER BY id")
    assert [(str(number), name) for number, name in said.rows] == [("1", "one"), ("2", None), ("3", "")]
    assert [column.name for column in said.columns] == ["id", "name"]
    assert [column.shape for column in said.columns] == [Shape.NUMBER, Shape.TEXT]


def test_a_result_without_rows_has_its_columns(three: Speaker) -> None:
    said = three("SELECT id, name FROM t WHERE id > 100")
    assert ([column.name for column in said.columns], said.rows) == (["id", "name"], [])
    assert said.summary.affected is None


def test_rows_come_in_chunks(say: Speaker) -> None:
    sizes = [len(chunk) for chunk in say.start(say.numbers(2500))]
    assert sum(sizes) == 2500
    assert max(sizes) <= 1000


def test_a_large_result_is_never_in_memory(say: Speaker) -> None:
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    rows = sum(len(chunk) for chunk in say.start(say.numbers(300_000, width=1000)))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit - before
    assert rows == 300_000
    assert grown < 50_000_000                       # of 300 MB


TEXTS = ["", "'", '"', "\\", "%s %", "line\nfeed\ttab", "é ß 漢 🙂", "\u202e", "$$", "-- x", "/* x */", "NULL"]


@pytest.mark.parametrize("text", TEXTS)
def test_text_arrives_as_it_was_stored(three: Speaker, text: str) -> None:
    value = text.encode().hex()
    made = {
        "postgres": f"convert_from('\\x{value}', 'UTF8')",
        "mariadb": f"CONVERT(X'{value}' USING utf8mb4)",
        "sqlite": f"CAST(X'{value}' AS TEXT)",
    }[three.connection.dialect.name]
    three(f"UPDATE t SET name = {made} WHERE id = 1")
    assert three.value("SELECT name FROM t WHERE id = 1") == text


def test_bytes_arrive_as_bytes_however_many(three: Speaker) -> None:
    dialect = three.connection.dialect.name
    kind = {"postgres": "bytea", "mariadb": "longblob", "sqlite": "blob"}[dialect]
    made = {
        "postgres": "decode(repeat('00ff41', 3000000), 'hex')",
        "mariadb": "repeat(X'00ff41', 3000000)",
        "sqlite": "CAST(replace(hex(zeroblob(1500000)), '0', X'00ff41') AS BLOB)",
    }[dialect]
    three(f"CREATE TABLE b (x {kind})")
    three(f"INSERT INTO b SELECT {made}")
    said = three("SELECT x FROM b")
    assert said.columns[0].shape is Shape.BINARY
    assert said.rows == [(b"\x00\xffA" * 3_000_000,)]


def test_numbers_lose_nothing(say: Speaker) -> None:
    say("CREATE TABLE n (x BIGINT)")
    say("INSERT INTO n VALUES (9223372036854775807), (-9223372036854775808)")
    assert {int(str(row[0])) for row in say("SELECT x FROM n").rows} == {2**63 - 1, -(2**63)}


def test_touched_rows_are_those_that_matched(three: Speaker) -> None:
    assert three("UPDATE t SET name = 'same'").summary.affected == 3
    assert three("UPDATE t SET name = 'same'").summary.affected == 3
    assert three("DELETE FROM t WHERE id > 1").summary.affected == 2
    assert three("DELETE FROM t WHERE id > 1").summary.affected == 0
    assert three("INSERT INTO t VALUES (7, 'seven'), (8, 'eight')").summary.affected == 2


def test_returned_rows_are_counted_as_touched(three: Speaker) -> None:
    said = three("DELETE FROM t WHERE id > 1 RETURNING id")
    assert sorted(str(row[0]) for row in said.rows) == ["2", "3"]
    assert said.summary.affected == 2


def test_a_definition_touches_no_rows(say: Speaker) -> None:
    assert say("CREATE TABLE x (id INTEGER)").summary.affected in (None, 0)


def test_the_state_of_the_transaction_is_known(three: Speaker) -> None:
    connection = three.connection
    steps = (connection.begin, connection.commit, lambda: three("BEGIN"), lambda: three("ROLLBACK"))
    states = [connection.transaction]
    for step in steps:
        step()
        states.append(connection.transaction)
    none, open_ = Transaction.NONE, Transaction.OPEN
    assert states == [none, open_, none, open_, none]


def test_a_rollback_undoes_and_a_commit_keeps(three: Speaker) -> None:
    for end, left in ((three.connection.rollback, "3"), (three.connection.commit, "2")):
        three.connection.begin()
        three("DELETE FROM t WHERE id = 3")
        end()
        assert str(three.value("SELECT count(*) FROM t")) == left


def test_a_mark_undoes_or_keeps_what_came_after_it(three: Speaker) -> None:
    connection = three.connection
    connection.begin()
    three("DELETE FROM t WHERE id = 1")
    connection.savepoint()
    three("DELETE FROM t WHERE id = 2")
    connection.rollback_to_savepoint()
    connection.savepoint()
    three("DELETE FROM t WHERE id = 3")
    connection.release()
    connection.commit()
    assert [str(row[0]) for row in three("SELECT id FROM t").rows] == ["2"]


def test_what_cannot_be_done_to_a_transaction_is_refused(three: Speaker) -> None:
    connection = three.connection
    connection.rollback()
    with pytest.raises(StatementFailed, match="no transaction is open"):
        connection.commit()
    with pytest.raises(StatementFailed, match=r"(?i)no transaction|transaction block"):
        connection.savepoint()
    connection.begin()
    three("DELETE FROM t")
    with pytest.raises(StatementFailed, match="already open"):
        connection.begin()
    connection.rollback()
    assert str(three.value("SELECT count(*) FROM t")) == "3"


@pytest.mark.parametrize("text", ["DELETE FROM t; DELETE FROM t", "SELECT 1; DELETE FROM t", "COMMIT; DELETE FROM t"])
def test_two_statements_in_one_message_are_refused_by_the_server(three: Speaker, text: str) -> None:
    with pytest.raises(StatementFailed):
        three(text)
    assert str(three.value("SELECT count(*) FROM t")) == "3"


@pytest.mark.parametrize("text", ["SELECT 1;\0DELETE FROM t", "DELETE FROM t\0 WHERE id = 1", "SELECT '\ud800'"])
def test_what_cannot_be_sent_whole_is_not_sent(three: Speaker, text: str) -> None:
    effect = Effect("SELECT", Reach.READ, Span(0, 1))
    with pytest.raises(StatementFailed, match="not sent"):
        three.connection.execute(Clearance(Verdict(Statement(text, three.connection.dialect), effect, Action.ALLOW)))
    assert str(three.value("SELECT count(*) FROM t")) == "3"


def test_an_error_says_what_and_where_and_the_session_goes_on(three: Speaker) -> None:
    with pytest.raises(StatementFailed) as failure:
        three("SELECT id FRM t WHERE x")
    assert failure.value.code
    assert failure.value.position is not None
    assert "FRM t WHERE x"[failure.value.position - 10 :].startswith(("FRM", "t"))
    with pytest.raises(StatementFailed, match=r"(?i)nothing"):
        three("SELECT nothing FROM t")
    assert str(three.value("SELECT 1")) == "1"
