"""Laws of undo for statements of PostgreSQL that change several tables, alone and behind others in one transaction."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from safesql.engine.session import Session
from safesql.errors import SafesqlError
from safesql.store.journal.entry import State
from safesql.target import Target
from tests.engine.undo_rig import asked_of, keeper, rows, run, session_to, set_up, undo
from tests.engine.undo_there_and_back import dropped, made, there_and_back
from tests.engine.written_inside import several_changes

CASES = 30 * int(os.environ.get("SAFESQL_TEST_MORE", "1"))


@pytest.fixture
def session(postgres_target: Target, tmp_path: Path) -> Session:
    return session_to(postgres_target, tmp_path)


def test_several_changes_of_one_statement_are_undone_and_redone_exactly(session: Session) -> None:
    seen: Counter[str] = Counter()
    for seed in range(CASES):
        case = several_changes(Random(f"several {seed}"))
        tables = made(session, case, "postgres")
        seen[there_and_back(session, case, tables, Random(seed))] += 1
        dropped(session, case, "postgres")
    session.connection.close()
    assert seen["undone"] > CASES / 4, seen
