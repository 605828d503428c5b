"""What a script did in transactions of its own, or in one that safesql made of it, is in the journal as it ended."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from safesql.engine.session import Session
from safesql.store.journal.entry import State
from safesql.target import Target
from tests.engine.undo_rig import keeper, rows, session_to, set_up, undo

SCHEMA = "CREATE TABLE t (id int PRIMARY KEY, name varchar(9)); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')"
CONFIG = '[profiles.it]\nurl = "{url}"\nenvironment = "development"\n[profiles.it.policy]\nundo = "when-possible"\n'
COMMITTED, ROLLED_BACK = State.COMMITTED, State.ROLLED_BACK
GOOD = "DELETE FROM t WHERE id = 1;\nUPDATE t SET name = 'x' WHERE id = 2;\n"
BAD = "DELETE FROM t WHERE id = 1;\nUPDATE t SET name = 'x' WHERE id = 2;\nINSERT INTO t VALUES (4, 'there');\n"
SCRIPTS: tuple[tuple[tuple[str, ...], str, list[State]], ...] = (
    ((), GOOD, [COMMITTED, COMMITTED]),
    (("-1",), GOOD, [COMMITTED, COMMITTED]),
    ((), BAD, [COMMITTED, COMMITTED, ROLLED_BACK]),
    (("-1",), BAD, [ROLLED_BACK, ROLLED_BACK, ROLLED_BACK]),
    ((), f"BEGIN;\n{GOOD}COMMIT;\n", [COMMITTED, COMMITTED]),
    ((), f"BEGIN;\n{GOOD}ROLLBACK;\n", [ROLLED_BACK, ROLLED_BACK]),
    ((), f"BEGIN;\n{BAD}COMMIT;\n", [ROLLED_BACK, ROLLED_BACK, ROLLED_BACK]),
    ((), f"BEGIN;\n{GOOD}", [ROLLED_BACK, ROLLED_BACK]),
    (
        (),
        "BEGIN;\nDELETE FROM t WHERE id = 1;\nSAVEPOINT s;\nDELETE FROM t WHERE id = 2;\nROLLBACK TO SAVEPOINT s;\n"
        "DELETE FROM t WHERE id = 3;\nRELEASE SAVEPOINT s;\nCOMMIT;\n",
        [COMMITTED, ROLLED_BACK, COMMITTED],
    ),
)


@pytest.fixture
def session(target: Target, tmp_path: Path) -> Iterator[Session]:
    opened = session_to(target, tmp_path / ".local" / "state" / "elsewhere")
    set_up(opened, SCHEMA)
    yield opened
    opened.connection.close()
    opened.audit.close()


@pytest.mark.parametrize("case", range(len(SCRIPTS)))
def test_states_are_what_became_of_the_rows(session: Session, target: Target, tmp_path: Path, case: int) -> None:
    words, text, states = SCRIPTS[case]
    before = rows(session, "t")
    _run(target, tmp_path, text, *words)
    back = session_to(target, tmp_path / ".local")
    kept = keeper(back).journal.entries()
    assert [entry.state for entry in kept.values()] == states
    if COMMITTED not in states:
        assert rows(session, "t") == before
    for number in sorted(kept, reverse=True):
        if kept[number].state is COMMITTED:
            undo(back, number)
    assert rows(session, "t") == before
    back.connection.close()
    back.audit.close()


def _run(target: Target, home: Path, text: str, *words: str) -> None:
    """The program with a script, and a profile that keeps what scripts change."""
    url = f"sqlite:///{target.path}"
    if target.backend != "sqlite":
        scheme = "postgresql" if target.backend == "postgres" else "mariadb"
        url = f"{scheme}://{target.user}@{target.host}:{target.port}/{target.database}"
    config, script = home / "config.toml", home / "script.sql"
    config.write_text(CONFIG.format(url=url))
    config.chmod(0o600)
    script.write_text(text)
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "safesql", "--config", str(config), "-p", "it", *words, "-f", str(script)],
        capture_output=True, env=env, cwd=home, timeout=60, check=False,
    )  # fmt: skip
    journal = home / ".local" / "state" / "safesql" / "undo"
    assert journal.exists(), done.stderr.decode()
    (home / ".local" / "state" / "safesql").rename(home / ".local" / "state" / "was")
    (home / ".local" / "state" / "was" / "undo").rename(home / ".local" / "state" / "undo")
