"""Statements that are sent before the first is answered: what each did, and what is said when nobody knows."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pytest

from safesql.backends.contract import Answered, Transaction
from safesql.errors import Cancelled, ConnectionLost, OutcomeUnknown, StatementFailed
from safesql.guard.action import Action
from safesql.guard.analysis import effect_of
from safesql.guard.verdict import Clearance, Verdict
from safesql.sql.statement import Statement
from safesql.target import Target

if TYPE_CHECKING:
    from tests.backends.conftest import Proxy, Speaker

    Opening = Callable[[Target], Speaker]
    Through = Callable[[Target, Proxy], Target]
    ProxyOf = Callable[..., Proxy]

FOUR = "INSERT INTO t VALUES (4, 'x')"
FIVE = "INSERT INTO t VALUES (5, 'x')"
AGAIN = "INSERT INTO t VALUES (1, 'there')"


@pytest.fixture(params=["postgres_target", "mariadb_target"])
def remote(request: pytest.FixtureRequest) -> Target:
    """The servers that have a network between them and us."""
    target = request.getfixturevalue(str(request.param))
    assert isinstance(target, Target)
    return target


def ahead(say: Speaker, *texts: str, stops: bool) -> Answered:
    statements = [Statement(text, say.connection.dialect) for text in texts]
    cleared = [Clearance(Verdict(each, effect_of(each), Action.ALLOW)) for each in statements]
    return say.connection.execute_ahead(cleared, stops=stops)


def kinds(answered: Answered) -> list[str]:
    return ["failed" if isinstance(each, StatementFailed) else "done" for each in answered.results]


def ids(say: Speaker) -> list[str]:
    return [str(row[0]) for row in say("SELECT id FROM t ORDER BY id").rows]


def test_the_first_that_fails_is_the_last_that_is_told_of(three: Speaker) -> None:
    three.connection.begin()
    answered = ahead(three, FOUR, AGAIN, FIVE, stops=True)
    assert (kinds(answered), answered.end) == (["done", "failed"], None)
    three.connection.rollback()
    assert ids(three) == ["1", "2", "3"]


def test_outside_of_a_transaction_each_goes_its_own_way(three: Speaker) -> None:
    answered = ahead(three, FOUR, AGAIN, FIVE, stops=False)
    assert (kinds(answered), answered.end) == (["done", "failed", "done"], None)
    assert three.connection.transaction is Transaction.NONE
    assert ids(three) == ["1", "2", "3", "4", "5"]


def test_to_stop_a_transaction_must_be_open(three: Speaker) -> None:
    with pytest.raises(StatementFailed, match="no transaction is open"):
        ahead(three, FOUR, FIVE, stops=True)
    assert ids(three) == ["1", "2", "3"]


def test_where_one_cannot_be_sent_none_is(three: Speaker) -> None:
    three.connection.begin()
    if three.connection.dialect.name == "sqlite":
        assert kinds(ahead(three, FOUR, "INSERT INTO t VALUES (5, '\0')", stops=True)) == ["done", "failed"]
        return
    with pytest.raises(StatementFailed, match="NUL"):
        ahead(three, FOUR, "INSERT INTO t VALUES (5, '\0')", stops=True)
    assert ids(three) == ["1", "2", "3"]


def test_one_message_holds_one_statement(three: Speaker) -> None:
    answered = ahead(three, FOUR, "DELETE FROM t WHERE id = 1; DELETE FROM t", stops=False)
    assert kinds(answered) == ["done", "failed"]
    assert ids(three) == ["1", "2", "3", "4"]


def test_rows_and_words_beside_them_belong_to_their_statement(three: Speaker) -> None:
    name = three.connection.dialect.name
    if name == "postgres":
        three("CREATE FUNCTION told() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'here'; RETURN 7; END $$")
        noisy, word = "UPDATE t SET name = told()::text WHERE id = 2", "here"
    elif name == "mariadb":
        noisy, word = "INSERT IGNORE INTO t VALUES (1, 'x')", "Duplicate entry"
    else:
        return
    three.connection.begin()
    answered = ahead(three, FOUR, noisy, FIVE, stops=True)
    results = [each for each in answered.results if not isinstance(each, StatementFailed)]
    said = [[notice.text for notice in each.summary().notices] for each in results]
    assert [bool(words) for words in said] == [False, True, False]
    assert word in said[1][0]


@pytest.mark.parametrize("stops", [True, False])
def test_ctrl_c_stops_what_runs_and_what_waits_behind_it(
    remote: Target, session: Opening, ctrl_c: Callable[[float], AbstractContextManager[None]], stops: bool
) -> None:
    say = session(remote)
    say("CREATE TABLE t (id int PRIMARY KEY, name varchar(99))")
    slow = "pg_sleep(9)" if remote.backend == "postgres" else "sleep(9)"
    if stops:
        say.connection.begin()
    begun = time.monotonic()
    with ctrl_c(0.4):
        answered = ahead(say, "INSERT INTO t VALUES (1, 'x')", f"INSERT INTO t SELECT 2, {slow}", f"INSERT INTO t SELECT 3, {slow}", stops=stops)
    assert time.monotonic() - begun < 5
    assert isinstance(answered.results[1], Cancelled)
    assert kinds(answered) == ["done", "failed"] + ([] if stops else ["failed"])
    if stops:
        say.connection.rollback()
    assert ids(say) == ([] if stops else ["1"])


@pytest.mark.parametrize("drop", ["reply", "request"])
def test_a_link_that_breaks_in_a_transaction_leaves_nothing(
    remote: Target, session: Opening, through: Through, proxy_of: ProxyOf, drop: str
) -> None:
    sure = session(remote)
    sure("CREATE TABLE t (id int PRIMARY KEY, name varchar(99))")
    shaky = session(through(remote, proxy_of(remote, pattern=b"(5,", drop=drop)))
    shaky.connection.begin()
    answered = ahead(shaky, FOUR, FIVE, "INSERT INTO t VALUES (6, 'x')", stops=True)
    assert isinstance(answered.end, ConnectionLost)
    assert "rolled back by the server" in str(answered.end)
    assert shaky.connection.transaction is Transaction.UNKNOWN
    time.sleep(0.3)
    assert ids(sure) == []


@pytest.mark.parametrize("drop", ["reply", "request"])
def test_a_link_that_breaks_with_statements_that_commit_alone_is_an_unknown_outcome(
    remote: Target, session: Opening, through: Through, proxy_of: ProxyOf, drop: str
) -> None:
    sure = session(remote)
    sure("CREATE TABLE t (id int PRIMARY KEY, name varchar(99))")
    shaky = session(through(remote, proxy_of(remote, pattern=b"(5,", drop=drop)))
    answered = ahead(shaky, FOUR, FIVE, "INSERT INTO t VALUES (6, 'x')", stops=False)
    assert isinstance(answered.end, OutcomeUnknown)
    assert "up to any of them" in str(answered.end)
    assert len(answered.results) < 2                # the first may be answered before the link breaks
    time.sleep(0.3)
    there = ids(sure)
    assert there == ["4", "5", "6"][: len(there)]
    assert ("5" in there) is (drop == "reply")
