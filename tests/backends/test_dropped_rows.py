"""Rows that nobody wants any more: the server is stopped at once, and the session and its transaction go on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from safesql.backends.contract import Transaction
from safesql.engine.perform import Hold, perform
from safesql.engine.skim import skimmed
from safesql.guard.action import Action
from safesql.guard.analysis import effect_of
from safesql.guard.verdict import Clearance, Verdict
from safesql.result import Result
from safesql.sql.statement import Statement

if TYPE_CHECKING:
    from tests.backends.conftest import Speaker

ENDLESS = 2_000_000_000    # rows: hours of them
SOON = 10.0                # seconds, of which a busy machine may need some


def skim(say: Speaker, text: str) -> int:
    """Read one chunk of a result and drop the rest; returns the rows of that chunk."""
    statement = Statement(text, say.connection.dialect)
    clearance = Clearance(Verdict(statement, effect_of(statement), Action.ALLOW))

    def first() -> int:
        result = say.connection.execute(clearance)
        rows = len(next(iter(result)))
        result.drop()
        assert list(result) == []
        result.summary()
        assert result.following() is None
        return rows

    return skimmed(say.connection, clearance, first)


def test_the_rest_of_an_endless_query_costs_nothing(three: Speaker) -> None:
    started = time.monotonic()
    assert skim(three, three.numbers(ENDLESS)) > 0
    assert three("SELECT count(*) FROM t").rows[0][0] in (3, "3")
    assert time.monotonic() - started < SOON


def test_an_open_transaction_goes_on_with_all_that_was_done_in_it(three: Speaker) -> None:
    started = time.monotonic()
    three.connection.begin()
    three("INSERT INTO t VALUES (4, 'four')")
    assert skim(three, three.numbers(ENDLESS)) > 0
    assert three.connection.transaction is Transaction.OPEN
    three("INSERT INTO t VALUES (5, 'five')")
    three.connection.commit()
    assert time.monotonic() - started < SOON
    assert str(three.value("SELECT count(*) FROM t")) == "5"


@pytest.mark.parametrize("rows", [1500, 5000])
def test_a_stop_that_comes_too_late_hits_nothing_else(three: Speaker, rows: int) -> None:
    for _ in range(40):
        assert skim(three, three.numbers(rows)) > 0
        assert str(three.value("SELECT count(*) FROM t")) == "3"


def test_a_failed_query_makes_the_transaction_fail_as_ever(three: Speaker) -> None:
    three.connection.begin()
    with pytest.raises(Exception, match=r"nothing_there"):
        skim(three, "SELECT * FROM nothing_there")
    failed = three.connection.dialect.name == "postgres"
    assert three.connection.transaction is (Transaction.FAILED if failed else Transaction.OPEN)
    three.connection.rollback()


@pytest.mark.parametrize("also", ["set_config('search_path', 'pg_catalog', false)", "pg_advisory_lock(7)"])
def test_what_does_more_than_read_is_read_to_its_end(three: Speaker, also: str) -> None:
    if three.connection.dialect.name != "postgres":
        pytest.skip("these are functions of PostgreSQL")
    statement = Statement(f"SELECT n, {also} FROM generate_series(1, 5000) n", three.connection.dialect)
    clearance = Clearance(Verdict(statement, effect_of(statement), Action.ALLOW))
    result = three.connection.execute(clearance)
    rows = len(next(iter(result)))
    result.drop()
    assert rows + sum(len(chunk) for chunk in result) == 5000


def test_rows_locked_by_a_query_stay_locked(three: Speaker) -> None:
    if three.connection.dialect.name == "sqlite":
        pytest.skip("SQLite locks no rows")
    three.connection.begin()
    text = "SELECT a.id FROM t a, t b, t c, t d, t e, t f, t g, t h FOR UPDATE"
    statement = Statement(text, three.connection.dialect)
    clearance = Clearance(Verdict(statement, effect_of(statement), Action.ALLOW))
    result = three.connection.execute(clearance)
    rows = len(next(iter(result)))
    result.drop()
    assert rows + sum(len(chunk) for chunk in result) == 3**8
    assert three.connection.transaction is Transaction.OPEN
    three.connection.rollback()


@pytest.mark.parametrize("hold", [Hold(skims=True), Hold(rescue=True), Hold(rescue=True, skims=True)])
def test_the_rest_is_dropped_on_the_way_of_a_statement_too(three: Speaker, hold: Hold) -> None:
    def first(result: Result) -> int:
        rows = len(next(iter(result)))
        result.drop()
        return rows

    started = time.monotonic()
    three.connection.begin()
    three("INSERT INTO t VALUES (4, 'four')")
    for _ in range(3):
        statement = Statement(three.numbers(ENDLESS), three.connection.dialect)
        clearance = Clearance(Verdict(statement, effect_of(statement), Action.ALLOW))
        summary, rows = perform(three.connection, clearance, hold, first)
        assert rows > 0
        assert summary.affected is None
        assert three.connection.transaction is Transaction.OPEN
    three.connection.commit()
    assert str(three.value("SELECT count(*) FROM t")) == "4"
    assert time.monotonic() - started < SOON
