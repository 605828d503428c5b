"""Laws of undo on random schemas with foreign keys: what is said to be undoable is put right row for row, and back again."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from safesql.engine.session import Session
from safesql.errors import Drift, Refused, SafesqlError, StatementFailed
from safesql.target import Target
from tests.engine.undo_rig import asked_of, keeper, rows, run, session_to, set_up, undo
from tests.rewrite.schemas import Case
from tests.rewrite.schemas import case as random_case

CASES = {"postgres": 25, "mariadb": 16, "sqlite": 50}
MORE = int(os.environ.get("SAFESQL_TEST_MORE", "1"))       # times as many for a night
NAMES = {"mysql": "mariadb"}


def made(session: Session, case: Case, name: str) -> tuple[str, ...]:
    """The case's tables with their rows; returns their names."""
    tables = tuple(f"t{number}" for number in range(len(case.schema.composite)))
    set_up(session, ";".join((*case.schema.tables(name), *case.rows)) + ";")
    return tables


def dropped(session: Session, case: Case, name: str) -> None:
    """Nothing of it is left."""
    count = len(case.schema.composite)
    if name == "postgres":
        set_up(session, "".join(f"DROP TABLE t{number} CASCADE;" for number in range(count)))
        return
    off = {"mariadb": "SET foreign_key_checks = 0;", "sqlite": "PRAGMA foreign_keys = OFF;"}[name]
    on = {"mariadb": "SET foreign_key_checks = 1;", "sqlite": "PRAGMA foreign_keys = ON;"}[name]
    set_up(session, off + "".join(f"DROP TABLE t{number};" for number in range(count)) + on)


@pytest.fixture
def session(target: Target, tmp_path: Path) -> Session:
    return session_to(target, tmp_path)


def test_what_is_said_to_be_undoable_is_undone_and_redone_exactly(session: Session) -> None:
    name = NAMES.get(session.profile.target.backend, session.profile.target.backend)
    seen: Counter[str] = Counter()
    for seed in range(CASES[name] * MORE):
        case = random_case(Random(f"undo {seed}"), name)
        tables = made(session, case, name)
        seen[_there_and_back(session, case, tables, Random(seed))] += 1
        dropped(session, case, name)
    session.connection.close()
    assert seen["undone"] > CASES[name] * MORE / 5, seen


def _there_and_back(session: Session, case: Case, tables: tuple[str, ...], chance: Random) -> str:
    """One statement run, undone and redone; what that proves."""
    before = rows(session, *tables)
    asked_of(session).clear()
    entries = set(keeper(session).journal.entries())
    try:
        run(session, case.statement + ";")
    except (StatementFailed, Drift, Refused):
        assert rows(session, *tables) == before, case.statement
        return "refused"
    after = rows(session, *tables)
    fresh = set(keeper(session).journal.entries()) - entries
    if not fresh or any("no undo" in message for message in asked_of(session)):
        return "said before" if any("no undo" in message for message in asked_of(session)) else "nothing"
    if before == after:
        return "nothing"
    if chance.random() < 0.3:
        _conflict(session, case, tables, after)
        if rows(session, *tables) != after:
            return "disturbed"
    try:
        undone = undo(session)
    except SafesqlError as error:
        pytest.fail(f"{case.schema}\n{case.statement}\n{error}")
    assert rows(session, *tables) == before, case
    undo(session, max(keeper(session).journal.entries()))
    assert rows(session, *tables) == after, case
    undo(session, undone)
    assert rows(session, *tables) == before, case
    return "undone"


def _conflict(session: Session, case: Case, tables: tuple[str, ...], after: dict[str, list[str]]) -> None:
    """A row of the target that is not as it was left: either it does not matter to the undo, or nothing is undone."""
    set_up(session, f"UPDATE {case.target} SET tag = tag + 1000 WHERE v = 1;")
    changed = rows(session, *tables)
    try:
        undo(session)
    except Drift:
        assert rows(session, *tables) == changed, case
    else:
        undo(session, max(keeper(session).journal.entries()))
        assert rows(session, *tables) == changed, case
    set_up(session, f"UPDATE {case.target} SET tag = tag - 1000 WHERE tag >= 1000;")
    assert rows(session, *tables) == after, case
