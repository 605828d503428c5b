"""A law: what a preview says of conditions over random values of every type is what the statement then takes.

Where the server cannot compare the values, the preview has no number and the statement fails.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safesql.engine.counting import sampled, touched
from safesql.engine.keeper import NoKeeper
from safesql.engine.session import Session
from safesql.engine.touched import Touched
from safesql.errors import StatementFailed
from safesql.result import Row
from safesql.rewrite.probe import Probe
from safesql.sql.statement import Statement
from safesql.target import Target
from tests.engine.any_value import value
from tests.engine.test_undo_of_any_value import HEAD, KINDS
from tests.engine.undo_rig import run, run_one, session_to

MORE = int(os.environ.get("SAFESQL_TEST_MORE", "1"))       # times as many for a night
CASES = {"postgres": 14, "mariadb": 14, "sqlite": 25}
ROWS = 12
NUMBERS = ("bigint", "tinyint", "mediumint", "decimal")
AS_STORED = (*NUMBERS, "double", "date", "time(")            # what MariaDB's CAST can say
CONDITIONS = (
    "{c} = {v}", "{c} = {v}", "{c} <> {v}", "{c} < {v}", "{c} >= {v}", "NOT ({c} = {v})", "{c} IN ({v}, {w})", "{c} NOT IN ({v}, {w})",
    "{c} IS NULL", "{c} IS NOT NULL", "{c} BETWEEN {v} AND {w}", "{c} LIKE {v}", "coalesce({c}, {v}) = {w}", "{c} = {d}",
    "({c} = {v}) IS NOT TRUE", "CASE WHEN {c} < {v} THEN {d} = {w} ELSE {c} IS NULL END",
)  # fmt: skip


class Rows:
    """The rows of a table, as they were written, and conditions that meet some of them."""

    def __init__(self, session: Session, r: Random) -> None:
        self.r = r
        self.kinds = KINDS[session.connection.dialect.name]
        pool = [[value(made, r) for _ in range(4)] for made in self.kinds.values()]      # so that rows share values
        self.rows = [[r.choice(some) for some in pool] for _ in range(ROWS)]

    def insert(self) -> str:
        names = ", ".join(f"c{at}" for at in range(len(self.kinds)))
        return f"INSERT INTO t ({names}) VALUES {', '.join(f'({chr(44).join(row)})' for row in self.rows)}"

    def condition(self) -> str:
        one = self._simple()
        word = self.r.choice(("", "", " AND ", " OR "))
        return f"({one}){word}({self._simple()})" if word else one

    def at(self, column: int) -> str:
        """A value of a row, or another one."""
        made = list(self.kinds.values())[column]
        return self.r.choice(self.rows)[column] if self.r.random() < 0.7 else value(made, self.r)

    def _simple(self) -> str:
        column = self.r.randrange(len(self.kinds))
        other = self.r.randrange(len(self.kinds)) if self.r.random() < 0.2 else column
        listed = {"c": f"c{column}", "d": f"c{other}", "v": self.at(column), "w": self.at(other)}
        text = self.r.choice(CONDITIONS)
        for name, put in listed.items():
            text = text.replace("{" + name + "}", put)
        return text


@pytest.fixture
def session(target: Target, tmp_path: Path) -> Iterator[Session]:
    opened = session_to(target, tmp_path)
    opened.keeper = NoKeeper()
    columns = ", ".join(f"c{at} {kind}" for at, kind in enumerate(KINDS[opened.connection.dialect.name]))
    run(opened, HEAD[opened.connection.dialect.name].format(columns))
    yield opened
    opened.connection.close()


def test_what_is_said_of_any_values_is_what_then_happens(session: Session) -> None:
    name = session.connection.dialect.name
    counted: list[int] = []

    @settings(max_examples=CASES[name] * MORE, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 1 << 32))
    def law(seed: int) -> None:
        rows = Rows(session, Random(seed))
        run(session, f"DELETE FROM t WHERE id > 0; {rows.insert()}")
        for _ in range(4):
            text = f"{_change(rows)} WHERE {rows.condition()}"
            said, shown = _said(session, text)
            assert said.rows == _taken(session, text, said), text
            if said.rows is not None:
                assert len(shown) == said.rows, text
                counted.append(said.rows)

    law()
    assert 0 in counted
    assert any(0 < number < ROWS for number in counted)


def test_the_values_shown_after_an_update_are_those_that_it_leaves(session: Session) -> None:
    name = session.connection.dialect.name
    shown = 0

    @settings(max_examples=CASES[name] * MORE, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 1 << 32))
    def law(seed: int) -> None:
        nonlocal shown
        r = Random(seed)
        rows = Rows(session, r)
        run(session, f"DELETE FROM t WHERE id > 0; {rows.insert()}")
        able = [each for each in enumerate(rows.kinds) if name != "mariadb" or each[1].startswith(AS_STORED)]
        for column, kind in r.sample(able, 6):
            alike = [at for at, each in enumerate(rows.kinds) if kind.startswith(NUMBERS) and each.startswith(NUMBERS)]
            other = r.choice((alike or [column]) if name == "mariadb" else range(len(rows.kinds)))
            text = f"UPDATE t SET c{column} = {r.choice((rows.at(column), rows.at(other), f'c{other}'))} WHERE id > 0"
            expected = _after(session, text)
            now = _left(session, text, column)
            if now is not None and expected is not None:
                assert repr(expected) == repr(now), text
                shown += 1

    law()
    assert shown > CASES[name]


def _after(session: Session, text: str) -> list[Row] | None:
    """Keys and values after an UPDATE, as a preview shows them; None where it shows the rows alone."""
    verdict = session.looked_up(Statement(text, session.connection.dialect))
    (result,) = sampled(session.connection, verdict, ROWS)
    names = [column.name for column in result.columns]
    rows: list[Row] = [(row[names.index("id")], row[-1]) for row in result.rows()]
    return sorted(rows, key=repr) if names[-1].endswith(" after") else None


def _left(session: Session, text: str, column: int) -> list[Row] | None:
    """Keys and values after an UPDATE that is taken back; None where the server refuses it."""
    run(session, "BEGIN")
    try:
        run_one(session, Statement(text, session.connection.dialect))
        return sorted(session.connection.query(Probe(f"SELECT id, c{column} FROM t", "after")).rows(), key=repr)
    except StatementFailed:
        return None
    finally:
        run(session, "ROLLBACK")


def _change(rows: Rows) -> str:
    """A DELETE, or an UPDATE that takes some of the values from other rows."""
    if rows.r.random() < 0.5:
        return "DELETE FROM t"
    column = rows.r.randrange(len(rows.kinds))
    return f"UPDATE t SET c{column} = {rows.at(column)}"


def _said(session: Session, text: str) -> tuple[Touched, list[Row]]:
    """The count of a preview, and the rows that it shows."""
    statement = Statement(text, session.connection.dialect)
    verdict = session.looked_up(statement)
    (said,) = touched(session.connection, verdict)
    if said.rows is None:
        return said, []
    assert said.exact
    return said, [row for result in sampled(session.connection, verdict, ROWS) for row in result.rows()]


def _taken(session: Session, text: str, said: Touched) -> int | None:
    """The rows that the server counts for a statement that is taken back; None where it refuses it."""
    run(session, "BEGIN")
    try:
        return run_one(session, Statement(text, session.connection.dialect))
    except StatementFailed as error:
        assert said.rows is None, (text, str(error), said)
        return None
    finally:
        run(session, "ROLLBACK")
