"""One statement on random tables, run, taken back and done again: every row is where it was, each time."""

from __future__ import annotations

from random import Random

import pytest

from safesql.engine.session import Session
from safesql.errors import Drift, Refused, SafesqlError, StatementFailed
from tests.engine.undo_rig import asked_of, keeper, rows, run, set_up, undo
from tests.rewrite.schemas import Case


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


def there_and_back(session: Session, case: Case, tables: tuple[str, ...], chance: Random) -> str:
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
