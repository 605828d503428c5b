"""--resume as scripts see it: exit codes, stdout and stderr of a real process, and one that is killed on its way."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

TEXT = "CREATE TABLE t (n int);\nINSERT INTO t VALUES (1);\nINSERT INTO t SELECT n FROM gate;\n"


def _environ(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "NO_COLOR": "1"}


def _words(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "safesql", "--environment", "development", str(home / "shop.db"), *words]


def _run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_words(home, *words), capture_output=True, text=True, env=_environ(home), cwd=home, timeout=60)


def _rows(home: Path) -> list[int]:
    with closing(sqlite3.connect(home / "shop.db")) as database:
        return [row[0] for row in database.execute("SELECT n FROM t ORDER BY n")]


def _script(home: Path, text: str) -> str:
    (home / "x.sql").write_text(text)
    return "x.sql"


@pytest.mark.parametrize(("words", "sentence"), [
    (("--resume",), "--resume continues a script: give it with -f"),
    (("--resume", "-c", "select 1"), "--resume continues a script: give it with -f"),
    (("-f", "x.sql", "--last-done", "3"), "--last-done goes with --resume"),
    (("-f", "x.sql", "--resume", "--dry-run"), "--resume executes what is left"),
    (("-f", "x.sql", "--resume", "--stage", "y.sql"), "--resume executes what is left"),
])  # fmt: skip
def test_what_does_not_go_together_is_said(tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    _script(tmp_path, TEXT)
    done = _run(tmp_path, *words)
    assert done.returncode == 2 and sentence in done.stderr


def test_nothing_to_resume_is_no_error(tmp_path: Path) -> None:
    done = _run(tmp_path, "-f", _script(tmp_path, TEXT), "--resume")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing to resume" in done.stderr


def test_a_run_that_begins_again_says_that_one_stopped(tmp_path: Path) -> None:
    script = _script(tmp_path, TEXT.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
    assert _run(tmp_path, "-f", script).returncode == 4
    again = _run(tmp_path, "-f", script)
    assert "a run of this script stopped after statement 2" in again.stderr
    assert _rows(tmp_path) == [1, 1]


def test_a_changed_script_is_drift(tmp_path: Path) -> None:
    assert _run(tmp_path, "-f", _script(tmp_path, TEXT)).returncode == 4
    done = _run(tmp_path, "-f", _script(tmp_path, TEXT.replace("VALUES (1)", "VALUES (2)")), "--resume")
    assert done.returncode == 6
    assert "x.sql:2: statement 2 is not the one that was run" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_process_that_is_ended_goes_on_where_it_was(tmp_path: Path, number: signal.Signals) -> None:
    count = 400
    text = "CREATE TABLE t (n int);\n" + "".join(f"INSERT INTO t VALUES ({each});\n" for each in range(count))
    script = _script(tmp_path, text)
    with subprocess.Popen(_words(tmp_path, "-f", script), env=_environ(tmp_path), cwd=tmp_path, stderr=subprocess.PIPE) as process:
        _wait_for_rows(tmp_path, 20)
        process.send_signal(number)
        process.wait(30)
    there = len(_rows(tmp_path))
    assert 20 <= there < count
    done = _run(tmp_path, "-f", script, "--resume")
    if done.returncode == 7:
        assert number == signal.SIGKILL
        assert f"statement {there + 1} " in done.stderr or f"statement {there + 2} " in done.stderr
        done = _run(tmp_path, "-f", script, "--resume", "--last-done", str(there + 1))
    assert done.returncode == 0, done.stderr
    assert _rows(tmp_path) == list(range(count))


def _wait_for_rows(home: Path, rows: int) -> None:
    """Until the run has come so far."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if len(_rows(home)) >= rows:
                return
        except sqlite3.Error:
            pass
        time.sleep(0.02)
    raise AssertionError("it does not begin")
