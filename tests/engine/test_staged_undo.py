"""An undo script restores what was there, by safesql and by the servers' own clients, and stops at a conflict."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from safesql.engine.session import Session
from safesql.engine.undoing.staged import stage_undo
from safesql.engine.undoing.takeback import undoable
from safesql.target import Target
from tests.engine.undo_rig import keeper, rows, run, session_to, set_up

SCHEMA = """
CREATE TABLE p (id int PRIMARY KEY, name varchar(30), v double precision);
CREATE TABLE c (id int PRIMARY KEY, boss int, pid int, FOREIGN KEY (boss) REFERENCES c (id) ON DELETE CASCADE,
                FOREIGN KEY (pid) REFERENCES p (id) ON DELETE CASCADE);
INSERT INTO p VALUES (1, 'a''; DROP TABLE c; --', 0.1), (2, 'é€ \\! x', -0.0), (3, NULL, 1e300);
INSERT INTO c VALUES (1, NULL, 1), (2, 1, 2), (3, 2, 3), (4, 4, 1);
"""
CHANGES = {
    "DELETE FROM p WHERE id < 3": "INSERT INTO p VALUES (1, 'theirs', 0)",
    "UPDATE p SET name = 'mine', v = v + 1 WHERE id < 3": "UPDATE p SET name = 'theirs' WHERE id = 2",
    "INSERT INTO p VALUES (10, 'n', 1.5), (11, NULL, NULL)": "UPDATE p SET v = 7 WHERE id = 11",
}
ROADS = ("safesql", "client")


@pytest.fixture
def session(target: Target, tmp_path: Path) -> Iterator[Session]:
    opened = session_to(target, tmp_path)
    set_up(opened, SCHEMA)
    yield opened
    opened.connection.close()
    opened.audit.close()


def _client(target: Target, script: Path) -> tuple[list[str], Path | None]:
    """The server's own client for a script, and what it reads."""
    server = [str(target.host), str(target.port), str(target.user)]
    match target.backend:
        case "postgres":
            words = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", server[0], "-p", server[1], "-U", server[2]]
            return [*words, "-d", target.database, "-f", str(script)], None
        case "sqlite":
            return ["sqlite3", "-batch", "-bail", target.path], script
        case _:
            words = ["mariadb", "--no-defaults", "-h", server[0], "-P", server[1], "-u", server[2], "-B"]
            return [*words, target.database], script


def _safesql(target: Target, *words: str, home: Path) -> int:
    """The program's exit code, with nobody at a terminal."""
    url = target.path
    if target.backend != "sqlite":
        scheme = "postgresql" if target.backend == "postgres" else "mariadb"
        url = f"{scheme}://{target.user}@{target.host}:{target.port}/{target.database}"
    first, *rest = words
    called = [first, *rest] if first == "check" else [url, first, *rest]
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "safesql", *called], capture_output=True, env=env, cwd=home, timeout=60, check=False
    )
    return done.returncode


def _put_back(target: Target, script: Path, road: str) -> int:
    """Run a script; the exit code."""
    if road == "safesql":
        return _safesql(target, "-f", str(script), home=script.parent)
    words, read = _client(target, script)
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    given = read.read_bytes() if read else b""
    return subprocess.run(words, input=given, capture_output=True, timeout=60, check=False).returncode


@pytest.mark.parametrize("road", ROADS)
def test_a_script_restores_every_row_and_stops_at_a_conflict(
    session: Session, target: Target, tmp_path: Path, road: str
) -> None:
    for number, (change, conflict) in enumerate(CHANGES.items()):
        before = rows(session, "p", "c")
        run(session, change)
        script = tmp_path / f"{number}.sql"
        assert stage_undo(session, keeper(session), undoable(keeper(session), None), script) > 1
        assert script.stat().st_mode & 0o777 == 0o600
        mine = rows(session, "p", "c")
        set_up(session, conflict)
        theirs = rows(session, "p", "c")
        assert theirs != mine
        assert _put_back(target, script, road) != 0, change
        assert rows(session, "p", "c") == theirs, change
        _as_it_was(session, change)
        assert rows(session, "p", "c") == mine, change
        assert _put_back(target, script, road) == 0, change
        assert rows(session, "p", "c") == before, change


def _as_it_was(session: Session, change: str) -> None:
    """Take the conflict away."""
    if change.startswith("DELETE"):
        set_up(session, "DELETE FROM p WHERE id = 1")
    elif change.startswith("UPDATE"):
        set_up(session, "UPDATE p SET name = 'mine' WHERE id = 2")
    else:
        set_up(session, "UPDATE p SET v = NULL WHERE id = 11")


def test_check_judges_every_statement_of_a_script(session: Session, target: Target, tmp_path: Path) -> None:
    run(session, "DELETE FROM p WHERE id < 3")
    script = tmp_path / "undo.sql"
    stage_undo(session, keeper(session), undoable(keeper(session), None), script)
    dialect = session.connection.dialect.name
    assert _safesql(target, "check", "--dialect", dialect, str(script), home=tmp_path) == 0
    script.write_text(script.read_text("utf-8").replace("COMMIT;", "DROP TABLE p;\nCOMMIT;"), "utf-8")
    assert _safesql(target, "check", "--dialect", dialect, str(script), home=tmp_path) != 0
