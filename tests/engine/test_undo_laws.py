"""Laws of undo on random schemas with foreign keys: what is said to be undoable is put right row for row, and back again."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from safesql.engine.session import Session
from safesql.target import Target
from tests.engine.undo_rig import session_to
from tests.engine.undo_there_and_back import dropped, made, there_and_back
from tests.rewrite.schemas import case as random_case

CASES = {"postgres": 25, "mariadb": 16, "sqlite": 50}
MORE = int(os.environ.get("SAFESQL_TEST_MORE", "1"))       # times as many for a night
NAMES = {"mysql": "mariadb"}


@pytest.fixture
def session(target: Target, tmp_path: Path) -> Session:
    return session_to(target, tmp_path)


def test_what_is_said_to_be_undoable_is_undone_and_redone_exactly(session: Session) -> None:
    name = NAMES.get(session.profile.target.backend, session.profile.target.backend)
    seen: Counter[str] = Counter()
    for seed in range(CASES[name] * MORE):
        case = random_case(Random(f"undo {seed}"), name)
        tables = made(session, case, name)
        seen[there_and_back(session, case, tables, Random(seed))] += 1
        dropped(session, case, name)
    session.connection.close()
    assert seen["undone"] > CASES[name] * MORE / 5, seen
